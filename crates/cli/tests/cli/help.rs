//! Help is the manual: every command's, in both languages.

use crate::run::{Done, compare, dianzhi};
use std::path::Path;

const COMMANDS: [&str; 20] = [
    "",
    "settle",
    "check",
    "explain",
    "verify",
    "diff",
    "calibrate",
    "group",
    "scheme",
    "scheme import",
    "scheme show",
    "scheme lint",
    "scheme diff",
    "policy",
    "policy show",
    "policy lint",
    "policy schema",
    "synth",
    "completions",
    "help",
];

#[test]
fn help_in_both_languages() {
    let home = tempfile::tempdir().unwrap();
    let mut differing = Vec::new();
    for (locale, lang) in [("C", "en"), ("zh_CN.UTF-8", "zh")] {
        let mut manual = String::new();
        for command in COMMANDS {
            let arguments = command.split_whitespace().chain(["--help"]);
            let done = Done::of(dianzhi(home.path(), locale).args(arguments).output().unwrap()).exits(0);
            assert_eq!(done.stderr, "");
            let other = dianzhi(home.path(), locale)
                .arg("help")
                .args(command.split_whitespace())
                .output();
            assert_eq!(Done::of(other.unwrap()).exits(0).stdout, done.stdout);
            manual += &format!(
                "$ dianzhi {command}{}--help\n",
                if command.is_empty() { "" } else { " " }
            );
            manual += &done.stdout;
            manual.push('\n');
        }
        let file = format!("tests/help.{lang}.txt");
        differing.extend(compare(&Path::new(env!("CARGO_MANIFEST_DIR")).join(file), &manual));
    }
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}

/// Every wrong command line is told with what was found and what to do.
#[test]
fn usage_errors_in_both_languages() {
    let home = tempfile::tempdir().unwrap();
    let mut differing = Vec::new();
    let lines = [
        "",
        "setle",
        "frobnicate",
        "help frobnicate",
        "settle",
        "settle region.toml",
        "settle region.toml --out",
        "settle region.toml --out run --colour",
        "settle region.toml --out run --max-reject 3",
        "settle region.toml --out run --max-rejects 1.5",
        "settle region.toml --out run --max-rejects 101%",
        "settle region.toml --out run --threads 0",
        "settle region.toml --out run --progress loud",
        "settle region.toml --out run --out other",
        "settle region.toml other.toml --out run",
        "explain run",
        "explain run C001 --hospital H001",
        "verify",
        "diff run",
        "synth --claims 0 --seed 1 --out year",
        "completions basg",
        "check region.toml --lang fr",
        "group",
        "group --scheme s.dzs --claims c.csv",
        "group --scheme s.dzs --out o.csv",
        "group --claims c.csv --out o.csv",
        "group --scheme s.dzs --claims c.csv --out o.csv --explain S001",
        "group --scheme s.dzs --claims c.csv --out o.csv --threads many",
        "group --scheme s.dzs --claims c.csv --explain",
        "scheme",
        "scheme frobnicate",
        "scheme lnt s.dzs",
        "scheme import",
        "scheme import --from excel folder --out s.dzs",
        "scheme import --from tables folder",
        "scheme show",
        "scheme diff s.dzs",
        "help scheme frobnicate",
        "policy",
        "policy check region.toml",
        "policy show",
        "policy show region.toml --on today",
        "policy lint",
    ];
    for (locale, lang) in [("C", "en"), ("zh_CN.UTF-8", "zh")] {
        let mut all = String::new();
        for line in lines {
            let arguments = line.split_whitespace();
            let done = Done::of(dianzhi(home.path(), locale).args(arguments).output().unwrap()).exits(2);
            assert_eq!(done.stdout, "", "{line}");
            all += &format!("$ dianzhi {line}\n{}\n", done.stderr);
        }
        let file = format!("tests/usage.{lang}.txt");
        differing.extend(compare(&Path::new(env!("CARGO_MANIFEST_DIR")).join(file), &all));
    }
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}

#[test]
fn the_flag_goes_before_the_locale() {
    let home = tempfile::tempdir().unwrap();
    let output = dianzhi(home.path(), "zh_CN.UTF-8")
        .args(["--lang", "en", "--help"])
        .output();
    assert!(Done::of(output.unwrap()).exits(0).stdout.contains("Usage:"));
    let output = dianzhi(home.path(), "C").args(["--help", "--lang=zh"]).output();
    assert!(Done::of(output.unwrap()).exits(0).stdout.contains("用法:"));
}

#[test]
fn completions_for_every_shell() {
    let home = tempfile::tempdir().unwrap();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let output = dianzhi(home.path(), "C").args(["completions", shell]).output();
        assert!(
            Done::of(output.unwrap()).exits(0).stdout.contains("max-rejects"),
            "{shell}"
        );
    }
}
