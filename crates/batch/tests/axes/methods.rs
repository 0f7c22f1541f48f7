//! Axes 1, 2, 25 and 26: which method pays a case, what is in and out of scope, tiers of days, heads.

use crate::year::Year;

/// One normal case in each hospital, and one of twice the points.
const NORMAL: &str = "setl_id,fixmedins_code,insutype,dscg_time,medfee_sumamt,hifp_pay,group_code
A,H2,310,2026-03-01,10000.00,7000.00,G1
B,H1,310,2026-03-02,10000.00,7000.00,G1
C,H2,310,2026-03-03,20000.00,14000.00,G2
";

/// Columns that routes look at; the fund booked 70 %.
const ROUTED: &str = "setl_id,fixmedins_code,insutype,dscg_time,medfee_sumamt,hifp_pay,group_code,med_type,dise_no,act_ipt_days,insu_admdvs,hosp_part_amt
";

fn routed(rows: &str) -> Year {
    Year::new(&format!("{ROUTED}{rows}"))
}

/// 100, 110 and 200 points; V = 41,000 ÷ 410 = 100.
#[test]
fn axis_01_drg_points() {
    let run = Year::new(NORMAL).replace("30000.00", "41000.00").settle();
    assert_eq!(run.pool("p", "point_value"), "100.0000");
    assert_eq!(run.paid("A"), ("normal", "100.0000", "10000.00"));
    assert_eq!(run.paid("B"), ("normal", "110.0000", "11000.00"));
    assert_eq!(run.paid("C"), ("normal", "200.0000", "20000.00"));
}

/// Weights 1, 1.1 and 2 at 9,000.00 yuan, whatever the budget.
#[test]
fn axis_01_drg_rate() {
    let groups = "group_code,name,kind,base_points,mean_cost\nG1,a,core,1,10000.00\nG2,b,core,2,20000.00\n";
    let run = Year::new(NORMAL)
        .replace("reserve = \"0\"", "reserve = \"0\"\nbase_rate = \"9000.00\"")
        .replace("method = \"points\"", "method = \"rate\"")
        .replace("scale = \"100\"", "scale = \"1\"")
        .table("groups.csv", groups)
        .settle();
    assert_eq!(run.paid("A"), ("normal", "1.0000", "9000.00"));
    assert_eq!(run.paid("B"), ("normal", "1.1000", "9900.00"));
    assert_eq!(run.paid("C"), ("normal", "2.0000", "18000.00"));
}

/// DIP scores × 1000: 1000, 1100 and 2000; V = 41,000 ÷ 4,100 = 10.
#[test]
fn axis_01_dip_scores() {
    let groups = "group_code,name,kind,base_points,mean_cost\nG1,a,core,1000,10000.00\nG2,b,core,2000,20000.00\n";
    let run = Year::new(NORMAL)
        .replace("30000.00", "41000.00")
        .replace("scale = \"100\"", "scale = \"1000\"")
        .table("groups.csv", groups)
        .settle();
    assert_eq!(run.pool("p", "point_value"), "10.0000");
    assert_eq!(run.paid("B"), ("normal", "1100.0000", "11000.00"));
}

/// 20 days at 300.00 = 6,000.00 in money; the rest of the budget is the points'.
#[test]
fn axis_01_per_diem() {
    let run =
        routed("D,H2,310,2026-03-01,9000.00,6300.00,,23,,20,,\nA,H2,310,2026-03-01,10000.00,7000.00,G1,21,,9,,\n")
            .with(
                r#"[[route]]
id = "days"
pools = ["p"]
method = "bed-days"
when = { med_type = ["23"] }

[[route]]
id = "rest"
pools = ["p"]
method = "by-group"

[[per_diem]]
id = "bed-days"
pay_in = "money"
rates = [{ from_day = 1, rate = "300.00" }]"#,
            )
            .settle();
    assert_eq!(run.paid("D"), ("per-diem", "0.0000", "6000.00"));
    assert_eq!(run.paid("A"), ("normal", "100.0000", "24000.00"));
}

/// The price 5,000.00, of which the fund owes 70 %; the patient's 1,500.00 are the rest of it.
#[test]
fn axis_01_single_disease() {
    let run = routed("M,H2,310,2026-03-01,6000.00,4000.00,,26,M01,5,,\n")
        .table("prices.csv", "method,code,price,fund_share\nfixed,M01,5000.00,0.70\n")
        .with(
            r#"[[route]]
id = "single"
pools = ["p"]
method = "fixed"

[[by_disease]]
id = "fixed"
pay_in = "money"
code = "dise_no"
charge = "bill""#,
        )
        .settle();
    assert_eq!(run.paid("M"), ("by-disease", "0.0000", "3500.00"));
    assert_eq!(run.claim("M", "standard"), "5000.00");
    // 6,000 − 4,000 = 2,000 paid by the patient, 500 more than the share.
    assert_eq!(run.claim("M", "patient_over"), "500.00");
}

