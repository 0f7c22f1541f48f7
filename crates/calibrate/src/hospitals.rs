//! Hospital coefficients 机构系数: what cases cost at a hospital, or at the hospitals of a level, against
//! what they cost in the region (RULES §1.3, §1.5).

use crate::groups::combined;
use crate::weights::decimal;
use crate::{
    CalibrateError, CoefficientBy, CoefficientPlan, GroupFigures, History, Measure, NO_GROUP, Plan, Record, Sums,
};
use dianzhi_core::{Decimal, RoundingMode, rational, round};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{ToPrimitive, Zero};
use std::collections::BTreeMap;

/// The coefficient of a hospital or a level, of all groups or of one.
#[derive(Clone, Debug, PartialEq)]
pub struct CoefficientFigure {
    /// Position of the hospital; `None` for a level.
    pub hospital: Option<usize>,
    /// The level, of the hospital too.
    pub level: String,
    /// Position of the group; `None` for all.
    pub group: Option<usize>,
    /// The cases that count.
    pub sums: Sums,
    /// Before the bounds; `None` where nothing can be compared.
    pub exact: Option<BigRational>,
    /// Within the bounds and rounded; `None` where too few cases count.
    pub coefficient: Option<Decimal>,
    /// Which bound it stands at.
    pub capped: Option<Capped>,
}

/// A bound of coefficients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Capped {
    /// It was raised to the least.
    Low,
    /// It was cut to the largest.
    High,
}

/// What a unit's cases cost, and what they would cost at the means of the region.
#[derive(Clone, Debug, Default)]
struct Cost {
    kept: Vec<Sums>,
    /// By year, in units of 10^-6 fen.
    expected: Vec<i128>,
}

/// Each group's yearly mean in units of 10^-6 fen, half up, so that expected costs add up as integers.
pub(crate) fn means(groups: &[GroupFigures]) -> Vec<Vec<i128>> {
    let of_year = |sums: &Sums| {
        let mean = sums.mean().unwrap_or_else(BigRational::zero);
        round(&mean, 6, RoundingMode::HalfUp).to_i128().unwrap_or(0)
    };
    let of_group = |group: &GroupFigures| group.kept.iter().map(of_year).collect();
    groups.iter().map(of_group).collect()
}

/// The cases of groups that are kept.
pub(crate) fn kept<'h>(history: &'h History, groups: &'h [GroupFigures]) -> impl Iterator<Item = &'h Record> {
    let is_kept = |record: &&Record| {
        record.group != NO_GROUP && groups[record.group as usize].bounds[usize::from(record.year)].keep(record.cost)
    };
    history.records.iter().filter(is_kept)
}

/// The coefficients, by hospital or level and then by group.
///
/// # Errors
/// One has more digits than a table holds.
pub(crate) fn figures(
    history: &History,
    plan: &Plan,
    groups: &[GroupFigures],
) -> Result<Vec<CoefficientFigure>, CalibrateError> {
    let Some(coefficients) = &plan.coefficients else {
        return Ok(Vec::new());
    };
    let by_level = matches!(coefficients.by, CoefficientBy::Level | CoefficientBy::LevelAndGroup);
    let mut levels: Vec<&str> = history
        .hospitals
        .iter()
        .map(|hospital| hospital.level.as_str())
        .collect();
    levels.sort_unstable();
    levels.dedup();
    let level_of = |hospital: usize| {
        levels
            .binary_search(&history.hospitals[hospital].level.as_str())
            .unwrap_or(0)
    };
    let unit_of: Vec<usize> = match by_level {
        true => (0..history.hospitals.len()).map(level_of).collect(),
        false => (0..history.hospitals.len()).collect(),
    };
    let means = means(groups);
    let mut units: BTreeMap<(usize, Option<usize>), Cost> = BTreeMap::new();
    let mut region = Cost::new(history.years);
    for record in kept(history, groups) {
        let group = record.group as usize;
        if coefficients.not_for.contains(&history.groups[group].kind) {
            continue;
        }
        let unit = (
            unit_of[record.hospital as usize],
            coefficients.by.has_groups().then_some(group),
        );
        let expected = means[group][usize::from(record.year)];
        units
            .entry(unit)
            .or_insert_with(|| Cost::new(history.years))
            .add(record, expected);
        region.add(record, expected);
    }
    let region = combined(&region.kept, &plan.years, plan.combine);
    let found = units.into_iter().map(|((unit, group), cost)| {
        let mut sums = Sums::default();
        cost.kept.iter().for_each(|year| sums.add_all(year));
        let own = || combined(&cost.kept, &plan.years, plan.combine);
        let exact = match (group, coefficients.measure) {
            (Some(group), _) => own().zip(groups[group].mean.as_ref()).map(|(own, mean)| own / mean),
            (None, Measure::MeanCost) => own().zip(region.as_ref()).map(|(own, mean)| own / mean),
            (None, Measure::CaseMix) => cost.against_expected(&plan.years),
        };
        let mut figure = CoefficientFigure {
            hospital: (!by_level).then_some(unit),
            level: match by_level {
                true => levels[unit].to_owned(),
                false => history.hospitals[unit].level.clone(),
            },
            group,
            sums,
            exact,
            coefficient: None,
            capped: None,
        };
        figure
            .bound(coefficients)
            .ok_or_else(|| CalibrateError::TooLarge(figure.level.clone()))?;
        Ok(figure)
    });
    found.collect()
}

impl Cost {
    fn new(years: usize) -> Cost {
        Cost {
            kept: vec![Sums::default(); years],
            expected: vec![0; years],
        }
    }

    fn add(&mut self, record: &Record, expected: i128) {
        let year = usize::from(record.year);
        self.kept[year].add(record.cost);
        self.expected[year] += expected;
    }

    /// Σ w·cost ÷ Σ w·expected cost.
    fn against_expected(&self, weights: &[u32]) -> Option<BigRational> {
        let (mut above, mut below) = (BigInt::zero(), BigInt::zero());
        for ((kept, expected), &weight) in self.kept.iter().zip(&self.expected).zip(weights) {
            above += BigInt::from(kept.sum) * 1_000_000u32 * weight;
            below += BigInt::from(*expected) * weight;
        }
        (!below.is_zero()).then(|| BigRational::new(above, below))
    }
}

impl CoefficientFigure {
    /// Brings it within the bounds and rounds it; `None` where it has too many digits.
    fn bound(&mut self, plan: &CoefficientPlan) -> Option<()> {
        let enough = self.sums.cases >= plan.cases_min;
        let Some(exact) = self.exact.as_ref().filter(|_| enough) else {
            return Some(());
        };
        let (low, high) = (rational(plan.low), rational(plan.high));
        let (within, capped) = match exact {
            exact if *exact < low => (&low, Some(Capped::Low)),
            exact if *exact > high => (&high, Some(Capped::High)),
            exact => (exact, None),
        };
        self.coefficient = Some(decimal(within, plan.decimals, plan.mode)?);
        self.capped = capped;
        Some(())
    }
}
