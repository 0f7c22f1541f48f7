//! The engine against the exact-fraction model of the same rules: over a hundred thousand random
//! cases under every combination of settings, every figure compared, none allowed to differ.

mod common;

use common::against::{Reached, compare, units};
use common::{CALM, SIZES, Size, Year};
use common::{coefficients, outliers};
use dianzhi_core::model::exact;
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::One;
use std::collections::BTreeSet;

type Q = BigRational;

/// Compares so many years, and returns the number of cases settled.
fn compare_all(seeds: std::ops::Range<u64>, sizes: &[Size], claims_max: usize, reached: &mut Reached) -> usize {
    let mut cases = 0;
    for seed in seeds {
        let year = Year::draw(seed, sizes, claims_max);
        if let Err(differs) = compare(&year, reached) {
            panic!("seed {seed} of {sizes:?} with up to {claims_max} claims: {differs}\n{year:#?}");
        }
        wide(&year, reached);
        cases += year.claims.len();
    }
    cases
}

/// Counts the cases whose products pass 128 bits on the way to a figure that fits.
fn wide(year: &Year, reached: &mut Reached) {
    let limit = BigInt::one() << 128;
    let fen = |decimal| exact(decimal) * BigInt::from(100);
    for row in &year.claims {
        let cost = BigInt::from(row.medical_cost);
        let group = year.groups.iter().find(|g| g.code == row.group);
        let product = match group {
            None => {
                let factor = exact(year.policy.pricing.scale) * exact(year.policy.ungrouped_share)
                    / fen(year.policy.pricing.mean_cost_all)
                    * BigInt::from(10).pow(year.policy.rounding.points);
                cost * factor.numer()
            }
            Some(group) => {
                let x = Q::from(cost) / fen(group.mean_cost) - exact(year.policy.deviation.high.ratio) + Q::one();
                let base = units(&exact(group.base_points), year.policy.rounding.points);
                x.numer() * base
            }
        };
        if product > limit {
            reached.count(if group.is_some() { "wide high" } else { "wide ungrouped" });
        }
    }
}

const CLASSES_AND_BANDS: [&str; 8] = [
    "normal",
    "low",
    "high",
    "ungrouped",
    "none",
    "under-floor",
    "surplus",
    "overspend",
];

#[test]
fn whole_years() {
    let mut reached = Reached::default();
    let cases = compare_all(0..2_500, &SIZES, 60, &mut reached);
    assert!(cases > 72_000, "{cases} cases only");
    reached.expect(&CLASSES_AND_BANDS);
    reached.expect(&[
        "negative due",
        "negative remainder",
        "no budget",
        "no fund share",
        "pool without cases",
        "cases without points",
        "reserve used up",
        "prepaid without cases",
        "part of a deposit returned",
        "kept by the fund: Greater",
        "kept by the fund: Equal",
        "kept by the fund: Less",
        "budget from Own",
        "budget from Share",
        "budget from ShareAndFen",
        "V at its Floor",
        "V at its Ceiling",
        "wide high",
        "wide ungrouped",
        "too large: PointsHigh",
        "too large: PointsUngrouped",
        "too large: Standard",
        "too large: PointsNormalFactor",
        "too large: PointsHighSubType",
    ]);
    for by in [
        "floor, Progressive",
        "floor, Whole",
        "bands, Progressive",
        "bands, Whole",
    ] {
        reached.expect(&[&format!("surplus by {by}"), &format!("overspend by {by}")]);
    }
    reached.expect(&["under-floor by bands, Whole"]);
    for compared in [
        "InstitutionCap, Less",
        "InstitutionCap, Greater",
        "Lower, Less",
        "Lower, Equal",
    ] {
        reached.expect(&[&format!("compared with {compared}")]);
    }
    for class in ["normal", "low", "high"] {
        reached.expect(&[
            &format!("{class} with a factor, Type"),
            &format!("{class} with a factor, SubType"),
        ]);
    }
    let combinations: BTreeSet<&String> = reached
        .0
        .keys()
        .filter(|name| name.starts_with("points ") || name.starts_with("rate "))
        .filter(|name| name.split(' ').count() == 4)
        .collect();
    // 3 modes × (2 methods × 5 fund shares under `fund`, and 2 fund shares under largest remainder)
    assert_eq!(combinations.len(), 36, "{combinations:?}");
    for places in [0, 1, 2, 3, 4, 5, 6, 12] {
        reached.expect(&[&format!("points {places}"), &format!("point_value {places}")]);
    }
}

