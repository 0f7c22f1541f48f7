//! Axis 21: what an assessment score is worth, by formula and by table, and what it decides. Golden
//! cases by hand from docs/SETTLEMENT.md §5.5 and §5.7.
#![allow(clippy::unwrap_used)] // also in the helpers, which the lint takes for code

mod common;

use common::defective::Defect;
use common::property::{Property, broken};
use common::tried::any_year;
use common::{PrepaidRow, Year};
use dianzhi_core::model::{self, exact, rounded};
use dianzhi_core::{
    Assessment, Clearing, Compare, CompileAt, CompiledPolicy, Decimal, FenSum, HospitalId, HospitalStatement,
    InstitutionCap, PoolId, ScoreStep, example,
};

fn d(text: &str) -> Decimal {
    text.parse().expect("a decimal")
}

/// 90 and more in full, from 80 on 0.8 of it, from 60 on 0.5, below that nothing.
fn steps() -> Assessment {
    let step = |(from, share): (&str, &str)| ScoreStep {
        from: d(from),
        share: d(share),
    };
    Assessment::Steps([("90", "1"), ("80", "0.8"), ("60", "0.5")].map(step).to_vec())
}

/// A hospital with this score that booked 900.01 and was due 1,000.00, of which 5 % are held back.
fn cleared(score: &str, change: &dyn Fn(&mut Clearing)) -> HospitalStatement {
    let mut policy = example::policy();
    policy.clearing.quality_deposit = d("0.05");
    change(&mut policy.clearing);
    assert_eq!(policy.breaches(), []);
    let mut hospitals = example::hospitals();
    hospitals[0].assessment_score = d(score);
    let policy = CompiledPolicy::new(&policy, &example::groups(), &hospitals).unwrap();
    common::cleared::cleared(&policy, 90_001).unwrap()
}

/// The deposit of 50.00, by formula: 1 from 90, score ÷ 100 between, 0 below 60.
#[test]
fn axis_21_deposit_by_score() {
    let returned = |score| cleared(score, &|_| ()).deposit_returned.0;
    for (score, fen) in [("90", 5_000), ("89.9", 4_495), ("60", 3_000), ("59.9", 0), ("0", 0)] {
        assert_eq!(returned(score), fen, "{score}");
    }
}

/// The same by table: the step that the score reaches, its lower end inside.
#[test]
fn axis_21_deposit_by_steps() {
    let by_steps = |c: &mut Clearing| c.assessment = steps();
    let returned = |score| cleared(score, &by_steps).deposit_returned.0;
    for (score, fen) in [
        ("100", 5_000),
        ("90", 5_000),
        ("89.9", 4_000),
        ("80", 4_000),
        ("79.9", 2_500),
        ("60", 2_500),
        ("59.9", 0),
    ] {
        assert_eq!(returned(score), fen, "{score}");
    }
}

/// Of a surplus of 99.99 the share of the step is kept, rounded once: 79.992 and 49.995; what is held
/// back is 5 % of what is then cleared.
#[test]
fn axis_21_surplus_by_steps() {
    let by_steps = |c: &mut Clearing| c.surplus_assessment = Some(steps());
    for (score, kept) in [("90", 9_999), ("80", 7_999), ("60", 5_000), ("59.9", 0)] {
        let statement = cleared(score, &by_steps);
        assert_eq!(statement.cleared, FenSum(90_001 + kept), "{score}");
        assert_eq!(statement.deposit.0, (statement.cleared.0 * 5 + 50) / 100, "{score}");
    }
}

/// After the caps: of 99.99 at most 5 % of 1,000.00, and of these 50.00 by score ÷ 100.
#[test]
fn axis_21_surplus_by_score_after_its_cap() {
    let by_score = |c: &mut Clearing| {
        c.surplus_cap = Some(d("0.05"));
        c.surplus_assessment = Some(Assessment::Score {
            full_from: d("90"),
            none_below: d("60"),
        });
    };
    for (score, kept) in [("95", 5_000), ("75", 3_750), ("59", 0)] {
        assert_eq!(cleared(score, &by_score).cleared, FenSum(90_001 + kept), "{score}");
    }
}

/// A hospital with both scores and a cap of 950.01 that booked 960.00 and was due 1,000.00.
fn capped(scores: (&str, &str), of_cap: Assessment) -> HospitalStatement {
    let mut policy = example::policy();
    policy.clearing.quality_deposit = d("0");
    policy.clearing.overspend.clear();
    policy.clearing.compare = Compare::Lower;
    policy.clearing.cap_assessment = Some(of_cap);
    assert_eq!(policy.breaches(), []);
    let mut hospitals = example::hospitals();
    for hospital in &mut hospitals {
        (hospital.assessment_score, hospital.credit_score) = (d(scores.0), Some(d(scores.1)));
    }
    let policy = CompiledPolicy::new(&policy, &example::groups(), &hospitals).unwrap();
    let cap = InstitutionCap {
        pool: PoolId(0),
        hospital: HospitalId(0),
        cap: FenSum(95_001),
    };
    common::cleared::cleared(&policy.with_caps(&[cap]).unwrap(), 96_000).unwrap()
}

