//! Criterion benches, one file per question: `cargo bench -p benches`.
//!
//! * `kernel`: what does one case cost, priced and paid?
//! * `read`: what does a row cost, from the file to a checked claim?
//! * `duplicates`: what does it cost to know that no id stands twice, and what if some do?
//! * `write`: what does a row of claims.csv cost, beside paying its claim?
//! * `grouping`: what does a record cost to group, in memory and from CSV to CSV, and a package to load?
//! * `calibrate`: what does a case of history cost to calibrate from, in memory?
//! * `settle`: what does a whole region-year cost, files in, run directory out, by size and threads?
//!
//! Whole processes beside rivals, and the growth of cost with the claims: `compare/compare.py`.
//! How figures are taken and the record of them: docs/BENCHMARKS.md.

use std::path::{Path, PathBuf};

/// Makes a synthetic region-year in `folder`, the same one every time; its region file.
///
/// # Panics
/// Where the folder cannot be written.
#[must_use]
pub fn year(folder: &Path, claims: u64) -> PathBuf {
    let options = dianzhi_synth::Options {
        claims,
        seed: 1,
        region: None,
    };
    if let Err(error) = dianzhi_synth::generate(&options, folder) {
        panic!("no year of {claims} claims: {}", error.text());
    }
    folder.join("region.toml")
}
