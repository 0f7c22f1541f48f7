//! Who gains and who loses, and how equally: exact fractions of whole fen, rounded once, to six
//! decimals, half up. Definitions and sources are in docs/SCENARIOS.md.

use dianzhi_core::Fixed;
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// A hospital as these figures see it. Money in fen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paid {
    /// Its name.
    pub name: String,
    /// Its level.
    pub level: String,
    /// Its county.
    pub county: String,
    /// Σ `medfee_sumamt`.
    pub medical_cost: i128,
    /// What the fund pays for the year.
    pub paid: i128,
}

/// The hospitals of a level, of a county, or all of them, in two scenarios.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    /// Hospitals in either.
    pub hospitals: u64,
    /// Hospitals that are paid more than in the baseline.
    pub winners: u64,
    /// Hospitals that are paid less.
    pub losers: u64,
    /// Σ of what the winners gain, in fen.
    pub gains: i128,
    /// Σ of what the losers lose, in fen, above 0.
    pub losses: i128,
    /// Gini of payment against cost in the baseline, in millionths; `None` where nothing is paid.
    pub gini_baseline: Option<i128>,
    /// The same in the scenario.
    pub gini: Option<i128>,
    /// Gini of the winners' gains among the winners, in millionths; `None` without winners.
    pub gini_of_gains: Option<i128>,
    /// Concentration of the winners' gains by size, in millionths; `None` without winners.
    pub concentration_of_gains: Option<i128>,
}

impl Split {
    /// Of the hospitals that `takes` picks.
    #[must_use]
    pub fn of(
        baseline: &BTreeMap<String, Paid>,
        scenario: &BTreeMap<String, Paid>,
        takes: impl Fn(&Paid) -> bool,
    ) -> Split {
        let pairs = pairs(baseline, scenario);
        let pairs: Vec<Pair<'_>> = pairs.into_iter().filter(|pair| takes(pair.any())).collect();
        let gains: Vec<(i128, i128)> = pairs
            .iter()
            .filter(|pair| pair.gain() > 0)
            .map(|pair| (pair.baseline.map_or(0, |of| of.paid), pair.gain()))
            .collect();
        let gained: Vec<i128> = gains.iter().map(|(_, gain)| *gain).collect();
        let losses = pairs.iter().map(Pair::gain).filter(|gain| *gain < 0);
        let of =
            |side: fn(&Pair<'_>) -> Option<(i128, i128)>| gini_against_cost(pairs.iter().filter_map(side).collect());
        Split {
            hospitals: pairs.len() as u64,
            winners: gains.len() as u64,
            losers: losses.clone().count() as u64,
            gains: gained.iter().sum(),
            losses: -losses.sum::<i128>(),
            gini_baseline: of(|pair| pair.baseline.map(|of| (of.medical_cost, of.paid))),
            gini: of(|pair| pair.scenario.map(|of| (of.medical_cost, of.paid))),
            gini_of_gains: gini(gained),
            concentration_of_gains: concentration(gains),
        }
    }

    /// Whether nobody is paid anything else.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.winners == 0 && self.losers == 0
    }
}

/// A hospital in both.
pub(crate) struct Pair<'p> {
    pub(crate) code: &'p str,
    pub(crate) baseline: Option<&'p Paid>,
    pub(crate) scenario: Option<&'p Paid>,
}

impl Pair<'_> {
    pub(crate) fn gain(&self) -> i128 {
        self.scenario.map_or(0, |of| of.paid) - self.baseline.map_or(0, |of| of.paid)
    }

    /// What the hospital is, as the baseline has it where it does.
    pub(crate) fn any(&self) -> &Paid {
        const NOBODY: &Paid = &Paid {
            name: String::new(),
            level: String::new(),
            county: String::new(),
            medical_cost: 0,
            paid: 0,
        };
        self.baseline.or(self.scenario).unwrap_or(NOBODY)
    }
}

/// Every hospital that either has, by code.
pub(crate) fn pairs<'p>(baseline: &'p BTreeMap<String, Paid>, scenario: &'p BTreeMap<String, Paid>) -> Vec<Pair<'p>> {
    let mut all: BTreeMap<&str, Pair<'p>> = BTreeMap::new();
    let pair = |code| Pair {
        code,
        baseline: None,
        scenario: None,
    };
    for (code, of) in baseline {
        all.entry(code).or_insert_with(|| pair(code)).baseline = Some(of);
    }
    for (code, of) in scenario {
        all.entry(code).or_insert_with(|| pair(code)).scenario = Some(of);
    }
    all.into_values().collect()
}

/// ⟦numerator ÷ denominator⟧ in millionths, half up (away from 0); `None` where the denominator is not
/// above 0 or is larger than any region's.
pub(crate) fn millionths(numerator: i128, denominator: i128) -> Option<i128> {
    if denominator <= 0 {
        return None;
    }
    let whole = denominator.unsigned_abs();
    let (mut units, mut rest) = (numerator.unsigned_abs() / whole, numerator.unsigned_abs() % whole);
    // Digit by digit, so that the fraction is never multiplied by a million at once.
    for _ in 0..6 {
        let next = rest.checked_mul(10)?;
        units = units.checked_mul(10)?.checked_add(next / whole)?;
        rest = next % whole;
    }
    let rounded = i128::try_from(units + u128::from(rest >= whole - rest)).ok()?;
    Some(if numerator < 0 { -rounded } else { rounded })
}