/// Base points finer than points are kept as they are: the points round once.
#[test]
fn base_points_finer_than_points() {
    let mut reached = Reached::default();
    for seed in 0..300 {
        let mut year = Year::draw(seed, &CALM, 20);
        year.policy.rounding.points = year.policy.rounding.points.saturating_sub(2);
        if let Err(differs) = compare(&year, &mut reached) {
            panic!("seed {seed}: {differs}\n{year:#?}");
        }
    }
    reached.expect(&CLASSES_AND_BANDS);
}

#[test]
fn single_cases() {
    let mut reached = Reached::default();
    let cases = compare_all(1_000_000..1_030_000, &SIZES, 1, &mut reached);
    assert_eq!(cases, 30_000);
    reached.expect(&CLASSES_AND_BANDS);
    for bound in ["low", "high"] {
        for inclusive in [true, false] {
            for side in ["one fen under", "at", "one fen over"] {
                reached.expect(&[&format!("{side} the {bound} bound, inclusive {inclusive}")]);
                reached.expect(&[&format!(
                    "{side} the {bound} bound of a sub-type, inclusive {inclusive}"
                )]);
            }
        }
    }
    reached.expect(&["cost ratio too large"]);
}

/// Outliers under every rule there is, by group and by method.
///
/// Seen to fail where the level of a hospital was not looked at.
#[test]
fn outliers_by_every_rule() {
    let mut reached = Reached::default();
    for seed in 0..2_400 {
        let year = match seed % 4 {
            0 => Year::draw_outliers_mixed(seed, &CALM, 40),
            _ => Year::draw_outliers(seed, &SIZES, 40),
        };
        if let Err(differs) = compare(&year, &mut reached) {
            panic!("seed {seed}: {differs}\n{year:#?}");
        }
        let Ok(settled) = year.settle() else { continue };
        for (row, case) in year.claims.iter().zip(&settled.cases) {
            for name in outliers::names(&year, row, case.class.as_str()) {
                reached.count(name);
            }
        }
    }
    reached.expect(&[
        "normal",
        "low",
        "high",
        "day-surgery high in points",
        "day-surgery low in points",
    ]);
    for coefficient in outliers::COEFFICIENTS {
        for of in ["", " with a factor", " of a sub-type"] {
            for yardstick in ["GroupMean", "Standard"] {
                reached.expect(&[&format!("low{of} {coefficient:?} {yardstick}")]);
                reached.expect(&[&format!("high{of} {coefficient:?} {yardstick}")]);
            }
        }
        reached.expect(&[&format!("a share, {coefficient:?}")]);
        for pay in ["Normal", "AtThreshold"] {
            reached.expect(&[&format!("extreme {pay} {coefficient:?}")]);
        }
    }
    for inclusive in [true, false] {
        for by in ["rest", "level", "points", "both"] {
            reached.expect(&[&format!("at the low bound by {by}, inclusive {inclusive}")]);
            reached.expect(&[&format!("at the high bound by {by}, inclusive {inclusive}")]);
        }
        reached.expect(&[&format!("at the extreme bound, inclusive {inclusive}")]);
    }
    reached.expect(&["too large: PointsHighKept", "too large: PointsHighCarried"]);
}

/// Hospital coefficients out of tables, under every way of outliers and by every method.
///
/// Seen to fail where a hospital's row went before a group's.
#[test]
fn coefficients_out_of_tables() {
    let mut reached = Reached::default();
    for seed in 0..1_800 {
        let year = Year::draw_coefficients(seed, if seed % 3 == 2 { &CALM } else { &SIZES }, 30);
        if let Err(differs) = compare(&year, &mut reached) {
            panic!("seed {seed}: {differs}\n{year:#?}");
        }
        let policy = year.compiled();
        for row in &year.claims {
            for name in coefficients::names(&year, &policy, row) {
                reached.count(name);
            }
        }
    }
    reached.expect(&CLASSES_AND_BANDS);
    reached.expect(&[
        "k by hospital and group",
        "k by level and group",
        "k by group",
        "k by hospital",
        "k by level",
        "k by the hospitals table",
        "k of 1",
        "k at a bound: true",
        "k at a bound: false",
        "bonus 0",
        "bonus max",
        "bonus min",
        "days × k",
    ]);
}
