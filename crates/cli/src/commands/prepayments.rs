//! `dianzhi prepayments`: what runs of parts of the year advance, as the table that the yearly
//! clearing takes off again.

use super::watched;
use crate::console::Console;
use crate::figures::counted;
use clap::ArgMatches;
use dianzhi::engine::{FenSum, MonthlyOf};
use dianzhi::{Advance, Prepaid, advances, prepayments, prepayments_csv};
use serde::Serialize;
use std::path::{Path, PathBuf};

/// Adds up and prints.
pub(crate) fn run(matches: &ArgMatches, console: &Console) -> u8 {
    let json = matches.get_flag("json");
    let runs: Vec<&Path> = matches
        .get_many::<PathBuf>("runs")
        .into_iter()
        .flatten()
        .map(PathBuf::as_path)
        .collect();
    let (progress, shown) = watched(matches, console);
    let found = advances(&runs, &progress);
    drop(shown);
    let found = match found {
        Ok(found) => found,
        Err(failure) => return console.failure(&failure, json),
    };
    let rows = prepayments(&found);
    if json {
        console.json(&Report {
            prepayments: rows.iter().map(Row::of).collect(),
            advances: found.iter().map(|advance| Part::of(advance, &runs)).collect(),
        });
    } else {
        console.data(&prepayments_csv(&rows));
        let sum = FenSum(rows.iter().map(|row| row.prepaid.0).sum());
        let (runs, hospitals) = (runs.len() as u64, rows.len() as u64);
        console.say(&console.pick(
            format!("{runs} 个结果，{hospitals} 行，预付合计 {sum} 元"),
            format!(
                "{}, {}, {sum} yuan advanced",
                counted(runs, "run", "runs"),
                counted(hospitals, "row", "rows")
            ),
        ));
    }
    0
}

/// What `--json` prints.
#[derive(Serialize)]
struct Report<'a> {
    prepayments: Vec<Row<'a>>,
    advances: Vec<Part<'a>>,
}

#[derive(Serialize)]
struct Row<'a> {
    pool: &'a str,
    fixmedins_code: &'a str,
    prepaid: String,
}

impl Row<'_> {
    fn of(row: &Prepaid) -> Row<'_> {
        Row {
            pool: &row.pool,
            fixmedins_code: &row.fixmedins_code,
            prepaid: row.prepaid.to_string(),
        }
    }
}

/// What one run has in a row, and how it was found.
#[derive(Serialize)]
struct Part<'a> {
    run: String,
    pool: &'a str,
    fixmedins_code: &'a str,
    of: MonthlyOf,
    base: String,
    share: String,
    advance: String,
}

impl<'a> Part<'a> {
    fn of(advance: &'a Advance, runs: &[&Path]) -> Part<'a> {
        Part {
            run: runs[advance.run].display().to_string(),
            pool: &advance.pool,
            fixmedins_code: &advance.fixmedins_code,
            of: advance.of,
            base: advance.base.to_string(),
            share: advance.share.to_string(),
            advance: advance.advance.to_string(),
        }
    }
}
