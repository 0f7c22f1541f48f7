//! Stays paid by what they cost against their group, each rule by hand (docs/METHODS.md §3): those
//! that were not completed, transfers, deaths, blank and unstable groups.
//!
//! Seen to fail: the most without the coefficient, the coefficient left out.
//!
//! The example region: ES25 has 100.99 points and a mean cost of 9,000.00 yuan, RA11 (basic, without a
//! coefficient) 40 and 3,600.00; H001 has coefficient 1.05, H002 0.92.

mod common;

use common::{CALM, Draw, Year};
use dianzhi_core::{
    AtMost, ByCost, ByGroup, CaseClass, CompareWith, CompiledPolicy, Decimal, Fen, GroupAs, OutlierCoefficient, Points,
    Silent, Threshold, Worth, example,
};

fn d(text: &str) -> Decimal {
    text.parse().expect("a decimal")
}

fn method(factor: &str, coefficient: bool, at_most: Option<AtMost>) -> ByGroup {
    ByGroup {
        id: "by-cost".to_owned(),
        factor: d(factor),
        compare_with: CompareWith::Type,
        groups_as: Vec::new(),
        long_stay: None,
        by_cost: Some(ByCost { coefficient, at_most }),
    }
}

fn paid(method: &ByGroup, group: Option<&str>, hospital: &str, yuan: i64) -> (CaseClass, String) {
    let mut policy = example::policy();
    policy.methods.by_group = vec![method.clone()];
    let policy = CompiledPolicy::new(&policy, &example::groups(), &example::hospitals()).expect("a sound policy");
    let case = policy.case(group, hospital, "310", Fen(yuan * 100), Fen(0));
    let mut case = case.expect("a case");
    case.method = policy.method(&method.id).expect("the method");
    let found = policy.worth(&case, &mut Silent).expect("points");
    assert_eq!(policy.class(&case), found.class);
    assert_eq!(policy.cost_ratio_millionths(&case), Ok(None));
    assert_eq!(policy.points_if_normal(&case, found.class), None);
    let Worth::Points(points) = found.worth else {
        panic!("it is paid in points")
    };
    (found.class, points.display(4).to_string())
}

fn is(points: &str) -> (CaseClass, String) {
    (CaseClass::ByCost, points.to_owned())
}

/// RULES 2.1, Zhejiang: P × k × cost ÷ mean cost, at most P.
#[test]
fn axis_11_incomplete_stay_at_most_its_base_points() {
    let zhejiang = method("1", true, Some(AtMost::Base));
    // 100.99 × 1.05 × 0.5 = 53.01975; a whole cost would be 106.0395
    assert_eq!(paid(&zhejiang, Some("ES25"), "H001", 4_500), is("53.0198"));
    assert_eq!(paid(&zhejiang, Some("ES25"), "H001", 9_000), is("100.9900"));
    // 100.99 × 0.92, and from 9,000 ÷ 0.92 on 100.99
    assert_eq!(paid(&zhejiang, Some("ES25"), "H002", 9_000), is("92.9108"));
    assert_eq!(paid(&zhejiang, Some("ES25"), "H002", 9_783), is("100.9900"));
    // without a coefficient: 40 × 1,800 ÷ 3,600
    assert_eq!(paid(&zhejiang, Some("RA11"), "H001", 1_800), is("20.0000"));
}

/// RULES 2.2, Jinhua: by cost, capped at the base points, without a coefficient.
#[test]
fn axis_11_incomplete_stay_without_coefficient() {
    let jinhua = method("1", false, Some(AtMost::Base));
    assert_eq!(paid(&jinhua, Some("ES25"), "H001", 4_500), is("50.4950"));
    assert_eq!(paid(&jinhua, Some("ES25"), "H001", 27_000), is("100.9900"));
    assert_eq!(paid(&jinhua, Some("ES25"), "H002", 9_000), is("100.9900"));
}

/// A transfer, or a death soon after admission: by cost, never more than a normal case earns.
#[test]
fn axis_11_transfer_or_early_death_at_most_a_normal_case() {
    let transfer = method("1", true, Some(AtMost::Normal));
    assert_eq!(paid(&transfer, Some("ES25"), "H001", 4_500), is("53.0198"));
    assert_eq!(paid(&transfer, Some("ES25"), "H001", 27_000), is("106.0395"));
    // by cost without k, and a most with it: 100.99 × 9,200 ÷ 9,000; 100.99 × 0.92
    let plain = method("1", false, Some(AtMost::Normal));
    assert_eq!(paid(&plain, Some("ES25"), "H001", 9_200), is("103.2342"));
    assert_eq!(paid(&plain, Some("ES25"), "H002", 9_200), is("92.9108"));
}

