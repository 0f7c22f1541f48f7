//! `dianzhi settle`: the main job.

use super::{input_options, max_rejects, path, read_options, shell_word, watched};
use crate::console::Console;
use crate::summary::{self, Summary};
use clap::ArgMatches;
use dianzhi::policy::Diagnostic;
use dianzhi::{Outcome, Published, Run, SettleOptions, settle};
use serde::Serialize;
use std::path::Path;

/// Settles, publishes and sums up.
pub(crate) fn run(matches: &ArgMatches, console: &Console) -> u8 {
    let options = SettleOptions {
        inputs: input_options(matches, matches.get_flag("sha256")),
        read: read_options(matches),
        max_rejects: max_rejects(matches),
        replace: matches.get_flag("replace"),
        archive: matches.get_flag("archive"),
    };
    let out = path(matches, "out");
    let json = matches.get_flag("json");
    let (progress, shown) = watched(matches, console);
    let outcome = settle(path(matches, "region"), out, &options, &progress);
    drop(shown);
    if outcome.is_ok() {
        console.run_is_there();
    }
    match outcome {
        Err(failure) => console.failure(&failure, json),
        Ok(Outcome::Published(published)) => {
            tell_published(&published, out, json, console);
            exit_code(&published.run)
        }
        Ok(Outcome::AlreadyThere(run)) => {
            tell_already_there(&run, out, json, console);
            exit_code(&run)
        }
    }
}

fn exit_code(run: &Run) -> u8 {
    u8::from(run.records.rejected_total() > 0)
}

/// What `--json` prints.
#[derive(Serialize)]
struct Report<'a> {
    outcome: &'static str,
    out: &'a Path,
    run: &'a Run,
    /// Not there for a run that was there already.
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<&'a Summary>,
    warnings: &'a [Diagnostic],
}

fn tell_published(published: &Published, out: &Path, json: bool, console: &Console) {
    let summary = Summary::of(published);
    console.say(summary.render(console.lang).trim_end());
    if !summary.warnings.is_empty() {
        console.say("");
        console.diagnostics(&summary.warnings);
    }
    let run = shell_word(out);
    if let Some(place) = &published.set_aside {
        let place = place.display();
        console.say(&console.pick(
            format!("\n{run} 原来不是结算结果，没有删除，已移到 {place}"),
            format!("\nWhat {run} held before was no run; it was not removed but moved to {place}"),
        ));
    }
    let files: Vec<&str> = published
        .run
        .outputs
        .iter()
        .map(|output| output.file.as_str())
        .collect();
    let (files_zh, files_en) = (files.join("、"), files.join(", "));
    console.say(&console.pick(
        format!(
            "\n已写入 {run}：{files_zh}、run.json\n\
             下一步：\n  dianzhi explain {run} SETL_ID   一个病例的每一步\n  dianzhi verify {run}            核验"
        ),
        format!(
            "\nWritten to {run}: {files_en}, run.json\n\
             Next:\n  dianzhi explain {run} SETL_ID   every step of a case\n  dianzhi verify {run}            check the run"
        ),
    ));
    if json {
        console.json(&Report {
            outcome: "published",
            out,
            run: &published.run,
            summary: Some(&summary),
            warnings: &summary.warnings,
        });
    }
}

fn tell_already_there(run: &Run, out: &Path, json: bool, console: &Console) {
    let shown = shell_word(out);
    console.say(&console.pick(
        format!("{shown} 已是同样输入、政策和程序的完整结果；保持原样"),
        format!("{shown} already is a whole run of the same inputs, policy and engine; it was left as it is"),
    ));
    console.say(summary::of_run(run, console.lang).trim_end());
    if json {
        console.json(&Report {
            outcome: "already-there",
            out,
            run,
            summary: None,
            warnings: &[],
        });
    }
}
