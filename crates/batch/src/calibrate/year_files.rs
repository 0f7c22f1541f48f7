//! What is told of the files of a year: years have files of one name, so each is named with its year's folder.

use crate::error::Failure;
use dianzhi_core::Text;
use dianzhi_policy::{Calibration, Diagnostic, Place};
use std::path::{Path, PathBuf};

/// A year of history, as messages name it.
pub(super) struct YearFiles {
    /// Its region file, as the calibration file writes it.
    region: String,
    path: PathBuf,
}

impl YearFiles {
    pub(super) fn of(calibration: &Calibration, year: usize) -> YearFiles {
        let region = calibration.years.get(year).map_or("", |year| year.region.as_str());
        YearFiles {
            region: region.to_owned(),
            path: calibration.dir().join(region),
        }
    }

    /// Where its region file is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// A message with the year in it: in the place, or in the words where there is none.
    pub(super) fn told(&self, diagnostic: Diagnostic) -> Diagnostic {
        let region = self.path.display().to_string();
        let folder = Path::new(&self.region).parent().unwrap_or(Path::new(""));
        let within = |place: Place| match place.file == region {
            // The region file is named by its whole path already.
            true => place,
            false => Place {
                file: folder.join(&place.file).display().to_string(),
                ..place
            },
        };
        let Diagnostic {
            code,
            severity,
            place,
            also,
            text,
            help,
        } = diagnostic;
        let text = match place {
            Some(_) => text,
            None => {
                let year = &self.region;
                Text::new(format!("{year}：{}", text.zh), format!("{year}: {}", text.en))
            }
        };
        Diagnostic {
            code,
            severity,
            place: place.map(within),
            also: also.into_iter().map(|(place, label)| (within(place), label)).collect(),
            text,
            help,
        }
    }

    /// The same of a failure.
    pub(super) fn failure(&self, failure: Failure) -> Failure {
        match failure {
            Failure::Refused(found) => {
                let told = found.0.into_iter().map(|mistake| self.told(mistake));
                told.collect::<Vec<_>>().into()
            }
            other => other,
        }
    }
}
