//! Hospital coefficients out of tables, and cases paid by what they cost, from the region file to every
//! place that tells of them: by hand, explained, verified, compared.
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

mod common;

use common::{run_json, settled, settled_with, table};
use dianzhi_batch::{ExplainTarget, Explanation, Progress, SettleOptions, diff, explain, settle, verify};
use std::fs;
use std::path::{Path, PathBuf};

const REGION: &str = r#"
[region]
code = "990100"
name = "示例市"
year_start = "2026-01-01"
year_end = "2026-12-31"
[files]
claims = ["claims.csv"]
groups = "groups.csv"
hospitals = "hospitals.csv"
coefficients = "coefficients.csv"
bonuses = "bonuses.csv"
[rounding]
points = 4
point_value = 6
money = 2
mode = "half-up"
remainder = "fund"
[[pool]]
id = "employee"
insutype = ["310"]
budget = "100000.00"
reserve = "0.05"
[[route]]
id = "blank"                                          # 空白病组 (RULES 2.7)
pools = ["employee"]
method = "blank"
when = { group_code = ["KBBZ"] }
[[route]]
id = "ambiguous"                                      # 歧义组 QY: by cost, a share of it (RULES 1.1)
pools = ["employee"]
method = "cost-share"
when = { group_code = ["AQY", "BQY"] }
[[route]]
id = "few-cases"                                      # 病例数少的病组 (RULES 1.1, 2.1)
pools = ["employee"]
method = "cost-share"
when = { stability = ["few"] }
[[route]]
id = "unstable"                                       # 非稳定病组 (RULES 1.1)
pools = ["employee"]
method = "by-cost"
when = { stability = ["unstable"] }
[[route]]
id = "early-death"                                    # 死亡, within two days
pools = ["employee"]
method = "incomplete"
when = { dscg_way = ["5"], act_ipt_days = { to = "2" } }
[[route]]
id = "transfer"                                       # 转院
pools = ["employee"]
method = "transfer"
when = { dscg_way = ["2"] }
[[route]]
id = "incomplete"                                     # 非医嘱离院 (RULES 2.1)
pools = ["employee"]
method = "incomplete"
when = { dscg_way = ["4"] }
[[route]]
id = "rest"
pools = ["employee"]
method = "by-group"
[pricing]
method = "points"
coefficient_not_for = ["basic"]
mean_cost_all = "9000.00"
scale = "100"
[coefficients]
missing = "one"                                       # 新增病组为 1 (RULES 1.3)
bonuses = { combine = "highest", count_as = "added", at_most = "0.15" }
decimals = 4
cap = { from = "0.8", to = "1.3" }
[deviation]
low = { ratio = "0.5", inclusive = false }
high = { ratio = "2.0", inclusive = false }
[ungrouped]
share = "0.8"
[[by_group]]
id = "incomplete"
factor = "1"
compare_with = "group"
by_cost = { coefficient = true, at_most = "base" }
[[by_group]]
id = "transfer"
factor = "1"
compare_with = "group"
by_cost = { coefficient = true, at_most = "normal" }
[[by_group]]
id = "by-cost"
factor = "1"
compare_with = "group"
by_cost = { coefficient = false }
[[by_group]]
id = "blank"
factor = "0.7"
compare_with = "group"
by_cost = { coefficient = false }
[[by_item]]
id = "cost-share"
pay_in = "points"
share = "0.9"
[fund_share]
method = "fund-points"
floor_at_zero = false
[clearing]
surplus_floor = "0.85"
surplus_keep = "1"
overspend = []
quality_deposit = "0"
assessment = { full_from = "90", none_below = "60" }
"#;

