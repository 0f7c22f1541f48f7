//! Every region-year of the reference collection beside the project gives its expected bytes.
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use dianzhi_batch::{Failure, Outcome, Progress, ReadOptions, SettleOptions, settle};
use std::path::{Path, PathBuf};

/// The reference region-years, or aloud that they are not here.
fn region_years() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/reference");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        println!("skipped: the reference region-years are not beside this checkout");
        return Vec::new();
    };
    let mut found: Vec<PathBuf> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("region.toml").is_file())
        .collect();
    found.sort();
    assert!(
        found.len() >= 10,
        "the collection holds ten region-years, found {}",
        found.len()
    );
    found
}

fn cells(path: &Path) -> Vec<Vec<Vec<u8>>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_path(path).unwrap();
    let message = 5;
    reader
        .byte_records()
        .map(|record| {
            let record = record.unwrap();
            record
                .iter()
                .enumerate()
                .filter(|(i, _)| *i != message)
                .map(|(_, cell)| cell.to_vec())
                .collect()
        })
        .collect()
}

fn same_as_expected(folder: &Path, run: &Path) {
    for file in ["claims.csv", "hospitals.csv", "pools.csv"] {
        let expected = std::fs::read_to_string(folder.join("expected").join(file)).unwrap();
        let found = std::fs::read_to_string(run.join(file)).unwrap();
        for (i, (found, expected)) in found.lines().zip(expected.lines()).enumerate() {
            assert_eq!(found, expected, "{} {file} line {}", folder.display(), i + 1);
        }
        assert!(found == expected, "{} {file} has another length", folder.display());
    }
    let (found, expected) = (
        cells(&run.join("rejects.csv")),
        cells(&folder.join("expected/rejects.csv")),
    );
    for (found, expected) in found.iter().zip(&expected) {
        assert_eq!(found, expected, "{} rejects.csv", folder.display());
    }
    assert_eq!(found.len(), expected.len(), "{} rejects.csv", folder.display());
}

fn run(region: &Path, out: &Path, threads: usize, block_bytes: usize) -> Result<Outcome, Failure> {
    let options = SettleOptions {
        read: ReadOptions {
            threads: Some(threads),
            block_bytes,
        },
        ..SettleOptions::default()
    };
    settle(region, out, &options, &Progress::default())
}

#[test]
fn every_region_year_gives_the_expected_bytes() {
    let scratch = tempfile::tempdir().unwrap();
    let mut compared = 0;
    for folder in region_years() {
        for (threads, block_bytes) in [(1, 512 << 10), (2, 4096), (3, 700), (7, 1)] {
            let out = scratch
                .path()
                .join(format!("{}-{threads}", folder.file_name().unwrap().to_string_lossy()));
            run(&folder.join("region.toml"), &out, threads, block_bytes).unwrap();
            same_as_expected(&folder, &out);
        }
        compared += 1;
    }
    println!("{compared} region-years compared");
}
