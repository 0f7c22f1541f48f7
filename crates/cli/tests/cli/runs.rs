//! Run directories: the same run again, another one, archived inputs, packed inputs, JSON.

use crate::run::{copy, dianzhi, home, run};
use std::fs;
use std::io::Write;
use std::path::Path;

fn read(path: impl AsRef<Path>) -> String {
    fs::read_to_string(path).unwrap()
}

#[test]
fn the_same_run_again_is_left_alone() {
    let home = home();
    let at = home.path();
    run(at, "settle base/region.toml --out run").exits(0);
    let before = fs::metadata(at.join("run/run.json")).unwrap().modified().unwrap();
    let done = run(at, "settle base/region.toml --out run --json")
        .exits(0)
        .says("already is a whole run");
    assert_eq!(done.json()["outcome"], "already-there");
    assert_eq!(
        fs::metadata(at.join("run/run.json")).unwrap().modified().unwrap(),
        before
    );

    let claims = at.join("base/claims.csv");
    fs::write(&claims, read(&claims).replace("10000.00,7000.00", "10000.00,7100.00")).unwrap();
    let old = read(at.join("run/claims.csv"));
    run(at, "settle base/region.toml --out run").exits(2).says("[F107]");
    assert_eq!(read(at.join("run/claims.csv")), old);
    run(at, "settle base/region.toml --out run --replace").exits(0);
    assert_ne!(read(at.join("run/claims.csv")), old);
    run(at, "verify run").exits(0);
    assert_eq!(fs::read_dir(at).unwrap().count(), 2, "no work folder is left");
}

#[test]
fn an_archived_run_settles_again() {
    let home = home();
    let at = home.path();
    run(at, "settle base/region.toml --out run --archive --sha256").exits(0);
    assert!(read(at.join("run/run.json")).contains("sha256"));
    fs::rename(at.join("base"), at.join("elsewhere")).unwrap();
    run(at, "verify run").exits(0);
    run(at, "explain run C006").exits(0);
    run(at, "settle run/inputs/region.toml --out again").exits(0);
    for file in ["claims.csv", "hospitals.csv", "pools.csv", "rejects.csv"] {
        assert_eq!(
            read(at.join("run").join(file)),
            read(at.join("again").join(file)),
            "{file}"
        );
    }
}

#[test]
fn packed_claims_give_the_same_run() {
    let home = home();
    let at = home.path();
    let claims = fs::read(at.join("base/claims.csv")).unwrap();
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gz.write_all(&claims).unwrap();
    fs::write(at.join("claims.csv.gz"), gz.finish().unwrap()).unwrap();
    fs::write(at.join("claims.csv.zst"), zstd::encode_all(&claims[..], 3).unwrap()).unwrap();
    run(at, "settle base/region.toml --out plain").exits(0);
    for packed in ["gz", "zst"] {
        let line = format!("settle base/region.toml --claims claims.csv.{packed} --out {packed} --threads 2");
        run(at, &line).exits(0);
        assert_eq!(
            read(at.join("plain/claims.csv")),
            read(at.join(packed).join("claims.csv"))
        );
    }
    // Both at once are the same records twice.
    let line = "settle base/region.toml --claims claims.csv.gz --claims claims.csv.zst --out both";
    run(at, line).exits(1).says("E112 ×8");
}

#[test]
fn json_holds_what_the_summary_says() {
    let home = home();
    let at = home.path();
    let done = run(at, "settle base/region.toml --out run --json").exits(0);
    let json = done.json();
    assert_eq!(json["outcome"], "published");
    assert_eq!(json["run"]["records"]["read"], 8);
    assert_eq!(json["summary"]["region"]["name"], "示例市");
    assert_eq!(json["summary"]["pools"][0]["point_value"], "100.000000");
    assert_eq!(json["summary"]["pools"][1]["compensation"], "500.00");
    assert_eq!(json["summary"]["largest_overspend"][0]["name"], "示例县人民医院");
    assert_eq!(json["summary"]["largest_overspend"][0]["difference"], "10000.00");
    assert_eq!(
        json["run"],
        serde_json::from_str::<serde_json::Value>(&read(at.join("run/run.json"))).unwrap()
    );
    done.says("27,500.00").says("示例县人民医院");

    let check = run(at, "check base/region.toml --json").exits(0).json();
    assert_eq!(check["accepted"], 8);
    assert_eq!(check["files"][3]["rows"], 8);
    let explained = run(at, "explain run C001 --json").exits(0).json();
    assert_eq!(explained["published"][0]["agrees"], true);
    run(at, "verify run --json").exits(0).json();
}

#[test]
fn without_json_stdout_stays_empty() {
    let home = home();
    let done = run(home.path(), "settle base/region.toml --out run").exits(0);
    assert_eq!(done.stdout, "");
    assert!(
        !done.stderr.contains('%'),
        "no progress where there is no terminal:\n{}",
        done.stderr
    );
}

