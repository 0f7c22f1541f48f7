//! Axes 6 and 7 (docs/RULES.md): how weights are found and which groups are stable, each value against
//! figures worked out by hand.
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

mod common;

use common::{decimal, history, plan, points};
use dianzhi_calibrate::{
    Combine, Present, Remark, Sd, TrimBy, TrimMethod, Unstable, WeightMethod, WithoutCases, calibrate,
};

#[test]
fn axis_06_method_and_scale() {
    // Means of 4,000 and 16,000 yuan; 10,000 of all.
    let history = history(&[&[&[300_000, 500_000]], &[&[1_200_000, 2_000_000]]]);
    let mut plan = plan(&[1]);
    assert_eq!(points(&history, &plan), ["40.0000", "160.0000"]);
    plan.weights.scale = decimal("1000");
    assert_eq!(points(&history, &plan), ["400.0000", "1600.0000"]);
    plan.weights.method = WeightMethod::Reference("A".to_owned());
    assert_eq!(points(&history, &plan), ["1000.0000", "4000.0000"]);
    plan.weights.method = WeightMethod::Quota(decimal("12000.00"));
    plan.weights.scale = decimal("1");
    assert_eq!(points(&history, &plan), ["0.3333", "1.3333"]);
}

#[test]
fn axis_06_years_and_weights() {
    // A: 1,000, 2,000, 4,000 yuan, one case but for two in the last year; B has none in the first.
    let history = history(&[
        &[&[100_000], &[200_000], &[300_000, 500_000]],
        &[&[], &[600_000], &[900_000]],
    ]);
    let mut plan = plan(&[1, 2, 7]);
    plan.weights.method = WeightMethod::Quota(decimal("1000"));
    plan.weights.scale = decimal("1");
    // A: (1·1 + 2·2 + 7·4) ÷ 10 = 3.3; B: (2·6 + 7·9) ÷ 9 = 8.3333.
    assert_eq!(points(&history, &plan), ["3.3000", "8.3333"]);
    plan.combine = Combine::Cases;
    // A: (1·1 + 2·2 + 7·8) ÷ (1 + 2 + 14) = 61 ÷ 17.
    assert_eq!(points(&history, &plan), ["3.5882", "8.3333"]);
    plan.years = vec![1, 1, 1];
    // A: (1 + 2 + 3 + 5) ÷ 4.
    assert_eq!(points(&history, &plan), ["2.7500", "7.5000"]);
}

#[test]
fn axis_06_trimming() {
    // Quartiles 1,100 and 1,300 yuan, mean 2,920.
    let costs: &[i64] = &[100_000, 110_000, 120_000, 130_000, 1_000_000];
    let history = history(&[&[costs]]);
    let kept = |method| {
        let mut plan = plan(&[1]);
        plan.trimming.method = method;
        let found = calibrate(&history, &plan, &[]).unwrap();
        let group = &found.groups[0];
        (
            group.all.cases,
            group.trimmed(),
            group.weight.as_ref().unwrap().mean_cost.to_string(),
        )
    };
    assert_eq!(kept(TrimMethod::None), (5, 0, "2920.00".to_owned()));
    assert_eq!(kept(TrimMethod::Iqr(decimal("1.5"))), (4, 1, "1150.00".to_owned()));
    assert_eq!(kept(TrimMethod::LogSd(decimal("1.5"))), (4, 1, "1150.00".to_owned()));
    let middle = TrimMethod::Percentiles(decimal("0.1"), decimal("0.9"));
    assert_eq!(kept(middle), (3, 2, "1200.00".to_owned()));
    let multiples = TrimMethod::Multiples(decimal("0.4"), decimal("2"));
    // 1,168 to 5,840 yuan.
    assert_eq!(kept(multiples), (2, 3, "1250.00".to_owned()));
}

#[test]
fn axis_06_trimming_by_year_or_of_all_years() {
    // Prices doubled: each year by itself has no case far out, together the last one's are.
    let history = history(&[&[&[100, 100, 100, 100, 100], &[200]]]);
    let mut plan = plan(&[1, 1]);
    plan.trimming.method = TrimMethod::Iqr(decimal("1.5"));
    assert_eq!(calibrate(&history, &plan, &[]).unwrap().groups[0].all.cases, 5);
    plan.trimming.by = TrimBy::GroupAndYear;
    assert_eq!(calibrate(&history, &plan, &[]).unwrap().groups[0].all.cases, 6);
    plan.trimming.by = TrimBy::Group;
    plan.trimming.cases_min = 7;
    assert_eq!(calibrate(&history, &plan, &[]).unwrap().groups[0].all.cases, 6);
}

