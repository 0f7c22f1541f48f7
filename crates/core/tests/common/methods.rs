//! Methods of every kind put into a drawn year, from draws of their own.

use super::{Draw, Year};
use dianzhi_core::{
    AtMost, ByCost, ByDisease, ByGroup, ByItem, Case, Charge, CompareWith, CompiledPolicy, DayRate, Decimal, Fen,
    GroupAs, LongStay, PayIn, PerDiem, Price, PricingMethod,
};

/// How a drawn claim is paid; by group as it stands where the method is empty.
#[derive(Clone, Debug, Default)]
pub(crate) struct Way {
    pub(crate) method: String,
    pub(crate) days: u32,
    pub(crate) disease: String,
    pub(crate) deducted: i64,
    /// Items paid apart: position of each, its pool, fen.
    pub(crate) apart: Vec<(usize, usize, i64)>,
}

impl Way {
    pub(crate) fn apply(&self, policy: &CompiledPolicy, case: &mut Case) {
        if self.method.is_empty() {
            return;
        }
        case.method = policy.method(&self.method).expect("a method of the year");
        case.detail.days = self.days;
        case.detail.deducted = Fen(self.deducted);
        case.detail.price = policy.price_of(case.method, &self.disease, case.hospital);
    }
}

pub(super) fn drawn(mut year: Year, draw: &mut Draw) -> Year {
    if year.policy.pricing.method == PricingMethod::Rate && draw.chance(50) {
        year.policy.pricing.method = PricingMethod::Points;
    }
    for hospital in &mut year.hospitals {
        hospital.level = draw.pick(&["1", "2", "3"]).to_owned();
    }
    let auxiliary = year.policy.auxiliary.map(|auxiliary| auxiliary.compare_with);
    let points = year.policy.rounding.points;
    let methods = &mut year.policy.methods;
    methods.per_diem = vec![
        per_diem("days-money", PayIn::Money, draw),
        per_diem("days-points", PayIn::Points, draw),
    ];
    methods.by_item = vec![
        by_item("items-money", PayIn::Money, draw),
        by_item("items-points", PayIn::Points, draw),
    ];
    let compare_with = auxiliary.unwrap_or_else(|| draw.pick(&[CompareWith::Type, CompareWith::SubType]));
    let codes: Vec<String> = year.groups.iter().map(|group| group.code.clone()).collect();
    methods.by_group = ["day-surgery", "long"]
        .map(|id| ByGroup {
            id: id.to_owned(),
            factor: draw.decimal(0, 1, 2) + Decimal::new(1, 2),
            compare_with,
            groups_as: (0..draw.count(0, codes.len().min(1)))
                .map(|_| GroupAs {
                    group: codes[draw.count(0, codes.len() - 1)].clone(),
                    paid_as: codes[draw.count(0, codes.len() - 1)].clone(),
                })
                .collect(),
            long_stay: (id == "long").then(|| LongStay {
                after_day: u32::try_from(draw.number(1, 40)).expect("a day"),
                per_diem: "days-points".to_owned(),
            }),
            by_cost: None,
        })
        .to_vec();
    let bound = |draw: &mut Draw, first: i64| {
        draw.chance(50)
            .then(|| draw.decimal(first, first + 1, 1) + Decimal::new(1, 1))
    };
    methods.by_disease = vec![
        ByDisease {
            id: "priced".to_owned(),
            pay_in: PayIn::Money,
            code: "group_code".to_owned(),
            charge: draw.pick(&[Charge::Bill, Charge::Price]),
            exit_below: bound(draw, 0),
            exit_above: bound(draw, 2),
            exit_to: Some("items-money".to_owned()),
        },
        ByDisease {
            id: "visits".to_owned(),
            pay_in: PayIn::Points,
            code: "med_type".to_owned(),
            charge: Charge::Bill,
            exit_below: None,
            exit_above: None,
            exit_to: None,
        },
    ];
    year.prices = prices(points, draw);
    let ids = [
        "days-money",
        "days-points",
        "items-money",
        "items-points",
        "day-surgery",
        "long",
        "priced",
        "visits",
    ];
    for row in &mut year.claims {
        // The product of both factors has at most 18 digits, or is refused.
        if row.factor.normalize().scale() > 4 || row.factor > Decimal::from(1_000_000) {
            row.factor = Decimal::ONE;
        }
        if draw.chance(30) {
            continue;
        }
        row.way = Way {
            method: draw.pick(&ids).to_owned(),
            days: u32::try_from(draw.number(1, 60)).expect("days"),
            disease: draw.pick(&["D1", "D2"]).to_owned(),
            deducted: match draw.number(0, 3) {
                0 => 0,
                1 => draw.number(0, row.medical_cost),
                _ => draw.number(0, row.medical_cost / 10),
            },
            apart: Vec::new(),
        };
    }
    // What is paid in money comes out of the budget: mostly there is enough of it.
    if year.policy.budgets.is_empty() && draw.chance(90) {
        for pool in &mut year.policy.pools {
            pool.budget = (pool.budget * Decimal::from(3)).min(Decimal::new(99_999_999_999_999, 2));
        }
    }
    year
}

