//! pools.csv and hospitals.csv of two runs, row by row.

use super::figures::{Exact, same};
use super::{Change, FigureChange, HospitalChange, Moved, PoolChange, not_whole};
use crate::error::Failure;
use crate::verify::sheets::{HOSPITALS, POOLS, malformed, name_of, open_records};
use csv::StringRecord;
use std::path::Path;

/// The rows of a published table, each with its key.
pub(super) type Rows = Vec<(Vec<String>, StringRecord)>;

pub(super) fn read_pools(run_dir: &Path) -> Result<Rows, Failure> {
    read(run_dir, "pools.csv", POOLS, 1)
}

pub(super) fn read_hospitals(run_dir: &Path) -> Result<Rows, Failure> {
    read(run_dir, "hospitals.csv", HOSPITALS, 2)
}

fn read(run_dir: &Path, file: &str, header: &[&str], keys: usize) -> Result<Rows, Failure> {
    let path = run_dir.join(file);
    let reader = open_records(&path, header).map_err(|why| not_whole(run_dir, &why))?;
    reader
        .into_records()
        .map(|record| {
            let record = record.map_err(|e| not_whole(run_dir, &malformed(&name_of(&path), &e)))?;
            Ok((record.iter().take(keys).map(str::to_owned).collect(), record))
        })
        .collect()
}

fn of<'r>(rows: &'r Rows, key: &[String]) -> Option<&'r StringRecord> {
    rows.iter().find(|(k, _)| k == key).map(|(_, record)| record)
}

/// The value of a column in rows of the given header.
pub(super) fn column<'r>(header: &[&str], record: &'r StringRecord, name: &str) -> Option<&'r str> {
    record
        .get(header.iter().position(|field| *field == name)?)
        .filter(|value| !value.is_empty())
}

/// The value of a column of pools.csv.
pub(super) fn of_pool<'r>(rows: &'r Rows, pool: &str, name: &str) -> Option<&'r str> {
    column(POOLS, of(rows, &[pool.to_owned()])?, name)
}

fn moved(header: &[&str], old: Option<&StringRecord>, new: Option<&StringRecord>, name: &str) -> Moved {
    let [old, new] = [old, new].map(|record| record.and_then(|r| column(header, r, name)));
    let exact = |text: Option<&str>| text.and_then(|t| Exact::read(t.as_bytes())).unwrap_or_default();
    Moved {
        old: old.map(str::to_owned),
        new: new.map(str::to_owned),
        delta: exact(new).minus(&exact(old)).to_string(),
    }
}

/// The keys of B in their order, then those only in A.
fn keys<'r>(a: &'r Rows, b: &'r Rows) -> Vec<&'r Vec<String>> {
    let in_b: std::collections::HashSet<&Vec<String>> = b.iter().map(|(key, _)| key).collect();
    let only_a = a.iter().map(|(key, _)| key).filter(|key| !in_b.contains(key));
    b.iter().map(|(key, _)| key).chain(only_a).collect()
}

fn is_changed(moved: &Moved) -> bool {
    match (&moved.old, &moved.new) {
        (Some(old), Some(new)) => !same(old.as_bytes(), new.as_bytes()),
        (old, new) => old != new,
    }
}

pub(super) fn pools(a: &Rows, b: &Rows) -> Vec<PoolChange> {
    let change = |key: &Vec<String>| {
        let (old, new) = (of(a, key), of(b, key));
        let figures: Vec<FigureChange> = POOLS[1..]
            .iter()
            .map(|figure| FigureChange {
                figure: (*figure).to_owned(),
                moved: moved(POOLS, old, new, figure),
            })
            .filter(|figure| is_changed(&figure.moved))
            .collect();
        (!figures.is_empty()).then(|| PoolChange {
            pool: key[0].clone(),
            figures,
        })
    };
    keys(a, b).into_iter().filter_map(change).collect()
}

pub(super) fn hospitals(a: &Rows, b: &Rows) -> Vec<HospitalChange> {
    let [index_a, index_b] = [a, b].map(|rows| {
        rows.iter()
            .map(|(key, record)| (key, record))
            .collect::<std::collections::HashMap<_, _>>()
    });
    let mut changes: Vec<(Exact, HospitalChange)> = Vec::new();
    for key in keys(a, b) {
        let (old, new) = (index_a.get(key).copied(), index_b.get(key).copied());
        let figure = |name: &str| moved(HOSPITALS, old, new, name);
        let changed = HOSPITALS[2..].iter().any(|name| is_changed(&figure(name)));
        if !changed {
            continue;
        }
        let final_payment = figure("final_payment");
        let band = |record: Option<&StringRecord>| {
            let band = record.and_then(|r| column(HOSPITALS, r, "band"));
            band.unwrap_or_default().to_owned()
        };
        let (old_band, new_band) = (band(old), band(new));
        let size = Exact::read(final_payment.delta.as_bytes()).unwrap_or_default().abs();
        let change = HospitalChange {
            pool: key[0].clone(),
            fixmedins_code: key[1].clone(),
            due: figure("due"),
            hifp_pay: figure("hifp_pay"),
            cleared: figure("cleared"),
            final_payment,
            band: (old_band != new_band).then_some(Change {
                old: old_band,
                new: new_band,
            }),
        };
        changes.push((size, change));
    }
    // Stable: equal sizes stay in the order of the tables.
    changes.sort_by(|x, y| y.0.cmp(&x.0));
    changes.into_iter().map(|(_, change)| change).collect()
}
