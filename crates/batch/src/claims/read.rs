//! The first pass: claim files in, compact claims and rejects out, in parallel by blocks.

use super::admit::Admission;
use super::block::{ClaimBlock, DUPLICATE, NO_GROUP, UNKNOWN_GROUP};
use super::builder::{Builder, Outcome};
use super::checks::{Checks, Verdict};
use super::duplicates::mark_duplicates;
use super::feed::{ClaimFile, Feed, open_files};
use super::grouped::GroupedClaims;
use super::layout::Layout;
use super::notices;
use super::records::{RawBlock, Record, Scratch, for_each_record};
use super::reject::{Reject, RejectCode};
use super::usual::UsualColumns;
use crate::codes::A101;
use crate::error::{Failure, error, place, too_large_help};
use crate::grouping::missing_columns;
use crate::input::encoding::{Encoding, decode_escaped};
use crate::input::source::{Fingerprint, InputFile, lines_before};
use crate::input::{Doubt, Inputs, Mapping, suspicious_encoding, unknown_columns};
use crate::progress::{Progress, Stage};
use crate::workers::workers;
use dianzhi_core::Text;
use dianzhi_policy::Diagnostic;
use dianzhi_policy::fields::Table;
use jiff::civil::Date;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// The claims of a run, checked.
pub struct Claims {
    pub(crate) files: Vec<ClaimFile>,
    pub(crate) fingerprints: Vec<Fingerprint>,
    pub(crate) blocks: Vec<ClaimBlock>,
    /// Rejected records, in input order.
    pub rejects: Vec<Reject>,
    /// Records read.
    pub read: u64,
    /// Group codes that the groups table does not have, with the claims that carry them.
    pub unknown_groups: BTreeMap<String, u64>,
    /// The claims without a group code of their own that a scheme was asked for.
    pub grouped: Option<GroupedClaims>,
    /// What is worth a look.
    pub warnings: Vec<Diagnostic>,
}

/// How claims are read.
#[derive(Clone, Copy, Debug)]
pub struct ReadOptions {
    /// Worker threads; `None` takes one a processor.
    pub threads: Option<usize>,
    /// Bytes of a block. The outputs do not depend on it.
    pub block_bytes: usize,
}

impl Default for ReadOptions {
    fn default() -> Self {
        ReadOptions {
            threads: None,
            block_bytes: crate::disk::block_bytes(512 << 10),
        }
    }
}

impl Claims {
    /// Reads and checks every claim file of the inputs.
    ///
    /// # Errors
    /// [`Failure::Refused`] where a file cannot be read, lacks a column or is damaged;
    /// [`Failure::Interrupted`] where the progress was cancelled.
    pub fn read(inputs: &Inputs, options: &ReadOptions, progress: &Progress) -> Result<Claims, Failure> {
        workers(options.threads)?.install(|| Claims::read_here(inputs, options, progress))
    }

    /// The same on the worker threads that the caller is one of.
    pub(crate) fn read_here(inputs: &Inputs, options: &ReadOptions, progress: &Progress) -> Result<Claims, Failure> {
        Claims::read_by(&Checks::new(inputs), inputs, options, progress)
    }

    /// The same of history: with the days of every stay, and without what only settling asks.
    pub(crate) fn read_history(inputs: &Inputs, options: &ReadOptions, progress: &Progress) -> Result<Claims, Failure> {
        Claims::read_by(&Checks::new(inputs).of_history(), inputs, options, progress)
    }

