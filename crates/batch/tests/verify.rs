//! `verify` passes what `settle` publishes, and nothing else.

#![allow(clippy::unwrap_used)] // a test file from end to end

mod common;

use common::{Change, examples, reference, run_json, settled, settled_with, tamper, write_run};
use dianzhi_batch::{CheckOutcome, Failure, Progress, SettleOptions, Verification, verify};
use std::fs;
use std::path::{Path, PathBuf};

fn verified(run: &Path) -> Verification {
    verify(run, None, Some(2), &Progress::default()).unwrap()
}

#[track_caller]
fn assert_sound(verification: &Verification, what: &str) {
    assert!(verification.is_sound(), "{what}: {:#?}", verification.diagnostics());
}

/// Sound, and every case priced again.
#[track_caller]
fn assert_whole(run: &Path, what: &str) {
    let verification = verified(run);
    assert_sound(&verification, what);
    assert!(verification.is_complete(), "{what}: {:#?}", verification.diagnostics());
    let rows = verification
        .checks
        .iter()
        .filter(|check| check.name.en.contains("byte for byte"));
    assert_eq!(rows.clone().count(), 3, "{what}");
    assert!(rows.clone().all(|check| check.count > 0), "{what}");
}

#[test]
fn every_region_year_is_sound() {
    let scratch = tempfile::tempdir().unwrap();
    let folders: Vec<PathBuf> = reference().into_iter().chain(examples()).collect();
    for folder in &folders {
        let run = settled(folder, &scratch.path().join(folder.file_name().unwrap()));
        assert_whole(&run, &folder.display().to_string());
    }
    println!("{} region-years verified", folders.len());
}

/// A copy of an example that may be changed, and a run of it beside it.
struct Copy {
    scratch: tempfile::TempDir,
}

impl Copy {
    fn of(folder: &Path, options: &SettleOptions) -> Copy {
        let scratch = tempfile::tempdir().unwrap();
        common::copy_folder(folder, &scratch.path().join("inputs"));
        settled_with(
            &scratch.path().join("inputs/region.toml"),
            &scratch.path().join("run"),
            options,
        );
        Copy { scratch }
    }

    fn inputs(&self) -> PathBuf {
        self.scratch.path().join("inputs")
    }

    fn run(&self) -> PathBuf {
        self.scratch.path().join("run")
    }

    fn lose_inputs(&self) {
        fs::rename(self.inputs(), self.scratch.path().join("elsewhere")).unwrap();
    }
}

fn example() -> PathBuf {
    examples().remove(0)
}

#[test]
fn inputs_are_found_where_they_went() {
    let archive = SettleOptions {
        archive: true,
        ..SettleOptions::default()
    };
    for folder in examples().into_iter().chain(reference()) {
        let copy = Copy::of(&folder, &archive);
        copy.lose_inputs();
        assert_whole(&copy.run(), "archived");
    }

    let copy = Copy::of(&example(), &SettleOptions::default());
    copy.lose_inputs();
    let without = verified(&copy.run());
    assert_sound(&without, "without its inputs");
    assert!(!without.is_complete());
    let skipped = without.diagnostics();
    assert_eq!(skipped.len(), 1);
    assert_eq!(skipped[0].code, "F109");
    assert!(skipped[0].text.en.contains("--region") && skipped[0].text.en.contains("claims.csv"));
    let region = copy.scratch.path().join("elsewhere/region.toml");
    let with = verify(&copy.run(), Some(&region), None, &Progress::default()).unwrap();
    assert!(with.is_sound() && with.is_complete());
    let nowhere = verify(
        &copy.run(),
        Some(&copy.inputs().join("region.toml")),
        None,
        &Progress::default(),
    );
    assert_eq!(nowhere.unwrap_err().diagnostics()[0].code, "F101");
}

#[test]
fn sha256_is_checked_where_recorded() {
    let mut options = SettleOptions::default();
    options.inputs.sha256 = true;
    let copy = Copy::of(&example(), &options);
    assert_whole(&copy.run(), "with SHA-256");
    let mut run = run_json(&copy.run());
    let sha256 = run.outputs[1].fingerprint.sha256.as_mut().unwrap();
    *sha256 = format!("{}{}", if sha256.starts_with('0') { '1' } else { '0' }, &sha256[1..]);
    write_run(&copy.run(), &run);
    assert!(!verified(&copy.run()).is_sound());
}

