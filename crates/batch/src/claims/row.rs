//! One record of a claims file as its fields.

use super::codes_index::CodeIndex;
use super::layout::Column;
use super::values::{is_plain_money, money, plain_money};
use super::window::Window;

/// A well-formed record as its fields.
#[derive(Clone, Copy)]
pub(crate) struct Row<'a> {
    pub(crate) text: &'a [u8],
    /// The position before the first field, then the one behind each field. "Before" a block's
    /// first byte is one less than 0 and wraps.
    pub(crate) bounds: &'a [u32],
    /// The position behind the last field: before its line end.
    pub(crate) end: u32,
}

/// One field, where it stands: the bytes before it are at hand too, which makes short ones quick.
#[derive(Clone, Copy)]
pub(crate) struct Field<'a> {
    text: &'a [u8],
    start: usize,
    end: usize,
}

impl<'a> Row<'a> {
    /// A field; empty where the file has no such column.
    #[inline]
    pub(crate) fn get(&self, column: Column) -> Field<'a> {
        self.field(column.position())
    }

    /// A field's bytes, by its position.
    pub(crate) fn nth(&self, i: usize) -> &'a [u8] {
        self.field(i).bytes()
    }

    #[inline(always)]
    fn field(&self, i: usize) -> Field<'a> {
        let (start, end) = match (self.bounds.get(i), self.bounds.get(i + 1)) {
            // Only the last field may end before its bound, by its carriage return.
            (Some(before), Some(&behind)) => (before.wrapping_add(1) as usize, behind.min(self.end) as usize),
            _ => (0, 0),
        };
        Field {
            text: self.text,
            start,
            end,
        }
    }
}

impl<'a> Field<'a> {
    #[cfg(any(test, fuzzing))]
    pub(crate) fn new(text: &'a [u8], start: usize, end: usize) -> Field<'a> {
        Field { text, start, end }
    }

    #[inline]
    pub(crate) fn bytes(&self) -> &'a [u8] {
        &self.text[self.start..self.end]
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.start == self.end
    }

    /// The field in two words; `None` where it is longer.
    #[inline(always)]
    fn window(&self) -> Option<Window> {
        Window::new(self.text, self.start, self.end)
    }

    /// An amount in fen, or `None`, as [`money`] says.
    #[inline(always)]
    pub(crate) fn money(&self) -> Option<i64> {
        match self.window().as_ref().and_then(plain_money) {
            Some(fen) => Some(fen),
            None => money(self.bytes()),
        }
    }

    /// Whether it is an amount from 0 up, written in the usual way; false says nothing.
    #[inline]
    pub(crate) fn is_plain_money(&self) -> bool {
        self.window().as_ref().is_some_and(is_plain_money)
    }

    /// The position of a code in its table.
    #[inline(always)]
    pub(crate) fn position(&self, index: &CodeIndex) -> Option<u32> {
        match self.window() {
            Some(code) => index.short(code),
            None => index.long(self.bytes()),
        }
    }
}
