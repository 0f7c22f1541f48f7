//! DIP: from the diagnoses and procedures of a stay to its type, by a directory (docs/DIP.md).
//!
//! The rules are those of the DIP technical specification (医保办发〔2020〕50号) and the draft of
//! its version 3.0; what they leave open is data of the directory.

mod auxiliary;
mod check;
mod compile;
mod directory;
mod explain;
mod group;
mod header;
mod levels;
mod measure;
mod prefixes;
mod read;
mod read_auxiliary;
mod rows;
mod rule_codes;

pub use directory::{Catalogue, DipDirectory, DipKind, Treatment};
pub use explain::{DipExplanation, DipStep, Figure, FigureUnit};
pub use header::{AuxiliaryRules, Combine, Criterion, DiagnosisList, DipHeader, IcuDays};
pub use measure::{PROCEDURES_MAX, can_be_asked_for, can_be_compared};

use crate::codes::CodeId;
use crate::engine::GroupOptions;
use crate::grouping::{Reason, Status};
use crate::record::Record;
use auxiliary::Auxiliary;
use compile::{Place, Posting, Procedures, Type};
use dianzhi_core::Decimal;
use dianzhi_policy::Diagnostics;

use prefixes::Prefixes;
use rustc_hash::FxHashMap;
use std::path::Path;

/// A DIP directory compiled for grouping. It is not changed by grouping, so threads can share it.
///
/// ```
/// use dianzhi_grouper::{DipGrouper, Given, Record, Sex, Status};
///
/// let teaching = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/dip/teaching");
/// let grouper = DipGrouper::load(teaching.as_ref())?;
/// let stay = Record {
///     sex: Sex::Male,
///     age_years: Given::Is(63),
///     stay_days: Given::Is(9),
///     diagnoses: &["I21.000", "E11.900"],
///     procedures: &["36.0700"],
///     ..Record::default()
/// };
/// let grouping = grouper.group(&stay);
/// assert_eq!((grouping.status, grouping.group_code), (Status::Grouped, "T-I21.0-PCI"));
/// # Ok::<(), dianzhi_policy::Diagnostics>(())
/// ```
#[derive(Debug)]
pub struct DipGrouper {
    directory: DipDirectory,
    options: GroupOptions,
    procedures: Procedures,
    diagnoses: Prefixes,
    /// For each number of `diagnoses` the types there.
    places: Vec<Place>,
    /// By number of the diagnosis and of the procedure.
    postings: FxHashMap<(u32, CodeId), Vec<Posting>>,
    types: Vec<Type>,
    /// The types' positions.
    by_code: FxHashMap<String, u32>,
    criteria: Vec<Criterion>,
    auxiliary: Auxiliary,
}

/// What a DIP directory says of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DipGrouping<'g> {
    /// [`Status::Grouped`], [`Status::Ungrouped`], or [`Status::CheckFailed`] of a record discharged
    /// outside the directory's days.
    pub status: Status,
    /// The type's code; of an ungrouped record the blank group's, or empty where there is none; empty
    /// of a record that failed the check.
    pub group_code: &'g str,
    /// The type's kind; `None` of a record without a type.
    pub kind: Option<DipKind>,
    /// What the type's score is multiplied by; 1 where no auxiliary catalogue says otherwise.
    pub factor: Decimal,
    /// The catalogues that made the factor, in the order of [`Catalogue`].
    pub auxiliary: Vec<AuxiliaryFactor<'g>>,
    /// Why there is no type, and what is worth a look beside one; empty for most records.
    pub reasons: Vec<Reason>,
    /// Codes that were found only after blanks, widths or letter case were mended.
    pub mended: u32,
}

/// One auxiliary catalogue's factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuxiliaryFactor<'g> {
    /// Which catalogue.
    pub catalogue: Catalogue,
    /// The record's level in it, as the directory names it.
    pub level: &'g str,
    /// Its factor for the type.
    pub factor: Decimal,
}

impl DipGrouping<'_> {
    /// The reasons as they stand in output files, `;` between them.
    #[must_use]
    pub fn reason(&self) -> String {
        let reasons: Vec<String> = self.reasons.iter().map(ToString::to_string).collect();
        reasons.join(";")
    }
}

