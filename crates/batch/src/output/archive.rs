//! `--archive`: the inputs go into the run, in the folders they stood in, so that the archived
//! region file settles as it stands.

use super::run::RunInput;
use crate::disk::{self, File};
use crate::error::{Failure, changed_during_run, unreadable, unwritable};
use crate::input::source::{Hasher, InputFile, each_read};
use std::io::Write;
use std::path::{Component, Path, PathBuf};

/// The folder of a run that holds its inputs.
const FOLDER: &str = "inputs";

/// Copies the inputs into `work`, checks that they are still what was read, and notes in `runs`
/// where each copy is.
pub(crate) fn archive(work: &Path, inputs: &[&InputFile], runs: &mut [RunInput]) -> Result<(), Failure> {
    // Names are relative to the region file's folder and may climb out of it; the region file goes
    // as many folders deep as the highest climb needs.
    let climbs = inputs.iter().map(|input| climb(&input.name)).max().unwrap_or(0);
    let region_folder: PathBuf = (0..climbs).map(|depth| format!("region-{depth}")).collect();
    let mut copied = std::collections::BTreeSet::new();
    for (input, run) in inputs.iter().zip(runs) {
        let place = normalized(&region_folder.join(relative_part(&input.name)));
        let archived = Path::new(FOLDER).join(place);
        // One file may serve as two tables; it is copied once.
        if copied.insert(archived.clone()) {
            copy(input, &work.join(&archived), run)?;
        }
        run.archived = Some(archived.to_string_lossy().into_owned());
    }
    sync_folders(&work.join(FOLDER))
}

/// Flushes a folder and all below it, so that the copies' names are on the disk too.
pub(super) fn sync_folders(folder: &Path) -> Result<(), Failure> {
    let unsynced = |e: std::io::Error| unwritable(folder, &e);
    for entry in disk::read_dir(folder).map_err(unsynced)? {
        let path = entry.map_err(unsynced)?.path();
        if path.is_dir() {
            sync_folders(&path)?;
        }
    }
    super::folder::sync_folder(folder)
}

fn climb(name: &str) -> usize {
    Path::new(name)
        .components()
        .filter(|c| matches!(c, Component::ParentDir))
        .count()
}

/// An absolute name loses its root: `explain` and `verify` find the copy, but the archived region
/// file itself would still look at the absolute place.
fn relative_part(name: &str) -> PathBuf {
    let parts = Path::new(name).components();
    parts
        .filter(|c| matches!(c, Component::Normal(_) | Component::ParentDir))
        .collect()
}

fn normalized(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}

fn copy(input: &InputFile, to: &Path, run: &RunInput) -> Result<(), Failure> {
    if let Some(folder) = to.parent() {
        disk::create_dir_all(folder, &mut Vec::new()).map_err(|e| unwritable(folder, &e))?;
    }
    let mut from = File::open(&input.path).map_err(|e| unreadable(&input.name, &e))?;
    let mut out = File::create_new(to).map_err(|e| unwritable(to, &e))?;
    let mut hasher = Hasher::new(run.fingerprint.sha256.is_some());
    each_read(
        &mut from,
        |e| Failure::from(unreadable(&input.name, &e)),
        |bytes| {
            hasher.update(bytes);
            Ok(out.write_all(bytes).map_err(|e| unwritable(to, &e))?)
        },
    )?;
    out.sync_all().map_err(|e| unwritable(to, &e))?;
    if hasher.fingerprint() == run.fingerprint {
        Ok(())
    } else {
        Err(changed_during_run(&input.name).into())
    }
}
