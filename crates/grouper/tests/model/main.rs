//! The engine against the model, on drawn schemes and on the reference schemes.
//!
//! Each of these defects, put into the engine by hand, was seen to turn the drawn schemes red; those
//! marked `*` were seen by the reference schemes too: `*` what an unmatched split gives forgotten, `*`
//! exclusion groups ignored, `*` the last split that fits instead of the first, `*` the ambiguous
//! branch ignored, `*` px and px1 swapped, `*` the retry forgotten, `*` the retry with all procedures,
//! the last label of a code instead of the first, the first region instead of the last, the mapping
//! of departments ignored, a dropped main code let through, hours compared with minutes, `*` a
//! negation lost for a code in no list, `*` the gate's other questions forgotten, `*` a code
//! translated twice, `*` a groupable diagnosis translated to one that no MDC takes, `*` blank codes
//! kept, `*` a newborn of 28 days not asked for its weight.
#![allow(clippy::unwrap_used)]

#[path = "../common/drawn.rs"]
mod drawn;
#[path = "../common/mod.rs"]
#[allow(dead_code)]
mod references;

mod conformance;

use dianzhi_grouper::model::{Grouping, Model};
use dianzhi_grouper::{GroupOptions, Grouper, Record, Scheme, Status};
use drawn::{Draw, Stay, Tables};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};
use std::cell::Cell;

const RECORDS_PER_SCHEME: usize = 12;
const OPTIONS: [GroupOptions; 4] = [
    options(true, false),
    options(false, false),
    options(true, true),
    options(false, true),
];

const fn options(verbatim: bool, translate: bool) -> GroupOptions {
    GroupOptions { verbatim, translate }
}

/// What the engine says, in the model's words.
fn engine(grouper: &Grouper, record: &Record<'_>) -> Grouping {
    let found = grouper.group(record);
    Grouping {
        status: found.status,
        mdc: found.mdc.to_owned(),
        adrg: found.adrg.to_owned(),
        group_code: found.group_code.to_owned(),
    }
}

fn drawn(bytes: &[u8]) -> (Tables, Vec<Stay>) {
    let mut draw = Draw(bytes);
    // Records come first: a scheme takes as many bytes as it likes.
    let stays = (0..RECORDS_PER_SCHEME).map(|_| drawn::stay(&mut draw)).collect();
    (drawn::scheme(&mut draw), stays)
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(any::<u8>(), 600..2000)
}

/// Schemes and records are the same in every run.
fn runner(cases: u32, max_shrink_iters: u32) -> TestRunner {
    let config = Config {
        cases,
        max_shrink_iters,
        failure_persistence: None,
        ..Config::default()
    };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}

#[test]
fn engine_and_model_agree_on_drawn_schemes() {
    let statuses = [
        Status::Grouped,
        Status::Ambiguous,
        Status::Ungrouped,
        Status::CheckFailed,
        Status::DiagnosisUntranslated,
        Status::ProcedureUntranslated,
    ];
    let seen = [const { Cell::new(0u32) }; 6];
    let outcome = runner(2_000, 1_000).run(&bytes(), |bytes| {
        let (tables, stays) = drawn(&bytes);
        let scheme = tables.scheme();
        for options in OPTIONS {
            let grouper = Grouper::new(scheme.clone(), options);
            let model = Model::new(&scheme, options);
            for stay in &stays {
                stay.record(|record| {
                    let expected = model.group(record);
                    let found = engine(&grouper, record);
                    prop_assert_eq!(&found, &expected, "{:?} {:?}\n{}", options, record, show(&tables));
                    let told = grouper.explain(record).grouping;
                    prop_assert_eq!(told.group_code, &expected.group_code, "{:?} {:?}", options, record);
                    let at = statuses.iter().position(|status| *status == expected.status).unwrap();
                    seen[at].set(seen[at].get() + 1);
                    Ok(())
                })?;
            }
        }
        Ok(())
    });
    if let Err(TestError::Fail(reason, _)) = outcome {
        panic!("{reason}");
    }
    // A comparison of records that all fail alike would say nothing.
    for (status, count) in statuses.iter().zip(&seen) {
        println!("{}: {}", status.as_str(), count.get());
        assert!(count.get() > 1_000, "{status:?}: {}", count.get());
    }
}

fn show(tables: &Tables) -> String {
    let files: Vec<String> = tables
        .0
        .iter()
        .map(|(name, text)| format!("== {name}\n{text}"))
        .collect();
    files.join("")
}

