//! Settling the baseline and every scenario, reading by reading.

use crate::figures::Figures;
use crate::file::Scenarios;
use crate::ready::{Ready, told_of};
use dianzhi_batch::{
    Claims, Failure, Funds, Jumps, ProcurementAccount, Progress, ReadOptions, Records, Role, RunInput, Settled,
    run_inputs,
};
use dianzhi_core::{CompiledPolicy, FenSum, PoolAccount};
use dianzhi_policy::Diagnostic;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The baseline or a scenario, settled.
pub struct Done {
    /// `baseline`, or the scenario's id.
    pub id: String,
    /// Its policy.
    pub policy: Arc<CompiledPolicy>,
    /// Of every pool.
    pub accounts: Vec<PoolAccount>,
    /// Of every pool, as [`Settled::jumps`].
    pub jumps: Vec<Jumps>,
    /// Of every pool, as [`Settled::negative_dues`].
    pub negative_dues: Vec<(u64, FenSum)>,
    /// Its records.
    pub records: Records,
    /// What is worth a look in its tables, its claims and what they came to.
    pub warnings: Vec<Diagnostic>,
    /// Group codes that the groups table does not have, with the claims that carry them.
    pub unknown_groups: BTreeMap<String, u64>,
    pub(crate) figures: Figures,
    pub(crate) procurement: Vec<ProcurementAccount>,
    pub(crate) funds: Funds,
}

/// All of them, settled.
pub(crate) struct AllDone {
    /// The baseline first.
    pub(crate) done: Vec<Done>,
    /// Tables and claim files, each once.
    pub(crate) inputs: Vec<RunInput>,
}

/// Settles all, reading by reading: claims are read once for each, and settled again and again.
pub(crate) fn settle_all(
    scenarios: &Scenarios,
    ready: &[Ready<'_>],
    options: &ReadOptions,
    progress: &Progress,
) -> Result<AllDone, Failure> {
    let mut inputs = Vec::new();
    let mut done: Vec<Option<Done>> = ready.iter().map(|_| None).collect();
    for first in 0..ready.len() {
        if done[first].is_some() {
            continue;
        }
        let mut claims = Claims::read(&ready[first].inputs, options, progress)
            .map_err(|failure| told_of(scenarios, &ready[first], failure))?;
        for (at, of) in ready.iter().enumerate().skip(first) {
            if done[at].is_some() || !ready[first].reading.differs_in(&of.reading).is_empty() {
                continue;
            }
            note_inputs(&mut inputs, of, &claims);
            let records = Records::of(&claims);
            let unknown_groups = claims.unknown_groups.clone();
            let settled = Settled::with_cuts(&of.inputs, claims, options.threads, progress)
                .map_err(|failure| told_of(scenarios, of, failure))?;
            let of_claims = settled.claims().warnings.iter();
            let warnings = of.inputs.warnings.iter().chain(of_claims).cloned().collect();
            done[at] = Some(Done {
                id: of.id().to_owned(),
                policy: Arc::clone(&of.inputs.policy),
                jumps: settled.jumps.clone(),
                negative_dues: settled.negative_dues.clone(),
                figures: Figures::of(&of.inputs, &settled, &scenarios.counties),
                accounts: settled.accounts.clone(),
                procurement: settled.procurement.clone(),
                funds: settled.funds.clone(),
                records,
                warnings,
                unknown_groups,
            });
            claims = settled.into_claims();
        }
    }
    let done: Vec<Done> = done.into_iter().flatten().collect();
    Ok(AllDone { done, inputs })
}

/// Notes the tables and claim files that are not noted yet; region files stand beside their runs.
fn note_inputs(inputs: &mut Vec<RunInput>, of: &Ready<'_>, claims: &Claims) {
    let tables = of.inputs.tables.iter().map(|(input, print)| (input, print));
    let files = match &of.assumed {
        None => claims.inputs(),
        Some(assumed) => assumed
            .rewritten
            .files
            .iter()
            .map(|file| (&file.source, &file.read))
            .collect(),
    };
    let all = run_inputs(tables.chain(files)).into_iter();
    for input in all.filter(|input| input.role != Role::Region) {
        if !inputs.contains(&input) {
            inputs.push(input);
        }
    }
}
