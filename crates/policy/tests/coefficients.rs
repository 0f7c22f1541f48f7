//! `[coefficients]` and `by_cost`: what the keys become, by date too, and what is refused.
#![allow(clippy::unwrap_used)] // also in the helpers, which the lint takes for code

use dianzhi_core::{AtMost, BonusAs, ByCost, CombineBonuses, Decimal, MissingCoefficient};
use dianzhi_policy::Region;
use std::path::Path;

const VALID: &str = include_str!("valid.toml");
const TABLES: &str = "coefficients = \"coefficients.csv\"\nbonuses = \"bonuses.csv\"\n";
const BONUSES: &str = "bonuses = { combine = \"sum\", count_as = \"share\", at_most = \"0.15\" }\n";

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// The valid file with more files, and sections before `[deviation]`.
fn text(files: &str, sections: &str) -> String {
    let hospitals = "hospitals = \"hospitals.csv\"\n";
    let text = VALID.replace(hospitals, &format!("{hospitals}{files}"));
    text.replace("[deviation]\n", &format!("{sections}[deviation]\n"))
}

fn region(files: &str, sections: &str) -> Region {
    Region::parse(Path::new("region.toml"), text(files, sections)).unwrap()
}

/// Code, key's line and the other place's line of every mistake.
fn mistakes(files: &str, sections: &str) -> Vec<(&'static str, String, Option<String>)> {
    let text = text(files, sections);
    let line = |line: u64| text.lines().nth(usize::try_from(line).unwrap() - 1).unwrap().to_owned();
    let found = Region::parse(Path::new("region.toml"), text.clone()).unwrap_err();
    let one = |mistake: &dianzhi_policy::Diagnostic| {
        let other = mistake.also.first().map(|(place, _)| line(place.line));
        (mistake.code, line(mistake.place.as_ref().unwrap().line), other)
    };
    found.0.iter().map(one).collect()
}

/// Seen to fail where the reader took no bounds.
#[test]
fn every_key_of_coefficients_arrives() {
    assert_eq!(region("", "").policy.coefficients, None);
    let section = format!(
        "[coefficients] # 第六条\nmissing = \"one\"\ndecimals = 3\n{BONUSES}cap = {{ from = \"0.8\", to = \"1.25\" }}\n"
    );
    let region = region(TABLES, &section);
    assert_eq!(region.files.coefficients.as_deref(), Some("coefficients.csv"));
    assert_eq!(region.files.bonuses.as_deref(), Some("bonuses.csv"));
    let rules = region.policy.coefficients.as_ref().unwrap();
    assert_eq!((rules.missing, rules.decimals), (MissingCoefficient::One, Some(3)));
    let bonuses = rules.bonuses.unwrap();
    assert_eq!(
        (bonuses.combine, bonuses.count_as),
        (CombineBonuses::Sum, BonusAs::Share)
    );
    assert_eq!(bonuses.at_most, Some(decimal("0.15")));
    let bounds = (rules.cap_from, rules.cap_to);
    assert_eq!(bounds, (Some(decimal("0.8")), Some(decimal("1.25"))));
    assert!(region.source("coefficients.cap.to").is_some());
}

#[test]
fn bounds_of_coefficients_by_date() {
    let to = "to = [ { from = \"2026-01-01\", value = \"1.3\" }, { from = \"2026-07-01\", value = \"1.2\" } ]";
    let region = region(
        "",
        &format!("[coefficients]\nmissing = \"hospital\"\ncap = {{ {to} }}\n"),
    );
    let of = |at: usize| region.periods[at].policy.coefficients.as_ref().unwrap().cap_to;
    assert_eq!(region.periods.len(), 2);
    assert_eq!((of(0), of(1)), (Some(decimal("1.3")), Some(decimal("1.2"))));
}

/// Tables without the section that says how they count, bonuses without their table, the other way
/// round, bounds that cross.
#[test]
fn contradictions_of_coefficients_are_refused() {
    let of = |line: &str, other: Option<&str>| vec![("P109", line.to_owned(), other.map(str::to_owned))];
    let tables: Vec<&str> = TABLES.lines().collect();
    let both = [of(tables[0], None), of(tables[1], None)].concat();
    assert_eq!(mistakes(TABLES, ""), both);
    let plain = "[coefficients]\nmissing = \"one\"\n";
    assert_eq!(mistakes(TABLES, plain), of(tables[1], Some("[coefficients]")));
    let counted = format!("{plain}{BONUSES}");
    assert_eq!(mistakes("", &counted), of(BONUSES.trim_end(), Some("[files]")));
    let crossed = format!("{plain}cap = {{ from = \"1.2\", to = \"1.1\" }}\n");
    let line = "cap = { from = \"1.2\", to = \"1.1\" }";
    assert_eq!(mistakes("", &crossed), of(line, Some(line)));
    let range = |section: &str| mistakes(TABLES, &format!("{plain}{section}")).remove(0).0;
    assert_eq!(
        range("bonuses = { combine = \"sum\", count_as = \"share\", at_most = \"-0.1\" }\n"),
        "P106"
    );
    assert_eq!(range(&format!("{BONUSES}cap = {{ from = \"0\" }}\n")), "P106");
    assert_eq!(range(&format!("{BONUSES}decimals = 13\n")), "P106");
}

/// `by_cost` needs a group to hold a cost against, and no days beyond it.
#[test]
fn by_cost_arrives_or_is_refused() {
    let method = |more: &str| {
        format!(
            "[[route]]\nid = \"all\"\npools = [\"employee\", \"resident\"]\nmethod = \"part\"\nwhen = {{ stability = [\"few\"] }}\n[[by_group]]\nid = \"part\"\nfactor = \"1\"\n{more}\n"
        )
    };
    let sound = region(
        "",
        &method("compare_with = \"group\"\nby_cost = { coefficient = true, at_most = \"base\" }"),
    );
    let by_cost = ByCost {
        coefficient: true,
        at_most: Some(AtMost::Base),
    };
    assert_eq!(sound.policy.methods.by_group[0].by_cost, Some(by_cost));
    let found = mistakes(
        "",
        &method("compare_with = \"at-factor\"\nby_cost = { coefficient = false }"),
    );
    let line = "by_cost = { coefficient = false }".to_owned();
    assert_eq!(
        found,
        [("P109", line.clone(), Some("compare_with = \"at-factor\"".to_owned()))]
    );
    let stay = "long_stay = { after_day = 30, per_diem = \"days\" }";
    let days = "[[per_diem]]\nid = \"days\"\npay_in = \"points\"\nrates = [ { from_day = 1, rate = \"300\" } ]";
    let found = mistakes(
        "",
        &method(&format!(
            "compare_with = \"group\"\nby_cost = {{ coefficient = false }}\n{stay}\n{days}"
        )),
    );
    assert_eq!(found, [("P109", line, Some(stay.to_owned()))]);
}
