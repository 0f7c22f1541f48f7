//! The figures of the whole history: the mean of all cases, and how much of the spread of their costs
//! the grouping explains (RIV).

use crate::groups::combined;
use crate::{GroupFigures, History, NO_GROUP, Plan, SHARE_PLACES, Sums};
use dianzhi_core::{RoundingMode, round};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::Zero;

/// What is found of the whole.
#[derive(Clone, Debug, PartialEq)]
pub struct TotalFigures {
    /// Cases paid by group, by year.
    pub cases: Vec<u64>,
    /// Those of them without a group, by year; they enter no mean.
    pub ungrouped: Vec<u64>,
    /// The cases of groups that are kept, by year.
    pub kept: Vec<Sums>,
    /// All of them, whatever the year.
    pub all: Sums,
    /// The mean cost over the years by their weights, in fen; `None` where no case is kept.
    pub mean: Option<BigRational>,
    /// Reduction in variance: 1 − Σ within groups ÷ Σ in all, of the cases that are kept, in units of
    /// 10^-6 half up; `None` where all of them cost the same.
    pub riv: Option<BigInt>,
}

impl TotalFigures {
    pub(crate) fn of(history: &History, plan: &Plan, groups: &[GroupFigures]) -> TotalFigures {
        let mut cases = vec![0; history.years];
        let mut ungrouped = vec![0; history.years];
        for record in &history.records {
            cases[usize::from(record.year)] += 1;
            ungrouped[usize::from(record.year)] += u64::from(record.group == NO_GROUP);
        }
        let mut kept = vec![Sums::default(); history.years];
        let mut all = Sums::default();
        // Each group's part is cut to 10^-6 fen², so that the sum needs no common denominator.
        let mut within = BigInt::zero();
        for group in groups {
            for (total, year) in kept.iter_mut().zip(&group.kept) {
                total.add_all(year);
            }
            all.add_all(&group.all);
            within += group.all.squares_around_mean();
        }
        let in_all = all.squares_around_mean();
        let riv = (!in_all.is_zero()).then(|| {
            let explained = BigRational::new(&in_all - within, in_all);
            round(&explained, SHARE_PLACES, RoundingMode::HalfUp)
        });
        TotalFigures {
            cases,
            ungrouped,
            mean: combined(&kept, &plan.years, plan.combine),
            kept,
            all,
            riv,
        }
    }
}
