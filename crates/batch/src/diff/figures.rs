//! Published figures as exact decimals; two runs may show them with other numbers of decimals.

use num_bigint::{BigInt, Sign};
use std::fmt;

/// An exact decimal.
#[derive(Clone, Debug, Default)]
pub(super) struct Exact {
    units: BigInt,
    places: u32,
}

impl Exact {
    /// Reads `-?[0-9]+(\.[0-9]+)?`.
    pub(super) fn read(text: &[u8]) -> Option<Exact> {
        let text = std::str::from_utf8(text).ok()?;
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        let digits = format!("{whole}{decimals}");
        let unsigned = digits.strip_prefix('-').unwrap_or(&digits);
        if unsigned.is_empty() || !unsigned.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        Some(Exact {
            units: digits.parse().ok()?,
            places: u32::try_from(decimals.len()).ok()?,
        })
    }

    fn at(&self, places: u32) -> BigInt {
        &self.units * BigInt::from(10).pow(places - self.places)
    }

    pub(super) fn minus(&self, other: &Exact) -> Exact {
        let places = self.places.max(other.places);
        Exact {
            units: self.at(places) - other.at(places),
            places,
        }
    }

    pub(super) fn plus(&self, other: &Exact) -> Exact {
        let places = self.places.max(other.places);
        Exact {
            units: self.at(places) + other.at(places),
            places,
        }
    }

    pub(super) fn abs(&self) -> Exact {
        Exact {
            units: self.units.magnitude().clone().into(),
            places: self.places,
        }
    }

    pub(super) fn is_zero(&self) -> bool {
        self.units.sign() == Sign::NoSign
    }
}

impl PartialEq for Exact {
    fn eq(&self, other: &Exact) -> bool {
        self.minus(other).is_zero()
    }
}

impl Eq for Exact {}

impl PartialOrd for Exact {
    fn partial_cmp(&self, other: &Exact) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Exact {
    fn cmp(&self, other: &Exact) -> std::cmp::Ordering {
        let places = self.places.max(other.places);
        self.at(places).cmp(&other.at(places))
    }
}

impl fmt::Display for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.units.sign() == Sign::Minus { "-" } else { "" };
        let places = self.places as usize;
        let digits = format!("{:0>width$}", self.units.magnitude(), width = places + 1);
        let (whole, decimals) = digits.split_at(digits.len() - places);
        match places {
            0 => write!(f, "{sign}{whole}"),
            _ => write!(f, "{sign}{whole}.{decimals}"),
        }
    }
}

/// Whether two published figures are the same number; texts that are no numbers, as they stand.
pub(super) fn same(a: &[u8], b: &[u8]) -> bool {
    a == b || matches!((Exact::read(a), Exact::read(b)), (Some(a), Some(b)) if a == b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_of_other_decimals_compare() {
        let exact = |text: &str| Exact::read(text.as_bytes()).unwrap();
        assert_eq!(exact("1.20"), exact("1.2000"));
        assert_eq!(exact("1.2").minus(&exact("1.25")).to_string(), "-0.05");
        assert_eq!(exact("-0.07").abs().to_string(), "0.07");
        assert_eq!(exact("-12").to_string(), "-12");
        assert!(exact("-2.5") < exact("-2.49"));
        assert!(Exact::read(b"").is_none() && Exact::read(b"-").is_none() && Exact::read(b"1.2.3").is_none());
        assert!(same(b"low", b"low") && !same(b"", b"0"));
    }
}
