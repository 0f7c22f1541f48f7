//! The bounds of outliers in whole fen, where a cost is compared with its group's mean.

use crate::decimal::rational;
use crate::{CaseClass, Decimal, Deviation, Fen};
use num_rational::BigRational;
use num_traits::ToPrimitive;

/// From how many fen on a case is no low outlier, and from how many a high one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FenBounds {
    low_below: i64,
    high_from: i64,
}

impl FenBounds {
    /// The cost ratio is fen ÷ `mean_fen`, above 0.
    pub(crate) fn new(deviation: &Deviation, (low, high): (Decimal, Decimal), mean_fen: &BigRational) -> FenBounds {
        // x < low ⇔ fen < low × mean, for whole fen: the least whole number that is not a low outlier.
        let low = rational(low) * mean_fen;
        let high = rational(high) * mean_fen;
        FenBounds {
            low_below: if deviation.low.inclusive {
                above(&low)
            } else {
                ceil(&low)
            },
            high_from: if deviation.high.inclusive {
                ceil(&high)
            } else {
                above(&high)
            },
        }
    }

    #[inline]
    pub(crate) fn class(&self, cost: Fen) -> CaseClass {
        if cost.0 < self.low_below {
            CaseClass::Low
        } else if cost.0 >= self.high_from {
            CaseClass::High
        } else {
            CaseClass::Normal
        }
    }
}

/// The least whole number at or above, held at `i64::MAX`, above every amount there can be.
fn ceil(value: &BigRational) -> i64 {
    value.ceil().to_integer().to_i64().unwrap_or(i64::MAX)
}

/// The least whole number above.
fn above(value: &BigRational) -> i64 {
    (value.floor().to_integer() + 1u8).to_i64().unwrap_or(i64::MAX)
}
