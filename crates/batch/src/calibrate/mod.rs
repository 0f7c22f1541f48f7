//! `calibrate` 测算: from years of claims to a directory with the tables of the year to come and a
//! report of every figure (docs/CALIBRATION.md).

mod history;
mod record;
mod scope;
mod tables;
mod year_files;

pub use record::CalibrationRun;
pub use scope::CalibratedScope;

use crate::claims::read::{Claims, ReadOptions};
use crate::codes::{F112, W161, W162, W163, W164};
use crate::error::{Failure, error, warning};
use crate::input::opinions::{self, Opinion};
use crate::input::source::{Fingerprint, InputFile, Role};
use crate::input::table::Table;
use crate::input::tables::Lined;
use crate::input::{InputOptions, Inputs};
use crate::max_rejects::{MaxRejects, Rejects, passed_limit, too_many};
use crate::output::folder::{Placed, WorkFolder, exists};
use crate::output::run::{Records, RunOutput};
use crate::output::tables_csv;
use crate::progress::{Progress, Stage};
use crate::publish::holds_inputs;
use crate::workers::workers;
use dianzhi_calibrate::Remark;
use dianzhi_core::Text;
use dianzhi_policy::fields::Table as Kind;
use dianzhi_policy::{Calibration, Diagnostic, EncodingChoice, names_help};
use history::{Collector, Histories};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use year_files::YearFiles;

/// How years of history are read, by a calibration or for a directory, and what becomes of an existing folder.
#[derive(Clone, Copy, Debug, Default)]
pub struct HistoryOptions {
    /// How claims are read.
    pub read: ReadOptions,
    /// How many rejected rows, of all years together, are too many.
    pub max_rejects: Option<MaxRejects>,
    /// Exchange an existing output folder.
    pub replace: bool,
}

/// What `calibrate` did.
pub enum CalibrateOutcome {
    /// The results are published.
    Published(Box<PublishedCalibration>),
    /// The folder already holds these very results; it was left as it is.
    AlreadyThere(Box<PublishedCalibration>),
}

/// The results of a calibration.
pub struct PublishedCalibration {
    /// calibration.json
    pub run: CalibrationRun,
    /// The figures: of all pools together, or of each.
    pub scopes: Vec<CalibratedScope>,
    /// What is worth a look.
    pub warnings: Vec<Diagnostic>,
    /// Where the folder went that `replace` exchanged, if it held no results.
    pub set_aside: Option<PathBuf>,
}

/// What was read of the years.
struct Years {
    inputs: Vec<Inputs>,
    records: Vec<Records>,
    /// The inputs of each year with what they held.
    files: Vec<Vec<(InputFile, Fingerprint)>>,
    /// rejects.csv of each.
    rejects: Vec<Vec<u8>>,
    warnings: Vec<Diagnostic>,
}

/// Calibrates and publishes the results as `out`.
///
/// # Errors
/// [`Failure`]; nothing is published then.
pub fn calibrate(
    file: &Path,
    out: &Path,
    options: &HistoryOptions,
    progress: &Progress,
) -> Result<CalibrateOutcome, Failure> {
    let calibration = Calibration::load(file)?;
    let inputs = load(&calibration)?;
    go_together(&calibration, &inputs)?;
    let opinions = read_opinions(&calibration)?;
    if let Some(input) = input_inside(&calibration, &inputs, opinions.as_ref(), out) {
        return Err(holds_inputs(out, &input).into());
    }
    let there = std::fs::symlink_metadata(out).ok();
    if there.as_ref().is_some_and(|there| !there.is_dir()) {
        return Err(exists(out).into());
    }
    workers(options.read.threads)?.install(|| {
        let read = read(inputs, &calibration, options, progress)?;
        make(&calibration, read, opinions.as_ref(), out, options, progress)
    })
}

