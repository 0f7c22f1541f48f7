//! Bands, caps and sides of the clearing, and institution caps: golden cases by hand from the rules'
//! text, and properties with the defective engines that they must catch.
#![allow(clippy::unwrap_used)] // also in the helpers, which the lint takes for code

mod common;

use common::defective::Defect;
use common::property::{Property, broken};
use common::tried::any_year;
use dianzhi_core::{
    Band, BreachKind, Clearing, ClearingError, ClearingFor, Compare, CompileAt, CompiledPolicy, Decimal, FenSum,
    HospitalId, HospitalYear, InstitutionCap, OverspendBand, PoolId, Sharing, Silent, Surplus, SurplusBand, Totals,
    example,
};

fn d(text: &str) -> Decimal {
    text.parse().expect("a decimal")
}

fn surplus_bands(bands: &[(&str, &str)]) -> Surplus {
    let band = |(from, keep): &(&str, &str)| SurplusBand {
        from: d(from),
        keep: d(keep),
    };
    Surplus::Bands(bands.iter().map(band).collect())
}

fn overspend_bands(bands: &[(&str, &str)]) -> Vec<OverspendBand> {
    let band = |(up_to, share): &(&str, &str)| OverspendBand {
        up_to: d(up_to),
        fund_share: d(share),
    };
    bands.iter().map(band).collect()
}

/// What a hospital that was due 1,000.00 and booked so many fen is cleared, under the example's
/// clearing after a change; the reserve of 1,000.00 covers every compensation here.
fn cleared(booked: i128, change: &dyn Fn(&mut Clearing)) -> (Band, i128) {
    let mut policy = example::policy();
    change(&mut policy.clearing);
    assert_eq!(policy.breaches(), []);
    let policy = CompiledPolicy::new(&policy, &example::groups(), &example::hospitals()).unwrap();
    let statement = common::cleared::cleared(&policy, booked).unwrap();
    (statement.band, statement.cleared.0)
}

/// §5.7, a published shape: below 80 % what was booked, 80–90 % half of the surplus, above that
/// all of it. r = 0.85: of 150.00 the upper 100.00 whole and 50.00 by half.
#[test]
fn bands_of_surplus_part_by_part() {
    let bands = |c: &mut Clearing| c.surplus = surplus_bands(&[("0.90", "1"), ("0.80", "0.5")]);
    for (booked, paid) in [
        (100_000, 100_000),
        (95_000, 100_000),
        (90_000, 100_000),
        (85_000, 97_500), // 850.00 + 100.00 + 25.00
        (80_000, 95_000), // 800.00 + 100.00 + 50.00
        (70_000, 85_000), // what lies below 0.80 stays with the fund
        (0, 15_000),
    ] {
        assert_eq!(cleared(booked, &bands), (Band::Surplus, paid), "{booked}");
    }
}

#[test]
fn bands_of_surplus_whole() {
    let whole = |inclusive: bool| {
        move |c: &mut Clearing| {
            c.surplus = surplus_bands(&[("0.90", "1"), ("0.80", "0.5")]);
            c.sharing = Sharing::Whole;
            c.from_inclusive = inclusive;
        }
    };
    for (booked, band, paid) in [
        (95_000, Band::Surplus, 100_000),
        (90_000, Band::Surplus, 100_000),
        (89_999, Band::Surplus, 95_000), // 899.99 + half of 100.01, the half fen up
        (80_000, Band::Surplus, 90_000),
        (79_999, Band::UnderFloor, 79_999),
    ] {
        assert_eq!(cleared(booked, &whole(true)), (band, paid), "{booked}");
    }
    // At a bound that does not belong to the band above it.
    assert_eq!(cleared(90_000, &whole(false)), (Band::Surplus, 95_000));
    assert_eq!(cleared(80_000, &whole(false)), (Band::UnderFloor, 80_000));
}

/// The surplus floor, too, can lie outside.
#[test]
fn the_side_of_the_surplus_floor() {
    assert_eq!(cleared(85_000, &|_| ()), (Band::Surplus, 100_000));
    assert_eq!(
        cleared(85_000, &|c| c.from_inclusive = false),
        (Band::UnderFloor, 85_000)
    );
}

