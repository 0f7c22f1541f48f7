//! Bonuses by CMI: the bonuses table of the year to come, as `files.bonuses` takes it, and how each bonus was found.

use super::super::CalibratedScope;
use super::figures::exact;
use crate::input::Inputs;
use crate::output::format::push_record;
use dianzhi_calibrate::{CmiBonus, CmiFigure, CmiPlan, KnownHospital, SHARE_PLACES};
use dianzhi_core::{Bonus, Decimal, RoundingMode};

/// The tables with their names.
pub(super) fn tables(plan: &CmiPlan, present: &Inputs, scope: &CalibratedScope) -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("bonuses", bonuses(plan, present, scope)),
        ("report-bonuses", report(plan, present, scope)),
    ]
}

/// The bonus for CMI that a hospital has at present.
fn present_of<'i>(plan: &CmiPlan, present: &'i Inputs, hospital: &KnownHospital) -> Option<&'i Bonus> {
    let mut rows = present.bonuses.values.iter();
    rows.find(|row| row.kind == plan.kind && row.hospital == hospital.code)
}

fn each(scope: &CalibratedScope) -> impl Iterator<Item = (&KnownHospital, &CmiFigure)> {
    let figures = scope.calibrated.cmi.iter();
    figures.map(|figure| (&scope.history.hospitals[figure.hospital], figure))
}

/// The present table with the rows of this kind exchanged.
fn bonuses(plan: &CmiPlan, present: &Inputs, scope: &CalibratedScope) -> Vec<u8> {
    let mut out = Vec::new();
    push_record(&mut out, ["fixmedins_code", "bonus_kind", "bonus"]);
    let others = present.bonuses.values.iter().filter(|row| row.kind != plan.kind);
    for row in others {
        push_record(&mut out, [&*row.hospital, &row.kind, &row.bonus.to_string()]);
    }
    for (hospital, figure) in each(scope).filter(|(hospital, _)| hospital.is_present) {
        let bonus = match figure.bonus {
            CmiBonus::Present => present_of(plan, present, hospital).map(|row| row.bonus),
            CmiBonus::Step(_) | CmiBonus::None => figure.step_bonus(plan),
        };
        if let Some(bonus) = bonus {
            push_record(&mut out, [&*hospital.code, &plan.kind, &bonus.to_string()]);
        }
    }
    out
}

/// The CMI of every hospital, the step that it reaches and what it has at present.
fn report(plan: &CmiPlan, present: &Inputs, scope: &CalibratedScope) -> Vec<u8> {
    let mut out = Vec::new();
    let header = "fixmedins_code,name,level,cases,cmi,verdict,step_from,bonus,present";
    push_record(&mut out, header.split(','));
    for (hospital, figure) in each(scope) {
        let shown = |value: Option<Decimal>| value.map_or_else(String::new, |value| value.to_string());
        let (verdict, step) = match figure.bonus {
            CmiBonus::Step(at) => ("step", plan.steps.get(at)),
            CmiBonus::None => ("below-steps", None),
            CmiBonus::Present => ("few-cases", None),
        };
        let cmi = figure.cmi.as_ref();
        let row = [
            hospital.code.clone(),
            hospital.name.clone(),
            hospital.level.clone(),
            figure.cases.to_string(),
            cmi.map_or_else(String::new, |cmi| exact(cmi, SHARE_PLACES, RoundingMode::HalfUp)),
            verdict.to_owned(),
            shown(step.map(|step| step.from)),
            shown(step.map(|step| step.bonus)),
            shown(present_of(plan, present, hospital).map(|row| row.bonus)),
        ];
        push_record(&mut out, row.iter().map(String::as_str));
    }
    out
}
