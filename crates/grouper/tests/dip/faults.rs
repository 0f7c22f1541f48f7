//! Directories with mistakes: each is named with its file and line, all at once.

use super::{case, teaching};
use dianzhi_core::Lang;
use dianzhi_grouper::{DipDirectory, DipGrouper, Given, Record};
use proptest::prelude::*;
use std::path::Path;

/// The teaching directory with one file changed.
pub(crate) fn changed(file: &str, from: &str, to: &str) -> tempfile::TempDir {
    let text = std::fs::read_to_string(teaching().join(file)).unwrap();
    assert!(text.contains(from), "{from} is not in {file}");
    written(file, &text.replacen(from, to, 1))
}

/// The teaching directory with one file written anew.
pub(crate) fn written(file: &str, text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(teaching()).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
    }
    std::fs::write(folder.path().join(file), text).unwrap();
    folder
}

/// The teaching directory with lines added to a file; returns the number of the first of them.
pub(crate) fn with_lines(file: &str, lines: &[&str]) -> (tempfile::TempDir, usize) {
    let text = std::fs::read_to_string(teaching().join(file)).unwrap();
    let first = text.lines().count() + 1;
    (written(file, &format!("{text}{}\n", lines.join("\n"))), first)
}

/// Code and line of every mistake.
fn mistakes(folder: &Path) -> Vec<(&'static str, u64)> {
    let found = DipDirectory::load(folder).err().map_or(Vec::new(), |found| found.0);
    for mistake in &found {
        assert!(!mistake.text.zh.is_empty() && !mistake.help.zh.is_empty());
        let shown = mistake.render(Lang::En);
        assert!(shown.contains(mistake.code), "{shown}");
    }
    let line = |mistake: &dianzhi_policy::Diagnostic| mistake.place.as_ref().map_or(0, |place| place.line);
    found.iter().map(|mistake| (mistake.code, line(mistake))).collect()
}

