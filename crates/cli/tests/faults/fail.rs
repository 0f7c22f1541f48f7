//! Every touch fails once; the disk is full from any touch on; writes are cut short.

use crate::run::{Touch, run, run_with};
use crate::scene::{Over, Scene};

const EINTR: i32 = 4;
const EIO: i32 = 5;

/// A fault that the run must end by with exit 2, everything as it was before.
fn refused(scene: &Scene, fault: &str, touch: &Touch, defect: Option<&str>) -> Option<String> {
    let place = scene.place();
    let done = run_with(place.path(), &scene.command, fault, defect);
    let complaint = match done.code {
        Some(2) if !done.stderr.contains("error[") => Some(format!("no code: {}", done.stderr)),
        Some(2) => scene.differs_from_before(place.path()),
        // What cannot be removed is left behind a run that is whole.
        Some(1) if touch.kind == "Remove" => scene.complaint_after_a_kill(place.path()),
        other => Some(format!("exit {other:?}: {}", done.stderr)),
    };
    complaint.map(|complaint| format!("{fault} {touch:?}: {complaint}"))
}

/// A fault that the run must not even notice.
fn unnoticed(scene: &Scene, fault: &str) -> Option<String> {
    let place = scene.place();
    let done = run_with(place.path(), &scene.command, fault, None);
    if done.code != Some(1) {
        return Some(format!("{fault}: exit {:?}: {}", done.code, done.stderr));
    }
    scene
        .differs_from_after(place.path())
        .map(|complaint| format!("{fault}: {complaint}"))
}

/// What is wrong after one error of the disk, by touch.
pub(crate) fn complaints(over: Over, defect: Option<&str>) -> Vec<String> {
    let scene = Scene::new(over, defect);
    let touches = scene.touches.iter();
    touches
        .filter_map(|touch| refused(&scene, &format!("fail:{}:{EIO}", touch.number), touch, defect))
        .collect()
}

#[test]
fn an_error_leaves_everything_as_it_was() {
    for over in [Over::Nothing, Over::OldRun, Over::Notes] {
        let complaints = complaints(over, None);
        assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    }
}

#[test]
fn a_full_disk_leaves_everything_as_it_was() {
    let scene = Scene::new(Over::Nothing, None);
    let last = scene
        .touches
        .iter()
        .rfind(|touch| touch.kind == "SyncFile")
        .unwrap()
        .number;
    let needs_room = ["CreateFolder", "Create", "Write", "SyncFile"];
    let touches = scene.touches[..last].iter();
    let complaints: Vec<String> = touches
        .filter(|touch| needs_room.contains(&touch.kind.as_str()))
        .filter_map(|touch| refused(&scene, &format!("full:{}", touch.number), touch, None))
        .collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    let place = scene.place();
    let done = run_with(place.path(), &scene.command, &format!("full:{last}"), None);
    assert!(
        done.stderr.contains("error[F106]") && done.stderr.contains("No space"),
        "{}",
        done.stderr
    );
}

