//! `[high_cap]`: what its keys become, and what is refused, with code, place, cause and remedy.
//!
//! Seen to fail: a level without a share of its own; a level's share that the section lacks taken as no
//! cap elsewhere; an unreadable share told as a missing one too.
#![allow(clippy::unwrap_used)] // also in the helpers, which the lint takes for code

use dianzhi_core::{LevelCap, QuotaOf, QuotaPeriod};
use dianzhi_policy::{Diagnostic, Region};
use std::path::Path;

const VALID: &str = include_str!("valid.toml");

fn parse(section: &str) -> Result<Region, Vec<Diagnostic>> {
    let text = format!("{VALID}\n[high_cap]\n{section}\n");
    Region::parse(Path::new("region.toml"), text).map_err(|mistakes| mistakes.0)
}

/// The code, the text of the line and the message of every mistake.
fn mistakes(section: &str) -> Vec<(&'static str, String, String)> {
    let text = format!("{VALID}\n[high_cap]\n{section}\n");
    let line = |at: u64| text.lines().nth(usize::try_from(at).unwrap() - 1).unwrap().to_owned();
    let found = parse(section).unwrap_err();
    let one = |mistake: &Diagnostic| {
        let place = line(mistake.place.as_ref().unwrap().line);
        (mistake.code, place, mistake.text.en.clone())
    };
    found.iter().map(one).collect()
}

fn level(level: &str, quota: Option<&str>, excess_share: Option<&str>) -> LevelCap {
    let share = |text: Option<&str>| text.map(|text| text.parse().unwrap());
    LevelCap {
        level: level.to_owned(),
        quota: share(quota),
        excess_share: share(excess_share),
    }
}

#[test]
fn every_key_arrives() {
    let region = parse(
        "quota = \"0.05\"\nexcess_share = \"0.02\"\nquota_of = \"level\"\nperiod = \"quarter\"\nlevels = [\n  { level = \"3\", quota = \"0.1\" },\n  { level = \"2\", excess_share = \"0.03\" },\n  { level = \"1\", quota = \"0\", excess_share = \"0\" },\n]",
    )
    .unwrap();
    let cap = region.policy.adjust.high_cap.as_ref().unwrap();
    assert_eq!(cap.quota, "0.05".parse().ok());
    assert_eq!(cap.excess_share, "0.02".parse().ok());
    assert_eq!((cap.quota_of, cap.period), (QuotaOf::Level, QuotaPeriod::Quarter));
    assert_eq!(
        cap.levels,
        [
            level("3", Some("0.1"), None),
            level("2", None, Some("0.03")),
            level("1", Some("0"), Some("0")),
        ]
    );
    assert!(region.policy.adjust.needs_stays() && region.policy.adjust.counts_points());
    let listed: Vec<String> = region.values().into_iter().map(|value| value.key).collect();
    for key in ["high_cap.excess_share", "high_cap.levels[1].excess_share"] {
        assert!(listed.iter().any(|listed| listed == key), "{key} is not shown");
    }
    let by_number = parse("quota = \"0.05\"\nquota_of = \"pool\"").unwrap();
    let adjust = &by_number.policy.adjust;
    assert_eq!(adjust.high_cap.as_ref().unwrap().excess_share, None);
    assert!(!adjust.needs_stays() && !adjust.counts_points());
    let by_points = parse("excess_share = \"1\"\nquota_of = \"hospital\"").unwrap();
    assert_eq!(by_points.policy.adjust.high_cap.unwrap().quota, None);
}

/// Neither a number nor points: it limits nothing.
#[test]
fn a_cap_of_nothing_is_refused() {
    let found = parse("quota_of = \"hospital\"").unwrap_err();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].code, "P106");
    assert_eq!(
        found[0].text.en,
        "[high_cap] has no quota and no excess_share: it limits nothing"
    );
    assert!(found[0].help.en.contains("write the quota"));
    let of_level = mistakes("quota = \"0.1\"\nquota_of = \"level\"\nlevels = [ { level = \"3\" } ]");
    assert_eq!(of_level.len(), 1, "{of_level:?}");
    assert_eq!(of_level[0].0, "P106");
    assert!(of_level[0].1.starts_with("levels"), "{of_level:?}");
}

#[test]
fn wrong_shares_are_refused_where_they_stand() {
    for (code, section, line) in [
        ("P106", "excess_share = \"1.01\"\nquota_of = \"pool\"", "excess_share"),
        ("P106", "excess_share = \"-0.1\"\nquota_of = \"pool\"", "excess_share"),
        ("P104", "excess_share = 0.05\nquota_of = \"pool\"", "excess_share"),
        ("P105", "excess_share = \"5%\"\nquota_of = \"pool\"", "excess_share"),
        (
            "P102",
            "quota = \"0.1\"\nexces_share = \"0.05\"\nquota_of = \"pool\"",
            "exces_share",
        ),
        ("P103", "excess_share = \"0.05\"", "[high_cap]"),
        (
            "P106",
            "excess_share = \"0.1\"\nquota_of = \"level\"\nlevels = [ { level = \"3\", excess_share = \"2\" } ]",
            "levels",
        ),
        // What hospitals of other levels have is open.
        (
            "P109",
            "quota = \"0.1\"\nquota_of = \"level\"\nlevels = [ { level = \"3\", excess_share = \"0.1\" } ]",
            "levels",
        ),
        (
            "P109",
            "excess_share = \"0.1\"\nquota_of = \"level\"\nlevels = [ { level = \"3\", quota = \"0.1\" } ]",
            "levels",
        ),
        (
            "P109",
            "excess_share = \"0.1\"\nquota_of = \"pool\"\nlevels = [ { level = \"3\", excess_share = \"0.2\" } ]",
            "levels",
        ),
        (
            "P109",
            "excess_share = \"0.1\"\nquota_of = \"level\"\nlevels = [ { level = \"3\", excess_share = \"0.2\" }, { level = \"3\", excess_share = \"0.3\" } ]",
            "levels",
        ),
        // It holds for the whole year.
        (
            "P125",
            "excess_share = [ { from = \"2026-01-01\", value = \"0.1\" } ]\nquota_of = \"pool\"",
            "excess_share",
        ),
    ] {
        let found = mistakes(section);
        assert_eq!(found.len(), 1, "{section}: {found:#?}");
        assert_eq!(found[0].0, code, "{section}: {found:#?}");
        assert!(found[0].1.starts_with(line), "{section}: {found:#?}");
    }
}
