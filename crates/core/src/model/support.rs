//! `[support]` written down once more: the initial points with what they grow by, times the coefficient
//! of the hospital's score.

use super::{Book, Q, exact, rounded};
use crate::{CombineBonuses, ScoreBy};
use num_traits::Zero;

impl Book<'_> {
    /// The points of a case paid by its group, given those it has without support.
    pub(super) fn supported(&self, hospital: &str, initial: Q) -> Q {
        let Some(rules) = &self.policy.support else {
            return initial;
        };
        let mut points = initial.clone();
        if let Some(bonuses) = &rules.bonuses {
            let mut own: Vec<Q> = Vec::new();
            for row in self.bonuses {
                if row.hospital == hospital && bonuses.kinds.contains(&row.kind) {
                    own.push(exact(row.bonus));
                }
            }
            own.sort();
            let together = match bonuses.combine {
                CombineBonuses::Highest => own.pop().unwrap_or_else(Q::zero),
                CombineBonuses::Sum => own.into_iter().sum(),
            };
            let most = bonuses.at_most.map(exact).filter(|most| *most < together);
            points += initial * most.unwrap_or(together);
        }
        if let (Some(assessment), Some(of)) = (&rules.assessment, self.hospitals.get(hospital)) {
            let score = match assessment.by {
                ScoreBy::AssessmentScore => of.assessment_score,
                ScoreBy::CreditScore => of.credit_score.unwrap_or_default(),
            };
            // The step with the highest bound that the score is not below.
            let reached = assessment.steps.iter().filter(|step| step.from <= score);
            if let Some(step) = reached.max_by_key(|step| step.from) {
                points *= exact(step.coefficient);
            }
        }
        rounded(&points, self.policy.rounding.points, self.policy.rounding.mode)
    }
}
