//! For each code the rules that it leaves as the main one.

use super::super::{Asked, Grouper, Rule, Set, Test};
use crate::codes::CodeId;
use rustc_hash::FxHashMap;

/// Rows of bits, a bit for each rule, equal rows kept once.
pub(super) struct Rows {
    /// For each code the number of its row.
    pub(super) row_of: Vec<u32>,
    /// One behind the other; the first is that of a code in no list.
    pub(super) rows: Vec<u64>,
}

/// A question about the main code: a set, and whether the code must be outside of it.
type Question = (usize, bool);

/// Codes that have had equal words so far: those of a class before that differ in a word from a
/// code in no list.
struct Class {
    before: u32,
    word: usize,
    differs: u64,
}

/// The rows of so many codes of one kind.
pub(super) fn rows(grouper: &Grouper, sets: &[Set], count: usize, is_diagnosis: bool) -> Rows {
    let words = grouper.words;
    let mut plain = vec![0; words];
    let mut differs = vec![0; count];
    let mut class_of = vec![0u32; count];
    let mut classes = vec![Class {
        before: 0,
        word: 0,
        differs: 0,
    }];
    let mut parted: FxHashMap<(u32, u64), u32> = FxHashMap::default();
    // A word of all rows at a time: all at once would take memory for rules times codes.
    for (word, rules) in grouper.rules.chunks(64).enumerate() {
        differs.fill(0);
        plain[word] = column(grouper, sets, rules, is_diagnosis, &mut differs);
        parted.clear();
        for (class, &differs) in class_of.iter_mut().zip(&differs) {
            if differs != 0 {
                let before = *class;
                *class = *parted.entry((before, differs)).or_insert_with(|| {
                    classes.push(Class { before, word, differs });
                    u32::try_from(classes.len() - 1).unwrap_or(u32::MAX)
                });
            }
        }
    }

    // A row for each class that has codes in the end.
    let mut rows = plain.clone();
    let mut row_of_class = vec![None; classes.len()];
    row_of_class[0] = Some(0);
    let mut made = 0u32;
    let row_of = class_of.iter().map(|&class| {
        *row_of_class[class as usize].get_or_insert_with(|| {
            let start = rows.len();
            rows.extend_from_slice(&plain);
            let mut at = class;
            while at != 0 {
                let class = &classes[at as usize];
                rows[start + class.word] ^= class.differs;
                at = class.before;
            }
            made += 1;
            made
        })
    });
    let row_of = row_of.collect();
    Rows { row_of, rows }
}

/// What up to 64 rules make of a code in no list, and in `differs` what each code differs from that:
/// most rules ask nothing of most codes.
fn column(grouper: &Grouper, sets: &[Set], rules: &[Rule], is_diagnosis: bool, differs: &mut [u64]) -> u64 {
    let mut plain = 0;
    // Neighbours often ask the same, their gate's list: its codes are gone through once for all of them.
    let mut same: (Vec<Question>, u64) = (Vec::new(), 0);
    for (number, rule) in rules.iter().enumerate() {
        let bit = 1 << number;
        let Some(questions) = questions(grouper, rule, is_diagnosis) else {
            continue;
        };
        if questions.iter().all(|(_, negated)| *negated) {
            plain |= bit;
        }
        if questions != same.0 {
            mark(sets, &same.0, same.1, differs);
            same = (questions, 0);
        }
        same.1 |= bit;
    }
    mark(sets, &same.0, same.1, differs);
    plain
}

/// What a rule and its gate ask of the main code of a kind; `None`: they hold for no record.
fn questions(grouper: &Grouper, rule: &Rule, is_diagnosis: bool) -> Option<Vec<Question>> {
    let mut found = Vec::new();
    for test in grouper.mdcs[rule.mdc].tests.iter().chain(&rule.tests) {
        match test {
            Test::Never => return None,
            Test::Codes {
                is_diagnosis: kind,
                which: Asked::Main,
                set,
                negated,
            } if *kind == is_diagnosis => found.push((*set, *negated)),
            _ => {}
        }
    }
    Some(found)
}

/// Marks the codes that answer some questions otherwise than a code in no list.
fn mark(sets: &[Set], questions: &[Question], bits: u64, differs: &mut [u64]) {
    let mut mark = |word: usize, mut codes: u64| {
        while codes != 0 {
            differs[word * 64 + codes.trailing_zeros() as usize] |= bits;
            codes &= codes - 1;
        }
    };
    let asked = questions
        .iter()
        .filter(|(_, negated)| !negated)
        .map(|(set, _)| &sets[*set]);
    match asked.min_by_key(|set| set.words.len()) {
        // A code in no list fails; those differ that pass.
        Some(least) => {
            for (word, &codes) in (least.first..).zip(&least.words) {
                let passes = questions.iter().fold(codes, |codes, (set, negated)| {
                    let listed = sets[*set].word(word);
                    codes & if *negated { !listed } else { listed }
                });
                mark(word, passes);
            }
        }
        // It passes; those differ that are in any of the lists.
        None => {
            for (set, _) in questions {
                let set = &sets[*set];
                (set.first..)
                    .zip(&set.words)
                    .for_each(|(word, &codes)| mark(word, codes));
            }
        }
    }
}

/// The main diagnoses that a gate which asks for the sex may take; `None`: any.
pub(super) fn sexed_diagnoses(grouper: &Grouper, sets: &[Set]) -> Option<Set> {
    let mut all = Set::default();
    for &mdc in &grouper.sexed {
        let asked = grouper.mdcs[mdc].tests.iter().find_map(|test| match test {
            Test::Codes {
                is_diagnosis: true,
                which: Asked::Main,
                set,
                negated: false,
            } => Some(&sets[*set]),
            _ => None,
        });
        asked?.codes().for_each(|code| all.insert(code));
    }
    Some(all)
}

impl Set {
    fn codes(&self) -> impl Iterator<Item = CodeId> {
        let end = CodeId::try_from((self.first + self.words.len()) * 64).unwrap_or(CodeId::MAX);
        let start = CodeId::try_from(self.first * 64).unwrap_or(CodeId::MAX);
        (start..end).filter(|&code| self.has(code))
    }
}
