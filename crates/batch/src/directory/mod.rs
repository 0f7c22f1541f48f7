//! `directory`: from years of claims to a DIP directory 病种目录, its scores and a report of every figure
//! (docs/DIP-DIRECTORY.md).
//!
//! The claims are read twice. The first pass counts the exact combinations of diagnosis and procedures, of which
//! the core types are; the second groups every case by the directory in the making, with the grouper that
//! will group by the published one. Every figure is taken from that grouping, so that it is of the very cases
//! that grouping puts there.

mod claims;
mod combinations;
mod draft;
mod members;
mod names;
mod notices;
mod record;
mod refused;
mod tables;
mod types;

pub use record::{DirectoryRun, DirectorySummary};

use crate::calibrate::HistoryOptions;
use crate::error::{Failure, changed_during_run, unwritable};
use crate::grouping::asked_by;
use crate::input::find::relative;
use crate::input::source::Fingerprint;
use crate::max_rejects::{Rejects, passed_limit, too_many};
use crate::output::folder::{Placed, WorkFolder, exists};
use crate::output::run::{Engine, Records, RunOutput, RunRegion, run_inputs};
use crate::output::tables_csv;
use crate::progress::{Progress, Stage};
use crate::publish::holds_inputs;
use crate::workers::workers;
use claims::{ClaimFiles, Days, Pass, pass};
use combinations::{Combinations, Written};
use dianzhi_calibrate::dip::{SubTypes, sub_types};
use dianzhi_calibrate::{Calibrated, calibrate};
use dianzhi_grouper::dip::{Catalogue, DipDirectory, DipKind};
use dianzhi_grouper::{DipGrouper, GroupOptions};
use dianzhi_policy::{Diagnostic, DirectoryPlan};
use draft::Draft;
use members::{Grouped, LevelSums, Members};
use names::Names;
use record::DIRECTORY_FORMAT;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use types::{NewType, types, types_tsv};

/// The folder of the results that holds the directory itself.
const FOLDER: &str = "dip";

/// What `directory` did.
pub enum DirectoryOutcome {
    /// The directory is published.
    Published(Box<PublishedDirectory>),
    /// The folder already holds these very results; it was left as it is.
    AlreadyThere(Box<PublishedDirectory>),
}

/// A directory made of history.
pub struct PublishedDirectory {
    /// directory.json
    pub run: DirectoryRun,
    /// What is worth a look.
    pub warnings: Vec<Diagnostic>,
    /// Where the folder went that `replace` exchanged, if it held no results.
    pub set_aside: Option<PathBuf>,
}

/// A directory in the making.
struct Made<'a> {
    plan: &'a DirectoryPlan,
    draft: &'a Draft,
    combinations: Combinations,
    /// The types that have cases.
    types: Vec<NewType>,
    members: Members,
    calibrated: Calibrated,
    sub_types: Vec<TypeCatalogue>,
    /// Cases that count.
    accepted: u64,
    /// First and last day of discharge of each year, where records say it.
    discharged: Vec<Option<Days>>,
}

/// What the triggers found of a type in a catalogue.
struct TypeCatalogue {
    /// Position of the type.
    of: usize,
    catalogue: Catalogue,
    /// The levels that some case has, in the order of `found`.
    levels: Vec<usize>,
    found: SubTypes,
}

/// Makes a directory of years of claims and publishes it as `out`.
///
/// # Errors
/// [`Failure`]; nothing is published then.
pub fn directory(
    file: &Path,
    out: &Path,
    options: &HistoryOptions,
    progress: &Progress,
) -> Result<DirectoryOutcome, Failure> {
    let plan = DirectoryPlan::load(file)?;
    let draft = Draft::load(&plan)?;
    let names = Names::load(&plan)?;
    let claims = ClaimFiles::open(&plan, &asked_by(draft.catalogues()))?;
    if let Some(input) = input_inside(&plan, &draft, &names, &claims, out) {
        return Err(holds_inputs(out, &input).into());
    }
    let there = std::fs::symlink_metadata(out).ok();
    if there.as_ref().is_some_and(|there| !there.is_dir()) {
        return Err(exists(out).into());
    }
    workers(options.read.threads)?.install(|| make(&plan, &draft, &names, claims, out, options, progress))
}

/// An input that lies in the output folder.
fn input_inside(plan: &DirectoryPlan, draft: &Draft, names: &Names, claims: &ClaimFiles, out: &Path) -> Option<String> {
    let out = out.canonicalize().ok()?;
    let inside = |path: &Path| path.canonicalize().is_ok_and(|path| path.starts_with(&out));
    if inside(&plan.path) {
        return Some(plan.path.display().to_string());
    }
    let files = draft.files.iter().chain(&names.files).map(|(input, _)| input);
    let mut all = files.chain(claims.files.iter().map(|file| &file.input));
    all.find(|input| inside(&input.path)).map(|input| input.name.clone())
}

