//! The days of a stay.

use super::number::{number, whole};
use crate::claims::layout::Column;
use crate::claims::row::Row;
use crate::claims::values::day;
use crate::input::header::Header;
use jiff::civil::Date;
use num_traits::ToPrimitive;

/// The longest stay there can be: a hundred years. More is a slip in a date.
const DAYS_MAX: u32 = 36_500;

/// The columns of one file that say how long a stay was.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DayColumns {
    stated: Column,
    admitted: Column,
    discharged: Column,
}

impl Default for DayColumns {
    /// Of nobody who asks.
    fn default() -> DayColumns {
        let none = Column::of(None);
        DayColumns {
            stated: none,
            admitted: none,
            discharged: none,
        }
    }
}

impl DayColumns {
    pub(crate) fn of(header: &Header) -> DayColumns {
        let column = |name: &str| Column::of(header.column(name));
        DayColumns {
            stated: column("act_ipt_days"),
            admitted: column("adm_time"),
            discharged: column("dscg_time"),
        }
    }

    /// The days of a stay: as stated, else between admission and discharge; at least one. `None` where
    /// neither is there, or what is there is no number of days up to [`DAYS_MAX`].
    pub(crate) fn days(&self, row: &Row<'_>) -> Option<u32> {
        let stated = row.get(self.stated).bytes();
        if !stated.is_empty() {
            return stated_days(stated);
        }
        let admitted = date(day(row.get(self.admitted).bytes())?)?;
        let discharged = date(day(row.get(self.discharged).bytes())?)?;
        in_bounds(u32::try_from((discharged - admitted).get_days()).ok()?)
    }
}

/// A whole number of days, as `12` or `12.0`.
pub(super) fn stated_days(text: &[u8]) -> Option<u32> {
    if let Some(days) = whole(text) {
        return in_bounds(u32::try_from(days).ok()?);
    }
    let number = number(text).filter(|number| number.fract().is_zero())?;
    in_bounds(number.to_u32()?)
}

/// Who leaves on the day of admission stays one.
fn in_bounds(days: u32) -> Option<u32> {
    (days <= DAYS_MAX).then_some(days.max(1))
}

/// A day as yyyymmdd.
fn date(day: u32) -> Option<Date> {
    let part = |number: u32| i8::try_from(number % 100).ok();
    Date::new(i16::try_from(day / 10_000).ok()?, part(day / 100)?, part(day)?).ok()
}
