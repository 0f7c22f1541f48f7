//! The tables of a calibration: groups.csv as `settle` reads it, and the report with every figure
//! (docs/CALIBRATION.md §4).

mod bonuses;
mod figures;
mod hospitals;
mod rates;

use super::CalibratedScope;
use crate::input::Inputs;
use crate::input::opinions::Opinion;
use crate::input::tables::Lined;
use crate::output::format::push_record;
use dianzhi_calibrate::{GroupFigures, KnownGroup, Sums};
use dianzhi_core::{Decimal, GroupKind, RoundingMode};
use dianzhi_policy::Calibration;
use figures::{change, exact, share, text_of, trimmed_share, yuan, yuan_of};

/// Every table of a scope with its name.
pub(super) fn of_scope(
    calibration: &Calibration,
    years: &[Inputs],
    scope: &CalibratedScope,
    opinions: Option<&Lined<Opinion>>,
) -> Vec<(String, Vec<u8>)> {
    let name = |table: &str| file_name(table, scope.pool.as_deref());
    let mut tables = vec![
        (name("groups"), groups(scope)),
        (name("report-groups"), report_groups(calibration, years, scope)),
        (name("report"), figures::report(calibration, years, scope)),
    ];
    let more = hospitals::tables(calibration, years, scope).into_iter();
    let more = more.chain(rates::tables(calibration, scope));
    tables.extend(more.map(|(table, bytes)| (name(table), bytes)));
    if let Some(opinions) = opinions {
        tables.push((name("adjustments"), adjustments(calibration, scope, opinions)));
    }
    tables
}

/// `groups.csv`, or `groups-POOL.csv`; what a file name may not hold is written as `%` and its bytes.
fn file_name(table: &str, pool: Option<&str>) -> String {
    let Some(pool) = pool else {
        return format!("{table}.csv");
    };
    let mut name = format!("{table}-");
    for c in pool.chars() {
        if c.is_alphanumeric() || matches!(c, '-' | '_') {
            name.push(c);
        } else {
            let mut bytes = [0; 4];
            c.encode_utf8(&mut bytes)
                .bytes()
                .for_each(|byte| name += &format!("%{byte:02X}"));
        }
    }
    name + ".csv"
}

fn kind_word(kind: GroupKind) -> &'static str {
    match kind {
        GroupKind::Core => "core",
        GroupKind::Basic => "basic",
        GroupKind::Tcm => "tcm",
    }
}

fn stability_word(found: &GroupFigures) -> &'static str {
    match (found.all.cases, found.stable) {
        (0, _) => "",
        (_, true) => "stable",
        (_, false) => "unstable",
    }
}

fn each(scope: &CalibratedScope) -> impl Iterator<Item = (&KnownGroup, &GroupFigures)> {
    scope.history.groups.iter().zip(&scope.calibrated.groups)
}

/// The groups table of the year to come.
fn groups(scope: &CalibratedScope) -> Vec<u8> {
    let mut out = Vec::new();
    let header = ["group_code", "name", "kind", "base_points", "mean_cost", "stability"];
    push_record(&mut out, header);
    for (group, found) in each(scope) {
        let Some(weight) = &found.weight else { continue };
        let row = [
            group.code.as_str(),
            &group.name,
            kind_word(group.kind),
            &weight.base_points.to_string(),
            &weight.mean_cost.to_string(),
            stability_word(found),
        ];
        push_record(&mut out, row);
    }
    out
}

