//! What the last year's tables and claims give beside weights, and what is told of the files of a year.

use super::*;

/// The bonuses by CMI settle at once beside a region's other kinds, whose rows stay.
/// Days of stays come from the claims. Seen to fail: with days read by nobody.
#[test]
fn bonuses_by_cmi_settle() {
    let scratch = tempfile::tempdir().unwrap();
    let home = scratch.path();
    for name in ["groups.csv", "hospitals.csv"] {
        fs::copy(example().join(name), home.join(name)).unwrap();
    }
    // Days of every stay but each fiftieth.
    let claims = fs::read_to_string(example().join("2025/claims.csv")).unwrap();
    let (header, rows) = claims.split_once('\n').unwrap();
    let days = |at: usize| match at % 50 {
        0 => String::new(),
        rest => (rest % 9 + 1).to_string(),
    };
    let rows = rows
        .lines()
        .enumerate()
        .map(|(at, row)| format!("{row},{}\n", days(at)));
    let claims = format!("{header},act_ipt_days\n{}", rows.collect::<String>());
    fs::write(home.join("claims.csv"), claims).unwrap();
    let present = "fixmedins_code,bonus_kind,bonus\nH32990001001,CMI,0.5\nH32990001138,重点专科,0.02\n";
    fs::write(home.join("bonuses.csv"), present).unwrap();
    let region = fs::read_to_string(example().join("2025/region.toml")).unwrap();
    let region = region
        .replace("\"../", "\"")
        .replace("\"hospitals.csv\"", "\"hospitals.csv\"\nbonuses = \"bonuses.csv\"")
        + "\n[coefficients]\nmissing = \"hospital\"\nbonuses = { combine = \"sum\", count_as = \"added\" }\n\
           cap = { from = \"0.8\", to = \"1.2\" }\n";
    fs::write(home.join("region.toml"), &region).unwrap();
    let text = fs::read_to_string(example().join("calibration.toml")).unwrap();
    let (years, rest) = text.split_once("[[year]]").unwrap();
    let (_, rest) = rest.split_once("[trimming]").unwrap();
    let (before, rest) = rest.split_once("[adjustments]").unwrap();
    let (_, rest) = rest.split_once("[coefficients]").unwrap();
    let text = format!("{years}[[year]]\nregion = \"region.toml\"\nweight = 1\n[trimming]{before}[coefficients]{rest}");
    fs::write(home.join("calibration.toml"), text).unwrap();
    calibrated(
        &home.join("calibration.toml"),
        &home.join("out"),
        &HistoryOptions::default(),
    );
    let bonuses = table(&home.join("out/bonuses.csv"), 2);
    let report = table(&home.join("out/report-bonuses.csv"), 1);
    assert_eq!(bonuses["H32990001138,重点专科"]["bonus"], "0.02");
    assert_eq!(report["H32990001001"]["present"], "0.5");
    let case_mix = table(&home.join("out/case-mix.csv"), 1);
    // Kept cases are timed but for those whose days nobody knows; the region as a whole has its own mean days.
    let kept: u64 = table(&home.join("out/report.csv"), 1)["year_mean_cost"]["cases"]
        .parse()
        .unwrap();
    let timed: u64 = case_mix[""]["timed"].parse().unwrap();
    assert!(timed < kept && timed + 16 >= kept, "{timed} of {kept}");
    assert_eq!(case_mix[""]["time_index"], "1.000000");
    assert!(case_mix.values().any(|row| row["time_index"] != "1.000000"));
    let mut by_verdict = BTreeMap::new();
    for (code, row) in &report {
        let cmi: f64 = row["cmi"].parse().unwrap();
        // One year: the CMI of the case mix.
        assert_eq!(row["cmi"], case_mix[code]["cmi"]);
        let expected = match (row["cases"].parse::<u64>().unwrap() >= 30, cmi) {
            // The present one stays.
            (false, _) => (code == "H32990001001").then_some("0.5"),
            (true, cmi) if cmi >= 1.2 => Some("0.03"),
            (true, cmi) if cmi >= 1.0 => Some("0.01"),
            (true, _) => None,
        };
        let row_of = bonuses.get(&format!("{code},CMI"));
        assert_eq!(row_of.map(|row| row["bonus"].as_str()), expected, "{code}");
        *by_verdict.entry(row["verdict"].as_str()).or_insert(0) += 1;
    }
    assert!(
        by_verdict["step"] > 0 && by_verdict["below-steps"] > 0,
        "{by_verdict:?}"
    );
    let next = region.replace("= \"groups.csv", "= \"out/groups.csv");
    let next = next.replace("= \"hospitals.csv", "= \"out/hospitals.csv");
    let next = next.replace("= \"bonuses.csv", "= \"out/bonuses.csv");
    fs::write(home.join("next.toml"), next).unwrap();
    let run = home.join("run");
    settle(
        &home.join("next.toml"),
        &run,
        &SettleOptions::default(),
        &Progress::default(),
    )
    .unwrap();
    assert!(verify(&run, None, None, &Progress::default()).unwrap().is_sound());
}

