//! Settlement ids that come again: worth a word, for a settlement rejects such records.

use crate::claims::duplicates::repeated;
use std::sync::{Mutex, PoisonError};

/// Most records whose ids are kept: with these, 32 MiB. A grouping holds a few blocks and no more, and
/// shall do so of any file; whoever has more records has them looked at when they are settled.
const RECORDS_MAX: usize = 4_000_000;

/// What is kept of the ids: a hash of each, as many as may be.
pub(crate) struct Repeats {
    most: usize,
    /// `None`: there were too many.
    hashes: Mutex<Option<Kept>>,
}

#[derive(Default)]
struct Kept {
    count: usize,
    blocks: Vec<Box<[u64]>>,
}

impl Default for Repeats {
    fn default() -> Repeats {
        Repeats::with_room(RECORDS_MAX)
    }
}

impl Repeats {
    fn with_room(most: usize) -> Repeats {
        Repeats {
            most,
            hashes: Mutex::new(Some(Kept::default())),
        }
    }

    /// Keeps the hashes of a block's ids.
    pub(crate) fn note(&self, block: Vec<u64>) {
        let mut kept = self.hashes.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(all) = kept.as_mut() {
            all.count += block.len();
            if all.count > self.most {
                *kept = None;
            } else {
                all.blocks.push(block.into());
            }
        }
    }

    /// How many records have an id that another before them has. It depends on the records alone, not on
    /// the order in which blocks were brought: either all are kept or none.
    pub(crate) fn count(self) -> Option<u64> {
        let Kept { blocks, .. } = self.hashes.into_inner().unwrap_or_else(PoisonError::into_inner)?;
        let again = repeated(&blocks);
        if again.is_empty() {
            return Some(0);
        }
        let all = blocks.iter().flatten().filter(|hash| again.contains(hash)).count();
        Some((all - again.len()) as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Seen to fail.
    #[test]
    fn the_first_of_an_id_is_no_repeat() {
        let repeats = Repeats::default();
        assert_eq!(Repeats::default().count(), Some(0));
        repeats.note(vec![7, 1, 7]);
        repeats.note(vec![2, 7, 1]);
        assert_eq!(repeats.count(), Some(3));
    }

    /// Seen to fail.
    #[test]
    fn too_many_are_not_kept() {
        for (most, expected) in [(4, Some(2)), (3, None)] {
            let repeats = Repeats::with_room(most);
            repeats.note(vec![1, 1]);
            repeats.note(vec![1]);
            repeats.note(vec![2]);
            repeats.note(Vec::new());
            assert_eq!(repeats.count(), expected);
        }
    }
}