/// The region files and tables of every year; all mistakes of all of them at once.
fn load(calibration: &Calibration) -> Result<Vec<Inputs>, Failure> {
    let mut all = Vec::new();
    let mut mistakes = Vec::new();
    for at in 0..calibration.years.len() {
        let year = YearFiles::of(calibration, at);
        match Inputs::load(year.path(), &InputOptions::default()) {
            Ok(inputs) => all.push(inputs),
            Err(Failure::Refused(found)) => mistakes.extend(found.0.into_iter().map(|mistake| year.told(mistake))),
            Err(other) => return Err(other),
        }
    }
    if mistakes.is_empty() {
        Ok(all)
    } else {
        Err(mistakes.into())
    }
}

/// One region, years that rise and do not overlap, forecasts of pools that there are.
fn go_together(calibration: &Calibration, years: &[Inputs]) -> Result<(), Failure> {
    let mut mistakes = Vec::new();
    for (at, pair) in years.windows(2).enumerate() {
        let [before, here] = [&pair[0].region, &pair[1].region];
        let key = format!("year[{}].region", at + 1);
        let mut refuse = |text: Text, help: Text| {
            let mistake = error(F112, text, help);
            mistakes.push(at_key(calibration, &key, mistake));
        };
        if before.code != here.code {
            let (found, expected) = (&here.code, &before.code);
            refuse(
                Text::new(
                    format!("{key} 是统筹区 {found} 的，前一年是 {expected} 的"),
                    format!("{key} is of region {found}, the year before of {expected}"),
                ),
                Text::new("只测算同一统筹区的历史", "calibrate the history of one region only"),
            );
        }
        if here.year_start <= before.year_end {
            let (start, end) = (here.year_start, before.year_end);
            refuse(
                Text::new(
                    format!("{key} 的保险年度自 {start} 起，前一年到 {end} 才结束"),
                    format!("the insurance year of {key} starts on {start}, the one before ends on {end}"),
                ),
                Text::new(
                    "从早到晚写各年度，互不重叠",
                    "name the years from the oldest to the latest, without overlap",
                ),
            );
        }
    }
    let Some(latest) = years.last() else {
        return Ok(());
    };
    let pools = || latest.region.policy.pools.iter().map(|pool| &*pool.id);
    for (at, forecast) in calibration.plan.forecasts.iter().enumerate() {
        let (key, pool) = (format!("forecast[{at}].pool"), &forecast.pool);
        if pools().any(|known| known == pool) {
            continue;
        }
        let text = Text::new(
            format!("{key} 为 \"{pool}\"：最后一年的地区文件没有这个资金池"),
            format!("{key} is \"{pool}\": the last region file has no such pool"),
        );
        let mistake = error(F112, text, names_help(pool, pools()));
        mistakes.push(at_key(calibration, &key, mistake));
    }
    if mistakes.is_empty() {
        Ok(())
    } else {
        Err(mistakes.into())
    }
}

/// A mistake at the place of a key.
fn at_key(calibration: &Calibration, key: &str, mistake: Diagnostic) -> Diagnostic {
    match calibration.place(key) {
        Some(place) => mistake.at(place),
        None => mistake,
    }
}

/// The adjustments table: where it was, what it held, and its rows.
type Opinions = (InputFile, Fingerprint, Lined<Opinion>);

fn read_opinions(calibration: &Calibration) -> Result<Option<Opinions>, Failure> {
    let Some(name) = &calibration.adjustments else {
        return Ok(None);
    };
    let input = InputFile {
        role: Role::Adjustments,
        name: name.clone(),
        path: calibration.dir().join(name),
    };
    let table = Table::read(&input, Kind::Adjustments, EncodingChoice::Auto, &BTreeMap::new(), false)?;
    let rows = opinions::opinions(&table)?;
    let fingerprint = table.fingerprint;
    Ok(Some((input, fingerprint, rows)))
}

/// An input that lies in the output folder.
fn input_inside(
    calibration: &Calibration,
    years: &[Inputs],
    opinions: Option<&Opinions>,
    out: &Path,
) -> Option<String> {
    let out = out.canonicalize().ok()?;
    let inside = |path: &Path| path.canonicalize().is_ok_and(|path| path.starts_with(&out));
    if inside(&calibration.path) {
        return Some(calibration.path.display().to_string());
    }
    let tables = years
        .iter()
        .flat_map(|inputs| inputs.tables.iter().map(|(input, _)| input));
    let claims = years.iter().flat_map(|inputs| &inputs.claims);
    let opinions = opinions.map(|(input, ..)| input);
    let mut all = tables.chain(claims).chain(opinions);
    all.find(|input| inside(&input.path))
        .map(|input| input.path.display().to_string())
}

