//! Mistakes of assumptions.

use crate::common::{options, year};
use crate::scene::{assumption, file_with, named};
use dianzhi_batch::Progress;
use dianzhi_scenario::run;

/// All at once, each with its line. Seen to fail with names that nobody holds against the region, and
/// with copies that are looked for among no records.
#[test]
fn mistakes_are_told_with_their_places() {
    let scratch = tempfile::tempdir().unwrap();
    let region = year(&scratch.path().join("year"), 20);
    let found = |assumptions: &str, scenario: &str| -> Vec<&'static str> {
        let file = file_with(scratch.path(), &region, assumptions, &[("one", scenario)]);
        let failure = run(
            &file,
            &scratch.path().join("out"),
            &options(false, 1),
            &Progress::default(),
        );
        assert!(!scratch.path().join("out").exists());
        let found = failure.err().unwrap().diagnostics();
        assert!(found.iter().all(|one| one.place.is_some()), "{found:?}");
        found.into_iter().map(|one| one.code).collect()
    };
    let wrong = [
        named("A", "volume", "2", ""),
        named(
            "b",
            "stay",
            "-0.1",
            "days = 1\nfactor = \"2\"\ncost_per_day_share = 0.5",
        ),
        named("c", "coding", "0.1", "days = 1"),
        named("c", "wish", "x", ""),
        named(
            "d",
            "transfer",
            "0.1",
            "to_hospitals = []\ncost_factor = \"0\"\nwhen = { levle = [\"3\"] }",
        ),
        named("e", "volume", "0.1", "values = [\"0.1\", \"0.10\"]"),
    ];
    let mut codes = found(&wrong.concat(), "assume = [\"e\", \"e\", \"f\"]");
    codes.sort_unstable();
    let expected = [
        "P102", "P102", "P103", "P104", "P105", "P106", "P106", "P106", "P106", "P106", "P107", "P109", "P109", "P109",
        "P109", "X102",
    ];
    assert_eq!(codes, expected);
    let nine: Vec<String> = (0..9).map(|i| format!("v{i}")).collect();
    let each: Vec<String> = nine.iter().map(|id| named(id, "volume", "0.1", "")).collect();
    assert_eq!(found(&each.concat(), &format!("assume = {nine:?}")), ["P106"]);
    for code in ["|", "a|b", "J96.0;I10", "*", " J96.0 ", "", &"J".repeat(33)] {
        let wrong = assumption("coding", "0.1", &format!("add_diagnosis = \"{code}\""));
        let told = found(&wrong, "assume = [\"coding\"]");
        assert!(
            told == ["P106"] || (code.is_empty() && told == ["P104"]),
            "{code}: {told:?}"
        );
    }
    let level = assumption(
        "transfer",
        "0.1",
        "to_level = \"9\"\ncost_factor = \"1\"\nwhen = { group_code = [\"??*\"] }",
    );
    assert_eq!(found(&level, "assume = [\"transfer\"]"), ["X103", "X103"]);
    let groups = assumption("coding", "0.1", "to = { \"??\" = \"!!\" }");
    assert_eq!(found(&groups, "assume = [\"coding\"]"), ["X103", "X103"]);
    let diagnosis = assumption("coding", "0.1", "add_diagnosis = \"J96.0\"");
    assert_eq!(found(&diagnosis, "assume = [\"coding\"]"), ["X103"]);
    let column = assumption(
        "volume",
        "0.1",
        "when = { dscg_caty = [\"A03\"], newtech_amt = { from = \"1\" } }",
    );
    assert_eq!(found(&column, "assume = [\"volume\"]").last(), Some(&"X104"));
    let long = assumption("stay", "1", "days = -30\ncost_per_day_share = \"0\"");
    assert_eq!(found(&long, "assume = [\"stay\"]"), ["X105"]);
    // A copy that is there already, of people whom the assumption is not about.
    let claims = scratch.path().join("year/claims.csv");
    let text = std::fs::read_to_string(&claims).unwrap();
    let mut resident = false;
    let copied: Vec<String> = text
        .lines()
        .map(
            |line| match line.contains(",390,") && !std::mem::replace(&mut resident, true) {
                true => line.replacen(',', "+volume,", 1),
                false => line.to_owned(),
            },
        )
        .collect();
    assert!(resident && text.starts_with("setl_id,"));
    std::fs::write(&claims, copied.join("\n")).unwrap();
    let employees = assumption("volume", "1", "when = { insutype = [\"310\"] }");
    assert_eq!(found(&employees, "assume = [\"volume\"]"), ["X106"]);
    // An assumption that would make a record that nobody accepts: this one has no cost left.
    let free = assumption("transfer", "1", "to_level = \"2\"\ncost_factor = \"0.000000000001\"");
    assert_eq!(found(&free, "assume = [\"transfer\"]"), ["X105"]);
}
