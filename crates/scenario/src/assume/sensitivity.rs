//! How the figures move with an assumption: one of them varied, the others at their share.

use super::{Assumption, carry_out};
use crate::figures::Figures;
use crate::file::Scenarios;
use crate::inequality::{Split, shown};
use crate::output::Csv;
use crate::ready::{Ready, assumed_files, told_of};
use crate::settled::Done;
use dianzhi_batch::{Claims, Failure, InputFile, Progress, ReadOptions, Settled, WorkFolder};
use dianzhi_core::{Decimal, FenSum, Text};

/// One assumption of a scenario, varied.
pub(crate) struct Varied {
    scenario: String,
    assumption: String,
    /// The scenario without the assumption.
    without: Figures,
    /// The share, and what comes of it.
    values: Vec<(Decimal, Figures)>,
}

/// The folder of the claims that are being settled, which no scenario's can be; it is gone when they are.
const FOLDER: &str = "varied_claims";

/// Settles every scenario at every value of each of its assumptions that have values, one at a time.
pub(crate) fn sensitivity(
    scenarios: &Scenarios,
    ready: &mut [Ready<'_>],
    done: &[Done],
    work: &WorkFolder,
    options: &ReadOptions,
    progress: &Progress,
) -> Result<Vec<Varied>, Failure> {
    let mut all = Vec::new();
    for (of, done) in ready.iter_mut().zip(done) {
        let Some(scenario) = of.scenario else { continue };
        // Where nothing is assumed, nothing can be varied.
        let Some(sources) = of.assumed.as_ref().map(|assumed| assumed.sources.clone()) else {
            continue;
        };
        let assumed = scenarios.assumed(scenario);
        for (at, varied) in assumed.iter().enumerate().filter(|(_, one)| !one.values.is_empty()) {
            let mut settle = |value: Option<Decimal>| {
                let with = assumed.iter().enumerate().filter_map(|(i, one)| match i == at {
                    true => value.map(|value| (*one, value)),
                    false => Some((*one, one.share)),
                });
                let with: Vec<(&Assumption, Decimal)> = with.collect();
                settle_with(scenarios, of, &sources, &with, work, options, progress)
                    .map_err(|failure| told_at(varied, value, told_of(scenarios, of, failure)))
            };
            let mut values = Vec::new();
            for value in &varied.values {
                let figures = match *value == varied.share {
                    true => done.figures.clone(),
                    false => settle(Some(*value))?,
                };
                values.push((*value, figures));
            }
            all.push(Varied {
                scenario: scenario.id.clone(),
                assumption: varied.id.clone(),
                without: settle(None)?,
                values,
            });
        }
    }
    Ok(all)
}

/// What a scenario comes to under other assumptions than its own.
fn settle_with(
    scenarios: &Scenarios,
    of: &mut Ready<'_>,
    sources: &[InputFile],
    with: &[(&Assumption, Decimal)],
    work: &WorkFolder,
    options: &ReadOptions,
    progress: &Progress,
) -> Result<Figures, Failure> {
    let own = std::mem::replace(&mut of.inputs.claims, sources.to_vec());
    let figures = match with {
        [] => figures(scenarios, of, options, progress),
        with => rewritten_figures(scenarios, of, with, work, options, progress),
    };
    of.inputs.claims = own;
    figures
}

/// The same of claims that are written again for it; those of the inputs are the written ones then.
fn rewritten_figures(
    scenarios: &Scenarios,
    of: &mut Ready<'_>,
    with: &[(&Assumption, Decimal)],
    work: &WorkFolder,
    options: &ReadOptions,
    progress: &Progress,
) -> Result<Figures, Failure> {
    let folder = work.folder(FOLDER)?;
    let rewritten = carry_out(scenarios, &of.inputs, with, &folder, options, progress)?;
    of.inputs.claims = assumed_files(&rewritten, &folder, FOLDER);
    let figures = figures(scenarios, of, options, progress)?;
    work.remove_folder(FOLDER)?;
    Ok(figures)
}

/// A failure that says at which value of which assumption it came.
fn told_at(varied: &Assumption, value: Option<Decimal>, failure: Failure) -> Failure {
    let Failure::Refused(mut found) = failure else {
        return failure;
    };
    let id = &varied.id;
    let (zh, en) = match value {
        Some(value) => (
            format!("假设 {id} 取 {value} 时"),
            format!("with assumption {id} at {value}"),
        ),
        None => (format!("没有假设 {id} 时"), format!("without assumption {id}")),
    };
    for one in &mut found.0 {
        one.text = Text::new(format!("{zh}：{}", one.text.zh), format!("{en}: {}", one.text.en));
    }
    found.into()
}

fn figures(
    scenarios: &Scenarios,
    of: &Ready<'_>,
    options: &ReadOptions,
    progress: &Progress,
) -> Result<Figures, Failure> {
    let claims = Claims::read(&of.inputs, options, progress)?;
    let settled = Settled::with_cuts(&of.inputs, claims, options.threads, progress)?;
    Ok(Figures::of(&of.inputs, &settled, &scenarios.counties))
}

/// The figures of a pool, or of all of them.
const SUMS: [&str; 6] = ["cases", "medfee_sumamt", "points", "point_value", "cleared", "paid"];

/// sensitivity.csv: of every assumption that is varied the baseline, the scenario without it, and the
/// scenario at each value; of all pools, then of each.
pub(crate) fn sensitivity_csv(baseline: &Figures, varied: &[Varied]) -> Vec<u8> {
    let behind = [
        "winners",
        "losers",
        "gains",
        "losses",
        "gini",
        "winners_to_without",
        "losers_to_without",
        "gains_to_without",
        "losses_to_without",
    ];
    let keys = ["scenario", "assumption", "value", "pool"];
    let mut csv = Csv::new(keys.into_iter().chain(SUMS).chain(behind));
    for of in varied {
        let fixed = [("baseline".to_owned(), baseline), ("without".to_owned(), &of.without)];
        let values = of.values.iter().map(|(value, figures)| (value.to_string(), figures));
        for (value, figures) in fixed.into_iter().chain(values) {
            let keys = |pool: &str| {
                vec![
                    of.scenario.clone(),
                    of.assumption.clone(),
                    value.clone(),
                    pool.to_owned(),
                ]
            };
            let split = |before: &Figures| Split::of(&before.paid, &figures.paid, |_| true);
            let (to_baseline, to_without) = (split(baseline), split(&of.without));
            let mut cells = keys("");
            cells.extend(sums(figures, None));
            cells.extend(moved(&to_baseline));
            cells.push(shown(to_baseline.gini));
            cells.extend(moved(&to_without));
            csv.row(&cells);
            for pool in figures.pools() {
                let mut cells = keys(pool);
                cells.extend(sums(figures, Some(pool)));
                cells.extend(behind.map(|_| String::new()));
                csv.row(&cells);
            }
        }
    }
    csv.0
}

fn moved(split: &Split) -> [String; 4] {
    [
        split.winners.to_string(),
        split.losers.to_string(),
        FenSum(split.gains).to_string(),
        FenSum(split.losses).to_string(),
    ]
}

/// [`SUMS`] of a pool; of all pools without a point value, which each has for itself.
fn sums(figures: &Figures, pool: Option<&str>) -> [String; 6] {
    let sum = |table: &str, figure: &str| {
        figures
            .sum(table, figure, pool)
            .map_or_else(String::new, |sum| sum.to_string())
    };
    [
        sum("pools", "cases"),
        sum("hospitals", "medfee_sumamt"),
        sum("pools", "points"),
        pool.map_or_else(String::new, |_| sum("pools", "point_value")),
        sum("pools", "cleared"),
        sum("hospitals", "paid"),
    ]
}
