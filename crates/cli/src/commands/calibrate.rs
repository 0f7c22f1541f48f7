//! `dianzhi calibrate`: years of claims in, the tables of the year to come out.

use super::{history_options, path, shell_word, watched};
use crate::console::Console;
use crate::figures::count;
use clap::ArgMatches;
use dianzhi::engine::Fixed;
use dianzhi::policy::Diagnostic;
use dianzhi::{CalibrateOutcome, CalibratedScope, CalibrationRun, PublishedCalibration, calibrate, calibration};
use serde::Serialize;
use std::path::Path;

/// Calibrates, publishes and sums up.
pub(crate) fn run(matches: &ArgMatches, console: &Console) -> u8 {
    let options = history_options(matches);
    let out = path(matches, "out");
    let json = matches.get_flag("json");
    let (progress, shown) = watched(matches, console);
    let outcome = calibrate(path(matches, "calibration"), out, &options, &progress);
    drop(shown);
    if outcome.is_ok() {
        console.run_is_there();
    }
    let (word, published) = match outcome {
        Err(failure) => return console.failure(&failure, json),
        Ok(CalibrateOutcome::Published(published)) => ("published", published),
        Ok(CalibrateOutcome::AlreadyThere(published)) => ("already-there", published),
    };
    tell(&published, word, out, console);
    if json {
        console.json(&Report {
            outcome: word,
            out,
            run: &published.run,
            scopes: published.scopes.iter().map(Scope::of).collect(),
            warnings: &published.warnings,
        });
    }
    u8::from(published.run.rejected_total() > 0)
}

/// What `--json` prints.
#[derive(Serialize)]
struct Report<'a> {
    outcome: &'static str,
    out: &'a Path,
    run: &'a CalibrationRun,
    scopes: Vec<Scope<'a>>,
    warnings: &'a [Diagnostic],
}

/// One calibration in short.
#[derive(Serialize)]
struct Scope<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pool: Option<&'a str>,
    cases: u64,
    ungrouped: u64,
    kept: u64,
    groups: usize,
    stable: usize,
    riv: Option<String>,
}

impl Scope<'_> {
    fn of(scope: &CalibratedScope) -> Scope<'_> {
        let (total, groups) = (&scope.calibrated.total, &scope.calibrated.groups);
        let riv = total.riv.as_ref().and_then(|units| i128::try_from(units).ok());
        let riv = riv.map(|units| Fixed {
            units,
            places: calibration::SHARE_PLACES,
        });
        Scope {
            pool: scope.pool.as_deref(),
            cases: total.cases.iter().sum(),
            ungrouped: total.ungrouped.iter().sum(),
            kept: total.all.cases,
            groups: groups.iter().filter(|group| group.weight.is_some()).count(),
            stable: groups.iter().filter(|group| group.stable).count(),
            riv: riv.map(|riv| riv.to_string()),
        }
    }
}

fn tell(published: &PublishedCalibration, outcome: &str, out: &Path, console: &Console) {
    let run = &published.run;
    console.say(&run.title);
    for year in &run.years {
        let (start, end, weight) = (&year.year_start, &year.year_end, year.weight);
        let (accepted, rejected) = (count(year.records.accepted), count(year.records.rejected_total()));
        console.say(&console.pick(
            format!("  {start} 至 {end}，权重 {weight}：接受 {accepted} 条，拒绝 {rejected} 条"),
            format!("  {start} to {end}, weight {weight}: {accepted} records accepted, {rejected} rejected"),
        ));
    }
    for scope in published.scopes.iter().map(Scope::of) {
        let pool = scope.pool.map_or_else(String::new, |pool| format!("{pool}: "));
        let (cases, kept, ungrouped) = (count(scope.cases), count(scope.kept), count(scope.ungrouped));
        let (groups, stable) = (scope.groups, scope.stable);
        let riv = scope.riv.as_deref().unwrap_or("–");
        console.say(&console.pick(
            format!("{pool}{cases} 例，未入组 {ungrouped}，计入均值 {kept}；病组 {groups} 个，其中稳定 {stable} 个；RIV {riv}"),
            format!(
                "{pool}{cases} cases, {ungrouped} ungrouped, {kept} in the means; {groups} groups, {stable} of them stable; RIV {riv}"
            ),
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
    let files: Vec<&str> = run.outputs.iter().map(|output| output.file.as_str()).collect();
    let (files_zh, files_en) = (files.join("、"), files.join(", "));
    console.say(&match outcome {
        "already-there" => console.pick(
            format!("\n{shown} 已是同样的完整结果；保持原样"),
            format!("\n{shown} already holds the same results; it was left as it is"),
        ),
        _ => console.pick(
            format!("\n已写入 {shown}：{files_zh}、calibration.json"),
            format!("\nWritten to {shown}: {files_en}, calibration.json"),
        ),
    });
}
