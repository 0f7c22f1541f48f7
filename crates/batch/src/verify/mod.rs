//! `verify`: a published run against its hashes, against the identities of docs/SETTLEMENT.md §6,
//! and against a second settlement by the exact-fraction model.
//!
//! Nothing of the settlement's own reader, kernel or writer is used here: claims are cut, decoded
//! and judged by [`reader`], [`judge`] and [`text`], figures by [`figures`], and prices come from
//! [`dianzhi_core::model`].

mod check;
pub(crate) mod figures;
mod find;
mod hashes;
mod identities;
mod judge;
mod reader;
mod reprice;
mod rows;
pub(crate) mod sheets;
mod text;

pub use check::{Check, CheckOutcome, Verification};

use crate::error::Failure;
use crate::output::run::Run;
use crate::progress::{Progress, Stage};
use dianzhi_core::Policy;
use dianzhi_policy::Region;
use std::path::Path;

/// Checks a published run: its hashes, every identity from its files alone, and, where the inputs
/// are still to be found, every row again by a second path. `region` names the region file where
/// the inputs moved since; they are looked for beside it.
///
/// Pricing again keeps every claim in memory, about a kilobyte each; the other checks keep 16 bytes.
///
/// # Errors
/// [`Failure::Refused`] with F108 where the directory holds no run;
/// [`Failure::Interrupted`] where the progress was cancelled. What is wrong *with* the run is no
/// error but a failed [`Check`].
///
/// ```no_run
/// use dianzhi_batch::{Progress, verify};
/// let verification = verify("out".as_ref(), None, None, &Progress::default())?;
/// assert!(verification.is_sound());
/// # Ok::<(), dianzhi_batch::Failure>(())
/// ```
pub fn verify(
    run_dir: &Path,
    region: Option<&Path>,
    threads: Option<usize>,
    progress: &Progress,
) -> Result<Verification, Failure> {
    progress.enter(Stage::Reading);
    let run = Run::load(run_dir)?;
    let parsed = Region::parse(Path::new(&run.region.path), run.region.text.clone());
    let policy = parsed.as_ref().ok().map(|region| &region.policy);
    let mut checks = hashes::checks(run_dir, &run, policy, progress)?;
    checks.push(hashes::region(&run, parsed.as_ref().err()));
    let Ok(recorded) = parsed else {
        checks.push(Check::skipped(
            check::identities_name(),
            dianzhi_core::Text::new(
                "run.json 中的政策无法解读，其余核验无从进行",
                "the policy in run.json cannot be read, and every other check needs it",
            ),
        ));
        return Ok(Verification { checks });
    };
    checks.extend(identities::checks(run_dir, &run, &recorded, progress)?);
    progress.check()?;
    match find::inputs(run_dir, &run, region, progress)? {
        Err(why) => checks.push(Check::skipped(check::repricing_name(), why)),
        Ok(found) => checks.extend(reprice::checks(run_dir, &recorded, &found, threads, progress)?),
    }
    Ok(Verification { checks })
}

/// The files of a run and its policy against the hashes it lists, and nothing more.
pub(crate) fn run_files(
    run_dir: &Path,
    run: &Run,
    policy: &Policy,
    progress: &Progress,
) -> Result<Vec<Check>, Failure> {
    let mut checks = hashes::checks(run_dir, run, Some(policy), progress)?;
    checks.push(hashes::region(run, None));
    Ok(checks)
}
