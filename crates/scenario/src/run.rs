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
    Claims, Engine, Failure, Fingerprint, Funds, InputOptions, Inputs, Jumps, Placed, ProcurementAccount, Progress,
    ReadOptions, Reading, Records, Role, RunInput, RunOutput, SettleOptions, Settled, WorkFolder, exists,
    may_become_output, relative, run_inputs, settle,
};
use dianzhi_core::{BrokenIdentity, CompiledPolicy, FenSum, PoolAccount, Text};
use dianzhi_policy::{Diagnostic, Diagnostics, Region};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

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
    /// The baseline and every scenario as they were settled, for what is worth a look in them.
    pub settled: Vec<Done>,
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
pub struct Done {
    /// `baseline`, or the scenario's id.
    pub id: String,
    /// Its policy.
    pub policy: Arc<CompiledPolicy>,
    /// Of every pool.
    pub accounts: Vec<PoolAccount>,
    /// Of every pool, as [`Settled::jumps`].
    pub jumps: Vec<Jumps>,
    /// Of every pool, as [`Settled::negative_dues`].
    pub negative_dues: Vec<(u64, FenSum)>,
    /// Its records.
    pub records: Records,
    /// What is worth a look before anything is priced.
    pub warnings: Vec<Diagnostic>,
    /// Group codes that the groups table does not have, with the claims that carry them.
    pub unknown_groups: BTreeMap<String, u64>,
    figures: Figures,
    procurement: Vec<ProcurementAccount>,
    funds: Funds,
}

/// A region file as it stands, before anything is merged into it.
struct SourceText {
    path: PathBuf,
    text: String,
}

/// All of them, settled.
struct AllDone {
    /// The baseline first.
    done: Vec<Done>,
    /// Tables and claim files, each once.
    inputs: Vec<RunInput>,
}

