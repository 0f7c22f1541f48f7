//! Where rows are put together: whole words into room that is there already, so that a field costs
//! a store and no growing, no call and no loop.

/// Takes bytes one behind the other.
pub(crate) trait Out {
    /// The first `length` of `bytes`; what is behind them may be written too and means nothing.
    fn push_padded<const N: usize>(&mut self, bytes: &[u8; N], length: usize);

    /// All of `bytes`.
    fn push_all(&mut self, bytes: &[u8]);
}

impl Out for Vec<u8> {
    #[inline(always)]
    fn push_padded<const N: usize>(&mut self, bytes: &[u8; N], length: usize) {
        let before = self.len();
        self.extend_from_slice(bytes);
        self.truncate(before + length);
    }

    #[inline]
    fn push_all(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }
}

/// Rows one behind the other.
#[derive(Default)]
pub(crate) struct RowBuffer {
    /// Only the first `length` mean anything.
    bytes: Vec<u8>,
    length: usize,
}

/// Room for a row: some three times the usual one.
const ROOM: usize = 384;

/// A row in the making.
pub(crate) struct Line<'a> {
    room: &'a mut [u8; ROOM],
    /// Beyond the room once something did not fit.
    at: usize,
}

impl RowBuffer {
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }

    pub(crate) fn clear(&mut self) {
        self.length = 0;
    }

    /// Appends the row that `write` makes; false where it does not fit and nothing was appended.
    #[inline(always)]
    pub(crate) fn row(&mut self, write: impl FnOnce(&mut Line<'_>)) -> bool {
        if self.bytes.len() < self.length + ROOM {
            self.grow(ROOM);
        }
        let room = self
            .bytes
            .get_mut(self.length..)
            .and_then(|rest| rest.first_chunk_mut());
        let Some(room) = room else { return false };
        let mut line = Line { room, at: 0 };
        write(&mut line);
        let fits = line.at <= ROOM;
        if fits {
            self.length += line.at;
        }
        fits
    }

    /// Appends a row made elsewhere.
    pub(crate) fn push_row(&mut self, row: &[u8]) {
        self.grow(row.len());
        self.bytes[self.length..self.length + row.len()].copy_from_slice(row);
        self.length += row.len();
    }

    #[cold]
    fn grow(&mut self, more: usize) {
        let least = self.length + more;
        if self.bytes.len() < least {
            self.bytes.resize(least + least / 4 + (64 << 10), 0);
        }
    }
}

impl Out for Line<'_> {
    #[inline(always)]
    fn push_padded<const N: usize>(&mut self, bytes: &[u8; N], length: usize) {
        match self.room.get_mut(self.at..).and_then(|rest| rest.first_chunk_mut()) {
            Some(place) => {
                *place = *bytes;
                self.at += length;
            }
            None => self.at = ROOM + 1,
        }
    }

    #[inline]
    fn push_all(&mut self, bytes: &[u8]) {
        match self
            .room
            .get_mut(self.at..)
            .and_then(|rest| rest.get_mut(..bytes.len()))
        {
            Some(place) => {
                place.copy_from_slice(bytes);
                self.at += bytes.len();
            }
            None => self.at = ROOM + 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn write(out: &mut impl Out, fields: &[(Vec<u8>, bool)]) {
        for (field, padded) in fields {
            match field.first_chunk::<16>().filter(|_| *padded) {
                Some(chunk) => out.push_padded(chunk, field.len() % 17),
                None => out.push_all(field),
            }
        }
    }

    proptest! {
        #[test]
        fn rows_are_what_a_vector_would_hold(
            rows in proptest::collection::vec(
                proptest::collection::vec((proptest::collection::vec(any::<u8>(), 0..60), any::<bool>()), 0..20), 0..200),
        ) {
            let (mut buffer, mut expected) = (RowBuffer::default(), Vec::new());
            for fields in &rows {
                let mut row = Vec::new();
                write(&mut row, fields);
                if !buffer.row(|line| write(line, fields)) {
                    buffer.push_row(&row);
                }
                expected.extend(row);
            }
            prop_assert_eq!(buffer.bytes(), &expected);
        }
    }
}
