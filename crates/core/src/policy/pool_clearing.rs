//! `[pool_clearing]`: who keeps the surplus of a pool, and who bears its overspend.

use super::breaches::Breaches;
use super::{BreachKind, Policy, PricingMethod};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// `[pool_clearing]`: the pool's own surplus or overspend, D against the F that the fund booked,
/// shared between the hospitals and the fund before the points share it out.
///
/// D′ = ⟦F + `surplus_to_hospitals` × (D − F)⟧m where F ≤ D, and
/// D′ = ⟦D + min((1 − `overspend_to_hospitals`) × (F − D), `fund_bears_at_most` × budget)⟧m where
/// F > D; D′ takes the place of D in N. Source: 浙医保联发〔2019〕21号 (hospitals 85 %, fund 15 %; the
/// figures are unconfirmed).
///
/// ```
/// use dianzhi_core::{example, CompiledPolicy, FenSum, PoolClearing, PoolId, Silent, Totals};
/// let mut policy = example::policy();
/// policy.pool_clearing = Some(PoolClearing {
///     surplus_to_hospitals: "0.85".parse().unwrap(),
///     overspend_to_hospitals: "0.85".parse().unwrap(),
///     fund_bears_at_most: None,
/// });
/// let policy = CompiledPolicy::new(&policy, &example::groups(), &example::hospitals()).unwrap();
/// // D = 19,000.00, booked 15,000.00: 15,000 + 0.85 × 4,000 are shared out
/// let totals = Totals { cases: 2, points: 2_000_000, medical_cost: 1_800_000, fund_billed: 1_500_000, ..Totals::default() };
/// let price = policy.pool_price(PoolId(0), &totals, &mut Silent).unwrap();
/// assert_eq!(price.to_hospitals, FenSum(1_840_000));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolClearing {
    /// The hospitals' share of a pool's surplus.
    pub surplus_to_hospitals: Decimal,
    /// The hospitals' share of a pool's overspend.
    pub overspend_to_hospitals: Decimal,
    /// The most that the fund bears of an overspend, as a share of the pool's budget.
    pub fund_bears_at_most: Option<Decimal>,
}

impl Breaches {
    pub(super) fn pool_clearing(&mut self, policy: &Policy) {
        let Some(clearing) = &policy.pool_clearing else { return };
        self.share("pool_clearing.surplus_to_hospitals", clearing.surplus_to_hospitals);
        self.share("pool_clearing.overspend_to_hospitals", clearing.overspend_to_hospitals);
        if let Some(most) = clearing.fund_bears_at_most {
            self.share("pool_clearing.fund_bears_at_most", most);
        }
        if policy.pricing.method == PricingMethod::Rate {
            self.add(
                BreachKind::Contradiction,
                "pool_clearing",
                Some("pricing.method"),
                "pricing.method 为 rate 时支付不由可分配总额算出，没有可在医院与基金之间划分的池内结余或超支".to_owned(),
                "with pricing.method rate the pay does not follow from the budget; a pool has no surplus or overspend to share"
                    .to_owned(),
            );
        }
    }
}
