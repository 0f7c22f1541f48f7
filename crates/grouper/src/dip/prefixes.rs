//! Diagnoses found by how their code begins, or by the range of categories they are in.

use super::directory::{Diagnoses, PREFIX_BYTES_MAX};
use crate::codes::folded;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::hash_map::Entry;

/// The beginning of a code, at most 16 bytes, as one number; zeros behind it.
#[derive(Clone, Copy, Debug)]
struct Beginning {
    bytes: [u8; PREFIX_BYTES_MAX],
    len: usize,
}

impl Beginning {
    fn of(code: &[u8]) -> Beginning {
        let len = code.len().min(PREFIX_BYTES_MAX);
        let mut bytes = [0; PREFIX_BYTES_MAX];
        bytes[..len].copy_from_slice(&code[..len]);
        Beginning { bytes, len }
    }

    /// As codes are compared when they are not compared verbatim.
    fn folded(code: &str) -> Beginning {
        if !code.is_ascii() {
            return Beginning::of(folded(code).as_bytes());
        }
        let mut beginning = Beginning::of(code.trim().as_bytes());
        beginning.bytes.make_ascii_lowercase();
        beginning
    }

    /// The first `len` bytes.
    fn key(&self, len: usize) -> u128 {
        let all = u128::from_le_bytes(self.bytes);
        match len {
            PREFIX_BYTES_MAX.. => all,
            _ => all & ((1 << (len * 8)) - 1),
        }
    }

    /// The category, in an order in which ranges can be told; `None`: it is too short for one.
    fn category(&self) -> Option<u32> {
        let [a, b, c, ..] = self.bytes;
        (self.len >= 3).then(|| u32::from_be_bytes([0, a, b, c]))
    }
}

/// A range of categories, both ends inside.
#[derive(Clone, Copy, Debug)]
struct Range {
    id: u32,
    /// As codes are compared, and as the directory writes it.
    compared: (u32, u32),
    written: (u32, u32),
}

/// Something that names the diagnosis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hit {
    /// Its number.
    pub(super) id: u32,
    /// Bytes compared; 0 of a range.
    pub(super) compared: usize,
    /// Whether it was found only after blanks, widths or letter case were mended.
    pub(super) mended: bool,
}

/// Prefixes and ranges, each with a number; equal ones have one number.
#[derive(Debug, Default)]
pub(super) struct Prefixes {
    verbatim: bool,
    ids: FxHashMap<u128, u32>,
    /// Prefixes as the directory writes them.
    written: FxHashSet<u128>,
    /// The lengths that prefixes have, longest first.
    lengths: Vec<usize>,
    ranges: Vec<Range>,
    /// Their numbers by the first and the last category.
    range_ids: FxHashMap<(u32, u32), u32>,
    /// Where the set of ranges that hold a category changes, and their positions from there on.
    segments: Vec<(u32, Vec<u32>)>,
    count: u32,
}

impl Prefixes {
    pub(super) fn new(verbatim: bool) -> Prefixes {
        Prefixes {
            verbatim,
            ..Prefixes::default()
        }
    }

    fn beginning(&self, code: &str) -> Beginning {
        if self.verbatim {
            Beginning::of(code.as_bytes())
        } else {
            Beginning::folded(code)
        }
    }

    /// The number of these diagnoses, a new one if they have none yet.
    pub(super) fn insert(&mut self, diagnoses: &Diagnoses) -> u32 {
        match diagnoses {
            Diagnoses::Prefix(prefix) => {
                let compared = self.beginning(prefix);
                let written = Beginning::of(prefix.as_bytes());
                self.written.insert(written.key(written.len));
                if !self.lengths.contains(&compared.len) {
                    self.lengths.push(compared.len);
                    self.lengths.sort_unstable_by(|a, b| b.cmp(a));
                }
                let next = self.count;
                let id = *self.ids.entry(compared.key(compared.len)).or_insert(next);
                self.count += u32::from(id == next);
                id
            }
            Diagnoses::Range(from, to) => {
                let end = |code: &str| self.beginning(code).category().unwrap_or(0);
                let as_written = |code: &str| Beginning::of(code.as_bytes()).category().unwrap_or(0);
                let compared = (end(from), end(to));
                let id = self.count;
                match self.range_ids.entry(compared) {
                    Entry::Occupied(known) => return *known.get(),
                    Entry::Vacant(free) => free.insert(id),
                };
                self.count += 1;
                self.ranges.push(Range {
                    id,
                    compared,
                    written: (as_written(from), as_written(to)),
                });
                id
            }
        }
    }

