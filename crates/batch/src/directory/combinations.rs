//! The exact combinations of the history: the principal diagnosis, cut as core types compare it, with the
//! procedures that count. How a code is spelled most often is how the directory writes it.

use super::claims::Case;
use crate::grouping::repeats::Repeats;
use dianzhi_grouper::dip::{PROCEDURES_MAX, Treatment, can_be_asked_for, can_be_compared};
use dianzhi_grouper::{DipGrouper, folded};
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};

/// Between the parts of a combination as it was written.
const PART: char = '\u{1}';

/// What a thread counts: combinations as they are written, with their cases.
#[derive(Default)]
pub(super) struct Written {
    counts: FxHashMap<Box<str>, (u64, i128)>,
    ids: Vec<u64>,
    key: String,
}

impl Written {
    /// Counts a case.
    pub(super) fn add(&mut self, draft: &DipGrouper, case: &Case<'_>) {
        let (treatment, mut procedures) = draft.procedures(&case.record);
        procedures.sort_unstable();
        procedures.dedup();
        self.key.clear();
        self.key.push_str(treatment.as_str());
        let main = cut(case.record.main_diagnosis(), draft.directory().header().dx_characters);
        for part in std::iter::once(main).chain(procedures) {
            self.key.push(PART);
            // What separates the parts is in no code.
            let is_plain = |c: char| if c == PART { char::REPLACEMENT_CHARACTER } else { c };
            self.key.extend(part.chars().map(is_plain));
        }
        let count = match self.counts.get_mut(self.key.as_str()) {
            Some(count) => count,
            None => self.counts.entry(self.key.as_str().into()).or_default(),
        };
        count.0 += 1;
        count.1 += i128::from(case.cost);
        self.ids.push(case.id);
    }
}

/// A code up to so many letters and digits; the point between them is not counted.
fn cut(code: &str, characters: usize) -> &str {
    let code = code.trim();
    let counted = code.char_indices().filter(|(_, c)| !matches!(c, '.' | '．'));
    match counted.map(|(at, c)| at + c.len_utf8()).nth(characters - 1) {
        Some(end) => &code[..end],
        None => code,
    }
}

/// The cases of a combination, and its diagnosis as it is compared.
#[derive(Default)]
struct Counted {
    cases: u64,
    cost: i128,
    diagnoses: BTreeSet<String>,
}

/// `J18.9` and `J189` are one diagnosis.
fn without_point(code: &str) -> String {
    code.chars().filter(|c| *c != '.').collect()
}

/// A combination with its cases. Its codes are as the directory writes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Combination {
    pub(super) diagnosis: String,
    /// The same with the point elsewhere or without it, as the history also writes it: codes are compared with it.
    pub(super) other_spellings: Vec<String>,
    pub(super) procedures: Vec<String>,
    pub(super) treatment: Treatment,
    pub(super) cases: u64,
    /// Σ cost, in fen.
    pub(super) cost: i128,
    /// Whether a core type can be written for it: plain codes, the diagnosis of full length, not too many
    /// procedures.
    pub(super) can_be_core: bool,
}

/// The combinations of a history.
pub(super) struct Combinations {
    /// By diagnosis, treatment and procedures, as they are compared.
    pub(super) all: Vec<Combination>,
    /// Settlement ids that come again; `None` where there were too many to look.
    pub(super) repeated: Option<u64>,
}

