//! From a scheme to dense tables.

use super::translate::Translations;
use super::{Asked, Coding, Gate, GroupOptions, Grouper, Labels, Rule, Set, Split, Target, Test};
use crate::codes::{CodeId, Codes};
use crate::scheme::own_list;
use crate::scheme::{Adrg, Atom, CodeKind, Condition, Entry, Figure, Grouped, List, Mdc, OwnLists, Scheme, Which};
use rustc_hash::FxHashMap;
use std::sync::OnceLock;

impl Grouper {
    /// Compiles a scheme.
    #[must_use]
    pub fn new(mut scheme: Scheme, options: GroupOptions) -> Grouper {
        let mut compiler = Compiler::default();
        // Codes written in conditions themselves get numbers before the rows are laid out.
        number_inline_codes(&mut scheme);
        let mut grouper = Grouper {
            options,
            diagnoses: Coding::default(),
            procedures: Coding::default(),
            mdcs: Vec::new(),
            sexed: Vec::new(),
            rules: Vec::new(),
            splits: Vec::new(),
            words: 0,
            sets: Vec::new(),
            regions: Vec::new(),
            labels: Vec::new(),
            departments: scheme.departments.iter().cloned().collect(),
            valid: scheme.header.valid_days(),
            scheme: Scheme::default(),
        };
        for (position, mdc) in scheme.mdcs.iter().enumerate() {
            compiler.mdc(&mut grouper, &scheme, position, mdc);
        }
        grouper.words = grouper.rules.len().div_ceil(64).max(1);
        grouper.diagnoses = diagnoses(&scheme, &compiler, &grouper);
        grouper.procedures = procedures(&scheme, &compiler, &grouper);
        grouper.diagnoses.codes = std::mem::take(&mut scheme.diagnoses);
        grouper.procedures.codes = std::mem::take(&mut scheme.procedures);
        grouper.sets = compiler.sets;
        grouper.labels = compiler.labels;
        grouper.scheme = scheme.without_lists();
        grouper
    }
}

impl Scheme {
    /// What is needed beside the compiled tables: names, conditions, codes of rules; not the lists.
    fn without_lists(mut self) -> Scheme {
        for mdc in &mut self.mdcs {
            mdc.diagnoses = Vec::new();
        }
        for adrg in &mut self.adrgs {
            adrg.lists = OwnLists::default();
            for split in &mut adrg.splits {
                split.lists = OwnLists::default();
            }
        }
        self.valid_procedures = Vec::new();
        self.mcc = Vec::new();
        self.cc = Vec::new();
        self.exclusions = Vec::new();
        self.diagnosis_map = Vec::new();
        self.procedure_map = Vec::new();
        self
    }
}

fn number_inline_codes(scheme: &mut Scheme) {
    let mut found = Vec::new();
    let mut of = |condition: &Condition| {
        for (kind, list) in condition.lists() {
            if let List::Inline(codes) = list {
                found.extend(codes.iter().map(|code| (kind, code.clone())));
            }
        }
    };
    for mdc in &scheme.mdcs {
        of(&mdc.gate);
        of(&mdc.ambiguous);
    }
    for adrg in &scheme.adrgs {
        of(&adrg.condition);
        adrg.splits.iter().for_each(|split| of(&split.condition));
    }
    for (kind, code) in found {
        match kind {
            CodeKind::Diagnosis => scheme.diagnoses.insert(&code),
            CodeKind::Procedure => scheme.procedures.insert(&code),
        };
    }
}

/// Sets and label tables, each made once.
#[derive(Default)]
struct Compiler {
    sets: Vec<Set>,
    /// Sets that stand for whole lists, by what they are of.
    mdc_sets: FxHashMap<usize, usize>,
    valid: Option<usize>,
    labels: Vec<Labels>,
}

/// What a condition's lists are looked up in.
struct Scope<'a> {
    scheme: &'a Scheme,
    mdc: usize,
    own: Option<&'a OwnLists>,
}

