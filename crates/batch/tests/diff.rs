//! `diff` tells what changed between two runs, and why.

#![allow(clippy::unwrap_used)] // a test file from end to end

mod common;

use common::{copy_folder, examples, settled, table, write_table};
use dianzhi_batch::{Difference, InputChangeKind, Reason, diff};
use std::fs;
use std::path::{Path, PathBuf};

/// Two copies of the example, the second to be changed before both are settled.
struct Pair {
    scratch: tempfile::TempDir,
}

impl Pair {
    fn new() -> Pair {
        let scratch = tempfile::tempdir().unwrap();
        let example = examples().remove(0);
        for name in ["a", "b"] {
            copy_folder(&example, &scratch.path().join(name));
        }
        Pair { scratch }
    }

    fn b(&self, file: &str) -> PathBuf {
        self.scratch.path().join("b").join(file)
    }

    fn edit_region(&self, from: &str, to: &str) {
        let path = self.b("region.toml");
        let before = fs::read_to_string(&path).unwrap();
        let after = before.replacen(from, to, 1);
        assert_ne!(before, after, "{from}");
        fs::write(path, after).unwrap();
    }

    /// Changes a cell of the first row that is asked for.
    fn edit(
        &self,
        file: &str,
        column: &str,
        row: impl Fn(&[String]) -> bool,
        value: impl Fn(&str) -> String,
    ) -> String {
        let path = self.b(file);
        let mut rows = table(&path);
        let column = rows[0].iter().position(|name| name == column).unwrap();
        let row = rows.iter().skip(1).position(|cells| row(cells)).unwrap() + 1;
        let after = value(&rows[row][column]);
        assert_ne!(rows[row][column], after);
        rows[row][column] = after;
        let key = rows[row][0].clone();
        write_table(&path, &rows);
        key
    }

    fn settle(&self) -> (PathBuf, PathBuf) {
        let run = |name: &str| {
            settled(
                &self.scratch.path().join(name),
                &self.scratch.path().join(format!("run-{name}")),
            )
        };
        (run("a"), run("b"))
    }

    fn diff(&self) -> Difference {
        let (a, b) = self.settle();
        diff(&a, &b, 10).unwrap()
    }
}

fn cases(run: &Path) -> u64 {
    table(&run.join("claims.csv")).len() as u64 - 1
}

fn reason(difference: &Difference, reason: Reason) -> u64 {
    difference
        .cases
        .reasons
        .iter()
        .find(|sum| sum.reason == reason)
        .map_or(0, |sum| sum.cases)
}

/// Σ of the deltas of a column of the pools, as hundredths.
fn fen(text: &str) -> i64 {
    text.replace('.', "").parse().unwrap()
}

#[test]
fn equal_runs_do_not_differ() {
    let pair = Pair::new();
    let (a, b) = pair.settle();
    let difference = diff(&a, &b, 10).unwrap();
    assert!(difference.is_empty(), "{difference:#?}");
    assert_eq!(difference.cases.same, cases(&a));
    assert!(diff(&a, &a, 0).unwrap().is_empty());
}

#[test]
fn one_changed_claim_changes_its_pool() {
    let pair = Pair::new();
    let id = pair.edit("claims.csv", "hifp_pay", |row| row[3] == "310", |_| "1.00".to_owned());
    let (a, b) = pair.settle();
    let difference = diff(&a, &b, 3).unwrap();
    assert!(difference.policy.is_empty() && difference.engine.is_none() && difference.records.is_empty());
    assert_eq!(difference.inputs.len(), 1);
    assert_eq!(difference.inputs[0].change, InputChangeKind::Changed);
    assert_eq!(difference.inputs[0].path, "claims.csv");
    assert_eq!(reason(&difference, Reason::Claim), 1);
    let claim = difference.cases.largest.iter().find(|case| case.setl_id == id);
    assert!(claim.is_none_or(|case| case.reason == Reason::Claim));
    // Others paid more, so N and V rose: every other case of the pool moved by the point value.
    assert!(reason(&difference, Reason::PointValue) > 0);
    assert_eq!(difference.cases.same + difference.cases.changed, cases(&a));
    assert_eq!(difference.pools.len(), 1);
    let figure = |name: &str| difference.pools[0].figures.iter().find(|f| f.figure == name);
    assert!(figure("point_value").is_some() && figure("budget").is_none());
    let moved = &figure("due").unwrap().moved;
    let (old, new) = (fen(moved.old.as_ref().unwrap()), fen(moved.new.as_ref().unwrap()));
    assert_eq!(fen(&moved.delta), new - old);
    assert_eq!(difference.cases.largest.len(), 3);
    let sizes: Vec<i64> = difference
        .cases
        .largest
        .iter()
        .map(|c| fen(&c.due_delta).abs())
        .collect();
    assert!(sizes.is_sorted_by(|x, y| x >= y), "{sizes:?}");
    // By hand: the largest of all cases.
    let due = |run: &Path| {
        let rows = table(&run.join("claims.csv"));
        rows.into_iter()
            .skip(1)
            .map(|row| (row[0].clone(), fen(&row[10])))
            .collect::<std::collections::HashMap<_, _>>()
    };
    let (old, new) = (due(&a), due(&b));
    let most = old.iter().map(|(id, old)| (new[id] - old).abs()).max().unwrap();
    assert_eq!(sizes[0], most);
    let moved: i64 = old.iter().map(|(id, old)| (new[id] - old).abs()).sum();
    let told: i64 = difference.cases.reasons.iter().map(|sum| fen(&sum.due_moved)).sum();
    assert_eq!(told, moved);
}