    fn read_by(
        checks: &Checks,
        inputs: &Inputs,
        options: &ReadOptions,
        progress: &Progress,
    ) -> Result<Claims, Failure> {
        progress.enter(Stage::Reading);
        let files = open_files(inputs, |input| ClaimFile::open(input, &inputs.region, checks))?;
        let size = |input: &InputFile| std::fs::metadata(&input.path).map_or(0, |m| m.len());
        progress.bytes_total(files.iter().map(|f| size(&f.input)).sum());

        let feed = Mutex::new(Feed::new(&files, options.block_bytes, inputs.with_sha256, progress));
        let outcomes = Mutex::new(Vec::new());
        let failure = Mutex::new(None);
        rayon::broadcast(|_| {
            if let Err(found) = work(&feed, &files, checks, progress, &outcomes) {
                let mut failure = failure.lock().unwrap_or_else(PoisonError::into_inner);
                // The block counts, not the thread: the first one in input order is told.
                if failure.as_ref().is_none_or(|(index, _)| found.0 < *index) {
                    *failure = Some(found);
                }
            }
        });
        if let Some((_, failure)) = failure.into_inner().unwrap_or_else(PoisonError::into_inner) {
            return Err(failure);
        }
        let fingerprints = feed.into_inner().unwrap_or_else(PoisonError::into_inner).fingerprints;
        let outcomes = outcomes.into_inner().unwrap_or_else(PoisonError::into_inner);
        let (mut claims, hashes) = gather(files, fingerprints, outcomes, checks.has_factors);
        progress.enter(Stage::Pricing);
        mark_duplicates(&mut claims, hashes, checks, progress)?;
        claims.count_unknown_groups();
        claims.grouped = inputs.grouping.as_ref().map(|_| GroupedClaims::of(&claims.blocks));
        claims.warnings.extend(notices::missing_items(
            &claims.files,
            checks.needs_ratio && !checks.is_history,
        ));
        if let Some(by) = &inputs.grouping {
            let found = claims
                .files
                .iter()
                .flat_map(|file| missing_columns(&file.header, &file.input.name, by.asks()));
            let found: Vec<Diagnostic> = found.collect();
            claims.warnings.extend(found);
            let unknown = notices::not_in_directory(&claims.blocks, inputs);
            claims.warnings.extend(unknown);
        }
        if checks.router.is_some() {
            let found = notices::routes(inputs, &claims.files, &claims.blocks, checks);
            claims.warnings.extend(found);
        }
        claims.warnings.extend(notices::counts_for_nobody(inputs));
        let of_rules = crate::settle::adjust::notices(inputs, &claims)?;
        claims.warnings.extend(of_rules);
        let part = notices::part_of_the_year(inputs, claims.discharged(), checks.is_history);
        claims.warnings.extend(part);
        Ok(claims)
    }

    /// First and last day of discharge of the accepted records; `None` where there are none.
    #[must_use]
    pub fn discharged(&self) -> Option<(Date, Date)> {
        let days = self.blocks.iter().filter_map(|block| block.discharged);
        let (first, last) = days.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))?;
        Some((date(first)?, date(last)?))
    }

    /// Records accepted.
    #[must_use]
    pub fn accepted(&self) -> u64 {
        self.read - self.rejects.len() as u64
    }

    /// Rejected records by code.
    #[must_use]
    pub fn rejected_by_code(&self) -> BTreeMap<RejectCode, u64> {
        let mut counts = BTreeMap::new();
        for reject in &self.rejects {
            *counts.entry(reject.code).or_insert(0) += 1;
        }
        counts
    }

    /// The claim files with what they held, in order.
    #[must_use]
    pub fn inputs(&self) -> Vec<(&InputFile, &Fingerprint)> {
        self.files.iter().map(|f| &f.input).zip(&self.fingerprints).collect()
    }

    /// Records that met a route's conditions and had no price, day rate or people enrolled there, by
    /// position of the route: a later one took them. Records that turn out to be duplicates count too.
    #[must_use]
    pub fn passed_over(&self, route: usize) -> u64 {
        let blocks = self.blocks.iter();
        blocks.filter_map(|block| block.passed_over.get(route)).sum()
    }

    /// How the headers of the claim files were understood.
    #[must_use]
    pub fn mappings(&self) -> Vec<Mapping> {
        let mapping = |file: &ClaimFile| Mapping {
            file: file.input.name.clone(),
            role: file.input.role,
            encoding: file.known_encoding(),
            header: file.header.clone(),
        };
        self.files.iter().map(mapping).collect()
    }

    /// The name of a claim file, by its position.
    #[must_use]
    pub fn file_name(&self, file: usize) -> &str {
        self.files.get(file).map_or("", |f| &f.input.name)
    }

    /// Records read from each claim file, in order.
    #[must_use]
    pub fn read_by_file(&self) -> Vec<u64> {
        let mut read = vec![0; self.files.len()];
        for block in &self.blocks {
            // Duplicates are among the rejects.
            let kept = block.claims.iter().filter(|claim| !claim.is(DUPLICATE));
            read[block.file] += kept.count() as u64;
        }
        for reject in &self.rejects {
            read[reject.file] += 1;
        }
        read
    }

    fn count_unknown_groups(&mut self) {
        let of_block = |block: &ClaimBlock| {
            let mut counts = vec![0u64; block.unknown.len()];
            let unknown = block.claims.iter().filter(|claim| claim.group >= UNKNOWN_GROUP);
            for claim in unknown.filter(|claim| claim.group != NO_GROUP && !claim.is(DUPLICATE)) {
                counts[(claim.group - UNKNOWN_GROUP) as usize] += 1;
            }
            counts
        };
        let with_unknown = self.blocks.par_iter().filter(|block| !block.unknown.is_empty());
        let counted: Vec<_> = with_unknown.map(|block| (block, of_block(block))).collect();
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        for (block, of_block) in counted {
            let seen = block.unknown.iter().zip(of_block).filter(|(_, count)| *count > 0);
            for (code, count) in seen {
                *counts.entry(code.to_string()).or_default() += count;
            }
        }
        self.unknown_groups = counts;
    }
}