impl Combinations {
    /// Adds up what the threads counted: the order of the parts changes nothing.
    pub(super) fn of(parts: Vec<Written>, dx_characters: usize) -> Combinations {
        type Key = (String, Treatment, Vec<String>);
        let mut counts: BTreeMap<Key, Counted> = BTreeMap::new();
        let mut spelled = Spellings::default();
        let repeats = Repeats::default();
        for part in parts {
            for (written, (cases, cost)) in part.counts {
                let mut codes = written.split(PART);
                let treatment = codes.next().unwrap_or_default();
                let treatment = Treatment::ALL.into_iter().find(|known| known.as_str() == treatment);
                let diagnosis = codes.next().unwrap_or_default();
                spelled.note(diagnosis, cases);
                let mut procedures: Vec<String> = codes
                    .map(|code| {
                        spelled.note(code, cases);
                        folded(code)
                    })
                    .collect();
                procedures.sort_unstable();
                procedures.dedup();
                let treatment = treatment.unwrap_or(Treatment::Conservative);
                let diagnosis = folded(diagnosis);
                let key = (without_point(&diagnosis), treatment, procedures);
                let count = counts.entry(key).or_default();
                count.cases += cases;
                count.cost += cost;
                count.diagnoses.insert(diagnosis);
            }
            repeats.note(part.ids);
        }
        let combination = |((key, treatment, procedures), counted): (Key, Counted)| {
            let characters = key.chars().count();
            let mut diagnoses: Vec<String> = counted.diagnoses.into_iter().collect();
            // The most frequent one first.
            diagnoses.sort_by_key(|diagnosis| std::cmp::Reverse(spelled.cases(diagnosis)));
            let mut spellings = diagnoses.into_iter().map(|diagnosis| spelled.of(diagnosis));
            let diagnosis = spellings.next().unwrap_or_default();
            let other_spellings: Vec<String> = spellings.collect();
            let procedures: Vec<String> = procedures.into_iter().map(|code| spelled.of(code)).collect();
            let can_be_core = characters == dx_characters
                && can_be_compared(&diagnosis)
                && other_spellings.iter().all(|spelling| can_be_compared(spelling))
                && procedures.len() <= PROCEDURES_MAX
                && procedures.iter().all(|code| can_be_asked_for(code))
                && (treatment == Treatment::Conservative || !procedures.is_empty());
            Combination {
                diagnosis,
                other_spellings,
                procedures,
                treatment,
                cases: counted.cases,
                cost: counted.cost,
                can_be_core,
            }
        };
        Combinations {
            all: counts.into_iter().map(combination).collect(),
            repeated: repeats.count(),
        }
    }
}

impl Combination {
    /// The three-character category 类目; `None` of a diagnosis that has none.
    pub(super) fn category(&self) -> Option<&str> {
        let category = self.diagnosis.get(..3)?;
        let is_category = category.bytes().all(|byte| byte.is_ascii_alphanumeric());
        (is_category && can_be_compared(category)).then_some(category)
    }
}

/// How often each code is spelled in which way.
#[derive(Default)]
struct Spellings(FxHashMap<String, BTreeMap<String, u64>>);

impl Spellings {
    fn note(&mut self, code: &str, cases: u64) {
        let spellings = self.0.entry(folded(code)).or_default();
        *spellings.entry(code.trim().to_owned()).or_default() += cases;
    }

    /// How often a code is there, in any of its spellings.
    fn cases(&self, folded: &str) -> u64 {
        self.0.get(folded).map_or(0, |spellings| spellings.values().sum())
    }

    /// The most frequent spelling that a table can hold, of equally frequent ones the first; the code as it is
    /// compared where there is none.
    fn of(&self, folded: String) -> String {
        let spellings = self.0.get(&folded).into_iter().flatten();
        let plain = spellings.filter(|(spelling, _)| spelling.bytes().all(|byte| byte.is_ascii_graphic()));
        // The last of the greatest is taken, so the least spelling must come last.
        let most = plain.rev().max_by_key(|(_, cases)| **cases);
        most.map_or(folded, |(spelling, _)| spelling.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_cut_by_letters_and_digits() {
        for (code, characters, expected) in [
            ("I21.000x002", 3, "I21"),
            ("I21.000", 4, "I21.0"),
            (" I10.x00", 6, "I10.x00"),
            ("I21", 4, "I21"),
            ("I21.", 3, "I21"),
            ("", 4, ""),
            ("Ｉ２１．０", 4, "Ｉ２１．０"),
        ] {
            assert_eq!(cut(code, characters), expected, "{code:?}");
        }
    }

    #[test]
    fn the_most_frequent_spelling_is_written() {
        let mut spelled = Spellings::default();
        for (code, cases) in [("i10.x", 1), ("I10.x", 5), ("I10.X", 5), ("Ｉ10.x", 9), (" I10.x", 1)] {
            spelled.note(code, cases);
        }
        assert_eq!(spelled.of("i10.x".into()), "I10.x");
        assert_eq!(spelled.of("j18.9".into()), "j18.9");
        spelled.note("I10.X", 1);
        // As frequent as the other: the first in order.
        assert_eq!(spelled.of("i10.x".into()), "I10.X");
    }
}
