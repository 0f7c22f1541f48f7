//! Items paid apart, by hand from docs/METHODS.md §4 and the tables of `dianzhi_core::example`. That
//! random years agree with the model is seen in `tests/methods.rs`.
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use dianzhi_core::{
    Apart, BY_GROUP, BreachKind, Claim, CompiledPolicy, Decimal, Fen, Policy, PoolId, Rest, Route, Settlement, Silent,
    example, settle,
};

fn d(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn apart(id: &str, share: &str, pools: &[&str]) -> Apart {
    Apart {
        id: id.to_owned(),
        column: format!("{id}_amt"),
        share: d(share),
        pools: pools.iter().map(|&pool| pool.to_owned()).collect(),
    }
}

/// Implants at 70 %, drugs at 50 %, both of every claim of the employees' pool.
fn policy(pools: &[&str]) -> Policy {
    let mut policy = example::policy();
    policy.apart = vec![apart("implant", "0.7", pools), apart("drug", "0.5", &[])];
    policy.routes = vec![Route {
        id: "all".to_owned(),
        pools: vec!["employee".to_owned()],
        method: BY_GROUP.to_owned(),
        when: Vec::new(),
        apart: vec!["implant".to_owned(), "drug".to_owned()],
    }];
    policy
}

fn compiled(policy: &Policy) -> CompiledPolicy {
    CompiledPolicy::new(policy, &example::groups(), &example::hospitals()).unwrap()
}

fn taken(cost: i64, billed: i64, amounts: [i64; 2]) -> Option<Rest> {
    let policy = compiled(&policy(&[]));
    let payer = policy.payers()[0].clone();
    policy.take_apart(&payer, Fen(cost), Fen(billed), &amounts.map(Fen), &mut Silent)
}

#[test]
fn golden_cases() {
    let figures = |rest: Rest| {
        let parts = rest.parts.iter();
        let parts: Vec<(u16, i64, i64, i64)> = parts
            .map(|part| (part.apart.0, part.medical_cost.0, part.fund_billed.0, part.due.0))
            .collect();
        (rest.medical_cost.0, rest.fund_billed.0, parts)
    };
    for (found, expected) in [
        // 8,000 × 0.7 = 5,600; 20,000 − 8,000 and 14,000 − 5,600 are left
        (
            taken(2_000_000, 1_400_000, [800_000, 0]),
            (1_200_000, 840_000, vec![(0, 800_000, 560_000, 560_000)]),
        ),
        // 3,000 were booked and 5,600 are owed: nothing is booked with the rest
        (
            taken(2_000_000, 300_000, [800_000, 0]),
            (1_200_000, 0, vec![(0, 800_000, 300_000, 560_000)]),
        ),
        // all was booked: the rest cannot have more booked than it cost
        (
            taken(2_000_000, 2_000_000, [800_000, 0]),
            (1_200_000, 1_200_000, vec![(0, 800_000, 800_000, 560_000)]),
        ),
        // 1,000.01 × 0.7 = 700.007, 333.33 × 0.5 = 166.665; 800 booked: 700.01, and what remains
        (
            taken(500_000, 80_000, [100_001, 33_333]),
            (
                366_666,
                0,
                vec![(0, 100_001, 70_001, 70_001), (1, 33_333, 9_999, 16_667)],
            ),
        ),
        // 500 booked: the first takes them all
        (
            taken(500_000, 50_000, [100_001, 33_333]),
            (366_666, 0, vec![(0, 100_001, 50_000, 70_001), (1, 33_333, 0, 16_667)]),
        ),
        // an item without an amount is none, first or last
        (
            taken(500_000, 500_000, [100_000, 0]),
            (400_000, 400_000, vec![(0, 100_000, 100_000, 70_000)]),
        ),
        (
            taken(500_000, 500_000, [0, 100_000]),
            (400_000, 400_000, vec![(1, 100_000, 100_000, 50_000)]),
        ),
        (taken(500_000, 500_000, [0, 0]), (500_000, 500_000, vec![])),
        // a fen must be left
        (taken(2, 0, [1, 0]), (1, 0, vec![(0, 1, 0, 1)])),
    ] {
        assert_eq!(figures(found.unwrap()), expected);
    }
    assert_eq!(taken(2, 0, [1, 1]), None);
    assert_eq!(taken(2, 0, [3, 0]), None);
    assert_eq!(taken(2, 0, [-1, 0]), None);
    assert_eq!(taken(i64::MAX, 0, [i64::MAX, i64::MAX]), None);
}

/// One case of 20,000.00, 14,000.00 of them booked, with an implant of 8,000.00.
fn year(policy: &CompiledPolicy) -> Settlement {
    let payer = policy.payers()[0].clone();
    let amounts = [Fen(800_000), Fen(0)];
    let rest = policy.take_apart(&payer, Fen(2_000_000), Fen(1_400_000), &amounts, &mut Silent);
    let rest = rest.unwrap();
    let case = policy.case(Some("ES25"), "H001", "310", rest.medical_cost, rest.fund_billed);
    let claim = Claim {
        id: "S1",
        case: case.unwrap(),
        apart: &rest.parts,
    };
    let settled = settle(policy, &[claim], &[]).unwrap();
    for account in &settled.pools {
        assert_eq!(policy.broken_identities(account, &account.totals), Vec::new());
    }
    settled
}

/// D = 19,000.00, of which 5,600.00 go to the implant: N = 13,400 + (12,000 − 8,400) = 17,000.00 for
/// 106.0395 points; the case is due 13,400.00.
#[test]
fn an_item_is_paid_first() {
    let settled = year(&compiled(&policy(&[])));
    assert_eq!(settled.cases[0].points.0, 1_060_395);
    assert_eq!(settled.cases[0].payment.due, Fen(1_340_000));
    let employee = &settled.pools[0];
    assert_eq!(employee.price.point_value, 160_317_617);
    assert_eq!(employee.totals.cases, 1);
    assert_eq!(employee.totals.due, 1_900_000);
    let (cost, billed) = (employee.totals.medical_cost, employee.totals.fund_billed);
    assert_eq!((cost, billed), (2_000_000, 1_400_000));
    assert_eq!(employee.totals.money.due, 560_000);
}

/// The implant out of another pool: there the hospital has a statement without cases.
#[test]
fn an_item_has_a_pool_of_its_own() {
    let mut policy = policy(&["devices"]);
    policy.pools[1].id = "devices".to_owned();
    policy.pools[1].insutype = vec!["310".to_owned()];
    let settled = year(&compiled(&policy));
    // N = 19,000 + 3,600
    assert_eq!(settled.cases[0].payment.due, Fen(1_900_000));
    let devices = &settled.pools[1];
    assert_eq!(devices.pool, PoolId(1));
    let totals = &devices.statements[0].totals;
    assert_eq!(
        (totals.cases, totals.points, totals.medical_cost, totals.fund_billed),
        (0, 0, 800_000, 560_000)
    );
    assert_eq!(totals.due, 560_000);
    assert_eq!(devices.price.point_value, 0);
}

/// What contradicts itself is told at both places.
#[test]
fn contradictions() {
    let told = |change: &dyn Fn(&mut Policy)| {
        let mut policy = policy(&[]);
        change(&mut policy);
        let breaches = policy.breaches().into_iter();
        let breaches = breaches.map(|breach| (breach.key, breach.other, breach.kind));
        breaches.collect::<Vec<_>>()
    };
    let breach = |key: &str, other: Option<&str>, kind| (key.to_owned(), other.map(str::to_owned), kind);
    let (range, both) = (BreachKind::OutOfRange, BreachKind::Contradiction);
    assert_eq!(told(&|_| {}), []);
    assert_eq!(
        told(&|policy| policy.routes[0].apart.push("implants".to_owned())),
        [breach("route[0].apart[2]", None, range)]
    );
    assert_eq!(
        told(&|policy| policy.apart[1].column = "implant_amt".to_owned()),
        [breach("route[0].apart[1]", Some("route[0].apart[0]"), both)]
    );
    assert_eq!(
        told(&|policy| policy.apart[0].pools = vec!["resident".to_owned()]),
        [breach("apart[0].pools", Some("route[0].pools[0]"), both)]
    );
    assert_eq!(
        told(&|policy| policy.apart[0].pools = vec!["employee".to_owned(), "others".to_owned()]),
        [breach("apart[0].pools[1]", None, range)]
    );
    assert_eq!(
        told(&|policy| policy.apart[0].pools = vec!["employee".to_owned(), "employee".to_owned()]),
        [breach("apart[0].pools[1]", Some("apart[0].pools[0]"), both)]
    );
    assert_eq!(
        told(&|policy| policy.apart[1].share = d("1.1")),
        [breach("apart[1].share", None, range)]
    );
    assert_eq!(
        told(&|policy| {
            policy.apart[1].id = "implant".to_owned();
            policy.routes[0].apart.pop();
        }),
        [breach("apart[1].id", Some("apart[0].id"), both)]
    );
    assert_eq!(
        told(&|policy| _ = policy.routes[0].apart.pop()),
        [breach("apart[1].id", None, range)]
    );
    let by_item = |policy: &mut Policy| {
        policy.methods.by_item = vec![dianzhi_core::ByItem {
            id: "items".to_owned(),
            pay_in: dianzhi_core::PayIn::Money,
            deductions: vec!["hosp_part_amt".to_owned(), "drug_amt".to_owned()],
            share: Decimal::ONE,
            fund_share: None,
        }];
    };
    assert_eq!(told(&by_item), []);
    let deducted = breach("route[0].apart[1]", Some("by_item[0].deductions[1]"), both);
    assert_eq!(
        told(&|policy| {
            by_item(policy);
            policy.routes[0].method = "items".to_owned();
        }),
        std::slice::from_ref(&deducted)
    );
    assert_eq!(
        told(&|policy| {
            by_item(policy);
            policy.methods.by_disease = vec![dianzhi_core::ByDisease {
                id: "priced".to_owned(),
                pay_in: dianzhi_core::PayIn::Money,
                code: "dise_no".to_owned(),
                charge: dianzhi_core::Charge::Bill,
                exit_below: None,
                exit_above: Some(d("2")),
                exit_to: Some("items".to_owned()),
            }];
            policy.routes[0].method = "priced".to_owned();
        }),
        [deducted]
    );
}
