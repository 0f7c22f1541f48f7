//! The maker of years: every setting of a policy and every figure of its tables and claims, drawn.

use super::{CLAIM_FEN_MAX, Draw, PrepaidRow, Row, Size, Year, methods};
use dianzhi_core::{
    Assessment, BUDGET_FEN_MAX, Clearing, Compare, Decimal, Deviation, FundShare, FundShareMethod, Group, GroupKind,
    Hospital, Methods, Monthly, MonthlyOf, OverspendBand, Policy, Pool, Pricing, PricingMethod, Remainder, Rounding,
    RoundingMode, ScoreStep, Sharing, Surplus, Threshold, Yardstick,
};

pub(super) struct Maker {
    pub(super) draw: Draw,
    pub(super) size: Size,
}

impl Maker {
    pub(super) fn year(mut self, seed: u64, claims_max: usize) -> Year {
        let rounding = self.rounding();
        let method = self.draw.pick(&[PricingMethod::Points, PricingMethod::Rate]);
        let fund_share = self.fund_share();
        let deviation = self.deviation();
        let clearing = self.clearing();
        let pricing = Pricing {
            method,
            coefficient_not_for: self.kinds(),
            mean_cost_all: self.mean_cost(),
            scale: self.scale(),
        };
        // For a single case, one group and one or two pools do.
        let single = claims_max == 1;
        let groups = self.groups(if single { 1 } else { 6 }, rounding.points);
        let hospitals = self.hospitals(&clearing);
        let pool_count = self.draw.count(1, if single { 2 } else { 3 });
        let mut policy = Policy {
            adjust: dianzhi_core::Adjust::default(),
            rounding,
            budgets: Vec::new(),
            pools: Vec::new(),
            routes: Vec::new(),
            apart: Vec::new(),
            methods: Methods::default(),
            pricing,
            coefficients: None,
            support: None,
            deviation,
            auxiliary: None,
            ungrouped_share: match self.size {
                Size::Huge | Size::Giant => self.draw.decimal(0, 1, 12),
                _ => self.draw.share(),
            },
            fund_share,
            pool_clearing: None,
            clearing,
            clearing_for: Vec::new(),
            // By the seed, so that what else is drawn stays as it is.
            monthly: seed.is_multiple_of(4).then(|| Monthly {
                of: if seed.is_multiple_of(8) {
                    MonthlyOf::Due
                } else {
                    MonthlyOf::Booked
                },
                share: Decimal::new(9_537, 4),
            }),
            alliances: Vec::new(),
            procurement: None,
            funds: Vec::new(),
        };
        // By the seed, as above.
        if policy.fund_share.method == FundShareMethod::ReimbursementRatio && seed.is_multiple_of(2) {
            policy.fund_share.method = FundShareMethod::ScaledRatio;
        }
        if policy.pricing.method == PricingMethod::Points
            && !policy.fund_share.method.is_ratio()
            && self.draw.chance(50)
        {
            policy.rounding.remainder = Remainder::LargestRemainder;
        }
        let count = self.draw.count(usize::from(single), claims_max);
        let claims = self.claims(count, pool_count, &policy, &groups, &hospitals);
        for i in 0..pool_count {
            let pool = self.pool(i, &claims, &policy);
            policy.pools.push(pool);
        }
        let prepaid = self.prepaid(&policy, &hospitals);
        Year {
            seed,
            policy,
            groups,
            hospitals,
            prices: Vec::new(),
            claims,
            prepaid,
            caps: Vec::new(),
            enrolment: Vec::new(),
            coefficients: Vec::new(),
            bonuses: Vec::new(),
        }
    }

    fn places(&mut self) -> u32 {
        match self.size {
            Size::Small => self.draw.pick(&[0, 0, 1, 1, 2, 3]),
            Size::Usual => self.draw.pick(&[0, 1, 2, 3, 4, 5, 6]),
            Size::Fine => self.draw.pick(&[4, 6, 12]),
            Size::Huge | Size::Giant => self.draw.pick(&[0, 4, 6, 12, 12]),
        }
    }

    fn rounding(&mut self) -> Rounding {
        Rounding {
            points: self.places(),
            point_value: self.places(),
            mode: self
                .draw
                .pick(&[RoundingMode::HalfUp, RoundingMode::HalfEven, RoundingMode::Down]),
            remainder: Remainder::Fund,
        }
    }

