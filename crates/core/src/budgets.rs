//! budgets.csv: what every node of the budget tree had, and what became of it (docs/SETTLEMENT.md
//! §5.10).

use crate::compiled::CompiledPolicy;
use crate::{BrokenIdentity, BudgetTree, FenSum, PoolAccount};

/// A node of the budget tree with the sums of the pools below it. Money in whole fen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BudgetRow {
    /// The node, or the pool.
    pub id: String,
    /// Its parent; `None` for a root.
    pub parent: Option<String>,
    /// The year's budget, with its changes.
    pub budget: FenSum,
    /// What was added to it during the year.
    pub changes: FenSum,
    /// Cases.
    pub cases: u64,
    /// Σ due.
    pub due: FenSum,
    /// Σ cleared.
    pub cleared: FenSum,
    /// Σ left in fund.
    pub left_in_fund: FenSum,
}

/// A column of budgets.csv.
type Of = fn(&BudgetRow) -> i128;

const COLUMNS: [(&str, Of); 6] = [
    ("budget = Σ of its children", |row| row.budget.0),
    ("changes = Σ of its children", |row| row.changes.0),
    ("cases = Σ of its children", |row| row.cases.into()),
    ("due = Σ of its children", |row| row.due.0),
    ("cleared = Σ of its children", |row| row.cleared.0),
    ("left_in_fund = Σ of its children", |row| row.left_in_fund.0),
];

impl CompiledPolicy {
    /// The budget tree with every amount.
    #[must_use]
    pub fn budget_tree(&self) -> &BudgetTree {
        &self.tree
    }

    /// The rows of budgets.csv in tree order, given the accounts of all pools in their order.
    ///
    /// ```
    /// use dianzhi_core::{example, settle, CompiledPolicy};
    /// let policy = CompiledPolicy::new(&example::policy(), &example::groups(), &example::hospitals()).unwrap();
    /// let settled = settle(&policy, &[], &[]).unwrap();
    /// let rows = policy.budget_rows(&settled.pools);
    /// // without [[budget]] every pool stands by itself
    /// assert!(rows.iter().all(|row| row.parent.is_none()));
    /// assert_eq!(rows[0].left_in_fund, rows[0].budget);
    /// ```
    #[must_use]
    pub fn budget_rows(&self, accounts: &[PoolAccount]) -> Vec<BudgetRow> {
        let nodes = &self.tree.nodes;
        let mut rows: Vec<BudgetRow> = nodes
            .iter()
            .map(|node| BudgetRow {
                id: node.id.clone(),
                parent: node
                    .parent
                    .and_then(|parent| nodes.get(parent))
                    .map(|node| node.id.clone()),
                budget: FenSum(node.budget),
                changes: FenSum(node.budget - node.before),
                cases: 0,
                due: FenSum(0),
                cleared: FenSum(0),
                left_in_fund: FenSum(0),
            })
            .collect();
        for (i, node) in nodes.iter().enumerate().rev() {
            if let Some(account) = node.pool.and_then(|pool| accounts.get(pool)) {
                rows[i].cases = account.totals.cases;
                rows[i].due = FenSum(account.totals.due + account.capitation.0);
                rows[i].cleared = account.cleared;
                rows[i].left_in_fund = account.left_in_fund;
            }
            // Parents stand before their children: by now this row is whole.
            if let Some(parent) = node.parent {
                let (cases, due, cleared, left) = (rows[i].cases, rows[i].due, rows[i].cleared, rows[i].left_in_fund);
                let above = &mut rows[parent];
                above.cases += cases;
                above.due.0 += due.0;
                above.cleared.0 += cleared.0;
                above.left_in_fund.0 += left.0;
            }
        }
        rows
    }

    /// Checks the rows of budgets.csv: in every column a node is the sum of its children, and every
    /// pool's row is its account.
    ///
    /// ```
    /// use dianzhi_core::{example, settle, CompiledPolicy, FenSum};
    /// let policy = CompiledPolicy::new(&example::policy(), &example::groups(), &example::hospitals()).unwrap();
    /// let settled = settle(&policy, &[], &[]).unwrap();
    /// let mut rows = policy.budget_rows(&settled.pools);
    /// assert!(policy.broken_budgets(&rows, &settled.pools).is_empty());
    /// rows[0].budget = FenSum(rows[0].budget.0 + 1);
    /// assert_eq!(policy.broken_budgets(&rows, &settled.pools).len(), 1);
    /// ```
    #[must_use]
    pub fn broken_budgets(&self, rows: &[BudgetRow], accounts: &[PoolAccount]) -> Vec<BrokenIdentity> {
        let mut broken = Vec::new();
        let mut equal = |id: &str, identity: &'static str, left: i128, right: i128| {
            if left != right {
                broken.push(BrokenIdentity {
                    pool: id.to_owned(),
                    identity,
                    left,
                    right,
                });
            }
        };
        for (node, row) in self.tree.nodes.iter().zip(rows) {
            if let Some(account) = node.pool.and_then(|pool| accounts.get(pool)) {
                let figures = [
                    ("budget = the pool's", row.budget.0, account.price.budget.0),
                    ("cases = the pool's", row.cases.into(), account.totals.cases.into()),
                    ("due = the pool's", row.due.0, account.totals.due + account.capitation.0),
                    ("cleared = the pool's", row.cleared.0, account.cleared.0),
                    ("left_in_fund = the pool's", row.left_in_fund.0, account.left_in_fund.0),
                ];
                for (identity, left, right) in figures {
                    equal(&row.id, identity, left, right);
                }
                continue;
            }
            let below = || rows.iter().filter(|child| child.parent.as_ref() == Some(&row.id));
            for (identity, of) in COLUMNS {
                equal(&row.id, identity, of(row), below().map(of).sum());
            }
        }
        equal(
            "",
            "nodes of the budget tree",
            rows.len() as i128,
            self.tree.nodes.len() as i128,
        );
        broken
    }
}