#[test]
fn mistakes_of_rows() {
    for (file, row, code) in [
        ("types.tsv", "T-X\tother\tA01\t\t\t1\t", "S114"),
        ("types.tsv", "\tcore\tA01\t\t\t1\t", "S114"),
        ("types.tsv", "T-X\tcore\tA01.00\t\t\t1\t", "S114"),
        ("types.tsv", "T-X\tcore\t\t\t\t1\t", "S114"),
        ("types.tsv", "T-X\tcore\tA01|\t\t\t1\t", "S114"),
        ("types.tsv", "T-X\tmixed\tA01.0\t\tconservative\t1\t", "S114"),
        ("types.tsv", "T-X\tmixed\tA09-A01\t\tconservative\t1\t", "S114"),
        ("types.tsv", "T-X\tmixed\tA01-A9\t\tconservative\t1\t", "S114"),
        ("types.tsv", "T-X\tmixed\tA01\t\t\t1\t", "S114"),
        ("types.tsv", "T-X\tmixed\tA01\t\tsurgery\t1\t", "S114"),
        ("types.tsv", "T-X\tmixed\tA01\t36.0700\tsurgical\t1\t", "S114"),
        ("types.tsv", "T-X\tcore\tA01\t36.0700\tsurgical\t1\t", "S114"),
        ("types.tsv", "T-X\tcore\tA01\t36.0700+\t\t1\t", "S114"),
        ("types.tsv", "T-X\tcore\tA01\t36.0700+36.0700\t\t1\t", "S114"),
        ("types.tsv", "T-X\tcore\tA01\t\t\t1,000\t", "S114"),
        ("types.tsv", "T-X\tcore\tA01\t\t\t-1\t", "S114"),
        ("types.tsv", "T-X\tcore\tA01\t\t\t1e3\t", "S114"),
        ("types.tsv", "T-X\tcore\tA01", "S105"),
        ("types.tsv", "T-BLANK\tcore\tA01\t\t\t1\t", "S115"),
        ("types.tsv", "T-I21.0\tcore\tA01\t\t\t1\t", "S115"),
        ("types.tsv", "T-X\tcore\tI21.0\t\t\t11000\t", "S116"),
        ("types.tsv", "T-X\tmixed\tI21.0\t\tconservative\t11000\t", "S114"),
        ("types.tsv", "T-X\tcore\ti21.0\t37.6100+36.0700\t\t78000.0\t", "S116"),
        ("operations.tsv", "36.0700\tsurgical", "S115"),
        ("operations.tsv", "54.2100X001\tsurgical", "S115"),
        ("operations.tsv", "36.0600\tconservative", "S114"),
        ("operations.tsv", "\tsurgical", "S114"),
        ("cci.tsv", "I51\t1.5\t", "S114"),
        ("cci.tsv", "I51\t-1\t", "S114"),
        ("cci.tsv", "I50\t1\t", "S115"),
        ("severity.tsv", "I50\t", "S114"),
        ("severity.tsv", "j96\tsevere", "S115"),
        ("bands.tsv", "weight\t1\t\t1\t2", "S114"),
        ("bands.tsv", "severity\t1\t\t1\t2", "S114"),
        ("bands.tsv", "cci\t7-6\t\t7\t6", "S114"),
        ("bands.tsv", "cci\t6\t\t6\t6", "S117"),
        ("bands.tsv", "icu\t7-8\tdays\t7\t8", "S117"),
        ("bands.tsv", "icu\t1\thours\t1\t1", "S114"),
        ("bands.tsv", "age\t18-64\t\t18\t64", "S114"),
        ("bands.tsv", "age\t0\tyears\t0\t0", "S117"),
        ("bands.tsv", "age\t17-18\tyears\t17\t18", "S117"),
        ("grades.tsv", "severity\tworse\tgrave\t\t\t", "S118"),
        ("grades.tsv", "death\tworse\tsevere\t\t\t", "S118"),
        ("grades.tsv", "severity\tworse\t\tmaybe\t\t", "S114"),
        ("grades.tsv", "severity\tworse\t\t\t5\t3", "S114"),
        ("grades.tsv", "cci\tworse\t\t\t\t", "S114"),
        ("auxiliary.tsv", "T-NONE\tcci\t1-2\t1.1", "S118"),
        ("auxiliary.tsv", "T-I21.0\tcci\t5\t1.1", "S118"),
        ("auxiliary.tsv", "T-I21.0\tseverity\tgrave\t1.1", "S118"),
        ("auxiliary.tsv", "T-I21.0\tweight\t1\t1.1", "S114"),
        ("auxiliary.tsv", "T-I21.0\tcci\t1-2\t0", "S114"),
        ("auxiliary.tsv", "T-I21.0\tcci\t1-2\t-1.1", "S114"),
        ("auxiliary.tsv", "T-I21.0\tcci\t1-2\t1.1x", "S114"),
        ("auxiliary.tsv", "*\tstay\t>=60\t1.03", "S115"),
    ] {
        let (folder, line) = with_lines(file, &[row]);
        assert_eq!(mistakes(folder.path()), [(code, line as u64)], "{file}: {row:?}");
    }
}

#[test]
fn every_mistake_at_once() {
    let rows = [
        "T-X\tother\tA01\t\t\t1\t",
        "T-Y\tcore\tA01\t\t\tx\t",
        "T-I21.0\tcore\tA02\t\t\t1\t",
    ];
    let (folder, first) = with_lines("types.tsv", &rows);
    let bands = std::fs::read_to_string(teaching().join("bands.tsv")).unwrap();
    std::fs::write(folder.path().join("bands.tsv"), format!("{bands}cci\t9\t\t9\t9\n")).unwrap();
    let factors = std::fs::read_to_string(teaching().join("auxiliary.tsv")).unwrap();
    // Who refers to a type whose row has a mistake has made none.
    std::fs::write(
        folder.path().join("auxiliary.tsv"),
        format!("{factors}T-X\tcci\t1-2\t1.1\n"),
    )
    .unwrap();
    let first = first as u64;
    let bands = bands.lines().count() as u64 + 1;
    let expected = [
        ("S114", first),
        ("S114", first + 1),
        ("S115", first + 2),
        ("S117", bands),
    ];
    assert_eq!(mistakes(folder.path()), expected);
}

