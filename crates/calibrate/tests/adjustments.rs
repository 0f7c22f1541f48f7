//! What experts change: in order, with reasons kept elsewhere, and scaled back so that the total weight of
//! the history stays.
//!
//! Seen to fail: with the factor of scaling back turned over.
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

mod common;

use common::{decimal, history, plan};
use dianzhi_calibrate::{Adjustment, Basis, CalibrateError, Change, Unstable, WeightMethod, WithoutCases, calibrate};
use dianzhi_core::rational;
use num_rational::BigRational;
use num_traits::Zero;
use proptest::prelude::*;

fn factor(group: usize, text: &str) -> Adjustment {
    Adjustment {
        group,
        change: Change::Factor(decimal(text)),
    }
}

fn set(group: usize, text: &str) -> Adjustment {
    Adjustment {
        group,
        change: Change::Weight(decimal(text)),
    }
}

#[test]
fn by_hand() {
    // Weights 50 and 150, two cases each: 400 in all.
    let history = history(&[&[&[400, 600]], &[&[1_500, 1_500]]]);
    let mut plan = plan(&[1]);
    plan.rescale = false;
    let changes = [factor(0, "1.2"), set(1, "130")];
    let found = calibrate(&history, &plan, &changes).unwrap();
    let points = |found: &dianzhi_calibrate::Calibrated, at: usize| {
        found.groups[at].weight.as_ref().unwrap().base_points.to_string()
    };
    assert_eq!(
        (points(&found, 0), points(&found, 1)),
        ("60.0000".to_owned(), "130.0000".to_owned())
    );
    assert_eq!(found.rescaled_by, None);
    plan.rescale = true;
    let found = calibrate(&history, &plan, &changes).unwrap();
    // 60·2 + 130·2 = 380; all times 400 ÷ 380.
    assert_eq!(found.rescaled_by, Some(BigRational::new(400.into(), 380.into())));
    assert_eq!(
        (points(&found, 0), points(&found, 1)),
        ("63.1579".to_owned(), "136.8421".to_owned())
    );
    let weight = found.groups[0].weight.as_ref().unwrap();
    assert_eq!(weight.before_experts.unwrap().to_string(), "50.0000");
    assert_eq!(found.adjusted[1].before, Some(BigRational::from_integer(150.into())));
}

#[test]
fn what_has_no_weight_can_be_set_but_not_multiplied() {
    let none: &[i64] = &[];
    let history = history(&[&[&[400, 600]], &[none]]);
    let mut plan = plan(&[1]);
    plan.weights.without_cases = WithoutCases::LeaveOut;
    let refused = calibrate(&history, &plan, &[set(0, "90"), factor(1, "2")]);
    assert_eq!(refused.unwrap_err(), CalibrateError::NothingToAdjust(1));
    let found = calibrate(&history, &plan, &[set(1, "200")]).unwrap();
    let weight = found.groups[1].weight.as_ref().unwrap();
    // 200 points are twice the mean case of 5 yuan.
    assert_eq!(
        (weight.basis, weight.mean_cost.to_string()),
        (Basis::Experts, "10.00".to_owned())
    );
    assert_eq!(
        calibrate(&history, &plan, &[set(0, "0")]).unwrap_err(),
        CalibrateError::NothingToRescale
    );
    // Without a weight of its own nobody has anything that what experts say could be scaled to.
    plan.stability.cv_max = decimal("0.0001");
    plan.weights.unstable = Unstable::LeaveOut;
    assert_eq!(
        calibrate(&history, &plan, &[set(1, "200")]).unwrap_err(),
        CalibrateError::NothingToRescale
    );
}

#[test]
fn a_divisor_that_is_none_is_refused() {
    let none: &[i64] = &[];
    let history = history(&[&[&[400, 600]], &[none]]);
    let mut plan = plan(&[1]);
    let mut refused = |code: &str| {
        plan.weights.method = WeightMethod::Reference(code.to_owned());
        calibrate(&history, &plan, &[]).unwrap_err()
    };
    assert_eq!(refused("X"), CalibrateError::NoReference("X".to_owned()));
    assert_eq!(refused("B"), CalibrateError::EmptyReference("B".to_owned()));
    let empty = common::history(&[&[none]]);
    assert_eq!(
        calibrate(&empty, &common::plan(&[1]), &[]).unwrap_err(),
        CalibrateError::NoCases
    );
}

proptest! {
    #[test]
    fn the_total_weight_stays(
        groups in proptest::collection::vec(proptest::collection::vec(1_000i64..5_000_000, 1..20), 2..8),
        changes in proptest::collection::vec((0usize..8, 1i64..400), 1..6),
    ) {
        let costs: Vec<Vec<&[i64]>> = groups.iter().map(|costs| vec![costs.as_slice()]).collect();
        let costs: Vec<&[&[i64]]> = costs.iter().map(Vec::as_slice).collect();
        let history = history(&costs);
        let plan = plan(&[1]);
        let changes: Vec<Adjustment> = changes.iter().map(|(group, hundredths)| Adjustment {
            group: group % groups.len(),
            change: Change::Factor(dianzhi_core::Decimal::new(*hundredths, 2)),
        }).collect();
        let total = |changes: &[Adjustment]| {
            let found = calibrate(&history, &plan, changes).unwrap();
            found.groups.iter().fold(BigRational::zero(), |sum, group| {
                let points = rational(group.weight.as_ref().unwrap().base_points);
                sum + points * BigRational::from_integer(group.cases_in_all().into())
            })
        };
        // Half a unit of each case's points, before and behind.
        let reach = BigRational::new(i64::try_from(history.records.len()).unwrap().into(), 10_000.into());
        let (before, after) = (total(&[]), total(&changes));
        prop_assert!(after.clone() - before.clone() <= reach && before - after <= reach);
    }
}
