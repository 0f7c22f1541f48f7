//! Records and fields by the letter of docs/SETTLEMENT.md §3, one byte after the other.

use super::text::{decode, encoding_of};
use crate::input::encoding::Encoding;
use crate::input::header::Header;
use dianzhi_core::Text;
use dianzhi_policy::Region;
use dianzhi_policy::fields::Table as Kind;

const RECORD_BYTES_MAX: usize = 1 << 20;

/// A record as it stands in its file.
#[derive(Clone, Copy)]
pub(super) struct Cut<'a> {
    /// Where it starts; the file's first line is 1.
    pub(super) line: u64,
    /// Its bytes without the line end.
    pub(super) raw: &'a [u8],
    /// Its bytes.
    pub(super) whole: &'a [u8],
}

/// Where the next byte stands.
#[derive(Clone, Copy, PartialEq)]
enum At {
    FieldStart,
    /// In a field without quotes, or behind a closing quote.
    Plain,
    Quoted,
    /// Behind a quote in a quoted field: it closed the field, or the next one doubles it.
    QuoteInQuoted,
}

/// Cuts bytes into records, empty lines included. An error is the line of a quote never closed.
pub(super) fn cut(bytes: &[u8]) -> Result<Vec<Cut<'_>>, u64> {
    let mut records = Vec::new();
    let (mut start, mut first_line, mut line) = (0, 1u64, 1u64);
    let mut at = At::FieldStart;
    for (i, &byte) in bytes.iter().enumerate() {
        line += u64::from(byte == b'\n');
        at = match (at, byte) {
            (At::Quoted, b'"') => At::QuoteInQuoted,
            (At::Quoted, _) | (At::FieldStart | At::QuoteInQuoted, b'"') => At::Quoted,
            (_, b',') => At::FieldStart,
            (_, b'\n') => {
                records.push(record(first_line, &bytes[start..=i]));
                (start, first_line) = (i + 1, line);
                At::FieldStart
            }
            _ => At::Plain,
        };
    }
    if at == At::Quoted {
        return Err(first_line);
    }
    if start < bytes.len() {
        records.push(record(first_line, &bytes[start..]));
    }
    Ok(records)
}

fn record(line: u64, whole: &[u8]) -> Cut<'_> {
    let raw = whole.strip_suffix(b"\n").unwrap_or(whole);
    // The last line of a file may end without its LF.
    let raw = raw.strip_suffix(b"\r").unwrap_or(raw);
    Cut { line, raw, whole }
}

/// The fields of a record, unquoted; `None` where a quote is out of place.
pub(super) fn split(record: &str) -> Option<Vec<String>> {
    let mut fields = Vec::new();
    let mut rest = record.chars().peekable();
    loop {
        let mut field = String::new();
        let next = if rest.next_if_eq(&'"').is_some() {
            loop {
                match rest.next()? {
                    '"' if rest.next_if_eq(&'"').is_some() => field.push('"'),
                    '"' => break,
                    other => field.push(other),
                }
            }
            rest.next()
        } else {
            loop {
                match rest.next() {
                    Some('"') => return None,
                    Some(other) if other != ',' => field.push(other),
                    end => break end,
                }
            }
        };
        fields.push(field);
        match next {
            None => return Some(fields),
            Some(',') => {}
            Some(_) => return None,
        }
    }
}

/// An input table: its header and its records.
pub(super) struct Table<'a> {
    pub(super) name: &'a str,
    pub(super) encoding: Encoding,
    pub(super) header: Header,
    pub(super) records: Vec<Cut<'a>>,
}

impl<'a> Table<'a> {
    pub(super) fn open(name: &'a str, bytes: &'a [u8], kind: Kind, region: &Region) -> Result<Table<'a>, Text> {
        let refuse = |zh: String, en: String| Text::new(format!("{name}：{zh}"), format!("{name}: {en}"));
        let (encoding, mark) = encoding_of(bytes, region.files.encoding);
        let mut records = cut(&bytes[mark..]).map_err(|line| {
            refuse(
                format!("从第 {line} 行开始的引号没有闭合"),
                format!("a quote opened in the record of line {line} is never closed"),
            )
        })?;
        records.retain(|record| !record.raw.is_empty());
        if let Some(long) = records.iter().find(|record| record.raw.len() > RECORD_BYTES_MAX) {
            let line = long.line;
            return Err(refuse(
                format!("从第 {line} 行开始的记录超过 1 MiB"),
                format!("the record of line {line} is longer than 1 MiB"),
            ));
        }
        if records.is_empty() {
            return Err(refuse("空文件".to_owned(), "an empty file".to_owned()));
        }
        let first = records.remove(0);
        let header = Header::parse(first.raw, encoding, kind, &region.columns, name, first.line)
            .map_err(|diagnostic| diagnostic.text)?;
        Ok(Table {
            name,
            encoding,
            header,
            records,
        })
    }

    /// The fields of a record; `None` where it does not decode, is malformed or has another number
    /// of columns than the header.
    pub(super) fn fields(&self, record: &Cut<'_>) -> Option<Vec<String>> {
        let fields = split(&decode(record.raw, self.encoding)?)?;
        (fields.len() == self.header.headings.len()).then_some(fields)
    }

    /// A field by its name; empty where the file has no such column.
    pub(super) fn field<'f>(&self, fields: &'f [String], name: &str) -> &'f str {
        let column = self.header.column(name);
        column.and_then(|i| fields.get(i)).map_or("", String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::records::{End, Fields, record_end};
    use proptest::prelude::*;

    fn bytes() -> impl Strategy<Value = Vec<u8>> {
        let byte = prop_oneof![
            Just(b'"'),
            Just(b'"'),
            Just(b','),
            Just(b'\n'),
            Just(b'\r'),
            Just(b'a'),
            Just(b' '),
        ];
        proptest::collection::vec(byte, 0..30)
    }

    /// Records by the engine's cutter; `None` where it finds a quote open.
    fn engine(bytes: &[u8]) -> Option<Vec<&[u8]>> {
        let (mut at, mut found) = (0, Vec::new());
        while at < bytes.len() {
            let end = match record_end(bytes, at) {
                End::At(end) => end,
                End::Open => bytes.len(),
                End::InQuotes => return None,
            };
            found.push(&bytes[at..end]);
            at = end;
        }
        Some(found)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]
        #[test]
        fn the_engine_cuts_and_splits_alike(bytes in bytes()) {
            let mine = cut(&bytes).ok().map(|records| records.iter().map(|r| r.whole).collect::<Vec<_>>());
            prop_assert_eq!(mine, engine(&bytes));
            let text = String::from_utf8(bytes).unwrap();
            let mut fields = Fields::default();
            let theirs = fields.split(text.as_bytes()).then(|| {
                (0..fields.len()).map(|i| String::from_utf8(fields.get(i).to_vec()).unwrap()).collect::<Vec<_>>()
            });
            prop_assert_eq!(split(&text), theirs);
        }
    }
}