fn make(
    plan: &DirectoryPlan,
    draft: &Draft,
    names: &Names,
    mut claims: ClaimFiles,
    out: &Path,
    options: &HistoryOptions,
    progress: &Progress,
) -> Result<DirectoryOutcome, Failure> {
    let block_bytes = options.read.block_bytes;
    progress.enter(Stage::Reading);
    let size = |path: &Path| std::fs::metadata(path).map_or(0, |file| file.len());
    progress.bytes_total(claims.files.iter().map(|file| size(&file.input.path)).sum());
    let add = |part: &mut Written, case: &claims::Case<'_>| part.add(&draft.grouper, case);
    let first = pass(&claims, block_bytes, progress, add)?;
    let mut records = Records {
        read: first.read.iter().sum(),
        accepted: 0,
        rejected: BTreeMap::new(),
        grouped: None,
    };
    for reject in &first.rejects {
        *records.rejected.entry(reject.code.as_str().to_owned()).or_default() += 1;
    }
    records.accepted = records.read - records.rejected_total();
    let work = WorkFolder::create(out, "directory.json")?;
    let name = |file: usize| claims.files.get(file).map_or("", |file| file.input.name.as_str());
    let rejects = tables_csv::rejects(&first.rejects, name);
    let mut outputs = Outputs::new(&work);
    outputs.write("rejects.csv".to_owned(), rejects)?;
    if let Some(most) = passed_limit(&records, options.max_rejects) {
        let kept = work.keep();
        let rejects = kept.map_or_else(|why| Rejects::Lost(Box::new(why)), Rejects::Kept);
        return Err(too_many(&records, most, rejects));
    }
    let Pass {
        parts,
        fingerprints,
        discharged,
        ..
    } = first;
    let combinations = Combinations::of(parts, draft.grouper.directory().header().dx_characters);
    let basic = draft.basic.iter().map(|(one, _)| one.clone());
    let all_types = types(&combinations, records.accepted, plan.rules.core, basic, names);
    let taken = refused::taken(draft, &all_types);
    if !taken.is_empty() {
        return Err(taken.into());
    }
    let to_be = DipDirectory::of_tables(draft.with(types_tsv(&all_types), None));
    let to_be = to_be.map_err(|found| refused::of_made(plan, draft, found))?;
    let members = group(to_be, &claims, &all_types, &fingerprints, block_bytes, progress)?;
    progress.enter(Stage::Pricing);
    let found = (combinations, all_types, members);
    let made = Made::of(plan, draft, found, records.accepted, discharged)?;
    let auxiliary = plan.rules.triggers.map(|_| tables::auxiliary_tsv(&made));
    let files = draft.with(types_tsv(&made.types), auxiliary);
    // Whatever a directory must not have is told before it is published.
    let named = files
        .iter()
        .map(|(name, bytes)| (format!("{FOLDER}/{name}"), bytes.clone()));
    let whole = DipDirectory::of_tables(named.collect()).map_err(|found| refused::of_made(plan, draft, found))?;
    progress.enter(Stage::Publishing);
    work.folder(FOLDER)?;
    for (name, bytes) in files {
        outputs.write(format!("{FOLDER}/{name}"), bytes)?;
    }
    work.flush()?;
    for (name, bytes) in tables::tables(&made) {
        outputs.write(name, bytes)?;
    }
    let inputs = draft.files.iter().chain(&names.files);
    let inputs = inputs.map(|(input, print)| (input, print));
    let read = claims.files.iter().map(|file| &file.input).zip(&fingerprints);
    let run = DirectoryRun {
        format: DIRECTORY_FORMAT,
        engine: Engine::this(),
        title: plan.title.clone(),
        plan: RunRegion {
            path: relative(&plan.path, out),
            text: plan.text.clone(),
        },
        inputs: run_inputs(inputs.chain(read)),
        records,
        summary: made.summary(),
        outputs: std::mem::take(&mut outputs.listed),
    };
    let bytes = run.to_bytes().map_err(|e| unwritable(out, &e.into()))?;
    outputs.write("directory.json".to_owned(), bytes)?;
    // The last moment to stop: from here on the results are there.
    progress.check()?;
    let mut warnings = std::mem::take(&mut claims.warnings);
    warnings.extend(made.notices(&claims, &whole));
    let mut published = PublishedDirectory {
        run,
        warnings,
        set_aside: None,
    };
    let is_same = |(name, bytes): &(String, Vec<u8>)| std::fs::read(out.join(name)).is_ok_and(|read| read == *bytes);
    if !options.replace && outputs.written.iter().all(is_same) {
        return Ok(DirectoryOutcome::AlreadyThere(Box::new(published)));
    }
    match work.publish(options.replace)? {
        Placed::There(set_aside) => published.set_aside = set_aside,
        Placed::Occupied => return Err(exists(out).into()),
    }
    Ok(DirectoryOutcome::Published(Box::new(published)))
}

