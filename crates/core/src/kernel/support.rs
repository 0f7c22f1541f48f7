//! 扶持与考核: the initial points of a case paid by its group times what its hospital's support and
//! assessment come to (docs/SETTLEMENT.md §5.1).

use super::coefficient::combining;
use super::{CasePoints, fits};
use crate::case::Case;
use crate::compiled::{CompiledPolicy, CompiledSupport, score, support, written};
use crate::trace::input;
use crate::{Hospital, Origin, Points, Rule, ScoreBy, Step, TooLarge, Tracer};

impl CompiledPolicy {
    /// What a case earns, given its initial points.
    #[inline]
    pub(super) fn supported(
        &self,
        initial: CasePoints,
        case: &Case,
        tracer: &mut impl Tracer,
    ) -> Result<CasePoints, TooLarge> {
        match &self.support {
            Some(of) => self.with_support(of, initial, case, tracer),
            None => Ok(initial),
        }
    }

    fn with_support(
        &self,
        of: &CompiledSupport,
        initial: CasePoints,
        case: &Case,
        tracer: &mut impl Tracer,
    ) -> Result<CasePoints, TooLarge> {
        let rule = Rule::PointsSupported;
        let hospital = self.hospitals.get(case.hospital.0 as usize).ok_or(TooLarge(rule))?;
        let factor = of.of(case.hospital).ok_or(TooLarge(rule))?;
        let before = initial.points.0.unsigned_abs();
        let points = factor.one.mul_div(before, factor.coefficient.into(), 1, self.mode());
        let points = Points(fits(points, rule)?);
        if of.rules.bonuses.is_some() {
            tracer.step(|| step_support(of, hospital));
        }
        tracer.step(|| self.step_supported(of, hospital, initial.points, points));
        Ok(CasePoints { points, ..initial })
    }

    fn step_supported(&self, of: &CompiledSupport, hospital: &Hospital, before: Points, points: Points) -> Step {
        let before = self.show(before);
        let mut inputs = vec![input("points", &before, Origin::Latest("points"))];
        let mut expression = before;
        if of.rules.bonuses.is_some() {
            let s = support_shown(of, hospital);
            expression = format!("{expression} × (1 + {s})");
            inputs.push(input("s", s, Origin::Step(Rule::Support)));
        }
        let of_score = of.rules.assessment.as_ref().and_then(|assessment| {
            let score = score(assessment.by, hospital);
            Some((assessment.by, score, assessment.step(score)?))
        });
        if let Some((by, score, (at, step))) = of_score {
            let key = |name: &str| Origin::Policy(format!("support.assessment.steps[{at}].{name}"));
            let column = match by {
                ScoreBy::AssessmentScore => "assessment_score",
                ScoreBy::CreditScore => "credit_score",
            };
            expression = format!("{expression} × {}", step.coefficient);
            inputs.push(input("score", score, Origin::Hospital(column)));
            inputs.push(input("from", step.from, key("from")));
            inputs.push(input("a", step.coefficient, key("coefficient")));
        }
        Step {
            rule: Rule::PointsSupported,
            inputs,
            expression,
            rounding: self.policy.rounding.to_points(),
            result: self.show(points),
        }
    }
}

fn support_shown(of: &CompiledSupport, hospital: &Hospital) -> String {
    // It was compiled, so it can be written.
    let s = written(&support(&of.rules, &of.rows, &hospital.code));
    s.unwrap_or_default().to_string()
}

fn step_support(of: &CompiledSupport, hospital: &Hospital) -> Step {
    let own = of.rows.iter().filter(|(_, row)| row.hospital == hospital.code);
    let counted = of.rules.bonuses.as_ref().map(|rules| (rules.combine, rules.at_most));
    let (inputs, expression) = combining(own, counted, "support.bonuses.at_most");
    Step {
        rule: Rule::Support,
        inputs,
        expression,
        rounding: None,
        result: support_shown(of, hospital),
    }
}
