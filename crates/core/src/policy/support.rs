//! `[support]` 扶持与考核: what the points of every case paid by its group are multiplied by, an
//! outlier's as well as a normal one's.

use super::breaches::{BreachKind, Breaches};
use super::{CombineBonuses, Policy, ScoreBy};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// The most that a score may multiply points by.
const COEFFICIENT_MAX: u32 = 10;

/// `[support]`: points = ⟦initial × (1 + s) × a⟧p, initial being what the case earns without it.
///
/// Source: a city's DIP rule, final = (initial + initial × support 5–15 %, the highest only) × yearly
/// DIP assessment coefficient (RULES §2.8). That the initial score is rounded as a score, and the final
/// one once more, is this project's decision (unconfirmed).
///
/// ```
/// use dianzhi_core::{example, Bonus, CombineBonuses, CompiledPolicy, Fen, Points, Silent, Support, SupportBonuses};
/// let mut policy = example::policy();
/// policy.support = Some(Support {
///     bonuses: Some(SupportBonuses {
///         kinds: vec!["key-specialty".to_owned()],
///         combine: CombineBonuses::Highest,
///         at_most: None,
///     }),
///     assessment: None,
/// });
/// let row = Bonus {
///     hospital: "H001".to_owned(), kind: "key-specialty".to_owned(), bonus: "0.1".parse().unwrap(),
/// };
/// let policy = CompiledPolicy::new(&policy, &example::groups(), &example::hospitals()).unwrap();
/// let policy = policy.with_coefficients(&[], &[row]).unwrap();
/// // a low outlier: 100.99 points × 3,000 ÷ 9,000 is 33.6633, and 33.6633 × 1.1
/// let low = policy.case(Some("ES25"), "H001", "310", Fen(300_000), Fen(0)).unwrap();
/// assert_eq!(policy.points(&low, &mut Silent).unwrap().points, Points(370_296));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Support {
    /// s: 扶持, rows of the bonuses table; 0 without.
    pub bonuses: Option<SupportBonuses>,
    /// a: the coefficient of the yearly assessment; 1 without.
    pub assessment: Option<SupportAssessment>,
}

/// `support.bonuses`: which rows of the bonuses table are support, and what they come to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupportBonuses {
    /// `bonus_kind` of the rows; the others are bonuses of the hospital coefficient.
    pub kinds: Vec<String>,
    /// Of several rows of a hospital.
    pub combine: CombineBonuses,
    /// The most that they come to.
    pub at_most: Option<Decimal>,
}

/// `support.assessment`: a by a score of the hospital.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupportAssessment {
    /// Which score.
    pub by: ScoreBy,
    /// Falling from the highest score to 0: the first step that the score reaches.
    pub steps: Vec<CoefficientStep>,
}

/// One step of a [`SupportAssessment`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoefficientStep {
    /// The least score of the step.
    pub from: Decimal,
    /// What the points of a hospital of the step are multiplied by.
    pub coefficient: Decimal,
}

impl Support {
    /// Whether rows of this kind are support.
    #[must_use]
    pub fn takes(&self, kind: &str) -> bool {
        let kinds = self.bonuses.as_ref().map(|bonuses| &bonuses.kinds);
        kinds.is_some_and(|kinds| kinds.iter().any(|of| of == kind))
    }
}

impl SupportAssessment {
    /// The step of a score, with its position; there is one for every score of 0 or more.
    pub(crate) fn step(&self, score: Decimal) -> Option<(usize, &CoefficientStep)> {
        let mut steps = self.steps.iter().enumerate();
        steps.find(|(_, step)| score >= step.from)
    }
}

impl Policy {
    /// Whether rows of the bonuses table of this kind are support, and none of the hospital coefficient.
    #[must_use]
    pub fn is_support(&self, kind: &str) -> bool {
        self.support.as_ref().is_some_and(|support| support.takes(kind))
    }
}

