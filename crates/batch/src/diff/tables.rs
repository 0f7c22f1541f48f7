//! pools.csv, hospitals.csv and the tables that only some policies have, of two runs, row by row.

use super::figures::{Exact, same};
use super::methods::KeyRule;
use super::{Change, FigureChange, HospitalChange, Moved, PoolChange, RowChange, not_whole};
use crate::error::Failure;
use crate::output::run::Run;
use crate::settle::{alliance, apart, capitation, funds, procurement, routes};
use crate::verify::sheets::{BUDGETS, HOSPITALS, POOLS, malformed, name_of, open_from};
use csv::StringRecord;
use std::collections::HashMap;
use std::path::Path;

/// A table that only some policies have.
pub(super) struct Other {
    file: &'static str,
    columns: &'static [&'static str],
    /// How many columns name a row.
    keys: usize,
}

/// budgets.csv in the order of the tree, the others by the size of the change of what is due.
pub(super) const OTHERS: [Other; 8] = [
    Other {
        file: "budgets.csv",
        columns: BUDGETS,
        keys: 1,
    },
    Other {
        file: "routes.csv",
        columns: &routes::COLUMNS,
        keys: 3,
    },
    Other {
        file: "capitation.csv",
        columns: &capitation::COLUMNS,
        keys: 3,
    },
    Other {
        file: "apart.csv",
        columns: &apart::COLUMNS,
        keys: 3,
    },
    Other {
        file: "alliances.csv",
        columns: &alliance::COLUMNS,
        keys: 2,
    },
    Other {
        file: "procurement.csv",
        columns: &procurement::COLUMNS,
        keys: 3,
    },
    Other {
        file: "funds.csv",
        columns: &funds::COLUMNS,
        keys: 1,
    },
    Other {
        file: "next_prepayments.csv",
        columns: &funds::PREPAYMENT_COLUMNS,
        keys: 2,
    },
];

impl Other {
    /// The table of a run; without rows where the run has none.
    pub(super) fn read(&self, run_dir: &Path, run: &Run) -> Result<Rows, Failure> {
        if run.outputs.iter().any(|output| output.file == self.file) {
            return read(run_dir, self.file, self.columns, self.keys);
        }
        Ok(Rows {
            header: self.columns.iter().map(|column| (*column).to_owned()).collect(),
            rows: Vec::new(),
        })
    }

    pub(super) fn changes(&self, [a, b]: &[Rows; 2], rule: &KeyRule<'_>) -> Vec<RowChange> {
        let size = |change: &RowChange| {
            let due = change.figures.iter().find(|figure| figure.figure == "due");
            let delta = due.and_then(|due| Exact::read(due.moved.delta.as_bytes()));
            std::cmp::Reverse(delta.unwrap_or_default().abs())
        };
        let named = |key: Vec<String>, figures| {
            let names: Vec<(&str, &str)> = self
                .columns
                .iter()
                .copied()
                .zip(key.iter().map(String::as_str))
                .collect();
            RowChange {
                file: self.file,
                keys: rule.of_row(&names),
                row: key,
                figures,
            }
        };
        let changed = changed(a, b, self.keys).into_iter();
        let mut changes: Vec<RowChange> = changed.map(|(key, figures)| named(key, figures)).collect();
        if self.file != "budgets.csv" {
            changes.sort_by_cached_key(size);
        }
        changes
    }
}

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

    /// The rows by their keys.
    fn index(&self) -> HashMap<&Vec<String>, &StringRecord> {
        self.rows.iter().map(|(key, record)| (key, record)).collect()
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

/// The rows with a figure that changed: their keys, and these figures.
fn changed(a: &Rows, b: &Rows, key_columns: usize) -> Vec<(Vec<String>, Vec<FigureChange>)> {
    let pair = Pair { a, b };
    let [index_a, index_b] = [a.index(), b.index()];
    let names = pair.figures(key_columns);
    let change = |key: &Vec<String>| {
        let (old, new) = (index_a.get(key).copied(), index_b.get(key).copied());
        let figures: Vec<FigureChange> = names
            .iter()
            .map(|figure| FigureChange {
                figure: (*figure).to_owned(),
                moved: pair.moved(old, new, figure),
            })
            .filter(|figure| is_changed(&figure.moved))
            .collect();
        (!figures.is_empty()).then(|| (key.clone(), figures))
    };
    keys(a, b).into_iter().filter_map(change).collect()
}

pub(super) fn pools(a: &Rows, b: &Rows) -> Vec<PoolChange> {
    let changed = changed(a, b, 1).into_iter();
    let pool = |key: Vec<String>| key.into_iter().next().unwrap_or_default();
    changed
        .map(|(key, figures)| PoolChange {
            pool: pool(key),
            figures,
        })
        .collect()
}

pub(super) fn hospitals(a: &Rows, b: &Rows) -> Vec<HospitalChange> {
    let [index_a, index_b] = [a.index(), b.index()];
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
