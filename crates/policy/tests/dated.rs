//! Dated values, drawn: any way to cut the year reads to the same policy where the values are
//! equal, and a list of dates is taken exactly where one value counts on every day of the year.
#![allow(clippy::unwrap_used)] // also in the helpers, which the lint takes for code

use dianzhi_policy::{Diagnostics, Region};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use std::path::Path;

const VALID: &str = include_str!("valid.toml");
const START: Date = date(2026, 1, 1);
/// Keys that may be dated, as the valid file has them.
const WRITTEN: [&str; 6] = [
    "coefficient_not_for = [\"basic\"]",
    "mean_cost_all = \"9000.00\"",
    "scale = \"100\"",
    "low = { ratio = \"0.5\", inclusive = false }",
    "high = { ratio = \"2.0\", inclusive = false }",
    "share = \"0.8\"",
];

fn parse(text: &str) -> Result<Region, Diagnostics> {
    Region::parse(Path::new("region.toml"), text.to_owned())
}

fn day(offset: i64) -> Date {
    START.checked_add(offset.days()).unwrap()
}

/// A key's value from each of these days, given from the year's first.
fn equal_values(written: &str, days: &[i64]) -> String {
    let (key, value) = written.split_once(" = ").unwrap();
    let entries: Vec<String> = days
        .iter()
        .map(|&from| format!("{{ from = \"{}\", value = {value} }}", day(from)))
        .collect();
    format!("{key} = [{}]", entries.join(", "))
}

proptest! {
    /// Seen to catch: a value that counts a day too long.
    #[test]
    fn equal_values_read_to_the_plain_policy(
        cuts in proptest::collection::vec(proptest::collection::btree_set(prop_oneof![1..364i64, Just(364)], 0..4), WRITTEN.len()),
        before in 0..500i64,
    ) {
        let plain = parse(VALID).unwrap();
        let mut text = VALID.to_owned();
        let mut starts = std::collections::BTreeSet::from([0]);
        for (written, cuts) in WRITTEN.iter().zip(&cuts) {
            let days: Vec<i64> = std::iter::once(-before).chain(cuts.iter().copied()).collect();
            text = text.replacen(written, &equal_values(written, &days), 1);
            starts.extend(cuts);
        }
        let region = parse(&text).unwrap();
        let found: Vec<Date> = region.periods.iter().map(|period| period.from).collect();
        let expected: Vec<Date> = starts.into_iter().map(day).collect();
        prop_assert_eq!(found, expected);
        let mut next = region.year_start;
        for period in &region.periods {
            prop_assert_eq!(period.from, next);
            prop_assert_eq!(&period.policy, &plain.policy);
            next = period.to.tomorrow().unwrap();
        }
        prop_assert_eq!(next, region.year_end.tomorrow().unwrap());
    }

}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    /// Against the rule told day by day. Seen to catch: a value that may start on the last day of
    /// the one before, a last day of the year that needs no value, a gap of one day let through.
    #[test]
    fn taken_exactly_where_one_value_counts_on_every_day(
        starts in proptest::collection::btree_set(-2..7i64, 1..5),
        ends in proptest::collection::vec(any::<bool>(), 5),
        slips in proptest::collection::vec((0..5usize, any::<bool>(), -1..2i64), 0..2),
    ) {
        // Values one after the other, some with a last day of their own, then a slip of a day.
        let starts: Vec<i64> = starts.into_iter().collect();
        let mut entries: Vec<(i64, Option<i64>)> = starts.iter().enumerate().map(|(i, &from)| {
            let last = starts.get(i + 1).map_or(3, |next| next - 1);
            (from, ends[i].then_some(last))
        }).collect();
        for (i, of_from, by) in slips {
            if let Some((from, to)) = entries.get_mut(i) {
                if of_from { *from += by } else { *to = to.map(|to| to + by) }
            }
        }
        // A year of four days.
        let text = VALID.replace("2026-12-31", "2026-01-04");
        let shown: Vec<String> = entries.iter().enumerate().map(|(i, (from, to))| {
            let to = to.map(|to| format!("to = \"{}\", ", day(to))).unwrap_or_default();
            format!("{{ from = \"{}\", {to}value = \"0.{i}\" }}", day(*from))
        }).collect();
        let text = text.replace("share = \"0.8\"", &format!("share = [{}]", shown.join(", ")));
        let rises = entries.windows(2).all(|pair| pair[0].0 < pair[1].0);
        let whole = entries.iter().all(|(from, to)| to.is_none_or(|to| *from <= to));
        // By their own last days, the values of no day at all overlap, and those of the year leave none out.
        let counting = |day: i64| -> Vec<usize> {
            (0..entries.len()).filter(|&i| {
                let (from, to) = entries[i];
                let next = entries.get(i + 1).map(|next| next.0);
                let last = to.or(next.map(|next| next - 1)).unwrap_or(i64::MAX);
                from <= day && day <= last
            }).collect()
        };
        let once = (-3..9).all(|day| counting(day).len() <= 1) && (0..4).all(|day| counting(day).len() == 1);
        let read = parse(&text);
        prop_assert_eq!(read.is_ok(), rises && whole && once, "{:?}", read.map(|_| ()));
        if let Ok(region) = parse(&text) {
            for offset in 0..4 {
                let value = region.source_on("ungrouped.share", day(offset)).unwrap().value;
                prop_assert_eq!(value, format!("\"0.{}\"", counting(offset)[0]));
                let policy = &region.period_on(day(offset)).unwrap().policy;
                prop_assert_eq!(policy.ungrouped_share.to_string(), format!("0.{}", counting(offset)[0]));
            }
        }
    }
}
