//! Disks without room and folders that cannot be written, made with mounts of our own where that
//! is allowed.

use crate::scene::{Over, Scene};
use std::fs;
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::Command;

/// Says so where the test harness cannot swallow it, as it does what is printed by macros; with
/// `DIANZHI_MOUNTS=1` it is a failure.
fn skipped(why: &str) {
    assert!(
        std::env::var("DIANZHI_MOUNTS").as_deref() != Ok("1"),
        "not to be skipped: {why}"
    );
    let _ = std::io::stderr().write_all(format!("skipped: {why}\n").as_bytes());
}

/// Runs a script in a mount namespace of its own; `None` and a word where that is not allowed.
fn with_mounts(at: &Path, script: &str) -> Option<(Option<i32>, String)> {
    let allowed = Command::new("unshare")
        .args(["-m", "sh", "-c", "mount -t tmpfs -o size=64k none . && touch x"])
        .current_dir(at)
        .output();
    if !allowed.is_ok_and(|allowed| allowed.status.success()) {
        skipped("mounting is not allowed here");
        return None;
    }
    let output = Command::new("unshare")
        .args(["-m", "sh", "-c", script])
        .current_dir(at)
        .env("LC_ALL", "C")
        .env("DIANZHI_FAULT_BLOCK", "16384")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(!said.contains("panicked"), "{said}");
    Some((output.status.code(), said))
}

/// The scene's command with the run on another disk, and what is left there.
fn script(scene: &Scene, prepare: &str) -> String {
    let binary = env!("CARGO_BIN_EXE_dianzhi");
    let settle = scene.command.replace("--out new/deep/run", "--out small/run");
    format!(
        "{prepare}\n{binary} {settle}; code=$?\nls -A small | sed 's/^/left: /'\n\
         if [ $code = 1 ]; then {binary} verify small/run || exit 9; fi\nexit $code"
    )
}

#[test]
fn a_small_disk_holds_a_whole_run_or_none() {
    let scene = Scene::new(Over::Nothing, None);
    let (mut refused, mut whole) = (0, 0);
    for kilobytes in [4, 8, 16, 24, 40, 64, 96, 128, 160, 192, 512] {
        let place = scene.place();
        fs::create_dir(place.path().join("small")).unwrap();
        let mount = format!("mount -t tmpfs -o size={kilobytes}k none small || exit 99");
        let Some((code, said)) = with_mounts(place.path(), &script(&scene, &mount)) else {
            return;
        };
        match code {
            Some(2) => {
                refused += 1;
                assert!(
                    said.contains("error[F106]") && !said.contains("left:"),
                    "{kilobytes}k: {said}"
                );
            }
            Some(1) => {
                whole += 1;
                assert!(
                    said.contains("left: run\n") && !said.contains("left: ."),
                    "{kilobytes}k: {said}"
                );
            }
            other => panic!("{kilobytes}k: {other:?} {said}"),
        }
    }
    assert!(refused > 3 && whole > 0, "{refused} refused, {whole} whole");
}

#[test]
fn a_folder_that_cannot_be_written_is_f106() {
    let scene = Scene::new(Over::Nothing, None);
    let place = scene.place();
    fs::create_dir(place.path().join("small")).unwrap();
    let read_only = script(&scene, "mount -t tmpfs -o ro none small || exit 99");
    if let Some((code, said)) = with_mounts(place.path(), &read_only) {
        assert_eq!(code, Some(2), "{said}");
        assert!(
            said.contains("error[F106]") && said.contains("Read-only") && !said.contains("left:"),
            "{said}"
        );
    }
    let settle = scene.command.replace("--out new/deep/run", "--out small/run");
    let binary = env!("CARGO_BIN_EXE_dianzhi");
    // Permissions do not stop root, so root becomes nobody for this.
    let is_root = fs::metadata(place.path()).unwrap().uid() == 0;
    fs::set_permissions(
        place.path().join("small"),
        std::os::unix::fs::PermissionsExt::from_mode(0o555),
    )
    .unwrap();
    let line = if is_root {
        let nobody = "setpriv --reuid=65534 --regid=65534 --clear-groups";
        format!(
            "{nobody} sh -c 'test -x {binary} -a -r ../year/region.toml' || exit 98\nexec {nobody} {binary} {settle}"
        )
    } else {
        format!("exec {binary} {settle}")
    };
    let output = Command::new("sh")
        .args(["-c", &line])
        .current_dir(place.path())
        .env("LC_ALL", "C")
        .output()
        .unwrap();
    if output.status.code() == Some(98) {
        skipped("root cannot become nobody here");
        return;
    }
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(
        said.contains("error[F106]") && said.contains("Permission denied"),
        "{said}"
    );
    assert_eq!(fs::read_dir(place.path().join("small")).unwrap().count(), 0);
}
