//! County alliances from the region file to the published tables: golden figures worked out by hand from
//! testdata/errors/base, `verify` by its second path, `explain`, `diff`.

#![allow(clippy::unwrap_used)] // a test file from end to end

mod common;
#[path = "../../core/tests/common/evaluator.rs"]
mod evaluator;

use common::{copy_folder, settled, table};
use dianzhi_batch::{ExplainTarget, ExplainedStep, Progress, SettleOptions, diff, explain, settle, verify};
use dianzhi_core::model::rounded;
use evaluator::{Parser, decimal};
use std::fs;
use std::path::{Path, PathBuf};

/// The base region with the people of 329901 insured with the alliance of H001 and H002.
///
/// The residents' pool is left with C006, 150 points, and C007, 40; 7,812.50 less 4 % is 7,500.00, with
/// ΣO of 11,500.00 just 100 a point. Of the alliance's people C005 has 40 points at H001 and is due
/// 4,000 − 2,000, C008 40 at H003, which is no member: due and booked 2,500.
fn year(insured: &str, keep: &str) -> (tempfile::TempDir, PathBuf) {
    let scratch = tempfile::tempdir().unwrap();
    let inputs = scratch.path().join("inputs");
    let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/errors/base");
    copy_folder(&base, &inputs);
    let file = inputs.join("region.toml");
    let text = fs::read_to_string(&file).unwrap();
    let pools = format!(
        r#"
[[pool]]
id = "county"
insutype = ["390", "391"]
{insured}
reserve = "0.05"
point_value_of = "resident"

[[route]]
id = "county"
pools = ["county"]
method = "by-group"
when = {{ insu_admdvs = ["329901"] }}

[[route]]
id = "region"
pools = ["employee", "resident"]
method = "by-group"

[[alliance]]
id = "north"
pools = ["county"]
members = [ {{ fixmedins_code = "H001", share = "0.7" }}, {{ fixmedins_code = "H002", share = "0.3" }} ]
keep = "{keep}"
score = "80"
assessment = {{ full_from = "90", none_below = "60" }}
overspend = [ {{ up_to = "1.10", fund_share = "0.5" }} ]

[pricing]"#
    );
    let text = text.replacen("budget = \"12500.00\"", "budget = \"7812.50\"", 1);
    fs::write(&file, text.replacen("[pricing]", pools.trim_start(), 1)).unwrap();
    let claims = fs::read_to_string(inputs.join("claims.csv")).unwrap();
    let claims = claims.lines().map(|line| match line.get(..4) {
        Some("setl") => format!("{line},insu_admdvs\n"),
        Some("C005" | "C008") => format!("{line},329901\n"),
        _ => format!("{line},329900\n"),
    });
    fs::write(inputs.join("claims.csv"), claims.collect::<String>()).unwrap();
    let run = scratch.path().join("run");
    settled(&inputs, &run);
    (scratch, run)
}

const SURPLUS: &str = "insured = [ { class = \"resident\", heads = \"10\", per_head = \"500.00\" } ]\n\
    public_health = { amount = \"1000.00\", reason = \"basic public health\" }";
const OVERSPEND: &str = "insured = [ { class = \"resident\", heads = \"10\", per_head = \"300.00\" } ]";

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
    }
}

/// `verify` finds nothing and priced everything again; every step of pools and members computes, and
/// the rows explained are the published ones.
#[track_caller]
fn assert_sound(run: &Path) -> Vec<String> {
    let found = verify(run, None, Some(2), &Progress::default()).unwrap();
    assert!(found.is_sound(), "{:#?}", found.diagnostics());
    assert!(found.is_complete(), "{:#?}", found.diagnostics());
    let pools = ["resident", "county"].map(|pool| ExplainTarget::Pool(pool.to_owned()));
    let hospitals = ["H001", "H002", "H003"].map(|code| ExplainTarget::Hospital {
        code: code.to_owned(),
        pool: Some("county".to_owned()),
    });
    let mut rules = Vec::new();
    for target in pools.into_iter().chain(hospitals) {
        let told = explain(run, &target, None, Some(2), &Progress::default()).unwrap();
        for step in told.sections.iter().flat_map(|section| &section.steps) {
            assert_computes(step);
            rules.push(step.rule.to_owned());
        }
        assert!(told.published.iter().all(|row| row.agrees), "{target:?}");
        if target == ExplainTarget::Pool("county".to_owned()) {
            assert!(told.published.iter().any(|row| row.file == "alliances.csv"));
        }
    }
    rules
}

fn row(run: &Path, file: &str, key: &[&str]) -> Vec<String> {
    let rows = table(&run.join(file));
    let found = rows
        .into_iter()
        .find(|row| row.iter().zip(key).all(|(cell, key)| cell == key));
    found.unwrap_or_else(|| panic!("{file} has no row {key:?}"))
}

