//! The commands, one a file: each takes its arguments, calls the library and shows what it gives.

mod calibrate;
mod check;
mod completions;
mod diff;
mod dip_steps;
mod dip_words;
mod directory;
mod explain;
mod group;
mod group_steps;
mod help;
mod policy;
mod prepayments;
mod scenario;
mod scheme;
mod scheme_codes;
mod scheme_tree;
mod settle;
mod synth;
mod verify;

use crate::console::Console;
use crate::progress::{How, Shown, show};
use clap::ArgMatches;
use dianzhi::{HistoryOptions, InputOptions, MaxRejects, Progress, ReadOptions};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Runs the command that was asked for and gives its exit code.
pub(crate) fn run(matches: &ArgMatches, console: &Console) -> u8 {
    match matches.subcommand() {
        Some(("settle", matches)) => settle::run(matches, console),
        Some(("check", matches)) => check::run(matches, console),
        Some(("explain", matches)) => explain::run(matches, console),
        Some(("verify", matches)) => verify::run(matches, console),
        Some(("diff", matches)) => diff::run(matches, console),
        Some(("prepayments", matches)) => prepayments::run(matches, console),
        Some(("scenario", matches)) => scenario::run(matches, console),
        Some(("calibrate", matches)) => calibrate::run(matches, console),
        Some(("directory", matches)) => directory::run(matches, console),
        Some(("group", matches)) => group::run(matches, console),
        Some(("scheme", matches)) => scheme::run(matches, console),
        Some(("policy", matches)) => policy::run(matches, console),
        Some(("synth", matches)) => synth::run(matches, console),
        Some(("completions", matches)) => completions::run(matches, console),
        Some(("help", matches)) => help::run(matches, console),
        // The parser lets no other command pass.
        _ => 2,
    }
}

/// `--threads`, `--max-rejects` and `--replace` of a command over years of history.
fn history_options(matches: &ArgMatches) -> HistoryOptions {
    HistoryOptions {
        read: read_options(matches),
        max_rejects: max_rejects(matches),
        replace: matches.get_flag("replace"),
    }
}

/// A path that the parser requires.
fn path<'a>(matches: &'a ArgMatches, name: &str) -> &'a Path {
    matches.get_one::<PathBuf>(name).map_or(Path::new(""), PathBuf::as_path)
}

/// A path that may be left out.
fn path_if_given<'a>(matches: &'a ArgMatches, name: &str) -> Option<&'a Path> {
    matches.get_one::<PathBuf>(name).map(PathBuf::as_path)
}

fn word<'a>(matches: &'a ArgMatches, name: &str) -> Option<&'a str> {
    matches.get_one::<String>(name).map(String::as_str)
}

fn threads(matches: &ArgMatches) -> Option<usize> {
    let threads = matches.get_one::<u64>("threads").copied();
    threads.and_then(|threads| usize::try_from(threads).ok())
}

fn max_rejects(matches: &ArgMatches) -> Option<MaxRejects> {
    matches.get_one::<MaxRejects>("max-rejects").copied()
}

fn read_options(matches: &ArgMatches) -> ReadOptions {
    ReadOptions {
        threads: threads(matches),
        ..ReadOptions::default()
    }
}

fn input_options(matches: &ArgMatches, sha256: bool) -> InputOptions {
    let claims = matches.get_many::<String>("claims");
    InputOptions {
        claims: claims.map(|claims| claims.cloned().collect()).unwrap_or_default(),
        sha256,
        ..InputOptions::default()
    }
}

/// Counters that Ctrl-C stops, and the display of them, which ends when it is dropped.
fn watched(matches: &ArgMatches, console: &Console) -> (Arc<Progress>, Shown) {
    let progress = Arc::new(Progress::default());
    let stopped = Arc::clone(&progress);
    // Where no handler can be set, Ctrl-C ends the process as it does any other; a run directory
    // still appears whole or not at all.
    let asked = AtomicBool::new(false);
    let _ = ctrlc::set_handler(move || {
        stopped.cancel();
        // Asked twice: at once. What is left then is a work folder, which nobody takes for a run.
        if asked.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    });
    let shown = show(&progress, How::of(word(matches, "progress")), console.lang);
    (progress, shown)
}

/// A path as a shell takes it.
fn shell_word(path: &Path) -> String {
    let text = path.display().to_string();
    let is_plain = |c: char| c.is_alphanumeric() || "-_./+=:@%,".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        text
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_quoted_where_a_shell_needs_it() {
        assert_eq!(shell_word(Path::new("runs/2026 年")), "'runs/2026 年'");
        assert_eq!(shell_word(Path::new("runs/年度")), "runs/年度");
        assert_eq!(shell_word(Path::new("it's")), r"'it'\''s'");
    }
}
