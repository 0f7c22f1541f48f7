//! High outliers capped by number and by points, beside the other rules: with readmissions, reviews and
//! penalties, told, explained and verified.

use super::*;
use dianzhi_batch::{Check, CheckOutcome};

/// High outliers of H1 with 150, 200, 250, 300 and 300 points and of H2 with 110; S4 is the earlier stay
/// of a readmission. Of H1 all cases have 1,640 points as priced.
const CLAIMS: &str = "S0,H1,310,,2026-01-01,2026-02-01,ES11,25000.00,7000.00
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
const CAP: &str = "[high_cap]\nexcess_share = \"0.25\"\nquota_of = \"hospital\"\n";

fn told(year: &Year) -> Vec<String> {
    let file = year.scratch.path().join("run").join("adjustments.csv");
    let rows = fs::read_to_string(file).unwrap();
    rows.lines().map(str::to_owned).collect()
}

/// RULES 1.4: high outliers capped at a share of the discharges, largest excess first. Of ten cases
/// ⌊0.2 × 10⌋ = 2 are paid as high outliers: x = 4, 3.5 of 2.5, 3, 3.5, 4 have 300 and 250 points; the
/// others are normal cases of 100. S4 has been halved as an earlier stay: 200 − 50 of it is 100 in
/// excess, the normal case at half too.
#[test]
fn axis_10_high_outliers_are_capped_by_number() {
    let section = format!("{READMISSION}[high_cap]\nquota = \"0.2\"\nquota_of = \"hospital\"\n");
    let year = Year::new("", &section, CLAIMS, &[]);
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

/// 0.25 × 1,640 = 410 of H1: S3 has 200 of it, S2 150; S1 and S4 ask for 100 each, S4 at half as an earlier
/// stay: by its id S1 has the 60 that are left. S0 asks for 50. Of H2 0.25 × 110 = 27.5 hold the 10 of S7.
#[test]
fn axis_10_high_outliers_are_capped_by_points() {
    let year = Year::new("", &format!("{READMISSION}{CAP}"), CLAIMS, &[]);
    assert_eq!(
        year.points(),
        [
            "S0 150.0000 100.0000 beyond-high-excess",
            "S1 200.0000 160.0000 beyond-high-excess",
            "S2 250.0000 250.0000",
            "S3 300.0000 300.0000",
            "S4 300.0000 50.0000 readmission-earlier+beyond-high-excess",
            "S5 100.0000 100.0000",
            "S6 40.0000 40.0000",
            "S7 110.0000 110.0000",
            "S8 100.0000 100.0000",
            "S9 100.0000 100.0000",
            "T0 100.0000 100.0000"
        ]
    );
    assert_eq!(
        told(&year),
        [
            "setl_id,fixmedins_code,pool,adjustment,other_setl_id,quota_of,discharges,quota,place,points_before,points,points_of_all,excess_most,excess_before,excess,excess_granted",
            "S0,H1,employee,beyond-high-excess,,H1,,,,150.0000,100.0000,1640.0000,410.0000,410.0000,50.0000,0.0000",
            "S1,H1,employee,beyond-high-excess,,H1,,,,200.0000,160.0000,1640.0000,410.0000,350.0000,100.0000,60.0000",
            "S4,H1,employee,readmission-earlier,S5,,,,,300.0000,150.0000,,,,,",
            "S4,H1,employee,beyond-high-excess,,H1,,,,150.0000,50.0000,1640.0000,410.0000,410.0000,100.0000,0.0000",
        ]
    );
}

/// Both at once: ⌊0.4 × 10⌋ = 4 of H1 leave S0 out, which is told by the number; S7 is beyond ⌊0.4 × 1⌋.
#[test]
fn a_case_is_told_the_cap_that_it_is_beyond() {
    let cap = format!("{CAP}quota = \"0.4\"\n");
    let year = Year::new("", &format!("{READMISSION}{cap}"), CLAIMS, &[]);
    let points = year.points();
    assert_eq!(points[0], "S0 150.0000 100.0000 beyond-high-cap");
    assert_eq!(points[1], "S1 200.0000 160.0000 beyond-high-excess");
    assert_eq!(points[7], "S7 110.0000 100.0000 beyond-high-cap");
    assert_eq!(
        told(&year)[1],
        "S0,H1,employee,beyond-high-cap,,H1,10,4,5,150.0000,100.0000,,,,,"
    );
}

#[test]
fn what_is_left_is_explained() {
    let year = Year::new("", &format!("{READMISSION}{CAP}"), CLAIMS, &[]);
    year.points();
    let explained = year.explain("S4");
    let section = explained
        .sections
        .iter()
        .find(|of| of.title.en == "Adjustment")
        .unwrap();
    let shown: Vec<(&str, &str)> = section
        .steps
        .iter()
        .map(|step| (step.expression.as_str(), step.result.as_str()))
        .collect();
    assert_eq!(
        shown,
        [
            ("300.0000 × 0.5", "150.0000"),
            ("0.25 × 1640.0000", "410.0000"),
            ("100.0000 × 1", "100.0000"),
            ("100.0000 × 0.5", "50.0000"),
            ("50.0000 + min(150.0000 − 50.0000, 410.0000 − 410.0000)", "50.0000"),
        ]
    );
    let share = &section.steps[1].inputs[0];
    assert!(share.from.en.ends_with("high_cap.excess_share"), "{}", share.from.en);
    let explained = year.explain("S1");
    let note = explained.notes.iter().find(|note| note.en.contains("excess")).unwrap();
    assert_eq!(
        note.en,
        "a high outlier beyond the points for their excess, paid as a normal case and what is left; H1: 1640.0000 points of all cases as priced, at most 410.0000 for the excess of high outliers, 600.0000 asked for; 350.0000 went to those before, this one has 100.0000 in excess and gets 60.0000"
    );
    assert!(note.zh.contains("得 60.0000 点"), "{}", note.zh);
}

/// What a review pays asks for nothing, and its points as priced count all the same, as do those that a
/// penalty takes away; a penalty comes after the line and hands nothing back to it. Without readmissions
/// S4 asks for 200 of 0.1 × 1,640 = 164 and gets all of it.
#[test]
fn reviews_and_penalties_leave_the_points_as_they_were_priced() {
    let files = "reviews = \"reviews.csv\"\npenalties = \"penalties.csv\"\n";
    let tables = [
        ("reviews.csv", "setl_id,outcome,effect,value\nS3,approved,factor,2\n"),
        ("penalties.csv", "setl_id,finding,multiple\nS4,高套编码,1\n"),
    ];
    let cap = CAP.replace("0.25", "0.1");
    let year = Year::new(files, &format!("{REVIEW}{cap}"), CLAIMS, &tables);
    let points = year.points();
    assert_eq!(points[2], "S2 250.0000 100.0000 beyond-high-excess");
    assert_eq!(points[3], "S3 300.0000 600.0000 review-granted");
    assert_eq!(points[4], "S4 300.0000 -100.0000 beyond-high-excess+penalty");
    let s4 = told(&year).into_iter().find(|row| row.starts_with("S4")).unwrap();
    assert!(
        s4.ends_with("300.0000,264.0000,1640.0000,164.0000,0.0000,200.0000,164.0000"),
        "{s4}"
    );
}

/// Cases paid in money have no points: the fen of one count for nothing. Of 1,540 points 0.25 are 385.
#[test]
fn money_counts_for_no_points() {
    let routes = r#"
[[route]]
id = "in-money"
pools = ["employee"]
method = "in-money"
when = { group_code = ["ES12"] }
[[route]]
id = "rest"
pools = ["employee"]
method = "by-group"
[[by_item]]
id = "in-money"
pay_in = "money"
fund_share = "0.5"
"#;
    let claims = CLAIMS.replace(
        "T0,H1,310,,2026-01-01,2026-02-01,ES11",
        "T0,H1,310,,2026-01-01,2026-02-01,ES12",
    );
    let year = Year::new("", &format!("{READMISSION}{CAP}{routes}"), &claims, &[]);
    year.points();
    let s1 = told(&year).into_iter().find(|row| row.starts_with("S1")).unwrap();
    assert!(
        s1.ends_with("200.0000,135.0000,1540.0000,385.0000,350.0000,100.0000,35.0000"),
        "{s1}"
    );
}

/// Whatever figure of a row is another, `verify` says so by what the rows say alone, and by the second path.
#[test]
fn a_figure_that_is_not_what_it_was_is_found() {
    for column in [
        "points",
        "points_of_all",
        "excess_most",
        "excess_before",
        "excess",
        "excess_granted",
    ] {
        let year = Year::new("", &format!("{READMISSION}{CAP}"), CLAIMS, &[]);
        let run = year.settle().unwrap();
        sound(&run);
        let change = Change::Unit {
            file: "adjustments.csv",
            row: 2,
            column,
        };
        assert!(tamper(&run, &change));
        let verification = verify(&run, None, None, &Progress::default()).unwrap();
        for name in ["no quota is passed", "adjustments.csv"] {
            let failed =
                |check: &Check| check.name.en.contains(name) && matches!(check.outcome, CheckOutcome::Failed { .. });
            assert!(
                verification.checks.iter().any(failed),
                "{column}, {name}: {verification:#?}"
            );
        }
    }
}
