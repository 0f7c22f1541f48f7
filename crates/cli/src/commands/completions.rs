//! `dianzhi completions`: a completion script.

use crate::args;
use crate::console::Console;
use clap::ArgMatches;
use clap_complete::Shell;

/// Prints the script of a shell.
pub(crate) fn run(matches: &ArgMatches, console: &Console) -> u8 {
    let Some(&shell) = matches.get_one::<Shell>("shell") else {
        return 2;
    };
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut args::command(console.lang), "dianzhi", &mut script);
    console.data(&String::from_utf8_lossy(&script));
    0
}
