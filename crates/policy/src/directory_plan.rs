//! Plans of DIP directories: which history a directory 病种目录 is made of and how (docs/DIP-DIRECTORY.md), read as
//! region files are, with every mistake at once.

mod build;
mod keys;

use crate::document::Document;
use crate::plan_file::PlanFile;
use crate::region::{folder_of, text_of};
use crate::source::Mark;
use crate::{Diagnostics, Place};
use dianzhi_calibrate::Plan;
use dianzhi_calibrate::dip::DirectoryRules;
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A validated plan of a directory.
#[derive(Clone, Debug)]
pub struct DirectoryPlan {
    /// The file, as given.
    pub path: PathBuf,
    /// Its text, as read.
    pub text: String,
    /// `directory.title`
    pub title: String,
    /// `directory.draft`: the folder with what is decided of the directory, relative to the plan.
    pub draft: String,
    /// `directory.names`: tables of the names of diagnoses and procedures, relative to the plan.
    pub names: Vec<String>,
    /// The years of history, oldest first.
    pub years: Vec<DirectoryYear>,
    /// Field → heading, where the files depart from the names that are understood anyway.
    pub columns: BTreeMap<String, String>,
    /// How types and sub-types are chosen; [`DirectoryRules::breaches`] of it is empty.
    pub rules: DirectoryRules,
    /// How their figures are found; [`Plan::breaches`] of it is empty.
    pub plan: Plan,
    document: Document,
    marks: BTreeMap<String, Mark>,
}

/// A year of history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectoryYear {
    /// Its claim files: paths or patterns, relative to the plan.
    pub claims: Vec<String>,
    /// Its first and last day, where the plan says them: they do not overlap with those of other years.
    pub days: Option<(Date, Date)>,
}

impl DirectoryPlan {
    /// Reads and validates a plan.
    ///
    /// # Errors
    /// Every mistake of the file (`P…`), or the one reason why it cannot be read (`F101`).
    ///
    /// ```
    /// let error = dianzhi_policy::DirectoryPlan::load("no/such/plan.toml".as_ref()).unwrap_err();
    /// assert_eq!(error.0[0].code, "F101");
    /// ```
    pub fn load(path: &Path) -> Result<DirectoryPlan, Diagnostics> {
        DirectoryPlan::parse(path, text_of(path)?)
    }

    /// Validates the text of a plan; `path` is where its messages say that it stands.
    ///
    /// # Errors
    /// Every mistake of the text, in its order.
    ///
    /// ```
    /// let text = "[core]\ncases_min = \"many\"\ncoverage = 0.95\n".to_owned();
    /// let errors = dianzhi_policy::DirectoryPlan::parse("plan.toml".as_ref(), text).unwrap_err();
    /// let codes: Vec<&str> = errors.0.iter().map(|error| error.code).collect();
    /// assert!(codes.contains(&"P103") && codes.contains(&"P104"));
    /// ```
    pub fn parse(path: &Path, text: String) -> Result<DirectoryPlan, Diagnostics> {
        let PlanFile { built, document, marks } = PlanFile::parse(path, &text, keys::ROOT, build::read)?;
        Ok(DirectoryPlan {
            path: path.to_owned(),
            text,
            title: built.title,
            draft: built.draft,
            names: built.names,
            years: built.years,
            columns: built.columns,
            rules: built.rules,
            plan: built.plan,
            document,
            marks,
        })
    }

    /// The folder that the file's relative paths start from.
    #[must_use]
    pub fn dir(&self) -> &Path {
        folder_of(&self.path)
    }

    /// The place of a value, by its key such as `year[1].claims` or `core.cases_min`.
    #[must_use]
    pub fn place(&self, key: &str) -> Option<Place> {
        self.marks.get(key).map(|mark| self.document.place(&mark.value))
    }
}
