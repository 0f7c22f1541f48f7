//! Grouping: from the diagnoses and procedures of a stay to its DRG, by a scheme package.
//!
//! A [`scheme`] is a city's grouping scheme as data (docs/SCHEME.md); [`Grouper`] is a scheme
//! compiled into dense tables.
#![forbid(unsafe_code)]
#![deny(clippy::float_arithmetic, clippy::disallowed_types)]

mod codes;
mod engine;
pub mod error;
mod grouping;
mod opendrg;
mod record;
pub mod scheme;

pub use engine::{Complication, Explanation, GroupOptions, Grouper, Grouping, Step};
pub use grouping::{Reason, Status};
pub use record::{Given, Record, Sex};
pub use scheme::Scheme;
