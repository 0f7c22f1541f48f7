//! A small reference table, read whole: rows of fields with their line numbers.

use super::encoding::{Encoding, decode, detect};
use super::header::Header;
use super::records::{End, Fields, record_end, without_line_end};
use super::source::{Fingerprint, InputFile, Source};
use crate::codes::{F103, T104, T105};
use crate::error::{error, place};
use dianzhi_core::Text;
use dianzhi_policy::fields::Table as Kind;
use dianzhi_policy::{Diagnostic, EncodingChoice};
use std::collections::BTreeMap;

/// The longest record there may be.
pub(crate) const RECORD_BYTES_MAX: usize = 1 << 20;

/// The rows of a reference table.
pub(crate) struct Table {
    pub(crate) file: String,
    pub(crate) header: Header,
    pub(crate) encoding: Encoding,
    pub(crate) fingerprint: Fingerprint,
    pub(crate) rows: Vec<Row>,
}

/// One row.
pub(crate) struct Row {
    pub(crate) line: u64,
    pub(crate) cells: Vec<String>,
}

/// The byte order mark that makes a file UTF-8.
pub(crate) const UTF8_MARK: &[u8] = b"\xef\xbb\xbf";
/// The same character in GB18030.
pub(crate) const GB18030_MARK: &[u8] = b"\x84\x31\x95\x33";

/// The encoding of a file from its choice and its first bytes; `None` where the lines must decide.
pub(crate) fn stated_encoding(choice: EncodingChoice, start: &[u8]) -> Option<Encoding> {
    match choice {
        EncodingChoice::Utf8 => Some(Encoding::Utf8),
        EncodingChoice::Gb18030 => Some(Encoding::Gb18030),
        EncodingChoice::Auto if start.starts_with(UTF8_MARK) => Some(Encoding::Utf8),
        EncodingChoice::Auto => start.starts_with(GB18030_MARK).then_some(Encoding::Gb18030),
    }
}

/// Bytes of a byte order mark at the start of a file of this encoding.
pub(crate) fn mark_length(start: &[u8], encoding: Encoding) -> usize {
    let mark = match encoding {
        Encoding::Utf8 => UTF8_MARK,
        Encoding::Gb18030 => GB18030_MARK,
    };
    if start.starts_with(mark) { mark.len() } else { 0 }
}

/// A file without even a header.
pub(crate) fn empty_file(file: &str) -> Diagnostic {
    error(
        T104,
        Text::new(format!("{file} 是空文件"), format!("{file} is empty")),
        Text::new("文件第一行应是表头", "its first line must be a header"),
    )
    .at(place(file, 1))
}

/// A record that never ends.
pub(crate) fn damaged(file: &str, line: u64, in_quotes: bool) -> Diagnostic {
    let (zh, en) = if in_quotes {
        ("引号没有闭合", "a quote opened here is never closed")
    } else {
        ("记录超过 1 MiB", "the record that begins here is longer than 1 MiB")
    };
    error(
        F103,
        Text::new(
            format!("{file} 已损坏：从第 {line} 行开始的{zh}"),
            format!("{file} is damaged: {en} (line {line})"),
        ),
        Text::new(
            "打开该行查看引号，或重新导出该文件",
            "look at the quotes of that line, or export the file again",
        ),
    )
    .at(place(file, line))
}

impl Table {
    /// Reads a table.
    pub(crate) fn read(
        input: &InputFile,
        kind: Kind,
        choice: EncodingChoice,
        columns: &BTreeMap<String, String>,
        with_sha256: bool,
    ) -> Result<Table, Vec<Diagnostic>> {
        let mut source = Source::open(input, with_sha256).map_err(|e| vec![e])?;
        let bytes = source.rest().map_err(|e| vec![e])?;
        let fingerprint = source.fingerprint();
        let file = input.name.clone();
        // Reading from memory cannot fail.
        let encoding = stated_encoding(choice, &bytes).unwrap_or_else(|| detect(&bytes[..]).unwrap_or(Encoding::Utf8));

        let mut records = Records {
            bytes: &bytes,
            at: mark_length(&bytes, encoding),
            line: 1,
        };
        let (line, record) = match records.next() {
            None => return Err(vec![empty_file(&file)]),
            Some(Err((line, in_quotes))) => return Err(vec![damaged(&file, line, in_quotes)]),
            Some(Ok(first)) => first,
        };
        let header = Header::parse(record, encoding, kind, columns, &file, line).map_err(|e| vec![e])?;
        let mut rows = Vec::new();
        let mut mistakes = Vec::new();
        for record in records {
            match record {
                Err((line, in_quotes)) => {
                    mistakes.push(damaged(&file, line, in_quotes));
                    break;
                }
                Ok((line, record)) => match cells(record, encoding, header.headings.len()) {
                    Ok(cells) => rows.push(Row { line, cells }),
                    Err(text) => mistakes.push(malformed(&file, line, text)),
                },
            }
        }
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        Ok(Table {
            file,
            header,
            encoding,
            fingerprint,
            rows,
        })
    }
}

fn cells(record: &[u8], encoding: Encoding, columns: usize) -> Result<Vec<String>, Text> {
    let name = encoding.as_str();
    let text = decode(record, encoding).ok_or_else(|| {
        Text::new(
            format!("这一行不是 {name} 文本"),
            format!("this row is not {name} text"),
        )
    })?;
    let mut fields = Fields::default();
    if !fields.split(text.as_bytes()) {
        return Err(Text::new("这一行的引号不成对", "this row has a quote out of place"));
    }
    let found = fields.len();
    if found != columns {
        return Err(Text::new(
            format!("这一行有 {found} 列，表头有 {columns} 列"),
            format!("this row has {found} columns, the header has {columns}"),
        ));
    }
    Ok((0..found)
        .map(|i| String::from_utf8_lossy(fields.get(i)).into_owned())
        .collect())
}

fn malformed(file: &str, line: u64, text: Text) -> Diagnostic {
    error(T105, text, Text::new("改正这一行", "mend this row")).at(place(file, line))
}

/// The records of a whole file with their lines; empty lines are none. An error is the line where
/// a damaged record begins and whether it is in quotes.
struct Records<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u64,
}

impl<'a> Iterator for Records<'a> {
    type Item = Result<(u64, &'a [u8]), (u64, bool)>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if self.at >= self.bytes.len() {
                return None;
            }
            let (start, line) = (self.at, self.line);
            let end = match record_end(self.bytes, start) {
                End::At(end) => end,
                End::Open => self.bytes.len(),
                End::InQuotes => {
                    self.at = self.bytes.len();
                    return Some(Err((line, true)));
                }
            };
            self.at = end;
            let whole = &self.bytes[start..end];
            self.line += memchr::memchr_iter(b'\n', whole).count() as u64;
            let record = without_line_end(whole);
            if record.len() > RECORD_BYTES_MAX {
                self.at = self.bytes.len();
                return Some(Err((line, false)));
            }
            if !record.is_empty() {
                return Some(Ok((line, record)));
            }
        }
    }
}
