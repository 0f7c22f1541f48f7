//! `[support]`: support and assessment on whatever a case paid by its group earns (docs/SETTLEMENT.md
//! §5.1), by hand, against the model, and what must hold of it.
//!
//! Seen to fail: with outliers left out, with cases by cost left out, with a normal case compared without
//! support, with the sum where the highest counts, with support counted in k too.

mod common;

use common::against::{Reached, compare};
use common::defective::Defect;
use common::property::{Property, broken};
use common::tried::{CLAIMS_MAX, any_year};
use common::{CALM, Row, SIZES, Year};
use dianzhi_core::{
    Adjustable, AtMost, Bonus, ByCost, ByGroup, CaseClass, CoefficientStep, CombineBonuses, CompareWith, CompileAt,
    CompiledPolicy, Decimal, Discharged, Discharges, Fen, Group, GroupKind, LongStay, OutlierCoefficient, OverQuota,
    PayIn, PerDiem, Points, Policy, Quota, QuotaOf, QuotaPeriod, Review, ReviewEffect, Rule, ScoreBy, Silent,
    SpecialReview, Support, SupportAssessment, SupportBonuses, TooLarge, Yardstick, example,
};

fn d(text: &str) -> Decimal {
    text.parse().expect("a decimal")
}

fn bonus(hospital: &str, kind: &str, bonus: &str) -> Bonus {
    Bonus {
        hospital: hospital.to_owned(),
        kind: kind.to_owned(),
        bonus: d(bonus),
    }
}

fn steps(steps: &[(&str, &str)]) -> SupportAssessment {
    let step = |(from, coefficient): &(&str, &str)| CoefficientStep {
        from: d(from),
        coefficient: d(coefficient),
    };
    SupportAssessment {
        by: ScoreBy::AssessmentScore,
        steps: steps.iter().map(step).collect(),
    }
}

/// Support by the highest of two kinds, and 0.98 for a score from 60, 1.02 from 90.
fn support() -> Support {
    Support {
        bonuses: Some(SupportBonuses {
            kinds: vec!["specialty".to_owned(), "tcm".to_owned()],
            combine: CombineBonuses::Highest,
            at_most: None,
        }),
        assessment: Some(steps(&[("90", "1.02"), ("60", "0.98"), ("0", "0.9")])),
    }
}

/// A group of 10,000 points that are yuan, at a mean cost of as much; k is 1.1 at H001.
fn yuan_scores() -> (Policy, Vec<Group>) {
    let mut policy = example::policy();
    policy.rounding.points = 2;
    policy.deviation.compare_with = Yardstick::Standard;
    for (side, ratio) in [(&mut policy.deviation.low, "0.6"), (&mut policy.deviation.high, "1.5")] {
        side.ratio = d(ratio);
        side.inclusive = true;
        side.coefficient = OutlierCoefficient::Kept;
    }
    let group = Group {
        code: "DIP1".to_owned(),
        name: "DIP1".to_owned(),
        kind: GroupKind::Core,
        base_points: d("10000"),
        mean_cost: d("10000.00"),
        stability: String::new(),
    };
    (policy, vec![group])
}

fn compiled(policy: &Policy, groups: &[Group], bonuses: &[Bonus]) -> CompiledPolicy {
    let mut hospitals = example::hospitals();
    hospitals[0].coefficient = d("1.1");
    hospitals[0].assessment_score = d("89.9");
    let compiled = CompiledPolicy::new(policy, groups, &hospitals);
    compiled
        .and_then(|policy| policy.with_coefficients(&[], bonuses))
        .expect("a sound policy")
}

fn earned(policy: &CompiledPolicy, group: &str, yuan: &str) -> (CaseClass, String) {
    let fen = Fen((d(yuan) * Decimal::ONE_HUNDRED).try_into().expect("fen"));
    let case = policy.case(Some(group), "H001", "310", fen, Fen(0)).expect("a case");
    let found = policy.points(&case, &mut Silent).expect("points");
    (
        found.class,
        found.points.display(policy.policy().rounding.points).to_string(),
    )
}

