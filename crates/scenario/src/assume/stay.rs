//! Longer and shorter stays. The day of discharge stays, which decides year, month and quota; the day of
//! admission moves.

use super::Days;
use super::amounts::{fen, move_bill, scaled};
use dianzhi_batch::{Became, ClaimRecord};
use dianzhi_core::{Decimal, Text};
use jiff::ToSpan;
use jiff::civil::Date;

/// Longest stay there can be, as for per-diem payment: a hundred years.
pub(crate) const DAYS_MAX: i64 = 36_500;

impl Days {
    /// The days of a stay of so many.
    pub(crate) fn after(&self, before: i64) -> i64 {
        match self {
            Days::By(days) => before + days,
            Days::Times(factor) => {
                let days = scaled(before.into(), factor.mantissa(), 10i128.pow(factor.scale()));
                i64::try_from(days).unwrap_or(i64::MAX)
            }
        }
    }
}

/// Changes the stay of a record.
///
/// # Errors
/// Why there can be no such stay.
pub(crate) fn change_stay(
    record: &mut ClaimRecord<'_>,
    days: &Days,
    cost_per_day_share: Decimal,
) -> Result<Became, Text> {
    let Some(before) = record.days().map(i64::from) else {
        return Ok(Became::Same);
    };
    let after = days.after(before);
    if !(1..=DAYS_MAX).contains(&after) {
        return Err(Text::new(
            format!("{before} 天的住院将为 {after} 天；应为 1 至 {DAYS_MAX} 天"),
            format!("a stay of {before} days would have {after}; it must have 1 to {DAYS_MAX}"),
        ));
    }
    if after == before {
        return Ok(Became::Same);
    }
    let (admitted, discharged) = (record.get("adm_time"), record.get("dscg_time"));
    let is_stated = !record.get("act_ipt_days").is_empty();
    if is_stated {
        record.set("act_ipt_days", after.to_string());
    }
    if !admitted.is_empty() {
        // Who leaves on the day of admission stays one day and has two dates alike.
        let between = match is_stated {
            true => Some(before),
            false => days_between(admitted, discharged),
        };
        let moved = between.and_then(|between| days_later(admitted, between - after));
        let Some(moved) = moved else {
            return Err(Text::new(
                format!("入院时间 {admitted} 不能移动，使住院为 {after} 天"),
                format!("the admission {admitted} cannot move so that the stay has {after} days"),
            ));
        };
        record.set("adm_time", moved);
    }
    let cost = record.medical_cost().0;
    // ⟦cost × share × days more ÷ days⟧: so much of the mean day for each day more or less.
    let by = cost_per_day_share.mantissa() * i128::from(after - before);
    let more = scaled(
        cost.into(),
        by,
        10i128.pow(cost_per_day_share.scale()) * i128::from(before),
    );
    move_bill(record, fen(i128::from(cost) + more)?)?;
    Ok(Became::Changed)
}

/// The days from the one date to the other.
fn days_between(from: &str, to: &str) -> Option<i64> {
    let (from, to) = (Written::of(from)?.date, Written::of(to)?.date);
    Some(i64::from((to - from).get_days()))
}

/// A time as it was written.
struct Written<'t> {
    date: Date,
    /// Between the parts of the date; empty where they stand together.
    mark: &'t str,
    /// What stands behind the date.
    time: &'t str,
}

impl Written<'_> {
    fn of(text: &str) -> Option<Written<'_>> {
        let mark = text
            .get(4..5)
            .filter(|mark| !mark.starts_with(|c: char| c.is_ascii_digit()));
        let (mark, length) = mark.map_or(("", 8), |mark| (mark, 10));
        let (date, time) = (text.get(..length)?, text.get(length..)?);
        let digits: String = date.chars().filter(char::is_ascii_digit).collect();
        let number = |from: usize, to: usize| digits.get(from..to)?.parse::<i16>().ok();
        let part = |from: usize| number(from, from + 2).and_then(|part| i8::try_from(part).ok());
        let date = Date::new(number(0, 4)?, part(4)?, part(6)?).ok()?;
        Some(Written { date, mark, time })
    }
}

/// A time so many days later, as it was written; `None` where there is no such day.
fn days_later(text: &str, days: i64) -> Option<String> {
    let Written { date, mark, time } = Written::of(text)?;
    let date = date.checked_add(days.days()).ok()?;
    // Years of more or fewer than four digits are none that a claim can have.
    let (year, month, day) = (date.year(), date.month(), date.day());
    (1..=9999)
        .contains(&year)
        .then(|| format!("{year:04}{mark}{month:02}{mark}{day:02}{time}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Seen to fail with the mark of the first form in all.
    #[test]
    fn a_time_moves_as_it_is_written() {
        let moved = |text, days| days_later(text, days).unwrap();
        assert_eq!(moved("2025-12-28 13:36", 4), "2026-01-01 13:36");
        assert_eq!(moved("2026/03/01", -1), "2026/02/28");
        assert_eq!(moved("20240228T08:00:00", 1), "20240229T08:00:00");
        assert_eq!(days_later("9999-12-31", 1), None);
        assert_eq!(days_later("0001-01-01", -1), None);
    }

    #[test]
    fn days_are_whole_half_up() {
        let times = |factor: &str, days| Days::Times(factor.parse().unwrap()).after(days);
        assert_eq!([times("0.5", 3), times("0.8", 6), times("1.25", 2)], [2, 5, 3]);
        assert_eq!(Days::By(-2).after(3), 1);
    }
}
