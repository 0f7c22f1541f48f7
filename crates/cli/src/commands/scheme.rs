//! `dianzhi scheme`: grouping schemes as packages.

use super::{path, shell_word, word};
use crate::console::Console;
use clap::ArgMatches;
use dianzhi::Failure;
use dianzhi::grouper::Scheme;
use dianzhi::grouper::scheme::Packed;
use dianzhi::policy::Diagnostics;
use serde::Serialize;
use std::path::Path;

/// Runs the subcommand that was asked for.
pub(crate) fn run(matches: &ArgMatches, console: &Console) -> u8 {
    match matches.subcommand() {
        Some(("import", matches)) => import(matches, console),
        _ => 2,
    }
}

fn import(matches: &ArgMatches, console: &Console) -> u8 {
    let json = matches.get_flag("json");
    let (dir, out) = (path(matches, "dir"), path(matches, "out"));
    let packed: Result<Packed, Diagnostics> = match word(matches, "from") {
        _ => Scheme::pack(dir),
    };
    let packed = match packed {
        Ok(packed) => packed,
        Err(mistakes) => return console.failure(&Failure::from(mistakes), json),
    };
    if let Err(mistake) = packed.write(out) {
        return console.failure(&Failure::from(mistake), json);
    }
    let (mdcs, adrgs, drgs) = packed.scheme.counts();
    let (shown, bytes) = (shell_word(out), packed.bytes.len() / 1024);
    let code = &packed.scheme.header().code;
    console.say(&console.pick(
        format!("{code}：{mdcs} 个 MDC、{adrgs} 条 ADRG 规则、{drgs} 个细分组；已写入 {shown}（{bytes} KiB）"),
        format!("{code}: {mdcs} MDCs, {adrgs} ADRG rules, {drgs} DRG splits; written to {shown} ({bytes} KiB)"),
    ));
    if json {
        console.json(&Imported {
            code,
            mdcs,
            adrgs,
            drgs,
            package: out,
            bytes: packed.bytes.len(),
        });
    }
    0
}

/// What `import --json` prints.
#[derive(Serialize)]
struct Imported<'a> {
    code: &'a str,
    mdcs: usize,
    adrgs: usize,
    drgs: usize,
    package: &'a Path,
    bytes: usize,
}
