//! Hospital coefficients, case mix, per-diem rates and forecasts against figures worked out by hand; the
//! coefficients of hospitals stand against NumPy's too (tests/numpy.rs).
//!
//! Seen to fail: with a CMI that must pass a step instead of reaching it, with the CMI of all years where the latest
//! is asked for, with the coefficient of a group taken over the mean of all groups, with `low` and `high`
//! exchanged, and with a forecast that forgets the reserve.
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

mod common;

use common::{decimal, history, hospital, plan};
use dianzhi_calibrate::{
    Capped, CmiBonus, CmiPlan, CmiStep, CmiYears, CoefficientBy, CoefficientPlan, Combine, DayRecord, Forecast,
    History, Measure, Plan, calibrate,
};
use dianzhi_core::{GroupKind, RoundingMode};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::ToPrimitive;

/// Group A in two hospitals of level 3 and one of level 2, group B in the first alone; in fen.
fn two_levels() -> History {
    let mut history = history(&[&[&[100, 100, 300, 300, 400, 600]], &[&[1_000, 1_000]]]);
    history.hospitals = vec![hospital("H1", "3"), hospital("H2", "3"), hospital("H3", "2")];
    for (record, hospital) in history.records.iter_mut().zip([2, 2, 1, 1, 0, 0, 0, 0]) {
        record.hospital = hospital;
    }
    history
}

fn with_coefficients(by: CoefficientBy, measure: Measure) -> Plan {
    let mut plan = plan(&[1]);
    plan.coefficients = Some(CoefficientPlan {
        by,
        measure,
        low: decimal("0.5"),
        high: decimal("1.5"),
        decimals: 4,
        mode: RoundingMode::HalfUp,
        cases_min: 2,
        not_for: Vec::new(),
        cmi: None,
    });
    plan
}

/// Level, group, coefficient and bound of every figure.
fn coefficients(history: &History, plan: &Plan) -> Vec<(String, Option<usize>, String, Option<Capped>)> {
    let found = calibrate(history, plan, &[]).unwrap().coefficients;
    let shown = found.into_iter().map(|figure| {
        let coefficient = figure.coefficient.map_or_else(String::new, |value| value.to_string());
        (figure.level, figure.group, coefficient, figure.capped)
    });
    shown.collect()
}

fn row(
    level: &str,
    group: Option<usize>,
    value: &str,
    capped: Option<Capped>,
) -> (String, Option<usize>, String, Option<Capped>) {
    (level.to_owned(), group, value.to_owned(), capped)
}

#[test]
fn by_level_and_by_hospital() {
    let history = two_levels();
    // A costs 300 in the mean, B 1,000; all 475.
    let by_level = with_coefficients(CoefficientBy::Level, Measure::CaseMix);
    // Level 2: 200 ÷ 600, below 0.5. Level 3: 3,600 ÷ (4·300 + 2·1,000).
    let expected = [
        row("2", None, "0.5000", Some(Capped::Low)),
        row("3", None, "1.1250", None),
    ];
    assert_eq!(coefficients(&history, &by_level), expected);
    let plain = with_coefficients(CoefficientBy::Level, Measure::MeanCost);
    // 600 ÷ 475 for level 3.
    assert_eq!(coefficients(&history, &plain)[1], row("3", None, "1.2632", None));
    let by_hospital = with_coefficients(CoefficientBy::Hospital, Measure::MeanCost);
    // H1: 750 ÷ 475, above 1.5. H2: 300 ÷ 475.
    let expected = [
        row("3", None, "1.5000", Some(Capped::High)),
        row("3", None, "0.6316", None),
        row("2", None, "0.5000", Some(Capped::Low)),
    ];
    assert_eq!(coefficients(&history, &by_hospital), expected);
}

#[test]
fn by_group_and_without_some() {
    let mut history = two_levels();
    let mut plan = with_coefficients(CoefficientBy::LevelAndGroup, Measure::CaseMix);
    // A: 100 and 400 ÷ 300. B: 1.
    let expected = [
        row("2", Some(0), "0.5000", Some(Capped::Low)),
        row("3", Some(0), "1.3333", None),
        row("3", Some(1), "1.0000", None),
    ];
    assert_eq!(coefficients(&history, &plan), expected);
    plan.coefficients.as_mut().unwrap().cases_min = 3;
    assert_eq!(coefficients(&history, &plan)[0], row("2", Some(0), "", None));
    assert_eq!(coefficients(&history, &plan)[2], row("3", Some(1), "", None));
    // Paid alike everywhere: B does not count.
    history.groups[1].kind = GroupKind::Basic;
    let mut plan = with_coefficients(CoefficientBy::Level, Measure::CaseMix);
    plan.coefficients.as_mut().unwrap().not_for = vec![GroupKind::Basic];
    assert_eq!(coefficients(&history, &plan)[1], row("3", None, "1.3333", None));
}

