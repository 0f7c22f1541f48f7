//! On every day exactly one value counts, in whatever way it is dated.

use crate::keys::{Key, Kind, ROOT};
use crate::{Diagnostic, Region};
use jiff::civil::Date;
use std::path::{Path, PathBuf};

const VALID: &str = include_str!("../../tests/valid.toml");

fn parse(text: &str) -> Result<Region, Vec<Diagnostic>> {
    Region::parse(Path::new("region.toml"), text.to_owned()).map_err(|mistakes| mistakes.0)
}

fn seeds() -> Vec<(PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../seeds");
    let folders = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = folders
        .map(|folder| folder.join("region.toml"))
        .filter(|file| file.exists());
    let texts = files.map(|file| (file.clone(), std::fs::read_to_string(file).unwrap()));
    texts.collect()
}

/// The keys that a region has and that may be dated, with their paths.
fn datable(region: &Region) -> Vec<String> {
    fn walk(region: &Region, path: &str, keys: &'static [Key], out: &mut Vec<String>) {
        for key in keys {
            let path = if path.is_empty() {
                key.name.to_owned()
            } else {
                format!("{path}.{}", key.name)
            };
            if key.dated && region.place(&path).is_some() {
                out.push(path.clone());
            }
            match key.kind {
                Kind::Table(keys) => walk(region, &path, keys, out),
                Kind::Tables(keys) => {
                    let indexed = (0..).map(|i| format!("{path}[{i}]"));
                    for path in indexed.take_while(|path| region.place(path).is_some()) {
                        walk(region, &path, keys, out);
                    }
                }
                _ => {}
            }
        }
    }
    let mut out = Vec::new();
    walk(region, "", ROOT, &mut out);
    out
}

/// The file with these keys' values written twice, from the year's first day and from another.
fn in_two(region: &Region, keys: &[String], second: Date) -> String {
    let mut spans: Vec<_> = keys
        .iter()
        .map(|key| region.periods[0].marks[key].value.clone())
        .collect();
    spans.sort_by_key(|span| std::cmp::Reverse(span.start));
    let mut text = region.text.clone();
    for span in spans {
        let value = text[span.clone()].to_owned();
        let first = region.year_start;
        let dated = format!(
            "[\n  {{ from = \"{first}\", value = {value} }},\n  {{ from = \"{second}\", value = {value} }},\n]"
        );
        text.replace_range(span, &dated);
    }
    text
}

/// The first day of every month of the year, and its last day.
fn days(region: &Region) -> Vec<Date> {
    let mut days: Vec<Date> = Vec::new();
    let mut day = region.year_start;
    while day <= region.year_end {
        if day.day() == 1 || day == region.year_end {
            days.push(day);
        }
        day = day.tomorrow().unwrap();
    }
    days
}

/// How many of a key's values count on a day, by the rule as it is told.
fn counting(region: &Region, key: &str, day: Date) -> usize {
    let values = &region.dated[key].values;
    let next = values.iter().skip(1).map(|value| Some(value.from)).chain([None]);
    let counts = values.iter().zip(next).filter(|(value, next)| {
        let ended = value.to.is_some_and(|to| to < day);
        value.from <= day && !ended && next.is_none_or(|next| day < next)
    });
    counts.count()
}

/// Whether a key stands in the section, or in the list of sections, of another.
fn is_inside(key: &str, section: &str) -> bool {
    key.strip_prefix(section)
        .is_some_and(|rest| rest.starts_with(['.', '[']))
}

