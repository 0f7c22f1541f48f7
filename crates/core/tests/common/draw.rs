//! Where the years' figures come from: a seed, or bytes.

use dianzhi_core::Decimal;
use proptest::prelude::Rng;
use proptest::test_runner::{RngAlgorithm, TestRng};
use std::collections::VecDeque;

/// Draws from a seed, or from bytes and, behind them, from a seed: the same ones, the same draws.
pub(crate) struct Draw {
    bytes: VecDeque<u8>,
    seeded: TestRng,
}

impl Draw {
    pub(crate) fn new(seed: u64) -> Draw {
        Draw::from_bytes(&[], seed)
    }

    pub(crate) fn from_bytes(bytes: &[u8], seed: u64) -> Draw {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        Draw {
            bytes: bytes.iter().copied().collect(),
            seeded: TestRng::from_seed(RngAlgorithm::ChaCha, &key),
        }
    }

    /// A word, of no more bytes than it takes to reach `span`.
    fn word(&mut self, span: u64) -> u64 {
        let bits = span.checked_ilog2().map_or(0, |highest| highest + 1);
        let length = bits.div_ceil(8) as usize;
        if self.bytes.len() < length {
            self.bytes.clear();
        }
        if self.bytes.is_empty() {
            return self.seeded.next_u64();
        }
        let bytes = self.bytes.drain(..length);
        bytes.fold(0, |word, byte| word << 8 | u64::from(byte))
    }

    /// A whole number, both ends included.
    pub(crate) fn number(&mut self, first: i64, last: i64) -> i64 {
        let span = last.abs_diff(first);
        let word = self.word(span);
        let step = if span == u64::MAX { word } else { word % (span + 1) };
        first.checked_add_unsigned(step).expect("it lies before `last`")
    }

    /// A whole number from 1 to `last`, small and large ones alike.
    pub(crate) fn of_any_size(&mut self, last: i64) -> i64 {
        let bits = last.checked_ilog2().unwrap_or(0);
        let cut = self.number(0, bits.into());
        self.number(1, (last >> cut).max(1))
    }

    pub(crate) fn count(&mut self, first: usize, last: usize) -> usize {
        let number = |n: usize| i64::try_from(n).expect("a small count");
        usize::try_from(self.number(number(first), number(last))).expect("a small count")
    }

    pub(crate) fn chance(&mut self, percent: i64) -> bool {
        self.number(1, 100) <= percent
    }

    pub(crate) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.count(0, from.len() - 1)]
    }

    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.count(0, i));
        }
    }

    /// A decimal from `first` to `last` with exactly `places` decimals.
    pub(crate) fn decimal(&mut self, first: i64, last: i64, places: u32) -> Decimal {
        let one = 10i64.pow(places);
        Decimal::new(self.number(first * one, last * one), places)
    }

    /// A share from 0 to 1: round ones, the ends, and ones with many decimals.
    pub(crate) fn share(&mut self) -> Decimal {
        match self.number(0, 9) {
            0 => Decimal::ZERO,
            1 => Decimal::ONE,
            2..=5 => self.decimal(0, 1, 1),
            6..=8 => self.decimal(0, 1, 2),
            _ => self.decimal(0, 1, 12),
        }
    }
}