/// Reads the claims of each year, one year after the other, so that only one is in memory whole.
fn read(
    inputs: Vec<Inputs>,
    calibration: &Calibration,
    options: &HistoryOptions,
    progress: &Progress,
) -> Result<(Years, Histories), Failure> {
    let mut collector = Collector::new(&inputs);
    let mut years = Years {
        inputs: Vec::new(),
        records: Vec::new(),
        files: Vec::new(),
        rejects: Vec::new(),
        warnings: Vec::new(),
    };
    for (year, inputs) in inputs.into_iter().enumerate() {
        let of_year = YearFiles::of(calibration, year);
        let claims =
            Claims::read_history(&inputs, &options.read, progress).map_err(|failure| of_year.failure(failure))?;
        collector.add(year, &inputs, &claims);
        years.records.push(Records::of(&claims));
        let name = |file| claims.file_name(file);
        years.rejects.push(tables_csv::rejects(&claims.rejects, name));
        let tables = inputs.tables.iter().map(|(input, print)| (input, print));
        let files = tables.chain(claims.inputs());
        let files = files.map(|(input, print)| (input.clone(), print.clone()));
        years.files.push(files.collect());
        let warnings = inputs.warnings.iter().chain(&claims.warnings).cloned();
        years.warnings.extend(warnings.map(|warning| of_year.told(warning)));
        years.inputs.push(inputs);
    }
    Ok((years, collector.finish(calibration.pools_apart)))
}

fn make(
    calibration: &Calibration,
    (years, histories): (Years, Histories),
    opinions: Option<&Opinions>,
    out: &Path,
    options: &HistoryOptions,
    progress: &Progress,
) -> Result<CalibrateOutcome, Failure> {
    let work = WorkFolder::create(out, "calibration.json")?;
    let mut outputs: Vec<(String, Vec<u8>)> = Vec::new();
    for (inputs, rejects) in years.inputs.iter().zip(&years.rejects) {
        let name = format!("rejects-{}.csv", inputs.region.year_start);
        work.write(&name, rejects, false)?;
        outputs.push((name, rejects.clone()));
    }
    let all = record::records_in_all(&years.records);
    if let Some(most) = passed_limit(&all, options.max_rejects) {
        let kept = work.keep();
        let rejects = kept.map_or_else(|why| Rejects::Lost(Box::new(why)), Rejects::KeptByYear);
        return Err(too_many(&all, most, rejects));
    }
    progress.enter(Stage::Pricing);
    let rows = opinions.map(|(_, _, rows)| rows);
    if let Some(rows) = rows {
        let pools: Vec<Option<&str>> = histories.iter().map(|(pool, _)| pool.as_deref()).collect();
        scope::check_pools(calibration, &pools, rows)?;
    }
    let mut scopes = Vec::new();
    for (pool, history) in histories {
        progress.check()?;
        scopes.push(CalibratedScope::of(calibration, pool, history, rows)?);
    }
    if scopes.is_empty() {
        return Err(scope::refused(
            calibration,
            &dianzhi_calibrate::CalibrateError::NoCases,
            &[],
            None,
        ));
    }
    progress.enter(Stage::Publishing);
    let first_tables = outputs.len();
    for scope in &scopes {
        outputs.extend(tables::of_scope(calibration, &years.inputs, scope, rows));
    }
    let mut listed = Vec::new();
    for (at, (name, bytes)) in outputs.iter().enumerate() {
        let fingerprint = match at < first_tables {
            true => record::fingerprint(bytes),
            false => work.write(name, bytes, false)?,
        };
        listed.push(RunOutput {
            file: name.clone(),
            fingerprint,
        });
    }
    let run = record::run(calibration, &years, opinions, listed, out);
    let bytes = run.to_bytes().map_err(|e| crate::error::unwritable(out, &e.into()))?;
    work.write("calibration.json", &bytes, false)?;
    for inputs in &years.inputs {
        inputs.unchanged()?;
    }
    // The last moment to stop: from here on the results are there.
    progress.check()?;
    let mut warnings = years.warnings;
    warnings.extend(scopes.iter().flat_map(notices));
    let mut published = PublishedCalibration {
        run,
        scopes,
        warnings,
        set_aside: None,
    };
    outputs.push(("calibration.json".to_owned(), bytes));
    let is_same = || {
        outputs
            .iter()
            .all(|(name, bytes)| std::fs::read(out.join(name)).is_ok_and(|read| read == *bytes))
    };
    if !options.replace && is_same() {
        return Ok(CalibrateOutcome::AlreadyThere(Box::new(published)));
    }
    match work.publish(options.replace)? {
        Placed::There(set_aside) => published.set_aside = set_aside,
        // Another run came first: it may well have made the same.
        Placed::Occupied if is_same() => return Ok(CalibrateOutcome::AlreadyThere(Box::new(published))),
        Placed::Occupied => return Err(exists(out).into()),
    }
    Ok(CalibrateOutcome::Published(Box::new(published)))
}

