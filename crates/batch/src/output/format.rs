//! Figures and fields as CSV bytes, without `fmt`.

/// Two digits for every number below 100.
const PAIRS: &[u8; 200] = b"0001020304050607080910111213141516171819\
2021222324252627282930313233343536373839\
4041424344454647484950515253545556575859\
6061626364656667686970717273747576777879\
8081828384858687888990919293949596979899";

/// Appends `units` of 10^-`places` with exactly that many decimals; at most 18 of them.
#[inline]
pub(crate) fn push_decimal(out: &mut Vec<u8>, units: i64, places: usize) {
    // 20 digits of a u64, a point and a sign, or 18 decimals behind "0.".
    let mut digits = [b'0'; 24];
    let mut at = digits.len();
    let mut rest = units.unsigned_abs();
    if places > 0 {
        let mut left = places;
        while left >= 2 {
            at -= 2;
            copy_pair(&mut digits, at, rest % 100);
            rest /= 100;
            left -= 2;
        }
        if left == 1 {
            at -= 1;
            digits[at] = digit(rest % 10);
            rest /= 10;
        }
        at -= 1;
        digits[at] = b'.';
    }
    while rest >= 100 {
        at -= 2;
        copy_pair(&mut digits, at, rest % 100);
        rest /= 100;
    }
    if rest >= 10 {
        at -= 2;
        copy_pair(&mut digits, at, rest);
    } else {
        at -= 1;
        digits[at] = digit(rest);
    }
    if units < 0 {
        at -= 1;
        digits[at] = b'-';
    }
    out.extend_from_slice(&digits[at..]);
}

#[inline]
fn copy_pair(digits: &mut [u8; 24], at: usize, pair: u64) {
    // A pair is below 100, so the cast keeps it.
    #[allow(clippy::cast_possible_truncation)]
    let from = pair as usize * 2;
    digits[at..at + 2].copy_from_slice(&PAIRS[from..from + 2]);
}

#[inline]
fn digit(below_ten: u64) -> u8 {
    #[allow(clippy::cast_possible_truncation)]
    let digit = below_ten as u8;
    b'0' + digit
}

/// Appends a field, quoted only where it holds a comma, a quote, CR or LF.
#[inline]
pub(crate) fn push_field(out: &mut Vec<u8>, field: &[u8]) {
    let special = |b: &u8| matches!(b, b',' | b'"' | b'\r' | b'\n');
    if field.iter().any(special) {
        push_quoted(out, field);
    } else {
        out.extend_from_slice(field);
    }
}

#[cold]
fn push_quoted(out: &mut Vec<u8>, field: &[u8]) {
    out.push(b'"');
    for &byte in field {
        if byte == b'"' {
            out.push(b'"');
        }
        out.push(byte);
    }
    out.push(b'"');
}

/// Appends a record.
pub(crate) fn push_record<'a>(out: &mut Vec<u8>, fields: impl IntoIterator<Item = &'a str>) {
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

    proptest! {
        #[test]
        fn decimals_read_as_fmt_writes_them(units in any::<i64>(), places in 0usize..=18) {
            let mut out = Vec::new();
            push_decimal(&mut out, units, places);
            let places = u32::try_from(places).unwrap();
            prop_assert_eq!(String::from_utf8(out).unwrap(), Fixed { units: units.into(), places }.to_string());
        }
    }

    #[test]
    fn extremes() {
        for (units, places) in [
            (0, 0),
            (0, 2),
            (i64::MIN, 0),
            (i64::MIN, 18),
            (i64::MAX, 12),
            (-1, 2),
            (99, 1),
        ] {
            let mut out = Vec::new();
            push_decimal(&mut out, units, places);
            let places = u32::try_from(places).unwrap();
            assert_eq!(
                String::from_utf8(out).unwrap(),
                Fixed {
                    units: units.into(),
                    places
                }
                .to_string()
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
