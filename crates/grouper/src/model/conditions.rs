//! Whether a condition holds for a record, atom by atom.

use super::{Lists, MdcTable, Model};
use crate::record::Record;
use crate::scheme::{Atom, CodeKind, Condition, Figure, List, Which};
use std::collections::{BTreeMap, BTreeSet};

/// A record whose codes are those of the scheme; `None` stands for a code that it does not have.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) record: &'a Record<'a>,
    pub(super) department: &'a str,
    pub(super) diagnoses: &'a [Option<String>],
    pub(super) procedures: &'a [Option<String>],
}

/// Where a condition's lists are looked up.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    pub(super) model: &'a Model,
    pub(super) mdc: &'a MdcTable,
    pub(super) lists: &'a Lists,
}

impl Asked<'_> {
    /// All atoms of a condition hold.
    pub(super) fn fits(&self, condition: &Condition, scope: Scope<'_>) -> bool {
        condition.0.iter().all(|atom| self.holds(atom, scope))
    }

    fn holds(&self, atom: &Atom, scope: Scope<'_>) -> bool {
        match atom {
            Atom::Codes {
                kind,
                which,
                lists,
                negated,
            } => {
                let codes = match kind {
                    CodeKind::Diagnosis => self.diagnoses,
                    CodeKind::Procedure => self.procedures,
                };
                let listed = |code: &Option<String>| {
                    let code = code.as_deref();
                    code.is_some_and(|code| lists.iter().any(|list| scope.has(list, code)))
                };
                let any = match which {
                    Which::Main => codes.first().is_some_and(listed),
                    Which::Any => codes.iter().any(listed),
                    Which::Other => codes.iter().skip(1).any(listed),
                };
                any != *negated
            }
            Atom::Figure { figure, compare, value } => {
                let record = self.record;
                let given = match figure {
                    Figure::Sex => match record.sex {
                        crate::Sex::Male => Some(1),
                        crate::Sex::Female => Some(2),
                        crate::Sex::Missing | crate::Sex::Other => None,
                    },
                    Figure::Age => record.age_years.value(),
                    Figure::AgeDays => record.age_days.value(),
                    Figure::Weight => record.weight_grams.value(),
                    Figure::Stay => record.stay_days.value(),
                    Figure::IcuHours => record.icu_minutes.value(),
                    Figure::Regions => Some(self.regions(scope.mdc)),
                };
                let value = match figure {
                    // The record counts minutes.
                    Figure::IcuHours => 60 * value,
                    _ => *value,
                };
                given.is_some_and(|given| compare.holds(given, value))
            }
            Atom::Department(department) => self.department == department,
            Atom::Leaving(ways) => ways.iter().any(|way| way == self.record.discharge_way),
            Atom::Labels(alternatives) => {
                let procedures = self.procedures.iter().flatten();
                let labels: BTreeSet<&String> = procedures.filter_map(|code| scope.lists.labels.get(code)).collect();
                alternatives
                    .iter()
                    .any(|all| all.iter().all(|label| labels.contains(label)))
            }
            Atom::Complication { mcc, cc } => {
                (*mcc && self.has_complication(&scope.model.mcc, scope.model))
                    || (*cc && self.has_complication(&scope.model.cc, scope.model))
            }
            Atom::OwnLists => true,
            Atom::Never => false,
        }
    }

    /// How many body regions the diagnoses in the MDC's list lie in.
    fn regions(&self, mdc: &MdcTable) -> i32 {
        let regions = self.diagnoses.iter().flatten().filter_map(|code| mdc.regions.get(code));
        let regions: BTreeSet<&String> = regions.collect();
        i32::try_from(regions.len()).unwrap_or(i32::MAX)
    }

    /// Some other diagnosis is such a complication, and its exclusion group is not the main diagnosis's.
    fn has_complication(&self, complications: &BTreeMap<String, String>, model: &Model) -> bool {
        let main = self.diagnoses.first().and_then(Option::as_ref);
        let excluded = main.and_then(|main| model.exclusions.get(main));
        let others = self.diagnoses.iter().skip(1).flatten();
        let mut groups = others.filter_map(|code| complications.get(code));
        groups.any(|group| Some(group) != excluded)
    }
}

impl Scope<'_> {
    fn has(self, list: &List, code: &str) -> bool {
        match list {
            List::Own(name) => self
                .lists
                .by_name
                .get(name.as_str())
                .is_some_and(|codes| codes.contains(code)),
            List::Mdc => self.mdc.diagnoses.contains(code),
            List::Valid => self.model.valid.contains(code),
            List::Inline(codes) => codes.iter().any(|inline| inline == code),
        }
    }
}
