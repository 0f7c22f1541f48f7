//! Grouping schemes (分组方案): everything a city's scheme says, as data. docs/SCHEME.md specifies it.
//!
//! A scheme is a handful of tables. They stand in a folder, or packed in one file; both are read by
//! [`Scheme::load`] the same way. [`Scheme::pack`] writes the file.

mod condition;
mod diff;
mod header;
mod lint;
mod lookup;
mod names;
pub(crate) mod package;
mod read;
mod rule_codes;
pub(crate) mod size;
pub(crate) mod tables;
mod tree;

pub use condition::{Atom, CodeKind, Compare, Condition, Figure, List, OWN_LISTS, Which};
pub use diff::{Change, ChangeKind, diff};
pub use header::{Ambiguous, Header, Ungrouped};
pub use lint::Remark;
pub use lookup::{KnownCode, KnownComplication, NamedBy, TakenBy, Translated};
pub use package::{PACKAGE_BYTES_MAX, Packed};
pub use tree::{ListSize, MdcTree, RuleTree, SplitTree, Tree};

pub(crate) use names::Names;

use crate::codes::{CodeId, Codes};

/// A scheme as its tables say it, every code a number.
#[derive(Clone, Debug, Default)]
pub struct Scheme {
    pub(crate) header: Header,
    /// Diagnosis codes, of every table.
    pub(crate) diagnoses: Codes,
    /// Procedure codes, of every table.
    pub(crate) procedures: Codes,
    /// In the order in which they are tried.
    pub(crate) mdcs: Vec<Mdc>,
    /// Rules of all MDCs; those of one stand together, in the order in which they are tried.
    pub(crate) adrgs: Vec<Adrg>,
    pub(crate) valid_procedures: Vec<Entry>,
    pub(crate) mcc: Vec<Grouped>,
    pub(crate) cc: Vec<Grouped>,
    /// Main diagnoses and the exclusion group of each.
    pub(crate) exclusions: Vec<Grouped>,
    /// Exclusion groups by number.
    pub(crate) exclusion_groups: Vec<String>,
    pub(crate) drg_names: Vec<(String, String)>,
    pub(crate) diagnosis_names: Names,
    pub(crate) procedure_names: Names,
    pub(crate) diagnosis_map: Vec<Translation>,
    pub(crate) procedure_map: Vec<Translation>,
    /// A claims file's department code, and the scheme's own.
    pub(crate) departments: Vec<(String, String)>,
}

/// A code of a list, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) code: CodeId,
    /// A label (labels of procedures) or a body region (multiple trauma); empty in other lists.
    pub(crate) label: String,
    pub(crate) line: u32,
}

/// A code and its exclusion group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Grouped {
    pub(crate) code: CodeId,
    pub(crate) group: u32,
    pub(crate) line: u32,
}

/// A code and what it becomes; `None`: it is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Translation {
    pub(crate) from: CodeId,
    pub(crate) to: Option<CodeId>,
    /// The table has blanks around the code that it becomes.
    pub(crate) has_blank: bool,
    pub(crate) line: u32,
}

/// 主要诊断大类.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mdc {
    pub(crate) code: String,
    /// The gate.
    pub(crate) gate: Condition,
    /// When a record that no surgical ADRG took is ambiguous.
    pub(crate) ambiguous: Condition,
    /// The diagnoses of its list; the label is the body region.
    pub(crate) diagnoses: Vec<Entry>,
    /// Its rules, positions in [`Scheme::adrgs`]: surgical ones from `first` on, then from `medical` on the others.
    pub(crate) first: usize,
    pub(crate) medical: usize,
    pub(crate) end: usize,
    pub(crate) line: u32,
}

/// 核心疾病诊断相关组: one rule. An ADRG may have several, told apart by a suffix: `AH1_1`, `AH1_2`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Adrg {
    /// With its suffix.
    pub(crate) rule: String,
    pub(crate) condition: Condition,
    /// What a record gets that fits the rule and none of its splits; `None`: the search goes on.
    pub(crate) otherwise: Option<String>,
    pub(crate) lists: OwnLists,
    pub(crate) splits: Vec<Split>,
    pub(crate) line: u32,
}

/// One DRG of an ADRG.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Split {
    pub(crate) drg: String,
    pub(crate) condition: Condition,
    pub(crate) lists: OwnLists,
    pub(crate) line: u32,
}

/// The lists of a rule or a split, in the order of [`OWN_LISTS`].
pub(crate) type OwnLists = [Vec<Entry>; OWN_LISTS.len()];

impl Adrg {
    /// The ADRG's code, without the suffix of the rule.
    pub(crate) fn code(&self) -> &str {
        self.rule.split_once('_').map_or(&self.rule, |(code, _)| code)
    }
}

impl Scheme {
    /// What it says of itself.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// How many MDCs, ADRG rules and DRGs it has.
    #[must_use]
    pub fn counts(&self) -> (usize, usize, usize) {
        let splits = self.adrgs.iter().map(|adrg| adrg.splits.len()).sum();
        (self.mdcs.len(), self.adrgs.len(), splits)
    }

    /// The group of an MDC's ambiguous records: its letter, then the code of the branch.
    pub(crate) fn ambiguous_group(&self, mdc: &Mdc) -> String {
        let letter = mdc.code.strip_prefix("MDC").unwrap_or(&mdc.code);
        format!("{letter}{}", self.header.ambiguous.adrg)
    }

    pub(crate) fn codes(&self, kind: CodeKind) -> &Codes {
        match kind {
            CodeKind::Diagnosis => &self.diagnoses,
            CodeKind::Procedure => &self.procedures,
        }
    }

    /// The name of a DRG, if the scheme has one.
    #[must_use]
    pub fn drg_name(&self, drg: &str) -> Option<&str> {
        let found = self.drg_names.iter().find(|(code, _)| code == drg);
        found.map(|(_, name)| name.as_str())
    }
}

/// The position of an own list's name.
pub(crate) fn own_list(name: &str) -> Option<usize> {
    OWN_LISTS.iter().position(|known| *known == name)
}
