//! Axes 3, 4, 5 and 20: what the budget is, which funds it covers, what is kept back, and what the
//! pool shares before its hospitals do.

use crate::year::Year;

const CLAIMS: &str = "setl_id,fixmedins_code,insutype,dscg_time,medfee_sumamt,hifp_pay,group_code,med_type,hifob_pay
A,H2,310,2026-03-01,10000.00,6000.00,G1,21,1000.00
B,H2,310,2026-03-01,20000.00,14000.00,G2,21,0
O,H3,310,2026-03-01,10000.00,4000.00,B1,14,0
";

fn year() -> Year {
    Year::new(CLAIMS)
}

/// 100 + 200 + 100 points, and half a budget more for an epidemic, with its day and reason.
#[test]
fn axis_03_a_budget_reopened() {
    assert_eq!(year().settle().pool("p", "point_value"), "75.0000");
    let reopened = "reserve = \"0\"\nchanges = [{ on = \"2026-06-30\", add = \"15000.00\", reason = \"疫情\" }]";
    let run = year().replace("reserve = \"0\"", reopened).settle();
    assert_eq!(run.pool("p", "budget"), "45000.00");
    assert_eq!(run.pool("p", "point_value"), "112.5000");
}

/// 28,169.01 × 1.065 = 29,999.99565, to the fen; and half a budget more that does not grow.
///
/// Seen to fail: with the base year's budget taken as it stands.
#[test]
fn axis_03_growth_from_a_base_year() {
    let grown = "base_year_budget = \"28169.01\"\ngrowth = \"0.065\"";
    let run = year().replace("budget = \"30000.00\"", grown).settle();
    assert_eq!(run.pool("p", "budget"), "30000.00");
    assert_eq!(run.pool("p", "point_value"), "75.0000");
    let reopened = "reserve = \"0\"\nchanges = [{ on = \"2026-06-30\", add = \"15000.00\", reason = \"疫情\" }]";
    let run = year()
        .replace("budget = \"30000.00\"", grown)
        .replace("reserve = \"0\"", reopened);
    assert_eq!(run.settle().pool("p", "budget"), "45000.00");
    // A budget that shrinks: 30,927.83 × 0.97 = 29,999.9951.
    let shrunk = "base_year_budget = \"30927.83\"\ngrowth = \"-0.03\"";
    let run = year().replace("budget = \"30000.00\"", shrunk).settle();
    assert_eq!(run.pool("p", "budget"), "30000.00");
}

/// Inpatient 80 % and outpatient 20 % of 30,000.00, and to the fen of 100.01: 80.008 and 20.002.
#[test]
fn axis_03_a_budget_split_by_items() {
    let split = |amount: &str| {
        let tree = format!(
            r#"[[budget]]
id = "employee"
insutype = ["310"]
amount = "{amount}"

[[pool]]
id = "p"
insutype = ["310"]
of = "employee"
share = "0.8"
reserve = "0"

[[pool]]
id = "out"
insutype = ["310"]
of = "employee"
share = "0.2"
reserve = "0"

[[route]]
id = "outpatient"
pools = ["out"]
method = "by-group"
when = {{ med_type = ["14"] }}

[[route]]
id = "inpatient"
pools = ["p"]
method = "by-group""#
        );
        let run = year().with(&tree).settle();
        ["p", "out"].map(|pool| run.pool(pool, "budget").to_owned())
    };
    assert_eq!(split("30000.00"), ["24000.00", "6000.00"]);
    // 80.00 and 20.00 cut down; the fen goes to the larger part cut off, 0.8 against 0.2.
    assert_eq!(split("100.01"), ["80.01", "20.00"]);
}

/// A budget of each insurance type, of which people insured elsewhere have 40 %: 30,000.00 give 12,000.00 and
/// 18,000.00; residents have theirs.
#[test]
fn axis_03_a_budget_split_by_insurance_type_and_area() {
    let tree = r#"[[budget]]
id = "employee"
insutype = ["310"]
amount = "30000.00"

[[budget]]
id = "resident"
insutype = ["390"]
amount = "9000.00"

[[pool]]
id = "p"
insutype = ["310"]
of = "employee"
share = "0.6"
reserve = "0"

[[pool]]
id = "away"
insutype = ["310"]
of = "employee"
share = "0.4"
reserve = "0"

[[pool]]
id = "r"
insutype = ["390"]
of = "resident"
share = "1"
reserve = "0"

[[route]]
id = "elsewhere"
pools = ["away"]
method = "by-group"
when = { insu_admdvs = ["31*"] }

[[route]]
id = "here"
pools = ["p", "r"]
method = "by-group""#;
    let claims = "setl_id,fixmedins_code,insutype,dscg_time,medfee_sumamt,hifp_pay,group_code,insu_admdvs
A,H2,310,2026-03-01,10000.00,6000.00,G1,990101
B,H2,310,2026-03-01,20000.00,14000.00,G2,310000
C,H2,390,2026-03-01,10000.00,6000.00,G1,990101
";
    let run = Year::new(claims).with(tree).settle();
    let of = |pool| (run.pool(pool, "budget"), run.pool(pool, "point_value"));
    assert_eq!(of("p"), ("18000.00", "180.0000"));
    assert_eq!(of("away"), ("12000.00", "60.0000"));
    assert_eq!(of("r"), ("9000.00", "90.0000"));
}

