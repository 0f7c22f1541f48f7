//! Axes 6, 8, 9, 14 and 15: scales, the hospital coefficient, auxiliary factors, new techniques, TCM.

use crate::year::Year;

const ONE: &str = "setl_id,fixmedins_code,insutype,dscg_time,medfee_sumamt,hifp_pay,group_code
";

fn year(rows: &str) -> Year {
    Year::new(&format!("{ONE}{rows}"))
}

/// A case without a group of 5,000.00 of a mean of 10,000.00: ½ × scale × 0.8.
#[test]
fn axis_06_scales() {
    for (scale, points) in [("1", "0.4000"), ("100", "40.0000"), ("1000", "400.0000")] {
        let run = year("U,H1,310,2026-03-01,5000.00,3500.00,\n")
            .replace("scale = \"100\"", &format!("scale = \"{scale}\""))
            .settle();
        assert_eq!(run.paid("U"), ("ungrouped", points, "30000.00"), "{scale}");
    }
}

/// 1.1, 1 and 0.8 times 100 points, but the same for a basic disease, or for every kind of group.
#[test]
fn axis_08_hospital_coefficient_and_groups_paid_alike() {
    let claims = "A1,H1,310,2026-03-01,10000.00,7000.00,G1\n\
                  A3,H3,310,2026-03-01,10000.00,7000.00,G1\n\
                  B1,H1,310,2026-03-01,10000.00,7000.00,B1\n\
                  B3,H3,310,2026-03-01,10000.00,7000.00,B1\n";
    let points = |year: Year| {
        let run = year.settle();
        ["A1", "A3", "B1", "B3"].map(|id| run.claim(id, "points").to_owned())
    };
    assert_eq!(points(year(claims)), ["110.0000", "80.0000", "100.0000", "100.0000"]);
    let all = year(claims).replace("[\"basic\"]", "[\"core\", \"basic\", \"tcm\"]");
    assert_eq!(points(all), ["100.0000"; 4]);
    let none = year(claims).replace("[\"basic\"]", "[]");
    assert_eq!(points(none), ["110.0000", "80.0000", "110.0000", "80.0000"]);
}

/// The item of 12,000.00 is paid at 70 %, apart; the group is judged by the 9,000.00 that are left, a
/// normal case, where all of the 21,000.00 would have been a high outlier.
#[test]
fn axis_14_new_techniques_apart() {
    let claims = "setl_id,fixmedins_code,insutype,dscg_time,medfee_sumamt,hifp_pay,group_code,newtech_amt
N,H2,310,2026-03-01,21000.00,15000.00,G1,12000.00
O,H2,310,2026-03-01,21000.00,15000.00,G1,
";
    let run = Year::new(claims)
        .with(
            r#"[[route]]
id = "all"
pools = ["p"]
method = "by-group"
apart = ["new"]

[[apart]]
id = "new"
column = "newtech_amt"
share = "0.7""#,
        )
        .settle();
    assert_eq!(run.claim("N", "case_class"), "normal");
    assert_eq!(run.claim("N", "points"), "100.0000");
    assert_eq!(run.claim("N", "apart_due"), "8400.00");
    // Without the item: 100 × (2.1 − 2 + 1).
    assert_eq!(run.claim("O", "case_class"), "high");
    assert_eq!(run.claim("O", "points"), "110.0000");
}

/// The TCM group at a share of the western one's 200 points and mean of 20,000.00 (同病同效同价), and
/// by its own 80 points.
#[test]
fn axis_15_tcm_at_a_share_of_the_western_group() {
    let claims = "T,H2,310,2026-03-01,9000.00,6000.00,T1\n";
    let with = |factor: &str| {
        let methods = format!(
            r#"[[route]]
id = "tcm"
pools = ["p"]
method = "tcm"
when = {{ kind = ["tcm"] }}

[[by_group]]
id = "tcm"
factor = "{factor}"
compare_with = "at-factor"
groups_as = [{{ group = "T1", paid_as = "G2" }}]"#
        );
        year(claims).with(&methods).settle().claim("T", "points").to_owned()
    };
    assert_eq!(with("0.6"), "120.0000");
    // 9,000 ÷ (20,000 × 0.8) is above a half; at 1 it is below, and the case a low outlier: 200 × 0.45.
    assert_eq!(with("0.8"), "160.0000");
    assert_eq!(with("1"), "90.0000");
    assert_eq!(year(claims).settle().claim("T", "points"), "80.0000");
}

/// Highest only of the levels of a case, as a coefficient or as a sub-type's own mean: the example's
/// figures, which another program computed.
#[test]
fn axis_09_auxiliary_factors() {
    let example = crate::common::examples_folder().join("dip-factors");
    for compare_with in ["type", "sub-type"] {
        let folder = tempfile::tempdir().expect("a folder");
        crate::common::copy_folder(&example, folder.path());
        let region = folder.path().join("region.toml");
        let text = std::fs::read_to_string(&region).expect("the example");
        let at = text.find("compare_with = \"").expect("the key") + "compare_with = \"".len();
        let end = at + text[at..].find('"').expect("its end");
        std::fs::write(&region, [&text[..at], compare_with, &text[end..]].concat()).expect("written");
        let run = crate::common::settled(folder.path(), &folder.path().join("run"));
        let expected = std::fs::read(example.join(format!("expected-{compare_with}.csv"))).expect("expected");
        assert_eq!(
            std::fs::read(run.join("claims.csv")).expect("claims"),
            expected,
            "{compare_with}"
        );
    }
}

/// F11 has a comorbidity (1.05) and a stay of 65 days (1.02): 441 points, of a coefficient of 1.05, × 1.071
/// where the directory multiplies, × 1.05 where the highest counts. F01 has one factor alone.
#[test]
fn axis_09_factors_multiplied() {
    let folder = tempfile::tempdir().expect("a folder");
    crate::common::copy_folder(&crate::common::examples_folder().join("dip-factors"), folder.path());
    let directory = folder.path().join("dip/directory.toml");
    let text = std::fs::read_to_string(&directory).expect("the directory");
    assert!(!text.contains("combine = \"product\""));
    let text = text.replace("combine = \"highest\"", "combine = \"product\"");
    std::fs::write(&directory, &text).expect("written");
    assert!(text.contains("combine = \"product\""));
    let rows =
        crate::common::table(&crate::common::settled(folder.path(), &folder.path().join("run")).join("claims.csv"));
    let of = |id: &str| {
        let row = rows.iter().find(|row| row[0] == id).expect("the claim");
        [row[7].clone(), row[10].clone(), row[11].clone()]
    };
    assert_eq!(of("F11"), ["472.3110", "47231.10", "1.071"]);
    assert_eq!(of("F01"), ["463.0500", "46305.00", "1.05"]);
}
