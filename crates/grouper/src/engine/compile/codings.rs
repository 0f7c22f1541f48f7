//! What is known of each code beside its row: names, translations, complications.

use super::super::translate::Translations;
use super::super::{Coding, Grouper, Kinds, Set};
use super::rows::{Rows, rows};
use crate::codes::Codes;
use crate::scheme::{Entry, Names, OwnLists, Scheme, Translation};
use std::sync::OnceLock;

/// All of the diagnoses but their texts and numbers, which the scheme still has.
pub(super) fn diagnoses(scheme: &Scheme, sets: &[Set], grouper: &Grouper) -> Coding {
    let count = scheme.diagnoses.len();
    let mut known = Set::with_room(count);
    let gated = scheme.mdcs.iter().flat_map(|mdc| &mdc.diagnoses);
    gated.for_each(|entry| known.insert(entry.code));
    let gated = known.clone();
    listed(scheme, 0..2, |entry| known.insert(entry.code));
    let mut kinds = vec![Kinds::default(); count];
    for grouped in &scheme.mcc {
        kinds[grouped.code as usize].mcc = grouped.group + 1;
        known.insert(grouped.code);
    }
    for grouped in &scheme.cc {
        kinds[grouped.code as usize].cc = grouped.group + 1;
        known.insert(grouped.code);
    }
    for grouped in &scheme.exclusions {
        kinds[grouped.code as usize].excludes = grouped.group + 1;
        known.insert(grouped.code);
    }
    let Rows { row_of, rows } = rows(grouper, sets, count, true);
    Coding {
        codes: Codes::default(),
        folded: OnceLock::new(),
        translations: Translations::new(&scheme.diagnoses, &scheme.diagnosis_map, &gated, &known),
        known: with_names(known, &scheme.diagnosis_names, &scheme.diagnosis_map),
        has_names: !scheme.diagnosis_names.is_empty(),
        row_of,
        rows,
        kinds,
    }
}

/// The same of the procedures.
pub(super) fn procedures(scheme: &Scheme, sets: &[Set], grouper: &Grouper) -> Coding {
    let count = scheme.procedures.len();
    let mut known = Set::with_room(count);
    let valid = scheme.valid_procedures.iter();
    valid.for_each(|entry| known.insert(entry.code));
    listed(scheme, 2..5, |entry| known.insert(entry.code));
    let Rows { row_of, rows } = rows(grouper, sets, count, false);
    Coding {
        codes: Codes::default(),
        folded: OnceLock::new(),
        translations: Translations::new(&scheme.procedures, &scheme.procedure_map, &Set::default(), &known),
        known: with_names(known, &scheme.procedure_names, &scheme.procedure_map),
        has_names: !scheme.procedure_names.is_empty(),
        row_of,
        rows,
        kinds: Vec::new(),
    }
}

/// Hands out what stands in some of the lists of all rules and splits.
fn listed(scheme: &Scheme, slots: std::ops::Range<usize>, each: impl FnMut(&Entry)) {
    let lists = scheme.own_lists().flat_map(|lists| &lists[slots.clone()]);
    lists.flatten().for_each(each);
}

/// Listed codes, named ones, and those that translations give.
fn with_names(mut known: Set, named: &Names, translations: &[Translation]) -> Set {
    named.codes().for_each(|code| known.insert(code));
    translations
        .iter()
        .filter_map(|row| row.to)
        .for_each(|code| known.insert(code));
    known
}

impl Scheme {
    /// The lists of all rules and splits.
    pub(crate) fn own_lists(&self) -> impl Iterator<Item = &OwnLists> {
        let splits = self.adrgs.iter().flat_map(|adrg| &adrg.splits);
        self.adrgs
            .iter()
            .map(|adrg| &adrg.lists)
            .chain(splits.map(|split| &split.lists))
    }
}
