//! From a scenarios file to a published comparison.

use crate::assume::{Varied, sensitivity, sensitivity_csv};
use crate::compare::Compared;
use crate::figures::Figures;
use crate::file::Scenarios;
use crate::output::{
    AssumptionReport, SCENARIOS_FORMAT, ScenarioReport, ScenariosReport, SourceFile, assumptions_csv, changes_csv,
    inequality_csv, winners_csv,
};
use crate::overlay::{claims_from, moved_to};
use crate::paths::Moved;
use crate::ready::{Ready, SourceText, assume_all, check_output, claims_folder, ready};
use crate::runs::settle_for_good;
use crate::settled::{AllDone, Done, settle_all};
use dianzhi_batch::{
    Engine, Failure, Fingerprint, Placed, Progress, ReadOptions, Records, RunOutput, WorkFolder, exists, relative,
};
use std::path::{Path, PathBuf};

/// How scenarios are run.
#[derive(Clone, Debug, Default)]
pub struct ScenarioOptions {
    /// How claims are read.
    pub read: ReadOptions,
    /// Also publish a run directory of the baseline and of every scenario, each made by
    /// [`settle`](dianzhi_batch::settle).
    pub runs: bool,
    /// Exchange an existing output folder.
    pub replace: bool,
}

/// What [`run`] did.
pub enum Outcome {
    /// The comparison is published.
    Published(Box<Published>),
    /// The folder already holds this very comparison; it was left as it is.
    AlreadyThere(Box<Published>),
}

/// A comparison and what it was made from.
pub struct Published {
    /// scenarios.json
    pub report: ScenariosReport,
    /// Every scenario beside the baseline, in order.
    pub compared: Vec<Compared>,
    /// The baseline and every scenario as they were settled, for what is worth a look in them.
    pub settled: Vec<Done>,
    /// Where the folder went that `replace` exchanged, if it was no comparison: it is not removed.
    pub set_aside: Option<PathBuf>,
}

/// Runs every scenario of a file and publishes the comparison as `out`.
///
/// # Errors
/// [`Failure`]; nothing is published then. A mistake of a scenario's region file names the scenario.
pub fn run(file: &Path, out: &Path, options: &ScenarioOptions, progress: &Progress) -> Result<Outcome, Failure> {
    let scenarios = Scenarios::load(file)?;
    let (baseline, mut ready) = ready(&scenarios)?;
    let is_there = check_output(&scenarios, &ready, out)?;
    if is_there && !options.replace && !out.join("scenarios.json").is_file() {
        return Err(exists(out).into());
    }
    let work = WorkFolder::create(out, "scenarios.json")?;
    for of in &ready {
        work.folder(of.id())?;
    }
    assume_all(&scenarios, &mut ready, &work, &options.read, progress)?;
    let AllDone { done, inputs } = settle_all(&scenarios, &ready, &options.read, progress)?;
    let varied = sensitivity(&scenarios, &mut ready, &done, &work, &options.read, progress)?;
    let mut report = report(&scenarios, &baseline, options, out, done[0].records.clone());
    report.inputs = inputs;
    report.outputs = write_regions(&ready, &work)?;
    let compared = write_tables(&scenarios, &ready, &done, &work, &mut report)?;
    write_assumed(&done[0], &varied, &work, &mut report)?;
    if options.runs {
        let identities = settle_for_good(&ready, &done, &work, &options.read, progress)?;
        if !identities.is_empty() {
            let kept = work.keep().ok();
            return Err(Failure::Broken { identities, kept });
        }
    }
    for of in &ready {
        of.inputs.unchanged()?;
    }
    let bytes = json(&report, out)?;
    let published = |set_aside| {
        Box::new(Published {
            report: report.clone(),
            compared,
            settled: done,
            set_aside,
        })
    };
    if is_there && !options.replace {
        return match is_this_one(&report, &bytes, out) {
            true => Ok(Outcome::AlreadyThere(published(None))),
            false => Err(exists(out).into()),
        };
    }
    work.write("scenarios.json", &bytes, false)?;
    work.flush()?;
    match work.publish(options.replace)? {
        Placed::There(set_aside) => Ok(Outcome::Published(published(set_aside))),
        // Another run came first: it may well have made the same.
        Placed::Occupied if is_this_one(&report, &bytes, out) => Ok(Outcome::AlreadyThere(published(None))),
        Placed::Occupied => Err(exists(out).into()),
    }
}

