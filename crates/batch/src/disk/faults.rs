//! Faults at chosen touches, for the tests (docs/PIPELINE.md).
//!
//! Touches are numbered from 1. `DIANZHI_FAULT` asks for a fault, or several with commas between:
//! - `kill:K` dies before touch K, `torn:K` in the middle of it where it is a write;
//! - `fail:K:ERRNO` fails touch K; `full:K` finds the disk full from touch K on;
//! - `half:K` writes only half of what touch K is to write, and says so;
//! - `pause:K:FILE` makes `FILE.here` before touch K and waits until FILE is there.
//!
//! With any of these variables set the program says on stderr that it is a build for tests.
//! `DIANZHI_FAULT_LOG` names a file that gets a line for every touch. `DIANZHI_FAULT_BLOCK` is the
//! bytes of a block. `DIANZHI_DEFECT` makes the program wrong on purpose, so that the tests can be
//! seen to fail: `early` gives the run its name at once, `deaf` takes no notice of errors in writing
//! and syncing, `unsynced` syncs nothing.

use super::Touch;
use rustix::process::{Signal, getpid, kill_process};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

/// The path of an open file.
pub(super) type Noted = PathBuf;

pub(super) fn note(path: &Path) -> Noted {
    path.to_owned()
}

enum Fault {
    Kill,
    Torn,
    Fail(i32),
    Full,
    Half,
    Pause(PathBuf),
}

/// What the environment asks for.
struct Plan {
    faults: Vec<(u64, Fault)>,
    defect: Option<String>,
    /// Touches so far, and where they are written down.
    log: Mutex<(u64, Option<fs::File>)>,
}

fn plan() -> &'static Plan {
    static PLAN: OnceLock<Plan> = OnceLock::new();
    PLAN.get_or_init(|| {
        let set = |name: &str| std::env::var(name).ok();
        let names = ["FAULT", "FAULT_LOG", "FAULT_BLOCK", "DEFECT"].map(|name| format!("DIANZHI_{name}"));
        if names.iter().any(|name| std::env::var_os(name).is_some()) {
            // Nobody should take such a run for a real one. Nobody is left to tell where it fails.
            let _ = io::stderr().write_all(b"a build for tests: DIANZHI_FAULT or the like is set\n");
        }
        let log = set("DIANZHI_FAULT_LOG").and_then(|file| fs::File::create(file).ok());
        Plan {
            faults: set("DIANZHI_FAULT").map_or_else(Vec::new, |faults| faults.split(',').filter_map(parse).collect()),
            defect: set("DIANZHI_DEFECT"),
            log: Mutex::new((0, log)),
        }
    })
}

fn parse(fault: &str) -> Option<(u64, Fault)> {
    let mut parts = fault.splitn(3, ':');
    let (name, at) = (parts.next()?, parts.next()?.parse().ok()?);
    let fault = match (name, parts.next()) {
        ("kill", None) => Fault::Kill,
        ("torn", None) => Fault::Torn,
        ("fail", Some(errno)) => Fault::Fail(errno.parse().ok()?),
        ("full", None) => Fault::Full,
        ("half", None) => Fault::Half,
        ("pause", Some(file)) => Fault::Pause(file.into()),
        _ => return None,
    };
    Some((at, fault))
}

fn has_defect(name: &str) -> bool {
    plan().defect.as_deref() == Some(name)
}

fn die() -> ! {
    let _ = kill_process(getpid(), Signal::KILL);
    std::process::abort()
}

fn needs_room(touch: Touch) -> bool {
    matches!(
        touch,
        Touch::CreateFolder | Touch::Create | Touch::Write | Touch::SyncFile
    )
}

/// Counts a touch; what is to happen to it, if that is the caller's to do.
fn meet(touch: Touch, path: &Path) -> io::Result<Option<&'static Fault>> {
    let plan = plan();
    let number = {
        let mut log = plan.log.lock().unwrap_or_else(PoisonError::into_inner);
        log.0 += 1;
        let number = log.0;
        if let Some(file) = &mut log.1 {
            writeln!(file, "{number} {touch:?} {}", path.display())?;
        }
        number
    };
    let asked = plan.faults.iter().find(|(at, fault)| match fault {
        Fault::Full => number >= *at && needs_room(touch),
        _ => number == *at,
    });
    let Some((_, fault)) = asked else {
        return Ok(None);
    };
    match fault {
        Fault::Full => Err(io::Error::from_raw_os_error(28)),
        Fault::Kill => die(),
        Fault::Torn if touch != Touch::Write => die(),
        Fault::Fail(errno) => Err(io::Error::from_raw_os_error(*errno)),
        Fault::Pause(file) => {
            pause(file);
            Ok(None)
        }
        fault => Ok(Some(fault)),
    }
}

/// Tells that it is here and waits; not for ever, in case nobody comes.
fn pause(file: &Path) {
    let mut here = file.as_os_str().to_owned();
    here.push(".here");
    let _ = fs::write(here, "");
    for _ in 0..6_000 {
        if file.exists() {
            return;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

pub(super) fn touch(touch: Touch, path: &Path) -> io::Result<()> {
    meet(touch, path)?;
    if touch == Touch::CreateFolder && has_defect("early") {
        early(path, true);
    }
    Ok(())
}

pub(super) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    meet(Touch::Rename, to)?;
    if has_defect("early") {
        early(from, false);
    }
    Ok(())
}

/// The defect of a run that stands under its name before it is whole.
fn early(work: &Path, there: bool) {
    let name = work.file_name().unwrap_or_default().to_string_lossy();
    let Some((name, _)) = name.strip_prefix('.').and_then(|name| name.split_once(".work-")) else {
        return;
    };
    let target = work.with_file_name(name);
    if there {
        let _ = std::os::unix::fs::symlink(work.file_name().unwrap_or_default(), target);
    } else {
        let _ = fs::remove_file(target);
    }
}

pub(super) fn read(noted: &Noted) -> io::Result<()> {
    meet(Touch::Read, noted).map(|_| ())
}

pub(super) fn write(file: &mut fs::File, noted: &Noted, bytes: &[u8]) -> io::Result<usize> {
    let half = &bytes[..bytes.len().div_ceil(2)];
    match meet(Touch::Write, noted) {
        Err(_) if has_defect("deaf") => Ok(bytes.len()),
        Err(e) => Err(e),
        Ok(Some(Fault::Torn)) => {
            let _ = file.write_all(half);
            die()
        }
        Ok(Some(Fault::Half)) => file.write(half),
        Ok(_) => file.write(bytes),
    }
}

pub(super) fn sync(touch: Touch, noted: &Noted, sync: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
    if has_defect("unsynced") {
        return Ok(());
    }
    match meet(touch, noted).and_then(|_| sync()) {
        Err(_) if has_defect("deaf") => Ok(()),
        other => other,
    }
}

/// The bytes of a block; the tests ask for small ones, so that a small year has many.
pub(crate) fn block_bytes(bytes: usize) -> usize {
    let asked = std::env::var("DIANZHI_FAULT_BLOCK").ok();
    asked.and_then(|asked| asked.parse().ok()).unwrap_or(bytes)
}
