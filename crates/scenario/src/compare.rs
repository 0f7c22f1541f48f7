//! What a scenario changes: the figures that differ from the baseline's, and nothing else.

use crate::figures::{Figures, Table};
use crate::inequality::{Split, millionths};
use dianzhi_core::Fixed;
use std::collections::BTreeSet;

/// A figure that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What it is of.
    pub key: Vec<String>,
    /// Its name.
    pub figure: &'static str,
    /// The baseline's; 0 where the baseline does not have the row.
    pub baseline: Fixed,
    /// The scenario's; 0 where it does not have the row.
    pub value: Fixed,
    /// The scenario's less the baseline's.
    pub delta: Fixed,
    /// Delta ÷ baseline in millionths; `None` where the baseline is not above 0.
    pub change: Option<i128>,
}

/// A scenario beside its baseline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    /// The figures that differ, table by table in the order of [`Figures::tables`].
    pub changes: Vec<Vec<Change>>,
    /// All hospitals.
    pub all: Split,
    /// By level, those where somebody gains or loses.
    pub by_level: Vec<(String, Split)>,
    /// By county, likewise.
    pub by_county: Vec<(String, Split)>,
}

impl Compared {
    pub(crate) fn of(baseline: &Figures, scenario: &Figures) -> Compared {
        let tables = baseline.tables.iter().zip(&scenario.tables);
        let everybody = || baseline.paid.values().chain(scenario.paid.values());
        let levels: BTreeSet<&String> = everybody().map(|of| &of.level).collect();
        let counties: BTreeSet<&String> = everybody().map(|of| &of.county).collect();
        let by_level = levels.into_iter().map(|level| {
            let split = Split::of(&baseline.paid, &scenario.paid, |of| of.level == *level);
            (level.clone(), split)
        });
        let by_county = counties.into_iter().map(|county| {
            let split = Split::of(&baseline.paid, &scenario.paid, |of| of.county == *county);
            (county.clone(), split)
        });
        Compared {
            changes: tables.map(|(ours, theirs)| changes(ours, theirs)).collect(),
            all: Split::of(&baseline.paid, &scenario.paid, |_| true),
            by_level: by_level.filter(|(_, split)| !split.is_empty()).collect(),
            // Where nobody has a county there is nothing to tell apart.
            by_county: match everybody().any(|of| !of.county.is_empty()) {
                true => by_county.filter(|(_, split)| !split.is_empty()).collect(),
                false => Vec::new(),
            },
        }
    }

    /// Whether every figure is the baseline's.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.iter().all(Vec::is_empty) && self.all.is_empty()
    }
}

fn changes(baseline: &Table, scenario: &Table) -> Vec<Change> {
    let keys: BTreeSet<&Vec<String>> = baseline.rows.keys().chain(scenario.rows.keys()).collect();
    let mut found = Vec::new();
    for key in keys {
        let rows = [baseline.rows.get(key), scenario.rows.get(key)];
        for (at, figure) in baseline.figures.iter().enumerate() {
            let of = |row: Option<&Vec<Fixed>>| row.and_then(|row| row.get(at).copied());
            let (ours, theirs) = alike(of(rows[0]), of(rows[1]));
            let delta = theirs.units - ours.units;
            if delta != 0 {
                found.push(Change {
                    key: key.clone(),
                    figure,
                    baseline: ours,
                    value: theirs,
                    delta: Fixed {
                        units: delta,
                        places: ours.places,
                    },
                    change: millionths(delta, ours.units),
                });
            }
        }
    }
    found
}

/// Two figures at the same number of decimals, which a scenario may change.
fn alike(ours: Option<Fixed>, theirs: Option<Fixed>) -> (Fixed, Fixed) {
    let places = ours
        .iter()
        .chain(&theirs)
        .map(|figure| figure.places)
        .max()
        .unwrap_or(0);
    let at = |figure: Option<Fixed>| {
        let units = figure.map_or(0, |figure| figure.units * 10i128.pow(places - figure.places));
        Fixed { units, places }
    };
    (at(ours), at(theirs))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_that_a_scenario_changes_compare() {
        let fixed = |units, places| Some(Fixed { units, places });
        let (ours, theirs) = alike(fixed(15, 1), fixed(1500, 3));
        assert_eq!((ours.units, theirs.units, ours.places), (1500, 1500, 3));
    }
}
