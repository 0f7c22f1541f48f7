//! Where the values come from: none may stand there by itself, and some wait for a document.

use super::{Lint, counted};
use crate::codes::{Code, W301, W302, W303};
use crate::{Diagnostic, Listed};
use dianzhi_core::Text;
use std::collections::BTreeMap;

/// So many keys of one remark are named.
const KEYS_MAX: usize = 8;

/// What a comment says of a value that no document gives: seeds/README.md.
const UNCONFIRMED: [&str; 2] = ["未确认", "unconfirmed"];
const SYNTHETIC: [&str; 2] = ["合成数据", "synthetic"];

pub(super) fn look(lint: &mut Lint<'_>) {
    let Ok(values) = lint.region.values_in_force(None) else {
        return;
    };
    without_a_source(lint, &values);
    let marked = |marks: [&str; 2]| -> Vec<&Listed> {
        let has = |value: &&Listed| {
            let note = value.source.note.as_deref().unwrap_or_default();
            needs_a_source(&value.key) && marks.iter().any(|mark| note.contains(mark))
        };
        values.iter().filter(has).collect()
    };
    let unconfirmed = marked(UNCONFIRMED);
    if !unconfirmed.is_empty() {
        let count = unconfirmed.len();
        let (zh, en) = named(&unconfirmed);
        let text = Text::new(
            format!("{count} 个值注明未确认：{zh}"),
            format!("{} marked unconfirmed: {en}", counted(count, "value is", "values are")),
        );
        let help = Text::new(
            "逐个与当地文件核对，改为规定的值并写明文号和条款；全部列表见 dianzhi policy show",
            "check each against the local document, then write its value with the article; dianzhi policy show lists them all",
        );
        lint.remark(on_first(lint, &unconfirmed, W302, text, help));
    }
    let synthetic = marked(SYNTHETIC);
    if !synthetic.is_empty() {
        let count = synthetic.len();
        let (zh, en) = named(&synthetic);
        let text = Text::new(
            format!("{count} 个值注明是合成数据：{zh}"),
            format!("{} marked synthetic: {en}", counted(count, "value is", "values are")),
        );
        let help = Text::new(
            "不能据此付款：换成本统筹区批准的数",
            "nothing can be paid by them: write the figures that were approved for the region",
        );
        lint.remark(on_first(lint, &synthetic, W303, text, help));
    }
}

/// Values without a comment, one remark a section, or for all sections of a kind.
fn without_a_source(lint: &mut Lint<'_>, values: &[Listed]) {
    let mut by_section: BTreeMap<String, Vec<&Listed>> = BTreeMap::new();
    for value in values.iter().filter(|value| needs_a_source(&value.key)) {
        let is_cited = value.source.note.is_some() || cited_as_a_whole(lint, value);
        if let Some((section, _)) = value.key.split_once('.').filter(|_| !is_cited) {
            let section = crate::keys::section_name(section);
            by_section.entry(section).or_default().push(value);
        }
    }
    for (section, values) in by_section {
        let count = values.len();
        let (zh, en) = named(&values);
        let text = Text::new(
            format!("{section} 有 {count} 个值没有写出处：{zh}"),
            format!(
                "{} of {section} without a source: {en}",
                counted(count, "value", "values")
            ),
        );
        let help = Text::new(
            "在值的上一行或同一行写注释：文件名、文号、条款；没有规定的写“未确认”和取此值的理由",
            "write a comment above or beside it: document, number, article; where none says it, \"unconfirmed\" and why this value",
        );
        lint.remark(on_first(lint, &values, W301, text, help));
    }
}

/// Names and paths are no policy, nor is what says only how sections hang together.
fn needs_a_source(key: &str) -> bool {
    let (section, rest) = key.split_once('.').unwrap_or((key, ""));
    let kind = section.split('[').next().unwrap_or(section);
    let structure: &[&str] = match kind {
        "files" | "columns" | "grouping" => return false,
        "pool" => &["insutype", "of", "point_value_of"],
        "budget" => &["insutype", "of"],
        "route" => &["pools", "method"],
        "clearing_for" => &["pools"],
        "alliance" | "fund" => &["pools"],
        "by_group" => &["long_stay.per_diem"],
        "by_disease" => &["code", "exit_to"],
        _ => &[],
    };
    let named = rest.split('[').next().unwrap_or(rest);
    !matches!(rest, "id" | "code" | "name") && !structure.contains(&named)
}

/// Whether the list or the group of keys that a value stands in has a comment.
fn cited_as_a_whole(lint: &Lint<'_>, value: &Listed) -> bool {
    let day = value.from.unwrap_or(lint.region.year_start);
    let mut path = value.key.as_str();
    while let Some(end) = path.rfind(['.', '[']) {
        path = &path[..end];
        let note = || lint.region.source_on(path, day).and_then(|source| source.note);
        // What is said of a whole section is its heading.
        if path.contains('.') && note().is_some() {
            return true;
        }
    }
    false
}

fn on_first(lint: &Lint<'_>, values: &[&Listed], code: Code, text: Text, help: Text) -> Diagnostic {
    let remark = Diagnostic::warning(code.id, text, help);
    let place = values.first().and_then(|value| {
        let day = value.from.unwrap_or(lint.region.year_start);
        lint.region.place_in(lint.region.period_on(day)?, &value.key)
    });
    remark.at(place.unwrap_or_else(|| lint.region.document.whole()))
}

/// The first few of the keys, with their lines.
fn named(values: &[&Listed]) -> (String, String) {
    let shown = values.iter().take(KEYS_MAX);
    let zh: Vec<String> = shown
        .clone()
        .map(|value| format!("{}（第 {} 行）", value.key, value.source.line))
        .collect();
    let en: Vec<String> = shown
        .map(|value| format!("{} (line {})", value.key, value.source.line))
        .collect();
    let more = if values.len() > KEYS_MAX { " …" } else { "" };
    (format!("{}{more}", zh.join("、")), format!("{}{more}", en.join(", ")))
}