/// A mistake or a warning of a year says which: every year has a claims.csv.
/// Seen to fail: with the names left as the region file has them.
#[test]
fn messages_name_the_year() {
    let scratch = tempfile::tempdir().unwrap();
    let home = scratch.path();
    for year in ["2023", "2024", "2025"] {
        fs::create_dir(home.join(year)).unwrap();
        for name in ["claims.csv", "region.toml"] {
            fs::copy(example().join(year).join(name), home.join(year).join(name)).unwrap();
        }
    }
    for name in ["groups.csv", "hospitals.csv", "adjustments.csv", "calibration.toml"] {
        fs::copy(example().join(name), home.join(name)).unwrap();
    }
    let run = |out: &str| {
        let file = home.join("calibration.toml");
        calibrate(&file, &home.join(out), &HistoryOptions::default(), &Progress::default())
    };
    // Claims of March alone, and a column that nobody knows.
    let claims = fs::read_to_string(home.join("2024/claims.csv")).unwrap();
    let (header, rows) = claims.split_once('\n').unwrap();
    let march: Vec<String> = rows
        .lines()
        .filter(|row| row.split(',').any(|cell| cell.starts_with("2024-03-")))
        .map(|row| format!("{row},x"))
        .collect();
    fs::write(
        home.join("2024/claims.csv"),
        format!("{header},note\n{}\n", march.join("\n")),
    )
    .unwrap();
    let Ok(CalibrateOutcome::Published(published)) = run("out") else {
        panic!("nothing was there before");
    };
    let told = |code: &str| published.warnings.iter().find(|one| one.code == code).unwrap();
    assert!(told("W101").text.en.starts_with("2024/region.toml: claims.csv"));
    let part = &told("W110").text.en;
    assert!(
        part.starts_with("2024/region.toml: ") && part.contains("history") && !part.contains("point value"),
        "{part}"
    );
    fs::write(home.join("2024/claims.csv"), "setl_id\n").unwrap();
    let failure = run("again").err().unwrap();
    let found = failure.diagnostics();
    let places: Vec<&str> = found
        .iter()
        .filter_map(|one| Some(one.place.as_ref()?.file.as_str()))
        .collect();
    assert!(
        !places.is_empty() && places.iter().all(|file| *file == "2024/claims.csv"),
        "{places:?}"
    );
    let region = fs::read_to_string(home.join("2023/region.toml")).unwrap();
    fs::write(
        home.join("2023/region.toml"),
        region.replace("../groups.csv", "groups.csv"),
    )
    .unwrap();
    fs::write(home.join("2023/groups.csv"), "group_code\n").unwrap();
    let found = run("again").err().unwrap().diagnostics();
    assert!(
        found
            .iter()
            .all(|one| one.place.as_ref().unwrap().file == "2023/groups.csv"),
        "{found:?}"
    );
    // A mistake of the region file itself is where that file is.
    fs::write(home.join("2023/region.toml"), "[region]\n").unwrap();
    let found = run("again").err().unwrap().diagnostics();
    let region = home.join("2023/region.toml").display().to_string();
    assert!(
        found.iter().all(|one| one.place.as_ref().unwrap().file == region),
        "{found:?}"
    );
}
