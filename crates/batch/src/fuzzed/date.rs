//! Days: the byte loop against jiff's calendar.

use super::engine;
use jiff::civil::{Date, Time};

/// Any bytes as a day, with or without a time.
///
/// Seen to catch: 29 February of 1900; an hour of 24; a time with seconds of one digit.
pub fn date(data: &[u8]) {
    let expected = std::str::from_utf8(data).ok().and_then(day);
    let number = expected.map(|day| {
        let (year, month, day) = (u32::try_from(day.year()), day.month(), day.day());
        year.unwrap() * 10_000 + u32::try_from(month).unwrap() * 100 + u32::try_from(day).unwrap()
    });
    assert_eq!(engine::day(data), number);
}

/// `YYYY-MM-DD`, `YYYY/MM/DD` or `YYYYMMDD`, then optionally a blank or `T` and `HH:MM[:SS[.f…]]`.
fn day(text: &str) -> Option<Date> {
    let (date, time) = match text.find([' ', 'T']) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    };
    let parts: Vec<&str> = match (date.len(), date.find(['-', '/'])) {
        (8, None) if date.is_ascii() => vec![&date[..4], &date[4..6], &date[6..]],
        (_, Some(at)) => date.split(&date[at..=at]).collect(),
        _ => return None,
    };
    let &[year, month, day] = &parts[..] else { return None };
    let year = number(year, 4)?;
    let (month, day) = (number(month, 2)?, number(day, 2)?);
    // There is no year 0 in the calendar of these files.
    let date = (year > 0).then(|| Date::new(year, narrow(month), narrow(day)).ok())??;
    time.is_none_or(is_time).then_some(date)
}

fn is_time(text: &str) -> bool {
    let (clock, fraction) = match text.split_once('.') {
        Some((clock, fraction)) => (clock, Some(fraction)),
        None => (text, None),
    };
    let parts: Option<Vec<i8>> = clock.split(':').map(|part| Some(narrow(number(part, 2)?))).collect();
    let sound = match parts.as_deref() {
        Some(&[hour, minute]) => fraction.is_none() && Time::new(hour, minute, 0, 0).is_ok(),
        Some(&[hour, minute, second]) => Time::new(hour, minute, second, 0).is_ok(),
        _ => false,
    };
    sound && fraction.is_none_or(|f| !f.is_empty() && f.chars().all(|c| c.is_ascii_digit()))
}

fn number(text: &str, digits: usize) -> Option<i16> {
    let sound = text.len() == digits && text.chars().all(|c| c.is_ascii_digit());
    sound.then(|| text.parse().ok())?
}

/// A number of two digits.
fn narrow(number: i16) -> i8 {
    i8::try_from(number).unwrap()
}
