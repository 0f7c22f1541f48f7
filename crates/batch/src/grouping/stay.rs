//! From a row of a claims file to the record that a grouper takes (docs/SETTLEMENT.md §7).

use crate::claims::layout::Column;
use crate::claims::row::Row;
use crate::claims::values::day;
use crate::input::header::Header;
use dianzhi_grouper::{Given, Record, Sex, same_code};

/// Where the columns of a stay are in one file; all of them may be absent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StayColumns {
    gend: Column,
    age: Column,
    brdy: Column,
    adm_time: Column,
    dscg_time: Column,
    nwb_age: Column,
    nwb_adm_wt: Column,
    dscg_caty: Column,
    act_ipt_days: Column,
    dscg_way: Column,
    icu_hours: Column,
    medfee: Column,
    maindiag_code: Column,
    diag_codes: Column,
    oprn_codes: Column,
}

/// The text of a row's columns; its lists are cut.
pub(crate) struct Stay<'a> {
    record: Record<'static>,
    department: &'a str,
    discharge_way: &'a str,
    diagnoses: Vec<&'a str>,
    procedures: Vec<&'a str>,
}

impl StayColumns {
    pub(crate) fn of(header: &Header) -> StayColumns {
        let column = |name: &str| Column::of(header.column(name));
        StayColumns {
            gend: column("gend"),
            age: column("age"),
            brdy: column("brdy"),
            adm_time: column("adm_time"),
            dscg_time: column("dscg_time"),
            nwb_age: column("nwb_age"),
            nwb_adm_wt: column("nwb_adm_wt"),
            dscg_caty: column("dscg_caty"),
            act_ipt_days: column("act_ipt_days"),
            dscg_way: column("dscg_way"),
            icu_hours: column("icu_hours"),
            medfee: column("medfee_sumamt"),
            maindiag_code: column("maindiag_code"),
            diag_codes: column("diag_codes"),
            oprn_codes: column("oprn_codes"),
        }
    }

    /// The stay of a row. With `verbatim` codes are told apart as they stand.
    pub(crate) fn read<'a>(&self, row: &Row<'a>, verbatim: bool) -> Stay<'a> {
        let text = |column: Column| std::str::from_utf8(row.get(column).bytes()).unwrap_or("");
        let age_years = match Given::whole(text(self.age)) {
            Given::Missing => years(row.get(self.brdy).bytes(), row.get(self.adm_time).bytes()),
            given => given,
        };
        let main = text(self.maindiag_code);
        let listed = text(self.diag_codes);
        let procedures = text(self.oprn_codes);
        Stay {
            record: Record {
                sex: Sex::of(text(self.gend)),
                age_years,
                age_days: Given::whole(text(self.nwb_age)),
                weight_grams: Given::whole(text(self.nwb_adm_wt)),
                stay_days: Given::whole(text(self.act_ipt_days)),
                icu_minutes: Given::hours_in_minutes(text(self.icu_hours)),
                medical_cost_fen: row.get(self.medfee).money(),
                discharge_day: day(row.get(self.dscg_time).bytes()),
                ..Record::default()
            },
            department: text(self.dscg_caty),
            discharge_way: text(self.dscg_way),
            diagnoses: diagnoses(main, listed, verbatim),
            procedures: codes(procedures, verbatim).collect(),
        }
    }
}

impl Stay<'_> {
    /// As a record.
    pub(crate) fn record(&self) -> Record<'_> {
        Record {
            department: self.department,
            discharge_way: self.discharge_way,
            diagnoses: &self.diagnoses,
            procedures: &self.procedures,
            ..self.record
        }
    }
}

/// Completed years between two dates.
fn years(born: &[u8], admitted: &[u8]) -> Given {
    match (day(born), day(admitted)) {
        (Some(born), Some(admitted)) => {
            let years = (i64::from(admitted) - i64::from(born)).div_euclid(10_000);
            i32::try_from(years).map_or(Given::Wrong, Given::Is)
        }
        _ => Given::Missing,
    }
}

/// The main diagnosis first. `diag_codes` may repeat it: its first occurrence there is it.
fn diagnoses<'a>(main: &'a str, listed: &'a str, verbatim: bool) -> Vec<&'a str> {
    let no_main = main.is_empty() || (!verbatim && main.trim().is_empty());
    if no_main {
        return codes(listed, verbatim).collect();
    }
    let mut all = Vec::with_capacity(16);
    all.push(main);
    let mut met = false;
    for code in codes(listed, verbatim) {
        if !met && (code == main || (!verbatim && same_code(code, main))) {
            met = true;
        } else {
            all.push(code);
        }
    }
    all
}

/// The codes of a list; none of an empty one. Not verbatim, the separators of exports that are no
/// part of any code are understood as well.
pub(crate) fn codes(list: &str, verbatim: bool) -> impl Iterator<Item = &str> {
    let separates =
        move |c: char| matches!(c, '|' | ',') || (!verbatim && matches!(c, ';' | '；' | '，' | '、' | '｜'));
    let cut = (!list.is_empty()).then(|| list.split(separates));
    cut.into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_main_diagnosis_comes_first_and_once() {
        for (main, listed, verbatim, expected) in [
            ("A", "B|C", true, &["A", "B", "C"][..]),
            ("A", "B|A|C|A", true, &["A", "B", "C", "A"]),
            ("", "B,C", true, &["B", "C"]),
            ("", "", true, &[]),
            ("A", "", true, &["A"]),
            (" ", "B", true, &[" ", "B"]),
            (" ", "B", false, &["B"]),
            ("a", "B|A ", true, &["a", "B", "A "]),
            ("a", "B|A ", false, &["a", "B"]),
            ("a", "B|A\t|C", false, &["a", "B", "C"]),
            ("A\t", "A|B", false, &["A\t", "B"]),
            ("", "|B", true, &["", "B"]),
            ("", "A;B、C，D；E", false, &["A", "B", "C", "D", "E"]),
            ("", "A;B", true, &["A;B"]),
        ] {
            assert_eq!(
                diagnoses(main, listed, verbatim),
                expected,
                "{main:?} {listed:?} {verbatim}"
            );
        }
    }

    #[test]
    fn years_are_completed_ones() {
        assert_eq!(years(b"1960-05-02", b"2026-05-01"), Given::Is(65));
        assert_eq!(years(b"1960-05-02", b"2026-05-02 08:00:00"), Given::Is(66));
        assert_eq!(years(b"20260502", b"2026-05-01"), Given::Is(-1));
        assert_eq!(years(b"", b"2026-05-01"), Given::Missing);
        assert_eq!(years(b"1960-13-02", b"2026-05-01"), Given::Missing);
    }
}
