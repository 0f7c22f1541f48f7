//! Bounds of the point value, and a pool's own surplus and overspend: golden cases by hand from the
//! rules' text, and properties with the defective engines that they must catch.
#![allow(clippy::unwrap_used)] // also in the helpers, which the lint takes for code

mod common;

use common::defective::Defect;
use common::property::{Property, broken};
use common::tried::any_year;
use dianzhi_core::model::exact;
use dianzhi_core::{
    Bound, BreachKind, CompiledPolicy, Decimal, FenSum, HeldAt, PointValueBounds, PoolClearing, PoolId, PricingMethod,
    Remainder, Silent, Totals, example,
};
use num_bigint::BigInt;

fn d(text: &str) -> Decimal {
    text.parse().expect("a decimal")
}

fn bounds(floor: Option<&str>, ceiling: Option<&str>) -> Option<PointValueBounds> {
    Some(PointValueBounds {
        floor: floor.map(d),
        ceiling: ceiling.map(d),
    })
}

/// V in millionths of a pool whose N ÷ P is 110.000000: 22,000.00 over 200 points.
fn value(bounds: Option<PointValueBounds>) -> (u128, Option<HeldAt>) {
    let mut policy = example::policy();
    policy.pools[0].point_value = bounds;
    let policy = CompiledPolicy::new(&policy, &example::groups(), &example::hospitals()).unwrap();
    let totals = Totals {
        cases: 2,
        points: 2_000_000,
        medical_cost: 1_800_000,
        fund_billed: 1_500_000,
        due: 0,
        ..Totals::default()
    };
    let price = policy.pool_price(PoolId(0), &totals, &mut Silent).unwrap();
    (price.point_value, price.held_at)
}

/// §5.2: V = min(max(110, floor), ceiling); a bound that equals V does not take hold.
#[test]
fn the_point_value_stands_at_its_bound() {
    let held = |bound| {
        Some(HeldAt {
            bound,
            unbounded: 110_000_000,
        })
    };
    assert_eq!(value(None), (110_000_000, None));
    assert_eq!(value(bounds(Some("80"), Some("120"))), (110_000_000, None));
    assert_eq!(value(bounds(Some("110"), Some("110"))), (110_000_000, None));
    assert_eq!(
        value(bounds(Some("110.000001"), None)),
        (110_000_001, held(Bound::Floor))
    );
    assert_eq!(value(bounds(None, Some("109.5"))), (109_500_000, held(Bound::Ceiling)));
    assert_eq!(
        value(bounds(Some("80"), Some("100"))),
        (100_000_000, held(Bound::Ceiling))
    );
}

/// Without points there is no value to hold.
#[test]
fn a_pool_without_points_has_no_floor() {
    let mut policy = example::policy();
    policy.pools[0].point_value = bounds(Some("80"), None);
    let policy = CompiledPolicy::new(&policy, &example::groups(), &example::hospitals()).unwrap();
    let price = policy.pool_price(PoolId(0), &Totals::default(), &mut Silent).unwrap();
    assert_eq!((price.point_value, price.held_at), (0, None));
}

#[test]
fn bounds_that_contradict_are_refused_with_both_places() {
    let found = |change: &dyn Fn(&mut dianzhi_core::Policy)| -> Vec<(String, BreachKind, Option<String>)> {
        let mut policy = example::policy();
        policy.pools[1].point_value = bounds(Some("80"), Some("120"));
        change(&mut policy);
        let breaches = policy.breaches().into_iter();
        breaches.map(|b| (b.key, b.kind, b.other)).collect()
    };
    let key = |name: &str| format!("pool[1].point_value{name}");
    let both = |name: &str, other: &str| vec![(key(name), BreachKind::Contradiction, Some(other.to_owned()))];
    assert_eq!(found(&|_| ()), []);
    assert_eq!(
        found(&|p| p.rounding.remainder = Remainder::LargestRemainder),
        both("", "rounding.remainder")
    );
    assert_eq!(
        found(&|p| {
            p.pricing.method = PricingMethod::Rate;
            p.pools.iter_mut().for_each(|pool| pool.base_rate = Some(d("90")));
        }),
        both("", "pricing.method")
    );
    assert_eq!(
        found(&|p| p.pools[1].point_value = bounds(Some("120"), Some("119.99"))),
        both(".floor", &key(".ceiling"))
    );
    assert_eq!(
        found(&|p| p.pools[1].point_value = bounds(None, None)),
        [(key(""), BreachKind::OutOfRange, None)]
    );
    assert_eq!(
        found(&|p| p.pools[1].point_value = bounds(Some("0"), None)),
        [(key(".floor"), BreachKind::OutOfRange, None)]
    );
    assert_eq!(
        found(&|p| p.pools[1].point_value = bounds(None, Some("1.1234567"))),
        [(key(".ceiling"), BreachKind::TooManyDecimals, None)]
    );
}

