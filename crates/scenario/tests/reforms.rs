//! Every reform of the library runs, its runs are what `settle` makes, and its page tells what came out.
//!
//! Seen to fail: with a figure of a page changed, of the sensitivity table too.
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use dianzhi_batch::Progress;
use dianzhi_scenario::{Outcome, ScenarioOptions, run};
use std::fs;
use std::path::Path;

#[test]
fn every_reform_does_what_its_page_says() {
    let library = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/reforms");
    let index = fs::read_to_string(library.join("README.md")).unwrap();
    let scratch = tempfile::tempdir().unwrap();
    let mut names: Vec<String> = Vec::new();
    for entry in fs::read_dir(&library).unwrap().map(Result::unwrap) {
        if !entry.path().is_dir() {
            continue;
        }
        let name = entry.file_name().into_string().unwrap();
        let page = fs::read_to_string(entry.path().join("README.md")).unwrap();
        assert!(index.contains(&format!("[{name}]({name}/README.md)")), "{name}");
        for file in ["scenarios.toml", "assumed.toml"] {
            let path = entry.path().join(file);
            if path.is_file() || file == "scenarios.toml" {
                assert!(page.contains(&format!("examples/reforms/{name}/{file}")), "{name}");
                tells(&page, &path, &scratch.path().join(format!("{name}-{file}")));
            }
        }
        names.push(name);
    }
    assert_eq!(names.len(), 12, "{names:?}");
}

/// A page has every figure that a scenarios file gives.
fn tells(page: &str, file: &Path, out: &Path) {
    let options = ScenarioOptions {
        runs: true,
        ..ScenarioOptions::default()
    };
    let name = file.display();
    let made = match run(file, out, &options, &Progress::default()) {
        Ok(Outcome::Published(made)) => made,
        Ok(Outcome::AlreadyThere(_)) => panic!("{name} was there"),
        Err(failure) => panic!("{name}: {failure}"),
    };
    for of in &made.report.scenarios {
        let row = format!(
            "| {} | {} | {} | {} | {} | {} | {} |",
            of.id, of.gains, of.losses, of.winners, of.losers, of.gini_baseline, of.gini
        );
        assert!(page.contains(&row), "{name} gives\n{row}");
        for assumed in &of.assumptions {
            let row = format!(
                "| {} | {} | {} | {} | {} | {} | {} | {} | {} |",
                of.id,
                assumed.id,
                assumed.concerned,
                assumed.chosen,
                assumed.changed,
                assumed.cases_before,
                assumed.cases_after,
                assumed.cost_before,
                assumed.cost_after
            );
            assert!(page.contains(&row), "{name} gives\n{row}");
        }
    }
    let Ok(sensitivity) = fs::read_to_string(out.join("sensitivity.csv")) else {
        return;
    };
    for line in sensitivity.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        // The pool is empty where a row is of all of them.
        if cells[3].is_empty() {
            let row = [0, 1, 2, 4, 5, 9, 12, 13, 14].map(|at| cells[at]).join(" | ");
            assert!(page.contains(&format!("| {row} |")), "{name} gives\n| {row} |");
        }
    }
}

/// The city's scheme is what its folder makes.
#[test]
fn the_package_of_the_city_is_what_its_folder_makes() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/reforms/city-grouping");
    let packed = dianzhi_grouper::Scheme::pack(&folder.join("scheme")).unwrap();
    assert!(packed.bytes == fs::read(folder.join("city.dzs")).unwrap());
}
