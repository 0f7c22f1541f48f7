//! How far a run is, for whoever shows it, and the wish to stop it.

use crate::error::Failure;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};

/// The stage of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Stage {
    /// Reading and checking claims.
    Reading,
    /// Pricing them and looking for duplicates.
    Pricing,
    /// Writing the outputs.
    Writing,
    /// Flushing and renaming.
    Publishing,
}

/// Counters that a run moves and anyone may read meanwhile.
#[derive(Debug, Default)]
pub struct Progress {
    stage: AtomicU8,
    bytes_total: AtomicU64,
    bytes_read: AtomicU64,
    claims_read: AtomicU64,
    claims_written: AtomicU64,
    cancelled: AtomicBool,
}

impl Progress {
    /// Asks the run to stop before its next block.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// The stage.
    #[must_use]
    pub fn stage(&self) -> Stage {
        match self.stage.load(Ordering::Relaxed) {
            0 => Stage::Reading,
            1 => Stage::Pricing,
            2 => Stage::Writing,
            _ => Stage::Publishing,
        }
    }

    /// Bytes of claim files, as they are packed: read so far and in all.
    #[must_use]
    pub fn bytes(&self) -> (u64, u64) {
        (
            self.bytes_read.load(Ordering::Relaxed),
            self.bytes_total.load(Ordering::Relaxed),
        )
    }

    /// Records read so far.
    #[must_use]
    pub fn claims_read(&self) -> u64 {
        self.claims_read.load(Ordering::Relaxed)
    }

    /// Claims written so far.
    #[must_use]
    pub fn claims_written(&self) -> u64 {
        self.claims_written.load(Ordering::Relaxed)
    }

    pub(crate) fn enter(&self, stage: Stage) {
        self.stage.store(stage as u8, Ordering::Relaxed);
    }

    pub(crate) fn bytes_total(&self, bytes: u64) {
        self.bytes_total.store(bytes, Ordering::Relaxed);
    }

    pub(crate) fn bytes_read(&self, bytes: u64) {
        self.bytes_read.store(bytes, Ordering::Relaxed);
    }

    pub(crate) fn add_read(&self, claims: u64) {
        self.claims_read.fetch_add(claims, Ordering::Relaxed);
    }

    pub(crate) fn add_written(&self, claims: u64) {
        self.claims_written.fetch_add(claims, Ordering::Relaxed);
    }

    /// An error once the run is to stop.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        if self.cancelled.load(Ordering::Relaxed) {
            Err(Failure::Interrupted)
        } else {
            Ok(())
        }
    }
}
