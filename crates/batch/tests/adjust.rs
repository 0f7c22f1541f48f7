//! Rules that change points when all cases are priced, from the files to every table that tells of
//! them, by hand from the rules' texts; and what `verify` says where one of them is not what it was.
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

mod common;

use common::{Change, table, tamper};
use dianzhi_batch::{ExplainTarget, Progress, SettleOptions, diff, explain, settle, verify};
use std::fs;
use std::path::{Path, PathBuf};

/// Fund points: a point of 100 is worth what the budget gives. Group ES11 has 100 points and a mean cost
/// of 10,000.00, which is also the mean of all: 1 point is 100 yuan of cost. Coefficients 1.
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
[rounding]
points = 4
point_value = 6
money = 2
mode = "half-up"
remainder = "fund"
[[pool]]
id = "employee"
insutype = ["310"]
budget = "80000.00"
reserve = "0"
[pricing]
method = "points"
coefficient_not_for = []
mean_cost_all = "10000.00"
scale = "100"
[deviation]
low = { ratio = "0.5", inclusive = false }
high = { ratio = "2.0", inclusive = false }
[ungrouped]
share = "0.8"
[fund_share]
method = "fund-points"
floor_at_zero = false
[clearing]
surplus_floor = "0"
surplus_keep = "1"
overspend = []
quality_deposit = "0"
assessment = { full_from = "90", none_below = "60" }
"#;

const GROUPS: &str = "group_code,name,kind,base_points,mean_cost
ES11,甲,core,100.0000,10000.00
ES12,乙,core,50.0000,5000.00
RE1,化疗,core,30.0000,3000.00
";
const HOSPITALS: &str = "fixmedins_code,name,level,coefficient,assessment_score
H1,一,3,1,95
H2,二,2,1,95
";
const HEADER: &str = "setl_id,fixmedins_code,insutype,psn_no,adm_time,dscg_time,group_code,medfee_sumamt,hifp_pay\n";

struct Year {
    scratch: tempfile::TempDir,
}

impl Year {
    /// The region with keys behind its `[files]` and sections behind its last one.
    fn new(files: &str, sections: &str, claims: &str, tables: &[(&str, &str)]) -> Year {
        let scratch = tempfile::tempdir().unwrap();
        let named = "hospitals = \"hospitals.csv\"\n";
        let region = REGION.replacen(named, &format!("{named}{files}"), 1) + sections;
        for (name, text) in [
            ("region.toml", region.as_str()),
            ("claims.csv", &format!("{HEADER}{claims}")),
            ("groups.csv", GROUPS),
            ("hospitals.csv", HOSPITALS),
        ]
        .iter()
        .chain(tables)
        {
            fs::write(scratch.path().join(name), text).unwrap();
        }
        Year { scratch }
    }

    fn settle(&self) -> Result<PathBuf, String> {
        let out = self.scratch.path().join("run");
        let options = SettleOptions {
            replace: true,
            ..SettleOptions::default()
        };
        let region = self.scratch.path().join("region.toml");
        match settle(&region, &out, &options, &Progress::default()) {
            Ok(_) => Ok(out),
            Err(failure) => Err(failure.to_string()),
        }
    }

    /// A run that `verify` finds sound, and what claims.csv says of points.
    #[track_caller]
    fn points(&self) -> Vec<String> {
        let run = self.settle().unwrap();
        sound(&run);
        let rows = table(&run.join("claims.csv"));
        let at = |name: &str| rows[0].iter().position(|column| column == name).unwrap();
        let (id, before, points, what) = (at("setl_id"), at("points_before"), at("points"), at("adjustment"));
        rows[1..]
            .iter()
            .map(|row| {
                format!("{} {} {} {}", row[id], row[before], row[points], row[what])
                    .trim_end()
                    .to_owned()
            })
            .collect()
    }

    fn explain(&self, id: &str) -> dianzhi_batch::Explanation {
        let target = ExplainTarget::Case(id.to_owned());
        explain(
            &self.scratch.path().join("run"),
            &target,
            None,
            None,
            &Progress::default(),
        )
        .unwrap()
    }
}

