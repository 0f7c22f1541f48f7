//! `dianzhi directory`: years of claims in, a DIP directory out.

use super::{history_options, path, shell_word, watched};
use crate::console::Console;
use crate::figures::count;
use clap::ArgMatches;
use dianzhi::policy::Diagnostic;
use dianzhi::{DirectoryOutcome, DirectoryRun, PublishedDirectory, directory};
use serde::Serialize;
use std::path::Path;

/// Makes the directory, publishes it and sums up.
pub(crate) fn run(matches: &ArgMatches, console: &Console) -> u8 {
    let options = history_options(matches);
    let out = path(matches, "out");
    let json = matches.get_flag("json");
    let (progress, shown) = watched(matches, console);
    let outcome = directory(path(matches, "plan"), out, &options, &progress);
    drop(shown);
    if outcome.is_ok() {
        console.run_is_there();
    }
    let (word, published) = match outcome {
        Err(failure) => return console.failure(&failure, json),
        Ok(DirectoryOutcome::Published(published)) => ("published", published),
        Ok(DirectoryOutcome::AlreadyThere(published)) => ("already-there", published),
    };
    tell(&published, word, out, console);
    if json {
        console.json(&Report {
            outcome: word,
            out,
            run: &published.run,
            warnings: &published.warnings,
        });
    }
    u8::from(published.run.records.rejected_total() > 0)
}

/// What `--json` prints.
#[derive(Serialize)]
struct Report<'a> {
    outcome: &'static str,
    out: &'a Path,
    run: &'a DirectoryRun,
    warnings: &'a [Diagnostic],
}

fn tell(published: &PublishedDirectory, outcome: &str, out: &Path, console: &Console) {
    let run = &published.run;
    console.say(&run.title);
    let (accepted, rejected) = (count(run.records.accepted), count(run.records.rejected_total()));
    console.say(&console.pick(
        format!("  接受 {accepted} 条，拒绝 {rejected} 条"),
        format!("  records accepted {accepted}, rejected {rejected}"),
    ));
    let summary = &run.summary;
    let [core, core_cases, mixed, mixed_cases, ungrouped, sub_types] = [
        summary.core,
        summary.core_cases,
        summary.mixed,
        summary.mixed_cases,
        summary.ungrouped,
        summary.sub_types,
    ]
    .map(count);
    console.say(&console.pick(
        format!("  核心病种 {core} 个，{core_cases} 例；综合病种 {mixed} 个，{mixed_cases} 例；未入组 {ungrouped} 例；单独计分的分型 {sub_types} 个"),
        format!("  core types {core}, their cases {core_cases}; mixed types {mixed}, their cases {mixed_cases}; cases without a type {ungrouped}; sub-types that pay apart {sub_types}"),
    ));
    if summary.basic > 0 {
        let (basic, cases) = (count(summary.basic), count(summary.basic_cases));
        console.say(&console.pick(
            format!("  基本规则病种 {basic} 个，{cases} 例"),
            format!("  basic types {basic}, their cases {cases}"),
        ));
    }
    if !published.warnings.is_empty() {
        console.say("");
        console.diagnostics(&published.warnings);
    }
    let shown = shell_word(out);
    if let Some(place) = &published.set_aside {
        let place = place.display();
        console.say(&console.pick(
            format!("\n{shown} 原来不是测算结果，没有删除，已移到 {place}"),
            format!("\nWhat {shown} held before were no results; it was not removed but moved to {place}"),
        ));
    }
    console.say(&match outcome {
        "already-there" => console.pick(
            format!("\n{shown} 已是同样的完整结果；保持原样"),
            format!("\n{shown} already holds the same results; it was left as it is"),
        ),
        _ => console.pick(
            format!("\n已写入 {shown}：病种目录 dip/，病种分值 groups.csv，各项数值 report*.csv，来源 directory.json"),
            format!("\nWritten to {shown}: the directory dip/, scores groups.csv, every figure report*.csv, where they came from directory.json"),
        ),
    });
}