/// 4,000.00 less 100.00 deducted, of which the fund has booked 70 %: actual ratio.
#[test]
fn axis_01_by_item() {
    let run = routed("I,H2,310,2026-03-01,4000.00,2800.00,,24,,5,,100.00\n")
        .with(
            r#"[[route]]
id = "items"
pools = ["p"]
method = "items"

[[by_item]]
id = "items"
pay_in = "money"
deductions = ["hosp_part_amt"]

[fund_share]
method = "actual-ratio"
pool_ratio = "0.7"
floor_at_zero = false"#,
        )
        .settle();
    // 3,900 × 2,800 ÷ 4,000
    assert_eq!(run.paid("I"), ("by-item", "0.0000", "2730.00"));
}

const HEADS: &str = r#"[[route]]
id = "heads"
pools = ["p"]
method = "sign-up"

[[capitation]]
id = "sign-up"
per_head = "120.00"
age_factors = [{ band = "0-6", factor = "1.5" }, { band = "7+", factor = "1" }]
first_payment = "0.8""#;

/// 10 × 120 × 1.5 and 20 × 120 × 1.25 = 1,800 + 3,000; the visit itself is worth nothing more.
#[test]
fn axis_01_capitation() {
    let run = routed("V,H1,310,2026-03-01,80.00,60.00,,11,,,,\n")
        .table(
            "enrolment.csv",
            "pool,fixmedins_code,class,age_band,heads,risk_factor\np,H1,sign-up,0-6,10,1\np,H1,sign-up,7+,20,1.25\n",
        )
        .with(HEADS)
        .settle();
    assert_eq!(run.paid("V"), ("capitated", "0.0000", "0.00"));
    assert_eq!(
        run.cell("capitation.csv", &["p", "H1", "sign-up"], "capitation"),
        "4800.00"
    );
    assert_eq!(run.hospital("H1", "capitation"), "4800.00");
}

/// First payments of 80 % and of all; the rest by the score: 95 all, 80 four fifths, 50 nothing.
#[test]
fn axis_26_first_payment_and_rest_by_score() {
    let year = |first: &str| {
        routed("V,H1,310,2026-03-01,80.00,60.00,,11,,,,\n")
            .table(
                "enrolment.csv",
                "pool,fixmedins_code,class,age_band,heads\np,H1,sign-up,7+,10\np,H2,sign-up,7+,10\np,H3,sign-up,7+,10\n",
            )
            .with(&HEADS.replace("\"0.8\"", first))
            .settle()
    };
    let run = year("\"0.8\"");
    let row = |code: &str| {
        let cell = |column| run.cell("capitation.csv", &["p", code, "sign-up"], column).to_owned();
        [cell("first_paid"), cell("returned"), cell("due")]
    };
    // 1,200: 960 at once; of 240 all, 80 %, nothing.
    assert_eq!(row("H1"), ["960.00", "240.00", "1200.00"]);
    assert_eq!(row("H2"), ["960.00", "192.00", "1152.00"]);
    assert_eq!(row("H3"), ["960.00", "0.00", "960.00"]);
    let whole = year("\"1\"");
    assert_eq!(whole.cell("capitation.csv", &["p", "H3", "sign-up"], "due"), "1200.00");
}

/// Length of stay, cost, place, kind of visit and insurance type decide what the group pays.
#[test]
fn axis_02_in_and_out_of_scope() {
    let run = routed(
        "LONG,H2,310,2026-03-01,30000.00,3000.00,G1,21,,61,,\n\
         TINY,H2,310,2026-03-01,4.99,3.00,G1,21,,1,,\n\
         AWAY,H2,310,2026-03-01,8000.00,5000.00,G1,21,,9,310000,\n\
         DAY,H2,310,2026-03-01,10000.00,7000.00,G1,28,,1,,\n\
         BIRTH,H2,310,2026-03-01,5000.00,4000.00,G1,52,,3,,\n\
         IN,H2,310,2026-03-01,10000.00,7000.00,G1,21,,60,,\n\
         OTHER,H2,390,2026-03-01,10000.00,7000.00,G1,21,,9,,\n\
         NONE,H2,310,2026-03-01,10000.00,7000.00,G1,99,,9,,\n",
    )
    .table("prices.csv", "method,code,price,fund_share\nbirth,52,4500.00,1\n")
    .replace("30000.00", "100000.00")
    .with(
        r#"[[route]]
id = "away"
pools = ["p"]
method = "items"
when = { insu_admdvs = ["31*"] }

[[route]]
id = "long"
pools = ["p"]
method = "items"
when = { act_ipt_days = { from = "61" } }

[[route]]
id = "tiny"
pools = ["p"]
method = "items"
when = { medfee_sumamt = { to = "4.99" } }

[[route]]
id = "birth"
pools = ["p"]
method = "birth"
when = { med_type = ["52"] }

[[route]]
id = "day"
pools = ["p"]
method = "day-surgery"
when = { med_type = ["28"] }

[[route]]
id = "rest"
pools = ["p"]
method = "by-group"
when = { med_type = ["21"] }

[[by_group]]
id = "day-surgery"
factor = "0.9"
compare_with = "at-factor"

[[by_item]]
id = "items"
pay_in = "money"

[[by_disease]]
id = "birth"
pay_in = "money"
code = "med_type"
charge = "bill""#,
    )
    .settle();
    let route = |id| (run.claim(id, "route"), run.claim(id, "case_class"));
    assert_eq!(route("LONG"), ("long", "by-item"));
    assert_eq!(route("TINY"), ("tiny", "by-item"));
    assert_eq!(route("AWAY"), ("away", "by-item"));
    assert_eq!(route("BIRTH"), ("birth", "by-disease"));
    assert_eq!(run.claim("BIRTH", "due"), "4500.00");
    assert_eq!(
        (route("DAY"), run.claim("DAY", "points")),
        (("day", "normal"), "90.0000")
    );
    assert_eq!(
        (route("IN"), run.claim("IN", "points")),
        (("rest", "normal"), "100.0000")
    );
    assert_eq!(run.rejected("OTHER"), "E109");
    assert_eq!(run.rejected("NONE"), "E114");
}

