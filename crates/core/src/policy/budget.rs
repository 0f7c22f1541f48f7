//! The budget tree: `[[budget]]` nodes above the pools, and budgets reopened during the year.

use super::{Grown, Policy};
use crate::decimal::{rational, units};
use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::ToPrimitive;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// `[[budget]]`: a node of the budget tree 预算层级, above pools and other nodes. Amounts in yuan.
///
/// A root names its insurance types and its amount; every other node its parent, and an amount or
/// a share of it. A base year's budget and its growth stand in place of an amount. The children of a node add up to it, to the fen. Source: employee and resident
/// funds accounted apart 分别建账、分账核算 (中共中央 国务院关于深化医疗保障制度改革的意见, 2020); budgets
/// by item 分项预算 (Fuzhou's and Yancheng's 14th five-year plans); the figures are the region's.
///
/// ```
/// use dianzhi_core::{example, Budget};
/// let mut policy = example::policy();
/// policy.pools.truncate(1);
/// policy.budgets.push(Budget {
///     id: "employee-fund".to_owned(),
///     of: None,
///     insutype: vec!["310".to_owned()],
///     amount: Some("20000.01".parse().unwrap()),
///     grown: None,
///     share: None,
///     changes: Vec::new(),
/// });
/// policy.pools[0].of = Some("employee-fund".to_owned());
/// policy.pools[0].share = Some(1.into());
/// assert!(policy.breaches().is_empty());
/// assert_eq!(policy.budget_tree().of_pool(0).budget, 2_000_001);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Budget {
    /// Name in the outputs; no pool has it.
    pub id: String,
    /// Its parent; `None` for a root.
    pub of: Option<String>,
    /// The insurance types of a root; empty for the others.
    pub insutype: Vec<String>,
    /// The year's amount, for a root or a node with an amount of its own.
    pub amount: Option<Decimal>,
    /// The base year's budget and its growth, in place of an amount.
    pub grown: Option<Grown>,
    /// The share of its parent.
    pub share: Option<Decimal>,
    /// What was added to the amount during the year.
    pub changes: Vec<BudgetChange>,
}

/// One change of a budget that was reopened during the year 预算调整.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BudgetChange {
    /// The day it was decided, `YYYY-MM-DD`, within the insurance year.
    pub on: String,
    /// Yuan added, below 0 for a cut.
    pub add: Decimal,
    /// Why.
    pub reason: String,
}

/// Where the amount of a node comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AmountFrom {
    /// Its own amount and changes.
    Own,
    /// A share of its parent, cut to the fen.
    Share,
    /// The same and one of the fen that the cuts left over.
    ShareAndFen,
}

/// A node of the tree with its year's money, in fen. Pools are its leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BudgetNode {
    /// Name.
    pub id: String,
    /// Position of its parent in the tree.
    pub parent: Option<usize>,
    /// Position of the pool, for a leaf.
    pub pool: Option<usize>,
    /// Where it stands in the policy: `budget[0]` or `pool[1]`.
    pub key: String,
    /// The budget as the year began.
    pub before: i128,
    /// The budget with every change of the year.
    pub budget: i128,
    /// Where it comes from.
    pub from: AmountFrom,
}

/// The budgets of a policy: nodes and pools, parents before their children, siblings in the order of
/// the policy, nodes before pools. Without `[[budget]]` every pool stands by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BudgetTree {
    /// The nodes.
    pub nodes: Vec<BudgetNode>,
    /// The node of every pool.
    pools: Vec<usize>,
}

impl BudgetTree {
    /// The leaf of the pool at a position.
    ///
    /// # Panics
    /// Where the policy has no such pool.
    #[must_use]
    pub fn of_pool(&self, pool: usize) -> &BudgetNode {
        &self.nodes[self.pools[pool]]
    }

    /// The nodes from a root down to the leaf of a pool.
    #[must_use]
    pub fn way_to(&self, pool: usize) -> Vec<&BudgetNode> {
        let mut at = self.pools.get(pool).copied();
        let mut way = Vec::new();
        while let Some(node) = at.and_then(|at| self.nodes.get(at)) {
            way.push(node);
            at = node.parent;
        }
        way.reverse();
        way
    }
}

/// A node or a pool as the policy writes it.
pub(super) struct Written<'p> {
    pub(super) id: &'p str,
    pub(super) key: String,
    pub(super) pool: Option<usize>,
    pub(super) of: Option<&'p str>,
    pub(super) amount: Option<Decimal>,
    /// The amount in fen, where it is computed: from the people insured, or from a base year.
    pub(super) found: Option<(&'static str, i128)>,
    pub(super) share: Option<Decimal>,
    pub(super) changes: &'p [BudgetChange],
}

