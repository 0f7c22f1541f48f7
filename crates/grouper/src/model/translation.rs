//! Translation of clinical codes into the scheme's code version, as the tables say it.

use std::collections::{BTreeMap, BTreeSet};

/// A row of a map; without `to` the code is dropped.
pub(super) struct Translation<'a> {
    pub(super) from: &'a str,
    pub(super) to: Option<&'a str>,
}

/// A map's rows by the code they are of, and the codes that they give.
#[derive(Clone, Debug, Default)]
pub(super) struct Translations {
    /// Where a code has two rows, the last counts.
    rows: BTreeMap<String, Option<String>>,
    given: BTreeSet<String>,
    in_some_mdc: BTreeSet<String>,
    in_some_table: BTreeSet<String>,
}

impl Translations {
    pub(super) fn new<'a>(
        rows: impl Iterator<Item = Translation<'a>>,
        in_some_mdc: &BTreeSet<String>,
        in_some_table: &BTreeSet<String>,
    ) -> Translations {
        let mut made = Translations {
            in_some_mdc: in_some_mdc.clone(),
            in_some_table: in_some_table.clone(),
            ..Translations::default()
        };
        for row in rows {
            made.given.extend(row.to.map(str::to_owned));
            made.rows.insert(row.from.to_owned(), row.to.map(str::to_owned));
        }
        made
    }

    /// A record's codes after translation, each translated once; `None` if one of them has none.
    pub(super) fn all(&self, codes: &[Option<String>]) -> Option<Vec<Option<String>>> {
        let mut all = Vec::new();
        for (position, code) in codes.iter().enumerate() {
            let code = code.as_ref()?;
            match self.rows.get(code) {
                // Already in the scheme's version: some code becomes it.
                None if self.given.contains(code) => all.push(Some(code.clone())),
                None => return None,
                // The main code cannot be dropped.
                Some(None) if position == 0 => return None,
                Some(None) => {}
                // Some MDC takes it, and no table names what the map makes of it: it stays.
                Some(Some(to)) if self.in_some_mdc.contains(code) && !self.in_some_table.contains(to) => {
                    all.push(Some(code.clone()));
                }
                Some(Some(to)) => all.push(Some(to.clone())),
            }
        }
        Some(all)
    }
}
