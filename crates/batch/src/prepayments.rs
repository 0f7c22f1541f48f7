//! What runs of parts of the year advance, added up into the prepayments of the yearly clearing
//! 月度预结算 (docs/SETTLEMENT.md §5.14).

use crate::codes::{F108, F111};
use crate::error::{Failure, error};
use crate::output::claims_csv::columns;
use crate::output::format::push_record;
use crate::output::run::Run;
use crate::progress::Progress;
use crate::verify::figures::fixed;
use crate::verify::sheets::{hospitals_header, open_records};
use crate::verify::{Verification, run_files};
use dianzhi_core::{Decimal, FenSum, MonthlyOf, Policy, Silent, Text};
use dianzhi_policy::{Diagnostics, Region};
use serde::Serialize;
use std::collections::HashMap;
use std::path::Path;

/// What one run advances to one hospital out of one pool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Advance {
    /// Position of the run among those given.
    pub run: usize,
    /// The pool's id.
    pub pool: String,
    /// The hospital's code.
    pub fixmedins_code: String,
    /// What `base` is.
    pub of: MonthlyOf,
    /// S or F.
    pub base: FenSum,
    /// The share of it.
    pub share: Decimal,
    /// ⟦max(0, base) × share⟧m
    pub advance: FenSum,
}

/// A row of the prepayments table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Prepaid {
    /// The pool's id.
    pub pool: String,
    /// The hospital's code.
    pub fixmedins_code: String,
    /// Σ of the runs' advances.
    pub prepaid: FenSum,
}

/// What every run advances, in the order of the runs and of their hospitals.csv.
///
/// # Errors
/// [`Failure::Refused`] where a directory is no whole run, its files are not those it lists, its
/// region file has no `[monthly]`, or runs do not go together: other regions or years, a claim twice.
pub fn advances(runs: &[&Path], progress: &Progress) -> Result<Vec<Advance>, Failure> {
    let mut found = Vec::new();
    let mut seen: HashMap<[u8; 16], usize> = HashMap::new();
    let mut first: Option<Region> = None;
    for (at, run_dir) in runs.iter().enumerate() {
        progress.check()?;
        let run = Run::load(run_dir)?;
        let region = Region::parse(Path::new(&run.region.path), run.region.text.clone()).map_err(Failure::Refused)?;
        let checks = run_files(run_dir, &run, &region.policy, progress)?;
        let files = Verification { checks };
        if !files.is_sound() {
            return Err(Failure::Refused(Diagnostics(files.diagnostics())));
        }
        let first = first.get_or_insert_with(|| region.clone());
        if first.code != region.code {
            return Err(other_region(run_dir, &region.code, &first.code));
        }
        if (first.year_start, first.year_end) != (region.year_start, region.year_end) {
            return Err(other_year(run_dir, &region, first));
        }
        if let Some((before, id)) = met_before(at, run_dir, &region.policy, &mut seen, progress)? {
            return Err(same_claim(run_dir, runs[before], &id));
        }
        of_run(at, run_dir, &region.policy, &mut found)?;
    }
    Ok(found)
}

/// The prepayments table, by pool and hospital in the order in which the runs first name them.
#[must_use]
pub fn prepayments(advances: &[Advance]) -> Vec<Prepaid> {
    let mut rows: Vec<Prepaid> = Vec::new();
    let mut at: HashMap<(&str, &str), usize> = HashMap::new();
    for advance in advances {
        let key = (advance.pool.as_str(), advance.fixmedins_code.as_str());
        let row = *at.entry(key).or_insert_with(|| {
            rows.push(Prepaid {
                pool: advance.pool.clone(),
                fixmedins_code: advance.fixmedins_code.clone(),
                prepaid: FenSum(0),
            });
            rows.len() - 1
        });
        rows[row].prepaid.0 += advance.advance.0;
    }
    rows
}