/// The cap by assessment: all of 950.01 from 90, 0.8 of it, 760.008, from 80 on, half, 475.005, from 60
/// on, nothing below; what was booked beyond it the hospital bears.
#[test]
fn axis_21_cap_by_assessment() {
    for (score, cap) in [("90", 95_001), ("80", 76_001), ("79.9", 47_501), ("59.9", 0)] {
        let statement = capped((score, "0"), steps());
        assert_eq!(statement.cap, Some(FenSum(cap)), "{score}");
        assert_eq!(
            (statement.compared, statement.cleared),
            (FenSum(cap), FenSum(cap)),
            "{score}"
        );
    }
}

/// The same by credit, whatever the assessment.
#[test]
fn axis_21_cap_by_credit() {
    let by_credit = || Assessment::Credit(Box::new(steps()));
    for (credit, cap) in [("100", 95_001), ("85", 76_001), ("12", 0)] {
        assert_eq!(capped(("70", credit), by_credit()).cap, Some(FenSum(cap)), "{credit}");
    }
}

/// The deposit by credit: 0.8 of the 50.00 held back, where the assessment score would give nothing.
#[test]
fn axis_21_deposit_by_credit() {
    let mut policy = example::policy();
    policy.clearing.quality_deposit = d("0.05");
    policy.clearing.assessment = Assessment::Credit(Box::new(steps()));
    let mut hospitals = example::hospitals();
    let compiled = |hospitals: &[dianzhi_core::Hospital]| CompiledPolicy::new(&policy, &example::groups(), hospitals);
    let refused = compiled(&hospitals).map(|_| ()).unwrap_err();
    assert_eq!(refused.at, CompileAt::Hospital(0), "a hospital without a credit score");
    for hospital in &mut hospitals {
        (hospital.assessment_score, hospital.credit_score) = (d("0"), Some(d("80")));
    }
    let statement = common::cleared::cleared(&compiled(&hospitals).unwrap(), 90_001).unwrap();
    assert_eq!((statement.deposit.0, statement.deposit_returned.0), (5_000, 4_000));
}

/// Caps by assessment need caps to compare with.
#[test]
fn a_cap_assessment_without_caps_is_refused() {
    let mut policy = example::policy();
    policy.clearing.cap_assessment = Some(steps());
    let found: Vec<String> = policy.breaches().into_iter().map(|breach| breach.key).collect();
    assert_eq!(found, ["clearing.cap_assessment"]);
}

/// A year whose hospitals all have caps that go by a score.
fn capped_year(seed: u64) -> Year {
    let mut year = any_year(seed);
    year.policy.clearing_for.clear();
    year.policy.clearing.compare = Compare::Lower;
    let by_credit = seed.is_multiple_of(2);
    year.policy.clearing.cap_assessment = Some(match by_credit {
        true => Assessment::Credit(Box::new(steps())),
        false => steps(),
    });
    year.caps.clear();
    for (k, hospital) in year.hospitals.iter_mut().enumerate() {
        hospital.assessment_score = d(["95", "85", "65", "55", "81"][k]);
        hospital.credit_score = Some(d(["65", "95", "55", "85", "60"][k]));
        for pool in 0..year.policy.pools.len() {
            year.caps.push(PrepaidRow {
                pool,
                hospital: hospital.code.clone(),
                fen: 12_345 + 7 * i64::try_from(k + pool).unwrap(),
            });
        }
    }
    year
}

/// What a hospital's cap counts is the table's times what its score is worth, rounded once.
#[test]
fn axis_21_caps_follow_their_scores() {
    Property {
        year: capped_year,
        holds: |year, engine| {
            let Some(settled) = engine(year) else { return Ok(false) };
            for (i, account) in settled.pools.iter().enumerate() {
                for s in &account.statements {
                    let hospital = &year.hospitals[s.hospital.0 as usize];
                    let of_row = |row: &&PrepaidRow| row.pool == i && row.hospital == hospital.code;
                    let Some(row) = year.caps.iter().find(of_row) else {
                        continue;
                    };
                    let score = match year.seed.is_multiple_of(2) {
                        true => hospital.credit_score.unwrap(),
                        false => hospital.assessment_score,
                    };
                    let q = match score {
                        score if score >= d("90") => d("1"),
                        score if score >= d("80") => d("0.8"),
                        score if score >= d("60") => d("0.5"),
                        _ => d("0"),
                    };
                    let product = exact(Decimal::new(row.fen, 2)) * exact(q);
                    let expected = rounded(&product, 2, year.policy.rounding.mode);
                    let found = s.cap.map(|cap| model::exact(Decimal::from_i128_with_scale(cap.0, 2)));
                    if found != Some(expected) {
                        return broken(format!("{}: {:?}", hospital.code, s.cap));
                    }
                }
            }
            Ok(settled.pools.iter().any(|account| !account.statements.is_empty()))
        },
        caught: &[Defect::CapAssessmentForgotten, Defect::CreditForgotten],
    }
    .check();
}
