//! From a scheme to dense tables.

mod codings;
mod questions;
mod rows;

use super::Asked;
use super::{Coding, Gate, GroupOptions, Grouper, Labels, Rule, Set, Split, Target, Test};
use crate::scheme::{Adrg, CodeKind, Condition, Figure, List, Mdc, OwnLists, Scheme};
use rustc_hash::FxHashMap;

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
            sexed_diagnoses: None,
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
        grouper.sexed_diagnoses = rows::sexed_diagnoses(&grouper, &compiler.sets);
        grouper.diagnoses = codings::diagnoses(&scheme, &compiler.sets, &grouper);
        grouper.procedures = codings::procedures(&scheme, &compiler.sets, &grouper);
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
