//! Whose stay a claim is and when it was, where the policy asks: for readmissions, and for quotas of
//! a part of the year.

use super::admit::{Admitted, GroupFound};
use super::checks::Checks;
use super::layout::{Column, Layout};
use super::row::Row;
use super::values::day;
use crate::input::header::Header;
use dianzhi_core::{PayIn, PayerId, SameStay, Stay};
use dianzhi_policy::Diagnostic;
use std::num::NonZeroU128;

/// The columns of one file that say whose stay it is.
#[derive(Clone, Debug)]
pub(crate) struct PersonColumns {
    person: Column,
    diagnosis: Column,
}

impl PersonColumns {
    pub(super) fn of(header: &Header) -> PersonColumns {
        let column = |name: &str| Column::of(header.column(name));
        PersonColumns {
            person: column("psn_no"),
            diagnosis: column("maindiag_code"),
        }
    }
}

/// The stay of a claim; nothing where it has no person or no day of admission, which it would need.
pub(super) struct FoundStay {
    pub(super) stay: Stay,
    pub(super) is_nameless: bool,
}

impl Checks {
    /// Whether a file has every column that readmissions ask for.
    ///
    /// # Errors
    /// Those that are missing.
    pub(super) fn persons_are_there(&self, header: &Header, file: &str) -> Result<(), Vec<Diagnostic>> {
        let Some(rule) = &self.policy.policy().adjust.readmission else {
            return Ok(());
        };
        header.require(["psn_no", "adm_time"], file)?;
        if rule.same == SameStay::Diagnosis {
            header.require(["maindiag_code"], file)?;
        }
        Ok(())
    }

    /// What the rules need of the stay of a record.
    pub(super) fn stay(&self, row: &Row<'_>, layout: &Layout, admitted: &Admitted<'_>) -> FoundStay {
        let discharged = day(row.get(layout.dscg_time).bytes()).unwrap_or_default();
        let mut found = FoundStay {
            stay: Stay {
                same: None,
                admitted: 0,
                discharged: day_number(discharged),
                month: month(discharged),
            },
            is_nameless: false,
        };
        let Some(rule) = &self.policy.policy().adjust.readmission else {
            return found;
        };
        let group = match admitted.group {
            GroupFound::Known(group) => {
                let known = self.policy.groups().get(group as usize);
                known.map_or("", |group| group.code.as_str())
            }
            GroupFound::None => "",
            GroupFound::Unknown(code) => std::str::from_utf8(code).unwrap_or_default(),
        };
        let diagnosis = row.get(layout.person.diagnosis).bytes();
        let diagnosis = String::from_utf8_lossy(diagnosis);
        let paid = self.policy.payer(PayerId(admitted.payer));
        let by_points = paid.is_some_and(|(policy, payer)| policy.pay_in(payer.method) == PayIn::Points);
        let Some(same) = rule
            .same
            .of(group, &diagnosis)
            .filter(|_| by_points && rule.is_for(group))
        else {
            return found;
        };
        let person = row.get(layout.person.person).bytes();
        let Some(day_in) = day(row.get(layout.adm_time).bytes()).filter(|_| !person.is_empty()) else {
            found.is_nameless = true;
            return found;
        };
        let hospital = match rule.same_hospital {
            true => row.get(layout.hospital).bytes(),
            false => b"",
        };
        let mut hasher = blake3::Hasher::new();
        for part in [person, same.as_bytes(), hospital] {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        let mut hash = [0; 16];
        hasher.finalize_xof().fill(&mut hash);
        // All zeros do not happen; they would be no person.
        found.stay.same = NonZeroU128::new(u128::from_le_bytes(hash));
        found.stay.admitted = day_number(day_in);
        found
    }
}

/// year × 12 + month − 1 of a day as yyyymmdd.
fn month(day: u32) -> i32 {
    let (year, month) = (day / 10_000, day / 100 % 100);
    i32::try_from(year * 12 + month).unwrap_or_default() - 1
}

/// Days from any one day to this one, given as yyyymmdd: years begin in March, so that leap days end them.
fn day_number(day: u32) -> i32 {
    let (year, month, day) = (day / 10_000, day / 100 % 100, day % 100);
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year.wrapping_sub(1), month + 9)
    };
    let days = u64::from(year) * 365 + u64::from(year / 4) - u64::from(year / 100) + u64::from(year / 400);
    let days = days + u64::from((month * 153 + 2) / 5 + day);
    i32::try_from(days).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    /// Against the calendar of another library, over leap years, the one of a century and that of four.
    #[test]
    fn days_and_months_are_those_of_the_calendar() {
        for first in [date(1999, 12, 1), date(2023, 12, 1), date(2099, 12, 1)] {
            let mut before = None;
            let mut at = first;
            for _ in 0..900 {
                let (year, of_year) = (i32::from(at.year()), i32::from(at.month()));
                let number = u32::try_from(year * 10_000 + of_year * 100 + i32::from(at.day())).unwrap();
                assert_eq!(month(number), year * 12 + of_year - 1);
                let found = day_number(number);
                assert!(before.is_none_or(|before| found == before + 1), "{at}");
                before = Some(found);
                at = at.tomorrow().unwrap();
            }
        }
    }
}
