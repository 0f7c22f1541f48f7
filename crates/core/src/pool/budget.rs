//! A pool's budget as its steps tell it: changes during the year, and its share of the node above.

use crate::compiled::{CompiledPolicy, PoolId};
use crate::policy::{AmountFrom, BudgetNode};
use crate::trace::{cut_to_fen, input};
use crate::{BudgetChange, Decimal, FenSum, Grown, Origin, Pool, Rule, Step, TooLarge, Tracer};

impl CompiledPolicy {
    /// The pool's budget in fen, and where it comes from.
    pub(super) fn budget(&self, id: PoolId, tracer: &mut impl Tracer) -> Result<(i128, Origin), TooLarge> {
        let way = self.tree.way_to(usize::from(id.0));
        let budget = way.last().ok_or(TooLarge(Rule::Reserve))?.budget;
        let mut origin = Origin::Latest("budget");
        let mut above = FenSum(0);
        // Above a node with an amount of its own nothing leads to the pool's budget.
        let first = way.iter().rposition(|node| node.from == AmountFrom::Own);
        for node in &way[first.unwrap_or(0)..] {
            let here = FenSum(node.budget);
            match node.from {
                AmountFrom::Own => {
                    let changes = self.changes_of(node);
                    let before = self.before(node, tracer);
                    if changes.is_empty() {
                        origin = before;
                    } else {
                        origin = Origin::Latest("budget");
                        tracer.step(|| step_changed(node, changes, before));
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

    /// Where the amount of a node as the year began comes from; its step, where it is computed.
    fn before(&self, node: &BudgetNode, tracer: &mut impl Tracer) -> Origin {
        if let Some(pool) = self.pool_by_heads(node) {
            tracer.step(|| self.step_by_heads(node, pool));
            return Origin::Step(Rule::BudgetByHeads);
        }
        if let Some(grown) = self.grown_of(node) {
            tracer.step(|| self.step_grown(node, grown));
            return Origin::Step(Rule::BudgetGrown);
        }
        let name = if node.pool.is_some() { "budget" } else { "amount" };
        Origin::Policy(format!("{}.{name}", node.key))
    }

    /// The pool of a leaf whose budget comes from the people insured.
    fn pool_by_heads(&self, node: &BudgetNode) -> Option<&Pool> {
        let pool = self.policy.pools.get(node.pool?)?;
        pool.is_by_heads().then_some(pool)
    }

    fn step_by_heads(&self, node: &BudgetNode, pool: &Pool) -> Step {
        let key = |name: &str| Origin::Policy(format!("{}.{name}", node.key));
        let (mut inputs, mut terms) = (Vec::new(), Vec::new());
        for (i, row) in pool.insured.iter().enumerate() {
            inputs.push(input("heads", row.heads, key(&format!("insured[{i}].heads"))));
            inputs.push(input("per_head", row.per_head, key(&format!("insured[{i}].per_head"))));
            terms.push(format!("{} × {}", row.heads, row.per_head));
        }
        if let Some(more) = &pool.public_health {
            inputs.push(input("public_health", more.amount, key("public_health.amount")));
            terms.push(more.amount.to_string());
        }
        Step {
            rule: Rule::BudgetByHeads,
            inputs,
            expression: terms.join(" + "),
            rounding: self.policy.rounding.to_money(),
            result: FenSum(node.before).to_string(),
        }
    }

    fn step_grown(&self, node: &BudgetNode, grown: &Grown) -> Step {
        let key = |name: &str| Origin::Policy(format!("{}.{name}", node.key));
        let Grown {
            base_year_budget,
            growth,
        } = grown;
        Step {
            rule: Rule::BudgetGrown,
            inputs: vec![
                input("base_year_budget", base_year_budget, key("base_year_budget")),
                input("growth", growth, key("growth")),
            ],
            expression: format!("{base_year_budget} × (1 + {growth})"),
            rounding: self.policy.rounding.to_money(),
            result: FenSum(node.before).to_string(),
        }
    }

    fn grown_of(&self, node: &BudgetNode) -> Option<&Grown> {
        match node.pool {
            Some(pool) => self.policy.pools.get(pool)?.grown.as_ref(),
            None => {
                let node = self.policy.budgets.iter().find(|budget| budget.id == node.id);
                node?.grown.as_ref()
            }
        }
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

fn step_changed(node: &BudgetNode, changes: &[BudgetChange], from: Origin) -> Step {
    let before = FenSum(node.before);
    let mut inputs = vec![input("amount", before, from)];
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
