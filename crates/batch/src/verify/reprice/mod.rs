//! Every case again, by a second and simple path, and every published row against it.
//!
//! In order: the tables, the records judged one by one, duplicates, points, point values, the fen
//! left over, dues, clearing. All records stay in memory.

mod adjust;
mod apart;
mod budgets;
mod cleared;
mod funds;
mod records;
mod regroup;
mod reroute;
mod settle;
mod tables;

use super::check::{Check, Findings};
use super::find::Loaded;
use super::reader::{Cut, cut};
use super::rows::compare;
use super::sheets::{BUDGETS, REJECTS, hospitals_header, pools_header};
use crate::error::Failure;
use crate::output::claims_csv::columns;
use crate::progress::{Progress, Stage};
use crate::settle::adjust::columns as adjustment_columns;
use crate::settle::alliance::COLUMNS as ALLIANCE_COLUMNS;
use crate::settle::apart::COLUMNS as APART_COLUMNS;
use crate::settle::capitation;
use crate::settle::funds as fund_tables;
use crate::settle::procurement;
use crate::settle::routes::COLUMNS;
use crate::workers::workers;
use dianzhi_core::Text;
use dianzhi_core::model::Book;
use dianzhi_policy::Region;
use rayon::iter::ParallelIterator;
use rayon::slice::ParallelSlice;
use records::{Record, Verdict};
use regroup::Regroup;
use reroute::Reroute;
use std::path::Path;

/// Records that one thread takes at a time.
const CHUNK: usize = 4096;

pub(super) fn checks(
    run_dir: &Path,
    region: &Region,
    inputs: &[Loaded],
    threads: Option<usize>,
    progress: &Progress,
) -> Result<Vec<Check>, Failure> {
    workers(threads)?.install(|| reprice(run_dir, region, inputs, progress))
}

