//! A harness that finds nothing proves nothing: defects that it must find.

use crate::scene::{Over, Scene};
use crate::{fail, kill, order};

#[test]
fn a_run_that_has_its_name_too_early_is_found() {
    let complaints = kill::complaints(Over::Nothing, Some("early"));
    assert!(
        complaints.iter().any(|complaint| complaint.contains("half a run")),
        "{complaints:?}"
    );
}

#[test]
fn errors_passed_over_are_found() {
    let complaints = fail::complaints(Over::OldRun, Some("deaf"));
    for kind in ["Write", "SyncFile", "SyncFolder"] {
        let found = |complaint: &&String| complaint.contains(kind) && complaint.contains("exit Some(1)");
        assert!(
            complaints.iter().any(|complaint| found(&complaint)),
            "{kind}: {complaints:?}"
        );
    }
}

#[test]
fn a_run_that_is_not_flushed_is_found() {
    let complaints = order::complaints(&Scene::new(Over::Nothing, Some("unsynced")).touches);
    assert!(complaints.len() > 5, "{complaints:?}");
}
