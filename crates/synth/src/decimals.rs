//! Decimals of a region file as whole numbers.

use dianzhi_core::Decimal;

/// A decimal in units of 10^-`places`, half-up; `None` where it does not fit.
pub(crate) fn units(decimal: Decimal, places: u32) -> Option<i128> {
    let (mantissa, scale) = (decimal.mantissa(), decimal.scale());
    if scale <= places {
        return mantissa.checked_mul(10i128.checked_pow(places - scale)?);
    }
    let one = 10i128.checked_pow(scale - places)?;
    Some((mantissa + mantissa.signum() * (one / 2)) / one)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_half_up() {
        let d = |text| dianzhi_core::parse_decimal(text).unwrap();
        assert_eq!(units(d("1.25"), 1), Some(13));
        assert_eq!(units(d("1.24"), 1), Some(12));
        assert_eq!(units(d("1.2"), 3), Some(1200));
    }
}
