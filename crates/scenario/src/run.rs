//! From a scenarios file to a published comparison.

use crate::codes::X101;
use crate::compare::Compared;
use crate::figures::Figures;
use crate::file::{BASELINE, Scenario, Scenarios};
use crate::output::{
    SCENARIOS_FORMAT, ScenarioReport, ScenariosReport, SourceFile, changes_csv, inequality_csv, winners_csv,
};
use crate::overlay::{merged, moved_to};
use crate::paths::{Moved, folder_of};
use dianzhi_batch::{
    Claims, Engine, Failure, Fingerprint, InputOptions, Inputs, Placed, Progress, ReadOptions, Reading, Records, Role,
    RunInput, RunOutput, SettleOptions, Settled, WorkFolder, exists, may_become_output, relative, run_inputs, settle,
};
use dianzhi_core::{BrokenIdentity, PoolAccount, Text};
use dianzhi_policy::{Diagnostic, Diagnostics, Region};
use std::path::{Path, PathBuf};

/// How scenarios are run.
#[derive(Clone, Debug, Default)]
pub struct ScenarioOptions {
    /// How claims are read.
    pub read: ReadOptions,
    /// Also publish a run directory of the baseline and of every scenario, each made by [`settle`].
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
    /// What is worth a look in the baseline.
    pub warnings: Vec<Diagnostic>,
    /// Where the folder went that `replace` exchanged, if it was no comparison: it is not removed.
    pub set_aside: Option<PathBuf>,
}

/// The baseline, or a scenario, ready to be settled.
struct Ready<'s> {
    /// `None` for the baseline.
    scenario: Option<&'s Scenario>,
    inputs: Inputs,
    reading: Reading,
}

impl Ready<'_> {
    fn id(&self) -> &str {
        self.scenario.map_or(BASELINE, |scenario| &scenario.id)
    }
}

/// The baseline or a scenario, settled.
struct Done {
    figures: Figures,
    accounts: Vec<PoolAccount>,
}

/// All of them, settled.
struct AllDone {
    /// The baseline first.
    done: Vec<Done>,
    /// Tables and claim files, each once.
    inputs: Vec<RunInput>,
    /// Of the baseline.
    records: Records,
    warnings: Vec<Diagnostic>,
}

