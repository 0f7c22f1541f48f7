//! A run directory appears whole or not at all: it is made under another name beside its place,
//! every file flushed to the disk, and then renamed.

use super::stale::{Hold, hidden_name, hold, remove_stale};
use crate::codes::{F106, F107};
use crate::disk::{self, File};
use crate::error::{Failure, error, unsynced, unwritable};
use crate::input::source::Fingerprint;
use dianzhi_core::Text;
use dianzhi_policy::Diagnostic;
use std::ffi::OsStr;
use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Names tried, and times that another run may come between.
const TRIES: usize = 1_000;

/// A run directory in the making, or another folder that appears whole. Dropped, it is gone; kept, its
/// path is told.
pub struct WorkFolder {
    path: PathBuf,
    target: PathBuf,
    /// The file that comes last: a folder of that name which has it was published whole.
    last: &'static str,
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
pub enum Placed {
    /// At its name; what stood there and was no run has another name now.
    There(Option<PathBuf>),
    /// Nowhere: another run or something else has its name.
    Occupied,
}

/// How the name was taken, to give it back.
struct Taken {
    /// The run that stood there has the work name.
    exchanged: bool,
    /// Where that is which stood there and was no run.
    aside: Option<PathBuf>,
}

impl WorkFolder {
    /// Makes a work folder beside `target`, and the folders above it. `last` is the file that comes last
    /// in folders of its kind. What killed runs into the same target have left is removed.
    ///
    /// # Errors
    /// [`Failure::Refused`] with F106 where it cannot be made.
    pub fn create(target: &Path, last: &'static str) -> Result<WorkFolder, Failure> {
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
                Ok(Hold::Held(lock)) => Some(lock),
                Ok(Hold::NoLocks) => None,
                // Another run took it for a killed one's before it could be held.
                Ok(Hold::Taken) if number < TRIES => continue,
                Ok(Hold::Taken) => return Err(unwritable(&path, &io::ErrorKind::ResourceBusy.into()).into()),
                Err(e) => {
                    let _ = disk::remove_dir(&path);
                    return Err(unwritable(&path, &e).into());
                }
            };
            return Ok(WorkFolder {
                path,
                target: target.to_owned(),
                last,
                parent,
                _lock: lock,
                remove: true,
            });
        }
    }

    /// Where it is, until it is published.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Makes a folder inside.
    ///
    /// # Errors
    /// [`Failure::Refused`] with F106 where it cannot be made.
    pub fn folder(&self, name: &str) -> Result<PathBuf, Failure> {
        let path = self.path.join(name);
        disk::create_dir(&path).map_err(|e| unwritable(&path, &e))?;
        Ok(path)
    }

    /// Takes a folder inside away, with all that it holds.
    ///
    /// # Errors
    /// [`Failure::Refused`] with F106 where it cannot be removed.
    pub fn remove_folder(&self, name: &str) -> Result<(), Failure> {
        let path = self.path.join(name);
        Ok(disk::remove_dir_all(&path).map_err(|e| unwritable(&path, &e))?)
    }

    /// Writes one file and flushes it to the disk.
    ///
    /// # Errors
    /// [`Failure::Refused`] with F106 where it cannot be written.
    pub fn write(&self, name: &str, bytes: &[u8], with_sha256: bool) -> Result<Fingerprint, Failure> {
        let path = self.path.join(name);
        let written = File::create_new(&path).and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        });
        written.map_err(|e| unwritable(&path, &e))?;
        Ok(Fingerprint::of(bytes, with_sha256))
    }

    /// Flushes the names in it and in the folders inside, which publishing does for its own alone.
    ///
    /// # Errors
    /// [`Failure::Refused`] with F106 where the disk does not take them.
    pub fn flush(&self) -> Result<(), Failure> {
        super::archive::sync_folders(&self.path)
    }

    /// Leaves the folder beside its place, for people to look at. Under its work name a later run
    /// would take it for a killed one's; so it goes where it can have no other.
    pub fn keep(mut self) -> Result<PathBuf, Diagnostic> {
        let mut number = 0;
        loop {
            let kept = self.parent.path.join(hidden_name(self.name(), "kept", number));
            number += 1;
            match disk::rename_new(&self.path, &kept) {
                Ok(()) => {
                    self.remove = false;
                    self.parent.made.clear();
                    return Ok(kept);
                }
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists && number < TRIES => {}
                Err(e) => return Err(unwritable(&kept, &e)),
            }
        }
    }

    fn name(&self) -> &OsStr {
        self.target.file_name().unwrap_or_default()
    }

    /// Gives the folder its name. With `replace`, a folder of that name is exchanged for it: one of the
    /// same kind is removed then, anything else is set aside under another name, which is told.
    ///
    /// # Errors
    /// [`Failure::Refused`] with F106 where the disk does not take it.
    pub fn publish(mut self, replace: bool) -> Result<Placed, Failure> {
        sync_folder(&self.path)?;
        for made in &self.parent.made {
            sync_folder(&folder_of(made))?;
        }
        let inode = inode(&self.path);
        let Some(taken) = self.take_name(replace)? else {
            return Ok(Placed::Occupied);
        };
        if let Err(e) = disk::sync_folder(&self.parent.path) {
            let ours = inode.is_some() && inode == self::inode(&self.target);
            return Err(self.withdraw(taken, ours, &e));
        }
        self.parent.made.clear();
        // Behind an exchange the old run stands under the work name, and goes.
        self.remove = taken.exchanged;
        Ok(Placed::There(taken.aside))
    }

    /// Nobody knows whether the name is on the disk: a run that may vanish is none. Gives the name
    /// back, and tells where things stand.
    fn withdraw(&mut self, taken: Taken, ours: bool, e: &io::Error) -> Failure {
        let Taken { exchanged, mut aside } = taken;
        let mut there = !ours || self.give_back(exchanged).is_err();
        if !there && !exchanged {
            aside = self.put_back(aside);
            // Rather the new run under the name than nothing.
            there = aside.is_some() && disk::rename_new(&self.path, &self.target).is_ok();
        }
        if there {
            self.remove = exchanged && !ours;
            self.parent.made.clear();
            return self.told_with(unsynced(&self.target, e), aside);
        }
        self.told_with(unwritable(&self.parent.path, e), aside)
    }

    /// Takes the name, whatever other runs do meanwhile; `None` where it is not free. What was set
    /// aside for it and in vain is put back.
    fn take_name(&self, replace: bool) -> Result<Option<Taken>, Failure> {
        let mut aside = None;
        let taken = self.try_name(replace, &mut aside);
        if let Ok(Some(exchanged)) = taken {
            return Ok(Some(Taken { exchanged, aside }));
        }
        let aside = self.put_back(aside);
        match taken {
            Err(e) => Err(self.told_with(unwritable(&self.target, &e), aside)),
            Ok(_) if aside.is_some() => {
                let e = io::Error::from(io::ErrorKind::AlreadyExists);
                Err(self.told_with(unwritable(&self.target, &e), aside))
            }
            Ok(_) => Ok(None),
        }
    }

    /// Takes the name: whether by an exchange, `None` where it is not free. Sets one thing aside at
    /// most.
    fn try_name(&self, replace: bool, aside: &mut Option<PathBuf>) -> io::Result<Option<bool>> {
        for _ in 0..TRIES {
            match disk::rename_new(&self.path, &self.target) {
                Ok(()) => return Ok(Some(false)),
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
                Err(e) => return Err(e),
            }
            if !replace {
                return Ok(None);
            }
            if self.target.join(self.last).is_file() {
                match disk::exchange(&self.path, &self.target) {
                    Ok(()) => return Ok(Some(true)),
                    Err(e) if e.kind() == io::ErrorKind::NotFound => {}
                    Err(e) => return Err(e),
                }
            } else if aside.is_none() {
                // First out of the way: at no moment does it stand under a name that is removed.
                *aside = self.set_aside()?;
            } else {
                return Ok(None);
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

    /// Takes the run from its name again.
    fn give_back(&self, exchanged: bool) -> io::Result<()> {
        if exchanged {
            disk::exchange(&self.path, &self.target)
        } else {
            disk::rename_new(&self.target, &self.path)
        }
    }

    /// Gives what was set aside its name back; its place where that cannot be.
    fn put_back(&self, aside: Option<PathBuf>) -> Option<PathBuf> {
        aside.filter(|aside| disk::rename_new(aside, &self.target).is_err())
    }

    /// A failure, and where that is which stays set aside.
    fn told_with(&self, failure: Diagnostic, aside: Option<PathBuf>) -> Failure {
        let aside = aside.map(|aside| stays_aside(&self.target, &aside));
        Failure::from([failure].into_iter().chain(aside).collect::<Vec<_>>())
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

/// What stood under the name is elsewhere, though the run failed.
fn stays_aside(target: &Path, aside: &Path) -> Diagnostic {
    let (target, aside) = (target.display(), aside.display());
    error(
        F106,
        Text::new(
            format!("{target} 原来的目录没有删除，但未能移回，现在是 {aside}"),
            format!("what {target} held before was not removed but could not be moved back; it is {aside} now"),
        ),
        Text::new("查看后自行移回或另存", "look at it, and move it back or elsewhere"),
    )
}

/// The output folder holds something else.
#[must_use]
pub fn exists(target: &Path) -> Diagnostic {
    let shown = target.display();
    if fs::symlink_metadata(target).is_ok_and(|metadata| metadata.file_type().is_symlink()) {
        let to = fs::read_link(target).unwrap_or_default();
        let to = to.display();
        return error(
            F107,
            Text::new(
                format!("{shown} 是指向 {to} 的符号链接；结果目录要整体换名，不能换到链接上"),
                format!("{shown} is a symbolic link to {to}; a run takes its name as a whole and cannot take a link's"),
            ),
            Text::new(
                format!("把 --out 写成目录本身（{to}），或删去链接；--replace 不替换链接"),
                format!("name the folder itself by --out ({to}), or remove the link; --replace exchanges no links"),
            ),
        );
    }
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
