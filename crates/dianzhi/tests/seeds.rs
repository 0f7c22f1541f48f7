//! Every folder of seeds/ is a policy with its sources and a synthetic year that settles.
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use dianzhi::{Outcome, Progress, Region, SettleOptions, settle, verify};
use std::path::{Path, PathBuf};

fn seeds() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../seeds");
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut found: Vec<PathBuf> = entries.filter(|path| path.is_dir()).collect();
    found.sort();
    assert!(found.len() >= 8, "the five plans and three more rules are there");
    found
}

/// The ways a value may be accounted for: seeds/README.md.
const MARKS: [&str; 4] = [
    "来源 source",
    "未确认默认值 unconfirmed default",
    "合成数据 synthetic",
    "文件格式 file format",
];

/// The comment of a value, or of the list or group of keys that it stands in.
fn note_of(region: &Region, key: &str) -> String {
    let mut path = key;
    loop {
        let note = region.source(path).and_then(|source| source.note).unwrap_or_default();
        if MARKS.iter().any(|mark| note.contains(mark)) {
            return note;
        }
        match path.rfind(['.', '[']) {
            // What is said of a whole section is its heading.
            Some(end) if path[..end].contains('.') => path = &path[..end],
            _ => return String::new(),
        }
    }
}

#[test]
fn every_value_says_where_it_comes_from() {
    for folder in seeds() {
        let region = Region::load(&folder.join("region.toml")).unwrap();
        let values = region.values();
        assert!(values.len() > 30, "{}", folder.display());
        for value in values {
            assert!(
                !note_of(&region, &value.key).is_empty(),
                "{}: {} on line {} is not accounted for: {:?}",
                folder.display(),
                value.key,
                value.source.line,
                value.source.note
            );
        }
        let implicit = std::fs::read_to_string(folder.join("implicit.md")).unwrap();
        assert!(implicit.contains("尚未表达"), "{}", folder.display());
    }
}

#[test]
fn every_seed_settles_and_verifies() {
    let scratch = tempfile::tempdir().unwrap();
    for folder in seeds() {
        let seed = folder.display();
        let out = scratch.path().join(folder.file_name().unwrap());
        let progress = Progress::default();
        let outcome = settle(&folder.join("region.toml"), &out, &SettleOptions::default(), &progress).unwrap();
        let Outcome::Published(run) = outcome else {
            panic!("{seed}: nothing was there before");
        };
        assert_eq!(run.run.records.rejected_total(), 0, "{seed}");
        assert!(run.run.records.accepted >= 400, "{seed}");
        let by_points = run
            .settled
            .accounts
            .iter()
            .filter(|account| account.price.point_value > 0);
        let mut pools = 0;
        for account in by_points {
            assert!(account.statements.len() > 5, "{seed}");
            pools += 1;
        }
        assert!(pools >= 2, "{seed}: employees and residents");
        for account in &run.settled.accounts {
            assert!(!account.statements.is_empty(), "{seed}: a pool that pays nobody");
        }
        // Methods that no claim reaches would be tried by nobody.
        for paid in &run.settled.routes {
            assert!(
                paid.totals.cases > 0,
                "{seed}: no claim takes route {} to pool {}",
                paid.route,
                paid.pool
            );
        }
        let verification = verify(&out, None, None, &progress).unwrap();
        assert!(
            verification.is_sound() && verification.is_complete(),
            "{seed}: {verification:?}"
        );
    }
}
