//! A small year and a place to settle it in, over nothing, over an old run or over something else.

use crate::run::{Done, Touch, logged, run};
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// Files below a folder, by their place in it; folders end in `/`.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

pub(crate) fn files_of(folder: &Path) -> Files {
    let mut files = Files::new();
    collect(folder, "", &mut files);
    files
}

fn collect(folder: &Path, prefix: &str, files: &mut Files) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries {
        let entry = entry.unwrap();
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        // A link is shown as what it leads to, as whoever reads the run would see it.
        if entry.path().is_dir() {
            collect(&entry.path(), &format!("{name}/"), files);
            files.insert(name + "/", Vec::new());
        } else {
            files.insert(name, fs::read(entry.path()).unwrap_or_default());
        }
    }
}

pub(crate) fn write_files(folder: &Path, files: &Files) {
    fs::create_dir_all(folder).unwrap();
    for (name, bytes) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        if !name.ends_with('/') {
            fs::write(path, bytes).unwrap();
        }
    }
}

/// Where the years of all tests are made. A test process cannot tell which of its tests is the last,
/// so what it leaves is removed by the next one.
fn home() -> &'static Path {
    static HOME: OnceLock<PathBuf> = OnceLock::new();
    HOME.get_or_init(|| {
        let scratch = Path::new(env!("CARGO_TARGET_TMPDIR"));
        for entry in fs::read_dir(scratch).unwrap().flatten() {
            let name = entry.file_name().into_string().unwrap_or_default();
            if name
                .strip_prefix("faults-")
                .is_some_and(|pid| !Path::new("/proc").join(pid).exists())
            {
                let _ = fs::remove_dir_all(entry.path());
            }
        }
        let home = scratch.join(format!("faults-{}", std::process::id()));
        fs::create_dir(&home).unwrap();
        make_year(&home.join("year"));
        home
    })
}

/// 240 claims over a plain file and a packed one, with duplicates, a reject, and characters beyond
/// ASCII whose encoding must be found out.
fn make_year(year: &Path) {
    let options = dianzhi_synth::Options {
        claims: 240,
        seed: 11,
        region: None,
    };
    dianzhi_synth::generate(&options, year).unwrap();
    let claims = fs::read_to_string(year.join("claims.csv")).unwrap();
    let lines: Vec<&str> = claims.lines().collect();
    let hospital = lines[3].split(',').nth(5).unwrap();
    let mut plain = lines[..140].join("\n") + "\n";
    plain += &format!("{}\n", lines[3].replace(hospital, "无此医院"));
    plain += &format!("{}\n", lines[100]);
    let mut packed = lines[0].to_owned() + "\n" + &lines[140..].join("\n") + "\n";
    packed += &format!("{}\n{}\n", lines[150], lines[10]);
    fs::write(year.join("claims.csv"), plain).unwrap();
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gz.write_all(packed.as_bytes()).unwrap();
    fs::write(year.join("more.csv.gz"), gz.finish().unwrap()).unwrap();
}

/// Both claim files of the year beside a scene's folder.
pub(crate) const CLAIMS: &str = "--claims ../year/claims.csv --claims ../year/more.csv.gz";

/// What stands at the run's name before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Over {
    /// Nothing, nor the folders above.
    Nothing,
    /// A run of other claims.
    OldRun,
    /// A folder that is no run.
    Notes,
}

/// One command in one place, and what it gives where nothing goes wrong.
pub(crate) struct Scene {
    pub(crate) over: Over,
    pub(crate) command: String,
    out: &'static str,
    /// The folder before, and after a run without faults.
    pub(crate) before: Files,
    pub(crate) after: Files,
    pub(crate) touches: Vec<Touch>,
}

impl Scene {
    /// The same on one thread: what must meet one certain touch needs an order that stays.
    pub(crate) fn on_one_thread(mut self) -> Scene {
        self.command = self.command.replace("--threads 2", "--threads 1");
        let place = self.place();
        self.touches = logged(place.path(), &self.command, None).1;
        self
    }