impl Breaches {
    pub(super) fn support(&mut self, policy: &Policy) {
        let Some(rules) = &policy.support else { return };
        if rules.bonuses.is_none() && rules.assessment.is_none() {
            self.range(
                "support",
                "{}",
                "写有 bonuses 或 assessment",
                "given bonuses or an assessment",
            );
            self.remedy(
                "写扶持的加成类别或考核系数，或删去 [support]",
                "write which bonuses are support, or the assessment, or leave [support] out",
            );
        }
        if let Some(bonuses) = &rules.bonuses {
            self.support_bonuses(bonuses);
        }
        if let Some(assessment) = &rules.assessment {
            self.support_steps("support.assessment.steps", &assessment.steps);
        }
    }

    fn support_bonuses(&mut self, bonuses: &SupportBonuses) {
        let key = "support.bonuses.kinds";
        if bonuses.kinds.is_empty() {
            self.range(key, "[]", "至少列一个加成类别", "a list of at least one bonus_kind");
            self.remedy(
                "列出 files.bonuses 中属于扶持的 bonus_kind",
                "list the bonus_kind of the rows of files.bonuses that are support",
            );
        }
        for (i, kind) in bonuses.kinds.iter().enumerate() {
            if let Some(j) = bonuses.kinds[..i].iter().position(|other| other == kind) {
                self.twice(&format!("{key}[{i}]"), &format!("{key}[{j}]"), kind);
            }
        }
        if let Some(at_most) = bonuses.at_most {
            self.not_negative("support.bonuses.at_most", at_most);
        }
    }

    /// Steps fall from the highest score to 0, so that no hospital is without a coefficient.
    fn support_steps(&mut self, key: &str, steps: &[CoefficientStep]) {
        let mut above: Option<CoefficientStep> = None;
        for (i, step) in steps.iter().enumerate() {
            let (from, coefficient) = (format!("{key}[{i}].from"), format!("{key}[{i}].coefficient"));
            self.not_negative(&from, step.from);
            let most = Decimal::from(COEFFICIENT_MAX);
            if step.coefficient <= Decimal::ZERO || step.coefficient > most {
                self.range(
                    &coefficient,
                    step.coefficient,
                    &format!("大于 0 且不超过 {most}"),
                    &format!("above 0 and at most {most}"),
                );
                self.remedy(
                    "系数写成小数，98% 写作 \"0.98\"",
                    "a coefficient is a decimal: 98 % is written \"0.98\"",
                );
            }
            if let Some(above) = above.filter(|above| step.from >= above.from) {
                let above = above.from;
                self.range(
                    &from,
                    step.from,
                    &format!("低于 {above}（各档自高分起逐档降低）"),
                    &format!("below {above} (steps fall from the highest score)"),
                );
            }
            if let Some(above) = above.filter(|above| step.coefficient > above.coefficient) {
                self.add(
                    BreachKind::Contradiction,
                    &coefficient,
                    Some(&format!("{key}[{}].coefficient", i - 1)),
                    format!(
                        "coefficient {} 高于前一档的 {}：得分低者反而多得",
                        step.coefficient, above.coefficient
                    ),
                    format!(
                        "coefficient {} is above the {} of the step before: a lower score would get more",
                        step.coefficient, above.coefficient
                    ),
                );
            }
            above = Some(*step);
        }
        if above.is_none_or(|last| last.from > Decimal::ZERO) {
            let found = above.map_or_else(|| "[]".to_owned(), |last| format!("… {}", last.from));
            self.range(
                key,
                found,
                "以 from = \"0\" 的一档结束：每个得分都有系数",
                "ended by a step from = \"0\": every score has a coefficient",
            );
            self.remedy(
                "例如 steps = [ { from = \"90\", coefficient = \"1.02\" }, { from = \"0\", coefficient = \"1\" } ]",
                "as steps = [ { from = \"90\", coefficient = \"1.02\" }, { from = \"0\", coefficient = \"1\" } ]",
            );
        }
    }
}
