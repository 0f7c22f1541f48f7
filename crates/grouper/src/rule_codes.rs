//! Codes that belong together by the rules of a scheme or the types of a directory: what records to try it with can
//! be drawn from. Whether such a record is grouped, and where, the grouper says.

use crate::dip::DipDirectory;
use crate::scheme::Scheme;

/// The codes that one rule or type names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleCodes {
    /// Principal diagnoses that it takes.
    pub diagnoses: Vec<String>,
    /// Secondary diagnoses that it asks for.
    pub secondary: Vec<String>,
    /// Procedures: its lists, of each of which a record may need one.
    pub procedures: Vec<Vec<String>>,
}

/// Codes to draw records from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DrawnFrom {
    /// By rule or type, in the order of the tables.
    pub rules: Vec<RuleCodes>,
    /// Secondary diagnoses that matter anywhere: complications, and what auxiliary catalogues look at.
    pub secondary: Vec<String>,
}

impl DrawnFrom {
    /// The codes of a scheme, as claims write them: with `translate` those that its mapping turns into its own.
    ///
    /// Of a scheme that was [loaded](Scheme::load); the one that a grouper holds has no lists any more.
    ///
    /// ```
    /// use dianzhi_grouper::{DrawnFrom, Scheme};
    /// let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/group-claims/scheme");
    /// let codes = DrawnFrom::of_scheme(&Scheme::load(folder.as_ref())?, false);
    /// let stent = codes.rules.iter().find(|rule| rule.procedures.concat() == ["36.0700"]).unwrap();
    /// // The rule has no diagnoses of its own: those of its MDC.
    /// assert_eq!(stent.diagnoses, ["I21.900", "I50.900", "I10.x00"]);
    /// # Ok::<(), dianzhi_policy::Diagnostics>(())
    /// ```
    #[must_use]
    pub fn of_scheme(scheme: &Scheme, translate: bool) -> DrawnFrom {
        scheme.drawn_from(translate)
    }

    /// The codes of a directory: diagnoses as far as its types write them.
    ///
    /// ```
    /// use dianzhi_grouper::{DipDirectory, DrawnFrom};
    /// let teaching = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/dip/teaching");
    /// let codes = DrawnFrom::of_directory(&DipDirectory::load(teaching.as_ref())?);
    /// assert_eq!(codes.rules[1].procedures, [["36.0700"], ["37.6100"]]);
    /// assert!(codes.secondary.contains(&"J96".to_owned()));
    /// # Ok::<(), dianzhi_policy::Diagnostics>(())
    /// ```
    #[must_use]
    pub fn of_directory(directory: &DipDirectory) -> DrawnFrom {
        directory.drawn_from()
    }
}