    fn fund_share(&mut self) -> FundShare {
        let pool_ratio = match self.draw.number(0, 9) {
            0..=4 => None,
            5 => Some(Decimal::ONE),
            6 | 7 => Some(self.draw.decimal(0, 1, 2) + Decimal::new(1, 2)),
            8 => Some(self.draw.decimal(0, 1, 12)),
            _ => Some(Decimal::new(1, 4)),
        };
        FundShare {
            method: self.draw.pick(&[
                FundShareMethod::FundPoints,
                FundShareMethod::Difference,
                FundShareMethod::ActualRatio,
                FundShareMethod::ReimbursementRatio,
            ]),
            pool_ratio: pool_ratio.filter(|ratio| *ratio > Decimal::ZERO && *ratio <= Decimal::ONE),
            floor_at_zero: self.draw.chance(30),
        }
    }

    fn kinds(&mut self) -> Vec<GroupKind> {
        let mut kinds = vec![GroupKind::Core, GroupKind::Basic, GroupKind::Tcm];
        kinds.retain(|_| self.draw.chance(35));
        kinds
    }

    fn deviation(&mut self) -> Deviation {
        let places = match self.size {
            Size::Small | Size::Usual => self.draw.pick(&[0, 1, 1, 2]),
            _ => self.draw.pick(&[1, 2, 12]),
        };
        let low = self.draw.decimal(0, 1, places);
        let high = if self.draw.chance(10) {
            low
        } else {
            low + self.draw.decimal(0, 2, places)
        };
        let low = Threshold::flat(low, self.draw.chance(50));
        Deviation {
            compare_with: Yardstick::GroupMean,
            low,
            high: Threshold::flat(high, self.draw.chance(50)),
            high_share: Decimal::ONE,
            extreme: None,
        }
    }

    fn clearing(&mut self) -> Clearing {
        let mut up_to = Decimal::ONE;
        let bands = self.draw.count(0, 3);
        let overspend = (0..bands)
            .map(|_| {
                let places = self.draw.pick(&[1, 2, 12]);
                up_to += Decimal::new(1, places) + self.draw.decimal(0, 1, places);
                OverspendBand {
                    up_to,
                    fund_share: self.draw.share(),
                }
            })
            .collect();
        Clearing {
            compare: Compare::Due,
            surplus: Surplus::Floor {
                floor: match self.draw.number(0, 3) {
                    0 => self.draw.decimal(0, 2, 12),
                    _ => self.draw.decimal(0, 1, 2),
                },
                keep: self.draw.share(),
            },
            surplus_cap: None,
            compensation_cap: None,
            sharing: Sharing::Progressive,
            from_inclusive: true,
            up_to_inclusive: true,
            overspend,
            quality_deposit: self.draw.share(),
            assessment: self.assessment(),
            cap_assessment: None,
            surplus_assessment: match self.draw.number(0, 2) {
                0 => Some(self.assessment()),
                _ => None,
            },
        }
    }

    fn assessment(&mut self) -> Assessment {
        if self.draw.number(0, 2) > 0 {
            let full_from = self.draw.decimal(0, 100, 1);
            return Assessment::Score {
                full_from,
                none_below: full_from * self.draw.decimal(0, 1, 1),
            };
        }
        let mut step = ScoreStep {
            from: self.draw.decimal(50, 100, 1),
            share: self.draw.share(),
        };
        let mut steps = Vec::new();
        for _ in 0..self.draw.number(1, 3) {
            steps.push(step);
            step.from -= self.draw.decimal(1, 10, 1);
            step.share *= self.draw.decimal(0, 1, 1);
        }
        Assessment::Steps(steps)
    }

    fn mean_cost(&mut self) -> Decimal {
        let draw = &mut self.draw;
        let mean = match self.size {
            Size::Small => draw.pick(&[Decimal::new(1, 0), Decimal::new(4, 0), Decimal::new(37, 1)]),
            Size::Usual => {
                let places = draw.pick(&[0, 2, 2]);
                draw.decimal(500, 80_000, places)
            }
            Size::Fine => {
                let places = draw.pick(&[2, 4, 12]);
                draw.decimal(0, 80_000, places)
            }
            Size::Huge => match draw.number(0, 5) {
                0 => Decimal::new(draw.of_any_size(CLAIM_FEN_MAX), 2),
                1 => Decimal::new(draw.of_any_size(1_000_000), 12),
                _ => draw.decimal(0, 999_999, 12),
            },
            Size::Giant => match draw.number(0, 3) {
                0 => draw.decimal(0, 999_999, 12),
                _ => Decimal::new(draw.of_any_size(999_999_999_999_999_999), 2),
            },
        };
        mean.max(Decimal::new(1, 12))
    }

