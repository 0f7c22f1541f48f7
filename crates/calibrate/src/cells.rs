//! The costs of the cases that have a group, put together by group and year.

use crate::{History, NO_GROUP};

/// Costs by group, within it by year, in input order until someone sorts them.
pub(crate) struct Cells {
    costs: Vec<i64>,
    /// Where each cell begins, and where the last one ends.
    starts: Vec<usize>,
    years: usize,
}

impl Cells {
    pub(crate) fn of_history(history: &History) -> Cells {
        let years = history.years;
        let cell = |group: u32, year: u16| group as usize * years + usize::from(year);
        let mut starts = vec![0usize; history.groups.len() * years + 1];
        let grouped = || history.records.iter().filter(|record| record.group != NO_GROUP);
        for record in grouped() {
            starts[cell(record.group, record.year) + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut next = starts.clone();
        let mut costs = vec![0; starts[starts.len() - 1]];
        for record in grouped() {
            let at = &mut next[cell(record.group, record.year)];
            costs[*at] = record.cost;
            *at += 1;
        }
        Cells { costs, starts, years }
    }

    pub(crate) fn years(&self) -> usize {
        self.years
    }

    pub(crate) fn count(&self) -> usize {
        self.starts.len() - 1
    }

    pub(crate) fn groups(&self) -> usize {
        self.count().checked_div(self.years).unwrap_or(0)
    }

    /// The costs of a group in a year.
    pub(crate) fn of(&mut self, group: usize, year: usize) -> &mut [i64] {
        let cell = group * self.years + year;
        &mut self.costs[self.starts[cell]..self.starts[cell + 1]]
    }

    /// The costs of a group, of all years. Sorting them mixes the years.
    pub(crate) fn of_group(&mut self, group: usize) -> &mut [i64] {
        let (first, behind) = (group * self.years, (group + 1) * self.years);
        &mut self.costs[self.starts[first]..self.starts[behind]]
    }
}
