//! Grouping one record with every step told.

use super::directory::{Asks, Catalogue, Diagnoses, DipKind, Treatment};
use super::group::{Candidate, candidates, choose, code, compare, is_none, of_type, outcome};
use super::header::{Combine, Criterion};
use super::{DipGrouper, DipGrouping};
use crate::record::Record;
use serde::{Serialize, Serializer};
use std::fmt;

/// Every step of grouping one record.
#[derive(Clone, Debug)]
pub struct DipExplanation<'g> {
    /// What it was given.
    pub grouping: DipGrouping<'g>,
    /// The steps, in order.
    pub steps: Vec<DipStep>,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum DipStep {
    /// A procedure and what it counts as.
    Procedure {
        /// As the record has it.
        code: String,
        /// Its class in the table of operations, `excluded`, or `unlisted`.
        class: &'static str,
    },
    /// What the case is by its procedures.
    Treated {
        /// The highest class of its procedures.
        treatment: Treatment,
    },
    /// The principal diagnosis was looked up.
    Diagnosis {
        /// As the record has it.
        code: String,
        /// How many prefixes and ranges of the directory name it.
        named_by: usize,
    },
    /// A type fitted.
    Fitted {
        /// The type.
        code: String,
        /// Its name, where the directory has one.
        name: String,
        /// Its kind.
        kind: DipKind,
        /// What it asks of the principal diagnosis.
        diagnosis: String,
        /// What it asks of the procedures, or the treatment that it takes.
        asks: String,
        /// How many procedures of those it asks for the record has.
        matched: u32,
        /// Its mean cost, yuan.
        mean_cost: Option<String>,
        /// Whether it was chosen.
        chosen: bool,
        /// Of a type that was not chosen the criterion that put it behind; of the chosen one the
        /// last criterion that was needed. `None` where no other fitted.
        decided_by: Option<Criterion>,
    },
    /// No type fitted.
    NoType {
        /// The blank group's code; empty where the directory has none.
        blank: String,
    },
    /// An auxiliary catalogue that has factors for the type.
    Auxiliary {
        /// Which.
        catalogue: Catalogue,
        /// The figure that its bands are of, with its unit.
        figure: Option<Figure>,
        /// The secondary diagnoses that counted.
        diagnoses: Vec<String>,
        /// The record's level; `None`: in none, or a figure is not given.
        level: Option<String>,
        /// The level's factor for the type; `None`: it has none.
        factor: Option<String>,
        /// Whether it is part of the record's factor.
        applied: bool,
    },
    /// The record's factor.
    Factor {
        /// How the catalogues' factors come together.
        combine: Combine,
        /// The factor.
        factor: String,
    },
}

/// The figure that the bands of an auxiliary catalogue are of, shown as `3 days`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figure {
    /// How much.
    pub value: i32,
    /// Of what.
    pub unit: FigureUnit,
}

/// The unit of a [`Figure`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FigureUnit {
    /// Of the index of comorbidities.
    Points,
    /// Of the stay.
    Days,
    /// In intensive care.
    IcuDays,
    /// Completed years of age.
    Years,
    /// Days of age, of a child below one year.
    AgeInDays,
}

impl FigureUnit {
    /// The words in programs' output.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            FigureUnit::Points => "points",
            FigureUnit::Days => "days",
            FigureUnit::IcuDays => "icu days",
            FigureUnit::Years => "years",
            FigureUnit::AgeInDays => "age in days",
        }
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.value, self.unit.as_str())
    }
}

impl Serialize for Figure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

