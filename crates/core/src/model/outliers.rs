//! `[deviation]` written down once more: the bound of a case, and the points of an outlier.

use super::{Book, Q, exact};
use crate::{ExtremePay, Group, OutlierCoefficient, Threshold};
use num_traits::{One, Zero};

/// What an outlier's points are made of.
pub(super) struct Outlier {
    /// Cost ÷ what it is compared with.
    pub(super) x: Q,
    /// Base points, of the sub-type where it is one.
    pub(super) base: Q,
    /// Everything that a normal case's base points are multiplied by.
    pub(super) coefficient: Q,
}

impl Book<'_> {
    /// The bound of a case: the first tier that fits it, else that of the rest.
    pub(super) fn bound(&self, side: &Threshold, hospital: &str, group: &Group) -> Q {
        let level = self.hospitals.get(hospital).map(|hospital| &hospital.level);
        for tier in &side.tiers {
            let other_level = tier.level.is_some() && tier.level.as_ref() != level;
            let too_many_points = tier.base_points_to.is_some_and(|most| group.base_points > most);
            if !(other_level || too_many_points) {
                return exact(tier.ratio);
            }
        }
        exact(side.ratio)
    }

    pub(super) fn low_points(&self, case: &Outlier, low: &Q) -> Q {
        let normal = &case.base * &case.coefficient;
        match self.policy.deviation.low.coefficient {
            OutlierCoefficient::Dropped => &case.base * &case.x,
            OutlierCoefficient::Kept => normal * &case.x,
            // x = 0 = l: just at the bound.
            OutlierCoefficient::Carried if low.is_zero() => normal,
            // On the line from nothing to a normal case's points at the bound.
            OutlierCoefficient::Carried => normal * (&case.x / low),
        }
    }

    pub(super) fn high_points(&self, case: &Outlier, high: &Q) -> Q {
        let rules = &self.policy.deviation;
        let normal = &case.base * &case.coefficient;
        let mut x = case.x.clone();
        if let Some(extreme) = rules.extreme {
            let bound = exact(extreme.ratio);
            if x > bound || (extreme.inclusive && x == bound) {
                match extreme.pay {
                    ExtremePay::Normal => return normal,
                    ExtremePay::AtThreshold => x = bound,
                }
            }
        }
        let beyond = (x - high) * exact(rules.high_share);
        match rules.high.coefficient {
            OutlierCoefficient::Dropped => &case.base + &case.base * beyond,
            OutlierCoefficient::Kept => normal * (beyond + Q::one()),
            OutlierCoefficient::Carried => normal + &case.base * beyond,
        }
    }
}
