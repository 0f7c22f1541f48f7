//! One assumption varied, and who is chosen at which share.

use crate::common::{options, published, rows, year};
use crate::scene::{Scene, assumption, file_with, id};
use std::collections::{BTreeMap, BTreeSet};

/// Who changes at a small share changes at a larger one. Seen to fail with the share in the hash.
#[test]
fn a_larger_share_holds_the_smaller() {
    let more = |share: &str| {
        Scene::of("volume", share, "")
            .after()
            .iter()
            .map(|row| id(row).to_owned())
            .collect()
    };
    let [small, large]: [BTreeSet<String>; 2] = ["0.05", "0.25"].map(more);
    assert!(small.is_subset(&large) && small.len() < large.len() && small.len() > 600);
}

/// Nothing assumed of nobody is the scenario without the assumption; at its own share an assumption is
/// the scenario. Seen to fail with every value's rows made of the scenario itself.
#[test]
fn a_share_of_nothing_is_the_scenario_without_it() {
    let scratch = tempfile::tempdir().unwrap();
    let region = year(&scratch.path().join("year"), 500);
    let values = "values = [\"0\", \"0.1\", \"0.10001\", \"0.5\"]";
    let assumptions = [
        assumption("volume", "0.1", values),
        assumption(
            "transfer",
            "0.3",
            &format!("{values}\nto_level = \"2\"\ncost_factor = \"0.9\""),
        ),
    ]
    .concat();
    let overlay = "set.deviation.low.ratio = \"0.3\"";
    let both = format!("assume = [\"volume\", \"transfer\"]\n{overlay}");
    let scenarios = [
        ("both", both.as_str()),
        (
            "volume-alone",
            "assume = [\"volume\"]\nset.deviation.low.ratio = \"0.3\"",
        ),
        ("plain", overlay),
    ];
    let file = file_with(scratch.path(), &region, &assumptions, &scenarios);
    let out = scratch.path().join("out");
    let made = published(&file, &out, &options(true, 2));
    let table = rows(&out.join("sensitivity.csv"));
    let of = |scenario: &str, assumption: &str, value: &str| -> Vec<Vec<String>> {
        let keys = ["scenario", "assumption", "value"];
        let rows = table
            .iter()
            .filter(|row| [scenario, assumption, value] == keys.map(|key| row[key].as_str()));
        let rows = rows.map(|row| {
            let cells = row.iter().filter(|(key, _)| !keys.contains(&key.as_str()));
            cells.map(|(_, cell)| cell.clone()).collect()
        });
        rows.collect()
    };
    for (scenario, assumption) in [("both", "volume"), ("both", "transfer"), ("volume-alone", "volume")] {
        assert_eq!(of(scenario, assumption, "0").len(), 3);
        assert_eq!(of(scenario, assumption, "0"), of(scenario, assumption, "without"));
        assert_ne!(of(scenario, assumption, "0.5"), of(scenario, assumption, "without"));
    }
    let row = |scenario: &str, assumption: &str, value: &str, pool: &str| {
        let of = |row: &&BTreeMap<String, String>| {
            [scenario, assumption, value, pool]
                == ["scenario", "assumption", "value", "pool"].map(|key| row[key].as_str())
        };
        table.iter().find(of).unwrap().clone()
    };
    // At its share it is the scenario; without the other it is the scenario that has not got it.
    for (scenario, report) in [
        ("both", &made.report.scenarios[0]),
        ("volume-alone", &made.report.scenarios[1]),
    ] {
        let at_share = row(scenario, "volume", "0.1", "");
        assert_eq!((&at_share["gains"], &at_share["gini"]), (&report.gains, &report.gini));
    }
    let figures = ["cases", "paid", "gains", "losses", "gini"];
    let (without, alone) = (
        row("both", "transfer", "without", ""),
        row("volume-alone", "volume", "0.1", ""),
    );
    assert_eq!(
        figures.map(|figure| &without[figure]),
        figures.map(|figure| &alone[figure])
    );
    let without = row("volume-alone", "volume", "without", "");
    assert_eq!(without["gains"], made.report.scenarios[2].gains);
    // Pools as the run has them.
    for pool in rows(&out.join("both/run/pools.csv")) {
        let told = row("both", "volume", "0.1", &pool["pool"]);
        for figure in ["cases", "points", "point_value", "cleared"] {
            assert_eq!(told[figure], pool[figure], "{figure}");
        }
    }
}
