//! Reforms as overlays over one region: read once, settled once a scenario, compared.
//!
//! A scenarios file names a baseline, which is a region file, and overlays of it. The claims are read
//! and grouped once; every scenario then runs over the compact claims, or over a reading of its own
//! where its policy keeps something else of them ([`Reading`](dianzhi_batch::Reading)). What comes out
//! are the differences from the baseline, in whole fen, and who gains and who loses. Assumptions about
//! behaviour are carried out on the claims of the scenarios that name them (docs/SCENARIOS.md).
#![forbid(unsafe_code)]
#![deny(clippy::float_arithmetic, clippy::disallowed_types)]

mod assume;
pub mod codes;
mod compare;
mod figures;
mod file;
mod inequality;
mod lines;
mod output;
mod overlay;
mod paths;
mod places;
mod ready;
mod run;
mod runs;
mod settled;

pub use assume::{Assumption, Coding, Days, Destination, Kind};
pub use compare::{Change, Compared};
pub use figures::{Figures, Table};
pub use file::{BASELINE, Header, Scenario, Scenarios};
pub use inequality::{Paid, Split};
pub use output::{AssumptionReport, SCENARIOS_FORMAT, ScenarioReport, ScenariosReport};
pub use overlay::overlaid;
pub use run::{Outcome, Published, ScenarioOptions, run};
pub use settled::Done;
