//! A claims file in blocks of any size: the records and fields of the fast and the exact path
//! against a reader that takes one byte at a time.

use super::engine::{self, HEADINGS, RECORD_BYTES_MAX, Record};
use super::slow;
use crate::input::encoding::Encoding;
use dianzhi_policy::EncodingChoice;

/// Two bytes of choices, and the claims file's body.
///
/// Seen to catch: a carriage return kept in the last field; a block cut at the first newline in
/// quotes; a separator lost at the 64th byte; lines of quoted newlines not counted; a field taken
/// from one byte too early.
pub fn rows(data: &[u8]) {
    let [choices, block, body @ ..] = data else { return };
    let block_bytes = if *block == 0 { 512 << 10 } else { usize::from(*block) };
    check(&File::of(*choices, body), block_bytes);
}

/// The same with a record of about the longest length that there may be, in larger blocks.
///
/// Seen to catch: a longest record refused whose line end of two bytes is cut in the middle.
pub fn longest(data: &[u8]) {
    let [choices, block, body @ ..] = data else { return };
    let body = match body.iter().position(|&b| b == b'~') {
        None => return,
        Some(at) => {
            let beyond = body.get(at + 1).map_or(0, |&b| usize::from(b));
            let after = body.get(at + 2..).unwrap_or(&[]);
            [&body[..at], &vec![b'x'; RECORD_BYTES_MAX - 128 + beyond], after].concat()
        }
    };
    check(&File::of(*choices, &body), (usize::from(*block).max(1) << 12) + 1);
}

fn check(file: &File, block_bytes: usize) {
    let expected = file.expected();
    match (engine::read(&file.bytes, file.choice, block_bytes), expected) {
        (Ok(read), Ok(records)) => {
            let after_header = file.after_header();
            let mut at = after_header;
            let mut whole = Vec::new();
            for (offset, bytes) in &read.blocks {
                assert_eq!(*offset, at as u64, "a block starts where the one before ends");
                assert_eq!(bytes.last(), Some(&b'\n'), "a block ends behind a record");
                at += bytes.len();
                whole.extend_from_slice(bytes);
            }
            let mut rest = file.bytes[after_header..].to_vec();
            if rest.last().is_some_and(|&b| b != b'\n') {
                rest.push(b'\n');
            }
            assert!(whole == rest, "the blocks are not the file");
            assert_eq!(read.records.len(), records.len(), "records");
            for (found, expected) in read.records.iter().zip(&records) {
                assert_eq!(found, expected);
            }
        }
        (Err((code, line)), Err(damaged)) => {
            assert_eq!(code, "F103");
            assert!(damaged.contains(&line), "line {line} is named, {damaged:?} are damaged");
        }
        (read, expected) => panic!(
            "the engine has {:?}, the slow reader {:?}",
            read.map(|read| read.records),
            expected
        ),
    }
}

struct File {
    bytes: Vec<u8>,
    choice: EncodingChoice,
    columns: usize,
    mark: usize,
    marked: Option<Encoding>,
}

impl File {
    /// A header as chosen and the body.
    fn of(choices: u8, body: &[u8]) -> File {
        let has = |bit: u8| choices & (1 << bit) != 0;
        let choice = match choices & 3 {
            1 => EncodingChoice::Utf8,
            2 => EncodingChoice::Gb18030,
            _ => EncodingChoice::Auto,
        };
        let (mark, marked): (&[u8], _) = match (has(2), choice, has(3)) {
            (false, ..) => (b"", None),
            (true, EncodingChoice::Gb18030, _) | (true, EncodingChoice::Auto, true) => {
                (b"\x84\x31\x95\x33", Some(Encoding::Gb18030))
            }
            _ => (b"\xef\xbb\xbf", Some(Encoding::Utf8)),
        };
        let mut bytes = mark.to_vec();
        let line_end: &[u8] = if has(4) { b"\r\n" } else { b"\n" };
        if has(5) {
            bytes.extend_from_slice(line_end);
            bytes.extend_from_slice(b"\n");
        }
        bytes.extend_from_slice(HEADINGS.as_bytes());
        let mut columns = HEADINGS.split(',').count();
        if has(6) {
            bytes.extend_from_slice(b",\"a heading\nof two lines\"");
            columns += 1;
        }
        bytes.extend_from_slice(line_end);
        bytes.extend_from_slice(body);
        File {
            bytes,
            choice,
            columns,
            mark: mark.len(),
            marked,
        }
    }

    fn encoding(&self) -> Encoding {
        match (self.choice, self.marked) {
            (EncodingChoice::Utf8, _) => Encoding::Utf8,
            (EncodingChoice::Gb18030, _) => Encoding::Gb18030,
            (EncodingChoice::Auto, Some(marked)) => marked,
            (EncodingChoice::Auto, None) => slow::detect(&self.bytes),
        }
    }

    /// Where the first record may start.
    fn after_header(&self) -> usize {
        let (header, bytes) = (HEADINGS.as_bytes(), &self.bytes);
        let at = (0..bytes.len()).find(|&at| bytes[at..].starts_with(header)).unwrap() + header.len();
        let lines = if self.columns > 7 { 2 } else { 1 };
        let ends = (at..bytes.len()).filter(|&at| bytes[at] == b'\n');
        ends.take(lines).last().unwrap() + 1
    }

    /// The records; or the lines of those that damage the file.
    fn expected(&self) -> Result<Vec<Record>, Vec<u64>> {
        let encoding = self.encoding();
        let text = &self.bytes[self.mark..];
        let (records, open) = match slow::cut(text) {
            Ok(records) => (records, None),
            Err(open) => (slow::cut(before_line(text, open)).unwrap_or_default(), Some(open)),
        };
        let long = records.iter().filter(|record| record.raw.len() > RECORD_BYTES_MAX);
        let damaged: Vec<u64> = long.map(|record| record.line).chain(open).collect();
        if !damaged.is_empty() {
            return Err(damaged);
        }
        let after_header = self.after_header() - self.mark;
        let body = records.into_iter().filter(|record| record.start >= after_header);
        Ok(body
            .map(|record| Record {
                line: record.line,
                raw: record.raw.to_vec(),
                fields: self.fields(&record, encoding),
            })
            .collect())
    }

    fn fields(&self, record: &slow::Cut<'_>, encoding: Encoding) -> Option<Vec<Vec<u8>>> {
        slow::decode(record.raw, encoding)?;
        let fields = record.fields.as_ref()?.iter();
        let fields: Option<Vec<Vec<u8>>> = fields
            .map(|field| slow::decode(field, encoding).map(String::into_bytes))
            .collect();
        fields.filter(|fields| fields.len() == self.columns)
    }
}

/// The lines before this one, which a record begins.
fn before_line(text: &[u8], line: u64) -> &[u8] {
    let ends = (0..text.len()).filter(|&at| text[at] == b'\n');
    let lines_before = usize::try_from(line - 1).unwrap();
    ends.take(lines_before).last().map_or(&[], |at| &text[..=at])
}
