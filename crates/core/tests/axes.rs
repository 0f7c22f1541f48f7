//! The axes along which regions differ, each value of each key by hand from the rule's text
//! (docs/SETTLEMENT.md §5.1).
//!
//! Seen to fail, each for its own rule: levels not looked at, base points below a tier's end and not at
//! it, k left out of the standard, coefficients left out of low and high outliers, the share taken as 1,
//! a case at the extreme bound taken for one below it.
//!
//! The example region: ES25 has 100.99 points and a mean cost of 9,000.00 yuan, IJ1Z 60 points and
//! 5,400.00; H001 is of level 3 with coefficient 1.05, H002 of level 1 with 0.92; bounds 0.5 and 2.0,
//! a case at a bound being a normal one. RA11 (40 points, 3,600.00) is paid alike everywhere.

use dianzhi_core::{
    Auxiliary, ByGroup, CaseClass, CaseFactor, CompareWith, CompiledPolicy, Decimal, Extreme, ExtremePay, Fen, Group,
    GroupAs, GroupKind, OutlierCoefficient, Policy, PricingMethod, Silent, ThresholdTier, Worth, Yardstick, example,
};

use CaseClass::{High, Low, Normal};
use OutlierCoefficient::{Carried, Dropped, Kept};

fn d(text: &str) -> Decimal {
    text.parse().expect("a decimal")
}

/// The example's groups, and three whose base points stand at and about the bounds of tiers.
fn groups() -> Vec<Group> {
    let group = |code: &str, base: &str, mean: &str| Group {
        code: code.to_owned(),
        name: code.to_owned(),
        kind: GroupKind::Core,
        base_points: d(base),
        mean_cost: d(mean),
        stability: String::new(),
    };
    let mut groups = example::groups();
    groups.extend([
        group("P100", "100", "10000.00"),
        group("P300", "300", "30000.00"),
        group("P400", "400", "40000.00"),
    ]);
    groups
}

fn region(change: impl FnOnce(&mut Policy)) -> CompiledPolicy {
    let mut policy = example::policy();
    change(&mut policy);
    CompiledPolicy::new(&policy, &groups(), &example::hospitals()).expect("a sound policy")
}

/// Class and points of a case, with the factor of its auxiliary catalogues.
fn with_factor(policy: &CompiledPolicy, group: &str, hospital: &str, yuan: &str, f: &str) -> (CaseClass, String) {
    let fen = i64::try_from((d(yuan) * d("100")).mantissa() / 10i128.pow((d(yuan) * d("100")).scale()));
    let case = policy.case(Some(group), hospital, "310", Fen(fen.expect("fen")), Fen(0));
    let mut case = case.expect("a case");
    case.factor = CaseFactor::new(d(f)).expect("a factor");
    let found = policy.points(&case, &mut Silent).expect("points");
    assert_eq!(policy.class(&case), found.class);
    (found.class, found.points.display(4).to_string())
}

fn paid(policy: &CompiledPolicy, group: &str, hospital: &str, yuan: &str) -> (CaseClass, String) {
    with_factor(policy, group, hospital, yuan, "1")
}

fn is(class: CaseClass, points: &str) -> (CaseClass, String) {
    (class, points.to_owned())
}

fn tier(level: Option<&str>, base_points_to: Option<&str>, ratio: &str) -> ThresholdTier {
    ThresholdTier {
        level: level.map(str::to_owned),
        base_points_to: base_points_to.map(d),
        ratio: d(ratio),
    }
}

