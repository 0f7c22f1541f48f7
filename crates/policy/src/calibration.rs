//! Calibration files: which years of history are calibrated from and how (docs/CALIBRATION.md), read as
//! region files are, with every mistake at once.

pub(crate) mod build;
pub(crate) mod keys;
pub(crate) mod words;

use crate::document::Document;
use crate::plan_file::PlanFile;
use crate::region::{folder_of, text_of};
use crate::source::{Mark, Source};
use crate::{Diagnostics, Place};
use dianzhi_calibrate::Plan;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A validated calibration file.
#[derive(Clone, Debug)]
pub struct Calibration {
    /// The file, as given.
    pub path: PathBuf,
    /// Its text, as read.
    pub text: String,
    /// `calibration.title`
    pub title: String,
    /// Whether each pool is calibrated by itself.
    pub pools_apart: bool,
    /// The years of history, oldest first.
    pub years: Vec<CalibrationYear>,
    /// `adjustments.file`, if there are adjustments.
    pub adjustments: Option<String>,
    /// How; [`Plan::breaches`] of it is empty.
    pub plan: Plan,
    document: Document,
    marks: BTreeMap<String, Mark>,
}

/// A year of history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalibrationYear {
    /// Its region file, relative to the calibration file.
    pub region: String,
}

impl Calibration {
    /// Reads and validates a calibration file.
    ///
    /// # Errors
    /// Every mistake of the file (`P…`), or the one reason why it cannot be read (`F101`).
    ///
    /// ```
    /// let error = dianzhi_policy::Calibration::load("no/such/calibration.toml".as_ref()).unwrap_err();
    /// assert_eq!(error.0[0].code, "F101");
    /// ```
    pub fn load(path: &Path) -> Result<Calibration, Diagnostics> {
        Calibration::parse(path, text_of(path)?)
    }

    /// Validates the text of a calibration file; `path` is where its messages say that it stands.
    ///
    /// # Errors
    /// Every mistake of the text, in its order.
    ///
    /// ```
    /// let text = "[trimming]\nmethod = \"iqr\"\ntimes = 1.5\n".to_owned();
    /// let errors = dianzhi_policy::Calibration::parse("calibration.toml".as_ref(), text).unwrap_err();
    /// let codes: Vec<&str> = errors.0.iter().map(|error| error.code).collect();
    /// assert!(codes.contains(&"P103") && codes.contains(&"P104"));
    /// ```
    pub fn parse(path: &Path, text: String) -> Result<Calibration, Diagnostics> {
        let PlanFile { built, document, marks } = PlanFile::parse(path, &text, keys::ROOT, build::read)?;
        Ok(Calibration {
            path: path.to_owned(),
            text,
            title: built.title,
            pools_apart: built.pools_apart,
            years: built.years,
            adjustments: built.adjustments,
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

    /// The place of a value, by its key such as `year[1].region` or `weights.reference`.
    #[must_use]
    pub fn place(&self, key: &str) -> Option<Place> {
        self.marks.get(key).map(|mark| self.document.place(&mark.value))
    }

    /// A value as written and the comment beside it, by its key.
    #[must_use]
    pub fn source(&self, key: &str) -> Option<Source> {
        self.marks.get(key).map(|mark| Source::of(&self.document, mark))
    }
}