/// Groups without a figure of their own, and unstable ones, told once each.
fn notices(scope: &CalibratedScope) -> Vec<Diagnostic> {
    let pool = scope.pool.as_deref().unwrap_or_default();
    let (in_zh, in_en) = match &scope.pool {
        Some(_) => (format!("资金池 {pool}："), format!("pool {pool}: ")),
        None => (String::new(), String::new()),
    };
    let codes = |is: &dyn Fn(&dianzhi_calibrate::GroupFigures) -> bool| {
        let groups = scope.history.groups.iter().zip(&scope.calibrated.groups);
        let found: Vec<&str> = groups
            .filter(|(_, found)| is(found))
            .map(|(group, _)| group.code.as_str())
            .collect();
        let shown = found.iter().take(8).copied().collect::<Vec<_>>().join(", ");
        let more = if found.len() > 8 { " …" } else { "" };
        (found.len(), format!("{shown}{more}"))
    };
    let mut told = Vec::new();
    let mut tell = |code, is: &dyn Fn(&dianzhi_calibrate::GroupFigures) -> bool, [zh, en]: [&str; 2]| {
        let (count, shown) = codes(is);
        if count > 0 {
            let text = Text::new(
                format!("{in_zh}{count} 个病组{zh}：{shown}"),
                format!("{in_en}{count} groups {en}: {shown}"),
            );
            let help = Text::new(
                "见 report-groups.csv 的 remarks 列",
                "see the column remarks of report-groups.csv",
            );
            told.push(warning(code, text, help));
        }
    };
    let empty = [
        "没有病例可计，由 weights.without_cases 处理",
        "have no case that counts and go by weights.without_cases",
    ];
    tell(W161, &|found| found.all.cases == 0, empty);
    let unstable = [
        "不稳定，由 weights.unstable 处理",
        "are unstable and go by weights.unstable",
    ];
    tell(W162, &|found| found.all.cases > 0 && !found.stable, unstable);
    let is_nothing = |found: &dianzhi_calibrate::GroupFigures| {
        found.weight.as_ref().is_some_and(|weight| weight.base_points.is_zero())
    };
    let nothing = [
        "的基准点数为 0，其病例结算时不付费",
        "have base points of 0, and a settlement pays their cases nothing",
    ];
    tell(W164, &is_nothing, nothing);
    // A scheme's word for "no group" would become one too, and its cases be paid as normal ones.
    let new = [
        "是最近一年的病组表没有的，成为新病组；未入组、歧义等代码应先从病例中清空",
        "are not in the last table and become groups; codes that mean ungrouped or ambiguous are to be emptied in the claims first",
    ];
    tell(W163, &|found| found.remarks.contains(&Remark::New), new);
    told
}