/// A change of the tables that stands for a part of them which an engine might forget.
struct Defect {
    name: &'static str,
    options: GroupOptions,
    change: fn(&Tables) -> Tables,
}

fn defect(name: &'static str, change: fn(&Tables) -> Tables) -> Defect {
    Defect {
        name,
        options: options(false, false),
        change,
    }
}

/// Only the heading of a table.
fn heading(text: &str) -> String {
    text.lines().next().map(|line| format!("{line}\n")).unwrap_or_default()
}

fn reversed(text: &str) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    lines[1..].reverse();
    lines.join("\n")
}

fn defects() -> Vec<Defect> {
    let translated = |name, change| Defect {
        options: options(false, true),
        ..defect(name, change)
    };
    vec![
        defect("what an unmatched split gives", |t| {
            t.with("adrg.tsv", |text| text.replace("\tother", "\t-"))
        }),
        defect("searching on behind an unmatched split", |t| {
            t.with("adrg.tsv", |text| text.replace("\t-\n", "\tother\n"))
        }),
        defect("exclusion groups", |t| t.with("cce.tsv", heading)),
        defect("MCC", |t| t.with("mcc.tsv", heading)),
        defect("the order of splits", |t| t.with("drg.tsv", reversed)),
        defect("the order of MDCs", |t| t.with("mdc.tsv", reversed)),
        defect("the ambiguous branch", |t| {
            t.with("mdc.tsv", |text| text.replace("\tpx0(VALID)\t", "\tfalse\t"))
        }),
        defect("px1 for px", |t| t.with("adrg.tsv", |text| text.replace("px(", "px1("))),
        defect("dx0 for dx", |t| t.with("adrg.tsv", |text| text.replace("dx(", "dx0("))),
        defect("negation", |t| t.with("adrg.tsv", |text| text.replace('!', ""))),
        defect("the splits' own lists", |t| t.with("ex_codes.tsv", heading)),
        defect("unions of lists", |t| {
            t.with("adrg.tsv", |text| text.replace("+VALID", ""))
        }),
        defect("labels", |t| {
            t.with("adrg.tsv", |text| text.replace("labels(1&2", "labels(1"))
        }),
        defect("the retry", |t| {
            t.with("scheme.toml", |text| {
                text.replace("procedures = true", "procedures = false")
            })
        }),
        defect("departments", |t| t.with("departments.tsv", heading)),
        defect("regions", |t| {
            t.with("mdc.tsv", |text| text.replace("regions>=2", "regions>=1"))
        }),
        defect("ICU hours", |t| {
            t.with("adrg.tsv", |text| text.replace("icuhours>120", "icuhours>=120"))
        }),
        translated("translation", |t| {
            t.with("zd_map.tsv", |text| text.replace("\tC3", "\tB2"))
        }),
        translated("dropped codes", |t| {
            t.with("ss_map.tsv", |text| text.replace("\t-", "\t00.1"))
        }),
    ]
}

/// A part of the tables that no drawn record depends on would not be tested by the comparison:
/// the engine on the tables and the model on tables without that part must be seen to differ.
#[test]
fn every_part_of_the_tables_is_met() {
    for defect in defects() {
        let mut runner = runner(3_000, 0);
        let outcome = runner.run(&bytes(), |bytes| {
            let (tables, stays) = drawn(&bytes);
            let defective = (defect.change)(&tables);
            let grouper = Grouper::new(tables.scheme(), defect.options);
            let model = Model::new(&defective.scheme(), defect.options);
            for stay in &stays {
                let same = stay.record(|record| engine(&grouper, record) == model.group(record));
                prop_assert!(same);
            }
            Ok(())
        });
        assert!(outcome.is_err(), "{} was not missed", defect.name);
    }
}

