//! The tables of rates: yuan a day, and the base rates or point values to come.

use super::super::CalibratedScope;
use super::figures::{exact, text_of, yuan_of};
use super::spread;
use crate::output::format::push_record;
use dianzhi_core::RoundingMode;
use dianzhi_policy::Calibration;
use num_rational::BigRational;

/// The tables that were asked for, with their names.
pub(super) fn tables(calibration: &Calibration, scope: &CalibratedScope) -> Vec<(&'static str, Vec<u8>)> {
    let mut tables = Vec::new();
    if calibration.plan.per_diem.is_some() {
        tables.push(("per-diem", per_diem(calibration, scope)));
    }
    if !calibration.plan.forecasts.is_empty() {
        tables.push(("forecast", forecast(calibration, scope)));
    }
    tables
}

/// Rates by method and level; the rows without a level are of all levels.
fn per_diem(calibration: &Calibration, scope: &CalibratedScope) -> Vec<u8> {
    let mut out = Vec::new();
    let header = [
        "method",
        "level",
        "stays",
        "days",
        "mean_days",
        "mean",
        "sd",
        "cv",
        "rate",
    ];
    push_record(&mut out, header);
    for figure in &scope.calibrated.day_rates {
        let [mean, sd, cv] = spread(&figure.stays, calibration.plan.stability.sd);
        let days = BigRational::new(figure.days.into(), figure.stays.cases.into());
        let row = [
            scope.history.methods[figure.method].as_str(),
            figure.level.as_deref().unwrap_or_default(),
            &figure.stays.cases.to_string(),
            &figure.days.to_string(),
            &exact(&days, 2, RoundingMode::HalfUp),
            &mean,
            &sd,
            &cv,
            &figure.rate.to_string(),
        ];
        push_record(&mut out, row);
    }
    out
}

/// The base rate or point value of each pool, with its range: the most growth gives the least.
fn forecast(calibration: &Calibration, scope: &CalibratedScope) -> Vec<u8> {
    let mut out = Vec::new();
    let header =
        "pool,cases,total_weight,budget,distributable,ratio,growth,value,growth_high,value_low,growth_low,value_high";
    push_record(&mut out, header.split(','));
    for figure in &scope.calibrated.forecasts {
        let forecast = &calibration.plan.forecasts[figure.forecast];
        let [least, expected, most] = forecast.growth.map(|growth| growth.to_string());
        let values = figure.values.map(|values| values.map(|value| value.to_string()));
        let [at_least, at_expected, at_most] = values.unwrap_or_default();
        let row = [
            forecast.pool.clone(),
            figure.cases.to_string(),
            text_of(Some(figure.weight.clone()), calibration.plan.weights.decimals),
            forecast.budget.to_string(),
            yuan_of(Some(figure.distributable.clone())),
            forecast.ratio.to_string(),
            expected,
            at_expected,
            most,
            at_most,
            least,
            at_least,
        ];
        push_record(&mut out, row.iter().map(String::as_str));
    }
    out
}
