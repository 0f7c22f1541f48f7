//! The budget of a pool, from the root down.

use super::{Q, exact, fen, rounded};
use crate::{BudgetChange, Grown, Policy, Pool, RoundingMode};

/// The year's budget of the pool at a position, in yuan; without its changes where `changed` is not
/// set.
pub(super) fn of_pool(policy: &Policy, pool: usize, changed: bool) -> Q {
    let of = &policy.pools[pool];
    match (&of.of, of.share) {
        (Some(parent), Some(_)) => share(policy, parent, &of.id, changed),
        _ => own(&before(policy, of), &of.changes, changed),
    }
}

/// The budget of a pool as the year began: as written, grown from a base year, or by the people insured.
fn before(policy: &Policy, pool: &Pool) -> Q {
    if let Some(grown) = &pool.grown {
        return grown_from(policy, grown);
    }
    if pool.insured.is_empty() {
        return exact(pool.budget);
    }
    let people = pool.insured.iter();
    let of_heads: Q = people.map(|row| exact(row.heads) * exact(row.per_head)).sum();
    let more = pool.public_health.as_ref().map(|more| exact(more.amount));
    rounded(&(of_heads + more.unwrap_or_default()), 2, policy.rounding.mode)
}

/// The year's budget of a node, in yuan.
pub(super) fn of_node(policy: &Policy, id: &str, changed: bool) -> Q {
    let Some(node) = policy.budgets.iter().find(|node| node.id == id) else {
        return Q::default();
    };
    match (&node.of, node.share) {
        (Some(parent), Some(_)) => share(policy, parent, &node.id, changed),
        _ => {
            let written = || exact(node.amount.unwrap_or_default());
            let grown = node.grown.as_ref().map(|grown| grown_from(policy, grown));
            own(&grown.unwrap_or_else(written), &node.changes, changed)
        }
    }
}

/// A base year's budget, and so much more.
fn grown_from(policy: &Policy, grown: &Grown) -> Q {
    let base = exact(grown.base_year_budget);
    rounded(&(&base + &base * exact(grown.growth)), 2, policy.rounding.mode)
}

fn own(amount: &Q, changes: &[BudgetChange], changed: bool) -> Q {
    let added: Q = changes.iter().map(|change| exact(change.add)).sum();
    if changed { amount + added } else { amount.clone() }
}

/// The part of a child: cut to the fen, and a fen more for those with the largest part cut off.
fn share(policy: &Policy, parent: &str, id: &str, changed: bool) -> Q {
    let whole = of_node(policy, parent, changed);
    let nodes = policy.budgets.iter().map(|node| (&node.id, &node.of, node.share));
    let pools = policy.pools.iter().map(|pool| (&pool.id, &pool.of, pool.share));
    let children = nodes.chain(pools).filter(|(_, of, _)| of.as_deref() == Some(parent));
    let mut parts: Vec<(Q, &str, Q)> = children
        .map(|(id, _, share)| {
            let part = &whole * exact(share.unwrap_or_default());
            let cut = rounded(&part, 2, RoundingMode::Down);
            (part - &cut, id.as_str(), cut)
        })
        .collect();
    let given: Q = parts.iter().map(|(.., cut)| cut).sum();
    let mut left = &whole - given;
    // Stable: equal parts stay in the order of the policy.
    parts.sort_by(|a, b| b.0.cmp(&a.0));
    for (_, child, cut) in parts {
        let more = left >= fen();
        if child == id {
            return if more { cut + fen() } else { cut };
        }
        if more {
            left -= fen();
        }
    }
    Q::default()
}
