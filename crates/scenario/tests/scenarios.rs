//! Scenarios over shared claims are what `settle` makes of their region files.
//!
//! Seen to fail: with `fund_share.method` left out of the reading, with `unsettle` leaving the fen that
//! were handed out; with sections that never move, with funds left out of the figures; `deltas_are_the_differences_of_the_runs` with `paid` counting the whole deposit.
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

mod common;

use common::{fen, options, published, repository, rows, year};
use dianzhi_batch::{Progress, Run};
use dianzhi_scenario::{Outcome, Scenarios, overlaid, run};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const HEADER: &str = "title = \"t\"\npolicy = \"p\"\n";

/// A scenarios file beside a baseline: the id and the overlay of each.
fn scenarios_file(path: &Path, baseline: &Path, overlays: &[(&str, &str)]) {
    let baseline = baseline.display();
    let mut text = format!(
        "[comparison]\ntitle = \"t\"\nauthor = \"a\"\npolicy = \"p\"\ndate = \"2026-01-01\"\nbaseline = \"{baseline}\"\n"
    );
    for (id, overlay) in overlays {
        text += &format!("\n[[scenario]]\nid = \"{id}\"\n{HEADER}{overlay}\n");
    }
    fs::write(path, text).unwrap();
}

/// Runs overlays with a run each, which compares every account with that of `settle`, and gives the parts
/// for which each was read anew.
fn read_anew(baseline: &Path, overlays: &[(&str, &str)]) -> Vec<Vec<&'static str>> {
    let scratch = tempfile::tempdir().unwrap();
    let file = scratch.path().join("scenarios.toml");
    scenarios_file(&file, baseline, overlays);
    let out = scratch.path().join("out");
    let made = published(&file, &out, &options(true, 2));
    for id in overlays.iter().map(|(id, _)| id) {
        assert!(Run::load(&out.join(id).join("run")).is_ok(), "{id}");
    }
    made.report
        .scenarios
        .iter()
        .map(|of| of.read_anew_for.clone())
        .collect()
}

/// Key by key: what only prices shares the claims that were read for the baseline; what keeps something
/// else of them does not. Either way the figures are those of the run.
#[test]
fn every_key_is_settled_as_settle_does() {
    let scratch = tempfile::tempdir().unwrap();
    let region = year(&scratch.path().join("year"), 600);
    let groups = fs::read_to_string(scratch.path().join("year/groups.csv")).unwrap();
    let (header, rows) = groups.split_once('\n').unwrap();
    let last_gone = rows.trim_end().rsplit_once('\n').unwrap().0;
    fs::write(
        scratch.path().join("year/fewer.csv"),
        format!("{header}\n{last_gone}\n"),
    )
    .unwrap();
    let doubled = rows.replacen(",core,", ",basic,", 20);
    fs::write(scratch.path().join("year/other.csv"), format!("{header}\n{doubled}")).unwrap();
    let files = |name: &str| {
        let path = scratch.path().join("year").join(name);
        format!("[scenario.set.files]\ngroups = \"{}\"\n", path.display())
    };
    let (fewer, other) = (files("fewer.csv"), files("other.csv"));
    let shared = [
        ("floor", "[scenario.set.clearing]\nsurplus_floor = \"0.8\""),
        ("low", "set.deviation.low.ratio = \"0.4\""),
        ("largest", "set.rounding.remainder = \"largest-remainder\""),
        (
            "largest-low",
            "set.rounding.remainder = \"largest-remainder\"\nset.deviation.low.ratio = \"0.2\"",
        ),
        ("no-change", "set = {}"),
        ("places", "set.rounding.points = 6"),
        (
            "rate",
            "set.pricing.method = \"rate\"\n[[scenario.set.pool]]\nid = \"employee\"\nbase_rate = \"95\"\n[[scenario.set.pool]]\nid = \"resident\"\nbase_rate = \"95\"",
        ),
        ("ungrouped", "set.ungrouped.share = \"0.5\""),
        ("actual-ratio", "set.fund_share.method = \"actual-ratio\""),
        ("budget", "[[scenario.set.pool]]\nid = \"resident\"\nreserve = \"0.1\""),
        ("coefficients", "set.pricing.coefficient_not_for = []"),
        ("other-groups", other.as_str()),
    ];
    for (of, (id, _)) in read_anew(&region, &shared).iter().zip(&shared) {
        assert!(of.is_empty(), "{id}: {of:?}");
    }
    let own = [
        ("ratio", "set.fund_share.method = \"reimbursement-ratio\""),
        ("year", "set.region.year_end = \"2026-06-30\""),
        ("fewer-groups", fewer.as_str()),
        (
            "routed",
            "[[scenario.set.by_item]]\nid = \"items\"\npay_in = \"points\"\nshare = \"0.9\"\n[[scenario.set.route]]\nid = \"all\"\npools = [\"employee\", \"resident\"]\nmethod = \"items\"",
        ),
        (
            "again",
            "[scenario.set.readmission]\ndays = 15\nsame = \"group\"\nsame_hospital = true\nearlier_share = \"0.5\"\nlater_share = \"1\"",
        ),
        (
            "one-pool",
            "remove = [\"pool.resident\", \"files.prepayments\"]\n[[scenario.set.pool]]\nid = \"employee\"\ninsutype = [\"310\", \"390\", \"391\"]\nbudget = \"9000000\"",
        ),
    ];
    for (of, (id, _)) in read_anew(&region, &own).iter().zip(&own) {
        assert!(!of.is_empty(), "{id}");
    }
}

