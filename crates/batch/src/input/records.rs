//! Cutting bytes into records and fields, quotes and all (docs/SETTLEMENT.md §3, RFC 4180).
//!
//! A field that begins with a quote runs to its closing quote, commas and newlines included. A
//! quote elsewhere, or text behind a closing quote, makes the record malformed; it still ends at
//! the next newline outside a quoted field, so that one bad record never takes the next along.

use memchr::{memchr, memchr2, memchr3};

/// How far a record reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// It ends before this position; its newline is the byte before.
    At(usize),
    /// The bytes end first, outside a quoted field.
    Open,
    /// The bytes end first, inside a quoted field.
    InQuotes,
}

/// Where the record that starts at `start` ends, newline included.
pub(crate) fn record_end(bytes: &[u8], start: usize) -> End {
    let mut at = start;
    let mut field_starts = true;
    loop {
        if field_starts && bytes.get(at) == Some(&b'"') {
            match closing_quote(bytes, at + 1) {
                Some(after) => at = after,
                None => return End::InQuotes,
            }
            field_starts = false;
            continue;
        }
        // A comma matters only where a quote may follow it.
        match memchr3(b'\n', b'"', b',', &bytes[at..]) {
            None => return End::Open,
            Some(step) => {
                let found = bytes[at + step];
                at += step + 1;
                if found == b'\n' {
                    return End::At(at);
                }
                field_starts = found == b',';
            }
        }
    }
}

/// The position behind the quote that closes a field, doubled quotes skipped.
fn closing_quote(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += memchr(b'"', bytes.get(at..)?)? + 1;
        if bytes.get(at) != Some(&b'"') {
            return Some(at);
        }
        at += 1;
    }
}

/// The end of the last whole record of `bytes`, which begin at a record: 0 where there is none.
pub(crate) fn last_record_end(bytes: &[u8]) -> usize {
    let mut end = 0;
    while let End::At(next) = record_end(bytes, end) {
        end = next;
    }
    end
}

/// A record without its line end: `\n` or `\r\n`.
pub(crate) fn without_line_end(record: &[u8]) -> &[u8] {
    match record {
        [rest @ .., b'\r', b'\n'] | [rest @ .., b'\n'] => rest,
        whole => whole,
    }
}

/// Whether a field must stand in quotes: it holds a comma, a quote, CR or LF.
#[inline]
pub(crate) fn holds_quotable(field: &[u8]) -> bool {
    memchr3(b',', b'"', b'\r', field).is_some() || memchr(b'\n', field).is_some()
}

/// The fields of one record, unquoted and one behind the other.
#[derive(Default)]
pub(crate) struct Fields {
    /// The fields' text, each followed by one byte that is not part of it.
    pub(crate) text: Vec<u8>,
    /// The position before the first field, then the one behind each field's text. "Before" is one
    /// less than 0 and wraps, so that a field always starts one behind the bound before it.
    pub(crate) bounds: Vec<u32>,
}

impl Fields {
    /// Splits a record that has lost its line end; false where it is malformed.
    pub(crate) fn split(&mut self, record: &[u8]) -> bool {
        self.text.clear();
        self.bounds.clear();
        self.bounds.push(u32::MAX);
        let mut at = 0;
        loop {
            let after = if record.get(at) == Some(&b'"') {
                match self.quoted(record, at + 1) {
                    Some(after) => after,
                    None => return false,
                }
            } else {
                let length = memchr2(b',', b'"', &record[at..]).unwrap_or(record.len() - at);
                if record.get(at + length) == Some(&b'"') {
                    return false;
                }
                self.text.extend_from_slice(&record[at..at + length]);
                at + length
            };
            self.bounds.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
            self.text.push(b',');
            match record.get(after) {
                None => return true,
                Some(b',') => at = after + 1,
                Some(_) => return false,
            }
        }
    }

    /// Takes a quoted field's text from behind its opening quote; the position behind its closing one.
    fn quoted(&mut self, record: &[u8], mut at: usize) -> Option<usize> {
        loop {
            let length = memchr(b'"', record.get(at..)?)?;
            self.text.extend_from_slice(&record[at..at + length]);
            at += length + 1;
            if record.get(at) != Some(&b'"') {
                return Some(at);
            }
            self.text.push(b'"');
            at += 1;
        }
    }

    /// Number of fields.
    pub(crate) fn len(&self) -> usize {
        self.bounds.len().saturating_sub(1)
    }

    /// One field; empty where there is none of that number.
    pub(crate) fn get(&self, i: usize) -> &[u8] {
        match self.bounds.get(i..=i + 1) {
            Some([before, end]) => &self.text[before.wrapping_add(1) as usize..*end as usize],
            _ => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(record: &str) -> Option<Vec<String>> {
        let mut fields = Fields::default();
        let sound = fields.split(record.as_bytes());
        sound.then(|| {
            (0..fields.len())
                .map(|i| String::from_utf8(fields.get(i).to_vec()).unwrap())
                .collect()
        })
    }

    #[test]
    fn fields() {
        assert_eq!(split("a,b,"), Some(vec!["a".into(), "b".into(), String::new()]));
        assert_eq!(split("\"a,\n\"\"b\"\"\",c"), Some(vec!["a,\n\"b\"".into(), "c".into()]));
        assert_eq!(split("\"\""), Some(vec![String::new()]));
        for malformed in [
            "a\"b,c", "\"a\"b,c", "\"a\" ,c", "a,\"b", " \"a\"", "\"a\"\"", "\"a\"\r",
        ] {
            assert_eq!(split(malformed), None, "{malformed:?}");
        }
    }

    #[test]
    fn records() {
        let end = |text: &str| record_end(text.as_bytes(), 0);
        assert_eq!(end("a,b\nc"), End::At(4));
        assert_eq!(end("a,\"b\n\",c\nd"), End::At(9));
        // A stray quote opens nothing; the record ends at its own newline.
        assert_eq!(end("a\"b,c\nd"), End::At(6));
        // Behind a malformed field a quoted one may still hold a newline.
        assert_eq!(end("a\"b,\"c\n\"\nd"), End::At(9));
        assert_eq!(end("\"a\"x\n"), End::At(5));
        assert_eq!(end("\"a\"\"\n\"\n"), End::At(7));
        assert_eq!(end("a,b"), End::Open);
        assert_eq!(end("a,\"b\n"), End::InQuotes);
        assert_eq!(last_record_end(b"a\nb\nc"), 4);
        assert_eq!(last_record_end(b"a\n\"b\n\nc"), 2);
    }
}
