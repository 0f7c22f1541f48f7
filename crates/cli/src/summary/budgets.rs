//! The budget tree in the summary, and budgets that were reopened, in words.

use crate::figures::{count, grouped};
use crate::lang::pick;
use crate::table::{Side, Table, printable};
use dianzhi::engine::{BudgetRow, CompiledPolicy, Lang, PoolAccount};
use serde::Serialize;

/// What became of every budget; money in yuan.
#[derive(Serialize)]
pub(crate) struct Budgets {
    nodes: Vec<BudgetLine>,
    reopened: Vec<Reopened>,
}

#[derive(Serialize)]
struct BudgetLine {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<String>,
    budget: String,
    changes: String,
    cases: u64,
    due: String,
    cleared: String,
    left_in_fund: String,
    #[serde(skip)]
    depth: usize,
}

#[derive(Serialize)]
struct Reopened {
    id: String,
    on: String,
    add: String,
    reason: String,
    budget: String,
}

impl Budgets {
    /// `None` where every pool stands by itself with its budget as the year began.
    pub(crate) fn of(policy: &CompiledPolicy, accounts: &[PoolAccount]) -> Option<Budgets> {
        let rules = policy.policy();
        if rules.budgets.is_empty() && !rules.has_budget_changes() {
            return None;
        }
        let rows = policy.budget_rows(accounts);
        let depth = |row: &BudgetRow| {
            let mut depth = 0;
            let mut parent = row.parent.as_deref();
            while let Some(above) = parent.and_then(|id| rows.iter().find(|row| row.id == id)) {
                depth += 1;
                parent = above.parent.as_deref();
            }
            depth
        };
        let line = |row: &BudgetRow| BudgetLine {
            id: row.id.clone(),
            parent: row.parent.clone(),
            budget: row.budget.to_string(),
            changes: row.changes.to_string(),
            cases: row.cases,
            due: row.due.to_string(),
            cleared: row.cleared.to_string(),
            left_in_fund: row.left_in_fund.to_string(),
            depth: depth(row),
        };
        let nodes = rules.budgets.iter().map(|node| (&node.id, &node.changes));
        let own = nodes.chain(rules.pools.iter().map(|pool| (&pool.id, &pool.changes)));
        let reopened = own.flat_map(|(id, changes)| {
            let budget = rows.iter().find(|row| &row.id == id);
            let budget = budget.map_or_else(String::new, |row| row.budget.to_string());
            changes.iter().map(move |change| Reopened {
                id: id.clone(),
                on: change.on.clone(),
                add: change.add.to_string(),
                reason: change.reason.clone(),
                budget: budget.clone(),
            })
        });
        Some(Budgets {
            nodes: rows.iter().map(line).collect(),
            reopened: reopened.collect(),
        })
    }

    /// Lines for people.
    pub(crate) fn render(&self, lang: Lang) -> String {
        use Side::{Left, Right};
        let headings = pick(
            lang,
            [
                "预算（元）",
                "预算",
                "其中调整",
                "病例数",
                "基金应付",
                "清算数",
                "基金留存",
            ],
            [
                "budget (yuan)",
                "budget",
                "of it changes",
                "cases",
                "due",
                "cleared",
                "left in fund",
            ],
        );
        let mut out = String::new();
        if self.nodes.iter().any(|node| node.parent.is_some()) {
            let sides = [Left, Right, Right, Right, Right, Right, Right];
            let mut table = Table::new(headings.into_iter().zip(sides));
            for node in &self.nodes {
                table.row([
                    "  ".repeat(node.depth) + &node.id,
                    grouped(&node.budget),
                    grouped(&node.changes),
                    count(node.cases),
                    grouped(&node.due),
                    grouped(&node.cleared),
                    grouped(&node.left_in_fund),
                ]);
            }
            out += &table.render(0);
        }
        for change in &self.reopened {
            let (id, on, reason) = (printable(&change.id), &change.on, printable(&change.reason));
            let (add, budget) = (grouped(&change.add), grouped(&change.budget));
            out += &pick(
                lang,
                format!("{on} 调整 {id} 的预算 {add} 元：{reason}；全年预算 {budget} 元\n"),
                format!("{on}: {add} yuan added to the budget of {id}: {reason}; the year's budget is {budget}\n"),
            );
        }
        out
    }
}