#[test]
fn case_mix_of_a_hospital_and_of_the_region() {
    let found = calibrate(&two_levels(), &plan(&[1]), &[]).unwrap();
    // Weights 63.1579 and 210.5263; the second is more than twice the mean case's 100.
    let rows = found.case_mix.iter().map(|row| {
        let figures = (row.cmi(&plan(&[1])).unwrap(), row.cost_index().unwrap());
        (row.hospital, row.cases.cases, row.groups, row.heavy, figures)
    });
    let rows: Vec<_> = rows.collect();
    // H1: (2·63.1579 + 2·210.5263) ÷ 4 ÷ 100; (500 ÷ 300 · 2 + 1,000 ÷ 1,000 · 2) ÷ 4.
    assert_eq!(rows[0], (Some(0), 4, 2, 2, (1_368_421.into(), 1_333_333.into())));
    assert_eq!(rows[2], (Some(2), 2, 1, 0, (631_579.into(), 333_333.into())));
    assert_eq!(rows[3], (None, 8, 2, 2, (1_000_000.into(), 1_000_000.into())));
    // Nobody's days are known.
    assert!(
        found
            .case_mix
            .iter()
            .all(|row| (row.timed, row.time_index()) == (0, None))
    );
    // Weights 50, 100 and 200: the last is just twice the mean case's.
    let three = history(&[&[&[100, 100]], &[&[200]], &[&[400]]]);
    assert_eq!(calibrate(&three, &plan(&[1]), &[]).unwrap().case_mix[0].heavy, 1);
}

/// Days of A: 2, 4 (H3), 6, 8 (H2), 10 and unknown (H1); of B 30 and 10 (H1).
#[test]
fn days_against_those_of_the_region() {
    let mut history = two_levels();
    for (record, days) in history.records.iter_mut().zip([2, 4, 6, 8, 10, 0, 30, 10]) {
        record.days = days;
    }
    let found = calibrate(&history, &plan(&[1]), &[]).unwrap();
    let rows: Vec<_> = found
        .case_mix
        .iter()
        .map(|row| (row.timed, row.days, row.mean_days().unwrap(), row.time_index().unwrap()))
        .collect();
    // Means of 6 and 20 days: H1 (10 ÷ 6 + 20 ÷ 20 · 2) ÷ 3, H2 7 ÷ 6, H3 3 ÷ 6.
    let expected: [(u64, u64, i64, i64); 4] = [
        (3, 50, 1_667, 1_222_222),
        (2, 14, 700, 1_166_667),
        (2, 6, 300, 500_000),
        (7, 70, 1_000, 1_000_000),
    ];
    assert_eq!(
        rows,
        expected.map(|(timed, days, mean, index)| (timed, days, mean.into(), index.into()))
    );
}

/// The CMI of each hospital in units of 10^-6, its cases and what follows.
fn bonuses(history: &History, plan: &Plan) -> Vec<(Option<i64>, u64, CmiBonus)> {
    let found = calibrate(history, plan, &[]).unwrap().cmi;
    let millionths = |cmi: &BigRational| (cmi * BigInt::from(1_000_000)).round().to_integer().to_i64().unwrap();
    let shown = found
        .iter()
        .map(|figure| (figure.cmi.as_ref().map(millionths), figure.cases, figure.bonus));
    shown.collect()
}

#[test]
fn bonuses_by_cmi() {
    let history = two_levels();
    let mut plan = with_coefficients(CoefficientBy::Hospital, Measure::CaseMix);
    assert!(calibrate(&history, &plan, &[]).unwrap().cmi.is_empty());
    // H1 has 136.8421 points a case of the two groups' 63.1579 and 210.5263, the others 63.1579.
    let step = |from, bonus| CmiStep {
        from: decimal(from),
        bonus: decimal(bonus),
    };
    let with = |plan: &mut Plan, years, steps: &[CmiStep]| {
        plan.coefficients.as_mut().unwrap().cmi = Some(CmiPlan {
            years,
            kind: "CMI".to_owned(),
            steps: steps.to_vec(),
        });
    };
    let steps = [step("0.7", "0.01"), step("1.368421", "0.03"), step("1.4", "0.05")];
    with(&mut plan, CmiYears::All, &steps);
    let low = (Some(631_579), 2, CmiBonus::None);
    assert_eq!(
        bonuses(&history, &plan),
        [(Some(1_368_421), 4, CmiBonus::Step(1)), low, low]
    );
    // 0.631579 is reached by 0.631579 itself: base points have four decimals.
    with(&mut plan, CmiYears::All, &[step("0.631579", "-0.02")]);
    assert_eq!(bonuses(&history, &plan)[1].2, CmiBonus::Step(0));
    with(&mut plan, CmiYears::All, &[step("0.6315791", "-0.02")]);
    assert_eq!(bonuses(&history, &plan)[1].2, CmiBonus::None);
    // Two cases are too few for a coefficient of three, and for a bonus.
    plan.coefficients.as_mut().unwrap().cases_min = 3;
    assert_eq!(bonuses(&history, &plan)[1], (Some(631_579), 2, CmiBonus::Present));
}

