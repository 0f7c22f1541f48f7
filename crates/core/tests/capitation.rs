//! Capitation by hand from docs/METHODS.md §3: amounts, first payment, assessment, and the clearing
//! of hospitals that are paid by head.

use dianzhi_core::{
    AgeFactor, Band, Capitation, CompileAt, CompiledPolicy, Decimal, Enrolment, Fen, FenSum, HospitalId, HospitalYear,
    PoolError, PoolId, Silent, Totals, Worth, example,
};

fn d(text: &str) -> Decimal {
    text.parse().expect("a decimal")
}

/// Two classes: 120.00 a head, of which 80 % first; 300.00 with bands, 75 % first.
fn policy() -> CompiledPolicy {
    let mut policy = example::policy();
    let band = |band: &str, factor: &str| AgeFactor {
        band: band.to_owned(),
        factor: d(factor),
    };
    let class = |id: &str, rate: &str, first: &str, age_factors| Capitation {
        id: id.to_owned(),
        per_head: d(rate),
        age_factors,
        first_payment: d(first),
    };
    policy.methods.capitation = vec![
        class("sign-up", "120.00", "0.8", Vec::new()),
        class("chronic", "300.00", "0.75", vec![band("0-59", "1"), band("60+", "1.4")]),
    ];
    CompiledPolicy::new(&policy, &example::groups(), &example::hospitals()).expect("a policy")
}

fn row(class: &str, age_band: &str, hospital: u32, heads: &str, risk: &str) -> Enrolment {
    Enrolment {
        pool: PoolId(0),
        hospital: HospitalId(hospital),
        class: class.to_owned(),
        age_band: age_band.to_owned(),
        heads: d(heads),
        risk_factor: d(risk),
    }
}

#[test]
fn amounts_first_payment_and_assessment() {
    let rows = [
        row("chronic", "60+", 1, "33.5", "1.05"),
        row("sign-up", "", 0, "10", "1"),
        row("chronic", "0-59", 1, "2", "1"),
        row("sign-up", "", 1, "7", "1"),
    ];
    let policy = policy().with_enrolment(&rows).unwrap();
    let found: Vec<[i128; 3]> = policy
        .capitations()
        .iter()
        .map(|account| [account.amount.0, account.first.0, account.returned.0])
        .collect();
    // H001 scores 95.5, full from 90; H002 scores 78.
    let expected = [
        // 10 × 120.00; 80 %; all of the rest
        [120_000, 96_000, 24_000],
        // 7 × 120.00; 672.00; 0.78 × 168.00
        [84_000, 67_200, 13_104],
        // 33.5 × 300.00 × 1.4 × 1.05 = 14,773.50 and 2 × 300.00; 75 % = 11,530.125; 0.78 × 3,843.37
        [1_537_350, 1_153_013, 299_783],
    ];
    assert_eq!(found, expected);
}

#[test]
fn heads_are_paid_before_points() {
    let policy = policy().with_enrolment(&[row("sign-up", "", 0, "10", "1")]).unwrap();
    // Budget 20,000.00, reserve 5 %: 19,000.00 less 1,200.00, and ΣO of 3,000.00, over 200 points.
    let totals = Totals {
        cases: 2,
        points: 2_000_000,
        medical_cost: 1_800_000,
        fund_billed: 1_500_000,
        ..Totals::default()
    };
    let price = policy.pool_price(PoolId(0), &totals, &mut Silent).unwrap();
    assert_eq!(price.capitation, FenSum(120_000));
    assert_eq!(price.point_value, 104_000_000);
    let beyond = self::policy().with_enrolment(&[row("sign-up", "", 0, "159", "1")]);
    let price = beyond.unwrap().pool_price(PoolId(0), &totals, &mut Silent);
    assert!(matches!(price, Err(PoolError::NothingForPoints { .. })), "{price:?}");
}

