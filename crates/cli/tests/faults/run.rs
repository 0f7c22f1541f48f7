//! Runs the binary, with a fault, and not for ever.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// A run takes a twentieth of a second; past this it hangs.
const LONGEST: Duration = Duration::from_secs(60);

/// What a command did.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) code: Option<i32>,
    pub(crate) signal: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// The binary in a folder, with small blocks so that a small year has many.
pub(crate) fn dianzhi(at: &Path, arguments: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dianzhi"));
    command
        .current_dir(at)
        .env_clear()
        .env("LC_ALL", "C")
        .env("DIANZHI_FAULT_BLOCK", "16384")
        .args(arguments.split_whitespace())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Runs a command to its end, without a panic.
pub(crate) fn finish(child: Child) -> Done {
    let done = finish_however(child);
    assert!(!done.stderr.contains("panicked"), "{}", done.stderr);
    done
}

fn finish_however(mut child: Child) -> Done {
    let status = wait(&mut child);
    let read = |stream: Option<&mut dyn std::io::Read>| {
        let mut text = String::new();
        stream.map(|stream| stream.read_to_string(&mut text));
        text
    };
    Done {
        code: status.code(),
        signal: status.signal(),
        stdout: read(child.stdout.as_mut().map(|stream| stream as _)),
        stderr: read(child.stderr.as_mut().map(|stream| stream as _)),
    }
}

/// What it writes is little and fits the pipe, so nobody need read meanwhile.
fn wait(child: &mut Child) -> ExitStatus {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        if start.elapsed() > LONGEST {
            child.kill().unwrap();
            panic!("it hangs");
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

pub(crate) fn run(at: &Path, arguments: &str) -> Done {
    finish(dianzhi(at, arguments).spawn().unwrap())
}

/// Runs with a fault, and a defect where one is named.
pub(crate) fn run_with(at: &Path, arguments: &str, fault: &str, defect: Option<&str>) -> Done {
    let mut command = dianzhi(at, arguments);
    command.env("DIANZHI_FAULT", fault);
    if let Some(defect) = defect {
        command.env("DIANZHI_DEFECT", defect);
    }
    finish(command.spawn().unwrap())
}

/// One touch of the disk.
#[derive(Clone, Debug)]
pub(crate) struct Touch {
    pub(crate) number: usize,
    pub(crate) kind: String,
    pub(crate) path: PathBuf,
}

impl Touch {
    pub(crate) fn is(&self, kind: &str, end: &str) -> bool {
        self.kind == kind && self.path.ends_with(end)
    }
}

/// Runs without a fault; what it did and every touch of it.
pub(crate) fn logged(at: &Path, arguments: &str, defect: Option<&str>) -> (Done, Vec<Touch>) {
    let log = tempfile::NamedTempFile::new().unwrap();
    let mut command = dianzhi(at, arguments);
    command.env("DIANZHI_FAULT_LOG", log.path());
    if let Some(defect) = defect {
        command.env("DIANZHI_DEFECT", defect);
    }
    let done = finish(command.spawn().unwrap());
    let touch = |line: &str| {
        let mut parts = line.splitn(3, ' ');
        let mut part = || parts.next().unwrap();
        Touch {
            number: part().parse().unwrap(),
            kind: part().to_owned(),
            path: part().into(),
        }
    };
    let touches = fs::read_to_string(log.path()).unwrap().lines().map(touch).collect();
    (done, touches)
}

/// A run that stands still before a touch.
pub(crate) struct Paused {
    child: Child,
    go: PathBuf,
    _scratch: tempfile::TempDir,
}

impl Paused {
    /// Starts a run and waits until it has come to a touch.
    pub(crate) fn at(at: &Path, arguments: &str, touch: usize) -> Paused {
        Paused::with(at, arguments, touch, "")
    }

    /// The same, with more faults behind it.
    pub(crate) fn with(at: &Path, arguments: &str, touch: usize, more: &str) -> Paused {
        let scratch = tempfile::tempdir().unwrap();
        let go = scratch.path().join("go");
        let fault = format!("pause:{touch}:{},{more}", go.display());
        let mut child = dianzhi(at, arguments).env("DIANZHI_FAULT", fault).spawn().unwrap();
        let start = Instant::now();
        while !scratch.path().join("go.here").exists() {
            assert!(child.try_wait().unwrap().is_none(), "it ended before touch {touch}");
            assert!(start.elapsed() < LONGEST, "it never came to touch {touch}");
            std::thread::sleep(Duration::from_millis(1));
        }
        Paused {
            child,
            go,
            _scratch: scratch,
        }
    }

    /// Lets it go on, to its end.
    pub(crate) fn go_on(self) -> Done {
        fs::write(&self.go, "").unwrap();
        finish(self.child)
    }
}