/// One bound for all, and on which side of it a case at it stands: at 4,500.00 and 18,000.00, a fen below
/// and a fen above.
#[test]
fn axis_10_flat_bounds_and_their_side() {
    let class = |inclusive: bool, by_rules: bool, yuan: &str| {
        let policy = region(|p| {
            p.deviation.low.inclusive = inclusive;
            p.deviation.high.inclusive = inclusive;
            if by_rules {
                p.deviation.high_share = d("0.9");
            }
        });
        paid(&policy, "ES25", "H001", yuan).0
    };
    for by_rules in [false, true] {
        for (yuan, outside, inside) in [
            ("4499.99", Low, Low),
            ("4500", Normal, Low),
            ("4500.01", Normal, Normal),
            ("17999.99", Normal, Normal),
            ("18000", Normal, High),
            ("18000.01", High, High),
        ] {
            assert_eq!(class(false, by_rules, yuan), outside, "{yuan}");
            assert_eq!(class(true, by_rules, yuan), inside, "{yuan}");
        }
    }
}

/// By rate base points are weights, and so are the ends of tiers: RW 1.5 and 0.8 at 2.5 times the mean.
#[test]
fn axis_10_bounds_by_weight() {
    let mut groups = groups();
    for (group, weight) in groups.iter_mut().zip(["1.5", "0.8"]) {
        group.base_points = d(weight);
    }
    let mut policy = example::policy();
    policy.pricing.method = PricingMethod::Rate;
    for pool in &mut policy.pools {
        pool.base_rate = Some(d("9000"));
    }
    policy.deviation.high.tiers = vec![tier(None, Some("1"), "3")];
    let policy = CompiledPolicy::new(&policy, &groups, &example::hospitals()).expect("a sound policy");
    let (heavy, light) = (&groups[0], &groups[1]);
    let yuan = |group: &Group| (group.mean_cost * d("2.5")).to_string();
    // 1.5 × (2.5 − 2 + 1), and 0.8, paid alike everywhere
    assert_eq!(paid(&policy, &heavy.code, "H001", &yuan(heavy)), is(High, "2.2500"));
    assert_eq!(paid(&policy, &light.code, "H001", &yuan(light)), is(Normal, "0.8000"));
}

/// RULES 1.4: tertiary hospitals from 3 times on, secondary ones from 2.
#[test]
fn axis_10_bounds_by_level() {
    let policy = region(|p| {
        p.deviation.high.tiers = vec![tier(Some("3"), None, "3"), tier(Some("2"), None, "2")];
        p.deviation.high.ratio = d("1.5");
        p.deviation.low.tiers = vec![tier(Some("1"), None, "0.3")];
    });
    // x = 2.8, 3 and 3.1 at level 3: 100.99 × 1.05; 100.99 × 1.1
    assert_eq!(paid(&policy, "ES25", "H001", "25200"), is(Normal, "106.0395"));
    assert_eq!(paid(&policy, "ES25", "H001", "27000"), is(Normal, "106.0395"));
    assert_eq!(paid(&policy, "ES25", "H001", "27900"), is(High, "111.0890"));
    // at level 1 the rest's 1.5: 100.99 × (2.8 − 1.5 + 1)
    assert_eq!(paid(&policy, "ES25", "H002", "25200"), is(High, "232.2770"));
    // x = 0.4: low at level 3, not at level 1
    assert_eq!(paid(&policy, "ES25", "H001", "3600"), is(Low, "40.3960"));
    assert_eq!(paid(&policy, "ES25", "H002", "3600"), is(Normal, "92.9108"));
}

/// RULES 2.1, Zhejiang: up to 100 points 3 times, up to 300 twice, above 1.5 times.
#[test]
fn axis_10_bounds_by_base_points() {
    let policy = region(|p| {
        p.deviation.high.tiers = vec![tier(None, Some("100"), "3"), tier(None, Some("300"), "2")];
        p.deviation.high.ratio = d("1.5");
    });
    // x = 2.5 with 60, 100, 100.99 and 300 points; x = 2 with 400
    assert_eq!(paid(&policy, "IJ1Z", "H001", "13500"), is(Normal, "63.0000"));
    assert_eq!(paid(&policy, "P100", "H001", "25000"), is(Normal, "105.0000"));
    assert_eq!(paid(&policy, "ES25", "H001", "22500"), is(High, "151.4850"));
    assert_eq!(paid(&policy, "P300", "H001", "75000"), is(High, "450.0000"));
    assert_eq!(paid(&policy, "P400", "H001", "80000"), is(High, "600.0000"));
}