/// H1: in the first year one case of weight 50, in the second three of 150. Means of 1 and 3 yuan, each year's
/// cases alike, so that the weights stay what they are under any weights of years.
#[test]
fn a_cmi_over_the_years() {
    let mut history = history(&[&[&[100], &[100, 100, 100]], &[&[300, 300, 300], &[300]]]);
    history.hospitals = vec![hospital("H1", "3"), hospital("H2", "3")];
    // Of the second year only the case of B is H1's; of the first one of A and one of B.
    for (record, hospital) in history.records.iter_mut().zip([0, 1, 1, 1, 0, 1, 1, 0]) {
        record.hospital = hospital;
    }
    let mut plan = Plan {
        years: vec![1, 3],
        ..with_coefficients(CoefficientBy::Hospital, Measure::CaseMix)
    };
    plan.weights.method = dianzhi_calibrate::WeightMethod::Quota(decimal("1"));
    plan.coefficients.as_mut().unwrap().cases_min = 1;
    let mut cmi_of = |years, combine| {
        plan.combine = combine;
        plan.coefficients.as_mut().unwrap().cmi = Some(CmiPlan {
            years,
            kind: "CMI".to_owned(),
            steps: Vec::new(),
        });
        let found = bonuses(&history, &plan);
        assert!(found.iter().all(|(.., bonus)| *bonus == CmiBonus::None));
        (found[0].0.unwrap(), found[0].1)
    };
    // Weights 1 and 3: (1 + 3) ÷ 2 in the first year, 3 in the second. 1 : 3 by years, or by cases.
    assert_eq!(cmi_of(CmiYears::All, Combine::Means), (2_750_000, 3));
    assert_eq!(cmi_of(CmiYears::All, Combine::Cases), (2_600_000, 3));
    assert_eq!(cmi_of(CmiYears::Latest, Combine::Means), (3_000_000, 1));
}

#[test]
fn rates_of_days() {
    let mut history = two_levels();
    history.years = 2;
    history.methods = vec!["psychiatric".to_owned()];
    let stay = |cost, days, hospital, year| DayRecord {
        cost,
        days,
        pool: 0,
        method: 0,
        hospital,
        year,
    };
    history.days = vec![stay(100_000, 10, 0, 0), stay(240_000, 20, 1, 1), stay(30_000, 5, 2, 1)];
    let mut plan = plan(&[1, 3]);
    plan.per_diem = Some(2);
    let found = calibrate(&history, &plan, &[]).unwrap().day_rates;
    let rates: Vec<_> = found
        .iter()
        .map(|figure| (figure.level.as_deref(), figure.days, figure.rate.to_string()))
        .collect();
    // Level 3: (1,000 + 3·2,400) ÷ (10 + 3·20); all: (8,200 + 3·300) ÷ (70 + 3·5).
    let expected = [
        (Some("2"), 5, "60.00".to_owned()),
        (Some("3"), 30, "117.14".to_owned()),
        (None, 35, "107.06".to_owned()),
    ];
    assert_eq!(rates, expected);
}

#[test]
fn a_forecast_and_its_range() {
    let mut plan = plan(&[1]);
    plan.forecasts = vec![Forecast {
        pool: "employee".to_owned(),
        budget: decimal("1000.00"),
        reserve: decimal("0.05"),
        ratio: decimal("0.5"),
        growth: [decimal("0"), decimal("0.25"), decimal("1")],
        decimals: 4,
    }];
    // Means 1 and 3 yuan, 2 of all; weights 50 and 150: 200 points.
    let history = history(&[&[&[100]], &[&[300]]]);
    let found = calibrate(&history, &plan, &[]).unwrap().forecasts;
    // 950 ÷ 0.5 ÷ 200, ÷ 250, ÷ 400.
    let values = found[0].values.unwrap().map(|value| value.to_string());
    assert_eq!(values, ["9.5000", "7.6000", "4.7500"]);
    // Of a pool without cases there is none, and of one that the history does not have not even that.
    let mut other = history.clone();
    other.pools = vec!["resident".to_owned(), "employee".to_owned()];
    assert_eq!(calibrate(&other, &plan, &[]).unwrap().forecasts[0].values, None);
    other.pools.truncate(1);
    assert!(calibrate(&other, &plan, &[]).unwrap().forecasts.is_empty());
}