fn one_value_a_day(plain: &Region, keys: &[String], file: &Path) {
    let second: Date = plain.year_start.saturating_add(jiff::Span::new().days(181));
    let region = parse(&in_two(plain, keys, second)).unwrap_or_else(|mistakes| panic!("{keys:?}: {mistakes:?}"));
    assert_eq!(region.periods.len(), 2, "{}", file.display());
    for day in days(&region) {
        let periods: Vec<_> = region.periods.iter().filter(|p| p.from <= day && day <= p.to).collect();
        assert_eq!(periods.len(), 1, "{day}");
        assert_eq!(periods[0].policy, plain.policy, "{}: {keys:?} on {day}", file.display());
        for key in plain.periods[0].marks.keys() {
            // The section around a dated key is written as it is.
            if keys.iter().any(|dated| is_inside(dated, key)) {
                continue;
            }
            let source = region
                .source_on(key, day)
                .unwrap_or_else(|| panic!("no {key} on {day}"));
            assert_eq!(source.value, plain.source(key).unwrap().value, "{key}");
        }
        for key in keys {
            assert_eq!(counting(&region, key, day), 1, "{key} on {day}");
            let (first, now) = (region.source(key).unwrap(), region.source_on(key, day).unwrap());
            assert_eq!(now.line > first.line, day >= second, "{key} on {day}");
            // All but the first key in a pair of braces have their comment where that one starts: behind the
            // bracket that ends the values before it.
            let name = key.rsplit('.').next().unwrap_or(key);
            let written = format!("{name} = [");
            let mut above = region
                .text
                .lines()
                .take(usize::try_from(first.line).unwrap())
                .collect::<Vec<_>>()
                .into_iter()
                .rev();
            let line = above.find(|line| line.contains(&written)).unwrap_or_default();
            let is_first = !line.trim_start().starts_with(']');
            if is_first && !key.contains("s[") {
                assert_eq!(now.note, plain.source(key).unwrap().note, "{key}");
            }
        }
    }
}

#[test]
fn every_month_of_every_seed_has_one_value_of_every_key() {
    let seeds = seeds();
    assert!(seeds.len() >= 8);
    for (file, text) in seeds {
        let plain = parse(&text).unwrap();
        let keys = datable(&plain);
        assert!(keys.len() >= 10, "{keys:?}");
        for key in &keys {
            one_value_a_day(&plain, std::slice::from_ref(key), &file);
        }
        // All at once; of those that stand inside one another, the inner ones and then the outer.
        let is_outer = |key: &&String| keys.iter().any(|other| is_inside(other, key));
        let is_inner = |key: &&String| keys.iter().any(|other| is_inside(key, other));
        let inner: Vec<String> = keys.iter().filter(|key| !is_outer(key)).cloned().collect();
        let outer: Vec<String> = keys.iter().filter(|key| !is_inner(key)).cloned().collect();
        one_value_a_day(&plain, &inner, &file);
        one_value_a_day(&plain, &outer, &file);
    }
}

/// Codes, with the line of the place and of each other place.
fn found(share: &str) -> Vec<(&'static str, u64, Vec<u64>)> {
    found_in(&VALID.replace("share = \"0.8\" #", &format!("share = [\n{share}\n]")))
}

fn found_in(text: &str) -> Vec<(&'static str, u64, Vec<u64>)> {
    let mistakes = parse(text).map(|_| ()).err().unwrap_or_default();
    let found = mistakes.iter().map(|mistake| {
        let also = mistake.also.iter().map(|(place, _)| place.line).collect();
        (mistake.code, mistake.place.as_ref().unwrap().line, also)
    });
    found.collect()
}

fn line(start: &str) -> u64 {
    VALID.lines().position(|line| line.starts_with(start)).unwrap() as u64 + 1
}

#[test]
fn dates_that_do_not_follow_each_other() {
    let at = line("share");
    let (one, two) = (at + 1, at + 2);
    let entry = |from: &str, to: &str| match to {
        "" => format!("{{ from = \"{from}\", value = \"0.5\" }},"),
        to => format!("{{ from = \"{from}\", to = \"{to}\", value = \"0.5\" }},"),
    };
    let two_entries = |a: (&str, &str), b: (&str, &str)| found(&format!("{}\n{}", entry(a.0, a.1), entry(b.0, b.1)));
    let none: Vec<(&str, u64, Vec<u64>)> = Vec::new();
    assert_eq!(two_entries(("2026-01-01", ""), ("2026-07-01", "")), none);
    assert_eq!(
        two_entries(("2026-01-01", "2026-06-30"), ("2026-07-01", "2026-12-31")),
        none
    );
    assert_eq!(two_entries(("2020-01-01", "2026-12-31"), ("2027-01-01", "")), none);
    // Days outside the year need no value.
    assert_eq!(two_entries(("2020-01-01", "2021-12-31"), ("2026-01-01", "")), none);
    assert_eq!(two_entries(("2026-01-01", "2026-12-31"), ("2028-01-01", "")), none);
    assert_eq!(
        two_entries(("2026-01-01", "2026-06-30"), ("2026-07-02", "")),
        [("P121", two, vec![one])]
    );
    assert_eq!(
        two_entries(("2025-01-01", "2025-12-31"), ("2026-01-02", "")),
        [("P121", two, vec![one])]
    );
    assert_eq!(
        two_entries(("2026-01-01", "2026-07-01"), ("2026-07-01", "")),
        [("P122", two, vec![one])]
    );
    assert_eq!(
        two_entries(("2026-01-01", ""), ("2026-01-01", "")),
        [("P122", two, vec![one])]
    );
    assert_eq!(
        two_entries(("2026-07-01", ""), ("2026-01-01", "")),
        [("P123", two, vec![one])]
    );
    assert_eq!(
        found(&entry("2026-01-02", "")),
        [("P124", one, vec![line("year_start")])]
    );
    assert_eq!(
        found(&entry("2025-01-01", "2026-12-30")),
        [("P124", one, vec![line("year_end")])]
    );
    assert_eq!(found(&entry("2026-07-01", "2026-06-30")), [("P108", one, vec![one])]);
}

