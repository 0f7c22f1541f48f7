//! A run directory appears whole or not at all: it is made under another name beside its place,
//! every file flushed to the disk, and then renamed.

use crate::codes::F107;
use crate::error::{Failure, error, unwritable};
use crate::input::source::{Fingerprint, Hasher};
use dianzhi_core::Text;
use rustix::fs::{CWD, RenameFlags, renameat_with};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A run directory in the making. Dropped, it is gone; kept, its path is told.
pub(crate) struct WorkFolder {
    path: PathBuf,
    target: PathBuf,
    parent: PathBuf,
    remove: bool,
}

impl WorkFolder {
    /// Makes a work folder beside `target`, and the folders above it.
    pub(crate) fn create(target: &Path) -> Result<WorkFolder, Failure> {
        let name = target.file_name().ok_or_else(|| {
            let none = io::Error::new(io::ErrorKind::InvalidInput, "the path names no folder");
            unwritable(target, &none)
        })?;
        let parent = match target.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
            _ => PathBuf::from("."),
        };
        fs::create_dir_all(&parent).map_err(|e| unwritable(&parent, &e))?;
        let mut number = 0u32;
        loop {
            let mut work = std::ffi::OsString::from(".");
            work.push(name);
            work.push(format!(".work-{}-{number}", std::process::id()));
            let path = parent.join(work);
            match fs::create_dir(&path) {
                Ok(()) => {
                    return Ok(WorkFolder {
                        path,
                        target: target.to_owned(),
                        parent,
                        remove: true,
                    });
                }
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists && number < 1_000 => number += 1,
                Err(e) => return Err(unwritable(&path, &e).into()),
            }
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

    /// Leaves the folder where it is, for people to look at.
    pub(crate) fn keep(mut self) -> PathBuf {
        self.remove = false;
        self.path.clone()
    }

    /// Gives the folder its name. With `replace`, a folder of that name is exchanged for it: a run
    /// is removed then, anything else is set aside under another name, which is told.
    pub(crate) fn publish(mut self, replace: bool) -> Result<Option<PathBuf>, Failure> {
        sync_folder(&self.path)?;
        let mut set_aside = None;
        if replace && fs::symlink_metadata(&self.target).is_ok() {
            let was_run = self.target.join("run.json").is_file();
            renameat_with(CWD, &self.path, CWD, &self.target, RenameFlags::EXCHANGE)
                .map_err(|e| unwritable(&self.target, &e.into()))?;
            // What stands under the work name now is the old folder.
            if !was_run {
                set_aside = Some(self.set_aside());
            }
        } else {
            match renameat_with(CWD, &self.path, CWD, &self.target, RenameFlags::NOREPLACE) {
                Ok(()) => {}
                Err(rustix::io::Errno::EXIST) => return Err(exists(&self.target).into()),
                // A filesystem without this rename: a folder that appeared meanwhile is still safe,
                // for a plain rename takes the place of an empty folder only.
                Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS) => {
                    fs::rename(&self.path, &self.target).map_err(|e| unwritable(&self.target, &e))?;
                }
                Err(e) => return Err(unwritable(&self.target, &e.into()).into()),
            }
            self.remove = false;
        }
        sync_folder(&self.parent)?;
        Ok(set_aside)
    }

    /// Gives the exchanged folder a name that people see.
    fn set_aside(&mut self) -> PathBuf {
        self.remove = false;
        let name = self.target.file_name().unwrap_or_default();
        for number in 1..1_000u32 {
            let mut aside = name.to_owned();
            aside.push(format!(".replaced-{number}"));
            let aside = self.parent.join(aside);
            if renameat_with(CWD, &self.path, CWD, &aside, RenameFlags::NOREPLACE).is_ok() {
                return aside;
            }
        }
        self.path.clone()
    }
}

impl Drop for WorkFolder {
    fn drop(&mut self) {
        if self.remove {
            // What cannot be removed is left under its work name, which nobody takes for a run.
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

pub(super) fn sync_folder(path: &Path) -> Result<(), Failure> {
    let synced = File::open(path).and_then(|folder| folder.sync_all());
    synced.map_err(|e| unwritable(path, &e).into())
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
