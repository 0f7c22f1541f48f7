//! `dianzhi verify`: a published run, checked again.

use super::{path, path_if_given, threads, watched};
use crate::console::Console;
use crate::figures::count;
use crate::lang::pick;
use crate::table::printable;
use clap::ArgMatches;
use dianzhi::engine::Lang;
use dianzhi::{Check, CheckOutcome, Verification, codes, verify};
use serde::Serialize;

/// Verifies and prints every check.
pub(crate) fn run(matches: &ArgMatches, console: &Console) -> u8 {
    let json = matches.get_flag("json");
    let (progress, shown) = watched(matches, console);
    let verified = verify(
        path(matches, "run"),
        path_if_given(matches, "region"),
        threads(matches),
        &progress,
    );
    drop(shown);
    let verification = match verified {
        Ok(verification) => verification,
        Err(failure) => return console.failure(&failure, json),
    };
    if json {
        console.json(&Report {
            sound: verification.is_sound(),
            complete: verification.is_complete(),
            verification: &verification,
        });
    } else {
        console.data(&render(&verification, console.lang));
    }
    if verification.is_sound() { 0 } else { 3 }
}

/// What `--json` prints.
#[derive(Serialize)]
struct Report<'a> {
    sound: bool,
    complete: bool,
    #[serde(flatten)]
    verification: &'a Verification,
}

fn render(verification: &Verification, lang: Lang) -> String {
    let mut out = String::new();
    for check in &verification.checks {
        out += &lines(check, lang);
    }
    let (zh, en) = match (verification.is_sound(), verification.is_complete()) {
        (true, true) => ("核验通过", "The run is sound."),
        (true, false) => (
            "做到的各项核验通过；标 – 的没有做",
            "The run is sound as far as it could be checked; what is marked – was not.",
        ),
        (false, _) => ("核验不通过：不要据此付款", "The run is NOT sound: do not pay by it."),
    };
    out + pick(lang, zh, en) + "\n"
}

fn lines(check: &Check, lang: Lang) -> String {
    let name = printable(check.name.get(lang));
    match &check.outcome {
        CheckOutcome::Passed => {
            let n = count(check.count);
            format!("✓ {name}{}\n", pick(lang, format!("（{n}）"), format!(" ({n})")))
        }
        CheckOutcome::Skipped { why } => format!("– [{}] {name}\n    {}\n", codes::F109.id, printable(why.get(lang))),
        CheckOutcome::Failed { details } => {
            let mut out = format!("✗ [{}] {name}\n", codes::I102.id);
            for detail in details {
                out += &format!("    {}\n", printable(detail.get(lang)));
            }
            out
        }
    }
}
