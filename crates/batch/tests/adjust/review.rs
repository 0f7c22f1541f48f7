//! Special-case reviews, within their quotas.

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