impl Compiler {
    fn mdc(&mut self, grouper: &mut Grouper, scheme: &Scheme, position: usize, mdc: &Mdc) {
        let scope = Scope {
            scheme,
            mdc: position,
            own: None,
        };
        let gate = self.tests(&mdc.gate, &scope);
        let regions = mdc.diagnoses.iter().filter(|entry| !entry.label.is_empty());
        let mut numbers: FxHashMap<&str, u32> = FxHashMap::default();
        // A code listed under two regions counts for the last, as in the published sources.
        let by_code = regions
            .map(|entry| {
                let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
                (entry.code, *numbers.entry(&entry.label).or_insert(next))
            })
            .collect();
        grouper.regions.push(by_code);
        let first_rule = grouper.rules.len();
        for at in mdc.first..mdc.medical {
            self.rule(grouper, &scope, &gate, at);
        }
        let tests = self.tests(&mdc.ambiguous, &scope);
        let first_split = grouper.splits.len();
        grouper.rules.push(Rule {
            mdc: position,
            adrg: None,
            rest: rest(&gate, &tests),
            tests,
            first_split,
            end_split: first_split,
            otherwise: None,
        });
        for at in mdc.medical..mdc.end {
            self.rule(grouper, &scope, &gate, at);
        }
        if gate.iter().any(|test| {
            matches!(
                test,
                Test::Figure {
                    figure: Figure::Sex,
                    ..
                }
            )
        }) {
            grouper.sexed.push(position);
        }
        grouper.mdcs.push(Gate {
            mdc: position,
            ambiguous_code: scheme.ambiguous_group(mdc),
            tests: gate,
            first_rule,
            end_rule: grouper.rules.len(),
        });
    }

    fn rule(&mut self, grouper: &mut Grouper, scope: &Scope<'_>, gate: &[Test], at: usize) {
        let adrg = &scope.scheme.adrgs[at];
        let own = Scope {
            own: Some(&adrg.lists),
            ..*scope
        };
        let tests = self.tests(&adrg.condition, &own);
        let first_split = grouper.splits.len();
        for (position, split) in adrg.splits.iter().enumerate() {
            let own = Scope {
                own: Some(&split.lists),
                ..*scope
            };
            let split = Split {
                target: target(adrg, &split.drg),
                position,
                tests: self.tests(&split.condition, &own),
            };
            grouper.splits.push(split);
        }
        grouper.rules.push(Rule {
            mdc: scope.mdc,
            adrg: Some(at),
            rest: rest(gate, &tests),
            tests,
            first_split,
            end_split: grouper.splits.len(),
            otherwise: adrg.otherwise.as_deref().map(|code| target(adrg, code)),
        });
    }

    fn tests(&mut self, condition: &Condition, scope: &Scope<'_>) -> Vec<Test> {
        let mut tests = Vec::new();
        for atom in &condition.0 {
            tests.push(match atom {
                Atom::OwnLists => continue,
                Atom::Codes {
                    kind,
                    which,
                    lists,
                    negated,
                } => Test::Codes {
                    is_diagnosis: *kind == CodeKind::Diagnosis,
                    which: match which {
                        Which::Main => Asked::Main,
                        Which::Any => Asked::Any,
                        Which::Other => Asked::Other,
                    },
                    set: self.set(*kind, lists, scope),
                    negated: *negated,
                },
                Atom::Figure {
                    figure: Figure::Regions,
                    compare,
                    value,
                } => Test::Regions {
                    mdc: scope.mdc,
                    compare: *compare,
                    value: *value,
                },
                Atom::Figure { figure, compare, value } => Test::Figure {
                    figure: *figure,
                    compare: *compare,
                    // Hours are asked in hours and kept in minutes; the language bounds them.
                    value: if *figure == Figure::IcuHours {
                        value * 60
                    } else {
                        *value
                    },
                },
                Atom::Department(department) => Test::Department(department.clone()),
                Atom::Leaving(ways) => Test::Leaving(ways.clone()),
                Atom::Labels(alternatives) => Test::Labels(self.label_table(alternatives, scope)),
                Atom::Complication { mcc, cc } => Test::Complication { mcc: *mcc, cc: *cc },
                Atom::Never => Test::Never,
            });
        }
        tests
    }

    /// The set of the codes in any of some lists.
    fn set(&mut self, kind: CodeKind, lists: &[List], scope: &Scope<'_>) -> usize {
        match lists {
            [List::Mdc] => {
                if let Some(&known) = self.mdc_sets.get(&scope.mdc) {
                    return known;
                }
            }
            [List::Valid] => {
                if let Some(known) = self.valid {
                    return known;
                }
            }
            _ => {}
        }
        let codes = scope.scheme.codes(kind);
        let mut set = Set::with_room(codes.len());
        for list in lists {
            match list {
                List::Inline(inline) => inline
                    .iter()
                    .filter_map(|code| codes.get(code))
                    .for_each(|id| set.insert(id)),
                other => scope.entries(other).iter().for_each(|entry| set.insert(entry.code)),
            }
        }
        self.sets.push(set);
        let at = self.sets.len() - 1;
        match lists {
            [List::Mdc] => {
                self.mdc_sets.insert(scope.mdc, at);
            }
            [List::Valid] => self.valid = Some(at),
            _ => {}
        }
        at
    }

