//! DRGs and their names, and DRGs of more than one ADRG.

use super::{Lint, few};
use crate::error::{W208, W209, W210};
use dianzhi_core::Text;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn look(lint: &mut Lint<'_>) {
    let scheme = lint.scheme;
    let mut given: BTreeMap<&str, (u32, BTreeSet<&str>)> = BTreeMap::new();
    for rule in &scheme.adrgs {
        for split in &rule.splits {
            let known = given.entry(&split.drg).or_insert((split.line, BTreeSet::new()));
            known.1.insert(rule.code());
        }
    }
    for (drg, (line, adrgs)) in &given {
        if adrgs.len() > 1 {
            let adrgs: Vec<String> = adrgs.iter().map(|code| (*code).to_owned()).collect();
            let named = few(&adrgs);
            let text = Text::new(
                format!("{drg} 出自不同的 ADRG：{named}"),
                format!("{drg} comes from different ADRGs: {named}"),
            );
            let codes = std::iter::once((*drg).to_owned()).chain(adrgs).collect();
            lint.remark(W210, "drg.tsv", vec![*line], text, codes);
        }
    }
    if scheme.drg_names.is_empty() {
        return;
    }
    let named: BTreeSet<&str> = scheme.drg_names.iter().map(|(drg, _)| drg.as_str()).collect();
    let without = given.iter().filter(|(drg, _)| !named.contains(*drg));
    let (codes, mut lines): (Vec<String>, Vec<u32>) =
        without.map(|(drg, (line, _))| ((*drg).to_owned(), *line)).unzip();
    lines.sort_unstable();
    if !codes.is_empty() {
        let (count, shown) = (codes.len(), few(&codes));
        let text = Text::new(
            format!("{count} 个 DRG 没有名称：{shown}"),
            format!("DRGs without a name: {}: {shown}", super::codes(count)),
        );
        lint.remark(W208, "drg.tsv", lines, text, codes);
    }
    // What a rule gives where no split fits may be named too, and so may ambiguous groups.
    let otherwise = scheme.adrgs.iter().filter_map(|rule| rule.otherwise.clone());
    let ambiguous = scheme.mdcs.iter().filter(|mdc| !mdc.ambiguous.is_never());
    let others: BTreeSet<String> = otherwise
        .chain(ambiguous.map(|mdc| scheme.ambiguous_group(mdc)))
        .collect();
    let unused = named
        .iter()
        .filter(|drg| !given.contains_key(*drg) && !others.contains(**drg));
    let unused: Vec<String> = unused.map(|drg| (*drg).to_owned()).collect();
    if !unused.is_empty() {
        let (count, shown) = (unused.len(), few(&unused));
        let text = Text::new(
            format!("{count} 个名称没有对应的 DRG：{shown}"),
            format!("names of DRGs that no rule gives: {}: {shown}", super::codes(count)),
        );
        lint.remark(W209, "drg_names.tsv", Vec::new(), text, unused);
    }
}
