//! `diff` names the key behind what changed in the tables of routes, heads, items apart and budgets,
//! and in the cases that go by them.

#![allow(clippy::unwrap_used)] // a test file from end to end

mod common;

use common::{copy_folder, examples_folder, settled};
use dianzhi_batch::{Difference, Reason, RowChange, diff};
use std::fs;

/// The example with every method against itself with one text of its region file replaced.
fn with(from: &str, to: &str) -> Difference {
    let scratch = tempfile::tempdir().unwrap();
    let runs = ["a", "b"].map(|name| {
        let inputs = scratch.path().join(name);
        copy_folder(&examples_folder().join("mixed-region"), &inputs);
        if name == "b" {
            let file = inputs.join("region.toml");
            let text = fs::read_to_string(&file).unwrap();
            assert!(text.contains(from), "{from}");
            fs::write(&file, text.replacen(from, to, 1)).unwrap();
        }
        settled(&inputs, &scratch.path().join(format!("run-{name}")))
    });
    diff(&runs[0], &runs[1], 100).unwrap()
}

fn cases(difference: &Difference, reason: Reason) -> Vec<&str> {
    let cases = difference.cases.largest.iter().filter(|case| case.reason == reason);
    cases.map(|case| case.setl_id.as_str()).collect()
}

#[track_caller]
fn row<'d>(difference: &'d Difference, file: &str, row: &[&str]) -> &'d RowChange {
    let found = difference
        .tables
        .iter()
        .find(|change| change.file == file && change.row == row);
    found.unwrap_or_else(|| panic!("{file} {row:?}: {:#?}", difference.tables))
}

/// Σ due of the row moved so.
#[track_caller]
fn assert_due(change: &RowChange, delta: &str, keys: &[&str]) {
    let due = change.figures.iter().find(|figure| figure.figure == "due").unwrap();
    assert_eq!(due.moved.delta, delta);
    assert_eq!(change.keys, keys);
}

#[test]
fn a_share_of_items() {
    let difference = with("share = \"0.6\"", "share = \"0.5\"");
    // 600.00 of implants: 60.00 less; and 60.00 more of the booked fund is the rest's.
    let item = row(&difference, "apart.csv", &["implants", "employee-inpatient", "H001"]);
    assert_due(item, "-60.00", &["apart[0].share"]);
    assert_eq!(cases(&difference, Reason::Apart).len(), 1);
    assert_eq!(cases(&difference, Reason::Claim), [""; 0]);
    // The fund pays its share of the fixed price whatever was booked: the case as a whole is due 60.00 less.
    let case = difference
        .cases
        .largest
        .iter()
        .find(|case| case.reason == Reason::Apart)
        .unwrap();
    assert_eq!(case.due_delta, "-60.00");
    let route = row(
        &difference,
        "routes.csv",
        &["single-disease", "fixed-price", "employee-inpatient"],
    );
    let moved: Vec<&str> = route.figures.iter().map(|figure| figure.figure.as_str()).collect();
    assert_eq!((moved, &route.keys), (vec!["hifp_pay"], &item.keys));
}

#[test]
fn the_funds_of_a_pool() {
    let difference = with("funds = [\"hifp_pay\", \"hifob_pay\"]\n", "");
    assert!(!cases(&difference, Reason::Funds).is_empty());
    assert_eq!(cases(&difference, Reason::Claim), [""; 0]);
    let keys = ["pool[0].funds[0]", "pool[0].funds[1]"];
    let route = row(
        &difference,
        "routes.csv",
        &["inpatient", "by-group", "employee-inpatient"],
    );
    assert_eq!(route.keys, keys);
    let budget = row(&difference, "budgets.csv", &["employee-inpatient"]);
    assert_eq!(budget.keys, keys);
}

/// The days of a long stay beyond its limit are those of a `[[per_diem]]`.
#[test]
fn the_day_rates_of_long_stays() {
    let difference = with("rate = \"320.00\"", "rate = \"330.00\"");
    let keys = ["per_diem[1].rates[1].rate"];
    let route = row(
        &difference,
        "routes.csv",
        &["long-stay", "long-stay", "resident-inpatient"],
    );
    assert_eq!(route.keys, keys);
    let of_route = |case: &&dianzhi_batch::CaseChange| case.reason == Reason::Rate;
    let classes: Vec<&str> = difference
        .cases
        .largest
        .iter()
        .filter(of_route)
        .map(|case| case.new.case_class.as_str())
        .collect();
    assert!(classes.contains(&"normal"), "{:#?}", difference.cases);
}

#[test]
fn what_is_paid_by_head() {
    let difference = with("per_head = \"900.00\"", "per_head = \"950.00\"");
    // 2 × 1.2 × 50.00 more; 0.8 of it first, and 0.88 of the rest by its assessment.
    let class = row(
        &difference,
        "capitation.csv",
        &["resident-outpatient", "H002", "special-disease"],
    );
    assert_due(class, "117.12", &["capitation[1].per_head"]);
    assert_eq!(row(&difference, "budgets.csv", &["resident"]).keys, [""; 0]);
    assert_eq!(cases(&difference, Reason::Claim), [""; 0]);
}
