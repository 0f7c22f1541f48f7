//! Two runs into one folder, and what a killed one leaves to the next.

use crate::run::{Paused, dianzhi, finish, run, run_with};
use crate::scene::{CLAIMS, Over, Scene, files_of, run_verify};
use std::fs;
use std::path::Path;

const THIS: &str = "settle ../year/region.toml --out run --threads 2";
const PACKED: &str = "--claims ../year/more.csv.gz";

fn names(at: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(at)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// A run stands still before a touch while another one goes from its start to its end. Gives what
/// the one that waited said.
fn overtaken(waiting: &str, touch: usize, faster: &str, at: &Path) -> (Option<i32>, String) {
    let paused = Paused::at(at, waiting, touch);
    let done = run(at, faster);
    assert_eq!(done.code, Some(1), "{}", done.stderr);
    let first = files_of(&at.join("run"));
    let done = paused.go_on();
    let second = files_of(&at.join("run"));
    assert_eq!(run_verify(at, "run").code, Some(0));
    assert_eq!(names(at), ["run"], "{}", done.stderr);
    let replaced = waiting.contains("--replace");
    let same = waiting.split(" --out").next() == faster.split(" --out").next();
    assert_eq!(first == second, !replaced || same, "{waiting}");
    (done.code, done.stderr)
}

#[test]
fn the_slower_of_two_runs_finds_the_faster_one_s() {
    let scene = Scene::new(Over::Nothing, None);
    let at = scene.place();
    let whole = format!("settle ../year/region.toml {CLAIMS} --out run --threads 2");
    let other = format!("settle ../year/region.toml {PACKED} --out run --threads 2");
    let (_, touches) = crate::run::logged(at.path(), &whole, None);
    fs::remove_dir_all(at.path().join("run")).unwrap();
    let number = |kind: &str, end: &str| touches.iter().find(|touch| touch.is(kind, end)).unwrap().number;
    for touch in [
        number("Stat", "groups.csv"),
        number("Create", "claims.csv"),
        number("Rename", "run"),
    ] {
        let again = || fs::remove_dir_all(at.path().join("run")).unwrap();
        // The same run twice: it is there, and the slower one says so.
        let (code, said) = overtaken(&whole, touch, &whole, at.path());
        assert!(code == Some(1) && said.contains("already is a whole run"), "{said}");
        again();
        // Another run: it stays, and the slower one is refused.
        let (code, said) = overtaken(&whole, touch, &other, at.path());
        assert!(code == Some(2) && said.contains("error[F107]"), "{said}");
        again();
        // Asked to replace, the slower one does; there is no moment without a run.
        for faster in [other.clone(), format!("{other} --replace")] {
            let (code, said) = overtaken(&format!("{whole} --replace"), touch, &faster, at.path());
            assert!(code == Some(1) && said.contains("Written to"), "{said}");
            again();
        }
    }
}

#[test]
fn many_at_once_leave_one_whole_run() {
    let scene = Scene::new(Over::Nothing, None);
    for round in 0..6u32 {
        let at = scene.place();
        let start = |i: u32| {
            let claims = if i.is_multiple_of(2) { CLAIMS } else { PACKED };
            let replace = if (i + round).is_multiple_of(3) { "--replace" } else { "" };
            dianzhi(at.path(), &format!("{THIS} {claims} {replace}"))
                .spawn()
                .unwrap()
        };
        let all: Vec<_> = (0..6).map(start).collect();
        for (i, child) in (0u32..).zip(all) {
            let done = finish(child);
            let refused = done.code == Some(2) && done.stderr.contains("error[F107]");
            assert!(done.code == Some(1) || refused, "{i}: {:?} {}", done.code, done.stderr);
            assert!(
                !(refused && (i + round).is_multiple_of(3)),
                "--replace is refused by nobody: {}",
                done.stderr
            );
        }
        assert_eq!(names(at.path()), ["run"]);
        let verified = run_verify(at.path(), "run");
        assert!(
            verified.code == Some(0) && verified.stdout.contains("\"complete\": true"),
            "{}",
            verified.stdout
        );
    }
}

#[test]
fn only_work_folders_of_the_dead_are_removed() {
    let scene = Scene::new(Over::Nothing, None);
    let place = scene.place();
    let at = place.path();
    let whole = format!("{THIS} {CLAIMS}");
    let (_, touches) = crate::run::logged(at, &whole, None);
    fs::remove_dir_all(at.join("run")).unwrap();
    let create = touches
        .iter()
        .find(|touch| touch.is("Create", "claims.csv"))
        .unwrap()
        .number;
    run_with(at, &whole, &format!("kill:{create}"), None);
    let dead = names(at);
    assert!(dead.len() == 1 && dead[0].starts_with(".run.work-"), "{dead:?}");
    // Kept for people: too many rejects.
    assert_eq!(run(at, &format!("{whole} --max-rejects 0")).code, Some(2));
    let kept = names(at);
    assert!(kept.len() == 1 && kept[0].starts_with(".run.kept-"), "{kept:?}");
    let alive = Paused::at(at, &whole, create);
    assert_eq!(run(at, &format!("{THIS} {PACKED}")).code, Some(1));
    let found = names(at);
    assert!(found.len() == 3 && found.contains(&kept[0]), "{found:?}");
    assert_eq!(alive.go_on().code, Some(2));
    assert_eq!(names(at), [kept[0].clone(), "run".to_owned()]);
}

#[test]
fn what_was_set_aside_is_told_whoever_has_the_name_by_then() {
    let scene = Scene::new(Over::Notes, None);
    let touches = scene.touches.iter();
    let second = touches.filter(|touch| touch.is("Rename", "run")).nth(1).unwrap().number;
    let other = format!("{THIS} {PACKED}");
    // The name is free while the notes are aside; another run takes it, and is exchanged.
    let place = scene.place();
    let paused = Paused::at(place.path(), &scene.command, second);
    assert_eq!(run(place.path(), &other).code, Some(1));
    let done = paused.go_on();
    assert!(
        done.code == Some(1) && done.stderr.contains("run.replaced-1"),
        "{}",
        done.stderr
    );
    assert_eq!(scene.differs_from_after(place.path()), None);
    // The exchange fails: the other run stays, and so do the notes.
    let place = scene.place();
    let fault = format!("fail:{}:5", second + 1);
    let paused = Paused::with(place.path(), &scene.command, second, &fault);
    assert_eq!(run(place.path(), &other).code, Some(1));
    let done = paused.go_on();
    assert!(
        done.code == Some(2) && done.stderr.contains("run.replaced-1"),
        "{}",
        done.stderr
    );
    assert_eq!(names(place.path()), ["run", "run.replaced-1"]);
    assert_eq!(run_verify(place.path(), "run").code, Some(0));
}
