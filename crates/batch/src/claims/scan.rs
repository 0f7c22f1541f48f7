//! Where the fields of plain records end: one pass over a block that has no quotes.
//!
//! Sixty-four bytes at a time: a bit mask of its separators, then one position for every bit. Both
//! come from vector instructions where the processor has them, elsewhere from words of eight bytes.

#[cfg(target_arch = "x86_64")]
mod vectors;

use super::roomy::BOUNDS;

/// The separators of a block of plain records.
#[derive(Default)]
pub(crate) struct Separators {
    /// Positions, behind the one before the block; only the first `count` mean anything.
    at: Vec<u32>,
    count: usize,
    newlines: usize,
}

/// Where a separator would stand that ended right before the block: one more is position 0.
const BEFORE_THE_BLOCK: u32 = u32::MAX;

const CHUNK: usize = 64;
/// Positions written at once, wanted or not: most chunks have no more, so that no branch depends
/// on how many they have.
const AT_ONCE: usize = 12;

impl Separators {
    /// The position before the block, then those of every comma and newline, in order: a field
    /// lies between two of them.
    #[inline]
    pub(crate) fn bounds(&self) -> &[u32] {
        &self.at[..self.count]
    }

    /// So many bounds from one on; those behind the last mean nothing.
    #[inline]
    pub(crate) fn from(&self, first: usize) -> Option<&[u32; BOUNDS]> {
        self.at.get(first..)?.first_chunk()
    }

    /// How many of them are newlines.
    #[inline]
    pub(crate) fn newlines(&self) -> usize {
        self.newlines
    }

    /// Indexes a block. The block is shorter than 4 GiB; the reader never makes one so long.
    pub(crate) fn index(&mut self, block: &[u8]) {
        // Room for a separator on every byte, so that the loop never grows anything, and for what
        // `from` shows behind the last.
        let room = 1 + block.len() + 2 * CHUNK + BOUNDS;
        if self.at.len() < room {
            self.at.resize(room, 0);
        }
        self.at[0] = BEFORE_THE_BLOCK;
        self.count = 1;
        self.newlines = 0;
        #[cfg(target_arch = "x86_64")]
        if vectors::index(self, block) {
            return;
        }
        self.index_by(block, masks_by_words, place_one_by_one);
    }

    #[inline(always)]
    fn index_by(
        &mut self,
        block: &[u8],
        masks: impl Fn(&[u8; CHUNK]) -> Masks,
        place: impl Fn(u64, u32, &mut [u32; CHUNK]),
    ) {
        let (chunks, rest) = block.as_chunks::<CHUNK>();
        let mut base = 0u32;
        for chunk in chunks {
            self.note(masks(chunk), base, &place);
            base += 64;
        }
        let mut last = [0u8; CHUNK];
        last[..rest.len()].copy_from_slice(rest);
        self.note(masks(&last), base, &place);
    }

    #[inline(always)]
    fn note(&mut self, masks: Masks, base: u32, place: impl Fn(u64, u32, &mut [u32; CHUNK])) {
        self.newlines += masks.newlines.count_ones() as usize;
        // There is room, `index` sees to that; without it nothing may go on as if there were.
        let Some(room) = self.at[self.count..].first_chunk_mut() else {
            unreachable!("no room for the separators");
        };
        place(masks.separators, base, room);
        self.count += masks.separators.count_ones() as usize;
    }
}

/// Writes the position of every bit; what is written behind them means nothing.
#[inline(always)]
fn place_one_by_one(mut mask: u64, base: u32, room: &mut [u32; CHUNK]) {
    let found = mask.count_ones() as usize;
    let mut next = || {
        let position = base + mask.trailing_zeros();
        mask &= mask.wrapping_sub(1);
        position
    };
    room[..AT_ONCE].fill_with(&mut next);
    if found > AT_ONCE {
        room[AT_ONCE..2 * AT_ONCE].fill_with(&mut next);
        if found > 2 * AT_ONCE {
            room[2 * AT_ONCE..found].fill_with(&mut next);
        }
    }
}

/// A bit for every byte of a chunk, the first byte lowest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Masks {
    /// Commas and newlines.
    separators: u64,
    newlines: u64,
}

/// The masks without any vector instruction.
#[inline(always)]
fn masks_by_words(chunk: &[u8; CHUNK]) -> Masks {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const LOW_7: u64 = 0x7f7f_7f7f_7f7f_7f7f;
    // The high bit of every byte that equals `byte`, exact, with no borrow between bytes; then the
    // eight bits gathered by a multiplication that moves each to its place in the highest byte.
    let equal = |word: u64, byte: u8| {
        let diff = word ^ (ONES * u64::from(byte));
        let high = !(((diff & LOW_7) + LOW_7) | diff | LOW_7);
        (high >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
    };
    let mut masks = Masks {
        separators: 0,
        newlines: 0,
    };
    let (words, _) = chunk.as_chunks::<8>();
    for (i, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let newlines = equal(word, b'\n');
        masks.newlines |= newlines << (8 * i);
        masks.separators |= (newlines | equal(word, b',')) << (8 * i);
    }
    masks
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bytes() -> impl Strategy<Value = u8> {
        prop_oneof![Just(b','), Just(b'\n'), Just(b','.wrapping_add(128)), any::<u8>()]
    }

    fn bounds_by_bytes(block: &[u8]) -> (Vec<u32>, usize) {
        let separators = (0..)
            .zip(block)
            .filter(|(_, b)| **b == b',' || **b == b'\n')
            .map(|(i, _)| i);
        let newlines = block.iter().filter(|b| **b == b'\n').count();
        (std::iter::once(BEFORE_THE_BLOCK).chain(separators).collect(), newlines)
    }

    proptest! {
        #[test]
        fn finds_what_a_byte_loop_finds(block in proptest::collection::vec(bytes(), 0..400)) {
            let mut separators = Separators::default();
            // What a longer block left behind must not show.
            separators.index(&[b','; 500]);
            separators.index(&block);
            let (bounds, newlines) = bounds_by_bytes(&block);
            prop_assert_eq!(separators.bounds(), &bounds);
            prop_assert_eq!(separators.newlines(), newlines);
        }

        #[test]
        fn every_way_finds_the_same(block in proptest::collection::vec(bytes(), 0..400)) {
            let (bounds, newlines) = bounds_by_bytes(&block);
            let mut ways: Vec<fn(&mut Separators, &[u8]) -> bool> = vec![|separators, block| {
                separators.index_by(block, masks_by_words, place_one_by_one);
                true
            }];
            #[cfg(target_arch = "x86_64")]
            ways.extend([vectors::index_avx2 as fn(&mut Separators, &[u8]) -> bool, vectors::index_avx512]);
            for way in ways {
                let mut separators = Separators::default();
                separators.index(&[b','; 500]);
                (separators.count, separators.newlines) = (1, 0);
                if way(&mut separators, &block) {
                    prop_assert_eq!(separators.bounds(), &bounds);
                    prop_assert_eq!(separators.newlines(), newlines);
                }
            }
        }
    }
}
