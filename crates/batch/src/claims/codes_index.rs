//! From a code's bytes to its position in its table: the look-up that every claim makes three times.
//!
//! Codes of up to 16 bytes are held as two words and their length; one multiplication finds the slot
//! and a comparison settles it. Longer codes, which no national table has, go through an ordinary map.

use super::window::Window;
use rustc_hash::FxHashMap;

/// Codes and their positions.
pub(crate) struct CodeIndex {
    /// A power of two, at least four times the number of short codes.
    slots: Vec<Slot>,
    /// What is shifted out of 64 bits to leave the number of a slot.
    shift: u32,
    long: FxHashMap<Box<[u8]>, u32>,
}

#[derive(Clone, Copy, Default)]
struct Slot {
    code: Window,
    /// The position plus one; 0 for an empty slot.
    position: u32,
}

impl CodeIndex {
    /// The index of a table's codes, each at its position. Codes are distinct.
    pub(crate) fn new<'a>(codes: impl ExactSizeIterator<Item = &'a String>) -> CodeIndex {
        let size = (codes.len() * 4).next_power_of_two().max(2);
        let mut index = CodeIndex {
            slots: vec![Slot::default(); size],
            shift: u64::BITS - size.trailing_zeros(),
            long: FxHashMap::default(),
        };
        for (position, code) in (0u32..).zip(codes) {
            index.insert(code.as_bytes(), position);
        }
        index
    }

    fn insert(&mut self, code: &[u8], position: u32) {
        let Some(code) = Window::of(code) else {
            self.long.insert(code.into(), position);
            return;
        };
        let mut at = self.slot(code);
        while self.slots[at].position != 0 {
            at = self.behind(at);
        }
        self.slots[at] = Slot {
            code,
            position: position + 1,
        };
    }

    /// The position of a code of at most sixteen bytes.
    #[inline(always)]
    pub(crate) fn short(&self, code: Window) -> Option<u32> {
        let mut at = self.slot(code);
        loop {
            let slot = &self.slots[at];
            if slot.position == 0 {
                return None;
            }
            if slot.code.is(code) {
                return Some(slot.position - 1);
            }
            at = self.behind(at);
        }
    }

    /// The position of a code.
    pub(crate) fn get(&self, code: &[u8]) -> Option<u32> {
        match Window::of(code) {
            Some(short) => self.short(short),
            None => self.long(code),
        }
    }

    /// The position of a longer code.
    #[cold]
    pub(crate) fn long(&self, code: &[u8]) -> Option<u32> {
        self.long.get(code).copied()
    }

    /// Where a code's search begins.
    #[inline]
    fn slot(&self, code: Window) -> usize {
        let mixed = (code.high ^ code.low.rotate_left(29) ^ u64::from(code.length)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        // Only the highest bits of a product depend on all of the code, whose last characters, in
        // which most codes differ, are the highest.
        usize::try_from(mixed.wrapping_shr(self.shift)).unwrap_or(0)
    }

    #[inline]
    fn behind(&self, at: usize) -> usize {
        (at + 1) & (self.slots.len() - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn get(index: &CodeIndex, code: &str) -> Option<u32> {
        index.get(code.as_bytes())
    }

    /// Codes numbered one behind the other, as most tables have them, must not crowd together. Seen
    /// to fail when the slot was taken from the middle of the product: 50 steps on average.
    #[test]
    fn numbered_codes_are_found_at_once() {
        let hospitals = (1..=1_000).map(|i| format!("H{i:04}"));
        let national = (1..=3_000).map(|i| format!("H3301{i:08}"));
        let scores = (0..11_200u32).map(|i| {
            format!(
                "{}{:02}.{:03}x{:03}",
                char::from_digit(10 + i % 20, 36).unwrap(),
                i / 20 % 100,
                i / 7 % 1_000,
                i
            )
        });
        for codes in [hospitals.collect::<Vec<_>>(), national.collect(), scores.collect()] {
            let index = CodeIndex::new(codes.iter());
            let steps = |code: &String| {
                let code = Window::of(code.as_bytes()).unwrap();
                let mut at = index.slot(code);
                let mut steps = 1;
                while index.slots[at].code != code {
                    at = index.behind(at);
                    steps += 1;
                }
                steps
            };
            let all: usize = codes.iter().map(steps).sum();
            assert!(
                all * 10 <= codes.len() * 13,
                "{all} steps for {} codes like {}",
                codes.len(),
                codes[0]
            );
        }
    }

    proptest! {
        #[test]
        fn finds_what_it_holds_and_nothing_else(
            codes in proptest::collection::btree_set("[ab中\0]{0,19}", 0..60),
            others in proptest::collection::btree_set("[ab中\0]{0,19}", 0..60),
        ) {
            let list: Vec<String> = codes.iter().cloned().collect();
            let index = CodeIndex::new(list.iter());
            for (position, code) in (0u32..).zip(&list) {
                prop_assert_eq!(get(&index, code), Some(position));
            }
            let absent: BTreeSet<_> = others.difference(&codes).collect();
            for code in absent {
                prop_assert_eq!(get(&index, code), None);
            }
        }
    }
}
