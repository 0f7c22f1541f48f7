//! Axis 18: what a month advances, and what the yearly clearing takes off again.

use crate::year::Year;
use dianzhi_batch::{Failure, Progress, advances, prepayments, prepayments_csv};
use std::path::Path;

const HEADER: &str = "setl_id,fixmedins_code,insutype,dscg_time,medfee_sumamt,hifp_pay,group_code\n";
const JANUARY: &str = "A,H2,310,2026-01-10,10000.00,7000.00,G1\nB,H3,310,2026-01-11,10000.00,4000.01,B1\n";
const FEBRUARY: &str = "C,H2,310,2026-02-10,10000.00,7000.00,G1\n";

/// A month of a budget: 100 points a claim.
fn month(claims: &str, budget: &str, monthly: &str) -> Year {
    let year = Year::new(&format!("{HEADER}{claims}")).replace("30000.00", budget);
    if monthly.is_empty() {
        year
    } else {
        year.with(&format!("[monthly]\n{monthly}"))
    }
}

fn table(runs: &[&Path]) -> Result<String, Failure> {
    advances(runs, &Progress::default()).map(|found| prepayments_csv(&prepayments(&found)))
}

fn both(monthly: &str) -> Result<String, Failure> {
    let folders = [tempfile::tempdir(), tempfile::tempdir()].map(|folder| folder.expect("a folder"));
    let january = month(JANUARY, "20000.00", monthly).run_in(folders[0].path());
    let february = month(FEBRUARY, "10000.01", monthly).run_in(folders[1].path());
    table(&[&january, &february])
}

/// January 10,000.00 due to either, February 10,000.01 to H2: 95 % are 9,500.00 and ⟦9,500.0095⟧.
/// Of what was booked, 85 %: 5,950.00 twice, and ⟦3,400.0085⟧.
#[test]
fn axis_18_a_share_of_what_is_due_or_booked() {
    let due = both("of = \"due\"\nshare = \"0.95\"").expect("advances");
    assert_eq!(due, "pool,fixmedins_code,prepaid\np,H2,19000.01\np,H3,9500.00\n");
    let booked = both("of = \"booked\"\nshare = \"0.85\"").expect("advances");
    assert_eq!(booked, "pool,fixmedins_code,prepaid\np,H2,11900.00\np,H3,3400.01\n");
}

/// The year's clearing takes both months off: H2 is due 20,000.00 and booked 14,000.00, which is below
/// 85 %, so it is cleared at what was booked.
#[test]
fn axis_18_taken_off_by_the_yearly_clearing() {
    let prepaid = both("of = \"due\"\nshare = \"0.95\"").expect("advances");
    let year = month(&[JANUARY, FEBRUARY].concat(), "30000.00", "").table("prepayments.csv", &prepaid);
    let run = year.settle();
    assert_eq!(run.hospital("H2", "prepaid"), "19000.01");
    assert_eq!(run.hospital("H2", "final_payment"), "-5000.01");
}

/// A due below zero advances nothing.
#[test]
fn axis_18_nothing_below_zero() {
    let folder = tempfile::tempdir().expect("a folder");
    let claims = "A,H2,310,2026-01-10,10000.00,0.00,G1\nB,H3,310,2026-01-11,10000.00,9000.00,B1\n";
    let method = "[fund_share]\nmethod = \"difference\"\nfloor_at_zero = false";
    let year = month(claims, "1000.00", "of = \"due\"\nshare = \"0.95\"").with(method);
    // (1,000 + 10,000 + 1,000) ÷ 200 = 60: 6,000 − 10,000, and 6,000 − 1,000.
    let run = year.run_in(folder.path());
    assert_eq!(
        table(&[&run]).expect("advances"),
        "pool,fixmedins_code,prepaid\np,H2,0.00\np,H3,4750.00\n"
    );
}

#[test]
fn runs_that_do_not_add_up_are_refused() {
    let folders = [(); 6].map(|()| tempfile::tempdir().expect("a folder"));
    let share = "of = \"due\"\nshare = \"0.95\"";
    let january = month(JANUARY, "20000.00", share).run_in(folders[0].path());
    let again = month(JANUARY, "19999.00", share).run_in(folders[1].path());
    let silent = month(FEBRUARY, "10000.00", "").run_in(folders[2].path());
    let elsewhere = month(FEBRUARY, "10000.00", share)
        .replace("990100", "990200")
        .run_in(folders[3].path());
    let later = month(FEBRUARY, "10000.00", share)
        .replace("2026-12-31", "2027-06-30")
        .run_in(folders[4].path());
    // The claims of January with an empty line more: another file of the same claims.
    let spaced = month(&format!("{JANUARY}\n"), "20000.00", share).run_in(folders[5].path());
    for other in [&again, &silent, &elsewhere, &later, &spaced] {
        let failure = table(&[&january, other]).expect_err("refused");
        assert_eq!(failure.diagnostics()[0].code.to_string(), "F111");
    }
    let hospitals = january.join("hospitals.csv");
    let text = std::fs::read_to_string(&hospitals)
        .expect("hospitals")
        .replace("7000.00", "7000.01");
    std::fs::write(&hospitals, text).expect("written");
    let failure = table(&[&january]).expect_err("refused");
    assert_eq!(failure.diagnostics()[0].code.to_string(), "I102");
    // Another share in the policy that run.json holds.
    let february = tempfile::tempdir().expect("a folder");
    let run = month(FEBRUARY, "10000.00", share).run_in(february.path());
    let json = run.join("run.json");
    let text = std::fs::read_to_string(&json)
        .expect("run.json")
        .replace("0.95", "0.55");
    std::fs::write(&json, text).expect("written");
    let failure = table(&[&run]).expect_err("refused");
    assert_eq!(failure.diagnostics()[0].code.to_string(), "I102");
}

/// What is due by head is advanced too: 10 heads at 100.00, 80 % first and nothing of the rest at 50 points.
/// The points share 19,000.00. Seen to fail where only the cases' due was advanced.
#[test]
fn axis_18_heads_are_advanced_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let year = month(JANUARY, "20000.00", "of = \"due\"\nshare = \"0.95\"")
        .add("[[capitation]]\nid = \"sign-up\"\nper_head = \"100.00\"\nfirst_payment = \"0.8\"")
        .add("[[route]]\nid = \"heads\"\npools = [\"p\"]\nmethod = \"sign-up\"\nwhen = { med_type = [\"11\"] }")
        .add("[[route]]\nid = \"rest\"\npools = [\"p\"]\nmethod = \"by-group\"")
        .table("enrolment.csv", "pool,fixmedins_code,class,heads\np,H3,sign-up,10\n")
        .table(
            "claims.csv",
            &format!("{HEADER}{JANUARY}")
                .replace("group_code\n", "group_code,med_type\n")
                .replace("G1\n", "G1,21\n")
                .replace("B1\n", "B1,21\n"),
        );
    let run = year.run_in(folder.path());
    assert_eq!(
        table(&[&run]).expect("advances"),
        "pool,fixmedins_code,prepaid\np,H2,9025.00\np,H3,9785.00\n"
    );
}