#[test]
fn a_coefficient_changes_points_and_a_budget_the_point_value() {
    let pair = Pair::new();
    let code = pair.edit("hospitals.csv", "coefficient", |_| true, |old| format!("{old}5"));
    let difference = pair.diff();
    assert!(reason(&difference, Reason::Points) > 0);
    let moved = difference.cases.reasons.iter().map(|sum| sum.reason);
    assert!(
        moved
            .clone()
            .all(|reason| [Reason::Points, Reason::PointValue].contains(&reason))
    );
    for case in difference
        .cases
        .largest
        .iter()
        .filter(|case| case.reason == Reason::Points)
    {
        assert_eq!(case.new.fixmedins_code, code);
    }
    let sizes: Vec<i64> = difference
        .hospitals
        .iter()
        .map(|h| fen(&h.final_payment.delta).abs())
        .collect();
    assert!(sizes.len() > 1 && sizes.is_sorted_by(|x, y| x >= y), "{sizes:?}");
    for hospital in &difference.hospitals {
        let moved = &hospital.final_payment;
        let (old, new) = (fen(moved.old.as_ref().unwrap()), fen(moved.new.as_ref().unwrap()));
        assert_eq!(fen(&moved.delta), new - old);
        assert_eq!(fen(&hospital.hifp_pay.delta), 0);
    }

    let pair = Pair::new();
    pair.edit_region("budget = \"", "budget = \"1");
    let (a, b) = pair.settle();
    let difference = diff(&a, &b, 2).unwrap();
    assert_eq!(difference.policy.len(), 1);
    let change = &difference.policy[0];
    assert_eq!(change.key, "pool[0].budget");
    assert_eq!(
        change.new.as_deref(),
        change.old.as_ref().map(|old| format!("1{old}")).as_deref()
    );
    let pool = &difference.pools[0].pool;
    let of_pool = table(&a.join("claims.csv"))
        .iter()
        .filter(|row| &row[3] == pool)
        .count() as u64;
    assert_eq!(difference.cases.changed, of_pool);
    assert_eq!(reason(&difference, Reason::PointValue), of_pool);
    assert_eq!(difference.cases.reasons.len(), 1);
    assert!(difference.hospitals.iter().any(|hospital| hospital.band.is_some()));
}

#[test]
fn a_case_that_moves_between_pools() {
    let pair = Pair::new();
    let id = pair.edit("claims.csv", "insutype", |row| row[3] == "310", |_| "390".to_owned());
    let (a, b) = pair.settle();
    let difference = diff(&a, &b, 1_000_000).unwrap();
    let case = difference.cases.largest.iter().find(|case| case.setl_id == id).unwrap();
    assert_eq!(case.reason, Reason::Claim);
    assert_ne!(case.old.pool, case.new.pool);
    assert_eq!(difference.pools.len(), 2);
    assert_eq!(difference.cases.largest.len() as u64, difference.cases.changed);
    for pool in &difference.pools {
        let cases = pool.figures.iter().find(|figure| figure.figure == "cases").unwrap();
        assert!(["1", "-1"].contains(&cases.moved.delta.as_str()));
    }
}

