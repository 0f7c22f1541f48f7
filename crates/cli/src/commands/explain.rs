//! `dianzhi explain`: every step behind a figure, for people or programs.

use super::group_steps;
use super::{path, path_if_given, threads, watched, word};
use crate::console::Console;
use crate::figures::count;
use crate::lang::pick;
use crate::table::{Side, Table, printable};
use crate::words::{symbol, with_meaning};
use clap::ArgMatches;
use dianzhi::engine::{Lang, RoundedTo, RoundingMode};
use dianzhi::{ExplainTarget, ExplainedInput, ExplainedStep, Explanation, PublishedRow, RejectedRecord, explain};

/// Explains and prints.
pub(crate) fn run(matches: &ArgMatches, console: &Console) -> u8 {
    let json = matches.get_flag("json");
    let (progress, shown) = watched(matches, console);
    let explained = explain(
        path(matches, "run"),
        &target(matches),
        path_if_given(matches, "region"),
        threads(matches),
        &progress,
    );
    drop(shown);
    match explained {
        Err(failure) => console.failure(&failure, json),
        Ok(explanation) => {
            if json {
                console.json(&explanation);
            } else {
                console.data(&render(&explanation, console.lang));
            }
            // Steps that do not give the published row are what `verify` fails on.
            if explanation.published.iter().all(|row| row.agrees) {
                0
            } else {
                3
            }
        }
    }
}

fn target(matches: &ArgMatches) -> ExplainTarget {
    let pool = word(matches, "pool").map(str::to_owned);
    match (word(matches, "hospital"), pool) {
        (Some(code), pool) => ExplainTarget::Hospital {
            code: code.to_owned(),
            pool,
        },
        (None, Some(pool)) => ExplainTarget::Pool(pool),
        (None, None) => ExplainTarget::Case(word(matches, "setl_id").unwrap_or_default().to_owned()),
    }
}

fn render(explanation: &Explanation, lang: Lang) -> String {
    let mut out = format!("{}\n", printable(explanation.subject.get(lang)));
    if let Some(stay) = &explanation.grouping {
        out += &format!("\n{}\n\n", heading(pick(lang, "分组", "Grouping")));
        out += &group_steps::render(stay, lang);
    }
    if !explanation.notes.is_empty() {
        out.push('\n');
    }
    for note in &explanation.notes {
        out += &format!("{}\n", printable(note.get(lang)));
    }
    for section in &explanation.sections {
        out += &format!("\n{}\n", heading(section.title.get(lang)));
        for (i, step) in section.steps.iter().enumerate() {
            out += &format!("\n{}. {}", i + 1, step_lines(step, lang));
        }
    }
    if !explanation.rejected.is_empty() {
        let n = count(explanation.rejected.len() as u64);
        let title = pick(lang, format!("被拒绝的记录（{n}）"), format!("Rejected records ({n})"));
        out += &format!("\n{}\n", heading(&title));
        for reject in &explanation.rejected {
            out += &rejected_lines(reject, lang);
        }
    }
    if !explanation.published.is_empty() {
        out += &format!("\n{}\n", heading(pick(lang, "发布的结果", "As published")));
        for row in &explanation.published {
            out += &published_lines(row, lang);
        }
    }
    out
}

fn heading(title: &str) -> String {
    format!("== {} ==", printable(title))
}

fn step_lines(step: &ExplainedStep, lang: Lang) -> String {
    let mut out = format!("{}  [{}]\n", step.title.get(lang), step.rule);
    let line = |zh, en, words: &str| format!("   {}{}\n", pick(lang, zh, en), printable(words));
    out += &line("公式  ", "formula  ", step.formula.get(lang));
    let mut table = Table::new([("", Side::Left), ("", Side::Right), ("", Side::Left)]);
    for input in &step.inputs {
        table.row([symbol(input.symbol, lang), input.value.clone(), origin(input, lang)]);
    }
    // A table of inputs has no headings: its first line is empty.
    out += table.render(5).split_once('\n').map_or("", |(_, rows)| rows);
    let rounding = step
        .rounding
        .map(|rounding| format!("  {}", rounded(&rounding, lang)))
        .unwrap_or_default();
    out += &line("计算  ", "compute  ", &step.expression);
    // Of all results only the class is a word.
    let result = with_meaning(&step.result, lang);
    out += &line("结果  ", "result   ", &(result + &rounding));
    // The region goes by its own documents, which stand beside its values; this is where the
    // arithmetic was taken from.
    out += &line(
        "算法出处（供参考）  ",
        "origin of the rule (for reference)  ",
        step.source.get(lang),
    );
    out
}

/// Where an input stands, with what the region file says beside it.
fn origin(input: &ExplainedInput, lang: Lang) -> String {
    let from = input.from.get(lang);
    match &input.note {
        Some(note) if !note.is_empty() => format!("{from}  # {note}"),
        _ => from.to_owned(),
    }
}

/// The rounding in words.
fn rounded(rounding: &RoundedTo, lang: Lang) -> String {
    let places = rounding.places;
    let (zh, en) = match rounding.mode {
        RoundingMode::HalfUp => ("四舍五入", "rounded half-up"),
        RoundingMode::HalfEven => ("四舍六入五成双", "rounded half-even"),
        RoundingMode::Down => ("截尾", "cut down"),
    };
    let decimals = if places == 1 { "decimal" } else { "decimals" };
    pick(
        lang,
        format!("（{zh}到 {places} 位小数）"),
        format!("({en} to {places} {decimals})"),
    )
}

fn rejected_lines(reject: &RejectedRecord, lang: Lang) -> String {
    let (file, line) = (printable(&reject.file), reject.line);
    let place = format!("{file}:{line} {}", reject.field);
    format!(
        "  {}  {}  {}\n",
        place.trim_end(),
        reject.code,
        reject.meaning.get(lang)
    )
}

fn published_lines(row: &PublishedRow, lang: Lang) -> String {
    let agrees = if row.agrees {
        pick(lang, "与以上各步一致", "agrees with the steps above")
    } else {
        pick(
            lang,
            "与以上各步不一致！请运行 dianzhi verify",
            "does NOT agree with the steps above: run dianzhi verify",
        )
    };
    let mut table = Table::new([("", Side::Left), ("", Side::Left)]);
    for (column, cell) in &row.cells {
        let is_word = matches!(column.as_str(), "case_class" | "band");
        let shown = if is_word {
            with_meaning(cell, lang)
        } else {
            cell.clone()
        };
        table.row([column.clone(), shown]);
    }
    let rows = table.render(4);
    let rows = rows.split_once('\n').map_or("", |(_, rows)| rows);
    format!("  {}: {agrees}\n{rows}", row.file)
}