#[test]
fn entries_that_cannot_be_read() {
    let at = line("share");
    let codes = |share: &str| -> Vec<&str> { found(share).into_iter().map(|(code, ..)| code).collect() };
    assert_eq!(codes("{ value = \"0.5\" }"), ["P103"]);
    assert_eq!(codes("{ from = \"2026-01-01\" }"), ["P103"]);
    assert_eq!(codes("{ form = \"2026-01-01\", value = \"0.5\" }"), ["P102"]);
    assert_eq!(
        codes("{ from = \"2026-01-01\", value = \"0.5\", until = \"2026-12-31\" }"),
        ["P102"]
    );
    assert_eq!(codes("{ from = 2026-01-01, value = \"0.5\" }"), ["P104"]);
    assert_eq!(codes("{ from = \"2026-1-1\", value = \"0.5\" }"), ["P108"]);
    assert_eq!(
        codes("{ from = \"2026-01-01\", to = \"x\", value = \"0.5\" }"),
        ["P108"]
    );
    assert_eq!(codes("{ from = \"2026-01-01\", value = 0.5 }"), ["P104"]);
    assert_eq!(codes("{ from = \"2026-01-01\", value = \"0.5\" }, \"0.7\""), ["P104"]);
    assert_eq!(
        codes("{ from = \"2026-01-01\", value = [ { from = \"2026-01-01\", value = \"1\" } ] }"),
        ["P125"]
    );
    // No list of dated values at all.
    assert_eq!(found("\"0.5\""), [("P104", at, vec![])]);
    // An entry that cannot be read does not hide the mistakes of the first value.
    assert_eq!(
        codes("{ from = \"2026-01-01\", value = 1 }, { from = \"x\", value = \"0.5\" }"),
        ["P104", "P108"]
    );
}

#[test]
fn every_value_is_checked_on_its_days() {
    let at = line("share");
    let three = "{ from = \"2025-01-01\", to = \"2025-12-31\", value = \"1.1\" },\n{ from = \"2026-01-01\", value = \"0.5\" },\n{ from = \"2026-05-01\", value = \"x\" },\n{ from = \"2027-01-01\", value = \"7\" }";
    let expected = [
        ("P106", at + 1, vec![]),
        ("P105", at + 3, vec![]),
        ("P106", at + 4, vec![]),
    ];
    assert_eq!(found(three), expected);
    // A contradiction with a value of the whole year is told at each value that is in it, and once.
    let low = "low = { ratio = [\n{ from = \"2026-01-01\", value = \"0.5\" },\n{ from = \"2026-03-01\", value = \"2.5\" },\n{ from = \"2026-09-01\", value = \"2.5\" }], inclusive = false }";
    let text = VALID.replace("low = { ratio = \"0.5\", inclusive = false }", low);
    let (low, high) = (line("low"), line("high") + 3);
    assert_eq!(
        found_in(&text),
        [("P109", low + 2, vec![high]), ("P109", low + 3, vec![high])]
    );
    // The bound that contradicts nothing is the one of the same days.
    let rising = |name: &str, first: &str, second: &str| {
        format!(
            "{name} = [{{ from = \"2026-01-01\", value = {{ ratio = \"{first}\", inclusive = false }} }}, {{ from = \"2026-07-01\", value = {{ ratio = \"{second}\", inclusive = true }} }}]"
        )
    };
    let text = VALID
        .replace(
            "low = { ratio = \"0.5\", inclusive = false }",
            &rising("low", "0.5", "2.5"),
        )
        .replace(
            "high = { ratio = \"2.0\", inclusive = false }",
            &rising("high", "2", "3"),
        );
    let region = parse(&text).unwrap();
    assert_eq!(region.periods.len(), 2);
    assert!(region.periods[1].policy.deviation.low.inclusive);
    // A mistake of the whole year is told once, whatever the periods.
    let twice = "{ from = \"2026-01-01\", value = \"0.5\" },\n{ from = \"2026-05-01\", value = \"0.6\" }";
    let text = VALID.replace("share = \"0.8\" #", &format!("share = [\n{twice}\n]"));
    let text = text.replacen("reserve = \"0.05\"", "reserve = \"1.5\"", 1);
    assert_eq!(found_in(&text), [("P106", line("reserve"), vec![])]);
}

