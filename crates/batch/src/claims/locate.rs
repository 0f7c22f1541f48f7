//! Reading blocks of a claim file again: for duplicates, and to name the line of a record.

use super::block::ClaimBlock;
use super::checks::Checks;
use super::feed::ClaimFile;
use super::records::{RawBlock, Record, Scratch, for_each_record};
use super::row::Row;
use crate::error::{Failure, changed_during_run};
use crate::input::encoding::Encoding;
use crate::input::source::{Fingerprint, Source};
use dianzhi_policy::Diagnostic;
use memchr::memchr;

/// An accepted record met again.
pub(crate) struct Again<'a> {
    /// Its position among the block's accepted claims.
    pub(crate) position: usize,
    /// Its line in the file.
    pub(crate) line: u64,
    pub(crate) raw: &'a [u8],
    pub(crate) row: Row<'a>,
    pub(crate) encoding: Encoding,
}

/// Hands every accepted record of the given blocks of one file, in order, to `each`. With `whole`
/// the file is read to its end and must still be what was fingerprinted.
///
/// # Errors
/// F105 where a block no longer holds the claims that it held, or the file another byte.
pub(crate) fn read_again(
    file: &ClaimFile,
    blocks: &[&ClaimBlock],
    checks: &Checks,
    whole: Option<&Fingerprint>,
    mut each: impl FnMut(&ClaimBlock, Again<'_>),
) -> Result<(), Failure> {
    let name = &file.input.name;
    let mut reader = Source::open(&file.input, false)?;
    let mut at = 0u64;
    let mut scratch = Scratch::default();
    for block in blocks {
        reader.skip(block.offset - at)?;
        let mut bytes = vec![0; block.length];
        let read = reader.fill(&mut bytes)?;
        bytes.truncate(read);
        at = block.offset + read as u64;
        if bytes.last() != Some(&b'\n') {
            bytes.push(b'\n');
        }
        let raw = RawBlock {
            file: block.file,
            index: block.index,
            offset: block.offset,
            quotes: memchr(b'"', &bytes).is_some(),
            start: 0,
            end: bytes.len(),
            buffer: bytes,
        };
        let encoding = std::cell::Cell::new(Encoding::Utf8);
        let ask = || {
            let known = file.encoding()?;
            encoding.set(known);
            Ok::<_, Diagnostic>(known)
        };
        let mut position = 0usize;
        let mut changed = raw.end != block.length;
        let seen = for_each_record(&raw, file.layout.columns, &mut scratch, ask, |record: Record<'_>| {
            let Some(row) = record.row else { return };
            if !checks.takes(&row, &file.layout) {
                return;
            }
            if position >= block.claims.len() || row.get(file.layout.setl_id).bytes() != block.id(position) {
                changed = true;
                return;
            }
            let again = Again {
                position,
                line: block.first_line + u64::from(record.line) + 1,
                raw: record.raw,
                row,
                encoding: encoding.get(),
            };
            each(block, again);
            position += 1;
        })?;
        if changed || position != block.claims.len() || seen.lines != block.lines {
            return Err(changed_during_run(name).into());
        }
    }
    if let Some(then) = whole
        && !reader.ends_as(then)?
    {
        return Err(changed_during_run(name).into());
    }
    Ok(())
}

/// The line of an accepted claim.
pub(crate) fn line_of(file: &ClaimFile, block: &ClaimBlock, position: usize, checks: &Checks) -> Result<u64, Failure> {
    let mut line = 0;
    read_again(file, &[block], checks, None, |_, again| {
        if again.position == position {
            line = again.line;
        }
    })?;
    Ok(line)
}
