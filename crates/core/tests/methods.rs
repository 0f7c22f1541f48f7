//! Every method of payment against the exact-fraction model, mixed in one year: every figure
//! compared, every identity held to 0 fen.

mod common;

use common::against::{Reached, compare};
use common::{CALM, Size, Year};
use dianzhi_core::{
    ByDisease, ByGroup, ByItem, Charge, CompareWith, CompiledPolicy, DayRate, Decimal, Fen, GroupAs, LongStay, PayIn,
    PerDiem, Price, Silent, example,
};

#[test]
fn mixed_years() {
    let mut reached = Reached::default();
    let mut cases = 0;
    for seed in 0..1_500 {
        let year = Year::draw_mixed(seed, &CALM, 40);
        if let Err(differs) = compare(&year, &mut reached) {
            panic!("seed {seed}: {differs}\n{year:#?}");
        }
        cases += year.claims.len();
    }
    assert!(cases > 25_000, "{cases} cases only");
    for method in ["day-surgery", "long"] {
        for class in ["normal", "low", "high", "ungrouped"] {
            reached.expect(&[&format!("{method} {class} in points")]);
        }
    }
    reached.expect(&[
        "incomplete by-cost in points",
        "incomplete ungrouped in points",
        "days-money per-diem in money",
        "days-points per-diem in points",
        "items-money by-item in money",
        "items-points by-item in points",
        "priced by-disease in money",
        "priced by-item in money",
        "visits by-disease in points",
        "sign-up capitated in money",
        "outpatient capitated in money",
        "part of a capitation withheld",
        "paid by head alone",
        "nothing left for points",
        "reserve used up",
        "1 items apart, booked Less due",
        "2 items apart, booked Equal due",
        "3 items apart, booked Greater due",
        "statement of items alone",
    ]);
}

/// Where nothing overflows, every mixed year settles.
#[test]
fn calm_mixed_years_settle() {
    let mut settled = 0;
    for seed in 5_000..5_300 {
        let year = Year::draw_mixed(seed, &[Size::Usual], 30);
        settled += usize::from(year.settle().is_ok());
    }
    assert!(settled > 200, "{settled} of 300 years only");
}

