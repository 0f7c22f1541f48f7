//! Which cases of a group are left out of its means 裁剪.
//!
//! Quartiles, percentiles and multiples are exact. Only the bounds of ln cost are `f64`, taken over the
//! sorted costs with logarithms of one library on every machine: they decide which cases count, and no
//! amount is computed from them.

use crate::cells::Cells;
use crate::{TrimBy, TrimMethod, Trimming};
use dianzhi_core::{Decimal, rational};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::ToPrimitive;

/// The costs that are kept, both ends among them. Nothing is kept where the first passes the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The least cost kept, in fen.
    pub low: i64,
    /// The largest.
    pub high: i64,
}

impl Bounds {
    /// Everything is kept.
    pub const ALL: Bounds = Bounds {
        low: i64::MIN,
        high: i64::MAX,
    };

    /// Whether a cost is kept.
    #[inline]
    #[must_use]
    pub fn keep(&self, cost: i64) -> bool {
        self.low <= cost && cost <= self.high
    }
}

/// The bounds of every cell of groups and years.
pub(crate) fn bounds(cells: &mut Cells, trimming: &Trimming) -> Vec<Bounds> {
    let mut found = Vec::with_capacity(cells.count());
    let enough = |costs: &[i64]| costs.len() as u64 >= u64::from(trimming.cases_min.max(1));
    for group in 0..cells.groups() {
        match trimming.by {
            TrimBy::Group => {
                let costs = cells.of_group(group);
                let bounds = if enough(costs) {
                    of(costs, trimming.method)
                } else {
                    Bounds::ALL
                };
                found.extend(std::iter::repeat_n(bounds, cells.years()));
            }
            TrimBy::GroupAndYear => {
                for year in 0..cells.years() {
                    let costs = cells.of(group, year);
                    let bounds = if enough(costs) {
                        of(costs, trimming.method)
                    } else {
                        Bounds::ALL
                    };
                    found.push(bounds);
                }
            }
        }
    }
    found
}

/// The bounds of some costs, which are sorted for it; they are not empty.
fn of(costs: &mut [i64], method: TrimMethod) -> Bounds {
    match method {
        TrimMethod::None => Bounds::ALL,
        TrimMethod::Iqr(times) => {
            costs.sort_unstable();
            let quarter = |quarters: i64| percentile(costs, Decimal::new(25 * quarters, 2));
            let (first, third) = (quarter(1), quarter(3));
            let margin = rational(times) * (&third - &first);
            between(&(first - &margin), &(third + margin))
        }
        TrimMethod::Percentiles(low, high) => {
            costs.sort_unstable();
            between(&percentile(costs, low), &percentile(costs, high))
        }
        TrimMethod::Multiples(low, high) => {
            let sum: i128 = costs.iter().map(|&cost| i128::from(cost)).sum();
            let mean = BigRational::new(sum.into(), costs.len().into());
            between(&(rational(low) * &mean), &(rational(high) * mean))
        }
        TrimMethod::LogSd(times) => {
            costs.sort_unstable();
            log_sd(costs, times)
        }
    }
}

/// The percentile of sorted costs by linear interpolation: at position (n − 1)·share.
fn percentile(sorted: &[i64], share: Decimal) -> BigRational {
    let at = BigRational::from_integer((sorted.len() - 1).into()) * rational(share);
    let below = at.to_integer().to_usize().unwrap_or(0).min(sorted.len() - 1);
    let next = (below + 1).min(sorted.len() - 1);
    let step = BigRational::from_integer((i128::from(sorted[next]) - i128::from(sorted[below])).into());
    let rest = at - BigRational::from_integer(below.into());
    BigRational::from_integer(sorted[below].into()) + rest * step
}

/// Whole fen from one bound to another.
fn between(low: &BigRational, high: &BigRational) -> Bounds {
    let fen = |bound: BigInt, beyond: i64| bound.to_i64().unwrap_or(beyond);
    Bounds {
        low: fen(low.ceil().to_integer(), i64::MIN),
        high: fen(high.floor().to_integer(), i64::MAX),
    }
}

/// Costs are above zero, so that they have logarithms.
#[allow(clippy::cast_precision_loss, reason = "statistics that decide no amount")]
fn log_sd(sorted: &[i64], times: Decimal) -> Bounds {
    let ln = |cost: i64| libm::log(cost as f64);
    let count = sorted.len() as f64;
    let mean = sorted.iter().map(|&cost| ln(cost)).sum::<f64>() / count;
    let spread = sorted
        .iter()
        .map(|&cost| (ln(cost) - mean) * (ln(cost) - mean))
        .sum::<f64>();
    let reach = times.to_f64().unwrap_or(f64::MAX) * libm::sqrt(spread / count);
    // Equal costs have a spread of nothing but rounding errors, which must not trim them.
    if sorted.first() == sorted.last() {
        return Bounds::ALL;
    }
    let first = sorted.partition_point(|&cost| ln(cost) < mean - reach);
    let behind = sorted.partition_point(|&cost| ln(cost) <= mean + reach);
    Bounds {
        low: sorted.get(first).copied().unwrap_or(i64::MAX),
        high: behind.checked_sub(1).map_or(i64::MIN, |last| sorted[last]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn percentiles_lie_between_the_costs_beside_them() {
        let costs = [10, 20, 40, 80];
        // (4 − 1) · 0.5 = 1.5: halfway from 20 to 40.
        assert_eq!(percentile(&costs, decimal("0.5")), BigRational::from_integer(30.into()));
        assert_eq!(percentile(&costs, decimal("0.1")), BigRational::from_integer(13.into()));
        assert_eq!(percentile(&costs, decimal("1")), BigRational::from_integer(80.into()));
        assert_eq!(percentile(&[7], decimal("0.25")), BigRational::from_integer(7.into()));
    }

    #[test]
    fn every_method_has_its_bounds() {
        let costs = || vec![100, 110, 120, 130, 1000];
        let found = |method| of(&mut costs(), method);
        assert_eq!(found(TrimMethod::None), Bounds::ALL);
        // Q1 110, Q3 130.
        let iqr = found(TrimMethod::Iqr(decimal("1.5")));
        assert_eq!((iqr.low, iqr.high), (80, 160));
        let percentiles = found(TrimMethod::Percentiles(decimal("0.1"), decimal("0.9")));
        assert_eq!((percentiles.low, percentiles.high), (104, 652));
        // Mean 292.
        let multiples = found(TrimMethod::Multiples(decimal("0.4"), decimal("2")));
        assert_eq!((multiples.low, multiples.high), (117, 584));
        // One case far out within two standard deviations, and beyond one and a half.
        assert!(found(TrimMethod::LogSd(decimal("2"))).keep(1000));
        assert!(!found(TrimMethod::LogSd(decimal("1.5"))).keep(1000));
    }

    #[test]
    fn equal_costs_are_kept() {
        for method in [
            TrimMethod::Iqr(decimal("1.5")),
            TrimMethod::LogSd(decimal("3")),
            TrimMethod::Percentiles(decimal("0.025"), decimal("0.975")),
        ] {
            assert!(of(&mut [123_457; 9], method).keep(123_457), "{method:?}");
        }
    }
}
