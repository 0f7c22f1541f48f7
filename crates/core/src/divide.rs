//! Division by a number that is known before the cases are: two multiplications instead of a
//! hardware division, which many processors in use are slow at.
//!
//! For `d` from 2 to 2^64 − 1 and `m = ⌈2^128 ÷ d⌉`, `n ÷ d` cut down is `m × n ÷ 2^128` cut down
//! for every `n` of 64 bits (Lemire, Kaser, Kurz, "Faster remainder by direct computation", 2019,
//! theorem 1 with F = 128 and N = 64).

use crate::rounding::{RoundingMode, div_u128, mul_div_wide};
use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::ToPrimitive;

/// A divisor above zero with its reciprocal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Divisor {
    value: u128,
    /// ⌈2^128 ÷ value⌉, or 0 where there is none: the value is 1 or passes 64 bits.
    reciprocal: u128,
}

impl Divisor {
    /// `value` is above zero.
    pub(crate) const fn new(value: u128) -> Divisor {
        let narrow = value > 1 && value <= u64::MAX as u128;
        let reciprocal = if narrow { u128::MAX / value + 1 } else { 0 };
        Divisor { value, reciprocal }
    }

    pub(crate) fn value(&self) -> u128 {
        self.value
    }

    /// `dividend ÷ self` to a whole number.
    #[inline(always)]
    #[must_use]
    pub(crate) fn divide(&self, dividend: u64, mode: RoundingMode) -> u64 {
        if self.reciprocal == 0 {
            return self.divide_plainly(dividend, mode);
        }
        let quotient = high_word(self.reciprocal, dividend);
        // The value fits 64 bits, or there were no reciprocal; the remainder is below it.
        #[allow(clippy::cast_possible_truncation)]
        let divisor = self.value as u64;
        let rest = dividend - quotient * divisor;
        quotient + u64::from(mode.goes_up(quotient & 1 == 1, rest, divisor))
    }

    /// By 1, or by more than 64 bits hold.
    #[inline(never)]
    fn divide_plainly(&self, dividend: u64, mode: RoundingMode) -> u64 {
        if self.value == 1 {
            return dividend;
        }
        u64::from(mode.goes_up(false, u128::from(dividend), self.value))
    }

    /// `a × b × c ÷ self` to a whole number of units; `None` where the result passes an `i64`.
    /// Intermediates of any size are right.
    #[inline(always)]
    #[must_use]
    pub(crate) fn mul_div(&self, a: u64, b: u128, c: u128, mode: RoundingMode) -> Option<i64> {
        if let (Ok(b), Ok(c)) = (u64::try_from(b), u64::try_from(c))
            && let Some(product) = a.checked_mul(b).and_then(|ab| ab.checked_mul(c))
        {
            return i64::try_from(self.divide(product, mode)).ok();
        }
        self.mul_div_wide(a, b, c, mode)
    }

    #[cold]
    fn mul_div_wide(&self, a: u64, b: u128, c: u128, mode: RoundingMode) -> Option<i64> {
        let product = u128::from(a).checked_mul(b).and_then(|ab| ab.checked_mul(c));
        match product {
            Some(product) => i64::try_from(div_u128(product, self.value, mode)).ok(),
            None => mul_div_wide(a, b, c, self.value, mode),
        }
    }
}

/// `num ÷ den`, which many numbers are multiplied by, each cut down to a whole number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Proportion {
    num: u128,
    den: u128,
    /// ⌊num × 2^64 ÷ den⌋ in two words, where `den` is below 2^63 and the upper word holds the whole part.
    scaled: Option<(u64, u64)>,
}

impl Proportion {
    pub(crate) fn new(num: u128, den: u128) -> Proportion {
        let whole = num.checked_div(den).and_then(|whole| u64::try_from(whole).ok());
        let scaled = whole.filter(|_| den < 1 << 63);
        Proportion {
            num,
            den,
            // What is left of `num` is below `den`: shifted, it fits, and so does its quotient.
            #[allow(clippy::cast_possible_truncation)]
            scaled: scaled.map(|whole| (whole, (((num % den) << 64) / den) as u64)),
        }
    }

    pub(crate) fn num(&self) -> u128 {
        self.num
    }

    /// `n × num ÷ den` cut down, where it fits an `i64`, and what is cut off, as a numerator over `den`;
    /// nothing of either over 0.
    #[inline(always)]
    #[must_use]
    pub(crate) fn cut(&self, n: u64) -> (Option<i64>, u128) {
        let Some((whole, part)) = self.scaled else {
            return self.cut_plainly(n);
        };
        // What `scaled` lacks is below 1 and makes less than 1 here: the quotient is this, or 1 more.
        let found = u128::from(n) * u128::from(whole) + ((u128::from(n) * u128::from(part)) >> 64);
        // Below 2 × den, hence of 64 bits, which are those of the difference whatever is above them.
        #[allow(clippy::cast_possible_truncation)]
        let (num, den, quotient) = (self.num as u64, self.den as u64, found as u64);
        let rest = n.wrapping_mul(num).wrapping_sub(quotient.wrapping_mul(den));
        let one_more = rest >= den;
        let rest = if one_more { rest - den } else { rest };
        (i64::try_from(found + u128::from(one_more)).ok(), rest.into())
    }