/// Both conditions of a tier must hold, and the first tier that fits decides.
#[test]
fn axis_10_bounds_by_level_and_base_points() {
    let policy = region(|p| {
        p.deviation.high.tiers = vec![tier(Some("3"), Some("100"), "4"), tier(None, Some("100"), "3")];
    });
    // x = 3.5: 100 points at level 3 and level 1; 300 points at level 3
    assert_eq!(paid(&policy, "P100", "H001", "35000"), is(Normal, "105.0000"));
    assert_eq!(paid(&policy, "P100", "H002", "35000"), is(High, "150.0000"));
    assert_eq!(paid(&policy, "P300", "H001", "105000"), is(High, "750.0000"));
}

/// RULES 1.4: the cost is held against the group's mean, or against the payment standard.
#[test]
fn axis_10_compared_with_the_standard() {
    let by_mean = region(|p| p.deviation.high_share = d("0.9"));
    let policy = region(|p| p.deviation.compare_with = Yardstick::Standard);
    // 18,500 is above 2 × 9,000, and below 2 × 9,450
    assert_eq!(paid(&by_mean, "ES25", "H001", "18500").0, High);
    assert_eq!(paid(&policy, "ES25", "H001", "18500"), is(Normal, "106.0395"));
    assert_eq!(paid(&policy, "ES25", "H001", "18900"), is(Normal, "106.0395"));
    // 28,350 ÷ 9,450 = 3: 100.99 × 2; 3,150 ÷ 9,450 = 1/3: 100.99 ÷ 3
    assert_eq!(paid(&policy, "ES25", "H001", "28350"), is(High, "201.9800"));
    assert_eq!(paid(&policy, "ES25", "H001", "3150"), is(Low, "33.6633"));
    let case = policy
        .case(Some("ES25"), "H001", "310", Fen(2_835_000), Fen(0))
        .expect("a case");
    assert_eq!(policy.cost_ratio_millionths(&case), Ok(Some(3_000_000)));
    // paid alike: k is 1, 7,200 is at the bound and 7,200.01 above
    assert_eq!(paid(&policy, "RA11", "H001", "7200"), is(Normal, "40.0000"));
    assert_eq!(paid(&policy, "RA11", "H001", "7200.01").0, High);
}

/// The coefficient of a low outlier of a third of the mean cost.
#[test]
fn axis_10_coefficient_of_low_outliers() {
    let points = |coefficient, compare_with, yuan| {
        let policy = region(|p| {
            p.deviation.low.coefficient = coefficient;
            p.deviation.compare_with = compare_with;
        });
        paid(&policy, "ES25", "H001", yuan)
    };
    let mean = Yardstick::GroupMean;
    // 100.99 ÷ 3; × 1.05; × 1.05 ÷ 0.5
    assert_eq!(points(Dropped, mean, "3000"), is(Low, "33.6633"));
    assert_eq!(points(Kept, mean, "3000"), is(Low, "35.3465"));
    assert_eq!(points(Carried, mean, "3000"), is(Low, "70.6930"));
    // one fen below the bound, 4,499.99: 106.0395 × 4,499.99 ÷ 4,500
    assert_eq!(points(Carried, mean, "4499.99"), is(Low, "106.0393"));
    // against the standard, kept: the cost itself, 100.99 × 3,150 ÷ 9,000
    assert_eq!(points(Kept, Yardstick::Standard, "3150"), is(Low, "35.3465"));
    assert_eq!(points(Carried, Yardstick::Standard, "3150"), is(Low, "70.6930"));
}

