//! Questions about one record and their answers.

use super::translate::Becomes;
use super::{Asked, Coding, GroupOptions, Grouper, Test, UNKNOWN};
use crate::codes::{CodeId, is_blank};
use crate::record::Record;
use crate::scheme::Figure;
use rustc_hash::FxHashSet;
use std::cell::Cell;

/// The codes of a record, as numbers. Few records have more than this holds without a heap.
pub(super) struct Ids {
    inline: [CodeId; ROOM],
    length: usize,
    more: Vec<CodeId>,
}

const ROOM: usize = 24;

impl Ids {
    pub(super) fn new() -> Ids {
        Ids {
            inline: [0; ROOM],
            length: 0,
            more: Vec::new(),
        }
    }

    /// Takes the numbers of a record's codes; returns how many codes had to be mended. Codes that are
    /// none are passed over, but for a first one that the record should have.
    #[inline]
    fn number(&mut self, coding: &Coding, codes: &[&str], verbatim: bool, keeps_first: bool) -> u32 {
        let mut mended = 0;
        for (position, code) in codes.iter().enumerate() {
            match coding.codes.get(code) {
                Some(id) => self.push(id),
                None => mended += self.number_other(coding, code, verbatim, keeps_first && position == 0),
            }
        }
        mended
    }

    #[cold]
    fn number_other(&mut self, coding: &Coding, code: &str, verbatim: bool, keeps: bool) -> u32 {
        let (id, mended) = coding.find(code, verbatim);
        if id != UNKNOWN || keeps || verbatim || !is_blank(code) {
            self.push(id);
        }
        u32::from(mended)
    }

    #[inline]
    pub(super) fn push(&mut self, id: CodeId) {
        if self.length < ROOM {
            self.inline[self.length] = id;
            self.length += 1;
        } else {
            self.spill(id);
        }
    }

    #[cold]
    fn spill(&mut self, id: CodeId) {
        if self.more.is_empty() {
            self.more.extend_from_slice(&self.inline);
        }
        self.more.push(id);
    }

    #[inline]
    pub(super) fn all(&self) -> &[CodeId] {
        if self.more.is_empty() {
            &self.inline[..self.length]
        } else {
            &self.more
        }
    }

    #[inline]
    fn asked(&self, which: Asked) -> &[CodeId] {
        let all = self.all();
        match which {
            Asked::Main => &all[..all.len().min(1)],
            Asked::Any => all,
            Asked::Other => all.get(1..).unwrap_or(&[]),
        }
    }
}

/// A record as the engine sees it.
pub(super) struct Coded<'r> {
    pub(super) record: &'r Record<'r>,
    pub(super) diagnoses: Ids,
    pub(super) procedures: Ids,
    pub(super) department: &'r str,
    pub(super) mended: u32,
    /// Whether there is an MCC and a CC that the main diagnosis does not exclude: looked up once.
    complications: Cell<Option<(bool, bool)>>,
}

/// Codes of one kind that could not be translated: positions in the record.
pub(super) struct Untranslated {
    pub(super) is_diagnosis: bool,
    pub(super) positions: Vec<usize>,
}

impl<'r> Coded<'r> {
    pub(super) fn new(grouper: &'r Grouper, record: &'r Record<'r>) -> Coded<'r> {
        let verbatim = grouper.options.verbatim;
        let mut coded = Coded {
            record,
            diagnoses: Ids::new(),
            procedures: Ids::new(),
            department: grouper
                .departments
                .get(record.department)
                .map_or(record.department, String::as_str),
            mended: 0,
            complications: Cell::new(None),
        };
        // An empty main diagnosis is a fault of the record; an empty procedure is none at all.
        let (diagnoses, procedures) = (record.diagnoses, record.procedures);
        coded.mended = coded.diagnoses.number(&grouper.diagnoses, diagnoses, verbatim, true)
            + coded
                .procedures
                .number(&grouper.procedures, procedures, verbatim, false);
        coded
    }

    /// Translates its codes, where that is asked for.
    #[inline]
    pub(super) fn translate(&mut self, grouper: &Grouper) -> Result<(), Untranslated> {
        if grouper.options.translate {
            self.translate_all(grouper)
        } else {
            Ok(())
        }
    }

    fn translate_all(&mut self, grouper: &Grouper) -> Result<(), Untranslated> {
        let (record, options) = (self.record, grouper.options);
        let untranslated = |is_diagnosis, positions| Untranslated {
            is_diagnosis,
            positions,
        };
        if self.diagnoses.all().is_empty() {
            // There is no main diagnosis to translate.
            return Err(untranslated(true, Vec::new()));
        }
        let diagnoses = translated(&grouper.diagnoses, &self.diagnoses, options, record.diagnoses, true);
        self.diagnoses = diagnoses.map_err(|positions| untranslated(true, positions))?;
        let procedures = translated(&grouper.procedures, &self.procedures, options, record.procedures, false);
        self.procedures = procedures.map_err(|positions| untranslated(false, positions))?;
        Ok(())
    }

    /// The same with one procedure only.
    pub(super) fn with_procedure(&self, id: CodeId) -> Coded<'r> {
        let mut procedures = Ids::new();
        procedures.push(id);
        let mut diagnoses = Ids::new();
        self.diagnoses.all().iter().for_each(|&id| diagnoses.push(id));
        Coded {
            record: self.record,
            diagnoses,
            procedures,
            department: self.department,
            mended: self.mended,
            complications: Cell::new(self.complications.get()),
        }
    }

