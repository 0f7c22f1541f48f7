//! Region-years, runs of them, and ways to spoil a run.

#![allow(dead_code)] // each test file takes what it needs
#![allow(clippy::unwrap_used)] // only tests include this

use dianzhi_batch::{Fingerprint, Progress, Run, SettleOptions, settle};
use std::fs;
use std::path::{Path, PathBuf};

/// The reference region-years, or aloud that they are not here.
pub(crate) fn reference() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/reference");
    let found = region_years(&folder);
    if found.is_empty() {
        println!("skipped: the reference region-years are not beside this checkout");
    } else {
        assert!(found.len() >= 10, "the collection holds ten region-years");
    }
    found
}

pub(crate) fn examples_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples")
}

/// The two examples that are whole region-years.
pub(crate) fn examples() -> Vec<PathBuf> {
    let folder = examples_folder();
    ["first-settlement", "local-columns"]
        .map(|name| folder.join(name))
        .into()
}

fn region_years(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut found: Vec<PathBuf> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("region.toml").is_file())
        .collect();
    found.sort();
    found
}

/// Settles a folder's region-year into `out`.
pub(crate) fn settled(folder: &Path, out: &Path) -> PathBuf {
    settled_with(&folder.join("region.toml"), out, &SettleOptions::default())
}

pub(crate) fn settled_with(region: &Path, out: &Path, options: &SettleOptions) -> PathBuf {
    if let Err(failure) = settle(region, out, options, &Progress::default()) {
        panic!("{}: {failure}", region.display());
    }
    out.to_owned()
}

/// Copies a folder and what is below it; expected outputs stay behind.
pub(crate) fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            if !path.ends_with("expected") {
                copy_folder(&path, &target);
            }
        } else {
            // Not fs::copy: the copies may be written to, whatever the originals may.
            fs::write(&target, fs::read(&path).unwrap()).unwrap();
        }
    }
}

pub(crate) fn append(path: &Path, bytes: &[u8]) {
    let mut all = fs::read(path).unwrap();
    all.extend_from_slice(bytes);
    fs::write(path, all).unwrap();
}

pub(crate) fn fingerprint(bytes: &[u8]) -> Fingerprint {
    Fingerprint {
        bytes: bytes.len() as u64,
        blake3: blake3::hash(bytes).to_hex().to_string(),
        sha256: None,
    }
}

pub(crate) fn run_json(run: &Path) -> Run {
    Run::load(run).unwrap()
}

pub(crate) fn write_run(folder: &Path, run: &Run) {
    let mut bytes = serde_json::to_vec_pretty(run).unwrap();
    bytes.push(b'\n');
    fs::write(folder.join("run.json"), bytes).unwrap();
}

/// The rows of a CSV file, its header first.
pub(crate) fn table(path: &Path) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_path(path).unwrap();
    let rows = reader
        .records()
        .map(|row| row.unwrap().iter().map(str::to_owned).collect());
    rows.collect()
}

pub(crate) fn write_table(path: &Path, rows: &[Vec<String>]) {
    let quoted = |field: &String| {
        if field.contains([',', '"', '\r', '\n']) {
            format!("\"{}\"", field.replace('"', "\"\""))
        } else {
            field.clone()
        }
    };
    let line = |row: &Vec<String>| row.iter().map(quoted).collect::<Vec<_>>().join(",") + "\n";
    fs::write(path, rows.iter().map(line).collect::<String>()).unwrap();
}

/// One change of one published file.
pub(crate) enum Change {
    /// The last digit of a figure.
    Unit {
        file: &'static str,
        row: usize,
        column: &'static str,
    },
    Value {
        file: &'static str,
        row: usize,
        column: &'static str,
        value: &'static str,
    },
    Drop {
        file: &'static str,
        row: usize,
    },
    Twice {
        file: &'static str,
        row: usize,
    },
    /// A row and the next.
    Swap {
        file: &'static str,
        row: usize,
    },
    Header {
        file: &'static str,
    },
    Truncate {
        file: &'static str,
        bytes: usize,
    },
    Crlf {
        file: &'static str,
    },
    EmptyLine {
        file: &'static str,
    },
}

/// Changes a file and mends its hash in run.json; false where there is nothing to change.
pub(crate) fn tamper(run: &Path, change: &Change) -> bool {
    let file = match change {
        Change::Unit { file, .. }
        | Change::Value { file, .. }
        | Change::Drop { file, .. }
        | Change::Twice { file, .. }
        | Change::Swap { file, .. }
        | Change::Header { file }
        | Change::Truncate { file, .. }
        | Change::Crlf { file }
        | Change::EmptyLine { file } => *file,
    };
    let path = run.join(file);
    let before = fs::read(&path).unwrap();
    let mut rows = table(&path);
    let column = |name: &str| rows[0].iter().position(|field| field == name).unwrap();
    match change {
        Change::Unit { row, column: name, .. } => {
            let column = column(name);
            let cell = &mut rows[*row][column];
            let Some(digit) = cell.pop() else {
                return false;
            };
            let other = char::from_digit((digit.to_digit(10).unwrap() + 1) % 10, 10).unwrap();
            cell.push(other);
        }
        Change::Value {
            row,
            column: name,
            value,
            ..
        } => {
            let column = column(name);
            rows[*row][column] = (*value).to_owned();
        }
        Change::Drop { row, .. } => drop(rows.remove(*row)),
        Change::Twice { row, .. } => rows.insert(*row, rows[*row].clone()),
        Change::Swap { row, .. } => rows.swap(*row, row + 1),
        Change::Header { .. } => rows[0][0].push('x'),
        Change::Truncate { .. } | Change::Crlf { .. } | Change::EmptyLine { .. } => {}
    }
    write_table(&path, &rows);
    let mut bytes = fs::read(&path).unwrap();
    match change {
        Change::Truncate { bytes: cut, .. } => bytes.truncate(bytes.len() - cut),
        Change::Crlf { .. } => bytes = String::from_utf8(bytes).unwrap().replace('\n', "\r\n").into_bytes(),
        Change::EmptyLine { .. } => bytes.push(b'\n'),
        _ => {}
    }
    fs::write(&path, &bytes).unwrap();
    let mut json = run_json(run);
    let output = json.outputs.iter_mut().find(|output| output.file == file).unwrap();
    output.fingerprint = fingerprint(&bytes);
    write_run(run, &json);
    bytes != before
}
