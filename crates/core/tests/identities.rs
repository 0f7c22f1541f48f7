//! The identities that every run checks: each falsified figure breaks one, and each one is needed.

mod common;

use common::Year;
use common::tried::{SEEDS, any_year, largest_remainder, remainder_bound, remainder_to_the_fund};
use dianzhi_core::{FenSum, HospitalStatement, PoolAccount, PricingMethod, Remainder, RoundingMode, Totals};
use num_traits::ToPrimitive;
use std::collections::{BTreeMap, BTreeSet};

/// A way to falsify a published account; `false` where it does not apply.
type Tampering = fn(&mut PoolAccount, &mut Totals, i128) -> bool;

fn first(account: &mut PoolAccount, change: impl FnOnce(&mut HospitalStatement)) -> bool {
    account.statements.first_mut().map(change).is_some()
}

fn more(count: &mut u64, by: i128) -> bool {
    let changed = i128::from(*count) + by;
    u64::try_from(changed).map(|changed| *count = changed).is_ok()
}

const TAMPERINGS: &[(&str, Tampering)] = &[
    ("claims: cases", |_, cases, by| more(&mut cases.cases, by)),
    ("claims: points", |_, cases, by| {
        cases.points += by;
        true
    }),
    ("claims: medfee", |_, cases, by| {
        cases.medical_cost += by;
        true
    }),
    ("claims: hifp", |_, cases, by| {
        cases.fund_billed += by;
        true
    }),
    ("claims: due", |_, cases, by| {
        cases.due += by;
        true
    }),
    ("hospital: cases", |account, _, by| {
        account
            .statements
            .first_mut()
            .is_some_and(|s| more(&mut s.totals.cases, by))
    }),
    ("hospital: points", |account, _, by| {
        first(account, |s| s.totals.points += by)
    }),
    ("hospital: medfee", |account, _, by| {
        first(account, |s| s.totals.medical_cost += by)
    }),
    ("hospital: hifp", |account, _, by| {
        first(account, |s| s.totals.fund_billed += by)
    }),
    ("hospital: due", |account, _, by| first(account, |s| s.totals.due += by)),
    ("hospital: S", |account, _, by| first(account, |s| s.compared.0 += by)),
    ("hospital: by head", |account, _, by| {
        first(account, |s| {
            s.capitation.0 += by;
            s.compared.0 += by;
        })
    }),
    (
        "two hospitals: a fen by head from one to the other",
        |account, _, by| {
            let Some(last) = account.statements.len().checked_sub(1).filter(|last| *last > 0) else {
                return false;
            };
            for (i, by) in [(0, by), (last, -by)] {
                account.statements[i].capitation.0 += by;
                account.statements[i].compared.0 += by;
            }
            true
        },
    ),
    ("pool: ΣA", |account, _, by| {
        account.price.capitation.0 += by;
        true
    }),
    ("pool: by head", |account, _, by| {
        account.capitation.0 += by;
        account.remainder.0 -= by;
        true
    }),
    ("hospital: compensation", |account, _, by| {
        first(account, |s| s.compensation.0 += by)
    }),
    ("hospital: cleared", |account, _, by| {
        first(account, |s| s.cleared.0 += by)
    }),
    ("hospital: deposit", |account, _, by| {
        first(account, |s| s.deposit.0 += by)
    }),
    ("hospital: deposit returned", |account, _, by| {
        first(account, |s| s.deposit_returned.0 += by)
    }),
    ("hospital: prepaid", |account, _, by| {
        first(account, |s| s.prepaid.0 += by)
    }),
    ("hospital: final payment", |account, _, by| {
        first(account, |s| s.final_payment.0 += by)
    }),
    ("hospital: left out", |account, _, _| {
        let busy = account.statements.iter().position(|s| s.totals.cases > 0);
        busy.map(|i| account.statements.remove(i)).is_some()
    }),
    ("pool: budget", |account, _, by| {
        account.price.budget.0 += by;
        true
    }),
    ("pool: reserve", |account, _, by| {
        account.price.reserve.0 += by;
        true
    }),
    ("pool: distributable", |account, _, by| {
        account.price.distributable.0 += by;
        true
    }),
    ("pool: cases", |account, _, by| more(&mut account.totals.cases, by)),
    ("pool: points", |account, _, by| {
        account.totals.points += by;
        true
    }),
    ("pool: medfee", |account, _, by| {
        account.totals.medical_cost += by;
        true
    }),
    ("pool: hifp", |account, _, by| {
        account.totals.fund_billed += by;
        true
    }),
    ("pool: due", |account, _, by| {
        account.totals.due += by;
        true
    }),
    ("pool: remainder", |account, _, by| {
        account.remainder.0 += by;
        true
    }),
    ("pool: compensation", |account, _, by| {
        account.compensation.0 += by;
        true
    }),
    ("pool: cleared", |account, _, by| {
        account.cleared.0 += by;
        true
    }),
    ("pool: left in fund", |account, _, by| {
        account.left_in_fund.0 += by;
        true
    }),
    // Falsified throughout, so that every sum still agrees.
    ("everywhere: a fen beyond the reserve", |account, _, by| {
        if by < 0 || account.compensation != account.price.reserve || account.statements.is_empty() {
            return false;
        }
        account.compensation.0 += by;
        account.cleared.0 += by;
        account.left_in_fund.0 -= by;
        first(account, |s| {
            s.compensation.0 += by;
            s.cleared.0 += by;
            s.final_payment.0 += by;
        })
    }),
    ("everywhere: a case paid off the budget", |account, cases, by| {
        if account.totals.points == 0 {
            return false;
        }
        let by = by * (1 << 80);
        cases.due += by;
        account.totals.due += by;
        account.remainder.0 -= by;
        first(account, |s| {
            let own = s.totals.due + s.capitation.0;
            s.totals.due += by;
            if s.compared.0 == own {
                s.compared.0 += by;
            }
        })
    }),
];

