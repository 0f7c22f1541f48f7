//! The figures of each group: its cases, its mean over the years, whether it is stable.

use crate::trimming::Bounds;
use crate::{Combine, History, NO_GROUP, Plan, Stability, Sums, Weight};
use dianzhi_core::rational;
use num_rational::BigRational;
use num_traits::Zero;

/// What is found of a group.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupFigures {
    /// Cases before trimming, by year.
    pub cases: Vec<u64>,
    /// The cases that are kept, by year.
    pub kept: Vec<Sums>,
    /// The costs that are kept, by year.
    pub bounds: Vec<Bounds>,
    /// All cases that are kept, whatever the year.
    pub all: Sums,
    /// The mean cost over the years by their weights, in fen; `None` where no case is kept.
    pub mean: Option<BigRational>,
    /// Whether it is stable 稳定病组.
    pub stable: bool,
    /// What is worth a look.
    pub remarks: Vec<Remark>,
    /// What the groups table gets; `None` for a group that it leaves out.
    pub weight: Option<Weight>,
}

/// What is worth a look in a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Remark {
    /// No case has it.
    NoCases,
    /// No case of it is kept.
    AllTrimmed,
    /// One case alone is kept: there is no spread to speak of.
    OneCase,
    /// All cases that are kept cost the same.
    ZeroVariance,
    /// Fewer cases than a stable group has.
    FewCases,
    /// A coefficient of variation above that of a stable group.
    HighCv,
    /// The present table does not have it.
    New,
}

impl Remark {
    /// The word in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Remark::NoCases => "no-cases",
            Remark::AllTrimmed => "all-trimmed",
            Remark::OneCase => "one-case",
            Remark::ZeroVariance => "zero-variance",
            Remark::FewCases => "few-cases",
            Remark::HighCv => "high-cv",
            Remark::New => "new",
        }
    }
}

impl GroupFigures {
    /// Cases before trimming, of all years.
    #[must_use]
    pub fn cases_in_all(&self) -> u64 {
        self.cases.iter().sum()
    }

    /// Cases left out.
    #[must_use]
    pub fn trimmed(&self) -> u64 {
        self.cases_in_all() - self.all.cases
    }
}

/// Σ w·mean ÷ Σ w, or Σ w·cost ÷ Σ w·cases, over the years that have cases; `None` where none has.
pub(crate) fn combined(kept: &[Sums], weights: &[u32], combine: Combine) -> Option<BigRational> {
    let (mut above, mut below) = (BigRational::zero(), BigRational::zero());
    for (sums, &weight) in kept.iter().zip(weights) {
        let Some(mean) = sums.mean() else { continue };
        let weight = match combine {
            Combine::Means => BigRational::from_integer(weight.into()),
            Combine::Cases => BigRational::from_integer((u128::from(weight) * u128::from(sums.cases)).into()),
        };
        above += mean * &weight;
        below += weight;
    }
    (!below.is_zero()).then(|| above / below)
}

/// The figures of every group, without weights yet.
pub(crate) fn figures(history: &History, plan: &Plan, bounds: &[Bounds]) -> Vec<GroupFigures> {
    let years = history.years;
    let mut cells = vec![(0u64, Sums::default()); bounds.len()];
    for record in history.records.iter().filter(|record| record.group != NO_GROUP) {
        let at = record.group as usize * years + usize::from(record.year);
        let (cases, kept) = &mut cells[at];
        *cases += 1;
        if bounds[at].keep(record.cost) {
            kept.add(record.cost);
        }
    }
    let groups = history.groups.iter().enumerate();
    let figures = groups.map(|(at, group)| {
        let of_group = at * years..(at + 1) * years;
        let cells = &cells[of_group.clone()];
        let kept: Vec<Sums> = cells.iter().map(|(_, kept)| *kept).collect();
        let mut all = Sums::default();
        kept.iter().for_each(|year| all.add_all(year));
        let mut found = GroupFigures {
            cases: cells.iter().map(|(cases, _)| *cases).collect(),
            mean: combined(&kept, &plan.years, plan.combine),
            kept,
            bounds: bounds[of_group].to_vec(),
            all,
            stable: false,
            remarks: Vec::new(),
            weight: None,
        };
        found.judge(&plan.stability);
        if group.present.is_none() {
            found.remarks.push(Remark::New);
        }
        found
    });
    figures.collect()
}

impl GroupFigures {
    /// Whether the group is stable, and what is worth a look in it.
    fn judge(&mut self, stability: &Stability) {
        let cases = self.cases_in_all();
        let cv_squared = self.all.cv_squared(stability.sd);
        let limit = rational(stability.cv_max);
        let limit = &limit * &limit;
        let is_even = cv_squared
            .as_ref()
            .map(|cv| *cv < limit || (*cv == limit && stability.cv_inclusive));
        let has_enough = cases >= stability.cases_min;
        self.stable = has_enough && is_even == Some(true);
        let mut remark = |is: bool, remark| {
            if is {
                self.remarks.push(remark);
            }
        };
        remark(cases == 0, Remark::NoCases);
        remark(cases > 0 && self.all.cases == 0, Remark::AllTrimmed);
        remark(self.all.cases == 1, Remark::OneCase);
        let is_flat = self.all.cases > 1 && self.all.variance(crate::Sd::Population).is_some_and(|v| v.is_zero());
        remark(is_flat, Remark::ZeroVariance);
        remark(cases > 0 && !has_enough, Remark::FewCases);
        remark(is_even == Some(false), Remark::HighCv);
    }
}