/// Regions with routes, methods, apart items, quotas, alliances: what clears shares, what routes does not.
#[test]
fn regions_of_every_method_are_settled_as_settle_does() {
    let overlays = [
        ("deposit", "[scenario.set.clearing]\nquality_deposit = \"0.02\""),
        ("mode", "set.rounding.mode = \"half-even\""),
        ("no-routes-of-care", "set.ungrouped.share = \"0.5\""),
    ];
    for name in [
        "examples/mixed-region",
        "seeds/fuzhou",
        "seeds/zhejiang",
        "seeds/guangzhou",
    ] {
        read_anew(&repository().join(name).join("region.toml"), &overlays);
    }
    let mixed = repository().join("examples/mixed-region/region.toml");
    let of = read_anew(
        &mixed,
        &[
            ("share", "[[scenario.set.apart]]\nid = \"implants\"\nshare = \"0.5\""),
            ("route", "remove = [\"route.psychiatric\"]"),
            ("deposit", "set.clearing.quality_deposit = \"0.02\""),
        ],
    );
    assert!(
        of[0].contains(&"apart") && !of[1].is_empty() && of[2].is_empty(),
        "{of:?}"
    );
}

/// Two growths of one base year: one reading of the claims, and the budgets that each gives. A baseline
/// with a budget gives it up for them.
///
/// Seen to fail: with the growth left out of the budget.
#[test]
fn a_budget_by_growth() {
    let scratch = tempfile::tempdir().unwrap();
    let region = year(&scratch.path().join("year"), 300);
    let text = fs::read_to_string(&region).unwrap();
    let budget = text.lines().find_map(|line| line.strip_prefix("budget = \"")).unwrap();
    let budget = budget.split('"').next().unwrap();
    let grown = format!("base_year_budget = \"{budget}\"\ngrowth = \"0.03\"");
    let text = text.replacen(&format!("budget = \"{budget}\""), &grown, 1);
    let plain = fs::read_to_string(&region).unwrap();
    let of_growth = |growth: &str| format!("[[scenario.set.pool]]\nid = \"employee\"\ngrowth = \"{growth}\"");
    let (six, none) = (of_growth("0.06"), of_growth("0"));
    let from_plain = format!(
        "remove = [\"pool.employee.budget\"]\n[[scenario.set.pool]]\nid = \"employee\"\nbase_year_budget = \"{budget}\"\ngrowth = \"0.06\""
    );
    let cases: [(&str, &[(&str, &str)]); 2] = [
        (&text, &[("six", &six), ("none", &none)]),
        (&plain, &[("six", &from_plain)]),
    ];
    for (i, (baseline, overlays)) in cases.into_iter().enumerate() {
        fs::write(&region, baseline).unwrap();
        let file = scratch.path().join(format!("scenarios-{i}.toml"));
        scenarios_file(&file, &region, overlays);
        let out = scratch.path().join(format!("out-{i}"));
        let made = published(&file, &out, &options(true, 2));
        assert!(made.report.scenarios.iter().all(|of| of.read_anew_for.is_empty()));
        let found = |id: &str| fen(&rows(&out.join(id).join("run/pools.csv"))[0]["budget"]);
        let of = |per_cent: i128| (fen(budget) * per_cent + 50) / 100;
        assert_eq!(found("six"), of(106));
        assert_eq!(found("baseline"), of(if i == 0 { 103 } else { 100 }));
        if i == 0 {
            assert_eq!(found("none"), of(100));
        }
    }
}

