//! The output folder: made whole, or gone again.

use crate::SynthError;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Large enough that a million rows are a few hundred writes.
const BUFFER_BYTES: usize = 1 << 20;

/// A folder that takes itself back unless it is [kept](Folder::keep).
pub(crate) struct Folder {
    path: PathBuf,
    written: Vec<PathBuf>,
    kept: bool,
}

impl Folder {
    pub(crate) fn create(path: &Path) -> Result<Folder, SynthError> {
        fs::create_dir(path).map_err(|source| match source.kind() {
            io::ErrorKind::AlreadyExists => SynthError::OutExists { path: path.to_owned() },
            _ => SynthError::Io {
                path: path.to_owned(),
                source,
            },
        })?;
        Ok(Folder {
            path: path.to_owned(),
            written: Vec::new(),
            kept: false,
        })
    }

    /// Writes one file through `fill`.
    pub(crate) fn file<T>(
        &mut self,
        name: &str,
        fill: impl FnOnce(&mut BufWriter<File>) -> io::Result<T>,
    ) -> Result<T, SynthError> {
        let path = self.path.join(name);
        self.written.push(path.clone());
        let fill_all = || {
            let mut out = BufWriter::with_capacity(BUFFER_BYTES, File::create_new(&path)?);
            let made = fill(&mut out)?;
            out.flush()?;
            Ok(made)
        };
        fill_all().map_err(|source| SynthError::Io { path, source })
    }

    /// Makes a folder in it; files of it are named with it.
    pub(crate) fn folder(&mut self, name: &str) -> Result<(), SynthError> {
        let path = self.path.join(name);
        fs::create_dir(&path).map_err(|source| SynthError::Io {
            path: path.clone(),
            source,
        })?;
        self.written.push(path);
        Ok(())
    }

    /// All is written: the folder stays.
    pub(crate) fn keep(mut self) {
        self.kept = true;
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if self.kept {
            return;
        }
        // Only what was written here, never a file that somebody else put in meanwhile. A failure
        // to clean up must not hide the failure that led here.
        for path in self.written.iter().rev() {
            let _ = if path.is_dir() {
                fs::remove_dir(path)
            } else {
                fs::remove_file(path)
            };
        }
        let _ = fs::remove_dir(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_leaves_nothing() {
        let home = tempfile::tempdir().unwrap();
        let out = home.path().join("out");
        let mut folder = Folder::create(&out).unwrap();
        folder.file("a.csv", |file| file.write_all(b"a\n")).unwrap();
        folder.folder("dip").unwrap();
        folder.file("dip/types.tsv", |file| file.write_all(b"code\n")).unwrap();
        let failed = folder.file("b.csv", |_| Err::<(), _>(io::Error::other("disk full")));
        assert!(failed.is_err());
        drop(folder);
        assert!(!out.exists());
    }

    #[test]
    fn a_kept_folder_stays_and_is_never_written_again() {
        let home = tempfile::tempdir().unwrap();
        let out = home.path().join("out");
        Folder::create(&out).unwrap().keep();
        assert!(matches!(Folder::create(&out), Err(SynthError::OutExists { .. })));
    }
}