/// Every way in which one published thing can be changed.
fn changes(run: &Path) -> Vec<(String, Change)> {
    let money: [(&str, &[&str]); 3] = [
        ("claims.csv", &["points", "standard", "others", "due", "cost_ratio"]),
        (
            "hospitals.csv",
            &[
                "points",
                "medfee_sumamt",
                "hifp_pay",
                "due",
                "ratio",
                "compensation",
                "cleared",
                "deposit",
                "deposit_returned",
                "prepaid",
                "final_payment",
            ],
        ),
        (
            "pools.csv",
            &[
                "budget",
                "reserve",
                "distributable",
                "points",
                "point_value",
                "due",
                "remainder",
                "compensation",
                "cleared",
                "left_in_fund",
            ],
        ),
    ];
    let mut changes = Vec::new();
    for (file, columns) in money {
        let rows = common::table(&run.join(file)).len() - 1;
        for column in columns {
            for row in [1, rows.div_ceil(2), rows] {
                changes.push((format!("{file} row {row} {column}"), Change::Unit { file, row, column }));
            }
        }
        for row in [1, rows.div_ceil(2), rows] {
            changes.push((format!("{file} without row {row}"), Change::Drop { file, row }));
            changes.push((format!("{file} row {row} twice"), Change::Twice { file, row }));
        }
        if rows > 1 {
            changes.push((format!("{file} rows 1 and 2 swapped"), Change::Swap { file, row: 1 }));
            changes.push((
                format!("{file} last rows swapped"),
                Change::Swap { file, row: rows - 1 },
            ));
        }
    }
    for (column, value) in [
        ("case_class", "high"),
        ("setl_id", "X"),
        ("group_code", "X"),
        ("insutype", "X"),
        ("pool", "X"),
        ("fixmedins_code", "X"),
    ] {
        let change = Change::Value {
            file: "claims.csv",
            row: 2,
            column,
            value,
        };
        changes.push((format!("claims.csv {column}"), change));
    }
    for (column, value) in [("band", "x"), ("cases", "7"), ("fixmedins_code", "X"), ("pool", "X")] {
        let change = Change::Value {
            file: "hospitals.csv",
            row: 1,
            column,
            value,
        };
        changes.push((format!("hospitals.csv {column}"), change));
    }
    for file in ["claims.csv", "hospitals.csv", "pools.csv", "rejects.csv"] {
        changes.push((format!("{file} header"), Change::Header { file }));
        changes.push((
            format!("{file} without its last byte"),
            Change::Truncate { file, bytes: 1 },
        ));
        changes.push((format!("{file} cut short"), Change::Truncate { file, bytes: 9 }));
        changes.push((format!("{file} with CRLF"), Change::Crlf { file }));
        changes.push((format!("{file} with an empty line"), Change::EmptyLine { file }));
    }
    changes
}

fn survivors(run: &Path, changes: Vec<(String, Change)>) -> Vec<String> {
    let mutant = run.with_file_name("mutant");
    let mut survivors = Vec::new();
    let mut made = 0;
    for (what, change) in changes {
        common::copy_folder(run, &mutant);
        // The mutant stands beside the run, so that its inputs are found as the run's are.
        let is_changed = tamper(&mutant, &change);
        made += usize::from(is_changed);
        if is_changed && verified(&mutant).is_sound() {
            survivors.push(what);
        }
        fs::remove_dir_all(&mutant).unwrap();
    }
    println!("{made} changes made");
    assert!(made > 30, "only {made} changes made");
    survivors
}

