//! Runs the binary in a folder of its own and looks at what it says.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The binary.
pub(crate) const DIANZHI: &str = env!("CARGO_BIN_EXE_dianzhi");

/// The folder of the error reproducers.
pub(crate) fn errors_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/errors")
}

/// A folder with a copy of the smallest right region-year, `base/`.
pub(crate) fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    copy(&errors_folder().join("base"), &home.path().join("base"));
    home
}

/// A folder with a copy of the example that groups, `group-claims/`.
pub(crate) fn grouping_home() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/group-claims");
    copy(&example, &home.path().join("group-claims"));
    home
}

/// Copies a folder and everything in it.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// The binary with a known locale and nothing else of this machine's.
pub(crate) fn dianzhi(folder: &Path, locale: &str) -> Command {
    let mut command = Command::new(DIANZHI);
    command.current_dir(folder).env_clear().env("LC_ALL", locale);
    command
}

/// What a command did.
pub(crate) struct Done {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Done {
    pub(crate) fn of(output: Output) -> Done {
        Done {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Asserts the exit code and shows everything where it is another one.
    pub(crate) fn exits(self, code: i32) -> Done {
        assert_eq!(
            self.code,
            Some(code),
            "stdout:\n{}\nstderr:\n{}",
            self.stdout,
            self.stderr
        );
        self
    }

    /// Asserts words on stderr.
    pub(crate) fn says(self, words: &str) -> Done {
        assert!(
            self.stderr.contains(words),
            "no \"{words}\" in stderr:\n{}",
            self.stderr
        );
        self
    }

    /// stdout as JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|e| panic!("{e} in stdout:\n{}", self.stdout))
    }
}

/// Runs the binary in English with arguments that hold no blanks.
pub(crate) fn run(folder: &Path, arguments: &str) -> Done {
    Done::of(
        dianzhi(folder, "C")
            .args(arguments.split_whitespace())
            .output()
            .unwrap(),
    )
}

/// Compares with a file of expected output, or writes it where `UPDATE_EXPECT` is set. Gives
/// what differs.
pub(crate) fn compare(file: &Path, found: &str) -> Option<String> {
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, found).unwrap();
        return None;
    }
    let expected = fs::read_to_string(file).unwrap_or_default();
    (expected != found).then(|| {
        format!(
            "{} differs\n--- expected\n{expected}\n--- found\n{found}",
            file.display()
        )
    })
}
