//! calibration.json: what the results were made from. No clock, host or thread count in it, so that the
//! same calibration gives the same bytes.
#![allow(
    clippy::disallowed_types,
    reason = "serde's flatten expands to visitors of every number type"
)]

use super::{Opinions, Years};
use crate::input::find::relative;
use crate::input::source::{Fingerprint, Hasher};
use crate::output::run::{Engine, Records, RunInput, RunOutput, RunRegion, run_inputs};
use dianzhi_policy::Calibration;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// The version of calibration.json's layout.
const CALIBRATION_FORMAT: u32 = 1;

/// A calibration, as calibration.json holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalibrationRun {
    /// Layout of this file.
    pub format: u32,
    /// Who calibrated.
    pub engine: Engine,
    /// Its title.
    pub title: String,
    /// The calibration file.
    pub calibration: RunRegion,
    /// The years of history, oldest first.
    pub years: Vec<CalibrationRunYear>,
    /// The adjustments table, its path relative to the calibration file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adjustments: Option<RunInput>,
    /// Every output but this file.
    pub outputs: Vec<RunOutput>,
}

/// A year of history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalibrationRunYear {
    /// First day of the insurance year.
    pub year_start: String,
    /// Last day.
    pub year_end: String,
    /// Its weight.
    pub weight: u32,
    /// Its region file.
    pub region: RunRegion,
    /// Its inputs, relative to the region file.
    pub inputs: Vec<RunInput>,
    /// Its records.
    pub records: Records,
}

impl CalibrationRun {
    /// As written: indented, with a newline at its end.
    pub(super) fn to_bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        let mut bytes = serde_json::to_vec_pretty(self)?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// Records rejected in all years.
    #[must_use]
    pub fn rejected_total(&self) -> u64 {
        self.years.iter().map(|year| year.records.rejected_total()).sum()
    }
}

/// The hash of what was written already.
pub(super) fn fingerprint(bytes: &[u8]) -> Fingerprint {
    let mut hasher = Hasher::new(false);
    hasher.update(bytes);
    hasher.fingerprint()
}

/// The records of all years together.
pub(super) fn records_in_all(years: &[Records]) -> Records {
    let mut all = Records {
        read: 0,
        accepted: 0,
        rejected: BTreeMap::new(),
        grouped: None,
    };
    for year in years {
        all.read += year.read;
        all.accepted += year.accepted;
        for (code, count) in &year.rejected {
            *all.rejected.entry(code.clone()).or_default() += count;
        }
    }
    all
}

pub(super) fn run(
    calibration: &Calibration,
    years: &Years,
    opinions: Option<&Opinions>,
    outputs: Vec<RunOutput>,
    out: &Path,
) -> CalibrationRun {
    let of_year = |(at, inputs): (usize, &crate::input::Inputs)| CalibrationRunYear {
        year_start: inputs.region.year_start.to_string(),
        year_end: inputs.region.year_end.to_string(),
        weight: calibration.plan.years[at],
        region: RunRegion {
            path: relative(&inputs.region.path, out),
            text: inputs.region.text.clone(),
        },
        inputs: run_inputs(years.files[at].iter().map(|(input, print)| (input, print))),
        records: years.records[at].clone(),
    };
    let adjustments = opinions.map(|(input, print, _)| (input, print));
    CalibrationRun {
        format: CALIBRATION_FORMAT,
        engine: Engine::this(),
        title: calibration.title.clone(),
        calibration: RunRegion {
            path: relative(&calibration.path, out),
            text: calibration.text.clone(),
        },
        years: years.inputs.iter().enumerate().map(of_year).collect(),
        adjustments: run_inputs(adjustments).pop(),
        outputs,
    }
}
