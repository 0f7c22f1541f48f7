//! Grouping one record with every step told.

use super::evaluate::{Coded, Ids, Untranslated};
use super::group::{Found, check, outcome, refused_translation, search_all, split};
use super::{Asked, Grouper, Grouping, Rule, Test};
use crate::codes::CodeId;
use crate::record::Record;
use serde::Serialize;

/// Every step of grouping one record.
#[derive(Clone, Debug)]
pub struct Explanation<'g> {
    /// What it was given.
    pub grouping: Grouping<'g>,
    /// The steps, in order.
    pub steps: Vec<Step>,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum Step {
    /// A code became another.
    Translated {
        /// As the record has it.
        from: String,
        /// In the scheme's code version; `None`: dropped.
        to: Option<String>,
    },
    /// The record was refused before grouping.
    Refused {
        /// Why.
        reason: String,
    },
    /// The search started again with this procedure alone.
    Retried {
        /// The procedure.
        procedure: String,
    },
    /// An MDC's gate was tried.
    Gate {
        /// The MDC.
        mdc: String,
        /// Its condition.
        condition: String,
        /// Whether it let the record in.
        held: bool,
        /// The codes that matched, or the part that did not hold.
        because: String,
    },
    /// A rule of an MDC whose gate held fitted.
    Rule {
        /// The rule: an ADRG, with a suffix where it has several.
        rule: String,
        /// Its condition.
        condition: String,
        /// The codes that matched.
        because: String,
    },
    /// An MDC's gate held and none of its rules gave a group: the search goes on behind it.
    PassedOver {
        /// The MDC.
        mdc: String,
        /// How many of its rules did not fit.
        rules: usize,
    },
    /// The ambiguous branch of an MDC took the record.
    Branch {
        /// The MDC.
        mdc: String,
        /// Its condition.
        condition: String,
        /// The codes that matched.
        because: String,
    },
    /// A secondary diagnosis that is a complication.
    Complication(Complication),
    /// A split was tried.
    Split {
        /// The DRG.
        drg: String,
        /// Its name, where the scheme has one.
        name: String,
        /// Its condition.
        condition: String,
        /// Whether it fitted.
        held: bool,
    },
    /// No split fitted; the rule gives this, or the search went on.
    Otherwise {
        /// The code, if the rule gives one.
        group_code: Option<String>,
    },
}

/// A secondary diagnosis in the tables of complications.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Complication {
    /// The diagnosis.
    pub diagnosis: String,
    /// `MCC` or `CC`.
    pub kind: &'static str,
    /// Its exclusion group.
    pub group: String,
    /// Whether the main diagnosis is in the same group, so that it does not count.
    pub excluded: bool,
}

pub(super) fn explain<'g>(grouper: &'g Grouper, record: &Record<'_>) -> Explanation<'g> {
    let mut steps = Vec::new();
    let mut coded = Coded::new(grouper, record);
    if let Err(untranslated) = coded.translate(grouper) {
        return not_translated(grouper, record, &untranslated, steps);
    }
    translations(grouper, &coded, &mut steps);
    let grouping = grouper.group(record);
    if let Some(reason) = check(grouper, record) {
        steps.push(Step::Refused {
            reason: reason.to_string(),
        });
        return Explanation { grouping, steps };
    }
    let mut found = search(grouper, &coded, &mut steps);
    if found == Found::Nothing && grouper.scheme.header.retry_other_procedures {
        for id in coded.others_alone() {
            steps.push(Step::Retried {
                procedure: grouper.procedures.codes.text(id).to_owned(),
            });
            found = search(grouper, &coded.with_procedure(id), &mut steps);
            if found != Found::Nothing {
                break;
            }
        }
    }
    // The steps are found rule by rule, the group by rows of bits: they must agree.
    debug_assert_eq!(found, search_all(grouper, &coded));
    let told = outcome(grouper, found, 0);
    let agrees = (told.status, told.group_code) == (grouping.status, grouping.group_code);
    assert!(agrees, "the steps of a record lead to another group than grouping it");
    Explanation { grouping, steps }
}

fn not_translated<'g>(
    grouper: &'g Grouper,
    record: &Record<'_>,
    untranslated: &Untranslated,
    mut steps: Vec<Step>,
) -> Explanation<'g> {
    let grouping = refused_translation(grouper, record, untranslated);
    steps.push(Step::Refused {
        reason: grouping.reason(),
    });
    Explanation { grouping, steps }
}

fn translations(grouper: &Grouper, coded: &Coded<'_>, steps: &mut Vec<Step>) {
    if !grouper.options.translate {
        return;
    }
    let record = coded.record;
    let of = [
        (&grouper.diagnoses, record.diagnoses),
        (&grouper.procedures, record.procedures),
    ];
    for (coding, codes) in of {
        for code in codes {
            let (id, _) = coding.find(code, grouper.options.verbatim);
            let to = coding.translations.target(id);
            if to != Some(id) {
                steps.push(Step::Translated {
                    from: (*code).to_owned(),
                    to: to.map(|to| coding.codes.text(to).to_owned()),
                });
            }
        }
    }
}

