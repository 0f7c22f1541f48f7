//! Budget trees above the pools of a drawn year, and budgets reopened during it.

use super::{Draw, Year};
use dianzhi_core::{BUDGET_FEN_MAX, Budget, BudgetChange, Decimal, Grown, Policy};

impl Year {
    /// The same year without a tree: every pool has its budget by itself.
    pub(crate) fn flat(mut self) -> Year {
        flatten(&mut self.policy);
        self
    }
}

/// The same budgets without a tree and without changes.
pub(crate) fn flatten(policy: &mut Policy) {
    let tree = policy.budget_tree();
    for (i, pool) in policy.pools.iter_mut().enumerate() {
        let fen = i64::try_from(tree.of_pool(i).budget).expect("a budget");
        pool.budget = Decimal::new(fen, 2);
        pool.grown = None;
        pool.of = None;
        pool.share = None;
        pool.changes.clear();
    }
    policy.budgets.clear();
}

pub(super) fn drawn(year: &mut Year, draw: &mut Draw) {
    let policy = &mut year.policy;
    match draw.number(0, 9) {
        0..=2 => by_shares(policy, draw),
        3 => by_amounts(policy, draw),
        4 | 5 => {
            for pool in &mut policy.pools {
                pool.changes = changes(pool.budget, draw);
                pool.budget -= added(&pool.changes);
            }
        }
        _ => {}
    }
}

fn added(changes: &[BudgetChange]) -> Decimal {
    changes.iter().map(|change| change.add).sum()
}

/// Up to three changes after which a budget is what it is, and before which it was not below 0.
fn changes(budget: Decimal, draw: &mut Draw) -> Vec<BudgetChange> {
    let most = i64::try_from(budget.mantissa()).expect("a budget");
    let mut changes = Vec::new();
    for month in 1..=draw.number(0, 3) {
        let fen = draw.number(-most / 8, most / 4);
        if fen != 0 {
            changes.push(BudgetChange {
                on: format!("2026-0{month}-30"),
                add: Decimal::new(fen, 2),
                reason: "疫情".to_owned(),
            });
        }
    }
    if budget - added(&changes) > Decimal::new(99_999_999_999_999, 2) {
        changes.clear();
    }
    changes
}

fn root(policy: &Policy, amount: Decimal, draw: &mut Draw) -> Budget {
    let changes = changes(amount, draw);
    Budget {
        id: "fund".to_owned(),
        of: None,
        insutype: policy.pools.iter().flat_map(|pool| pool.insutype.clone()).collect(),
        amount: Some(amount - added(&changes)),
        grown: None,
        share: None,
        changes,
    }
}

/// So many shares that come to 1.
fn shares(count: usize, draw: &mut Draw) -> Vec<Decimal> {
    let places = draw.pick(&[1, 2, 4, 12]);
    let mut left = Decimal::ONE;
    let mut shares = Vec::new();
    for more in (1..count).rev() {
        // Something is left for each of those behind.
        let unit = Decimal::new(1, places);
        let most = left - unit * Decimal::from(more);
        let share = (left * draw.share())
            .trunc_with_scale(places)
            .clamp(unit, most.max(unit));
        shares.push(share);
        left -= share;
    }
    shares.push(left);
    shares
}

/// A root, perhaps a node below it, and pools by share.
fn by_shares(policy: &mut Policy, draw: &mut Draw) {
    let total: Decimal = policy.pools.iter().map(|pool| pool.budget).sum();
    if total > Decimal::new(999_999_999_999, 0) {
        return;
    }
    let root = root(policy, total, draw);
    policy.budgets.push(root);
    let count = policy.pools.len();
    // The pools behind this one hang below a node of their own.
    let apart = draw.count(0, count - 1);
    let nested = draw.chance(50);
    let children = if nested { apart + 1 } else { count };
    let mut here = shares(children, draw);
    if nested {
        let share = here.pop();
        policy.budgets.push(Budget {
            id: "inpatient".to_owned(),
            of: Some("fund".to_owned()),
            insutype: Vec::new(),
            amount: None,
            grown: None,
            share,
            changes: Vec::new(),
        });
        here.extend(shares(count - apart, draw));
    }
    for (i, (pool, share)) in policy.pools.iter_mut().zip(here).enumerate() {
        let below = nested && i >= apart;
        pool.of = Some(if below { "inpatient" } else { "fund" }.to_owned());
        pool.share = Some(share);
        pool.budget = Decimal::ZERO;
    }
}

/// A root and pools by amounts, changed by as much.
fn by_amounts(policy: &mut Policy, draw: &mut Draw) {
    for pool in &mut policy.pools {
        pool.changes = changes(pool.budget, draw);
        pool.budget -= added(&pool.changes);
        pool.of = Some("fund".to_owned());
    }
    let before: Decimal = policy.pools.iter().map(|pool| pool.budget).sum();
    let change: Decimal = policy.pools.iter().map(|pool| added(&pool.changes)).sum();
    let most = Decimal::new(999_999_999_999, 0);
    if before > most || before + change > most {
        flatten_amounts(policy);
        return;
    }
    let mut root = root(policy, before, draw);
    root.amount = Some(before);
    root.changes = Vec::new();
    if !change.is_zero() {
        root.changes.push(BudgetChange {
            on: "2026-06-30".to_owned(),
            add: change,
            reason: "政策调整".to_owned(),
        });
    }
    policy.budgets.push(root);
}

fn flatten_amounts(policy: &mut Policy) {
    for pool in &mut policy.pools {
        pool.of = None;
    }
}

/// Budgets of about the same amount, grown from a base year: of the pools, and of a root whose
/// children have shares of it.
pub(super) fn grown(policy: &mut Policy, draw: &mut Draw) {
    let by_shares = policy.pools.iter().any(|pool| pool.share.is_some());
    if let Some(root) = policy.budgets.first_mut().filter(|_| by_shares)
        && let Some(grown) = root.amount.and_then(|amount| base_of(amount, draw))
    {
        root.amount = None;
        root.grown = Some(grown);
    }
    // The pools of a tree by amounts come to the fen of their parent.
    if !policy.budgets.is_empty() {
        return;
    }
    for pool in policy.pools.iter_mut().filter(|pool| pool.insured.is_empty()) {
        if let Some(grown) = base_of(pool.budget, draw) {
            pool.budget = Decimal::ZERO;
            pool.grown = Some(grown);
        }
    }
}

/// The base year of about so much; `None` for an amount that it might pass a bound with.
fn base_of(amount: Decimal, draw: &mut Draw) -> Option<Grown> {
    let fits = amount > Decimal::TEN && amount < Decimal::new(BUDGET_FEN_MAX / 4, 2);
    if !fits || !draw.chance(60) {
        return None;
    }
    let places = draw.pick(&[1, 3, 12]);
    let growth = match draw.number(0, 3) {
        0 => -(draw.share() / Decimal::TWO).trunc_with_scale(places),
        1 => Decimal::ZERO,
        _ => draw.share().trunc_with_scale(places),
    };
    let base_year_budget = (amount / (Decimal::ONE + growth)).round_dp(2);
    Some(Grown {
        base_year_budget,
        growth,
    })
}
