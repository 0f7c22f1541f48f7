//! budgets.csv once more: the tree walked from its roots, the pools below each node added up.

use super::cleared::Cleared;
use crate::verify::figures::written;
use crate::verify::rows::joined;
use dianzhi_core::Policy;
use dianzhi_core::model::Book;
use num_rational::BigRational;

/// The rows in tree order.
pub(super) fn rows(book: &Book<'_>, policy: &Policy, cleared: &Cleared) -> Vec<String> {
    let mut rows = Vec::new();
    for root in policy.budgets.iter().filter(|node| node.of.is_none()) {
        walk(book, policy, cleared, &root.id, "", &mut rows);
    }
    rows
}

fn walk(book: &Book<'_>, policy: &Policy, cleared: &Cleared, id: &str, parent: &str, rows: &mut Vec<String>) {
    let mut cases = 0;
    let mut sums = [(); 3].map(|()| BigRational::default());
    for (pool, (here, figures)) in policy.pools.iter().zip(&cleared.sums) {
        if pool.id == id || is_below(policy, pool.of.as_deref(), id) {
            cases += here;
            for (sum, figure) in sums.iter_mut().zip(figures) {
                *sum += figure;
            }
        }
    }
    let (budget, changes) = book.budget_and_changes(id);
    let [due, settled, left] = sums.map(|sum| written(&sum, 2));
    rows.push(joined([
        id,
        parent,
        &written(&budget, 2),
        &written(&changes, 2),
        &cases.to_string(),
        &due,
        &settled,
        &left,
    ]));
    let nodes = policy.budgets.iter().map(|node| (&node.id, &node.of));
    let pools = policy.pools.iter().map(|pool| (&pool.id, &pool.of));
    for (child, of) in nodes.chain(pools) {
        if of.as_deref() == Some(id) && !policy.pools.iter().any(|pool| pool.id == id) {
            walk(book, policy, cleared, child, id, rows);
        }
    }
}

/// Whether a node with this parent stands somewhere below another.
fn is_below(policy: &Policy, of: Option<&str>, id: &str) -> bool {
    let Some(of) = of else { return false };
    let above = policy.budgets.iter().find(|node| node.id == of);
    of == id || above.is_some_and(|node| is_below(policy, node.of.as_deref(), id))
}
