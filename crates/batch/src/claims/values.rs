//! Values of a claim as bytes: money, dates, ratios (docs/SETTLEMENT.md §3, "Numbers and dates").

/// The largest amount of a claim: 9,999,999,999.99 yuan.
pub(crate) const MONEY_FEN_MAX: i64 = 999_999_999_999;

/// Money in fen; `None` where it is no number, has more than 2 decimals or passes the limit.
/// Zeros beyond the second decimal are allowed. A negative amount is read as one, however large.
#[inline]
pub(crate) fn money(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    let fen = match digits {
        // The usual case: up to 14 digits, a point and two decimals.
        [whole @ .., b'.', tens, ones] if !whole.is_empty() && whole.len() <= 14 => {
            let whole = whole.iter().try_fold(0i64, |sum, &b| Some(sum * 10 + digit(b)?))?;
            whole * 100 + digit(*tens)? * 10 + digit(*ones)?
        }
        _ => money_any(digits)?,
    };
    if negative {
        return Some(-fen);
    }
    (fen <= MONEY_FEN_MAX).then_some(fen)
}

#[inline]
fn digit(byte: u8) -> Option<i64> {
    let value = byte.wrapping_sub(b'0');
    (value < 10).then_some(i64::from(value))
}

/// Any spelling of an amount; amounts past the limit come out past it, without wrapping.
#[cold]
fn money_any(digits: &[u8]) -> Option<i64> {
    let (whole, places) = split_point(digits)?;
    if places.iter().skip(2).any(|&b| b != b'0') {
        return None;
    }
    let cents = places.iter().chain(b"00").take(2);
    let mut fen = 0i64;
    for &b in whole.iter().chain(cents) {
        fen = fen.saturating_mul(10).saturating_add(digit(b)?);
    }
    // So that negation cannot wrap either.
    Some(fen.min(i64::MAX / 2))
}

/// The digits before and behind the point; `None` where the text is no unsigned number.
fn split_point(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let (whole, places) = match text.iter().position(|&b| b == b'.') {
        Some(at) if at + 1 < text.len() => (&text[..at], &text[at + 1..]),
        Some(_) => return None,
        None => (text, &[][..]),
    };
    let all_digits = whole.iter().chain(places).all(u8::is_ascii_digit);
    (!whole.is_empty() && all_digits).then_some((whole, places))
}

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

/// A day as the number yyyymmdd, which orders as days do; `None` where the text is no date.
///
/// `YYYY-MM-DD`, `YYYY/MM/DD` or `YYYYMMDD`, then optionally a blank or `T` and `HH:MM[:SS[.f…]]`.
#[inline]
pub(crate) fn day(text: &[u8]) -> Option<u32> {
    let (date, rest) = match text {
        [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, rest @ ..]
        | [y1, y2, y3, y4, b'/', m1, m2, b'/', d1, d2, rest @ ..]
        | [y1, y2, y3, y4, m1, m2, d1, d2, rest @ ..] => ([*y1, *y2, *y3, *y4, *m1, *m2, *d1, *d2], rest),
        _ => return None,
    };
    let mut number = 0u32;
    for byte in date {
        let value = byte.wrapping_sub(b'0');
        if value > 9 {
            return None;
        }
        number = number * 10 + u32::from(value);
    }
    let (year, month, day) = (number / 10_000, number / 100 % 100, number % 100);
    if year == 0 || day == 0 || day > days_in_month(year, month) {
        return None;
    }
    (rest.is_empty() || time_of_day(rest)).then_some(number)
}

#[inline]
fn days_in_month(year: u32, month: u32) -> u32 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 0,
    }
}

/// Whether the text behind a date is a time: a blank or `T`, `HH:MM`, `HH:MM:SS` or `HH:MM:SS.f…`.
#[inline]
fn time_of_day(text: &[u8]) -> bool {
    let two =
        |a: u8, b: u8, below: u8| a.is_ascii_digit() && b.is_ascii_digit() && (a - b'0') * 10 + (b - b'0') < below;
    match text {
        [b' ' | b'T', h1, h2, b':', m1, m2, rest @ ..] if two(*h1, *h2, 24) && two(*m1, *m2, 60) => match rest {
            [] => true,
            [b':', s1, s2] => two(*s1, *s2, 60),
            [b':', s1, s2, b'.', f @ ..] => two(*s1, *s2, 60) && !f.is_empty() && f.iter().all(u8::is_ascii_digit),
            _ => false,
        },
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_spellings() {
        for (text, fen) in [
            ("0", 0),
            ("-0", 0),
            ("-0.00", 0),
            ("12", 1200),
            ("12.5", 1250),
            ("12.50000", 1250),
            ("0012.34", 1234),
            ("-12.34", -1234),
            ("9999999999.99", MONEY_FEN_MAX),
            ("0000000000000000000000000001.00", 100),
        ] {
            assert_eq!(money(text.as_bytes()), Some(fen), "{text}");
        }
        for text in [
            "",
            "-",
            ".",
            ".5",
            "5.",
            "1.005",
            "1,000.00",
            "1e3",
            " 1",
            "1 ",
            "+1",
            "１",
            "--1",
            "1-",
            "10000000000.00",
            "99999999999999999999999999",
            "1.2.3",
            "a.00",
            "1a.00",
            "1.a0",
        ] {
            assert_eq!(money(text.as_bytes()), None, "{text:?}");
        }
        // A negative amount is never above the limit; it is refused for its sign.
        assert!(money(b"-99999999999999999999.00").is_some_and(|fen| fen < 0));
    }

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

    #[test]
    fn day_spellings() {
        for text in [
            "2026-02-28",
            "2026/02/28",
            "20260228",
            "2026-02-28 23:59",
            "2026-02-28T00:00:00",
            "20260228 07:00:00.123",
        ] {
            assert_eq!(day(text.as_bytes()), Some(20_260_228), "{text}");
        }
        assert_eq!(day(b"2024-02-29"), Some(20_240_229));
        for text in [
            "",
            "2026-02-29",
            "2026-13-01",
            "2026-00-10",
            "2026-01-00",
            "0000-01-01",
            "2026-1-01",
            "26-01-01",
            "2026-01/01",
            "2026-01-01 24:00",
            "2026-01-01 12:60",
            "2026-01-01 12:00:60",
            "2026-01-01 12:00:00.",
            "2026-01-01T",
            "2026-01-01x",
            "2026-01-01  12:00",
            "2026-01-01 1:00",
            "1900-02-29",
            "昨天",
            "2026-01-01Z",
        ] {
            assert_eq!(day(text.as_bytes()), None, "{text:?}");
        }
    }
}