#[test]
fn no_change_survives_with_its_hashes_mended() {
    let of_interest = ["dirty", "largest-remainder", "reimbursement-ratio", "rate"];
    let picked = reference()
        .into_iter()
        .filter(|folder| of_interest.iter().any(|name| folder.ends_with(name)));
    let with_factors = common::examples_folder().join("dip-factors");
    for folder in examples().into_iter().take(1).chain([with_factors]).chain(picked) {
        let copy = Copy::of(&folder, &SettleOptions::default());
        let mut changes = changes(&copy.run());
        if folder.ends_with("dirty") {
            for (column, value) in [
                ("file", "claims-2.csv"),
                ("line", "3"),
                ("setl_id", "X"),
                ("field", "X"),
                ("code", "E103"),
                ("record", "X"),
            ] {
                let change = Change::Value {
                    file: "rejects.csv",
                    row: 1,
                    column,
                    value,
                };
                changes.push((format!("rejects.csv {column}"), change));
            }
            for row in [1, 5] {
                let file = "rejects.csv";
                changes.push((format!("{file} without row {row}"), Change::Drop { file, row }));
                changes.push((format!("{file} row {row} twice"), Change::Twice { file, row }));
                changes.push((format!("{file} rows swapped"), Change::Swap { file, row }));
            }
        }
        if folder.ends_with("dip-factors") {
            for (row, value) in [(1, "1.3"), (1, "1"), (1, ""), (5, "1.0"), (5, "")] {
                let (file, column) = ("claims.csv", "factor");
                let change = Change::Value {
                    file,
                    row,
                    column,
                    value,
                };
                changes.push((format!("{file} row {row} {column} {value:?}"), change));
            }
        }
        if !(folder.starts_with(common::examples_folder()) || folder.ends_with("dirty")) {
            // The other methods have no columns of their own: a third of the changes each.
            let mut number = 0;
            changes.retain(|_| {
                number += 1;
                number % 3 == 0
            });
        }
        let survivors = survivors(&copy.run(), changes);
        assert!(survivors.is_empty(), "{}: {survivors:#?}", folder.display());
        println!("{}: every one found", folder.display());
    }
}

/// Without the inputs every fen still has an identity that holds it, but for figures that nothing
/// else published depends on.
#[test]
fn identities_alone_find_a_fen() {
    let copy = Copy::of(&example(), &SettleOptions::default());
    copy.lose_inputs();
    assert_sound(&verified(&copy.run()), "untouched");
    let units = changes(&copy.run())
        .into_iter()
        .filter(|(what, change)| matches!(change, Change::Unit { .. }) && !what.ends_with("cost_ratio"))
        .collect();
    let survivors = survivors(&copy.run(), units);
    // What came back of a deposit and what was prepaid go into one equation each, which the change
    // breaks; nothing is left over.
    assert!(survivors.is_empty(), "{survivors:#?}");
}

#[test]
fn run_json_is_checked() {
    type Edit = fn(&mut dianzhi_batch::Run);
    let edits: [(&str, Edit); 12] = [
        ("hash of an output", |run| {
            run.outputs[0].fingerprint.blake3.replace_range(0..4, "zzzz");
        }),
        ("length of an output", |run| run.outputs[2].fingerprint.bytes += 1),
        ("an output less", |run| drop(run.outputs.pop())),
        ("outputs in another order", |run| run.outputs.swap(0, 1)),
        ("records read", |run| run.records.read += 1),
        ("records accepted", |run| run.records.accepted -= 1),
        ("a reject code", |run| {
            run.records.rejected.insert("E105".to_owned(), 1);
        }),
        ("a control total", |run| run.pools[0].due.push('0')),
        ("points of a pool", |run| run.pools[0].points = "1.0000".to_owned()),
        ("medfee of a pool", |run| run.pools[0].medfee_sumamt = "1.00".to_owned()),
        ("a pool", |run| drop(run.pools.pop())),
        ("the region text", |run| run.region.text.push(' ')),
    ];
    let copy = Copy::of(&example(), &SettleOptions::default());
    let intact = run_json(&copy.run());
    for (what, edit) in edits {
        let mut run = intact.clone();
        edit(&mut run);
        write_run(&copy.run(), &run);
        assert!(!verified(&copy.run()).is_sound(), "{what}");
    }
    // A policy whose hash was mended too gives other figures.
    let mut run = intact.clone();
    run.region.text = run
        .region
        .text
        .replace("quality_deposit = \"0.0", "quality_deposit = \"0.1");
    assert_ne!(run.region.text, intact.region.text);
    run.inputs[0].fingerprint = common::fingerprint(run.region.text.as_bytes());
    write_run(&copy.run(), &run);
    assert!(!verified(&copy.run()).is_sound(), "another policy");
    // No policy at all.
    run.region.text = "[region]\n".to_owned();
    run.inputs[0].fingerprint = common::fingerprint(run.region.text.as_bytes());
    write_run(&copy.run(), &run);
    assert!(!verified(&copy.run()).is_sound(), "no policy");
    write_run(&copy.run(), &intact);
    assert_whole(&copy.run(), "put back");
    fs::write(copy.run().join("run.json"), "{").unwrap();
    let error = verify(&copy.run(), None, None, &Progress::default()).unwrap_err();
    assert_eq!(error.diagnostics()[0].code, "F108");
}