/// The coefficient of a high outlier of three times the mean cost; RULES 2.7, Jining: x − 2 + k.
#[test]
fn axis_10_coefficient_of_high_outliers() {
    let points = |coefficient, yuan| {
        let policy = region(|p| p.deviation.high.coefficient = coefficient);
        paid(&policy, "ES25", "H001", yuan)
    };
    // 100.99 × 2; × 1.05; 100.99 × (3 − 2 + 1.05)
    assert_eq!(points(Dropped, "27000"), is(High, "201.9800"));
    assert_eq!(points(Kept, "27000"), is(High, "212.0790"));
    assert_eq!(points(Carried, "27000"), is(High, "207.0295"));
    assert_eq!(points(Carried, "18000.01"), is(High, "106.0396"));
}

/// RULES 1.4: P × k + P × (ratio − bound) × share.
#[test]
fn axis_10_share_of_the_excess() {
    let points = |coefficient, share: &str| {
        let policy = region(|p| {
            p.deviation.high.coefficient = coefficient;
            p.deviation.high_share = d(share);
        });
        paid(&policy, "ES25", "H001", "27000").1
    };
    // x = 3: 100.99 × 1.7; 106.0395 × 1.7 = 180.26715; 100.99 × (1.05 + 0.7)
    assert_eq!(points(Dropped, "0.7"), "171.6830");
    assert_eq!(points(Kept, "0.7"), "180.2672");
    assert_eq!(points(Carried, "0.7"), "176.7325");
    assert_eq!(points(Dropped, "0"), "100.9900");
    assert_eq!(points(Carried, "1"), "207.0295");
}

fn with_extreme(inclusive: bool, pay: ExtremePay, coefficient: OutlierCoefficient) -> CompiledPolicy {
    region(|p| {
        p.deviation.high.coefficient = coefficient;
        p.deviation.extreme = Some(Extreme {
            ratio: d("5"),
            inclusive,
            pay,
        });
    })
}

/// RULES 2.7, Jining: up to 5 times x − 2 + k, above it the factor only.
#[test]
fn axis_10_extreme_cases_as_normal_ones() {
    let policy = with_extreme(false, ExtremePay::Normal, Carried);
    // 100.99 × (5 − 2 + 1.05); 100.99 × 1.05
    assert_eq!(paid(&policy, "ES25", "H001", "45000"), is(High, "409.0095"));
    assert_eq!(paid(&policy, "ES25", "H001", "45000.01"), is(High, "106.0395"));
    let policy = with_extreme(true, ExtremePay::Normal, Carried);
    assert_eq!(paid(&policy, "ES25", "H001", "44999.99"), is(High, "409.0094"));
    assert_eq!(paid(&policy, "ES25", "H001", "45000"), is(High, "106.0395"));
}

/// An extreme case held at the bound: 6 times is paid as 5 times.
#[test]
fn axis_10_extreme_cases_at_the_bound() {
    for (coefficient, points) in [(Dropped, "403.9600"), (Kept, "424.1580"), (Carried, "409.0095")] {
        for inclusive in [false, true] {
            let policy = with_extreme(inclusive, ExtremePay::AtThreshold, coefficient);
            assert_eq!(paid(&policy, "ES25", "H001", "45000"), is(High, points));
            assert_eq!(paid(&policy, "ES25", "H001", "54000"), is(High, points));
        }
    }
}

