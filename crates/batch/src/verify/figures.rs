//! Published figures as whole numbers of their last decimal, read strictly as they are written.

use num_bigint::BigInt;
use num_rational::BigRational;

/// Digits that a published figure may have: enough for the sum of any claims, and few enough that
/// no sum of such figures passes an `i128`.
const DIGITS_MAX: usize = 30;

/// A figure with exactly `places` decimals, in units of the last; `None` where it is written in any
/// other way than a settlement writes it.
pub(crate) fn fixed(text: &[u8], places: u32) -> Option<i128> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    let places = places as usize;
    let (whole, decimals) = if places == 0 {
        (digits, &[][..])
    } else {
        let point = digits.len().checked_sub(places + 1)?;
        if digits[point] != b'.' {
            return None;
        }
        (&digits[..point], &digits[point + 1..])
    };
    let canonical = matches!(whole, [b'0'] | [b'1'..=b'9', ..]);
    if !canonical || whole.len() + decimals.len() > DIGITS_MAX {
        return None;
    }
    let mut units = 0i128;
    for byte in whole.iter().chain(decimals) {
        if !byte.is_ascii_digit() {
            return None;
        }
        units = units * 10 + i128::from(byte - b'0');
    }
    if negative {
        return (units != 0).then_some(-units);
    }
    Some(units)
}

/// A count.
pub(super) fn count(text: &[u8]) -> Option<u64> {
    u64::try_from(fixed(text, 0)?).ok()
}

/// Units of 10^-`places` as an exact fraction.
pub(super) fn fraction(units: i128, places: u32) -> BigRational {
    BigRational::new(units.into(), BigInt::from(10).pow(places))
}

/// An exact figure that has no more than `places` decimals, as a settlement writes it.
pub(super) fn written(value: &BigRational, places: u32) -> String {
    let scaled = value.numer() * BigInt::from(10).pow(places);
    let units = &scaled / value.denom();
    // Every figure of the model is rounded to its decimals; one that is not is shown as what it is.
    if &units * value.denom() != scaled {
        return value.to_string();
    }
    let units = units.to_string();
    let (sign, digits) = match units.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", &units[..]),
    };
    let places = places as usize;
    if places == 0 {
        return units;
    }
    let padded = format!("{digits:0>width$}", width = places + 1);
    let (whole, decimals) = padded.split_at(padded.len() - places);
    format!("{sign}{whole}.{decimals}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_as_they_are_written() {
        for (text, places, units) in [("0.00", 2, 0), ("-0.01", 2, -1), ("12.3456", 4, 123_456), ("7", 0, 7)] {
            assert_eq!(fixed(text.as_bytes(), places), Some(units));
            assert_eq!(written(&fraction(units, places), places), text);
        }
        for text in [
            "", "-", "1", "1.0", "1.000", "01.00", "-0.00", ".10", "1.2x", "+1.00", " 1.00", "1,00",
        ] {
            assert_eq!(fixed(text.as_bytes(), 2), None, "{text:?}");
        }
        assert_eq!(fixed(b"1000000000000000000000000000000", 0), None);
    }
}
