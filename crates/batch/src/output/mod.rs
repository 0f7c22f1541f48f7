//! Outputs: the run directory and its files (docs/SETTLEMENT.md §6).

pub(crate) mod archive;
pub(crate) mod buffer;
pub(crate) mod claims_csv;
pub(crate) mod folder;
pub(crate) mod format;
pub(crate) mod ordered;
pub(crate) mod run;
mod stale;
pub(crate) mod tables_csv;