    fn scale(&mut self) -> Decimal {
        let draw = &mut self.draw;
        match self.size {
            Size::Small => draw.pick(&[Decimal::ONE, Decimal::new(15, 1)]),
            Size::Usual => draw.pick(&[Decimal::ONE, Decimal::ONE_HUNDRED, Decimal::ONE_THOUSAND]),
            _ => draw.decimal(0, 1000, 12) + Decimal::new(1, 12),
        }
    }

    fn groups(&mut self, most: usize, points: u32) -> Vec<Group> {
        let count = self.draw.count(0, most);
        (0..count)
            .map(|i| Group {
                code: format!("G{i}"),
                name: format!("病组{i}"),
                kind: self.draw.pick(&[GroupKind::Core, GroupKind::Basic, GroupKind::Tcm]),
                base_points: self.base_points(points),
                mean_cost: self.mean_cost(),
                stability: String::new(),
            })
            .collect()
    }

    fn base_points(&mut self, points: u32) -> Decimal {
        if self.draw.chance(8) {
            return Decimal::ZERO;
        }
        let largest = match self.size {
            Size::Small => 20,
            Size::Usual | Size::Fine => 2_000 * 10i64.pow(points),
            Size::Huge | Size::Giant => 999_999_999_999_999_999,
        };
        Decimal::new(self.draw.of_any_size(largest), points)
    }

    fn hospitals(&mut self, clearing: &Clearing) -> Vec<Hospital> {
        // Neither in byte order nor in the order of the table.
        let mut codes = vec!["H2", "H10", "h1", "H1", "甲"];
        self.draw.shuffle(&mut codes);
        codes.truncate(self.draw.count(1, 5));
        let alike = self.draw.chance(20);
        codes
            .into_iter()
            .map(|code| {
                let places = match self.size {
                    Size::Small => 1,
                    Size::Usual => self.draw.pick(&[0, 1, 2, 4]),
                    _ => self.draw.pick(&[2, 12]),
                };
                let coefficient = self.draw.decimal(0, 3, places) + Decimal::new(1, places);
                let bounds = match clearing.assessment.scale() {
                    Assessment::Credit(_) => (Decimal::ZERO, Decimal::ONE),
                    Assessment::Score { full_from, none_below } => (*full_from, *none_below),
                    Assessment::Steps(steps) => (steps[0].from, steps[steps.len() - 1].from),
                };
                Hospital {
                    code: code.to_owned(),
                    name: code.to_owned(),
                    level: "3".to_owned(),
                    alliance: String::new(),
                    credit_score: None,
                    coefficient: if alike { Decimal::ONE } else { coefficient },
                    assessment_score: match self.draw.number(0, 5) {
                        0 => bounds.0,
                        1 => bounds.1,
                        2 => self.draw.decimal(0, 100, 12),
                        _ => self.draw.decimal(0, 100, 1),
                    },
                }
            })
            .collect()
    }

    fn claims(
        &mut self,
        count: usize,
        pools: usize,
        policy: &Policy,
        groups: &[Group],
        hospitals: &[Hospital],
    ) -> Vec<Row> {
        let mut ids: Vec<usize> = (1..=count).collect();
        self.draw.shuffle(&mut ids);
        // A pool, and a hospital, that may stay without cases.
        let (pools, busy) = (self.draw.count(1, pools), self.draw.count(1, hospitals.len()));
        let nothing_billed = self.draw.chance(4);
        let one_group = self.draw.chance(15);
        ids.into_iter()
            .map(|id| {
                let group = match self.draw.number(0, 9) {
                    _ if groups.is_empty() => None,
                    0 => None,
                    _ if one_group => groups.first(),
                    _ => Some(&groups[self.draw.count(0, groups.len() - 1)]),
                };
                let medical_cost = self.medical_cost(group, policy);
                let fund_billed = match self.draw.number(0, 9) {
                    _ if nothing_billed => 0,
                    0 => 0,
                    1 => medical_cost,
                    2..=4 => self.draw.number(0, medical_cost),
                    _ => medical_cost - medical_cost / 100 * self.draw.number(20, 50),
                };
                let patient_items = match self.draw.number(0, 3) {
                    0 => 0,
                    1 => self.draw.number(0, medical_cost),
                    _ => self.draw.number(0, medical_cost / 5),
                };
                let unknown = if self.draw.chance(50) { "" } else { "无此组" };
                Row {
                    id: format!("S{id}"),
                    group: group.map_or_else(|| unknown.to_owned(), |g| g.code.clone()),
                    factor: Decimal::ONE,
                    hospital: hospitals[self.draw.count(0, busy - 1)].code.clone(),
                    pool: self.draw.count(0, pools - 1),
                    medical_cost,
                    fund_billed,
                    patient_items,
                    ratio: self.draw.share(),
                    way: methods::Way::default(),
                }
            })
            .collect()
    }

