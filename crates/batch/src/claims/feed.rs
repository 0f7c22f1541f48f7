//! Cutting claim files into blocks of whole records.

use super::checks::Checks;
use super::layout::Layout;
use super::records::RawBlock;
use crate::error::{Failure, changed_during_run};
use crate::input::Inputs;
use crate::input::encoding::{Encoding, detect};
use crate::input::header::Header;
use crate::input::records::{End, last_record_end, record_end, without_line_end};
use crate::input::source::{Fingerprint, InputFile, Source, lines_before};
use crate::input::table::{RECORD_BYTES_MAX, damaged, empty_file, mark_length, stated_encoding};
use crate::progress::Progress;
use dianzhi_policy::fields::Table;
use dianzhi_policy::{Diagnostic, EncodingChoice, Region};
use memchr::{memchr, memchr_iter, memrchr};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// A claim file whose header is known, and where the columns stand that `L` asks for.
pub(crate) struct ClaimFile<L = Layout> {
    pub(crate) input: InputFile,
    pub(crate) header: Header,
    pub(crate) layout: L,
    /// Lines before the first record.
    pub(crate) header_lines: u64,
    /// The bytes before the first record.
    header_bytes: Box<[u8]>,
    encoding: Mutex<Option<Encoding>>,
}

impl ClaimFile {
    /// Opens a file that is to be settled and reads its header.
    pub(crate) fn open(input: &InputFile, region: &Region, checks: &Checks) -> Result<ClaimFile, Vec<Diagnostic>> {
        let layout = |header: &Header| Layout::of(header, &input.name, checks);
        ClaimFile::open_with(input, region.files.encoding, &region.columns, layout)
    }
}

impl<L> ClaimFile<L> {
    /// Opens a file and reads its header.
    pub(crate) fn open_with(
        input: &InputFile,
        choice: EncodingChoice,
        columns: &BTreeMap<String, String>,
        layout: impl FnOnce(&Header) -> Result<L, Vec<Diagnostic>>,
    ) -> Result<ClaimFile<L>, Vec<Diagnostic>> {
        let one = |diagnostic| vec![diagnostic];
        let mut source = Source::open(input, false).map_err(one)?;
        let mut start = Vec::new();
        let (mut at, mut lines);
        loop {
            let before = start.len();
            start.resize(before + (64 << 10), 0);
            let read = source.fill(&mut start[before..]).map_err(one)?;
            start.truncate(before + read);
            // A mark is at most 4 bytes.
            at = mark_length(&start, stated_encoding(choice, &start).unwrap_or(Encoding::Utf8));
            lines = 0u64;
            // Empty lines before the header are no records.
            while matches!(start.get(at..), Some([b'\n', ..] | [b'\r', b'\n', ..])) {
                at += 1 + usize::from(start[at] == b'\r');
                lines += 1;
            }
            let whole = matches!(record_end(&start, at), End::At(_));
            if read == 0 || whole || start.len() > RECORD_BYTES_MAX {
                break;
            }
        }
        let stated = stated_encoding(choice, &start);
        if at >= start.len() {
            return Err(one(empty_file(&input.name)));
        }
        let end = match record_end(&start, at) {
            End::At(end) => end,
            End::Open if start.len() <= RECORD_BYTES_MAX => start.len(),
            other => return Err(one(damaged(&input.name, lines + 1, other == End::InQuotes))),
        };
        let record = &start[at..end];
        if without_line_end(record).len() > RECORD_BYTES_MAX {
            return Err(one(damaged(&input.name, lines + 1, false)));
        }
        let encoding = match stated {
            Some(encoding) => Some(encoding),
            None if record.is_ascii() => None,
            None => Some(detect_file(input)?),
        };
        let line = lines + 1;
        let header_text = without_line_end(record);
        let header = Header::parse(
            header_text,
            encoding.unwrap_or(Encoding::Utf8),
            Table::Claims,
            columns,
            &input.name,
            line,
        )
        .map_err(one)?;
        let layout = layout(&header)?;
        Ok(ClaimFile {
            input: input.clone(),
            header,
            layout,
            header_lines: lines + memchr_iter(b'\n', record).count() as u64,
            header_bytes: start[..end].into(),
            encoding: Mutex::new(encoding),
        })
    }

    /// The file's encoding, decided by its first lines beyond ASCII when first asked for.
    pub(crate) fn encoding(&self) -> Result<Encoding, Diagnostic> {
        let mut encoding = self.encoding.lock().unwrap_or_else(PoisonError::into_inner);
        match *encoding {
            Some(known) => Ok(known),
            None => {
                let found = detect_file(&self.input).map_err(|mut all| all.remove(0))?;
                *encoding = Some(found);
                Ok(found)
            }
        }
    }

