//! Who gets the fen left over when every standard is cut down 最大余数法.

use super::PoolPrice;
use std::cmp::Ordering;

/// Chooses the parts that get one of the `left` fen: those with the largest remainder, ties by
/// `tie` order (最大余数法). The chosen parts come first; the rest follow in no order.
///
/// ```
/// let mut parts = [("a", 5u128), ("b", 9), ("c", 9)];
/// let chosen = dianzhi_core::largest_remainders(&mut parts, 1, |p| p.1, |a, b| a.0.cmp(b.0));
/// assert_eq!(chosen[0].0, "b");
/// ```
pub fn largest_remainders<T>(
    parts: &mut [T],
    left: usize,
    remainder: impl Fn(&T) -> u128,
    tie: impl Fn(&T, &T) -> Ordering,
) -> &mut [T] {
    let left = left.min(parts.len());
    if left < parts.len() {
        parts.select_nth_unstable_by(left, |a, b| remainder(b).cmp(&remainder(a)).then_with(|| tie(a, b)));
    }
    &mut parts[..left]
}

/// Binary digits of a remainder that a slice is made of.
const DIGITS: u32 = 12;

/// How many cases of a pool have a remainder of which size, by its first binary digits: the cases that get
/// a fen are then all those of the larger slices and the largest of one slice, and only that one is put
/// in order ([`largest_remainders`]).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemainderSlices {
    shift: u32,
    counts: Vec<usize>,
}

/// Where the fen left over end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastSlice {
    /// Every case of a larger slice gets a fen; of this one only some do.
    pub slice: usize,
    /// How many of this one.
    pub left: usize,
}

impl RemainderSlices {
    /// Of a pool, nothing counted yet.
    #[must_use]
    pub fn new(price: &PoolPrice) -> RemainderSlices {
        RemainderSlices {
            shift: (u128::BITS - price.points.leading_zeros()).saturating_sub(DIGITS),
            counts: vec![0; 1 << DIGITS],
        }
    }

    /// The slice of a remainder that [`CompiledPolicy::standard_cut`](crate::CompiledPolicy::standard_cut)
    /// found in this pool; the larger it is, the larger the slice.
    #[inline]
    #[must_use]
    pub fn of(&self, remainder: u128) -> usize {
        usize::try_from(remainder >> self.shift)
            .unwrap_or(usize::MAX)
            .min((1 << DIGITS) - 1)
    }

    /// Counts a remainder.
    #[inline]
    pub fn add(&mut self, remainder: u128) {
        let slice = self.of(remainder);
        self.counts[slice] += 1;
    }

    /// Adds what was counted elsewhere of the same pool.
    pub fn merge(&mut self, other: &RemainderSlices) {
        for (count, more) in self.counts.iter_mut().zip(&other.counts) {
            *count += more;
        }
    }

    /// Where `left` fen end; `None` where there is no fen or no case.
    ///
    /// ```
    /// use dianzhi_core::{example, CompiledPolicy, LastSlice, PoolId, RemainderSlices, Silent, Totals};
    /// let policy = CompiledPolicy::new(&example::policy(), &example::groups(), &example::hospitals()).unwrap();
    /// let totals = Totals { cases: 4, points: 4096, medical_cost: 1_000, ..Totals::default() };
    /// let price = policy.pool_price(PoolId(0), &totals, &mut Silent).unwrap();
    /// let mut slices = RemainderSlices::new(&price);
    /// [4_001, 3_001, 3_000, 9].iter().for_each(|remainder| slices.add(*remainder));
    /// let last = LastSlice { slice: slices.of(3_000), left: 1 };
    /// assert_eq!(slices.last(2), Some(last));
    /// assert_eq!(slices.last(0), None);
    /// ```
    #[must_use]
    pub fn last(&self, left: usize) -> Option<LastSlice> {
        let mut left = Some(left).filter(|left| *left > 0)?;
        let mut last = None;
        for (slice, count) in self.counts.iter().enumerate().rev().filter(|(_, count)| **count > 0) {
            last = Some(LastSlice {
                slice,
                left: left.min(*count),
            });
            if left <= *count {
                break;
            }
            left -= count;
        }
        last
    }
}
