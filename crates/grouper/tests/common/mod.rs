//! The reference schemes and their results, which stand beside the project (../shared/schemes).

#![allow(clippy::unwrap_used)] // only tests include this

use dianzhi_grouper::{Given, Record, Sex};
use std::path::{Path, PathBuf};

/// The folder of the reference schemes; `None`, said aloud, where it is not there.
pub(crate) fn schemes() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/schemes");
    if folder.is_dir() {
        Some(folder)
    } else {
        eprintln!("skipped: {} is not there", folder.display());
        None
    }
}

/// One row of a reference file.
pub(crate) struct Reference {
    pub(crate) index: String,
    sex: String,
    age: String,
    days: String,
    weight: String,
    department: String,
    stay: String,
    way: String,
    pub(crate) icu: String,
    diagnoses: Vec<String>,
    procedures: Vec<String>,
    pub(crate) expected: [String; 4],
}

/// Reads a reference file; its fields hold no quotes.
pub(crate) fn references(file: &Path) -> Vec<Reference> {
    let text = std::fs::read_to_string(file).unwrap();
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next().unwrap().split(',').collect();
    let read = |line: &str| {
        let fields: Vec<&str> = line.split(',').collect();
        assert_eq!(fields.len(), names.len(), "{line}");
        let get = |name: &str| {
            let at = names.iter().position(|known| *known == name);
            at.map_or(String::new(), |at| fields[at].to_owned())
        };
        let list = |name: &str| get(name).split('|').map(str::to_owned).collect::<Vec<_>>();
        let mut procedures = list("ssList");
        if procedures == [""] {
            procedures.clear();
        }
        Reference {
            index: get("Index"),
            sex: get("gender"),
            age: get("age"),
            days: get("ageDay"),
            weight: get("weight"),
            department: get("dept"),
            stay: get("inHospitalTime"),
            way: get("leavingType"),
            icu: get("icuHours"),
            diagnoses: list("zdList"),
            procedures,
            expected: ["ref_mdc", "ref_adrg", "ref_drg", "ref_status"].map(get),
        }
    };
    lines.map(read).collect()
}

impl Reference {
    /// As a record, handed to `with`.
    pub(crate) fn record<T>(&self, with: impl FnOnce(&Record<'_>) -> T) -> T {
        let diagnoses: Vec<&str> = self.diagnoses.iter().map(String::as_str).collect();
        let procedures: Vec<&str> = self.procedures.iter().map(String::as_str).collect();
        with(&Record {
            sex: Sex::of(&self.sex),
            age_years: Given::whole(&self.age),
            age_days: Given::whole(&self.days),
            weight_grams: Given::whole(&self.weight),
            department: &self.department,
            stay_days: Given::whole(&self.stay),
            discharge_way: &self.way,
            icu_minutes: Given::hours_in_minutes(&self.icu),
            diagnoses: &diagnoses,
            procedures: &procedures,
            ..Record::default()
        })
    }
}
