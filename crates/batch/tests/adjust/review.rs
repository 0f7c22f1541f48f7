//! Special-case reviews and the number of high outliers, within their quotas.

use super::*;

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
