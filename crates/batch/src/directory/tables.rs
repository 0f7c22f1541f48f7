//! The tables that a directory is published with: the scores of its types, and the report with every figure
//! (docs/DIP-DIRECTORY.md).

use super::Made;
use super::types::yuan;
use crate::output::format::push_record;
use dianzhi_calibrate::dip::CoreRule;
use dianzhi_calibrate::{GroupFigures, Remark, SHARE_PLACES, Sums};
use dianzhi_core::{Fixed, RoundingMode, round};
use dianzhi_grouper::dip::DipKind;
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::ToPrimitive;
use std::collections::BTreeMap;

/// Every table beside the directory, by name.
pub(super) fn tables(made: &Made<'_>) -> Vec<(String, Vec<u8>)> {
    let mut all = vec![
        ("groups.csv".to_owned(), groups(made)),
        ("report-types.csv".to_owned(), report_types(made)),
        ("report-coverage.csv".to_owned(), coverage(made)),
        ("report.csv".to_owned(), report(made)),
    ];
    if made.plan.rules.triggers.is_some() {
        all.push(("report-sub-types.csv".to_owned(), report_sub_types(made)));
    }
    all
}

/// auxiliary.tsv: the factors of the sub-types that pay apart.
pub(super) fn auxiliary_tsv(made: &Made<'_>) -> Vec<u8> {
    let mut out = "type\tcatalogue\tlevel\tfactor\n".to_owned();
    for row in &made.sub_types {
        let names = made.draft.grouper.level_names(row.catalogue);
        for (&level, found) in row.levels.iter().zip(&row.found.levels) {
            let Some(factor) = found.factor else { continue };
            let code = &made.types[row.of].code;
            out += &format!("{code}\t{}\t{}\t{factor}\n", row.catalogue.as_str(), names[level]);
        }
    }
    out.into_bytes()
}

fn text(units: Option<&BigInt>, places: u32) -> String {
    let units = units.and_then(ToPrimitive::to_i128);
    units.map_or_else(String::new, |units| Fixed { units, places }.to_string())
}

/// A coefficient of variation, or a share.
fn share(units: Option<&BigInt>) -> String {
    text(units, SHARE_PLACES)
}

/// A mean in fen as yuan to the fen, half up.
fn mean_yuan(mean: Option<&BigRational>) -> String {
    text(mean.map(|mean| round(mean, 0, RoundingMode::HalfUp)).as_ref(), 2)
}

/// One count of another, half up; empty of nothing.
fn part(of: u64, all: u64) -> String {
    let ratio = (all > 0).then(|| BigRational::new(BigInt::from(of), BigInt::from(all)));
    share(
        ratio
            .map(|ratio| round(&ratio, SHARE_PLACES, RoundingMode::HalfUp))
            .as_ref(),
    )
}

fn stability(found: &GroupFigures) -> &'static str {
    if found.stable { "stable" } else { "unstable" }
}

/// The types and their scores, as a settlement reads them.
fn groups(made: &Made<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    push_record(
        &mut out,
        ["group_code", "name", "kind", "base_points", "mean_cost", "stability"],
    );
    for (one, found) in made.types.iter().zip(&made.calibrated.groups) {
        let Some(weight) = &found.weight else { continue };
        let [points, mean] = [weight.base_points, weight.mean_cost].map(|figure| figure.to_string());
        push_record(
            &mut out,
            [&one.code, &one.name, "core", &points, &mean, stability(found)],
        );
    }
    out
}

/// Every figure of every type.
fn report_types(made: &Made<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    let of_years = |what: &'static str| (1..=made.plan.years.len()).map(move |year| format!("{what}_{year}"));
    let mut header: Vec<String> = ["group_code", "kind", "dx", "px", "treatment"]
        .map(str::to_owned)
        .to_vec();
    header.extend(of_years("cases"));
    header.extend(of_years("mean"));
    let rest = "cases,share,exact_cases,exact_mean,kept,trimmed,mean,sd,cv,stability,remarks,base_points,mean_cost";
    header.extend(rest.split(',').map(str::to_owned));
    push_record(&mut out, header.iter().map(String::as_str));
    let sd = made.plan.plan.stability.sd;
    for (one, found) in made.types.iter().zip(&made.calibrated.groups) {
        let mut row = vec![
            one.code.clone(),
            one.kind.as_str().to_owned(),
            one.diagnosis.clone(),
            one.procedures.clone(),
            one.treatment
                .map_or_else(String::new, |treatment| treatment.as_str().to_owned()),
        ];
        row.extend(found.cases.iter().map(u64::to_string));
        row.extend(found.kept.iter().map(|year| mean_yuan(year.mean().as_ref())));
        let cases = found.cases_in_all();
        row.extend([cases.to_string(), part(cases, made.accepted)]);
        row.push(one.exact.map_or_else(String::new, |exact| exact.cases.to_string()));
        row.push(one.exact.map_or_else(String::new, |exact| yuan(exact.mean)));
        row.extend([found.all.cases, found.trimmed()].map(|count| count.to_string()));
        row.push(mean_yuan(found.mean.as_ref()));
        row.push(text(found.all.sd_fen(sd).as_ref(), 2));
        row.push(share(found.all.cv(sd).as_ref()));
        row.push(stability(found).to_owned());
        // All are new here: there is no present table.
        let remarks = found.remarks.iter().filter(|remark| **remark != Remark::New);
        let remarks: Vec<&str> = remarks.map(|remark| remark.as_str()).collect();
        row.push(remarks.join(" "));
        let weight = found.weight.as_ref();
        row.push(weight.map_or_else(String::new, |weight| weight.base_points.to_string()));
        row.push(weight.map_or_else(String::new, |weight| weight.mean_cost.to_string()));
        push_record(&mut out, row.iter().map(String::as_str));
    }
    out
}

