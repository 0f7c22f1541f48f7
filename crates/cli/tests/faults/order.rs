//! The order in which things reach the disk, for the power that fails: what is renamed is flushed.

use crate::run::Touch;
use crate::scene::{Over, Scene};

/// What is wrong with the order of a run's touches.
pub(crate) fn complaints(touches: &[Touch]) -> Vec<String> {
    let mut complaints = Vec::new();
    let mut complain = |wrong: bool, what: String| {
        if wrong {
            complaints.push(what);
        }
    };
    let at = |kind: &str, path: &std::path::Path| {
        let same = |touch: &&Touch| touch.kind == kind && touch.path == path;
        touches.iter().rfind(same).map(|touch| touch.number)
    };
    let rename = touches.iter().find(|touch| touch.is("Rename", "run")).unwrap();
    let before_rename = |number: Option<usize>| number.is_some_and(|number| number < rename.number);
    let created: Vec<&Touch> = touches.iter().filter(|touch| touch.kind == "Create").collect();
    for file in &created {
        let synced = at("SyncFile", &file.path);
        complain(
            synced < at("Write", &file.path),
            format!("written behind its flush: {file:?}"),
        );
        complain(!before_rename(synced), format!("renamed before its flush: {file:?}"));
        let folder = at("SyncFolder", file.path.parent().unwrap());
        complain(
            !before_rename(folder),
            format!("renamed before its name was flushed: {file:?}"),
        );
        complain(
            folder < Some(file.number),
            format!("made behind the flush of its folder: {file:?}"),
        );
    }
    let last = created.last().unwrap();
    complain(
        !last.path.ends_with("run.json"),
        format!("run.json is not the last: {last:?}"),
    );
    let parent = at("SyncFolder", rename.path.parent().unwrap_or(std::path::Path::new("")));
    let parent = parent.or_else(|| at("SyncFolder", std::path::Path::new(".")));
    // The first try may have found the name taken; the last one is the rename that must be flushed.
    let named = touches.iter().rfind(|touch| touch.is("Rename", "run")).unwrap();
    complain(parent < Some(named.number), "the new name is not flushed".to_owned());
    for folder in touches.iter().filter(|touch| touch.is("CreateFolder", "deep")) {
        let above = at("SyncFolder", folder.path.parent().unwrap());
        complain(
            above < Some(folder.number),
            format!("the name of a new folder is not flushed: {folder:?}"),
        );
    }
    complaints
}

#[test]
fn everything_is_flushed_before_the_rename() {
    for over in [Over::Nothing, Over::OldRun, Over::Notes] {
        let complaints = complaints(&Scene::new(over, None).touches);
        assert!(complaints.is_empty(), "{over:?}\n{}", complaints.join("\n"));
    }
}
