//! Files of a scheme and the rows of its tables: TSV, the first row names the columns.

use crate::error::{S103, S104, S105};
use dianzhi_core::Text;
use dianzhi_policy::codes::Code;
use dianzhi_policy::{Diagnostic, Place};

/// One file of a scheme, in memory.
#[derive(Clone, Debug)]
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

impl File {
    /// Its text, without a byte order mark.
    pub(crate) fn text(&self) -> Result<&str, Diagnostic> {
        let bytes = self.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&self.bytes);
        if let Ok(text) = simdutf8::basic::from_utf8(bytes) {
            return Ok(text);
        }
        std::str::from_utf8(bytes).map_err(|e| {
            let before = &bytes[..e.valid_up_to()];
            let line = memchr::memchr_iter(b'\n', before).count() + 1;
            bad(
                S103,
                Text::new("不是 UTF-8 文本", "not UTF-8 text"),
                Text::new("另存为 UTF-8", "save it as UTF-8"),
            )
            .at(place(&self.name, line))
        })
    }
}

/// The rows of a table, in order, with the fields of the columns that were asked for.
pub(crate) struct Rows<'a, const N: usize> {
    /// What is behind the header.
    text: &'a str,
    /// Where the next row begins in it.
    start: usize,
    separators: Separators<'a>,
    /// Where each field of a row ends.
    ends: Vec<usize>,
    line: u32,
    /// Where each column asked for stands.
    at: [usize; N],
    columns: usize,
    file: &'a str,
}

/// Opens a table. `required` columns must be there, in any order; `optional` ones come behind
/// them and are empty where the table has none.
pub(crate) fn rows<'a, const N: usize>(
    file: &'a File,
    required: &[&str],
    optional: &[&str],
) -> Result<Rows<'a, N>, Diagnostic> {
    let mut text = file.text()?;
    let names: Vec<&str> = next_line(&mut text).unwrap_or("").split('\t').collect();
    let mut at = [usize::MAX; N];
    for (slot, name) in at.iter_mut().zip(required.iter().chain(optional)) {
        if let Some(found) = names.iter().position(|heading| heading == name) {
            *slot = found;
        } else if required.contains(name) {
            return Err(bad(
                S104,
                Text::new(format!("缺少列 {name}"), format!("column {name} is missing")),
                Text::new(
                    format!("第一行应为列名，以制表符分隔：{}", required.join(" ")),
                    format!(
                        "the first row names the columns, with tabs between: {}",
                        required.join(" ")
                    ),
                ),
            )
            .at(at_line(&file.name, 1)));
        }
    }
    Ok(Rows {
        text,
        start: 0,
        separators: Separators::of(text),
        ends: Vec::new(),
        line: 1,
        at,
        columns: names.len(),
        file: &file.name,
    })
}

/// Takes a line from the front, without its line end.
fn next_line<'a>(text: &mut &'a str) -> Option<&'a str> {
    if text.is_empty() {
        return None;
    }
    let (line, rest) = match memchr::memchr(b'\n', text.as_bytes()) {
        Some(end) => (&text[..end], &text[end + 1..]),
        None => (*text, ""),
    };
    *text = rest;
    Some(line.strip_suffix('\r').unwrap_or(line))
}

impl<'a, const N: usize> Iterator for Rows<'a, N> {
    type Item = Result<(u32, [&'a str; N]), Box<Diagnostic>>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (text, start) = (self.text, self.start);
            if start >= text.len() {
                return None;
            }
            self.ends.clear();
            let end = loop {
                match self.separators.next() {
                    Some(at) if text.as_bytes()[at] == b'\t' => self.ends.push(at),
                    Some(at) => break at,
                    None => break text.len(),
                }
            };
            self.start = end + 1;
            self.line += 1;
            let end = start + text[start..end].strip_suffix('\r').unwrap_or(&text[start..end]).len();
            if end == start {
                continue;
            }
            self.ends.push(end);
            let found = self.ends.len();
            if found != self.columns {
                let columns = self.columns;
                return Some(Err(Box::new(
                    bad(
                        S105,
                        Text::new(
                            format!("这一行有 {found} 列，表头有 {columns} 列"),
                            format!("this row has {found} columns, the header has {columns}"),
                        ),
                        Text::new(
                            "列以制表符分隔，末尾的空列也要写出",
                            "columns are separated by tabs, empty ones at the end too",
                        ),
                    )
                    .at(at_line(self.file, self.line)),
                )));
            }
            let mut fields = [""; N];
            for (field, &at) in fields.iter_mut().zip(&self.at) {
                // A column that is not there is behind all that are.
                if let Some(&end) = self.ends.get(at) {
                    // A tab is one byte, so that fields begin and end between characters.
                    let start = if at == 0 { start } else { self.ends[at - 1] + 1 };
                    *field = &text[start..end];
                }
            }
            return Some(Ok((self.line, fields)));
        }
    }
}

/// Where the tabs and line feeds of a text are, in order. Fields are short: eight bytes are looked
/// at together, and what was found among them is kept.
struct Separators<'a> {
    bytes: &'a [u8],
    /// Where the bytes looked at begin.
    at: usize,
    /// The highest bit of each of them that is a separator still to be told.
    found: u64,
}

impl<'a> Separators<'a> {
    fn of(text: &'a str) -> Separators<'a> {
        let bytes = text.as_bytes();
        let found = separators(bytes);
        Separators { bytes, at: 0, found }
    }

    #[inline]
    fn next(&mut self) -> Option<usize> {
        while self.found == 0 {
            self.at += 8;
            self.found = separators(self.bytes.get(self.at..)?);
        }
        let at = self.at + self.found.trailing_zeros() as usize / 8;
        self.found &= self.found - 1;
        Some(at)
    }
}

/// The highest bit of each of the first eight bytes that is a tab or a line feed.
#[inline]
fn separators(bytes: &[u8]) -> u64 {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let word = bytes.first_chunk().map_or_else(
        || {
            let mut last = [0; 8];
            last[..bytes.len()].copy_from_slice(bytes);
            u64::from_le_bytes(last)
        },
        |eight| u64::from_le_bytes(*eight),
    );
    // No carry passes from a byte to the next, so a bit stands for its own byte only.
    let no_zero = |word: u64| ((word & (EACH * 0x7f)) + EACH * 0x7f) | word;
    let tabs = no_zero(word ^ (EACH * u64::from(b'\t')));
    let feeds = no_zero(word ^ (EACH * u64::from(b'\n')));
    !(tabs & feeds) & (EACH * 0x80)
}

/// An error of a scheme's file.
pub(crate) fn bad(code: Code, text: Text, help: Text) -> Diagnostic {
    Diagnostic::error(code.id, text, help)
}

/// A line of a file.
pub(crate) fn at(file: &str, line: u32) -> Place {
    at_line(file, line)
}

/// The same, of a line counted in memory.
pub(crate) fn place(file: &str, line: usize) -> Place {
    at_line(file, u32::try_from(line).unwrap_or(u32::MAX))
}

fn at_line(file: &str, line: u32) -> Place {
    Place {
        file: file.to_owned(),
        line: line.into(),
        column: None,
        excerpt: None,
    }
}