/// By hand, from docs/METHODS.md and the tables of `dianzhi_core::example`: ES25 has 100.99 points
/// and a mean cost of 9,000.00 yuan, RA11 (basic) 40 and 3,600.00; H001 is level 3 with a coefficient
/// of 1.05, H002 level 1 with 0.92; 9,000.00 yuan are 100 points.
#[test]
fn golden_cases() {
    let mut policy = example::policy();
    let d = |text: &str| text.parse::<Decimal>().unwrap();
    let by_group = |id: &str, factor, compare_with, long_stay| ByGroup {
        id: id.to_owned(),
        factor: d(factor),
        compare_with,
        groups_as: Vec::new(),
        long_stay,
        by_cost: None,
    };
    let rates = |rates: &[(Option<&str>, u32, &str)]| -> Vec<DayRate> {
        let rate = |&(level, from_day, rate): &(Option<&str>, u32, &str)| DayRate {
            level: level.map(str::to_owned),
            from_day,
            rate: d(rate),
        };
        rates.iter().map(rate).collect()
    };
    let per_diem = |id: &str, pay_in, rates| PerDiem {
        id: id.to_owned(),
        pay_in,
        rates,
        days_min: None,
        days_max: None,
        coefficient: false,
        fund_share: None,
    };
    let stay = LongStay {
        after_day: 60,
        per_diem: "day-points".to_owned(),
    };
    let mut tcm = by_group("tcm", "0.8", CompareWith::Type, None);
    tcm.groups_as = vec![GroupAs {
        group: "IJ1Z".to_owned(),
        paid_as: "ES25".to_owned(),
    }];
    policy.methods.by_group = vec![
        by_group("ninety", "0.9", CompareWith::Type, None),
        by_group("ninety-of-all", "0.9", CompareWith::SubType, None),
        tcm,
        by_group("long", "1", CompareWith::Type, Some(stay)),
    ];
    let tiers = rates(&[(Some("3"), 1, "300.00"), (Some("3"), 31, "240.00"), (None, 1, "180.00")]);
    let mut limited = per_diem("limited", PayIn::Money, tiers.clone());
    limited.days_min = Some(5);
    limited.days_max = Some(40);
    limited.coefficient = true;
    policy.methods.per_diem = vec![
        per_diem("days", PayIn::Money, tiers),
        per_diem("day-points", PayIn::Points, rates(&[(None, 1, "400.00")])),
        limited,
    ];
    policy.methods.by_disease = vec![ByDisease {
        id: "priced".to_owned(),
        pay_in: PayIn::Money,
        code: "dise_no".to_owned(),
        charge: Charge::Bill,
        exit_below: Some(d("0.4")),
        exit_above: Some(d("2")),
        exit_to: Some("items".to_owned()),
    }];
    let by_item = |id: &str, pay_in, share| ByItem {
        id: id.to_owned(),
        pay_in,
        deductions: Vec::new(),
        share: d(share),
        fund_share: None,
    };
    policy.methods.by_item = vec![
        by_item("items", PayIn::Money, "1"),
        by_item("item-points", PayIn::Points, "0.5"),
    ];
    let prices = [Price {
        method: "priced".to_owned(),
        code: "M1".to_owned(),
        level: None,
        price: d("5000.00"),
        fund_share: Some(d("0.7")),
    }];
    let compiled = CompiledPolicy::with_prices(&policy, &example::groups(), &example::hospitals(), &prices).unwrap();
    let worth = |method: &str, group, hospital: &str, cost, days, deducted| {
        let mut case = compiled.case(group, hospital, "310", Fen(cost), Fen(0)).unwrap();
        case.method = compiled.method(method).unwrap();
        case.detail.days = days;
        case.detail.deducted = Fen(deducted);
        case.detail.price = compiled.price_of(case.method, "M1", case.hospital);
        let found = compiled.worth(&case, &mut Silent).unwrap();
        (found.class.as_str(), found.worth.units())
    };
    let es25 = Some("ES25");
    for (found, expected) in [
        // 100.99 × 0.9 × 1.05 = 95.43555
        (worth("ninety", es25, "H001", 900_000, 0, 0), ("normal", 954_356)),
        // a high outlier goes by cost: 100.99 × (20,000 ÷ 9,000 − 2 + 1)
        (worth("ninety", es25, "H001", 2_000_000, 0, 0), ("high", 1_234_322)),
        // 100.99 × 0.9 × (20,000 ÷ 8,100 − 2 + 1)
        (
            worth("ninety-of-all", es25, "H001", 2_000_000, 0, 0),
            ("high", 1_335_312),
        ),
        // IJ1Z as ES25: 100.99 × 0.8 × 0.92 = 74.32864
        (worth("tcm", Some("IJ1Z"), "H002", 900_000, 0, 0), ("normal", 743_286)),
        // 60 of 90 days of 13,500 are 9,000: 100.99 × 1.05 = 106.0395; 30 days × 4.4444
        (
            worth("long", es25, "H001", 1_350_000, 90, 0),
            ("normal", 1_060_395 + 30 * 44_444),
        ),
        // just 60 days are not split
        (worth("long", es25, "H001", 1_350_000, 60, 0), ("normal", 1_060_395)),
        // 30 × 300 + 10 × 240; and 180 a day at a level without tiers of its own
        (worth("days", None, "H001", 2_000_000, 40, 0), ("per-diem", 1_140_000)),
        (worth("days", None, "H002", 2_000_000, 40, 0), ("per-diem", 720_000)),
        // a day is 400 ÷ 9,000 × 100 = 4.4444
        (
            worth("day-points", None, "H001", 2_000_000, 7, 0),
            ("per-diem", 7 * 44_444),
        ),
        // at most 40 days, × 1.05
        (
            worth("limited", None, "H001", 9_900_000, 90, 0),
            ("per-diem", 1_197_000),
        ),
        // 4 days: 1,260.00, and no more than the cost
        (worth("limited", None, "H001", 200_000, 4, 0), ("per-diem", 126_000)),
        (worth("limited", None, "H001", 100_000, 4, 0), ("per-diem", 100_000)),
        // the price; exactly at 0.4 and at 2 of it; a fen beyond, less 100.00
        (
            worth("priced", None, "H001", 520_000, 0, 10_000),
            ("by-disease", 500_000),
        ),
        (
            worth("priced", None, "H001", 200_000, 0, 10_000),
            ("by-disease", 500_000),
        ),
        (
            worth("priced", None, "H001", 1_000_000, 0, 10_000),
            ("by-disease", 500_000),
        ),
        (worth("priced", None, "H001", 199_999, 0, 10_000), ("by-item", 189_999)),
        (
            worth("priced", None, "H001", 1_000_001, 0, 10_000),
            ("by-item", 990_001),
        ),
        // deductions beyond the cost leave nothing
        (worth("items", None, "H001", 5_000, 0, 10_000), ("by-item", 0)),
        // (4,600 − 100) ÷ 9,000 × 100 × 0.5
        (
            worth("item-points", None, "H001", 460_000, 0, 10_000),
            ("by-item", 250_000),
        ),
    ] {
        assert_eq!(found, expected);
    }
}

/// A price of 33.33: 0.4 of it are 13.332, 2.3 of it 76.659. Seen red with `floor` for `ceil` and the
/// other way round.
#[test]
fn an_exit_may_lie_between_two_fen() {
    let d = |text: &str| text.parse::<Decimal>().unwrap();
    let mut policy = example::policy();
    policy.methods.by_disease = vec![ByDisease {
        id: "priced".to_owned(),
        pay_in: PayIn::Money,
        code: "dise_no".to_owned(),
        charge: Charge::Bill,
        exit_below: Some(d("0.4")),
        exit_above: Some(d("2.3")),
        exit_to: Some("items".to_owned()),
    }];
    policy.methods.by_item = vec![ByItem {
        id: "items".to_owned(),
        pay_in: PayIn::Money,
        deductions: Vec::new(),
        share: d("1"),
        fund_share: None,
    }];
    let prices = [Price {
        method: "priced".to_owned(),
        code: "M1".to_owned(),
        level: None,
        price: d("33.33"),
        fund_share: None,
    }];
    let compiled = CompiledPolicy::with_prices(&policy, &example::groups(), &example::hospitals(), &prices).unwrap();
    let class = |cost| {
        let mut case = compiled.case(None, "H001", "310", Fen(cost), Fen(0)).unwrap();
        case.method = compiled.method("priced").unwrap();
        case.detail.price = compiled.price_of(case.method, "M1", case.hospital);
        compiled.worth(&case, &mut Silent).unwrap().class.as_str()
    };
    assert_eq!(
        [1_333, 1_334, 7_665, 7_666].map(class),
        ["by-item", "by-disease", "by-disease", "by-item"]
    );
}