#[test]
fn a_scenario_that_is_its_baseline_has_an_empty_diff() {
    let scratch = tempfile::tempdir().unwrap();
    let region = year(&scratch.path().join("year"), 300);
    let file = scratch.path().join("scenarios.toml");
    scenarios_file(
        &file,
        &region,
        &[
            ("same", "set = {}"),
            ("written-again", "set.fund_share.method = \"difference\""),
        ],
    );
    let out = scratch.path().join("out");
    let made = published(&file, &out, &options(false, 1));
    assert!(made.compared.iter().all(dianzhi_scenario::Compared::is_empty));
    for output in made
        .report
        .outputs
        .iter()
        .filter(|output| output.file.ends_with(".csv"))
    {
        let text = fs::read_to_string(out.join(&output.file)).unwrap();
        assert_eq!(text.lines().count(), 1, "{}:\n{text}", output.file);
    }
}

/// The tables of the comparison, from the files of both runs alone.
#[test]
fn deltas_are_the_differences_of_the_runs() {
    let scratch = tempfile::tempdir().unwrap();
    let region = year(&scratch.path().join("year"), 500);
    let file = scratch.path().join("scenarios.toml");
    scenarios_file(&file, &region, &[("low", "set.deviation.low.ratio = \"0.3\"")]);
    let out = scratch.path().join("out");
    published(&file, &out, &options(true, 2));
    let of_run = |id: &str, name: &str| rows(&out.join(id).join("run").join(name));
    let (before, after) = (of_run("baseline", "hospitals.csv"), of_run("low", "hospitals.csv"));
    let key = |row: &BTreeMap<String, String>| (row["pool"].clone(), row["fixmedins_code"].clone());
    let mut told = 0;
    for change in rows(&out.join("hospitals.csv"))
        .iter()
        .filter(|row| row["figure"] != "paid")
    {
        let of = |run: &[BTreeMap<String, String>]| {
            let row = run.iter().find(|row| key(row) == key(change)).unwrap();
            row[&change["figure"]].clone()
        };
        assert_eq!(
            (&change["baseline"], &change["value"]),
            (&of(&before), &of(&after)),
            "{change:?}"
        );
        told += 1;
    }
    let figures = [
        "points",
        "due",
        "compensation",
        "cleared",
        "deposit",
        "deposit_returned",
        "final_payment",
    ];
    let differ = |(a, b): (&BTreeMap<String, String>, &BTreeMap<String, String>)| {
        figures.iter().filter(|figure| a[**figure] != b[**figure]).count()
    };
    assert_eq!(told, before.iter().zip(&after).map(differ).sum::<usize>());
    // What the fund pays a hospital: cleared, less what of the deposit it does not get back.
    let paid = |run: &[BTreeMap<String, String>]| {
        let mut sums: BTreeMap<String, i128> = BTreeMap::new();
        for row in run {
            let paid = fen(&row["cleared"]) - fen(&row["deposit"]) + fen(&row["deposit_returned"]);
            *sums.entry(row["fixmedins_code"].clone()).or_default() += paid;
        }
        sums
    };
    let (paid_before, paid_after) = (paid(&before), paid(&after));
    let winners = rows(&out.join("winners.csv"));
    assert!(!winners.is_empty());
    for row in &winners {
        let code = &row["fixmedins_code"];
        assert_eq!(
            (fen(&row["baseline"]), fen(&row["paid"])),
            (paid_before[code], paid_after[code])
        );
    }
    // By class and by group the cases and dues of claims.csv.
    let cuts = [
        ("classes.csv", "class", "case_class"),
        ("groups.csv", "group_code", "group_code"),
        ("insutypes.csv", "insutype", "insutype"),
    ];
    for (file, column, of_claims) in cuts {
        let sums = |id: &str, of: &str| {
            let cases = of_run(id, "claims.csv");
            let of_key = cases.iter().filter(|row| row[of_claims] == of);
            of_key.fold((0, 0), |(n, due), row| (n + 1, due + fen(&row["due"])))
        };
        for change in rows(&out.join(file)).iter().filter(|row| !row[column].is_empty()) {
            let of = |id| sums(id, &change[column]);
            let (before, after) = (of("baseline"), of("low"));
            match change["figure"].as_str() {
                "cases" => assert_eq!(change["delta"], (after.0 - before.0).to_string()),
                "due" => assert_eq!(fen(&change["delta"]), after.1 - before.1, "{change:?}"),
                _ => {}
            }
        }
    }
}

