//! Rates: yuan a day of stays paid per diem, and the base rate or point value that a budget gives the
//! year to come (RULES §1.2, §1.5, §3).

use crate::weights::decimal;
use crate::{CalibrateError, Forecast, GroupFigures, History, NO_GROUP, Plan, Sums};
use dianzhi_core::{Decimal, RoundingMode, rational, round};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Zero};
use std::collections::BTreeMap;

/// The rate of a method, at a level of hospital or at all.
#[derive(Clone, Debug, PartialEq)]
pub struct DayRateFigure {
    /// Position of the method.
    pub method: usize,
    /// The level; `None` for all.
    pub level: Option<String>,
    /// The stays' costs.
    pub stays: Sums,
    /// Their days.
    pub days: u64,
    /// Σ w·cost ÷ Σ w·days over the years, in yuan, half up.
    pub rate: Decimal,
}

/// A base rate or point value to come.
#[derive(Clone, Debug, PartialEq)]
pub struct ForecastFigure {
    /// Position of the forecast in the plan.
    pub forecast: usize,
    /// Cases of the latest year that have a weight.
    pub cases: u64,
    /// Σ of their weights, in units of base points.
    pub weight: BigInt,
    /// What is to be distributed, in fen.
    pub distributable: BigInt,
    /// The value at the least, the expected and the most growth of the total weight, in yuan, half up;
    /// `None` where there is no weight.
    pub values: Option<[Decimal; 3]>,
}

/// What the stays of a method and level cost and last, over the years.
#[derive(Default)]
struct Days {
    stays: Sums,
    days: u64,
    weighted_cost: i128,
    weighted_days: i128,
}

/// Rates by method, at each level and then at all.
///
/// # Errors
/// One has more digits than a table holds.
pub(crate) fn per_diem(history: &History, plan: &Plan) -> Result<Vec<DayRateFigure>, CalibrateError> {
    let Some(places) = plan.per_diem else {
        return Ok(Vec::new());
    };
    let mut found: BTreeMap<(u32, bool, &str), Days> = BTreeMap::new();
    for stay in &history.days {
        let level = history.hospitals[stay.hospital as usize].level.as_str();
        let weight = i128::from(plan.years[usize::from(stay.year)]);
        for key in [(stay.method, false, level), (stay.method, true, "")] {
            let days = found.entry(key).or_default();
            days.stays.add(stay.cost);
            days.days += u64::from(stay.days);
            days.weighted_cost += weight * i128::from(stay.cost);
            days.weighted_days += weight * i128::from(stay.days);
        }
    }
    let figures = found.into_iter().map(|((method, is_all, level), days)| {
        // Stays have a day at least.
        let yuan = BigRational::new(days.weighted_cost.into(), BigInt::from(days.weighted_days) * 100u8);
        let rate = decimal(&yuan, places, RoundingMode::HalfUp);
        Ok(DayRateFigure {
            method: method as usize,
            level: (!is_all).then(|| level.to_owned()),
            stays: days.stays,
            days: days.days,
            rate: rate.ok_or_else(|| CalibrateError::TooLarge(history.methods[method as usize].clone()))?,
        })
    });
    figures.collect()
}

/// The forecasts of the pools that the history has.
///
/// # Errors
/// One has more digits than a table holds.
pub(crate) fn forecasts(
    history: &History,
    plan: &Plan,
    groups: &[GroupFigures],
) -> Result<Vec<ForecastFigure>, CalibrateError> {
    let latest = history.years.saturating_sub(1);
    let mut found = Vec::new();
    for (at, forecast) in plan.forecasts.iter().enumerate() {
        let Some(pool) = history.pools.iter().position(|pool| *pool == forecast.pool) else {
            continue;
        };
        let mut cases = vec![0u64; groups.len()];
        for record in &history.records {
            if record.group != NO_GROUP && usize::from(record.pool) == pool && usize::from(record.year) == latest {
                cases[record.group as usize] += 1;
            }
        }
        let (mut weighted, mut weight) = (0, BigInt::zero());
        for (group, &count) in groups.iter().zip(&cases) {
            let Some(of_group) = &group.weight else { continue };
            let units = round(
                &rational(of_group.base_points),
                plan.weights.decimals,
                RoundingMode::HalfUp,
            );
            weighted += count;
            weight += units * count;
        }
        let distributable = distributable(forecast);
        let values = (!weight.is_zero()).then(|| {
            let total = BigRational::new(weight.clone(), BigInt::from(10u8).pow(plan.weights.decimals));
            let yuan = BigRational::new(distributable.clone(), 100.into()) / rational(forecast.ratio);
            let value = |growth: Decimal| {
                let grown = &total * (BigRational::one() + rational(growth));
                decimal(&(&yuan / grown), forecast.decimals, RoundingMode::HalfUp)
            };
            let [low, expected, high] = forecast.growth.map(value);
            Some([low?, expected?, high?])
        });
        let values = match values {
            None => None,
            Some(values) => Some(values.ok_or_else(|| CalibrateError::TooLarge(forecast.pool.clone()))?),
        };
        found.push(ForecastFigure {
            forecast: at,
            cases: weighted,
            weight,
            distributable,
            values,
        });
    }
    Ok(found)
}

/// budget − ⟦budget × reserve⟧, in fen, half up.
fn distributable(forecast: &Forecast) -> BigInt {
    let fen = rational(forecast.budget) * BigRational::from_integer(100.into());
    let reserve = round(&(&fen * rational(forecast.reserve)), 0, RoundingMode::HalfUp);
    round(&fen, 0, RoundingMode::HalfUp) - reserve
}