impl DipGrouper {
    /// Loads a directory from its folder and compiles it.
    ///
    /// # Errors
    /// Every mistake of the directory, each with its file and line.
    pub fn load(folder: &Path) -> Result<DipGrouper, Diagnostics> {
        Ok(DipGrouper::new(DipDirectory::load(folder)?, GroupOptions::default()))
    }

    /// The same directory with other options; it is compiled anew.
    #[must_use]
    pub fn with(self, options: GroupOptions) -> DipGrouper {
        DipGrouper::new(self.directory, options)
    }

    /// Its options.
    #[must_use]
    pub fn options(&self) -> GroupOptions {
        self.options
    }

    /// The directory.
    #[must_use]
    pub fn directory(&self) -> &DipDirectory {
        &self.directory
    }

    /// Groups one record.
    #[must_use]
    pub fn group(&self, record: &Record<'_>) -> DipGrouping<'_> {
        match self.outside_validity(record) {
            Some(day) => DipGrouping {
                status: Status::CheckFailed,
                group_code: "",
                kind: None,
                factor: Decimal::ONE,
                auxiliary: Vec::new(),
                reasons: vec![Reason::OutsideValidity(day.to_string())],
                mended: 0,
            },
            None => group::group(self, record),
        }
    }

    /// What the directory says of a record whose type was named beforehand: the factor of its
    /// auxiliary catalogues. `None` where it has no such type, compared exactly, or is not valid on
    /// the day of discharge.
    ///
    /// ```
    /// use dianzhi_grouper::{DipGrouper, Given, Record};
    /// let teaching = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/dip/teaching");
    /// let grouper = DipGrouper::load(teaching.as_ref())?;
    /// let stay = Record { age_years: Given::Is(84), diagnoses: &["I21.000"], ..Record::default() };
    /// assert!(grouper.of_type("T-I21.0-PCI", &stay).is_some());
    /// assert!(grouper.of_type("T-unheard-of", &stay).is_none());
    /// # Ok::<(), dianzhi_policy::Diagnostics>(())
    /// ```
    #[must_use]
    pub fn of_type(&self, code: &str, record: &Record<'_>) -> Option<DipGrouping<'_>> {
        let of = *self.by_code.get(code)?;
        let is_valid = self.outside_validity(record).is_none();
        is_valid.then(|| group::of_type(self, of, record))
    }

    /// The steps of [`DipGrouper::of_type`].
    #[must_use]
    pub fn explain_of_type(&self, code: &str, record: &Record<'_>) -> Option<DipExplanation<'_>> {
        let of = *self.by_code.get(code)?;
        let is_valid = self.outside_validity(record).is_none();
        is_valid.then(|| explain::explain_of_type(self, of, record))
    }

    /// The day of discharge where the directory is not valid on it.
    fn outside_validity(&self, record: &Record<'_>) -> Option<u32> {
        let header = self.directory.header();
        let number = |day: &str| day.replace('-', "").parse::<u32>().ok();
        let day = record.discharge_day?;
        let is_before = number(&header.valid_from).is_some_and(|first| day < first);
        let is_behind = number(&header.valid_to).is_some_and(|last| day > last);
        (is_before || is_behind).then_some(day)
    }

    /// Every step of grouping one record.
    ///
    /// ```
    /// use dianzhi_grouper::dip::DipStep;
    /// use dianzhi_grouper::{DipGrouper, Record};
    /// let teaching = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/dip/teaching");
    /// let grouper = DipGrouper::load(teaching.as_ref())?;
    /// let stay = Record { diagnoses: &["I21.000"], ..Record::default() };
    /// let told = grouper.explain(&stay);
    /// assert_eq!(told.grouping, grouper.group(&stay));
    /// let chosen = told.steps.iter().find(|step| matches!(step, DipStep::Fitted { chosen: true, .. }));
    /// assert!(chosen.is_some());
    /// # Ok::<(), dianzhi_policy::Diagnostics>(())
    /// ```
    #[must_use]
    pub fn explain(&self, record: &Record<'_>) -> DipExplanation<'_> {
        match self.outside_validity(record) {
            Some(_) => DipExplanation {
                grouping: self.group(record),
                steps: Vec::new(),
            },
            None => explain::explain(self, record),
        }
    }
}
