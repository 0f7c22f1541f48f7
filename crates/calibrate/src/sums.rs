//! Count, sum and sum of squares of costs, and the figures that follow from them: exact integers up to
//! one root and one rounding, so that they are the same on every machine.

use crate::Sd;
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Zero};

/// Decimals of coefficients of variation, shares and RIV.
pub const SHARE_PLACES: u32 = 6;

/// Count, sum and sum of squares of amounts in fen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// How many.
    pub cases: u64,
    /// Σ, in fen.
    pub sum: i128,
    /// Σ of the squares, in fen²: 10^24 for the largest amount, so that 10^14 of them fit.
    pub squares: i128,
}

impl Sums {
    /// Adds an amount in fen.
    #[inline]
    pub fn add(&mut self, fen: i64) {
        let fen = i128::from(fen);
        self.cases += 1;
        self.sum += fen;
        self.squares += fen * fen;
    }

    /// Adds those of another.
    pub fn add_all(&mut self, other: &Sums) {
        self.cases += other.cases;
        self.sum += other.sum;
        self.squares += other.squares;
    }

    /// The mean in fen; `None` without cases.
    #[must_use]
    pub fn mean(&self) -> Option<BigRational> {
        (self.cases > 0).then(|| BigRational::new(self.sum.into(), self.cases.into()))
    }

    /// n·Σx² − (Σx)²: n² times the population's variance.
    fn spread(&self) -> BigInt {
        BigInt::from(self.cases) * self.squares - BigInt::from(self.sum) * self.sum
    }

    /// The variance in fen²; `None` where there are too few cases for it.
    #[must_use]
    pub fn variance(&self, sd: Sd) -> Option<BigRational> {
        let freedom = match sd {
            Sd::Population => self.cases,
            Sd::Sample => self.cases.saturating_sub(1),
        };
        (freedom > 0).then(|| BigRational::new(self.spread(), BigInt::from(self.cases) * freedom))
    }

    /// The standard deviation in whole fen, half up; `None` where there are too few cases for it.
    #[must_use]
    pub fn sd_fen(&self, sd: Sd) -> Option<BigInt> {
        Some(root(&self.variance(sd)?, 0))
    }

    /// CV² = variance ÷ mean², exactly; `None` where there are too few cases for it or the mean is 0.
    #[must_use]
    pub fn cv_squared(&self, sd: Sd) -> Option<BigRational> {
        let mean = self.mean().filter(|mean| !mean.is_zero())?;
        Some(self.variance(sd)? / (&mean * &mean))
    }

    /// The coefficient of variation in units of 10^-[`SHARE_PLACES`], half up.
    #[must_use]
    pub fn cv(&self, sd: Sd) -> Option<BigInt> {
        Some(root(&self.cv_squared(sd)?, SHARE_PLACES))
    }

    /// Σ(x − mean)² in units of 10^-6 fen², cut down; 0 without cases.
    #[must_use]
    pub(crate) fn squares_around_mean(&self) -> BigInt {
        if self.cases == 0 {
            return BigInt::zero();
        }
        self.spread() * 1_000_000u32 / self.cases
    }
}

/// The root of a number that is not negative, in units of 10^-`places`, half up.
///
/// ⌊2·√v·10^p⌋ = ⌊√⌊4·v·10^2p⌋⌋, and half of it, rounded up, is the nearest.
pub(crate) fn root(value: &BigRational, places: u32) -> BigInt {
    let scaled = value.numer() * 4u8 * BigInt::from(10u8).pow(2 * places) / value.denom();
    (scaled.sqrt() + BigInt::one()) / 2u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(costs: &[i64]) -> Sums {
        let mut sums = Sums::default();
        costs.iter().for_each(|&cost| sums.add(cost));
        sums
    }

    #[test]
    fn by_hand() {
        // Mean 5, variance 4 (population), 32 ÷ 7 (sample).
        let sums = of(&[2, 4, 4, 4, 5, 5, 7, 9]);
        assert_eq!(sums.mean().unwrap(), BigRational::from_integer(5.into()));
        assert_eq!(sums.sd_fen(Sd::Population).unwrap(), 2.into());
        assert_eq!(sums.cv(Sd::Population).unwrap(), 400_000.into());
        // √(32 ÷ 7) = 2.13809, ÷ 5 = 0.427618
        assert_eq!(sums.cv(Sd::Sample).unwrap(), 427_618.into());
        assert_eq!(sums.squares_around_mean(), 32_000_000.into());
    }

    #[test]
    fn too_few_cases_have_no_figure() {
        assert_eq!(of(&[]).mean(), None);
        assert_eq!(of(&[]).cv(Sd::Population), None);
        assert_eq!(of(&[7]).cv(Sd::Population), Some(0.into()));
        assert_eq!(of(&[7]).cv(Sd::Sample), None);
        assert_eq!(of(&[7, 7]).cv(Sd::Sample), Some(0.into()));
    }

    proptest! {
        /// The nearest: a half more or less passes the root.
        #[test]
        fn roots_are_the_nearest(value in 0u64.., by in 1u64..1_000_000, places in 0u32..7) {
            let value = BigRational::new(value.into(), by.into());
            let found = root(&value, places);
            let unit = BigRational::new(1.into(), BigInt::from(10u8).pow(places) * 2u8);
            let twice = BigRational::from_integer(found * 2u8);
            let above = (&twice + BigRational::one()) * &unit;
            prop_assert!(&above * &above > value);
            let below = (twice - BigRational::one()) * unit;
            prop_assert!(below < BigRational::zero() || &below * &below <= value);
        }
    }
}
