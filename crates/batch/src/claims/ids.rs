//! Settlement ids and the hash that finds candidates for duplicates.

use rustc_hash::FxHasher;
use std::hash::Hasher;

/// The length of a [`ShortId`] at most; the national id has up to 20 bytes or so, others are shorter.
const SHORT: usize = 24;

/// An id of at most 24 bytes, with what stands behind it.
#[derive(Clone, Copy)]
pub(crate) struct ShortId<'a> {
    padded: &'a [u8; SHORT],
    length: usize,
}

/// For each length, ones over the first so many of 24 bytes.
static MASKS: [[u64; 3]; SHORT + 1] = {
    let mut masks = [[0; 3]; SHORT + 1];
    let mut length = 1;
    while length <= SHORT {
        masks[length] = masks[length - 1];
        masks[length][(length - 1) / 8] |= 0xff << ((length - 1) % 8 * 8);
        length += 1;
    }
    masks
};

impl<'a> ShortId<'a> {
    /// `None` where the id is longer.
    #[inline(always)]
    pub(crate) fn new(padded: &'a [u8; SHORT], length: u32) -> Option<ShortId<'a>> {
        let length = length as usize;
        (length <= SHORT).then_some(ShortId { padded, length })
    }

    #[inline(always)]
    pub(crate) fn padded(&self) -> &'a [u8; SHORT] {
        self.padded
    }

    #[inline(always)]
    pub(crate) fn length(&self) -> usize {
        self.length
    }

    /// As [`id_hash`] of the bytes: two folded products of its words.
    #[inline(always)]
    pub(crate) fn hash(&self) -> u64 {
        let masks = MASKS.get(self.length).copied().unwrap_or_default();
        let word = |i: usize| {
            let bytes = self.padded[8 * i..].first_chunk().copied().unwrap_or_default();
            u64::from_le_bytes(bytes) & masks[i]
        };
        // The keys are digits of pi.
        let start = folded(word(0) ^ 0x2438_6a88_85a3_08d3, word(1) ^ 0x1319_8a2e_0370_7344);
        folded(start ^ word(2), self.length as u64 ^ 0xa409_3822_299f_31d0)
    }
}

/// Both halves of a product in one.
#[inline(always)]
fn folded(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    // The halves of 128 bits.
    #[allow(clippy::cast_possible_truncation)]
    let folded = product as u64 ^ (product >> 64) as u64;
    folded
}

/// The hash that finds candidates for duplicates; equal ids have equal hashes.
pub(crate) fn id_hash(id: &[u8]) -> u64 {
    if id.len() > SHORT {
        let mut hasher = FxHasher::default();
        hasher.write(id);
        return hasher.finish();
    }
    let mut padded = [0; SHORT];
    padded[..id.len()].copy_from_slice(id);
    ShortId {
        padded: &padded,
        length: id.len(),
    }
    .hash()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn what_stands_behind_an_id_does_not_count(text in proptest::collection::vec(any::<u8>(), 0..40), behind in any::<[u8; 24]>()) {
            let padded: Vec<u8> = text.iter().chain(&behind).copied().collect();
            let short = ShortId::new(padded.first_chunk().unwrap(), u32::try_from(text.len()).unwrap());
            prop_assert_eq!(short.is_some(), text.len() <= 24);
            if let Some(short) = short {
                prop_assert_eq!(short.hash(), id_hash(&text));
            }
        }
    }

    /// Ids that count up, and the same with zeros before them or zero bytes behind.
    #[test]
    fn neighbours_differ() {
        let ids = (0..100_000u32).flat_map(|i| {
            [
                format!("{i}"),
                format!("{i:019}"),
                format!("S{i:06}-2026"),
                format!("{i}\0"),
            ]
        });
        let ids: BTreeSet<String> = ids.collect();
        for bits in [u64::MAX, u64::MAX >> 20] {
            let hashes: BTreeSet<u64> = ids.iter().map(|id| id_hash(id.as_bytes()) & bits).collect();
            assert_eq!(hashes.len(), ids.len());
        }
    }
}
