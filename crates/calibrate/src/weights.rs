//! Base points out of mean costs: by the mean of all cases, a reference group, or a fixed quota
//! (RULES §1.1, §1.3, §1.5), exact until the one rounding of the table.

use crate::{
    CalibrateError, GroupFigures, History, KnownGroup, Plan, TotalFigures, Unstable, WeightMethod, WithoutCases,
};
use dianzhi_core::{Decimal, RoundingMode, rational, round};
use num_rational::BigRational;
use num_traits::ToPrimitive;

/// The digits that a table takes.
const UNITS_MAX: i128 = 999_999_999_999_999_999;

/// What a base weight comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// The group's own mean cost.
    History,
    /// The present table.
    Present,
    /// An expert's figure for a group that had none.
    Experts,
}

impl Basis {
    /// The word in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Basis::History => "history",
            Basis::Present => "present",
            Basis::Experts => "experts",
        }
    }
}

/// What the groups table gets of a group.
#[derive(Clone, Debug, PartialEq)]
pub struct Weight {
    /// What it comes from.
    pub basis: Basis,
    /// Before experts changed it, rounded as base points are; `None` where there was none.
    pub before_experts: Option<Decimal>,
    /// Base points 基准点数 (relative weight 权重, disease score 病种分值).
    pub base_points: Decimal,
    /// Mean cost in yuan, to the fen, half up.
    pub mean_cost: Decimal,
}

/// A group's exact weight and what it comes from.
pub(crate) type Exact = (Option<BigRational>, Basis);

/// What a mean cost in fen is divided by, in fen.
fn unit(
    history: &History,
    plan: &Plan,
    groups: &[GroupFigures],
    total: &TotalFigures,
) -> Result<BigRational, CalibrateError> {
    match &plan.weights.method {
        WeightMethod::Cost => total.mean.clone().ok_or(CalibrateError::NoCases),
        WeightMethod::Quota(yuan) => Ok(rational(*yuan) * BigRational::from_integer(100.into())),
        WeightMethod::Reference(code) => {
            let at = history.groups.iter().position(|group| group.code == *code);
            let at = at.ok_or_else(|| CalibrateError::NoReference(code.clone()))?;
            let mean = groups[at].mean.clone();
            mean.ok_or_else(|| CalibrateError::EmptyReference(code.clone()))
        }
    }
}

/// The weights before experts change them.
///
/// # Errors
/// There is nothing to divide by.
pub(crate) fn own(
    history: &History,
    plan: &Plan,
    groups: &[GroupFigures],
    total: &TotalFigures,
) -> Result<Vec<Exact>, CalibrateError> {
    if total.all.cases == 0 {
        return Err(CalibrateError::NoCases);
    }
    let per_fen = rational(plan.weights.scale) / unit(history, plan, groups, total)?;
    let present = |group: &KnownGroup| group.present.map(|present| rational(present.base_points));
    let all = history.groups.iter().zip(groups).map(|(group, found)| {
        let own = found.mean.as_ref().map(|mean| mean * &per_fen);
        let (unstable, without_cases) = (plan.weights.unstable, plan.weights.without_cases);
        match own {
            None if without_cases == WithoutCases::LeaveOut => (None, Basis::Present),
            None => (present(group), Basis::Present),
            Some(own) if found.stable || unstable == Unstable::Weight => (Some(own), Basis::History),
            Some(_) if unstable == Unstable::LeaveOut => (None, Basis::History),
            Some(own) => match present(group) {
                Some(present) => (Some(present), Basis::Present),
                None => (Some(own), Basis::History),
            },
        }
    });
    Ok(all.collect())
}

/// A figure as a table takes it; `None` where it has too many digits.
pub(crate) fn decimal(value: &BigRational, places: u32, mode: RoundingMode) -> Option<Decimal> {
    let units = round(value, places, mode).to_i128()?;
    let fits = units.abs() <= UNITS_MAX;
    fits.then(|| Decimal::from_i128_with_scale(units, places))
}

impl Weight {
    /// The table's figures of the group at a position; `None` where one has too many digits.
    pub(crate) fn of(
        history: &History,
        plan: &Plan,
        found: &GroupFigures,
        total: &TotalFigures,
        (at, (exact, before), basis): (usize, (BigRational, Option<BigRational>), Basis),
    ) -> Option<Weight> {
        let weights = &plan.weights;
        let points = |exact: &BigRational| decimal(exact, weights.decimals, weights.mode);
        let present = history.groups[at].present;
        let fen = match (&found.mean, present) {
            // Present points go with the present mean: the cost ratio is held against both.
            (_, Some(present)) if basis == Basis::Present => {
                rational(present.mean_cost) * BigRational::from_integer(100.into())
            }
            (Some(mean), _) => mean.clone(),
            (None, Some(present)) => rational(present.mean_cost) * BigRational::from_integer(100.into()),
            // What its weight says that it costs.
            (None, None) => &exact * total.mean.as_ref()? / rational(weights.scale),
        };
        let mean_cost = decimal(&(fen / BigRational::from_integer(100.into())), 2, RoundingMode::HalfUp)?;
        // A cost of less than half a fen is none that a table takes.
        let mean_cost = mean_cost.max(Decimal::new(1, 2));
        Some(Weight {
            basis,
            before_experts: match &before {
                Some(before) => Some(points(before)?),
                None => None,
            },
            base_points: points(&exact)?,
            mean_cost,
        })
    }
}