    #[cold]
    fn cut_plainly(&self, n: u64) -> (Option<i64>, u128) {
        if self.den == 0 {
            return (Some(0), 0);
        }
        match u128::from(n).checked_mul(self.num) {
            Some(product) => (i64::try_from(product / self.den).ok(), product % self.den),
            None => {
                let (cut, rest) = (BigInt::from(n) * self.num).div_rem(&BigInt::from(self.den));
                (cut.to_i64(), rest.to_u128().unwrap_or_default())
            }
        }
    }
}

/// 10^0 to 10^19.
pub(crate) static POWERS_OF_TEN: [Divisor; 20] = {
    let mut powers = [Divisor::new(1); 20];
    let mut i = 1;
    while i < powers.len() {
        powers[i] = Divisor::new(powers[i - 1].value * 10);
        i += 1;
    }
    powers
};

/// `wide × narrow ÷ 2^128`, cut down.
#[inline]
fn high_word(wide: u128, narrow: u64) -> u64 {
    let narrow = u128::from(narrow);
    let (high, low) = (wide >> 64, wide & u128::from(u64::MAX));
    // Below 2^128: (2^64 − 1)² plus a carry of less than 2^64. Its upper half is what is wanted.
    #[allow(clippy::cast_possible_truncation)]
    let word = ((high * narrow + ((low * narrow) >> 64)) >> 64) as u64;
    word
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rounding::round;
    use num_rational::BigRational;
    use proptest::prelude::*;

    const MODES: [RoundingMode; 3] = [RoundingMode::HalfUp, RoundingMode::HalfEven, RoundingMode::Down];

    /// Numbers of every size, and those beside the powers of two and the ends.
    fn any_size() -> impl Strategy<Value = u64> {
        let near = (0u32..64, -2i64..3).prop_map(|(bits, off)| (1u64 << bits).wrapping_add_signed(off));
        prop_oneof![
            any::<u64>(),
            near,
            (0u32..64, any::<u64>()).prop_map(|(bits, n)| n >> bits)
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]
        #[test]
        fn divides_as_fractions_do(dividend in any_size(), divisor in any_size()) {
            let divisor = divisor.max(1);
            for mode in MODES {
                let exact = round(&BigRational::new(dividend.into(), divisor.into()), 0, mode);
                prop_assert_eq!(BigInt::from(Divisor::new(divisor.into()).divide(dividend, mode)), exact);
            }
        }

        #[test]
        fn ratios_of_any_size(n in any_size(), num in any::<u128>(), bits in 0u32..128, den in any_size(), shift in 0u32..64) {
            let num = num >> bits;
            let den = u128::from(den) << shift.saturating_sub(40);
            let (cut, rest) = Proportion::new(num, den).cut(n);
            if den == 0 {
                prop_assert_eq!((cut, rest), (Some(0), 0));
            } else {
                let (exact, left) = (BigInt::from(n) * num).div_rem(&BigInt::from(den));
                prop_assert_eq!(cut, exact.to_i64());
                prop_assert_eq!(BigInt::from(rest), left);
            }
        }

        /// Where nothing is cut off a quotient one too small would show: n × (m × r) ÷ (n × m) is r.
        #[test]
        fn ratios_without_a_rest(n in 1u64..1 << 31, m in 1u64..1 << 31, r in any_size()) {
            let (num, den) = (u128::from(m) * u128::from(r), u128::from(n) * u128::from(m));
            prop_assert_eq!(Proportion::new(num, den).cut(n), (i64::try_from(r).ok(), 0));
        }

        /// A multiple of the divisor and its neighbours, where a quotient one too small would show.
        #[test]
        fn is_exact_beside_every_multiple(quotient in any_size(), divisor in any_size()) {
            let divisor = divisor.max(1);
            let Some(multiple) = quotient.checked_mul(divisor) else { return Ok(()); };
            let by = Divisor::new(divisor.into());
            prop_assert_eq!(by.divide(multiple, RoundingMode::Down), quotient);
            if let Some(before) = multiple.checked_sub(1) {
                prop_assert_eq!(by.divide(before, RoundingMode::Down), quotient - 1);
            }
        }

        #[test]
        fn products_of_any_size(a in any_size(), b in any::<u128>(), bits in 0u32..128, c in any_size(), d in 1u128..) {
            let (b, d) = (b >> bits, (d >> (bits / 2)).max(1));
            for mode in MODES {
                let product = BigInt::from(a) * b * c;
                let exact = round(&BigRational::new(product, d.into()), 0, mode).to_i64();
                prop_assert_eq!(Divisor::new(d).mul_div(a, b, c.into(), mode), exact);
            }
        }
    }
}
