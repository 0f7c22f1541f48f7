//! Passes over the claim files of the history: each hands every case that counts to a function, on all threads.

use crate::claims::feed::{ClaimFile, Feed};
use crate::claims::ids::id_hash;
use crate::claims::layout::Column;
use crate::claims::records::{RawBlock, Scratch, for_each_record};
use crate::claims::reject::{Reject, RejectCode};
use crate::claims::row::Row;
use crate::claims::values::day;
use crate::codes::F112;
use crate::error::{Failure, error};
use crate::grouping::missing_columns;
use crate::grouping::stay::StayColumns;
use crate::input::encoding::{Encoding, decode_escaped};
use crate::input::find::find;
use crate::input::header::Header;
use crate::input::source::{Fingerprint, lines_before};
use crate::input::unknown_columns;
use crate::progress::Progress;
use dianzhi_core::Text;
use dianzhi_grouper::Record;
use dianzhi_policy::fields::Table as Kind;
use dianzhi_policy::{Diagnostic, DirectoryPlan, EncodingChoice};
use jiff::civil::Date;
use std::sync::{Mutex, PoisonError};

/// Where the columns are that building a directory looks at.
pub(super) struct CaseColumns {
    columns: usize,
    setl_id: Column,
    medfee: Column,
    refunded: Column,
    valid: Column,
    dscg_time: Column,
    stay: StayColumns,
}

/// First and last day of something, as yyyymmdd.
pub(super) type Days = (u32, u32);

impl CaseColumns {
    /// `is_dated`: the year says its days.
    fn of(header: &Header, file: &str, is_dated: bool) -> Result<CaseColumns, Vec<Diagnostic>> {
        let required = header.require(["setl_id", "medfee_sumamt"], file);
        let undated = is_dated.then(|| header.require(["dscg_time"], file).err()).flatten();
        let [setl_id, medfee] = match (required, undated) {
            (Ok(columns), None) => columns,
            (found, undated) => return Err(found.err().into_iter().chain(undated).flatten().collect()),
        };
        Ok(CaseColumns {
            columns: header.headings.len(),
            setl_id: Column::of(Some(setl_id)),
            medfee: Column::of(Some(medfee)),
            refunded: Column::of(header.column("refd_setl_flag")),
            valid: Column::of(header.column("vali_flag")),
            dscg_time: Column::of(header.column("dscg_time")),
            stay: StayColumns::of(header),
        })
    }

    /// The cost in fen of a row that counts. The checks and their order are those of a settlement, of the
    /// fields that are looked at here: the day of discharge where the year says its own.
    fn judge(&self, row: &Row<'_>, days: Option<Days>) -> Result<i64, (&'static str, RejectCode)> {
        if row.get(self.setl_id).is_empty() {
            return Err(("setl_id", RejectCode::E102));
        }
        let discharged = row.get(self.dscg_time);
        if days.is_some() && discharged.is_empty() {
            return Err(("dscg_time", RejectCode::E102));
        }
        let cost = row.get(self.medfee);
        if cost.is_empty() {
            return Err(("medfee_sumamt", RejectCode::E102));
        }
        if row.get(self.refunded).bytes() == b"1" {
            return Err(("refd_setl_flag", RejectCode::E111));
        }
        if row.get(self.valid).bytes() == b"0" {
            return Err(("vali_flag", RejectCode::E111));
        }
        let fen = match cost.money() {
            None => return Err(("medfee_sumamt", RejectCode::E103)),
            Some(..=0) => return Err(("medfee_sumamt", RejectCode::E104)),
            Some(fen) => fen,
        };
        match days.map(|days| (days, day(discharged.bytes()))) {
            None => Ok(fen),
            Some((_, None)) => Err(("dscg_time", RejectCode::E105)),
            Some(((first, last), Some(day))) if !(first..=last).contains(&day) => Err(("dscg_time", RejectCode::E107)),
            Some(_) => Ok(fen),
        }
    }
}

/// The claim files of all years.
pub(super) struct ClaimFiles {
    pub(super) files: Vec<ClaimFile<CaseColumns>>,
    /// The position of each file's year.
    pub(super) years: Vec<u16>,
    /// First and last day of each year, where the plan says them.
    pub(super) days: Vec<Option<Days>>,
    pub(super) warnings: Vec<Diagnostic>,
}

