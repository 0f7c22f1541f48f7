//! Codes of lists: moved from one owner to another, come, gone, with other labels.

use super::{ChangeKind, Found};
use crate::codes::Codes;
use crate::scheme::{Entry, OWN_LISTS, OwnLists, Scheme};
use rustc_hash::FxHashSet;
use std::collections::{BTreeMap, BTreeSet};

/// For each owner of a list of one name, its codes and their labels.
type Owned<'s> = BTreeMap<&'s str, BTreeMap<&'s str, Vec<&'s str>>>;

pub(super) fn compare(found: &mut Found, a: &Scheme, b: &Scheme) {
    list(found, "mdc", &of_mdcs(a), &of_mdcs(b));
    for (at, name) in OWN_LISTS.into_iter().enumerate() {
        list(found, name, &of_rules(a, at), &of_rules(b, at));
        list(found, name, &of_splits(a, at), &of_splits(b, at));
    }
}

fn of_mdcs(scheme: &Scheme) -> Owned<'_> {
    let mut owned = Owned::new();
    for mdc in &scheme.mdcs {
        add(&mut owned, &mdc.code, &mdc.diagnoses, &scheme.diagnoses);
    }
    owned
}

fn of_rules(scheme: &Scheme, at: usize) -> Owned<'_> {
    let rules = scheme.adrgs.iter().map(|rule| (rule.rule.as_str(), &rule.lists));
    of_lists(scheme, at, rules)
}

/// Lists of splits are of DRGs: they stand beside the DRG's code in the tables.
fn of_splits(scheme: &Scheme, at: usize) -> Owned<'_> {
    let splits = scheme.adrgs.iter().flat_map(|rule| &rule.splits);
    of_lists(scheme, at, splits.map(|split| (split.drg.as_str(), &split.lists)))
}

fn of_lists<'s>(scheme: &'s Scheme, at: usize, lists: impl Iterator<Item = (&'s str, &'s OwnLists)>) -> Owned<'s> {
    let codes = if OWN_LISTS[at].starts_with("zd") {
        &scheme.diagnoses
    } else {
        &scheme.procedures
    };
    let mut owned = Owned::new();
    for (owner, lists) in lists {
        add(&mut owned, owner, &lists[at], codes);
    }
    owned
}

fn add<'s>(owned: &mut Owned<'s>, owner: &'s str, entries: &'s [Entry], codes: &'s Codes) {
    // Every split of a DRG has the DRG's lists: those of one are enough.
    if owned.contains_key(owner) {
        return;
    }
    let list = owned.entry(owner).or_default();
    let mut seen = FxHashSet::default();
    for entry in entries {
        if seen.insert((entry.code, &entry.label)) {
            let labels = list.entry(codes.text(entry.code)).or_default();
            labels.push(&entry.label);
        }
    }
}

fn list(found: &mut Found, name: &str, before: &Owned<'_>, after: &Owned<'_>) {
    // For each code the owners that it left and those that it came to.
    let mut left: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut came: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let none = BTreeMap::new();
    let owners: BTreeSet<&str> = before.keys().chain(after.keys()).copied().collect();
    for owner in owners {
        let was = before.get(owner).unwrap_or(&none);
        let is = after.get(owner).unwrap_or(&none);
        for code in was.keys().filter(|code| !is.contains_key(*code)) {
            left.entry(code).or_default().push(owner);
        }
        for code in is.keys().filter(|code| !was.contains_key(*code)) {
            came.entry(code).or_default().push(owner);
        }
        labels(found, owner, name, was, is);
    }
    let mut moved: BTreeMap<(&str, &str), Vec<String>> = BTreeMap::new();
    let mut gone: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut added: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let codes: BTreeSet<&str> = left.keys().chain(came.keys()).copied().collect();
    for code in codes {
        let from = left.get(code).map_or(&[][..], Vec::as_slice);
        let to = came.get(code).map_or(&[][..], Vec::as_slice);
        // What left one and came to another moved; what is over on one side only left, or only came.
        let both = from.len().min(to.len());
        for (from, to) in from.iter().zip(to) {
            moved.entry((from, to)).or_default().push(code.to_owned());
        }
        for owner in &from[both..] {
            gone.entry(owner).or_default().push(code.to_owned());
        }
        for owner in &to[both..] {
            added.entry(owner).or_default().push(code.to_owned());
        }
    }
    for ((from, to), codes) in moved {
        let zh = format!("列表 {name}：{{}}由 {from} 移到 {to}");
        let en = format!("list {name}: {{}} moved from {from} to {to}");
        found.codes(ChangeKind::CodesMoved, name, [Some(from), Some(to)], codes, (&zh, &en));
    }
    for (owner, codes) in added {
        let subject = format!("{owner} {name}");
        let zh = format!("{owner} 的列表 {name} 新增{{}}");
        let en = format!("{{}} added to list {name} of {owner}");
        found.codes(ChangeKind::CodesAdded, &subject, [None, Some(owner)], codes, (&zh, &en));
    }
    for (owner, codes) in gone {
        let subject = format!("{owner} {name}");
        let zh = format!("{owner} 的列表 {name} 去掉{{}}");
        let en = format!("{{}} gone from list {name} of {owner}");
        found.codes(ChangeKind::CodesGone, &subject, [Some(owner), None], codes, (&zh, &en));
    }
}

/// Codes whose label is another, told by what it was and is.
fn labels(found: &mut Found, owner: &str, name: &str, was: &BTreeMap<&str, Vec<&str>>, is: &BTreeMap<&str, Vec<&str>>) {
    let mut changed: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for (code, before) in was {
        if let Some(after) = is.get(code).filter(|after| *after != before) {
            let ends = (before.join("|"), after.join("|"));
            changed.entry(ends).or_default().push((*code).to_owned());
        }
    }
    for ((from, to), codes) in changed {
        let subject = format!("{owner} {name}");
        let zh = format!("{owner} 的列表 {name} 中{{}}的标签或部位由“{from}”改为“{to}”");
        let en = format!("list {name} of {owner}: label or region \"{from}\" of {{}} is now \"{to}\"");
        found.codes(
            ChangeKind::LabelsChanged,
            &subject,
            [Some(&from), Some(&to)],
            codes,
            (&zh, &en),
        );
    }
}
