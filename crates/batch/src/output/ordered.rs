//! A file that threads fill block by block, written in order and fingerprinted on the way.

use super::buffer::RowBuffer;
use crate::disk::File;
use crate::error::{Failure, unwritable};
use crate::input::source::{Fingerprint, Hasher};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Blocks that may wait for an earlier one; past this, whoever brings one waits himself.
const WAITING_MAX: usize = 64;

/// Writes blocks in the order of their numbers, whoever brings them first.
pub(crate) struct OrderedWriter {
    path: PathBuf,
    state: Mutex<State>,
    moved: Condvar,
}

struct State {
    file: File,
    hasher: Hasher,
    next: usize,
    waiting: BTreeMap<usize, RowBuffer>,
    /// A thread has given up: nobody waits for its block any more.
    given_up: bool,
}

impl OrderedWriter {
    /// Creates the file and writes its header.
    pub(crate) fn create(path: &Path, header: impl AsRef<[u8]>, with_sha256: bool) -> Result<OrderedWriter, Failure> {
        let file = File::create_new(path).map_err(|e| unwritable(path, &e))?;
        let mut state = State {
            file,
            hasher: Hasher::new(with_sha256),
            next: 0,
            waiting: BTreeMap::new(),
            given_up: false,
        };
        state.write(path, header.as_ref())?;
        Ok(OrderedWriter {
            path: path.to_owned(),
            state: Mutex::new(state),
            moved: Condvar::new(),
        })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Brings a block; gives back a buffer to fill again.
    pub(crate) fn submit(&self, index: usize, block: RowBuffer) -> Result<RowBuffer, Failure> {
        let mut state = self.lock();
        while index != state.next && state.waiting.len() >= WAITING_MAX && !state.given_up {
            state = self.moved.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if state.given_up {
            // Nothing will be published; gathering more would only fill the memory.
            return Err(Failure::Interrupted);
        }
        if index != state.next {
            state.waiting.insert(index, block);
            return Ok(RowBuffer::default());
        }
        state.write(&self.path, block.bytes())?;
        state.next += 1;
        while let Some(block) = {
            let next = state.next;
            state.waiting.remove(&next)
        } {
            state.write(&self.path, block.bytes())?;
            state.next += 1;
        }
        self.moved.notify_all();
        Ok(block)
    }

    /// Lets nobody wait for a block that will not come.
    pub(crate) fn give_up(&self) {
        self.lock().given_up = true;
        self.moved.notify_all();
    }

    /// Flushes the file to the disk; its fingerprint.
    pub(crate) fn finish(self) -> Result<Fingerprint, Failure> {
        let state = self.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        state.file.sync_all().map_err(|e| unwritable(&self.path, &e))?;
        Ok(state.hasher.fingerprint())
    }
}

/// Lets nobody wait for ever for a thread that panicked.
pub(crate) struct GiveUpOnPanic<'a>(pub(crate) Option<&'a OrderedWriter>);

impl Drop for GiveUpOnPanic<'_> {
    fn drop(&mut self) {
        if let (true, Some(writer)) = (std::thread::panicking(), self.0) {
            writer.give_up();
        }
    }
}

impl State {
    fn write(&mut self, path: &Path, bytes: &[u8]) -> Result<(), Failure> {
        self.file.write_all(bytes).map_err(|e| unwritable(path, &e))?;
        self.hasher.update(bytes);
        Ok(())
    }
}
