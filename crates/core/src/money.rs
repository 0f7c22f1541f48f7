//! Money in whole fen, points in whole units of the policy's decimals.

use serde::{Deserialize, Serialize};
use std::fmt;

/// An amount of money of one case: a whole number of fen (分, 0.01 yuan).
///
/// ```
/// use dianzhi_core::Fen;
/// assert_eq!(Fen(-1234).to_string(), "-12.34");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Fen(pub i64);

/// A sum of money in whole fen, wide enough for every claim that a run can hold.
///
/// ```
/// use dianzhi_core::FenSum;
/// assert_eq!(FenSum(100_000).to_string(), "1000.00");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FenSum(pub i128);

/// Points (点数, or weights or scores, as the region calls them) of one case, in whole units of
/// 10^-`points` where `points` is the policy's number of decimals.
///
/// ```
/// use dianzhi_core::Points;
/// assert_eq!(Points(1_009_900).display(4).to_string(), "100.9900");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Points(pub i64);

/// A whole number of units of 10^-`places`, shown with exactly that many decimals.
///
/// ```
/// use dianzhi_core::Fixed;
/// assert_eq!(Fixed { units: -5, places: 3 }.to_string(), "-0.005");
/// assert_eq!(Fixed { units: 5, places: 0 }.to_string(), "5");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fixed {
    /// The number in units of 10^-`places`.
    pub units: i128,
    /// Decimals.
    pub places: u32,
}

impl fmt::Display for Fixed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.units < 0 { "-" } else { "" };
        let units = self.units.unsigned_abs();
        if self.places == 0 {
            return write!(f, "{sign}{units}");
        }
        let one = 10u128.pow(self.places);
        let width = self.places as usize;
        write!(f, "{sign}{}.{:0width$}", units / one, units % one)
    }
}

impl Fen {
    /// An amount of 0 or more, below 0 where `of` is.
    #[inline]
    pub(crate) fn with_sign_of(self, of: i64) -> Fen {
        if of < 0 { Fen(-self.0) } else { self }
    }
}

impl Points {
    /// The points with the policy's decimals.
    #[must_use]
    pub fn display(self, places: u32) -> Fixed {
        Fixed {
            units: self.0.into(),
            places,
        }
    }
}

impl fmt::Display for Fen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        FenSum(self.0.into()).fmt(f)
    }
}

impl fmt::Display for FenSum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Fixed {
            units: self.0,
            places: 2,
        }
        .fmt(f)
    }
}

impl From<Fen> for FenSum {
    fn from(fen: Fen) -> FenSum {
        FenSum(fen.0.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As many decimals as the unit has, a sign below zero and none at zero.
    #[test]
    fn shown_to_the_unit() {
        let show = |units, places| Fixed { units, places }.to_string();
        assert_eq!([0, 5, -5].map(|units| show(units, 0)), ["0", "5", "-5"]);
        assert_eq!(
            [0, 5, -5, 123, -123].map(|units| show(units, 2)),
            ["0.00", "0.05", "-0.05", "1.23", "-1.23"]
        );
        assert_eq!(show(i128::MIN, 0), i128::MIN.to_string());
        assert_eq!(Fen(-1234).to_string(), "-12.34");
        assert_eq!(FenSum::from(Fen(1234)), FenSum(1234));
        assert_eq!(Points(1_009_900).display(4).to_string(), "100.9900");
    }
}
