//! `scheme show PKG CODE...`: what a scheme says of single codes, for people and for programs.

use super::scheme_tree::{header, rules};
use crate::lang::{pick, text};
use crate::table::printable;
use dianzhi::engine::{Lang, Text};
use dianzhi::grouper::Scheme;
use dianzhi::grouper::scheme::{KnownCode, MdcTree, NamedBy, Translated};
use serde::Serialize;

/// Most codes that are named in one line.
const SHOWN_MAX: usize = 12;

/// What one of the codes asked for is; it can be a group and a diagnosis at once.
pub(super) struct Found {
    /// Of an MDC, an ADRG, a rule or a DRG: the rules behind it.
    groups: Vec<MdcTree>,
    /// As a diagnosis, as a procedure.
    codes: Vec<KnownCode>,
}

impl Found {
    pub(super) fn is_nothing(&self) -> bool {
        self.groups.is_empty() && self.codes.is_empty()
    }
}

/// Looks a code up, in any letter case and width.
pub(super) fn find(scheme: &Scheme, code: &str) -> Found {
    let group = scheme.spelled_group(code);
    Found {
        groups: group.map_or_else(Vec::new, |code| scheme.tree().narrowed_to(code).mdcs),
        codes: scheme.look_up(code),
    }
}

/// What `--json` prints.
#[derive(Serialize)]
pub(super) struct Report<'a> {
    scheme: &'a str,
    /// The rules behind each MDC, ADRG, rule and DRG that was asked for, in that order.
    mdcs: Vec<MdcTree>,
    /// Each diagnosis and procedure.
    codes: Vec<KnownCode>,
}

