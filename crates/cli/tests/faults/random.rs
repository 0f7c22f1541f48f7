//! Killed from outside at any moment. 40 times, or as often as `DIANZHI_KILLS` says.

use crate::run::{dianzhi, finish};
use crate::scene::{Over, Scene};
use std::time::{Duration, Instant};

#[test]
fn a_kill_at_any_moment_leaves_no_run_or_a_whole_one() {
    let kills: u32 = std::env::var("DIANZHI_KILLS").map_or(40, |kills| kills.parse().unwrap());
    let scenes = [Over::Nothing, Over::OldRun, Over::Notes].map(|over| Scene::new(over, None));
    let mut killed = 0;
    // How long a run takes here and now; it is measured again with every run that got through.
    let mut whole = Duration::from_millis(30);
    for i in 0..kills {
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
        } else {
            whole = (whole * 7 + start.elapsed()) / 8;
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
    println!("{killed} of {kills} runs were killed before their end");
    assert!(
        killed * 4 > kills,
        "only {killed} of {kills} runs were killed before their end"
    );
}
