//! Any tables of a DIP directory, and any record.

use super::known::are_sound;
use super::parts::{parts, replaced};
use super::stay::Stay;
use crate::dip::{DipDirectory, DipGrouper};
use crate::engine::GroupOptions;
use crate::grouping::{Reason, Status};
use dianzhi_core::Decimal;
use dianzhi_policy::Diagnostics;

macro_rules! teaching {
    ($($name:literal)*) => {
        [$(($name, include_str!(concat!("../../../../testdata/dip/teaching/", $name)))),*]
    };
}

const TEACHING: [(&str, &str); 9] = teaching!(
    "directory.toml" "types.tsv" "operations.tsv" "cci.tsv" "severity.tsv" "tumour.tsv" "bands.tsv" "grades.tsv"
    "auxiliary.tsv"
);

/// Codes that `#` counts: those of the teaching directory.
const DIAGNOSES: [&str; 8] = [
    "I21.000", "I50.900", "K35.800", "J96.000", "C34.100", "C78.000", "E11.900", "I21.900",
];
const PROCEDURES: [&str; 6] = ["36.0700", "37.6100", "88.5500", "47.0100", "47.0900", "88.5600"];

/// Grouped in any case, so that a change of the tables alone is not without a record.
const RECORDS: &str = "\
1;50;;;9;2880;4200000;;1\n#0|#1|#3|#6\n#0|#1

2;0;20;3000;3;1;1100025;;5\n#4|#5|#3\n#3|#4

1;80;;;0;;;;5\n#2|#7\n#4|#3";

fn read(parts: &[(String, Vec<u8>)]) -> Result<DipDirectory, Diagnostics> {
    DipDirectory::of_files(&replaced(&TEACHING, parts))
}

/// `== NAME` files take the place of those of the teaching directory; `== record` are records.
pub fn dip(data: &[u8]) {
    let (records, tables): (Vec<_>, Vec<_>) = parts(data).into_iter().partition(|(name, _)| name == "record");
    let directory = match read(&tables) {
        Ok(directory) => directory,
        Err(mistakes) => return are_sound(&mistakes.0),
    };
    for remark in directory.remarks() {
        assert!(
            crate::error::all().iter().any(|code| code.id == remark.code),
            "{remark:?}"
        );
    }
    let mut text = RECORDS.to_owned();
    for (_, record) in &records {
        text.push_str("\n\n");
        text.push_str(&String::from_utf8_lossy(record));
    }
    let vocabulary = [&DIAGNOSES[..], &PROCEDURES].map(|codes| codes.iter().map(|&code| code.to_owned()).collect());
    let [diagnoses, procedures]: [Vec<String>; 2] = vocabulary;
    let stays = Stay::all(&text, [&diagnoses, &procedures]);
    for verbatim in [true, false] {
        let options = GroupOptions {
            verbatim,
            translate: false,
        };
        check(&DipGrouper::new(directory.clone(), options), &stays);
    }
}

fn check(grouper: &DipGrouper, stays: &[Stay]) {
    let mut all = Vec::new();
    for stay in stays {
        let found = stay.record(|record| grouper.group(record));
        assert_eq!(found.status == Status::Grouped, found.kind.is_some(), "{stay:?}");
        assert!(found.factor > Decimal::ZERO, "{found:?} {stay:?}");
        let explained = stay.record(|record| grouper.explain(record));
        assert_eq!(explained.grouping, found, "{stay:?}");
        for reason in &found.reasons {
            if let Reason::UnknownMainDiagnosis(named) | Reason::UnknownCodes(named) = reason {
                assert!(stay.has_all(named), "{reason:?} of {stay:?}");
            }
        }
        all.push(found);
    }
    for (stay, before) in stays.iter().zip(&all).rev() {
        let again = stay.record(|record| grouper.group(record));
        assert_eq!(again, *before, "{stay:?} another time");
    }
}

#[cfg(test)]
pub(super) fn is_read(data: &[u8]) -> bool {
    let tables: Vec<_> = parts(data).into_iter().filter(|(name, _)| name != "record").collect();
    read(&tables).is_ok()
}
