//! A small plan for documentation and tests.

use crate::{
    Combine, Plan, Sd, Stability, TrimBy, TrimMethod, Trimming, Unstable, WeightMethod, Weights, WithoutCases,
};
use dianzhi_core::{Decimal, RoundingMode};

/// One year, nothing trimmed, weights by mean cost with 100 for the mean case.
#[must_use]
pub fn plan() -> Plan {
    Plan {
        years: vec![1],
        combine: Combine::Means,
        trimming: Trimming {
            method: TrimMethod::None,
            by: TrimBy::Group,
            cases_min: 1,
        },
        stability: Stability {
            cv_max: Decimal::ONE,
            cv_inclusive: true,
            cases_min: 5,
            sd: Sd::Population,
        },
        weights: Weights {
            method: WeightMethod::Cost,
            scale: Decimal::ONE_HUNDRED,
            decimals: 4,
            mode: RoundingMode::HalfUp,
            unstable: Unstable::Weight,
            without_cases: WithoutCases::Present,
        },
        rescale: true,
        coefficients: None,
        per_diem: None,
        forecasts: Vec::new(),
    }
}