#[test]
fn the_bytes_follow_no_thread_and_no_folder() {
    let scratch = tempfile::tempdir().unwrap();
    let region = year(&scratch.path().join("year"), 400);
    let file = scratch.path().join("scenarios.toml");
    let overlays = [
        ("low", "set.deviation.low.ratio = \"0.3\""),
        ("largest", "set.rounding.remainder = \"largest-remainder\""),
    ];
    scenarios_file(&file, &region, &overlays);
    let (one, two) = (scratch.path().join("one"), scratch.path().join("two"));
    published(&file, &one, &options(false, 1));
    let made = published(&file, &two, &options(false, 2));
    assert!(!made.compared[0].is_empty());
    let names = made.report.outputs.iter().map(|output| output.file.clone());
    for name in names.chain(["scenarios.json".to_owned(), "low/region.toml".to_owned()]) {
        assert_eq!(
            fs::read(one.join(&name)).unwrap(),
            fs::read(two.join(&name)).unwrap(),
            "{name}"
        );
    }
    // A second time it is there already; another comparison does not take its place.
    let again = run(&file, &one, &options(false, 2), &Progress::default());
    assert!(matches!(again, Ok(Outcome::AlreadyThere(_))));
    scenarios_file(&file, &region, &overlays[..1]);
    let other = run(&file, &one, &options(false, 2), &Progress::default())
        .err()
        .unwrap();
    assert_eq!(other.diagnostics()[0].code, "F107");
}

fn overlay(set: &str, baseline: &str) -> String {
    let scratch = tempfile::tempdir().unwrap();
    let (file, region) = (
        scratch.path().join("scenarios.toml"),
        scratch.path().join("region.toml"),
    );
    fs::write(&region, baseline).unwrap();
    scenarios_file(&file, Path::new("region.toml"), &[("one", set)]);
    let scenarios = Scenarios::load(&file).unwrap();
    overlaid(&scenarios, &scenarios.scenarios[0], baseline).unwrap()
}

/// Values, tables, inline tables and sections merge, and a value that is not the baseline's does not keep
/// its source.
#[test]
fn an_overlay_is_merged_into_the_text() {
    let baseline = "[a]\nx = \"1\" # article 3\ny = { p = \"1\", q = \"2\" } # article 4\n\n[[pool]]\nid = \"e\" # employees\nbudget = \"1\"\n\n[[pool]]\nid = \"r\"\n\n[b]\nz = 1\n";
    let set = "remove = [\"b.z\"]\n[scenario.set.a]\nx = \"2\"\ny.q = \"3\"\n[[scenario.set.pool]]\nid = \"new\"\nbefore = \"r\"\n[[scenario.set.pool]]\nid = \"e\"\nbudget = \"7\" # mine\n";
    assert_eq!(
        overlay(set, baseline),
        "[a]\nx = \"2\" # one：p\ny = { p = \"1\", q = \"3\" } # one：p\n\n[[pool]]\nid = \"e\" # employees\nbudget = \"7\" # mine\n[[pool]]\nid = \"new\" # one：p\n\n[[pool]]\nid = \"r\"\n\n[b]\n"
    );
}

