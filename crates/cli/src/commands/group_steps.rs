//! The steps of grouping one record, for people.

use super::{dip_steps, dip_words};
use crate::lang::pick;
use crate::table::printable;
use dianzhi::engine::Lang;
use dianzhi::grouper::{Complication, Status, Step, reason_meaning};
use dianzhi::{ExplainedStay, GroupCells, GroupSteps};

/// A record and its steps.
pub(crate) fn render(stay: &ExplainedStay, lang: Lang) -> String {
    let named = |zh: &str, en: &str, value: &str| {
        let value = if value.is_empty() {
            pick(lang, "（无）", "(none)")
        } else {
            value
        };
        format!("  {}: {value}\n", pick(lang, zh, en))
    };
    let mut out = format!("{}  {}:{}\n", stay.setl_id, stay.file, stay.line);
    out += &named(
        "诊断（第一个为主要诊断）",
        "diagnoses, the main one first",
        &stay.diagnoses.join(" | "),
    );
    out += &named(
        "手术操作（第一个为主要）",
        "procedures, the main one first",
        &stay.procedures.join(" | "),
    );
    out.push('\n');
    match &stay.steps {
        GroupSteps::Scheme(steps) => out += &scheme_steps(steps, lang),
        GroupSteps::Directory(steps) => steps.iter().for_each(|step| out += &dip_steps::line(step, lang)),
    }
    let cells = match &stay.cells {
        GroupCells::Scheme { mdc, adrg } => format!("{mdc} {adrg}"),
        GroupCells::Directory {
            kind,
            auxiliary,
            factor,
        } => format!(
            "{} ×{factor} {}",
            dip_words::shown(kind, lang),
            dip_words::factors(auxiliary, lang)
        ),
    };
    let ended = format!("{} {}", status(stay.status, lang), reasons(&stay.reason, lang));
    // A record that had its code already was not grouped: it has no status.
    let ended = match ended.trim() {
        "" => String::new(),
        ended => format!("  [{ended}]"),
    };
    out += &format!(
        "\n{}: {} {} {}{ended}\n",
        pick(lang, "结果", "result"),
        cells,
        stay.group_code,
        stay.name,
    );
    out.lines()
        .map(|line| printable(line).trim_end().to_owned() + "\n")
        .collect()
}

/// The word of the output file, and what it means where that is another language.
fn status(word: &str, lang: Lang) -> String {
    let known = Status::ALL.into_iter().find(|status| status.as_str() == word);
    match (known, lang) {
        (Some(status), Lang::Zh) => format!("{word}（{}）", status.meaning().zh),
        _ => word.to_owned(),
    }
}

/// The same of reasons, `word:detail;word`.
fn reasons(all: &str, lang: Lang) -> String {
    if lang == Lang::En {
        return all.to_owned();
    }
    let meant = |reason: &str| match reason_meaning(reason.split(':').next().unwrap_or(reason)) {
        Some(meaning) => format!("{reason}（{}）", meaning.zh),
        None => reason.to_owned(),
    };
    all.split(';').map(meant).collect::<Vec<_>>().join(";")
}

fn scheme_steps(steps: &[Step], lang: Lang) -> String {
    let mut out = String::new();
    let mut gates = Gates::default();
    for step in steps {
        match step {
            // Most gates do not hold; they are told together.
            Step::Gate {
                mdc,
                held: false,
                because,
                ..
            } => gates.closed.push(format!("{mdc} ({because})")),
            other => {
                gates.tell(&mut out, lang);
                out += &line(other, lang);
            }
        }
    }
    gates.tell(&mut out, lang);
    out
}

/// Gates tried one after the other that did not hold.
#[derive(Default)]
struct Gates {
    closed: Vec<String>,
}

impl Gates {
    fn tell(&mut self, out: &mut String, lang: Lang) {
        if !self.closed.is_empty() {
            let list = self.closed.join(", ");
            *out += &pick(
                lang,
                format!("  不符合: {list}\n"),
                format!("  gates that did not hold: {list}\n"),
            );
            self.closed.clear();
        }
    }
}

fn line(step: &Step, lang: Lang) -> String {
    let text = match step {
        Step::Translated { from, to } => {
            let to = to.as_deref().unwrap_or("—");
            pick(lang, format!("转换 {from} → {to}"), format!("translated {from} → {to}"))
        }
        Step::Refused { reason } => {
            let reason = reasons(reason, lang);
            pick(lang, format!("不进入分组: {reason}"), format!("not grouped: {reason}"))
        }
        Step::Retried { procedure } => pick(
            lang,
            format!("无组可入，改以 {procedure} 为唯一手术操作重试"),
            format!("no group; tried again with {procedure} as the only procedure"),
        ),
        Step::Gate {
            mdc,
            condition,
            because,
            ..
        } => pick(
            lang,
            format!("{mdc} 符合: {condition}  [{because}]"),
            format!("{mdc} holds: {condition}  [{because}]"),
        ),
        Step::PassedOver { mdc, rules } => pick(
            lang,
            format!("{mdc} 的 {rules} 条 ADRG 规则都不符合，继续下一个 MDC"),
            format!("none of the {rules} ADRG rules of {mdc} fitted; on to the next MDC"),
        ),
        Step::Rule {
            rule,
            condition,
            because,
        } => pick(
            lang,
            format!("ADRG {rule} 符合: {condition}  [{because}]"),
            format!("ADRG {rule} fits: {condition}  [{because}]"),
        ),
        Step::Branch {
            mdc,
            condition,
            because,
        } => pick(
            lang,
            format!("{mdc} 歧义: 有效手术操作未入外科组: {condition}  [{because}]"),
            format!("{mdc} ambiguous: a valid procedure that no surgical ADRG took: {condition}  [{because}]"),
        ),
        Step::Complication(Complication {
            diagnosis,
            kind,
            group,
            excluded,
        }) => {
            let article = if *kind == "MCC" { "an" } else { "a" };
            match excluded {
                true => pick(
                    lang,
                    format!("{diagnosis} 是 {kind}，但与主要诊断同在排除组 {group}，不计"),
                    format!(
                        "{diagnosis} is {article} {kind}, but the main diagnosis is in its exclusion group {group}: it does not count"
                    ),
                ),
                false => pick(
                    lang,
                    format!("{diagnosis} 是 {kind}（排除组 {group}）"),
                    format!("{diagnosis} is {article} {kind} (exclusion group {group})"),
                ),
            }
        }
        Step::Split {
            drg,
            name,
            condition,
            held,
        } => {
            let holds = match held {
                true => pick(lang, "符合", "fits"),
                false => pick(lang, "不符合", "does not fit"),
            };
            format!("  {drg} {name}: {condition} → {holds}")
        }
        Step::Otherwise { group_code } => match group_code {
            Some(code) => pick(
                lang,
                format!("没有细分组符合，归入 {code}"),
                format!("no split fits: {code}"),
            ),
            None => pick(
                lang,
                "没有细分组符合，继续查找".to_owned(),
                "no split fits; the search goes on".to_owned(),
            ),
        },
    };
    format!("  {text}\n")
}
