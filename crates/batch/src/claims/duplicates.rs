//! Duplicates over all files: E112 the same record again, E113 the same id with other content.
//!
//! Equal ids have equal hashes, so the hashes show whether there can be any. Only then are the
//! blocks with candidates read again and compared: ids byte by byte, content by BLAKE3 over the
//! fields in the order of their names.

use super::block::{ClaimBlock, DUPLICATE};
use super::checks::Checks;
use super::feed::ClaimFile;
use super::ids::id_hash;
use super::locate::{Again, read_again};
use super::read::Claims;
use super::reject::{Reject, RejectCode};
use crate::error::Failure;
use crate::input::encoding::decode_escaped;
use crate::input::header::Header;
use crate::progress::Progress;
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use rayon::slice::ParallelSlice;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::HashMap;

/// Marks the duplicates among the accepted claims and adds their rejects.
pub(crate) fn mark_duplicates(
    claims: &mut Claims,
    hashes: Vec<Box<[u64]>>,
    checks: &Checks,
    progress: &Progress,
) -> Result<(), Failure> {
    let repeated = repeated(&hashes);
    drop(hashes);
    if repeated.is_empty() {
        return Ok(());
    }
    let candidates = candidates(claims, &repeated, checks, progress)?;
    let rejected = judge(candidates);
    let mut rejects = Vec::with_capacity(rejected.len());
    for (found, code) in rejected {
        claims.blocks[found.block].claims[found.position].flags |= DUPLICATE;
        rejects.push(Reject {
            file: claims.blocks[found.block].file,
            line: found.line,
            setl_id: found.id,
            field: "setl_id",
            code,
            record: found.record,
        });
    }
    claims.rejects.extend(rejects);
    claims.rejects.sort_by_key(|reject| (reject.file, reject.line));
    Ok(())
}

/// Hashes of a bucket, about: few enough for a fast cache, many enough that buckets cost nothing.
const BUCKET: usize = 2_048;

/// Hashes in buckets by their highest bits, which a hash has at random.
struct Dealt {
    /// Where each bucket starts in `hashes`, and their end.
    starts: Vec<usize>,
    hashes: Vec<u64>,
}

impl Dealt {
    fn new(blocks: &[Box<[u64]>], bits: u32) -> Dealt {
        let count: usize = blocks.iter().map(|block| block.len()).sum();
        // A shift by 64 would be one bit too far: with no bits everything is in bucket 0.
        let bucket = |hash: u64| usize::try_from(hash.checked_shr(64 - bits).unwrap_or(0)).unwrap_or(0);
        let mut ends = vec![0usize; (1 << bits) + 1];
        for &hash in blocks.iter().flatten() {
            ends[bucket(hash)] += 1;
        }
        let mut start = 0;
        for end in &mut ends {
            start += std::mem::replace(end, start);
        }
        let starts = ends.clone();
        let mut hashes = vec![0u64; count];
        for &hash in blocks.iter().flatten() {
            let place = &mut ends[bucket(hash)];
            hashes[*place] = hash;
            *place += 1;
        }
        Dealt { starts, hashes }
    }

    fn bucket(&self, bucket: usize) -> &[u64] {
        &self.hashes[self.starts[bucket]..self.starts[bucket + 1]]
    }
}

/// The hashes that occur more than once: every thread deals its part of them, then every bucket is
/// searched by itself, through all parts.
pub(crate) fn repeated(hashes: &[Box<[u64]>]) -> FxHashSet<u64> {
    let count: usize = hashes.iter().map(|block| block.len()).sum();
    let bits = (count / BUCKET).checked_ilog2().unwrap_or(0);
    let part = hashes.len().div_ceil(rayon::current_num_threads()).max(1);
    let parts: Vec<Dealt> = hashes.par_chunks(part).map(|blocks| Dealt::new(blocks, bits)).collect();
    let repeats = |seen: &mut Seen, bucket: usize| {
        if seen.all_differ(&parts, bucket) {
            return Vec::new();
        }
        let mut all: Vec<u64> = parts.iter().flat_map(|part| part.bucket(bucket)).copied().collect();
        all.sort_unstable();
        let pairs = all.windows(2).filter(|pair| pair[0] == pair[1]);
        pairs.map(|pair| pair[0]).collect::<Vec<u64>>()
    };
    (0..1usize << bits)
        .into_par_iter()
        .map_init(Seen::default, repeats)
        .flatten_iter()
        .collect()
}

/// The hashes of a bucket that were met so far: 32 bits of each, found by some of the others.
#[derive(Default)]
struct Seen {
    slots: Vec<u32>,
}

impl Seen {
    /// Whether all hashes of a bucket differ. "No" may be wrong: 32 bits say less than 64.
    fn all_differ(&mut self, parts: &[Dealt], bucket: usize) -> bool {
        // At least half of the slots stay empty, so that every search ends soon.
        let count: usize = parts.iter().map(|part| part.bucket(bucket).len()).sum();
        let slots = (count * 2).next_power_of_two();
        self.slots.clear();
        self.slots.resize(slots, 0);
        for &hash in parts.iter().flat_map(|part| part.bucket(bucket)) {
            // The halves of the hash; its highest bits are the bucket's number, the same in all.
            #[allow(clippy::cast_possible_truncation)]
            let (low, middle) = ((hash as u32).max(1), (hash >> 24) as usize);
            let mut at = middle & (slots - 1);
            while self.slots[at] != 0 {
                if self.slots[at] == low {
                    return false;
                }
                at = (at + 1) & (slots - 1);
            }
            self.slots[at] = low;
        }
        true
    }
}

