//! Budgets and clearing beyond the reference, from the region file to the published tables: golden
//! figures worked out by hand from testdata/errors/base, and `verify` over every such run.

#![allow(clippy::unwrap_used)] // a test file from end to end

mod common;
#[path = "../../core/tests/common/evaluator.rs"]
mod evaluator;

use common::{copy_folder, run_json, settled, table};
use dianzhi_batch::{ExplainTarget, ExplainedStep, Explanation, Progress, explain, verify};
use dianzhi_core::model::rounded;
use evaluator::{Parser, decimal};
use std::fs;
use std::path::{Path, PathBuf};

/// testdata/errors/base with some texts of its region file replaced, and a run of it.
struct Base {
    scratch: tempfile::TempDir,
}

impl Base {
    fn with(changes: &[(&str, &str)]) -> Base {
        let scratch = tempfile::tempdir().unwrap();
        let inputs = scratch.path().join("inputs");
        let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/errors/base");
        copy_folder(&base, &inputs);
        let file = inputs.join("region.toml");
        let mut text = fs::read_to_string(&file).unwrap();
        for (from, to) in changes {
            assert!(text.contains(from), "the base has no {from}");
            text = text.replacen(from, to, 1);
        }
        fs::write(file, text).unwrap();
        Base { scratch }
    }

    /// Another file beside the region file.
    fn file(self, name: &str, text: &str) -> Base {
        fs::write(self.scratch.path().join("inputs").join(name), text).unwrap();
        self
    }

    fn settled(self) -> Base {
        settled(&self.scratch.path().join("inputs"), &self.run());
        self
    }

    fn run(&self) -> PathBuf {
        self.scratch.path().join("run")
    }

    /// The cells of one row of a published table, by the names of their columns.
    #[track_caller]
    fn cells(&self, file: &str, key: &[&str], columns: &[&str]) -> Vec<String> {
        let rows = table(&self.run().join(file));
        let (header, rows) = rows.split_first().unwrap();
        let row = rows
            .iter()
            .find(|row| row.iter().zip(key).all(|(cell, key)| cell == key));
        let row = row.unwrap_or_else(|| panic!("{file} has no row {key:?}"));
        let at = |name: &&str| header.iter().position(|column| column == name).unwrap();
        columns.iter().map(|name| row[at(name)].clone()).collect()
    }

    /// Every step of every pool and hospital computes to its result and says where its figures come
    /// from, and the rows explained are the published ones.
    #[track_caller]
    fn assert_explained(&self) -> Vec<Explanation> {
        let pools = table(&self.run().join("pools.csv")).into_iter().skip(1);
        let pools = pools.map(|row| ExplainTarget::Pool(row[0].clone()));
        let hospitals = table(&self.run().join("hospitals.csv")).into_iter().skip(1);
        let hospitals = hospitals.map(|row| ExplainTarget::Hospital {
            code: row[1].clone(),
            pool: Some(row[0].clone()),
        });
        let mut told = Vec::new();
        for target in pools.chain(hospitals) {
            let explanation = explain(&self.run(), &target, None, Some(2), &Progress::default()).unwrap();
            explanation
                .sections
                .iter()
                .flat_map(|section| &section.steps)
                .for_each(assert_computes);
            assert!(explanation.published.iter().all(|row| row.agrees), "{target:?}");
            told.push(explanation);
        }
        told
    }

    /// `verify` finds nothing, and priced everything once more.
    #[track_caller]
    fn assert_verified(&self) {
        let found = verify(&self.run(), None, Some(2), &Progress::default()).unwrap();
        assert!(found.is_sound(), "{:#?}", found.diagnostics());
        assert!(found.is_complete(), "{:#?}", found.diagnostics());
    }
}

#[track_caller]
fn assert_computes(step: &ExplainedStep) {
    let (value, _) = Parser::new(&step.expression).whole().unwrap();
    if !step.result.ends_with('…') {
        let value = match &step.rounding {
            Some(to) => rounded(&value, to.places, to.mode),
            None => value,
        };
        assert_eq!(value, decimal(&step.result).unwrap(), "{step:?}");
    }
    for input in &step.inputs {
        assert!(!input.from.en.is_empty() && !input.from.zh.is_empty(), "{step:?}");
        assert!(!input.from.en.ends_with("(no row: 0)"), "{step:?}");
    }
}

