//! The built binary, run as people run it.
//!
//! Expected outputs are files. `UPDATE_EXPECT=1 cargo test -p dianzhi-cli` writes them anew; read
//! the difference before you commit it.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod dip;
mod errors;
mod exit_codes;
mod group;
mod group_options;
mod help;
mod policy;
mod run;
mod runs;
mod scenario;
mod scheme;
mod tutorial;