/// RULES 2.8, RW × k = 11,000: high from 1.5 on C − RW × k × 0.5, low up to 0.6 C, else RW × k; then
/// (initial + initial × 10 %, the higher of 10 % and 5 %) × 0.98, that is × 1.078.
#[test]
fn axis_08_support_and_assessment_of_a_yuan_score() {
    use CaseClass::{High, Low, Normal};
    let (mut policy, groups) = yuan_scores();
    let bonuses = [
        bonus("H001", "specialty", "0.05"),
        bonus("H001", "tcm", "0.10"),
        bonus("H002", "tcm", "0.15"),
    ];
    let cases = [
        ("10000.00", Normal, "11000.00", "11858.00"),
        // Just below and at 0.6 × 11,000, and at and just above 1.5 × 11,000.
        ("6600.01", Normal, "11000.00", "11858.00"),
        ("6600.00", Low, "6600.00", "7114.80"),
        ("3333.33", Low, "3333.33", "3593.33"),
        ("16499.99", Normal, "11000.00", "11858.00"),
        ("16500.00", High, "11000.00", "11858.00"),
        ("22000.01", High, "16500.01", "17787.01"),
    ];
    let plain = compiled(&policy, &groups, &[]);
    policy.support = Some(support());
    let supported = compiled(&policy, &groups, &bonuses);
    for (cost, class, initial, points) in cases {
        assert_eq!(earned(&plain, "DIP1", cost), (class, initial.to_owned()), "{cost}");
        assert_eq!(earned(&supported, "DIP1", cost), (class, points.to_owned()), "{cost}");
    }
    // The sum instead, 15 %, and at most 12 %; no assessment.
    let rules = policy.support.as_mut().expect("support");
    rules.assessment = None;
    let of = rules.bonuses.as_mut().expect("bonuses");
    (of.combine, of.at_most) = (CombineBonuses::Sum, Some(d("0.12")));
    let supported = compiled(&policy, &groups, &bonuses);
    assert_eq!(earned(&supported, "DIP1", "6600.00"), (Low, "7392.00".to_owned()));
    // The sister city: 2.5 and 0.4.
    policy.deviation.high.ratio = d("2.5");
    policy.deviation.low.ratio = d("0.4");
    let sister = compiled(&policy, &groups, &bonuses);
    assert_eq!(earned(&sister, "DIP1", "6600.00"), (Normal, "12320.00".to_owned()));
    assert_eq!(earned(&sister, "DIP1", "4400.00"), (Low, "4928.00".to_owned()));
    // 27,500 − 11,000 × 1.5 = 11,000
    assert_eq!(earned(&sister, "DIP1", "27500.00"), (High, "12320.00".to_owned()));
}

/// The initial points are rounded as points, and the final ones once more: 100.99 × 3,000.40 ÷ 9,000 is
/// 33.6678, 33.67 × 1.1 = 37.037, where the unrounded ones would come to 37.0346.
#[test]
fn the_initial_score_is_a_score() {
    let mut policy = example::policy();
    policy.rounding.points = 2;
    policy.support = Some(Support {
        assessment: Some(steps(&[("0", "1.1")])),
        bonuses: None,
    });
    let policy = compiled(&policy, &example::groups(), &[]);
    assert_eq!(earned(&policy, "ES25", "3000.40"), (CaseClass::Low, "37.04".to_owned()));
}

/// Whatever else a case is paid by is left as it is, and a case by the cost of its group is not.
#[test]
fn only_what_is_paid_by_group_is_supported() {
    let mut policy = example::policy();
    policy.methods.per_diem.push(PerDiem {
        id: "days".to_owned(),
        pay_in: PayIn::Points,
        rates: vec![dianzhi_core::DayRate {
            level: None,
            from_day: 1,
            rate: d("360.00"),
        }],
        days_min: None,
        days_max: None,
        coefficient: false,
        fund_share: None,
    });
    let by_group = |id: &str, long_stay, by_cost| ByGroup {
        id: id.to_owned(),
        factor: Decimal::ONE,
        compare_with: CompareWith::Type,
        groups_as: Vec::new(),
        long_stay,
        by_cost,
    };
    let stay = LongStay {
        after_day: 10,
        per_diem: "days".to_owned(),
    };
    let cost = ByCost {
        coefficient: false,
        at_most: Some(AtMost::Base),
    };
    policy.methods.by_group = vec![
        by_group("long", Some(stay), None),
        by_group("incomplete", None, Some(cost)),
    ];
    let plain = compiled(&policy, &example::groups(), &[]);
    policy.support = Some(Support {
        assessment: Some(steps(&[("0", "2")])),
        bonuses: None,
    });
    let supported = compiled(&policy, &example::groups(), &[]);
    let worth = |policy: &CompiledPolicy, group: Option<&str>, method: &str, days: u32| {
        let mut case = policy.case(group, "H001", "310", Fen(900_000), Fen(0)).expect("a case");
        case.method = policy.method(method).expect("a method");
        case.detail.days = days;
        policy.worth(&case, &mut Silent).expect("points").worth.points()
    };
    let both = |group: Option<&str>, method: &str, days: u32| {
        (
            worth(&plain, group, method, days).0,
            worth(&supported, group, method, days).0,
        )
    };
    // 100.99 × 1.1
    assert_eq!(both(Some("ES25"), "by-group", 5), (1_110_890, 2_221_780));
    assert_eq!(both(Some("ES25"), "incomplete", 5), (1_009_900, 2_019_800));
    let (days, same) = both(Some("ES25"), "days", 5);
    assert_eq!(days, same);
    let (ungrouped, same) = both(None, "by-group", 5);
    assert!(ungrouped > 0 && ungrouped == same);
    // Of a split stay the part by group: its points, and 10 of 20 days beyond.
    let (before, after) = both(Some("ES25"), "long", 20);
    let beyond = 2 * worth(&plain, Some("ES25"), "days", 5).0;
    assert_eq!(after - beyond, 2 * (before - beyond));
}