/// Every level that some case of a type has: its figures, those of the triggers, and what came of it.
fn report_sub_types(made: &Made<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    let header = "group_code,catalogue,level,type_cases,type_mean,type_cv,cv_apart,cv_fall,catalogue_verdict,\
                  cases,mean,sd,cv,verdict,factor";
    push_record(&mut out, header.split(','));
    let sd = made.plan.plan.stability.sd;
    for row in &made.sub_types {
        let (one, of_type) = (&made.types[row.of], &made.calibrated.groups[row.of]);
        let names = made.draft.grouper.level_names(row.catalogue);
        for (&level, found) in row.levels.iter().zip(&row.found.levels) {
            let Sums { cases, .. } = found.all;
            let cells = [
                one.code.clone(),
                row.catalogue.as_str().to_owned(),
                names[level].clone(),
                of_type.all.cases.to_string(),
                mean_yuan(of_type.mean.as_ref()),
                share(row.found.cv.as_ref()),
                share(row.found.cv_apart.as_ref()),
                share(row.found.fall.as_ref()),
                row.found.verdict.as_str().to_owned(),
                cases.to_string(),
                mean_yuan(found.mean.as_ref()),
                text(found.all.sd_fen(sd).as_ref(), 2),
                share(found.all.cv(sd).as_ref()),
                found.verdict.as_str().to_owned(),
                found.factor.map_or_else(String::new, |factor| factor.to_string()),
            ];
            push_record(&mut out, cells.iter().map(String::as_str));
        }
    }
    out
}

/// What another threshold would give: for every number of cases that a combination has, how many combinations
/// have so many or more, and what share of all cases is exactly of them.
fn coverage(made: &Made<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    push_record(&mut out, ["cases_min", "core_types", "cases", "coverage"]);
    let mut by_cases: BTreeMap<u64, u64> = BTreeMap::new();
    for one in made.combinations.all.iter().filter(|one| one.can_be_core) {
        *by_cases.entry(one.cases).or_default() += 1;
    }
    let (mut types, mut cases) = (0, 0);
    for (cases_min, count) in by_cases.into_iter().rev() {
        types += count;
        cases += cases_min * count;
        let row = [cases_min, types, cases].map(|figure| figure.to_string());
        let coverage = part(cases, made.accepted);
        push_record(&mut out, row.iter().map(String::as_str).chain([coverage.as_str()]));
    }
    out
}

/// The figures of the whole.
fn report(made: &Made<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    push_record(&mut out, ["figure", "value"]);
    let mut say = |figure: &str, value: &str| push_record(&mut out, [figure, value]);
    let summary = made.summary();
    let total = &made.calibrated.total;
    for (at, (cases, ungrouped)) in total.cases.iter().zip(&total.ungrouped).enumerate() {
        let year = at + 1;
        say(&format!("cases_{year}"), &cases.to_string());
        say(&format!("ungrouped_{year}"), &ungrouped.to_string());
        say(&format!("mean_{year}"), &mean_yuan(total.kept[at].mean().as_ref()));
        say(&format!("weight_{year}"), &made.plan.plan.years[at].to_string());
        if let Some((first, last)) = made.discharged[at] {
            say(&format!("first_discharge_{year}"), &day(first));
            say(&format!("last_discharge_{year}"), &day(last));
        }
    }
    say("cases", &made.accepted.to_string());
    let able = made.combinations.all.iter().filter(|one| one.can_be_core).count();
    // Records without a principal diagnosis are no combination.
    let known = made.combinations.all.iter().filter(|one| !one.diagnosis.is_empty());
    say("combinations", &known.count().to_string());
    say("combinations_that_can_be_core", &able.to_string());
    match made.plan.rules.core {
        CoreRule::Cases(cases_min) => say("cases_min", &cases_min.to_string()),
        CoreRule::Coverage { share, cases_min } => {
            say("cases_min", &cases_min.to_string());
            say("coverage_wanted", &share.to_string());
        }
    }
    let exact: u64 = made.types.iter().filter_map(|one| Some(one.exact?.cases)).sum();
    say("exact_cases_of_core_types", &exact.to_string());
    say("coverage_by_exact_cases", &part(exact, made.accepted));
    for (kind, types, cases) in [
        (DipKind::Core, summary.core, summary.core_cases),
        (DipKind::Basic, summary.basic, summary.basic_cases),
        (DipKind::Mixed, summary.mixed, summary.mixed_cases),
    ] {
        let kind = kind.as_str();
        say(&format!("{kind}_types"), &types.to_string());
        say(&format!("{kind}_cases"), &cases.to_string());
        say(&format!("{kind}_share"), &part(cases, made.accepted));
    }
    say("ungrouped", &summary.ungrouped.to_string());
    for (reason, cases) in &made.members.reasons {
        say(&format!("ungrouped_{reason}"), &cases.to_string());
    }
    say("kept", &total.all.cases.to_string());
    say("mean", &mean_yuan(total.mean.as_ref()));
    say("riv", &share(total.riv.as_ref()));
    say("sub_types", &summary.sub_types.to_string());
    out
}

/// A day as yyyymmdd, written YYYY-MM-DD.
pub(super) fn day(day: u32) -> String {
    format!("{:04}-{:02}-{:02}", day / 10_000, day / 100 % 100, day % 100)
}
