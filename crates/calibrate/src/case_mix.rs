//! Case-mix tables: what kind of cases each hospital has, year by year (RULES §6): CMI, number of groups,
//! cost index 费用消耗指数, time index 时间消耗指数, share of heavy cases.

use crate::hospitals::{kept, means};
use crate::{GroupFigures, History, NO_GROUP, Plan, Record, SHARE_PLACES, Sums};
use dianzhi_core::{PLACES_MAX, RoundingMode, rational, round};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{ToPrimitive, Zero};

/// Ratios of a case to its group, and mean days, are in units of 10^-12.
const UNITS: i128 = 10i128.pow(PLACES_MAX);
/// Mean costs are in units of 10^-6 fen.
const MEAN_UNITS: i128 = 1_000_000;

/// One hospital in one year, or the region in one year.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseMix {
    /// Position of the hospital; `None` for the region.
    pub hospital: Option<usize>,
    /// Position of the year.
    pub year: usize,
    /// Cases paid by group, those without a group among them.
    pub cases: Sums,
    /// Those without a group.
    pub ungrouped: u64,
    /// Cases of groups that have a weight.
    pub weighted: u64,
    /// Number of different groups.
    pub groups: u64,
    /// Σ of their weights, in units of base points.
    pub weight: BigInt,
    /// Of these, cases with a weight of at least twice the mean case's.
    pub heavy: u64,
    /// Cases that are kept.
    kept: u64,
    /// Σ over them of cost ÷ the year's mean of their group, in units of 10^-12.
    costs: i128,
    /// The kept cases whose days are known.
    pub timed: u64,
    /// Their days.
    pub days: u64,
    /// Σ over them of days ÷ the year's mean days of their group, in units of 10^-12.
    times: i128,
    /// A bit for every group.
    seen: Vec<u64>,
}

impl CaseMix {
    /// CMI = Σ weight ÷ cases ÷ scale, in units of 10^-6, half up; `None` without cases of weight.
    #[must_use]
    pub fn cmi(&self, plan: &Plan) -> Option<BigInt> {
        let exact = self.exact_cmi(plan)?;
        Some(round(&exact, SHARE_PLACES, RoundingMode::HalfUp))
    }

    /// CMI before it is rounded.
    pub(crate) fn exact_cmi(&self, plan: &Plan) -> Option<BigRational> {
        let units = BigInt::from(10u8).pow(plan.weights.decimals) * self.weighted;
        (self.weighted > 0).then(|| BigRational::new(self.weight.clone(), units) / rational(plan.weights.scale))
    }

    /// 费用消耗指数: the mean of the kept cases' costs ÷ their groups' means, in units of 10^-6, half up, which
    /// is Σ (mean cost here ÷ mean cost of all) × cases of the group ÷ Σ cases.
    #[must_use]
    pub fn cost_index(&self) -> Option<BigInt> {
        index(self.costs, self.kept)
    }

    /// 时间消耗指数: the same of days, over the kept cases whose days are known; `None` where none are.
    #[must_use]
    pub fn time_index(&self) -> Option<BigInt> {
        index(self.times, self.timed)
    }

    /// Mean days of these cases, in units of 10^-2, half up; `None` where no days are known.
    #[must_use]
    pub fn mean_days(&self) -> Option<BigInt> {
        (self.timed > 0).then(|| {
            let mean = BigRational::new(self.days.into(), self.timed.into());
            round(&mean, 2, RoundingMode::HalfUp)
        })
    }

    fn new(hospital: Option<usize>, year: usize, groups: usize) -> CaseMix {
        CaseMix {
            hospital,
            year,
            cases: Sums::default(),
            ungrouped: 0,
            weighted: 0,
            groups: 0,
            weight: BigInt::zero(),
            heavy: 0,
            kept: 0,
            costs: 0,
            timed: 0,
            days: 0,
            times: 0,
            seen: vec![0; groups.div_ceil(64)],
        }
    }
}

