//! Scenarios with assumptions over synthetic years.

use crate::common::{options, published, rows, year};
use dianzhi_scenario::Published;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// An assumption of a kind, under the name of it.
pub(crate) fn assumption(kind: &str, share: &str, more: &str) -> String {
    named(kind, kind, share, more)
}

pub(crate) fn named(id: &str, kind: &str, share: &str, more: &str) -> String {
    format!(
        "\n[[assumption]]\nid = \"{id}\"\ntitle = \"t\"\nsource = \"unconfirmed\"\nkind = \"{kind}\"\nseed = 7\nshare = \"{share}\"\n{more}\n"
    )
}

/// A scenarios file: assumptions, and scenarios by id with what stands in them.
pub(crate) fn file_with(folder: &Path, baseline: &Path, assumptions: &str, scenarios: &[(&str, &str)]) -> PathBuf {
    let baseline = baseline.canonicalize().unwrap();
    let mut text = format!(
        "[comparison]\ntitle = \"t\"\nauthor = \"a\"\npolicy = \"p\"\ndate = \"2026-01-01\"\nbaseline = \"{}\"\n{assumptions}",
        baseline.display()
    );
    for (id, more) in scenarios {
        text += &format!("\n[[scenario]]\nid = \"{id}\"\ntitle = \"t\"\npolicy = \"p\"\n{more}\n");
    }
    fs::create_dir_all(folder).unwrap();
    let file = folder.join("scenarios.toml");
    fs::write(&file, text).unwrap();
    file
}

/// One scenario with one assumption, carried out on a year of 600 synthetic claims.
pub(crate) struct Scene {
    pub(crate) scratch: tempfile::TempDir,
    pub(crate) made: Box<Published>,
}

impl Scene {
    pub(crate) fn of(kind: &str, share: &str, more: &str) -> Scene {
        Scene::with(&assumption(kind, share, more), &format!("assume = [\"{kind}\"]"))
    }

    pub(crate) fn with(assumptions: &str, scenario: &str) -> Scene {
        let scratch = tempfile::tempdir().unwrap();
        let region = year(&scratch.path().join("year"), 600);
        let file = file_with(scratch.path(), &region, assumptions, &[("one", scenario)]);
        let made = published(&file, &scratch.path().join("out"), &options(true, 2));
        Scene { scratch, made }
    }

    pub(crate) fn before(&self) -> Vec<BTreeMap<String, String>> {
        rows(&self.scratch.path().join("year/claims.csv"))
    }

    pub(crate) fn after(&self) -> Vec<BTreeMap<String, String>> {
        rows(&self.claims())
    }

    pub(crate) fn claims(&self) -> PathBuf {
        self.scratch.path().join("out/one/claims/claims-1.csv")
    }

    pub(crate) fn counts(&self) -> BTreeMap<String, String> {
        rows(&self.scratch.path().join("out/assumptions.csv")).remove(0)
    }

    /// Records before and after, of one id each.
    pub(crate) fn pairs(&self) -> Vec<(BTreeMap<String, String>, BTreeMap<String, String>)> {
        let (before, after) = (self.before(), self.after());
        assert_eq!(before.len(), after.len());
        let pairs: Vec<_> = before.into_iter().zip(after).collect();
        assert!(pairs.iter().all(|(a, b)| id(a) == id(b)));
        pairs
    }
}

/// The first heading of a file that was written again stands behind a mark.
pub(crate) fn id(row: &BTreeMap<String, String>) -> &str {
    row.get("setl_id").or_else(|| row.get("\u{feff}setl_id")).unwrap()
}