/// The first step of a rule.
#[track_caller]
fn step<'a>(told: &'a [Explanation], rule: &str) -> &'a ExplainedStep {
    let mut steps = told
        .iter()
        .flat_map(|one| &one.sections)
        .flat_map(|section| &section.steps);
    steps
        .find(|step| step.rule == rule)
        .unwrap_or_else(|| panic!("no step {rule}"))
}

const EMPLOYEE: &str = "budget = \"27500.00\"\n";

/// N ÷ P of the employees is 100; at a floor of 105.5 the points 110 + 66, 120 and 40 come to
/// 8,605 + 5,163, 9,060 and 3,220, which is 1,848 more than D = 24,200.
#[test]
fn a_floor_of_the_point_value() {
    let floor = format!("{EMPLOYEE}point_value = {{ floor = \"105.5\", ceiling = \"130\" }}\n");
    let base = Base::with(&[(EMPLOYEE, &floor)]).settled();
    let pool = base.cells("pools.csv", &["employee"], &["point_value", "due", "remainder"]);
    assert_eq!(pool, ["105.500000", "26048.00", "-1848.00"]);
    for (hospital, due) in [("H001", "13768.00"), ("H002", "9060.00"), ("H003", "3220.00")] {
        assert_eq!(base.cells("hospitals.csv", &["employee", hospital], &["due"]), [due]);
    }
    base.assert_verified();
    let told = base.assert_explained();
    assert!(!told.is_empty());
}

const FLOOR: &str = "surplus_floor = \"0.85\"\nsurplus_keep  = \"1\"\n";

/// Employees: S of H001 is 110 × 100 − 3,000 + 66 × 100 − 1,800 = 12,800, F 11,200, r = 0.875: of
/// the surplus of 1,600 the 1,280 above 0.90 × S are kept and half of the 320 below, 1,440 in all,
/// cut to 0.10 × S = 1,280. Residents: H003 booked 6,000 against 40 × 100 − 1,500 + 40 × 100 − 1,500
/// = 5,000; r = 1.2 lies beyond 1.10, so the whole overspend up to it is shared: 0.5 × 500.
#[test]
fn bands_caps_and_clearing_of_a_pool_apart() {
    let bands = "surplus_bands = [ { from = \"0.90\", keep = \"1\" }, { from = \"0.80\", keep = \"0.5\" } ]\n\
        surplus_cap = \"0.10\"\n";
    let end = "assessment = { full_from = \"90\", none_below = \"60\" }\n";
    let apart = format!(
        "{end}\n[[clearing_for]]\npools = [\"resident\"]\n{FLOOR}overspend = [ {{ up_to = \"1.05\", fund_share = \"0.6\" }}, {{ up_to = \"1.10\", fund_share = \"0.5\" }} ]\nsharing = \"whole\"\ncompensation_cap = \"0.09\"\nquality_deposit = \"0\"\n{end}"
    );
    let base = Base::with(&[(FLOOR, bands), (end, &apart)]).settled();
    let employee = base.cells("hospitals.csv", &["employee", "H001"], &["ratio", "band", "cleared"]);
    assert_eq!(employee, ["0.875000", "surplus", "12480.00"]);
    let resident = base.cells(
        "hospitals.csv",
        &["resident", "H003"],
        &["due", "ratio", "compensation", "cleared", "deposit"],
    );
    assert_eq!(resident, ["5000.00", "1.200000", "250.00", "5250.00", "0.00"]);
    base.assert_verified();
    let told = base.assert_explained();
    assert!(!told.is_empty());
}

const DEPOSIT: &str = "quality_deposit = \"0.05\"\n";
const FILES: &str = "prepayments = \"prepayments.csv\"\n";