const FILES: [(&str, &str); 5] = [
    (
        "groups.csv",
        "group_code,name,kind,base_points,mean_cost,stability\nES25,肺炎,core,100.9900,9000.00,stable\nRA11,高血压,basic,40.0000,3600.00,stable\nNEW1,新增,core,60.0000,5400.00,\nUN11,杂,core,50.0000,4500.00,unstable\nFEW1,少,core,200.0000,18000.00,few\nKBBZ,空白,core,80.0000,7200.00,\n",
    ),
    (
        "hospitals.csv",
        "fixmedins_code,name,level,coefficient,assessment_score\nH001,一院,3,1.05,95.5\nH002,卫生院,1,0.92,78\n",
    ),
    (
        "coefficients.csv",
        "fixmedins_code,level,group_code,coefficient\n,3,ES25,1.08\nH001,,ES25,1.12\n,1,ES25,0.75\n",
    ),
    (
        "bonuses.csv",
        "fixmedins_code,bonus_kind,bonus\nH001,specialty,0.03\nH001,cmi,0.05\n",
    ),
    (
        "claims.csv",
        "setl_id,fixmedins_code,insutype,dscg_time,dscg_way,act_ipt_days,group_code,medfee_sumamt,hifp_pay\n\
         A,H001,310,2026-03-01,1,7,ES25,9000.00,6000.00\n\
         B,H002,310,2026-03-01,1,7,ES25,9000.00,6000.00\n\
         C,H001,310,2026-03-01,1,7,NEW1,5400.00,4000.00\n\
         D,H001,310,2026-03-01,1,7,RA11,3600.00,2000.00\n\
         E,H001,310,2026-03-01,4,3,ES25,4500.00,3000.00\n\
         F,H001,310,2026-03-01,4,3,ES25,9000.00,3000.00\n\
         G,H001,310,2026-03-01,2,3,ES25,27000.00,3000.00\n\
         H,H001,310,2026-03-01,5,2,ES25,1800.00,1000.00\n\
         I,H001,310,2026-03-01,5,3,ES25,9000.00,6000.00\n\
         J,H001,310,2026-03-01,1,7,KBBZ,14400.00,6000.00\n\
         K,H001,310,2026-03-01,1,7,BQY,9000.00,6000.00\n\
         L,H001,310,2026-03-01,1,7,FEW1,9000.00,6000.00\n\
         M,H001,310,2026-03-01,1,7,UN11,13500.00,6000.00\n\
         N,H001,310,2026-03-01,4,3,,9000.00,6000.00\n",
    ),
];

fn write(folder: &Path) {
    fs::write(folder.join("region.toml"), REGION).unwrap();
    for (name, text) in FILES {
        fs::write(folder.join(name), text).unwrap();
    }
}

fn year() -> (tempfile::TempDir, PathBuf) {
    let scratch = tempfile::tempdir().unwrap();
    write(scratch.path());
    let run = settled(scratch.path(), &scratch.path().join("run"));
    (scratch, run)
}

/// Class and points of a case, with its route.
fn case(run: &Path, id: &str) -> [String; 3] {
    let rows = table(&run.join("claims.csv"));
    let row = rows.into_iter().find(|row| row[0] == id).unwrap();
    [row[11].clone(), row[5].clone(), row[7].clone()]
}

fn is(run: &Path, id: &str, expected: [&str; 3]) {
    assert_eq!(case(run, id), expected, "{id}");
}

/// Normal cases: the row of hospital and group before that of the level, the highest bonus added, the
/// bounds at last.
#[test]
fn axis_08_from_the_tables() {
    let (_scratch, run) = year();
    // k = 1.12 + 0.05: 100.99 × 1.17
    is(&run, "A", ["rest", "normal", "118.1583"]);
    // 0.75, lifted to 0.8: 100.99 × 0.8
    is(&run, "B", ["rest", "normal", "80.7920"]);
    // a new group has 1, and the bonus: 60 × 1.05
    is(&run, "C", ["rest", "normal", "63.0000"]);
    // paid alike everywhere
    is(&run, "D", ["rest", "normal", "40.0000"]);
}

/// What a region file says for cases that are not usual ones, each by a route.
#[test]
fn axis_11_from_the_routes() {
    let (_scratch, run) = year();
    // 100.99 × 1.17 × 0.5 = 59.07915; at 9,000 the base points
    is(&run, "E", ["incomplete", "by-cost", "59.0792"]);
    is(&run, "F", ["incomplete", "by-cost", "100.9900"]);
    // 3 × the mean, held at a normal case's points
    is(&run, "G", ["transfer", "by-cost", "118.1583"]);
    // 100.99 × 1.17 × 1,800 ÷ 9,000 = 23.63166; on the third day a death is a usual case
    is(&run, "H", ["early-death", "by-cost", "23.6317"]);
    is(&run, "I", ["rest", "normal", "118.1583"]);
    // 80 × 0.7 × 14,400 ÷ 7,200
    is(&run, "J", ["blank", "by-cost", "112.0000"]);
    // 9,000 ÷ 9,000 × 100 × 0.9, whatever the group
    is(&run, "K", ["ambiguous", "by-item", "90.0000"]);
    is(&run, "L", ["few-cases", "by-item", "90.0000"]);
    // 50 × 13,500 ÷ 4,500
    is(&run, "M", ["unstable", "by-cost", "150.0000"]);
    // without a group there is nothing to hold its cost against: 100 × 0.8
    is(&run, "N", ["incomplete", "ungrouped", "80.0000"]);
    let rows = table(&run.join("claims.csv"));
    let by_cost: Vec<_> = rows.iter().filter(|row| row[5] == "by-cost").collect();
    assert!(by_cost.len() == 6 && by_cost.iter().all(|row| row[6].is_empty()));
}

