//! Funds and procured drugs, drawn by themselves: they stand beside the settlement.

use super::Draw;
use dianzhi_core::model::{ModelDrug, exact};
use dianzhi_core::{Decimal, Fund, FundPrepayment, Policy, ProcuredDrug, Procurement, ScoreStep, WarningTier};

/// `[procurement]` with up to four steps.
pub(crate) fn procurement(draw: &mut Draw) -> Procurement {
    let mut scores: Vec<i64> = (0..draw.count(1, 4)).map(|_| draw.number(0, 100)).collect();
    scores.sort_unstable();
    scores.dedup();
    let mut shares: Vec<i64> = scores.iter().map(|_| draw.number(0, 50)).collect();
    shares.sort_unstable();
    let steps = scores.iter().zip(shares).rev();
    let steps = steps.map(|(from, share)| ScoreStep {
        from: Decimal::from(*from),
        share: Decimal::new(share, 2),
    });
    Procurement {
        share_at_most: Decimal::new(5, 1),
        volume_must_be_met: draw.chance(70),
        steps: steps.collect(),
    }
}

/// The drugs of a batch.
pub(crate) fn drugs(draw: &mut Draw) -> Vec<ProcuredDrug> {
    let count = draw.count(1, 4);
    let mut drug = |row| {
        let agreed = Decimal::new(draw.number(0, 20_000), 1);
        let before = Decimal::new(draw.number(0, 50_000), 4);
        ProcuredDrug {
            row,
            agreed_volume: agreed,
            used_volume: if draw.chance(80) {
                agreed
            } else {
                Decimal::new(draw.number(0, 20_000), 1)
            },
            price_before: before,
            price_after: Decimal::new(draw.number(0, 40_000), 4),
            not_selected: Decimal::new(draw.number(0, 10_000), 2),
            fund_ratio: draw.share(),
            insured_share: draw.share(),
        }
    };
    (0..count).map(&mut drug).collect()
}

/// The same as the model takes it.
pub(crate) fn as_model(drug: &ProcuredDrug) -> ModelDrug {
    ModelDrug {
        agreed_volume: exact(drug.agreed_volume),
        used_volume: exact(drug.used_volume),
        price_before: exact(drug.price_before),
        price_after: exact(drug.price_after),
        not_selected: exact(drug.not_selected),
        fund_ratio: exact(drug.fund_ratio),
        insured_share: exact(drug.insured_share),
    }
}

/// A fund of all pools of the policy, about as large as what it spends.
pub(crate) fn fund(draw: &mut Draw, policy: &Policy) -> Fund {
    let months = |draw: &mut Draw| Decimal::new(draw.number(0, 1_500), 2);
    let mut bounds = vec![months(draw), months(draw), months(draw)];
    bounds.sort_unstable();
    bounds.dedup();
    let names = ["red", "orange", "yellow"];
    let warning = names.iter().zip(bounds).map(|(name, below)| WarningTier {
        tier: (*name).to_owned(),
        below,
    });
    let warning: Vec<WarningTier> = warning.collect();
    let deficit = draw
        .chance(60)
        .then(|| warning[draw.count(1, warning.len()) - 1].tier.clone());
    Fund {
        id: "all".to_owned(),
        pools: policy.pools.iter().map(|pool| pool.id.clone()).collect(),
        opening: Decimal::new(draw.number(-300_000, 1_000_000), 2),
        income: Decimal::new(draw.number(0, 1_000_000), 2),
        other_spending: Decimal::new(draw.number(0, 200_000), 2),
        warning,
        deficit,
        prepayment: draw.chance(80).then(|| FundPrepayment {
            months: Decimal::new(draw.number(1, 300), 2),
            from: months(draw),
        }),
    }
}
