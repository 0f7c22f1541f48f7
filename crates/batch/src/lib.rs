//! Claim files → settlement → run directory.
#![deny(unsafe_code)]
#![deny(clippy::float_arithmetic, clippy::disallowed_types)]

mod calibrate;
mod claims;
pub mod codes;
mod diff;
mod directory;
mod disk;
mod error;
mod explain;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzzed;
mod grouping;
mod input;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod internals;
mod max_rejects;
mod output;
mod prepayments;
mod progress;
mod publish;
mod rewrite;
mod routing;
mod same_run;
mod settle;
mod verify;
mod whereabouts;
mod workers;

pub use calibrate::{
    CalibrateOutcome, CalibratedScope, CalibrationRun, HistoryOptions, PublishedCalibration, calibrate,
};
pub use claims::grouped::GroupedClaims;
pub use claims::read::{Claims, ReadOptions};
pub use claims::reading::Reading;
pub use claims::reject::{Reject, RejectCode};
pub use diff::{
    CaseChange, CaseChanges, CaseFigures, Change, CountChange, Difference, FigureChange, HospitalChange, InputChange,
    InputChangeKind, Moved, PolicyChange, PoolChange, Reason, ReasonSum, RowChange, diff,
};
pub use directory::{DirectoryOutcome, DirectoryRun, DirectorySummary, PublishedDirectory, directory};
pub use error::{Failure, unwritable};
pub use explain::{
    ExplainTarget, ExplainedInput, ExplainedStep, Explanation, PublishedRow, RejectedRecord, Section, explain,
};
pub use grouping::{
    ExplainedStay, GroupBy, GroupCells, GroupFiles, GroupSteps, GroupSummary, explain_stay, group_files, rejects_path,
};
pub use input::adjustments::{PenaltyRow, ReasonRow, ReviewRow};
pub use input::encoding::Encoding;
pub use input::find::relative;
pub use input::header::Header;
pub use input::procurement::ProcurementRow;
pub use input::source::{Fingerprint, InputFile, Role};
pub use input::tables::{Lined, PrepaymentRow};
pub use input::{InputOptions, Inputs, Mapping};
pub use max_rejects::MaxRejects;
pub use output::folder::{Placed, WorkFolder, exists};
pub use output::format::push_record;
pub use output::run::{Engine, RUN_FORMAT, Records, Run, RunInput, RunOutput, RunPool, RunRegion, run_inputs};
pub use prepayments::{Advance, Prepaid, advances, prepayments, prepayments_csv};
pub use progress::{Progress, Stage};
pub use publish::{Outcome, Published, SettleOptions, may_become_output, settle};
pub use rewrite::{Became, ChangeCount, ClaimChange, ClaimRecord, Rewritten, RewrittenFile, rewrite};
pub use settle::adjust::AdjustmentCount;
pub use settle::alliance::statements as alliance_statements;
pub use settle::apart::{ApartAccount, ApartTotals};
pub use settle::cells::{CellTotals, Cuts};
pub use settle::due::Settled;
pub use settle::funds::{Funds, NextPrepayment};
pub use settle::price::Jumps;
pub use settle::procurement::ProcurementAccount;
pub use settle::routes::{RouteAccount, RouteTotals};
pub use verify::{Check, CheckOutcome, Verification, verify};
