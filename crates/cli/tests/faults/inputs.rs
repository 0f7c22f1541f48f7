//! Inputs that change while a run reads them: it is refused, or its figures come from the bytes
//! whose fingerprint it holds.

use crate::run::{Paused, Touch, logged, run};
use crate::scene::own_year;
use std::fs;
use std::path::Path;

const SETTLE: &str = "settle year/region.toml --claims year/claims.csv --claims year/more.csv.gz --out run --threads 1";

/// What happens to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change {
    Grows,
    Shrinks,
    Emptied,
    /// One digit of the last record, a duplicate: its length stays.
    OtherBytes,
    /// The same, with the time of the last change set back.
    InSecret,
    Replaced,
    Gone,
}

const ALL: [Change; 7] = [
    Change::Grows,
    Change::Shrinks,
    Change::Emptied,
    Change::OtherBytes,
    Change::InSecret,
    Change::Replaced,
    Change::Gone,
];

/// Another digit in the last field of the last record, or another byte near the end of a packed file.
fn other_byte(path: &Path) -> Vec<u8> {
    let mut bytes = fs::read(path).unwrap();
    let at = bytes.iter().rposition(u8::is_ascii_digit).unwrap();
    bytes[at] = if bytes[at] == b'1' { b'2' } else { b'1' };
    bytes
}

fn change(path: &Path, how: Change) {
    let bytes = fs::read(path).unwrap();
    match how {
        Change::Grows => fs::write(path, [&bytes[..], &bytes[..]].concat()).unwrap(),
        Change::Shrinks => fs::write(path, &bytes[..bytes.len() * 2 / 3]).unwrap(),
        Change::Emptied => fs::write(path, "").unwrap(),
        Change::OtherBytes => fs::write(path, other_byte(path)).unwrap(),
        Change::InSecret => {
            let before = fs::metadata(path).unwrap().modified().unwrap();
            fs::write(path, other_byte(path)).unwrap();
            fs::File::options()
                .write(true)
                .open(path)
                .unwrap()
                .set_modified(before)
                .unwrap();
        }
        Change::Replaced => {
            let aside = path.with_extension("new");
            fs::write(&aside, other_byte(path)).unwrap();
            fs::rename(aside, path).unwrap();
        }
        Change::Gone => fs::remove_file(path).unwrap(),
    }
}

/// A change before one touch; what came of it that should not.
fn complaint(file: &str, how: Change, touch: &Touch, (first, last): (bool, usize)) -> Option<String> {
    let (place, year) = own_year();
    let at = place.path();
    let paused = Paused::at(at, SETTLE, touch.number);
    change(&year.join(file), how);
    let done = paused.go_on();
    let there = at.join("run").exists();
    let what = match done.code {
        Some(2) if there => "refused and published".to_owned(),
        Some(2) if !done.stderr.contains("error[") => "no code".to_owned(),
        // Gone before it was opened, it is missing; before anything was looked at, it is as it is.
        Some(2) if first || done.stderr.contains("error[F105]") => return None,
        Some(2) if how == Change::Gone && done.stderr.contains("error[F101]") => return None,
        Some(2) => "F105 is not told".to_owned(),
        Some(1) if there => {
            let verified = run(at, "verify run --json");
            let complete = verified.stdout.contains("\"complete\": true");
            if verified.code != Some(0) {
                format!("verify refuses it: {}", verified.stdout)
            } else if !complete && touch.number < last {
                "the bytes that it was made from were nowhere".to_owned()
            } else if complete && touch.number >= last {
                "verify does not see the change".to_owned()
            } else {
                return None;
            }
        }
        other => format!("exit {other:?}, there: {there}"),
    };
    Some(format!("{file} {how:?} before {touch:?}: {what}\n{}", done.stderr))
}

/// Moments worth a change: around everything done with the file, the first touch of each kind in a
/// row, and the last before the run has its name.
fn moments(touches: &[Touch], file: &str) -> Vec<Touch> {
    let mut moments: Vec<Touch> = Vec::new();
    let mut before = "";
    for touch in touches {
        let its = touch.path.ends_with(format!("year/{file}"));
        if (its && touch.kind != before) || touch.is("Create", "rejects.csv") || touch.kind == "Rename" {
            moments.push(touch.clone());
        }
        if its {
            before = &touch.kind;
        }
    }
    moments
}

fn complaints(file: &str, changes: &[Change]) -> Vec<String> {
    let (place, _) = own_year();
    let (done, touches) = logged(place.path(), SETTLE, None);
    assert_eq!(done.code, Some(1), "{}", done.stderr);
    let last = touches.iter().find(|touch| touch.kind == "Rename").unwrap().number;
    let moments = moments(&touches, file);
    assert!(moments.len() > 3, "{moments:?}");
    let mut complaints = Vec::new();
    for (i, touch) in moments.iter().enumerate() {
        complaints.extend(
            changes
                .iter()
                .filter_map(|how| complaint(file, *how, touch, (i == 0, last))),
        );
    }
    complaints
}

#[test]
fn a_plain_claim_file_that_changes() {
    let complaints = complaints("claims.csv", &ALL);
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn a_packed_claim_file_that_changes() {
    let complaints = complaints("more.csv.gz", &[Change::OtherBytes, Change::Shrinks, Change::Gone]);
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn a_table_that_changes() {
    let complaints = complaints("prepayments.csv", &[Change::InSecret, Change::Replaced, Change::Gone]);
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn too_many_rejects_of_a_file_that_changed_are_the_change_s() {
    let line = format!("{SETTLE} --max-rejects 0");
    let (place, _) = own_year();
    let (done, touches) = logged(place.path(), &line, None);
    assert!(done.stderr.contains("error[R101]"), "{}", done.stderr);
    let create = touches.iter().find(|touch| touch.is("Create", "rejects.csv")).unwrap();
    let (place, year) = own_year();
    let paused = Paused::at(place.path(), &line, create.number);
    change(&year.join("claims.csv"), Change::InSecret);
    let done = paused.go_on();
    assert!(
        done.code == Some(2) && done.stderr.contains("error[F105]") && !done.stderr.contains("error[R101]"),
        "{}",
        done.stderr
    );
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1, "only the year is left");
}