/// Employees' dues are 12,800, 8,400 and 3,000, booked 11,200, 8,400 and 3,000. Caps of 11,000 and
/// 9,000, none for H003: H001 is over by 200 and gets half, H002 and H003 are cleared by their due.
#[test]
fn the_lower_of_due_and_cap() {
    let files = format!("{FILES}caps = \"caps.csv\"\n");
    let compare = format!("compare = \"lower\"\n{DEPOSIT}");
    let base = Base::with(&[(FILES, &files), (DEPOSIT, &compare)])
        .file(
            "caps.csv",
            "pool,fixmedins_code,cap\nemployee,H001,11000.00\nemployee,H002,9000\n",
        )
        .settled();
    let columns = ["due", "ratio", "band", "compensation", "cleared", "cap", "compared"];
    let row = |hospital| base.cells("hospitals.csv", &["employee", hospital], &columns);
    assert_eq!(
        row("H001"),
        [
            "12800.00",
            "1.018182",
            "overspend",
            "100.00",
            "11100.00",
            "11000.00",
            "11000.00"
        ]
    );
    assert_eq!(
        row("H002"),
        [
            "8400.00", "1.000000", "surplus", "0.00", "8400.00", "9000.00", "8400.00"
        ]
    );
    assert_eq!(
        row("H003"),
        ["3000.00", "1.000000", "surplus", "0.00", "3000.00", "", "3000.00"]
    );
    base.assert_verified();
    let told = base.assert_explained();
    let compared = step(&told, "compared");
    assert_eq!(compared.expression, "min(12800.00, 11000.00)");
    assert_eq!(compared.inputs[1].from.en, "caps.csv:2 cap");
}

/// Employees booked 22,600 of D = 24,200: the hospitals get 22,600 + 0.75 × 1,600 = 23,800, and V is
/// (23,800 + 9,400) ÷ 336 = 98.809524. Residents booked 23,000 of 12,000: of the 11,000 more the
/// fund would bear half, and bears at most 0.1 × 12,500; V is (13,250 + 15,000) ÷ 270 = 104.629630.
#[test]
fn a_pools_own_surplus_and_overspend() {
    let section = "[pool_clearing]\nsurplus_to_hospitals = \"0.75\"\noverspend_to_hospitals = \"0.5\"\n\
        fund_bears_at_most = \"0.1\"\n\n[clearing]\n";
    let base = Base::with(&[("[clearing]\n", section)]).settled();
    let columns = ["distributable", "point_value", "to_hospitals", "kept_by_fund"];
    let row = |pool| base.cells("pools.csv", &[pool], &columns);
    assert_eq!(row("employee"), ["24200.00", "98.809524", "23800.00", "400.00"]);
    assert_eq!(row("resident"), ["12000.00", "104.629630", "13250.00", "-1250.00"]);
    base.assert_verified();
    let told = base.assert_explained();
    assert!(!told.is_empty());
}

