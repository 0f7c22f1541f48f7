//! Assumptions carried out: the claims of one scenario, written again.

use super::Assumption;
use super::change::Assumed;
use crate::codes::W401;
use crate::file::Scenarios;
use dianzhi_batch::{ChangeCount, ClaimChange, Failure, Inputs, Progress, ReadOptions, Rewritten, rewrite};
use dianzhi_core::{Decimal, Text};
use dianzhi_policy::Diagnostic;
use std::path::Path;

/// Writes the claim files of some inputs into a folder as they are under these assumptions, each with
/// the share that it has this time, one behind the other.
///
/// # Errors
/// As [`rewrite`].
pub(crate) fn carry_out(
    scenarios: &Scenarios,
    inputs: &Inputs,
    assumed: &[(&Assumption, Decimal)],
    folder: &Path,
    options: &ReadOptions,
    progress: &Progress,
) -> Result<Rewritten, Failure> {
    let all: Vec<Assumed<'_>> = assumed
        .iter()
        .map(|(assumption, share)| Assumed::new(scenarios, assumption, *share, inputs))
        .collect();
    let changes: Vec<&dyn ClaimChange> = all.iter().map(|one| one as &dyn ClaimChange).collect();
    rewrite(inputs, &changes, folder, options, progress)
}

/// The assumptions that concern no case.
pub(crate) fn concerns_nobody(
    scenarios: &Scenarios,
    assumed: &[&Assumption],
    counts: &[ChangeCount],
) -> Vec<Diagnostic> {
    let idle = assumed.iter().zip(counts).filter(|(_, count)| count.concerned == 0);
    let told = |(assumption, _): (&&Assumption, &ChangeCount)| {
        let id = &assumption.id;
        let text = Text::new(
            format!("假设 {id} 不涉及任何病例：什么也没有改变"),
            format!("assumption {id} concerns no case: it changes nothing"),
        );
        let help = Text::new(
            "核对 when，以及该假设所说的机构、病组是否真有病例",
            "look at when, and whether there are claims of the hospitals and groups that it is about",
        );
        Diagnostic::warning(W401.id, text, help).at(scenarios.place_of(assumption, "id"))
    };
    idle.map(told).collect()
}