/// The figures of every group, those that the groups table leaves out among them.
fn report_groups(calibration: &Calibration, years: &[Inputs], scope: &CalibratedScope) -> Vec<u8> {
    let mut out = Vec::new();
    let of_years = |what: &str| -> Vec<String> {
        let names = years.iter().map(|year| format!("{what}_{}", year.region.year_start));
        names.collect()
    };
    let mut header: Vec<String> = ["group_code", "name"].map(str::to_owned).to_vec();
    header.extend(of_years("cases"));
    header.extend(of_years("mean"));
    let rest = "cases,kept,trimmed,trimmed_share,least_kept,most_kept,mean,sd,cv,stability,remarks,basis,\
                before_experts,base_points,present_base_points,base_points_change,mean_cost,present_mean_cost,\
                mean_cost_change";
    header.extend(rest.split(',').map(str::to_owned));
    push_record(&mut out, header.iter().map(String::as_str));
    let sd = calibration.plan.stability.sd;
    for (group, found) in each(scope) {
        let mut row = vec![group.code.clone(), group.name.clone()];
        row.extend(found.cases.iter().map(u64::to_string));
        row.extend(found.kept.iter().map(|year| yuan(year.mean().as_ref())));
        let cases = found.cases_in_all();
        row.extend([cases, found.all.cases, found.trimmed()].map(|count| count.to_string()));
        row.push(trimmed_share(found.trimmed(), cases));
        let kept = found.bounds.iter().zip(&found.kept).filter(|(_, kept)| kept.cases > 0);
        let bounds: Vec<_> = kept.map(|(bounds, _)| bounds).collect();
        let least = bounds.iter().map(|bounds| bounds.low).min();
        let most = bounds.iter().map(|bounds| bounds.high).max();
        row.push(figures::bound(least));
        row.push(figures::bound(most));
        row.push(yuan(found.mean.as_ref()));
        row.push(text_of(found.all.sd_fen(sd), 2));
        row.push(share(found.all.cv(sd)));
        row.push(stability_word(found).to_owned());
        let remarks: Vec<&str> = found.remarks.iter().map(|remark| remark.as_str()).collect();
        row.push(remarks.join(" "));
        let weight = found.weight.as_ref();
        row.push(weight.map_or("", |weight| weight.basis.as_str()).to_owned());
        let shown = |value: Option<Decimal>| value.map_or_else(String::new, |value| value.to_string());
        row.push(shown(weight.and_then(|weight| weight.before_experts)));
        let present = group.present.as_ref();
        let mut pair = |now: Option<Decimal>, before: Option<Decimal>| {
            row.extend([shown(now), shown(before), change(now, before)]);
        };
        pair(
            weight.map(|weight| weight.base_points),
            present.map(|present| present.base_points),
        );
        pair(
            weight.map(|weight| weight.mean_cost),
            present.map(|present| present.mean_cost),
        );
        push_record(&mut out, row.iter().map(String::as_str));
    }
    out
}

/// The opinions as they were given, by row, with the weight before and behind each that was carried out.
fn adjustments(calibration: &Calibration, scope: &CalibratedScope, opinions: &Lined<Opinion>) -> Vec<u8> {
    let mut out = Vec::new();
    let header = "round,group_code,change,value,status,proposed_by,reason,weight_before,weight_after,base_points";
    push_record(&mut out, header.split(','));
    let places = calibration.plan.weights.decimals;
    let all = opinions.values.iter().zip(&scope.carried_out);
    for (opinion, carried_out) in all.filter(|(opinion, _)| opinion.is_of(scope.pool.as_deref())) {
        let (word, value) = opinion.told();
        let done = carried_out.map(|at| &scope.calibrated.adjusted[at]);
        let before = done.and_then(|done| done.before.as_ref());
        let group = each(scope).find(|(group, _)| group.code == opinion.group_code);
        let weight = group.and_then(|(_, found)| found.weight.as_ref());
        let row = [
            opinion.round.to_string(),
            opinion.group_code.clone(),
            word.to_owned(),
            value.to_string(),
            opinion.status.as_str().to_owned(),
            opinion.proposed_by.clone(),
            opinion.reason.clone(),
            before.map_or_else(String::new, |before| exact(before, places, RoundingMode::HalfUp)),
            done.map_or_else(String::new, |done| exact(&done.after, places, RoundingMode::HalfUp)),
            weight.map_or_else(String::new, |weight| weight.base_points.to_string()),
        ];
        push_record(&mut out, row.iter().map(String::as_str));
    }
    out
}

/// Mean, sd and CV of some cases.
fn spread(sums: &Sums, sd: dianzhi_calibrate::Sd) -> [String; 3] {
    [yuan(sums.mean().as_ref()), yuan_of(sums.sd_fen(sd)), share(sums.cv(sd))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pools_are_told_apart_in_file_names() {
        assert_eq!(file_name("groups", None), "groups.csv");
        assert_eq!(file_name("groups", Some("职工-1")), "groups-职工-1.csv");
        assert_eq!(file_name("groups", Some("a/b%")), "groups-a%2Fb%25.csv");
    }
}
