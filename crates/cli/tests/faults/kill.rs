//! Killed before every touch, and in the middle of every write.

use crate::run::run_with;
use crate::scene::{Over, Scene};

/// What is wrong after kills, by touch.
pub(crate) fn complaints(over: Over, defect: Option<&str>) -> Vec<String> {
    let scene = Scene::new(over, defect);
    let mut complaints = Vec::new();
    for touch in &scene.touches {
        let kills: &[&str] = if touch.kind == "Write" {
            &["kill", "torn"]
        } else {
            &["kill"]
        };
        for kill in kills {
            let place = scene.place();
            let fault = format!("{kill}:{}", touch.number);
            let done = run_with(place.path(), &scene.command, &fault, defect);
            assert_eq!(done.signal, Some(9), "{fault} {touch:?}: {}", done.stderr);
            let complaint = if touch.number <= scene.first_change() {
                scene.differs_from_before(place.path())
            } else {
                let after = scene.complaint_after_a_kill(place.path());
                // Set aside once, the notes are no longer there to be set aside again.
                after.or_else(|| {
                    scene
                        .complaint_about_a_rerun(place.path())
                        .filter(|_| over != Over::Notes)
                })
            };
            complaints.extend(complaint.map(|complaint| format!("{fault} {touch:?}: {complaint}")));
        }
    }
    complaints
}

#[test]
fn a_new_run_is_there_whole_or_not_at_all() {
    let complaints = complaints(Over::Nothing, None);
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn a_replaced_run_is_the_old_one_or_the_new_one() {
    let complaints = complaints(Over::OldRun, None);
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn what_is_no_run_is_never_lost() {
    let complaints = complaints(Over::Notes, None);
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}
