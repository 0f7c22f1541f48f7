//! Axes 24 and 31: the insurance year, and which values count on which day.

use crate::year::Year;

fn claims(days: &[(&str, &str)]) -> String {
    let row = |(id, day): &(&str, &str)| format!("{id},H2,310,{day},10000.00,7000.00,G1\n");
    let header = "setl_id,fixmedins_code,insutype,dscg_time,medfee_sumamt,hifp_pay,group_code\n";
    header.to_owned() + &days.iter().map(row).collect::<String>()
}

/// From January, or from July on (RULES 2.11, 濮阳); both ends are inside.
#[test]
fn axis_24_the_insurance_year() {
    let days = [
        ("JUN25", "2025-06-30"),
        ("JUL25", "2025-07-01"),
        ("DEC25", "2025-12-31"),
        ("JAN26", "2026-01-01"),
        ("JUN26", "2026-06-30"),
        ("JUL26", "2026-07-01"),
    ];
    let calendar = Year::new(&claims(&days)).settle();
    assert_eq!(calendar.rejected("DEC25"), "E107");
    assert_eq!(calendar.claim("JAN26", "points"), "100.0000");
    assert_eq!(calendar.claim("JUL26", "points"), "100.0000");
    let july = Year::new(&claims(&days))
        .replace("2026-01-01", "2025-07-01")
        .replace("2026-12-31", "2026-06-30")
        .settle();
    assert_eq!(july.rejected("JUN25"), "E107");
    assert_eq!(july.claim("JUL25", "points"), "100.0000");
    assert_eq!(july.claim("JUN26", "points"), "100.0000");
    assert_eq!(july.rejected("JUL26"), "E107");
}

/// By the day of discharge, or by that of settlement.
#[test]
fn axis_24_the_day_that_decides() {
    let claims = "setl_id,fixmedins_code,insutype,dscg_time,setl_time,medfee_sumamt,hifp_pay,group_code
OLD,H2,310,2025-12-30,2026-01-04,10000.00,7000.00,G1
NEW,H2,310,2026-12-30,2027-01-04,10000.00,7000.00,G1
";
    let discharge = Year::new(claims).settle();
    assert_eq!(
        (discharge.rejected("OLD"), discharge.claim("NEW", "points")),
        ("E107", "100.0000")
    );
    let settlement = Year::new(claims)
        .replace(
            "year_end = \"2026-12-31\"",
            "year_end = \"2026-12-31\"\nyear_by = \"settlement\"",
        )
        .settle();
    assert_eq!(
        (settlement.claim("OLD", "points"), settlement.rejected("NEW")),
        ("100.0000", "E107")
    );
}

/// An ungrouped case keeps 0.8 of its points until June and 0.6 from July on.
#[test]
fn axis_31_values_by_date() {
    let dated =
        "[ungrouped]\nshare = [{ from = \"2026-01-01\", value = \"0.8\" }, { from = \"2026-07-01\", value = \"0.6\" }]";
    let claims = claims(&[("JUN", "2026-06-30"), ("JUL", "2026-07-01")]).replace("G1", "");
    let run = Year::new(&claims).with(dated).settle();
    assert_eq!(run.claim("JUN", "points"), "80.0000");
    assert_eq!(run.claim("JUL", "points"), "60.0000");
}

/// A year that the policy document is not in force for, and a day without a value.
#[test]
fn axis_31_days_without_a_policy() {
    let claims = claims(&[("JUN", "2026-06-30")]);
    let policy = "year_end = \"2026-12-31\"\npolicy_from = \"2026-02-01\"";
    let late = Year::new(&claims).replace("year_end = \"2026-12-31\"", policy);
    assert_eq!(late.refused(), ["P126"]);
    let gap = "[ungrouped]\nshare = [{ from = \"2026-01-01\", to = \"2026-03-31\", value = \"0.8\" }, \
               { from = \"2026-07-01\", value = \"0.6\" }]";
    assert_eq!(Year::new(&claims).with(gap).refused(), ["P121"]);
}

/// Groups of another version: what the table has not is paid as ungrouped, never as another group.
#[test]
fn axis_31_version_of_the_groups() {
    let groups = "group_code,name,kind,base_points,mean_cost\nG1,新版病组,core,120,10000.00\n";
    let claims = claims(&[("A", "2026-06-30")]) + "B,H2,310,2026-06-30,10000.00,7000.00,G2\n";
    let run = Year::new(&claims).table("groups.csv", groups).settle();
    assert_eq!(
        (run.claim("A", "case_class"), run.claim("A", "points")),
        ("normal", "120.0000")
    );
    assert_eq!(
        (run.claim("B", "case_class"), run.claim("B", "points")),
        ("ungrouped", "80.0000")
    );
}