/// A rule or split of which the remarks say that it can never fire gives no result.
#[test]
fn what_can_never_fire_does_not() {
    let told = Cell::new(0);
    let outcome = runner(600, 200).run(&bytes(), |bytes| {
        let (tables, stays) = drawn(&bytes);
        let scheme = tables.scheme();
        let remarks = scheme.remarks();
        let silent = |code: &str| {
            let these = remarks.iter().filter(|remark| remark.code == code);
            these.map(|remark| remark.codes[0].clone()).collect::<Vec<_>>()
        };
        let (splits, rules) = (silent("W201"), silent("W202"));
        told.set(told.get() + splits.len() + rules.len());
        let adrg = |rule: &String| rule.split('_').next().unwrap_or_default().to_owned();
        let rules: Vec<String> = rules.iter().map(adrg).collect();
        let grouper = Grouper::new(scheme, OPTIONS[1]);
        for stay in &stays {
            let found = stay.record(|record| engine(&grouper, record));
            let is_silent = splits.contains(&found.group_code) || rules.contains(&found.adrg);
            prop_assert!(!is_silent, "{:?}\n{}", found, show(&tables));
        }
        Ok(())
    });
    if let Err(TestError::Fail(reason, _)) = outcome {
        panic!("{reason}");
    }
    println!("{} rules and splits that can never fire", told.get());
    assert!(told.get() > 1_000);
}

/// What is no code, in a table or in a record, is never taken for one; nor does it shift others.
#[test]
fn codes_that_are_none() {
    let tables = [
        ("scheme.toml", "code = \"odd\""),
        ("mdc.tsv", "mdc\tcond\tadrgs\nMDCB\tdx0(mdc)\tB1,B2,|QY|"),
        ("mdc_dx.tsv", "mdc\tcode\nMDCB\t\nMDCB\t \nMDCB\tA1\nMDCB\tB2"),
        (
            "adrg.tsv",
            "adrg\tcond\totherwise\nB1\tdx0({B2}) & dx1({A1})\tB1\nB2\ttrue\tB2",
        ),
        ("adrg_codes.tsv", "adrg\tlist\tcode"),
        ("drg.tsv", "adrg\tdrg\tcond"),
        ("mcc.tsv", "code\tgroup"),
        ("cc.tsv", "code\tgroup"),
        ("cce.tsv", "code\tgroup"),
        ("ss_valid.tsv", "code"),
        ("zd_map.tsv", "code\tto\n-\tA1\nA1\tA1\nB2\tB2"),
    ];
    let scheme = Scheme::of_tables(&tables).unwrap();
    let cases: [(&[&str], &str, &str); 6] = [
        (&["b2", "a1"], "B1", "B1"),
        (&["B2", "-", "A1"], "B1", "B1"),
        (&["B2", "", "A1"], "B1", "B1"),
        // A NUL behind a code, or a NUL and a number.
        (&["B2\0"], "0000", "0000"),
        (&["\x003"], "0000", "0000"),
        (&[""], "0000", "0000"),
    ];
    for (diagnoses, plain, translated) in cases {
        let record = Record {
            sex: dianzhi_grouper::Sex::Male,
            age_years: dianzhi_grouper::Given::Is(50),
            diagnoses,
            ..Record::default()
        };
        for (options, expected) in [(OPTIONS[1], plain), (OPTIONS[3], translated)] {
            let grouper = Grouper::new(scheme.clone(), options);
            assert_eq!(grouper.group(&record).group_code, expected, "{options:?} {diagnoses:?}");
            let model = Model::new(&scheme, options);
            assert_eq!(
                engine(&grouper, &record),
                model.group(&record),
                "{options:?} {diagnoses:?}"
            );
        }
    }
}

/// The scheme without a map translates nothing; an empty one groups nothing.
#[test]
fn schemes_with_hardly_anything() {
    let headings = [
        ("scheme.toml", "code = \"empty\""),
        ("mdc.tsv", "mdc\tcond\tadrgs"),
        ("mdc_dx.tsv", "mdc\tcode"),
        ("adrg.tsv", "adrg\tcond"),
        ("adrg_codes.tsv", "adrg\tlist\tcode"),
        ("drg.tsv", "adrg\tdrg\tcond"),
        ("mcc.tsv", "code\tgroup"),
        ("cc.tsv", "code\tgroup"),
        ("cce.tsv", "code\tgroup"),
        ("ss_valid.tsv", "code"),
    ];
    let scheme = Scheme::of_tables(&headings).unwrap();
    for options in OPTIONS {
        let grouper = Grouper::new(scheme.clone(), options);
        let model = Model::new(&scheme, options);
        let none = Record::default();
        let one = Record {
            diagnoses: &["A1"],
            procedures: &["00.1"],
            ..none
        };
        for record in [none, one] {
            assert_eq!(
                engine(&grouper, &record),
                model.group(&record),
                "{options:?} {record:?}"
            );
        }
    }
}
