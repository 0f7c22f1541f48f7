//! Every touch of the disk that a settlement or a grouping makes goes through here, so that the tests can kill
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
    match rename_flagged(from, to, RenameFlags::NOREPLACE) {
        // A plain one takes the place of an empty folder at most.
        Err(e) if is_unknown(&e) && fs::symlink_metadata(to).is_err() => match fs::rename(from, to) {
            Err(e) if e.kind() == io::ErrorKind::DirectoryNotEmpty => Err(io::ErrorKind::AlreadyExists.into()),
            other => other,
        },
        Err(e) if is_unknown(&e) => Err(io::ErrorKind::AlreadyExists.into()),
        other => other,
    }
}

/// Exchanges two folders, in one step wherever the filesystem can do that. Elsewhere `b` stands as
/// `A.old` for a moment, which nobody removes.
pub(crate) fn exchange(a: &Path, b: &Path) -> io::Result<()> {
    match rename_flagged(a, b, RenameFlags::EXCHANGE) {
        Err(e) if is_unknown(&e) => {}
        other => return other,
    }
    let mut old = a.as_os_str().to_owned();
    old.push(".old");
    let old = PathBuf::from(old);
    rename_new(b, &old)?;
    if let Err(e) = rename_new(a, b) {
        // Should that fail too, what stood there is whole under its other name.
        let back = rename_new(&old, b);
        return Err(back.err().map_or(e, |e| elsewhere(&e, &old)));
    }
    // The exchange is done; what stood there keeps the other name where it cannot have this one.
    let _ = rename_new(&old, a);
    Ok(())
}

/// An error, and where that is which could not be put back.
fn elsewhere(e: &io::Error, old: &Path) -> io::Error {
    io::Error::new(e.kind(), format!("{e}; what stood there is {} now", old.display()))
}

fn rename_flagged(from: &Path, to: &Path, flags: RenameFlags) -> io::Result<()> {
    faults::rename(from, to)?;
    Ok(renameat_with(CWD, from, CWD, to, flags)?)
}

/// A filesystem that does not know the kind of rename asked for.
fn is_unknown(e: &io::Error) -> bool {
    let code = |errno: Errno| errno.raw_os_error();
    e.raw_os_error()
        .is_some_and(|e| e == code(Errno::INVAL) || e == code(Errno::NOSYS))
}

/// Renames a file, over whatever file has the name.
pub(crate) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    faults::touch(Touch::Rename, to)?;
    fs::rename(from, to)
}

/// Removes a file.
pub(crate) fn remove_file(path: &Path) -> io::Result<()> {
    faults::touch(Touch::Remove, path)?;
    fs::remove_file(path)
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
