//! The checks of a record in which all is as usual: every value is written as most systems write it
//! and passes every check. It says the same as [`Checks::judge`], or nothing; so the order of the
//! checks and the names of what fails stay in one place. What is asked of each field is gathered and
//! decided by few branches, which is most of what makes it quick.

use super::checks::{Accepted, Checks, GroupKey};
use super::ids::ShortId;
use super::layout::{Column, Layout};
use super::roomy::{Place, Roomy};
use super::values::{Odd, odd_time, see_amount, see_ratio, usual_amount, usual_day};
use super::window::Window;
use dianzhi_core::Benefit;

/// Where a file has the columns of a usual record, none beyond the 256th.
#[derive(Clone, Debug)]
pub(crate) struct UsualColumns {
    setl_id: u8,
    hospital: u8,
    insutype: u8,
    group: u8,
    dscg_time: u8,
    /// Where the file has none the day of discharge, which is not before itself.
    adm_time: u8,
    medfee: u8,
    hifp: u8,
    /// For one that the file does not have the total fee, which must be an amount anyway.
    patient_items: [u8; 4],
    /// Where the file has none the first item, and `has_ratio` is false.
    ratio: u8,
    has_ratio: bool,
    refunded: Option<u8>,
    valid: Option<u8>,
}

impl UsualColumns {
    /// `None` where a column stands beyond the 256th, or the id in the last one, where a carriage
    /// return would be taken for its end; in any other field that is odd.
    pub(crate) fn of(layout: &Layout) -> Option<UsualColumns> {
        if layout.setl_id.position() + 1 == layout.columns {
            return None;
        }
        let absent = |column: Column| column.position() >= layout.columns;
        let position = |column: Column| u8::try_from(column.position()).ok();
        let or = |column: Column, other: Column| position(if absent(column) { other } else { column });
        // None beyond those that the file has; not at all where it is beyond the 256th.
        let optional = |column: Column| {
            if absent(column) {
                Some(None)
            } else {
                position(column).map(Some)
            }
        };
        let [a, b, c, d] = layout.patient_items.map(|column| or(column, layout.medfee));
        Some(UsualColumns {
            setl_id: position(layout.setl_id)?,
            hospital: position(layout.hospital)?,
            insutype: position(layout.insutype)?,
            group: position(layout.group)?,
            dscg_time: position(layout.dscg_time)?,
            adm_time: or(layout.adm_time, layout.dscg_time)?,
            medfee: position(layout.medfee)?,
            hifp: position(layout.hifp)?,
            patient_items: [a?, b?, c?, d?],
            ratio: or(layout.ratio, layout.medfee)?,
            has_ratio: !absent(layout.ratio),
            refunded: optional(layout.refunded)?,
            valid: optional(layout.valid)?,
        })
    }
}