/// The outputs as they are written.
struct Outputs<'a> {
    work: &'a WorkFolder,
    listed: Vec<RunOutput>,
    written: Vec<(String, Vec<u8>)>,
}

impl Outputs<'_> {
    fn new(work: &WorkFolder) -> Outputs<'_> {
        Outputs {
            work,
            listed: Vec::new(),
            written: Vec::new(),
        }
    }

    fn write(&mut self, name: String, bytes: Vec<u8>) -> Result<(), Failure> {
        let fingerprint = self.work.write(&name, &bytes, false)?;
        self.listed.push(RunOutput {
            file: name.clone(),
            fingerprint,
        });
        self.written.push((name, bytes));
        Ok(())
    }
}

/// Groups every case by the directory in the making.
fn group(
    to_be: DipDirectory,
    claims: &ClaimFiles,
    all_types: &[NewType],
    first: &[Fingerprint],
    block_bytes: usize,
    progress: &Progress,
) -> Result<Members, Failure> {
    let grouper = DipGrouper::new(to_be, GroupOptions::default());
    let codes = (0u32..).zip(all_types).map(|(at, one)| (one.code.clone(), at));
    let positions: FxHashMap<String, u32> = codes.collect();
    let add = |part: &mut Grouped, case: &claims::Case<'_>| part.add(&grouper, &positions, case);
    let second = pass(claims, block_bytes, progress, add)?;
    // What was counted and what was grouped must be the same bytes.
    let read = claims.files.iter().zip(first.iter().zip(&second.fingerprints));
    for (file, (before, now)) in read {
        if before != now {
            return Err(changed_during_run(&file.input.name).into());
        }
    }
    Ok(Members::of(second.parts))
}

impl<'a> Made<'a> {
    /// Scores and sub-types of the types that have cases.
    fn of(
        plan: &'a DirectoryPlan,
        draft: &'a Draft,
        (combinations, all_types, mut members): (Combinations, Vec<NewType>, Members),
        accepted: u64,
        discharged: Vec<Option<Days>>,
    ) -> Result<Made<'a>, Failure> {
        let types = members.without_empty(all_types);
        let history = members.history(&types, &plan.plan);
        let calibrated = calibrate(&history, &plan.plan, &[]);
        let calibrated = calibrated.map_err(|e| refused::without_scores(plan, &combinations, &e))?;
        let bounds = |record: &dianzhi_calibrate::Record| {
            let of_type = &calibrated.groups[record.group as usize];
            of_type.bounds[usize::from(record.year)].keep(record.cost)
        };
        let mut found = Vec::new();
        if let Some(triggers) = &plan.rules.triggers {
            let levels = members.levels(types.len(), plan.years.len(), bounds);
            for (of, of_type) in levels.iter().enumerate() {
                for catalogue in draft.catalogues() {
                    let (numbers, sums) = of_catalogue(of_type, catalogue);
                    if numbers.is_empty() {
                        continue;
                    }
                    let kept = &calibrated.groups[of].kept;
                    found.push(TypeCatalogue {
                        of,
                        catalogue,
                        levels: numbers,
                        found: sub_types(kept, &sums, &plan.plan, triggers),
                    });
                }
            }
        }
        Ok(Made {
            plan,
            draft,
            combinations,
            types,
            members,
            calibrated,
            sub_types: found,
            accepted,
            discharged,
        })
    }

    fn summary(&self) -> DirectorySummary {
        let mut summary = DirectorySummary::default();
        for (one, found) in self.types.iter().zip(&self.calibrated.groups) {
            let (types, cases) = match one.kind {
                DipKind::Core => (&mut summary.core, &mut summary.core_cases),
                DipKind::Basic => (&mut summary.basic, &mut summary.basic_cases),
                DipKind::Mixed => (&mut summary.mixed, &mut summary.mixed_cases),
            };
            *types += 1;
            *cases += found.cases_in_all();
        }
        summary.ungrouped = self.calibrated.total.ungrouped.iter().sum();
        let levels = self.sub_types.iter().flat_map(|row| &row.found.levels);
        summary.sub_types = levels.filter(|level| level.factor.is_some()).count() as u64;
        summary
    }
}

/// The levels of one catalogue that some case of a type has.
fn of_catalogue(levels: &LevelSums, catalogue: Catalogue) -> (Vec<usize>, Vec<Vec<dianzhi_calibrate::Sums>>) {
    let of = levels.range((catalogue, 0)..=(catalogue, usize::MAX));
    of.map(|((_, level), sums)| (*level, sums.clone())).unzip()
}
