//! From the conditions of a scheme to questions about numbers: tests, sets of codes, label tables.

use super::super::{Asked, Labels, Set, Test};
use super::{Compiler, Scope};
use crate::scheme::{Atom, CodeKind, Condition, Entry, Figure, List, Which, own_list};
use rustc_hash::FxHashMap;

impl Compiler {
    pub(super) fn tests(&mut self, condition: &Condition, scope: &Scope<'_>) -> Vec<Test> {
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
        let codes = lists.iter().flat_map(|list| {
            let inline = match list {
                List::Inline(inline) => inline.as_slice(),
                _ => &[],
            };
            let numbers = inline.iter().filter_map(|code| codes.get(code));
            numbers.chain(scope.entries(list).iter().map(|entry| entry.code))
        });
        self.sets.push(Set::of(codes));
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
