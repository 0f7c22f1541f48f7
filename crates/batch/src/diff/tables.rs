//! pools.csv and hospitals.csv of two runs, row by row.

use super::figures::{Exact, same};
use super::{Change, FigureChange, HospitalChange, Moved, PoolChange, not_whole};
use crate::error::Failure;
use crate::verify::sheets::{HOSPITALS, POOLS, malformed, name_of, open_from};
use csv::StringRecord;
use std::path::Path;

/// A published table: its header, and its rows with their keys.
pub(super) struct Rows {
    header: Vec<String>,
    rows: Vec<(Vec<String>, StringRecord)>,
}

pub(super) fn read_pools(run_dir: &Path) -> Result<Rows, Failure> {
    read(run_dir, "pools.csv", POOLS, 1)
}

pub(super) fn read_hospitals(run_dir: &Path) -> Result<Rows, Failure> {
    read(run_dir, "hospitals.csv", HOSPITALS, 2)
}

fn read(run_dir: &Path, file: &str, first: &[&str], keys: usize) -> Result<Rows, Failure> {
    let path = run_dir.join(file);
    let (reader, header) = open_from(&path, first).map_err(|why| not_whole(run_dir, &why))?;
    let rows = reader
        .into_records()
        .map(|record| {
            let record = record.map_err(|e| not_whole(run_dir, &malformed(&name_of(&path), &e)))?;
            Ok((record.iter().take(keys).map(str::to_owned).collect(), record))
        })
        .collect::<Result<_, Failure>>()?;
    Ok(Rows { header, rows })
}

impl Rows {
    /// The first cell of the key of every row.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.rows.iter().filter_map(|(key, _)| key.first()).map(String::as_str)
    }

    fn of(&self, key: &[String]) -> Option<&StringRecord> {
        self.rows.iter().find(|(k, _)| k == key).map(|(_, record)| record)
    }

    /// The value of a column; `None` where it is empty or the table has no such column.
    fn value<'r>(&self, record: &'r StringRecord, name: &str) -> Option<&'r str> {
        let column = self.header.iter().position(|field| field == name)?;
        record.get(column).filter(|value| !value.is_empty())
    }
}

/// The value of a column of pools.csv.
pub(super) fn of_pool<'r>(rows: &'r Rows, pool: &str, name: &str) -> Option<&'r str> {
    rows.value(rows.of(&[pool.to_owned()])?, name)
}

/// Two tables of which rows are compared.
struct Pair<'r> {
    a: &'r Rows,
    b: &'r Rows,
}

impl Pair<'_> {
    fn moved(&self, old: Option<&StringRecord>, new: Option<&StringRecord>, name: &str) -> Moved {
        let old = old.and_then(|record| self.a.value(record, name));
        let new = new.and_then(|record| self.b.value(record, name));
        let exact = |text: Option<&str>| text.and_then(|t| Exact::read(t.as_bytes())).unwrap_or_default();
        Moved {
            old: old.map(str::to_owned),
            new: new.map(str::to_owned),
            delta: exact(new).minus(&exact(old)).to_string(),
        }
    }

    /// The columns behind the key: those of B, then those only in A.
    fn figures(&self, keys: usize) -> Vec<&str> {
        let only_a = self.a.header.iter().filter(|name| !self.b.header.contains(name));
        let all = self.b.header.iter().chain(only_a);
        all.skip(keys).map(String::as_str).collect()
    }
}

/// The keys of B in their order, then those only in A.
fn keys<'r>(a: &'r Rows, b: &'r Rows) -> Vec<&'r Vec<String>> {
    let in_b: std::collections::HashSet<&Vec<String>> = b.rows.iter().map(|(key, _)| key).collect();
    let only_a = a.rows.iter().map(|(key, _)| key).filter(|key| !in_b.contains(key));
    b.rows.iter().map(|(key, _)| key).chain(only_a).collect()
}

fn is_changed(moved: &Moved) -> bool {
    match (&moved.old, &moved.new) {
        (Some(old), Some(new)) => !same(old.as_bytes(), new.as_bytes()),
        (old, new) => old != new,
    }
}

pub(super) fn pools(a: &Rows, b: &Rows) -> Vec<PoolChange> {
    let pair = Pair { a, b };
    let names = pair.figures(1);
    let change = |key: &Vec<String>| {
        let (old, new) = (a.of(key), b.of(key));
        let figures: Vec<FigureChange> = names
            .iter()
            .map(|figure| FigureChange {
                figure: (*figure).to_owned(),
                moved: pair.moved(old, new, figure),
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
        rows.rows
            .iter()
            .map(|(key, record)| (key, record))
            .collect::<std::collections::HashMap<_, _>>()
    });
    let pair = Pair { a, b };
    let names = pair.figures(2);
    let mut changes: Vec<(Exact, HospitalChange)> = Vec::new();
    for key in keys(a, b) {
        let (old, new) = (index_a.get(key).copied(), index_b.get(key).copied());
        let figure = |name: &str| pair.moved(old, new, name);
        let changed = names.iter().any(|name| is_changed(&figure(name)));
        if !changed {
            continue;
        }
        let final_payment = figure("final_payment");
        let band = |rows: &Rows, record: Option<&StringRecord>| {
            let band = record.and_then(|record| rows.value(record, "band"));
            band.unwrap_or_default().to_owned()
        };
        let (old_band, new_band) = (band(a, old), band(b, new));
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