    /// Labels of the rule's list `ss`; where a code stands twice, its first label counts.
    fn label_table(&mut self, alternatives: &[Vec<String>], scope: &Scope<'_>) -> usize {
        let mut names: Vec<&str> = alternatives.iter().flatten().map(String::as_str).collect();
        names.sort_unstable();
        names.dedup();
        let number = |name: &str| names.binary_search(&name).ok();
        let mut first = FxHashMap::default();
        for entry in scope.entries(&List::Own("ss".into())) {
            first.entry(entry.code).or_insert_with(|| number(&entry.label));
        }
        let numbers = |labels: &Vec<String>| labels.iter().filter_map(|label| number(label)).collect();
        self.labels.push(Labels {
            of: first
                .into_iter()
                .filter_map(|(code, label)| Some((code, label?)))
                .collect(),
            alternatives: alternatives.iter().map(numbers).collect(),
        });
        self.labels.len() - 1
    }
}

impl<'a> Scope<'a> {
    fn entries(&self, list: &List) -> &'a [Entry] {
        match list {
            List::Own(name) => match (self.own, own_list(name)) {
                (Some(lists), Some(at)) => &lists[at],
                _ => &[],
            },
            List::Mdc => &self.scheme.mdcs[self.mdc].diagnoses,
            List::Valid => &self.scheme.valid_procedures,
            List::Inline(_) => &[],
        }
    }
}

/// The tests of a gate and a rule that rows do not answer.
fn rest(gate: &[Test], tests: &[Test]) -> Vec<Test> {
    let in_rows = |test: &Test| matches!(test, Test::Codes { which: Asked::Main, .. });
    gate.iter()
        .chain(tests)
        .filter(|test| !in_rows(test))
        .cloned()
        .collect()
}

fn target(adrg: &Adrg, group_code: &str) -> Target {
    Target {
        adrg: adrg.code().to_owned(),
        group_code: group_code.to_owned(),
    }
}

fn diagnoses(scheme: &Scheme, compiler: &Compiler, grouper: &Grouper) -> Coding {
    let mut known = Set::with_room(scheme.diagnoses.len());
    let listed = scheme.mdcs.iter().flat_map(|mdc| &mdc.diagnoses);
    let lists = scheme.own_lists().flat_map(|lists| &lists[..2]).flatten();
    listed.for_each(|entry| known.insert(entry.code));
    let gated = known.clone();
    lists.for_each(|entry| known.insert(entry.code));
    let complications = [&scheme.mcc, &scheme.cc, &scheme.exclusions].into_iter().flatten();
    complications.for_each(|grouped| known.insert(grouped.code));
    let groups = |list: &[Grouped]| {
        let mut by_code = vec![0u32; scheme.diagnoses.len()];
        for grouped in list {
            by_code[grouped.code as usize] = grouped.group + 1;
        }
        by_code
    };
    let rows = rows(&scheme.diagnoses, compiler, grouper, true);
    Coding {
        mcc: groups(&scheme.mcc),
        cc: groups(&scheme.cc),
        exclusion: groups(&scheme.exclusions),
        translations: Translations::new(&scheme.diagnoses, &scheme.diagnosis_map, &gated, &known),
        known: with_names(
            known,
            scheme.diagnosis_names.iter().map(|(code, _)| *code),
            &scheme.diagnosis_map,
        ),
        has_names: !scheme.diagnosis_names.is_empty(),
        folded: OnceLock::new(),
        ..rows
    }
}

fn procedures(scheme: &Scheme, compiler: &Compiler, grouper: &Grouper) -> Coding {
    let mut known = Set::with_room(scheme.procedures.len());
    let lists = scheme.own_lists().flat_map(|lists| &lists[2..]).flatten();
    let listed = scheme.valid_procedures.iter().chain(lists);
    listed.for_each(|entry| known.insert(entry.code));
    let rows = rows(&scheme.procedures, compiler, grouper, false);
    Coding {
        translations: Translations::new(&scheme.procedures, &scheme.procedure_map, &Set::default(), &known),
        known: with_names(
            known,
            scheme.procedure_names.iter().map(|(code, _)| *code),
            &scheme.procedure_map,
        ),
        has_names: !scheme.procedure_names.is_empty(),
        folded: OnceLock::new(),
        ..rows
    }
}

