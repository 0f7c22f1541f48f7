//! Whatever `explain` prints, added up by hand, gives the published payment: every class and method
//! of the reference region-years and the examples, hospitals and pools too.
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

mod common;
#[path = "../../core/tests/common/evaluator.rs"]
mod evaluator;

use common::{examples, reference, settled};
use dianzhi_batch::{ExplainTarget, ExplainedStep, Explanation, Progress, PublishedRow, explain};
use dianzhi_core::model::rounded;
use evaluator::{Parser, decimal};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Computes a step from what it prints.
fn computes(step: &ExplainedStep) -> Result<(), String> {
    if step.rule == "case-class" || step.rule == "extreme-case" {
        return Ok(());
    }
    let (value, _) = Parser::new(&step.expression).whole()?;
    if step.result.ends_with('…') {
        return Ok(());
    }
    let value = match &step.rounding {
        Some(to) => rounded(&value, to.places, to.mode),
        None => value,
    };
    if value == decimal(&step.result)? {
        return Ok(());
    }
    Err(format!("{step:?}"))
}

fn steps(explanation: &Explanation) -> impl Iterator<Item = &ExplainedStep> {
    explanation.sections.iter().flat_map(|section| &section.steps)
}

fn cell<'a>(row: &'a PublishedRow, name: &str) -> &'a str {
    let found = row.cells.iter().find(|(heading, _)| heading == name);
    found.map_or_else(|| panic!("no {name}"), |(_, cell)| cell)
}

/// The result of the last step whose rule begins so.
fn last<'a>(explanation: &'a Explanation, rules: &[&str]) -> &'a str {
    let found = steps(explanation)
        .filter(|step| rules.iter().any(|rule| step.rule.starts_with(rule)))
        .last();
    found.map_or_else(|| panic!("no {rules:?}"), |step| &step.result)
}

fn explained(run: &Path, target: &ExplainTarget) -> Explanation {
    let explanation = explain(run, target, None, Some(2), &Progress::default()).unwrap();
    for step in steps(&explanation) {
        computes(step).unwrap();
        for input in &step.inputs {
            assert!(!input.from.en.is_empty() && !input.from.zh.is_empty(), "{step:?}");
        }
    }
    for row in &explanation.published {
        assert!(row.agrees, "{target:?}: {row:?}");
    }
    explanation
}

/// Two cases of each class.
fn cases(run: &Path) -> Vec<(String, String)> {
    let mut by_class: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut reader = csv::Reader::from_path(run.join("claims.csv")).unwrap();
    for row in reader.records() {
        let row = row.unwrap();
        by_class.entry(row[5].to_owned()).or_default().push(row[0].to_owned());
    }
    let pick = |(class, ids): (String, Vec<String>)| {
        let middle = ids[ids.len() / 2].clone();
        [(class.clone(), ids[0].clone()), (class, middle)]
    };
    by_class.into_iter().flat_map(pick).collect()
}

#[test]
fn a_case_adds_up_to_its_payment() {
    let scratch = tempfile::tempdir().unwrap();
    let mut classes = BTreeSet::new();
    let mut rules = BTreeSet::new();
    for (i, folder) in reference().into_iter().chain(examples()).enumerate() {
        let run = settled(&folder, &scratch.path().join(i.to_string()));
        for (class, id) in cases(&run) {
            let explanation = explained(&run, &ExplainTarget::Case(id));
            let [row] = &explanation.published[..] else {
                panic!("one row: {explanation:?}");
            };
            assert_eq!(cell(row, "case_class"), class);
            assert_eq!(cell(row, "points"), last(&explanation, &["points-"]));
            assert_eq!(cell(row, "standard"), last(&explanation, &["standard"]));
            assert_eq!(cell(row, "others"), last(&explanation, &["others"]));
            assert_eq!(cell(row, "due"), last(&explanation, &["due-", "floor-at-zero"]));
            if class != "ungrouped" {
                assert_eq!(cell(row, "cost_ratio"), last(&explanation, &["cost-ratio"]));
            }
            rules.extend(steps(&explanation).map(|step| step.rule));
            classes.insert(class);
        }
    }
    assert_eq!(classes.len(), 4);
    if !reference().is_empty() {
        for rule in [
            "due-fund-points",
            "due-difference",
            "due-actual-ratio",
            "due-reimbursement-ratio",
            "base-rate",
        ] {
            assert!(rules.contains(rule), "{rule} is explained somewhere");
        }
    }
}