/// Six decimals.
pub(crate) fn shown(millionths: Option<i128>) -> String {
    millionths.map_or_else(String::new, |units| Fixed { units, places: 6 }.to_string())
}

/// G = Σ (2i − n − 1) x_i ÷ (n Σ x), x in ascending order, i from 1.
fn gini(mut values: Vec<i128>) -> Option<i128> {
    values.sort_unstable();
    let n = i128::try_from(values.len()).ok()?;
    let weighted: i128 = (1..).zip(&values).map(|(i, x): (i128, _)| (2 * i - n - 1) * x).sum();
    millionths(weighted, n * values.iter().sum::<i128>())
}

/// C = Σ (2r_i − n − 1) g_i ÷ (n Σ g), r the rank by size, alike sizes at their mean rank.
fn concentration(mut of: Vec<(i128, i128)>) -> Option<i128> {
    of.sort_unstable();
    let n = i128::try_from(of.len()).ok()?;
    let mut weighted = 0;
    let mut before = 0;
    for alike in of.chunk_by(|a, b| a.0 == b.0) {
        let count = i128::try_from(alike.len()).ok()?;
        // Twice the mean rank of the places before + 1 to before + count.
        let rank = 2 * before + count + 1;
        weighted += (rank - n - 1) * alike.iter().map(|(_, gain)| gain).sum::<i128>();
        before += count;
    }
    millionths(weighted, n * of.iter().map(|(_, gain)| gain).sum::<i128>())
}

/// G = 1 − Σ c_i (2P_{i−1} + p_i) ÷ (C P): hospitals in ascending order of p ÷ c, P_i the sum of the first
/// i payments, C and P the sums of all.
fn gini_against_cost(mut of: Vec<(i128, i128)>) -> Option<i128> {
    of.retain(|(cost, paid)| *cost > 0 || *paid != 0);
    // p ÷ c < q ÷ d where p × d < q × c; what has no cost has the highest ratio. Sums of a year stay below
    // 10^17 fen, so that no product passes 10^34.
    of.sort_by(|(c, p), (d, q)| match (p * d).cmp(&(q * c)) {
        Ordering::Equal => (c, p).cmp(&(d, q)),
        other => other,
    });
    let (costs, payments): (i128, i128) = of.iter().fold((0, 0), |(c, p), (cost, paid)| (c + cost, p + paid));
    let mut before = 0i128;
    let mut below = 0i128;
    for (cost, paid) in &of {
        below = below.checked_add(cost.checked_mul(2 * before + paid)?)?;
        before += paid;
    }
    let whole = costs.checked_mul(payments)?;
    millionths(whole.checked_sub(below)?, whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: 1, 1, 2 → (−2 × 1 + 0 × 1 + 2 × 2) ÷ (3 × 4) = 1 ÷ 6.
    #[test]
    fn gini_is_what_the_hand_finds() {
        assert_eq!(gini(vec![2, 1, 1]), Some(166_667));
        assert_eq!(gini(vec![5, 5, 5]), Some(0));
        assert_eq!(gini(Vec::new()), None);
        // One of two has everything: (−1 × 0 + 1 × 8) ÷ (2 × 8).
        assert_eq!(gini(vec![8, 0]), Some(500_000));
    }

    #[test]
    fn concentration_tells_whom_gains_go_to() {
        // The large one has all: (2 × 2 − 2 − 1) × 8 ÷ (2 × 8).
        assert_eq!(concentration(vec![(10, 0), (90, 8)]), Some(500_000));
        assert_eq!(concentration(vec![(10, 8), (90, 0)]), Some(-500_000));
        // Alike in size: nobody is large.
        assert_eq!(concentration(vec![(50, 8), (50, 0)]), Some(0));
    }

    #[test]
    fn payment_in_proportion_to_cost_is_equal() {
        assert_eq!(gini_against_cost(vec![(100, 80), (300, 240)]), Some(0));
        // Costs 1 and 1, payments 0 and 2: 1 − (1 × (0 + 0) + 1 × (0 + 2)) ÷ (2 × 2) = 1 ÷ 2.
        assert_eq!(gini_against_cost(vec![(1, 2), (1, 0)]), Some(500_000));
        assert_eq!(gini_against_cost(vec![(1, 0)]), None);
        // A region of the largest budgets: the fraction is that of the small one.
        let large = 99_999_999_999_999;
        assert_eq!(gini_against_cost(vec![(large, 2 * large), (large, 0)]), Some(500_000));
    }

    #[test]
    fn a_fraction_is_rounded_half_away_from_zero() {
        assert_eq!(millionths(1, 2_000_000), Some(1));
        assert_eq!(millionths(-1, 2_000_000), Some(-1));
        assert_eq!(millionths(-1, 2_000_001), Some(0));
        assert_eq!(millionths(1, 0), None);
    }
}