/// V lies between its bounds, whatever the year.
#[test]
fn the_point_value_stays_within_its_bounds() {
    Property {
        year: any_year,
        holds: |year, engine| {
            let Some(settled) = engine(year) else { return Ok(false) };
            let unit = BigInt::from(10).pow(year.policy.rounding.point_value);
            let mut said = false;
            for (account, pool) in settled.pools.iter().zip(&year.policy.pools) {
                said |= account.totals.points > 0;
                let (Some(bounds), true) = (pool.point_value, account.totals.points > 0) else {
                    continue;
                };
                let value = BigInt::from(account.price.point_value);
                let units = |bound: Decimal| (exact(bound) * &unit).to_integer();
                let low = bounds.floor.is_some_and(|floor| value < units(floor));
                let high = bounds.ceiling.is_some_and(|ceiling| value > units(ceiling));
                if low || high {
                    return broken(format!("V {value} of {pool:?}"));
                }
            }
            Ok(said)
        },
        caught: &[Defect::FloorOfTheValueForgotten, Defect::CeilingOfTheValueForgotten],
    }
    .check();
}

// ---- a pool's own surplus and overspend

/// D′ of the example's first pool (budget 20,000.00, D 19,000.00) for what the fund booked.
fn shared_out(booked: i128, most: Option<&str>) -> i128 {
    let mut policy = example::policy();
    policy.pool_clearing = Some(PoolClearing {
        surplus_to_hospitals: d("0.85"),
        overspend_to_hospitals: d("0.7"),
        fund_bears_at_most: most.map(d),
    });
    let policy = CompiledPolicy::new(&policy, &example::groups(), &example::hospitals()).unwrap();
    let totals = Totals {
        cases: 1,
        points: 1_000_000,
        medical_cost: booked,
        fund_billed: booked,
        due: 0,
        ..Totals::default()
    };
    let price = policy.pool_price(PoolId(0), &totals, &mut Silent).unwrap();
    assert_eq!(price.distributable, FenSum(1_900_000));
    // Nothing is paid by others: V is D′ over 100 points.
    assert_eq!(price.point_value, u128::try_from(price.to_hospitals.0 * 100).unwrap());
    assert_eq!(price.kept_by_fund().0, 1_900_000 - price.to_hospitals.0);
    price.to_hospitals.0
}

/// §5.9, by hand.
#[test]
fn a_pools_surplus_and_overspend_are_shared_with_the_fund() {
    assert_eq!(shared_out(1_500_000, None), 1_840_000); // 15,000 + 0.85 × 4,000
    assert_eq!(shared_out(1_899_999, None), 1_900_000); // 18,999.99 + 0.0085, up
    assert_eq!(shared_out(1_900_000, None), 1_900_000);
    assert_eq!(shared_out(2_100_000, None), 1_960_000); // 19,000 + 0.3 × 2,000
    assert_eq!(shared_out(2_100_000, Some("0.03")), 1_960_000); // 600.00 of 20,000.00
    assert_eq!(shared_out(2_100_000, Some("0.02")), 1_940_000); // cut to 400.00
    assert_eq!(shared_out(2_100_000, Some("0")), 1_900_000);
}

#[test]
fn a_base_rate_leaves_nothing_to_share() {
    let mut policy = example::policy();
    policy.pricing.method = PricingMethod::Rate;
    policy.pools.iter_mut().for_each(|pool| pool.base_rate = Some(d("90")));
    policy.pool_clearing = Some(PoolClearing {
        surplus_to_hospitals: d("1"),
        overspend_to_hospitals: d("1"),
        fund_bears_at_most: None,
    });
    let found = policy.breaches();
    let places: Vec<_> = found.iter().map(|b| (b.key.as_str(), b.other.as_deref())).collect();
    assert_eq!(places, [("pool_clearing", Some("pricing.method"))]);
}

/// D′ lies between D and what was booked, and the fund bears no more than its most.
#[test]
fn the_fund_bears_no_more_than_its_share() {
    Property {
        year: any_year,
        holds: |year, engine| {
            let Some(settled) = engine(year) else { return Ok(false) };
            let whole = |fen: i128| num_rational::BigRational::from(BigInt::from(fen));
            for account in &settled.pools {
                let (d, f) = (account.price.distributable.0, account.totals.fund_billed);
                let shared = account.price.to_hospitals.0;
                let Some(rules) = year.policy.pool_clearing else {
                    if shared != d {
                        return broken(format!("{shared} of {d} shared out"));
                    }
                    continue;
                };
                let hospitals = if f <= d {
                    rules.surplus_to_hospitals
                } else {
                    rules.overspend_to_hospitals
                };
                // Of what lies between D and F the fund keeps, or bears, the rest of 1.
                let mut of_fund = (exact(1.into()) - exact(hospitals)) * whole((d - f).abs());
                if let (true, Some(most)) = (f > d, rules.fund_bears_at_most) {
                    of_fund = of_fund.min(exact(most) * whole(account.price.budget.0));
                }
                let off = whole((d - shared).abs()) - of_fund;
                if off >= whole(1) || off <= whole(-1) {
                    return broken(format!("D {d}, F {f}, D′ {shared} under {rules:?}"));
                }
            }
            Ok(true)
        },
        caught: &[Defect::PoolClearingForgotten, Defect::FundBearsWithoutLimit],
    }
    .check();
}
