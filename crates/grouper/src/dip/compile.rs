//! From a directory to tables: types by diagnosis and treatment, or by diagnosis and procedure.

use super::auxiliary::Auxiliary;
use super::directory::{Asks, DipDirectory, DipKind, Treatment};
use super::prefixes::Prefixes;
use super::{DipGrouper, GroupOptions};
use crate::codes::{CodeId, Codes, folded};
use dianzhi_core::Decimal;
use rustc_hash::FxHashMap;

/// A procedure that the directory does not name.
pub(super) const UNKNOWN: CodeId = CodeId::MAX;

/// What is asked of a type once it is a candidate.
#[derive(Debug)]
pub(super) struct Type {
    pub(super) kind: DipKind,
    /// A bit for each procedure that it asks for.
    pub(super) all: u32,
    /// 10^-12 yuan.
    pub(super) mean_cost: Option<i128>,
    /// Its position among all codes in order.
    pub(super) rank: u32,
}

/// A type that asks for a procedure, and the bit that the procedure answers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Posting {
    pub(super) of: u32,
    pub(super) bit: u32,
}

/// The types of one prefix or range.
#[derive(Clone, Debug, Default)]
pub(super) struct Place {
    pub(super) by_treatment: [Vec<u32>; Treatment::ALL.len()],
    /// Whether any asks for procedures.
    pub(super) has_procedures: bool,
}

/// The procedures that the directory names.
#[derive(Debug, Default)]
pub(super) struct Procedures {
    /// As the directory writes them.
    written: Codes,
    /// For each of these its number.
    id_of: Vec<CodeId>,
    /// Folded, unless codes are compared verbatim; the numbers are theirs.
    compared: Codes,
    /// What each is; the outer `None`: not listed, the inner one: excluded.
    class: Vec<Option<Option<Treatment>>>,
}

impl Procedures {
    fn insert(&mut self, code: &str, verbatim: bool) -> CodeId {
        let form = if verbatim { code.to_owned() } else { folded(code) };
        let id = self.compared.insert(&form);
        if self.written.get(code).is_none() {
            self.written.insert(code);
            self.id_of.push(id);
        }
        if self.class.len() < self.compared.len() {
            self.class.push(None);
        }
        id
    }

    /// The number of a code, and whether it had to be mended.
    pub(super) fn find(&self, code: &str, verbatim: bool) -> (CodeId, bool) {
        match self.written.get(code) {
            Some(at) => (self.id_of[at as usize], false),
            None if verbatim => (UNKNOWN, false),
            None => self
                .compared
                .get(&folded(code))
                .map_or((UNKNOWN, false), |id| (id, true)),
        }
    }

    /// What a procedure is, if the table of operations lists it; the inner `None`: excluded.
    pub(super) fn class(&self, id: CodeId) -> Option<Option<Treatment>> {
        self.class.get(id as usize).copied().flatten()
    }
}

impl DipGrouper {
    /// Compiles a directory. A directory has codes as they stand, so `options.translate` is not
    /// looked at.
    #[must_use]
    pub fn new(directory: DipDirectory, options: GroupOptions) -> DipGrouper {
        let verbatim = options.verbatim;
        let mut procedures = Procedures::default();
        for row in &directory.operations {
            let id = procedures.insert(&row.code, verbatim);
            procedures.class[id as usize] = Some(row.class);
        }
        let mut diagnoses = Prefixes::new(verbatim);
        let mut places: Vec<Place> = Vec::new();
        let mut postings: FxHashMap<(u32, CodeId), Vec<Posting>> = FxHashMap::default();
        let mut types = Vec::new();
        for (of, known) in (0u32..).zip(&directory.types) {
            for one in &known.diagnoses {
                let at = diagnoses.insert(one);
                places.resize_with(diagnoses.len(), Place::default);
                let place = &mut places[at as usize];
                match &known.asks {
                    Asks::Treatment(treatment) => place.by_treatment[*treatment as usize].push(of),
                    Asks::Procedures(all) => {
                        place.has_procedures = true;
                        for (bit, alternatives) in all.iter().enumerate() {
                            for code in alternatives {
                                let id = procedures.insert(code, verbatim);
                                let posting = Posting { of, bit: 1 << bit };
                                postings.entry((at, id)).or_default().push(posting);
                            }
                        }
                    }
                }
            }
            types.push(Type {
                kind: known.kind,
                all: match &known.asks {
                    Asks::Treatment(_) => 0,
                    Asks::Procedures(all) => all.iter().enumerate().fold(0, |bits, (bit, _)| bits | 1 << bit),
                },
                mean_cost: known.mean_cost.map(fine),
                rank: 0,
            });
        }
        diagnoses.finish();
        let mut order: Vec<usize> = (0..types.len()).collect();
        order.sort_by(|&a, &b| directory.types[a].code.cmp(&directory.types[b].code));
        for (rank, position) in (0u32..).zip(order) {
            types[position].rank = rank;
        }
        DipGrouper {
            options,
            procedures,
            diagnoses,
            places,
            postings,
            types,
            by_code: (0u32..)
                .zip(&directory.types)
                .map(|(of, known)| (known.code.clone(), of))
                .collect(),
            criteria: directory.header.criteria(),
            auxiliary: Auxiliary::new(&directory, verbatim),
            directory,
        }
    }
}

/// Yuan as a whole number of 10^-12 yuan: a table's decimals have at most 12 places and 18 digits.
fn fine(yuan: Decimal) -> i128 {
    let places = 12u32.saturating_sub(yuan.scale());
    yuan.mantissa() * 10i128.pow(places)
}
