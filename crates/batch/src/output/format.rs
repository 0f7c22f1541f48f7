//! Figures and fields as CSV bytes, without `fmt`.

use super::buffer::Out;
use crate::input::records::holds_quotable;

/// Appends `units` of 10^-`places` with exactly that many decimals, at most 18 of them, and `end`.
#[inline(always)]
pub(crate) fn push_decimal(out: &mut impl Out, units: i64, places: u32, end: u8) {
    match u32::try_from(units) {
        Ok(units) if units < EIGHT_DIGITS && places <= 6 => push_short(out, units, places, end),
        _ => push_long(out, units, places, end),
    }
}

const EIGHT_DIGITS: u32 = 100_000_000;

/// At most eight digits, of which at most six are decimals.
#[inline(always)]
fn push_short(out: &mut impl Out, units: u32, places: u32, end: u8) {
    let digits = digits_of(units);
    let text = digits | 0x3030_3030_3030_3030;
    // Leading zeros go, but not the one before the point.
    let zeros = (digits | 1 << (8 * (7 - places))).trailing_zeros() / 8;
    out.push_padded(&(text >> (8 * zeros)).to_le_bytes(), (8 - zeros - places) as usize);
    let behind = match places {
        0 => return out.push_all(&[end]),
        _ => u64::from(b'.') | (text >> (8 * (8 - places))) << 8 | u64::from(end) << (8 * (places + 1)),
    };
    out.push_padded(&behind.to_le_bytes(), places as usize + 2);
}

/// The eight decimal digits of a number below 10^8, the first one lowest, each as its value.
///
/// Fours, then pairs, then single digits; each lane is split by a multiplication that is exact for
/// every value a lane can have (tested over all of them). Nothing wraps: a lane never fills its
/// bits, and the plain operators would only spend time on looking for it.
#[inline(always)]
fn digits_of(number: u32) -> u64 {
    let fours = u64::from(number / 10_000) | u64::from(number % 10_000) << 32;
    let hundreds = (fours.wrapping_mul(10_486) >> 20) & 0x0000_007f_0000_007f;
    let pairs = hundreds | fours.wrapping_sub(hundreds.wrapping_mul(100)) << 16;
    let tens = (pairs.wrapping_mul(103) >> 10) & 0x000f_000f_000f_000f;
    tens | pairs.wrapping_sub(tens.wrapping_mul(10)) << 8
}

/// Any number of digits, and a sign where there is one.
#[inline(never)]
fn push_long(out: &mut impl Out, units: i64, places: u32, end: u8) {
    // 20 digits of a u64 and a point, or 18 decimals behind "0."; a sign before, the end behind.
    let mut bytes = [b'0'; 24];
    let mut at = bytes.len() - 1;
    bytes[at] = end;
    let mut rest = units.unsigned_abs();
    let mut written = 0;
    while rest > 0 || written <= places {
        if written == places && places > 0 {
            at -= 1;
            bytes[at] = b'.';
        }
        at -= 1;
        // A digit is below 10.
        #[allow(clippy::cast_possible_truncation)]
        let digit = (rest % 10) as u8;
        bytes[at] = b'0' + digit;
        rest /= 10;
        written += 1;
    }
    if units < 0 {
        at -= 1;
        bytes[at] = b'-';
    }
    out.push_all(&bytes[at..]);
}

/// Appends a field, quoted only where it holds a comma, a quote, CR or LF.
#[inline]
pub(crate) fn push_field(out: &mut impl Out, field: &[u8]) {
    if holds_quotable(field) {
        push_quoted(out, field);
    } else {
        out.push_all(field);
    }
}

#[cold]
fn push_quoted(out: &mut impl Out, field: &[u8]) {
    out.push_all(b"\"");
    for &byte in field {
        out.push_all(if byte == b'"' {
            b"\"\""
        } else {
            std::slice::from_ref(&byte)
        });
    }
    out.push_all(b"\"");
}

/// Appends a record to a CSV file, with quotes where a field needs them.
pub fn push_record<'a>(out: &mut Vec<u8>, fields: impl IntoIterator<Item = &'a str>) {
    for (i, field) in fields.into_iter().enumerate() {
        if i > 0 {
            out.push(b',');
        }
        push_field(out, field.as_bytes());
    }
    out.push(b'\n');
}

#[cfg(test)]
mod tests {
    use super::*;
    use dianzhi_core::Fixed;
    use proptest::prelude::*;

    fn written(units: i64, places: u32) -> String {
        let mut out = Vec::new();
        push_decimal(&mut out, units, places, b',');
        String::from_utf8(out).unwrap()
    }

    fn by_fmt(units: i64, places: u32) -> String {
        let units = units.into();
        format!("{},", Fixed { units, places })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]
        #[test]
        fn decimals_read_as_fmt_writes_them(units in any::<i64>(), bits in 0u32..64, places in 0u32..=18) {
            prop_assert_eq!(written(units >> bits, places), by_fmt(units >> bits, places));
        }
    }

    #[test]
    fn extremes() {
        for units in [0, 1, -1, 99, 99_999_999, 100_000_000, -100_000_000, i64::MIN, i64::MAX] {
            for places in 0..=18 {
                assert_eq!(written(units, places), by_fmt(units, places));
            }
        }
    }

    #[test]
    fn every_lane_splits_exactly() {
        for four in 0..10_000 {
            let digits = |text: String| u64::from_le_bytes(text.as_bytes().try_into().unwrap()) ^ 0x3030_3030_3030_3030;
            assert_eq!(digits_of(four), digits(format!("{four:08}")));
            assert_eq!(
                digits_of(four * 10_000 + 9_999 - four),
                digits(format!("{four:04}{:04}", 9_999 - four))
            );
        }
    }

    #[test]
    fn fields_are_quoted_where_they_must() {
        let mut out = Vec::new();
        push_record(&mut out, ["a", "b,c", "d\"e", "", " f ", "g\nh"]);
        assert_eq!(out, b"a,\"b,c\",\"d\"\"e\",, f ,\"g\nh\"\n");
    }
}
