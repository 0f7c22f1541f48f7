//! What building a directory from history has to know of a record, as grouping by the directory will see it:
//! the codes that a type could be written with, and the levels of the auxiliary catalogues.

use super::directory::{Catalogue, Diagnoses, PREFIX_BYTES_MAX, Treatment};
use super::group::{code, is_none};
use super::{DipGrouper, Record};
use crate::codes::folded;

/// Procedures that one type may ask for.
pub const PROCEDURES_MAX: usize = 32;

impl DipGrouper {
    /// How a record was treated, and its procedures that count, as the record writes them: neither empty places
    /// nor excluded ones.
    ///
    /// ```
    /// use dianzhi_grouper::dip::Treatment;
    /// use dianzhi_grouper::{DipGrouper, Record};
    /// let teaching = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/dip/teaching");
    /// let grouper = DipGrouper::load(teaching.as_ref())?;
    /// // 99.1800 is excluded.
    /// let stay = Record { procedures: &["99.1800", "88.5500"], ..Record::default() };
    /// assert_eq!(grouper.procedures(&stay), (Treatment::Diagnostic, vec!["88.5500"]));
    /// # Ok::<(), dianzhi_policy::Diagnostics>(())
    /// ```
    #[must_use]
    pub fn procedures<'a>(&self, record: &Record<'a>) -> (Treatment, Vec<&'a str>) {
        let counts = |procedure: &&str| {
            let (id, _) = self.procedures.find(procedure, self.options.verbatim);
            !is_none(id, procedure) && self.procedures.class(id) != Some(None)
        };
        let procedures = record.procedures.iter().copied().filter(counts).collect();
        (code(self, record).treatment, procedures)
    }

    /// A record's level in every auxiliary catalogue that has levels, whether a type has a factor for it or not:
    /// positions in [`level_names`](Self::level_names), by [`Catalogue::position`].
    ///
    /// ```
    /// use dianzhi_grouper::dip::Catalogue;
    /// use dianzhi_grouper::{DipGrouper, Record};
    /// let teaching = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/dip/teaching");
    /// let grouper = DipGrouper::load(teaching.as_ref())?;
    /// let stay = Record { diagnoses: &["I21.000", "N18.900"], ..Record::default() };
    /// let level = grouper.levels(&stay)[Catalogue::Cci.position()].unwrap();
    /// assert_eq!(grouper.level_names(Catalogue::Cci)[level], "1-2");
    /// # Ok::<(), dianzhi_policy::Diagnostics>(())
    /// ```
    #[must_use]
    pub fn levels(&self, record: &Record<'_>) -> [Option<usize>; Catalogue::ALL.len()] {
        Catalogue::ALL.map(|catalogue| {
            let has_levels = !self.level_names(catalogue).is_empty();
            has_levels
                .then(|| self.auxiliary.look(catalogue, record, &mut 0).level)
                .flatten()
        })
    }

    /// The levels of a catalogue, as the directory names them.
    #[must_use]
    pub fn level_names(&self, catalogue: Catalogue) -> &[String] {
        self.auxiliary.level_names(catalogue)
    }
}

/// Whether a type can compare the principal diagnosis with this beginning of a code: a plain one, and no range.
///
/// ```
/// assert!(dianzhi_grouper::dip::can_be_compared("I10.x"));
/// assert!(!dianzhi_grouper::dip::can_be_compared("A00-B99"));
/// ```
#[must_use]
pub fn can_be_compared(beginning: &str) -> bool {
    let is_plain = is_plain(beginning) && beginning.len() <= PREFIX_BYTES_MAX;
    is_plain && matches!(Diagnoses::read(beginning), Ok(Diagnoses::Prefix(_)))
}

/// Whether a type can ask for a procedure of this code.
#[must_use]
pub fn can_be_asked_for(procedure: &str) -> bool {
    is_plain(procedure) && !procedure.contains('+')
}

/// A code that a table can hold in a cell of its own or among alternatives, and that compares as it stands.
fn is_plain(code: &str) -> bool {
    let is_in_code = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'|' | b'"' | b'#' | b';' | b',');
    !code.is_empty() && code.bytes().all(is_in_code) && folded(code) == code.to_ascii_lowercase()
}
