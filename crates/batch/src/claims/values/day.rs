//! Days.

use crate::claims::window::{not_digits, pairs, parse_eight};

const ZEROS: u64 = 0x3030_3030_3030_3030;

/// A day as the number yyyymmdd, which orders as days do; `None` where the text is no date.
///
/// `YYYY-MM-DD`, `YYYY/MM/DD` or `YYYYMMDD`, then optionally a blank or `T` and `HH:MM[:SS[.f…]]`.
#[inline(always)]
pub(crate) fn day(text: &[u8]) -> Option<u32> {
    let (digits, rest) = match text.split_first_chunk::<10>() {
        Some((date, rest)) if matches!((date[4], date[7]), (b'-', b'-') | (b'/', b'/')) => (without_marks(date), rest),
        _ => {
            let (date, rest) = text.split_first_chunk::<8>()?;
            (u64::from_le_bytes(*date) ^ ZEROS, rest)
        }
    };
    if not_digits(digits) != 0 {
        return None;
    }
    // Year in hundreds, rest of the year, month, day, none above 99.
    let [century, year, month, day] = pairs(digits).map(u32::from);
    let year = century * 100 + year;
    if year == 0 || day == 0 || day > days_in_month(year, month) {
        return None;
    }
    (rest.is_empty() || to_the_second(rest) || time_of_day(rest)).then_some(year * 10_000 + month * 100 + day)
}

/// A day as [`day`] gives it, from the words of `YYYY-MM-DD` that start at its first and at its fourth
/// byte, and what is odd: not zero where it may be no date. What is behind the date is in the second
/// word's last byte, and for others to judge. The 29th of February is odd, so that no year is divided.
#[inline(always)]
pub(crate) fn usual_day(first: u64, fourth: u64) -> (u32, u64) {
    const MARKS: u64 = u64::from_le_bytes([0, b'-', 0, 0, b'-', 0, 0, 0]);
    const AT_MARKS: u64 = u64::from_le_bytes([0, 0xff, 0, 0, 0xff, 0, 0, 0]);
    let digits =
        first & 0x0000_0000_ffff_ffff | (fourth << 16) & 0x0000_ffff_0000_0000 | (fourth << 8) & 0xffff_0000_0000_0000;
    let digits = digits ^ ZEROS;
    let [_, _, month, day] = pairs(digits);
    let days = LAST_DAYS[usize::from(month) & 15];
    // Below zero where the day is 0 or too late, or the month above 15.
    let in_month = (i32::from(days) - i32::from(day)) | (i32::from(day) - 1) | (15 - i32::from(month));
    // Eight digits, if they are digits.
    #[allow(clippy::cast_possible_truncation)]
    let number = parse_eight(digits) as u32;
    let odd = not_digits(digits) | ((fourth & AT_MARKS) ^ MARKS) | u64::from(in_month < 0);
    (number, odd)
}

/// The last days of the months 1 to 12, in years of 365 days; 0 for other numbers.
const LAST_DAYS: [u8; 16] = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 0, 0, 0];

/// The time of a usual `HH:MM:SS`: not zero where it is none.
#[inline(always)]
pub(crate) fn odd_time(clock: u64) -> u64 {
    let digits = clock ^ TIME_MARKS;
    let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8);
    not_digits(digits) | (digits & AT_TIME_MARKS) | ((pairs & AT_PAIRS).wrapping_add(TO_THE_LIMIT) & AT_LIMITS)
}

const TIME_MARKS: u64 = u64::from_le_bytes(*b"00:00:00");
/// The bytes that hold a mark.
const AT_TIME_MARKS: u64 = u64::from_le_bytes([0, 0, 0xff, 0, 0, 0xff, 0, 0]);
/// Those that hold hours, minutes and seconds once each first digit is added ten times to the second.
const AT_PAIRS: u64 = u64::from_le_bytes([0xff, 0, 0, 0xff, 0, 0, 0xff, 0]);
/// Added to the hours, minutes and seconds, these reach the high bit from 24, 60 and 60 on.
const TO_THE_LIMIT: u64 = u64::from_le_bytes([0x80 - 24, 0, 0, 0x80 - 60, 0, 0, 0x80 - 60, 0]);
const AT_LIMITS: u64 = u64::from_le_bytes([0x80, 0, 0, 0x80, 0, 0, 0x80, 0]);