    /// This procedure only, in place of those that there were.
    pub(super) fn replace_procedures(&mut self, id: CodeId) {
        self.procedures = Ids::new();
        self.procedures.push(id);
    }

    /// The procedures behind the main one, each once.
    pub(super) fn others_alone(&self) -> Vec<CodeId> {
        let mut seen = FxHashSet::default();
        let others = self.procedures.asked(Asked::Other).iter();
        others.copied().filter(|&id| seen.insert(id)).collect()
    }

    pub(super) fn main_diagnosis(&self) -> CodeId {
        self.diagnoses.all().first().copied().unwrap_or(UNKNOWN)
    }

    #[inline]
    pub(super) fn holds_all(&self, grouper: &Grouper, tests: &[Test]) -> bool {
        tests.iter().all(|test| self.holds(grouper, test))
    }

    pub(super) fn holds(&self, grouper: &Grouper, test: &Test) -> bool {
        match test {
            Test::Codes {
                is_diagnosis,
                which,
                set,
                negated,
            } => {
                let ids = if *is_diagnosis {
                    &self.diagnoses
                } else {
                    &self.procedures
                };
                let set = &grouper.sets[*set];
                ids.asked(*which).iter().any(|&id| set.has(id)) != *negated
            }
            Test::Figure { figure, compare, value } => {
                self.figure(*figure).is_some_and(|given| compare.holds(given, *value))
            }
            Test::Regions { mdc, compare, value } => compare.holds(self.regions(grouper, *mdc), *value),
            Test::Department(department) => self.department == department,
            Test::Leaving(ways) => ways.iter().any(|way| way == self.record.discharge_way),
            Test::Labels(table) => {
                let table = &grouper.labels[*table];
                let mut carried = self.procedures.all().iter().filter_map(|id| table.of.get(id));
                // Most records have none of them.
                let Some(first) = carried.next() else { return false };
                let has = |label: &usize| label == first || carried.clone().any(|other| other == label);
                table.alternatives.iter().any(|all| all.iter().all(has))
            }
            Test::Complication { mcc, cc } => {
                let (has_mcc, has_cc) = self.complications(&grouper.diagnoses);
                (*mcc && has_mcc) || (*cc && has_cc)
            }
            Test::Never => false,
        }
    }

    fn figure(&self, figure: Figure) -> Option<i32> {
        let record = self.record;
        match figure {
            Figure::Sex => record.sex.code(),
            Figure::Age => record.age_years.value(),
            Figure::AgeDays => record.age_days.value(),
            Figure::Weight => record.weight_grams.value(),
            Figure::Stay => record.stay_days.value(),
            Figure::IcuHours => record.icu_minutes.value(),
            Figure::Regions => None,
        }
    }

    /// How many body regions of an MDC the diagnoses lie in.
    pub(super) fn regions(&self, grouper: &Grouper, mdc: usize) -> i32 {
        let by_code = &grouper.regions[mdc];
        // Published schemes have six regions. A bit for each of the first, and a set of the others.
        let mut first = 0u64;
        let mut others: FxHashSet<u32> = FxHashSet::default();
        for &region in self.diagnoses.all().iter().filter_map(|id| by_code.get(id)) {
            match 1u64.checked_shl(region) {
                Some(bit) => first |= bit,
                None => {
                    others.insert(region);
                }
            }
        }
        i32::try_from(first.count_ones() as usize + others.len()).unwrap_or(i32::MAX)
    }

    #[inline]
    fn complications(&self, coding: &Coding) -> (bool, bool) {
        match self.complications.get() {
            Some(known) => known,
            None => {
                let found = self.find_complications(coding);
                self.complications.set(Some(found));
                found
            }
        }
    }

    fn find_complications(&self, coding: &Coding) -> (bool, bool) {
        let excluded = coding.kinds(self.main_diagnosis()).excludes;
        let counts = |group: u32| group != 0 && group != excluded;
        let (mut has_mcc, mut has_cc) = (false, false);
        for &id in self.diagnoses.asked(Asked::Other) {
            let kinds = coding.kinds(id);
            has_mcc |= counts(kinds.mcc);
            has_cc |= counts(kinds.cc);
        }
        (has_mcc, has_cc)
    }
}

/// Codes after translation, or the positions of those that have none.
fn translated(
    coding: &Coding,
    ids: &Ids,
    options: GroupOptions,
    codes: &[&str],
    keeps_first: bool,
) -> Result<Ids, Vec<usize>> {
    let mut out = Ids::new();
    let mut failed = Vec::new();
    // Positions in the record, those passed over left out as they were before: by the same question,
    // since a table may list what is no code.
    let passed_over = |code: &str| !options.verbatim && is_blank(code) && coding.find(code, false).0 == UNKNOWN;
    let kept = codes
        .iter()
        .enumerate()
        .filter(|(i, code)| (*i == 0 && keeps_first) || !passed_over(code))
        .map(|(i, _)| i);
    for (place, (position, &id)) in kept.zip(ids.all()).enumerate() {
        match coding.translations.of(id) {
            Becomes::Code(code) => out.push(code),
            Becomes::Dropped if place > 0 => {}
            Becomes::Dropped | Becomes::Nothing => failed.push(position),
        }
    }
    if failed.is_empty() { Ok(out) } else { Err(failed) }
}
