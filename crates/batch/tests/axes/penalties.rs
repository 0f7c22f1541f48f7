//! Axis 22, where penalties meet other rules: cases paid by what they cost, and pools that pay by the
//! point value of another. Seen to fail: a penalty of the points that the cost had brought; A111 for
//! the pool with points below 0.

use crate::year::Year;

const CLAIMS: &str = "setl_id,fixmedins_code,insutype,dscg_time,medfee_sumamt,hifp_pay,group_code,dscg_way,insu_admdvs
A,H2,310,2026-03-01,10000.00,7000.00,G1,1,990100
B,H2,310,2026-03-02,10000.00,7000.00,G1,1,990100
X,H2,310,2026-03-03,3100.00,2000.00,G1,WAY,HOME
";

fn year(way: &str, home: &str) -> Year {
    Year::new(&CLAIMS.replace("WAY", way).replace("HOME", home))
        .table("penalties.csv", "setl_id,finding,multiple\nX,分解住院,1\n")
}

/// By what it cost the case would have 31 points; the penalty takes the group's 100 base points. So P
/// is 100 and V 300.
#[test]
fn axis_22_a_case_paid_by_its_cost_loses_base_points() {
    let run = year("2", "990100")
        .with(
            r#"[[route]]
id = "incomplete"
pools = ["p"]
method = "incomplete"
when = { dscg_way = ["2"] }

[[route]]
id = "rest"
pools = ["p"]
method = "by-group"

[[by_group]]
id = "incomplete"
factor = "1"
compare_with = "group"
by_cost = { coefficient = true, at_most = "base" }"#,
        )
        .settle();
    assert_eq!(run.claim("X", "points_before"), "31.0000");
    assert_eq!(run.paid("X"), ("by-cost", "-100.0000", "-30000.00"));
    assert_eq!(run.paid("A"), ("normal", "100.0000", "30000.00"));
}

/// The county's only case is one with a penalty; its pool pays by the region's 150 a point.
#[test]
fn axis_22_points_below_zero_where_another_pool_makes_the_value() {
    let run = year("1", "990181")
        .replace(
            "reserve = \"0\"",
            "reserve = \"0\"\n\n[[pool]]\nid = \"county\"\ninsutype = [\"310\"]\nbudget = \"1000.00\"\nreserve = \"0\"\npoint_value_of = \"p\"",
        )
        .with(
            r#"[[route]]
id = "county"
pools = ["county"]
method = "by-group"
when = { insu_admdvs = ["990181"] }

[[route]]
id = "rest"
pools = ["p"]
method = "by-group""#,
        )
        .settle();
    assert_eq!(run.claim("X", "points"), "-100.0000");
    assert_eq!(run.claim("X", "due"), "-15000.00");
    assert_eq!(run.pool("county", "point_value"), "150.0000");
}
