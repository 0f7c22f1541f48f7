//! The tables of hospitals: coefficients as `settle` reads them, how each was found, and the case mix.

use super::super::CalibratedScope;
use super::bonuses;
use super::figures::{change, exact, ratio, share, text_of, trimmed_share};
use super::spread;
use crate::input::Inputs;
use crate::output::format::push_record;
use dianzhi_calibrate::{Capped, CoefficientBy, CoefficientFigure, CoefficientPlan, SHARE_PLACES};
use dianzhi_core::{Decimal, RoundingMode};
use dianzhi_policy::Calibration;
use std::collections::HashSet;

/// The tables with their names.
pub(super) fn tables(
    calibration: &Calibration,
    years: &[Inputs],
    scope: &CalibratedScope,
) -> Vec<(&'static str, Vec<u8>)> {
    let mut tables = vec![("case-mix", case_mix(calibration, years, scope))];
    if let (Some(plan), Some(present)) = (&calibration.plan.coefficients, years.last()) {
        tables.push(match plan.by.has_groups() {
            true => ("coefficients", coefficients(scope)),
            false => ("hospitals", hospitals(plan, present, scope)),
        });
        tables.push(("report-coefficients", report(calibration, scope)));
        if let Some(cmi) = &plan.cmi {
            tables.extend(bonuses::tables(cmi, present, scope));
        }
    }
    tables
}

/// The coefficient found for a hospital.
fn figure_of<'s>(
    plan: &CoefficientPlan,
    scope: &'s CalibratedScope,
    code: &str,
    level: &str,
) -> Option<&'s CoefficientFigure> {
    let mut all = scope.calibrated.coefficients.iter();
    all.find(|figure| match (plan.by, figure.hospital) {
        (CoefficientBy::Hospital, Some(at)) => scope.history.hospitals[at].code == code,
        _ => figure.level == level,
    })
}

/// The hospitals table of the year to come: the present one with new coefficients.
fn hospitals(plan: &CoefficientPlan, present: &Inputs, scope: &CalibratedScope) -> Vec<u8> {
    let mut out = Vec::new();
    let rows = &present.hospitals.values;
    let has_credit = rows.iter().any(|hospital| hospital.credit_score.is_some());
    let has_alliance = rows.iter().any(|hospital| !hospital.alliance.is_empty());
    let mut header = vec!["fixmedins_code", "name", "level", "coefficient", "assessment_score"];
    header.extend(has_credit.then_some("credit_score"));
    header.extend(has_alliance.then_some("alliance"));
    push_record(&mut out, header);
    for hospital in rows {
        let found = figure_of(plan, scope, &hospital.code, &hospital.level);
        let coefficient = found
            .and_then(|found| found.coefficient)
            .unwrap_or(hospital.coefficient);
        let mut row = vec![
            hospital.code.clone(),
            hospital.name.clone(),
            hospital.level.clone(),
            coefficient.to_string(),
            hospital.assessment_score.to_string(),
        ];
        let credit = hospital
            .credit_score
            .map_or_else(String::new, |score| score.to_string());
        row.extend(has_credit.then_some(credit));
        row.extend(has_alliance.then(|| hospital.alliance.clone()));
        push_record(&mut out, row.iter().map(String::as_str));
    }
    out
}

/// Coefficients of groups, as `files.coefficients` takes them: of hospitals, levels and groups that the
/// tables of the year to come have.
fn coefficients(scope: &CalibratedScope) -> Vec<u8> {
    let mut out = Vec::new();
    push_record(&mut out, ["fixmedins_code", "level", "group_code", "coefficient"]);
    let present = || scope.history.hospitals.iter().filter(|hospital| hospital.is_present);
    let levels: HashSet<&str> = present().map(|hospital| hospital.level.as_str()).collect();
    for figure in &scope.calibrated.coefficients {
        let (Some(group), Some(coefficient)) = (figure.group, figure.coefficient) else {
            continue;
        };
        let is_there = match figure.hospital {
            Some(at) => scope.history.hospitals[at].is_present,
            None => levels.contains(figure.level.as_str()),
        };
        if !is_there || scope.calibrated.groups[group].weight.is_none() {
            continue;
        }
        let (code, level) = match figure.hospital {
            Some(at) => (scope.history.hospitals[at].code.as_str(), ""),
            None => ("", figure.level.as_str()),
        };
        let group = &scope.history.groups[group].code;
        push_record(&mut out, [code, level, group, &coefficient.to_string()]);
    }
    out
}

