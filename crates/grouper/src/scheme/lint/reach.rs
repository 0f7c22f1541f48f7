//! Rules and splits that can never fire.

use super::implied::{Question, implied, never};
use super::{Lint, Scope};
use crate::error::{W201, W202};
use crate::scheme::{Adrg, Mdc, Split};
use dianzhi_core::Text;

/// Only so many of those that stand before are held against a rule or a split: no published scheme
/// has as many, and what is not told here only goes untold.
const BEFORE_MAX: usize = 1_000;

pub(super) fn look(lint: &mut Lint<'_>) {
    for mdc in &lint.scheme.mdcs {
        in_mdc(lint, mdc);
    }
}

/// What stands before a rule and gives a result to every record that fits it.
struct Before<'s> {
    name: &'s str,
    questions: Vec<Question<'s>>,
}

fn in_mdc<'s>(lint: &mut Lint<'s>, mdc: &'s Mdc) {
    let scheme = lint.scheme;
    let gate_scope = Scope { mdc, own: None };
    let gate = lint.questions(&mdc.gate, gate_scope);
    let mut before: Vec<Before<'s>> = Vec::new();
    for (position, rule) in (mdc.first..).zip(scheme.rules_of(mdc)) {
        if position == mdc.medical {
            before.push(Before {
                name: "QY",
                questions: lint.questions(&mdc.ambiguous, gate_scope),
            });
        }
        let scope = Scope {
            mdc,
            own: Some(&rule.lists),
        };
        let questions = lint.questions(&rule.condition, scope);
        let known: Vec<Question<'_>> = gate.iter().chain(&questions).cloned().collect();
        if never(&known) {
            let text = Text::new(
                format!("{} 的条件永不成立，任何病例都进不了该组", rule.rule),
                format!("no record can meet the condition of {}", rule.rule),
            );
            lint.remark(W202, "adrg.tsv", vec![rule.line], text, vec![rule.rule.clone()]);
            continue;
        }
        let weaker = |before: &&Before<'_>| before.questions.iter().all(|asked| implied(&known, asked));
        if let Some(first) = before.iter().find(weaker) {
            let text = Text::new(
                format!("{} 永远轮不到：排在前面的 {} 收走它的全部病例", rule.rule, first.name),
                format!(
                    "{} is never reached: {} before it takes every record of its own",
                    rule.rule, first.name
                ),
            );
            let codes = vec![rule.rule.clone(), first.name.to_owned()];
            lint.remark(W202, "adrg.tsv", vec![rule.line], text, codes);
            continue;
        }
        in_rule(lint, mdc, rule, &known);
        if before.len() < BEFORE_MAX
            && (rule.otherwise.is_some() || rule.splits.iter().any(|split| split.condition.is_always()))
        {
            before.push(Before {
                name: &rule.rule,
                questions,
            });
        }
    }
}

fn in_rule<'s>(lint: &mut Lint<'s>, mdc: &'s Mdc, rule: &'s Adrg, known: &[Question<'s>]) {
    let mut before: Vec<(&'s Split, Vec<Question<'s>>)> = Vec::new();
    for split in &rule.splits {
        let scope = Scope {
            mdc,
            own: Some(&split.lists),
        };
        let questions = lint.questions(&split.condition, scope);
        let known: Vec<Question<'_>> = known.iter().chain(&questions).cloned().collect();
        let weaker = |(_, before): &&(&Split, Vec<Question<'_>>)| before.iter().all(|asked| implied(&known, asked));
        if never(&known) {
            let text = Text::new(
                format!("{} 的细分组 {} 条件永不成立", rule.rule, split.drg),
                format!("no record of {} can meet the condition of {}", rule.rule, split.drg),
            );
            lint.remark(W201, "drg.tsv", vec![split.line], text, vec![split.drg.clone()]);
        } else if let Some((first, _)) = before.iter().find(weaker) {
            let text = Text::new(
                format!(
                    "{} 的细分组 {} 永远轮不到：排在前面的 {} 收走它的全部病例",
                    rule.rule, split.drg, first.drg
                ),
                format!(
                    "{} of {} is never reached: {} before it takes every record of its own",
                    split.drg, rule.rule, first.drg
                ),
            );
            let codes = vec![split.drg.clone(), first.drg.clone()];
            lint.remark(W201, "drg.tsv", vec![split.line, first.line], text, codes);
        } else if before.len() < BEFORE_MAX {
            before.push((split, questions));
        }
    }
}
