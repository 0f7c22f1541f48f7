//! The bands of a clearing, as intervals of booked money.

use super::{Q, exact};
use crate::{Clearing, Sharing, Surplus};
use num_traits::{One, Zero};

/// What a hospital is cleared by, before the reserve is looked at. In yuan.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelClearing {
    /// `none`, `under-floor`, `surplus` or `overspend`
    pub band: &'static str,
    /// What it gets without a compensation.
    pub cleared: Q,
    /// What it may be compensated.
    pub compensation: Q,
}

/// §5.5 and §5.7 for one hospital: S and F, and how money is rounded.
pub(super) fn cleared_by(rules: &Clearing, due: &Q, booked: &Q, money: impl Fn(&Q) -> Q) -> ModelClearing {
    let cleared = |band, cleared: Q, compensation: Q| ModelClearing {
        band,
        cleared,
        compensation,
    };
    if due <= &Q::zero() {
        return cleared("none", due.clone(), Q::zero());
    }
    let r = booked / due;
    let reaches = |from: &Q| if rules.from_inclusive { &r >= from } else { &r > from };
    let most = |cap: Option<crate::Decimal>, amount: Q| match cap {
        Some(cap) => amount.min(money(&(exact(cap) * due))),
        None => amount,
    };
    let kept = match &rules.surplus {
        Surplus::Floor { floor, keep } => {
            if !reaches(&exact(*floor)) {
                return cleared("under-floor", booked.clone(), Q::zero());
            }
            exact(*keep) * (due - booked)
        }
        Surplus::Bands(bands) if rules.sharing == Sharing::Whole => {
            let Some(band) = bands.iter().find(|band| reaches(&exact(band.from))) else {
                return cleared("under-floor", booked.clone(), Q::zero());
            };
            exact(band.keep) * (due - booked)
        }
        Surplus::Bands(bands) => {
            let tops = std::iter::once(Q::one()).chain(bands.iter().map(|band| exact(band.from)));
            let parts = bands.iter().zip(tops);
            let part = |(band, top): (&crate::SurplusBand, Q)| exact(band.keep) * overlap(&exact(band.from), &top, &r);
            parts.map(part).sum::<Q>() * due
        }
    };
    if r <= Q::one() {
        let kept = most(rules.surplus_cap, money(&kept));
        return cleared("surplus", booked + kept, Q::zero());
    }
    let shared = match (rules.sharing, rules.overspend.last()) {
        (_, None) => Q::zero(),
        (Sharing::Progressive, _) => {
            let from = std::iter::once(Q::one()).chain(rules.overspend.iter().map(|band| exact(band.up_to)));
            let parts = rules.overspend.iter().zip(from);
            parts
                .map(|(band, from)| exact(band.fund_share) * (exact(band.up_to).min(r.clone()) - from).max(Q::zero()))
                .sum()
        }
        (Sharing::Whole, Some(last)) => {
            let lies_in = |up_to: &Q| if rules.up_to_inclusive { &r <= up_to } else { &r < up_to };
            let mut bands = rules.overspend.iter();
            let band = bands.find(|band| lies_in(&exact(band.up_to))).unwrap_or(last);
            exact(band.fund_share) * (r.clone().min(exact(last.up_to)) - Q::one())
        }
    };
    let compensation = most(rules.compensation_cap, money(&(shared * due)));
    cleared("overspend", due.clone(), compensation)
}

/// How much of [`from`, `top`] lies above r.
fn overlap(from: &Q, top: &Q, r: &Q) -> Q {
    if r >= top {
        Q::zero()
    } else if r <= from {
        top - from
    } else {
        top - r
    }
}
