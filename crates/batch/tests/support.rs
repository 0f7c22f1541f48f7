//! `[support]` from the region file to every place that tells of it: by hand, explained, verified, compared;
//! and the tables that do not go with it.
//!
//! Seen to fail: with the table of bonuses refused without `[coefficients]`.
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

mod common;

use common::{copy_folder, settled, table};
use dianzhi_batch::{ExplainTarget, Explanation, Progress, SettleOptions, explain, settle, verify};
use std::fs;
use std::path::{Path, PathBuf};

const BONUSES: &str = "fixmedins_code,bonus_kind,bonus\nH001,重点专科,0.10\nH001,基层,0.05\nH002,重点专科,0.15\n";
const SUPPORT: &str = "[support]\nbonuses = { kinds = [\"重点专科\", \"基层\"], combine = \"highest\", at_most = \"0.12\" }\n\
    assessment = { steps = [ { from = \"90\", coefficient = \"1.02\" }, { from = \"0\", coefficient = \"0.98\" } ] }\n\n";

/// The base region with other sections before `[deviation]`, and a bonuses table.
fn region(scratch: &Path, sections: &str, bonuses: Option<&str>) -> PathBuf {
    let inputs = scratch.join("inputs");
    let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/errors/base");
    copy_folder(&base, &inputs);
    let file = inputs.join("region.toml");
    let mut text = fs::read_to_string(&file).unwrap();
    if let Some(rows) = bonuses {
        fs::write(inputs.join("bonuses.csv"), rows).unwrap();
        text = text.replacen("[files]\n", "[files]\nbonuses = \"bonuses.csv\"\n", 1);
    }
    fs::write(
        &file,
        text.replacen("[deviation]\n", &format!("{sections}[deviation]\n"), 1),
    )
    .unwrap();
    inputs
}

/// What every case earns.
fn points(run: &Path) -> Vec<[String; 3]> {
    let rows = table(&run.join("claims.csv"));
    rows[1..].iter().map(|row| [0, 5, 7].map(|i| row[i].clone())).collect()
}

fn is_sound(run: &Path) {
    let verified = verify(run, None, Some(1), &Progress::default()).unwrap();
    assert!(
        verified.is_sound() && verified.is_complete(),
        "{:#?}",
        verified.diagnostics()
    );
}

fn explained(run: &Path, id: &str) -> Explanation {
    let target = ExplainTarget::Case(id.to_owned());
    let explanation = explain(run, &target, None, Some(1), &Progress::default()).unwrap();
    assert!(explanation.published.iter().all(|row| row.agrees), "{explanation:?}");
    explanation
}

/// H001 has the higher of 10 % and 5 % and a score of 95: × 1.1 × 1.02; H002 15 %, at most 12 %, and 80:
/// × 1.12 × 0.98; H003 no support and 55: × 0.98. The case without a group keeps its 40 points.
#[test]
fn axis_08_support_in_a_run() {
    let scratch = tempfile::tempdir().unwrap();
    let run = settled(
        &region(scratch.path(), SUPPORT, Some(BONUSES)),
        &scratch.path().join("run"),
    );
    let expected = [
        ("C001", "normal", "123.4200"), // 100 × 1.1 × 1.122
        ("C002", "normal", "131.7120"), // 120 × 1.0976
        ("C003", "normal", "39.2000"),  // a basic group, alike in every hospital but for this
        ("C004", "normal", "74.0520"),
        ("C005", "low", "44.8800"),   // 100 × 0.4 × 1.122
        ("C006", "high", "164.6400"), // 100 × (2.5 − 2 + 1) × 1.0976
        ("C007", "ungrouped", "40.0000"),
        ("C008", "normal", "39.2000"),
    ];
    assert_eq!(
        points(&run),
        expected.map(|row| [row.0, row.1, row.2].map(str::to_owned))
    );
    is_sound(&run);
}

/// The rows, the score and its step are named, and the initial points stand before.
#[test]
fn the_steps_name_what_they_are_from() {
    let scratch = tempfile::tempdir().unwrap();
    let run = settled(
        &region(scratch.path(), SUPPORT, Some(BONUSES)),
        &scratch.path().join("run"),
    );
    let explanation = explained(&run, "C005");
    let told = |rule: &str| {
        let mut steps = explanation.sections.iter().flat_map(|section| &section.steps);
        let step = steps.find(|step| step.rule == rule).unwrap();
        let from: Vec<&str> = step.inputs.iter().map(|input| input.from.en.as_str()).collect();
        (format!("{} = {}", step.expression, step.result), from.join("; "))
    };
    assert_eq!(told("points-low").0, "100.0000 × 4000.00 ÷ 10000.00 = 40.0000");
    let (support, from) = told("support");
    assert_eq!(support, "min(max(0.10, 0.05), 0.12) = 0.1");
    assert!(
        from.starts_with("bonuses.csv:2 bonus; bonuses.csv:3 bonus; region.toml:"),
        "{from}"
    );
    let (points, from) = told("points-supported");
    assert_eq!(points, "40.0000 × (1 + 0.1) × 1.02 = 44.8800");
    assert!(from.contains("hospitals.csv:2 assessment_score"), "{from}");
    assert!(from.contains("support.assessment.steps[0].coefficient"), "{from}");
}

/// A coefficient of 1 everywhere gives the files of a region without the section, byte by byte.
#[test]
fn a_coefficient_of_one_is_the_same_run() {
    let scratch = tempfile::tempdir().unwrap();
    let one = "[support]\nassessment = { steps = [ { from = \"0\", coefficient = \"1\" } ] }\n\n";
    let plain = settled(&region(scratch.path(), "", None), &scratch.path().join("plain"));
    let with = settled(&region(scratch.path(), one, None), &scratch.path().join("with"));
    for name in ["claims.csv", "hospitals.csv", "pools.csv", "rejects.csv"] {
        let bytes = |run: &Path| fs::read(run.join(name)).unwrap();
        assert!(bytes(&plain) == bytes(&with), "{name}");
    }
}

/// A kind that no row has and a row that nothing takes are slips of the pen: each is told where it stands.
#[test]
fn kinds_and_rows_go_together() {
    let refused = |sections: &str, bonuses: &str| {
        let scratch = tempfile::tempdir().unwrap();
        let inputs = region(scratch.path(), sections, Some(bonuses));
        let out = scratch.path().join("run");
        let failure = settle(
            &inputs.join("region.toml"),
            &out,
            &SettleOptions::default(),
            &Progress::default(),
        );
        assert!(!out.exists());
        failure.err().unwrap().to_string()
    };
    // The kind is written otherwise: the rows are of none.
    let told = refused(&SUPPORT.replacen("基层", "基层首诊", 1), BONUSES);
    let expected = "bonus_kind is \"基层\": support.bonuses.kinds does not have it";
    assert!(told.contains("T108") && told.contains(expected), "{told}");
    // Where k takes what support leaves, the kind without a row is what shows it.
    let with_k = "[coefficients]\nmissing = \"hospital\"\nbonuses = { combine = \"sum\", count_as = \"added\" }\n\n";
    let told = refused(&format!("{with_k}{SUPPORT}").replacen("基层", "基层首诊", 1), BONUSES);
    let expected = "support.bonuses.kinds[1] is \"基层首诊\": the bonuses table bonuses.csv has no row of that kind";
    assert!(told.contains("P106") && told.contains(expected), "{told}");
}