impl<'a> Report<'a> {
    pub(super) fn of(scheme: &'a Scheme, found: Vec<Found>) -> Report<'a> {
        let mut report = Report {
            scheme: &scheme.header().code,
            mdcs: Vec::new(),
            codes: Vec::new(),
        };
        for one in found {
            report.mdcs.extend(one.groups);
            report.codes.extend(one.codes);
        }
        report
    }
}

/// Why nothing is shown, and what to do.
pub(super) fn nothing(scheme: &Scheme, codes: &[&str]) -> (Text, Text) {
    let shown: Vec<String> = codes.iter().map(|code| printable(code)).collect();
    let told = text(
        format!(
            "方案中没有 {}：既不是 MDC、ADRG、DRG，也不是诊断或手术操作",
            shown.join("、")
        ),
        format!(
            "the scheme has no MDC, ADRG, DRG, diagnosis or procedure {}",
            shown.join(", ")
        ),
    );
    let alike: Vec<String> = codes
        .iter()
        .flat_map(|code| scheme.codes_beginning(code, SHOWN_MAX))
        .collect();
    let help = if alike.is_empty() {
        text("不带代码运行可列出全部 MDC", "without a code all MDCs are listed")
    } else {
        let alike = printable(&alike.join(", "));
        text(
            format!("须写完整的编码；以此开头的有：{alike}"),
            format!("write the whole code; some begin so: {alike}"),
        )
    };
    (told, help)
}

/// Every code asked for, one after the other.
pub(super) fn render(scheme: &Scheme, found: &[Found], lang: Lang) -> String {
    let parts = found.iter().flat_map(|one| {
        let groups: String = one.groups.iter().map(|mdc| rules(mdc, lang)).collect();
        let codes = one.codes.iter().map(|code| known(scheme, code, lang));
        (!groups.is_empty()).then_some(groups).into_iter().chain(codes)
    });
    header(scheme, lang) + &parts.collect::<Vec<_>>().join("\n")
}

fn known(scheme: &Scheme, code: &KnownCode, lang: Lang) -> String {
    let is_diagnosis = code.valid.is_none();
    let none = || pick(lang, "无", "none").to_owned();
    let yes = |yes: bool| match yes {
        true => pick(lang, "是", "yes"),
        false => pick(lang, "否", "no"),
    };
    let mut lines = vec![(
        pick(lang, "在方案的编码版本中", "in the scheme's code version"),
        match code.in_version {
            Some(there) => yes(there).to_owned(),
            None => pick(lang, "方案没有编码表", "the scheme has no list of codes").to_owned(),
        },
    )];
    if let Some(valid) = code.valid {
        lines.push((pick(lang, "有效手术操作", "valid procedure"), yes(valid).to_owned()));
    }
    if is_diagnosis {
        let kinds = code.complications.iter().map(|one| {
            let (kind, group) = (one.kind, &one.group);
            pick(
                lang,
                format!("{kind}（排除组 {group}）"),
                format!("{kind} (exclusion group {group})"),
            )
        });
        lines.push((
            pick(lang, "作其他诊断", "as a secondary diagnosis"),
            listed(&kinds.collect::<Vec<_>>(), none),
        ));
        let excludes = code.excludes.as_ref().map(|group| {
            pick(
                lang,
                format!("使排除组 {group} 的并发症或合并症不计"),
                format!("complications of exclusion group {group} do not count"),
            )
        });
        lines.push((
            pick(lang, "作主要诊断", "as the main diagnosis"),
            excludes.unwrap_or_else(|| pick(lang, "不排除并发症或合并症", "excludes no complication").to_owned()),
        ));
        let mdcs = code.mdcs.iter().map(|one| match one.region.as_str() {
            "" => one.mdc.clone(),
            region => pick(
                lang,
                format!("{}（部位 {region}）", one.mdc),
                format!("{} (body region {region})", one.mdc),
            ),
        });
        lines.push(("MDC", listed(&mdcs.collect::<Vec<_>>(), none)));
    }
    if let Some(translated) = &code.translated {
        lines.push((pick(lang, "编码转换", "translation"), translation(translated, lang)));
    }
    if !code.translated_from.is_empty() {
        lines.push((
            pick(lang, "由此转换而来", "translated into it"),
            few(&code.translated_from, lang),
        ));
    }
    let kind = match is_diagnosis {
        true => pick(lang, "诊断", "diagnosis"),
        false => pick(lang, "手术操作", "procedure"),
    };
    let mut out = format!("{kind} {} {}", code.code, code.name).trim_end().to_owned() + "\n";
    for (label, value) in lines {
        out += &format!("  {label}: {value}\n");
    }
    let by = pick(lang, "取用它的规则", "rules that name it");
    if code.named_by.is_empty() {
        out += &format!("  {by}: {}\n", none());
    } else {
        out += &format!("  {by}:\n");
        code.named_by.iter().for_each(|by| out += &naming(scheme, by, lang));
    }
    out.lines().map(|line| printable(line) + "\n").collect()
}

fn naming(scheme: &Scheme, by: &NamedBy, lang: Lang) -> String {
    let list = match by.list.as_str() {
        "{}" => pick(lang, "条件中列出", "in the condition").to_owned(),
        list => pick(lang, format!("列表 {list}"), format!("list {list}")),
    };
    let label = match by.label.as_str() {
        "" => String::new(),
        label => pick(lang, format!("，标签 {label}"), format!(", label {label}")),
    };
    let place = [by.mdc.as_str(), &by.rule, &by.drg]
        .into_iter()
        .filter(|part| !part.is_empty());
    let name = scheme
        .drg_name(&by.drg)
        .map_or_else(String::new, |name| format!(" {name}"));
    let place = place.collect::<Vec<_>>().join(" ");
    format!("    {place}{name}: {} ({list}{label})\n", by.condition)
}

fn translation(translated: &Translated, lang: Lang) -> String {
    match translated {
        Translated::Becomes { to } => format!("→ {to}"),
        Translated::Dropped => pick(lang, "去掉", "dropped").to_owned(),
        Translated::Stays => pick(lang, "不变", "stays as it is").to_owned(),
        Translated::NotFollowed { to } => pick(
            lang,
            format!("不变（映射表写 {to}，方案各表都没有它）"),
            format!("stays as it is (the map says {to}, which no table of the scheme names)"),
        ),
        Translated::Missing => pick(
            lang,
            "没有：--translate 时含它的病例不能分组",
            "none: with --translate a record that has it is not grouped",
        )
        .to_owned(),
    }
}

fn listed(all: &[String], none: impl Fn() -> String) -> String {
    if all.is_empty() { none() } else { all.join(", ") }
}

/// The first codes of many, and how many more there are.
fn few(codes: &[String], lang: Lang) -> String {
    let mut shown = codes[..codes.len().min(SHOWN_MAX)].join(", ");
    let more = codes.len().saturating_sub(SHOWN_MAX);
    if more > 0 {
        shown += &pick(lang, format!(" 等，另有 {more} 个"), format!(" and {more} more"));
    }
    shown
}
