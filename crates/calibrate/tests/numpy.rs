//! The statistics against NumPy's (tests/numpy/fixtures.py makes expected.csv): means over the years, both
//! standard deviations, CV, weights, RIV, hospital coefficients, cost and time indices, for every way of trimming.
//!
//! Seen to fail: with cases of unknown days counted as stays of no day, with the sample's variance divided by n, and with quartiles that do not interpolate.
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]
#![allow(clippy::float_arithmetic, reason = "floats are compared with")]

mod common;

use common::{decimal, group, hospital};
use dianzhi_calibrate::{
    Calibrated, CoefficientBy, CoefficientPlan, Combine, History, Measure, Plan, Record, Sd, TrimBy, TrimMethod,
    calibrate,
};
use dianzhi_core::RoundingMode;
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::ToPrimitive;

const CODES: [&str; 5] = ["A", "B", "C", "D", "E"];
const HOSPITALS: [&str; 3] = ["H1", "H2", "H3"];

fn rows(text: &str) -> Vec<Vec<&str>> {
    text.lines().skip(1).map(|line| line.split(',').collect()).collect()
}

fn read_history() -> History {
    let position =
        |all: &[&str], name: &str| u32::try_from(all.iter().position(|known| *known == name).unwrap()).unwrap();
    let records = rows(include_str!("numpy/history.csv")).into_iter().map(|row| Record {
        cost: row[3].parse().unwrap(),
        group: position(&CODES, row[1]),
        hospital: position(&HOSPITALS, row[2]),
        pool: 0,
        year: row[0].parse().unwrap(),
        days: row[4].parse().unwrap_or(0),
    });
    History {
        years: 3,
        pools: vec!["employee".to_owned()],
        groups: CODES.map(group).to_vec(),
        hospitals: HOSPITALS.map(|code| hospital(code, "3")).to_vec(),
        records: records.collect(),
        ..History::default()
    }
}

fn plan_of(row: &[&str], measure: Measure) -> Plan {
    let mut plan = common::plan(&[1, 2, 7]);
    plan.trimming.method = match row[0] {
        "none" => TrimMethod::None,
        "iqr" => TrimMethod::Iqr(decimal("1.5")),
        "log-sd" => TrimMethod::LogSd(decimal("2")),
        "percentiles" => TrimMethod::Percentiles(decimal("0.025"), decimal("0.975")),
        "multiples" => TrimMethod::Multiples(decimal("0.4"), decimal("3")),
        other => panic!("{other}"),
    };
    plan.trimming.by = match row[1] {
        "group" => TrimBy::Group,
        _ => TrimBy::GroupAndYear,
    };
    plan.combine = match row[2] {
        "means" => Combine::Means,
        _ => Combine::Cases,
    };
    plan.coefficients = Some(CoefficientPlan {
        by: CoefficientBy::Hospital,
        measure,
        low: decimal("0.01"),
        high: decimal("100"),
        decimals: 6,
        mode: RoundingMode::HalfUp,
        cases_min: 1,
        not_for: Vec::new(),
        cmi: None,
    });
    plan
}

/// A figure within a float's reach of what is expected, and half a unit of its own rounding.
fn same(found: Option<f64>, expected: &str, unit: f64, what: &[&str]) {
    let Some(found) = found else {
        assert_eq!(expected, "", "{what:?}");
        return;
    };
    let expected: f64 = expected
        .parse()
        .unwrap_or_else(|_| panic!("{what:?}: {found} where NumPy has none"));
    let reach = unit * 0.500_001 + expected.abs() * 1e-12;
    assert!((found - expected).abs() <= reach, "{what:?}: {found} for {expected}");
}

fn float(value: Option<&BigRational>) -> Option<f64> {
    value.and_then(ToPrimitive::to_f64)
}

fn units(value: Option<BigInt>, unit: f64) -> Option<f64> {
    value.and_then(|value| value.to_f64()).map(|value| value * unit)
}

fn check(found: &Calibrated, row: &[&str]) {
    let kept = row[5].parse::<u64>().unwrap();
    if row[3] == "total" {
        let total = &found.total;
        assert_eq!(total.all.cases, kept, "{row:?}");
        same(float(total.mean.as_ref()), row[6], 0.0, row);
        same(units(total.all.sd_fen(Sd::Population), 1.0), row[7], 1.0, row);
        same(units(total.all.sd_fen(Sd::Sample), 1.0), row[8], 1.0, row);
        same(units(total.riv.clone(), 1e-6), row[10], 1e-6, row);
        return;
    }
    let group = &found.groups[CODES.iter().position(|code| *code == row[4]).unwrap()];
    assert_eq!(group.all.cases, kept, "{row:?}");
    same(float(group.mean.as_ref()), row[6], 0.0, row);
    same(units(group.all.sd_fen(Sd::Population), 1.0), row[7], 1.0, row);
    same(units(group.all.sd_fen(Sd::Sample), 1.0), row[8], 1.0, row);
    let points = group
        .weight
        .as_ref()
        .map(|weight| weight.base_points.to_string().parse().unwrap());
    same(points, row[9], 1e-4, row);
    same(units(group.all.cv(Sd::Population), 1e-6), row[10], 1e-6, row);
    same(units(group.all.cv(Sd::Sample), 1e-6), row[11], 1e-6, row);
}

/// Cost index and time index of a hospital, or of the region, in a year.
fn check_case_mix(found: &Calibrated, row: &[&str]) {
    let (code, year) = row[4].split_once(':').unwrap();
    let hospital = HOSPITALS.iter().position(|known| *known == code);
    let mut rows = found.case_mix.iter();
    let figures = rows
        .find(|row| row.hospital == hospital && row.year.to_string() == year)
        .unwrap();
    assert_eq!(figures.timed, row[5].parse::<u64>().unwrap(), "{row:?}");
    // The indices have six decimals.
    same(units(figures.cost_index(), 1e-6), row[6], 1e-6, row);
    same(units(figures.time_index(), 1e-6), row[7], 1e-6, row);
    same(units(figures.mean_days(), 0.01), row[8], 0.01, row);
}

#[test]
fn every_figure_is_numpys() {
    let history = read_history();
    let expected = rows(include_str!("numpy/expected.csv"));
    let mut checked = 0;
    for row in &expected {
        if row[3] == "case-mix" {
            check_case_mix(&calibrate(&history, &plan_of(row, Measure::CaseMix), &[]).unwrap(), row);
            checked += 1;
            continue;
        }
        if row[3] != "hospital" {
            check(&calibrate(&history, &plan_of(row, Measure::CaseMix), &[]).unwrap(), row);
            checked += 1;
            continue;
        }
        for (measure, column) in [(Measure::CaseMix, 6), (Measure::MeanCost, 7)] {
            let found = calibrate(&history, &plan_of(row, measure), &[]).unwrap();
            let at = HOSPITALS.iter().position(|code| *code == row[4]);
            let figure = found.coefficients.iter().find(|figure| figure.hospital == at).unwrap();
            assert_eq!(figure.sums.cases, row[5].parse::<u64>().unwrap(), "{row:?}");
            // Expected costs take yearly means to 10^-6 fen.
            same(float(figure.exact.as_ref()), row[column], 1e-9, row);
            checked += 1;
        }
    }
    assert_eq!(checked, 5 * 2 * 2 * (5 + 1 + 3 * 2 + (3 + 1) * 3));
}
