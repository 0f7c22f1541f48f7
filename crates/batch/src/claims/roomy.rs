//! A record with room around it, so that its fields are found and loaded without asking each time
//! whether they are there: a mask keeps every position inside arrays of known length.

/// Bytes that such a record may have, its line end not counted: a power of two, since a mask keeps
/// positions below it.
const LENGTH: usize = 1_024;
/// Bytes in sight before the record.
const BEFORE: usize = 16;
/// The most that is loaded at once from a position on.
const LOAD: usize = 24;
const ROOM: usize = BEFORE + LENGTH + LOAD;
/// Separators in sight, the one before the record among them: any column of eight bits has both of its.
pub(crate) const BOUNDS: usize = 257;

/// A record of a block, short and not at the block's edge.
#[derive(Clone, Copy)]
pub(crate) struct Roomy<'a> {
    /// From [`BEFORE`] bytes before the record.
    text: &'a [u8; ROOM],
    /// The separator before the record, then those behind its fields, then others.
    bounds: &'a [u32; BOUNDS],
    /// Where the record starts.
    base: u32,
}

/// Where a field stands in such a record. A carriage return before the line end is part of the last.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    /// From the record's start.
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) length: u32,
}

impl<'a> Roomy<'a> {
    /// The record from `start` to `end`; `None` where it is long or has no room around it. `bounds`
    /// are those from the one before the record on.
    #[inline(always)]
    pub(crate) fn new(text: &'a [u8], bounds: &'a [u32; BOUNDS], start: u32, end: u32) -> Option<Roomy<'a>> {
        let first = (start as usize).checked_sub(BEFORE)?;
        let short = (end.wrapping_sub(start) as usize) < LENGTH;
        short.then_some(Roomy {
            text: text.get(first..)?.first_chunk()?,
            bounds,
            base: start,
        })
    }

    /// Where the field of a column is, if the record has so many.
    #[inline(always)]
    pub(crate) fn place(&self, column: u8) -> Place {
        let (before, end) = (self.bounds[usize::from(column)], self.bounds[usize::from(column) + 1]);
        let start = before.wrapping_add(1);
        Place {
            start: start.wrapping_sub(self.base),
            end: end.wrapping_sub(self.base),
            length: end.wrapping_sub(start),
        }
    }

    /// The bytes from a position on.
    #[inline(always)]
    pub(crate) fn from<const N: usize>(&self, at: u32) -> &'a [u8; N] {
        const { assert!(N <= LOAD) };
        self.chunk(BEFORE + (at as usize & (LENGTH - 1)))
    }

    /// The sixteen bytes before a position.
    #[inline(always)]
    pub(crate) fn before(&self, end: u32) -> &'a [u8; BEFORE] {
        self.chunk(end as usize & (LENGTH - 1))
    }

    #[inline(always)]
    fn chunk<const N: usize>(&self, at: usize) -> &'a [u8; N] {
        match self.text[at..].first_chunk() {
            Some(chunk) => chunk,
            None => unreachable!("masked positions lie in the room"),
        }
    }
}
