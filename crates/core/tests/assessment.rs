//! Axis 21: what an assessment score is worth, by formula and by table, and what it decides. Golden
//! cases by hand from docs/SETTLEMENT.md §5.5 and §5.7.
#![allow(clippy::unwrap_used)] // also in the helpers, which the lint takes for code

mod common;

use dianzhi_core::{Assessment, Clearing, CompiledPolicy, Decimal, FenSum, HospitalStatement, ScoreStep, example};

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
