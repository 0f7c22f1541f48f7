//! `group` writes two files: after a kill or a fault they are of one grouping, or the rejects are
//! missing, which no whole grouping leaves.

use crate::run::{logged, run, run_with};
use crate::scene::write_files;
use std::fs;
use std::path::Path;

const EIO: i32 = 5;
const COMMAND: &str = "group --scheme teaching.dzs --claims claims.csv --out out.csv --threads 1";

/// The rows and the rejects that stand under their names.
type Pair = [Option<Vec<u8>>; 2];

fn pair(at: &Path) -> Pair {
    ["out.csv", "out.csv.rejects.csv"].map(|name| fs::read(at.join(name)).ok())
}

/// A folder with a scheme and claims, and what an older grouping left, other rows and other rejects.
fn place(with_old: bool) -> (tempfile::TempDir, Pair) {
    let place = tempfile::tempdir().unwrap();
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/group-claims");
    let claims = fs::read_to_string(example.join("claims.csv")).unwrap();
    let files = [
        (
            "teaching.dzs".to_owned(),
            fs::read(example.join("teaching.dzs")).unwrap(),
        ),
        ("claims.csv".to_owned(), claims.replace("\nS004,", "\n,").into_bytes()),
        ("old.csv".to_owned(), claims.replace("\nS005,", "\n,").into_bytes()),
    ];
    write_files(place.path(), &files.into());
    if with_old {
        let old = COMMAND.replace("claims.csv", "old.csv");
        assert_eq!(run(place.path(), &old).code, Some(1));
    }
    let old = pair(place.path());
    (place, old)
}

/// What is wrong with the two files that a fault leaves.
fn complaint(old: &Pair, new: &Pair, found: &Pair) -> Option<&'static str> {
    let is = |all: &Pair, file: usize| found[file] == all[file];
    if found == old || found == new {
        None
    } else if found[1].is_some() {
        Some("rows and rejects of two groupings")
    } else {
        (!is(old, 0) && !is(new, 0)).then_some("half a file")
    }
}

fn complaints(with_old: bool, faults: &[&str]) -> Vec<String> {
    let (whole, old) = place(with_old);
    let (done, touches) = logged(whole.path(), COMMAND, None);
    assert_eq!(done.code, Some(1), "{}", done.stderr);
    let new = pair(whole.path());
    assert!(new[0] != old[0] && new[1] != old[1] && new.iter().all(Option::is_some));
    let renames = touches.iter().filter(|touch| touch.kind == "Rename").count();
    assert_eq!(renames, 2, "{touches:?}");
    let mut complaints = Vec::new();
    for (touch, fault) in touches
        .iter()
        .flat_map(|touch| faults.iter().map(move |fault| (touch, fault)))
    {
        let (place, old) = place(with_old);
        let fault = fault.replace('N', &touch.number.to_string());
        let done = run_with(place.path(), COMMAND, &fault, None);
        let found = complaint(&old, &new, &pair(place.path()));
        complaints.extend(found.map(|found| format!("{fault} {touch:?}: {found}")));
        let ended = if fault.starts_with("fail") {
            done.code == Some(2)
        } else {
            done.signal == Some(9)
        };
        // A file that was not there need not be removed.
        let harmless = touch.kind == "Remove" && done.code == Some(1);
        if !ended && !harmless {
            complaints.push(format!("{fault} {touch:?}: {done:?}"));
        }
        let again = run(place.path(), COMMAND);
        if again.code != Some(1) || pair(place.path()) != new {
            complaints.push(format!(
                "{fault} {touch:?}: the re-run ends otherwise: {}",
                again.stderr
            ));
        }
    }
    complaints
}

#[test]
fn a_killed_grouping_is_seen_to_be_one() {
    for with_old in [false, true] {
        let complaints = complaints(with_old, &["kill:N", "torn:N"]);
        assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    }
}

#[test]
fn a_grouping_that_the_disk_fails_is_told() {
    for with_old in [false, true] {
        let complaints = complaints(with_old, &[&format!("fail:N:{EIO}")]);
        assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    }
}