/// §5.7, a published shape: over by up to 5 % the fund bears 60 %, up to 10 % half, above nothing.
#[test]
fn overspend_part_by_part_and_whole() {
    let bands = |c: &mut Clearing| c.overspend = overspend_bands(&[("1.05", "0.6"), ("1.10", "0.5")]);
    let whole = |c: &mut Clearing| {
        bands(c);
        c.sharing = Sharing::Whole;
    };
    for (booked, by_parts, by_band) in [
        (104_000, 102_400, 102_400), // 0.6 × 40.00
        (105_000, 103_000, 103_000), // 0.6 × 50.00
        (105_001, 103_001, 102_501), // 30.00 + half a fen, up; 0.5 × 50.01, up
        (108_000, 104_500, 104_000), // 30.00 + 0.5 × 30.00; 0.5 × 80.00
        (110_000, 105_500, 105_000), // 30.00 + 25.00; 0.5 × 100.00
        (150_000, 105_500, 105_000), // what lies above 1.10 is the hospital's
    ] {
        assert_eq!(cleared(booked, &bands), (Band::Overspend, by_parts), "{booked}");
        assert_eq!(cleared(booked, &whole), (Band::Overspend, by_band), "{booked}");
    }
    let outside = |c: &mut Clearing| {
        whole(c);
        c.up_to_inclusive = false;
    };
    assert_eq!(cleared(105_000, &outside), (Band::Overspend, 102_500)); // 0.5 × 50.00
    assert_eq!(cleared(110_000, &outside), (Band::Overspend, 105_000)); // the last band all the same
    let none = |c: &mut Clearing| {
        whole(c);
        c.overspend.clear();
    };
    assert_eq!(cleared(110_000, &none), (Band::Overspend, 100_000));
}

/// An older quota rule: 30 % of a surplus are a reward, of at most 3 % of the quota.
#[test]
fn caps_are_shares_of_the_due() {
    let reward = |c: &mut Clearing| {
        c.surplus = Surplus::Floor {
            floor: d("0"),
            keep: d("0.3"),
        };
        c.surplus_cap = Some(d("0.03"));
    };
    assert_eq!(cleared(95_000, &reward), (Band::Surplus, 96_500)); // 0.3 × 50.00
    assert_eq!(cleared(90_000, &reward), (Band::Surplus, 93_000)); // 0.3 × 100.00 = 0.03 × 1000.00
    assert_eq!(cleared(80_000, &reward), (Band::Surplus, 83_000)); // 60.00, cut to 30.00
    let cap = |c: &mut Clearing| c.compensation_cap = Some(d("0.04"));
    assert_eq!(cleared(107_000, &cap), (Band::Overspend, 103_500)); // 0.5 × 70.00
    assert_eq!(cleared(110_000, &cap), (Band::Overspend, 104_000)); // 50.00, cut to 40.00
}

#[test]
fn a_pool_is_cleared_by_one_section() {
    let found = |apart: &[&[&str]]| -> Vec<(String, BreachKind, Option<String>)> {
        let mut policy = example::policy();
        let section = |pools: &&[&str]| ClearingFor {
            pools: pools.iter().map(|&id| id.to_owned()).collect(),
            clearing: policy.clearing.clone(),
        };
        policy.clearing_for = apart.iter().map(section).collect();
        let breaches = policy.breaches().into_iter();
        breaches.map(|b| (b.key, b.kind, b.other)).collect()
    };
    let twice = |here: &str, first: &str| (here.to_owned(), BreachKind::Contradiction, Some(first.to_owned()));
    let out = |here: &str| (here.to_owned(), BreachKind::OutOfRange, None);
    assert_eq!(found(&[&["employee"], &["resident"]]), []);
    assert_eq!(
        found(&[&["employee"], &["resident", "employee"]]),
        [twice("clearing_for[1].pools[1]", "clearing_for[0].pools[0]")]
    );
    assert_eq!(
        found(&[&["employee", "employee"]]),
        [twice("clearing_for[0].pools[1]", "clearing_for[0].pools[0]")]
    );
    assert_eq!(found(&[&["nobody"]]), [out("clearing_for[0].pools[0]")]);
    assert_eq!(found(&[&[]]), [out("clearing_for[0].pools")]);
}

// ---- institution caps

/// A hospital that was due 1,000.00 and booked 900.00 in the first pool of the example, cleared
/// under `compare` with such a cap: S, and what it is cleared.
fn capped(compare: Compare, cap: Option<i128>) -> Result<(i128, i128), ClearingError> {
    let mut policy = example::policy();
    policy.clearing.compare = compare;
    let policy = CompiledPolicy::new(&policy, &example::groups(), &example::hospitals()).unwrap();
    let cap = cap.map(|fen| InstitutionCap {
        pool: PoolId(0),
        hospital: HospitalId(0),
        cap: FenSum(fen),
    });
    let policy = policy.with_caps(cap.as_slice()).unwrap();
    let statement = common::cleared::cleared(&policy, 90_000)?;
    assert_eq!((statement.totals.due, statement.cap), (100_000, cap.map(|cap| cap.cap)));
    Ok((statement.compared.0, statement.cleared.0))
}