/// Some of the cases of a factor by what they cost, from draws of their own.
pub(super) fn by_cost(mut year: Year, draw: &mut Draw) -> Year {
    let methods = &mut year.policy.methods;
    let incomplete = ByGroup {
        id: "incomplete".to_owned(),
        compare_with: CompareWith::Type,
        by_cost: Some(ByCost {
            coefficient: draw.chance(50),
            at_most: draw.pick(&[None, Some(AtMost::Base), Some(AtMost::Normal)]),
        }),
        ..methods.by_group[0].clone()
    };
    methods.by_group.push(incomplete);
    for row in year.claims.iter_mut().filter(|row| row.way.method == "day-surgery") {
        if draw.chance(50) {
            row.way.method = "incomplete".to_owned();
        }
    }
    year
}

fn share(draw: &mut Draw) -> Option<Decimal> {
    draw.chance(60).then(|| draw.share())
}

fn per_diem(id: &str, pay_in: PayIn, draw: &mut Draw) -> PerDiem {
    let mut rates = Vec::new();
    for level in [None, Some("2"), Some("3")] {
        if level.is_some() && draw.chance(50) {
            continue;
        }
        let mut from_day = 1;
        for _ in 0..draw.count(1, 3) {
            rates.push(DayRate {
                level: level.map(str::to_owned),
                from_day,
                rate: draw.decimal(0, 700, 2),
            });
            from_day += u32::try_from(draw.number(1, 30)).expect("a day");
        }
    }
    let days_min = draw
        .chance(40)
        .then(|| u32::try_from(draw.number(1, 10)).expect("days"));
    PerDiem {
        id: id.to_owned(),
        pay_in,
        rates,
        days_min,
        days_max: draw
            .chance(40)
            .then(|| u32::try_from(draw.number(10, 50)).expect("days")),
        coefficient: draw.chance(50),
        fund_share: if pay_in == PayIn::Money { share(draw) } else { None },
    }
}

fn by_item(id: &str, pay_in: PayIn, draw: &mut Draw) -> ByItem {
    ByItem {
        id: id.to_owned(),
        pay_in,
        deductions: Vec::new(),
        share: draw.share(),
        fund_share: if pay_in == PayIn::Money { share(draw) } else { None },
    }
}

fn prices(points: u32, draw: &mut Draw) -> Vec<Price> {
    let mut prices = Vec::new();
    for (method, places) in [("priced", 2), ("visits", points.min(4))] {
        for code in ["D1", "D2"] {
            for level in [None, Some("3")] {
                if level.is_some() && draw.chance(50) {
                    continue;
                }
                let price = draw.decimal(0, 20_000, places) + Decimal::new(1, places);
                prices.push(Price {
                    method: method.to_owned(),
                    code: code.to_owned(),
                    level: level.map(str::to_owned),
                    price,
                    fund_share: if method == "priced" { share(draw) } else { None },
                });
            }
        }
    }
    prices
}