/// The prepayments table as a file: `pool,fixmedins_code,prepaid`.
#[must_use]
pub fn prepayments_csv(rows: &[Prepaid]) -> String {
    let mut out = Vec::new();
    push_record(&mut out, ["pool", "fixmedins_code", "prepaid"]);
    for row in rows {
        push_record(
            &mut out,
            [row.pool.as_str(), &row.fixmedins_code, &row.prepaid.to_string()],
        );
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn of_run(at: usize, run_dir: &Path, policy: &Policy, found: &mut Vec<Advance>) -> Result<(), Failure> {
    let Some(monthly) = &policy.monthly else {
        return Err(no_monthly(run_dir));
    };
    let unsound = |why: Text| unsound(run_dir, &why);
    let header = hospitals_header(policy);
    let column = |name: &str| header.iter().position(|column| *column == name);
    let mut reader = open_records(&run_dir.join("hospitals.csv"), &header).map_err(unsound)?;
    for record in reader.records() {
        let record =
            record.map_err(|e| unsound(Text::new(format!("hospitals.csv：{e}"), format!("hospitals.csv: {e}"))))?;
        let cell = |name: &str| column(name).and_then(|at| record.get(at)).unwrap_or_default();
        let amount = |name: &str| match cell(name) {
            "" => Ok(0),
            text => fixed(text.as_bytes(), 2).ok_or_else(|| {
                unsound(Text::new(
                    format!("hospitals.csv 的 {name} 不是金额：{text}"),
                    format!("hospitals.csv has a {name} that is no amount: {text}"),
                ))
            }),
        };
        let due = FenSum(amount("due")? + amount("capitation")?);
        let booked = FenSum(amount("hifp_pay")?);
        let advance = policy.monthly_advance(due, booked, &mut Silent);
        let advance = advance.map_err(|e| unsound(e.text()))?.unwrap_or_default();
        found.push(Advance {
            run: at,
            pool: cell("pool").to_owned(),
            fixmedins_code: cell("fixmedins_code").to_owned(),
            of: monthly.of,
            base: match monthly.of {
                MonthlyOf::Due => due,
                MonthlyOf::Booked => booked,
            },
            share: monthly.share,
            advance,
        });
    }
    Ok(())
}

/// The first claim of a run that an earlier one has too, and which one that is. Ids are kept as the first
/// half of their BLAKE3, which no two of them share.
fn met_before(
    at: usize,
    run_dir: &Path,
    policy: &Policy,
    seen: &mut HashMap<[u8; 16], usize>,
    progress: &Progress,
) -> Result<Option<(usize, String)>, Failure> {
    let mut reader =
        open_records(&run_dir.join("claims.csv"), &columns(policy)).map_err(|why| unsound(run_dir, &why))?;
    let mut row = csv::ByteRecord::new();
    let malformed = |e: csv::Error| {
        unsound(
            run_dir,
            &Text::new(format!("claims.csv：{e}"), format!("claims.csv: {e}")),
        )
    };
    while reader.read_byte_record(&mut row).map_err(malformed)? {
        if row.position().is_some_and(|place| place.record() % 10_000 == 0) {
            progress.check()?;
        }
        let id = row.get(0).unwrap_or_default();
        let mut short = [0; 16];
        short.copy_from_slice(&blake3::hash(id).as_bytes()[..16]);
        if let Some(before) = seen.insert(short, at).filter(|before| *before != at) {
            return Ok(Some((before, String::from_utf8_lossy(id).into_owned())));
        }
    }
    Ok(None)
}

fn unsound(run_dir: &Path, why: &Text) -> Failure {
    let shown = run_dir.display();
    let text = Text::new(format!("{shown}：{}", why.zh), format!("{shown}: {}", why.en));
    error(F108, text, Text::new("重新结算该部分", "settle that part again")).into()
}

fn no_monthly(run_dir: &Path) -> Failure {
    let shown = run_dir.display();
    let text = Text::new(
        format!("{shown} 的政策文件没有 [monthly]，无从得知预付多少"),
        format!("the region file of {shown} has no [monthly], which says what is advanced"),
    );
    let help = Text::new(
        "在该月的政策文件里写 [monthly]（of 与 share），重新结算该月",
        "write [monthly] with of and share into the region file of that month and settle it again",
    );
    error(F111, text, help).into()
}

fn other_region(run_dir: &Path, found: &str, expected: &str) -> Failure {
    let shown = run_dir.display();
    let text = Text::new(
        format!("{shown} 是统筹区 {found} 的结果，前面的是 {expected} 的"),
        format!("{shown} is a run of region {found}, those before it are of {expected}"),
    );
    let help = Text::new("只合计同一统筹区的结果", "add up runs of one region only");
    error(F111, text, help).into()
}

fn other_year(run_dir: &Path, found: &Region, expected: &Region) -> Failure {
    let shown = run_dir.display();
    let year = |of: &Region| (of.year_start, of.year_end);
    let ((start, end), (first, last)) = (year(found), year(expected));
    let text = Text::new(
        format!("{shown} 的保险年度是 {start} 至 {end}，前面的是 {first} 至 {last}"),
        format!("the insurance year of {shown} is {start} to {end}, that of those before it {first} to {last}"),
    );
    let help = Text::new("只合计同一保险年度的结果", "add up runs of one insurance year only");
    error(F111, text, help).into()
}

fn same_claim(run_dir: &Path, before: &Path, id: &str) -> Failure {
    let (shown, other) = (run_dir.display(), before.display());
    let text = Text::new(
        format!("病例 {id} 在 {other} 和 {shown} 中都有，合计会重复预付"),
        format!("the claim {id} is in {other} and in {shown}; adding both would advance it twice"),
    );
    let help = Text::new("每个病例只在一个结果里", "each claim belongs into one run");
    error(F111, text, help).into()
}