impl ClaimFiles {
    /// Finds and opens them; all mistakes of all of them at once. `asked` are the fields that a stay's type and
    /// levels hang on.
    pub(super) fn open(plan: &DirectoryPlan, asked: &[&str]) -> Result<ClaimFiles, Failure> {
        let mut found = ClaimFiles {
            files: Vec::new(),
            years: Vec::new(),
            days: plan
                .years
                .iter()
                .map(|year| year.days.map(|(first, last)| (number(first), number(last))))
                .collect(),
            warnings: Vec::new(),
        };
        let mut mistakes = Vec::new();
        let mut seen = std::collections::HashMap::new();
        for (year, claims) in (0u16..).zip(&plan.years) {
            let key = format!("year[{year}].claims");
            let help = Text::new(
                format!("检查 {key}：路径和通配相对于本文件"),
                format!("check {key}: paths and patterns are relative to the plan"),
            );
            let (inputs, missing) = find(&claims.claims, plan.dir(), plan.dir(), &help);
            let missing = missing.into_iter().map(|mistake| match plan.place(&key) {
                Some(place) => mistake.at(place),
                None => mistake,
            });
            mistakes.extend(missing);
            for input in &inputs {
                let identity = input.path.canonicalize().unwrap_or_else(|_| input.path.clone());
                if let Some(other) = seen.insert(identity, year) {
                    mistakes.push(in_two_years(plan, &input.name, other, year));
                    continue;
                }
                let is_dated = claims.days.is_some();
                let columns = |header: &Header| CaseColumns::of(header, &input.name, is_dated);
                match ClaimFile::open_with(input, EncodingChoice::Auto, &plan.columns, columns) {
                    Err(wrong) => mistakes.extend(wrong),
                    Ok(file) => {
                        let missing = missing_columns(&file.header, &input.name, asked.to_vec());
                        found.warnings.extend(missing);
                        let unknown = unknown_columns(&file.header, Kind::Claims, &input.name, true);
                        found.warnings.extend(unknown);
                        found.files.push(file);
                        found.years.push(year);
                    }
                }
            }
        }
        if mistakes.is_empty() {
            Ok(found)
        } else {
            Err(mistakes.into())
        }
    }
}

fn in_two_years(plan: &DirectoryPlan, file: &str, before: u16, year: u16) -> Diagnostic {
    let mistake = error(
        F112,
        Text::new(
            format!(
                "{file} 属于两个历史年度（第 {} 节和第 {} 节 [[year]]），其病例会计两次",
                before + 1,
                year + 1
            ),
            format!(
                "{file} is of two years of history (sections {} and {} of [[year]]); its cases would count twice",
                before + 1,
                year + 1
            ),
        ),
        Text::new("每个文件只写在一个年度", "name each file in one year only"),
    );
    match plan.place(&format!("year[{year}].claims")) {
        Some(place) => mistake.at(place),
        None => mistake,
    }
}

/// A case that counts.
pub(super) struct Case<'a> {
    pub(super) record: Record<'a>,
    /// Fen, above zero.
    pub(super) cost: i64,
    /// Position of its year.
    pub(super) year: u16,
    /// What finds settlement ids that come again.
    pub(super) id: u64,
}

/// What a pass came to.
pub(super) struct Pass<T> {
    /// What each thread made, in no order: they are added up, which no order changes.
    pub(super) parts: Vec<T>,
    /// Records read, by year.
    pub(super) read: Vec<u64>,
    /// In input order.
    pub(super) rejects: Vec<Reject>,
    pub(super) fingerprints: Vec<Fingerprint>,
    /// First and last day of discharge of the cases, by year; `None` where none says it.
    pub(super) discharged: Vec<Option<Days>>,
}

/// What a thread made.
struct Part<T> {
    made: T,
    read: Vec<u64>,
    /// By file and the block's offset in it; lines are counted from the block's first, as 0.
    rejects: Vec<(usize, u64, Vec<Reject>)>,
    discharged: Vec<Option<Days>>,
}

/// The first and the last day of two.
fn widened(known: Option<Days>, (first, last): Days) -> Option<Days> {
    let (from, to) = known.unwrap_or((first, last));
    Some((from.min(first), to.max(last)))
}

/// A day as yyyymmdd.
fn number(date: Date) -> u32 {
    let number = i32::from(date.year()) * 10_000 + i32::from(date.month()) * 100 + i32::from(date.day());
    u32::try_from(number).unwrap_or(0)
}