fn explained(run: &Path, id: &str) -> Explanation {
    let explanation = explain(
        run,
        &ExplainTarget::Case(id.to_owned()),
        None,
        Some(1),
        &Progress::default(),
    );
    let explanation = explanation.unwrap();
    assert!(explanation.published.iter().all(|row| row.agrees), "{explanation:?}");
    explanation
}

/// `rule: expression = result`, with where each figure comes from.
fn told(explanation: &Explanation, rule: &str) -> (String, Vec<String>) {
    let mut steps = explanation.sections.iter().flat_map(|section| &section.steps);
    let step = steps.find(|step| step.rule == rule);
    let step = step.unwrap_or_else(|| panic!("no {rule}: {explanation:?}"));
    let from = step.inputs.iter().map(|input| input.from.en.clone());
    (format!("{} = {}", step.expression, step.result), from.collect())
}

/// Every k names the row that gave it.
#[test]
fn the_rows_of_k_are_named() {
    let (_scratch, run) = year();
    let a = explained(&run, "A");
    let (bonus, from) = told(&a, "coefficient-bonus");
    assert_eq!(bonus, "min(max(0.03, 0.05), 0.15) = 0.05");
    assert_eq!(from[..2], ["bonuses.csv:2 bonus", "bonuses.csv:3 bonus"]);
    let (k, from) = told(&a, "hospital-coefficient");
    assert_eq!(
        (k.as_str(), from[0].as_str()),
        ("1.12 + 0.05 = 1.1700", "coefficients.csv:3 coefficient")
    );
    let (k, _) = told(&explained(&run, "B"), "coefficient-bounded");
    assert_eq!(k, "min(max(0.7500, 0.8), 1.3) = 0.8");
    let (points, from) = told(&a, "points-normal");
    assert_eq!(points, "100.9900 × 1.17 = 118.1583");
    assert_eq!(from[1], "step: bounds of the hospital coefficient");
    // the row of no group
    let (k, from) = told(&explained(&run, "C"), "hospital-coefficient");
    assert_eq!(k, "1 + 0.05 = 1.0500");
    assert!(from[0].contains("coefficients.missing"), "{from:?}");
    let (points, from) = told(&explained(&run, "E"), "points-by-cost");
    assert_eq!(
        points,
        "min(100.9900 × 1 × 1.17 × 4500.00 ÷ 9000.00, 100.9900 × 1) = 59.0792"
    );
    assert!(
        from.iter().any(|from| from.contains("by_group[0].by_cost.at_most")),
        "{from:?}"
    );
}

/// The second path finds the same, also where the inputs are in the archive alone; and not where a
/// point is another.
#[test]
fn the_second_path_prices_by_the_tables() {
    let (scratch, run) = year();
    let sound = |run: &Path| {
        let verified = verify(run, None, Some(1), &Progress::default()).unwrap();
        let told: Vec<String> = verified.diagnostics().iter().map(|d| format!("{d:?}")).collect();
        (verified.is_sound(), told)
    };
    assert_eq!(sound(&run), (true, Vec::new()));
    let roles: Vec<String> = run_json(&run)
        .inputs
        .iter()
        .map(|input| format!("{:?}", input.role))
        .collect();
    assert!(roles.contains(&"Coefficients".to_owned()) && roles.contains(&"Bonuses".to_owned()));
    let options = SettleOptions {
        archive: true,
        ..SettleOptions::default()
    };
    let archived = settled_with(
        &scratch.path().join("region.toml"),
        &scratch.path().join("archived"),
        &options,
    );
    for name in ["coefficients.csv", "bonuses.csv"] {
        fs::remove_file(scratch.path().join(name)).unwrap();
    }
    let (is_sound, found) = sound(&archived);
    assert!(is_sound, "{found:?}");
    let explanation = explained(&archived, "A");
    assert!(told(&explanation, "hospital-coefficient").1[0].ends_with("coefficients.csv:3 coefficient"));
    // A case that goes by its cost has no cost ratio.
    let mut rows = table(&archived.join("claims.csv"));
    let row = rows.iter_mut().find(|row| row[0] == "E").unwrap();
    row[6] = "0.500000".to_owned();
    common::write_table(&archived.join("claims.csv"), &rows);
    assert!(!sound(&archived).0);
}

