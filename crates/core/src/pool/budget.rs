//! A pool's budget as its steps tell it: changes during the year, and its share of the node above.

use crate::compiled::{CompiledPolicy, PoolId};
use crate::policy::{AmountFrom, BudgetNode};
use crate::trace::{cut_to_fen, input};
use crate::{BudgetChange, Decimal, FenSum, Origin, Rule, Step, TooLarge, Tracer};

impl CompiledPolicy {
    /// The pool's budget in fen, and where it comes from.
    pub(super) fn budget(&self, id: PoolId, tracer: &mut impl Tracer) -> Result<(i128, Origin), TooLarge> {
        let way = self.tree.way_to(usize::from(id.0));
        let budget = way.last().ok_or(TooLarge(Rule::Reserve))?.budget;
        let mut origin = Origin::Latest("budget");
        let mut above = FenSum(0);
        for node in way {
            let here = FenSum(node.budget);
            match node.from {
                AmountFrom::Own => {
                    let changes = self.changes_of(node);
                    if changes.is_empty() {
                        let name = if node.pool.is_some() { "budget" } else { "amount" };
                        origin = Origin::Policy(format!("{}.{name}", node.key));
                    } else {
                        origin = Origin::Latest("budget");
                        tracer.step(|| step_changed(node, changes));
                    }
                }
                AmountFrom::Share | AmountFrom::ShareAndFen => {
                    let has_fen = node.from == AmountFrom::ShareAndFen;
                    let cut = FenSum(node.budget - i128::from(has_fen));
                    let share = self.share_of(node);
                    let from = std::mem::replace(&mut origin, Origin::Latest("budget"));
                    tracer.step(|| Step {
                        rule: Rule::BudgetShare,
                        inputs: vec![
                            input("share", share, Origin::Policy(format!("{}.share", node.key))),
                            input("parent", above, from),
                        ],
                        expression: format!("{share} × {above}"),
                        rounding: cut_to_fen(),
                        result: cut.to_string(),
                    });
                    if has_fen {
                        tracer.step(|| Step {
                            rule: Rule::BudgetFen,
                            inputs: vec![input("cut", cut, Origin::Step(Rule::BudgetShare))],
                            expression: format!("{cut} + 0.01"),
                            rounding: None,
                            result: here.to_string(),
                        });
                    }
                }
            }
            above = here;
        }
        Ok((budget, origin))
    }

    fn changes_of(&self, node: &BudgetNode) -> &[BudgetChange] {
        match node.pool {
            Some(pool) => self.policy.pools.get(pool).map_or(&[], |pool| &pool.changes),
            None => {
                let node = self.policy.budgets.iter().find(|budget| budget.id == node.id);
                node.map_or(&[], |budget| &budget.changes)
            }
        }
    }

    fn share_of(&self, node: &BudgetNode) -> Decimal {
        let share = match node.pool {
            Some(pool) => self.policy.pools.get(pool).and_then(|pool| pool.share),
            None => {
                let node = self.policy.budgets.iter().find(|budget| budget.id == node.id);
                node.and_then(|budget| budget.share)
            }
        };
        share.unwrap_or_default()
    }
}

fn step_changed(node: &BudgetNode, changes: &[BudgetChange]) -> Step {
    let name = if node.pool.is_some() { "budget" } else { "amount" };
    let before = FenSum(node.before);
    let mut inputs = vec![input("amount", before, Origin::Policy(format!("{}.{name}", node.key)))];
    let mut terms = vec![before.to_string()];
    for (i, change) in changes.iter().enumerate() {
        let key = format!("{}.changes[{i}].add", node.key);
        inputs.push(input("change", change.add, Origin::Policy(key)));
        terms.push(change.add.to_string());
    }
    Step {
        rule: Rule::BudgetChanged,
        inputs,
        expression: terms.join(" + "),
        rounding: None,
        result: FenSum(node.budget).to_string(),
    }
}
