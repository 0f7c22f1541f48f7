//! Claim files written again with some of their records changed: what assumptions about behaviour make
//! of the cases (docs/SCENARIOS.md §5).
//!
//! Only records that the checks accept are seen by a change, and what it makes of one must be accepted
//! too. Every other record is written as it stands, byte for byte, in the encoding of its file: what is
//! rejected stays rejected, whoever reads the new files.

mod pass;
mod record;

pub use record::ClaimRecord;

use crate::claims::checks::Checks;
use crate::claims::feed::{ClaimFile, open_files};
use crate::claims::in_order::InOrder;
use crate::claims::layout::Layout;
use crate::claims::read::{Claims, ReadOptions};
use crate::claims::reject::RejectCode;
use crate::error::Failure;
use crate::input::Inputs;
use crate::input::encoding::{Encoding, encode};
use crate::input::header::Header;
use crate::input::source::{Fingerprint, InputFile};
use crate::input::table::{GB18030_MARK, UTF8_MARK};
use crate::output::format::push_record;
use crate::output::ordered::OrderedWriter;
use crate::progress::{Progress, Stage};
use crate::routing::{Conditions, RouteColumns};
use crate::workers::workers;
use dianzhi_core::Condition;
use dianzhi_policy::Diagnostic;
use pass::pass_block;
use rustc_hash::FxHashSet;
use std::path::Path;

/// Something that changes claims.
pub trait ClaimChange: Sync {
    /// What must hold of a record before it is asked about.
    fn when(&self) -> &[Condition];

    /// The columns that a file lacks for it.
    fn missing(&self, header: &Header, file: &str) -> Vec<Diagnostic>;

    /// Looks at an accepted record before its conditions are asked.
    ///
    /// # Errors
    /// Why no claims can change among which it is, without a place: everything stops then.
    fn look(&self, record: &ClaimRecord<'_>) -> Result<(), Diagnostic>;

    /// What becomes of a record whose conditions hold.
    ///
    /// # Errors
    /// What the record cannot become, without a place: everything stops then.
    fn change(&self, record: &mut ClaimRecord<'_>) -> Result<Became, Diagnostic>;

    /// A changed record that the checks reject, which stops everything: what is said of it, without a
    /// place.
    fn rejected(&self, setl_id: &str, code: RejectCode, field: &str) -> Diagnostic;
}

/// What became of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Became {
    /// The change is not about such records.
    NotConcerned,
    /// It is, and this one was not chosen.
    NotChosen,
    /// Chosen, and nothing of it is to change.
    Same,
    /// What is set stands in it now.
    Changed,
    /// It is gone.
    Removed,
    /// It stays as it was, and behind it comes a copy with what is set.
    Copied,
}

/// What a change did, over all accepted records; repeats of a record (E112) count too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChangeCount {
    /// Records before it.
    pub cases_before: u64,
    /// Those that it is about.
    pub concerned: u64,
    /// Those that were chosen.
    pub chosen: u64,
    /// Those that were changed, copied or removed.
    pub changed: u64,
    /// Records behind it.
    pub cases_after: u64,
    /// Σ `medfee_sumamt` before it, in fen.
    pub cost_before: i128,
    /// The same behind it.
    pub cost_after: i128,
}

impl ChangeCount {
    fn add(&mut self, other: &ChangeCount) {
        self.cases_before += other.cases_before;
        self.concerned += other.concerned;
        self.chosen += other.chosen;
        self.changed += other.changed;
        self.cases_after += other.cases_after;
        self.cost_before += other.cost_before;
        self.cost_after += other.cost_after;
    }
}

/// A claim file and the one that was written in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RewrittenFile {
    /// What was read.
    pub source: InputFile,
    /// Its bytes.
    pub read: Fingerprint,
    /// The name of the file that was written, in its folder.
    pub name: String,
    /// Its bytes.
    pub written: Fingerprint,
}

/// What [`rewrite`] did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rewritten {
    /// The files, in order.
    pub files: Vec<RewrittenFile>,
    /// What each change did, in order.
    pub counts: Vec<ChangeCount>,
}

/// Changes at work on the claims of a region.
struct Rewriter<'c> {
    changes: &'c [&'c dyn ClaimChange],
    checks: Checks,
    /// Of each change.
    conditions: Vec<Conditions>,
    /// Ids of records that stand several times and contradict each other, all rejected: a change of one of
    /// them would let another in.
    contradictory: FxHashSet<String>,
}

/// The columns that the checks and the changes look at, of one file.
struct Columns {
    layout: Layout,
    /// Of each change.
    asked: Vec<RouteColumns>,
}