/// Mean 5, population sd 2, so CV 0.4; the sample's sd is √(32 ÷ 7) and its CV 0.427618.
const EIGHT: &[i64] = &[2, 4, 4, 4, 5, 5, 7, 9];

fn is_stable(cv_max: &str, inclusive: bool, sd: Sd, cases_min: u64) -> bool {
    let mut plan = plan(&[1]);
    plan.stability.cv_max = decimal(cv_max);
    plan.stability.cv_inclusive = inclusive;
    plan.stability.sd = sd;
    plan.stability.cases_min = cases_min;
    calibrate(&history(&[&[EIGHT]]), &plan, &[]).unwrap().groups[0].stable
}

#[test]
fn axis_07_cv_and_its_bound() {
    assert!(is_stable("0.4", true, Sd::Population, 5));
    assert!(!is_stable("0.4", false, Sd::Population, 5));
    assert!(is_stable("0.400001", false, Sd::Population, 5));
    assert!(!is_stable("0.4276", true, Sd::Sample, 5));
    assert!(is_stable("0.4277", true, Sd::Sample, 5));
}

#[test]
fn axis_07_number_of_cases() {
    assert!(is_stable("1", true, Sd::Population, 8));
    assert!(!is_stable("1", true, Sd::Population, 9));
}

#[test]
fn axis_07_what_unstable_groups_get() {
    let mut history = history(&[&[&[100, 100, 100, 100, 100]], &[&[300]]]);
    let mut plan = plan(&[1]);
    // Mean of all 133⅓.
    assert_eq!(points(&history, &plan), ["75.0000", "225.0000"]);
    plan.weights.unstable = Unstable::LeaveOut;
    assert_eq!(points(&history, &plan), ["75.0000", ""]);
    plan.weights.unstable = Unstable::Present;
    assert_eq!(points(&history, &plan), ["75.0000", "225.0000"]);
    history.groups[1].present = Some(Present {
        base_points: decimal("240.5"),
        mean_cost: decimal("3.10"),
    });
    assert_eq!(points(&history, &plan), ["75.0000", "240.5000"]);
}

/// Nothing of it divides by zero: each is named, and has no figure where there is none.
#[test]
fn axis_07_groups_without_figures_are_named() {
    let none: &[i64] = &[];
    let mut history = history(&[
        &[none],
        &[&[700]],
        &[&[500, 500, 500]],
        &[&[100, 300]],
        &[&[100, 200, 300, 400, 1_000_000]],
    ]);
    history.groups[0].present = Some(Present {
        base_points: decimal("88.8"),
        mean_cost: decimal("9.99"),
    });
    let mut plan = plan(&[1]);
    plan.stability.sd = Sd::Sample;
    plan.stability.cases_min = 2;
    // All of the fourth lie outside: its mean is 200.
    plan.trimming.method = TrimMethod::Multiples(decimal("0.9"), decimal("1.1"));
    plan.trimming.cases_min = 2;
    let found = calibrate(&history, &plan, &[]).unwrap();
    let remarks: Vec<&[Remark]> = found.groups.iter().map(|group| &*group.remarks).collect();
    assert_eq!(remarks[0], [Remark::NoCases]);
    assert_eq!(remarks[1], [Remark::OneCase, Remark::FewCases, Remark::New]);
    assert_eq!(remarks[2], [Remark::ZeroVariance, Remark::New]);
    assert_eq!(remarks[3], [Remark::AllTrimmed, Remark::New]);
    assert_eq!(remarks[4], [Remark::AllTrimmed, Remark::New]);
    assert_eq!(found.groups[1].all.cv(Sd::Sample), None);
    assert!(!found.groups[1].stable && found.groups[2].stable);
    let in_table: Vec<bool> = found.groups.iter().map(|group| group.weight.is_some()).collect();
    assert_eq!(in_table, [true, true, true, false, false]);
    assert_eq!(found.groups[0].weight.as_ref().unwrap().base_points, decimal("88.8"));
    plan.weights.without_cases = WithoutCases::LeaveOut;
    assert!(calibrate(&history, &plan, &[]).unwrap().groups[0].weight.is_none());
}
