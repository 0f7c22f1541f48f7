//! The records of a block, one after the other, as rows.

use super::roomy::Roomy;
use super::row::Row;
use super::scan::Separators;
use crate::input::Doubt;
use crate::input::encoding::{Encoding, decode};
use crate::input::records::{End, Fields, record_end, without_line_end};

/// Whole records of one file, as read.
pub(crate) struct RawBlock {
    /// Position of the file among the claim files.
    pub(crate) file: usize,
    /// Position of the block among all blocks.
    pub(crate) index: usize,
    /// Where it starts in the unpacked file.
    pub(crate) offset: u64,
    /// The records are its bytes from `start` to `end`; others are of an earlier block, or a header.
    pub(crate) buffer: Vec<u8>,
    pub(crate) start: usize,
    /// Behind the last record, which has a newline too.
    pub(crate) end: usize,
    /// Whether there is a quote anywhere.
    pub(crate) quotes: bool,
}

impl RawBlock {
    /// The records' bytes.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }
}

/// A record as found in a block.
pub(crate) struct Record<'a> {
    /// Lines of the block before it.
    pub(crate) line: u32,
    /// Its bytes, without line end.
    pub(crate) raw: &'a [u8],
    /// Its fields; `None` where it is malformed, does not decode or has another number of columns.
    pub(crate) row: Option<Row<'a>>,
    /// The same with room around it, where it has that.
    pub(crate) roomy: Option<Roomy<'a>>,
}

/// Buffers that one thread uses for block after block.
#[derive(Default)]
pub(crate) struct Scratch {
    separators: Separators,
    fields: Fields,
}

/// What a block is besides its records.
#[derive(Default)]
pub(crate) struct Seen {
    pub(crate) lines: u32,
    pub(crate) doubt: Doubt,
}

/// Hands every record of a block to `each`, in order; empty lines are no records. `encoding` is
/// asked for only where the block has a byte beyond ASCII.
pub(crate) fn for_each_record<E>(
    block: &RawBlock,
    columns: usize,
    scratch: &mut Scratch,
    encoding: impl FnOnce() -> Result<Encoding, E>,
    mut each: impl FnMut(Record<'_>),
) -> Result<Seen, E> {
    let bytes = block.bytes();
    let mut seen = Seen::default();
    if bytes.is_ascii() {
        if block.quotes {
            quoted_records(
                bytes,
                columns,
                Encoding::Utf8,
                &mut scratch.fields,
                &mut seen,
                &mut each,
            );
        } else {
            plain_records(bytes, columns, &mut scratch.separators, &mut seen, &mut each);
        }
        return Ok(seen);
    }
    let encoding = encoding()?;
    // A character never holds a newline, so a block that is valid from end to end is valid record
    // by record.
    if encoding == Encoding::Utf8 && !block.quotes && simdutf8::basic::from_utf8(bytes).is_ok() {
        seen.doubt.see(bytes);
        plain_records(bytes, columns, &mut scratch.separators, &mut seen, &mut each);
    } else {
        quoted_records(bytes, columns, encoding, &mut scratch.fields, &mut seen, &mut each);
    }
    Ok(seen)
}

/// The fast path: no quotes, nothing to decode.
fn plain_records(
    bytes: &[u8],
    columns: usize,
    separators: &mut Separators,
    seen: &mut Seen,
    each: &mut impl FnMut(Record<'_>),
) {
    separators.index(bytes);
    let bounds = separators.bounds();
    let regular = all_rows_have(columns, bytes, separators);
    let mut first = 0;
    // Neighbours share the newline between them.
    while first + 1 < bounds.len() {
        let last = if regular {
            first + columns
        } else {
            let newline = |at: &u32| bytes[*at as usize] == b'\n';
            first + 1 + bounds[first + 1..].iter().position(newline).unwrap_or(0)
        };
        let fields = &bounds[first..=last];
        let (start, stop) = (fields[0].wrapping_add(1), fields[fields.len() - 1]);
        let carriage_return = stop > start && bytes[stop as usize - 1] == b'\r';
        let end = stop - u32::from(carriage_return);
        if end > start {
            let row = Row {
                text: bytes,
                bounds: fields,
                end,
            };
            let complete = fields.len() == columns + 1;
            let roomy = || Roomy::new(bytes, separators.from(first)?, start, end);
            each(Record {
                line: seen.lines,
                raw: &bytes[start as usize..end as usize],
                row: complete.then_some(row),
                roomy: complete.then(roomy).flatten(),
            });
        }
        seen.lines += 1;
        first = last;
    }
}

/// Whether every record has so many columns: every such separator is a newline, and there are no
/// other newlines.
fn all_rows_have(columns: usize, bytes: &[u8], separators: &Separators) -> bool {
    let found = &separators.bounds()[1..];
    found.len() == columns * separators.newlines()
        && found
            .chunks_exact(columns)
            .all(|row| bytes[row[columns - 1] as usize] == b'\n')
}

/// The exact path: quotes, and bytes to decode or to check.
fn quoted_records(
    bytes: &[u8],
    columns: usize,
    encoding: Encoding,
    fields: &mut Fields,
    seen: &mut Seen,
    each: &mut impl FnMut(Record<'_>),
) {
    let mut at = 0;
    while at < bytes.len() {
        // The reader cuts blocks behind whole records, so the other ends do not occur.
        let end = match record_end(bytes, at) {
            End::At(end) => end,
            End::Open | End::InQuotes => bytes.len(),
        };
        let whole = &bytes[at..end];
        let raw = without_line_end(whole);
        if !raw.is_empty() {
            let text = decode(raw, encoding);
            if let (Some(text), Encoding::Utf8) = (&text, encoding) {
                seen.doubt.see(text.as_bytes());
            }
            let sound = text.is_some_and(|text| fields.split(text.as_bytes())) && fields.len() == columns;
            let row = sound.then(|| Row {
                text: &fields.text,
                bounds: &fields.bounds,
                end: fields.bounds.last().copied().unwrap_or(0),
            });
            each(Record {
                line: seen.lines,
                raw,
                row,
                roomy: None,
            });
        }
        let newlines = memchr::memchr_iter(b'\n', whole).count();
        seen.lines += u32::try_from(newlines).unwrap_or(u32::MAX);
        at = end;
    }
}