/// A section that is there goes where `before` says, and stays where it is without.
#[test]
fn a_section_moves_before_another() {
    let baseline = "[[route]]\nid = \"a\"\n[[route]]\nid = \"b\"\n[[route]]\nid = \"c\"\n";
    let ids = |text: &str| -> String {
        let of = text.lines().filter_map(|line| line.strip_prefix("id = "));
        of.map(|id| id.trim_matches('"')).collect()
    };
    let moved = overlay("[[scenario.set.route]]\nid = \"c\"\nbefore = \"a\"\n", baseline);
    assert_eq!(ids(&moved), "cab");
    let stays = overlay("[[scenario.set.route]]\nid = \"c\"\nname = \"x\"\n", baseline);
    assert_eq!(ids(&stays), "abc");
}

/// Sections of a kind that the baseline lacks have an order among themselves, and a list of inline tables
/// is as good as sections.
#[test]
fn new_kinds_and_inline_sections_merge() {
    let two = "[[scenario.set.route]]\nid = \"a\"\n[[scenario.set.route]]\nid = \"b\"\nbefore = \"a\"\n";
    let merged = overlay(two, "[a]\nx = \"1\"\n");
    assert!(!merged.contains("before"), "{merged}");
    assert!(merged.find("\"b\"") < merged.find("\"a\""), "{merged}");
    let inline = overlay(
        "set.pool = [{ id = \"r\", budget = \"7\" }]",
        "[[pool]]\nid = \"r\"\nbudget = \"1\"\n",
    );
    assert_eq!(inline, "[[pool]]\nid = \"r\"\nbudget = \"7\" # one：p\n");
}

/// `scenario = [{ ... }]` is the same as a section.
#[test]
fn an_inline_scenario_counts() {
    let scratch = tempfile::tempdir().unwrap();
    let file = scratch.path().join("scenarios.toml");
    let text = "scenario = [{ id = \"one\", title = \"t\", policy = \"p\", set = { a = { x = \"2\" } } }]\n[comparison]\ntitle = \"t\"\nauthor = \"a\"\npolicy = \"p\"\ndate = \"2026-01-01\"\nbaseline = \"region.toml\"\n";
    fs::write(&file, text).unwrap();
    let scenarios = Scenarios::load(&file).unwrap();
    let merged = overlaid(&scenarios, &scenarios.scenarios[0], "[a]\nx = \"1\"\n").unwrap();
    assert_eq!(merged, "[a]\nx = \"2\" # one：p\n");
}

/// A scenario that rejects records, or leaves claims without a group, says so; every file but
/// scenarios.json and the runs has its hash there.
#[test]
fn what_a_scenario_rejects_is_told() {
    let scratch = tempfile::tempdir().unwrap();
    let region = year(&scratch.path().join("year"), 60);
    fs::write(
        scratch.path().join("groups.csv"),
        "group_code,name,kind,base_points,mean_cost\nNONE,x,core,100.0000,10000.00\n",
    )
    .unwrap();
    let file = scratch.path().join("scenarios.toml");
    let overlays = [
        ("half", "[scenario.set.region]\nyear_end = \"2026-06-30\""),
        ("groupless", "[scenario.set.files]\ngroups = \"groups.csv\""),
    ];
    scenarios_file(&file, &region, &overlays);
    let out = scratch.path().join("out");
    let done = published(&file, &out, &options(false, 1));
    let [half, groupless] = &done.report.scenarios[..] else {
        panic!("two scenarios")
    };
    assert_eq!(done.report.records.rejected_total(), 0);
    assert!(half.records.rejected_total() > 0);
    assert_eq!(groupless.records.rejected_total(), 0);
    let groupless = done.settled.iter().find(|settled| settled.id == "groupless");
    assert!(groupless.unwrap().unknown_groups.values().sum::<u64>() > 30);
    let listed: Vec<&str> = done.report.outputs.iter().map(|output| &*output.file).collect();
    for file in ["baseline/region.toml", "half/region.toml", "pools.csv"] {
        assert!(listed.contains(&file), "{listed:?}");
    }
    // What stands there is not taken for whole once a file of it is another.
    fs::write(out.join("half/region.toml"), "").unwrap();
    let again = run(&file, &out, &options(false, 1), &Progress::default());
    assert_eq!(again.err().unwrap().diagnostics()[0].code, "F107");
}

