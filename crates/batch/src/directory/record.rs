//! directory.json: what a directory was made from. No clock, host or thread count in it, so that the same plan
//! gives the same bytes.
#![allow(
    clippy::disallowed_types,
    reason = "serde's flatten expands to visitors of every number type"
)]

use crate::output::run::{Engine, Records, RunInput, RunOutput, RunRegion};
use serde::{Deserialize, Serialize};

/// The version of directory.json's layout.
pub(super) const DIRECTORY_FORMAT: u32 = 1;

/// How a directory was made, as directory.json holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DirectoryRun {
    /// Layout of this file.
    pub format: u32,
    /// Who made it.
    pub engine: Engine,
    /// Its title.
    pub title: String,
    /// The plan.
    pub plan: RunRegion,
    /// The files of the draft, then the claim files, relative to the plan.
    pub inputs: Vec<RunInput>,
    /// Records of all years.
    pub records: Records,
    /// What came of them.
    pub summary: DirectorySummary,
    /// Every output but this file.
    pub outputs: Vec<RunOutput>,
}

/// A directory in short.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DirectorySummary {
    /// Core types.
    pub core: u64,
    /// Their cases.
    pub core_cases: u64,
    /// Basic types 基本规则.
    #[serde(default)]
    pub basic: u64,
    /// Their cases.
    #[serde(default)]
    pub basic_cases: u64,
    /// Mixed types.
    pub mixed: u64,
    /// Their cases.
    pub mixed_cases: u64,
    /// Cases without a type.
    pub ungrouped: u64,
    /// Sub-types that pay apart.
    pub sub_types: u64,
}

impl DirectoryRun {
    /// As written: indented, with a newline at its end.
    pub(super) fn to_bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        let mut bytes = serde_json::to_vec_pretty(self)?;
        bytes.push(b'\n');
        Ok(bytes)
    }
}