impl Written<'_> {
    /// The key of what it is worth.
    pub(super) fn amount_key(&self) -> String {
        let name = match (self.share, self.pool) {
            (Some(_), _) => "share",
            (None, pool) => match (self.found, pool) {
                (Some((name, _)), _) => name,
                (None, Some(_)) => "budget",
                (None, None) => "amount",
            },
        };
        format!("{}.{name}", self.key)
    }

    /// Its own amount in fen, and with its changes; 0 where it has none that fits.
    pub(super) fn own(&self) -> (i128, i128) {
        let fen = |yuan| units(yuan, 2).unwrap_or_default();
        let written = || self.amount.map_or(0, fen);
        let before = self.found.map_or_else(written, |(_, fen)| fen);
        let added: i128 = self.changes.iter().map(|change| fen(change.add)).sum();
        (before, before + added)
    }
}

impl Policy {
    /// Nodes and pools in the order of the policy.
    pub(super) fn written(&self) -> Vec<Written<'_>> {
        let mode = self.rounding.mode;
        let grown = |grown: Option<&Grown>| grown.map(|grown| ("base_year_budget", grown.budget(mode)));
        let nodes = self.budgets.iter().enumerate().map(|(i, node)| Written {
            id: &node.id,
            key: format!("budget[{i}]"),
            pool: None,
            of: node.of.as_deref(),
            amount: node.amount,
            found: grown(node.grown.as_ref()),
            share: node.share,
            changes: &node.changes,
        });
        let pools = self.pools.iter().enumerate().map(|(i, pool)| Written {
            id: &pool.id,
            key: format!("pool[{i}]"),
            pool: Some(i),
            of: pool.of.as_deref(),
            amount: pool.share.is_none().then_some(pool.budget),
            found: (pool.by_heads(mode).map(|fen| ("insured", fen)))
                .or_else(|| grown(pool.grown.as_ref()))
                .filter(|_| pool.share.is_none()),
            share: pool.share,
            changes: &pool.changes,
        });
        nodes.chain(pools).collect()
    }

    /// Whether any budget is above a pool, or was reopened.
    #[must_use]
    pub fn has_budget_changes(&self) -> bool {
        self.written().iter().any(|written| !written.changes.is_empty())
    }

    /// The tree with every amount; sound where [`Policy::breaches`] is empty.
    #[must_use]
    pub fn budget_tree(&self) -> BudgetTree {
        let written = self.written();
        let mut tree = BudgetTree {
            nodes: Vec::new(),
            pools: vec![0; self.pools.len()],
        };
        let is_root = |one: &&Written<'_>| one.of.is_none_or(|of| !self.budgets.iter().any(|node| node.id == of));
        for root in written.iter().filter(is_root) {
            let (before, budget) = root.own();
            tree.grow(&written, root, None, (before, budget), AmountFrom::Own);
        }
        tree
    }
}

impl BudgetTree {
    fn grow(
        &mut self,
        written: &[Written<'_>],
        here: &Written<'_>,
        parent: Option<usize>,
        (before, budget): (i128, i128),
        from: AmountFrom,
    ) {
        let at = self.nodes.len();
        if at > written.len() {
            return; // a cycle, which is refused
        }
        if let Some(pool) = here.pool {
            self.pools[pool] = at;
        }
        self.nodes.push(BudgetNode {
            id: here.id.to_owned(),
            parent,
            pool: here.pool,
            key: here.key.clone(),
            before,
            budget,
            from,
        });
        if here.pool.is_some() {
            return;
        }
        let children: Vec<&Written<'_>> = written.iter().filter(|one| one.of == Some(here.id)).collect();
        let shares: Vec<Decimal> = children.iter().map(|child| child.share.unwrap_or_default()).collect();
        let (parts_before, parts) = (shared(before, &shares), shared(budget, &shares));
        for (i, child) in children.into_iter().enumerate() {
            let (amounts, from) = match child.share {
                None => (child.own(), AmountFrom::Own),
                Some(_) => {
                    let from = if parts[i].1 {
                        AmountFrom::ShareAndFen
                    } else {
                        AmountFrom::Share
                    };
                    ((parts_before[i].0, parts[i].0), from)
                }
            };
            self.grow(written, child, Some(at), amounts, from);
        }
    }
}

/// An amount shared out to the fen: each share cut down, the fen left over to the largest parts cut
/// off, ties in order. Whether a part got one of them stands beside it.
fn shared(amount: i128, shares: &[Decimal]) -> Vec<(i128, bool)> {
    let mut parts = Vec::with_capacity(shares.len());
    let mut order = Vec::with_capacity(shares.len());
    for (i, share) in shares.iter().enumerate() {
        let exact = rational(*share) * BigInt::from(amount);
        let (cut, rest) = exact.numer().div_mod_floor(exact.denom());
        parts.push((cut.to_i128().unwrap_or_default(), false));
        order.push((-(num_rational::BigRational::new(rest, exact.denom().clone())), i));
    }
    let left = amount - parts.iter().map(|part| part.0).sum::<i128>();
    order.sort();
    let left = usize::try_from(left).unwrap_or(0).min(order.len());
    for (rest, i) in order.into_iter().take(left) {
        // Shares that do not come to 1 are refused; nothing is added to a whole part.
        if rest != num_rational::BigRational::default() {
            parts[i].0 += 1;
            parts[i].1 = true;
        }
    }
    parts
}