/// 风险金 first, 5 % of 30,000.00, then the 调剂金 of 3 % of what is left: 28,500.00 less 855.00. Or both of
/// the whole: the pool has 92 %.
#[test]
fn axis_05_a_risk_fund_before_the_reserve() {
    let with = |share: &str, risk: &str, reserve: &str| {
        let tree = format!(
            r#"[[budget]]
id = "employee"
insutype = ["310"]
amount = "30000.00"

[[pool]]
id = "p"
insutype = ["310"]
of = "employee"
share = "{share}"
reserve = "{reserve}"

[[pool]]
id = "risk"
insutype = ["310"]
of = "employee"
share = "{risk}"
reserve = "0"

[[route]]
id = "all"
pools = ["p"]
method = "by-group""#
        );
        let run = year().with(&tree).settle();
        ["budget", "reserve", "distributable"].map(|figure| run.pool("p", figure).to_owned())
    };
    assert_eq!(with("0.95", "0.05", "0.03"), ["28500.00", "855.00", "27645.00"]);
    assert_eq!(with("0.92", "0.08", "0"), ["27600.00", "0.00", "27600.00"]);
}

/// The pooled fund alone, or with the large-amount fund: what is booked, and so the ratio.
#[test]
fn axis_04_funds_in_the_budget() {
    let alone = year().settle();
    assert_eq!(alone.pool("p", "due"), "30000.00");
    assert_eq!(alone.hospital("H2", "hifp_pay"), "20000.00");
    let both = year()
        .replace(
            "reserve = \"0\"",
            "reserve = \"0\"\nfunds = [\"hifp_pay\", \"hifob_pay\"]",
        )
        .settle();
    assert_eq!(both.hospital("H2", "hifp_pay"), "21000.00");
    // 21,000 ÷ 22,500
    assert_eq!(both.hospital("H2", "ratio"), "0.933333");
}

/// First the reserve of the budget (5 % of 30,000.00), then the deposit of what is cleared (5 %).
#[test]
fn axis_05_reserve_and_deposit() {
    let run = year()
        .replace("reserve = \"0\"", "reserve = \"0.05\"")
        .replace("quality_deposit = \"0\"", "quality_deposit = \"0.05\"")
        .settle();
    assert_eq!(run.pool("p", "reserve"), "1500.00");
    assert_eq!(run.pool("p", "distributable"), "28500.00");
    // 28,500 ÷ 400 = 71.25; H2 has 300 points and booked 20,000.00, which is above 85 %.
    assert_eq!(run.hospital("H2", "due"), "21375.00");
    assert_eq!(run.hospital("H2", "cleared"), "21375.00");
    // 1,068.75, of which a score of 80 gives back four fifths.
    assert_eq!(run.hospital("H2", "deposit"), "1068.75");
    assert_eq!(run.hospital("H2", "deposit_returned"), "855.00");
    assert_eq!(run.hospital("H2", "final_payment"), "21161.25");
}

/// The booked 24,000.00 leave a surplus of 6,000.00: the points share 85 % of it, or all.
#[test]
fn axis_20_the_pools_own_surplus() {
    let shared = year()
        .with("[pool_clearing]\nsurplus_to_hospitals = \"0.85\"\noverspend_to_hospitals = \"0.85\"")
        .settle();
    assert_eq!(shared.pool("p", "to_hospitals"), "29100.00");
    assert_eq!(shared.pool("p", "kept_by_fund"), "900.00");
    assert_eq!(shared.pool("p", "point_value"), "72.7500");
    assert_eq!(year().settle().pool("p", "point_value"), "75.0000");
}

/// Of an overspend of 4,000.00 the fund bears 15 %, but at most 2 % of the budget.
#[test]
fn axis_20_the_pools_own_overspend() {
    let with = |more: &str| {
        let clearing =
            format!("[pool_clearing]\nsurplus_to_hospitals = \"0.85\"\noverspend_to_hospitals = \"0.85\"{more}");
        let run = year().replace("30000.00", "20000.00").with(&clearing).settle();
        run.pool("p", "to_hospitals").to_owned()
    };
    assert_eq!(with(""), "20600.00");
    assert_eq!(with("\nfund_bears_at_most = \"0.02\""), "20400.00");
}
