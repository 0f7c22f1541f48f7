//! MDCs, rules and splits: come, gone, in another order, with another condition.

use super::{ChangeKind, Found};
use crate::scheme::{Adrg, Mdc, Scheme, Split};
use dianzhi_core::Text;
use std::collections::{BTreeMap, BTreeSet};

const BRANCH: &str = "|QY|";

pub(super) fn compare(found: &mut Found, a: &Scheme, b: &Scheme) {
    let (before, after) = (mdcs(a), mdcs(b));
    for (code, was) in &before {
        match after.get(code) {
            Some(is) => mdc(found, was, is),
            None => found.tell(
                ChangeKind::MdcGone,
                code,
                Some(code),
                None,
                Text::new(format!("取消 {code}"), format!("{code} is gone")),
            ),
        }
    }
    for code in after.keys().filter(|code| !before.contains_key(*code)) {
        let text = Text::new(format!("新增 {code}"), format!("{code} is new"));
        found.tell(ChangeKind::MdcAdded, code, None, Some(code), text);
    }
    let codes = |scheme: &Scheme| scheme.mdcs.iter().map(|mdc| mdc.code.clone()).collect::<Vec<_>>();
    let zh_en = ("MDC 的先后".to_owned(), "the order of MDCs".to_owned());
    order(found, ChangeKind::MdcOrder, "mdc.tsv", zh_en, &codes(a), &codes(b));
    for (code, was) in &before {
        if let Some(is) = after.get(code) {
            let zh_en = (
                format!("{code} 中 ADRG 的先后"),
                format!("the order of ADRGs in {code}"),
            );
            order(
                found,
                ChangeKind::RuleOrder,
                code,
                zh_en,
                &sequence(a, was),
                &sequence(b, is),
            );
        }
    }
    rules(found, a, b);
}

fn mdcs(scheme: &Scheme) -> BTreeMap<&str, &Mdc> {
    scheme.mdcs.iter().map(|mdc| (mdc.code.as_str(), mdc)).collect()
}

fn mdc(found: &mut Found, was: &Mdc, is: &Mdc) {
    let code = &was.code;
    found.changed(
        ChangeKind::GateChanged,
        code,
        &format!("{code} 的准入条件"),
        &format!("the gate of {code}"),
        &was.gate.to_string(),
        &is.gate.to_string(),
    );
    found.changed(
        ChangeKind::AmbiguousChanged,
        code,
        &format!("{code} 的歧义条件"),
        &format!("the ambiguous branch of {code}"),
        &was.ambiguous.to_string(),
        &is.ambiguous.to_string(),
    );
}

/// An MDC's rules and its branch.
fn sequence(scheme: &Scheme, mdc: &Mdc) -> Vec<String> {
    let mut names: Vec<String> = scheme.rules_of(mdc).iter().map(|rule| rule.rule.clone()).collect();
    names.insert(mdc.medical - mdc.first, BRANCH.to_owned());
    names
}

/// Whether what both have stands in another order.
fn order(
    found: &mut Found,
    kind: ChangeKind,
    subject: &str,
    (zh, en): (String, String),
    was: &[String],
    is: &[String],
) {
    let (had, has): (BTreeSet<&String>, BTreeSet<&String>) = (was.iter().collect(), is.iter().collect());
    let was: Vec<&str> = was
        .iter()
        .filter(|name| has.contains(name))
        .map(String::as_str)
        .collect();
    let is: Vec<&str> = is
        .iter()
        .filter(|name| had.contains(name))
        .map(String::as_str)
        .collect();
    found.changed(kind, subject, &zh, &en, &was.join(","), &is.join(","));
}

