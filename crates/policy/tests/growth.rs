//! `base_year_budget` and `growth` of pools and budgets: what they become, and what is refused where.
//!
//! Seen to fail: with a growth without its base year let through, with the growth left out.
#![allow(clippy::unwrap_used)] // also in the helpers, which the lint takes for code

use dianzhi_core::Grown;
use dianzhi_policy::{Diagnostics, Region};
use std::path::Path;

const VALID: &str = include_str!("valid.toml");
const BUDGET: &str = "budget = \"512345678.00\"";
const GROWN: &str = "base_year_budget = \"500000000.00\"\ngrowth = \"0.03\"";

/// The valid file with other lines in place of the residents' budget.
fn with(lines: &str) -> Result<Region, Diagnostics> {
    assert!(VALID.contains(BUDGET));
    Region::parse(Path::new("region.toml"), VALID.replacen(BUDGET, lines, 1))
}

/// The codes of a file's mistakes, each with the line it points at.
fn mistakes(lines: &str) -> Vec<(String, String)> {
    let found = with(lines).unwrap_err().0.into_iter();
    let told = found.map(|mistake| {
        let excerpt = mistake.place.unwrap().excerpt.unwrap();
        (mistake.code.to_owned(), excerpt.line_text)
    });
    told.collect()
}

fn one(lines: &str, code: &str, line: &str) {
    assert_eq!(mistakes(lines), [(code.to_owned(), line.to_owned())], "{lines}");
}

#[test]
fn a_pool_grows_from_a_base_year() {
    let region = with(GROWN).unwrap();
    let grown = Grown {
        base_year_budget: "500000000.00".parse().unwrap(),
        growth: "0.03".parse().unwrap(),
    };
    assert_eq!(region.policy.pools[1].grown, Some(grown));
    assert_eq!(region.policy.pools[0].grown, None);
    assert_eq!(region.policy.budget_tree().of_pool(1).budget, 51_500_000_000);
    let values = region.values();
    let shown = |key: &str| values.iter().any(|value| value.key == key);
    assert!(shown("pool[1].base_year_budget") && shown("pool[1].growth") && !shown("pool[1].budget"));
}

#[test]
fn a_node_grows_from_a_base_year() {
    let start = VALID.find("[[pool]]").unwrap();
    let end = VALID.find("[pricing]").unwrap();
    let tree = |worth: &str| {
        let pools = format!(
            "[[budget]]\nid = \"fund\"\ninsutype = [\"310\"]\n{worth}\n\n[[pool]]\nid = \"employee\"\nof = \"fund\"\nshare = \"1\"\ninsutype = [\"310\"]\nreserve = \"0.05\"\n\n"
        );
        let text = format!("{}{pools}{}", &VALID[..start], &VALID[end..]);
        Region::parse(Path::new("region.toml"), text)
    };
    let region = tree(GROWN).unwrap();
    assert_eq!(region.policy.budget_tree().of_pool(0).budget, 51_500_000_000);
    for other in ["amount = \"1\"", "share = \"1\""] {
        let mistakes = tree(&format!("{GROWN}\n{other}")).unwrap_err();
        assert!(mistakes.0.iter().any(|mistake| mistake.code == "P109"), "{mistakes}");
    }
}

#[test]
fn what_says_it_twice_or_by_half_is_refused() {
    let base = "base_year_budget = \"500000000.00\"";
    one(base, "P103", base);
    one("growth = \"0.03\"", "P103", "growth = \"0.03\"");
    // What is written beside it, even a 0.
    one(&format!("{GROWN}\nbudget = \"0\""), "P109", base);
    one(
        &format!("{GROWN}\ninsured = [{{ class = \"all\", heads = \"1\", per_head = \"1\" }}]"),
        "P109",
        base,
    );
    one(&base.replace("0.00", "0.001"), "P103", &base.replace("0.00", "0.001"));
    let with_growth = |growth: &str| format!("{base}\ngrowth = {growth}");
    one(&with_growth("\"-1\""), "P106", "growth = \"-1\"");
    one(&with_growth("\"6000\""), "P106", "growth = \"6000\"");
    one(&with_growth("0.03"), "P104", "growth = 0.03");
    one(
        &GROWN.replace("0.00", "0.001"),
        "P110",
        "base_year_budget = \"500000000.001\"",
    );
    assert!(with(&with_growth("\"-0.999999\"")).is_ok());
}