/// The search, rule by rule.
fn search(grouper: &Grouper, coded: &Coded<'_>, steps: &mut Vec<Step>) -> Found {
    for gate in &grouper.mdcs {
        let described = &grouper.scheme.mdcs[gate.mdc];
        let held = coded.holds_all(grouper, &gate.tests);
        steps.push(Step::Gate {
            mdc: described.code.clone(),
            condition: described.gate.to_string(),
            held,
            because: if held {
                matched(grouper, coded, &gate.tests)
            } else {
                first_failed(grouper, coded, &gate.tests, &described.gate)
            },
        });
        if !held {
            continue;
        }
        let mut passed_over = 0;
        let rules = gate.first_rule..gate.end_rule;
        for (number, rule) in rules.clone().zip(&grouper.rules[rules]) {
            if !coded.holds_all(grouper, &rule.tests) {
                passed_over += usize::from(rule.adrg.is_some());
                continue;
            }
            let found = fits(grouper, coded, number, rule, steps);
            if found != Found::Nothing {
                return found;
            }
        }
        steps.push(Step::PassedOver {
            mdc: described.code.clone(),
            rules: passed_over,
        });
    }
    Found::Nothing
}

fn fits(grouper: &Grouper, coded: &Coded<'_>, number: usize, rule: &Rule, steps: &mut Vec<Step>) -> Found {
    let because = matched(grouper, coded, &rule.tests);
    let Some(adrg) = rule.adrg.map(|adrg| &grouper.scheme.adrgs[adrg]) else {
        let mdc = &grouper.scheme.mdcs[grouper.mdcs[rule.mdc].mdc];
        steps.push(Step::Branch {
            mdc: mdc.code.clone(),
            condition: mdc.ambiguous.to_string(),
            because,
        });
        return Found::Branch(number);
    };
    steps.push(Step::Rule {
        rule: adrg.rule.clone(),
        condition: adrg.condition.to_string(),
        because,
    });
    let asks = |test: &Test| matches!(test, Test::Complication { .. });
    let splits = &grouper.splits[rule.first_split..rule.end_split];
    if splits.iter().any(|split| split.tests.iter().any(asks)) {
        steps.extend(complications(grouper, coded));
    }
    for split in splits {
        let described = &adrg.splits[split.position];
        let held = coded.holds_all(grouper, &split.tests);
        steps.push(Step::Split {
            drg: described.drg.clone(),
            name: grouper.scheme.drg_name(&described.drg).unwrap_or("").to_owned(),
            condition: described.condition.to_string(),
            held,
        });
        if held {
            break;
        }
    }
    let found = split(grouper, coded, number, rule);
    if !matches!(found, Found::Group(_, Some(_))) {
        steps.push(Step::Otherwise {
            group_code: adrg.otherwise.clone(),
        });
    }
    found
}

/// The codes by which tests about codes hold.
fn matched(grouper: &Grouper, coded: &Coded<'_>, tests: &[Test]) -> String {
    let mut codes: Vec<&str> = Vec::new();
    for test in tests {
        if let Test::Codes {
            is_diagnosis,
            which,
            set,
            negated: false,
        } = test
        {
            let (ids, coding): (&Ids, _) = if *is_diagnosis {
                (&coded.diagnoses, &grouper.diagnoses)
            } else {
                (&coded.procedures, &grouper.procedures)
            };
            let all = ids.all();
            let asked: &[CodeId] = match which {
                Asked::Main => &all[..all.len().min(1)],
                Asked::Any => all,
                Asked::Other => all.get(1..).unwrap_or(&[]),
            };
            let found = asked.iter().find(|&&id| grouper.sets[*set].has(id));
            codes.extend(found.map(|&id| coding.codes.text(id)));
        }
    }
    codes.dedup();
    codes.join(", ")
}

/// The first part of a condition that does not hold.
fn first_failed(grouper: &Grouper, coded: &Coded<'_>, tests: &[Test], condition: &crate::scheme::Condition) -> String {
    let failed = tests.iter().position(|test| !coded.holds(grouper, test));
    let asking = condition
        .0
        .iter()
        .filter(|atom| **atom != crate::scheme::Atom::OwnLists);
    let atom = failed.and_then(|at| asking.into_iter().nth(at));
    atom.map_or_else(String::new, ToString::to_string)
}

fn complications(grouper: &Grouper, coded: &Coded<'_>) -> Vec<Step> {
    let coding = &grouper.diagnoses;
    let excluded = coding.kinds(coded.main_diagnosis()).excludes;
    let name = |number: u32| {
        let at = (number as usize).wrapping_sub(1);
        grouper.scheme.exclusion_groups.get(at).cloned().unwrap_or_default()
    };
    let mut found = Vec::new();
    for &id in coded.diagnoses.all().get(1..).unwrap_or(&[]) {
        let kinds = coding.kinds(id);
        for (kind, number) in [("MCC", kinds.mcc), ("CC", kinds.cc)] {
            if number != 0 {
                found.push(Step::Complication(Complication {
                    diagnosis: coding.codes.text(id).to_owned(),
                    kind,
                    group: name(number),
                    excluded: number == excluded,
                }));
            }
        }
    }
    found
}
