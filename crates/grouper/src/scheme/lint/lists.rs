//! Lists: asked for by nobody, empty, with repetitions.

use super::{Lint, few};
use crate::codes::CodeId;
use crate::error::{W203, W204, W205, W216, W217, W218};
use crate::scheme::{Atom, CodeKind, Condition, Entry, List, OWN_LISTS, OwnLists, Scheme, own_list};
use dianzhi_core::Text;
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn look(lint: &mut Lint<'_>) {
    let scheme = lint.scheme;
    for mdc in &scheme.mdcs {
        for condition in [&mdc.gate, &mdc.ambiguous] {
            empty(lint, "mdc.tsv", mdc.line, &mdc.code, condition, &OwnLists::default());
        }
        repetitions(lint, "mdc_dx.tsv", &mdc.code, &mdc.diagnoses, &scheme.diagnoses);
    }
    repetitions(
        lint,
        "ss_valid.tsv",
        "VALID",
        &scheme.valid_procedures,
        &scheme.procedures,
    );
    for rule in &scheme.adrgs {
        empty(lint, "adrg.tsv", rule.line, &rule.rule, &rule.condition, &rule.lists);
        labels(lint, "adrg.tsv", rule.line, &rule.rule, &rule.condition, &rule.lists);
        own(lint, "adrg_codes.tsv", &rule.rule, &rule.lists, &asked(&rule.condition));
    }
    splits(lint, scheme);
}

/// A DRG's lists are those of all its splits, so that one of them asks is enough.
fn splits(lint: &mut Lint<'_>, scheme: &Scheme) {
    let mut by_drg: BTreeMap<&str, (&OwnLists, BTreeSet<usize>)> = BTreeMap::new();
    for split in scheme.adrgs.iter().flat_map(|rule| &rule.splits) {
        empty(lint, "drg.tsv", split.line, &split.drg, &split.condition, &split.lists);
        labels(lint, "drg.tsv", split.line, &split.drg, &split.condition, &split.lists);
        let known = by_drg.entry(&split.drg).or_insert((&split.lists, BTreeSet::new()));
        known.1.append(&mut asked(&split.condition));
    }
    for (drg, (lists, asked)) in by_drg {
        own(lint, "ex_codes.tsv", drg, lists, &asked);
    }
}

/// The own lists that a condition asks for.
fn asked(condition: &Condition) -> BTreeSet<usize> {
    let named = condition.lists().filter_map(|(_, list)| match list {
        List::Own(name) => own_list(name),
        _ => None,
    });
    let labels = condition.0.iter().any(|atom| matches!(atom, Atom::Labels(_)));
    named.chain(labels.then(|| own_list("ss")).flatten()).collect()
}

fn own(lint: &mut Lint<'_>, file: &'static str, owner: &str, lists: &OwnLists, asked: &BTreeSet<usize>) {
    for (at, (name, entries)) in OWN_LISTS.into_iter().zip(lists).enumerate() {
        let kind = if name.starts_with("zd") {
            CodeKind::Diagnosis
        } else {
            CodeKind::Procedure
        };
        let codes = lint.scheme.codes(kind);
        repetitions(lint, file, &format!("{owner} {name}"), entries, codes);
        if let (Some(first), false) = (entries.first(), asked.contains(&at)) {
            let count = entries.len();
            let text = Text::new(
                format!("{owner} 的列表 {name}（{count} 个编码）没有条件使用"),
                format!("no condition asks for list {name} of {owner} ({})", super::codes(count)),
            );
            let codes = entries.iter().map(|entry| codes.text(entry.code).to_owned());
            let codes: Vec<String> = codes.collect();
            lint.remark(W203, file, vec![first.line], text, codes);
        }
    }
}

fn empty(lint: &mut Lint<'_>, file: &'static str, line: u32, owner: &str, condition: &Condition, lists: &OwnLists) {
    for at in asked(condition) {
        if lists[at].is_empty() {
            let name = OWN_LISTS[at];
            let text = Text::new(
                format!("{owner} 的条件用到列表 {name}，其中没有编码"),
                format!("the condition of {owner} names list {name}, which has no codes"),
            );
            lint.remark(W204, file, vec![line], text, vec![owner.to_owned()]);
        }
    }
}

fn labels(lint: &mut Lint<'_>, file: &'static str, line: u32, owner: &str, condition: &Condition, lists: &OwnLists) {
    let carried: BTreeSet<&str> = own_list("ss")
        .map_or(&[][..], |at| &lists[at])
        .iter()
        .map(|entry| entry.label.as_str())
        .collect();
    for atom in &condition.0 {
        let Atom::Labels(alternatives) = atom else { continue };
        let asked: BTreeSet<&str> = alternatives.iter().flatten().map(String::as_str).collect();
        let missing: Vec<String> = asked.difference(&carried).map(|label| (*label).to_owned()).collect();
        if !missing.is_empty() {
            let named = few(&missing);
            let text = Text::new(
                format!("{owner} 的条件用到标签 {named}，没有手术带有"),
                format!("the condition of {owner} asks for labels that no procedure carries: {named}"),
            );
            lint.remark(W216, file, vec![line], text, missing);
        }
    }
}

fn repetitions(lint: &mut Lint<'_>, file: &'static str, list: &str, entries: &[Entry], codes: &crate::codes::Codes) {
    let mut first: FxHashMap<CodeId, &Entry> = FxHashMap::default();
    let (mut again, mut other, mut blank) = (Vec::new(), Vec::new(), Vec::new());
    for entry in entries {
        if codes.text(entry.code).trim().is_empty() {
            blank.push(entry);
        }
        match first.get(&entry.code) {
            Some(known) if known.label != entry.label => other.push(entry),
            Some(_) => again.push(entry),
            None => {
                first.insert(entry.code, entry);
            }
        }
    }
    let mut tell = |code, found: &[&Entry], text: fn(&str, usize, &str) -> Text| {
        if !found.is_empty() {
            let mut named: Vec<String> = found.iter().map(|entry| codes.text(entry.code).to_owned()).collect();
            let lines = found.iter().map(|entry| entry.line).collect();
            let count = named.len();
            named.dedup();
            let text = text(list, count, &few(&named));
            lint.remark(code, file, lines, text, named);
        }
    };
    tell(W205, &again, |list, count, named| {
        Text::new(
            format!("{list} 有 {count} 行重复：{named}"),
            format!("{list} repeats itself in {count} rows: {named}"),
        )
    });
    tell(W218, &other, |list, count, named| {
        Text::new(
            format!("{list} 有 {count} 行与前面同一编码的标签或部位不同：{named}"),
            format!("{list} gives {count} codes a second label or body region: {named}"),
        )
    });
    tell(W217, &blank, |list, count, _| {
        Text::new(
            format!("{list} 有 {count} 行没有编码"),
            format!("{list} has {count} rows without a code"),
        )
    });
}
