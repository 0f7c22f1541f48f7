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
mod record;
mod tables;
mod types;

pub use record::{DirectoryRun, DirectorySummary};

use crate::calibrate::HistoryOptions;
use crate::codes::{A131, W171, W172, W173, W174, W175};
use crate::error::{Failure, changed_during_run, error, unwritable, warning};
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
use claims::{ClaimFiles, pass};
use combinations::{Combinations, Written};
use dianzhi_calibrate::dip::{SubTypes, sub_types};
use dianzhi_calibrate::{CalibrateError, Calibrated, calibrate};
use dianzhi_core::Text;
use dianzhi_grouper::dip::{Catalogue, DipDirectory, DipKind};
use dianzhi_grouper::{DipGrouper, GroupOptions};
use dianzhi_policy::{Diagnostic, DirectoryPlan};
use draft::Draft;
use members::{Grouped, LevelSums, Members};
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
    let claims = ClaimFiles::open(&plan, &asked_by(draft.catalogues()))?;
    if let Some(input) = input_inside(&plan, &draft, &claims, out) {
        return Err(holds_inputs(out, &input).into());
    }
    let there = std::fs::symlink_metadata(out).ok();
    if there.as_ref().is_some_and(|there| !there.is_dir()) {
        return Err(exists(out).into());
    }
    workers(options.read.threads)?.install(|| make(&plan, &draft, claims, out, options, progress))
}

/// An input that lies in the output folder.
fn input_inside(plan: &DirectoryPlan, draft: &Draft, claims: &ClaimFiles, out: &Path) -> Option<String> {
    let out = out.canonicalize().ok()?;
    let inside = |path: &Path| path.canonicalize().is_ok_and(|path| path.starts_with(&out));
    if inside(&plan.path) {
        return Some(plan.path.display().to_string());
    }
    let files = draft.files.iter().map(|(input, _)| input);
    let mut all = files.chain(claims.files.iter().map(|file| &file.input));
    all.find(|input| inside(&input.path)).map(|input| input.name.clone())
}

