//! A tiny region for the examples of this documentation and for tests: two pools, three groups,
//! two hospitals. Its figures are invented.

use crate::{
    Assessment, Clearing, Compare, Deviation, FundShare, FundShareMethod, Group, GroupKind, HIFP_PAY, Hospital,
    Methods, OverspendBand, Policy, Pool, Pricing, PricingMethod, Remainder, Rounding, RoundingMode, Sharing, Surplus,
    Threshold, Yardstick,
};
use rust_decimal::Decimal;

fn d(mantissa: i64, places: u32) -> Decimal {
    Decimal::new(mantissa, places)
}

/// A policy by points and difference.
#[must_use]
pub fn policy() -> Policy {
    let pool = |id: &str, insutype: &[&str], budget| Pool {
        id: id.to_owned(),
        insutype: insutype.iter().map(|&code| code.to_owned()).collect(),
        funds: vec![HIFP_PAY.to_owned()],
        budget,
        grown: None,
        insured: Vec::new(),
        public_health: None,
        of: None,
        share: None,
        changes: Vec::new(),
        reserve: d(5, 2),
        base_rate: None,
        point_value: None,
        point_value_of: None,
    };
    Policy {
        rounding: Rounding {
            points: 4,
            point_value: 6,
            mode: RoundingMode::HalfUp,
            remainder: Remainder::Fund,
        },
        budgets: Vec::new(),
        pools: vec![
            pool("employee", &["310"], d(2_000_000, 2)),
            pool("resident", &["390", "391"], d(1_000_000, 2)),
        ],
        routes: Vec::new(),
        apart: Vec::new(),
        methods: Methods::default(),
        pricing: Pricing {
            method: PricingMethod::Points,
            coefficient_not_for: vec![GroupKind::Basic],
            mean_cost_all: d(900_000, 2),
            scale: d(100, 0),
        },
        coefficients: None,
        support: None,
        deviation: Deviation {
            compare_with: Yardstick::GroupMean,
            low: Threshold::flat(d(5, 1), false),
            high: Threshold::flat(d(20, 1), false),
            high_share: d(1, 0),
            extreme: None,
        },
        auxiliary: None,
        adjust: crate::Adjust::default(),
        ungrouped_share: d(8, 1),
        fund_share: FundShare {
            method: FundShareMethod::Difference,
            pool_ratio: None,
            floor_at_zero: false,
        },
        pool_clearing: None,
        monthly: None,
        clearing: Clearing {
            compare: Compare::Due,
            surplus: Surplus::Floor {
                floor: d(85, 2),
                keep: d(1, 0),
            },
            surplus_cap: None,
            compensation_cap: None,
            sharing: Sharing::Progressive,
            from_inclusive: true,
            up_to_inclusive: true,
            overspend: vec![OverspendBand {
                up_to: d(110, 2),
                fund_share: d(5, 1),
            }],
            quality_deposit: d(5, 2),
            assessment: Assessment::Score {
                full_from: d(90, 0),
                none_below: d(60, 0),
            },
            cap_assessment: None,
            surplus_assessment: None,
        },
        clearing_for: Vec::new(),
        alliances: Vec::new(),
        procurement: None,
        funds: Vec::new(),
    }
}

/// Three groups: one of each kind.
#[must_use]
pub fn groups() -> Vec<Group> {
    let group = |code: &str, name: &str, kind, base_points, mean_cost| Group {
        code: code.to_owned(),
        name: name.to_owned(),
        kind,
        base_points,
        mean_cost,
        stability: String::new(),
    };
    vec![
        group("ES25", "肺炎", GroupKind::Core, d(1_009_900, 4), d(900_000, 2)),
        group("RA11", "高血压", GroupKind::Basic, d(400_000, 4), d(360_000, 2)),
        group("IJ1Z", "腰痛病", GroupKind::Tcm, d(600_000, 4), d(540_000, 2)),
    ]
}

/// Two hospitals: a level 3 one and a level 1 one.
#[must_use]
pub fn hospitals() -> Vec<Hospital> {
    let hospital = |code: &str, name: &str, level: &str, coefficient, score| Hospital {
        code: code.to_owned(),
        name: name.to_owned(),
        level: level.to_owned(),
        coefficient,
        assessment_score: score,
        credit_score: None,
        alliance: String::new(),
    };
    vec![
        hospital("H001", "示例市第一人民医院", "3", d(105, 2), d(955, 1)),
        hospital("H002", "示例镇卫生院", "1", d(92, 2), d(78, 0)),
    ]
}
