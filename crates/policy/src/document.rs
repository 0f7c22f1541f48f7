//! The text of a region file and where things stand in it.

use crate::{Diagnostics, Excerpt, Place, region, syntax};
use std::ops::Range;
use std::path::Path;
use toml::Spanned;
use toml::de::DeTable;
use toml_parser::lexer::TokenKind;

/// Longest line shown as an excerpt, in bytes; nobody looks for a caret in a longer one.
const EXCERPT_BYTES_MAX: usize = 4096;

/// A TOML file's text with its lines and comments: says where things stand in it.
#[derive(Clone, Debug)]
pub struct Document {
    file: String,
    text: String,
    /// Byte at which each line starts.
    lines: Vec<usize>,
    /// Every comment, from its `#` to the end of its line.
    comments: Vec<Range<usize>>,
}

impl Document {
    /// Reads a file.
    ///
    /// # Errors
    /// F101 where it cannot be read or is larger than [`REGION_BYTES_MAX`](crate::REGION_BYTES_MAX), P101
    /// where it is not UTF-8.
    pub fn load(path: &Path) -> Result<Document, Diagnostics> {
        Ok(Document::new(path.display().to_string(), region::text_of(path)?))
    }

    /// The text of a file; `file` is how messages name it.
    #[must_use]
    pub fn new(file: String, text: String) -> Document {
        // Editors on Windows put a byte order mark first; it is no column of the first line.
        let first = if text.starts_with('\u{feff}') { 3 } else { 0 };
        let mut lines = vec![first];
        lines.extend(text.match_indices('\n').map(|(at, _)| at + 1));
        // The parser's own tokens: a '#' inside a string is none.
        let tokens = toml_parser::Source::new(&text).lex();
        let comments = tokens
            .filter(|token| token.kind() == TokenKind::Comment)
            .map(|token| token.span().start()..token.span().end())
            .collect();
        Document {
            file,
            text,
            lines,
            comments,
        }
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The tree of values, each with its span.
    ///
    /// # Errors
    /// P101 for every mistake of the TOML itself.
    pub fn tree(&self) -> Result<Spanned<DeTable<'_>>, Diagnostics> {
        let parsed = syntax::parse(self);
        match parsed.tree {
            Some(tree) if parsed.found.is_empty() => Ok(tree),
            _ => Err(Diagnostics(parsed.found)),
        }
    }

    /// What stands in a span; nothing where the span is none of this text's.
    pub(crate) fn slice(&self, span: &Range<usize>) -> &str {
        self.text.get(span.clone()).unwrap_or_default()
    }

    /// Index of the line that a byte stands on.
    pub(crate) fn line_of(&self, at: usize) -> usize {
        self.lines.partition_point(|&start| start <= at).saturating_sub(1)
    }

    /// Bytes of a line, without its line end.
    pub(crate) fn line(&self, index: usize) -> Range<usize> {
        let end = self.text.len();
        let start = self.lines.get(index).copied().unwrap_or(end);
        let next = self.lines.get(index + 1).copied().unwrap_or(end);
        start..start + self.slice(&(start..next)).trim_end_matches(['\n', '\r']).len()
    }

    /// The place of a span; of one over several lines, its part on the first.
    #[must_use]
    pub fn place(&self, span: &Range<usize>) -> Place {
        // A span at the end of the file stands behind the last line end: show the line before it.
        let visible = self.text.trim_end().len();
        let at = self.text.floor_char_boundary(span.start.min(visible));
        let index = self.line_of(at);
        let line = self.line(index);
        let from = at.saturating_sub(line.start).min(line.len());
        let to = span.end.saturating_sub(line.start).clamp(from, line.len());
        let line_text = self.slice(&line);
        let column = line_text.get(..from).unwrap_or_default().chars().count() + 1;
        let excerpt = (line_text.len() <= EXCERPT_BYTES_MAX).then(|| Excerpt {
            line_text: line_text.to_owned(),
            from,
            to,
        });
        Place {
            file: self.file.clone(),
            line: number(index + 1),
            column: Some(number(column)),
            excerpt,
        }
    }

    /// The file as a whole.
    #[must_use]
    pub fn whole(&self) -> Place {
        Place {
            file: self.file.clone(),
            line: 1,
            column: None,
            excerpt: None,
        }
    }

    /// The comment on a line, without its `#`.
    pub(crate) fn comment_on(&self, line: usize) -> Option<&str> {
        self.comment_span(line).and_then(|span| self.comment_text(span))
    }

    /// The comment lines directly above a line, joined by blanks.
    pub(crate) fn comment_above(&self, line: usize) -> Option<String> {
        let alone = |index: usize| {
            let span = self.comment_span(index)?;
            let before = self.slice(&(self.line(index).start..span.start));
            before.trim().is_empty().then_some(span)
        };
        let first = (0..line).rev().take_while(|&index| alone(index).is_some()).last()?;
        let lines: Vec<&str> = (first..line)
            .filter_map(|index| self.comment_span(index).and_then(|span| self.comment_text(span)))
            .collect();
        (!lines.is_empty()).then(|| lines.join(" "))
    }

    fn comment_span(&self, line: usize) -> Option<&Range<usize>> {
        let line = self.line(line);
        let next = self.comments.partition_point(|comment| comment.start < line.start);
        self.comments
            .get(next)
            .filter(|comment| comment.start < line.end.max(line.start))
    }

    fn comment_text(&self, span: &Range<usize>) -> Option<&str> {
        let text = self.slice(span).trim_start_matches('#').trim();
        (!text.is_empty()).then_some(text)
    }
}

/// A count as the public positions hold it.
pub(crate) fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let document = Document::new("r".into(), "\u{feff}名 = 1\r\nb = '总' # 注\n".into());
        let first = document.place(&(7..8));
        assert_eq!((first.line, first.column), (1, Some(3)));
        let second = document.place(&(20..21));
        assert_eq!((second.line, second.column), (2, Some(7)));
        assert_eq!(document.comment_on(1), Some("注"));
        let end = document.place(&(1000..2000));
        assert_eq!((end.line, end.column), (2, Some(12)));
    }
}
