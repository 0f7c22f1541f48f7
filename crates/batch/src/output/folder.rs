//! A run directory appears whole or not at all: it is made under another name beside its place,
//! every file flushed to the disk, and then renamed.

use super::stale::{Hold, hidden_name, hold, remove_stale};
use crate::codes::F107;
use crate::disk::{self, File};
use crate::error::{Failure, error, unsynced, unwritable};
use crate::input::source::{Fingerprint, Hasher};
use dianzhi_core::Text;
use std::ffi::OsStr;
use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Names tried, and times that another run may come between.
const TRIES: usize = 1_000;

/// A run directory in the making. Dropped, it is gone; kept, its path is told.
pub(crate) struct WorkFolder {
    path: PathBuf,
    target: PathBuf,
    /// Dropped behind the folder itself.
    parent: Parent,
    /// Held as long as the folder is in the making; `None` on a filesystem without locks.
    _lock: Option<fs::File>,
    remove: bool,
}

/// The folder that the run goes into. Those above it that had to be made are removed again unless
/// something stands in them by then.
struct Parent {
    path: PathBuf,
    made: Vec<PathBuf>,
}

/// Where a run came to stand.
#[derive(Debug)]
pub(crate) enum Placed {
    /// At its name.
    There,
    /// At its name; what stood there was no run and has another name now.
    SetAside(PathBuf),
    /// Nowhere: another run or something else has its name.
    Occupied,
}

/// How the name was taken, to give it back.
enum Taken {
    Free,
    Exchanged,
    SetAside(PathBuf),
}

impl WorkFolder {
    /// Makes a work folder beside `target`, and the folders above it. What killed runs into the
    /// same target have left is removed.
    pub(crate) fn create(target: &Path) -> Result<WorkFolder, Failure> {
        let name = target.file_name().ok_or_else(|| {
            let none = io::Error::new(io::ErrorKind::InvalidInput, "the path names no folder");
            unwritable(target, &none)
        })?;
        let mut parent = Parent {
            path: folder_of(target),
            made: Vec::new(),
        };
        parent.make()?;
        remove_stale(&parent.path, name);
        let mut number = 0;
        loop {
            let path = parent.path.join(hidden_name(name, "work", number));
            number += 1;
            match disk::create_dir(&path) {
                Ok(()) => {}
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists && number < TRIES => continue,
                // A run that failed took the folders above with it.
                Err(e) if e.kind() == io::ErrorKind::NotFound && number < TRIES => {
                    parent.make()?;
                    continue;
                }
                Err(e) => return Err(unwritable(&path, &e).into()),
            }
            let lock = match hold(&path) {
                Hold::Held(lock) => Some(lock),
                Hold::NoLocks => None,
                // Another run took it for a killed one's before it could be held.
                Hold::Taken => continue,
            };
            return Ok(WorkFolder {
                path,
                target: target.to_owned(),
                parent,
                _lock: lock,
                remove: true,
            });
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes one file and flushes it to the disk.
    pub(crate) fn write(&self, name: &str, bytes: &[u8], with_sha256: bool) -> Result<Fingerprint, Failure> {
        let path = self.path.join(name);
        let written = File::create_new(&path).and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        });
        written.map_err(|e| unwritable(&path, &e))?;
        let mut hasher = Hasher::new(with_sha256);
        hasher.update(bytes);
        Ok(hasher.fingerprint())
    }

    /// Leaves the folder beside its place, for people to look at.
    pub(crate) fn keep(mut self) -> PathBuf {
        self.remove = false;
        self.parent.made.clear();
        // Under its work name a later run would take it for a killed one's.
        for number in 0..TRIES {
            let kept = self.parent.path.join(hidden_name(self.name(), "kept", number));
            match disk::rename_new(&self.path, &kept) {
                Ok(()) => return kept,
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
                Err(_) => break,
            }
        }
        self.path.clone()
    }

    fn name(&self) -> &OsStr {
        self.target.file_name().unwrap_or_default()
    }

