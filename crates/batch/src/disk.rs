//! Every touch of the disk that a settlement makes goes through here, so that the tests can kill
//! it, fail it or pause it at each one (the feature `faults`). Without that feature these are the
//! calls of the standard library and nothing else.
//!
//! Exempt are looks whose failure changes nothing or is told by the next touch: the region file's
//! one reading (`dianzhi-policy` knows no `batch`), the matching of patterns, whether and as what
//! something stands at a path, sizes for the progress, locks, and the list of what killed runs left.

#[cfg(feature = "faults")]
mod faults;
#[cfg(not(feature = "faults"))]
#[path = "disk/no_faults.rs"]
mod faults;

pub(crate) use faults::block_bytes;
use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// What a run does to the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(not(feature = "faults"), allow(dead_code, reason = "told to nobody"))]
enum Touch {
    CreateFolder,
    Create,
    Open,
    Read,
    Write,
    SyncFile,
    SyncFolder,
    Rename,
    Remove,
    Stat,
    List,
}

/// An open file.
pub(crate) struct File {
    file: fs::File,
    noted: faults::Noted,
}

impl File {
    /// Opens a file to read it.
    pub(crate) fn open(path: &Path) -> io::Result<File> {
        faults::touch(Touch::Open, path)?;
        Ok(File {
            file: fs::File::open(path)?,
            noted: faults::note(path),
        })
    }

    /// Makes a file that is not there yet.
    pub(crate) fn create_new(path: &Path) -> io::Result<File> {
        faults::touch(Touch::Create, path)?;
        Ok(File {
            file: fs::File::create_new(path)?,
            noted: faults::note(path),
        })
    }

    /// What the file is.
    pub(crate) fn metadata(&self) -> io::Result<fs::Metadata> {
        self.file.metadata()
    }

    /// Flushes the file to the disk.
    pub(crate) fn sync_all(&self) -> io::Result<()> {
        faults::sync(Touch::SyncFile, &self.noted, || self.file.sync_all())
    }
}

impl Read for File {
    #[inline]
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        faults::read(&self.noted)?;
        self.file.read(buffer)
    }
}

impl Write for File {
    #[inline]
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        faults::write(&mut self.file, &self.noted, bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// What stands at a path, links followed.
pub(crate) fn metadata(path: &Path) -> io::Result<fs::Metadata> {
    faults::touch(Touch::Stat, path)?;
    fs::metadata(path)
}

/// What stands in a folder.
pub(crate) fn read_dir(path: &Path) -> io::Result<fs::ReadDir> {
    faults::touch(Touch::List, path)?;
    fs::read_dir(path)
}

/// Opens a folder, to lock it.
pub(crate) fn open_folder(path: &Path) -> io::Result<fs::File> {
    faults::touch(Touch::Open, path)?;
    fs::File::open(path)
}

/// Makes one folder.
pub(crate) fn create_dir(path: &Path) -> io::Result<()> {
    faults::touch(Touch::CreateFolder, path)?;
    fs::create_dir(path)
}

/// Makes a folder and those above it that are missing, and adds the ones it made to `made`, the
/// outermost first; also where it fails halfway.
pub(crate) fn create_dir_all(path: &Path, made: &mut Vec<PathBuf>) -> io::Result<()> {
    let missing = |folder: &&Path| !folder.as_os_str().is_empty() && !folder.exists();
    let missing: Vec<&Path> = path.ancestors().take_while(missing).collect();
    for folder in missing.into_iter().rev() {
        match create_dir(folder) {
            Ok(()) => made.push(folder.to_owned()),
            // Another run made it, or it ends in `..`.
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => {}
            Err(e) => return Err(e),
        }
    }
    let is_folder = path.as_os_str().is_empty() || path.is_dir();
    is_folder
        .then_some(())
        .ok_or_else(|| io::Error::from_raw_os_error(Errno::EXIST.raw_os_error()))
}

/// Flushes the names in a folder to the disk.
pub(crate) fn sync_folder(path: &Path) -> io::Result<()> {
    let noted = faults::note(path);
    faults::sync(Touch::SyncFolder, &noted, || fs::File::open(path)?.sync_all())
}

/// Renames to a name that must be free: `AlreadyExists` where it is not.
pub(crate) fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    faults::rename(from, to)?;
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        Ok(()) => Ok(()),
        // A filesystem without this rename: a plain one takes the place of an empty folder at most.
        Err(Errno::INVAL | Errno::NOSYS) if fs::symlink_metadata(to).is_err() => fs::rename(from, to),
        Err(Errno::INVAL | Errno::NOSYS) => Err(io::Error::from(io::ErrorKind::AlreadyExists)),
        Err(e) => Err(e.into()),
    }
}

/// Exchanges two folders in one step.
pub(crate) fn exchange(a: &Path, b: &Path) -> io::Result<()> {
    faults::rename(a, b)?;
    Ok(renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE)?)
}

/// Removes an empty folder.
pub(crate) fn remove_dir(path: &Path) -> io::Result<()> {
    faults::touch(Touch::Remove, path)?;
    fs::remove_dir(path)
}

/// Removes a folder and all in it.
pub(crate) fn remove_dir_all(path: &Path) -> io::Result<()> {
    faults::touch(Touch::Remove, path)?;
    fs::remove_dir_all(path)
}
