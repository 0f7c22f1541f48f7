//! The region-year that the checks put their claims into: testdata/errors/base.

use dianzhi_policy::Region;
use std::path::Path;

pub(super) const REGION: &str = include_str!("../../../../testdata/errors/base/region.toml");
pub(super) const GROUPS: &str = include_str!("../../../../testdata/errors/base/groups.csv");
pub(super) const HOSPITALS: &str = include_str!("../../../../testdata/errors/base/hospitals.csv");
pub(super) const PREPAYMENTS: &str = include_str!("../../../../testdata/errors/base/prepayments.csv");

/// Its region file, in no folder.
pub(super) fn region() -> Region {
    Region::parse(Path::new("region.toml"), REGION.to_owned()).unwrap()
}

/// Writes the year with these claim files, under a region file of this text.
pub(super) fn write(folder: &Path, region: &str, claims: &[Vec<u8>]) {
    std::fs::create_dir_all(folder).unwrap();
    let names: Vec<String> = (1..=claims.len()).map(|i| format!("claims-{i}.csv")).collect();
    for (name, claims) in names.iter().zip(claims) {
        std::fs::write(folder.join(name), claims).unwrap();
    }
    let names: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
    let region = replaced(region, "[\"claims.csv\"]", &format!("[{}]", names.join(", ")));
    for (name, text) in [
        ("region.toml", region.as_str()),
        ("groups.csv", GROUPS),
        ("hospitals.csv", HOSPITALS),
        ("prepayments.csv", PREPAYMENTS),
    ] {
        std::fs::write(folder.join(name), text).unwrap();
    }
}

/// The text with one thing in it replaced.
pub(super) fn replaced(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "the base year no longer has {from}");
    text.replace(from, to)
}
