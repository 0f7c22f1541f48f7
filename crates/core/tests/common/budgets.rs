//! What a policy may say of budgets and clearing beyond the reference, put into a drawn year from
//! draws of their own: years without are as before.

use super::{Draw, PrepaidRow, Year, trees};
use dianzhi_core::{
    Assessment, BUDGET_FEN_MAX, Clearing, ClearingFor, Compare, Decimal, PointValueBounds, PoolClearing, PricingMethod,
    Remainder, ScoreStep, Sharing, Surplus, SurplusBand,
};

/// Keeps these draws apart from those of a year and of its factors.
pub(super) const APART: u64 = 0x0b0d_9e75_0b0d_9e75;

pub(super) fn drawn(mut year: Year, draw: &mut Draw) -> Year {
    bounds_of_the_point_value(&mut year, draw);
    clearing(&mut year.policy.clearing, draw);
    clearing_for(&mut year, draw);
    caps(&mut year, draw);
    pool_clearing(&mut year, draw);
    trees::drawn(&mut year, draw);
    year
}

/// Another sharing, bands of surplus, caps and sides of bounds.
fn clearing(clearing: &mut Clearing, draw: &mut Draw) {
    if draw.chance(40) {
        clearing.sharing = Sharing::Whole;
    }
    if draw.chance(40) {
        let places = draw.pick(&[1, 2, 12]);
        let mut from = Decimal::ONE;
        let mut bands = Vec::new();
        for _ in 0..draw.count(1, 3) {
            from -= Decimal::new(1, places) + draw.share().min(Decimal::new(5, 1));
            if from.is_sign_negative() {
                break;
            }
            let keep = draw.share();
            bands.push(SurplusBand { from, keep });
        }
        if !bands.is_empty() {
            clearing.surplus = Surplus::Bands(bands);
        }
    }
    let mut cap = || draw.chance(25).then(|| draw.share() * Decimal::new(2, 1));
    clearing.surplus_cap = cap();
    clearing.compensation_cap = cap();
    clearing.from_inclusive = !draw.chance(30);
    clearing.up_to_inclusive = !draw.chance(30);
}

/// What clearing compares with, and the caps that this needs.
fn caps(year: &mut Year, draw: &mut Draw) {
    if !draw.chance(30) {
        return;
    }
    let policy = &mut year.policy;
    let apart = policy.clearing_for.iter_mut().map(|apart| &mut apart.clearing);
    for clearing in apart.chain([&mut policy.clearing]) {
        clearing.compare = draw.pick(&[Compare::Due, Compare::InstitutionCap, Compare::Lower]);
        if clearing.compare != Compare::Due && draw.chance(50) {
            let scale = Assessment::Steps(vec![
                ScoreStep {
                    from: Decimal::new(80, 0),
                    share: Decimal::ONE,
                },
                ScoreStep {
                    from: Decimal::new(40, 0),
                    share: draw.share(),
                },
            ]);
            clearing.cap_assessment = Some(match draw.chance(50) {
                true => Assessment::Credit(Box::new(scale)),
                false => scale,
            });
        }
    }
    if policy.has_credit() {
        for hospital in &mut year.hospitals {
            hospital.credit_score = Some(draw.decimal(0, 100, 1));
        }
    }
    for pool in 0..policy.pools.len() {
        let needed = policy.clearing_of(pool).rules.compare == Compare::InstitutionCap;
        for hospital in &year.hospitals {
            let claims = year.claims.iter();
            let here = claims.filter(|row| row.pool == pool && row.hospital == hospital.code);
            let billed: i128 = here.map(|row| i128::from(row.fund_billed)).sum();
            let cap = billed * i128::from(draw.number(50, 150)) / 100;
            if needed || draw.chance(60) {
                year.caps.push(PrepaidRow {
                    pool,
                    hospital: hospital.code.clone(),
                    fen: i64::try_from(cap).unwrap_or(BUDGET_FEN_MAX),
                });
            }
        }
    }
}

/// A pool's surplus and overspend shared with the fund.
fn pool_clearing(year: &mut Year, draw: &mut Draw) {
    if year.policy.pricing.method == PricingMethod::Points && draw.chance(35) {
        year.policy.pool_clearing = Some(PoolClearing {
            surplus_to_hospitals: draw.share(),
            overspend_to_hospitals: draw.share(),
            fund_bears_at_most: draw.chance(50).then(|| draw.share() * Decimal::new(2, 1)),
        });
    }
}

/// Some pools cleared by rules of their own.
fn clearing_for(year: &mut Year, draw: &mut Draw) {
    let mut pools: Vec<String> = year.policy.pools.iter().map(|pool| pool.id.clone()).collect();
    pools.retain(|_| draw.chance(30));
    if pools.is_empty() {
        return;
    }
    let mut apart = year.policy.clearing.clone();
    apart.surplus = Surplus::Floor {
        floor: draw.share(),
        keep: draw.share(),
    };
    apart.quality_deposit = draw.share();
    clearing(&mut apart, draw);
    year.policy.clearing_for.push(ClearingFor { pools, clearing: apart });
}

/// Floors and ceilings around what a pool's points may be worth.
fn bounds_of_the_point_value(year: &mut Year, draw: &mut Draw) {
    let rounding = year.policy.rounding;
    let is_bounded = year.policy.pricing.method == PricingMethod::Points && rounding.remainder == Remainder::Fund;
    let about = year.policy.pricing.mean_cost_all / year.policy.pricing.scale;
    let least = Decimal::new(1, rounding.point_value);
    for pool in &mut year.policy.pools {
        if !is_bounded || !draw.chance(30) {
            continue;
        }
        let mut times = |percent| about.min(Decimal::new(999_999, 0)) * Decimal::new(percent, 2);
        let [floor, ceiling] = [draw.number(20, 100), draw.number(100, 200)].map(&mut times);
        let [floor, ceiling] = [floor, ceiling].map(|bound| bound.trunc_with_scale(rounding.point_value).max(least));
        let which = draw.number(0, 2);
        pool.point_value = Some(PointValueBounds {
            floor: (which != 1).then_some(floor),
            ceiling: (which != 0).then_some(ceiling),
        });
    }
}
