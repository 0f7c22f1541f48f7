//! Readmissions: shares, keys, merging.

use super::*;

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