    /// Gives the folder its name. With `replace`, a folder of that name is exchanged for it: a run
    /// is removed then, anything else is set aside under another name, which is told.
    pub(crate) fn publish(mut self, replace: bool) -> Result<Placed, Failure> {
        sync_folder(&self.path)?;
        for made in &self.parent.made {
            sync_folder(&folder_of(made))?;
        }
        let inode = inode(&self.path);
        let taken = match self.take_name(replace) {
            Ok(Some(taken)) => taken,
            Ok(None) => return Ok(Placed::Occupied),
            Err(e) => return Err(unwritable(&self.target, &e).into()),
        };
        if let Err(e) = disk::sync_folder(&self.parent.path) {
            // Nobody knows whether the name is on the disk: a run that may vanish is none.
            let ours = inode.is_some() && inode == self::inode(&self.target);
            if ours && self.give_back(&taken).is_ok() {
                return Err(unwritable(&self.parent.path, &e).into());
            }
            self.remove = matches!(taken, Taken::Exchanged) && !ours;
            self.parent.made.clear();
            return Err(unsynced(&self.target, &e).into());
        }
        self.parent.made.clear();
        // Behind an exchange the old run stands under the work name, and goes.
        self.remove = matches!(taken, Taken::Exchanged);
        Ok(match taken {
            Taken::SetAside(aside) => Placed::SetAside(aside),
            Taken::Free | Taken::Exchanged => Placed::There,
        })
    }

    /// Takes the name, whatever other runs do meanwhile; `None` where it is not free.
    fn take_name(&self, replace: bool) -> io::Result<Option<Taken>> {
        let mut aside = None;
        for _ in 0..TRIES {
            match disk::rename_new(&self.path, &self.target) {
                Ok(()) => return Ok(Some(aside.map_or(Taken::Free, Taken::SetAside))),
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
                Err(e) => {
                    if let Some(aside) = &aside {
                        let _ = disk::rename_new(aside, &self.target);
                    }
                    return Err(e);
                }
            }
            if !replace {
                return Ok(None);
            }
            if self.target.join("run.json").is_file() {
                match disk::exchange(&self.path, &self.target) {
                    Ok(()) => return Ok(Some(Taken::Exchanged)),
                    Err(e) if e.kind() == io::ErrorKind::NotFound => {}
                    Err(e) => return Err(e),
                }
            } else {
                // First out of the way: at no moment does it stand under a name that is removed.
                aside = self.set_aside()?.or(aside);
            }
        }
        Ok(None)
    }

    /// Gives what is no run a name that people see; `None` where it is gone.
    fn set_aside(&self) -> io::Result<Option<PathBuf>> {
        for number in 1..TRIES {
            let mut aside = self.name().to_owned();
            aside.push(format!(".replaced-{number}"));
            let aside = self.parent.path.join(aside);
            match disk::rename_new(&self.target, &aside) {
                Ok(()) => return Ok(Some(aside)),
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
                Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
                Err(e) => return Err(e),
            }
        }
        Err(io::Error::from(io::ErrorKind::AlreadyExists))
    }

    fn give_back(&self, taken: &Taken) -> io::Result<()> {
        match taken {
            Taken::Exchanged => disk::exchange(&self.path, &self.target),
            Taken::Free => disk::rename_new(&self.target, &self.path),
            Taken::SetAside(aside) => {
                disk::rename_new(&self.target, &self.path)?;
                disk::rename_new(aside, &self.target)
            }
        }
    }
}

impl Drop for WorkFolder {
    fn drop(&mut self) {
        if self.remove {
            // What cannot be removed is left under its work name, which nobody takes for a run.
            let _ = disk::remove_dir_all(&self.path);
        }
    }
}

impl Parent {
    fn make(&mut self) -> Result<(), Failure> {
        disk::create_dir_all(&self.path, &mut self.made).map_err(|e| unwritable(&self.path, &e).into())
    }
}

impl Drop for Parent {
    fn drop(&mut self) {
        for made in self.made.iter().rev() {
            // Only an empty folder goes.
            let _ = disk::remove_dir(made);
        }
    }
}

/// The folder that a path stands in.
fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

fn inode(path: &Path) -> Option<(u64, u64)> {
    let metadata = fs::symlink_metadata(path).ok()?;
    Some((metadata.dev(), metadata.ino()))
}

pub(super) fn sync_folder(path: &Path) -> Result<(), Failure> {
    disk::sync_folder(path).map_err(|e| unwritable(path, &e).into())
}

/// The output folder holds something else.
pub(crate) fn exists(target: &Path) -> dianzhi_policy::Diagnostic {
    let shown = target.display();
    error(
        F107,
        Text::new(
            format!("{shown} 已存在，且不是同样输入、政策和程序的完整结果"),
            format!("{shown} exists and is not a whole run of the same inputs, policy and engine"),
        ),
        Text::new(
            "换一个 --out；若其中是要作废的旧结果，用 --replace 整体替换",
            "name another --out; if it holds an old run to be discarded, exchange it whole with --replace",
        ),
    )
}
