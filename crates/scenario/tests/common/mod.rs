//! What the tests of scenarios share.
#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "no test file uses all of it; a test stops at what it did not expect"
)]

use dianzhi_batch::{Progress, ReadOptions};
use dianzhi_scenario::{Outcome, Published, ScenarioOptions, run};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A year of synthetic claims.
pub(crate) fn year(folder: &Path, claims: u64) -> PathBuf {
    let options = dianzhi_synth::Options {
        claims,
        seed: 7,
        region: None,
    };
    dianzhi_synth::generate(&options, folder).unwrap();
    folder.join("region.toml")
}

pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

pub(crate) fn options(runs: bool, threads: usize) -> ScenarioOptions {
    ScenarioOptions {
        read: ReadOptions {
            threads: Some(threads),
            block_bytes: 16 << 10,
        },
        runs,
        replace: false,
    }
}

pub(crate) fn published(file: &Path, out: &Path, options: &ScenarioOptions) -> Box<Published> {
    match run(file, out, options, &Progress::default()) {
        Ok(Outcome::Published(published)) => published,
        Ok(Outcome::AlreadyThere(_)) => panic!("nothing was there"),
        Err(failure) => panic!("{failure}"),
    }
}

/// The rows of a CSV file without quotes, by column.
pub(crate) fn rows(file: &Path) -> Vec<BTreeMap<String, String>> {
    let text = fs::read_to_string(file).unwrap();
    let mut lines = text
        .lines()
        .map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
    let header = lines.next().unwrap();
    lines.map(|cells| header.iter().cloned().zip(cells).collect()).collect()
}

/// Yuan as fen.
pub(crate) fn fen(text: &str) -> i128 {
    text.replace('.', "").parse().unwrap()
}