#[test]
fn files_and_inputs_are_checked() {
    for file in ["claims.csv", "hospitals.csv", "pools.csv", "rejects.csv"] {
        let copy = Copy::of(&example(), &SettleOptions::default());
        fs::remove_file(copy.run().join(file)).unwrap();
        assert!(!verified(&copy.run()).is_sound(), "{file} removed");
    }
    for file in ["claims.csv", "groups.csv", "hospitals.csv", "prepayments.csv"] {
        let copy = Copy::of(&example(), &SettleOptions::default());
        common::append(&copy.inputs().join(file), b"\n");
        let changed = verified(&copy.run());
        assert!(changed.is_sound() && !changed.is_complete(), "{file} changed");
        let why = changed.checks.iter().find_map(|check| match &check.outcome {
            CheckOutcome::Skipped { why } => Some(why.en.clone()),
            _ => None,
        });
        assert!(why.is_some_and(|why| why.contains(file)), "{file} named");
    }
    // In a run that keeps its inputs, a change of one is a failure.
    let archive = SettleOptions {
        archive: true,
        ..SettleOptions::default()
    };
    for file in [
        "region.toml",
        "claims.csv",
        "groups.csv",
        "hospitals.csv",
        "prepayments.csv",
    ] {
        let copy = Copy::of(&example(), &archive);
        common::append(&copy.run().join("inputs").join(file), b"\n");
        assert!(!verified(&copy.run()).is_sound(), "archived {file} changed");
        fs::remove_file(copy.run().join("inputs").join(file)).unwrap();
        assert!(!verified(&copy.run()).is_sound(), "archived {file} removed");
    }
    // Paths of a run.json from elsewhere stay inside the run.
    let copy = Copy::of(&example(), &archive);
    let mut run = run_json(&copy.run());
    run.inputs[1].archived = Some("../inputs/groups.csv".to_owned());
    write_run(&copy.run(), &run);
    assert!(!verified(&copy.run()).is_sound(), "a path out of the run");
}

/// An input whose change comes with a mended hash: the rows are then another settlement's.
#[test]
fn other_inputs_give_other_rows() {
    let copy = Copy::of(&example(), &SettleOptions::default());
    for (i, file, column, value) in [
        (1, "groups.csv", 3, "77.0000"),
        (2, "hospitals.csv", 3, "1.5"),
        (4, "claims.csv", 18, "88888.88"),
    ] {
        let path = copy.inputs().join(file);
        let before = fs::read_to_string(&path).unwrap();
        let mut rows = common::table(&path);
        for row in &mut rows[1..] {
            row[column] = value.to_owned();
        }
        common::write_table(&path, &rows);
        let after = fs::read_to_string(&path).unwrap();
        assert_ne!(before, after, "{file}");
        let intact = run_json(&copy.run());
        let mut run = intact.clone();
        assert!(run.inputs[i].path.ends_with(file));
        run.inputs[i].fingerprint = common::fingerprint(after.as_bytes());
        write_run(&copy.run(), &run);
        assert!(!verified(&copy.run()).is_sound(), "{file}");
        fs::write(&path, &before).unwrap();
        write_run(&copy.run(), &intact);
    }
    assert_whole(&copy.run(), "put back");
}

#[test]
fn a_cancelled_verification_stops() {
    let copy = Copy::of(&example(), &SettleOptions::default());
    let progress = Progress::default();
    progress.cancel();
    let stopped = verify(&copy.run(), None, None, &progress);
    assert!(matches!(stopped, Err(Failure::Interrupted)));
}

#[test]
fn its_json_is_flat() {
    let copy = Copy::of(&example(), &SettleOptions::default());
    copy.lose_inputs();
    let json = serde_json::to_value(verified(&copy.run())).unwrap();
    let checks = json["checks"].as_array().unwrap();
    assert_eq!(checks[0]["outcome"], "passed");
    assert!(checks[0]["name"]["zh"].is_string() && checks[0]["count"].is_u64());
    let last = checks.last().unwrap();
    assert_eq!(last["outcome"], "skipped");
    assert!(last["why"]["en"].is_string());
}
