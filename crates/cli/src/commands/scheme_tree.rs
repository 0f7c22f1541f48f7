//! A scheme for people: its MDCs in a table, and the rules of one of them.

use crate::figures::count;
use crate::lang::pick;
use crate::table::{Side, Table};
use dianzhi::engine::Lang;
use dianzhi::grouper::Scheme;
use dianzhi::grouper::scheme::{ListSize, MdcTree, Tree};

/// The whole scheme as a table of its MDCs.
pub(super) fn render(scheme: &Scheme, tree: &Tree, lang: Lang) -> String {
    header(scheme, lang) + &mdcs(tree, lang)
}

/// What the scheme says of itself.
pub(super) fn header(scheme: &Scheme, lang: Lang) -> String {
    let header = scheme.header();
    let mut out = format!("{}  {}\n", header.code, header.name);
    let named = |label: &str, value: &str| {
        if value.is_empty() {
            String::new()
        } else {
            format!("{label}: {value}\n")
        }
    };
    out += &named(pick(lang, "来源", "source"), &header.source);
    let days = [header.valid_from.as_str(), header.valid_to.as_str()];
    if days.iter().any(|day| !day.is_empty()) {
        out += &named(pick(lang, "有效期", "valid"), &days.join(" – "));
    }
    out.push('\n');
    out
}

fn mdcs(tree: &Tree, lang: Lang) -> String {
    let mut table = Table::new([
        ("MDC", Side::Left),
        (pick(lang, "条件", "gate"), Side::Left),
        (pick(lang, "歧义", "ambiguous"), Side::Left),
        (pick(lang, "诊断", "diagnoses"), Side::Right),
        (pick(lang, "ADRG 规则", "ADRG rules"), Side::Right),
        (pick(lang, "细分组", "splits"), Side::Right),
    ]);
    for mdc in &tree.mdcs {
        let splits: usize = mdc.rules.iter().map(|rule| rule.splits.len()).sum();
        table.row([
            mdc.mdc.clone(),
            mdc.gate.clone(),
            mdc.ambiguous.clone().unwrap_or_else(|| "—".to_owned()),
            count(mdc.diagnoses as u64),
            count(mdc.rules.len() as u64),
            count(splits as u64),
        ]);
    }
    table.render(0)
}

/// An MDC's rules, each with its splits.
pub(super) fn rules(mdc: &MdcTree, lang: Lang) -> String {
    let mut out = format!("{}: {}\n", mdc.mdc, mdc.gate);
    if let Some(ambiguous) = &mdc.ambiguous {
        out += &format!("  {}: {ambiguous}\n", pick(lang, "歧义", "ambiguous"));
    }
    for rule in &mdc.rules {
        let kind = match rule.surgical {
            true => pick(lang, "外科", "surgical"),
            false => pick(lang, "内科", "medical"),
        };
        out += &format!("  {} [{kind}]: {}{}\n", rule.rule, rule.condition, sizes(&rule.lists));
        for split in &rule.splits {
            out += &format!(
                "    {} {}: {}{}\n",
                split.drg,
                split.name,
                split.condition,
                sizes(&split.lists)
            );
        }
        let otherwise = rule.otherwise.as_deref();
        let otherwise = otherwise.unwrap_or(pick(lang, "继续查找", "the search goes on"));
        out += &format!("    {}: {otherwise}\n", pick(lang, "都不符合时", "where none fits"));
    }
    out
}

fn sizes(lists: &[ListSize]) -> String {
    let lists: Vec<String> = lists
        .iter()
        .map(|size| format!("{} {}", size.list, count(size.codes as u64)))
        .collect();
    if lists.is_empty() {
        String::new()
    } else {
        format!("  ({})", lists.join(", "))
    }
}
