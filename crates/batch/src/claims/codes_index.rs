//! From a code's bytes to its position in its table: the look-up that every claim makes three times.
//!
//! Codes of up to 16 bytes are held as two words, their first and last eight bytes, which together
//! with the length say all of them; one multiplication finds the slot and two comparisons settle
//! it. Longer codes, which no national table has, go through an ordinary map.

use rustc_hash::FxHashMap;

/// Codes and their positions.
pub(crate) struct CodeIndex {
    /// A power of two, at least twice the number of short codes.
    slots: Vec<Slot>,
    long: FxHashMap<Box<[u8]>, u32>,
}

#[derive(Clone, Copy, Default)]
struct Slot {
    key: Key,
    /// The position plus one; 0 for an empty slot.
    position: u32,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Key {
    first: u64,
    last: u64,
    length: u32,
}

impl Key {
    /// The key of a code of at most 16 bytes.
    #[inline]
    fn new(code: &[u8]) -> Option<Key> {
        let length = u32::try_from(code.len()).ok().filter(|length| *length <= 16)?;
        let (first, last) = if let (Some(first), Some(last)) = (code.first_chunk(), code.last_chunk()) {
            (u64::from_le_bytes(*first), u64::from_le_bytes(*last))
        } else if let (Some(first), Some(last)) = (code.first_chunk(), code.last_chunk()) {
            (u32::from_le_bytes(*first).into(), u32::from_le_bytes(*last).into())
        } else {
            let first = code.iter().fold(0, |word, &byte| word << 8 | u64::from(byte));
            (first, 0)
        };
        Some(Key { first, last, length })
    }

    #[inline]
    fn slot(self, mask: usize) -> usize {
        let mixed =
            (self.first ^ self.last.rotate_left(29) ^ u64::from(self.length)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        // The high bits are the best mixed ones; any of them will do where `usize` is narrower.
        #[allow(clippy::cast_possible_truncation)]
        let high = (mixed >> 32) as usize;
        high & mask
    }
}

impl CodeIndex {
    /// The index of a table's codes, each at its position. Codes are distinct.
    pub(crate) fn new<'a>(codes: impl ExactSizeIterator<Item = &'a String>) -> CodeIndex {
        let size = (codes.len() * 2).next_power_of_two().max(2);
        let mut index = CodeIndex {
            slots: vec![Slot::default(); size],
            long: FxHashMap::default(),
        };
        for (position, code) in (0u32..).zip(codes) {
            index.insert(code.as_bytes(), position);
        }
        index
    }

    fn insert(&mut self, code: &[u8], position: u32) {
        let Some(key) = Key::new(code) else {
            self.long.insert(code.into(), position);
            return;
        };
        let mask = self.slots.len() - 1;
        let mut at = key.slot(mask);
        while self.slots[at].position != 0 {
            at = (at + 1) & mask;
        }
        self.slots[at] = Slot {
            key,
            position: position + 1,
        };
    }

    /// The position of a code.
    #[inline]
    pub(crate) fn get(&self, code: &[u8]) -> Option<u32> {
        let Some(key) = Key::new(code) else {
            return self.long.get(code).copied();
        };
        let mask = self.slots.len() - 1;
        let mut at = key.slot(mask);
        loop {
            let slot = &self.slots[at];
            if slot.position == 0 {
                return None;
            }
            if slot.key == key {
                return Some(slot.position - 1);
            }
            at = (at + 1) & mask;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn finds_what_it_holds_and_nothing_else(
            codes in proptest::collection::btree_set("[ab中\0]{0,19}", 0..60),
            others in proptest::collection::btree_set("[ab中\0]{0,19}", 0..60),
        ) {
            let list: Vec<String> = codes.iter().cloned().collect();
            let index = CodeIndex::new(list.iter());
            for (position, code) in (0u32..).zip(&list) {
                prop_assert_eq!(index.get(code.as_bytes()), Some(position));
            }
            let absent: BTreeSet<_> = others.difference(&codes).collect();
            for code in absent {
                prop_assert_eq!(index.get(code.as_bytes()), None);
            }
        }
    }
}