impl Checks {
    /// An accepted record as [`Checks::judge`] gives it, and its id; `None` where anything is not as
    /// usual, sound or not. Not for policies that need the ratio.
    #[inline(always)]
    pub(crate) fn usual<'a>(&self, row: &Roomy<'a>, columns: &UsualColumns) -> Option<(Accepted, ShortId<'a>)> {
        let (medfee, hifp) = (row.place(columns.medfee), row.place(columns.hifp));
        let mut odd = Odd::default();
        let cost = usual_amount(row.before(medfee.end), medfee.length, &mut odd);
        let billed = usual_amount(row.before(hifp.end), hifp.length, &mut odd);
        let mut lengths = medfee.length | hifp.length;
        for column in columns.patient_items {
            let item = row.place(column);
            see_amount(row.before(item.end), item.length, &mut odd);
            lengths |= item.length;
        }
        if columns.has_ratio {
            let ratio = row.place(columns.ratio);
            see_ratio(row.from(ratio.start), ratio.length, &mut odd);
            lengths |= ratio.length;
        }
        // An empty amount reads as 0, which a total fee may not be and `hifp` may.
        let amounts = !odd.is_there() && lengths < 16 && hifp.length != 0 && cost > 0 && billed <= cost;
        if !amounts {
            return None;
        }

        if !is_flag(row, columns.refunded, b'0') || !is_flag(row, columns.valid, b'1') {
            return None;
        }

        let (discharged, odd_discharged) = moment(row, row.place(columns.dscg_time));
        let (admitted, odd_admitted) = moment(row, row.place(columns.adm_time));
        let in_year = discharged >= self.year.0 && discharged <= self.year.1;
        // Year 0 is none; it would be before the year of the run.
        let in_order = (10_000..=discharged).contains(&admitted);
        if odd_discharged | odd_admitted != 0 || !in_year || !in_order {
            return None;
        }

        let (hospital, insutype) = (code(row, columns.hospital)?, code(row, columns.insutype)?);
        if hospital.length == 0 || insutype.length == 0 {
            return None;
        }
        let group = code(row, columns.group)?;
        let group = match self.groups.short(group) {
            Some(known) => GroupKey::Known(known),
            None if group.length == 0 => GroupKey::Empty,
            None => return None,
        };
        let at = row.place(columns.setl_id);
        let id = ShortId::new(row.from(at.start), at.length).filter(|id| id.length() != 0)?;
        let accepted = Accepted {
            cost,
            billed,
            hospital: self.hospitals.short(hospital)?,
            insutype: u16::try_from(self.insutypes.short(insutype)?).ok()?,
            group,
            benefit: Benefit::default(),
            decisive: discharged,
        };
        Some((accepted, id))
    }
}

/// Whether the file has no such column, or the field is empty or just this.
#[inline(always)]
fn is_flag(row: &Roomy<'_>, column: Option<u8>, usual: u8) -> bool {
    column.is_none_or(|column| {
        let at = row.place(column);
        at.length == 0 || (at.length == 1 && *row.from(at.start) == [usual])
    })
}

/// The day of `YYYY-MM-DD` or `YYYY-MM-DD HH:MM:SS`, and what is odd: not zero where it is neither.
#[inline(always)]
fn moment(row: &Roomy<'_>, at: Place) -> (u32, u64) {
    let word = |behind: u32| u64::from_le_bytes(*row.from(at.start.wrapping_add(behind)));
    let (first, fourth) = (word(0), word(3));
    let (day, odd) = usual_day(first, fourth);
    let odd_behind = match at.length {
        19 => odd_time(word(11)) | ((fourth >> 56) ^ u64::from(b' ')),
        10 => 0,
        _ => 1,
    };
    (day, odd | odd_behind)
}