fn reprice(run_dir: &Path, region: &Region, inputs: &[Loaded], progress: &Progress) -> Result<Vec<Check>, Failure> {
    let tables = match tables::read(inputs, region) {
        Ok(tables) => tables,
        Err(why) => return Ok(vec![unreadable(why)]),
    };
    let claim_tables = match records::open(inputs, region) {
        Ok(tables) => tables,
        Err(why) => return Ok(vec![unreadable(why)]),
    };
    let grouping = match Regroup::of(inputs, region) {
        Ok(grouping) => grouping,
        Err(why) => return Ok(vec![unreadable(why)]),
    };
    let reroute = Reroute::new(region, &tables);
    let mut all = records::judge(
        &claim_tables,
        region,
        &tables,
        grouping.as_ref(),
        reroute.as_ref(),
        progress,
    )?;
    records::reject_duplicates(&claim_tables, &mut all);
    progress.check()?;
    let mut checks = vec![rejects(run_dir, &claim_tables, &all)];

    progress.enter(Stage::Pricing);
    let accepted: Vec<&Record<'_>> = all
        .iter()
        .filter(|record| matches!(record.verdict, Verdict::Accepted(_)))
        .collect();
    let open = |policy| {
        Book::new(policy, &tables.groups, &tables.hospitals)
            .with_prices(&tables.prices)
            .with_coefficients(&tables.coefficients, &tables.bonuses)
    };
    let mut books: Vec<Book<'_>> = region.periods.iter().map(|period| open(&period.policy)).collect();
    // What holds for the whole year is in the first.
    books[0] = open(&region.policy)
        .with_caps(tables.caps.clone())
        .with_enrolment(tables.enrolment.clone());
    let book = &books[0];
    let priced = settle::price(&books, region, &tables, &accepted, progress)?;
    let Some(priced) = priced else {
        let mut findings = Findings::default();
        findings.found(|| {
            Text::new(
                "有资金池的基金占比为 0，没有点值，不应发布",
                "the fund share of a pool is 0: there is no point value, and nothing should be published",
            )
        });
        checks.push(findings.into_check(name("pools.csv")));
        return Ok(checks);
    };

    progress.enter(Stage::Writing);
    let header = columns(&region.policy);
    let published = Published::read(run_dir, "claims.csv", &header);
    let (sums, (by_route, of_items), findings) =
        settle::pay(&books, region, &tables, &accepted, &priced, &published, progress)?;
    checks.push(findings.into_check(name("claims.csv")));
    let Some(cleared) = cleared::clear(book, region, &tables, &priced, &sums) else {
        let mut findings = Findings::default();
        findings.found(|| {
            Text::new(
                "有机构没有总额控制指标，无法清算，不应发布",
                "a hospital has no institution cap and cannot be cleared: nothing should be published",
            )
        });
        checks.push(findings.into_check(name("hospitals.csv")));
        return Ok(checks);
    };
    let mut files = vec![
        ("hospitals.csv", hospitals_header(&region.policy), &cleared.hospitals),
        ("pools.csv", pools_header(&region.policy), &cleared.pools),
    ];
    let of_budgets = budgets::rows(book, &region.policy, &cleared);
    if !region.policy.budgets.is_empty() {
        files.push(("budgets.csv", BUDGETS.to_vec(), &of_budgets));
    }
    for (file, header, rows) in files {
        let published = Published::read(run_dir, file, &header);
        checks.push(published.against(rows).into_check(name(file)));
    }
    if !region.policy.methods.capitation.is_empty() {
        let published = Published::read(run_dir, "capitation.csv", &capitation::COLUMNS);
        let rows = cleared::by_head(book, region);
        checks.push(published.against(&rows).into_check(name("capitation.csv")));
    }
    if !region.policy.alliances.is_empty() {
        let published = Published::read(run_dir, "alliances.csv", &ALLIANCE_COLUMNS);
        let rows = cleared::alliances(region, &cleared);
        checks.push(published.against(&rows).into_check(name("alliances.csv")));
    }
    let of_funds = funds::rows(book, region, &tables, &cleared);
    let prepays = region.policy.funds.iter().any(|fund| fund.prepayment.is_some());
    let is_there = [
        region.policy.procurement.is_some(),
        !region.policy.funds.is_empty(),
        prepays,
    ];
    let fund_files: [(&str, &[&str], &[String]); 3] = [
        ("procurement.csv", &procurement::COLUMNS, &of_funds.procurement),
        ("funds.csv", &fund_tables::COLUMNS, &of_funds.funds),
        (
            "next_prepayments.csv",
            &fund_tables::PREPAYMENT_COLUMNS,
            &of_funds.prepayments,
        ),
    ];
    for ((file, header, rows), _) in fund_files.into_iter().zip(is_there).filter(|(_, is_there)| *is_there) {
        let published = Published::read(run_dir, file, header);
        checks.push(published.against(rows).into_check(name(file)));
    }
    if !region.policy.routes.is_empty() {
        let published = Published::read(run_dir, "routes.csv", &COLUMNS);
        let rows = cleared::routes(region, &by_route);
        checks.push(published.against(&rows).into_check(name("routes.csv")));
    }
    if let Some(adjusted) = &priced.adjusted {
        let columns = adjustment_columns(&region.policy.adjust);
        let published = Published::read(run_dir, "adjustments.csv", &columns);
        let rows = adjusted.rows(&region.policy);
        checks.push(published.against(&rows).into_check(name("adjustments.csv")));
    }
    if !region.policy.apart.is_empty() {
        let published = Published::read(run_dir, "apart.csv", &APART_COLUMNS);
        let rows = apart::rows(&region.policy, &of_items);
        checks.push(published.against(&rows).into_check(name("apart.csv")));
    }
    Ok(checks)
}

fn name(file: &str) -> Text {
    Text::new(
        format!("{file} 的每一行与第二条路径逐字节一致"),
        format!("every row of {file} is what a second path finds, byte for byte"),
    )
}

fn unreadable(why: Text) -> Check {
    let mut findings = Findings::default();
    findings.found(|| why);
    findings.into_check(super::check::repricing_name())
}

