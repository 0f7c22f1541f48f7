//! Any text in the place of a source of a small city.

use super::known::are_sound;
use super::parts::{parts, replaced};
use super::scheme::looked_at;
use crate::opendrg::{import, source::City};
use crate::scheme::{Packed, Scheme, diff};
use dianzhi_policy::Diagnostics;
use std::collections::BTreeMap;

#[allow(dead_code, reason = "the tables and the broken sources are for tests")]
#[path = "../../tests/opendrg/small.rs"]
mod small;

fn read(files: &BTreeMap<String, Vec<u8>>) -> Result<Packed, Diagnostics> {
    import(&City::in_memory("smalltown_2025", files.clone()))
}

fn files(data: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let files = replaced(small::FILES, &parts(data));
    files.into_iter().map(|file| (file.name, file.bytes)).collect()
}

/// Every mistake names a file, and a line that the file has. What is read is a sound package.
pub fn opendrg(data: &[u8]) {
    let files = files(data);
    match read(&files) {
        Err(mistakes) => {
            are_sound(&mistakes.0);
            for mistake in &mistakes.0 {
                let Some(place) = &mistake.place else {
                    assert_eq!(mistake.code, "S109", "{mistake:?}");
                    continue;
                };
                // Of the tables that the sources become a mistake can be told too.
                if let Some(name) = place.file.strip_prefix("smalltown_2025/") {
                    let text = files.get(name).unwrap_or_else(|| panic!("{mistake:?}"));
                    let lines = text.split(|&byte| byte == b'\n').count() as u64;
                    assert!((1..=lines).contains(&place.line), "{mistake:?}, {lines} lines");
                }
            }
        }
        Ok(packed) => {
            looked_at(&packed.scheme);
            let again = Scheme::of_package("p.dzs", &packed.bytes).unwrap();
            assert_eq!(diff(&packed.scheme, &again), []);
        }
    }
}

#[cfg(test)]
pub(super) fn is_read(data: &[u8]) -> bool {
    read(&files(data)).is_ok()
}