/// Every hospital with cases, year by year, then the region.
pub(crate) fn case_mix(history: &History, plan: &Plan, groups: &[GroupFigures]) -> Vec<CaseMix> {
    let (hospitals, years) = (history.hospitals.len(), history.years);
    let row = |at: usize| CaseMix::new((at / years < hospitals).then_some(at / years), at % years, groups.len());
    let mut rows: Vec<CaseMix> = (0..(hospitals + 1) * years).map(row).collect();
    // A weight in units of the table: 18 digits at most, so that sums of them stay within 128 bits.
    let weights: Vec<Option<i128>> = groups
        .iter()
        .map(|group| {
            let points = rational(group.weight.as_ref()?.base_points);
            round(&points, plan.weights.decimals, RoundingMode::HalfUp).to_i128()
        })
        .collect();
    let twice = rational(plan.weights.scale) * BigRational::from_integer(2.into());
    let twice = round(&twice, plan.weights.decimals, RoundingMode::HalfUp)
        .to_i128()
        .unwrap_or(i128::MAX);
    let mut totals = vec![0i128; rows.len()];
    let places = |hospital: u32, year: u16| {
        let of = |unit: usize| unit * years + usize::from(year);
        [of(hospital as usize), of(hospitals)]
    };
    for record in &history.records {
        for at in places(record.hospital, record.year) {
            let row = &mut rows[at];
            row.cases.add(record.cost);
            if record.group == NO_GROUP {
                row.ungrouped += 1;
                continue;
            }
            let group = record.group as usize;
            let (word, bit) = (&mut row.seen[group / 64], 1u64 << (group % 64));
            row.groups += u64::from(*word & bit == 0);
            *word |= bit;
            if let Some(weight) = weights[group] {
                row.weighted += 1;
                row.heavy += u64::from(weight >= twice);
                totals[at] += weight;
            }
        }
    }
    let means = means(groups);
    for record in kept(history, groups) {
        let mean = means[record.group as usize][usize::from(record.year)];
        let ratio = part_of(i128::from(record.cost) * MEAN_UNITS, mean);
        for at in places(record.hospital, record.year) {
            rows[at].kept += 1;
            rows[at].costs += ratio;
        }
    }
    let mean_days = mean_days(history, groups);
    for record in timed(history, groups) {
        let mean = mean_days[record.group as usize][usize::from(record.year)];
        let ratio = part_of(i128::from(record.days) * UNITS, mean);
        for at in places(record.hospital, record.year) {
            rows[at].timed += 1;
            rows[at].days += u64::from(record.days);
            rows[at].times += ratio;
        }
    }
    for (row, total) in rows.iter_mut().zip(totals) {
        row.weight = total.into();
        row.seen = Vec::new();
    }
    rows.retain(|row| row.cases.cases > 0);
    rows
}

/// `figure ÷ mean` in units of 10^-12, half up; 0 where there is no mean.
fn part_of(figure: i128, mean: i128) -> i128 {
    let exact = figure.checked_mul(UNITS);
    exact
        .filter(|_| mean > 0)
        .map_or(0, |exact| (2 * exact + mean) / (2 * mean))
}

/// The mean of ratios of 10^-12, in units of 10^-6, half up.
fn index(ratios: i128, cases: u64) -> Option<BigInt> {
    (cases > 0).then(|| {
        let exact = BigRational::new(ratios.into(), BigInt::from(cases) * BigInt::from(UNITS));
        round(&exact, SHARE_PLACES, RoundingMode::HalfUp)
    })
}

/// The kept cases whose days are known.
fn timed<'h>(history: &'h History, groups: &'h [GroupFigures]) -> impl Iterator<Item = &'h Record> {
    kept(history, groups).filter(|record| record.days > 0)
}

/// Each group's yearly mean days in units of 10^-12, half up, so that expected days add up as integers.
fn mean_days(history: &History, groups: &[GroupFigures]) -> Vec<Vec<i128>> {
    let mut sums = vec![vec![(0u64, 0u64); history.years]; groups.len()];
    for record in timed(history, groups) {
        let (cases, days) = &mut sums[record.group as usize][usize::from(record.year)];
        *cases += 1;
        *days += u64::from(record.days);
    }
    let mean = |(cases, days): (u64, u64)| {
        let mean = BigRational::new(days.into(), cases.max(1).into());
        round(&mean, PLACES_MAX, RoundingMode::HalfUp).to_i128().unwrap_or(0)
    };
    let of_group = |years: Vec<(u64, u64)>| years.into_iter().map(mean).collect();
    sums.into_iter().map(of_group).collect()
}
