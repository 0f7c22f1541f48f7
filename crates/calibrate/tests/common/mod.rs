//! Small histories.
#![allow(dead_code, reason = "each test uses a part of it")]

use dianzhi_calibrate::{History, KnownGroup, KnownHospital, Plan, Record, example};
use dianzhi_core::{Decimal, GroupKind};

pub(crate) fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// A history of groups A, B, … in one hospital and one pool: the costs in fen of each group by year.
pub(crate) fn history(groups: &[&[&[i64]]]) -> History {
    let years = groups[0].len();
    let code = |at: usize| char::from(b'A' + u8::try_from(at).unwrap()).to_string();
    let mut found = History {
        years,
        pools: vec!["employee".to_owned()],
        groups: (0..groups.len()).map(|at| group(&code(at))).collect(),
        hospitals: vec![hospital("H1", "3")],
        ..History::default()
    };
    for (at, by_year) in groups.iter().enumerate() {
        for (year, costs) in by_year.iter().enumerate() {
            found.records.extend(costs.iter().map(|&cost| Record {
                cost,
                group: u32::try_from(at).unwrap(),
                hospital: 0,
                pool: 0,
                year: u16::try_from(year).unwrap(),
                days: 0,
            }));
        }
    }
    found
}

pub(crate) fn group(code: &str) -> KnownGroup {
    KnownGroup {
        code: code.to_owned(),
        name: code.to_owned(),
        kind: GroupKind::Core,
        present: None,
    }
}

pub(crate) fn hospital(code: &str, level: &str) -> KnownHospital {
    KnownHospital {
        code: code.to_owned(),
        name: code.to_owned(),
        level: level.to_owned(),
        present: Decimal::ONE,
        is_present: true,
    }
}

/// The example's plan with these years.
pub(crate) fn plan(years: &[u32]) -> Plan {
    Plan {
        years: years.to_vec(),
        ..example::plan()
    }
}

/// The base points of every group; empty for one that the table leaves out.
pub(crate) fn points(history: &History, plan: &Plan) -> Vec<String> {
    let found = dianzhi_calibrate::calibrate(history, plan, &[]).unwrap();
    let of = |group: &dianzhi_calibrate::GroupFigures| {
        let weight = group.weight.as_ref();
        weight.map_or_else(String::new, |weight| weight.base_points.to_string())
    };
    found.groups.iter().map(of).collect()
}