/// §5.8: the example keeps the whole surplus from 0.85 on and shares half of an overspend to 1.10.
#[test]
fn booked_cost_is_compared_with_the_cap() {
    assert_eq!(capped(Compare::Due, Some(1)), Ok((100_000, 100_000)));
    assert_eq!(capped(Compare::InstitutionCap, Some(95_000)), Ok((95_000, 95_000)));
    assert_eq!(capped(Compare::InstitutionCap, Some(120_000)), Ok((120_000, 90_000))); // r = 0.75
    assert_eq!(capped(Compare::InstitutionCap, Some(85_000)), Ok((85_000, 87_500))); // + 0.5 × 50.00
    assert_eq!(capped(Compare::InstitutionCap, Some(0)), Ok((0, 0)));
    assert_eq!(capped(Compare::Lower, Some(95_000)), Ok((95_000, 95_000)));
    assert_eq!(capped(Compare::Lower, Some(120_000)), Ok((100_000, 100_000)));
    assert_eq!(capped(Compare::Lower, None), Ok((100_000, 100_000)));
    let missing = capped(Compare::InstitutionCap, None).unwrap_err();
    assert!(missing.text().en.ends_with(": H001"), "{missing}");
    assert!(missing.text().zh.ends_with("：H001"), "{missing}");
}

/// A fund officer asks for all caps that are missing at once.
#[test]
fn every_hospital_without_a_cap_is_named() {
    let mut policy = example::policy();
    policy.clearing.compare = Compare::InstitutionCap;
    let policy = CompiledPolicy::new(&policy, &example::groups(), &example::hospitals()).unwrap();
    let years = [1, 0].map(|hospital| HospitalYear {
        hospital: HospitalId(hospital),
        totals: Totals::default(),
        prepaid: FenSum(0),
    });
    let totals = Totals::default();
    let price = policy.pool_price(PoolId(0), &totals, &mut Silent).unwrap();
    let missing = policy.clear(PoolId(0), price, totals, &years, &mut Silent).unwrap_err();
    let expected = ClearingError::NoCap {
        pool: "employee".to_owned(),
        hospitals: ["H001", "H002"].map(str::to_owned).to_vec(),
    };
    assert_eq!(missing, expected);
}

#[test]
fn caps_are_of_this_policy_and_stand_once() {
    let policy = CompiledPolicy::new(&example::policy(), &example::groups(), &example::hospitals()).unwrap();
    let cap = |pool, hospital, fen| InstitutionCap {
        pool: PoolId(pool),
        hospital: HospitalId(hospital),
        cap: FenSum(fen),
    };
    let wrong = |caps: &[InstitutionCap]| policy.clone().with_caps(caps).err().map(|error| error.at);
    assert_eq!(wrong(&[cap(0, 0, 0), cap(1, 0, 1), cap(0, 1, 1)]), None);
    assert_eq!(wrong(&[cap(2, 0, 1)]), Some(CompileAt::Cap(0)));
    assert_eq!(wrong(&[cap(0, 0, 1), cap(0, 2, 1)]), Some(CompileAt::Cap(1)));
    assert_eq!(wrong(&[cap(0, 0, -1)]), Some(CompileAt::Cap(0)));
    assert_eq!(wrong(&[cap(0, 0, 1), cap(0, 0, 1)]), Some(CompileAt::Cap(1)));
}

/// Every hospital is compared with what the policy says.
#[test]
fn hospitals_are_compared_as_the_policy_says() {
    Property {
        year: any_year,
        holds: |year, engine| {
            let Some(settled) = engine(year) else { return Ok(false) };
            for (i, account) in settled.pools.iter().enumerate() {
                let rules = year.policy.clearing_of(i).rules;
                let compare = rules.compare;
                for s in &account.statements {
                    let code = &year.hospitals[s.hospital.0 as usize].code;
                    let mut caps = year.caps.iter().filter(|row| row.pool == i && &row.hospital == code);
                    let cap = caps.next().map(|row| i128::from(row.fen));
                    // What a score leaves of it is a property of its own, in assessment.rs.
                    let cap = match rules.cap_assessment {
                        Some(_) => s.cap.map(|cap| cap.0),
                        None => cap,
                    };
                    let right = match (compare, cap) {
                        (Compare::Due, _) | (Compare::Lower, None) => s.totals.due,
                        (Compare::InstitutionCap, cap) => cap.unwrap_or(-1),
                        (Compare::Lower, Some(cap)) => s.totals.due.min(cap),
                    };
                    if s.compared.0 != right {
                        return broken(format!("hospital {code}: {s:?}, cap {cap:?}"));
                    }
                }
            }
            Ok(settled.pools.iter().any(|account| !account.statements.is_empty()))
        },
        caught: &[Defect::CapIgnored],
    }
    .check();
}
