//! Where a value of the policy comes from.

use crate::document::{Document, number};
use std::ops::Range;

/// A value as the region file has it, and what is said beside it: there a region cites the policy
/// document that the value is taken from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Line of the value, from 1.
    pub line: u64,
    /// Column of the value, from 1, in characters.
    pub column: u64,
    /// The value as written, quotes included; the header for a section.
    pub value: String,
    /// The comment on the value's line, else on the key's, else the comment lines directly above;
    /// for one of several dated values, else what is said of all of them.
    pub note: Option<String>,
}

/// Where a key and its value stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) key: Range<usize>,
    pub(crate) value: Range<usize>,
    /// The key of the dated values that it is one of, or in.
    pub(crate) dated: Option<Range<usize>>,
}

impl Source {
    pub(crate) fn of(document: &Document, mark: &Mark) -> Source {
        let place = document.place(&mark.value);
        let key_line = document.line_of(mark.key.start);
        // A list over several lines has its comment behind the closing bracket, or at the key.
        let last_line = document.line_of(mark.value.end.saturating_sub(1).max(mark.value.start));
        let note = document
            .comment_on(last_line)
            .or_else(|| document.comment_on(key_line))
            .map(str::to_owned)
            .or_else(|| document.comment_above(key_line))
            .or_else(|| Source::note_of_dated(document, mark));
        Source {
            line: place.line,
            column: place.column.unwrap_or(number(1)),
            value: document.slice(&mark.value).to_owned(),
            note,
        }
    }

    fn note_of_dated(document: &Document, mark: &Mark) -> Option<String> {
        let line = document.line_of(mark.dated.as_ref()?.start);
        let beside = document.comment_on(line).map(str::to_owned);
        beside.or_else(|| document.comment_above(line))
    }
}