#[test]
fn a_hospital_and_a_pool_add_up_to_their_rows() {
    let scratch = tempfile::tempdir().unwrap();
    let mut bands = BTreeSet::new();
    for (i, folder) in reference().into_iter().chain(examples()).enumerate() {
        let run = settled(&folder, &scratch.path().join(i.to_string()));
        let mut reader = csv::Reader::from_path(run.join("hospitals.csv")).unwrap();
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        let mut seen = BTreeSet::new();
        // One hospital of each band, and the pools.
        for row in rows.iter().filter(|row| seen.insert(row[8].to_owned())) {
            let pool = Some(row[0].to_owned());
            let code = row[1].to_owned();
            let explanation = explained(&run, &ExplainTarget::Hospital { code, pool });
            let [published] = &explanation.published[..] else {
                panic!("one row: {explanation:?}");
            };
            assert_eq!(cell(published, "final_payment"), last(&explanation, &["final-payment"]));
            assert_eq!(cell(published, "cleared"), last(&explanation, &["cleared-"]));
            assert_eq!(
                cell(published, "deposit_returned"),
                last(&explanation, &["deposit-returned"])
            );
            if &row[8] == "overspend" {
                assert_eq!(cell(published, "compensation"), last(&explanation, &["compensation"]));
            }
            bands.insert(row[8].to_owned());
        }
        let mut reader = csv::Reader::from_path(run.join("pools.csv")).unwrap();
        for row in reader.records() {
            let explanation = explained(&run, &ExplainTarget::Pool(row.unwrap()[0].to_owned()));
            let published = &explanation.published[0];
            assert_eq!(cell(published, "distributable"), last(&explanation, &["distributable"]));
            if cell(published, "cases") != "0" {
                assert_eq!(
                    cell(published, "point_value"),
                    last(&explanation, &["point-value", "base-rate"])
                );
            }
        }
    }
    assert!(bands.len() >= 3, "{bands:?}");
}

#[test]
fn a_rejected_record_says_why_and_an_unknown_one_is_refused() {
    let scratch = tempfile::tempdir().unwrap();
    let Some(folder) = reference().into_iter().find(|folder| folder.ends_with("dirty")) else {
        return;
    };
    let run = settled(&folder, &scratch.path().join("run"));
    let explanation = explained(&run, &ExplainTarget::Case("320900000000000586".to_owned()));
    assert!(explanation.sections.is_empty());
    assert_eq!(
        (explanation.rejected[0].code, explanation.rejected[0].line),
        ("E103", 23)
    );
    let unknown = ExplainTarget::Case("no such id".to_owned());
    let failure = explain(&run, &unknown, None, None, &Progress::default()).unwrap_err();
    assert_eq!(failure.diagnostics()[0].code, "F110");
}

/// The comparison can fail: a step with a false result does not compute.
#[test]
fn a_false_step_is_seen() {
    let scratch = tempfile::tempdir().unwrap();
    let run = settled(&examples()[0], &scratch.path().join("run"));
    let (_, id) = cases(&run).remove(0);
    let explanation = explained(&run, &ExplainTarget::Case(id));
    let step = steps(&explanation).find(|step| step.rule == "standard").unwrap();
    let mut false_step = step.clone();
    false_step
        .result
        .replace_range(0..1, if step.result.starts_with('1') { "2" } else { "1" });
    assert!(computes(&false_step).is_err());
}