    /// The encoding if it is known by now; an all-ASCII file has none to decide.
    pub(crate) fn known_encoding(&self) -> Encoding {
        let encoding = self.encoding.lock().unwrap_or_else(PoisonError::into_inner);
        encoding.unwrap_or(Encoding::Utf8)
    }
}

/// Opens every claim file of some inputs; all mistakes of all headers at once.
pub(crate) fn open_files<L>(
    inputs: &Inputs,
    open: impl Fn(&InputFile) -> Result<ClaimFile<L>, Vec<Diagnostic>>,
) -> Result<Vec<ClaimFile<L>>, Failure> {
    let mut files = Vec::new();
    let mut mistakes = Vec::new();
    for input in &inputs.claims {
        match open(input) {
            Ok(file) => files.push(file),
            Err(found) => mistakes.extend(found),
        }
    }
    if mistakes.is_empty() {
        Ok(files)
    } else {
        Err(mistakes.into())
    }
}

fn detect_file(input: &InputFile) -> Result<Encoding, Vec<Diagnostic>> {
    let source = Source::open(input, false).map_err(|e| vec![e])?;
    detect(source.into_reader()).map_err(|e| vec![crate::error::unreadable(&input.name, &e)])
}

/// Hands out the blocks of the claim files, in order.
pub(crate) struct Feed<'a, L = Layout> {
    files: &'a [ClaimFile<L>],
    block_bytes: usize,
    with_sha256: bool,
    progress: &'a Progress,
    open: Option<Open>,
    next_file: usize,
    next_block: usize,
    bytes_before: u64,
    pub(crate) fingerprints: Vec<Fingerprint>,
}

struct Open {
    source: Source,
    /// Bytes of the header met so far.
    header_seen: usize,
    /// The beginning of a record whose end is not read yet.
    carry: Vec<u8>,
    /// Where `carry` starts in the unpacked file, or the first record before it is met.
    offset: u64,
}

impl<'a, L> Feed<'a, L> {
    pub(crate) fn new(
        files: &'a [ClaimFile<L>],
        block_bytes: usize,
        with_sha256: bool,
        progress: &'a Progress,
    ) -> Feed<'a, L> {
        Feed {
            files,
            // Positions in a block are 32 bits wide.
            block_bytes: block_bytes.clamp(1, 64 << 20),
            with_sha256,
            progress,
            open: None,
            next_file: 0,
            next_block: 0,
            bytes_before: 0,
            fingerprints: Vec::new(),
        }
    }

    /// Blocks handed out so far.
    pub(crate) fn blocks_given(&self) -> usize {
        self.next_block
    }

    /// Hands out nothing more.
    pub(crate) fn stop(&mut self) {
        self.next_file = self.files.len();
        self.open = None;
    }

    /// The next block, read into `buffer`; `None` behind the last file, and after a failure.
    pub(crate) fn next(&mut self, buffer: Vec<u8>) -> Result<Option<RawBlock>, Failure> {
        let next = self.cut(buffer);
        if next.is_err() {
            self.stop();
        }
        next
    }

    fn cut(&mut self, mut buffer: Vec<u8>) -> Result<Option<RawBlock>, Failure> {
        loop {
            self.progress.check()?;
            let Some(mut open) = self.open.take() else {
                let Some(file) = self.files.get(self.next_file) else {
                    return Ok(None);
                };
                self.next_file += 1;
                self.open = Some(Open::new(file, self.with_sha256)?);
                continue;
            };
            let file = self.next_file - 1;
            let input = &self.files[file].input;
            let carried = open.carry.len();
            // The buffer keeps its length from block to block, so that it is not zeroed each time;
            // one byte more than is read, for the newline that the last record may lack.
            if buffer.len() < carried + self.block_bytes + 1 {
                buffer.resize(carried + self.block_bytes + 1, 0);
            }
            buffer[..carried].copy_from_slice(&open.carry);
            open.carry.clear();
            let read = open.source.fill(&mut buffer[carried..carried + self.block_bytes])?;
            let at_end = read < self.block_bytes;
            self.progress.bytes_read(self.bytes_before + open.source.packed_bytes());
            let filled = &buffer[..carried + read];
            let start = open.pass_header(filled, at_end, &self.files[file])?;
            let records = &filled[start..];
            let quotes = memchr(b'"', records).is_some();
            let length = if at_end {
                whole_end(records, quotes).map_err(|at| damaged_at(input, open.offset + at as u64, true))?
            } else if quotes {
                last_record_end(records)
            } else {
                // What was carried over holds no newline of its own, or it would have been cut there.
                memrchr(b'\n', &records[carried..]).map_or(0, |at| carried + at + 1)
            };
            let offset = open.offset;
            open.carry.extend_from_slice(&records[length..]);
            open.offset += length as u64;
            // A record at the limit may still lack its line end of two bytes here.
            if open.carry.len() > RECORD_BYTES_MAX + 1 {
                let in_quotes = record_end(&open.carry, 0) == End::InQuotes;
                return Err(damaged_at(input, open.offset, in_quotes).into());
            }
            if at_end {
                let fingerprint = open.source.fingerprint();
                self.bytes_before += fingerprint.bytes;
                self.fingerprints.push(fingerprint);
            } else {
                self.open = Some(open);
            }
            if length == 0 {
                continue;
            }
            let mut end = start + length;
            if buffer[end - 1] != b'\n' {
                buffer[end] = b'\n';
                end += 1;
            }
            if let Some(at) = too_long(&buffer[start..end], quotes) {
                return Err(damaged_at(input, offset + at as u64, false).into());
            }
            let index = self.next_block;
            self.next_block += 1;
            return Ok(Some(RawBlock {
                file,
                index,
                offset,
                buffer,
                start,
                end,
                quotes,
            }));
        }
    }
}

