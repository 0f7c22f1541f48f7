//! Nobody reads what is said: the run is there all the same.

use crate::run::{Done, dianzhi};
use crate::scene::{Over, Scene};
use std::fs;
use std::process::{Command, Stdio};

/// Which streams lead nowhere, and how.
#[derive(Clone, Copy, Debug)]
enum Stream {
    /// Its reader is gone.
    Broken,
    /// Every write fails.
    Full,
}

fn stdio(stream: Stream) -> Option<Stdio> {
    match stream {
        Stream::Broken => Some(std::io::pipe().unwrap().1.into()),
        Stream::Full => fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .ok()
            .map(Into::into),
    }
}

#[test]
fn closed_streams_do_not_stop_a_run() {
    let scene = Scene::new(Over::Nothing, None);
    for json in ["", " --json", " --json --progress json", " --progress plain"] {
        let line = scene.command.clone() + json;
        for stream in [Stream::Broken, Stream::Full] {
            for (out, err) in [(true, false), (false, true), (true, true)] {
                let place = scene.place();
                let mut command = dianzhi(place.path(), &line);
                let (Some(stdout), Some(stderr)) = (stdio(stream), stdio(stream)) else {
                    println!("skipped: there is no /dev/full here");
                    continue;
                };
                if out {
                    command.stdout(stdout);
                }
                if err {
                    command.stderr(stderr);
                }
                let done: Done = crate::run::finish(command.spawn().unwrap());
                // Exit 2 would say that nothing is published. What is lost is told; a reader that has
                // gone has what it wanted.
                assert_eq!(done.code, Some(1), "{stream:?}{json} {out} {err}: {}", done.stderr);
                let lost = out && matches!(stream, Stream::Full) && json.contains("--json");
                let told = done.stderr.contains("warning: cannot write to stdout");
                assert_eq!(told, lost && !err, "{stream:?}{json}: {}", done.stderr);
                assert_eq!(scene.differs_from_after(place.path()), None);
            }
        }
    }
}

#[test]
fn streams_that_were_never_opened_do_not_stop_a_run() {
    let scene = Scene::new(Over::Nothing, None);
    for closed in [">&-", "2>&-", "<&- >&- 2>&-"] {
        let place = scene.place();
        let line = format!(
            "exec {} {} --json {closed}",
            env!("CARGO_BIN_EXE_dianzhi"),
            scene.command
        );
        let mut command = Command::new("sh");
        command.args(["-c", &line]).current_dir(place.path());
        command
            .env_clear()
            .env("LC_ALL", "C")
            .env("DIANZHI_FAULT_BLOCK", "16384");
        let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
        assert_eq!(status.code(), Some(1), "{closed}");
        assert_eq!(scene.differs_from_after(place.path()), None, "{closed}");
    }
}
