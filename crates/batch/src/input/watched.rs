//! Inputs that change while a run reads them.
//!
//! The figures and the fingerprints of a run come from the same bytes, read once. What is read
//! besides, a header, the lines that decide an encoding, comes from another reading of the file; so
//! every input must stand at the end as it stood before the first.

use crate::disk;
use crate::error::{changed_during_run, unreadable};
use dianzhi_policy::Diagnostic;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// An input and how it stood before it was read.
#[derive(Debug)]
pub(crate) struct Watched {
    name: String,
    path: PathBuf,
    /// `None` where it could not be told; whoever opens the file then says why.
    state: Option<State>,
}

/// Another file under the name, or other bytes in the same one, have another state.
#[derive(Debug, PartialEq, Eq)]
struct State {
    file: (u64, u64),
    bytes: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

fn state(path: &Path) -> io::Result<State> {
    let metadata = disk::metadata(path)?;
    Ok(State {
        file: (metadata.dev(), metadata.ino()),
        bytes: metadata.len(),
        modified: (metadata.mtime(), metadata.mtime_nsec()),
        changed: (metadata.ctime(), metadata.ctime_nsec()),
    })
}

impl Watched {
    pub(crate) fn new(name: &str, path: &Path) -> Watched {
        Watched {
            name: name.to_owned(),
            path: path.to_owned(),
            state: state(path).ok(),
        }
    }

    /// # Errors
    /// F105 where the input is gone, another file or was written to.
    pub(crate) fn unchanged(&self) -> Result<(), Diagnostic> {
        match state(&self.path) {
            Ok(now) if self.state.as_ref() == Some(&now) => Ok(()),
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(unreadable(&self.name, &e)),
            _ => Err(changed_during_run(&self.name)),
        }
    }
}
