//! Reimbursement ratios.

use super::split_point;

/// A ratio as `pool_prop_selfpay` gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ratio {
    /// Between 0 and 1: units of 10^-places.
    Sound { units: u64, places: u8 },
    /// Below 0 or above 1.
    OutOfRange,
    /// Between 0 and 1 with more than 18 decimals: more than the kernel holds.
    TooLong,
}

/// A ratio; `None` where it is no number.
#[inline]
pub(crate) fn ratio(text: &[u8]) -> Option<Ratio> {
    // As most are written.
    if let [b'0', b'.', tens @ b'0'..=b'9', ones @ b'1'..=b'9'] = text {
        let units = u64::from(tens - b'0') * 10 + u64::from(ones - b'0');
        return Some(Ratio::Sound { units, places: 2 });
    }
    any_spelling(text)
}

fn any_spelling(text: &[u8]) -> Option<Ratio> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    let (whole, places) = split_point(digits)?;
    let mut places = places;
    while let [rest @ .., b'0'] = places {
        places = rest;
    }
    let zero = whole.iter().chain(places).all(|&b| b == b'0');
    let one = places.is_empty() && matches!(whole, [zeros @ .., b'1'] if zeros.iter().all(|&b| b == b'0'));
    let below_one = whole.iter().all(|&b| b == b'0');
    Some(match (negative, places) {
        _ if zero => Ratio::Sound { units: 0, places: 0 },
        (true, _) => Ratio::OutOfRange,
        _ if one => Ratio::Sound { units: 1, places: 0 },
        _ if !below_one => Ratio::OutOfRange,
        (_, places) if places.len() > 18 => Ratio::TooLong,
        (_, places) => {
            let units = places.iter().fold(0u64, |sum, &b| sum * 10 + u64::from(b - b'0'));
            let places = u8::try_from(places.len()).unwrap_or(u8::MAX);
            Ratio::Sound { units, places }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratio_spellings() {
        let sound = |units, places| Some(Ratio::Sound { units, places });
        assert_eq!(ratio(b"0.85"), sound(85, 2));
        assert_eq!(ratio(b"0.850"), sound(85, 2));
        assert_eq!(ratio(b"1.000"), sound(1, 0));
        assert_eq!(ratio(b"-0.0"), sound(0, 0));
        assert_eq!(ratio(b"0.123456789012345678"), sound(123_456_789_012_345_678, 18));
        assert_eq!(ratio(b"1.0000000000000000000000001"), Some(Ratio::OutOfRange));
        assert_eq!(ratio(b"0.1234567890123456789"), Some(Ratio::TooLong));
        assert_eq!(ratio(b"-0.5"), Some(Ratio::OutOfRange));
        assert_eq!(ratio(b"85%"), None);
        assert_eq!(ratio(b""), None);
    }
}
