//! Killed from outside at any moment. 40 times, or as often as `DIANZHI_KILLS` says.

use crate::run::{dianzhi, finish};
use crate::scene::{Over, Scene};
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

#[test]
fn a_kill_at_any_moment_leaves_no_run_or_a_whole_one() {
    let kills: u32 = std::env::var("DIANZHI_KILLS").map_or(40, |kills| kills.parse().unwrap());
    let scenes = [Over::Nothing, Over::OldRun, Over::Notes].map(|over| Scene::new(over, None));
    let (mut killed, mut at_work) = (0, 0);
    // How long a run takes here and now: shorter than thought where one gets through, longer where
    // a late kill still finds it.
    let mut whole = Duration::from_millis(40);
    let mut i = 0;
    while killed < kills {
        i += 1;
        assert!(
            i < 4 * kills + 40,
            "only {killed} of {i} runs were killed before their end"
        );
        let scene = &scenes[i as usize % scenes.len()];
        let place = scene.place();
        let start = Instant::now();
        let mut child = dianzhi(place.path(), &scene.command).spawn().unwrap();
        // Spread over the length of a run; 617 and 1000 have no common divisor.
        let share = i * 617 % 1_000;
        std::thread::sleep(whole * share / 900);
        let _ = child.kill();
        let done = finish(child);
        if done.signal.is_some() {
            killed += 1;
            at_work += u32::from(has_work_folder(place.path()));
            whole = if share > 800 { whole * 5 / 4 } else { whole };
        } else {
            whole = (whole + start.elapsed().min(whole)) / 2 * 15 / 16;
        }
        let complaint = scene.complaint_after_a_kill(place.path());
        assert_eq!(complaint, None, "kill {i} of {:?}", scene.over);
        if scene.over != Over::Notes {
            assert_eq!(
                scene.complaint_about_a_rerun(place.path()),
                None,
                "kill {i} of {:?}",
                scene.over
            );
        }
    }
    println!("{i} runs, {killed} killed before their end, {at_work} of them with a work folder there");
    assert!(at_work > 0 || kills < 40, "no kill found a run at its outputs");
}

fn has_work_folder(place: &Path) -> bool {
    let out = if place.join("new").exists() { "new/deep" } else { "" };
    let entries = fs::read_dir(place.join(out)).into_iter().flatten().flatten();
    let mut names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    names.any(|name| name.starts_with(".run.work-"))
}
