//! `[deviation]` beyond two bounds: what the keys become, by date too, and what is refused.
#![allow(clippy::unwrap_used)] // also in the helpers, which the lint takes for code

use dianzhi_core::{Decimal, ExtremePay, OutlierCoefficient, Yardstick};
use dianzhi_policy::Region;
use std::path::Path;

const VALID: &str = include_str!("valid.toml");
const LOW: &str = "low = { ratio = \"0.5\", inclusive = false }";
const HIGH: &str = "high = { ratio = \"2.0\", inclusive = false }";

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// The valid file with other bounds, and keys behind them.
fn text(low: &str, high: &str, more: &str) -> String {
    let text = VALID.replace(LOW, low).replace(HIGH, &format!("{high}\n{more}"));
    assert!(text.contains(low) && text.contains(high));
    text
}

fn region(low: &str, high: &str, more: &str) -> Region {
    Region::parse(Path::new("region.toml"), text(low, high, more)).unwrap()
}

/// Code, key's line and the other place's line of every mistake.
fn mistakes(low: &str, high: &str, more: &str) -> Vec<(&'static str, String, Option<String>)> {
    let text = text(low, high, more);
    let line = |line: u64| text.lines().nth(usize::try_from(line).unwrap() - 1).unwrap().to_owned();
    let found = Region::parse(Path::new("region.toml"), text.clone()).unwrap_err();
    let one = |mistake: &dianzhi_policy::Diagnostic| {
        let other = mistake.also.first().map(|(place, _)| line(place.line));
        (mistake.code, line(mistake.place.as_ref().unwrap().line), other)
    };
    found.0.iter().map(one).collect()
}

/// Seen to fail where the reader left the share of the excess at 1.
#[test]
fn every_key_of_deviation_arrives() {
    let plain = &region(LOW, HIGH, "").policy.deviation;
    assert!(plain.is_plain());
    let low = "low = { ratio = \"0.4\", inclusive = true, coefficient = \"kept\", tiers = [ { level = \"1\", base_points_to = \"100\", ratio = \"0.3\" } ] }";
    let high = "high = { ratio = \"1.5\", inclusive = false, coefficient = \"carried\", share = \"0.7\", tiers = [\n  { level = \"3\", ratio = \"3\" }, # 第八条\n  { base_points_to = \"300\", ratio = \"2\" },\n] }";
    let more = "compare_with = \"standard\"\nextreme = { ratio = \"5\", inclusive = true, pay = \"at-threshold\" }";
    let region = region(low, high, more);
    let deviation = &region.policy.deviation;
    assert_eq!(deviation.compare_with, Yardstick::Standard);
    assert_eq!(deviation.low.coefficient, OutlierCoefficient::Kept);
    assert_eq!(deviation.high.coefficient, OutlierCoefficient::Carried);
    assert_eq!(deviation.high_share, decimal("0.7"));
    let tier = &deviation.low.tiers[0];
    assert_eq!(
        (tier.level.as_deref(), tier.base_points_to),
        (Some("1"), Some(decimal("100")))
    );
    assert_eq!(
        deviation.high.ratios().collect::<Vec<_>>(),
        ["1.5", "3", "2"].map(decimal)
    );
    assert_eq!(deviation.high.tiers[1].level, None);
    let extreme = deviation.extreme.unwrap();
    assert_eq!((extreme.ratio, extreme.inclusive), (decimal("5"), true));
    assert_eq!(extreme.pay, ExtremePay::AtThreshold);
    let source = region.source("deviation.high.tiers[0].ratio").unwrap();
    assert_eq!(source.note.as_deref(), Some("第八条"));
    let listed: Vec<String> = region.values().into_iter().map(|value| value.key).collect();
    for key in [
        "deviation.compare_with",
        "deviation.high.tiers[1].ratio",
        "deviation.extreme.pay",
    ] {
        assert!(listed.iter().any(|known| known == key), "{key}: {listed:?}");
    }
}

/// A bound of a tier, the share and the extreme case may change during the year.
///
/// Seen to fail as the one above.
#[test]
fn the_keys_of_deviation_by_date() {
    let dated = |a: &str, b: &str| {
        format!("[ {{ from = \"2026-01-01\", value = {a} }}, {{ from = \"2026-07-01\", value = {b} }} ]")
    };
    let high = format!(
        "high = {{ ratio = \"2.0\", inclusive = false, share = {}, tiers = [ {{ level = \"3\", ratio = {} }} ] }}",
        dated("\"0.7\"", "\"0.6\""),
        dated("\"3\"", "\"4\"")
    );
    let extreme = format!(
        "extreme = {{ ratio = \"5\", inclusive = false, pay = {} }}",
        dated("\"normal\"", "\"at-threshold\"")
    );
    let region = region(LOW, &high, &extreme);
    let of = |at: usize| {
        let deviation = &region.periods[at].policy.deviation;
        (
            deviation.high_share,
            deviation.high.tiers[0].ratio,
            deviation.extreme.unwrap().pay,
        )
    };
    assert_eq!(region.periods.len(), 2);
    assert_eq!(of(0), (decimal("0.7"), decimal("3"), ExtremePay::Normal));
    assert_eq!(of(1), (decimal("0.6"), decimal("4"), ExtremePay::AtThreshold));
}

#[test]
fn contradictions_are_refused_with_both_places() {
    let high = |tiers: &str| format!("high = {{ ratio = \"2.0\", inclusive = false, tiers = [\n{tiers}\n] }}");
    let (a, b) = (
        "{ level = \"3\", ratio = \"3\" },",
        "{ level = \"3\", base_points_to = \"100\", ratio = \"2\" },",
    );
    let found = mistakes(LOW, &high(&format!("{a}\n{b}")), "");
    assert_eq!(found, [("P109", b.to_owned(), Some(a.to_owned()))]);
    let extreme = "extreme = { ratio = \"2.5\", inclusive = false, pay = \"normal\" }";
    let found = mistakes(LOW, &high(a), extreme);
    assert_eq!(found, [("P109", extreme.to_owned(), Some(a.to_owned()))]);
    let found = mistakes(LOW, &high("{ ratio = \"3\" },"), "");
    assert_eq!(found, [("P106", "{ ratio = \"3\" },".to_owned(), None)]);
    let low = "low = { ratio = \"0.5\", inclusive = false, tiers = [ { level = \"2\", ratio = \"2.1\" } ] }";
    let found = mistakes(low, HIGH, "");
    assert_eq!(
        found,
        [("P109", format!("{low} # 第七条 \"低倍率\""), Some(HIGH.to_owned()))]
    );
    // A condition that cannot be read is still one.
    let unread = "{ base_points_to = 100, ratio = \"3\" },";
    assert_eq!(mistakes(LOW, &high(unread), ""), [("P104", unread.to_owned(), None)]);
    let wrong = "high = { ratio = \"2.0\", inclusive = false, coefficient = \"keep\" }";
    assert_eq!(mistakes(LOW, wrong, "")[0].0, "P107");
    let share = "low = { ratio = \"0.5\", inclusive = false, share = \"0.7\" }";
    assert_eq!(mistakes(share, HIGH, "")[0].0, "P102");
}