/// A day as yyyymmdd.
fn date(day: u32) -> Option<Date> {
    let part = |number: u32| i8::try_from(number % 100).ok();
    Date::new(i16::try_from(day / 10_000).ok()?, part(day / 100)?, part(day)?).ok()
}

fn work(
    feed: &Mutex<Feed<'_>>,
    files: &[ClaimFile],
    checks: &Checks,
    progress: &Progress,
    outcomes: &Mutex<Vec<Outcome>>,
) -> Result<(), (usize, Failure)> {
    let mut scratch = Scratch::default();
    let mut builder = Builder::default();
    let mut buffer = Vec::new();
    let feed = || feed.lock().unwrap_or_else(PoisonError::into_inner);
    loop {
        let next = {
            let mut feed = feed();
            // A failure of the feed lies behind every block that it gave out.
            let index = feed.blocks_given();
            feed.next(buffer).map_err(|failure| (index, failure))
        };
        let Some(raw) = next? else {
            return Ok(());
        };
        let file = &files[raw.file];
        let outcome = read_block(&raw, file, checks, &mut scratch, &mut builder).map_err(|failure| {
            feed().stop();
            (raw.index, failure)
        })?;
        progress.add_read(outcome.read);
        outcomes.lock().unwrap_or_else(PoisonError::into_inner).push(outcome);
        buffer = raw.buffer;
    }
}

fn read_block(
    raw: &RawBlock,
    file: &ClaimFile,
    checks: &Checks,
    scratch: &mut Scratch,
    builder: &mut Builder,
) -> Result<Outcome, Failure> {
    let mut unfit = None;
    let layout = &file.layout;
    let mut read = 0u64;
    let encoding = std::cell::Cell::new(Encoding::Utf8);
    let ask = || {
        let known = file.encoding()?;
        encoding.set(known);
        Ok::<_, Diagnostic>(known)
    };
    // Claims that are grouped or routed, or kept with more than the usual, go the long way.
    let usual = layout.usual.as_ref().filter(|_| !checks.needs_ratio);
    let kept_at_once = usual.filter(|_| checks.is_plain() && !checks.has_factors);
    let seen = for_each_record(raw, layout.columns, scratch, ask, |record| {
        read += 1;
        if let (Some(columns), Some(roomy)) = (kept_at_once, &record.roomy)
            && let Some((accepted, id)) = checks.usual(roomy, columns)
        {
            builder.accept_usual(&accepted, id);
            return;
        }
        let mut any = Any {
            raw,
            layout,
            checks,
            usual,
            encoding: encoding.get(),
            builder,
            unfit: &mut unfit,
        };
        any.see(&record);
    })?;
    if let Some(unfit) = unfit {
        let before = lines_before(&file.input, raw.offset)?;
        return Err(unfit.told(&file.input.name, before).into());
    }
    Ok(builder.finish(raw, read, seen.lines, seen.doubt))
}

/// Where records go in which anything may stand.
struct Any<'a> {
    raw: &'a RawBlock,
    layout: &'a Layout,
    checks: &'a Checks,
    usual: Option<&'a UsualColumns>,
    encoding: Encoding,
    builder: &'a mut Builder,
    unfit: &'a mut Option<Unfit>,
}

