//! The diagnoses of an MDC against those of its ADRGs.

use super::{Lint, Scope, few, has};
use crate::codes::CodeId;
use crate::error::{W206, W207};
use crate::scheme::{Adrg, Atom, CodeKind, Condition, Mdc, Which};
use dianzhi_core::Text;

pub(super) fn look(lint: &mut Lint<'_>) {
    for mdc in &lint.scheme.mdcs {
        let scope = Scope { mdc, own: None };
        // Main diagnoses that the gate lets in; a gate that asks for none lets in all.
        if let Some(gated) = mains(lint, &mdc.gate, scope) {
            for rule in lint.scheme.rules_of(mdc) {
                unreachable(lint, mdc, rule, &gated);
            }
            untaken(lint, mdc, &gated);
        }
    }
}

/// The codes that a condition asks the main diagnosis to be one of, by all its atoms; `None`: any.
fn mains<'s>(lint: &Lint<'s>, condition: &'s Condition, scope: Scope<'s>) -> Option<Vec<CodeId>> {
    let mut found: Option<Vec<CodeId>> = None;
    for atom in &condition.0 {
        if let Atom::Codes {
            kind: CodeKind::Diagnosis,
            which: Which::Main,
            lists,
            negated: false,
        } = atom
        {
            let codes = lint.union(CodeKind::Diagnosis, lists, scope);
            found = Some(match found {
                Some(before) => before.into_iter().filter(|&code| has(&codes, code)).collect(),
                None => codes,
            });
        }
    }
    found
}

fn unreachable<'s>(lint: &mut Lint<'s>, mdc: &'s Mdc, rule: &'s Adrg, gated: &[CodeId]) {
    let scope = Scope {
        mdc,
        own: Some(&rule.lists),
    };
    let asked = mains(lint, &rule.condition, scope).unwrap_or_default();
    let missing: Vec<CodeId> = asked.into_iter().filter(|&code| !has(gated, code)).collect();
    if missing.is_empty() {
        return;
    }
    let entries = rule.lists.iter().take(2).flatten();
    let lines = entries
        .filter(|entry| has(&missing, entry.code))
        .map(|entry| entry.line)
        .collect();
    let codes: Vec<String> = missing.iter().map(|&code| lint.diagnosis(code)).collect();
    let (count, named) = (codes.len(), few(&codes));
    let text = Text::new(
        format!(
            "{} 的 {count} 个主诊不在 {} 的诊断中，永远用不到：{named}",
            rule.rule, mdc.code
        ),
        format!(
            "main diagnoses of {} that are not in {}: {}: {named}",
            rule.rule,
            mdc.code,
            super::codes(count)
        ),
    );
    lint.remark(W206, "adrg_codes.tsv", lines, text, codes);
}

/// Diagnoses of the gate that, as main ones and without a procedure, no rule takes.
fn untaken<'s>(lint: &mut Lint<'s>, mdc: &'s Mdc, gated: &[CodeId]) {
    let mut left = gated.to_vec();
    for rule in lint.scheme.rules_of(mdc) {
        let scope = Scope {
            mdc,
            own: Some(&rule.lists),
        };
        let needs_procedure = rule.condition.0.iter().any(|atom| match atom {
            Atom::Codes { kind, negated, .. } => *kind == CodeKind::Procedure && !negated,
            Atom::Labels(_) | Atom::Never => true,
            _ => false,
        });
        if needs_procedure {
            continue;
        }
        let asked = rule.condition.0.iter().filter_map(|atom| match atom {
            Atom::Codes {
                kind: CodeKind::Diagnosis,
                which: Which::Main | Which::Any,
                lists,
                negated,
            } => Some((lint.union(CodeKind::Diagnosis, lists, scope), *negated)),
            _ => None,
        });
        let asked: Vec<_> = asked.collect();
        left.retain(|&code| !asked.iter().all(|(codes, negated)| has(codes, code) != *negated));
    }
    if left.is_empty() {
        return;
    }
    let entries = mdc.diagnoses.iter().filter(|entry| has(&left, entry.code));
    let lines = entries.map(|entry| entry.line).collect();
    let codes: Vec<String> = left.iter().map(|&code| lint.diagnosis(code)).collect();
    let (count, named) = (codes.len(), few(&codes));
    let text = Text::new(
        format!("{} 的 {count} 个诊断在没有手术时不进任何 ADRG：{named}", mdc.code),
        format!(
            "diagnoses of {} that no ADRG takes without a procedure: {}: {named}",
            mdc.code,
            super::codes(count)
        ),
    );
    lint.remark(W207, "mdc_dx.tsv", lines, text, codes);
}
