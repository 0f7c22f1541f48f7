//! `dianzhi scheme`: grouping schemes as packages.

use super::{path, shell_word, word};
use super::{scheme_codes, scheme_tree};
use crate::console::Console;
use crate::figures::counted;
use crate::lang::text;
use crate::table::printable;
use clap::ArgMatches;
use dianzhi::codes::F106;
use dianzhi::grouper::Scheme;
use dianzhi::grouper::scheme::Packed;
use dianzhi::policy::Diagnostics;
use dianzhi::{Diagnostic, Failure};
use serde::Serialize;
use std::io::Read;
use std::path::Path;

/// How a package begins: zstd's mark.
const PACKAGE_START: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// Runs the subcommand that was asked for.
pub(crate) fn run(matches: &ArgMatches, console: &Console) -> u8 {
    match matches.subcommand() {
        Some(("import", matches)) => import(matches, console),
        Some(("show", matches)) => show(matches, console),
        Some(("lint", matches)) => lint(matches, console),
        Some(("diff", matches)) => diff(matches, console),
        _ => 2,
    }
}

fn import(matches: &ArgMatches, console: &Console) -> u8 {
    let json = matches.get_flag("json");
    let (dir, out) = (path(matches, "dir"), path(matches, "out"));
    if is_something_else(out) {
        return console.failure(&Failure::from(in_the_way(out)), json);
    }
    let packed: Result<Packed, Diagnostics> = match word(matches, "from") {
        Some("opendrg") => Scheme::pack_opendrg(dir),
        _ => Scheme::pack(dir),
    };
    let packed = match packed {
        Ok(packed) => packed,
        Err(mistakes) => return console.failure(&Failure::from(mistakes), json),
    };
    if let Err(mistake) = packed.write(out) {
        return console.failure(&Failure::from(mistake), json);
    }
    console.diagnostics(&packed.warnings);
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

/// Whether a file is there that is no package, a table perhaps, or a claims file.
fn is_something_else(out: &Path) -> bool {
    // A rename would take a device's or a link's place.
    if std::fs::symlink_metadata(out).is_ok_and(|found| !found.is_file()) {
        return true;
    }
    let mut start = Vec::new();
    let read = std::fs::File::open(out).and_then(|file| file.take(4).read_to_end(&mut start));
    read.is_ok() && start != PACKAGE_START
}

fn in_the_way(out: &Path) -> Diagnostic {
    let shown = out.display();
    let told = text(
        format!("不能写到 {shown}：那里的文件不是方案包"),
        format!("cannot write to {shown}: the file there is no scheme package"),
    );
    Diagnostic::error(F106.id, told, text("另给一个文件名", "give another file name"))
}

fn show(matches: &ArgMatches, console: &Console) -> u8 {
    let json = matches.get_flag("json");
    let scheme = match Scheme::load(path(matches, "package")) {
        Ok(scheme) => scheme,
        Err(mistakes) => return console.failure(&Failure::from(mistakes), json),
    };
    let codes: Vec<&String> = matches
        .get_many("rule_codes")
        .map(Iterator::collect)
        .unwrap_or_default();
    if codes.is_empty() {
        let tree = scheme.tree();
        if json {
            console.json(&tree);
        } else {
            console.data(&lines(&scheme_tree::render(&scheme, &tree, console.lang)));
        }
        return 0;
    }
    let found: Vec<scheme_codes::Found> = codes.iter().map(|code| scheme_codes::find(&scheme, code)).collect();
    let missing: Vec<&str> = codes
        .iter()
        .zip(&found)
        .filter(|(_, found)| found.is_nothing())
        .map(|(code, _)| code.as_str())
        .collect();
    if !missing.is_empty() {
        let (text, help) = scheme_codes::nothing(&scheme, &missing);
        console.error(&text, Some(&help));
        return 2;
    }
    if json {
        console.json(&scheme_codes::Report::of(&scheme, found));
    } else {
        console.data(&scheme_codes::render(&scheme, &found, console.lang));
    }
    0
}

fn lint(matches: &ArgMatches, console: &Console) -> u8 {
    let json = matches.get_flag("json");
    let scheme = match Scheme::load(path(matches, "package")) {
        Ok(scheme) => scheme,
        Err(mistakes) => return console.failure(&Failure::from(mistakes), json),
    };
    let remarks = scheme.remarks();
    if json {
        console.json(&remarks);
        return 0;
    }
    let mut out = String::new();
    for remark in &remarks {
        out += &remark.diagnostic().render(console.lang);
        out += "\n\n";
    }
    let count = remarks.len() as u64;
    let counted = counted(count, "remark", "remarks");
    out += &console.pick(format!("{count} 处提示\n"), format!("{counted}\n"));
    console.data(&out);
    0
}

fn diff(matches: &ArgMatches, console: &Console) -> u8 {
    let json = matches.get_flag("json");
    let load = |name| Scheme::load(path(matches, name));
    let (a, b) = match (load("a"), load("b")) {
        (Ok(a), Ok(b)) => (a, b),
        (Err(mistakes), _) | (_, Err(mistakes)) => return console.failure(&Failure::from(mistakes), json),
    };
    let changes = dianzhi::grouper::scheme::diff(&a, &b);
    if json {
        console.json(&changes);
        return 0;
    }
    let mut out = String::new();
    for change in &changes {
        out += &format!("{}\n", printable(change.text.get(console.lang)));
    }
    let count = changes.len() as u64;
    let counted = counted(count, "change", "changes");
    out += &console.pick(format!("{count} 处变化\n"), format!("{counted}\n"));
    console.data(&out);
    0
}

/// A package's own text may hold what would move a terminal's cursor.
fn lines(text: &str) -> String {
    text.lines().map(|line| printable(line) + "\n").collect()
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