/// Under `type` the factor is a coefficient as k is, under `sub-type` a part of base points and mean.
#[test]
fn axis_10_with_an_auxiliary_factor() {
    let points = |compare_with, coefficient, yuan, f| {
        let policy = region(|p| {
            p.auxiliary = Some(Auxiliary { compare_with });
            p.deviation.low.coefficient = coefficient;
            p.deviation.high.coefficient = coefficient;
        });
        with_factor(&policy, "ES25", "H001", yuan, f)
    };
    use CompareWith::{SubType, Type};
    // x = 3: 100.99 × 1.4 × 1.05 × 2; 100.99 × (1.4 × 1.05 + 1)
    assert_eq!(points(Type, Kept, "27000", "1.4"), is(High, "296.9106"));
    assert_eq!(points(Type, Carried, "27000", "1.4"), is(High, "249.4453"));
    // x = 37,800 ÷ 12,600 = 3 of a sub-type of 141.386 points
    assert_eq!(points(SubType, Kept, "37800", "1.4"), is(High, "296.9106"));
    assert_eq!(points(SubType, Carried, "37800", "1.4"), is(High, "289.8413"));
    // x = 1/3: 141.386 × 1.05 ÷ 3; and ÷ 0.5
    assert_eq!(points(Type, Kept, "3000", "1.4"), is(Low, "49.4851"));
    assert_eq!(points(Type, Carried, "3000", "1.4"), is(Low, "98.9702"));
    assert_eq!(points(SubType, Kept, "4200", "1.4"), is(Low, "49.4851"));
    // the factor counts in what is paid as a normal case
    let extreme = |yuan| {
        let policy = region(|p| {
            p.auxiliary = Some(Auxiliary { compare_with: Type });
            p.deviation.extreme = Some(Extreme {
                ratio: d("5"),
                inclusive: false,
                pay: ExtremePay::Normal,
            });
        });
        with_factor(&policy, "ES25", "H001", yuan, "1.4")
    };
    assert_eq!(extreme("54000"), is(High, "148.4553"));
}

/// A method's factor counts as an auxiliary one, and a group paid as another has that one's bounds.
#[test]
fn axis_10_with_a_method() {
    let points = |compare_with, group: &str, yuan: i64| {
        let policy = region(|p| {
            p.deviation.high.coefficient = Carried;
            p.deviation.high.tiers = vec![tier(None, Some("100"), "3")];
            p.methods.by_group = vec![ByGroup {
                id: "day-surgery".to_owned(),
                factor: d("0.8"),
                compare_with,
                groups_as: vec![GroupAs {
                    group: "IJ1Z".to_owned(),
                    paid_as: "ES25".to_owned(),
                }],
                long_stay: None,
                by_cost: None,
            }];
        });
        let case = policy.case(Some(group), "H001", "310", Fen(yuan * 100), Fen(0));
        let mut case = case.expect("a case");
        case.method = policy.method("day-surgery").expect("the method");
        let found = policy.worth(&case, &mut Silent).expect("points");
        let Worth::Points(points) = found.worth else {
            panic!("it is paid in points")
        };
        (found.class, points.display(4).to_string())
    };
    // x = 3, bound 2: 100.99 × (0.8 × 1.05 + 1); x = 27,000 ÷ 7,200 = 3.75: 80.792 × (1.05 + 1.75)
    assert_eq!(points(CompareWith::Type, "ES25", 27_000), is(High, "185.8216"));
    assert_eq!(points(CompareWith::SubType, "ES25", 27_000), is(High, "226.2176"));
    // IJ1Z has 60 points and would have the bound 3; paid as ES25 it has 2
    assert_eq!(points(CompareWith::Type, "IJ1Z", 27_000), is(High, "185.8216"));
    // P100 at 3 times its mean is at its bound: 100 × 0.8 × 1.05
    assert_eq!(points(CompareWith::Type, "P100", 30_000), is(Normal, "84.0000"));
}

/// Pay that a normal case would get, which the remark on jumps at the bounds goes by.
#[test]
fn axis_10_carried_points_do_not_jump() {
    for (coefficient, below) in [(Dropped, true), (Kept, false), (Carried, false)] {
        let policy = region(|p| p.deviation.high.coefficient = coefficient);
        let case = policy
            .case(Some("ES25"), "H001", "310", Fen(1_800_001), Fen(0))
            .expect("a case");
        let found = policy.points(&case, &mut Silent).expect("points");
        let normal = policy.points_if_normal(&case, found.class).expect("an outlier");
        assert_eq!(found.points < normal, below, "{coefficient:?}");
    }
}