/// A code of at most sixteen bytes.
#[inline(always)]
fn code(row: &Roomy<'_>, column: u8) -> Option<Window> {
    let at = row.place(column);
    Window::at_the_end(row.before(at.end), at.length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::checks::Verdict;
    use crate::claims::feed::ClaimFile;
    use crate::claims::records::{RawBlock, Scratch, for_each_record};
    use crate::input::Inputs;
    use crate::input::encoding::Encoding;
    use proptest::prelude::*;
    use std::sync::LazyLock;

    struct Year {
        checks: Checks,
        layout: Layout,
        rows: Vec<Vec<String>>,
    }

    static YEAR: LazyLock<Year> = LazyLock::new(|| Year::with(|fields| fields));

    impl Year {
        /// A small year of sound records, with the two flags that the generator does not write. Headings
        /// and records are spread over columns in the same way.
        fn with(columns: impl Fn(Vec<String>) -> Vec<String>) -> Year {
            let scratch = tempfile::tempdir().unwrap();
            let folder = scratch.path().join("year");
            let options = dianzhi_synth::Options {
                claims: 40,
                seed: 5,
                region: None,
            };
            dianzhi_synth::generate(&options, &folder).unwrap();
            let inputs = Inputs::load(&folder.join("region.toml"), &Default::default()).unwrap();
            let checks = Checks::new(&inputs);
            let path = &inputs.claims[0].path;
            let text = std::fs::read_to_string(path).unwrap();
            let text = text
                .replace('\n', ",0,1\n")
                .replacen(",0,1", ",refd_setl_flag,vali_flag", 1);
            let rows = text
                .lines()
                .map(|row| columns(row.split(',').map(str::to_owned).collect()));
            let mut rows: Vec<Vec<String>> = rows.collect();
            std::fs::write(path, rows[0].join(",") + "\n").unwrap();
            let file = ClaimFile::open(&inputs.claims[0], &inputs.region, &checks).unwrap();
            rows.remove(0);
            Year {
                checks,
                layout: file.layout.clone(),
                rows,
            }
        }

        /// The year with changes in each of its records but the first and the last ones.
        fn changed(&self, changes: &[(Column, &str)]) -> Vec<Vec<String>> {
            let mut rows = self.rows.clone();
            for row in &mut rows[1..30] {
                for (column, value) in changes {
                    row[column.position()] = (*value).to_owned();
                }
            }
            rows
        }
    }

    /// How many records of a block go the usual way; each of them must be judged the same.
    fn usual_of(year: &Year, rows: &[Vec<String>], line_end: &str) -> usize {
        let text: Vec<String> = rows.iter().map(|row| row.join(",") + line_end).collect();
        let buffer = text.concat().into_bytes();
        let block = RawBlock {
            file: 0,
            index: 0,
            offset: 0,
            start: 0,
            end: buffer.len(),
            quotes: false,
            buffer,
        };
        let (mut usual, layout) = (0, &year.layout);
        let ask = || Ok::<_, ()>(Encoding::Utf8);
        let each = |record: crate::claims::records::Record<'_>| {
            let (Some(roomy), Some(columns)) = (&record.roomy, &layout.usual) else {
                return;
            };
            if let Some((accepted, id)) = year.checks.usual(roomy, columns) {
                let row = record.row.unwrap();
                assert_eq!(year.checks.judge(&row, layout), Verdict::Accepted(accepted));
                assert_eq!(&id.padded()[..id.length()], row.get(layout.setl_id).bytes());
                usual += 1;
            }
        };
        for_each_record(&block, layout.columns, &mut Scratch::default(), ask, each).unwrap();
        usual
    }

    fn value() -> impl Strategy<Value = String> {
        prop_oneof![
            "-?[0-9]{0,11}[./]?[0-9]{0,3}",
            "[01][.,:]?[0-9]{0,16}".prop_map(|text| text.replace(',', ".")),
            "202[567][-/][01][0-9]-[0-3][0-9]([ T][0-2][0-9]:[0-6][0-9]:[0-6][0-9])?",
            "(2026-02-29|2026-06-15|20260615)( 10:00| 23:59:59|  9:00:00)?",
            "[A-Z0-9]{0,30}",
            any::<prop::sample::Index>().prop_map(|i| {
                let row = &YEAR.rows[i.index(YEAR.rows.len())];
                row[i.index(row.len())].clone()
            }),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]
        #[test]
        fn the_usual_way_says_what_the_checks_say(
            changes in proptest::collection::vec((0usize..30, any::<prop::sample::Index>(), value()), 1..30),
            returns in any::<bool>(),
        ) {
            let mut rows = YEAR.rows.clone();
            for (row, column, value) in changes {
                let column = column.index(rows[row].len());
                rows[row][column] = value;
            }
            usual_of(&YEAR, &rows, if returns { "\r\n" } else { "\n" });
        }
    }

    /// All but the first, which has nothing before it, and the last few; and so without the columns that
    /// a file need not have. Seen to fail with a ratio asked of a file that has none.
    #[test]
    fn what_is_usual_goes_the_usual_way() {
        let optional = [
            "adm_time",
            "pool_prop_selfpay",
            "refd_setl_flag",
            "vali_flag",
            "fulamt_ownpay_amt",
        ];
        let headings = std::cell::OnceCell::new();
        let fewer = Year::with(|fields| {
            let headings = headings.get_or_init(|| fields.clone());
            let is_kept = |heading: &String| !optional.contains(&heading.as_str());
            let kept = fields.into_iter().zip(headings).filter(|(_, heading)| is_kept(heading));
            kept.map(|(field, _)| field).collect()
        });
        for year in [&*YEAR, &fewer] {
            let usual = usual_of(year, &year.rows, "\n");
            assert!(usual >= year.rows.len() - 6, "{usual} of {}", year.rows.len());
        }
    }

    /// Each seen to be taken for usual with its check left out.
    #[test]
    fn what_is_odd_does_not_go_the_usual_way() {
        let (year, at) = (&*YEAR, &YEAR.layout);
        let times = |both: &'static str| vec![(at.adm_time, both), (at.dscg_time, both)];
        let cases = [
            vec![(at.medfee, "0.00"), (at.hifp, "0.00")],
            vec![(at.hifp, "")],
            vec![(at.medfee, "100.00"), (at.hifp, "100.01")],
            vec![(at.adm_time, "0000-01-01")],
            times("2025-12-31"),
            times("2027-01-01"),
            vec![(at.adm_time, "2026-02-02"), (at.dscg_time, "2026-02-01")],
            times("2026-02-01x10:00:00"),
            times("2026-02-01 10:00:0"),
            times("2026-02-01 10:00:00."),
            times("2026-02-01 "),
            times("2026-02-01 10;00"),
        ];
        for changes in cases {
            assert!(usual_of(year, &year.changed(&changes), "\n") <= 11, "{changes:?}");
        }
        let mut rows = year.rows.clone();
        rows.iter_mut().for_each(|row| row.push("one more".to_owned()));
        assert_eq!(usual_of(year, &rows, "\n"), 0);
    }

    /// Seen to fail with an id that ended in a carriage return, and with a flag that was looked for in
    /// the column 256 before its own, or not at all.
    #[test]
    fn columns_stand_anywhere() {
        let id_last = Year::with(|mut fields| {
            fields.rotate_left(1);
            fields
        });
        assert_eq!(usual_of(&id_last, &id_last.rows, "\r\n"), 0);
        let of_the_headings = std::cell::Cell::new(true);
        let flags_far = Year::with(|mut fields| {
            let is_heading = of_the_headings.replace(false);
            let between = (0..256).map(|i| if is_heading { format!("x{i}") } else { String::new() });
            fields.splice(fields.len() - 2..fields.len() - 2, between);
            fields
        });
        let valid = flags_far.layout.valid;
        usual_of(&flags_far, &flags_far.changed(&[(valid, "0")]), "\n");
    }

    /// What a position beyond the room would be taken for is sound here, and not what the field says.
    /// Seen to fail with longer records let in.
    #[test]
    fn long_records_do_not_go_the_usual_way() {
        let (year, at) = (&*YEAR, &YEAR.layout);
        assert_eq!(
            at.setl_id.position(),
            0,
            "the second column is nobody's, all others are behind"
        );
        let rows: Vec<Vec<String>> = year.changed(&[(at.hifp, "1.00"), (at.medfee, "2000.00")]);
        let long = rows.iter().cloned().map(|mut row| {
            let other = row[2..].join(";").replace("2000.00", "1000.00");
            row[1] = format!("{other:x<1023}");
            row
        });
        assert_eq!(usual_of(year, &long.collect::<Vec<_>>(), "\n"), 0);
        // The last flag stands right behind the 1024 bytes and would be the id's first.
        let invalid = year.changed(&[(at.setl_id, "1"), (at.valid, "0")]);
        let invalid = invalid.into_iter().map(|mut row| {
            let rest = row.join(",").len() - row[1].len();
            row[1] = "x".repeat(1_025 - rest);
            row
        });
        assert_eq!(usual_of(year, &invalid.collect::<Vec<_>>(), "\n"), 0);
    }
}
