//! Which combinations of diagnosis and procedures are core types 核心病种.

use dianzhi_core::{Decimal, rational};
use num_bigint::BigInt;
use num_rational::BigRational;

/// Which combinations are core types; the others make mixed types 综合病种.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CoreRule {
    /// Those with so many cases (DIP technical specification 1.0: 15).
    Cases(u64),
    /// The most frequent ones that together hold a share of all cases (draft of 3.0: 95 %), of those with so
    /// many cases. Combinations of equally many cases go together.
    Coverage {
        /// Of all cases of the history.
        share: Decimal,
        /// The least number of cases.
        cases_min: u64,
    },
}

/// For each combination, by its cases, whether it is a core type; `all` are the cases of the history.
///
/// ```
/// use dianzhi_calibrate::dip::{CoreRule, core_types};
/// let cases = [15, 40, 14, 15];
/// assert_eq!(core_types(&cases, 100, CoreRule::Cases(15)), [true, true, false, true]);
/// // 40 and 15 + 15: the two of 15 cases cannot be told apart.
/// let half = CoreRule::Coverage { share: "0.5".parse().unwrap(), cases_min: 1 };
/// assert_eq!(core_types(&cases, 100, half), [true, true, false, true]);
/// ```
#[must_use]
pub fn core_types(cases: &[u64], all: u64, rule: CoreRule) -> Vec<bool> {
    let least = match rule {
        CoreRule::Cases(least) => least,
        CoreRule::Coverage { share, cases_min } => least_of_coverage(cases, all, share).max(cases_min),
    };
    cases.iter().map(|&count| count > 0 && count >= least).collect()
}

/// The cases of the least frequent combination that is needed to hold the share.
fn least_of_coverage(cases: &[u64], all: u64, share: Decimal) -> u64 {
    let wanted = rational(share) * BigRational::from_integer(BigInt::from(all));
    let mut sorted = cases.to_vec();
    sorted.sort_unstable_by(|a, b| b.cmp(a));
    let mut held = 0u64;
    for count in sorted {
        held += count;
        if BigRational::from_integer(BigInt::from(held)) >= wanted {
            return count;
        }
    }
    // Even all of them do not hold it.
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coverage(share: &str, cases_min: u64) -> CoreRule {
        CoreRule::Coverage {
            share: share.parse().unwrap(),
            cases_min,
        }
    }

    /// Seen to fail.
    #[test]
    fn a_share_is_held_by_the_most_frequent() {
        let cases = [50, 30, 10, 5, 5];
        for (share, taken) in [("0.5", 1), ("0.51", 2), ("0.8", 2), ("0.9", 3), ("0.91", 5), ("1", 5)] {
            let found = core_types(&cases, 100, coverage(share, 1));
            assert_eq!(found.iter().filter(|core| **core).count(), taken, "{share}");
        }
        // Cases without a combination count too: 95 of 200 is all that there is.
        assert_eq!(core_types(&cases, 200, coverage("0.9", 1)), [true; 5]);
        assert_eq!(
            core_types(&cases, 100, coverage("1", 6)),
            [true, true, true, false, false]
        );
        assert_eq!(core_types(&[0, 1], 1, CoreRule::Cases(0)), [false, true]);
    }
}
