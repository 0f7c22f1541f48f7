//! Every folder of seeds/ is a policy with its sources and a synthetic year that settles.
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use dianzhi::{Outcome, Progress, Region, SettleOptions, settle, verify};
use std::path::{Path, PathBuf};

fn seeds() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../seeds");
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut found: Vec<PathBuf> = entries.filter(|path| path.is_dir()).collect();
    found.sort();
    assert!(found.len() >= 5, "the five plans are there");
    found
}

/// The ways a value may be accounted for: seeds/README.md.
const MARKS: [&str; 4] = [
    "来源 source",
    "未确认默认值 unconfirmed default",
    "合成数据 synthetic",
    "文件格式 file format",
];

/// The keys of a region file, in the form that `Region::source` takes.
fn keys(region: &Region) -> Vec<String> {
    let mut keys: Vec<String> = [
        "region.code",
        "region.name",
        "region.year_start",
        "region.year_end",
        "files.claims",
        "files.groups",
        "files.hospitals",
        "rounding.points",
        "rounding.point_value",
        "rounding.money",
        "rounding.mode",
        "rounding.remainder",
        "pricing.method",
        "pricing.coefficient_not_for",
        "pricing.mean_cost_all",
        "pricing.scale",
        "deviation.low",
        "deviation.high",
        "ungrouped.share",
        "fund_share.method",
        "fund_share.floor_at_zero",
        "clearing.surplus_floor",
        "clearing.surplus_keep",
        "clearing.overspend",
        "clearing.quality_deposit",
        "clearing.assessment",
    ]
    .map(str::to_owned)
    .to_vec();
    for i in 0..region.policy.pools.len() {
        keys.extend(["id", "insutype", "budget", "reserve"].map(|key| format!("pool[{i}].{key}")));
    }
    keys
}

#[test]
fn every_value_says_where_it_comes_from() {
    for folder in seeds() {
        let region = Region::load(&folder.join("region.toml")).unwrap();
        for key in keys(&region) {
            let source = region
                .source(&key)
                .unwrap_or_else(|| panic!("{}: no {key}", folder.display()));
            let note = source.note.unwrap_or_default();
            assert!(
                MARKS.iter().any(|mark| note.contains(mark)),
                "{}: {key} on line {} is not accounted for: {note:?}",
                folder.display(),
                source.line
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
        let out = scratch.path().join(folder.file_name().unwrap());
        let progress = Progress::default();
        let outcome = settle(&folder.join("region.toml"), &out, &SettleOptions::default(), &progress).unwrap();
        let Outcome::Published(run) = outcome else {
            panic!("{}: nothing was there before", folder.display());
        };
        assert_eq!(run.run.records.rejected_total(), 0, "{}", folder.display());
        assert!(run.run.records.accepted >= 400, "{}", folder.display());
        for account in &run.settled.accounts {
            assert!(
                account.price.point_value > 0 && account.statements.len() > 5,
                "{}",
                folder.display()
            );
        }
        let verification = verify(&out, None, None, &progress).unwrap();
        assert!(verification.is_sound(), "{}: {verification:?}", folder.display());
    }
}