/// A fund of 25,000.00, reopened by 5,000.00, over the employees' pool and one without cases: 0.9 and
/// 0.1 of 30,000.00. Employees: R = 3,240, D = 23,760, V = (23,760 + 9,400) ÷ 336 = 98.690476.
#[test]
fn a_tree_of_budgets_that_was_reopened() {
    let tree = "[[budget]]\nid = \"employee-fund\"\ninsutype = [\"310\", \"510\"]\namount = \"25000.00\"\n\
        changes = [ { on = \"2026-06-30\", add = \"5000.00\", reason = \"疫情\" } ]\n\n\
        [[budget]]\nid = \"resident-fund\"\ninsutype = [\"390\", \"391\"]\namount = \"12500.00\"\n\n\
        [[pool]]\nid = \"maternity\"\ninsutype = [\"510\"]\nof = \"employee-fund\"\nshare = \"0.1\"\nreserve = \"0\"\n\n\
        [[pool]]\nid = \"employee\"\nof = \"employee-fund\"\nshare = \"0.9\"\n";
    let base = Base::with(&[
        ("[[pool]]\nid = \"employee\"\n", tree),
        (EMPLOYEE, ""),
        ("id = \"resident\"\n", "id = \"resident\"\nof = \"resident-fund\"\n"),
    ])
    .settled();
    let pool = base.cells("pools.csv", &["employee"], &["budget", "reserve", "point_value"]);
    assert_eq!(pool, ["27000.00", "3240.00", "98.690476"]);
    let columns = ["parent", "budget", "changes", "cases"];
    let row = |id| base.cells("budgets.csv", &[id], &columns);
    assert_eq!(row("employee-fund"), ["", "30000.00", "5000.00", "4"]);
    assert_eq!(row("maternity"), ["employee-fund", "3000.00", "500.00", "0"]);
    assert_eq!(row("employee"), ["employee-fund", "27000.00", "4500.00", "4"]);
    assert_eq!(row("resident-fund"), ["", "12500.00", "0.00", "4"]);
    let order: Vec<String> = table(&base.run().join("budgets.csv"))
        .into_iter()
        .map(|row| row[0].clone())
        .collect();
    assert_eq!(
        order,
        [
            "id",
            "employee-fund",
            "maternity",
            "employee",
            "resident-fund",
            "resident"
        ]
    );
    let run = run_json(&base.run());
    let fund = &run.budgets[0];
    assert_eq!(
        (fund.budget.as_str(), fund.reopened[0].reason.as_str()),
        ("30000.00", "疫情")
    );
    assert!(run.outputs.iter().any(|output| output.file == "budgets.csv"));
    base.assert_verified();
    let told = base.assert_explained();
    // The reason of a change is told beside it, and the share's way down.
    let changed = step(&told, "budget-changed");
    assert_eq!(changed.expression, "25000.00 + 5000.00");
    assert_eq!(changed.inputs[1].note.as_deref(), Some("2026-06-30 疫情"));
    assert!(
        changed.inputs[1].from.en.contains("budget[0].changes[0].add"),
        "{changed:?}"
    );
    assert_eq!(step(&told, "budget-share").expression, "0.1 × 30000.00");
    // A figure that is no sum any more, and a hash that is made to fit, are found.
    for column in 2..8 {
        let path = base.run().join("budgets.csv");
        let kept = fs::read(&path).unwrap();
        let mut rows = table(&path);
        rows[2][column] = if column == 4 { "7" } else { "0.07" }.to_owned();
        common::write_table(&path, &rows);
        let mut changed = run.clone();
        let output = changed.outputs.iter_mut().find(|output| output.file == "budgets.csv");
        output.unwrap().fingerprint = common::fingerprint(&fs::read(&path).unwrap());
        common::write_run(&base.run(), &changed);
        let found = verify(&base.run(), None, Some(2), &Progress::default()).unwrap();
        assert!(!found.is_sound(), "column {column}");
        fs::write(&path, kept).unwrap();
    }
}

/// 25,821.60 × 1.065 = 27,500.004 to the fen, which is what the base has, and 1,000.00 that does not grow:
/// told from the base year on, settled as the amount would be.
///
/// Seen to fail: with the growth left out.
#[test]
fn a_budget_that_grows() {
    let grown = "base_year_budget = \"25821.60\"\ngrowth = \"0.065\"\n";
    let changes = "changes = [ { on = \"2026-06-30\", add = \"1000.00\", reason = \"疫情\" } ]\n";
    let pools = |text: &str| {
        let base = Base::with(&[(EMPLOYEE, text)]).settled();
        let rows = table(&base.run().join("pools.csv"));
        base.assert_verified();
        (rows, base.assert_explained())
    };
    let (plain, _) = pools(EMPLOYEE);
    let (alone, told) = pools(grown);
    assert_eq!(alone, plain);
    let first = step(&told, "budget-grown");
    assert_eq!(first.expression, "25821.60 × (1 + 0.065)");
    assert_eq!(first.result, "27500.00");
    assert!(first.inputs[1].from.en.contains("pool[0].growth"), "{first:?}");
    let reserve = step(&told, "reserve");
    assert_eq!(
        reserve.inputs[0].from.en,
        "step: budget from a base year and its growth"
    );
    let (reopened, told) = pools(&format!("{grown}{changes}"));
    assert_eq!(reopened, pools(&format!("{EMPLOYEE}{changes}")).0);
    let changed = step(&told, "budget-changed");
    assert_eq!(changed.expression, "27500.00 + 1000.00");
    assert_eq!(
        changed.inputs[0].from.en,
        "step: budget from a base year and its growth"
    );
}
