//! What is kept of procured drugs, a second time: drug by drug, in exact fractions of a yuan.

use super::{Book, Q, exact};
use num_traits::Zero;

/// A drug of a batch at one hospital, as the model takes it.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelDrug {
    /// Volume agreed.
    pub agreed_volume: Q,
    /// Volume used.
    pub used_volume: Q,
    /// Yuan before.
    pub price_before: Q,
    /// Yuan after.
    pub price_after: Q,
    /// Yuan spent on products not selected.
    pub not_selected: Q,
    /// The fund's share.
    pub fund_ratio: Q,
    /// The share of this fund's people.
    pub insured_share: Q,
}

/// What a hospital keeps of a batch, in yuan.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelProcurement {
    /// At the prices before.
    pub budget: Q,
    /// At the prices after, and what was not selected.
    pub spend: Q,
    /// What was saved, 0 or more.
    pub base: Q,
    /// Whether every agreed volume was used.
    pub volume_met: bool,
    /// The share kept.
    pub share: Q,
    /// What is kept.
    pub kept: Q,
}

impl Book<'_> {
    /// What a hospital keeps of a batch; `None` where the policy lets nobody keep anything.
    #[must_use]
    pub fn procurement(&self, drugs: &[ModelDrug], score: &Q) -> Option<ModelProcurement> {
        let rules = self.policy.procurement.as_ref()?;
        let (mut budget, mut spend, mut volume_met) = (Q::zero(), Q::zero(), true);
        for drug in drugs {
            let of_fund = &drug.fund_ratio * &drug.insured_share;
            budget += &drug.agreed_volume * &drug.price_before * &of_fund;
            spend += &drug.agreed_volume * &drug.price_after * &of_fund + &drug.not_selected * &of_fund;
            volume_met = volume_met && drug.agreed_volume <= drug.used_volume;
        }
        let (budget, spend) = (self.money(&budget), self.money(&spend));
        let base = if budget > spend { &budget - &spend } else { Q::zero() };
        let mut share = Q::zero();
        for step in rules.steps.iter().rev() {
            if exact(step.from) <= *score {
                share = exact(step.share);
            }
        }
        if rules.volume_must_be_met && !volume_met {
            share = Q::zero();
        }
        let kept = self.money(&(&base * &share));
        Some(ModelProcurement {
            budget,
            spend,
            base,
            volume_met,
            share,
            kept,
        })
    }
}