/// The remainder of a pool with heads adds up to its row; a hospital's heads and items are held against
/// the published ones, and their class has its name.
#[test]
fn heads_items_and_the_remainder() {
    let scratch = tempfile::tempdir().unwrap();
    let inputs = scratch.path().join("inputs");
    common::copy_folder(&common::examples_folder().join("mixed-region"), &inputs);
    let run = common::settled(&inputs, &scratch.path().join("run"));
    let explained = |target: ExplainTarget| explain(&run, &target, None, Some(1), &Progress::default()).unwrap();
    let pool = || explained(ExplainTarget::Pool("resident-outpatient".to_owned()));
    let hospital = |code: &str| {
        explained(ExplainTarget::Hospital {
            code: code.to_owned(),
            pool: None,
        })
    };
    let remainder = pool().sections.remove(1).steps.remove(0);
    assert_eq!(
        (remainder.rule, remainder.expression.as_str(), remainder.result.as_str()),
        ("remainder", "6000.00 − 648.70 − 4466.67", "884.63")
    );
    let steps = hospital("H002").sections.into_iter().flat_map(|section| section.steps);
    let inputs: Vec<_> = steps.flat_map(|step| step.inputs).collect();
    let rate = inputs.iter().find(|input| input.symbol == "per_head").unwrap();
    assert!(
        rate.from.en.ends_with(" capitation[1].per_head (special-disease)"),
        "{rate:?}"
    );
    let rows = |code: &str, file: &str| {
        let published = hospital(code).published.into_iter();
        published
            .filter(|row| row.file == file)
            .map(|row| row.agrees)
            .collect::<Vec<_>>()
    };
    assert_eq!(rows("H002", "capitation.csv"), [true, true]);
    assert_eq!(rows("H001", "apart.csv"), [true, true]);
    assert_eq!(pool().published.len(), 1);
    for (file, row, column) in [("capitation.csv", 3, "returned"), ("apart.csv", 1, "cost")] {
        assert!(common::tamper(&run, &common::Change::Unit { file, row, column }));
    }
    assert_eq!(rows("H002", "capitation.csv"), [true, false]);
    assert_eq!(rows("H001", "apart.csv"), [false, true]);
    let wrong: Vec<_> = pool().published.into_iter().filter(|row| !row.agrees).collect();
    assert_eq!(wrong.len(), 1);
    assert_eq!(wrong[0].file, "capitation.csv");
}

/// The first settlement with other rules of outliers: steps add up, each figure has its place, and
/// the second path finds the same.
///
/// Seen to fail where the second path held the cost against the mean, and not the standard.
#[test]
fn outliers_by_other_rules_add_up() {
    let scratch = tempfile::tempdir().unwrap();
    let mut rules = BTreeSet::new();
    for (i, deviation) in [
        "low = { ratio = \"0.5\", inclusive = true, coefficient = \"carried\" }\nhigh = { ratio = \"2\", inclusive = false, coefficient = \"carried\" }\nextreme = { ratio = \"3\", inclusive = false, pay = \"normal\" }",
        "compare_with = \"standard\"\nlow = { ratio = \"0.4\", inclusive = false, coefficient = \"kept\" }\nhigh = { ratio = \"1.5\", inclusive = false, coefficient = \"kept\", share = \"0.7\", tiers = [{ level = \"3\", ratio = \"3\" }, { base_points_to = \"100\", ratio = \"2\" }] }",
        "compare_with = \"standard\"\nlow = { ratio = \"0.5\", inclusive = false }\nhigh = { ratio = \"1.5\", inclusive = false, share = \"0.5\" }\nextreme = { ratio = \"2\", inclusive = true, pay = \"at-threshold\" }",
    ]
    .into_iter()
    .enumerate()
    {
        let folder = scratch.path().join(format!("year{i}"));
        common::copy_folder(&common::examples_folder().join("first-settlement"), &folder);
        let text = std::fs::read_to_string(folder.join("region.toml")).unwrap();
        let (before, rest) = text.split_once("[deviation]").unwrap();
        let (_, behind) = rest.split_once("[ungrouped]").unwrap();
        let text = format!("{before}[deviation]\n{deviation}\n[ungrouped]{behind}");
        std::fs::write(folder.join("region.toml"), text).unwrap();
        let run = settled(&folder, &scratch.path().join(i.to_string()));
        let verified = dianzhi_batch::verify(&run, None, Some(1), &Progress::default()).unwrap();
        assert!(verified.is_sound(), "{deviation}: {:#?}", verified.diagnostics());
        let mut reader = csv::Reader::from_path(run.join("claims.csv")).unwrap();
        let rows = reader.records().map(Result::unwrap);
        let outliers = rows.filter(|row| matches!(&row[5], "low" | "high"));
        for row in outliers.take(60) {
            let explanation = explained(&run, &ExplainTarget::Case(row[0].to_owned()));
            assert_eq!(&row[7], last(&explanation, &["points-"]));
            assert_eq!(&row[6], last(&explanation, &["cost-ratio"]));
            rules.extend(steps(&explanation).map(|step| step.rule));
        }
    }
    for rule in [
        "cost-ratio-standard",
        "points-low-carried",
        "points-low-kept",
        "points-low-standard",
        "points-high-carried",
        "points-high-kept",
        "points-high-share",
        "points-extreme-normal",
        "points-extreme-capped",
    ] {
        assert!(rules.contains(rule), "no step {rule}: {rules:?}");
    }
}
