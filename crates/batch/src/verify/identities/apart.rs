//! apart.csv against the policy and the cases.

use super::cases::{ApartSums, Cases};
use crate::settle::apart::COLUMNS;
use crate::verify::check::{Check, Findings};
use crate::verify::figures::{fraction, written};
use crate::verify::sheets::for_each_row;
use dianzhi_core::Text;
use dianzhi_policy::Region;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// A row of apart.csv, money in fen.
pub(super) struct ApartRow {
    /// Position of its `[[apart]]`.
    item: usize,
    pub(super) pool: usize,
    pub(super) hospital: Vec<u8>,
    cases: u64,
    pub(super) cost: i128,
    pub(super) billed: i128,
    pub(super) due: i128,
}

/// Reads apart.csv, by item, pool and hospital; nothing where the policy has no such items, `None`
/// where the file is not that.
pub(super) fn read(run_dir: &Path, region: &Region, findings: &mut Findings) -> Option<Vec<ApartRow>> {
    let policy = &region.policy;
    if policy.apart.is_empty() {
        return Some(Vec::new());
    }
    let mut rows = Vec::new();
    let mut last = None;
    for_each_row(&run_dir.join("apart.csv"), &COLUMNS, findings, |row, findings| {
        findings.saw();
        let apart = policy
            .apart
            .iter()
            .position(|apart| apart.id.as_bytes() == row.field("apart"));
        let pool = policy
            .pools
            .iter()
            .position(|pool| pool.id.as_bytes() == row.field("pool"));
        let (Some(apart), Some(pool)) = (apart, pool) else {
            findings.found(|| row.names("apart, pool"));
            return false;
        };
        let hospital = row.field("fixmedins_code").to_vec();
        let key = Some((apart, pool, hospital.clone()));
        if last >= key {
            findings.found(|| row.names("apart, pool, fixmedins_code (order)"));
        }
        last = key;
        let (cost, billed, due) = (
            row.money("cost", findings),
            row.money("hifp_pay", findings),
            row.money("due", findings),
        );
        let cases = row.count("cases", findings);
        if cases == 0 || cost <= 0 || billed < 0 || !(0..=cost).contains(&due) {
            findings.found(|| row.names("cases, cost, hifp_pay, due"));
        }
        rows.push(ApartRow {
            item: apart,
            pool,
            hospital,
            cases,
            cost,
            billed,
            due,
        });
        true
    })?;
    Some(rows)
}

/// What claims.csv has apart is what apart.csv has, hospital by hospital.
pub(super) fn are_cases(rows: &[ApartRow], cases: &Cases) -> Check {
    let mut findings = Findings::default();
    let mut published: BTreeMap<&[u8], ApartSums> = BTreeMap::new();
    let mut of_items: BTreeMap<(&[u8], usize), u64> = BTreeMap::new();
    for row in rows {
        let sum = published.entry(&row.hospital).or_default();
        sum.cases += row.cases;
        sum.cost += row.cost;
        sum.due += row.due;
        *of_items.entry((&row.hospital, row.item)).or_default() += row.cases;
    }
    let codes: BTreeSet<&[u8]> = cases
        .apart
        .keys()
        .map(Vec::as_slice)
        .chain(published.keys().copied())
        .collect();
    for code in codes {
        let of_cases = cases.apart.get(code).copied().unwrap_or_default();
        let of_rows = published.get(code).copied().unwrap_or_default();
        let hospital = String::from_utf8_lossy(code);
        let name = |figure: &str| {
            Text::new(
                format!("apart.csv 中医院 {hospital} 的 {figure}"),
                format!("{figure} of hospital {hospital} in apart.csv"),
            )
        };
        // A case has an item once, and at least one item.
        let mut items = of_items.iter().filter(|((of, _), _)| *of == code);
        let fits = of_rows.cases >= of_cases.cases && items.all(|(_, cases)| *cases <= of_cases.cases);
        findings.holds(fits, || name("cases"));
        for (figure, rows, cases) in [
            ("cost", of_rows.cost, of_cases.cost),
            ("due", of_rows.due, of_cases.due),
        ] {
            let name = || name(figure);
            let yuan = |fen| written(&fraction(fen, 2), 2);
            findings.equal(name, &yuan(rows), &yuan(cases));
        }
    }
    findings.into_check(Text::new(
        "病例的除外支付之和等于 apart.csv 之数",
        "what the cases have apart adds up to apart.csv",
    ))
}
