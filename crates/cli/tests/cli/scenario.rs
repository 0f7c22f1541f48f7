//! `dianzhi scenario run`.

use crate::run::{home, run};
use std::fs;
use std::path::Path;

const FILE: &str = r#"
[comparison]
title = "结余留用"
author = "测试"
policy = "情景"
date = "2026-11-23"
baseline = "base/region.toml"

[[scenario]]
id = "floor"
title = "下限"
policy = "情景"
set.clearing.surplus_floor = "0.99"

[[scenario]]
id = "same"
title = "不变"
policy = "情景"
"#;

fn files(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort_unstable();
    names
}

/// Every file of a scenario's run is that of `settle`, run.json too.
#[test]
fn a_run_of_a_scenario_is_byte_for_byte_what_settle_makes() {
    let home = home();
    let at = home.path();
    fs::write(at.join("scenarios.toml"), FILE).unwrap();
    run(at, "scenario run scenarios.toml --out out --runs")
        .exits(0)
        .says("same: every figure is the baseline's");
    for id in ["baseline", "floor", "same"] {
        run(at, &format!("verify out/{id}/run")).exits(0);
        run(at, &format!("settle out/{id}/region.toml --out out/{id}/again")).exits(0);
        let (ours, again) = (
            at.join("out").join(id).join("run"),
            at.join("out").join(id).join("again"),
        );
        assert_eq!(files(&ours), files(&again));
        for name in files(&ours) {
            assert_eq!(
                fs::read(ours.join(&name)).unwrap(),
                fs::read(again.join(&name)).unwrap(),
                "{id} {name}"
            );
        }
    }
    let other = |name: &str| fs::read(at.join("out").join(name)).unwrap();
    assert_ne!(other("floor/run/hospitals.csv"), other("baseline/run/hospitals.csv"));
    assert_eq!(other("same/run/hospitals.csv"), other("baseline/run/hospitals.csv"));
}

#[test]
fn the_same_comparison_again_is_left_alone_and_another_is_refused() {
    let home = home();
    let at = home.path();
    fs::write(at.join("scenarios.toml"), FILE).unwrap();
    let first = run(at, "scenario run scenarios.toml --out out --json").exits(0).json();
    assert_eq!(first["outcome"], "published");
    assert_eq!(first["comparison"]["scenarios"][1]["is_equal"], true);
    let again = run(at, "scenario run scenarios.toml --out out --json").exits(0).json();
    assert_eq!(again["outcome"], "already-there");
    fs::write(at.join("scenarios.toml"), FILE.replace("0.99", "0.5")).unwrap();
    run(at, "scenario run scenarios.toml --out out").exits(2).says("[F107]");
    run(at, "scenario run scenarios.toml --out out --replace").exits(0);
    // Neither the folder of the inputs nor one with something else in it goes.
    run(at, "scenario run scenarios.toml --out base --replace")
        .exits(2)
        .says("[F107]");
    run(at, "scenario run scenarios.toml --out . --replace")
        .exits(2)
        .says("[F107]");
    assert_eq!(files(at), ["base", "out", "scenarios.toml"], "no work folder is left");
    // A table that a scenario damages is not there afterwards, and the baseline is not touched.
    fs::write(at.join("scenarios.toml"), FILE.replace("\"0.99\"", "\"many\"")).unwrap();
    run(at, "scenario run scenarios.toml --out other")
        .exits(2)
        .says("[P105]")
        .says("scenario floor sets it here");
    assert!(!at.join("other").exists());
}