/// The end of the last bytes of a file, or where a quoted field begins that never closes.
fn whole_end(buffer: &[u8], quotes: bool) -> Result<usize, usize> {
    if quotes {
        let end = last_record_end(buffer);
        if end < buffer.len() && record_end(buffer, end) == End::InQuotes {
            return Err(end);
        }
    }
    Ok(buffer.len())
}

/// Where a record of more than 1 MiB begins, looked for only in a block that can hold one.
fn too_long(buffer: &[u8], quotes: bool) -> Option<usize> {
    if buffer.len() <= RECORD_BYTES_MAX {
        return None;
    }
    let mut at = 0;
    while at < buffer.len() {
        let end = if quotes {
            match record_end(buffer, at) {
                End::At(end) => end,
                End::Open | End::InQuotes => buffer.len(),
            }
        } else {
            memchr(b'\n', &buffer[at..]).map_or(buffer.len(), |step| at + step + 1)
        };
        if without_line_end(&buffer[at..end]).len() > RECORD_BYTES_MAX {
            return Some(at);
        }
        at = end;
    }
    None
}

impl Open {
    fn new<L>(file: &ClaimFile<L>, with_sha256: bool) -> Result<Open, Diagnostic> {
        Ok(Open {
            source: Source::open(&file.input, with_sha256)?,
            header_seen: 0,
            carry: Vec::new(),
            offset: file.header_bytes.len() as u64,
        })
    }

    /// Where the records begin in what was read. The header is read with the first of them, so that
    /// every read but the last is as long as a block, which is what BLAKE3 hashes best.
    fn pass_header<L>(&mut self, filled: &[u8], at_end: bool, file: &ClaimFile<L>) -> Result<usize, Diagnostic> {
        let left = &file.header_bytes[self.header_seen..];
        let here = left.len().min(filled.len());
        // The columns were read from these bytes; with others before it the rest means something else.
        if left[..here] != filled[..here] || (at_end && here < left.len()) {
            return Err(changed_during_run(&file.input.name));
        }
        self.header_seen += here;
        Ok(here)
    }
}

/// The file is damaged at a position: names the line, which is counted only now.
fn damaged_at(input: &InputFile, offset: u64, in_quotes: bool) -> Diagnostic {
    match lines_before(input, offset) {
        Ok(lines) => damaged(&input.name, lines + 1, in_quotes),
        Err(diagnostic) => diagnostic,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_header_than_the_one_that_was_read_stops_the_run() {
        let scratch = tempfile::tempdir().unwrap();
        let folder = scratch.path().join("year");
        let options = dianzhi_synth::Options {
            claims: 20,
            seed: 3,
            region: None,
        };
        dianzhi_synth::generate(&options, &folder).unwrap();
        let inputs = Inputs::load(&folder.join("region.toml"), &Default::default()).unwrap();
        let file = ClaimFile::open(&inputs.claims[0], &inputs.region, &Checks::new(&inputs)).unwrap();
        let text = std::fs::read_to_string(&file.input.path).unwrap();
        std::fs::write(&file.input.path, text.replacen("medfee_sumamt", "fulamt_ownpay", 1)).unwrap();
        let (files, progress) = ([file], Progress::default());
        let failure = Feed::new(&files, 4_096, false, &progress)
            .next(Vec::new())
            .err()
            .unwrap();
        assert_eq!(failure.diagnostics()[0].code, "F105");
    }
}