/// Listed codes, named ones, and those that translations give.
fn with_names(mut known: Set, named: impl Iterator<Item = CodeId>, translations: &[crate::scheme::Translation]) -> Set {
    named.for_each(|code| known.insert(code));
    translations
        .iter()
        .filter_map(|row| row.to)
        .for_each(|code| known.insert(code));
    known
}

impl Scheme {
    /// The lists of all rules and splits.
    pub(crate) fn own_lists(&self) -> impl Iterator<Item = &OwnLists> {
        let splits = self.adrgs.iter().flat_map(|adrg| &adrg.splits);
        self.adrgs
            .iter()
            .map(|adrg| &adrg.lists)
            .chain(splits.map(|split| &split.lists))
    }
}

/// For each code the rules that it leaves as the main one, equal rows kept once.
fn rows(codes: &Codes, compiler: &Compiler, grouper: &Grouper, is_diagnosis: bool) -> Coding {
    let words = grouper.words;
    let count = codes.len();
    let is_asked =
        |test: &&Test| matches!(test, Test::Codes { is_diagnosis: d, which: Asked::Main, .. } if *d == is_diagnosis);
    let mut answers = vec![0u64; count.div_ceil(64)];
    // What 64 rules make of a code in no list, and behind it in what each code differs from that:
    // most rules ask nothing of most codes. All rules at once would take memory for rules times codes.
    let mut column = |word: usize, values: &mut Vec<u64>| {
        values.clear();
        values.resize(count + 1, 0);
        let rules = grouper.rules.iter().skip(word * 64).take(64);
        for (number, rule) in rules.enumerate() {
            let tests = || grouper.mdcs[rule.mdc].tests.iter().chain(&rule.tests);
            if tests().any(|test| *test == Test::Never) {
                continue;
            }
            let mut otherwise = true;
            let mut asks = false;
            for test in tests().filter(is_asked) {
                if let Test::Codes { set, negated, .. } = test {
                    let set = &compiler.sets[*set].0;
                    if !asks {
                        answers.fill(u64::MAX);
                        asks = true;
                    }
                    for (i, answer) in answers.iter_mut().enumerate() {
                        let listed = set.get(i).copied().unwrap_or(0);
                        *answer &= if *negated { !listed } else { listed };
                    }
                    otherwise &= *negated;
                }
            }
            values[0] |= u64::from(otherwise) << number;
            if !asks {
                continue;
            }
            let flip = if otherwise { u64::MAX } else { 0 };
            for (i, &answer) in answers.iter().enumerate() {
                let mut left = answer ^ flip;
                while left != 0 {
                    let code = i * 64 + left.trailing_zeros() as usize;
                    if code < count {
                        values[code + 1] |= 1 << number;
                    }
                    left &= left - 1;
                }
            }
        }
    };

    // Codes of one class have had equal words so far; those that are as a code in no list stay.
    let mut classes = vec![0u32; count + 1];
    let mut made = 1;
    let mut values = Vec::new();
    let mut parted: FxHashMap<(u32, u64), u32> = FxHashMap::default();
    for word in 0..words {
        column(word, &mut values);
        parted.clear();
        for (class, &differs) in classes.iter_mut().zip(&values).skip(1) {
            if differs != 0 {
                *class = *parted.entry((*class, differs)).or_insert_with(|| {
                    made += 1;
                    made - 1
                });
            }
        }
    }
    // A row for each class that has codes, from the first of them.
    let mut numbers: FxHashMap<u32, u32> = FxHashMap::default();
    let mut firsts = Vec::new();
    let row = |(code, class): (usize, &u32)| {
        let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
        let number = *numbers.entry(*class).or_insert(next);
        if number == next {
            firsts.push(code);
        }
        number
    };
    let row_of = classes.iter().enumerate().map(row).skip(1).collect();
    let mut kept = vec![0u64; firsts.len() * words];
    for word in 0..words {
        column(word, &mut values);
        for (row, &code) in firsts.iter().enumerate() {
            kept[row * words + word] = if code == 0 { values[0] } else { values[0] ^ values[code] };
        }
    }
    Coding {
        row_of,
        rows: kept,
        ..Coding::default()
    }
}
