//! What the year leaves of an insurance fund, a second time.

use super::{Book, Q, exact};
use num_traits::{Signed, Zero};

/// What the year leaves of a fund, in yuan.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelFund {
    /// All that it spent.
    pub spending: Q,
    /// What is left.
    pub closing: Q,
    /// Months, exact; `None` where nothing was spent.
    pub months: Option<Q>,
    /// Its tier; empty for none.
    pub tier: String,
}

impl Book<'_> {
    /// The fund at a position of the policy, of what it paid for hospitals and procured drugs.
    #[must_use]
    pub fn fund(&self, at: usize, hospitals: &Q, procurement: &Q) -> ModelFund {
        let rules = &self.policy.funds[at];
        let spending = hospitals + procurement + exact(rules.other_spending);
        let closing = exact(rules.opening) + exact(rules.income) - &spending;
        let twelve = Q::from_integer(12.into());
        let months = spending.is_positive().then(|| &closing / (&spending / &twelve));
        let is_deficit = spending > exact(rules.income);
        // From the gravest: the first that either the months or the deficit bring.
        let mut tier = String::new();
        for of in rules.warning.iter().rev() {
            let by_months = months.as_ref().is_some_and(|months| *months < exact(of.below));
            let by_deficit = is_deficit && rules.deficit.as_ref() == Some(&of.tier);
            if by_months || by_deficit {
                tier.clone_from(&of.tier);
            }
        }
        ModelFund {
            spending,
            closing,
            months,
            tier,
        }
    }

    /// What a hospital is prepaid for the next year of what was cleared for it in a pool of the fund;
    /// `None` where the fund prepays nothing.
    #[must_use]
    pub fn next_prepayment(&self, at: usize, of: &ModelFund, cleared: &Q) -> Option<Q> {
        let rules = self.policy.funds[at].prepayment?;
        let lasts = match &of.months {
            Some(months) => *months >= exact(rules.from),
            None => !of.closing.is_negative(),
        };
        if !lasts || !cleared.is_positive() {
            return Some(Q::zero());
        }
        let year = Q::from_integer(12.into());
        Some(self.money(&(cleared * exact(rules.months) / year)))
    }
}