impl Any<'_> {
    /// Not inlined, so that the usual records have the registers for themselves.
    #[inline(never)]
    fn see(&mut self, record: &Record<'_>) {
        let (layout, checks, builder) = (self.layout, self.checks, &mut *self.builder);
        let reject = |setl_id: &[u8], field, code| Reject {
            file: self.raw.file,
            line: record.line.into(),
            setl_id: String::from_utf8_lossy(setl_id).into_owned(),
            field,
            code,
            record: decode_escaped(record.raw, self.encoding),
        };
        let Some(row) = record.row else {
            builder.rejects.push(reject(b"", "", RejectCode::E101));
            return;
        };
        let id = row.get(layout.setl_id).bytes();
        let usual = self.usual.zip(record.roomy.as_ref());
        let usual = usual.and_then(|(columns, roomy)| checks.usual(roomy, columns));
        let verdict = match usual {
            Some((accepted, _)) => Verdict::Accepted(accepted),
            None => checks.judge(&row, layout),
        };
        match verdict {
            Verdict::Accepted(accepted) => {
                if checks.is_plain() {
                    let group = builder.group(Checks::own_group(accepted.group, &row, layout));
                    builder.accept(&accepted, group, accepted.insutype, 0, id, checks);
                    return;
                }
                match checks.admit(&row, layout, &accepted) {
                    Admission::In(admitted) => builder.admit(&accepted, &admitted, id, checks),
                    Admission::Out(code, field) => builder.rejects.push(reject(id, field, code)),
                    Admission::DoesNotFit(figure) => {
                        self.unfit.get_or_insert(Unfit::of(figure, record.line, id));
                    }
                }
            }
            Verdict::Rejected(code, field) => builder.rejects.push(reject(id, field, code)),
            Verdict::DoesNotFit => {
                self.unfit
                    .get_or_insert(Unfit::of("pool_prop_selfpay", record.line, id));
            }
        }
    }
}

/// A record with a figure that has more digits than a case holds.
struct Unfit {
    figure: &'static str,
    /// From the block's first, as 0.
    line: u32,
    id: String,
}

impl Unfit {
    #[cold]
    fn of(figure: &'static str, line: u32, id: &[u8]) -> Unfit {
        let id = String::from_utf8_lossy(id).into_owned();
        Unfit { figure, line, id }
    }

    fn told(self, file: &str, lines_before: u64) -> Diagnostic {
        let Unfit { figure, line, id } = self;
        error(
            A101,
            Text::new(
                format!("记录 {id} 的 {figure} 多于 18 位，无法精确计算"),
                format!("{figure} of record {id} has more than 18 digits and cannot be kept exactly"),
            ),
            too_large_help(),
        )
        .at(place(file, lines_before + u64::from(line) + 1))
    }
}

/// Puts the blocks in input order and counts their lines; with the hashes of their ids.
fn gather(
    files: Vec<ClaimFile>,
    fingerprints: Vec<Fingerprint>,
    mut outcomes: Vec<Outcome>,
    has_factors: bool,
) -> (Claims, Vec<Box<[u64]>>) {
    outcomes.sort_unstable_by_key(|outcome| outcome.block.index);
    let mut claims = Claims {
        fingerprints,
        blocks: Vec::with_capacity(outcomes.len()),
        rejects: Vec::new(),
        read: 0,
        unknown_groups: BTreeMap::new(),
        grouped: None,
        warnings: Vec::new(),
        files,
    };
    let mut all_hashes = Vec::with_capacity(outcomes.len());
    let mut doubts = vec![Doubt::default(); claims.files.len()];
    let mut lines: Vec<u64> = claims.files.iter().map(|file| file.header_lines).collect();
    for outcome in outcomes {
        let Outcome {
            mut block,
            hashes,
            rejects,
            read,
            doubt,
        } = outcome;
        block.first_line = lines[block.file];
        lines[block.file] += u64::from(block.lines);
        doubts[block.file].merge(doubt);
        claims.read += read;
        claims.rejects.extend(rejects.into_iter().map(|reject| Reject {
            line: block.first_line + reject.line + 1,
            ..reject
        }));
        claims.blocks.push(block);
        all_hashes.push(hashes);
    }
    for (file, mut doubt) in claims.files.iter().zip(doubts) {
        let name = &file.input.name;
        claims
            .warnings
            .extend(unknown_columns(&file.header, Table::Claims, name, has_factors));
        if file.known_encoding() == Encoding::Utf8 {
            file.header
                .headings
                .iter()
                .for_each(|heading| doubt.see(heading.as_bytes()));
            claims
                .warnings
                .extend(doubt.is_gbk_like().then(|| suspicious_encoding(name)));
        }
    }
    (claims, all_hashes)
}
