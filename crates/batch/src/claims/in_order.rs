//! Claim files in, rows out in the order of the records: every worker takes a block, makes rows of it
//! and brings them to the file.

use super::feed::{ClaimFile, Feed};
use super::records::{RawBlock, Scratch};
use crate::error::Failure;
use crate::input::source::Fingerprint;
use crate::output::buffer::RowBuffer;
use crate::output::ordered::{GiveUpOnPanic, OrderedWriter};
use crate::progress::Progress;
use std::sync::{Mutex, PoisonError};

/// Claim files, and the file that their rows go to.
pub(crate) struct InOrder<'a, L> {
    pub(crate) files: &'a [ClaimFile<L>],
    pub(crate) writer: &'a OrderedWriter,
    pub(crate) block_bytes: usize,
    pub(crate) progress: &'a Progress,
}

/// What was made of the blocks, in input order, and what the files held.
pub(crate) struct MadeInOrder<O> {
    pub(crate) outcomes: Vec<O>,
    pub(crate) fingerprints: Vec<Fingerprint>,
}

impl<L: Sync> InOrder<'_, L> {
    /// Makes rows of every block, on all the worker threads that the caller is one of.
    ///
    /// # Errors
    /// The first failure in input order.
    pub(crate) fn run<O: Send>(
        &self,
        make: impl Fn(&RawBlock, &ClaimFile<L>, &mut Scratch, &mut RowBuffer) -> Result<O, Failure> + Sync,
    ) -> Result<MadeInOrder<O>, Failure> {
        let feed = Mutex::new(Feed::new(self.files, self.block_bytes, false, self.progress));
        let outcomes = Mutex::new(Vec::new());
        let failure: Mutex<Option<(usize, Failure)>> = Mutex::new(None);
        rayon::broadcast(|_| {
            let _guard = GiveUpOnPanic(Some(self.writer));
            if let Err(found) = self.work(&feed, &outcomes, &make) {
                self.writer.give_up();
                let mut failure = failure.lock().unwrap_or_else(PoisonError::into_inner);
                // The block counts, not the thread: the first one in input order is told. Who is
                // interrupted because another gave up has nothing to tell.
                let rank = |(index, failure): &(usize, Failure)| (matches!(failure, Failure::Interrupted), *index);
                if failure.as_ref().is_none_or(|known| rank(&found) < rank(known)) {
                    *failure = Some(found);
                }
            }
        });
        if let Some((_, failure)) = failure.into_inner().unwrap_or_else(PoisonError::into_inner) {
            return Err(failure);
        }
        let mut outcomes = outcomes.into_inner().unwrap_or_else(PoisonError::into_inner);
        outcomes.sort_unstable_by_key(|(index, _)| *index);
        Ok(MadeInOrder {
            outcomes: outcomes.into_iter().map(|(_, outcome)| outcome).collect(),
            fingerprints: feed.into_inner().unwrap_or_else(PoisonError::into_inner).fingerprints,
        })
    }

    fn work<O>(
        &self,
        feed: &Mutex<Feed<'_, L>>,
        outcomes: &Mutex<Vec<(usize, O)>>,
        make: impl Fn(&RawBlock, &ClaimFile<L>, &mut Scratch, &mut RowBuffer) -> Result<O, Failure>,
    ) -> Result<(), (usize, Failure)> {
        let mut scratch = Scratch::default();
        let mut buffer = Vec::new();
        let mut out = RowBuffer::default();
        loop {
            let next = {
                let mut feed = feed.lock().unwrap_or_else(PoisonError::into_inner);
                let index = feed.blocks_given();
                feed.next(buffer).map_err(|failure| (index, failure))
            };
            let Some(raw) = next? else {
                return Ok(());
            };
            let stop = |failure| {
                feed.lock().unwrap_or_else(PoisonError::into_inner).stop();
                (raw.index, failure)
            };
            out.clear();
            let outcome = make(&raw, &self.files[raw.file], &mut scratch, &mut out).map_err(stop)?;
            let mut outcomes = outcomes.lock().unwrap_or_else(PoisonError::into_inner);
            outcomes.push((raw.index, outcome));
            drop(outcomes);
            out = self.writer.submit(raw.index, out).map_err(stop)?;
            buffer = raw.buffer;
        }
    }
}