#[test]
fn mistakes_of_the_head_and_of_files() {
    for (from, to) in [
        ("dx_characters = 4", "dx_characters = 2"),
        ("dx_characters = 4 ", "dx_characters = 4.0"),
        (
            "unlisted_operations = \"conservative\"",
            "unlisted_operations = \"none\"",
        ),
        ("\"mean-cost\"", "\"kind\""),
        ("\"mean-cost\"", "\"cost\""),
        ("combine = \"highest\"", "combine = \"sum\""),
        ("tumours = \"C00-C97\"", "tumours = \"C97-C00\""),
        ("valid_to = \"2026-12-31\"", "valid_to = \"2025-12-31\""),
        ("valid_to = \"2026-12-31\"", "valid_to = \"2026-13-31\""),
        ("blank = ", "blanc = "),
    ] {
        let folder = changed("directory.toml", from, to);
        let text = std::fs::read_to_string(folder.path().join("directory.toml")).unwrap();
        let found = mistakes(folder.path());
        let [("S113", line)] = found[..] else {
            panic!("{to}: {found:?}");
        };
        let said = text.lines().nth(usize::try_from(line).unwrap() - 1).unwrap();
        let key = to.trim_matches('"').split(' ').next().unwrap();
        assert!(said.contains(key), "{to}: line {line} is {said}");
    }
    let folder = changed("directory.toml", "icu_days = \"completed\"", "");
    assert_eq!(mistakes(folder.path()), [("S118", 13)]);
    let folder = changed("directory.toml", "tumours = \"C00-C97\"", "");
    assert_eq!(mistakes(folder.path()), [("S118", 7)]);
    let folder = changed("types.tsv", "kind", "sort");
    assert!(mistakes(folder.path()).contains(&("S104", 1)));
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(mistakes(folder.path()), [("S109", 0), ("S109", 0)]);
    let folder = changed("directory.toml", "\"highest\"", "\"product\"");
    let (wide, line) = with_lines("auxiliary.tsv", &["T-J18.9\tcci\t1-2\t1.123456789012"]);
    std::fs::copy(folder.path().join("directory.toml"), wide.path().join("directory.toml")).unwrap();
    assert_eq!(mistakes(wide.path()), []);
    let rows = [
        "T-J18.9\tcci\t1-2\t1.123456789012",
        "T-J18.9\ticu\t2-7\t1.123456789012",
        "T-J18.9\tdeath\tdeath\t1.123456789012",
    ];
    let (wide, _) = with_lines("auxiliary.tsv", &rows);
    std::fs::copy(folder.path().join("directory.toml"), wide.path().join("directory.toml")).unwrap();
    assert_eq!(
        mistakes(wide.path()),
        [("S121", line as u64 + 1), ("S121", line as u64 + 2)]
    );
}

#[test]
fn remarks() {
    let rows = [
        "T-X\tcore\tA01\t00.0000+36.0700\t\t1\t",
        "T-Y\tcore\tA01\t99.1800\t\t1\t",
        "T-Z\tbasic\ti21.0\t37.6100+36.0700\t\t78000.0\t",
    ];
    let (folder, first) = with_lines("types.tsv", &rows);
    let directory = DipDirectory::load(folder.path()).unwrap();
    let remarks = directory.remarks();
    let found: Vec<(&str, u64)> = remarks
        .iter()
        .map(|remark| (remark.code, remark.place.as_ref().unwrap().line))
        .collect();
    let first = first as u64;
    assert_eq!(found, [("S120", first + 2), ("S119", first), ("S120", first + 1)]);
    assert!(
        remarks[1]
            .render(Lang::En)
            .starts_with("warning[S119]: operations.tsv does not list 00.0000 of type T-X")
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    /// Whatever stands in the tables, there is a directory or there are mistakes.
    #[test]
    fn tables_of_anything(
        file in 0..DipDirectory::file_names().len(),
        rows in proptest::collection::vec("([A-Z]{0,2}[0-9.|+*-]{0,6}|core|mixed|cci|age|days|yes|surgical|\\*|\\PC{0,3})(\t([A-Z]{0,2}[0-9.|+-]{0,6}|cci|age|icu|days|severe|\\PC{0,3})){0,6}", 0..8),
        codes in proptest::collection::vec("[A-CI][0-9.]{0,4}|\\PC{0,5}", 0..4),
        figure in any::<i32>(),
        cost in proptest::option::of(any::<i64>()),
    ) {
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        let (folder, _) = with_lines(DipDirectory::file_names()[file], &rows);
        if let Ok(grouper) = DipGrouper::load(folder.path()) {
            let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
            let record = Record {
                age_years: Given::Is(figure),
                age_days: Given::Is(figure),
                stay_days: Given::Is(figure),
                icu_minutes: Given::Is(figure),
                medical_cost_fen: cost,
                ..case(&codes, &codes)
            };
            let told = grouper.explain(&record);
            prop_assert_eq!(told.grouping, grouper.group(&record));
            let _ = grouper.directory().remarks();
        }
    }
}
