//! What the remarks find in the reference schemes, beside what is known to be odd in them.
#![allow(clippy::unwrap_used)]

#[allow(dead_code)]
mod common;

use common::{references, schemes};
use dianzhi_grouper::Scheme;
use std::collections::BTreeMap;

/// For each code of remarks how many codes they are about.
fn counted(name: &str) -> Option<BTreeMap<&'static str, usize>> {
    let folder = schemes()?.join(name);
    let scheme = Scheme::load(&folder).unwrap();
    let start = std::time::Instant::now();
    let remarks = scheme.remarks();
    println!("{name}: {} remarks in {:?}", remarks.len(), start.elapsed());
    let mut counts = BTreeMap::new();
    for remark in &remarks {
        let count: &mut usize = counts.entry(remark.code).or_default();
        // The first code is the rule or the split; what stands before it comes behind.
        *count += match remark.code {
            "W201" | "W202" | "W203" | "W204" => 1,
            _ => remark.codes.len(),
        };
    }
    // Every group of the reference results is one that can be reached.
    for reference in references(&folder.join("reference.csv")) {
        let [_, adrg, drg, _] = &reference.expected;
        for remark in &remarks {
            let is_silent = match remark.code {
                "W201" => remark.codes[0] == *drg,
                "W202" => remark.codes[0] == *adrg,
                _ => false,
            };
            assert!(!is_silent, "{name} {}: {}", reference.index, remark.text);
        }
    }
    Some(counts)
}

fn check(name: &str, expected: &[(&'static str, usize)]) {
    if let Some(counts) = counted(name) {
        let counts: Vec<_> = counts.into_iter().collect();
        assert_eq!(counts, expected, "{name}");
    }
}

/// The chains: 76 of diagnoses, one of procedures; the map is the same in all six.
const MAPS: [(&str, usize); 2] = [("W213", 77), ("W214", 1)];

#[test]
fn chs_drg_11() {
    check(
        "chs_drg_11",
        &[("W206", 252), ("W207", 154), MAPS[0], MAPS[1], ("W215", 6)],
    );
}

#[test]
fn yancheng_2023() {
    check(
        "yancheng_2023",
        &[("W206", 252), ("W207", 163), MAPS[0], MAPS[1], ("W215", 6)],
    );
}

#[test]
fn fuzhou_2022() {
    check(
        "fuzhou_2022",
        &[("W206", 252), ("W207", 154), MAPS[0], MAPS[1], ("W215", 6)],
    );
}

#[test]
fn zhejiang_2022() {
    let expected = [
        ("W201", 15),
        ("W202", 8),
        ("W204", 2),
        ("W206", 1414),
        ("W207", 445),
        MAPS[0],
        MAPS[1],
        ("W215", 4),
    ];
    check("zhejiang_2022", &expected);
}

#[test]
fn changzhou_2022() {
    // The 19 names of ambiguous groups are names of groups here: the branch is on in 19 MDCs.
    let expected = [
        ("W201", 35),
        ("W202", 1),
        ("W206", 21),
        ("W207", 33),
        ("W211", 1),
        MAPS[0],
        MAPS[1],
        ("W215", 3),
    ];
    check("changzhou_2022", &expected);
}

#[test]
fn foshan_2022() {
    let expected = [
        ("W201", 14),
        ("W202", 2),
        ("W203", 2),
        ("W204", 1),
        ("W206", 249),
        ("W207", 137),
        MAPS[0],
        MAPS[1],
        ("W215", 6),
    ];
    check("foshan_2022", &expected);
}
