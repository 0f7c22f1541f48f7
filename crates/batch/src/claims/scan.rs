//! Where the fields of plain records end: one pass over a block that has no quotes.
//!
//! Sixty-four bytes at a time: a bit mask of its separators, then one position for every bit. The
//! masks come from AVX2 where the processor has it, elsewhere from words of eight bytes.

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

    /// How many of them are newlines.
    #[inline]
    pub(crate) fn newlines(&self) -> usize {
        self.newlines
    }

    /// Indexes a block. The block is shorter than 4 GiB; the reader never makes one so long.
    pub(crate) fn index(&mut self, block: &[u8]) {
        // Room for a separator on every byte, so that the loop never grows anything.
        if self.at.len() < 1 + block.len() + 2 * CHUNK {
            self.at.resize(1 + block.len() + 2 * CHUNK, 0);
        }
        self.at[0] = BEFORE_THE_BLOCK;
        self.count = 1;
        self.newlines = 0;
        #[cfg(target_arch = "x86_64")]
        if avx2::index(self, block) {
            return;
        }
        self.index_by(block, masks_by_words);
    }

    #[inline(always)]
    fn index_by(&mut self, block: &[u8], masks: impl Fn(&[u8; CHUNK]) -> Masks) {
        let (chunks, rest) = block.as_chunks::<CHUNK>();
        let mut base = 0u32;
        for chunk in chunks {
            self.note(masks(chunk), base);
            base += 64;
        }
        let mut last = [0u8; CHUNK];
        last[..rest.len()].copy_from_slice(rest);
        self.note(masks(&last), base);
    }

    #[inline(always)]
    fn note(&mut self, masks: Masks, base: u32) {
        self.newlines += masks.newlines.count_ones() as usize;
        let found = masks.separators.count_ones() as usize;
        let mut separators = masks.separators;
        // An empty mask gives positions that nobody reads.
        let mut next = || {
            let position = base + separators.trailing_zeros();
            separators &= separators.wrapping_sub(1);
            position
        };
        if let Some(room) = self
            .at
            .get_mut(self.count..)
            .and_then(|room| room.first_chunk_mut::<CHUNK>())
        {
            room[..AT_ONCE].fill_with(&mut next);
            if found > AT_ONCE {
                room[AT_ONCE..2 * AT_ONCE].fill_with(&mut next);
                if found > 2 * AT_ONCE {
                    room[2 * AT_ONCE..found].fill_with(&mut next);
                }
            }
        }
        self.count += found;
    }
}

/// A bit for every byte of a chunk, the first byte lowest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Masks {
    /// Commas and newlines.
    separators: u64,
    newlines: u64,
}

/// The same with AVX2: half the time of the words for a whole row, see docs/RATIONALE.md.
#[cfg(target_arch = "x86_64")]
mod avx2 {
    use super::{CHUNK, Masks, Separators};
    use std::arch::x86_64::{__m256i, _mm256_cmpeq_epi8, _mm256_movemask_epi8, _mm256_or_si256, _mm256_set1_epi8};

    /// Indexes the block if the processor can; false if it cannot.
    #[allow(
        unsafe_code,
        reason = "calling code made for features that are only known at run time"
    )]
    pub(super) fn index(separators: &mut Separators, block: &[u8]) -> bool {
        let has =
            is_x86_feature_detected!("avx2") && is_x86_feature_detected!("bmi1") && is_x86_feature_detected!("popcnt");
        if has {
            // SAFETY: the three features that the function is compiled for were just detected. It
            // takes no pointers; all its loads go through slices.
            unsafe { index_with_features(separators, block) };
        }
        has
    }

    #[target_feature(enable = "avx2,bmi1,popcnt")]
    fn index_with_features(separators: &mut Separators, block: &[u8]) {
        separators.index_by(block, |chunk| masks(chunk));
    }

    #[target_feature(enable = "avx2,bmi1,popcnt")]
    #[inline]
    fn masks(chunk: &[u8; CHUNK]) -> Masks {
        let (commas, feeds) = (_mm256_set1_epi8(0x2c), _mm256_set1_epi8(0x0a));
        let halves: [__m256i; 2] = bytemuck::must_cast(*chunk);
        let mut masks = Masks {
            separators: 0,
            newlines: 0,
        };
        for (half, bytes) in halves.into_iter().enumerate() {
            let newlines = _mm256_cmpeq_epi8(bytes, feeds);
            let separators = _mm256_or_si256(_mm256_cmpeq_epi8(bytes, commas), newlines);
            let bits = |mask: i32| u64::from(mask.cast_unsigned()) << (32 * half);
            masks.newlines |= bits(_mm256_movemask_epi8(newlines));
            masks.separators |= bits(_mm256_movemask_epi8(separators));
        }
        masks
    }
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
        fn words_find_what_vectors_find(block in proptest::collection::vec(bytes(), 0..400)) {
            let mut words = Separators::default();
            words.index(&[b','; 500]);
            (words.count, words.newlines) = (1, 0);
            words.index_by(&block, masks_by_words);
            let (bounds, newlines) = bounds_by_bytes(&block);
            prop_assert_eq!(words.bounds(), &bounds);
            prop_assert_eq!(words.newlines(), newlines);
        }
    }
}