/// Hands every case that counts to `each`, with what its thread has made so far.
pub(super) fn pass<T: Default + Send>(
    claims: &ClaimFiles,
    block_bytes: usize,
    progress: &Progress,
    each: impl Fn(&mut T, &Case<'_>) + Sync,
) -> Result<Pass<T>, Failure> {
    let feed = Mutex::new(Feed::new(&claims.files, block_bytes, false, progress));
    let years = claims.days.len();
    let outcomes = rayon::broadcast(|_| work(claims, years, &feed, progress, &each));
    let mut failures = Vec::new();
    let mut parts = Vec::new();
    for outcome in outcomes {
        match outcome {
            Ok(part) => parts.push(part),
            Err(failure) => failures.push(failure),
        }
    }
    // The block counts, not the thread: the first one in input order is told.
    if let Some((_, failure)) = failures.into_iter().min_by_key(|(block, _)| *block) {
        return Err(failure);
    }
    let mut found = Pass {
        parts: Vec::new(),
        read: vec![0; years],
        rejects: Vec::new(),
        fingerprints: feed.into_inner().unwrap_or_else(PoisonError::into_inner).fingerprints,
        discharged: vec![None; years],
    };
    let mut rejects = Vec::new();
    for part in parts {
        found.parts.push(part.made);
        found
            .read
            .iter_mut()
            .zip(part.read)
            .for_each(|(sum, read)| *sum += read);
        for (all, days) in found.discharged.iter_mut().zip(part.discharged) {
            *all = days.map_or(*all, |days| widened(*all, days));
        }
        rejects.extend(part.rejects);
    }
    rejects.sort_unstable_by_key(|(file, offset, _)| (*file, *offset));
    for (file, offset, of_block) in rejects {
        // Lines are counted only where one must be named.
        let before = lines_before(&claims.files[file].input, offset)?;
        found.rejects.extend(of_block.into_iter().map(|reject| Reject {
            line: before + reject.line + 1,
            ..reject
        }));
    }
    Ok(found)
}

fn work<T: Default>(
    claims: &ClaimFiles,
    years: usize,
    feed: &Mutex<Feed<'_, CaseColumns>>,
    progress: &Progress,
    each: &impl Fn(&mut T, &Case<'_>),
) -> Result<Part<T>, (usize, Failure)> {
    let mut part = Part {
        made: T::default(),
        read: vec![0; years],
        rejects: Vec::new(),
        discharged: vec![None; years],
    };
    let mut scratch = Scratch::default();
    let mut buffer = Vec::new();
    loop {
        let (index, next) = {
            let mut feed = feed.lock().unwrap_or_else(PoisonError::into_inner);
            (feed.blocks_given(), feed.next(buffer))
        };
        let Some(raw) = next.map_err(|failure| (index, failure))? else {
            return Ok(part);
        };
        if let Err(failure) = cases(claims, &raw, &mut scratch, &mut part, progress, each) {
            feed.lock().unwrap_or_else(PoisonError::into_inner).stop();
            return Err((raw.index, failure));
        }
        buffer = raw.buffer;
    }
}

fn cases<T>(
    claims: &ClaimFiles,
    raw: &RawBlock,
    scratch: &mut Scratch,
    part: &mut Part<T>,
    progress: &Progress,
    each: &impl Fn(&mut T, &Case<'_>),
) -> Result<(), Failure> {
    let file = &claims.files[raw.file];
    let (layout, year) = (&file.layout, claims.years[raw.file]);
    let days = claims.days[usize::from(year)];
    let mut discharged = part.discharged[usize::from(year)];
    let encoding = std::cell::Cell::new(Encoding::Utf8);
    let ask = || {
        let known = file.encoding()?;
        encoding.set(known);
        Ok::<_, Diagnostic>(known)
    };
    let mut read = 0;
    let mut rejects = Vec::new();
    for_each_record(raw, layout.columns, scratch, ask, |record| {
        read += 1;
        let judged = match &record.row {
            None => Err(("", RejectCode::E101)),
            Some(row) => layout.judge(row, days).map(|cost| (row, cost)),
        };
        match judged {
            Err((field, code)) => rejects.push(Reject {
                file: raw.file,
                line: record.line.into(),
                setl_id: record.row.map_or_else(String::new, |row| {
                    String::from_utf8_lossy(row.get(layout.setl_id).bytes()).into_owned()
                }),
                field,
                code,
                record: decode_escaped(record.raw, encoding.get()),
            }),
            Ok((row, cost)) => {
                let stay = layout.stay.read(row, false);
                let record = stay.record();
                if let Some(day) = record.discharge_day {
                    discharged = widened(discharged, (day, day));
                }
                let case = Case {
                    // The directory to come is not valid on the days of its history.
                    record: Record {
                        discharge_day: None,
                        ..record
                    },
                    cost,
                    year,
                    id: id_hash(row.get(layout.setl_id).bytes()),
                };
                each(&mut part.made, &case);
            }
        }
    })?;
    part.read[usize::from(year)] += read;
    part.discharged[usize::from(year)] = discharged;
    progress.add_read(read);
    if !rejects.is_empty() {
        part.rejects.push((raw.file, raw.offset, rejects));
    }
    Ok(())
}
