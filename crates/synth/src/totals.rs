//! Sums that the prepayments and the budgets are made from.

use crate::bill::Bill;
use crate::decimals::units;
use crate::groups::Group;
use crate::hospitals::Hospital;
use crate::plan::Plan;

/// Decimals of the coefficient and of the cost ratio in [`PoolTotals::points`].
const RATIO_PLACES: u32 = 4;

/// Sums over the claims made so far.
pub(crate) struct Totals {
    pub(crate) pools: Vec<PoolTotals>,
    /// Fen that the fund paid, by pool, then by hospital.
    pub(crate) fund_billed: Vec<Vec<u64>>,
    weigh: Option<Weigher>,
}

/// Sums of one pool.
#[derive(Clone, Default)]
pub(crate) struct PoolTotals {
    /// Fen.
    pub(crate) medical_cost: u64,
    /// Fen.
    pub(crate) fund_billed: u64,
    /// Points, nearly: enough to choose a base rate by. Counted only where one is needed, in units
    /// of the plan's decimals and four more.
    pub(crate) points: i128,
}

/// How a case is weighed, all ratios in ten-thousandths.
struct Weigher {
    low: i128,
    high: i128,
    /// Points of an ungrouped case per `mean` fen.
    ungrouped: i128,
    mean: i128,
    alike: Vec<dianzhi_core::GroupKind>,
}

impl Totals {
    pub(crate) fn new(plan: &Plan, hospitals: usize) -> Totals {
        let weigh = || {
            let share = plan.ungrouped_share.checked_mul(plan.scale)?;
            Some(Weigher {
                low: units(plan.low_ratio, RATIO_PLACES)?,
                high: units(plan.high_ratio, RATIO_PLACES)?,
                ungrouped: units(share, plan.points_places + RATIO_PLACES)?,
                mean: units(plan.mean_cost_all, 2)?.max(1),
                alike: plan.coefficient_not_for.clone(),
            })
        };
        Totals {
            pools: vec![PoolTotals::default(); plan.pools.len()],
            fund_billed: vec![vec![0; hospitals]; plan.pools.len()],
            weigh: if plan.by_rate { weigh() } else { None },
        }
    }

    /// Adds a claim; `group` is none for one that has no group.
    pub(crate) fn add(&mut self, pool: usize, hospital: (usize, &Hospital), group: Option<&Group>, bill: &Bill) {
        let sums = &mut self.pools[pool];
        // What passes 64 bits passes every budget too, and is refused there.
        sums.medical_cost = sums.medical_cost.saturating_add(bill.cost);
        sums.fund_billed = sums.fund_billed.saturating_add(bill.fund);
        if let Some(weigh) = &self.weigh {
            sums.points += weigh.points(hospital.1, group, bill.cost);
        }
        let billed = &mut self.fund_billed[pool][hospital.0];
        *billed = billed.saturating_add(bill.fund);
    }
}

impl Weigher {
    fn points(&self, hospital: &Hospital, group: Option<&Group>, cost: u64) -> i128 {
        let one = 10i128.pow(RATIO_PLACES);
        let Some(group) = group else {
            return i128::from(cost) * self.ungrouped / self.mean;
        };
        let ratio = i128::from(cost) * one / i128::from(group.mean_cost);
        let factor = if ratio < self.low {
            ratio
        } else if ratio > self.high {
            ratio - self.high + one
        } else if self.alike.contains(&group.kind) {
            one
        } else {
            hospital.coefficient.into()
        };
        i128::from(group.base_points) * factor
    }
}
