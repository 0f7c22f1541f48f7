//! `dianzhi group`: claim files in, one row per record out, in input order.

mod by;
mod explain;
mod files;
pub(crate) mod place;
pub(crate) mod repeats;
mod rows;
pub(crate) mod stay;

pub use by::GroupBy;
pub(crate) use by::{a_directory, asked_by, is_added, is_directory};
pub use explain::{ExplainedStay, GroupCells, GroupSteps, explain_stay};

use crate::claims::feed::ClaimFile;
use crate::claims::ids::id_hash;
use crate::claims::in_order::InOrder;
use crate::claims::records::{RawBlock, Scratch, for_each_record};
use crate::claims::reject::{Reject, RejectCode};
use crate::error::Failure;
use crate::input::encoding::{Encoding, decode_escaped};
use crate::input::source::lines_before;
use crate::output::buffer::RowBuffer;
use crate::output::ordered::OrderedWriter;
use crate::progress::{Progress, Stage};
use crate::workers::workers;
use dianzhi_grouper::Status;
use dianzhi_policy::Diagnostic;
pub(crate) use files::missing_columns;
use files::{GroupColumns, Outputs, open_files};
use repeats::Repeats;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What is grouped, and where the result goes.
#[derive(Clone, Debug, Default)]
pub struct GroupFiles {
    /// Claim files: paths or patterns, relative to the working folder.
    pub claims: Vec<String>,
    /// Field → heading, where the files depart from the names that are understood anyway.
    pub columns: BTreeMap<String, String>,
    /// The file to write. What could not be read goes to a second one, with `.rejects.csv` behind its name.
    pub out: PathBuf,
    /// The columns of the input come first in every row.
    pub join: bool,
    /// Worker threads; `None` takes one a processor.
    pub threads: Option<usize>,
    /// Bytes of a block; 0 takes the usual. The outputs do not depend on it.
    pub block_bytes: usize,
}

/// What grouping came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupSummary {
    /// Records read.
    pub read: u64,
    /// Records by status.
    pub by_status: BTreeMap<Status, u64>,
    /// Records by the words of their reasons.
    pub by_reason: BTreeMap<&'static str, u64>,
    /// Codes that were found only after blanks, widths or letter case were mended.
    pub mended: u64,
    /// With `join`: records that had a group code of their own, and another one than they get.
    pub regrouped: u64,
    /// Records whose settlement id another one before them has; `None` where there were too many
    /// records to look for them.
    pub repeated: Option<u64>,
    /// Records that could not be read, in input order.
    pub rejects: Vec<Reject>,
    /// The claim files' names, which rejects refer to.
    pub files: Vec<String>,
    /// What is worth a look.
    pub warnings: Vec<Diagnostic>,
}

/// Groups every record of some claim files and writes `out` and its rejects, both or neither.
///
/// # Errors
/// [`Failure::Refused`] where a file cannot be read or written, lacks a column or is damaged;
/// [`Failure::Interrupted`] where the progress was cancelled.
pub fn group_files(grouper: &GroupBy, job: &GroupFiles, progress: &Progress) -> Result<GroupSummary, Failure> {
    progress.enter(Stage::Reading);
    let (files, warnings) = open_files(job, grouper, added(grouper, job.join))?;
    let size = |file: &ClaimFile<GroupColumns>| std::fs::metadata(&file.input.path).map_or(0, |m| m.len());
    progress.bytes_total(files.iter().map(size).sum());
    let outputs = Outputs::create(&job.out, &files, &rows::header(&files, grouper.columns(), job.join))?;
    let repeats = Repeats::default();
    let outcomes = workers(job.threads)?.install(|| run(grouper, job, &files, outputs.rows(), &repeats, progress))?;
    let mut summary = gather(&files, outcomes)?;
    summary.repeated = repeats.count();
    summary.warnings = warnings;
    outputs.publish(&summary.rejects, |file| {
        files.get(file).map_or("", |f| f.input.name.as_str())
    })?;
    Ok(summary)
}

/// The columns that a joined row gets behind its own; none where rows are not joined.
fn added(grouper: &GroupBy, join: bool) -> Option<&'static [&'static str]> {
    join.then(|| grouper.columns())
}

/// What a worker makes of one block.
#[derive(Default)]
struct Outcome {
    file: usize,
    offset: u64,
    read: u64,
    by_status: [u64; Status::ALL.len()],
    by_reason: BTreeMap<&'static str, u64>,
    mended: u64,
    regrouped: u64,
    /// What finds settlement ids that come again.
    ids: Vec<u64>,
    /// Lines are counted from the block's first, as 0.
    rejects: Vec<Reject>,
}