#[track_caller]
fn sound(run: &Path) {
    let verification = verify(run, None, None, &Progress::default()).unwrap();
    assert!(verification.is_sound(), "{verification:#?}");
}

const READMISSION: &str = "[readmission]
days = 15
same = \"group\"
not_for = [\"RE*\"]
earlier_share = \"0.5\"
";

/// RULES 2.1: readmitted within 15 days in the same group, the points of the earlier stay halved,
/// chemotherapy apart. P1: out on 10 March, in on the 25th (15 days), out on the 28th, in again on 13
/// April (16 days: none). P2: 15 days too, in another group. P3: in another hospital. P4: chemotherapy.
/// P5: for a good reason. P6, P7: without a person, or without a day of admission.
#[test]
fn axis_12_readmission_halves_the_earlier_stay() {
    let claims = "A,H1,310,P1,2026-03-01,2026-03-10,ES11,10000.00,7000.00
B,H1,310,P1,2026-03-25,2026-03-28,ES11,10000.00,7000.00
C,H1,310,P1,2026-04-13,2026-04-20,ES11,10000.00,7000.00
D,H1,310,P2,2026-03-01,2026-03-10,ES11,10000.00,7000.00
E,H1,310,P2,2026-03-12,2026-03-20,ES12,5000.00,3000.00
F,H1,310,P3,2026-03-01,2026-03-10,ES11,10000.00,7000.00
G,H2,310,P3,2026-03-12,2026-03-20,ES11,10000.00,7000.00
H,H1,310,P4,2026-03-01,2026-03-02,RE1,3000.00,2000.00
I,H1,310,P4,2026-03-09,2026-03-10,RE1,3000.00,2000.00
J,H1,310,P5,2026-03-01,2026-03-10,ES11,10000.00,7000.00
K,H1,310,P5,2026-03-12,2026-03-20,ES11,10000.00,7000.00
L,H1,310,,2026-03-01,2026-03-10,ES11,10000.00,7000.00
M,H1,310,P7,,2026-03-12,ES11,10000.00,7000.00
";
    let reasons = "setl_id,reason\nK,计划内二次手术\n";
    let files = "readmission_reasons = \"reasons.csv\"\n";
    let year = Year::new(files, READMISSION, claims, &[("reasons.csv", reasons)]);
    let points = year.points();
    assert_eq!(points[0], "A 100.0000 50.0000 readmission-earlier");
    for (row, id) in points[1..]
        .iter()
        .zip(["B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M"])
    {
        assert!(row.starts_with(id) && !row.contains("readmission"), "{row}");
    }
    // 80,000 for 10 × 100 + 50 + 50 + 30 + 30 − 50 … points: every case's points are in P
    let run = year.scratch.path().join("run");
    let adjustments = fs::read_to_string(run.join("adjustments.csv")).unwrap();
    assert_eq!(
        adjustments,
        "setl_id,fixmedins_code,pool,adjustment,other_setl_id,quota_of,discharges,quota,place,points_before,points
A,H1,employee,readmission-earlier,B,,,,,100.0000,50.0000
"
    );
    let told = year.explain("A");
    let steps = &told
        .sections
        .iter()
        .find(|section| section.title.en == "Adjustment")
        .unwrap()
        .steps;
    assert_eq!(
        (steps[0].expression.as_str(), steps[0].result.as_str()),
        ("100.0000 × 0.5", "50.0000")
    );
    assert!(
        told.notes.iter().any(|note| note.en.ends_with("the next stay is B")),
        "{:?}",
        told.notes
    );
    assert!(told.published.iter().all(|row| row.agrees));
    let told = year.explain("K");
    assert!(
        told.notes
            .iter()
            .any(|note| note.zh.contains("reasons.csv:2 计划内二次手术"))
    );
}

/// One day less, a bound that is outside, another hospital and the first three characters of the group:
/// each is a key of its own. A chain: B follows A and is followed by C; with a later share it has both.
#[test]
fn axis_12_readmission_by_its_keys() {
    let claims = "A,H1,310,P1,2026-03-01,2026-03-10,ES11,10000.00,7000.00
B,H2,310,P1,2026-03-25,2026-03-28,ES12,5000.00,3000.00
C,H1,310,P1,2026-04-01,2026-04-20,ES11,10000.00,7000.00
";
    let rule = |more: &str| format!("[readmission]\n{more}\n");
    let run = |more: &str| Year::new("", &rule(more), claims, &[]).points();
    let none = ["A 100.0000 100.0000", "B 50.0000 50.0000", "C 100.0000 100.0000"];
    // A and C are neighbours in their group and hospital: 22 days
    let found = run("days = 22\nsame = \"group\"\nearlier_share = \"0\"");
    assert_eq!(found[0], "A 100.0000 0.0000 readmission-earlier");
    assert_eq!(found[1..], none[1..]);
    assert_eq!(run("days = 21\nsame = \"group\"\nearlier_share = \"0\""), none);
    assert_eq!(
        run("days = 22\ndays_inclusive = false\nsame = \"group\"\nearlier_share = \"0\""),
        none
    );
    // by ES1 alone and wherever: A, B (15 days) and B, C (4 days)
    let found = run("days = 15\nsame = \"adrg\"\nsame_hospital = false\nearlier_share = \"0.5\"");
    assert_eq!(
        found,
        [
            "A 100.0000 50.0000 readmission-earlier",
            "B 50.0000 25.0000 readmission-earlier",
            none[2]
        ]
        .map(str::to_owned)
    );
    // B: 50 × 0.8 as the later stay, × 0.3 as the earlier one; the first stay alone is paid in full
    let found =
        run("days = 15\nsame = \"adrg\"\nsame_hospital = false\nearlier_share = \"0.3\"\nlater_share = \"0.8\"");
    assert_eq!(
        found,
        [
            "A 100.0000 30.0000 readmission-earlier",
            "B 50.0000 12.0000 readmission-later+readmission-earlier",
            "C 100.0000 80.0000 readmission-later"
        ]
        .map(str::to_owned)
    );
}

/// RULES 5, the other consequences: one case of the stay with the most points, the first of equals; the
/// first stay paid alone; neither. A row of three stays is one case, whatever pairs it has.
/// Seen to fail: every pair of neighbours merged by itself, the last of equals kept.
#[test]
fn axis_12_readmission_merged_or_paid_once() {
    let claims = "A,H1,310,P1,2026-03-01,2026-03-10,ES11,10000.00,7000.00
B,H1,310,P1,2026-03-12,2026-03-20,ES12,5000.00,3000.00
C,H1,310,P1,2026-03-25,2026-03-28,ES11,10000.00,7000.00
D,H1,310,P2,2026-03-01,2026-03-10,ES12,5000.00,3000.00
E,H1,310,P2,2026-03-15,2026-03-20,ES11,10000.00,7000.00
";
    let rule = |more: &str| format!("[readmission]\ndays = 15\nsame = \"adrg\"\n{more}\n");
    let run = |more: &str| Year::new("", &rule(more), claims, &[]).points();
    assert_eq!(
        run("merge = true"),
        [
            "A 100.0000 100.0000",
            "B 50.0000 0.0000 readmission-merged",
            "C 100.0000 0.0000 readmission-merged",
            "D 50.0000 0.0000 readmission-merged",
            "E 100.0000 100.0000",
        ]
        .map(str::to_owned)
    );
    let first = run("later_share = \"0\"");
    assert_eq!(
        first[3..],
        ["D 50.0000 50.0000", "E 100.0000 0.0000 readmission-later"].map(str::to_owned)
    );
    let neither = run("earlier_share = \"0\"\nlater_share = \"0\"");
    assert_eq!(neither[3], "D 50.0000 0.0000 readmission-earlier");
    assert_eq!(neither[4], "E 100.0000 0.0000 readmission-later");
    let both = Year::new("", &rule("merge = true\nlater_share = \"0.5\""), claims, &[]).settle();
    assert!(both.unwrap_err().contains("P109"));
    let year = Year::new("", &rule("merge = true"), claims, &[]);
    let out = year.settle().unwrap();
    let rows = fs::read_to_string(out.join("adjustments.csv")).unwrap();
    assert!(
        rows.contains("\nB,H1,employee,readmission-merged,A,,,,,50.0000,0.0000\n"),
        "{rows}"
    );
    let told = year.explain("D");
    assert!(
        told.notes.iter().any(|note| note.en.contains("one case with E")),
        "{:?}",
        told.notes
    );
    assert!(told.published.iter().all(|row| row.agrees));
}

const REVIEW: &str = "[special_review]
quota = \"0.2\"
quota_of = \"hospital\"
over_quota = \"largest-excess\"
";

/// Ten discharges of H1 and five of H2.
fn discharges() -> String {
    let mut claims = String::new();
    for i in 0..15 {
        let (hospital, month) = if i < 10 { ("H1", 1 + i % 4) } else { ("H2", 1) };
        let cost = 10_000 + 500 * i;
        claims += &format!("S{i:02},{hospital},310,,,2026-{month:02}-03,ES11,{cost}.00,7000.00\n");
    }
    claims
}

/// RULES 1.6: FFS turned to points, an amount, a raised standard; a quota of the discharges. H1 has
/// ⌊0.2 × 10⌋ = 2: the costs of S03, S05 and S07 pass their 100 points by 15, 25 and 35. H2 has
/// ⌊0.2 × 5⌋ = 1, for S11 alone; S12 was turned down.
#[test]
fn axis_13_special_review_within_its_quota() {
    let reviews = "setl_id,outcome,effect,value
S03,approved,by-item,
S05,approved,amount,12345.67
S07,通过,by-item,
S11,approved,factor,1.5
S12,refused,,
";
    let files = "reviews = \"reviews.csv\"\n";
    let year = Year::new(files, REVIEW, &discharges(), &[("reviews.csv", reviews)]);
    let points = year.points();
    assert_eq!(points[3], "S03 100.0000 100.0000 review-beyond-quota");
    // 12,345.67 ÷ 10,000 × 100, and 13,500 ÷ 10,000 × 100
    assert_eq!(points[5], "S05 100.0000 123.4567 review-granted");
    assert_eq!(points[7], "S07 100.0000 135.0000 review-granted");
    assert_eq!(points[11], "S11 100.0000 150.0000 review-granted");
    assert_eq!(points[12], "S12 100.0000 100.0000 review-refused");
    let told = year.explain("S03");
    let note = told
        .notes
        .iter()
        .find(|note| note.en.contains("special-case review"))
        .unwrap();
    assert_eq!(
        note.en,
        "special-case review: approved (reviews.csv:2) beyond the quota, paid as usual; H1: 10 discharges, a quota of 2, 3 qualify, this one is number 3; 2 used, 0 left"
    );
    // The order of the applications plays no part.
    let mut lines: Vec<&str> = reviews.lines().collect();
    lines[1..].reverse();
    let turned = lines.join("\n") + "\n";
    let other = Year::new(files, REVIEW, &discharges(), &[("reviews.csv", &turned)]);
    assert_eq!(other.points(), points);
    // Refused where it may not be passed.
    let strict = REVIEW.replace("largest-excess", "refuse");
    let refused = Year::new(files, &strict, &discharges(), &[("reviews.csv", reviews)]).settle();
    assert!(refused.unwrap_err().contains("T143"));
}

/// By quarter H1 discharges 8 cases in the first and 2 in the second, by month 3, 3, 2 and 2; by level
/// and by pool all of them count. 威海's shares by level: 2 of 10 at level 3, none at level 2.
#[test]
fn axis_13_quotas_by_period_level_and_pool() {
    let all: String = (0..15).map(|i| format!("S{i:02},approved,by-item,\n")).collect();
    let reviews = format!("setl_id,outcome,effect,value\n{all}");
    let granted = |rule: &str| {
        let section = format!("[special_review]\nover_quota = \"largest-excess\"\n{rule}\n");
        let year = Year::new(
            "reviews = \"reviews.csv\"\n",
            &section,
            &discharges(),
            &[("reviews.csv", &reviews)],
        );
        let points = year.points();
        let granted = points.iter().filter(|row| row.ends_with("review-granted"));
        granted.map(|row| row[..3].to_owned()).collect::<Vec<_>>().join(" ")
    };
    // largest first: S14, S13, S12 of 15 × 0.2
    assert_eq!(granted("quota = \"0.2\"\nquota_of = \"pool\""), "S12 S13 S14");
    assert_eq!(granted("quota = \"0.2\"\nquota_of = \"level\""), "S08 S09 S14");
    assert_eq!(
        granted("quota = \"0\"\nquota_of = \"level\"\nlevels = [ { level = \"3\", quota = \"0.2\" } ]"),
        "S08 S09"
    );
    // ⌊0.5 × 8⌋ of January to March, ⌊0.5 × 2⌋ of April (S03, S07), ⌊0.5 × 5⌋ of H2
    assert_eq!(
        granted("quota = \"0.5\"\nquota_of = \"hospital\"\nperiod = \"quarter\""),
        "S05 S06 S07 S08 S09 S13 S14"
    );
    // ⌊0.4 × 3⌋ = 1 of S00 S04 S08 and of S01 S05 S09, ⌊0.4 × 2⌋ = 0 of S02 S06 and of S03 S07, 2 of 5
    assert_eq!(
        granted("quota = \"0.4\"\nquota_of = \"hospital\"\nperiod = \"month\""),
        "S08 S09 S13 S14"
    );
}

/// RULES 1.4: high outliers capped at a share of the discharges, largest excess first. Of ten cases
/// ⌊0.2 × 10⌋ = 2 are paid as high outliers: x = 4, 3.5 of 2.5, 3, 3.5, 4 have 300 and 250 points; the
/// others are normal cases of 100. S4 has been halved as an earlier stay: 200 − 50 of it is 100 in
/// excess, the normal case at half too.
#[test]
fn axis_10_high_outliers_are_capped() {
    let claims = "S0,H1,310,,2026-01-01,2026-02-01,ES11,25000.00,7000.00
S1,H1,310,,2026-01-01,2026-02-01,ES11,30000.00,7000.00
S2,H1,310,,2026-01-01,2026-02-01,ES11,35000.00,7000.00
S3,H1,310,,2026-01-01,2026-02-01,ES11,40000.00,7000.00
S4,H1,310,P1,2026-01-01,2026-02-01,ES11,40000.00,7000.00
S5,H1,310,P1,2026-02-03,2026-02-09,ES11,10000.00,7000.00
S6,H1,310,,2026-01-01,2026-02-01,ES11,4000.00,3000.00
S7,H2,310,,2026-01-01,2026-02-01,ES11,21000.00,7000.00
S8,H1,310,,2026-01-01,2026-02-01,ES11,10000.00,7000.00
S9,H1,310,,2026-01-01,2026-02-01,ES11,10000.00,7000.00
T0,H1,310,,2026-01-01,2026-02-01,ES11,10000.00,7000.00
";
    let section = format!("{READMISSION}[high_cap]\nquota = \"0.2\"\nquota_of = \"hospital\"\n");
    let year = Year::new("", &section, claims, &[]);
    assert_eq!(
        year.points(),
        [
            "S0 150.0000 100.0000 beyond-high-cap",
            "S1 200.0000 100.0000 beyond-high-cap",
            "S2 250.0000 250.0000",
            "S3 300.0000 300.0000",
            "S4 300.0000 50.0000 readmission-earlier+beyond-high-cap",
            "S5 100.0000 100.0000",
            "S6 40.0000 40.0000",
            "S7 110.0000 100.0000 beyond-high-cap",
            "S8 100.0000 100.0000",
            "S9 100.0000 100.0000",
            "T0 100.0000 100.0000"
        ]
        .map(str::to_owned)
    );
    let told = year.explain("S4");
    let steps = &told
        .sections
        .iter()
        .find(|section| section.title.en == "Adjustment")
        .unwrap()
        .steps;
    let shown: Vec<(&str, &str)> = steps
        .iter()
        .map(|step| (step.expression.as_str(), step.result.as_str()))
        .collect();
    assert_eq!(
        shown,
        [
            ("300.0000 × 0.5", "150.0000"),
            ("0.2 × 10", "2"),
            ("100.0000 × 1", "100.0000"),
            ("100.0000 × 0.5", "50.0000")
        ]
    );
}

const PENALTIES: &str = "setl_id,finding,multiple
A,分解住院,0
B,高套编码,2
C,欺诈骗保,0.5
";

/// RULES 2.1: no points, or so many times the base taken away. A has none, B −2 × 100; C is ungrouped:
/// −0.5 × its own 5,000 ÷ 10,000 × 100 × 0.8 = 40. P = 0 − 200 − 20 + 100 + 300 = 180; V = 80,000 ÷ 180.
/// B's standard: −200 × 444.444444 = −88,888.89, and its due likewise.
#[test]
fn axis_22_penalties_take_points_away() {
    let claims = "A,H1,310,,2026-01-01,2026-02-01,ES11,10000.00,7000.00
B,H1,310,,2026-01-01,2026-02-01,ES11,10000.00,7000.00
C,H2,310,,2026-01-01,2026-02-01,,5000.00,3000.00
D,H2,310,,2026-01-01,2026-02-01,ES11,10000.00,7000.00
E,H2,310,,2026-01-01,2026-02-01,ES11,40000.00,9000.00
";
    let files = "penalties = \"penalties.csv\"\n";
    let year = Year::new(files, "", claims, &[("penalties.csv", PENALTIES)]);
    assert_eq!(
        year.points(),
        [
            "A 100.0000 0.0000 penalty",
            "B 100.0000 -200.0000 penalty",
            "C 40.0000 -20.0000 penalty",
            "D 100.0000 100.0000",
            "E 300.0000 300.0000"
        ]
        .map(str::to_owned)
    );
    let run = year.scratch.path().join("run");
    let read = |file: &str| fs::read_to_string(run.join(file)).unwrap();
    assert_eq!(
        read("claims.csv").lines().nth(2).unwrap(),
        "B,H1,310,employee,ES11,normal,1.000000,-200.0000,-88888.89,3000.00,-88888.89,100.0000,penalty"
    );
    assert!(read("hospitals.csv").contains("employee,H1,2,-200.0000,20000.00,14000.00,-88888.89,,none,"));
    let told = year.explain("B");
    assert!(
        told.notes
            .iter()
            .any(|note| note.zh == "违规扣点（penalties.csv:3）：高套编码"),
        "{:?}",
        told.notes
    );
    // Largest remainder: every fen of the 80,000 is due.
    let region = fs::read_to_string(year.scratch.path().join("region.toml")).unwrap();
    fs::write(
        year.scratch.path().join("region.toml"),
        region.replace("remainder = \"fund\"", "remainder = \"largest-remainder\""),
    )
    .unwrap();
    year.points();
    let pools = table(&run.join("pools.csv"));
    let due = pools[0].iter().position(|column| column == "due").unwrap();
    assert_eq!(pools[1][due], "80000.00");
    // More taken away than there is.
    let much = PENALTIES.replace("B,高套编码,2", "B,高套编码,100");
    let refused = Year::new(files, "", claims, &[("penalties.csv", &much)]).settle();
    assert!(refused.unwrap_err().contains("A111"));
}

/// A penalty of −88,888.89 is taken back whatever lifts dues to 0, and of the ratio its part.
#[test]
fn axis_22_a_penalty_is_no_negative_due_to_lift() {
    let claims = "B,H1,310,,2026-01-01,2026-02-01,ES11,10000.00,7000.00
E,H2,310,,2026-01-01,2026-02-01,ES11,40000.00,9000.00
";
    let penalties = "setl_id,finding,multiple\nB,高套编码,2\n";
    let due = |method: &str, floor: &str| {
        let year = Year::new(
            "penalties = \"penalties.csv\"\n",
            "",
            claims,
            &[("penalties.csv", penalties)],
        );
        let path = year.scratch.path().join("region.toml");
        let region = fs::read_to_string(&path).unwrap();
        let region = region
            .replace("\"fund-points\"", method)
            .replace("at_zero = false", floor);
        fs::write(&path, region).unwrap();
        let run = year.settle().unwrap();
        sound(&run);
        let rows = table(&run.join("claims.csv"));
        let at = |name: &str| rows[0].iter().position(|column| column == name).unwrap();
        (rows[1][at("standard")].clone(), rows[1][at("due")].clone())
    };
    let is = |standard: &str, due: &str| (standard.to_owned(), due.to_owned());
    // P = 300 − 200: V = 800 of the fund; of all (D + ΣO) ÷ P = (80,000 + 34,000) ÷ 100
    assert_eq!(due("\"fund-points\"", "at_zero = true"), is("-160000.00", "-160000.00"));
    assert_eq!(due("\"difference\"", "at_zero = true"), is("-228000.00", "-231000.00"));
    // κ = 16,000 ÷ 50,000; V = 80,000 ÷ 0.32 ÷ 100 = 2,500; −500,000 × 0.7
    assert_eq!(
        due("\"actual-ratio\"", "at_zero = true"),
        is("-500000.00", "-350000.00")
    );
}

/// A row of a claim that is not there is refused, of a rejected record it is told.
#[test]
fn rows_of_claims_that_are_not_there() {
    let claims = "A,H1,310,,2026-01-01,2026-02-01,ES11,10000.00,7000.00
B,H9,310,,2026-01-01,2026-02-01,ES11,10000.00,7000.00
";
    let files = "penalties = \"penalties.csv\"\n";
    let penalties = |id: &str| format!("setl_id,finding,multiple\n{id},高套编码,0\n");
    let refused = Year::new(files, "", claims, &[("penalties.csv", &penalties("X"))]).settle();
    let refused = refused.unwrap_err();
    assert!(
        refused.contains("T141") && refused.contains("penalties.csv:2"),
        "{refused}"
    );
    let year = Year::new(files, "", claims, &[("penalties.csv", &penalties("B"))]);
    assert_eq!(year.points(), ["A 100.0000 100.0000"]);
}

/// What `verify` says where a figure of a rule is not what it was, and `diff` of what changed.
#[test]
fn what_was_changed_is_verified_and_compared() {
    let claims = discharges();
    let reviews =
        "setl_id,outcome,effect,value\nS03,approved,by-item,\nS05,approved,factor,1.5\nS07,approved,by-item,\n";
    let files = "reviews = \"reviews.csv\"\n";
    for change in [
        Change::Value {
            file: "adjustments.csv",
            row: 1,
            column: "adjustment",
            value: "review-granted",
        },
        Change::Value {
            file: "adjustments.csv",
            row: 2,
            column: "place",
            value: "3",
        },
        Change::Unit {
            file: "adjustments.csv",
            row: 3,
            column: "points_before",
        },
        Change::Drop {
            file: "adjustments.csv",
            row: 1,
        },
        Change::Value {
            file: "claims.csv",
            row: 4,
            column: "adjustment",
            value: "",
        },
        Change::Unit {
            file: "claims.csv",
            row: 8,
            column: "points_before",
        },
    ] {
        let year = Year::new(files, REVIEW, &claims, &[("reviews.csv", reviews)]);
        let run = year.settle().unwrap();
        sound(&run);
        assert!(tamper(&run, &change));
        let verification = verify(&run, None, None, &Progress::default()).unwrap();
        assert!(!verification.is_sound());
    }
    let (a, b) = (
        Year::new(files, REVIEW, &claims, &[("reviews.csv", reviews)]),
        Year::new(
            files,
            &REVIEW.replace("0.2", "0.1"),
            &claims,
            &[("reviews.csv", reviews)],
        ),
    );
    let found = diff(&a.settle().unwrap(), &b.settle().unwrap(), 3).unwrap();
    let reason = &found.cases.reasons[0];
    assert_eq!(
        (format!("{:?}", reason.reason), reason.cases),
        ("Adjustment".to_owned(), 1)
    );
    assert_eq!(
        found.cases.largest.iter().filter(|case| case.setl_id == "S05").count(),
        1
    );
}