/// A published file, whole.
struct Published<'h> {
    file: &'static str,
    header: &'h [&'static str],
    bytes: Vec<u8>,
    why: Option<Text>,
}

impl<'h> Published<'h> {
    fn read(run_dir: &Path, file: &'static str, header: &'h [&'static str]) -> Published<'h> {
        let (bytes, why) = match std::fs::read(run_dir.join(file)) {
            Ok(bytes) => (bytes, None),
            Err(e) => {
                let why = Text::new(format!("{file} 读不到：{e}"), format!("{file} cannot be read: {e}"));
                (Vec::new(), Some(why))
            }
        };
        Published {
            file,
            header,
            bytes,
            why,
        }
    }

    /// The rows behind the header. What is wrong with the file as a whole is noted, once.
    fn rows(&self, findings: &mut Findings) -> Vec<Cut<'_>> {
        if let Some(why) = &self.why {
            findings.found(|| why.clone());
            return Vec::new();
        }
        let file = self.file;
        let Ok(mut rows) = cut(&self.bytes) else {
            findings.found(|| {
                Text::new(
                    format!("{file} 的引号没有闭合"),
                    format!("{file}: a quote is never closed"),
                )
            });
            return Vec::new();
        };
        let header = format!("{}\n", self.header.join(","));
        if rows.first().is_none_or(|first| first.whole != header.as_bytes()) {
            findings.found(|| Text::new(format!("{file} 的表头不对"), format!("{file} has another header")));
        }
        rows.drain(..rows.len().min(1));
        rows
    }

    fn against(&self, expected: &[String]) -> Findings {
        let mut findings = Findings::default();
        let rows = self.rows(&mut findings);
        for i in 0..rows.len().max(expected.len()) {
            let expected = expected.get(i).map(String::as_str);
            compare(&mut findings, self.file, self.header, i + 1, rows.get(i), expected);
        }
        findings
    }
}

/// rejects.csv, cell by cell; the message is free.
fn rejects(run_dir: &Path, tables: &[super::reader::Table<'_>], all: &[Record<'_>]) -> Check {
    let mut findings = Findings::default();
    let published = Published::read(run_dir, "rejects.csv", REJECTS);
    let rows = published.rows(&mut findings);
    let expected: Vec<[String; 6]> = all
        .par_chunks(CHUNK)
        .map(|chunk| {
            chunk
                .iter()
                .filter_map(|record| records::reject_row(tables, record))
                .collect::<Vec<_>>()
        })
        .collect::<Vec<_>>()
        .concat();
    for i in 0..rows.len().max(expected.len()) {
        let line = rows.get(i).map_or(i as u64 + 2, |row| row.line);
        let found = rows.get(i).map(|row| cells(row));
        findings.saw();
        match (found, expected.get(i)) {
            (Some(Some(found)), Some(expected)) if found == *expected => {}
            (found, expected) => findings.found(|| {
                let show = |cells: Option<&[String]>| cells.map_or_else(|| "—".to_owned(), |cells| cells.join(" | "));
                let (found, expected) = (
                    show(found.flatten().as_ref().map(|cells| &cells[..])),
                    show(expected.map(|cells| &cells[..])),
                );
                Text::new(
                    format!("rejects.csv 第 {line} 行为 {found}，应为 {expected}"),
                    format!("rejects.csv line {line} is {found}; it should be {expected}"),
                )
            }),
        }
    }
    findings.into_check(Text::new(
        "rejects.csv 的每一格与第二条路径一致",
        "every cell of rejects.csv is what a second path finds",
    ))
}

/// The cells of a published reject but its message; `None` where it is no such row.
fn cells(row: &Cut<'_>) -> Option<[String; 6]> {
    if row.whole.strip_suffix(b"\n") != Some(row.raw) {
        return None;
    }
    let fields = super::reader::split(std::str::from_utf8(row.raw).ok()?)?;
    let [file, line, id, field, code, _, record]: [String; 7] = fields.try_into().ok()?;
    Some([file, line, id, field, code, record])
}
