//! Figures as the reports write them, and the report of the whole. Where there is no figure, the field
//! is empty.

use super::super::CalibratedScope;
use super::spread;
use crate::input::Inputs;
use crate::output::format::push_record;
use dianzhi_calibrate::SHARE_PLACES;
use dianzhi_core::{Decimal, Fixed, PLACES_MAX, RoundingMode, rational, round};
use dianzhi_policy::Calibration;
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, ToPrimitive, Zero};

/// Units of 10^-`places` as text.
pub(super) fn text_of(units: Option<BigInt>, places: u32) -> String {
    let units = units.and_then(|units| units.to_i128());
    units.map_or_else(String::new, |units| Fixed { units, places }.to_string())
}

/// Whole fen as yuan.
pub(super) fn yuan_of(fen: Option<BigInt>) -> String {
    text_of(fen, 2)
}

/// A mean in fen as yuan, to the fen, half up.
pub(super) fn yuan(fen: Option<&BigRational>) -> String {
    yuan_of(fen.map(|fen| round(fen, 0, RoundingMode::HalfUp)))
}

/// A share, coefficient of variation or RIV.
pub(super) fn share(units: Option<BigInt>) -> String {
    text_of(units, SHARE_PLACES)
}

/// A fraction, rounded.
pub(super) fn exact(value: &BigRational, places: u32, mode: RoundingMode) -> String {
    text_of(Some(round(value, places, mode)), places)
}

/// part ÷ whole to six decimals, half up.
pub(super) fn trimmed_share(part: u64, whole: u64) -> String {
    ratio(part.into(), whole.into())
}

/// part ÷ whole to six decimals, half up; nothing of nothing.
pub(super) fn ratio(part: BigInt, whole: BigInt) -> String {
    match whole.is_zero() {
        true => String::new(),
        false => exact(&BigRational::new(part, whole), SHARE_PLACES, RoundingMode::HalfUp),
    }
}

/// now ÷ before − 1 to six decimals, half up; nothing where one is missing or the present one is 0.
pub(super) fn change(now: Option<Decimal>, before: Option<Decimal>) -> String {
    match (now, before.filter(|before| !before.is_zero())) {
        (Some(now), Some(before)) => {
            let grown = rational(now) / rational(before) - BigRational::one();
            exact(&grown, SHARE_PLACES, RoundingMode::HalfUp)
        }
        _ => String::new(),
    }
}

/// A bound of the costs that are kept, in yuan; nothing where there is none.
pub(super) fn bound(fen: Option<i64>) -> String {
    let fen = fen.filter(|fen| *fen != i64::MIN && *fen != i64::MAX);
    yuan_of(fen.map(BigInt::from))
}

/// The figures of the whole: one a row, each with its cases, its spread and its present value.
pub(super) fn report(calibration: &Calibration, years: &[Inputs], scope: &CalibratedScope) -> Vec<u8> {
    let mut out = Vec::new();
    let header = [
        "figure",
        "of",
        "value",
        "cases",
        "mean",
        "sd",
        "cv",
        "trimmed_share",
        "present",
        "change",
    ];
    push_record(&mut out, header);
    let mut row = |figure: &str, of: &str, value: String, rest: [String; 7]| {
        let cells = [figure, of, &value].into_iter().chain(rest.iter().map(String::as_str));
        push_record(&mut out, cells);
    };
    let empty = || std::array::from_fn(|_| String::new());
    let (total, sd) = (&scope.calibrated.total, calibration.plan.stability.sd);
    for (at, year) in years.iter().enumerate() {
        let of = year.region.year_start.to_string();
        let (cases, ungrouped, kept) = (total.cases[at], total.ungrouped[at], &total.kept[at]);
        let trimmed = cases - ungrouped - kept.cases;
        let [mean, deviation, cv] = spread(kept, sd);
        let share = trimmed_share(trimmed, cases - ungrouped);
        row("cases", &of, cases.to_string(), empty());
        row("ungrouped", &of, ungrouped.to_string(), empty());
        let rest = [
            kept.cases.to_string(),
            mean.clone(),
            deviation,
            cv,
            share,
            String::new(),
            String::new(),
        ];
        row("year_mean_cost", &of, mean, rest);
    }
    let grouped: u64 = total.cases.iter().sum::<u64>() - total.ungrouped.iter().sum::<u64>();
    let [pooled, deviation, cv] = spread(&total.all, sd);
    let mean = total.mean.as_ref().map(|mean| round(mean, 0, RoundingMode::HalfUp));
    let mean = mean
        .and_then(|fen| fen.to_i128())
        .map(|fen| Decimal::from_i128_with_scale(fen, 2));
    let present = years.last().map(|year| year.region.policy.pricing.mean_cost_all);
    let rest = [
        total.all.cases.to_string(),
        pooled,
        deviation,
        cv,
        trimmed_share(grouped - total.all.cases, grouped),
        present.map_or_else(String::new, |present| present.to_string()),
        change(mean, present),
    ];
    row(
        "mean_cost_all",
        "",
        mean.map_or_else(String::new, |mean| mean.to_string()),
        rest,
    );
    row("riv", "", share(total.riv.clone()), empty());
    let groups = &scope.calibrated.groups;
    let counts: [(&str, usize); 5] = [
        ("groups", groups.len()),
        (
            "groups_in_table",
            groups.iter().filter(|group| group.weight.is_some()).count(),
        ),
        ("stable_groups", groups.iter().filter(|group| group.stable).count()),
        (
            "unstable_groups",
            groups
                .iter()
                .filter(|group| group.all.cases > 0 && !group.stable)
                .count(),
        ),
        (
            "groups_without_cases",
            groups.iter().filter(|group| group.all.cases == 0).count(),
        ),
    ];
    for (figure, count) in counts {
        row(figure, "", count.to_string(), empty());
    }
    let stable: u64 = groups
        .iter()
        .filter(|group| group.stable)
        .map(|group| group.cases_in_all())
        .sum();
    row("stable_case_share", "", ratio(stable.into(), grouped.into()), empty());
    let places = calibration.plan.weights.decimals;
    let weight_of = |points: &dyn Fn(&dianzhi_calibrate::Weight) -> Option<Decimal>| {
        let weighted = groups.iter().filter_map(|group| {
            let points = rational(points(group.weight.as_ref()?)?);
            Some(points * BigRational::from_integer(group.cases_in_all().into()))
        });
        let sum = weighted.fold(BigRational::zero(), |sum, weight| sum + weight);
        exact(&sum, places, RoundingMode::HalfUp)
    };
    row(
        "total_weight_before_experts",
        "",
        weight_of(&|weight| weight.before_experts),
        empty(),
    );
    row(
        "total_weight",
        "",
        weight_of(&|weight| Some(weight.base_points)),
        empty(),
    );
    if let Some(factor) = &scope.calibrated.rescaled_by {
        row(
            "rescaled_by",
            "",
            exact(factor, PLACES_MAX, RoundingMode::HalfUp),
            empty(),
        );
    }
    out
}