/// The region files, each in its folder beside the claims that were changed for it, as plain TOML that
/// `settle` takes there.
fn write_regions(ready: &[Ready<'_>], work: &WorkFolder) -> Result<Vec<RunOutput>, Failure> {
    let mut outputs = Vec::new();
    for of in ready {
        let region = &of.inputs.region;
        let mut text = moved_to(&region.text, &Moved::new(region.dir(), &work.path().join(of.id())));
        if let (Some(scenario), Some(assumed)) = (of.scenario, &of.assumed) {
            let names = assumed
                .rewritten
                .files
                .iter()
                .map(|file| format!("claims/{}", file.name));
            text = claims_from(&text, names, scenario);
            outputs.extend(assumed.rewritten.files.iter().map(|file| RunOutput {
                file: format!("{}/{}", claims_folder(of.id()), file.name),
                fingerprint: file.written.clone(),
            }));
        }
        let file = format!("{}/region.toml", of.id());
        let fingerprint = work.write(&file, text.as_bytes(), false)?;
        outputs.push(RunOutput { file, fingerprint });
    }
    Ok(outputs)
}

fn report(
    scenarios: &Scenarios,
    baseline: &SourceText,
    options: &ScenarioOptions,
    out: &Path,
    records: Records,
) -> ScenariosReport {
    let source = |path: &Path, text: &str| SourceFile {
        path: relative(path, out),
        fingerprint: Fingerprint::of(text.as_bytes(), false),
    };
    let header = &scenarios.base.header;
    ScenariosReport {
        format: SCENARIOS_FORMAT,
        engine: Engine::this(),
        title: header.title.clone(),
        author: header.author.clone(),
        policy: header.policy.clone(),
        date: header.date.to_string(),
        file: source(&scenarios.path, scenarios.text()),
        baseline: source(&baseline.path, &baseline.text),
        records,
        inputs: Vec::new(),
        runs: options.runs,
        scenarios: Vec::new(),
        outputs: Vec::new(),
    }
}

/// Compares, and writes the tables.
fn write_tables(
    scenarios: &Scenarios,
    ready: &[Ready<'_>],
    done: &[Done],
    work: &WorkFolder,
    report: &mut ScenariosReport,
) -> Result<Vec<Compared>, Failure> {
    let baseline = &done[0].figures;
    let others = || ready.iter().zip(done).skip(1);
    let compared: Vec<Compared> = others().map(|(_, of)| Compared::of(baseline, &of.figures)).collect();
    for ((of, done), compared) in others().zip(&compared) {
        let Some(scenario) = of.scenario else { continue };
        let parts = ready[0].reading.differs_in(&of.reading);
        let mut told = ScenarioReport::of(&scenario.id, &scenario.header, parts, done.records.clone(), compared);
        let assumed = scenarios.assumed(scenario).into_iter();
        let counts = of.assumed.iter().flat_map(|assumed| &assumed.rewritten.counts);
        told.assumptions = assumed
            .zip(counts)
            .map(|(assumption, count)| AssumptionReport::of(assumption, count))
            .collect();
        report.scenarios.push(told);
    }
    let named: Vec<(&str, &Compared)> = others().map(|(of, _)| of.id()).zip(&compared).collect();
    let figures: Vec<(&str, &Figures)> = others().map(|(of, done)| (of.id(), &done.figures)).collect();
    // What nobody's policy has needs no table.
    let has_rows = |at: usize| {
        done.iter()
            .any(|done| done.figures.tables.get(at).is_some_and(|of| !of.rows.is_empty()))
    };
    let changes = baseline.tables.iter().enumerate().filter(|(at, _)| has_rows(*at));
    let mut files: Vec<(String, Vec<u8>)> = changes
        .map(|(at, table)| (format!("{}.csv", table.name), changes_csv(table, at, &named)))
        .collect();
    files.push(("winners.csv".to_owned(), winners_csv(baseline, &figures)));
    files.push(("inequality.csv".to_owned(), inequality_csv(&named)));
    for (file, bytes) in files {
        let fingerprint = work.write(&file, &bytes, false)?;
        report.outputs.push(RunOutput { file, fingerprint });
    }
    Ok(compared)
}

/// What was assumed and what it did, and the sensitivity table; neither where nothing was.
fn write_assumed(
    baseline: &Done,
    varied: &[Varied],
    work: &WorkFolder,
    report: &mut ScenariosReport,
) -> Result<(), Failure> {
    let mut files: Vec<(&str, Vec<u8>)> = Vec::new();
    if report.scenarios.iter().any(|scenario| !scenario.assumptions.is_empty()) {
        files.push(("assumptions.csv", assumptions_csv(&report.scenarios)));
    }
    if !varied.is_empty() {
        files.push(("sensitivity.csv", sensitivity_csv(&baseline.figures, varied)));
    }
    for (file, bytes) in files {
        let fingerprint = work.write(file, &bytes, false)?;
        report.outputs.push(RunOutput {
            file: file.to_owned(),
            fingerprint,
        });
    }
    Ok(())
}

fn json(report: &ScenariosReport, out: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = serde_json::to_vec_pretty(report).map_err(|e| dianzhi_batch::unwritable(out, &e.into()))?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// Whether a folder holds this very comparison, whole.
fn is_this_one(report: &ScenariosReport, bytes: &[u8], out: &Path) -> bool {
    let holds = |output: &RunOutput| {
        let there = Fingerprint::of_file(&out.join(&output.file));
        there.is_ok_and(|there| there == output.fingerprint)
    };
    std::fs::read(out.join("scenarios.json")).is_ok_and(|there| there == bytes) && report.outputs.iter().all(holds)
}
