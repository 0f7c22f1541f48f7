//! Work folders: their names, who holds one, and those that killed runs have left.
//!
//! Whoever makes a run holds a lock on its work folder; the system takes it back with the process.
//! A work folder that nobody holds is what a killed run left, half made or exchanged for a newer
//! run. Nothing else bears such a name: what is kept for people is renamed first.

use crate::disk;
use std::ffi::{OsStr, OsString};
use std::fs::{File, TryLockError};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// Numbers from here on are for folders on their way out.
const LEAVING: usize = 1_000;

/// `.NAME.work-PID-NUMBER`, or another word for `work`.
pub(super) fn hidden_name(name: &OsStr, word: &str, number: usize) -> OsString {
    let mut hidden = OsString::from(".");
    hidden.push(name);
    hidden.push(format!(".{word}-{}-{number}", std::process::id()));
    hidden
}

fn is_work_name(file: &OsStr, name: &OsStr) -> bool {
    let number = |text: &[u8]| !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    let after = file
        .as_encoded_bytes()
        .strip_prefix(b".")
        .and_then(|rest| rest.strip_prefix(name.as_encoded_bytes()))
        .and_then(|rest| rest.strip_prefix(b".work-"));
    let Some(after) = after else {
        return false;
    };
    let mut parts = after.split(|&byte| byte == b'-');
    parts.next().is_some_and(number) && parts.next().is_some_and(number) && parts.next().is_none()
}

/// Whether a work folder could be held.
pub(super) enum Hold {
    /// It is held until this is dropped.
    Held(#[allow(dead_code, reason = "the lock is held, not used")] File),
    /// Someone else holds it, or has removed it.
    Taken,
    /// This filesystem knows no such locks; then nobody removes anything.
    NoLocks,
}

pub(super) fn hold(path: &Path) -> io::Result<Hold> {
    let folder = match disk::open_folder(path) {
        Ok(folder) => folder,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Hold::Taken),
        Err(e) => return Err(e),
    };
    match folder.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(Hold::Taken),
        Err(TryLockError::Error(_)) => return Ok(Hold::NoLocks),
    }
    // It may have been renamed or removed between opening and locking.
    let inode = |metadata: io::Result<std::fs::Metadata>| metadata.ok().map(|m| (m.dev(), m.ino()));
    let same = inode(folder.metadata()) == inode(std::fs::symlink_metadata(path));
    Ok(if same { Hold::Held(folder) } else { Hold::Taken })
}

/// Removes what killed runs into `parent/name` have left. What cannot be removed stays; it harms
/// nobody.
pub(super) fn remove_stale(parent: &Path, name: &OsStr) {
    let Ok(entries) = std::fs::read_dir(parent) else {
        return;
    };
    let stale = entries
        .flatten()
        .filter(|entry| is_work_name(&entry.file_name(), name) && entry.file_type().is_ok_and(|kind| kind.is_dir()));
    for (i, entry) in stale.enumerate() {
        let Ok(Hold::Held(_lock)) = hold(&entry.path()) else {
            continue;
        };
        // Under another name first: should its maker live after all, on another machine whose locks
        // are not seen here, it finds its folder gone and publishes nothing, never a part.
        let leaving = parent.join(hidden_name(name, "work", LEAVING + i));
        if disk::rename_new(&entry.path(), &leaving).is_ok() {
            let _ = disk::remove_dir_all(&leaving);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_work_folders_of_the_same_run_are_stale() {
        let is = |file: &str| is_work_name(OsStr::new(file), OsStr::new("run"));
        assert!(is(".run.work-12-0"));
        for other in [
            ".run.kept-12-0",
            ".run2.work-1-0",
            "run.work-1-0",
            ".run.work-1",
            ".run.work-1-0-0",
            ".run.work--0",
            ".run.work-a-0",
        ] {
            assert!(!is(other), "{other}");
        }
    }

    #[test]
    fn a_folder_that_nobody_holds_is_removed() {
        let scratch = tempfile::tempdir().unwrap();
        let at = |name: &str| scratch.path().join(name);
        for name in [".run.work-1-0", ".run.work-1-1", ".run.kept-1-0"] {
            std::fs::create_dir(at(name)).unwrap();
            std::fs::write(at(name).join("claims.csv"), "half").unwrap();
        }
        let held = hold(&at(".run.work-1-1"));
        assert!(matches!(held, Ok(Hold::Held(_))));
        assert!(matches!(hold(&at(".run.work-1-1")), Ok(Hold::Taken)));
        remove_stale(scratch.path(), OsStr::new("run"));
        assert!(!at(".run.work-1-0").exists());
        assert!(at(".run.work-1-1/claims.csv").exists() && at(".run.kept-1-0/claims.csv").exists());
        drop(held);
        remove_stale(scratch.path(), OsStr::new("run"));
        assert_eq!(std::fs::read_dir(scratch.path()).unwrap().count(), 1);
    }
}