/// What a high outlier would earn as a normal case has the support too.
#[test]
fn an_outlier_is_compared_with_a_supported_normal_case() {
    let mut policy = example::policy();
    policy.support = Some(Support {
        assessment: Some(steps(&[("0", "1.5")])),
        bonuses: None,
    });
    let policy = compiled(&policy, &example::groups(), &[]);
    let case = policy
        .case(Some("ES25"), "H001", "310", Fen(2_700_000), Fen(0))
        .expect("a case");
    assert_eq!(policy.class(&case), CaseClass::High);
    // 100.99 × 1.1 × 1.5 = 166.6335
    assert_eq!(policy.points_if_normal(&case, CaseClass::High), Some(Points(1_666_335)));
}

/// What rules change afterwards they change of the final points; a penalty is of the base points, and
/// what a panel puts in their place is taken as it is.
#[test]
fn adjustments_come_after() {
    let mut policy = example::policy();
    policy.adjust.penalties = true;
    policy.adjust.special_review = Some(SpecialReview {
        quota: Quota {
            quota: Decimal::ONE,
            quota_of: QuotaOf::Pool,
            levels: Vec::new(),
            period: QuotaPeriod::Year,
        },
        over_quota: OverQuota::Refuse,
    });
    policy.support = Some(Support {
        assessment: Some(steps(&[("0", "2")])),
        bonuses: None,
    });
    let policy = compiled(&policy, &example::groups(), &[]);
    let case = policy
        .case(Some("ES25"), "H001", "310", Fen(900_000), Fen(0))
        .expect("a case");
    let found = policy.points(&case, &mut Silent).expect("points");
    // 100.99 × 1.1 × 2
    assert_eq!(found.points, Points(2_221_780));
    let adjusted = |penalty: Option<&str>, effect: Option<ReviewEffect>| {
        let claim = Adjustable {
            id: "S1",
            policy: &policy,
            case,
            class: found.class,
            priced: found.points,
            month: 0,
            readmitted: Vec::new(),
            review: effect.map(|effect| Review { approved: true, effect }),
            penalty: penalty.map(d),
        };
        let mut discharges = Discharges::default();
        let one = Discharged { cases: 1, points: 0 };
        discharges.add(case.pool, case.hospital, 0, one);
        let all = policy.adjust(&[claim], &discharges).expect("small figures");
        all[0].as_ref().expect("a finding").points.0
    };
    assert_eq!(adjusted(Some("1"), None), -1_009_900);
    assert_eq!(adjusted(None, Some(ReviewEffect::Factor(d("1.5")))), 3_332_670);
}

/// Rows of other kinds are bonuses of k, and those of support are none.
#[test]
fn kinds_tell_support_from_coefficients() {
    let mut policy = example::policy();
    policy.support = Some(support());
    let refused = |policy: &Policy, bonuses: &[Bonus]| {
        let compiled = CompiledPolicy::new(policy, &example::groups(), &example::hospitals()).expect("a sound policy");
        compiled
            .with_coefficients(&[], bonuses)
            .map(|_| ())
            .map_err(|error| error.at)
    };
    let (of_support, of_k) = (bonus("H001", "tcm", "0.1"), bonus("H001", "cmi", "0.03"));
    assert_eq!(refused(&policy, std::slice::from_ref(&of_support)), Ok(()));
    assert_eq!(
        refused(&policy, &[of_support.clone(), of_k.clone()]),
        Err(CompileAt::Bonus(1))
    );
    policy.coefficients = Some(dianzhi_core::Coefficients {
        missing: dianzhi_core::MissingCoefficient::Hospital,
        bonuses: Some(dianzhi_core::Bonuses {
            combine: CombineBonuses::Sum,
            count_as: dianzhi_core::BonusAs::Added,
            at_most: None,
        }),
        cap_from: None,
        cap_to: None,
        decimals: None,
    });
    let both = compiled(&policy, &example::groups(), &[of_support, of_k]);
    // 100.99 × (1.1 + 0.03) = 114.1187, × 1.1 × 0.98 = 123.01995…
    assert_eq!(
        earned(&both, "ES25", "9000.00"),
        (CaseClass::Normal, "123.0200".to_owned())
    );
    // Three of −40 % come to less than nothing.
    policy.coefficients = None;
    let rules = policy
        .support
        .as_mut()
        .and_then(|support| support.bonuses.as_mut())
        .expect("bonuses");
    rules.combine = CombineBonuses::Sum;
    let nothing = [bonus("H002", "tcm", "-0.6"), bonus("H002", "specialty", "-0.4")];
    assert_eq!(refused(&policy, &nothing), Err(CompileAt::Hospital(1)));
    let fine = [bonus("H002", "tcm", "0.000000000000000001")];
    policy.support.as_mut().expect("support").assessment = Some(steps(&[("0", "1.000000000001")]));
    assert_eq!(
        refused(&policy, &fine),
        Err(CompileAt::Hospital(0)).or(Err(CompileAt::Hospital(1)))
    );
}

