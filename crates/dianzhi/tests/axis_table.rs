//! The page of the axes (docs/RULES.md) against the tests it speaks of: an axis has tests of its
//! number or says that it is open, and no test has a number that the page calls open.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of tests") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// How many tests are called by each axis' number.
fn tests() -> BTreeMap<u32, usize> {
    let mut found = Vec::new();
    for krate in fs::read_dir(root().join("crates")).expect("the crates") {
        let tests = krate.expect("a crate").path().join("tests");
        if tests.is_dir() {
            sources(&tests, &mut found);
        }
    }
    let mut count = BTreeMap::new();
    for path in found {
        let text = fs::read_to_string(&path).expect("a source");
        for line in text.lines() {
            let number = line
                .trim()
                .strip_prefix("fn axis_")
                .and_then(|rest| rest.get(..2)?.parse().ok());
            if let Some(number) = number {
                *count.entry(number).or_insert(0) += 1;
            }
        }
    }
    count
}

/// The axes of the page, and whether each is open.
fn page() -> BTreeMap<u32, bool> {
    let text = fs::read_to_string(root().join("docs/RULES.md")).expect("the page");
    let table = text.split("## The 31 axes").nth(1).expect("the section");
    let rows = table.lines().filter_map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let number = cells.first()?.parse().ok()?;
        Some((number, *cells.last()? == "–"))
    });
    rows.collect()
}

#[test]
fn every_axis_has_its_tests_or_says_that_it_is_open() {
    let (page, tests) = (page(), tests());
    assert_eq!(page.keys().copied().collect::<Vec<_>>(), (1..=31).collect::<Vec<_>>());
    for (axis, open) in page {
        let count = tests.get(&axis).copied().unwrap_or(0);
        assert_eq!(count == 0, open, "axis {axis} has {count} tests");
    }
}
