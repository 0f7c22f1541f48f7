//! `--runs`: a run directory of the baseline and of every scenario, each made by `settle`.

use crate::ready::Ready;
use crate::settled::Done;
use dianzhi_batch::{Failure, ProcurementAccount, Progress, ReadOptions, SettleOptions, Settled, WorkFolder, settle};
use dianzhi_core::BrokenIdentity;

/// Settles every region file as it was written, and holds what comes out against the figures here:
/// what does not agree.
pub(crate) fn settle_for_good(
    ready: &[Ready<'_>],
    done: &[Done],
    work: &WorkFolder,
    options: &ReadOptions,
    progress: &Progress,
) -> Result<Vec<BrokenIdentity>, Failure> {
    let as_settle = SettleOptions {
        read: *options,
        ..SettleOptions::default()
    };
    let mut broken = Vec::new();
    for (of, done) in ready.iter().zip(done) {
        let folder = work.path().join(of.id());
        let outcome = settle(&folder.join("region.toml"), &folder.join("run"), &as_settle, progress)?;
        if let dianzhi_batch::Outcome::Published(run) = outcome {
            broken.extend(not_alike(of, done, &run.settled));
        }
    }
    Ok(broken)
}

/// Accounts, savings and funds of a scenario that are not those of its run.
fn not_alike(of: &Ready<'_>, done: &Done, run: &Settled) -> Vec<BrokenIdentity> {
    let ids = of.inputs.region.policy.pools.iter().map(|pool| pool.id.as_str());
    let pairs = done.accounts.iter().zip(&run.accounts).zip(ids);
    let differing = pairs.filter(|((ours, theirs), _)| ours != theirs);
    let mut broken: Vec<BrokenIdentity> = differing
        .map(|((ours, theirs), pool)| BrokenIdentity {
            pool: format!("{} {pool}", of.id()),
            identity: "account of the scenario = account of its run (here: cleared)",
            left: ours.cleared.0,
            right: theirs.cleared.0,
        })
        .collect();
    if done.procurement != run.procurement || done.funds != run.funds {
        let kept = |accounts: &[ProcurementAccount]| accounts.iter().map(|account| account.kept.kept.0).sum();
        broken.push(BrokenIdentity {
            pool: of.id().to_owned(),
            identity: "savings and funds of the scenario = those of its run (here: kept)",
            left: kept(&done.procurement),
            right: kept(&run.procurement),
        });
    }
    broken
}