fn make(
    plan: &DirectoryPlan,
    draft: &Draft,
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
    let combinations = Combinations::of(first.parts, draft.grouper.directory().header().dx_characters);
    let all_types = types(&combinations, records.accepted, plan.rules.core);
    let members = group(draft, &claims, &all_types, &first.fingerprints, block_bytes, progress)?;
    progress.enter(Stage::Pricing);
    let made = Made::of(plan, draft, combinations, all_types, members, records.accepted)?;
    let auxiliary = plan.rules.triggers.map(|_| tables::auxiliary_tsv(&made));
    let files = draft.with(types_tsv(&made.types), auxiliary);
    // Whatever a directory must not have is told before it is published.
    let named = files
        .iter()
        .map(|(name, bytes)| (format!("{FOLDER}/{name}"), bytes.clone()));
    let remarks = DipDirectory::of_tables(named.collect())?.remarks();
    progress.enter(Stage::Publishing);
    work.folder(FOLDER)?;
    for (name, bytes) in files {
        outputs.write(format!("{FOLDER}/{name}"), bytes)?;
    }
    work.flush()?;
    for (name, bytes) in tables::tables(&made) {
        outputs.write(name, bytes)?;
    }
    let inputs = draft.files.iter().map(|(input, print)| (input, print));
    let read = claims.files.iter().map(|file| &file.input).zip(&first.fingerprints);
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
    warnings.extend(made.notices(&remarks));
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
    draft: &Draft,
    claims: &ClaimFiles,
    all_types: &[NewType],
    first: &[Fingerprint],
    block_bytes: usize,
    progress: &Progress,
) -> Result<Members, Failure> {
    let directory = DipDirectory::of_tables(draft.with(types_tsv(all_types), None))?;
    let grouper = DipGrouper::new(directory, GroupOptions::default());
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
        combinations: Combinations,
        all_types: Vec<NewType>,
        mut members: Members,
        accepted: u64,
    ) -> Result<Made<'a>, Failure> {
        let types = members.without_empty(all_types);
        let history = members.history(&types, &plan.plan);
        let calibrated = calibrate(&history, &plan.plan, &[]).map_err(|e| refused(plan, &e))?;
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
        })
    }

    fn summary(&self) -> DirectorySummary {
        let mut summary = DirectorySummary::default();
        for (one, found) in self.types.iter().zip(&self.calibrated.groups) {
            let (types, cases) = match one.kind {
                DipKind::Core | DipKind::Basic => (&mut summary.core, &mut summary.core_cases),
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

    /// What is worth a look.
    fn notices(&self, remarks: &[Diagnostic]) -> Vec<Diagnostic> {
        let mut told = Vec::new();
        let ungrouped = self.summary().ungrouped;
        if ungrouped > 0 {
            let text = Text::new(
                format!("没有病种的病例：{ungrouped}，不计入任何均值；主要诊断没有类目"),
                format!(
                    "cases without a type, which count in no mean: {ungrouped}; their principal diagnosis has no category"
                ),
            );
            let help = Text::new("原因见 report.csv", "report.csv counts them by reason");
            told.push(warning(W171, text, help));
        }
        told.extend(self.without_score());
        told.extend(self.without_cases());
        match self.combinations.repeated {
            Some(0) => {}
            Some(again) => {
                let text = Text::new(
                    format!("结算流水号与前面相同的病例：{again}，都已计入"),
                    format!("cases with the settlement id of one before them: {again}; all of them count"),
                );
                let help = Text::new(
                    "若是同一病例，从历史中删去重复的",
                    "where they are the same case, take the repetitions out of the history",
                );
                told.push(warning(W172, text, help));
            }
            None => {
                let text = Text::new(
                    "病例太多，没有查找重复的结算流水号",
                    "there are too many cases to look for settlement ids that come again",
                );
                let help = Text::new("事先逐年用 check 检查", "look at each year with check beforehand");
                told.push(warning(W172, text, help));
            }
        }
        if let Some(first) = remarks.first() {
            let (count, first) = (remarks.len(), &first.text);
            let text = Text::new(
                format!("目录的提示：{count}，第一条：{}", first.zh),
                format!("remarks on the directory: {count}, the first: {}", first.en),
            );
            let help = Text::new(
                "未列入 operations.tsv 的操作按 unlisted_operations 计；把它们补入草稿",
                "procedures that operations.tsv lacks count as unlisted_operations says; add them to the draft",
            );
            told.push(warning(W173, text, help));
        }
        told
    }
}

impl Made<'_> {
    /// Types of which no case is kept, whose cases a settlement pays as ungrouped, and types whose score is
    /// rounded to 0, whose cases earn nothing.
    fn without_score(&self) -> Option<Diagnostic> {
        let all = self.types.iter().zip(&self.calibrated.groups);
        let without: Vec<_> = all
            .filter(|(_, found)| found.weight.as_ref().is_none_or(|weight| weight.base_points.is_zero()))
            .collect();
        let cases: u64 = without.iter().map(|(_, found)| found.cases_in_all()).sum();
        let codes: Vec<&str> = without.iter().take(8).map(|(one, _)| one.code.as_str()).collect();
        let (count, more) = (without.len(), if without.len() > 8 { " …" } else { "" });
        let codes = codes.join(", ");
        let text = Text::new(
            format!("没有分值或分值舍入为 0 的病种：{count}，病例 {cases}：{codes}{more}"),
            format!(
                "types without a score, or with one that is rounded to 0: {count}, with {cases} cases: {codes}{more}"
            ),
        );
        let help = Text::new(
            "没有分值的病例结算时按未入组付费，分值为 0 的不付费：核对 [trimming]、weights.scale 与 decimals",
            "a settlement pays cases without a score as ungrouped, and those of score 0 nothing: look at [trimming], weights.scale and decimals",
        );
        (count > 0).then(|| warning(W174, text, help))
    }

    /// Years whose weight nobody carries.
    fn without_cases(&self) -> Option<Diagnostic> {
        let cases = &self.calibrated.total.cases;
        let ungrouped = &self.calibrated.total.ungrouped;
        let empty = cases
            .iter()
            .zip(ungrouped)
            .enumerate()
            .filter(|(_, (cases, ungrouped))| **cases + **ungrouped == 0);
        let years: Vec<String> = empty.map(|(year, _)| (year + 1).to_string()).collect();
        let years = years.join(", ");
        let text = Text::new(
            format!("没有病例的历史年度（第 {years} 个 [[year]]）：其权重不起作用"),
            format!("years of history without a case ([[year]] number {years}): their weight counts for nothing"),
        );
        let help = Text::new(
            "核对该年度的 claims 与拒绝记录",
            "look at the year's claims, and at its rejected records",
        );
        (!years.is_empty()).then(|| warning(W175, text, help))
    }
}

/// The levels of one catalogue that some case of a type has.
fn of_catalogue(levels: &LevelSums, catalogue: Catalogue) -> (Vec<usize>, Vec<Vec<dianzhi_calibrate::Sums>>) {
    let of = levels.range((catalogue, 0)..=(catalogue, usize::MAX));
    of.map(|((_, level), sums)| (*level, sums.clone())).unzip()
}

/// A history that gives no scores.
fn refused(plan: &DirectoryPlan, why: &CalibrateError) -> Failure {
    let text = match why {
        CalibrateError::TooLarge(code) => Text::new(
            format!("{code} 的数值超过 18 位"),
            format!("a figure of {code} has more than 18 digits"),
        ),
        _ => Text::new(
            "历史中没有一个病例有病种并计入均值",
            "no case of the history has a type and counts in its mean",
        ),
    };
    let help = Text::new(
        "检查病例文件的诊断列、裁剪方法和 weights.scale",
        "look at the diagnoses of the claim files, at trimming and weights.scale",
    );
    let mistake = error(A131, text, help);
    match plan.place("directory.title") {
        Some(place) => mistake.at(place).into(),
        None => mistake.into(),
    }
}