#[test]
fn a_hospital_and_a_pool_are_explained() {
    let home = home();
    let at = home.path();
    run(at, "settle base/region.toml --out run").exits(0);
    let both = run(at, "explain run --hospital H002").exits(0).stdout;
    assert!(both.contains("employee") && both.contains("resident"));
    let one = run(at, "explain run --hospital H002 --pool resident").exits(0).stdout;
    assert!(!one.contains("employee") && one.contains("697.50"), "{one}");
    let pool = run(at, "explain run --pool resident").exits(0).stdout;
    assert!(pool.contains("100.000000"), "{pool}");
    run(at, "explain run --pool nobody").exits(2).says("[F110]");
    let zh = dianzhi(at, "zh_CN.UTF-8")
        .args(["explain", "run", "C006"])
        .output()
        .unwrap();
    let zh = String::from_utf8(zh.stdout).unwrap();
    assert!(
        zh.contains("四舍五入到 4 位小数") && zh.contains("高倍率病例点数"),
        "{zh}"
    );
}

#[test]
fn moved_inputs_are_found_again_and_lost_ones_are_told() {
    let home = home();
    let at = home.path();
    run(at, "settle base/region.toml --out run").exits(0);
    fs::rename(at.join("base"), at.join("elsewhere")).unwrap();
    run(at, "explain run C001").exits(2).says("[F109]");
    run(at, "explain run C001 --region elsewhere/region.toml").exits(0);
    let found = run(at, "verify run --region elsewhere/region.toml --json")
        .exits(0)
        .json();
    assert_eq!((&found["sound"], &found["complete"]), (&true.into(), &true.into()));
    let lost = run(at, "verify run").exits(0).stdout;
    assert!(
        lost.contains("– [F109]") && lost.contains("as far as it could be checked"),
        "{lost}"
    );
}

#[test]
fn a_rejected_record_is_explained() {
    let home = home();
    let at = home.path();
    let claims = at.join("base/claims.csv");
    fs::write(&claims, read(&claims).replace("C002,H002", "C002,H009")).unwrap();
    run(at, "settle base/region.toml --out run").exits(1);
    let done = run(at, "explain run C002").exits(0);
    assert!(
        done.stdout.contains("claims.csv:3 fixmedins_code  E108"),
        "{}",
        done.stdout
    );
}

#[test]
fn two_runs_are_compared() {
    let home = home();
    let at = home.path();
    run(at, "settle base/region.toml --out a").exits(0);
    let region = at.join("base/region.toml");
    fs::write(&region, read(&region).replace("27500.00", "28500.00")).unwrap();
    run(at, "settle base/region.toml --out b").exits(0);
    let done = run(at, "diff a b").exits(0);
    assert!(done.stdout.contains("employee"), "{}", done.stdout);
    run(at, "diff a b --top 1 --json").exits(0).json();
    assert_eq!(run(at, "diff a a").exits(0).stdout, "The two runs are the same.\n");
    run(at, "diff a base").exits(2).says("[F108]");
}

#[test]
fn progress_is_lines_or_json_where_asked_for() {
    let home = tempfile::tempdir().unwrap();
    let at = home.path();
    run(at, "synth --claims 2000 --seed 3 --out year")
        .exits(0)
        .says("2,000 claims");
    run(at, "synth --claims 2000 --seed 3 --out year")
        .exits(2)
        .says("already exists");
    // Too short a run for a tick a second; the last one always comes.
    let done = run(at, "settle year/region.toml --out run --progress json").exits(0);
    let tick: serde_json::Value = serde_json::from_str(done.stderr.lines().next().unwrap()).unwrap();
    assert_eq!(tick["stage"], "publishing");
    assert_eq!(
        (&tick["claims_read"], &tick["claims_written"]),
        (&2000.into(), &2000.into())
    );
    for how in ["plain", "none", "auto"] {
        let line = format!("settle year/region.toml --out run --replace --progress {how}");
        run(at, &line).exits(0);
    }
}

/// What a method makes of a case is told apart from its pool's point value.
#[test]
fn a_method_that_changed_is_the_cause() {
    let home = tempfile::tempdir().unwrap();
    let at = home.path();
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/mixed-region");
    copy(&example, at);
    run(at, "settle region.toml --out a");
    let text = read(at.join("region.toml"));
    let changed = text
        .replacen("value = \"0.9\" }", "value = \"0.85\" }", 1)
        .replacen("\"300.00\"", "\"310.00\"", 1)
        .replacen("\"315.00\"", "\"325.00\"", 1);
    assert_ne!(text, changed);
    fs::write(at.join("region.toml"), changed).unwrap();
    run(at, "settle region.toml --out b");
    let json = run(at, "diff a b --json").json();
    let reasons = json["cases"]["reasons"].as_array().unwrap();
    let named: Vec<&str> = reasons.iter().map(|sum| sum["reason"].as_str().unwrap()).collect();
    assert_eq!(named, ["method-factor", "rate", "point-value"]);
}

/// The steps that decide an exit from a price, the columns deducted, and what the file leaves out.
#[test]
fn an_exit_is_explained() {
    let home = tempfile::tempdir().unwrap();
    let at = home.path();
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/mixed-region");
    copy(&example, at);
    run(at, "settle region.toml --out a");
    let claims = read(at.join("a/claims.csv"));
    let exited = claims
        .lines()
        .find(|line| line.contains(",by-item,") && line.contains(",fixed-price"));
    let id = exited.unwrap().split(',').next().unwrap();
    let steps = run(at, &format!("explain a {id}")).exits(0).stdout;
    for words in [
        "[price-exit]",
        "→ by-items",
        "region.toml has no by_item[0].share: its default",
    ] {
        assert!(steps.contains(words), "{words}\n{steps}");
    }
    run(at, "explain a H001").exits(2).says("--hospital H001");
}