/// RULES 2.7, Jining: a blank group's score × x × 0.7, with no factors and no most.
#[test]
fn axis_11_blank_group_at_a_share_of_its_cost() {
    let blank = method("0.7", false, None);
    // 100.99 × 0.7 × 0.5; × 3
    assert_eq!(paid(&blank, Some("ES25"), "H001", 4_500), is("35.3465"));
    assert_eq!(paid(&blank, Some("ES25"), "H001", 27_000), is("212.0790"));
    // a most counts at the factor: 100.99 × 0.7
    let capped = method("0.7", false, Some(AtMost::Base));
    assert_eq!(paid(&capped, Some("ES25"), "H001", 27_000), is("70.6930"));
}

/// RULES 1.1: an unstable group by cost, whole; an ungrouped case stays one.
#[test]
fn axis_11_unstable_group_by_cost() {
    let mut unstable = method("1", false, None);
    assert_eq!(paid(&unstable, Some("ES25"), "H002", 27_000), is("302.9700"));
    // 9,000 ÷ 9,000 × 100 × 0.8
    let ungrouped = (CaseClass::Ungrouped, "80.0000".to_owned());
    assert_eq!(paid(&unstable, None, "H001", 9_000), ungrouped);
    // IJ1Z paid as ES25: 100.99 × 0.5
    unstable.groups_as = vec![GroupAs {
        group: "IJ1Z".to_owned(),
        paid_as: "ES25".to_owned(),
    }];
    assert_eq!(paid(&unstable, Some("IJ1Z"), "H001", 4_500), is("50.4950"));
}

/// By cost with the coefficient is what a low outlier that keeps it earns, were every case one; with a
/// most it is the lower of that and of the most.
#[test]
fn by_cost_is_a_low_outlier_that_keeps_its_coefficient() {
    let mut caught = [false; 3];
    let mut compared = 0;
    for seed in 0..400 {
        let mut year = Year::draw_coefficients(seed * 3, &CALM, 20);
        year.policy.auxiliary = None;
        let mut draw = Draw::new(seed);
        let at_most = draw.pick(&[None, Some(AtMost::Base), Some(AtMost::Normal)]);
        let by_cost = method("1", true, at_most);
        year.policy.methods.by_group = vec![by_cost.clone()];
        let mut low = year.clone();
        low.policy.deviation.low = Threshold::flat(d("999999999999"), true);
        low.policy.deviation.low.coefficient = OutlierCoefficient::Kept;
        low.policy.deviation.high = Threshold::flat(d("999999999999"), false);
        let (engine, low) = (year.compiled(), low.compiled());
        // Every case within these bounds is a normal one.
        let mut normal = year.clone();
        normal.policy.deviation.low = Threshold::flat(d("0"), false);
        normal.policy.deviation.high = Threshold::flat(d("999999999999"), false);
        let mut base = normal.clone();
        base.policy.coefficients = None;
        (base.coefficients, base.bonuses) = (Vec::new(), Vec::new());
        base.hospitals
            .iter_mut()
            .for_each(|hospital| hospital.coefficient = Decimal::ONE);
        let (normal, base) = (normal.compiled(), base.compiled());
        let mutants: Vec<CompiledPolicy> = [
            ByCost {
                coefficient: false,
                at_most,
            },
            ByCost {
                coefficient: true,
                at_most: None,
            },
            ByCost {
                coefficient: true,
                at_most: Some(AtMost::Normal),
            },
        ]
        .map(|rules| {
            let mut year = year.clone();
            year.policy.methods.by_group[0].by_cost = Some(rules);
            year.compiled()
        })
        .into();
        for row in year.claims.iter().filter(|row| engine.group(&row.group).is_some()) {
            let points = |policy: &CompiledPolicy, method: &str| -> Option<Points> {
                let mut case = year.case(policy, row);
                case.factor = dianzhi_core::CaseFactor::ONE;
                case.method = policy.method(method)?;
                policy.worth(&case, &mut Silent).ok().map(|found| found.worth.points())
            };
            let Some(low) = points(&low, "by-group") else { continue };
            let expected = match at_most {
                None => low,
                Some(AtMost::Base) => low.min(points(&base, "by-group").expect("small figures")),
                Some(AtMost::Normal) => low.min(points(&normal, "by-group").expect("small figures")),
            };
            assert_eq!(points(&engine, "by-cost"), Some(expected), "seed {seed}: {row:#?}");
            for (caught, mutant) in caught.iter_mut().zip(&mutants) {
                *caught |= points(mutant, "by-cost") != Some(expected);
            }
            compared += 1;
        }
    }
    assert!(compared > 2_000, "{compared} cases only");
    assert_eq!(caught, [true; 3], "a defective engine passes");
}
