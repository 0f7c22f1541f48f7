//! County alliances, budgets by heads and borrowed point values, put into a drawn year from draws of
//! their own.

use super::{Draw, Year, trees};
use dianzhi_core::{
    Alliance, AllianceMember, Assessment, BUDGET_FEN_MAX, Compare, Decimal, Insured, OverspendBand, PricingMethod,
    PublicHealth, Remainder, ScoreStep,
};

/// Keeps these draws apart from the others.
const APART: u64 = 0xa111_a9ce;

impl Year {
    /// The same year with alliances, and budgets grown from a base year; where `claims_max` is small some pools borrow from one without
    /// points.
    pub(crate) fn with_alliances(mut self) -> Year {
        let draw = &mut Draw::new(self.seed ^ APART);
        let apart = self.policy.clearing_for.iter_mut().map(|apart| &mut apart.clearing);
        for clearing in apart.chain([&mut self.policy.clearing]) {
            clearing.compare = Compare::Due;
            clearing.cap_assessment = None;
        }
        self.caps.clear();
        borrowed_values(&mut self, draw);
        for i in 0..self.policy.pools.len() {
            by_heads(&mut self, i, draw);
        }
        let mut pools: Vec<String> = self.policy.pools.iter().map(|pool| pool.id.clone()).collect();
        pools.retain(|_| draw.chance(70));
        let mut i = 0;
        while !pools.is_empty() {
            let own = pools.drain(..draw.count(1, pools.len())).collect();
            let alliance = alliance(&self, i, own, draw);
            self.policy.alliances.push(alliance);
            i += 1;
        }
        let policy = &mut self.policy;
        let shares = |pool: usize| policy.alliance_of(pool).is_some() && policy.pools[pool].point_value_of.is_none();
        if (0..policy.pools.len()).any(shares) {
            policy.pool_clearing = None;
        }
        trees::grown(policy, draw);
        self
    }
}

fn borrowed_values(year: &mut Year, draw: &mut Draw) {
    let policy = &mut year.policy;
    let makes_one = policy.pricing.method == PricingMethod::Points && policy.rounding.remainder == Remainder::Fund;
    let lender = policy.pools.len() - 1;
    for i in 0..lender {
        if makes_one && draw.chance(60) {
            policy.pools[i].point_value = None;
            policy.pools[i].point_value_of = Some(policy.pools[lender].id.clone());
        }
    }
}

/// A budget about as large as before, from one class of people or two.
fn by_heads(year: &mut Year, i: usize, draw: &mut Draw) {
    let stands_alone = year.policy.budgets.is_empty();
    let pool = &mut year.policy.pools[i];
    let fits = pool.budget < Decimal::new(BUDGET_FEN_MAX / 4, 2);
    if !stands_alone || !fits || !draw.chance(50) {
        return;
    }
    let hundreds = (pool.budget / Decimal::ONE_HUNDRED).round_dp(2);
    let mut insured = |class: &str, heads: Decimal| Insured {
        class: class.to_owned(),
        heads,
        per_head: draw.decimal(60, 140, 2),
    };
    pool.insured = vec![insured("working", hundreds)];
    if hundreds > Decimal::ONE {
        pool.insured.push(insured("retired", Decimal::new(1, 3)));
    }
    pool.changes.retain(|change| change.add > Decimal::ZERO);
    pool.public_health = draw.chance(40).then(|| PublicHealth {
        amount: draw.decimal(0, 500, 2),
        reason: "公共卫生".to_owned(),
    });
    pool.budget = Decimal::ZERO;
}

fn alliance(year: &Year, i: usize, pools: Vec<String>, draw: &mut Draw) -> Alliance {
    let mut codes: Vec<&str> = year.hospitals.iter().map(|hospital| hospital.code.as_str()).collect();
    draw.shuffle(&mut codes);
    codes.truncate(draw.count(1, codes.len()));
    let places = draw.pick(&[1, 2, 12]);
    let mut left = Decimal::ONE;
    let last = codes.len() - 1;
    let member = |(k, code): (usize, &str)| {
        let share = match k == last {
            true => left,
            false => (left * draw.share()).trunc_with_scale(places),
        };
        left -= share;
        AllianceMember {
            fixmedins_code: code.to_owned(),
            share,
        }
    };
    let members = codes.into_iter().enumerate().map(member).collect();
    let mut up_to = Decimal::ONE;
    let mut band = |draw: &mut Draw| {
        up_to += Decimal::new(1, 2) + draw.decimal(0, 1, 2);
        OverspendBand {
            up_to,
            fund_share: draw.share(),
        }
    };
    let overspend = (0..draw.count(0, 3)).map(|_| band(draw)).collect();
    let assessment = match draw.number(0, 2) {
        0 => None,
        1 => Some(Assessment::Score {
            full_from: Decimal::new(90, 0),
            none_below: Decimal::new(60, 0),
        }),
        _ => Some(Assessment::Steps(vec![
            ScoreStep {
                from: Decimal::new(90, 0),
                share: Decimal::ONE,
            },
            ScoreStep {
                from: Decimal::new(70, 0),
                share: draw.share(),
            },
        ])),
    };
    Alliance {
        id: format!("alliance{i}"),
        pools,
        members,
        keep: draw.share(),
        score: assessment.is_some().then(|| draw.decimal(50, 99, 1)),
        assessment,
        overspend,
    }
}
