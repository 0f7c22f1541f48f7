//! What is explained is what is paid: the expression of every step, computed exactly and rounded
//! as the step says, gives its result, and the results are the figures of the settlement.

#[path = "../common/mod.rs"]
mod common;

mod checker;
mod rules;

use checker::Checker;
use common::evaluator::{Parser, decimal};
use common::steps::check;
use common::{Size, Year};
use dianzhi_core::{
    CompiledPolicy, Fen, FenSum, HospitalTrace, HospitalYear, Origin, PoolId, Rule, Silent, Surplus, Totals, Trace,
    example,
};
use rules::{OF_ADJUSTMENTS, OF_ALLIANCES, OF_COEFFICIENTS, OF_FUNDS, OF_METHODS, OF_OUTLIERS, OF_SUPPORT};

// ---- the evaluator of the expressions

#[test]
fn the_evaluator_computes() {
    for (text, value) in [
        ("1 + 2 × 3", "7"),
        ("(1 + 2) × 3 − -0.50", "9.5"),
        ("8 ÷ 2 ÷ 4", "1"),
        ("8 ÷ (2 ÷ 4)", "16"),
        ("max(0, 1.5 − 2) + min(3, 2 × 2)", "3"),
        ("0.5 × max(0, min(-1.00, 2) − 1 × -3)", "1"),
    ] {
        let (found, _) = Parser::new(text).whole().unwrap();
        assert_eq!(found, decimal(value).unwrap(), "{text}");
    }
    for bad in ["", "1 +", "(1", "1 2", "min(1)", "1 ÷ 0", "a", "1 - 2"] {
        assert!(Parser::new(bad).whole().is_err(), "{bad}");
    }
}

// ---- the steps of whole years

#[test]
fn what_is_explained_is_what_is_paid() {
    let mut checker = Checker::default();
    for seed in 0..900 {
        // Small figures, where ties are common, weigh more.
        let sizes = [Size::Small, Size::Small, Size::Usual, Size::Fine, Size::Huge];
        let year = Year::draw(seed, &sizes, 12);
        let policy = year.compiled();
        let Ok(settled) = year.settle_under(&policy) else {
            continue;
        };
        checker.seed = seed;
        for i in 0..year.claims.len() {
            checker.case(&year, &policy, &settled, i);
        }
        for account in &settled.pools {
            checker.pool(&year, &policy, &settled, account);
        }
    }
    let missed: Vec<_> = Rule::ALL
        .iter()
        .filter(|rule| !OF_METHODS.contains(rule) && !OF_OUTLIERS.contains(rule) && !OF_ADJUSTMENTS.contains(rule))
        .filter(|rule| !OF_COEFFICIENTS.contains(rule) && !OF_SUPPORT.contains(rule))
        .filter(|rule| !OF_ALLIANCES.contains(rule) && !OF_FUNDS.contains(rule))
        .filter(|rule| !checker.rules.contains(rule.id()))
        .collect();
    assert!(missed.is_empty(), "no draw reached {missed:?}");
    for name in ["points", "point_value", "money"] {
        for mode in ["HalfUp", "HalfEven", "Down"] {
            let shown = checker.shown.contains(&format!("{name} {mode}"));
            assert!(shown, "no step was rounded {name} {mode}");
        }
    }
    assert!(checker.steps > 40_000, "{} steps only", checker.steps);
}

/// A half-even tie goes by the part of the surplus that is kept, not by the sum it is added to.
#[test]
fn a_surplus_at_a_tie_is_explained_as_paid() {
    use dianzhi_core::{HospitalId, RoundingMode};
    let mut policy = example::policy();
    policy.rounding.mode = RoundingMode::HalfEven;
    policy.clearing.surplus = Surplus::Floor {
        floor: "0.85".parse().unwrap(),
        keep: "0.5".parse().unwrap(),
    };
    policy.clearing.quality_deposit = 0.into();
    let policy = CompiledPolicy::new(&policy, &example::groups(), &example::hospitals()).unwrap();
    // F = 1.01, S = 1.02: half a fen is kept, and goes to the even 0; the sum 1.015 would go to 1.02.
    let totals = Totals {
        cases: 1,
        points: 1_000_000,
        medical_cost: 101,
        fund_billed: 101,
        due: 102,
        ..Totals::default()
    };
    let year = HospitalYear {
        hospital: HospitalId(0),
        totals,
        prepaid: FenSum(0),
    };
    let price = policy.pool_price(PoolId(0), &totals, &mut Silent).unwrap();
    let mut trace = HospitalTrace::new(HospitalId(0));
    let account = policy.clear(PoolId(0), price, totals, &[year], &mut trace).unwrap();
    assert_eq!(account.statements[0].cleared, FenSum(101));
    for step in &trace.steps {
        assert_eq!(check(step), Ok(()), "{step:#?}");
    }
}

/// Only a due below 0 is lifted: at 0 there is nothing to explain.
#[test]
fn a_due_of_nothing_is_not_lifted() {
    let mut policy = example::policy();
    policy.fund_share.floor_at_zero = true;
    let policy = CompiledPolicy::new(&policy, &example::groups(), &example::hospitals()).unwrap();
    let case = policy
        .case(Some("ES25"), "H001", "310", Fen(900_000), Fen(600_000))
        .unwrap();
    for (standard, lifted) in [(300_001, false), (300_000, false), (299_999, true)] {
        let mut trace = Trace::default();
        let due = policy.payment(&case, Fen(standard), &mut trace).unwrap().due;
        assert_eq!(due, Fen((standard - 300_000).max(0)));
        let said = trace.steps.iter().any(|step| step.rule == Rule::FloorAtZero);
        assert_eq!(said, lifted, "{standard}");
    }
}

/// An input named as the result of another step is that step's own kind of figure: no step refers
/// to one that cannot come before it.
#[test]
fn origins_point_backwards() {
    let order = |rule: Rule| Rule::ALL.iter().position(|r| *r == rule);
    let year = (0..200).map(|seed| Year::draw(seed, &[Size::Usual], 12));
    for year in year {
        let policy = year.compiled();
        let Ok(settled) = year.settle_under(&policy) else {
            continue;
        };
        for (row, paid) in year.claims.iter().zip(&settled.cases) {
            let case = year.case(&policy, row);
            let mut trace = Trace::default();
            policy.points(&case, &mut trace).unwrap();
            policy.payment(&case, Fen(paid.payment.standard.0), &mut trace).unwrap();
            for step in &trace.steps {
                for input in &step.inputs {
                    if let Origin::Step(from) = input.origin {
                        assert!(order(from) < order(step.rule), "{step:#?}");
                    }
                }
            }
        }
    }
}
