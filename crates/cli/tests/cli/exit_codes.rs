//! 0 done · 1 some rejected · 2 refused · 3 a check failed · 130 interrupted.

use crate::run::{dianzhi, home, run};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

const ONE_REJECTED: &str = "setl_id,fixmedins_code,insutype,dscg_time,group_code,medfee_sumamt,hifp_pay\n\
     C001,H001,310,2026-01-12,ES25,10000.00,7000.00\n\
     C002,H009,310,2026-02-09,GD11,12000.00,8400.00\n";

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn nothing_rejected_is_0_and_some_rejected_is_1() {
    let home = home();
    let at = home.path();
    run(at, "settle base/region.toml --out all").exits(0);
    run(at, "check base/region.toml").exits(0);
    fs::write(at.join("claims.csv"), ONE_REJECTED).unwrap();
    run(at, "settle base/region.toml --claims claims.csv --out some").exits(1);
    assert!(at.join("some/run.json").exists());
    run(at, "settle base/region.toml --claims claims.csv --out some")
        .exits(1)
        .says("already is a whole run");
    run(at, "check base/region.toml --claims claims.csv").exits(1);
}

#[test]
fn too_many_rejects_is_2_and_keeps_the_rejects() {
    let home = home();
    let at = home.path();
    fs::write(at.join("claims.csv"), ONE_REJECTED).unwrap();
    for within in ["1", "50%"] {
        let line = format!("settle base/region.toml --claims claims.csv --out run --replace --max-rejects {within}");
        run(at, &line).exits(1);
        let line = format!("check base/region.toml --claims claims.csv --max-rejects {within}");
        run(at, &line).exits(1);
    }
    for beyond in ["0", "49.99%"] {
        let line = format!("settle base/region.toml --claims claims.csv --out none --max-rejects {beyond}");
        run(at, &line).exits(2).says("The work folder is kept: ./.none.kept-");
        let line = format!("check base/region.toml --claims claims.csv --max-rejects {beyond}");
        run(at, &line).exits(2).says("[R101]");
    }
    assert!(!at.join("none").exists());
    let kept: Vec<String> = names(at)
        .into_iter()
        .filter(|name| name.starts_with(".none.kept-"))
        .collect();
    assert_eq!(kept.len(), 2);
    assert!(at.join(&kept[0]).join("rejects.csv").exists());
}

#[test]
fn errors_are_json_on_demand() {
    let home = home();
    let done = run(home.path(), "settle base/gone.toml --out run --json").exits(2);
    assert_eq!(done.json()["errors"][0]["code"], "F101");
    assert!(done.says("error[F101]").json()["errors"][0]["message"]["zh"].is_string());
    assert_eq!(names(home.path()), ["base"]);
}

#[test]
fn a_tampered_run_is_3() {
    let home = home();
    let at = home.path();
    run(at, "settle base/region.toml --out run").exits(0);
    run(at, "verify run").exits(0);
    let file = at.join("run/claims.csv");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replacen("8000.00", "8000.01", 1)).unwrap();
    let done = run(at, "verify run").exits(3);
    assert!(done.stdout.contains('✗'), "{}", done.stdout);
    let done = run(at, "explain run C001").exits(3);
    assert!(done.stdout.contains("does NOT agree"), "{}", done.stdout);
}

#[test]
fn many_errors_are_cut_short() {
    let home = home();
    let at = home.path();
    let mut groups = "group_code,name,kind,base_points,mean_cost\n".to_owned();
    for i in 0..60 {
        groups += &format!("G{i},x,core,-{},1000\n", i + 1);
    }
    fs::write(at.join("base/groups.csv"), groups).unwrap();
    let done = run(at, "check base/region.toml --json").exits(2);
    assert_eq!(done.json()["errors"].as_array().unwrap().len(), 60);
    assert_eq!(done.stderr.matches("error[T106]").count(), 50);
    done.says("\n\nand 10 more\n");
}

#[test]
fn one_mistake_of_many_rows_is_told_once() {
    let home = home();
    let at = home.path();
    let mut groups = "group_code,name,kind,base_points,mean_cost\n".to_owned();
    for i in 0..12 {
        groups += &format!("G{i},x,core,-1,1000\n");
    }
    fs::write(at.join("base/groups.csv"), groups).unwrap();
    let done = run(at, "check base/region.toml").exits(2);
    assert_eq!(done.stderr.matches("error[T106]").count(), 1);
    done.says("it must be 0 or more (and 11 more rows, lines 3, 4, 5, 6, 7, 8, 9, 10 …)");
}

#[test]
fn a_closed_stdout_ends_quietly() {
    let home = home();
    run(home.path(), "settle base/region.toml --out run").exits(0);
    for line in [
        "check base/region.toml",
        "explain run C001",
        "check base/region.toml --json",
        "--help",
        "completions bash",
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = dianzhi(home.path(), "C");
        command
            .args(line.split_whitespace())
            .stdout(writer)
            .stderr(Stdio::piped());
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{line}");
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "", "{line}");
    }
}

#[test]
fn a_full_stdout_is_2() {
    let Ok(full) = fs::OpenOptions::new().write(true).open("/dev/full") else {
        return;
    };
    let home = home();
    let mut command = dianzhi(home.path(), "C");
    let output = command
        .args(["check", "base/region.toml"])
        .stdout(full)
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        String::from_utf8(output.stderr)
            .unwrap()
            .contains("cannot write to stdout")
    );
}

#[test]
fn an_interrupted_run_is_130_and_leaves_nothing() {
    let home = tempfile::tempdir().unwrap();
    let at = home.path();
    run(at, "synth --claims 300000 --seed 3 --out year").exits(0);
    // Too early, the signal finds no handler yet; too late, a run that is done. Neither says
    // anything about the program, so the moment is sought.
    for milliseconds in [60, 120, 30, 200, 15, 300, 8, 400] {
        let mut command = dianzhi(at, "C");
        command.args([
            "settle",
            "year/region.toml",
            "--out",
            "run",
            "--threads",
            "1",
            "--replace",
        ]);
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(milliseconds));
        let kill = format!("kill -INT {}", child.id());
        let _ = Command::new("sh").args(["-c", &kill]).stderr(Stdio::null()).status();
        let output = child.wait_with_output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        match output.status.code() {
            Some(130) => {
                assert!(stderr.contains("interrupted; nothing was published"), "{stderr}");
                assert_eq!(names(at), ["year"]);
                return;
            }
            Some(0) => {
                fs::remove_dir_all(at.join("run")).unwrap();
            }
            None => {}
            Some(code) => panic!("exit {code}: {stderr}"),
        }
    }
    panic!("no moment was found to interrupt the run");
}
