//! testdata/errors: the smallest reproducer of every code, at once test and documentation.
//!
//! A folder holds `cmd`: the arguments of the command that shows the code. Lines before the last
//! one prepare it: arguments too, or shell commands behind `!`. `expected` is what the last one
//! says in English, `expected.zh` in Chinese. `base/` is the smallest right region-year,
//! `base/scheme` the smallest right scheme.

use crate::run::{Done, compare, copy, dianzhi, errors_folder};
use dianzhi::RejectCode;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Codes that no input alone can cause, with the reason.
const WITHOUT_A_FOLDER: [(&str, &str); 13] = [
    ("F105", "an input must change between two reads of one run"),
    ("I101", "an identity breaks only where the engine has a defect"),
    ("S113", OF_DIRECTORIES),
    ("S114", OF_DIRECTORIES),
    ("S115", OF_DIRECTORIES),
    ("S116", OF_DIRECTORIES),
    ("S117", OF_DIRECTORIES),
    ("S118", OF_DIRECTORIES),
    ("S119", OF_DIRECTORIES),
    ("S120", OF_DIRECTORIES),
    ("S121", OF_DIRECTORIES),
    (
        "S123",
        "a scheme that is too large would be a large file; crates/grouper's own tests make some",
    ),
    ("W219", "crates/grouper/tests/opendrg makes a city for it"),
];

const OF_DIRECTORIES: &str = "each mistake of a DIP directory is in crates/grouper/tests/dip";

fn folders() -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(errors_folder())
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_type().unwrap().is_dir())
        .map(|entry| entry.file_name().into_string().unwrap())
        .filter(|name| name != "base")
        .collect();
    names.sort();
    names
}

/// Runs the `cmd` of a folder in a fresh copy.
fn reproduce(code: &str, locale: &str) -> String {
    let home = tempfile::tempdir().unwrap();
    for name in ["base", code] {
        copy(&errors_folder().join(name), &home.path().join(name));
    }
    let folder = home.path().join(code);
    let cmd = fs::read_to_string(folder.join("cmd")).unwrap();
    let lines: Vec<&str> = cmd.lines().collect();
    let (last, before) = lines.split_last().unwrap();
    for line in before {
        prepare(&folder, line, locale);
    }
    let done = Done::of(dianzhi(&folder, locale).args(last.split_whitespace()).output().unwrap());
    let code = done.code.map_or("none".to_owned(), |code| code.to_string());
    let all = format!("exit {code}\n--- stdout\n{}--- stderr\n{}", done.stdout, done.stderr);
    without_accidents(&all, home.path())
}

fn prepare(folder: &Path, line: &str, locale: &str) {
    if let Some(shell) = line.strip_prefix('!') {
        let status = Command::new("sh")
            .args(["-c", shell])
            .current_dir(folder)
            .status()
            .unwrap();
        assert!(status.success(), "{line}");
    } else {
        let done = Done::of(dianzhi(folder, locale).args(line.split_whitespace()).output().unwrap());
        assert!(matches!(done.code, Some(0 | 1)), "{line}: {}", done.stderr);
    }
}

/// The text without this machine's folder and this run's process id.
fn without_accidents(text: &str, home: &Path) -> String {
    let text = text.replace(home.to_str().unwrap(), "[HOME]");
    let mut out = String::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find(".kept-") {
        let behind = at + ".kept-".len();
        out += &rest[..behind];
        rest = rest[behind..].trim_start_matches(|c: char| c.is_ascii_digit());
        out += "[PID]";
    }
    out + rest
}

#[test]
fn every_reproducer_says_what_is_expected() {
    let mut differing = Vec::new();
    for code in folders() {
        for (locale, file) in [("C", "expected"), ("zh_CN.UTF-8", "expected.zh")] {
            let found = reproduce(&code, locale);
            assert!(found.contains(&code), "{code} does not show:\n{found}");
            differing.extend(compare(&errors_folder().join(&code).join(file), &found));
        }
    }
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}

#[test]
fn every_code_has_a_reproducer() {
    let codes = dianzhi::policy::codes::all()
        .iter()
        .chain(dianzhi::codes::all())
        .chain(dianzhi::scenario::codes::all())
        .chain(dianzhi::grouper::error::all())
        .map(|code| code.id)
        .chain(RejectCode::ALL.map(RejectCode::as_str));
    let codes: BTreeSet<&str> = codes.collect();
    let folders = folders();
    for (code, why) in WITHOUT_A_FOLDER {
        assert!(
            codes.contains(code) && !folders.iter().any(|f| f == code),
            "{code}: {why}"
        );
    }
    let with_folder: BTreeSet<&str> = folders.iter().map(String::as_str).collect();
    let expected: BTreeSet<&str> = codes
        .into_iter()
        .filter(|code| !WITHOUT_A_FOLDER.iter().any(|(without, _)| without == code))
        .collect();
    assert_eq!(with_folder, expected);
}
