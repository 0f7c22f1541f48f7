//! **dianzhi** 点值: the settlement engine for China's DRG/DIP hospital payment, as a library.
//!
//! Two ways in:
//!
//! * [`settle`] takes a region file and its claim files and publishes a run directory, exactly as
//!   the `dianzhi` command does. [`Inputs`], [`Claims`] and [`Settled`] are its steps, for a program
//!   that wants the figures without the files.
//! * [`engine`] is the arithmetic alone, for a program that holds its cases already: compile a
//!   [`Policy`](engine::Policy) with its groups and hospitals, then [`engine::settle`].
//!
//! The arithmetic, the files and the identities are specified in docs/SETTLEMENT.md.
//!
//! ```
//! use dianzhi::engine::{Claim, CompiledPolicy, Fen, example, settle};
//!
//! let policy = CompiledPolicy::new(&example::policy(), &example::groups(), &example::hospitals())?;
//! let case = |group, cost| policy.case(group, "H001", "310", Fen(cost), Fen(cost / 2)).unwrap();
//! let claims = [
//!     Claim { id: "S1", case: case(Some("ES25"), 900_000), apart: &[] },
//!     Claim { id: "S2", case: case(None, 1_200_000), apart: &[] }, // 未入组
//! ];
//! let year = settle(&policy, &claims, &[]).unwrap();
//! let pool = &year.pools[0];
//! assert_eq!(pool.totals.due + pool.remainder.0, pool.price.distributable.0);
//! # Ok::<(), dianzhi::engine::CompileError>(())
//! ```
//!
//! From files, with an error that says where and what to do:
//!
//! ```no_run
//! use dianzhi::{Outcome, Progress, SettleOptions, settle};
//!
//! let options = SettleOptions::default();
//! match settle("region.toml".as_ref(), "run-2026".as_ref(), &options, &Progress::default()) {
//!     Ok(Outcome::Published(run)) => println!("{} claims settled", run.run.records.accepted),
//!     Ok(Outcome::AlreadyThere(_)) => println!("nothing changed since the last run"),
//!     Err(failure) => eprintln!("{failure}"),
//! }
//! ```
#![forbid(unsafe_code)]

/// Calibration without files: histories, plans, figures.
pub use dianzhi_calibrate as calibration;
/// The arithmetic: policies, cases, pools, point values, clearing, the tracer.
pub use dianzhi_core as engine;
/// Grouping: schemes, the grouper, what it says of a record.
pub use dianzhi_grouper as grouper;
/// Region files: reading, validation, places, the national field names.
pub use dianzhi_policy as policy;

pub use dianzhi_batch::*;
pub use dianzhi_core::{Lang, Text};
pub use dianzhi_policy::{Diagnostic, Diagnostics, Region};
