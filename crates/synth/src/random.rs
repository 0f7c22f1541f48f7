//! The seeded source of every choice.
//!
//! Only `next_u64` of the generator is used, and the ways to a range are written here, so that a
//! seed gives the same bytes whatever a later version of a random-number crate does.

use crate::spread::SPREAD_PER_MILLE;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// What a stream of choices is for. Each has its own, so that a change to how groups are drawn
/// leaves the hospitals as they were.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Stream {
    Hospitals = 1,
    Groups = 2,
    Claims = 3,
    Budgets = 4,
    Records = 5,
}

/// A stream of choices.
pub(crate) struct Random(ChaCha8Rng);

impl Random {
    pub(crate) fn new(seed: u64, stream: Stream) -> Random {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        let mut generator = ChaCha8Rng::from_seed(key);
        generator.set_stream(stream as u64);
        Random(generator)
    }

    /// 0 to `bound` - 1; 0 where the bound is 0. (The bias of multiply-and-shift, below 2^-40 for
    /// the bounds used here, is of no interest to made-up data.)
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        high_half(u128::from(self.0.next_u64()) * u128::from(bound))
    }

    /// `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high - low + 1)
    }

    /// True in `per_mille` of 1000 cases.
    pub(crate) fn chance(&mut self, per_mille: u64) -> bool {
        self.below(1000) < per_mille
    }

    /// One of a slice that is not empty.
    pub(crate) fn choose<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.index(from.len())]
    }

    /// A position in something of this length.
    pub(crate) fn index(&mut self, len: usize) -> usize {
        // Below `len`, so it fits whatever the machine's word.
        usize::try_from(self.below(len as u64)).unwrap_or(0)
    }

    /// Fisher and Yates.
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = self.index(last + 1);
            items.swap(last, other);
        }
    }

    /// How a case's cost compares with its group's mean, in per mille: mean 1000, skewed as
    /// hospital bills are.
    pub(crate) fn cost_spread(&mut self) -> u64 {
        let cells = SPREAD_PER_MILLE.len() - 1;
        // Position in the table in 1024ths of a cell.
        let at = self.below(cells as u64 * 1024);
        let cell = usize::try_from(at / 1024).unwrap_or(0);
        let (low, high) = (SPREAD_PER_MILLE[cell], SPREAD_PER_MILLE[cell + 1]);
        low + (high - low) * (at % 1024) / 1024
    }
}

#[allow(clippy::cast_possible_truncation, reason = "the upper half of 128 bits is 64 bits")]
fn high_half(product: u128) -> u64 {
    (product >> 64) as u64
}

/// A fixed mix of a number's bits: what must be the same whenever the same person appears.
pub(crate) fn mix(number: u64, seed: u64) -> u64 {
    let mut z = number
        .wrapping_add(seed.rotate_left(32))
        .wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// Weighted choice: weights summed up, searched by halves.
#[derive(Clone, Debug, Default)]
pub(crate) struct Weights(Vec<u64>);

impl Weights {
    pub(crate) fn new(weights: impl IntoIterator<Item = u64>) -> Weights {
        let mut sum = 0;
        Weights(
            weights
                .into_iter()
                .map(|weight| {
                    sum += weight;
                    sum
                })
                .collect(),
        )
    }

    pub(crate) fn total(&self) -> u64 {
        self.0.last().copied().unwrap_or(0)
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Where an item begins and where the next one does.
    pub(crate) fn around(&self, item: usize) -> (u64, u64) {
        let from = item.checked_sub(1).map_or(0, |before| self.0[before]);
        (from, self.0[item])
    }

    /// The item that `at` (below the total) falls on.
    pub(crate) fn item(&self, at: u64) -> usize {
        self.0.partition_point(|&sum| sum <= at)
    }

    pub(crate) fn draw(&self, random: &mut Random) -> usize {
        self.item(random.below(self.total()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_is_a_seed_for_ever() {
        let mut random = Random::new(1, Stream::Claims);
        let first: Vec<u64> = (0..4).map(|_| random.below(1_000_000)).collect();
        let mut again = Random::new(1, Stream::Claims);
        assert_eq!(first, (0..4).map(|_| again.below(1_000_000)).collect::<Vec<_>>());
        let mut other = Random::new(1, Stream::Groups);
        assert_ne!(first, (0..4).map(|_| other.below(1_000_000)).collect::<Vec<_>>());
    }

    #[test]
    fn ranges_are_kept() {
        let mut random = Random::new(7, Stream::Claims);
        for _ in 0..2000 {
            assert!((3..=5).contains(&random.between(3, 5)));
            assert_eq!(random.below(1), 0);
        }
        assert_eq!(random.below(0), 0);
    }

    #[test]
    fn weights_draw_only_what_weighs() {
        let weights = Weights::new([0, 5, 0, 1]);
        assert_eq!([0, 4, 5].map(|at| weights.item(at)), [1, 1, 3]);
        let mut random = Random::new(7, Stream::Claims);
        assert!((0..200).all(|_| matches!(weights.draw(&mut random), 1 | 3)));
    }

    #[test]
    fn the_mean_case_costs_the_mean() {
        let mut random = Random::new(11, Stream::Claims);
        let sum: u64 = (0..100_000).map(|_| random.cost_spread()).sum();
        assert!((99_000_000..101_000_000).contains(&sum), "{sum}");
    }
}
