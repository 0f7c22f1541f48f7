//! The stages that have no door of their own, one small function each, so that `benches` can time
//! them. Behind the feature `internals`; no part of the API and no promise.

use crate::claims::duplicates::repeated;
use crate::claims::ids;
use crate::error::Failure;
use crate::input::Inputs;
use crate::output::claims_csv::header;
use crate::output::ordered::OrderedWriter;
use crate::progress::Progress;
use crate::settle::due::{Settled, pay_all};
use crate::workers::workers;
use std::path::Path;

/// The hash by which repeated ids are looked for.
#[must_use]
pub fn id_hash(id: &[u8]) -> u64 {
    ids::id_hash(id)
}

/// Looks for hashes that occur more than once, given block by block; how many there are.
///
/// # Errors
/// [`Failure::Refused`] where the threads cannot be started.
pub fn repeated_ids(hashes: &[Box<[u64]>], threads: Option<usize>) -> Result<usize, Failure> {
    Ok(workers(threads)?.install(|| repeated(hashes).len()))
}

/// Pays every claim of a settled year once more; with a path, writes claims.csv there too, without
/// waiting for the disk.
///
/// # Errors
/// [`Failure::Refused`] where the file exists already or cannot be written.
pub fn write_rows(
    inputs: &Inputs,
    settled: &Settled,
    path: Option<&Path>,
    threads: Option<usize>,
) -> Result<(), Failure> {
    let writer = path
        .map(|path| OrderedWriter::create(path, header(&inputs.region.policy), false))
        .transpose()?;
    let quiet = Progress::default();
    workers(threads)?.install(|| pay_all(&inputs.policy, &settled.priced, writer.as_ref(), &quiet))?;
    Ok(())
}
