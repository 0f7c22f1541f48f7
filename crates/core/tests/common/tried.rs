//! The years that properties are tried on.

use super::{CALM, Year};
use dianzhi_core::{PoolAccount, Remainder, RoundingMode};
use num_bigint::BigInt;
use num_rational::BigRational;

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

/// cases × half a fen + P × half a unit of V, in fen.
pub(crate) fn remainder_bound(year: &Year, account: &PoolAccount) -> BigRational {
    let rounding = &year.policy.rounding;
    let unit = BigInt::from(10).pow(rounding.points + rounding.point_value);
    let from_value = BigRational::new(BigInt::from(account.totals.points) * 100, unit);
    (BigRational::from(BigInt::from(account.totals.cases)) + from_value) / BigInt::from(2)
}
