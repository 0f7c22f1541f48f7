//! Axes 28, 29 and 30: what is kept of procured drugs, prepayments for the next year, and how long the
//! fund lasts. None of them changes what a case or a clearing pays.
//!
//! Seen to fail: the base cut at 0 drug by drug, the score of a step taken with `>`, an unmet volume let
//! through (28); the tier by rounded months, spending without what is kept of procured drugs (30); the
//! prepayment of what is due in place of what is cleared (29).

use crate::year::{Settled, Year};
use dianzhi_batch::{ExplainTarget, Progress, explain};

/// One claim, for which H2 is due the whole budget, and cleared at it.
const CLAIMS: &str = "setl_id,fixmedins_code,insutype,dscg_time,medfee_sumamt,hifp_pay,group_code
A,H2,310,2026-03-01,10000.00,9900.00,G1
";

const PROCUREMENT: &str = "[procurement]
share_at_most = \"0.5\"
volume_must_be_met = true
steps = [ { from = \"90\", share = \"0.5\" }, { from = \"60\", share = \"0.3\" } ]";

const HEADER: &str = "pool,fixmedins_code,batch,drug,agreed_volume,used_volume,price_before,price_after,not_selected,fund_ratio,insured_share,procurement_score\n";

/// H1 two drugs of one batch, one of them dearer than before; H2 on the bound of the lower step, and a
/// second batch of which 1 of 100 was not used; H3 below all steps.
const DRUGS: &str = "p,H1,B1,D1,10000,10000,5.00,1.00,2000.00,0.6,0.8,92
p,H1,B1,D2,333,400,0.37,0.41,100.00,0.6,0.8,92
p,H2,B1,D1,100,100,10.00,4.00,0,1,1,60
p,H2,B2,D3,100,99,10.00,4.00,0,1,1,95
p,H3,B1,D1,100,100,10.00,4.00,0,1,1,59.9
";

fn year() -> Year {
    Year::new(CLAIMS).replace("30000.00", "10000.00")
}

fn procured() -> Year {
    let drugs = format!("{HEADER}{DRUGS}");
    year().with(PROCUREMENT).table("procurement.csv", &drugs)
}

/// Budget, spend, base, share and kept of a hospital's batch.
fn kept<'s>(run: &'s Settled, hospital: &str, batch: &str) -> [&'s str; 5] {
    let cell = |column| run.cell("procurement.csv", &["p", hospital, batch], column);
    ["budget", "spend", "base", "share", "kept"].map(cell)
}

/// H1: 10,000 × 5.00 × 0.48 + 333 × 0.37 × 0.48 = 24,059.1408; (10,000 + 2,000) × 0.48 +
/// (333 × 0.41 + 100) × 0.48 = 5,873.5344; half of 18,185.61 is 9,092.805.
#[test]
fn axis_28_a_share_of_the_savings_by_grade() {
    let run = procured().settle();
    assert_eq!(
        kept(&run, "H1", "B1"),
        ["24059.14", "5873.53", "18185.61", "0.5", "9092.81"]
    );
    // at 60 points the step from 60 on; below it nothing
    assert_eq!(kept(&run, "H2", "B1"), ["1000.00", "400.00", "600.00", "0.3", "180.00"]);
    assert_eq!(kept(&run, "H3", "B1"), ["1000.00", "400.00", "600.00", "0", "0.00"]);
    assert_eq!(run.cell("procurement.csv", &["p", "H1", "B1"], "drugs"), "2");
}

#[test]
fn axis_28_an_agreed_volume_not_used_keeps_nothing() {
    let run = procured().settle();
    assert_eq!(kept(&run, "H2", "B2"), ["1000.00", "400.00", "600.00", "0", "0.00"]);
    assert_eq!(run.cell("procurement.csv", &["p", "H2", "B2"], "volume_met"), "no");
    let run = procured()
        .replace("volume_must_be_met = true", "volume_must_be_met = false")
        .settle();
    assert_eq!(kept(&run, "H2", "B2"), ["1000.00", "400.00", "600.00", "0.5", "300.00"]);
}

/// More was spent than before: nothing is kept, and nothing asked back.
#[test]
fn axis_28_no_savings_no_share() {
    let drugs = format!("{HEADER}p,H1,B1,D1,100,100,1.00,0.50,50.01,1,1,95\n");
    let run = year().with(PROCUREMENT).table("procurement.csv", &drugs).settle();
    assert_eq!(kept(&run, "H1", "B1"), ["100.00", "100.01", "0.00", "0.5", "0.00"]);
}

#[test]
fn axis_28_is_paid_beside_the_clearing() {
    let (without, with) = (year().settle(), procured().settle());
    for column in ["due", "cleared", "final_payment"] {
        assert_eq!(with.hospital("H2", column), without.hospital("H2", column), "{column}");
    }
    for column in ["point_value", "remainder", "left_in_fund"] {
        assert_eq!(with.pool("p", column), without.pool("p", column), "{column}");
    }
}

#[test]
fn axis_28_what_contradicts_itself_is_refused() {
    assert_eq!(year().with(PROCUREMENT).refused(), ["P109"]);
    assert_eq!(year().table("procurement.csv", HEADER).refused(), ["P109"]);
    assert_eq!(procured().replace("\"0.3\"", "\"0.6\"").refused(), ["P109", "P109"]);
    let rows = |rows: &str| {
        year()
            .with(PROCUREMENT)
            .table("procurement.csv", &format!("{HEADER}{rows}"))
    };
    // two scores of one hospital's batch, a share above 1, a drug twice, an unknown hospital
    let two = "p,H1,B1,D1,1,1,1,1,0,1,1,90\np,H1,B1,D2,1,1,1,1,0,1,1,91\n";
    assert_eq!(rows(two).refused(), ["T106"]);
    assert_eq!(rows("p,H1,B1,D1,1,1,1,1,0,1.1,1,90\n").refused(), ["T106"]);
    assert_eq!(
        rows("p,H1,B1,D1,1,1,1,1,0,1,1,90\np,H1,B1,D1,1,1,1,1,0,1,1,90\n").refused(),
        ["T107"]
    );
    assert_eq!(rows("p,H9,B1,D1,1,1,1,1,0,1,1,90\n").refused(), ["T108"]);
}

/// 10,000.00 for hospitals and 2,000.00 beside: 1,000.00 a month.
fn fund(opening: &str, income: &str, more: &str) -> Year {
    let section = format!(
        "[[fund]]
id = \"employee\"
pools = [\"p\"]
opening = \"{opening}\"
income = \"{income}\"
other_spending = \"2000.00\"
warning = [ {{ tier = \"red\", below = \"3\" }}, {{ tier = \"orange\", below = \"6\" }}, {{ tier = \"yellow\", below = \"9\" }} ]
{more}"
    );
    year().with(&section)
}

/// Closing, months, exact months and tier.
fn balance(run: &Settled) -> [&str; 4] {
    ["closing", "months", "months_exact", "tier"].map(|column| run.cell("funds.csv", &["employee"], column))
}

#[test]
fn axis_30_months_and_tiers() {
    for (opening, expected) in [
        ("2999.99", ["2999.99", "3", "2.999990", "red"]),
        ("3000.00", ["3000.00", "3", "3.000000", "orange"]),
        ("3500.00", ["3500.00", "4", "3.500000", "orange"]),
        ("6000.00", ["6000.00", "6", "6.000000", "yellow"]),
        ("9000.00", ["9000.00", "9", "9.000000", ""]),
        ("-500.00", ["-500.00", "-1", "-0.500000", "red"]),
    ] {
        let run = fund(opening, "12000.00", "").settle();
        assert_eq!(balance(&run), expected, "{opening}");
        assert_eq!(run.cell("funds.csv", &["employee"], "spending"), "12000.00");
    }
}

/// A year that spends more than it takes in is yellow at least, and stays red where it is red.
#[test]
fn axis_30_a_deficit_warns() {
    let tier = |opening: &str, income: &str| {
        let run = fund(opening, income, "deficit = \"yellow\"").settle();
        balance(&run)[3].to_owned()
    };
    assert_eq!(tier("90000.00", "12000.00"), "");
    assert_eq!(tier("90000.00", "11999.99"), "yellow");
    assert_eq!(tier("1000.00", "11999.99"), "red");
}

/// What hospitals keep of procured drugs is spending of the fund: 9,092.81 + 180.00 more.
#[test]
fn axis_30_procured_drugs_are_spending() {
    let drugs = format!("{HEADER}{DRUGS}");
    let run = fund("0", "30000.00", "")
        .with(PROCUREMENT)
        .table("procurement.csv", &drugs)
        .settle();
    assert_eq!(run.cell("funds.csv", &["employee"], "procurement"), "9272.81");
    assert_eq!(balance(&run)[0], "8727.19");
}

#[test]
fn axis_30_what_contradicts_itself_is_refused() {
    assert_eq!(fund("0", "0", "deficit = \"blue\"").refused(), ["P106"]);
    assert_eq!(fund("0", "-1", "").refused(), ["P106"]);
    assert_eq!(
        fund("0", "0", "").replace("below = \"6\"", "below = \"3\"").refused(),
        ["P106"]
    );
    let twice = fund("0", "0", "").replace("pools = [\"p\"]", "pools = [\"p\", \"p\"]");
    assert_eq!(twice.refused(), ["P109"]);
    let two = "[[pool]]\nid = \"r\"\ninsutype = [\"390\"]\nbudget = \"1.00\"\nreserve = \"0\"";
    // a pool that no fund pays, and residents in the fund of employees
    assert_eq!(fund("0", "0", "").add(two).refused(), ["P109"]);
    let mixed = fund("0", "0", "")
        .add(two)
        .replace("pools = [\"p\"]", "pools = [\"p\", \"r\"]");
    assert_eq!(mixed.refused(), ["P109"]);
}

fn next(opening: &str, prepayment: &str) -> String {
    let run = fund(opening, "12000.00", prepayment).settle();
    run.cell("next_prepayments.csv", &["p", "H2"], "prepaid").to_owned()
}

/// 10,000.00 cleared: a month is 833.33; the fund must last 12 months, to the fen.
#[test]
fn axis_29_so_many_months_of_what_was_cleared() {
    assert_eq!(
        next("12000.00", "prepayment = { months = \"1\", from = \"12\" }"),
        "833.33"
    );
    assert_eq!(
        next("12000.00", "prepayment = { months = \"1.5\", from = \"12\" }"),
        "1250.00"
    );
}

#[test]
fn axis_29_only_where_the_fund_lasts() {
    assert_eq!(
        next("11999.99", "prepayment = { months = \"1\", from = \"12\" }"),
        "0.00"
    );
    assert_eq!(
        next("6000.00", "prepayment = { months = \"1\", from = \"6\" }"),
        "833.33"
    );
}

/// Booked below the floor: cleared at 5,000.00, and a month of that.
#[test]
fn axis_29_is_of_what_is_cleared() {
    let prepayment = "prepayment = { months = \"1\", from = \"0\" }";
    let run = fund("0", "12000.00", prepayment)
        .table("claims.csv", &CLAIMS.replace("9900", "5000"))
        .settle();
    assert_eq!(run.hospital("H2", "cleared"), "5000.00");
    assert_eq!(run.cell("next_prepayments.csv", &["p", "H2"], "prepaid"), "416.67");
}

/// The steps lead to what is published: the fund's balance, then 5,000.00 ÷ 12; of procured drugs every batch.
/// Seen to fail where the prepayment was explained from what is due.
#[test]
fn axis_29_is_explained_as_published() {
    let drugs = format!("{HEADER}{DRUGS}");
    let year = fund("0", "30000.00", "prepayment = { months = \"1\", from = \"0\" }")
        .table("claims.csv", &CLAIMS.replace("9900", "5000"))
        .with(PROCUREMENT)
        .table("procurement.csv", &drugs);
    let folder = tempfile::tempdir().expect("a folder");
    let run = year.run_in(folder.path());
    let target = ExplainTarget::Hospital {
        code: "H2".to_owned(),
        pool: None,
    };
    let told = explain(&run, &target, None, Some(1), &Progress::default()).expect("an explanation");
    let steps: Vec<_> = told.sections.iter().flat_map(|section| &section.steps).collect();
    let results = |rule: &str| -> Vec<&str> {
        let of_rule = steps.iter().filter(|step| step.rule == rule);
        of_rule.map(|step| step.result.as_str()).collect()
    };
    assert_eq!(results("next-prepayment"), ["416.67"]);
    assert_eq!(results("procurement-kept"), ["180.00", "0.00"]);
    assert_eq!(results("fund-months-whole").len(), 1);
    let files: Vec<_> = told.published.iter().map(|row| (row.file, row.agrees)).collect();
    assert_eq!(files.iter().filter(|(file, _)| *file == "procurement.csv").count(), 2);
    assert!(files.iter().all(|(_, agrees)| *agrees), "{files:?}");
}

/// The table goes into the next year as it stands, and comes off its final payments.
#[test]
fn axis_29_is_the_next_years_prepayment() {
    let table = "pool,fixmedins_code,prepaid\np,H2,833.33\n";
    let run = year().table("prepayments.csv", table).settle();
    assert_eq!(run.hospital("H2", "final_payment"), "9166.67");
}