const DAYS: &str = r#"[[route]]
id = "days"
pools = ["p"]
method = "days"

[[per_diem]]
id = "days"
pay_in = "money"
rates = [
  { level = "3", from_day = 1, rate = "300.00" },
  { level = "3", from_day = 16, rate = "240.00" },
  { level = "3", from_day = 31, rate = "200.00" },
  { from_day = 1, rate = "180.00" },
]
days_min = 3
days_max = 40"#;

/// Tiers by day and level: 15 × 300 + 15 × 240 + 10 × 200, the days beyond the 40th unpaid.
#[test]
fn axis_25_tiers_by_day_and_level() {
    let year = routed(
        "D15,H1,310,2026-03-01,9000.00,6300.00,,23,,15,,\n\
         D16,H1,310,2026-03-01,9000.00,6300.00,,23,,16,,\n\
         D41,H1,310,2026-03-01,9000.00,6300.00,,23,,41,,\n\
         D2,H1,310,2026-03-01,500.00,350.00,,23,,2,,\n\
         D10,H2,310,2026-03-01,9000.00,6300.00,,23,,10,,\n",
    );
    let run = year.with(DAYS).settle();
    let due = |id| run.claim(id, "due");
    assert_eq!(due("D15"), "4500.00");
    assert_eq!(due("D16"), "4740.00");
    assert_eq!(due("D41"), "10100.00");
    // Below three days no more than the cost, which is less than 600.00.
    assert_eq!(due("D2"), "500.00");
    assert_eq!(due("D10"), "1800.00");
}

/// With the coefficient 1.1, of which the fund pays 80 %: ⟦4,500 × 1.1⟧ = 4,950, due 3,960.
#[test]
fn axis_25_coefficient_and_fund_share() {
    let year = routed("D15,H1,310,2026-03-01,9000.00,6300.00,,23,,15,,\n");
    let run = year
        .with(&format!("{DAYS}\ncoefficient = true\nfund_share = \"0.8\""))
        .settle();
    assert_eq!(run.claim("D15", "standard"), "4950.00");
    assert_eq!(run.claim("D15", "due"), "3960.00");
}

/// In points a day is 400 ÷ 10,000 × 100 = 4, from the 31st day on 3.2.
#[test]
fn axis_25_days_in_points() {
    let year = routed("D,H1,310,2026-03-01,9000.00,6300.00,,23,,33,,\n");
    let days = r#"[[route]]
id = "days"
pools = ["p"]
method = "days"

[[per_diem]]
id = "days"
pay_in = "points"
rates = [{ from_day = 1, rate = "400.00" }, { from_day = 31, rate = "320.00" }]"#;
    let run = year.with(days).settle();
    // 30 × 4 + 3 × 3.2, and the whole budget for them.
    assert_eq!(run.paid("D"), ("per-diem", "129.6000", "30000.00"));
}

/// A stay of 61 days: 40 by the group with its part of the cost, 21 by day.
#[test]
fn axis_25_long_stays_split() {
    let year = routed("D,H2,310,2026-03-01,15250.00,6300.00,G1,21,,61,,\n");
    let run = year
        .with(
            r#"[[route]]
id = "long"
pools = ["p"]
method = "long"

[[by_group]]
id = "long"
factor = "1"
compare_with = "group"
long_stay = { after_day = 40, per_diem = "days" }

[[per_diem]]
id = "days"
pay_in = "points"
rates = [{ from_day = 1, rate = "400.00" }]"#,
        )
        .settle();
    // 15,250 × 40 ÷ 61 = 10,000: a normal case of 100 points, and 21 × 4.
    assert_eq!(run.claim("D", "points"), "184.0000");
}