    pub(crate) fn new(over: Over, defect: Option<&str>) -> Scene {
        let (out, options) = match over {
            Over::Nothing => ("new/deep/run", "--archive"),
            Over::OldRun | Over::Notes => ("run", "--replace"),
        };
        let mut scene = Scene {
            over,
            command: format!("settle ../year/region.toml {CLAIMS} --out {out} {options} --threads 2"),
            out,
            before: Files::new(),
            after: Files::new(),
            touches: Vec::new(),
        };
        let place = scene.place();
        match over {
            Over::Nothing => {}
            Over::OldRun => {
                let old = "settle ../year/region.toml --claims ../year/more.csv.gz --out run";
                assert_eq!(run(place.path(), old).code, Some(1));
            }
            Over::Notes => write_files(
                &place.path().join(out),
                &[("notes.txt".to_owned(), b"mine".to_vec())].into(),
            ),
        }
        scene.before = files_of(place.path());
        let (done, touches) = logged(place.path(), &scene.command, defect);
        assert_eq!(done.code, Some(1), "{}", done.stderr);
        scene.after = files_of(place.path());
        scene.touches = touches;
        let verified = run(place.path(), &format!("verify {out} --json"));
        assert!(verified.stdout.contains("\"complete\": true"), "{}", verified.stdout);
        scene
    }

    /// A fresh folder beside the year, as it is before the run.
    pub(crate) fn place(&self) -> tempfile::TempDir {
        let place = tempfile::tempdir_in(home()).unwrap();
        write_files(place.path(), &self.before);
        place
    }

    /// The first touch that changes anything.
    pub(crate) fn first_change(&self) -> usize {
        let changes = |touch: &&Touch| touch.kind == "CreateFolder";
        self.touches.iter().find(changes).unwrap().number
    }

    /// What a killed run leaves besides what may be: no run, the old one or the new one, whole.
    pub(crate) fn complaint_after_a_kill(&self, place: &Path) -> Option<String> {
        let files = files_of(place);
        let run = |files: &Files| {
            let inside = |name: &&String| name.starts_with(&format!("{}/", self.out));
            files
                .keys()
                .filter(inside)
                .map(|name| (name.clone(), files[name].clone()))
                .collect::<Files>()
        };
        let found = run(&files);
        let is_new = found == run(&self.after);
        let sound = is_new || found == run(&self.before) || (self.over == Over::Notes && found.is_empty());
        if !sound {
            let names: Vec<&String> = found.keys().collect();
            return Some(format!("half a run: {names:?}"));
        }
        let notes = self.over == Over::Notes
            && !files
                .iter()
                .any(|(name, bytes)| name.ends_with("/notes.txt") && bytes == b"mine" && !name.starts_with('.'));
        if notes {
            return Some("the notes are lost".to_owned());
        }
        let refused = is_new && run_verify(place, self.out).code != Some(0);
        refused.then(|| "verify refuses the run".to_owned())
    }

    /// Runs again without a fault; what is then other than it should be.
    pub(crate) fn complaint_about_a_rerun(&self, place: &Path) -> Option<String> {
        let again = run(place, &self.command);
        if again.code != Some(1) {
            return Some(format!("the re-run ended with {:?}: {}", again.code, again.stderr));
        }
        self.differs_from_after(place)
    }

    /// What differs from what a run without faults leaves.
    pub(crate) fn differs_from_after(&self, place: &Path) -> Option<String> {
        differing("after", &self.after, &files_of(place))
    }

    /// What differs from what was there before.
    pub(crate) fn differs_from_before(&self, place: &Path) -> Option<String> {
        differing("before", &self.before, &files_of(place))
    }
}

fn differing(when: &str, expected: &Files, found: &Files) -> Option<String> {
    let names: std::collections::BTreeSet<&String> = expected.keys().chain(found.keys()).collect();
    let other: Vec<&&String> = names
        .iter()
        .filter(|name| expected.get(**name) != found.get(**name))
        .collect();
    (!other.is_empty()).then(|| format!("not as {when}: {other:?}"))
}

pub(crate) fn run_verify(at: &Path, out: &str) -> Done {
    run(at, &format!("verify {out} --json"))
}

/// A copy of the year in a folder of its own, to change it.
pub(crate) fn own_year() -> (tempfile::TempDir, PathBuf) {
    let place = tempfile::tempdir_in(home()).unwrap();
    let year = place.path().join("year");
    write_files(&year, &files_of(&home().join("year")));
    (place, year)
}
