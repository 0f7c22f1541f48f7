//! `[procurement]`: what hospitals keep of the fund's savings on centrally procured drugs 集采结余留用.

use super::breaches::{BreachKind, Breaches};
use super::{Policy, ScoreStep};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// `[procurement]` 集采结余留用: a hospital keeps a share of what the fund saves on a batch of drugs
/// that are bought centrally, by the grade of its assessment.
///
/// Of a hospital and batch, over its drugs: budget = ⟦Σ volume × price before × ratio × insured⟧m;
/// spend = ⟦Σ (volume × price after + not selected) × ratio × insured⟧m; base = max(0, budget − spend);
/// kept = ⟦base × share⟧m, share by the assessment's step, 0 below the last one or where an agreed
/// volume was not met. It is paid beside the clearing and changes no due.
///
/// Source: 医保发〔2020〕26号 (share of at most 50 %, volume to be met); below 60 points nothing in 淮南.
/// Steps are the region's policy (unconfirmed).
///
/// ```
/// use dianzhi_core::{example, FenSum, ProcuredDrug, Procurement, ScoreStep, Silent};
/// let mut policy = example::policy();
/// let step = |from: &str, share: &str| ScoreStep { from: from.parse().unwrap(), share: share.parse().unwrap() };
/// policy.procurement = Some(Procurement {
///     share_at_most: "0.5".parse().unwrap(),
///     volume_must_be_met: true,
///     steps: vec![step("90", "0.5"), step("60", "0.3")],
/// });
/// let drug = ProcuredDrug {
///     row: 0,
///     agreed_volume: 10_000.into(),
///     used_volume: 10_500.into(),
///     price_before: "5.00".parse().unwrap(),
///     price_after: "1.00".parse().unwrap(),
///     not_selected: "2000.00".parse().unwrap(),
///     fund_ratio: "0.6".parse().unwrap(),
///     insured_share: "0.8".parse().unwrap(),
/// };
/// let kept = policy.procurement_kept(&[drug], 92.into(), &mut Silent).unwrap().unwrap();
/// assert_eq!(kept.budget, FenSum(2_400_000)); // 10,000 × 5 × 0.6 × 0.8
/// assert_eq!(kept.spend, FenSum(576_000)); // (10,000 × 1 + 2,000) × 0.6 × 0.8
/// assert_eq!(kept.kept, FenSum(912_000)); // half of what lies between
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Procurement {
    /// The most that a step may have, 0 to 1.
    pub share_at_most: Decimal,
    /// Whether a hospital keeps nothing of a batch of which a drug's agreed volume was not used.
    pub volume_must_be_met: bool,
    /// Shares by score, falling from the highest.
    pub steps: Vec<ScoreStep>,
}

impl Breaches {
    pub(super) fn procurement(&mut self, policy: &Policy) {
        let Some(rules) = &policy.procurement else { return };
        self.share("procurement.share_at_most", rules.share_at_most);
        self.score_steps("procurement.steps", &rules.steps);
        let most = rules.share_at_most;
        for (i, step) in rules.steps.iter().enumerate().filter(|(_, step)| step.share > most) {
            self.add(
                BreachKind::Contradiction,
                &format!("procurement.steps[{i}].share"),
                Some("procurement.share_at_most"),
                format!("share {} 高于 share_at_most {most}", step.share),
                format!("share {} is above share_at_most {most}", step.share),
            );
        }
    }
}
