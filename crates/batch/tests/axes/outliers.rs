//! Axis 10, high outliers capped: by number, by the points that they earn beyond normal cases, by both.
//! The bounds and formulas of outliers are those of core `axes`. Seen to fail: the number taken after the
//! points; the points of high outliers alone counted; those of the year in place of a month's.

use crate::year::{Settled, Year};

/// Above 2 times the mean a case has 100 × (x − 1) points, a normal one 100 in H2 and 110 in H1. Excess:
/// A 50, B 100, C 10 of 760 points in H2, G 40 of 260 in H1.
const CLAIMS: &str = "setl_id,fixmedins_code,insutype,dscg_time,medfee_sumamt,hifp_pay,group_code
A,H2,310,2026-01-05,25000.00,9000.00,G1
B,H2,310,2026-01-06,30000.00,9000.00,G1
C,H2,310,2026-02-07,21000.00,9000.00,G1
D,H2,310,2026-02-08,10000.00,7000.00,G1
E,H2,310,2026-02-09,10000.00,7000.00,G1
F,H2,310,2026-02-10,10000.00,7000.00,G1
G,H1,310,2026-03-11,25000.00,9000.00,G1
H,H1,310,2026-03-12,10000.00,7000.00,G1
";

fn settled(keys: &str) -> Settled {
    Year::new(CLAIMS).with(&format!("[high_cap]\n{keys}")).settle()
}

/// The points of A, B, C and G, and what was found of each.
#[track_caller]
fn points(keys: &str) -> String {
    let run = settled(keys);
    for id in ["D", "E", "F"] {
        assert_eq!(run.claim(id, "points"), "100.0000");
    }
    let of = |id| {
        let points = run.claim(id, "points").trim_end_matches("0000").trim_end_matches('.');
        let word = run.claim(id, "adjustment").replace("beyond-high-", "");
        format!("{points} {word}").trim_end().to_owned()
    };
    ["A", "B", "C", "G"].map(of).join(", ")
}

/// ⌊0.34 × 6⌋ = 2 of H2, none of ⌊0.34 × 2⌋ of H1.
#[test]
fn axis_10_high_outliers_by_number() {
    assert_eq!(
        points("quota = \"0.34\"\nquota_of = \"hospital\""),
        "150, 200, 100 cap, 110 cap"
    );
}

/// 0.15 × 760 = 114 of H2: B has its 100, A 14 of its 50, C nothing; 0.15 × 260 = 39 of the 40 of G. Of
/// the pool 0.15 × 1,020 = 153: B 100, A 50, G 3, C nothing.
#[test]
fn axis_10_high_outliers_by_points() {
    assert_eq!(
        points("excess_share = \"0.15\"\nquota_of = \"hospital\""),
        "114 excess, 200, 100 excess, 149 excess"
    );
    assert_eq!(
        points("excess_share = \"0.15\"\nquota_of = \"pool\""),
        "150, 200, 100 excess, 113 excess"
    );
    // Just what is asked for, and nothing at all.
    assert_eq!(
        points("excess_share = \"0.25\"\nquota_of = \"hospital\""),
        "150, 200, 110, 150"
    );
    assert_eq!(
        points("excess_share = \"0\"\nquota_of = \"hospital\""),
        "100 excess, 100 excess, 100 excess, 110 excess"
    );
}

/// 0.15 × 350 = 52.5 of January in H2 for A and B, 0.15 × 410 = 61.5 of February for C alone.
#[test]
fn axis_10_high_outliers_by_points_of_a_month() {
    assert_eq!(
        points("excess_share = \"0.15\"\nquota_of = \"hospital\"\nperiod = \"month\""),
        "100 excess, 152.5000 excess, 110, 149 excess"
    );
}

/// H2 is of level 2 and has 0.1 × 760 = 76; the other levels have the section's.
#[test]
fn axis_10_high_outliers_by_points_of_a_level() {
    assert_eq!(
        points("excess_share = \"1\"\nquota_of = \"level\"\nlevels = [ { level = \"2\", excess_share = \"0.1\" } ]"),
        "100 excess, 176 excess, 100 excess, 150"
    );
}

/// The number first, one of H2 and none of H1: A and C are no longer there to ask for the 114 points,
/// and B has its 100. With two of H2 both ask.
#[test]
fn axis_10_high_outliers_by_number_and_points() {
    let both = |quota: &str| {
        points(&format!(
            "quota = \"{quota}\"\nexcess_share = \"0.15\"\nquota_of = \"hospital\""
        ))
    };
    assert_eq!(both("0.17"), "100 cap, 200, 100 cap, 110 cap");
    assert_eq!(both("0.34"), "114 excess, 200, 100 cap, 110 cap");
}

/// What is cut stays in the pool: P is 820 and V 30,000 ÷ 820.
#[test]
fn axis_10_what_is_cut_stays_in_the_pool() {
    let run = settled("excess_share = \"0\"\nquota_of = \"pool\"");
    assert_eq!(run.pool("p", "points"), "820.0000");
    assert_eq!(run.pool("p", "point_value"), "36.5854");
    assert_eq!(run.paid("B"), ("high", "100.0000", "3658.54"));
}

/// National DIP rule: the cost is held against the mean of the hospital's level, 12,000.00 at level 3 and
/// 8,000.00 at level 2, which coefficients by level and group say; outliers earn x or x − 1 times the base.
#[test]
fn axis_10_compared_with_the_mean_of_the_level() {
    let claims = "setl_id,fixmedins_code,insutype,dscg_time,medfee_sumamt,hifp_pay,group_code
A,H1,310,2026-01-05,24000.00,9000.00,G1
B,H1,310,2026-01-05,24600.00,9000.00,G1
C,H2,310,2026-01-06,16000.00,9000.00,G1
D,H2,310,2026-01-06,16400.00,9000.00,G1
E,H2,310,2026-02-07,3999.99,3000.00,G1
F,H2,310,2026-02-08,4000.00,3000.00,G1
";
    let rows = "fixmedins_code,level,group_code,coefficient\n,3,G1,1.2\n,2,G1,0.8\n";
    let run = Year::new(claims)
        .table("coefficients.csv", rows)
        .with("[coefficients]\nmissing = \"hospital\"\ndecimals = 4")
        .with(
            "[deviation]\ncompare_with = \"standard\"\n\
             low = { ratio = \"0.5\", inclusive = false }\nhigh = { ratio = \"2.0\", inclusive = false }",
        )
        .settle();
    let of = |id| {
        (
            run.claim(id, "cost_ratio"),
            run.claim(id, "case_class"),
            run.claim(id, "points"),
        )
    };
    assert_eq!(of("A"), ("2.000000", "normal", "120.0000"));
    assert_eq!(of("B"), ("2.050000", "high", "105.0000"));
    assert_eq!(of("C"), ("2.000000", "normal", "80.0000"));
    assert_eq!(of("D"), ("2.050000", "high", "105.0000"));
    assert_eq!(of("E"), ("0.499999", "low", "49.9999"));
    assert_eq!(of("F"), ("0.500000", "normal", "80.0000"));
}
