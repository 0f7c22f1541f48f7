//! Axes 16, 17 and 23: the point value, the fund's share of a case, rounding and its remainder.

use crate::year::{Settled, Year};

const CLAIMS: &str = "setl_id,fixmedins_code,insutype,dscg_time,medfee_sumamt,hifp_pay,group_code,fulamt_ownpay_amt,overlmt_selfpay,preselfpay_amt,act_pay_dedc,pool_prop_selfpay
A,H2,310,2026-03-01,10000.00,6000.00,G1,500.00,200.00,300.00,1000.00,0.75
B,H2,310,2026-03-01,20000.00,14000.00,G2,1000.00,0,0,500.00,0.8
";

fn year() -> Year {
    Year::new(CLAIMS)
}

fn fund_share(method: &str, more: &str) -> Settled {
    let section = format!("[fund_share]\nmethod = \"{method}\"\nfloor_at_zero = false\n{more}");
    year().with(&section).settle()
}

/// 100 + 200 points. Fund yuan: 30,000 ÷ 300. With what others paid: (30,000 + 10,000) ÷ 300. By the
/// year's own ratio 20,000 ÷ 30,000: 45,000 ÷ 300. By a stated one of 0.75: 40,000 ÷ 300.
#[test]
fn axis_16_numerators() {
    let value = |method, more| fund_share(method, more).pool("p", "point_value").to_owned();
    assert_eq!(value("fund-points", ""), "100.0000");
    assert_eq!(value("difference", ""), "133.3333");
    assert_eq!(value("actual-ratio", ""), "150.0000");
    assert_eq!(value("actual-ratio", "pool_ratio = \"0.75\""), "133.3333");
    assert_eq!(value("scaled-ratio", ""), "150.0000");
}

/// A reserve of 10 %, a value of one pool for both insurance types or of each its own, bounds.
#[test]
fn axis_16_pools_reserve_and_bounds() {
    let reserve = year().replace("reserve = \"0\"", "reserve = \"0.1\"").settle();
    assert_eq!(reserve.pool("p", "distributable"), "27000.00");
    assert_eq!(reserve.pool("p", "point_value"), "90.0000");
    for (bounds, value) in [
        ("{ floor = \"110\", ceiling = \"200\" }", "110.0000"),
        ("{ floor = \"50\", ceiling = \"90\" }", "90.0000"),
        ("{ floor = \"50\", ceiling = \"200\" }", "100.0000"),
    ] {
        let bounded = format!("reserve = \"0\"\npoint_value = {bounds}");
        let run = year().replace("reserve = \"0\"", &bounded).settle();
        assert_eq!(run.pool("p", "point_value"), value);
    }
    let claims = CLAIMS.replace("B,H2,310", "B,H2,390");
    let both = Year::new(&claims).replace("[\"310\"]", "[\"310\", \"390\"]").settle();
    assert_eq!(
        (both.claim("A", "due"), both.claim("B", "due")),
        ("10000.00", "20000.00")
    );
    let pools = "[[pool]]\nid = \"p\"\ninsutype = [\"310\"]\nbudget = \"18000.00\"\nreserve = \"0\"\n\n\
                 [[pool]]\nid = \"r\"\ninsutype = [\"390\"]\nbudget = \"12000.00\"\nreserve = \"0\"";
    let each = Year::new(&claims).with(pools).settle();
    assert_eq!(
        (each.pool("p", "point_value"), each.pool("r", "point_value")),
        ("180.0000", "60.0000")
    );
}

/// S4: the standard itself.
#[test]
fn axis_17_fund_points() {
    let run = fund_share("fund-points", "");
    assert_eq!((run.claim("A", "due"), run.claim("B", "due")), ("10000.00", "20000.00"));
}

/// S2: 100 × 133.3333 = 13,333.33 less the 4,000.00 that others paid.
#[test]
fn axis_17_difference() {
    let run = fund_share("difference", "");
    assert_eq!(
        (run.claim("A", "standard"), run.claim("A", "due")),
        ("13333.33", "9333.33")
    );
    assert_eq!(
        (run.claim("B", "standard"), run.claim("B", "due")),
        ("26666.66", "20666.66")
    );
}

/// S3: 15,000 × 6,000 ÷ 10,000 and 30,000 × 14,000 ÷ 20,000.
#[test]
fn axis_17_actual_ratio() {
    let run = fund_share("actual-ratio", "");
    assert_eq!((run.claim("A", "due"), run.claim("B", "due")), ("9000.00", "21000.00"));
}

/// S1: (15,000 − 500 − 200 − 300 − 1,000) × 0.75 and (30,000 − 1,000 − 500) × 0.8.
#[test]
fn axis_17_reimbursement_ratio() {
    let run = fund_share("reimbursement-ratio", "");
    assert_eq!((run.claim("A", "due"), run.claim("B", "due")), ("9750.00", "22800.00"));
}

