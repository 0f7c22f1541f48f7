//! Region files: the payment policy of a region and year, read from TOML into a validated
//! [`Region`] that knows where each value stands.
//!
//! Every mistake of a file is reported at once, each with its place, a code that is never reused
//! ([`codes`]), what was found, what is expected and what to do, in Chinese and English.
//! [`fields`] holds the national field names and the Chinese headings understood for them.
//!
//! ```no_run
//! use dianzhi_core::Lang;
//! match dianzhi_policy::Region::load("region.toml".as_ref()) {
//!     Ok(region) => println!("{} {} pools", region.name, region.policy.pools.len()),
//!     Err(mistakes) => eprintln!("{}", mistakes.render(Lang::Zh)),
//! }
//! ```
#![forbid(unsafe_code)]
#![deny(clippy::float_arithmetic, clippy::disallowed_types)]

mod adjust;
mod alliance;
mod budgets;
mod build;
mod calibration;
mod clearing;
pub mod codes;
mod coefficients;
mod columns;
mod dated;
mod deviation;
mod diagnostic;
mod directory_plan;
mod document;
pub mod fields;
mod funds;
mod json;
mod keys;
mod lint;
mod listing;
mod methods;
mod periods;
mod plan_file;
mod read;
mod region;
mod schema;
mod source;
mod support;
mod syntax;
mod values;
mod window;
mod words;

pub use calibration::{Calibration, CalibrationYear};
pub use columns::columns_of;
pub use diagnostic::{Diagnostic, Diagnostics, Excerpt, Place, Severity};
pub use directory_plan::{DirectoryPlan, DirectoryYear};
pub use document::Document;
pub use keys::nearest;
pub use listing::Listed;
pub use methods::conditions_of;
pub use read::names_help;
pub use region::{EncodingChoice, Files, GroupingChoice, Period, REGION_BYTES_MAX, Region, YearBy};
pub use schema::schema;
pub use source::Source;
pub use values::parse_date;