    /// To be called when all are in.
    pub(super) fn finish(&mut self) {
        let ends = self
            .ranges
            .iter()
            .flat_map(|range| [range.compared.0, range.compared.1 + 1]);
        let mut cuts: Vec<u32> = ends.collect();
        cuts.sort_unstable();
        cuts.dedup();
        let segment = |cut: u32| {
            let holds = |range: &Range| (range.compared.0..=range.compared.1).contains(&cut);
            let positions = (0u32..).zip(&self.ranges).filter(|(_, range)| holds(range));
            (cut, positions.map(|(position, _)| position).collect())
        };
        self.segments = cuts.into_iter().map(segment).collect();
    }

    /// How many numbers there are.
    pub(super) fn len(&self) -> usize {
        self.count as usize
    }

    /// All that name a diagnosis: prefixes from the longest on, then ranges in the directory's order.
    pub(super) fn find(&self, code: &str, mut each: impl FnMut(Hit)) {
        let beginning = self.beginning(code);
        let stands = Beginning::of(code.as_bytes());
        for &len in &self.lengths {
            if len > beginning.len {
                continue;
            }
            if let Some(&id) = self.ids.get(&beginning.key(len)) {
                let mended = !self.verbatim && !self.written.contains(&stands.key(len));
                each(Hit {
                    id,
                    compared: len,
                    mended,
                });
            }
        }
        let Some(category) = beginning.category() else {
            return;
        };
        let behind = self.segments.partition_point(|(cut, _)| *cut <= category);
        let Some((_, positions)) = behind.checked_sub(1).and_then(|at| self.segments.get(at)) else {
            return;
        };
        for &position in positions {
            let range = self.ranges[position as usize];
            let (from, to) = range.written;
            let stood = stands
                .category()
                .is_some_and(|category| (from..=to).contains(&category));
            each(Hit {
                id: range.id,
                compared: 0,
                mended: !self.verbatim && !stood,
            });
        }
    }

    /// The longest prefix that names a diagnosis, or the first range.
    pub(super) fn longest(&self, code: &str) -> Option<Hit> {
        let mut first = None;
        self.find(code, |hit| first = first.or(Some(hit)));
        first
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn some(all: &[&str], verbatim: bool) -> Prefixes {
        let mut prefixes = Prefixes::new(verbatim);
        for text in all {
            prefixes.insert(&Diagnoses::read(text).unwrap());
        }
        prefixes.finish();
        prefixes
    }

    fn ids(prefixes: &Prefixes, code: &str) -> Vec<u32> {
        let mut found = Vec::new();
        prefixes.find(code, |hit| found.push(hit.id));
        found
    }

    #[test]
    fn longest_first_then_ranges() {
        let prefixes = some(&["I21", "I00-I99", "I21.0", "I20-I25", "A00-B99"], false);
        assert_eq!(ids(&prefixes, "I21.000x002"), [2, 0, 1, 3]);
        assert_eq!(ids(&prefixes, "I26.0"), [1]);
        assert_eq!(ids(&prefixes, "I2"), [0u32; 0]);
        assert_eq!(ids(&prefixes, "B99.9"), [4]);
        assert_eq!(ids(&prefixes, "C00"), [0u32; 0]);
        assert_eq!(prefixes.longest("I21.0").map(|hit| hit.compared), Some(5));
    }

    #[test]
    fn mended_or_as_it_stands() {
        let prefixes = some(&["I21.0", "I00-I99"], false);
        for (code, mended) in [("I21.0", false), (" i21.0", true), ("Ｉ２１．０", true)] {
            assert_eq!(prefixes.longest(code).map(|hit| hit.mended), Some(mended), "{code}");
        }
        assert_eq!(ids(&some(&["I21.0", "I00-I99"], true), "i21.0"), [0u32; 0]);
    }

    proptest! {
        #[test]
        fn as_the_text_says(
            all in proptest::collection::vec("[A-C][0-3]{1,2}(\\.[0-1])?|[A-B][0-3]{2}-[BC][0-3]{2}", 0..12),
            code in "[A-D][0-3]{0,2}(\\.[0-1]{0,2})?",
        ) {
            let known: Vec<(u32, Diagnoses)> = {
                let mut prefixes = Prefixes::new(false);
                let read = all.iter().filter_map(|text| Diagnoses::read(text).ok());
                read.map(|diagnoses| (prefixes.insert(&diagnoses), diagnoses)).collect()
            };
            let texts: Vec<&str> = all.iter().filter(|text| Diagnoses::read(text).is_ok()).map(String::as_str).collect();
            let prefixes = some(&texts, false);
            let fits = |diagnoses: &Diagnoses| match diagnoses {
                Diagnoses::Prefix(prefix) => code.starts_with(prefix.as_str()),
                Diagnoses::Range(from, to) => code.get(..3).is_some_and(|c| from.as_str() <= c && c <= to.as_str()),
            };
            let mut expected: Vec<u32> = known.iter().filter(|(_, d)| fits(d)).map(|(id, _)| *id).collect();
            expected.sort_unstable();
            expected.dedup();
            let mut found = ids(&prefixes, &code);
            found.sort_unstable();
            prop_assert_eq!(found, expected);
        }
    }
}