fn run(
    grouper: &GroupBy,
    job: &GroupFiles,
    files: &[ClaimFile<GroupColumns>],
    writer: &OrderedWriter,
    repeats: &Repeats,
    progress: &Progress,
) -> Result<Vec<Outcome>, Failure> {
    let block_bytes = if job.block_bytes == 0 {
        512 << 10
    } else {
        job.block_bytes
    };
    let in_order = InOrder {
        files,
        writer,
        block_bytes,
        progress,
    };
    let made = in_order.run(|raw, file, scratch, out| {
        let mut outcome = group_block(grouper, job.join, raw, file, scratch, out)?;
        repeats.note(std::mem::take(&mut outcome.ids));
        progress.add_read(outcome.read);
        Ok(outcome)
    })?;
    Ok(made.outcomes)
}

fn group_block(
    grouper: &GroupBy,
    join: bool,
    raw: &RawBlock,
    file: &ClaimFile<GroupColumns>,
    scratch: &mut Scratch,
    out: &mut RowBuffer,
) -> Result<Outcome, Failure> {
    let layout = &file.layout;
    let verbatim = grouper.is_verbatim();
    let mut outcome = Outcome {
        file: raw.file,
        offset: raw.offset,
        ..Outcome::default()
    };
    let encoding = std::cell::Cell::new(Encoding::Utf8);
    let ask = || {
        let known = file.encoding()?;
        encoding.set(known);
        Ok::<_, Diagnostic>(known)
    };
    for_each_record(raw, layout.columns, scratch, ask, |record| {
        outcome.read += 1;
        let reject = |field, code| Reject {
            file: raw.file,
            line: record.line.into(),
            setl_id: String::new(),
            field,
            code,
            record: decode_escaped(record.raw, encoding.get()),
        };
        let Some(row) = record.row else {
            outcome.rejects.push(reject("", RejectCode::E101));
            return;
        };
        // Blanks are not nothing: codes are compared as they stand (docs/SETTLEMENT.md §3).
        if row.get(layout.setl_id).is_empty() {
            outcome.rejects.push(reject("setl_id", RejectCode::E102));
            return;
        }
        outcome.ids.push(id_hash(row.get(layout.setl_id).bytes()));
        let stay = layout.stay.read(&row, verbatim);
        let grouping = grouper.group(&stay.record());
        let status = Status::ALL.iter().position(|status| *status == grouping.status);
        outcome.by_status[status.unwrap_or(0)] += 1;
        for reason in &grouping.reasons {
            *outcome.by_reason.entry(reason.word()).or_insert(0) += 1;
        }
        outcome.mended += u64::from(grouping.mended);
        let had = row.get(layout.group_code).bytes();
        outcome.regrouped += u64::from(join && !had.is_empty() && had != grouping.group_code.as_bytes());
        rows::write(out, &row, layout, join, grouper.columns().len() - 2, &grouping);
    })?;
    Ok(outcome)
}

/// The outcomes in input order as one summary.
fn gather(files: &[ClaimFile<GroupColumns>], outcomes: Vec<Outcome>) -> Result<GroupSummary, Failure> {
    let mut summary = GroupSummary {
        files: files.iter().map(|file| file.input.name.clone()).collect(),
        ..GroupSummary::default()
    };
    for outcome in outcomes {
        summary.read += outcome.read;
        summary.mended += outcome.mended;
        summary.regrouped += outcome.regrouped;
        for (status, count) in Status::ALL.iter().zip(outcome.by_status) {
            *summary.by_status.entry(*status).or_insert(0) += count;
        }
        for (word, count) in outcome.by_reason {
            *summary.by_reason.entry(word).or_insert(0) += count;
        }
        if !outcome.rejects.is_empty() {
            // Lines are counted only where one must be named.
            let before = lines_before(&files[outcome.file].input, outcome.offset)?;
            summary.rejects.extend(outcome.rejects.into_iter().map(|reject| Reject {
                line: before + reject.line + 1,
                ..reject
            }));
        }
    }
    Ok(summary)
}

/// The rejects' file of an output file.
#[must_use]
pub fn rejects_path(out: &Path) -> PathBuf {
    let mut name = out.as_os_str().to_owned();
    name.push(".rejects.csv");
    PathBuf::from(name)
}
