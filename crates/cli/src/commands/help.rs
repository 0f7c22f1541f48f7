//! `dianzhi help`: the same as `--help`, for whoever types it this way.

use crate::args;
use crate::console::Console;
use crate::lang::text;
use clap::ArgMatches;

/// Prints the help of a command, or of all of them.
pub(crate) fn run(matches: &ArgMatches, console: &Console) -> u8 {
    let mut root = args::command(console.lang);
    root.build();
    let mut asked = &mut root;
    for name in matches.get_many::<String>("command").into_iter().flatten() {
        let Some(found) = asked.find_subcommand_mut(name) else {
            let unknown = text(format!("没有命令 {name}"), format!("there is no command {name}"));
            console.error(&unknown, Some(&args::commands()));
            return 2;
        };
        asked = found;
    }
    let help = asked.render_help();
    console.data(&help.to_string());
    0
}