/// The digits of `YYYY-MM-DD` side by side, as values.
#[inline]
fn without_marks(date: &[u8; 10]) -> u64 {
    // YYYY-MM- and YY-MM-DD: the year from the one, month and day from the other.
    let [y1, y2, y3, y4, ..] = *date;
    let (year, end) = (
        u32::from_le_bytes([y1, y2, y3, y4]),
        date.last_chunk::<8>().map_or(0, |end| u64::from_le_bytes(*end)),
    );
    (u64::from(year) | ((end >> 24) & 0xffff) << 32 | end >> 48 << 48) ^ ZEROS
}

/// Whether the text behind a date is a blank or `T` and `HH:MM:SS`, as most systems write it.
#[inline(always)]
fn to_the_second(text: &[u8]) -> bool {
    let [b' ' | b'T', clock @ ..] = text else { return false };
    let Ok(clock) = <[u8; 8]>::try_from(clock) else {
        return false;
    };
    odd_time(u64::from_le_bytes(clock)) == 0
}

#[inline]
fn days_in_month(year: u32, month: u32) -> u32 {
    const DAYS: [u8; 13] = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let days = DAYS.get(month as usize).copied().unwrap_or(0);
    let leap = month == 2 && year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    u32::from(days) + u32::from(leap)
}

/// Whether the text behind a date is a time: a blank or `T`, `HH:MM`, `HH:MM:SS` or `HH:MM:SS.f…`.
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
    use proptest::prelude::*;

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

    /// Whether it is a usual day, which must be a day then.
    fn check_usual(text: &str) -> bool {
        let word = |at: usize| u64::from_le_bytes(text.as_bytes()[at..at + 8].try_into().unwrap());
        let (number, odd) = usual_day(word(0), word(3));
        if odd == 0 {
            assert_eq!(
                super::day(&text.as_bytes()[..10]),
                Some(number).filter(|n| *n >= 10_000),
                "{text}"
            );
        }
        odd == 0
    }

    /// Seen to fail with a month 15.
    #[test]
    fn a_usual_month_is_a_month() {
        for (month, day) in (0..100).flat_map(|month| (0..100).map(move |day| (month, day))) {
            check_usual(&format!("2026-{month:02}-{day:02} "));
        }
        assert!(!check_usual("2026-02/01 ") && !check_usual("2026/02-01 "));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(5_000))]
        /// Seen to fail with what is no digit let in.
        #[test]
        fn a_time_to_the_second_is_a_time(text in "[ T][0-3][0-9:][:;9][0-7][0-9:]:[0-7][0-9:a]") {
            prop_assert_eq!(to_the_second(text.as_bytes()), time_of_day(text.as_bytes()));
        }

        #[test]
        fn a_usual_day_is_a_day(text in "20[0-9]{2}[-/][0-9:]{2}[-/][0-9a]{2} ") {
            check_usual(&text);
        }

        #[test]
        fn days_are_those_of_the_calendar(year in 0i16..=9_999, month in 0i8..=13, day in 0i8..=32, mark in "[-/]?") {
            let text = format!("{year:04}{mark}{month:02}{mark}{day:02}");
            let calendar = jiff::civil::Date::new(year, month, day).ok().filter(|_| year > 0);
            let number = calendar.map(|_| u32::try_from(i32::from(year) * 10_000 + i32::from(month) * 100 + i32::from(day)).unwrap());
            prop_assert_eq!(super::day(text.as_bytes()), number, "{}", text);
            if mark == "-" {
                prop_assert!(check_usual(&format!("{text} ")) || number.is_none() || (month, day) == (2, 29), "{}", text);
            }
        }
    }
}