pub(super) fn explain<'g>(grouper: &'g DipGrouper, record: &Record<'_>) -> DipExplanation<'g> {
    // The same functions as grouping, in the same order: the steps cannot lead elsewhere.
    let mut steps = Vec::new();
    let coded = code(grouper, record);
    for procedure in record.procedures {
        let (id, _) = grouper.procedures.find(procedure, grouper.options.verbatim);
        let class = match grouper.procedures.class(id) {
            _ if is_none(id, procedure) => continue,
            None => "unlisted",
            Some(None) => "excluded",
            Some(Some(class)) => class.as_str(),
        };
        steps.push(DipStep::Procedure {
            code: (*procedure).to_owned(),
            class,
        });
    }
    steps.push(DipStep::Treated {
        treatment: coded.treatment,
    });
    steps.push(DipStep::Diagnosis {
        code: record.main_diagnosis().to_owned(),
        named_by: coded.hits.len(),
    });
    let fitting = candidates(grouper, &coded);
    let chosen = choose(grouper, record, &fitting);
    let grouping = outcome(grouper, record, &coded, chosen.map(|chosen| chosen.of));
    match chosen {
        None => steps.push(DipStep::NoType {
            blank: grouping.group_code.to_owned(),
        }),
        Some(chosen) => {
            fitted(grouper, record, &fitting, &chosen, &mut steps);
            auxiliary(grouper, record, chosen.of, &grouping, &mut steps);
        }
    }
    DipExplanation { grouping, steps }
}

/// The same of a record whose type is known: only its auxiliary catalogues are looked at.
pub(super) fn explain_of_type<'g>(grouper: &'g DipGrouper, of: u32, record: &Record<'_>) -> DipExplanation<'g> {
    let mut steps = Vec::new();
    let grouping = of_type(grouper, of, record);
    auxiliary(grouper, record, of, &grouping, &mut steps);
    DipExplanation { grouping, steps }
}

fn fitted(
    grouper: &DipGrouper,
    record: &Record<'_>,
    fitting: &[Candidate],
    chosen: &Candidate,
    steps: &mut Vec<DipStep>,
) {
    let behind = |other: &Candidate| {
        let mut criteria = grouper.criteria.iter().copied();
        criteria.position(|by| compare(grouper, record, by, chosen, other).is_ne())
    };
    let last_needed = fitting.iter().filter_map(behind).max();
    for one in fitting {
        let known = &grouper.directory.types[one.of as usize];
        let is_chosen = one.of == chosen.of;
        let decided = if is_chosen { last_needed } else { behind(one) };
        steps.push(DipStep::Fitted {
            code: known.code.clone(),
            name: known.name.clone(),
            kind: known.kind,
            diagnosis: joined(known.diagnoses.iter().map(shown), "|"),
            asks: match &known.asks {
                Asks::Treatment(treatment) => treatment.as_str().to_owned(),
                Asks::Procedures(all) => joined(all.iter().map(|one| one.join("|")), "+"),
            },
            matched: one.bits.count_ones(),
            mean_cost: known.mean_cost.map(|mean| mean.to_string()),
            chosen: is_chosen,
            decided_by: decided.map(|at| grouper.criteria[at]),
        });
    }
}

fn auxiliary(grouper: &DipGrouper, record: &Record<'_>, of: u32, grouping: &DipGrouping<'_>, steps: &mut Vec<DipStep>) {
    let auxiliary = &grouper.auxiliary;
    let before = steps.len();
    for catalogue in auxiliary.asked(of) {
        let look = auxiliary.look(catalogue, record, &mut 0);
        let factor = look.level.and_then(|level| auxiliary.factor(of, catalogue, level));
        let diagnosis = |&at: &usize| record.diagnoses.get(at).map(|code| (*code).to_owned());
        steps.push(DipStep::Auxiliary {
            catalogue,
            figure: look.figure,
            diagnoses: look.diagnoses.iter().filter_map(diagnosis).collect(),
            level: look
                .level
                .map(|level| auxiliary.level_name(catalogue, level).to_owned()),
            factor: factor.map(|factor| factor.to_string()),
            applied: grouping.auxiliary.iter().any(|one| one.catalogue == catalogue),
        });
    }
    if steps.len() > before {
        steps.push(DipStep::Factor {
            combine: grouper.directory.header.auxiliary.combine,
            factor: grouping.factor.to_string(),
        });
    }
}

fn shown(diagnoses: &Diagnoses) -> String {
    match diagnoses {
        Diagnoses::Prefix(prefix) => prefix.clone(),
        Diagnoses::Range(from, to) => format!("{from}-{to}"),
    }
}

fn joined(all: impl Iterator<Item = String>, between: &str) -> String {
    all.collect::<Vec<_>>().join(between)
}
