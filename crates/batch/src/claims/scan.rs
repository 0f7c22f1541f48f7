//! Where the fields of plain records end: one pass over a block that has no quotes.

/// The separators of a block of plain records.
#[derive(Default)]
pub(crate) struct Separators {
    /// Positions of every comma and newline, in order.
    pub(crate) at: Vec<u32>,
    /// For each newline, its index in `at`.
    pub(crate) newlines: Vec<u32>,
}

const ONES: u64 = 0x0101_0101_0101_0101;
const LOW_7: u64 = 0x7f7f_7f7f_7f7f_7f7f;

/// The high bit of every byte of `word` that equals `byte`; exact, with no borrow between bytes.
#[inline]
fn equal_bytes(word: u64, byte: u8) -> u64 {
    let diff = word ^ (ONES * u64::from(byte));
    !(((diff & LOW_7) + LOW_7) | diff | LOW_7)
}

impl Separators {
    /// Indexes a block. The block is shorter than 4 GiB; what lies beyond is not indexed, and the
    /// reader never makes one so long.
    pub(crate) fn index(&mut self, block: &[u8]) {
        self.at.clear();
        self.newlines.clear();
        let mut words = block.chunks_exact(8);
        let mut base = 0u32;
        for word in &mut words {
            let word = u64::from_le_bytes([word[0], word[1], word[2], word[3], word[4], word[5], word[6], word[7]]);
            let newlines = equal_bytes(word, b'\n');
            let mut found = equal_bytes(word, b',') | newlines;
            while found != 0 {
                let lowest = found & found.wrapping_neg();
                if newlines & lowest != 0 {
                    self.note_newline();
                }
                self.at.push(base + lowest.trailing_zeros() / 8);
                found ^= lowest;
            }
            base += 8;
        }
        for &byte in words.remainder() {
            if byte == b'\n' {
                self.note_newline();
            }
            if byte == b',' || byte == b'\n' {
                self.at.push(base);
            }
            base += 1;
        }
    }

    #[inline]
    fn note_newline(&mut self) {
        self.newlines.push(u32::try_from(self.at.len()).unwrap_or(u32::MAX));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn finds_what_a_byte_loop_finds(block in proptest::collection::vec(prop_oneof![Just(b','), Just(b'\n'), any::<u8>()], 0..200)) {
            let mut separators = Separators::default();
            separators.index(&block);
            let expected: Vec<u32> = (0..).zip(&block).filter(|(_, b)| **b == b',' || **b == b'\n').map(|(i, _)| i).collect();
            prop_assert_eq!(&separators.at, &expected);
            let newlines: Vec<u32> = (0..).zip(&expected).filter(|(_, p)| block[**p as usize] == b'\n').map(|(i, _)| i).collect();
            prop_assert_eq!(&separators.newlines, &newlines);
        }
    }
}
