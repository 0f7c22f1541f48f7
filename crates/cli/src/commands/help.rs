//! `dianzhi help`: the same as `--help`, for whoever types it this way.

use super::word;
use crate::args;
use crate::console::Console;
use crate::lang::text;
use clap::ArgMatches;

/// Prints the help of a command, or of all of them.
pub(crate) fn run(matches: &ArgMatches, console: &Console) -> u8 {
    let mut root = args::command(console.lang);
    root.build();
    let help = match word(matches, "command") {
        None => root.render_help(),
        Some(name) => match root.find_subcommand_mut(name) {
            Some(command) => command.render_help(),
            None => {
                let unknown = text(format!("没有命令 {name}"), format!("there is no command {name}"));
                console.error(&unknown, Some(&args::commands()));
                return 2;
            }
        },
    };
    console.data(&help.to_string());
    0
}
