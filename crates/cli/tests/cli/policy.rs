//! `policy`: a region file shown, looked over, and its schema.

use crate::run::{Done, copy, dianzhi, errors_folder, home, run};
use std::fs;
use std::path::Path;

/// A folder with a region file whose ungrouped share changes in July and whose values all have a
/// source.
fn dated() -> tempfile::TempDir {
    let home = home();
    for code in ["W322", "P121"] {
        copy(&errors_folder().join(code), &home.path().join(code));
    }
    let file = home.path().join("region.toml");
    let text = fs::read_to_string(home.path().join("W322/region.toml")).unwrap();
    let second = "from = \"2026-07-01\", value = \"0.8\" },";
    assert!(text.contains(second));
    fs::write(
        file,
        text.replace(second, "from = \"2026-07-01\", value = \"0.7\" }, # 第二号"),
    )
    .unwrap();
    home
}

/// The lines of the table that are about a key, without their widths.
fn lines(done: &Done, key: &str) -> Vec<String> {
    let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    done.stdout
        .lines()
        .filter(|line| line.starts_with(key))
        .map(words)
        .collect()
}

#[test]
fn values_with_their_days_lines_and_sources() {
    let home = dated();
    let at = home.path();
    let done = run(at, "policy show region.toml").exits(0);
    assert_eq!(done.stderr, "");
    assert!(
        done.stdout
            .starts_with("示例市 (320900), insurance year 2026-01-01 to 2026-12-31\n")
    );
    let share = lines(&done, "ungrouped.share");
    assert_eq!(share.len(), 2);
    assert!(
        share[0].starts_with("ungrouped.share \"0.8\" 2026-01-01 to 2026-06-30 "),
        "{}",
        share[0]
    );
    assert!(share[0].ends_with("示例医保发〔2026〕1号"), "{}", share[0]);
    assert!(
        share[1].starts_with("ungrouped.share \"0.7\" from 2026-07-01 "),
        "{}",
        share[1]
    );
    assert!(share[1].ends_with("第二号"), "{}", share[1]);
    // In the order of the file format, each with the line it stands on.
    let file = fs::read_to_string(at.join("region.toml")).unwrap();
    let budget = lines(&done, "pool[1].budget").remove(0);
    let line = file
        .lines()
        .position(|line| line == "budget = \"512345678.00\"")
        .unwrap()
        + 1;
    assert_eq!(
        budget,
        format!("pool[1].budget \"512345678.00\" {line} 示例医保发〔2026〕1号")
    );
    let order = [
        "region.code",
        "pool[0].id",
        "pool[1].id",
        "deviation.low.ratio",
        "clearing.assessment.none_below",
    ];
    let places = order.map(|key| done.stdout.find(&format!("\n{key}")).unwrap());
    assert!(places.is_sorted(), "{places:?}");
}

#[test]
fn what_counts_in_the_year_and_on_a_day() {
    let home = dated();
    let at = home.path();
    let done = run(at, "policy show region.toml --effective").exits(0);
    let share = lines(&done, "ungrouped.share");
    assert!(
        share[1].starts_with("ungrouped.share \"0.7\" 2026-07-01 to 2026-12-31 "),
        "{}",
        share[1]
    );
    for (day, value) in [
        ("2026-01-01", "0.8"),
        ("2026-06-30", "0.8"),
        ("2026-07-01", "0.7"),
        ("2026-12-31", "0.7"),
    ] {
        let done = run(at, &format!("policy show region.toml --on {day}")).exits(0);
        let share = lines(&done, "ungrouped.share");
        assert_eq!(share.len(), 1, "{day}");
        assert!(
            share[0].starts_with(&format!("ungrouped.share \"{value}\" ")),
            "{}",
            share[0]
        );
        assert!(done.stdout.contains(&format!("values that count on {day}\n")));
    }
    for day in ["2025-12-31", "2027-01-01"] {
        let done = run(at, &format!("policy show region.toml --effective --on {day}")).exits(2);
        assert_eq!(done.stdout, "");
        done.says("error[P128]")
            .says(&format!("{day} is outside the insurance year"));
    }
    let json = run(at, "policy show region.toml --on 2026-08-15 --json")
        .exits(0)
        .json();
    assert_eq!((&json["on"], &json["effective"]), (&"2026-08-15".into(), &true.into()));
    let values = json["values"].as_array().unwrap();
    let share = values.iter().find(|value| value["key"] == "ungrouped.share").unwrap();
    assert_eq!(
        (&share["value"], &share["to"]),
        (&"\"0.7\"".into(), &"2026-12-31".into())
    );
    assert_eq!(share["source"], "第二号");
    assert!(share["meaning"]["zh"].as_str().unwrap().contains("未入组"));
}

#[test]
fn remarks_are_1_none_is_0_a_mistake_is_2() {
    let home = dated();
    let at = home.path();
    assert_eq!(run(at, "policy lint region.toml").exits(0).stdout, "0 remarks\n");
    let done = run(at, "policy lint W322/region.toml").exits(1);
    assert!(done.stdout.ends_with("\n1 remark\n"), "{}", done.stdout);
    let json = run(at, "policy lint W322/region.toml --json").exits(1).json();
    assert_eq!(
        (&json[0]["code"], &json[0]["severity"]),
        (&"W322".into(), &"warning".into())
    );
    assert!(json[0]["help"]["zh"].is_string());
    run(at, "policy lint P121/region.toml").exits(2).says("error[P121]");
    run(at, "policy show gone.toml").exits(2).says("error[F101]");
}

#[test]
fn every_seed_reads_and_says_what_is_unconfirmed() {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../seeds");
    for folder in fs::read_dir(seeds).unwrap().map(|entry| entry.unwrap().path()) {
        if !folder.is_dir() {
            continue;
        }
        let name = folder.display();
        run(&folder, "policy show region.toml --on 2026-02-28").exits(0);
        let json = run(&folder, "policy lint region.toml --json").exits(1).json();
        let codes: Vec<&str> = json
            .as_array()
            .unwrap()
            .iter()
            .map(|remark| remark["code"].as_str().unwrap())
            .collect();
        // The template's code, what no document confirms, what was made up, and nothing else.
        assert!(
            codes.iter().all(|code| ["W302", "W303", "W304"].contains(code)),
            "{name}: {codes:?}"
        );
        assert!(codes.contains(&"W302"), "{name}");
    }
}

#[test]
fn the_schema_is_the_published_one() {
    let home = tempfile::tempdir().unwrap();
    let output = dianzhi(home.path(), "zh_CN.UTF-8").args(["policy", "schema"]).output();
    let published = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/region.schema.json");
    assert_eq!(
        Done::of(output.unwrap()).exits(0).stdout,
        fs::read_to_string(published).unwrap()
    );
}
