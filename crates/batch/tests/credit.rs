//! Institution caps by credit, from the region file to hospitals.csv: golden figures by hand from
//! testdata/errors/base, and `verify` by its second path.

#![allow(clippy::unwrap_used)] // a test file from end to end

mod common;

use common::{copy_folder, settled, table};
use dianzhi_batch::{ExplainTarget, Progress, SettleOptions, explain, settle, verify};
use std::fs;
use std::path::{Path, PathBuf};

/// The base region whose caps of 11,000.00 and 9,000.00 go by credit: 0.9 of them from 80 on.
fn inputs(scratch: &Path) -> PathBuf {
    let inputs = scratch.join("inputs");
    let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/errors/base");
    copy_folder(&base, &inputs);
    let file = inputs.join("region.toml");
    let text = fs::read_to_string(&file).unwrap();
    let prepayments = "prepayments = \"prepayments.csv\"\n";
    let text = text.replacen(prepayments, &format!("{prepayments}caps = \"caps.csv\"\n"), 1);
    let by_credit = "[clearing]\ncompare = \"lower\"\n\
        cap_assessment = { by = \"credit_score\", steps = [ { from = \"90\", share = \"1\" }, { from = \"80\", share = \"0.9\" } ] }\n";
    fs::write(&file, text.replacen("[clearing]\n", by_credit, 1)).unwrap();
    let caps = "pool,fixmedins_code,cap\nemployee,H001,11000.00\nemployee,H002,9000\n";
    fs::write(inputs.join("caps.csv"), caps).unwrap();
    inputs
}

fn with_credit(inputs: &Path, scores: [&str; 3]) {
    let hospitals = fs::read_to_string(inputs.join("hospitals.csv")).unwrap();
    let scores = std::iter::once("credit_score").chain(scores);
    let rows = hospitals
        .lines()
        .zip(scores)
        .map(|(line, score)| format!("{line},{score}\n"));
    fs::write(inputs.join("hospitals.csv"), rows.collect::<String>()).unwrap();
}

/// H001 is due 12,800.00 and booked 11,200.00; its credit of 85 leaves 9,900.00 of its cap, so half of
/// what lies up to 10,890.00 is compensated. H002's whole cap is above its due.
#[test]
fn axis_21_a_cap_by_credit() {
    let scratch = tempfile::tempdir().unwrap();
    let inputs = inputs(scratch.path());
    with_credit(&inputs, ["85", "95.5", "0"]);
    let run = scratch.path().join("run");
    settled(&inputs, &run);
    let rows = table(&run.join("hospitals.csv"));
    let found = |code: &str| {
        let row = rows.iter().find(|row| row[0] == "employee" && row[1] == code).unwrap();
        [9, 10, 15, 16].map(|i| row[i].clone())
    };
    assert_eq!(found("H001"), ["495.00", "10395.00", "9900.00", "9900.00"]);
    assert_eq!(found("H002"), ["0.00", "8400.00", "9000.00", "8400.00"]);
    let verified = verify(&run, None, Some(2), &Progress::default()).unwrap();
    assert!(
        verified.is_sound() && verified.is_complete(),
        "{:#?}",
        verified.diagnostics()
    );
    let target = ExplainTarget::Hospital {
        code: "H001".to_owned(),
        pool: Some("employee".to_owned()),
    };
    let told = explain(&run, &target, None, Some(2), &Progress::default()).unwrap();
    let mut steps = told.sections.iter().flat_map(|section| &section.steps);
    let step = steps.find(|step| step.rule == "cap-assessed").unwrap();
    assert_eq!(
        (step.expression.as_str(), step.result.as_str()),
        ("11000.00 × (0.9)", "9900.00")
    );
    let score = step.inputs.iter().find(|input| input.symbol == "score").unwrap();
    assert_eq!(score.from.en, "hospitals.csv:2 credit_score");
}

/// Without the column, or with an empty or impossible score, nothing is settled.
#[test]
fn credit_scores_that_are_missing_are_refused() {
    for (scores, code) in [
        (None, "T102"),
        (Some(["85", "", "0"]), "T106"),
        (Some(["85", "101", "0"]), "T106"),
    ] {
        let scratch = tempfile::tempdir().unwrap();
        let inputs = inputs(scratch.path());
        if let Some(scores) = scores {
            with_credit(&inputs, scores);
        }
        let run = scratch.path().join("run");
        let region = inputs.join("region.toml");
        let refused = settle(&region, &run, &SettleOptions::default(), &Progress::default());
        assert_eq!(refused.err().unwrap().diagnostics()[0].code, code, "{scores:?}");
    }
}