#[test]
fn support_that_cannot_be_is_refused() {
    let refused = |change: fn(&mut Support)| {
        let mut policy = example::policy();
        let mut rules = support();
        change(&mut rules);
        policy.support = Some(rules);
        let found = policy.breaches().into_iter().next().expect("a breach");
        assert!(!found.text.zh.is_empty() && !found.text.en.is_empty());
        (found.key, found.other)
    };
    let at = |key: &str| (key.to_owned(), None);
    let both = |key: &str, other: &str| (key.to_owned(), Some(other.to_owned()));
    let key = |at: usize, name: &str| format!("support.assessment.steps[{at}].{name}");
    let steps_of = |steps: &[(&str, &str)]| Some(self::steps(steps));
    assert_eq!(
        refused(|rules| (rules.bonuses, rules.assessment) = (None, None)),
        at("support")
    );
    assert_eq!(
        refused(|rules| rules.bonuses.iter_mut().for_each(|of| of.kinds.clear())),
        at("support.bonuses.kinds")
    );
    assert_eq!(
        refused(|rules| rules
            .bonuses
            .iter_mut()
            .for_each(|of| of.kinds[1] = "specialty".to_owned())),
        both("support.bonuses.kinds[1]", "support.bonuses.kinds[0]")
    );
    assert_eq!(
        refused(|rules| rules.bonuses.iter_mut().for_each(|of| of.at_most = Some(d("-0.1")))),
        at("support.bonuses.at_most")
    );
    for (wrong, expected) in [
        (steps_of(&[]), at("support.assessment.steps")),
        (steps_of(&[("90", "1"), ("60", "0.9")]), at("support.assessment.steps")),
        (steps_of(&[("0", "0")]), at(&key(0, "coefficient"))),
        (steps_of(&[("0", "10.1")]), at(&key(0, "coefficient"))),
        (
            steps_of(&[("90", "1"), ("90", "0.9"), ("0", "0.8")]),
            at(&key(1, "from")),
        ),
        (
            steps_of(&[("90", "1"), ("60", "1.1"), ("0", "0.8")]),
            both(&key(1, "coefficient"), &key(0, "coefficient")),
        ),
        (steps_of(&[("-1", "1")]), at(&key(0, "from"))),
    ] {
        let mut policy = example::policy();
        policy.support = Some(Support {
            assessment: wrong,
            bonuses: None,
        });
        let found = policy.breaches().into_iter().next().expect("a breach");
        assert_eq!((found.key, found.other), expected);
    }
    // A credit score is needed by every hospital.
    let mut policy = example::policy();
    policy.support = Some(support());
    policy
        .support
        .as_mut()
        .and_then(|of| of.assessment.as_mut())
        .expect("steps")
        .by = ScoreBy::CreditScore;
    assert!(policy.has_credit());
    let refused = CompiledPolicy::new(&policy, &example::groups(), &example::hospitals()).map(|_| ());
    assert_eq!(refused.expect_err("there is none").at, CompileAt::Hospital(0));
}

/// Every figure of drawn years with support, the engine's and the model's.
#[test]
fn axis_08_support_against_the_model() {
    let mut reached = Reached::default();
    for seed in 0..800 {
        let year = match seed % 4 {
            0 => Year::draw(seed, &SIZES, 30),
            1 => Year::draw_mixed(seed, &CALM, 30),
            2 => Year::draw_outliers_mixed(seed, &CALM, 30),
            _ => Year::draw_coefficients(seed, &CALM, 30),
        };
        let year = year.with_support();
        if let Err(differs) = compare(&year, &mut reached) {
            panic!("seed {seed}: {differs}\n{year:#?}");
        }
    }
    reached.expect(&["by-cost", "high", "low", "normal", "too large: PointsHigh"]);
}

