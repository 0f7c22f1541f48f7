//! History → group means, relative weights, stability, hospital coefficients, per-diem rates and
//! forecasts 测算. No I/O, no clock, no threads.
//!
//! Sums and sums of squares are integers, means and weights are fractions, a root is taken once of an
//! exact fraction; docs/CALIBRATION.md names every rounding beside its formula and source. The only
//! `f64` is in [`TrimMethod::LogSd`]: it decides which cases of a group count, and moves weights by that,
//! and no figure is computed from it. So the results are the same on every machine.
//!
//! ```
//! use dianzhi_calibrate::{History, KnownGroup, KnownHospital, Record, calibrate};
//! use dianzhi_core::GroupKind;
//!
//! let group = |code: &str| KnownGroup {
//!     code: code.into(), name: code.into(), kind: GroupKind::Core, present: None,
//! };
//! let case = |group, cost| Record { cost, group, hospital: 0, pool: 0, year: 0, days: 0 };
//! let history = History {
//!     years: 1,
//!     groups: vec![group("A"), group("B")],
//!     hospitals: vec![KnownHospital {
//!         code: "H1".into(), name: "H1".into(), level: "3".into(), present: 1.into(), is_present: true,
//!     }],
//!     records: vec![case(0, 400_000), case(0, 600_000), case(1, 1_500_000), case(1, 1_500_000)],
//!     ..History::default()
//! };
//! let found = calibrate(&history, &dianzhi_calibrate::example::plan(), &[]).unwrap();
//! let points = |at: usize| found.groups[at].weight.as_ref().unwrap().base_points.to_string();
//! // Means of 5,000 and 15,000 yuan, 10,000 of all.
//! assert_eq!((points(0), points(1)), ("50.0000".to_owned(), "150.0000".to_owned()));
//! ```
#![forbid(unsafe_code)]

mod adjust;
mod case_mix;
mod cells;
mod cmi;
pub mod dip;
pub mod example;
mod groups;
mod history;
mod hospitals;
mod plan;
mod rates;
mod sums;
mod totals;
mod trimming;
mod weights;

pub use adjust::{Adjusted, Adjustment, Change};
pub use case_mix::CaseMix;
pub use cmi::{CmiBonus, CmiFigure};
pub use groups::{GroupFigures, Remark};
pub use history::{DayRecord, History, KnownGroup, KnownHospital, NO_GROUP, Present, Record};
pub use hospitals::{Capped, CoefficientFigure};
pub use plan::{
    CmiPlan, CmiStep, CmiYears, CoefficientBy, CoefficientPlan, Combine, Forecast, Measure, Plan, Sd, Stability,
    TrimBy, TrimMethod, Trimming, Unstable, WeightMethod, Weights, WithoutCases, YEAR_WEIGHT_MAX, YEARS_MAX,
};
pub use rates::{DayRateFigure, ForecastFigure};
pub use sums::{SHARE_PLACES, Sums};
pub use totals::TotalFigures;
pub use trimming::Bounds;
pub use weights::{Basis, Weight};

use cells::Cells;
use num_rational::BigRational;

/// Everything that a history gives.
#[derive(Clone, Debug, PartialEq)]
pub struct Calibrated {
    /// By group, in the order of the history's groups.
    pub groups: Vec<GroupFigures>,
    /// The whole.
    pub total: TotalFigures,
    /// What became of each adjustment, in their order.
    pub adjusted: Vec<Adjusted>,
    /// What every weight was multiplied by behind the adjustments, where they were scaled back.
    pub rescaled_by: Option<BigRational>,
    /// Hospital coefficients, by hospital or level and then by group.
    pub coefficients: Vec<CoefficientFigure>,
    /// What each hospital's CMI adds to them, where it adds anything.
    pub cmi: Vec<CmiFigure>,
    /// Each hospital's cases, year by year, then the region's.
    pub case_mix: Vec<CaseMix>,
    /// Per-diem rates, by method and level.
    pub day_rates: Vec<DayRateFigure>,
    /// Forecasts of the pools that the history has.
    pub forecasts: Vec<ForecastFigure>,
}

/// Why a history gives no weights.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum CalibrateError {
    /// No case of any group is left.
    #[error("no case of the history has a group and is kept")]
    NoCases,
    /// The reference group is none of the history's.
    #[error("the reference group {0} is not in the history")]
    NoReference(String),
    /// No case of the reference group is left.
    #[error("no case of the reference group {0} is kept")]
    EmptyReference(String),
    /// A factor for a group without a weight; position of the adjustment.
    #[error("adjustment {0} multiplies a weight that the group does not have")]
    NothingToAdjust(usize),
    /// Before the adjustments or behind them the weights of all cases are 0.
    #[error("the weights of all cases add up to 0 before the adjustments or behind them")]
    NothingToRescale,
    /// A figure of more digits than a table holds; what it is of.
    #[error("a figure of {0} has more than 18 digits")]
    TooLarge(String),
}

/// Calibrates: the plan has no breach, positions of the history are within it.
///
/// # Errors
/// [`CalibrateError`]
pub fn calibrate(history: &History, plan: &Plan, adjustments: &[Adjustment]) -> Result<Calibrated, CalibrateError> {
    let bounds = trimming::bounds(&mut Cells::of_history(history), &plan.trimming);
    let mut groups = groups::figures(history, plan, &bounds);
    let total = TotalFigures::of(history, plan, &groups);
    let exact = weights::own(history, plan, &groups, &total)?;
    let applied = adjust::apply(exact, &groups, adjustments, plan.rescale)?;
    for (at, (exact, basis)) in applied.weights.into_iter().enumerate() {
        let Some(exact) = exact else { continue };
        let weight = Weight::of(history, plan, &groups[at], &total, (at, exact, basis));
        groups[at].weight = Some(weight.ok_or_else(|| CalibrateError::TooLarge(history.groups[at].code.clone()))?);
    }
    let case_mix = case_mix::case_mix(history, plan, &groups);
    Ok(Calibrated {
        cmi: cmi::figures(history, plan, &case_mix),
        coefficients: hospitals::figures(history, plan, &groups)?,
        case_mix,
        day_rates: rates::per_diem(history, plan)?,
        forecasts: rates::forecasts(history, plan, &groups)?,
        groups,
        total,
        adjusted: applied.adjusted,
        rescaled_by: applied.rescaled_by,
    })
}
