//! Records, fields and characters once more, by the letter of docs/SETTLEMENT.md §3, a byte or a
//! character at a time. Nothing of the engine is used.

use crate::input::encoding::Encoding;
use encoding_rs::GB18030;

/// A record with the line and the position where it starts.
pub(super) struct Cut<'a> {
    pub(super) line: u64,
    pub(super) start: usize,
    /// Its bytes without the line end.
    pub(super) raw: &'a [u8],
    /// Its fields, not decoded; `None` where a quote is out of place.
    pub(super) fields: Option<Vec<Vec<u8>>>,
}

#[derive(Clone, Copy, PartialEq)]
enum At {
    FieldStart,
    Unquoted,
    Quoted,
    /// Behind a quote inside a quoted field: it closed the field, or the next one doubles it.
    Closed,
}

/// The records of a file, empty lines left out; or the line where one begins whose quote stays open.
pub(super) fn cut(bytes: &[u8]) -> Result<Vec<Cut<'_>>, u64> {
    let mut records = Vec::new();
    let (mut start, mut line) = (0, 1);
    while start < bytes.len() {
        let (end, fields) = record(&bytes[start..]).ok_or(line)?;
        let whole = &bytes[start..start + end];
        let raw = whole.strip_suffix(b"\n").unwrap_or(whole);
        let raw = raw.strip_suffix(b"\r").unwrap_or(raw);
        if !raw.is_empty() {
            records.push(Cut {
                line,
                start,
                raw,
                fields,
            });
        }
        line += whole.iter().filter(|&&b| b == b'\n').count() as u64;
        start += end;
    }
    Ok(records)
}

/// The length of the first record with its line end, and its fields; `None` in quotes at the end.
fn record(bytes: &[u8]) -> Option<(usize, Option<Vec<Vec<u8>>>)> {
    let mut fields = vec![Vec::new()];
    let mut sound = true;
    let mut at = At::FieldStart;
    let mut length = 0;
    for &byte in bytes {
        length += 1;
        let rest = &bytes[length..];
        let line_ends = byte == b'\n' || (byte == b'\r' && matches!(rest, [] | [b'\n', ..]));
        at = match (at, byte) {
            (At::Quoted, b'"') => At::Closed,
            (At::FieldStart, b'"') => At::Quoted,
            (At::Quoted, _) | (At::Closed, b'"') => {
                fields.last_mut()?.push(byte);
                At::Quoted
            }
            (_, b',') => {
                fields.push(Vec::new());
                At::FieldStart
            }
            (_, b'\n') => break,
            // Of the line end, not of the field.
            (_, _) if line_ends => at,
            (before, _) => {
                sound &= before != At::Closed && byte != b'"';
                fields.last_mut()?.push(byte);
                At::Unquoted
            }
        };
    }
    (at != At::Quoted).then_some((length, sound.then_some(fields)))
}

/// The text of the bytes, one character after the other; a byte that is part of none stands alone.
pub(super) fn characters(bytes: &[u8], encoding: Encoding) -> Vec<Result<String, u8>> {
    let length = match encoding {
        Encoding::Utf8 => utf8_character,
        Encoding::Gb18030 => gb18030_character,
    };
    let (mut found, mut rest) = (Vec::new(), bytes);
    while let [first, after @ ..] = rest {
        match length(rest) {
            Some((text, length)) => {
                found.push(Ok(text));
                rest = &rest[length..];
            }
            None => {
                found.push(Err(*first));
                rest = after;
            }
        }
    }
    found
}

fn utf8_character(bytes: &[u8]) -> Option<(String, usize)> {
    (1..=4.min(bytes.len())).find_map(|length| {
        let text = std::str::from_utf8(&bytes[..length]).ok()?;
        Some((text.to_owned(), length))
    })
}

fn gb18030_character(bytes: &[u8]) -> Option<(String, usize)> {
    let length = match *bytes {
        [0x80 | 0xff, ..] => return None,
        // The decoder's table, made for the web, has a blank here.
        [0xa3, 0xa0, ..] => return Some(("\u{e5e5}".to_owned(), 2)),
        [0..=0x7f, ..] => 1,
        [_, 0x30..=0x39, ..] => 4,
        _ => 2,
    };
    let text = GB18030.decode_without_bom_handling_and_without_replacement(bytes.get(..length)?)?;
    Some((text.into_owned(), length))
}

/// The text of the bytes; `None` where they are not all characters.
pub(super) fn decode(bytes: &[u8], encoding: Encoding) -> Option<String> {
    if bytes.is_ascii() {
        // For the longest records; ASCII is itself in both.
        return String::from_utf8(bytes.to_vec()).ok();
    }
    characters(bytes, encoding).into_iter().collect::<Result<_, u8>>().ok()
}

/// UTF-8 if at least half of the first 1,000 lines with a byte beyond ASCII are valid UTF-8.
pub(super) fn detect(bytes: &[u8]) -> Encoding {
    let lines = bytes.split(|&b| b == b'\n').filter(|line| !line.is_ascii());
    let valid: Vec<bool> = lines
        .take(1_000)
        .map(|line| std::str::from_utf8(line).is_ok())
        .collect();
    let sound = valid.iter().filter(|&&valid| valid).count();
    if 2 * sound >= valid.len() {
        Encoding::Utf8
    } else {
        Encoding::Gb18030
    }
}