/// How each coefficient was found.
fn report(calibration: &Calibration, scope: &CalibratedScope) -> Vec<u8> {
    let mut out = Vec::new();
    let header = "fixmedins_code,level,group_code,cases,mean,sd,cv,exact,coefficient,capped,present,change";
    push_record(&mut out, header.split(','));
    for figure in &scope.calibrated.coefficients {
        let hospital = figure.hospital.map(|at| &scope.history.hospitals[at]);
        let [mean, sd, cv] = spread(&figure.sums, calibration.plan.stability.sd);
        let unrounded = figure.exact.as_ref();
        let shown = |value: Option<Decimal>| value.map_or_else(String::new, |value| value.to_string());
        // The hospitals table has no coefficients of groups or levels to compare with.
        let present = hospital
            .filter(|_| figure.group.is_none())
            .map(|hospital| hospital.present);
        let row = [
            hospital.map_or_else(String::new, |hospital| hospital.code.clone()),
            figure.level.clone(),
            figure
                .group
                .map_or_else(String::new, |at| scope.history.groups[at].code.clone()),
            figure.sums.cases.to_string(),
            mean,
            sd,
            cv,
            unrounded.map_or_else(String::new, |exact_| exact(exact_, SHARE_PLACES, RoundingMode::HalfUp)),
            shown(figure.coefficient),
            match figure.capped {
                None => "",
                Some(Capped::Low) => "low",
                Some(Capped::High) => "high",
            }
            .to_owned(),
            shown(present),
            change(figure.coefficient, present),
        ];
        push_record(&mut out, row.iter().map(String::as_str));
    }
    out
}

/// The case mix of each hospital and year; the region's rows have no hospital.
fn case_mix(calibration: &Calibration, years: &[Inputs], scope: &CalibratedScope) -> Vec<u8> {
    let mut out = Vec::new();
    let header = "fixmedins_code,name,level,year,cases,ungrouped_share,groups,total_weight,cmi,mean,sd,cv,\
                  cost_index,timed,mean_days,time_index,heavy_share";
    push_record(&mut out, header.split(','));
    for row in &scope.calibrated.case_mix {
        let hospital = row.hospital.map(|at| &scope.history.hospitals[at]);
        let name = |name: fn(&dianzhi_calibrate::KnownHospital) -> &String| {
            hospital.map_or_else(String::new, |hospital| name(hospital).clone())
        };
        let [mean, sd, cv] = spread(&row.cases, calibration.plan.stability.sd);
        let cells = [
            name(|hospital| &hospital.code),
            name(|hospital| &hospital.name),
            name(|hospital| &hospital.level),
            years
                .get(row.year)
                .map_or_else(String::new, |year| year.region.year_start.to_string()),
            row.cases.cases.to_string(),
            trimmed_share(row.ungrouped, row.cases.cases),
            row.groups.to_string(),
            text_of(Some(row.weight.clone()), calibration.plan.weights.decimals),
            share(row.cmi(&calibration.plan)),
            mean,
            sd,
            cv,
            share(row.cost_index()),
            row.timed.to_string(),
            text_of(row.mean_days(), 2),
            share(row.time_index()),
            ratio(row.heavy.into(), row.weighted.into()),
        ];
        push_record(&mut out, cells.iter().map(String::as_str));
    }
    out
}
