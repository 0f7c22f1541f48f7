//! The named roundings. Every legally defined step rounds once, by one of these functions.

use num_bigint::{BigInt, BigUint};
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive, Zero};
use serde::{Deserialize, Serialize};

/// How a step rounds (`rounding.mode`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RoundingMode {
    /// 四舍五入: ties away from zero.
    HalfUp,
    /// 四舍六入五成双: ties to the even neighbour.
    HalfEven,
    /// 截尾: towards zero.
    Down,
}

impl RoundingMode {
    /// The word used in region files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            RoundingMode::HalfUp => "half-up",
            RoundingMode::HalfEven => "half-even",
            RoundingMode::Down => "down",
        }
    }

    /// Whether a quotient cut towards zero goes one up, from its remainder against the divisor.
    #[inline]
    pub(crate) fn goes_up<T: Copy + PartialOrd + std::ops::Sub<Output = T>>(
        self,
        odd: bool,
        rest: T,
        divisor: T,
    ) -> bool {
        // `rest` against `divisor - rest`, never `2 * rest`, which could wrap.
        match self {
            RoundingMode::HalfUp => rest >= divisor - rest,
            RoundingMode::HalfEven => rest > divisor - rest || (rest == divisor - rest && odd),
            RoundingMode::Down => false,
        }
    }
}

/// `dividend ÷ divisor` to a whole number. The divisor is above zero.
#[inline]
#[must_use]
pub(crate) fn div_u64(dividend: u64, divisor: u64, mode: RoundingMode) -> u64 {
    let (quotient, rest) = (dividend / divisor, dividend % divisor);
    quotient + u64::from(mode.goes_up(quotient & 1 == 1, rest, divisor))
}

/// As [`div_u64`], in 128 bits.
#[inline]
#[must_use]
pub(crate) fn div_u128(dividend: u128, divisor: u128, mode: RoundingMode) -> u128 {
    if let (Ok(a), Ok(b)) = (u64::try_from(dividend), u64::try_from(divisor)) {
        return div_u64(a, b, mode).into();
    }
    let (quotient, rest) = (dividend / divisor, dividend % divisor);
    quotient + u128::from(mode.goes_up(quotient & 1 == 1, rest, divisor))
}

/// `a × b × c ÷ divisor` to a whole number, whatever the size of the product; `None` where the
/// result passes an `i64`.
#[cold]
pub(crate) fn mul_div_wide(a: u64, b: u128, c: u128, divisor: u128, mode: RoundingMode) -> Option<i64> {
    let dividend = BigUint::from(a) * BigUint::from(b) * BigUint::from(c);
    round(&BigRational::new(dividend.into(), BigInt::from(divisor)), 0, mode).to_i64()
}

/// `value` in whole units of 10^-`places`, rounded once.
///
/// ```
/// use dianzhi_core::{RoundingMode, round};
/// use num_rational::BigRational;
/// let third = BigRational::new(2.into(), 3.into());
/// assert_eq!(round(&third, 4, RoundingMode::HalfUp), 6667.into());
/// ```
#[must_use]
pub fn round(value: &BigRational, places: u32, mode: RoundingMode) -> BigInt {
    let dividend = value.numer().abs() * BigInt::from(10u8).pow(places);
    let divisor = value.denom();
    let (mut quotient, rest) = dividend.div_rem(divisor);
    let twice = rest * 2u8;
    let up = match mode {
        RoundingMode::HalfUp => &twice >= divisor,
        RoundingMode::HalfEven => &twice > divisor || (&twice == divisor && quotient.is_odd()),
        RoundingMode::Down => false,
    };
    if up {
        quotient += BigInt::one();
    }
    if value.is_negative() && !quotient.is_zero() {
        quotient = -quotient;
    }
    quotient
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::divide::Divisor;
    use proptest::prelude::*;

    fn mul_div(a: u64, b: u128, c: u128, divisor: u128, mode: RoundingMode) -> Option<i64> {
        Divisor::new(divisor).mul_div(a, b, c, mode)
    }

    const MODES: [RoundingMode; 3] = [RoundingMode::HalfUp, RoundingMode::HalfEven, RoundingMode::Down];

    #[test]
    fn ties() {
        assert_eq!(div_u64(5, 2, RoundingMode::HalfUp), 3);
        assert_eq!(div_u64(5, 2, RoundingMode::HalfEven), 2);
        assert_eq!(div_u64(7, 2, RoundingMode::HalfEven), 4);
        assert_eq!(div_u64(7, 2, RoundingMode::Down), 3);
        assert_eq!(div_u64(5, 2, RoundingMode::Down), 2);
        let minus = BigRational::new((-5).into(), 2.into());
        assert_eq!(round(&minus, 0, RoundingMode::HalfEven), BigInt::from(-2));
        assert_eq!(round(&minus, 0, RoundingMode::HalfUp), BigInt::from(-3));
        assert_eq!(round(&minus, 0, RoundingMode::Down), BigInt::from(-2));
    }

    /// Ties at an even and at an odd quotient, and a unit beside them, in every width.
    #[test]
    fn ties_in_every_width() {
        for (mode, even, odd) in [
            (RoundingMode::HalfUp, 1, 1),
            (RoundingMode::HalfEven, 0, 1),
            (RoundingMode::Down, 0, 0),
        ] {
            for half in [1, 1 << 31, 1 << 62, 1 << 80, (1 << 100) + 5] {
                let divisor: u128 = 2 * half;
                for (quotient, up) in [(0, even), (1, odd), (6, even), (1_000_003, odd)] {
                    let tie = quotient * divisor + half;
                    let nearest = u128::from(mode != RoundingMode::Down);
                    assert_eq!(
                        div_u128(tie, divisor, mode),
                        quotient + up,
                        "{tie} ÷ {divisor} {mode:?}"
                    );
                    assert_eq!(
                        div_u128(tie + 1, divisor, mode),
                        quotient + if half == 1 { 1 } else { nearest }
                    );
                    assert_eq!(div_u128(tie - 1, divisor, mode), quotient);
                }
            }
        }
    }

    /// A result is refused exactly where it passes an `i64`, whatever the intermediates are.
    #[test]
    fn products_of_any_width() {
        const MAX: u64 = i64::MAX.unsigned_abs();
        for by in [1, 1 << 40, 1 << 63, 1 << 100] {
            assert_eq!(mul_div(MAX, by, 1, by, RoundingMode::HalfUp), Some(i64::MAX));
            assert_eq!(mul_div(MAX + 1, by, 1, by, RoundingMode::HalfUp), None);
            assert_eq!(mul_div(6, by, 7, by, RoundingMode::HalfUp), Some(42));
        }
        assert_eq!(mul_div(5, 1 << 100, 1 << 100, 1 << 101, RoundingMode::HalfEven), None);
        let half = mul_div(5, 1 << 70, 1 << 56, 1 << 127, RoundingMode::HalfEven);
        assert_eq!(half, Some(2));
    }

    #[test]
    fn words_of_region_files() {
        assert_eq!(MODES.map(RoundingMode::as_str), ["half-up", "half-even", "down"]);
    }

    proptest! {
        #[test]
        fn u64_and_u128_agree(a in any::<u64>(), d in 1u64..) {
            for mode in MODES {
                let wide = round(&BigRational::new(a.into(), d.into()), 0, mode);
                prop_assert_eq!(BigInt::from(div_u64(a, d, mode)), wide);
            }
        }
    }
}