/// S1′: 15,000 × (10,000 − 2,000) ÷ 10,000 × 0.75 and 30,000 × (20,000 − 1,500) ÷ 20,000 × 0.8.
#[test]
fn axis_17_scaled_ratio() {
    let run = fund_share("scaled-ratio", "");
    assert_eq!((run.claim("A", "due"), run.claim("B", "due")), ("9000.00", "22200.00"));
}

/// S5: what the large-amount fund pays is the budget's, so it is not taken off.
#[test]
fn axis_17_all_funds() {
    let claims = "setl_id,fixmedins_code,insutype,dscg_time,medfee_sumamt,hifp_pay,group_code,hifob_pay
A,H2,310,2026-03-01,10000.00,6000.00,G1,1500.00
B,H2,310,2026-03-01,20000.00,14000.00,G2,0
";
    let method = "[fund_share]\nmethod = \"difference\"\nfloor_at_zero = false";
    let run = Year::new(claims)
        .with(method)
        .replace(
            "reserve = \"0\"",
            "reserve = \"0\"\nfunds = [\"hifp_pay\", \"hifob_pay\"]",
        )
        .settle();
    // (30,000 + 2,500 + 6,000) ÷ 300; 12,833.33 − 2,500.
    assert_eq!(run.pool("p", "point_value"), "128.3333");
    assert_eq!(
        (run.claim("A", "others"), run.claim("A", "due")),
        ("2500.00", "10333.33")
    );
}

/// A low outlier whose patient paid more than the standard: netted, or lifted to 0.
#[test]
fn axis_17_negative_dues() {
    let claims = "setl_id,fixmedins_code,insutype,dscg_time,medfee_sumamt,hifp_pay,group_code
A,H2,310,2026-03-01,4000.00,0.00,G1
B,H2,310,2026-03-01,20000.00,14000.00,G2
";
    let paid = |floor: bool| {
        let method = format!("[fund_share]\nmethod = \"difference\"\nfloor_at_zero = {floor}");
        let run = Year::new(claims).replace("30000.00", "2000.00").with(&method).settle();
        // (2,000 + 10,000) ÷ 240 = 50: 40 points are 2,000.00, of which 4,000.00 are paid.
        assert_eq!(run.claim("A", "standard"), "2000.00");
        (run.claim("A", "due").to_owned(), run.hospital("H2", "due").to_owned())
    };
    assert_eq!(paid(false), ("-2000.00".to_owned(), "2000.00".to_owned()));
    assert_eq!(paid(true), ("0.00".to_owned(), "4000.00".to_owned()));
}

/// 100.55 points × 1.1 with three decimals, and with two, where a tie goes up, to the even one, or down.
#[test]
fn axis_23_places_and_modes() {
    let groups = "group_code,name,kind,base_points,mean_cost\nG1,a,core,100.55,10000.00\nG2,b,core,50,20000.00\n";
    let claims = "setl_id,fixmedins_code,insutype,dscg_time,medfee_sumamt,hifp_pay,group_code
A,H1,310,2026-03-01,10000.00,7000.00,G1
B,H1,310,2026-03-01,20000.00,7000.00,G2
";
    let points = |places: &str, mode: &str| {
        let run = Year::new(claims)
            .table("groups.csv", groups)
            .replace("points = 4", &format!("points = {places}"))
            .replace("half-up", mode)
            .settle();
        run.claim("A", "points").to_owned()
    };
    // 100.55 × 1.1 = 110.605
    assert_eq!(points("3", "half-up"), "110.605");
    assert_eq!(points("2", "half-up"), "110.61");
    assert_eq!(points("2", "half-even"), "110.60");
    assert_eq!(points("2", "down"), "110.60");
}

/// Three equal cases of 10,000.00: 3,333.33 each, and the fen goes to the fund or to the first.
#[test]
fn axis_23_remainder() {
    let claims = "setl_id,fixmedins_code,insutype,dscg_time,medfee_sumamt,hifp_pay,group_code
A,H2,310,2026-03-01,10000.00,3000.00,G1
B,H2,310,2026-03-01,10000.00,3000.00,G1
C,H2,310,2026-03-01,10000.00,3000.00,G1
";
    let dues = |remainder: &str| {
        let run = Year::new(claims)
            .replace("30000.00", "10000.00")
            .replace("remainder = \"fund\"", &format!("remainder = \"{remainder}\""))
            .settle();
        let dues = ["A", "B", "C"].map(|id| run.claim(id, "due").to_owned());
        (dues, run.pool("p", "remainder").to_owned())
    };
    let third = "3333.33".to_owned();
    assert_eq!(
        dues("fund"),
        ([third.clone(), third.clone(), third.clone()], "0.01".to_owned())
    );
    assert_eq!(
        dues("largest-remainder"),
        (["3333.34".to_owned(), third.clone(), third], "0.00".to_owned())
    );
}