#[test]
fn what_cannot_be_dated() {
    let dated = |value: &str| format!("[ {{ from = \"2026-01-01\", value = {value} }} ]");
    let year = line("year_start");
    for (plain, value) in [
        ("quality_deposit", "\"0.05\""),
        ("mode", "\"half-up\""),
        ("points", "4"),
        ("budget", "\"812345678.00\""),
        ("floor_at_zero", "false"),
        ("insutype", "[\"310\"]"),
        ("assessment", "{ full_from = \"90\", none_below = \"60\" }"),
    ] {
        let (from, to) = (format!("{plain} = {value}"), format!("{plain} = {}", dated(value)));
        assert!(VALID.contains(&from), "{from}");
        let text = VALID.replacen(&from, &to, 1);
        assert_eq!(found_in(&text), [("P125", line(plain), vec![year])], "{plain}");
    }
    // Dated in two levels.
    let inner = dated("\"0.5\"");
    let value = format!("{{ ratio = {inner}, inclusive = false }}");
    let text = VALID.replace(
        "low = { ratio = \"0.5\", inclusive = false }",
        &format!("low = {}", dated(&value)),
    );
    assert_eq!(found_in(&text), [("P125", line("low"), vec![line("low")])]);
}

#[test]
fn the_year_lies_in_the_days_of_the_document() {
    let with = |window: &str| VALID.replace("name = \"示例市\"", &format!("name = \"示例市\"\n{window}"));
    let from = line("name") + 1;
    let region = parse(&with("policy_from = \"2026-01-01\"\npolicy_to = \"2026-12-31\"")).unwrap();
    assert_eq!(
        (region.policy_from, region.policy_to),
        (Some(region.year_start), Some(region.year_end))
    );
    assert!(parse(&with("policy_to = \"2030-12-31\"")).is_ok());
    let start = line("year_start") + 1;
    assert_eq!(
        found_in(&with("policy_from = \"2026-01-02\"")),
        [("P126", start, vec![from])]
    );
    assert_eq!(
        found_in(&with("policy_to = \"2026-12-30\"")),
        [("P126", start + 1, vec![from])]
    );
    let turned = with("policy_from = \"2026-01-01\"\npolicy_to = \"2025-12-31\"");
    assert_eq!(found_in(&turned), [("P108", from + 1, vec![from])]);
}

/// docs/POLICY.md §1, as it stands there.
#[test]
fn the_documented_file_reads() {
    let page = include_str!("../../../../docs/POLICY.md");
    let (_, rest) = page.split_once("```toml\n").unwrap();
    let (example, _) = rest.split_once("```").unwrap();
    let (before, rest) = VALID.split_once("[deviation]").unwrap();
    let (_, after) = rest.split_once("[fund_share]").unwrap();
    let region = parse(&format!("{before}{example}[fund_share]{after}")).unwrap();
    let starts: Vec<String> = region.periods.iter().map(|period| period.from.to_string()).collect();
    assert_eq!(starts, ["2026-01-01", "2026-04-01", "2026-07-01"]);
    let source = region
        .source_on("ungrouped.share", "2026-08-01".parse().unwrap())
        .unwrap();
    assert_eq!(source.note.as_deref(), Some("某医保发〔2026〕5 号第二条"));
}

#[test]
fn nobody_changes_a_policy_every_day() {
    let first: Date = "2024-01-01".parse().unwrap();
    let entries = |count: i64| {
        let day = |i: i64| first.saturating_add(jiff::Span::new().days(i));
        let entries: Vec<String> = (0..count)
            .map(|i| format!("{{ from = \"{}\", value = \"0.5\" }},", day(i)))
            .collect();
        entries.join("\n")
    };
    assert_eq!(found(&entries(366)), []);
    assert_eq!(found(&entries(367)), [("P106", line("share"), vec![])]);
}