/// A claim whose id may stand elsewhere too.
struct Candidate {
    block: usize,
    position: usize,
    line: u64,
    id: String,
    content: [u8; 32],
    record: String,
}

fn candidates(
    claims: &Claims,
    repeated: &FxHashSet<u64>,
    checks: &Checks,
    progress: &Progress,
) -> Result<Vec<Candidate>, Failure> {
    let mut wanted: Vec<(usize, Vec<usize>)> = Vec::new();
    for (b, block) in claims.blocks.iter().enumerate() {
        let positions: Vec<usize> = (0..block.claims.len())
            .filter(|&i| repeated.contains(&id_hash(block.id(i))))
            .collect();
        if !positions.is_empty() {
            wanted.push((b, positions));
        }
    }
    let mut found = Vec::new();
    for (f, file) in claims.files.iter().enumerate() {
        progress.check()?;
        let here: Vec<&(usize, Vec<usize>)> = wanted.iter().filter(|(b, _)| claims.blocks[*b].file == f).collect();
        if here.is_empty() {
            continue;
        }
        let blocks: Vec<&ClaimBlock> = here.iter().map(|(b, _)| &claims.blocks[*b]).collect();
        let positions: FxHashMap<usize, &(usize, Vec<usize>)> = here
            .iter()
            .map(|entry| (claims.blocks[entry.0].index, *entry))
            .collect();
        let order = by_name(&file.header);
        // Contents are compared, and rejects written, from this second reading.
        read_again(file, &blocks, checks, claims.fingerprints.get(f), |block, again| {
            if let Some((b, wanted)) = positions.get(&block.index)
                && wanted.binary_search(&again.position).is_ok()
            {
                found.push(candidate(file, *b, &again, &order));
            }
        })?;
    }
    Ok(found)
}

fn candidate(file: &ClaimFile, block: usize, again: &Again<'_>, order: &[(usize, String)]) -> Candidate {
    Candidate {
        block,
        position: again.position,
        line: again.line,
        id: String::from_utf8_lossy(again.row.get(file.layout.setl_id).bytes()).into_owned(),
        content: content(again, order),
        record: decode_escaped(again.raw, again.encoding),
    }
}

/// A file's columns in the order of their names, so that files with other column orders compare.
fn by_name(header: &Header) -> Vec<(usize, String)> {
    let mut order: Vec<(usize, String)> = header.names.iter().cloned().enumerate().collect();
    order.sort_by(|a, b| a.1.cmp(&b.1));
    order
}

/// The fields of a record in short: names and values, empty ones left out as if the column were
/// not there.
fn content(again: &Again<'_>, order: &[(usize, String)]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    for (position, name) in order {
        let value = again.row.nth(*position);
        if !value.is_empty() {
            for part in [name.as_bytes(), value] {
                hasher.update(&(part.len() as u64).to_le_bytes());
                hasher.update(part);
            }
        }
    }
    *hasher.finalize().as_bytes()
}

/// Of the records of one id, in input order: repeats of a content are E112; where more than one
/// content is left, all that are left are E113.
fn judge(candidates: Vec<Candidate>) -> Vec<(Candidate, RejectCode)> {
    let mut by_id: HashMap<String, Vec<Candidate>> = HashMap::new();
    for candidate in candidates {
        by_id.entry(candidate.id.clone()).or_default().push(candidate);
    }
    let mut rejected = Vec::new();
    for (_, group) in by_id {
        let mut contents: FxHashSet<[u8; 32]> = FxHashSet::default();
        let mut first = Vec::new();
        for candidate in group {
            if contents.insert(candidate.content) {
                first.push(candidate);
            } else {
                rejected.push((candidate, RejectCode::E112));
            }
        }
        if first.len() > 1 {
            rejected.extend(first.into_iter().map(|candidate| (candidate, RejectCode::E113)));
        }
    }
    rejected
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20))]
        #[test]
        fn buckets_find_what_a_set_finds(
            blocks in proptest::collection::vec(proptest::collection::vec(any::<u64>(), 0..3_000), 0..6),
            again in proptest::collection::vec(any::<prop::sample::Index>(), 0..5),
        ) {
            let mut blocks = blocks;
            let all: Vec<u64> = blocks.iter().flatten().copied().collect();
            if !all.is_empty() {
                blocks.push(again.iter().map(|i| all[i.index(all.len())]).collect());
            }
            let mut seen = FxHashSet::default();
            let expected: FxHashSet<u64> = blocks.iter().flatten().copied().filter(|hash| !seen.insert(*hash)).collect();
            let blocks: Vec<Box<[u64]>> = blocks.into_iter().map(Into::into).collect();
            prop_assert_eq!(repeated(&blocks), expected);
        }
    }
}
