//! budgets.csv: every node is the sum of its children, every leaf its pool.

use super::pools::PoolRow;
use crate::output::run::Run;
use crate::verify::check::{Check, Findings};
use crate::verify::figures::{fraction, written};
use crate::verify::sheets::{BUDGETS, for_each_row};
use dianzhi_core::Text;
use dianzhi_core::model::Book;
use dianzhi_policy::Region;
use std::path::Path;

/// A row of budgets.csv: its figures in fen, and cases.
struct Row {
    id: String,
    parent: String,
    figures: [i128; 6],
}

const FIGURES: [&str; 6] = ["budget", "changes", "cases", "due", "cleared", "left_in_fund"];

fn yuan(fen: i128) -> String {
    written(&fraction(fen, 2), 2)
}

/// `None` where the policy has no tree of budgets.
pub(super) fn check(run_dir: &Path, run: &Run, region: &Region, pools: Option<&[PoolRow]>) -> Option<Check> {
    let policy = &region.policy;
    if policy.budgets.is_empty() {
        return None;
    }
    let mut findings = Findings::default();
    let mut rows: Vec<Row> = Vec::new();
    for_each_row(&run_dir.join("budgets.csv"), BUDGETS, &mut findings, |row, findings| {
        findings.saw();
        let mut figures = [0; 6];
        for (figure, name) in figures.iter_mut().zip(FIGURES) {
            *figure = match name {
                "cases" => row.count(name, findings).into(),
                _ => row.money(name, findings),
            };
        }
        rows.push(Row {
            id: row.text("id"),
            parent: row.text("parent"),
            figures,
        });
        true
    });
    let wanted = policy.budgets.iter().map(|node| &node.id);
    let wanted = wanted.chain(policy.pools.iter().map(|pool| &pool.id));
    let all_there = wanted
        .clone()
        .all(|id| rows.iter().filter(|row| &row.id == id).count() == 1);
    findings.holds(all_there && rows.len() == wanted.count(), || {
        Text::new(
            "budgets.csv 的预算和资金池与 run.json 中政策的不同",
            "budgets.csv holds other budgets and pools than the policy in run.json",
        )
    });
    let book = Book::new(policy, &[], &[]);
    for row in &rows {
        let name = |figure: &str| {
            let id = &row.id;
            Text::new(format!("预算 {id} 的 {figure}"), format!("{figure} of the budget {id}"))
        };
        let (budget, changes) = book.budget_and_changes(&row.id);
        findings.equal(|| name("budget"), &yuan(row.figures[0]), &written(&budget, 2));
        findings.equal(|| name("changes"), &yuan(row.figures[1]), &written(&changes, 2));
        let told = run.budgets.iter().find(|told| told.id == row.id);
        let told = told.map(|told| (told.budget.clone(), told.changes.clone()));
        let expected = Some((yuan(row.figures[0]), yuan(row.figures[1])));
        findings.holds(told == expected, || name("budget, changes (run.json)"));
        if let Some(pool) = pools.unwrap_or_default().iter().find(|pool| pool.id == row.id) {
            let of_pool = [
                pool.budget,
                row.figures[1],
                pool.cases.into(),
                pool.due + pool.capitation,
                pool.cleared,
                pool.left_in_fund,
            ];
            for (i, figure) in FIGURES.iter().enumerate() {
                findings.equal(|| name(figure), &yuan(row.figures[i]), &yuan(of_pool[i]));
            }
            continue;
        }
        if policy.pools.iter().any(|pool| pool.id == row.id) {
            continue; // pools.csv cannot be read, which is told
        }
        for (i, figure) in FIGURES.iter().enumerate() {
            let below = rows.iter().filter(|child| child.parent == row.id);
            let sum = below.map(|child| child.figures[i]).sum();
            findings.equal(
                || name(&format!("{figure} = Σ of its children")),
                &yuan(row.figures[i]),
                &yuan(sum),
            );
        }
    }
    Some(findings.into_check(Text::new(
        "每级预算：等于下级之和，各资金池与 pools.csv 相符",
        "every budget: the sum of its children, every pool as in pools.csv",
    )))
}
