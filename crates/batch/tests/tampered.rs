//! One fen or one case moved in the tables that only routes, heads, items apart and budgets have, the
//! hash in run.json mended to fit: `verify` tells it with the inputs at hand, and by the other
//! published tables alone.

#![allow(clippy::unwrap_used)] // a test file from end to end

mod common;

use common::{Change, copy_folder, examples_folder, run_json, settled, table, tamper, write_run};
use dianzhi_batch::{CheckOutcome, Progress, RunPool, verify};
use std::fs;
use std::path::{Path, PathBuf};

const TABLES: [(&str, &[&str]); 6] = [
    (
        "routes.csv",
        &[
            "cases",
            "points",
            "medfee_sumamt",
            "hifp_pay",
            "standard",
            "due",
            "patient_over",
        ],
    ),
    (
        "capitation.csv",
        &["heads", "capitation", "first_paid", "returned", "due"],
    ),
    ("apart.csv", &["cases", "cost", "hifp_pay", "due"]),
    (
        "budgets.csv",
        &["budget", "changes", "cases", "due", "cleared", "left_in_fund"],
    ),
    ("hospitals.csv", &["compared", "capitation"]),
    (
        "pools.csv",
        &["to_hospitals", "kept_by_fund", "capitation_amount", "capitation"],
    ),
];

/// A run of the example with every method; its inputs stand beside it.
fn run(scratch: &Path) -> PathBuf {
    let inputs = scratch.join("inputs");
    copy_folder(&examples_folder().join("mixed-region"), &inputs);
    settled(&inputs, &scratch.join("run"))
}

/// The checks that fail.
fn failed(run: &Path) -> Vec<String> {
    let verified = verify(run, None, Some(1), &Progress::default()).unwrap();
    let checks = verified.checks.into_iter();
    let failed = checks.filter(|check| matches!(check.outcome, CheckOutcome::Failed { .. }));
    failed.map(|check| check.name.en).collect()
}

/// Every cell of every row, its last digit moved by one; and which of them `verify` passes.
fn survivors(run: &Path) -> Vec<String> {
    assert_eq!(failed(run), [""; 0], "untouched");
    let mutant = run.with_file_name("mutant");
    let mut survivors = Vec::new();
    for (file, columns) in TABLES {
        for (row, cells) in table(&run.join(file)).iter().enumerate().skip(1) {
            for column in columns {
                copy_folder(run, &mutant);
                assert!(tamper(&mutant, &Change::Unit { file, row, column }), "{file} {column}");
                let told = failed(&mutant);
                assert!(!told.iter().any(|name| name.contains("with its hash")), "{told:?}");
                if told.is_empty() {
                    survivors.push(format!("{file} {} {column}", cells[..3].join(" ")));
                }
                fs::remove_dir_all(&mutant).unwrap();
            }
        }
    }
    survivors
}

#[test]
fn the_second_path_tells_a_fen() {
    let scratch = tempfile::tempdir().unwrap();
    assert_eq!(survivors(&run(scratch.path())), [""; 0]);
}

/// How many heads there are stands in the enrolment table alone, and which item a case has in the claims:
/// all else that is published of them is money. (Before the cases were added up to the routes, every
/// `standard` and `patient_over` of routes.csv passed too.)
#[test]
fn identities_alone_tell_a_fen() {
    let scratch = tempfile::tempdir().unwrap();
    let run = run(scratch.path());
    fs::rename(scratch.path().join("inputs"), scratch.path().join("elsewhere")).unwrap();
    let mut left = survivors(&run);
    let in_inputs_alone = |what: &String| {
        (what.starts_with("capitation.csv") && what.ends_with(" heads"))
            || (what.starts_with("apart.csv") && what.ends_with(" cases"))
    };
    left.retain(|what| !in_inputs_alone(what));
    assert_eq!(left, [""; 0]);

    // Yet no item has more cases than there are with anything apart, here 2; nor have all fewer.
    let change = Change::Value {
        file: "apart.csv",
        row: 1,
        column: "cases",
        value: "3",
    };
    assert!(tamper(&run, &change));
    assert_eq!(failed(&run), ["what the cases have apart adds up to apart.csv"]);
}

/// The control totals of run.json are those of pools.csv.
#[test]
fn the_control_totals_of_heads() {
    let scratch = tempfile::tempdir().unwrap();
    let run = run(scratch.path());
    let intact = run_json(&run);
    let of_pool = &intact.pools[1];
    assert_eq!(of_pool.capitation_amount.as_deref(), Some("4137.60"));
    assert_eq!(of_pool.capitation.as_deref(), Some("3980.37"));
    let edits: [fn(&mut RunPool); 4] = [
        |pool| pool.capitation = Some("3980.38".to_owned()),
        |pool| pool.capitation = None,
        |pool| pool.capitation_amount = Some("4137.61".to_owned()),
        |pool| pool.capitation_amount = None,
    ];
    for edit in edits {
        let mut json = intact.clone();
        edit(&mut json.pools[1]);
        write_run(&run, &json);
        assert_eq!(
            failed(&run),
            ["every pool: its sums are the hospitals' and run.json's, and the budget is accounted for"]
        );
    }
}