/// Runs every scenario of a file and publishes the comparison as `out`.
///
/// # Errors
/// [`Failure`]; nothing is published then. A mistake of a scenario's region file names the scenario.
pub fn run(file: &Path, out: &Path, options: &ScenarioOptions, progress: &Progress) -> Result<Outcome, Failure> {
    let scenarios = Scenarios::load(file)?;
    let (baseline, ready) = ready(&scenarios)?;
    let is_there = check_output(&scenarios, &ready, out)?;
    if is_there && !options.replace && !out.join("scenarios.json").is_file() {
        return Err(exists(out).into());
    }
    let AllDone { done, inputs } = settle_all(&scenarios, &ready, options, progress)?;
    let work = WorkFolder::create(out, "scenarios.json")?;
    let mut report = report(&scenarios, &baseline, options, out, done[0].records.clone());
    report.inputs = inputs;
    report.outputs = write_regions(&ready, &work)?;
    let compared = write_tables(&ready, &done, &work, &mut report)?;
    if options.runs {
        let identities = settle_for_good(&ready, &done, &work, options, progress)?;
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

/// Reads the region files of the baseline and of every scenario with their tables; with the baseline's
/// file as it stands.
fn ready(scenarios: &Scenarios) -> Result<(SourceText, Vec<Ready<'_>>), Failure> {
    let path = scenarios.baseline_path();
    let of = |scenario, inputs: Inputs| Ready {
        scenario,
        reading: Reading::of(&inputs),
        inputs,
    };
    let moved = Moved::new(scenarios.dir(), folder_of(&path));
    let source = SourceText {
        path: path.clone(),
        text: Region::load(&path)?.text,
    };
    let text = merged(scenarios, &scenarios.base, &source.text, &moved)?;
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
        Ok((source, ready))
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
    for first in 0..ready.len() {
        if done[first].is_some() {
            continue;
        }
        let mut claims = Claims::read(&ready[first].inputs, &options.read, progress)
            .map_err(|failure| told_of(scenarios, &ready[first], failure))?;
        for (at, of) in ready.iter().enumerate().skip(first) {
            if done[at].is_some() || !ready[first].reading.differs_in(&of.reading).is_empty() {
                continue;
            }
            note_inputs(&mut inputs, of, &claims);
            let records = Records::of(&claims);
            let mut warnings = of.inputs.warnings.clone();
            warnings.extend(claims.warnings.iter().cloned());
            let unknown_groups = claims.unknown_groups.clone();
            let settled = Settled::with_cuts(&of.inputs, claims, options.read.threads, progress)
                .map_err(|failure| told_of(scenarios, of, failure))?;
            done[at] = Some(Done {
                id: of.id().to_owned(),
                policy: Arc::clone(&of.inputs.policy),
                jumps: settled.jumps.clone(),
                negative_dues: settled.negative_dues.clone(),
                figures: Figures::of(&of.inputs, &settled, &scenarios.counties),
                accounts: settled.accounts.clone(),
                procurement: settled.procurement.clone(),
                funds: settled.funds.clone(),
                records,
                warnings,
                unknown_groups,
            });
            claims = settled.into_claims();
        }
    }
    let done: Vec<Done> = done.into_iter().flatten().collect();
    Ok(AllDone { done, inputs })
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
fn write_regions(ready: &[Ready<'_>], work: &WorkFolder) -> Result<Vec<RunOutput>, Failure> {
    let mut outputs = Vec::new();
    for of in ready {
        let folder = work.folder(of.id())?;
        let region = &of.inputs.region;
        let text = moved_to(&region.text, &Moved::new(region.dir(), &folder));
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
    ready: &[Ready<'_>],
    done: &[Done],
    work: &WorkFolder,
    report: &mut ScenariosReport,
) -> Result<Vec<Compared>, Failure> {
    let baseline = &done[0].figures;
    let scenarios = || ready.iter().zip(done).skip(1);
    let compared: Vec<Compared> = scenarios().map(|(_, of)| Compared::of(baseline, &of.figures)).collect();
    for ((of, done), compared) in scenarios().zip(&compared) {
        let Some(scenario) = of.scenario else { continue };
        let parts = ready[0].reading.differs_in(&of.reading);
        let of = ScenarioReport::of(&scenario.id, &scenario.header, parts, done.records.clone(), compared);
        report.scenarios.push(of);
    }
    let named: Vec<(&str, &Compared)> = scenarios().map(|(of, _)| of.id()).zip(&compared).collect();
    let figures: Vec<(&str, &Figures)> = scenarios().map(|(of, done)| (of.id(), &done.figures)).collect();
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

/// Settles every region file as it was written, and holds what comes out against the figures here:
/// what does not agree.
fn settle_for_good(
    ready: &[Ready<'_>],
    done: &[Done],
    work: &WorkFolder,
    options: &ScenarioOptions,
    progress: &Progress,
) -> Result<Vec<BrokenIdentity>, Failure> {
    let as_settle = SettleOptions {
        read: options.read,
        ..SettleOptions::default()
    };
    let mut broken = Vec::new();
    for (of, done) in ready.iter().zip(done) {
        let folder = work.path().join(of.id());
        let outcome = settle(&folder.join("region.toml"), &folder.join("run"), &as_settle, progress)?;
        if let dianzhi_batch::Outcome::Published(run) = outcome {
            broken.extend(not_alike(of, done, &run.settled));
        }
    }
    Ok(broken)
}

/// Accounts, savings and funds of a scenario that are not those of its run.
fn not_alike(of: &Ready<'_>, done: &Done, run: &Settled) -> Vec<BrokenIdentity> {
    let ids = of.inputs.region.policy.pools.iter().map(|pool| pool.id.as_str());
    let pairs = done.accounts.iter().zip(&run.accounts).zip(ids);
    let differing = pairs.filter(|((ours, theirs), _)| ours != theirs);
    let mut broken: Vec<BrokenIdentity> = differing
        .map(|((ours, theirs), pool)| BrokenIdentity {
            pool: format!("{} {pool}", of.id()),
            identity: "account of the scenario = account of its run (here: cleared)",
            left: ours.cleared.0,
            right: theirs.cleared.0,
        })
        .collect();
    if done.procurement != run.procurement || done.funds != run.funds {
        let kept = |accounts: &[ProcurementAccount]| accounts.iter().map(|account| account.kept.kept.0).sum();
        broken.push(BrokenIdentity {
            pool: of.id().to_owned(),
            identity: "savings and funds of the scenario = those of its run (here: kept)",
            left: kept(&done.procurement),
            right: kept(&run.procurement),
        });
    }
    broken
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
