//! Case-mix tables: what kind of cases each hospital has, year by year (RULES §6): CMI, number of groups,
//! cost index 费用消耗指数, time index 时间消耗指数, share of heavy cases.

use crate::hospitals::{kept, means};
use crate::{GroupFigures, History, NO_GROUP, Plan, Record, SHARE_PLACES, Sums};
use dianzhi_core::{PLACES_MAX, RoundingMode, rational, round};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{ToPrimitive, Zero};

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
    /// Σ cost of the cases that are kept, in fen.
    kept: i128,
    /// What they would cost at the year's means of their groups, in units of 10^-6 fen.
    expected: i128,
    /// The kept cases whose days are known.
    pub timed: u64,
    /// Their days.
    pub days: u64,
    /// What they would stay at the year's mean days of their groups, in units of 10^-12 days.
    expected_days: i128,
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

    /// Cost of the cases that are kept ÷ what they would cost at the means of their groups, in units of
    /// 10^-6, half up.
    #[must_use]
    pub fn cost_index(&self) -> Option<BigInt> {
        (self.expected > 0).then(|| {
            let index = BigRational::new(BigInt::from(self.kept) * 1_000_000u32, self.expected.into());
            round(&index, SHARE_PLACES, RoundingMode::HalfUp)
        })
    }

    /// Days of the kept cases whose days are known ÷ what they would stay at the mean days of their groups, in
    /// units of 10^-6, half up; `None` where no days are known.
    #[must_use]
    pub fn time_index(&self) -> Option<BigInt> {
        (self.expected_days > 0).then(|| {
            let days = BigInt::from(self.days) * BigInt::from(10u8).pow(PLACES_MAX);
            let index = BigRational::new(days, self.expected_days.into());
            round(&index, SHARE_PLACES, RoundingMode::HalfUp)
        })
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
            expected: 0,
            timed: 0,
            days: 0,
            expected_days: 0,
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
        for at in places(record.hospital, record.year) {
            rows[at].kept += i128::from(record.cost);
            rows[at].expected += means[record.group as usize][usize::from(record.year)];
        }
    }
    let mean_days = mean_days(history, groups);
    for record in timed(history, groups) {
        for at in places(record.hospital, record.year) {
            rows[at].timed += 1;
            rows[at].days += u64::from(record.days);
            rows[at].expected_days += mean_days[record.group as usize][usize::from(record.year)];
        }
    }
    for (row, total) in rows.iter_mut().zip(totals) {
        row.weight = total.into();
        row.seen = Vec::new();
    }
    rows.retain(|row| row.cases.cases > 0);
    rows
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
