//! `[support]`: what it becomes, and what is refused where.
//!
//! Seen to fail: with the table of bonuses asked for by `[coefficients]` alone.
#![allow(clippy::unwrap_used)] // also in the helpers, which the lint takes for code

use dianzhi_core::{CombineBonuses, Decimal, ScoreBy};
use dianzhi_policy::{Diagnostics, Region};
use std::path::Path;

const VALID: &str = include_str!("valid.toml");
const BONUSES: &str = "bonuses = { kinds = [\"重点专科\", \"基层\"], combine = \"highest\", at_most = \"0.15\" }\n";
const ASSESSMENT: &str = "assessment = { by = \"credit_score\", steps = [ { from = \"90\", coefficient = \"1.02\" }, { from = \"0\", coefficient = \"0.98\" } ] }\n";

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// The valid file with keys of `[files]`, and sections before `[deviation]`.
fn with(files: &str, sections: &str) -> Result<Region, Diagnostics> {
    let text = VALID.replacen("[files]\n", &format!("[files]\n{files}"), 1);
    let text = text.replacen("[deviation]\n", &format!("{sections}\n[deviation]\n"), 1);
    Region::parse(Path::new("region.toml"), text)
}

/// The codes of a file's mistakes, each with the line it points at.
fn mistakes(files: &str, sections: &str) -> Vec<(&'static str, String)> {
    let found = with(files, sections).unwrap_err().0.into_iter();
    let told = found.map(|mistake| (mistake.code, mistake.place.unwrap().excerpt.unwrap().line_text));
    told.collect()
}

#[test]
fn every_value_arrives() {
    let region = with("bonuses = \"b.csv\"\n", &format!("[support]\n{BONUSES}{ASSESSMENT}")).unwrap();
    let support = region.policy.support.unwrap();
    let bonuses = support.bonuses.unwrap();
    assert_eq!(bonuses.kinds, ["重点专科", "基层"]);
    assert_eq!(
        (bonuses.combine, bonuses.at_most),
        (CombineBonuses::Highest, Some(decimal("0.15")))
    );
    let assessment = support.assessment.unwrap();
    assert_eq!(assessment.by, ScoreBy::CreditScore);
    let steps: Vec<_> = assessment
        .steps
        .iter()
        .map(|step| (step.from, step.coefficient))
        .collect();
    assert_eq!(
        steps,
        [(decimal("90"), decimal("1.02")), (decimal("0"), decimal("0.98"))]
    );
    assert_eq!(region.policy.coefficients, None);
    // One of them alone, and both takers of one table.
    assert!(with("", &format!("[support]\n{ASSESSMENT}")).is_ok());
    let of_k = "[coefficients]\nmissing = \"hospital\"\nbonuses = { combine = \"sum\", count_as = \"added\" }\n";
    assert!(with("bonuses = \"b.csv\"\n", &format!("{of_k}[support]\n{BONUSES}")).is_ok());
    let of_k = "[coefficients]\nmissing = \"hospital\"\n";
    assert!(with("bonuses = \"b.csv\"\n", &format!("{of_k}[support]\n{BONUSES}")).is_ok());
}

/// A value that counts case by case may change during the year; what is of the whole year may not.
#[test]
fn the_most_may_be_dated() {
    let dated =
        "at_most = [ { from = \"2026-01-01\", value = \"0.15\" }, { from = \"2026-07-01\", value = \"0.10\" } ]";
    let text = BONUSES.replacen("at_most = \"0.15\"", dated, 1);
    let region = with("bonuses = \"b.csv\"\n", &format!("[support]\n{text}")).unwrap();
    assert_eq!(region.periods.len(), 2);
    let later = region.periods[1]
        .policy
        .support
        .clone()
        .and_then(|support| support.bonuses);
    assert_eq!(later.unwrap().at_most, Some(decimal("0.10")));
}

#[test]
fn what_does_not_hold_together_is_refused() {
    let one = |files: &str, section: &str, code: &str, line: &str| {
        let found = mistakes(files, &format!("[support]\n{section}"));
        assert_eq!(found, [(code, line.trim_end().to_owned())], "{section}");
    };
    let table = "bonuses = \"b.csv\"\n";
    one("", BONUSES, "P109", BONUSES);
    one(table, ASSESSMENT, "P109", table);
    one("", "", "P106", "[support]");
    one(
        "",
        "assessment = { steps = [] }\n",
        "P106",
        "assessment = { steps = [] }",
    );
    let wrong = |from: &str, to: &str, code: &str| {
        let section = ASSESSMENT.replacen(from, to, 1);
        assert_ne!(section, ASSESSMENT);
        one("", &section, code, &section);
    };
    wrong("from = \"0\"", "from = \"60\"", "P106");
    wrong("from = \"90\"", "from = \"0\"", "P106");
    wrong("coefficient = \"0.98\"", "coefficient = \"0\"", "P106");
    wrong("coefficient = \"0.98\"", "coefficient = \"1.03\"", "P109");
    wrong("credit_score", "credit", "P107");
    let section = BONUSES.replacen("\"基层\"", "\"重点专科\"", 1);
    one(table, &section, "P109", &section);
    let section = BONUSES.replacen("[\"重点专科\", \"基层\"]", "[]", 1);
    one(table, &section, "P106", &section);
}