fn rules(found: &mut Found, a: &Scheme, b: &Scheme) {
    let (before, after) = (by_name(a), by_name(b));
    for (name, (mdc, was)) in &before {
        let Some((to, is)) = after.get(name) else {
            let text = Text::new(format!("{mdc} 取消 {name}"), format!("{name} of {mdc} is gone"));
            found.tell(ChangeKind::RuleGone, name, Some(mdc), None, text);
            continue;
        };
        if mdc != to {
            let text = Text::new(
                format!("{name} 由 {mdc} 移到 {to}"),
                format!("{name} moved from {mdc} to {to}"),
            );
            found.tell(ChangeKind::RuleMoved, name, Some(mdc), Some(to), text);
        }
        rule(found, was, is);
    }
    for (name, (mdc, rule)) in &after {
        if !before.contains_key(name) {
            let condition = &rule.condition;
            let text = Text::new(
                format!("{mdc} 新增 {name}：{condition}"),
                format!("{name} of {mdc} is new: {condition}"),
            );
            found.tell(ChangeKind::RuleAdded, name, None, Some(mdc), text);
        }
    }
}

fn by_name(scheme: &Scheme) -> BTreeMap<&str, (&str, &Adrg)> {
    let of = |mdc| scheme.rules_of(mdc).iter();
    let all = scheme.mdcs.iter().flat_map(|mdc| of(mdc).map(move |rule| (mdc, rule)));
    all.map(|(mdc, rule)| (rule.rule.as_str(), (mdc.code.as_str(), rule)))
        .collect()
}

fn rule(found: &mut Found, was: &Adrg, is: &Adrg) {
    let name = &was.rule;
    found.changed(
        ChangeKind::RuleChanged,
        name,
        &format!("{name} 的条件"),
        &format!("the condition of {name}"),
        &was.condition.to_string(),
        &is.condition.to_string(),
    );
    found.changed(
        ChangeKind::OtherwiseChanged,
        name,
        &format!("{name} 无细分组可入时给出的组"),
        &format!("what {name} gives where no split fits"),
        was.otherwise.as_deref().unwrap_or_default(),
        is.otherwise.as_deref().unwrap_or_default(),
    );
    let (before, after) = (splits(was), splits(is));
    let (had, has): (BTreeMap<&String, &Split>, BTreeMap<&String, &Split>) = (
        before.iter().map(|(key, split)| (key, *split)).collect(),
        after.iter().map(|(key, split)| (key, *split)).collect(),
    );
    for (key, split) in &before {
        let subject = format!("{name}/{}", split.drg);
        let drg = &split.drg;
        let condition = split.condition.to_string();
        match has.get(key) {
            Some(is) => found.changed(
                ChangeKind::SplitChanged,
                &subject,
                &format!("{name} 细分组 {drg} 的条件"),
                &format!("the condition of {drg} of {name}"),
                &condition,
                &is.condition.to_string(),
            ),
            None => {
                let text = Text::new(
                    format!("{name} 取消细分组 {drg}（{condition}）"),
                    format!("{drg} of {name} is gone ({condition})"),
                );
                found.tell(ChangeKind::SplitGone, &subject, Some(&condition), None, text);
            }
        }
    }
    for (key, split) in &after {
        if !had.contains_key(key) {
            let condition = split.condition.to_string();
            let drg = &split.drg;
            let text = Text::new(
                format!("{name} 新增细分组 {drg}：{condition}"),
                format!("{drg} of {name} is new: {condition}"),
            );
            let subject = format!("{name}/{drg}");
            found.tell(ChangeKind::SplitAdded, &subject, None, Some(&condition), text);
        }
    }
    let keys = |splits: &[(String, &Split)]| splits.iter().map(|(key, _)| key.clone()).collect::<Vec<_>>();
    let zh_en = (format!("{name} 细分组的先后"), format!("the order of splits of {name}"));
    order(
        found,
        ChangeKind::SplitOrder,
        name,
        zh_en,
        &keys(&before),
        &keys(&after),
    );
}

/// Splits by their DRG; one that a rule has twice is told apart by a number.
fn splits(rule: &Adrg) -> Vec<(String, &Split)> {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let key = |split: &'_ Split, count: usize| match count {
        1 => split.drg.clone(),
        more => format!("{}#{more}", split.drg),
    };
    let mut all = Vec::new();
    for split in &rule.splits {
        let count = seen.entry(&split.drg).or_default();
        *count += 1;
        all.push((key(split, *count), split));
    }
    all
}