/// 10 × 500.00 + 1,000.00 less 300.00, 2,500.00 and 2,000.00 leaves 1,200.00: half of it, and of that
/// 80 of 100 by assessment, is 480.00, of which H002 has its part without a case of its own.
#[test]
fn axis_27_a_surplus_of_an_alliance() {
    let (_scratch, run) = year(SURPLUS, "0.5");
    let statement = [
        "north", "county", "6000.00", "300.00", "2500.00", "2000.00", "1200.00", "480.00", "720.00", "0.00", "0.00",
    ];
    assert_eq!(row(&run, "alliances.csv", &["north"]), statement);
    let pool = row(&run, "pools.csv", &["county"]);
    assert_eq!((pool[1].as_str(), pool[6].as_str()), ("6000.00", "100.000000"));
    for (code, band, part, cleared) in [
        ("H001", "alliance", "336.00", "2336.00"),
        ("H002", "alliance", "144.00", "144.00"),
        ("H003", "surplus", "0.00", "2500.00"),
    ] {
        let row = row(&run, "hospitals.csv", &["county", code]);
        assert_eq!((row[8].as_str(), row[10].as_str()), (band, cleared), "{row:?}");
        assert_eq!(row.last().map(String::as_str), Some(part), "{row:?}");
    }
    let rules = assert_sound(&run);
    for rule in [
        "budget-by-heads",
        "point-value-of",
        "alliance-balance",
        "alliance-assessed",
        "cleared-member",
    ] {
        assert!(rules.iter().any(|known| known == rule), "no step {rule}");
    }
}

/// 3,000.00 less 150.00, 2,500.00 and 2,000.00 is 1,650.00 short: the fund bears half of 10 % of
/// 2,850.00, and H002 pays its part back.
#[test]
fn axis_27_an_overspend_of_an_alliance() {
    let (_scratch, run) = year(OVERSPEND, "0.5");
    let statement = [
        "north", "county", "3000.00", "150.00", "2500.00", "2000.00", "-1650.00", "0.00", "0.00", "142.50", "1507.50",
    ];
    assert_eq!(row(&run, "alliances.csv", &["north"]), statement);
    for (code, part, cleared) in [("H001", "-1055.25", "944.75"), ("H002", "-452.25", "-452.25")] {
        let row = row(&run, "hospitals.csv", &["county", code]);
        assert_eq!((row[10].as_str(), row[15].as_str()), (cleared, part), "{row:?}");
    }
    let rules = assert_sound(&run);
    assert!(rules.iter().any(|rule| rule == "alliance-fund-bears"));
}

/// Of two runs that differ in what is kept, the statement and the members change, and the key is named.
#[test]
fn diff_tells_what_became_of_an_alliance() {
    let (_one, a) = year(SURPLUS, "0.5");
    let (_two, b) = year(SURPLUS, "0.6");
    let found = diff(&a, &b, 5).unwrap();
    let of_alliance = found.tables.iter().find(|row| row.file == "alliances.csv").unwrap();
    assert_eq!(of_alliance.row, ["north", "county"]);
    assert_eq!(of_alliance.keys, ["alliance[0].keep"]);
    let figures: Vec<&str> = of_alliance
        .figures
        .iter()
        .map(|figure| figure.figure.as_str())
        .collect();
    assert_eq!(figures, ["kept", "left"]);
    assert_eq!(found.hospitals.len(), 2);
}

/// A fen moved from what is kept to what is left is found without the inputs too.
#[test]
fn a_falsified_statement_is_found() {
    let (scratch, run) = year(SURPLUS, "0.5");
    fs::remove_dir_all(scratch.path().join("inputs")).unwrap();
    let whole = fs::read_to_string(run.join("alliances.csv")).unwrap();
    for (from, to) in [
        ("480.00,720.00", "479.99,720.01"),
        ("1200.00", "1200.01"),
        ("north", "south"),
    ] {
        fs::write(run.join("alliances.csv"), whole.replacen(from, to, 1)).unwrap();
        let found = verify(&run, None, Some(2), &Progress::default()).unwrap();
        let told: Vec<String> = found.diagnostics().iter().map(|one| one.text.en.clone()).collect();
        assert!(told.iter().any(|one| one.contains("alliances.csv line 2")), "{told:#?}");
    }
}

/// What cannot be is refused where it stands.
#[test]
fn members_that_are_no_hospitals_are_refused() {
    let (scratch, run) = year(SURPLUS, "0.5");
    let file = scratch.path().join("inputs/region.toml");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(
        &file,
        text.replacen("fixmedins_code = \"H002\"", "fixmedins_code = \"H02\"", 1),
    )
    .unwrap();
    let refused = settle(
        &file,
        &run.with_extension("again"),
        &SettleOptions::default(),
        &Progress::default(),
    );
    let told = refused.err().unwrap();
    let first = &told.diagnostics()[0];
    assert_eq!(first.code, "P106");
    assert!(
        first.text.en.contains("alliance[0].members[1].fixmedins_code"),
        "{first:?}"
    );
    assert!(first.place.is_some() && first.help.en.contains("H002"), "{first:?}");
}
