//! Grouping: from the diagnoses and procedures of a stay to its DRG, by a scheme package,
//! or to its DIP type, by a directory.
//!
//! A [`scheme`] is a city's grouping scheme as data (docs/SCHEME.md); [`Grouper`] is a scheme
//! compiled into dense tables. [`dip`] does the same for a DIP directory (docs/DIP.md).
#![forbid(unsafe_code)]
#![deny(clippy::float_arithmetic, clippy::disallowed_types)]

mod codes;
pub mod dip;
mod engine;
pub mod error;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzzed;
mod grouping;
pub mod model;
mod opendrg;
mod record;
mod rule_codes;
pub mod scheme;

pub use codes::{folded, same_code};
pub use dip::{DipDirectory, DipGrouper, DipGrouping};
pub use engine::{Complication, Explanation, GroupOptions, Grouper, Grouping, Step};
pub use grouping::{Reason, Status, reason_meaning};
pub use record::{Given, Record, Sex};
pub use rule_codes::{DrawnFrom, RuleCodes};
pub use scheme::Scheme;
