//! `[support]` put into a drawn year, from draws of its own.

use super::{Draw, Year};
use dianzhi_core::{
    Bonus, CoefficientStep, CombineBonuses, Decimal, ScoreBy, Support, SupportAssessment, SupportBonuses,
};

/// Keeps these draws apart from the others.
const APART: u64 = 0x5099_0127;
const KINDS: [&str; 2] = ["重点专科", "基层首诊"];

impl Year {
    /// The same year with support and an assessment, or one of them.
    pub(crate) fn with_support(mut self) -> Year {
        let draw = &mut Draw::new(self.seed ^ APART);
        let bonuses = draw.chance(75).then(|| SupportBonuses {
            kinds: KINDS.map(str::to_owned).into(),
            combine: draw.pick(&[CombineBonuses::Highest, CombineBonuses::Sum]),
            at_most: draw.chance(40).then(|| draw.decimal(0, 1, 1)),
        });
        if bonuses.is_some() {
            for hospital in &self.hospitals {
                for kind in KINDS {
                    if draw.chance(60) {
                        self.bonuses.push(Bonus {
                            hospital: hospital.code.clone(),
                            kind: kind.to_owned(),
                            bonus: Decimal::new(draw.number(-20, 60), 2),
                        });
                    }
                }
            }
            draw.shuffle(&mut self.bonuses);
        }
        let assessment = (bonuses.is_none() || draw.chance(70)).then(|| assessment(draw));
        for hospital in &mut self.hospitals {
            hospital.credit_score = hospital.credit_score.or(Some(draw.decimal(0, 99, 1)));
        }
        self.policy.support = Some(Support { bonuses, assessment });
        self
    }

    /// The same year with one coefficient for every hospital.
    pub(crate) fn with_support_of(mut self, coefficient: Decimal) -> Year {
        let steps = vec![CoefficientStep {
            from: Decimal::ZERO,
            coefficient,
        }];
        self.policy.support = Some(Support {
            bonuses: None,
            assessment: Some(SupportAssessment {
                by: ScoreBy::AssessmentScore,
                steps,
            }),
        });
        self
    }
}

fn assessment(draw: &mut Draw) -> SupportAssessment {
    let places = draw.pick(&[1, 2, 4]);
    let mut coefficient = draw.decimal(1, 2, places);
    let mut steps = Vec::new();
    for from in ["90", "75.5", "0"] {
        if from == "0" || draw.chance(70) {
            steps.push(CoefficientStep {
                from: from.parse().expect("a score"),
                coefficient,
            });
            coefficient = (coefficient * Decimal::new(draw.number(5, 10), 1))
                .round_dp(places)
                .max(Decimal::new(1, 1));
        }
    }
    SupportAssessment {
        by: draw.pick(&[ScoreBy::AssessmentScore, ScoreBy::CreditScore]),
        steps,
    }
}