#[test]
fn groups_classes_ratios_and_shares() {
    // Another group for one case.
    let pair = Pair::new();
    let id = pair.edit("claims.csv", "group_code", |row| !row[17].is_empty(), |_| String::new());
    let (a, b) = pair.settle();
    let difference = diff(&a, &b, 1_000_000).unwrap();
    let case = difference.cases.largest.iter().find(|case| case.setl_id == id).unwrap();
    assert_eq!(case.reason, Reason::Group);

    // Other mean costs: other ratios, and classes where they cross a threshold.
    let pair = Pair::new();
    pair.edit("groups.csv", "mean_cost", |_| true, |old| format!("{old}1"));
    let rows = table(&pair.b("groups.csv"));
    let wider: Vec<Vec<String>> = rows
        .iter()
        .enumerate()
        .map(|(i, row)| {
            let mut row = row.clone();
            if i > 0 {
                row[4] = format!("1{}", row[4]);
            }
            row
        })
        .collect();
    write_table(&pair.b("groups.csv"), &wider);
    let difference = pair.diff();
    assert!(reason(&difference, Reason::Class) > 0);
    assert!(reason(&difference, Reason::Ratio) > 0);

    // Negative dues lifted to zero: the due alone.
    let pair = Pair::new();
    pair.edit_region("floor_at_zero = false", "floor_at_zero = true");
    let (a, b) = pair.settle();
    let negative = table(&a.join("claims.csv"))
        .iter()
        .filter(|row| row[10].starts_with('-'))
        .count() as u64;
    let difference = diff(&a, &b, 5).unwrap();
    assert_eq!(difference.policy[0].key, "fund_share.floor_at_zero");
    assert_eq!(reason(&difference, Reason::Due), negative);
    assert_eq!(difference.cases.changed, negative);

    // Every fen handed out: at the same point value a standard moves by a fen.
    let pair = Pair::new();
    pair.edit_region("remainder = \"fund\"", "remainder = \"largest-remainder\"");
    let difference = pair.diff();
    assert!(reason(&difference, Reason::Remainder) > 0);
    assert_eq!(
        reason(&difference, Reason::Points) + reason(&difference, Reason::Claim),
        0
    );
}

#[test]
fn cases_and_inputs_that_come_and_go() {
    let pair = Pair::new();
    let mut rows = table(&pair.b("claims.csv"));
    let gone = rows.remove(1);
    let mut new = rows[1].clone();
    new[0] = "NEW".to_owned();
    rows.push(new.clone());
    new[0] = "NEW2".to_owned();
    new[3] = "no pool".to_owned();
    rows.push(new);
    write_table(&pair.b("more.csv"), &rows);
    fs::remove_file(pair.b("claims.csv")).unwrap();
    fs::rename(pair.b("groups.csv"), pair.b("drg.csv")).unwrap();
    pair.edit_region("\"claims.csv\"", "\"more.csv\"");
    pair.edit_region("\"groups.csv\"", "\"drg.csv\"");
    let difference = pair.diff();
    assert_eq!(
        (difference.cases.only_in_a, difference.cases.only_in_b),
        (1, 1),
        "{gone:?}"
    );
    let change = |path: &str| {
        difference
            .inputs
            .iter()
            .find(|input| input.path == path)
            .map(|input| input.change)
    };
    assert_eq!(change("claims.csv"), Some(InputChangeKind::Removed));
    assert_eq!(change("more.csv"), Some(InputChangeKind::Added));
    assert_eq!(change("drg.csv"), Some(InputChangeKind::Renamed));
    assert_eq!(change("region.toml"), Some(InputChangeKind::Changed));
    let counts: Vec<_> = difference
        .records
        .iter()
        .map(|c| (c.name.as_str(), c.new - c.old))
        .collect();
    assert_eq!(counts, [("read", 1), ("E109", 1)]);
}

#[test]
fn a_folder_that_is_no_whole_run() {
    let pair = Pair::new();
    let (a, b) = pair.settle();
    let code = |a: &Path, b: &Path| diff(a, b, 1).unwrap_err().diagnostics()[0].code;
    assert_eq!(code(&a, &pair.scratch.path().join("none")), "F108");
    for file in ["claims.csv", "hospitals.csv", "pools.csv"] {
        let aside = b.join("aside");
        fs::rename(b.join(file), &aside).unwrap();
        assert_eq!(code(&a, &b), "F108", "{file} missing");
        assert_eq!(code(&b, &a), "F108", "{file} missing");
        fs::write(b.join(file), "a,b\n1,2\n").unwrap();
        assert_eq!(code(&a, &b), "F108", "{file} of another kind");
        fs::rename(&aside, b.join(file)).unwrap();
    }
    common::append(&b.join("claims.csv"), b"1,2\n");
    assert_eq!(code(&a, &b), "F108", "a row cut short");
}

#[test]
fn its_json_names_reasons_as_the_contract_does() {
    let pair = Pair::new();
    pair.edit_region("budget = \"", "budget = \"1");
    let json = serde_json::to_value(pair.diff()).unwrap();
    assert_eq!(json["cases"]["reasons"][0]["reason"], "point-value");
    assert_eq!(json["pools"][0]["figures"][0]["figure"], "budget");
    assert!(json["pools"][0]["figures"][0]["delta"].is_string());
}