#[test]
fn short_and_interrupted_calls_are_taken_up_again() {
    let scene = Scene::new(Over::Nothing, None).on_one_thread();
    let mut complaints = Vec::new();
    for touch in &scene.touches {
        if touch.kind == "Write" {
            complaints.extend(unnoticed(&scene, &format!("half:{}", touch.number)));
        }
        // Reading a table's first bytes, then a packed file's, then the rest: each has its own loop.
        if touch.kind == "Write" || touch.kind == "Read" {
            complaints.extend(unnoticed(&scene, &format!("fail:{}:{EINTR}", touch.number)));
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn a_published_file_that_cannot_be_read_is_told_as_that() {
    let scene = Scene::new(Over::Nothing, None);
    let place = scene.place();
    assert_eq!(run(place.path(), &scene.command).code, Some(1));
    let (done, touches) = crate::run::logged(place.path(), &scene.command, None);
    assert!(done.stderr.contains("already is a whole run"), "{}", done.stderr);
    for (kind, file) in [("Read", "pools.csv"), ("Read", "run.json"), ("Open", "run.json")] {
        let same = |touch: &&Touch| touch.is(kind, &format!("run/{file}"));
        let read = touches.iter().find(same).unwrap();
        let done = run_with(
            place.path(),
            &scene.command,
            &format!("fail:{}:{EIO}", read.number),
            None,
        );
        assert_eq!(done.code, Some(2));
        assert!(
            done.stderr.contains("error[F101]") && done.stderr.contains(file),
            "{}",
            done.stderr
        );
        assert_eq!(scene.differs_from_after(place.path()), None);
    }
}

#[test]
fn a_name_given_back_by_half_is_told_as_it_is() {
    let scene = Scene::new(Over::Notes, None);
    let sync = scene.touches.iter().rfind(|touch| touch.kind == "SyncFolder").unwrap();
    // The flush fails, the run goes, the notes cannot come back: the run has the name again.
    let place = scene.place();
    let fail = |behind: usize| format!("fail:{}:{EIO}", sync.number + behind);
    let faults = format!("{},{}", fail(0), fail(2));
    let done = run_with(place.path(), &scene.command, &faults, None);
    assert_eq!(done.code, Some(2));
    assert!(
        done.stderr.contains("is there and whole") && done.stderr.contains("run.replaced-1"),
        "{}",
        done.stderr
    );
    assert_eq!(scene.differs_from_after(place.path()), None);
    // Nor can that: nothing is there, and nothing else is told.
    let place = scene.place();
    let done = run_with(place.path(), &scene.command, &format!("{faults},{}", fail(3)), None);
    assert_eq!(done.code, Some(2));
    assert!(
        !done.stderr.contains("is there and whole") && done.stderr.contains("run.replaced-1"),
        "{}",
        done.stderr
    );
    assert!(!place.path().join("run").exists());
    assert!(place.path().join("run.replaced-1/notes.txt").exists());
}

#[test]
fn a_filesystem_without_these_renames_gets_the_same_run() {
    const EINVAL: i32 = 22;
    for over in [Over::Nothing, Over::OldRun, Over::Notes] {
        let scene = Scene::new(over, None);
        let renames = scene.touches.iter().filter(|touch| touch.kind == "Rename");
        let complaints: Vec<String> = renames
            .filter_map(|touch| unnoticed(&scene, &format!("fail:{}:{EINVAL}", touch.number)))
            .collect();
        assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    }
    // A kill in the middle of the exchange: the old run is whole under the name that is documented.
    let scene = Scene::new(Over::OldRun, None);
    let exchange = scene
        .touches
        .iter()
        .rfind(|touch| touch.kind == "Rename")
        .unwrap()
        .number;
    let place = scene.place();
    let faults = format!("fail:{exchange}:{EINVAL},kill:{}", exchange + 2);
    assert_eq!(run_with(place.path(), &scene.command, &faults, None).signal, Some(9));
    assert!(!place.path().join("run").exists());
    let names = std::fs::read_dir(place.path()).unwrap();
    let old = names
        .map(|entry| entry.unwrap().path())
        .find(|path| path.extension().is_some_and(|old| old == "old"))
        .unwrap();
    assert_eq!(
        run(place.path(), &format!("verify {} --json", old.display())).code,
        Some(0)
    );
    // Its second rename fails: everything is as it was.
    let place = scene.place();
    let faults = format!("fail:{exchange}:{EINVAL},fail:{}:{EIO}", exchange + 2);
    assert_eq!(run_with(place.path(), &scene.command, &faults, None).code, Some(2));
    assert_eq!(scene.differs_from_before(place.path()), None);
}

#[test]
fn a_work_folder_that_cannot_be_kept_is_named_to_nobody() {
    let scene = Scene::new(Over::Nothing, None);
    let line = format!("{} --max-rejects 0", scene.command);
    let (done, touches) = crate::run::logged(scene.place().path(), &line, None);
    assert!(
        done.code == Some(2) && done.stderr.contains(".run.kept-"),
        "{}",
        done.stderr
    );
    let rename = touches.iter().find(|touch| touch.kind == "Rename").unwrap();
    let place = scene.place();
    let done = run_with(place.path(), &line, &format!("fail:{}:{EIO}", rename.number), None);
    assert_eq!(done.code, Some(2));
    let told = |part: &str| done.stderr.contains(part);
    assert!(
        told("error[R101]") && told("error[F106]") && !told(".work-") && !told("rejects.csv"),
        "{}",
        done.stderr
    );
    assert_eq!(scene.differs_from_before(place.path()), None);
}
