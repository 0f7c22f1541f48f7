//! What experts change of weights 意见收集、谈判协商, and the scaling back behind it, so that the total
//! weight of the history is what it was: W′ = W* × Σ(W·n) ÷ Σ(W*·n) (RULES §1.1).

use crate::weights::Exact;
use crate::{Basis, CalibrateError, GroupFigures};
use dianzhi_core::{Decimal, PLACES_MAX, RoundingMode, rational, round};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::Zero;

/// A change that was adopted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adjustment {
    /// Position of the group.
    pub group: usize,
    /// The change.
    pub change: Change,
}

/// What is done to a weight.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Change {
    /// It is multiplied.
    Factor(Decimal),
    /// It is set, which also gives one to a group that has none.
    Weight(Decimal),
}

/// A change carried out, before weights are scaled back.
#[derive(Clone, Debug, PartialEq)]
pub struct Adjusted {
    /// The weight before it; `None` where there was none.
    pub before: Option<BigRational>,
    /// The weight behind it.
    pub after: BigRational,
}

/// The weight behind all, and before any.
pub(crate) type Changed = (Option<(BigRational, Option<BigRational>)>, Basis);

/// What changes make of the weights.
pub(crate) struct Applied {
    /// By group.
    pub(crate) weights: Vec<Changed>,
    /// What became of each change, before weights are scaled back.
    pub(crate) adjusted: Vec<Adjusted>,
    /// What every weight was multiplied by behind them, where they were scaled back.
    pub(crate) rescaled_by: Option<BigRational>,
}

/// Carries changes out in their order and scales back.
///
/// # Errors
/// A factor has nothing to multiply, or nothing is left to scale.
pub(crate) fn apply(
    own: Vec<Exact>,
    groups: &[GroupFigures],
    adjustments: &[Adjustment],
    rescale: bool,
) -> Result<Applied, CalibrateError> {
    let mut weights: Vec<Option<BigRational>> = own.iter().map(|(own, _)| own.clone()).collect();
    let mut adjusted = Vec::with_capacity(adjustments.len());
    for (at, adjustment) in adjustments.iter().enumerate() {
        let weight = &mut weights[adjustment.group];
        let before = weight.clone();
        let after = match (adjustment.change, &before) {
            (Change::Weight(set), _) => rational(set),
            (Change::Factor(factor), Some(before)) => before * rational(factor),
            (Change::Factor(_), None) => return Err(CalibrateError::NothingToAdjust(at)),
        };
        *weight = Some(after.clone());
        adjusted.push(Adjusted { before, after });
    }
    let rescaled_by = if rescale && !adjustments.is_empty() {
        let after = total(weights.iter().map(Option::as_ref), groups);
        if after.is_zero() {
            return Err(CalibrateError::NothingToRescale);
        }
        let before = total(own.iter().map(|(own, _)| own.as_ref()), groups);
        Some(BigRational::new(before, after))
    } else {
        None
    };
    if let Some(factor) = &rescaled_by {
        weights.iter_mut().flatten().for_each(|weight| *weight *= factor);
    }
    let changed = own.into_iter().zip(weights).map(|((own, basis), weight)| {
        let basis = if own.is_none() { Basis::Experts } else { basis };
        (weight.map(|weight| (weight, own)), basis)
    });
    Ok(Applied {
        weights: changed.collect(),
        adjusted,
        rescaled_by,
    })
}

/// Σ(W·n) over the cases of the history, in units of 10^-12: each weight is rounded to that, so that the
/// sum needs no common denominator of all groups.
fn total<'w>(weights: impl Iterator<Item = Option<&'w BigRational>>, groups: &[GroupFigures]) -> BigInt {
    let weighted = weights.zip(groups).filter_map(|(weight, group)| {
        let units = round(weight?, PLACES_MAX, RoundingMode::HalfUp);
        Some(units * group.cases_in_all())
    });
    weighted.sum()
}