/// Runs every scenario of a file and publishes the comparison as `out`.
///
/// # Errors
/// [`Failure`]; nothing is published then. A mistake of a scenario's region file names the scenario.
pub fn run(file: &Path, out: &Path, options: &ScenarioOptions, progress: &Progress) -> Result<Outcome, Failure> {
    let scenarios = Scenarios::load(file)?;
    let ready = ready(&scenarios)?;
    let is_there = check_output(&scenarios, &ready, out)?;
    if is_there && !options.replace && !out.join("scenarios.json").is_file() {
        return Err(exists(out).into());
    }
    let AllDone {
        done,
        inputs,
        records,
        warnings,
    } = settle_all(&scenarios, &ready, options, progress)?;
    let work = WorkFolder::create(out, "scenarios.json")?;
    write_regions(&ready, &work)?;
    let mut report = report(&scenarios, &ready, options, out, records);
    report.inputs = inputs;
    let compared = write_tables(&ready, &done, &work, &mut report)?;
    if options.runs {
        settle_for_good(&ready, &done, &work, options, progress)?;
    }
    for of in &ready {
        of.inputs.unchanged()?;
    }
    let bytes = json(&report, out)?;
    let published = |set_aside| {
        Box::new(Published {
            report: report.clone(),
            compared,
            warnings,
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
        Placed::Occupied => Err(exists(out).into()),
    }
}

/// Reads the region files of the baseline and of every scenario with their tables.
fn ready(scenarios: &Scenarios) -> Result<Vec<Ready<'_>>, Failure> {
    let path = scenarios.baseline_path();
    let of = |scenario, inputs: Inputs| Ready {
        scenario,
        reading: Reading::of(&inputs),
        inputs,
    };
    let moved = Moved::new(scenarios.dir(), folder_of(&path));
    let text = Region::load(&path)?.text;
    let text = merged(scenarios, &scenarios.base, &text, &moved)?;
    let baseline = inputs(scenarios, &scenarios.base, &path, &text)?;
    check_counties(scenarios, &baseline)?;
    let mut ready = vec![of(None, baseline)];
    let mut found = Vec::new();
    for scenario in &scenarios.scenarios {
        let merged = merged(scenarios, scenario, &text, &moved).map_err(Failure::from);
        match merged.and_then(|text| inputs(scenarios, scenario, &path, &text)) {
            Ok(inputs) => ready.push(of(Some(scenario), inputs)),
            Err(Failure::Refused(mistakes)) => found.extend(mistakes.0),
            Err(other) => return Err(other),
        }
    }
    if found.is_empty() {
        Ok(ready)
    } else {
        Err(Diagnostics(found).into())
    }
}

/// What the text of a region file and its tables come to.
fn inputs(scenarios: &Scenarios, scenario: &Scenario, path: &Path, text: &str) -> Result<Inputs, Failure> {
    let region = Region::parse(path, text.to_owned()).map_err(Failure::from);
    let inputs = region.and_then(|region| Inputs::of_region(region, &InputOptions::default()));
    inputs.map_err(|failure| told(scenarios, scenario, path, text, failure))
}

/// A failure of a scenario, which says whose it is.
fn told(scenarios: &Scenarios, scenario: &Scenario, path: &Path, text: &str, failure: Failure) -> Failure {
    match failure {
        Failure::Refused(found) => scenarios
            .told(scenario, &path.display().to_string(), text, found)
            .into(),
        other => other,
    }
}

/// Hospitals of `[counties]` that the baseline does not have.
fn check_counties(scenarios: &Scenarios, baseline: &Inputs) -> Result<(), Failure> {
    let hospitals = baseline.policy.hospitals();
    let is_unknown = |code: &&String| hospitals.iter().all(|hospital| hospital.code != **code);
    let unknown: Vec<&str> = scenarios
        .counties
        .keys()
        .filter(is_unknown)
        .map(String::as_str)
        .collect();
    if unknown.is_empty() {
        return Ok(());
    }
    let list = unknown.join(", ");
    let text = Text::new(
        format!("[counties] 中的机构 {list} 不在基准的 hospitals 中"),
        format!("[counties] names hospitals that the baseline's hospitals do not have: {list}"),
    );
    let help = Text::new("改正代码，或删去", "correct the codes, or take them out");
    Err(Diagnostic::error(X101.id, text, help)
        .at(scenarios.document.whole())
        .into())
}

/// Whether something has the output's name already, which is a folder without any input.
fn check_output(scenarios: &Scenarios, ready: &[Ready<'_>], out: &Path) -> Result<bool, Failure> {
    for of in ready {
        may_become_output(&of.inputs, out)?;
    }
    let inside = out.canonicalize().ok().zip(scenarios.path.canonicalize().ok());
    if inside.is_some_and(|(out, file)| file.starts_with(out)) {
        return Err(exists(out).into());
    }
    Ok(out.is_dir())
}

/// Settles all, reading by reading: claims are read once for each, and settled again and again.
fn settle_all(
    scenarios: &Scenarios,
    ready: &[Ready<'_>],
    options: &ScenarioOptions,
    progress: &Progress,
) -> Result<AllDone, Failure> {
    let mut inputs = Vec::new();
    let mut done: Vec<Option<Done>> = ready.iter().map(|_| None).collect();
    let mut of_baseline = None;
    for first in 0..ready.len() {
        if done[first].is_some() {
            continue;
        }
        let mut claims = Claims::read(&ready[first].inputs, &options.read, progress)
            .map_err(|failure| told_of(scenarios, &ready[first], failure))?;
        if first == 0 {
            let mut warnings = ready[0].inputs.warnings.clone();
            warnings.extend(claims.warnings.iter().cloned());
            of_baseline = Some((Records::of(&claims), warnings));
        }
        for (at, of) in ready.iter().enumerate().skip(first) {
            if done[at].is_some() || !ready[first].reading.differs_in(&of.reading).is_empty() {
                continue;
            }
            note_inputs(&mut inputs, of, &claims);
            let settled = Settled::with_cuts(&of.inputs, claims, options.read.threads, progress)
                .map_err(|failure| told_of(scenarios, of, failure))?;
            done[at] = Some(Done {
                figures: Figures::of(&of.inputs, &settled, &scenarios.counties),
                accounts: settled.accounts.clone(),
            });
            claims = settled.into_claims();
        }
    }
    let done: Vec<Done> = done.into_iter().flatten().collect();
    // The baseline is the first of all.
    let (records, warnings) = of_baseline.ok_or(Failure::Interrupted)?;
    Ok(AllDone {
        done,
        inputs,
        records,
        warnings,
    })
}

fn told_of(scenarios: &Scenarios, of: &Ready<'_>, failure: Failure) -> Failure {
    match of.scenario {
        Some(scenario) => told(
            scenarios,
            scenario,
            &of.inputs.region.path,
            &of.inputs.region.text,
            failure,
        ),
        None => failure,
    }
}

/// Notes the tables and claim files that are not noted yet; region files stand beside their runs.
fn note_inputs(inputs: &mut Vec<RunInput>, of: &Ready<'_>, claims: &Claims) {
    let tables = of.inputs.tables.iter().map(|(input, print)| (input, print));
    let all = run_inputs(tables.chain(claims.inputs())).into_iter();
    for input in all.filter(|input| input.role != Role::Region) {
        if !inputs.contains(&input) {
            inputs.push(input);
        }
    }
}

/// The region files, each in a folder of its own, as plain TOML that `settle` takes there.
fn write_regions(ready: &[Ready<'_>], work: &WorkFolder) -> Result<(), Failure> {
    for of in ready {
        let folder = work.folder(of.id())?;
        let region = &of.inputs.region;
        let text = moved_to(&region.text, &Moved::new(region.dir(), &folder));
        work.write(&format!("{}/region.toml", of.id()), text.as_bytes(), false)?;
    }
    Ok(())
}

fn report(
    scenarios: &Scenarios,
    ready: &[Ready<'_>],
    options: &ScenarioOptions,
    out: &Path,
    records: Records,
) -> ScenariosReport {
    let source = |path: &Path, text: &str| SourceFile {
        path: relative(path, out),
        fingerprint: Fingerprint::of(text.as_bytes(), false),
    };
    let header = &scenarios.base.header;
    let region = &ready[0].inputs.region;
    ScenariosReport {
        format: SCENARIOS_FORMAT,
        engine: Engine::this(),
        title: header.title.clone(),
        author: header.author.clone(),
        policy: header.policy.clone(),
        date: header.date.to_string(),
        file: source(&scenarios.path, scenarios.text()),
        baseline: source(&region.path, &region.text),
        records,
        inputs: Vec::new(),
        runs: options.runs,
        scenarios: Vec::new(),
        outputs: Vec::new(),
    }
}

/// Compares, and writes the tables.
fn write_tables(
    ready: &[Ready<'_>],
    done: &[Done],
    work: &WorkFolder,
    report: &mut ScenariosReport,
) -> Result<Vec<Compared>, Failure> {
    let baseline = &done[0].figures;
    let scenarios = || ready.iter().zip(done).skip(1);
    let compared: Vec<Compared> = scenarios().map(|(_, of)| Compared::of(baseline, &of.figures)).collect();
    for ((of, _), compared) in scenarios().zip(&compared) {
        let Some(scenario) = of.scenario else { continue };
        let parts = ready[0].reading.differs_in(&of.reading);
        let of = ScenarioReport::of(&scenario.id, &scenario.header, parts, compared);
        report.scenarios.push(of);
    }
    let named: Vec<(&str, &Compared)> = scenarios().map(|(of, _)| of.id()).zip(&compared).collect();
    let figures: Vec<(&str, &Figures)> = scenarios().map(|(of, done)| (of.id(), &done.figures)).collect();
    let changes = baseline.tables.iter().enumerate();
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

/// Settles every region file as it was written, and holds what comes out against the figures here.
fn settle_for_good(
    ready: &[Ready<'_>],
    done: &[Done],
    work: &WorkFolder,
    options: &ScenarioOptions,
    progress: &Progress,
) -> Result<(), Failure> {
    let as_settle = SettleOptions {
        read: options.read,
        ..SettleOptions::default()
    };
    for (of, done) in ready.iter().zip(done) {
        let folder = work.path().join(of.id());
        let outcome = settle(&folder.join("region.toml"), &folder.join("run"), &as_settle, progress)?;
        if let dianzhi_batch::Outcome::Published(run) = outcome {
            let ids = of.inputs.region.policy.pools.iter().map(|pool| pool.id.as_str());
            let pairs = done.accounts.iter().zip(&run.settled.accounts).zip(ids);
            let broken = pairs.filter(|((ours, theirs), _)| ours != theirs);
            let broken = broken.map(|((ours, theirs), pool)| BrokenIdentity {
                pool: format!("{} {pool}", of.id()),
                identity: "cleared of the scenario = cleared of its run",
                left: ours.cleared.0,
                right: theirs.cleared.0,
            });
            let identities: Vec<BrokenIdentity> = broken.collect();
            if !identities.is_empty() {
                return Err(Failure::Broken { identities, kept: None });
            }
        }
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
        let bytes = std::fs::read(out.join(&output.file));
        bytes.is_ok_and(|bytes| Fingerprint::of(&bytes, false) == output.fingerprint)
    };
    std::fs::read(out.join("scenarios.json")).is_ok_and(|there| there == bytes) && report.outputs.iter().all(holds)
}