/// Every published sum off by one, up or down, breaks an identity; and each identity is needed.
/// (V, the ratio and the band are no sums: `verify` holds them against the model.)
#[test]
fn every_falsified_figure_is_found() {
    let mut found: BTreeMap<&str, usize> = BTreeMap::new();
    let mut needed: BTreeSet<&'static str> = BTreeSet::new();
    let mut known: BTreeSet<&'static str> = BTreeSet::new();
    for seed in SEEDS {
        let year = match seed % 2 {
            0 => remainder_to_the_fund(seed),
            _ => largest_remainder(seed),
        };
        let policy = year.compiled();
        let Ok(settled) = year.settle() else { continue };
        for account in &settled.pools {
            let cases = account.totals;
            assert_eq!(policy.broken_identities(account, &cases), [], "seed {seed}");
            for (name, tamper) in TAMPERINGS {
                for by in [1, -1] {
                    let (mut account, mut cases) = (account.clone(), cases);
                    if !tamper(&mut account, &mut cases, by) {
                        continue;
                    }
                    let broken: BTreeSet<_> = policy
                        .broken_identities(&account, &cases)
                        .iter()
                        .map(|broken| broken.identity)
                        .collect();
                    assert!(!broken.is_empty(), "seed {seed}: {name} off by {by} is not found");
                    *found.entry(name).or_default() += 1;
                    if broken.len() == 1 {
                        needed.extend(&broken);
                    }
                    known.extend(broken);
                }
            }
        }
    }
    for (name, _) in TAMPERINGS {
        assert!(found.contains_key(name), "{name} was never tried");
    }
    // A checker that left one of them out would let a falsified account pass.
    assert_eq!(needed, known);
}

/// The largest remainder that the contract allows a pool, in whole fen; `None` where it names no bound.
fn bound(year: &Year, account: &PoolAccount) -> Option<i128> {
    let share = &year.policy.fund_share;
    let by_points = year.policy.pricing.method == PricingMethod::Points && account.totals.points > 0;
    let held = account.price.held_at.is_some();
    if !by_points || share.method.is_ratio() || share.floor_at_zero || held {
        return None;
    }
    match (year.policy.rounding.remainder, year.policy.rounding.mode) {
        (Remainder::LargestRemainder, _) => Some(0),
        (Remainder::Fund, RoundingMode::Down) => None,
        (Remainder::Fund, _) => remainder_bound(year, account).floor().to_integer().to_i128(),
    }
}

/// A remainder at its bound passes, one fen more is found, and where there is no bound none is.
#[test]
fn the_remainder_is_held_against_its_bound() {
    let (mut bounded, mut free) = (0, 0);
    for seed in SEEDS {
        let year = any_year(seed);
        let policy = year.compiled();
        let Ok(settled) = year.settle_under(&policy) else {
            continue;
        };
        for account in &settled.pools {
            let found = |left: i128| {
                let mut account = account.clone();
                account.remainder = FenSum(left + account.price.kept_by_fund().0);
                let broken = policy.broken_identities(&account, &account.totals);
                broken
                    .iter()
                    .any(|broken| broken.identity == "|remainder| within its bound")
            };
            if let Some(bound) = bound(&year, account) {
                bounded += 1;
                assert!(!found(bound) && !found(-bound), "seed {seed}: {bound}");
                assert!(found(bound + 1) && found(-bound - 1), "seed {seed}: {bound}");
            } else {
                free += 1;
                assert!(!found(1 << 100), "seed {seed}");
            }
        }
    }
    assert!(bounded > 50 && free > 50, "{bounded} bounded, {free} free");
}