/// Another table is an input that changed, and points are what it changed.
#[test]
fn a_table_that_changed_is_told() {
    let (scratch, run) = year();
    let table = FILES[2].1.replace("1.12", "1.10");
    fs::write(scratch.path().join("coefficients.csv"), table).unwrap();
    let other = settled(scratch.path(), &scratch.path().join("other"));
    is(&other, "A", ["rest", "normal", "116.1385"]);
    let difference = diff(&run, &other, 10).unwrap();
    let told = format!("{difference:?}");
    assert!(told.contains("Coefficients"), "{told}");
    assert!(told.contains("Points"), "{told}");
}

/// Mistakes of the tables, each with its file and line.
#[test]
fn tables_with_mistakes_are_refused() {
    for (file, text, code, line, says) in [
        (
            "coefficients.csv",
            "fixmedins_code,level,group_code,coefficient\nH009,,,1\n",
            "T108",
            2,
            "H009",
        ),
        (
            "coefficients.csv",
            "fixmedins_code,level,group_code,coefficient\n,2,,1\n",
            "T108",
            2,
            "level",
        ),
        (
            "coefficients.csv",
            "fixmedins_code,level,group_code,coefficient\n,,ES99,1\n",
            "T108",
            2,
            "ES99",
        ),
        (
            "coefficients.csv",
            "fixmedins_code,level,group_code,coefficient\nH001,3,,1\n",
            "T106",
            2,
            "fixmedins_code",
        ),
        (
            "coefficients.csv",
            "fixmedins_code,level,group_code,coefficient\n,,,1\n",
            "T106",
            2,
            "not empty",
        ),
        (
            "coefficients.csv",
            "fixmedins_code,level,group_code,coefficient\n,3,,0\n",
            "T106",
            2,
            "above 0",
        ),
        (
            "coefficients.csv",
            "fixmedins_code,level,group_code,coefficient\n,3,,1\n,1,,1\n,3,,1.0\n",
            "T107",
            4,
            "stands twice",
        ),
        (
            "coefficients.csv",
            "fixmedins_code,group_code,coefficient\nH001,,1\n",
            "T102",
            1,
            "level",
        ),
        (
            "bonuses.csv",
            "fixmedins_code,bonus_kind,bonus\nH009,cmi,0.1\n",
            "T108",
            2,
            "H009",
        ),
        (
            "bonuses.csv",
            "fixmedins_code,bonus_kind,bonus\nH001,cmi,-1\n",
            "T106",
            2,
            "above -1",
        ),
        (
            "bonuses.csv",
            "fixmedins_code,bonus_kind,bonus\nH001,cmi,0.1\nH001,cmi,0.2\n",
            "T107",
            3,
            "stands twice",
        ),
        (
            "bonuses.csv",
            "fixmedins_code,bonus_kind,bonus\nH001,,0.1\n",
            "T106",
            2,
            "bonus_kind",
        ),
    ] {
        let scratch = tempfile::tempdir().unwrap();
        write(scratch.path());
        fs::write(scratch.path().join(file), text).unwrap();
        let out = scratch.path().join("run");
        let failure = settle(
            &scratch.path().join("region.toml"),
            &out,
            &SettleOptions::default(),
            &Progress::default(),
        );
        let mistakes = failure.err().expect("it should be refused").diagnostics();
        let [mistake] = &mistakes[..] else {
            panic!("{file} {text:?}: {mistakes:?}")
        };
        let place = mistake.place.as_ref().unwrap();
        let found = (mistake.code, place.file.as_str(), place.line);
        assert_eq!(found, (code, file, line), "{text:?}: {mistake:?}");
        let en = format!("{} {}", mistake.text.en, mistake.help.en);
        assert!(en.contains(says), "{en}");
        assert!(!out.exists());
    }
}
