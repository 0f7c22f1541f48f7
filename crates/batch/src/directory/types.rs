//! The types of a directory in the making: core types of the combinations that pass, and mixed types 综合病种 by
//! category and treatment for the others, beside the basic types of the draft.

use super::combinations::{Combination, Combinations};
use super::draft::TYPES_HEADER;
use super::names::Names;
use dianzhi_calibrate::dip::{CoreRule, core_types};
use dianzhi_core::{Fixed, RoundingMode, round};
use dianzhi_grouper::dip::{DipKind, Treatment};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::ToPrimitive;
use std::collections::BTreeSet;

/// A type in the making.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct NewType {
    pub(super) code: String,
    pub(super) name: String,
    pub(super) kind: DipKind,
    /// As types.tsv writes it.
    pub(super) diagnosis: String,
    pub(super) procedures: String,
    /// `None` of a basic type: its procedures say it.
    pub(super) treatment: Option<Treatment>,
    /// Yuan as types.tsv writes it, for the choice alone: of a core type that of exactly its combination, of a basic
    /// type as the draft has it, of a mixed type nothing.
    pub(super) mean_cost: String,
    /// The cases of exactly its combination, of a core type.
    pub(super) exact: Option<Exact>,
}

/// The cases of exactly a combination.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Exact {
    pub(super) cases: u64,
    /// In fen, half up.
    pub(super) mean: i128,
}

impl NewType {
    /// Whether it is the draft's.
    pub(super) fn is_basic(&self) -> bool {
        self.kind == DipKind::Basic
    }
}

/// Core types first, then the basic ones as the draft has them, then mixed ones; those that are made in the order of
/// their codes. Every case with a category finds a mixed type among
/// them, whether a core type takes it or not.
pub(super) fn types(
    combinations: &Combinations,
    all: u64,
    rule: CoreRule,
    basic: impl Iterator<Item = NewType>,
    names: &Names,
) -> Vec<NewType> {
    let able: Vec<&Combination> = combinations.all.iter().filter(|one| one.can_be_core).collect();
    let cases: Vec<u64> = able.iter().map(|one| one.cases).collect();
    let chosen = core_types(&cases, all, rule);
    let chosen = able.iter().zip(chosen).filter(|(_, chosen)| *chosen);
    let mut core: Vec<NewType> = chosen.map(|(one, _)| core_type(one, names)).collect();
    core.sort_by(|a, b| a.code.cmp(&b.code));
    // Categories are spelled as in their combinations; one that is spelled in two ways is still one.
    let mut seen = BTreeSet::new();
    let mut mixed = Vec::new();
    for one in &combinations.all {
        let Some(category) = one.category() else { continue };
        if seen.insert((category.to_ascii_lowercase(), one.treatment)) {
            mixed.push(mixed_type(category, one.treatment, names));
        }
    }
    mixed.sort_by(|a, b| a.code.cmp(&b.code));
    core.extend(basic);
    core.extend(mixed);
    core
}

fn core_type(one: &Combination, names: &Names) -> NewType {
    let procedures = one.procedures.join("+");
    let diagnosis = names.of(&one.diagnosis);
    let (code, name) = match procedures.as_str() {
        "" => (one.diagnosis.clone(), format!("{diagnosis} 保守治疗")),
        some => {
            let named: Vec<&str> = one.procedures.iter().map(|code| names.of(code)).collect();
            let name = format!("{diagnosis} {}", named.join("+"));
            (format!("{}:{some}", one.diagnosis), name)
        }
    };
    let mean = BigRational::new(BigInt::from(one.cost), BigInt::from(one.cases.max(1)));
    // Not above the largest cost of a case.
    let mean = round(&mean, 0, RoundingMode::HalfUp).to_i128().unwrap_or(i128::MAX);
    let spellings = std::iter::once(&one.diagnosis).chain(&one.other_spellings);
    NewType {
        code,
        name,
        kind: DipKind::Core,
        diagnosis: spellings.cloned().collect::<Vec<_>>().join("|"),
        procedures,
        treatment: Some(one.treatment),
        mean_cost: yuan(mean),
        exact: Some(Exact { cases: one.cases, mean }),
    }
}

fn mixed_type(category: &str, treatment: Treatment, names: &Names) -> NewType {
    let word = match treatment {
        Treatment::Conservative => "保守治疗",
        Treatment::Diagnostic => "诊断性操作",
        Treatment::Therapeutic => "治疗性操作",
        Treatment::Surgical => "相关手术",
    };
    NewType {
        code: format!("{category}:{}", treatment.as_str()),
        name: format!("{} 综合病种 {word}", names.of(category)),
        kind: DipKind::Mixed,
        diagnosis: category.to_owned(),
        procedures: String::new(),
        treatment: Some(treatment),
        mean_cost: String::new(),
        exact: None,
    }
}

/// types.tsv. The mean cost is that of exactly the combination: it only chooses among types that fit, and a mixed
/// type without one is farther than any core type, so that it takes what core types leave, whatever the order.
pub(super) fn types_tsv<'a>(types: impl IntoIterator<Item = &'a NewType>) -> Vec<u8> {
    let mut out = TYPES_HEADER.to_owned();
    for one in types {
        let treatment = match (one.kind, one.treatment) {
            (DipKind::Mixed, Some(treatment)) => treatment.as_str(),
            _ => "",
        };
        let cells = [
            one.code.as_str(),
            one.kind.as_str(),
            &one.diagnosis,
            &one.procedures,
            treatment,
            &one.mean_cost,
            &one.name,
        ];
        out.push_str(&cells.join("\t"));
        out.push('\n');
    }
    out.into_bytes()
}

/// Fen as yuan.
pub(super) fn yuan(fen: i128) -> String {
    Fixed { units: fen, places: 2 }.to_string()
}