    /// Often exactly at a bound or one fen beside it.
    fn medical_cost(&mut self, group: Option<&Group>, policy: &Policy) -> i64 {
        let largest = match self.size {
            Size::Small => 2_000,
            Size::Usual => 100_000_000,
            Size::Fine | Size::Huge => CLAIM_FEN_MAX,
            Size::Giant => i64::MAX,
        };
        let mean = group.map_or(policy.pricing.mean_cost_all, |g| g.mean_cost);
        let times = |ratio: Decimal| {
            let product = mean.mantissa().checked_mul(ratio.mantissa())?.checked_mul(100)?;
            i64::try_from(product / 10i128.checked_pow(mean.scale() + ratio.scale())?).ok()
        };
        let cost = match self.draw.number(0, 9) {
            0 | 1 => times(policy.deviation.low.ratio).map(|bound| bound + self.draw.number(-1, 1)),
            2 | 3 => times(policy.deviation.high.ratio).map(|bound| bound + self.draw.number(-1, 1)),
            4..=8 => {
                let times = times(self.draw.decimal(0, 3, 3));
                times.filter(|cost| *cost > 0)
            }
            _ => None,
        };
        let cost = cost.unwrap_or_else(|| self.draw.of_any_size(largest));
        cost.clamp(1, largest)
    }

    fn pool(&mut self, i: usize, claims: &[Row], policy: &Policy) -> Pool {
        let billed: i128 = claims
            .iter()
            .filter(|row| row.pool == i)
            .map(|row| i128::from(row.fund_billed))
            .sum();
        let percent = self.draw.number(20, 220);
        let budget = match self.draw.number(0, 19) {
            0 => 0,
            1 | 2 => self.draw.of_any_size(BUDGET_FEN_MAX),
            _ => i64::try_from(billed / 100 * i128::from(percent) + 1).unwrap_or(BUDGET_FEN_MAX),
        };
        let by_rate = policy.pricing.method == PricingMethod::Rate;
        let base_rate = (by_rate || self.draw.chance(20)).then(|| {
            let about = policy.pricing.mean_cost_all / policy.pricing.scale * Decimal::new(percent, 2);
            let about = if self.draw.chance(5) { Decimal::ZERO } else { about };
            about
                .min(Decimal::new(999_999, 0))
                .trunc_with_scale(policy.rounding.point_value)
        });
        Pool {
            id: format!("pool{i}"),
            insutype: vec![format!("31{i}")],
            funds: vec![dianzhi_core::HIFP_PAY.to_owned()],
            budget: Decimal::new(budget.min(BUDGET_FEN_MAX), 2),
            grown: None,
            insured: Vec::new(),
            public_health: None,
            of: None,
            share: None,
            changes: Vec::new(),
            reserve: match self.draw.number(0, 2) {
                0 => self.draw.share(),
                1 => Decimal::ZERO,
                _ => self.draw.decimal(0, 10, 2) / Decimal::ONE_HUNDRED,
            },
            base_rate,
            point_value: None,
            point_value_of: None,
        }
    }

    fn prepaid(&mut self, policy: &Policy, hospitals: &[Hospital]) -> Vec<PrepaidRow> {
        let mut rows = Vec::new();
        for (pool, of) in policy.pools.iter().enumerate() {
            let budget = i64::try_from(of.budget.mantissa()).expect("a budget");
            for hospital in hospitals {
                while self.draw.chance(25) {
                    let fen = self.draw.number(0, budget / 4);
                    rows.push(PrepaidRow {
                        pool,
                        hospital: hospital.code.clone(),
                        fen: if self.draw.chance(20) { 0 } else { fen },
                    });
                }
            }
        }
        rows
    }
}
