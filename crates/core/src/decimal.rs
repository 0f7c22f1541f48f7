//! Exact decimals as people write them in policies and tables.

use crate::Text;
use num_bigint::BigInt;
use num_rational::BigRational;
use rust_decimal::Decimal;

/// Digits a decimal of a policy or a table may have, leading zeros not counted.
pub const DECIMAL_DIGITS_MAX: usize = 18;
/// Of these, digits behind the point.
pub const DECIMAL_PLACES_MAX: usize = 12;

/// Why a text is not a decimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecimalError {
    /// Not `-?[0-9]+(\.[0-9]+)?` in ASCII with nothing around it.
    #[error("not a decimal number: write digits with at most one point, such as 0.85")]
    NotANumber,
    /// More than [`DECIMAL_DIGITS_MAX`] digits, or more than [`DECIMAL_PLACES_MAX`] behind the point.
    #[error("too many digits: at most 18, 12 of them behind the point")]
    TooManyDigits,
}

impl DecimalError {
    /// The message in both languages.
    #[must_use]
    pub fn text(self) -> Text {
        let zh = match self {
            DecimalError::NotANumber => "不是小数：只写数字和至多一个小数点，例如 0.85",
            DecimalError::TooManyDigits => "位数过多：至多 18 位，其中小数至多 12 位",
        };
        Text::new(zh, self.to_string())
    }
}

/// Reads a decimal: ASCII digits, at most one point, an optional minus, nothing around them.
///
/// # Errors
/// [`DecimalError`] where the text is no number or has more digits than the limits.
///
/// ```
/// use dianzhi_core::{parse_decimal, DecimalError};
/// assert_eq!(parse_decimal("0.85").unwrap().to_string(), "0.85");
/// assert_eq!(parse_decimal("85%"), Err(DecimalError::NotANumber));
/// assert_eq!(parse_decimal("0.1234567890123"), Err(DecimalError::TooManyDigits));
/// ```
pub fn parse_decimal(text: &str) -> Result<Decimal, DecimalError> {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (whole, places) = match unsigned.split_once('.') {
        Some((whole, places)) if !places.is_empty() => (whole, places),
        Some(_) => return Err(DecimalError::NotANumber),
        None => (unsigned, ""),
    };
    if whole.is_empty() || !whole.bytes().chain(places.bytes()).all(|b| b.is_ascii_digit()) {
        return Err(DecimalError::NotANumber);
    }
    let significant = whole.trim_start_matches('0');
    if significant.len() + places.len() > DECIMAL_DIGITS_MAX || places.len() > DECIMAL_PLACES_MAX {
        return Err(DecimalError::TooManyDigits);
    }
    let mut mantissa: i128 = 0;
    for digit in significant.bytes().chain(places.bytes()) {
        mantissa = mantissa * 10 + i128::from(digit - b'0');
    }
    if text.starts_with('-') {
        mantissa = -mantissa;
    }
    // At most 12, so the cast and the construction cannot fail.
    let scale = u32::try_from(places.len()).map_err(|_| DecimalError::TooManyDigits)?;
    Decimal::try_from_i128_with_scale(mantissa, scale).map_err(|_| DecimalError::TooManyDigits)
}

/// A decimal as an exact fraction.
///
/// ```
/// use num_rational::BigRational;
/// let half = dianzhi_core::rational("0.50".parse().unwrap());
/// assert_eq!(half, BigRational::new(1.into(), 2.into()));
/// ```
#[must_use]
pub fn rational(decimal: Decimal) -> BigRational {
    BigRational::new(
        BigInt::from(decimal.mantissa()),
        BigInt::from(10u8).pow(decimal.scale()),
    )
}

/// The decimal as a whole number of units of 10^-`places`, if it has no more decimals than that
/// (zeros at the end do not count) and fits.
#[must_use]
pub(crate) fn units(decimal: Decimal, places: u32) -> Option<i128> {
    let decimal = decimal.normalize();
    let missing = places.checked_sub(decimal.scale())?;
    decimal.mantissa().checked_mul(10i128.checked_pow(missing)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grammar_is_strict() {
        for bad in [
            "", "-", "+1", ".5", "5.", "1e3", " 1", "1 ", "１", "1,000", "1.2.3", "--1", "0x1",
        ] {
            assert_eq!(parse_decimal(bad), Err(DecimalError::NotANumber), "{bad:?}");
        }
        for good in [
            "0",
            "-0",
            "007",
            "0.0",
            "999999999999999999",
            "123456.123456789012",
            "-1.50",
        ] {
            assert!(parse_decimal(good).is_ok(), "{good:?}");
        }
    }

    /// 18 digits, 12 of them behind the point; zeros in front do not count.
    #[test]
    fn digits_are_limited() {
        for long in ["1234567890123456789", "1234567.123456789012", "0.1234567890123"] {
            assert_eq!(parse_decimal(long), Err(DecimalError::TooManyDigits), "{long}");
        }
        for good in [
            "123456789012345678",
            "123456.123456789012",
            "000123456789012345678",
            "0.123456789012",
        ] {
            let read = parse_decimal(good).unwrap().to_string();
            assert_eq!(read, good.trim_start_matches("000"));
        }
    }

    #[test]
    fn every_digit_counts() {
        for text in ["0", "7", "10", "0.85", "-1.50", "-907.60"] {
            assert_eq!(parse_decimal(text).unwrap().to_string(), text);
        }
        assert_eq!(parse_decimal("-0"), Ok(Decimal::ZERO));
        let minus = parse_decimal("-1.50").unwrap();
        assert_eq!(rational(minus), BigRational::new((-3).into(), 2.into()));
    }

    #[test]
    fn errors_are_told_in_both_languages() {
        let text = DecimalError::NotANumber.text();
        assert!(text.zh.contains("不是小数") && text.en.contains("not a decimal number"));
        let text = DecimalError::TooManyDigits.text();
        assert!(text.zh.contains("18 位") && text.en.contains("at most 18"));
    }

    #[test]
    fn units_refuse_lost_decimals() {
        let d = parse_decimal("1.2500").unwrap();
        assert_eq!(units(d, 2), Some(125));
        assert_eq!(units(d, 1), None);
        assert_eq!(units(d, 4), Some(12500));
    }
}