/// Paid for 1,200.00 (H001 is assessed in full), for care of 1,100.00 and 1,400.00: a surplus, kept
/// from 85 % on; an overspend, of which the fund bears half up to 110 %.
#[test]
fn surplus_and_overspend_of_heads() {
    let policy = policy().with_enrolment(&[row("sign-up", "", 0, "10", "1")]).unwrap();
    for (booked, band, cleared) in [
        (110_000, Band::Surplus, 120_000),
        (140_000, Band::Overspend, 120_000 + 6_000),
    ] {
        let totals = Totals {
            cases: 1,
            medical_cost: booked,
            fund_billed: booked,
            ..Totals::default()
        };
        let year = HospitalYear {
            hospital: HospitalId(0),
            totals,
            prepaid: FenSum(0),
        };
        let price = policy.pool_price(PoolId(0), &totals, &mut Silent).unwrap();
        let account = policy.clear(PoolId(0), price, totals, &[year], &mut Silent).unwrap();
        let statement = &account.statements[0];
        assert_eq!((statement.band, statement.cleared), (band, FenSum(cleared)), "{booked}");
        assert_eq!(statement.compared, FenSum(120_000));
        assert_eq!(policy.broken_identities(&account, &totals), Vec::new());
    }
}

/// A hospital with people and neither cases nor prepayments has its statement; what its assessment
/// withholds stays in the fund.
#[test]
fn a_hospital_without_cases_is_paid_for_its_people() {
    let policy = policy().with_enrolment(&[row("sign-up", "", 1, "7", "1")]).unwrap();
    let totals = Totals::default();
    let price = policy.pool_price(PoolId(0), &totals, &mut Silent).unwrap();
    let mut account = policy.clear(PoolId(0), price, totals, &[], &mut Silent).unwrap();
    assert_eq!(account.capitation, FenSum(67_200 + 13_104));
    assert_eq!(account.statements.len(), 1);
    assert_eq!(account.remainder, FenSum(1_900_000 - 80_304));
    assert!(policy.broken_identities(&account, &totals).is_empty());
    account.statements[0].capitation.0 += 1;
    assert!(!policy.broken_identities(&account, &totals).is_empty());
}

#[test]
fn a_case_of_a_person_paid_by_head_is_paid_nothing() {
    let policy = policy();
    let mut case = policy
        .case(Some("ES25"), "H001", "310", Fen(900_000), Fen(600_000))
        .unwrap();
    case.method = policy.method("sign-up").unwrap();
    let found = policy.worth(&case, &mut Silent).unwrap();
    assert_eq!((found.class.as_str(), found.worth), ("capitated", Worth::Money(Fen(0))));
    // Nor less than nothing by the difference of 3,000.00.
    let payment = policy.payment(&case, Fen(0), &mut Silent).unwrap();
    assert_eq!((payment.due, payment.others), (Fen(0), Fen(300_000)));
    assert_eq!(policy.patient_over(&case, &payment), Ok(None));
}

#[test]
fn rows_that_cannot_be_are_refused_by_position() {
    let good = row("sign-up", "", 0, "10", "1");
    let mut elsewhere = good.clone();
    elsewhere.pool = PoolId(9);
    let mut nobody = good.clone();
    nobody.hospital = HospitalId(9);
    for bad in [
        row("sign-on", "", 0, "10", "1"),
        row("sign-up", "60+", 0, "10", "1"),
        row("chronic", "", 0, "10", "1"),
        row("chronic", "61+", 0, "10", "1"),
        row("sign-up", "", 0, "-0.01", "1"),
        row("sign-up", "", 0, "10", "0"),
        row("sign-up", "", 0, "99999999999", "1"),
        row(
            "sign-up",
            "",
            0,
            "79228162514264337593543950335",
            "79228162514264337593543950335",
        ),
        elsewhere,
        nobody,
    ] {
        let refused = policy().with_enrolment(&[good.clone(), bad]).map(|_| ());
        assert_eq!(refused.unwrap_err().at, CompileAt::Enrolment(1));
    }
}
