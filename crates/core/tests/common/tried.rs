//! The years that properties are tried on.

use super::{CALM, Year};
use dianzhi_core::{Remainder, RoundingMode};

/// Years that a property is tried on, and the most claims of one.
pub(crate) const SEEDS: std::ops::Range<u64> = 0..400;
pub(crate) const CLAIMS_MAX: usize = 40;

/// A year without extremes.
pub(crate) fn any_year(seed: u64) -> Year {
    Year::draw(seed, &CALM, CLAIMS_MAX)
}

pub(crate) fn largest_remainder(seed: u64) -> Year {
    let mut year = any_year(seed).by_points(Remainder::LargestRemainder);
    year.policy.fund_share.floor_at_zero = false;
    year
}

pub(crate) fn remainder_to_the_fund(seed: u64) -> Year {
    let mut year = any_year(seed).by_points(Remainder::Fund);
    year.policy.fund_share.floor_at_zero = false;
    if year.policy.rounding.mode == RoundingMode::Down {
        year.policy.rounding.mode = RoundingMode::HalfUp;
    }
    year
}