/// Writes every claim file of some inputs again into a folder, as `claims-1.csv` and on, each record
/// gone through the changes one behind the other. The bytes do not depend on threads or blocks.
///
/// # Errors
/// [`Failure::Refused`] where a file cannot be read or written, is damaged or lacks a column, and where
/// a change cannot be made; [`Failure::Interrupted`] where the progress was cancelled.
pub fn rewrite(
    inputs: &Inputs,
    changes: &[&dyn ClaimChange],
    folder: &Path,
    options: &ReadOptions,
    progress: &Progress,
) -> Result<Rewritten, Failure> {
    let conditions = |change: &&dyn ClaimChange| Conditions::new(&inputs.policy, &[change.when()]);
    let rewriter = Rewriter {
        changes,
        checks: Checks::new(inputs),
        conditions: changes.iter().map(conditions).collect(),
        contradictory: contradictory(inputs, options, progress)?,
    };
    let files = rewriter.open(inputs)?;
    workers(options.threads)?.install(|| rewriter.run(&files, folder, options, progress))
}

/// What a reading of the claims as they are rejects for E113.
fn contradictory(inputs: &Inputs, options: &ReadOptions, progress: &Progress) -> Result<FxHashSet<String>, Failure> {
    let rejects = Claims::read(inputs, options, progress)?.rejects.into_iter();
    let contradictory = rejects.filter(|reject| reject.code == RejectCode::E113);
    Ok(contradictory.map(|reject| reject.setl_id).collect())
}

impl Rewriter<'_> {
    fn open(&self, inputs: &Inputs) -> Result<Vec<ClaimFile<Columns>>, Failure> {
        let region = &inputs.region;
        open_files(inputs, |input| {
            let columns = |header: &Header| self.columns(header, &input.name);
            ClaimFile::open_with(input, region.files.encoding, &region.columns, columns)
        })
    }

    fn columns(&self, header: &Header, file: &str) -> Result<Columns, Vec<Diagnostic>> {
        let layout = Layout::of(header, file, &self.checks)?;
        let missing = self.changes.iter().flat_map(|change| change.missing(header, file));
        let missing: Vec<Diagnostic> = missing.collect();
        let asked = |conditions: &Conditions| RouteColumns::of_conditions(header, conditions.names());
        let asked = self.conditions.iter().map(asked).collect();
        match missing.is_empty() {
            true => Ok(Columns { layout, asked }),
            false => Err(missing),
        }
    }

    /// One file after the other, each on all the worker threads that the caller is one of.
    fn run(
        &self,
        files: &[ClaimFile<Columns>],
        folder: &Path,
        options: &ReadOptions,
        progress: &Progress,
    ) -> Result<Rewritten, Failure> {
        progress.enter(Stage::Reading);
        let mut rewritten = Rewritten {
            files: Vec::new(),
            counts: vec![ChangeCount::default(); self.changes.len()],
        };
        for (number, file) in (1..).zip(files) {
            let encoding = file.encoding()?;
            let name = format!("claims-{number}.csv");
            let writer = OrderedWriter::create(&folder.join(&name), header(&file.header, encoding), false)?;
            let in_order = InOrder {
                files: std::slice::from_ref(file),
                writer: &writer,
                block_bytes: options.block_bytes,
                progress,
            };
            progress.bytes_total(std::fs::metadata(&file.input.path).map_or(0, |m| m.len()));
            let made = in_order.run(|raw, file, scratch, out| {
                let (read, counts) = pass_block(self, encoding, raw, file, scratch, out)?;
                progress.add_read(read);
                Ok(counts)
            })?;
            for counts in &made.outcomes {
                for (sum, count) in rewritten.counts.iter_mut().zip(counts) {
                    sum.add(count);
                }
            }
            let written = writer.finish()?;
            rewritten
                .files
                .extend(made.fingerprints.into_iter().map(|read| RewrittenFile {
                    source: file.input.clone(),
                    read,
                    name: name.clone(),
                    written: written.clone(),
                }));
        }
        Ok(rewritten)
    }
}

/// The header of a file that is written again. A mark before it says the encoding, which the lines that
/// follow decided once and might decide otherwise now.
fn header(header: &Header, encoding: Encoding) -> Vec<u8> {
    let mut text = Vec::new();
    push_record(&mut text, header.headings.iter().map(String::as_str));
    let mark = match encoding {
        Encoding::Utf8 => UTF8_MARK,
        Encoding::Gb18030 => GB18030_MARK,
    };
    [mark, &encode(&String::from_utf8_lossy(&text), encoding)].concat()
}
