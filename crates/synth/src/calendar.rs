//! The days of the insurance year: which are busy, and how they are written.

use crate::random::Weights;
use jiff::civil::{Date, Weekday};
use jiff::{Span, ToSpan};

/// Longest stay, and so how far before the year an admission may lie.
pub(crate) const STAY_DAYS_MAX: u64 = 90;
/// Longest insurance year that is followed.
pub(crate) const YEAR_DAYS_MAX: usize = 3_660;
/// First and last discharge of a day, in minutes after midnight.
const DOORS: (u64, u64) = (8 * 60, 18 * 60);
/// Finer than a minute, so that a day's claims come in order.
const WEIGHT_UNIT: u64 = 1 << 32;

/// Every day that a claim can name.
pub(crate) struct Calendar {
    /// From [`STAY_DAYS_MAX`] before the year to its last day, as `YYYY-MM-DD`.
    days: Vec<String>,
    /// Discharges of the days inside the year.
    busy: Weights,
}

/// When a case leaves.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Discharge {
    /// Position in the calendar.
    pub(crate) day: usize,
    /// Minutes after midnight.
    pub(crate) minute: u64,
}

impl Calendar {
    /// `None` where the year ends before it starts, is too long or leaves the calendar.
    pub(crate) fn new(start: Date, end: Date) -> Option<Calendar> {
        let length = usize::try_from(start.until(end).ok()?.get_days()).ok()? + 1;
        if length > YEAR_DAYS_MAX {
            return None;
        }
        let before = Span::new().days(i64::try_from(STAY_DAYS_MAX).ok()?);
        let mut date = start.checked_sub(before).ok()?;
        let (mut days, mut weights) = (Vec::new(), Vec::new());
        while date <= end {
            days.push(date.to_string());
            if date >= start {
                weights.push(WEIGHT_UNIT * weekday_share(date.weekday()));
            }
            if date == end {
                break;
            }
            date = date.checked_add(1.day()).ok()?;
        }
        Some(Calendar {
            days,
            busy: Weights::new(weights),
        })
    }

    /// When claim `number` of `claims` leaves: never before the one with a smaller number.
    pub(crate) fn discharge(&self, number: u64, claims: u64) -> Discharge {
        let total = self.busy.total();
        let at = u128::from(number) * u128::from(total) / u128::from(claims.max(1));
        let at = u64::try_from(at).unwrap_or(0).min(total.saturating_sub(1));
        let day = self.busy.item(at);
        let (from, to) = self.busy.around(day);
        let (open, close) = DOORS;
        Discharge {
            day: day + self.days.len() - self.busy.len(),
            minute: open + (at - from) / ((to - from) / (close - open) + 1),
        }
    }

    /// A day as it is written.
    pub(crate) fn day(&self, position: usize) -> &str {
        &self.days[position]
    }

    /// A day as the number yyyymmdd.
    pub(crate) fn number(&self, position: usize) -> u32 {
        let digits = self.days[position].bytes().filter(u8::is_ascii_digit);
        digits.fold(0, |number, digit| number * 10 + u32::from(digit - b'0'))
    }
}

/// Few go home at the weekend.
fn weekday_share(day: Weekday) -> u64 {
    match day {
        Weekday::Sunday => 6,
        Weekday::Saturday => 8,
        Weekday::Friday => 12,
        _ => 10,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_leave_in_order_inside_the_year() {
        let calendar = Calendar::new("2026-07-01".parse().unwrap(), "2027-06-30".parse().unwrap()).unwrap();
        let mut last = (0, 0);
        for number in 0..5000 {
            let Discharge { day, minute } = calendar.discharge(number, 5000);
            assert!((day, minute) >= last);
            assert!(minute < 18 * 60 && calendar.day(day) >= "2026-07-01" && calendar.day(day) <= "2027-06-30");
            last = (day, minute);
        }
        assert_eq!(calendar.day(calendar.discharge(0, 5000).day), "2026-07-01");
        assert_eq!(calendar.day(last.0), "2027-06-30");
    }

    #[test]
    fn a_year_that_ends_before_it_starts_is_none() {
        assert!(Calendar::new("2026-07-01".parse().unwrap(), "2026-06-30".parse().unwrap()).is_none());
    }
}