fn any_supported(seed: u64) -> Year {
    let year = match seed % 2 {
        0 => Year::draw_mixed(seed, &CALM, CLAIMS_MAX),
        _ => Year::draw_outliers_mixed(seed, &CALM, CLAIMS_MAX),
    };
    year.with_support_of(Decimal::TEN)
}

/// A coefficient of 1 everywhere changes nothing, under any rule of outliers.
#[test]
fn a_coefficient_of_one_changes_nothing() {
    for seed in 0..200 {
        for year in [any_year(seed), Year::draw_outliers_mixed(seed, &CALM, CLAIMS_MAX)] {
            let with = year.clone().with_support_of(Decimal::ONE);
            assert_eq!(with.settle(), year.settle(), "seed {seed}");
        }
    }
}

/// A coefficient of 10 gives every case in a group ten times its points to the last place, outliers and
/// cases by cost included; cases without a group and of other methods keep theirs.
#[test]
fn ten_times_the_points_of_every_group() {
    Property {
        year: any_supported,
        holds: |year, engine| {
            let mut plain = year.clone();
            plain.policy.support = None;
            let (Some(settled), Some(before)) = (engine(year), plain.settle().ok()) else {
                return Ok(false);
            };
            let mut outliers = false;
            for ((row, with), without) in year.claims.iter().zip(&settled.cases).zip(&before.cases) {
                let times = if is_supported(year, row, with.class) { 10 } else { 1 };
                let is_split = times == 1 && in_a_group(with.class);
                if !is_split && with.points.0 != without.points.0 * times {
                    return broken(format!("case {}: {:?} of {:?}", row.id, with.points, without.points));
                }
                outliers |= matches!(with.class, CaseClass::Low | CaseClass::High);
            }
            Ok(outliers)
        },
        caught: &[Defect::SupportForgotten],
    }
    .check();
}

/// Half the coefficient is half the points, to the rounding of both.
#[test]
fn half_the_coefficient_is_half_the_points() {
    Property {
        year: |seed| Year::draw_outliers_mixed(seed, &CALM, CLAIMS_MAX).with_support(),
        holds: |year, engine| {
            let mut halved = year.clone();
            let rules = halved.policy.support.as_mut();
            let Some(assessment) = rules.and_then(|support| support.assessment.as_mut()) else {
                return Ok(false);
            };
            for step in &mut assessment.steps {
                step.coefficient /= Decimal::TWO;
            }
            let (Some(settled), Some(halved)) = (engine(year), engine(&halved)) else {
                return Ok(false);
            };
            let mut differs = false;
            for ((row, more), less) in year.claims.iter().zip(&settled.cases).zip(&halved.cases) {
                let off = more.points.0 - 2 * less.points.0;
                if is_supported(year, row, more.class) && off.abs() > 2 {
                    return broken(format!("case {}: {:?} and {:?}", row.id, more.points, less.points));
                }
                differs |= less.points < more.points;
            }
            Ok(differs)
        },
        caught: &[Defect::SupportForgotten],
    }
    .check();
}

/// Whether all that a case earns is of its group: not one without, of another method, or of a split stay.
fn is_supported(year: &Year, row: &Row, class: CaseClass) -> bool {
    let is_split = year.policy.methods.by_group.iter().any(|method| {
        let after = method.long_stay.as_ref().map_or(u32::MAX, |stay| stay.after_day);
        method.id == row.way.method && row.way.days > after
    });
    in_a_group(class) && !is_split
}

fn in_a_group(class: CaseClass) -> bool {
    matches!(
        class,
        CaseClass::Normal | CaseClass::Low | CaseClass::High | CaseClass::ByCost
    )
}

/// Points that fit, and do not any more with what they are multiplied by.
#[test]
fn points_that_do_not_fit_are_refused() {
    let (mut policy, mut groups) = yuan_scores();
    policy.rounding.points = 12;
    groups[0].base_points = d("5000000");
    policy.support = Some(Support {
        assessment: Some(steps(&[("0", "1.7")])),
        bonuses: None,
    });
    let policy = compiled(&policy, &groups, &[]);
    let case = policy
        .case(Some("DIP1"), "H001", "310", Fen(1_000_000), Fen(0))
        .expect("a case");
    let refused = policy.points(&case, &mut Silent);
    assert_eq!(refused, Err(TooLarge(Rule::PointsSupported)));
}