/// Savings and fund balances are figures too.
#[test]
fn funds_and_savings_are_compared() {
    let scratch = tempfile::tempdir().unwrap();
    let file = scratch.path().join("scenarios.toml");
    let region = repository().join("seeds/yancheng/region.toml").canonicalize().unwrap();
    let text = fs::read_to_string(&region).unwrap();
    assert!(
        text.contains("[[fund]]") && text.contains("[procurement]"),
        "the seed has both"
    );
    let fund = text.split("[[fund]]").nth(1).unwrap().split("id = \"").nth(1).unwrap();
    let fund = fund.split('"').next().unwrap();
    let overlay = format!("[[scenario.set.fund]]\nid = \"{fund}\"\nincome = \"1.00\"");
    scenarios_file(&file, &region, &[("poor", &overlay)]);
    let done = published(&file, &scratch.path().join("out"), &options(true, 2));
    assert!(!done.report.scenarios[0].is_equal);
    let changed = rows(&scratch.path().join("out/funds.csv"));
    assert!(
        changed
            .iter()
            .any(|row| row["figure"] == "closing" && row["fund"] == fund)
    );
}

#[test]
fn what_an_overlay_cannot_do_is_told_with_its_place() {
    let scratch = tempfile::tempdir().unwrap();
    let region = year(&scratch.path().join("year"), 20);
    let file = scratch.path().join("scenarios.toml");
    let found = |set: &str| {
        scenarios_file(&file, &region, &[("one", set)]);
        let failure = run(
            &file,
            &scratch.path().join("out"),
            &options(false, 1),
            &Progress::default(),
        );
        let found = failure.err().unwrap().diagnostics();
        assert!(!scratch.path().join("out").exists());
        found
    };
    let gone = found("remove = [\"pool.nobody\"]");
    assert_eq!((gone[0].code, gone[0].place.as_ref().unwrap().line), ("X101", 12));
    assert_eq!(found("set.pool = \"x\"")[0].code, "P104");
    assert_eq!(
        found("[[scenario.set.pool]]\nid = \"p\"\nbefore = \"q\"")[0].code,
        "X101"
    );
    assert_eq!(
        found("[[scenario.set.pool]]\nid = \"p\"\nbefore = true")[0].code,
        "P104"
    );
    let twice = "[[scenario.set.pool]]\nid = \"p\"\n[[scenario.set.pool]]\nid = \"p\"";
    assert_eq!(found(twice)[0].code, "P109");
    assert_eq!(found("remove = [\"pool.\"]")[0].code, "X101");
    // A mistake of the region file that comes of it names the key of the overlay.
    let wrong = found("[scenario.set.ungrouped]\nshare = \"1.5\"");
    let own = &wrong[0].also.last().unwrap().0;
    assert_eq!((wrong[0].code, own.line), ("P106", 13));
    assert!(own.file.ends_with("scenarios.toml"));
    // The file's own mistakes, all at once.
    fs::write(
        &file,
        "[comparison]\ntitle = 1\n[[scenario]]\nid = \"A b\"\nbudget = \"1\"\n",
    )
    .unwrap();
    let codes: Vec<&str> = Scenarios::load(&file)
        .unwrap_err()
        .0
        .iter()
        .map(|one| one.code)
        .collect();
    assert!(
        ["P102", "P103", "P104"].iter().all(|code| codes.contains(code)),
        "{codes:?}"
    );
}
