//! Fractions of the few figures of a case: in 128 bits where they fit, of any size where not. One
//! formula is written for both.

use crate::RoundingMode;
use crate::compiled::Ratio;
use crate::rounding::{div_u128, round};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{ToPrimitive, Zero};
use std::cmp::Ordering;

/// A fraction that is not negative. `None` wherever it does not fit its type.
pub(super) trait Exact: Sized {
    /// A product over a product, of which no factor of the second is 0.
    fn quotient(top: &[u128], bottom: &[u128]) -> Option<Self>;
    fn plus(&self, other: &Self) -> Option<Self>;
    /// `other` is not the larger.
    fn minus(&self, other: &Self) -> Option<Self>;
    fn times(&self, other: &Self) -> Option<Self>;
    /// `None` too where `other` is 0.
    fn over(&self, other: &Self) -> Option<Self>;
    fn against(&self, other: &Self) -> Option<Ordering>;
    /// To a whole number.
    fn to_whole(&self, mode: RoundingMode) -> Option<i64>;

    fn of(ratio: Ratio) -> Option<Self> {
        Self::quotient(&[ratio.top], &[ratio.bottom])
    }
}

/// Not reduced: the products of a usual case are far below 128 bits, and the one division comes last.
#[derive(Clone, Copy, Debug)]
pub(super) struct Narrow {
    top: u128,
    bottom: u128,
}

fn product(factors: &[u128]) -> Option<u128> {
    factors
        .iter()
        .try_fold(1u128, |product, &factor| product.checked_mul(factor))
}

impl Exact for Narrow {
    fn quotient(top: &[u128], bottom: &[u128]) -> Option<Narrow> {
        let (top, bottom) = product(top).zip(product(bottom))?;
        Some(Narrow { top, bottom })
    }

    fn plus(&self, other: &Narrow) -> Option<Narrow> {
        let (a, b) = self.crossed(other)?;
        Some(Narrow {
            top: a.checked_add(b)?,
            bottom: self.bottom.checked_mul(other.bottom)?,
        })
    }

    fn minus(&self, other: &Narrow) -> Option<Narrow> {
        let (a, b) = self.crossed(other)?;
        Some(Narrow {
            top: a.checked_sub(b)?,
            bottom: self.bottom.checked_mul(other.bottom)?,
        })
    }

    fn times(&self, other: &Narrow) -> Option<Narrow> {
        Narrow::quotient(&[self.top, other.top], &[self.bottom, other.bottom])
    }

    fn over(&self, other: &Narrow) -> Option<Narrow> {
        if other.top == 0 {
            return None;
        }
        Narrow::quotient(&[self.top, other.bottom], &[self.bottom, other.top])
    }

    fn against(&self, other: &Narrow) -> Option<Ordering> {
        let (a, b) = self.crossed(other)?;
        Some(a.cmp(&b))
    }

    fn to_whole(&self, mode: RoundingMode) -> Option<i64> {
        i64::try_from(div_u128(self.top, self.bottom, mode)).ok()
    }
}

impl Narrow {
    /// Both over the product of their denominators.
    fn crossed(&self, other: &Narrow) -> Option<(u128, u128)> {
        self.top
            .checked_mul(other.bottom)
            .zip(other.top.checked_mul(self.bottom))
    }
}

impl Exact for BigRational {
    fn quotient(top: &[u128], bottom: &[u128]) -> Option<BigRational> {
        let wide = |factors: &[u128]| factors.iter().map(|&factor| BigInt::from(factor)).product::<BigInt>();
        Some(BigRational::new(wide(top), wide(bottom)))
    }

    fn plus(&self, other: &BigRational) -> Option<BigRational> {
        Some(self + other)
    }

    fn minus(&self, other: &BigRational) -> Option<BigRational> {
        Some(self - other)
    }

    fn times(&self, other: &BigRational) -> Option<BigRational> {
        Some(self * other)
    }

    fn over(&self, other: &BigRational) -> Option<BigRational> {
        (!other.is_zero()).then(|| self / other)
    }

    fn against(&self, other: &BigRational) -> Option<Ordering> {
        Some(self.cmp(other))
    }

    fn to_whole(&self, mode: RoundingMode) -> Option<i64> {
        round(self, 0, mode).to_i64()
    }
}
