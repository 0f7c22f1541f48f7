//! The `dianzhi` binary: arguments, progress, messages and exit codes. The work is done by the
//! libraries; nothing is computed here but what people are shown.
//!
//! stdout is data, stderr is for people. Exit codes: 0 done · 1 done, some rows rejected · 2 wrong
//! usage, input or I/O · 3 an identity or `verify` failed · 130 interrupted.
#![forbid(unsafe_code)]

mod adjusted;
mod args;
mod commands;
mod console;
mod figures;
mod lang;
mod progress;
mod routes;
mod summary;
mod table;
mod usage;
mod warnings;
mod words;

use console::Console;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<std::ffi::OsString> = std::env::args_os().collect();
    let console = Console::new(lang::chosen(&arguments, |name| std::env::var(name).ok()));
    let code = match args::command(console.lang).try_get_matches_from(arguments) {
        Ok(matches) => commands::run(&matches, &console),
        Err(error) => usage::tell(&error, &console),
    };
    ExitCode::from(console.exit_code(code))
}
