//! Assessment 考核, and the quality deposit 质量保证金 that it returns.

use super::{Rules, fen, whole};
use crate::decimal::rational;
use crate::rounding::round;
use crate::trace::input;
use crate::{Assessment, Decimal, FenSum, Hospital, Input, Origin, Rule, ScoreBy, Step, TooLarge, Tracer};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::Zero;

/// q: what part a score is worth, and how it is written.
pub(crate) fn assessed_share(assessment: &Assessment, score: Decimal) -> (BigRational, String) {
    match assessment {
        Assessment::Credit(scale) => assessed_share(scale, score),
        Assessment::Score { full_from, .. } if score >= *full_from => {
            (BigRational::from_integer(1.into()), "1".to_owned())
        }
        Assessment::Score { none_below, .. } if score < *none_below => (BigRational::zero(), "0".to_owned()),
        Assessment::Score { .. } => (rational(score) / BigInt::from(100), format!("{score} ÷ 100")),
        Assessment::Steps(steps) => match steps.iter().find(|step| score >= step.from) {
            Some(step) => (rational(step.share), step.share.to_string()),
            None => (BigRational::zero(), "0".to_owned()),
        },
    }
}

/// The score and the bounds that it was held against, which stand at a key; of a table those of its
/// step, or of the last one where it reaches none.
pub(crate) fn assessment_inputs(at: &str, assessment: &Assessment, (score, from): (Decimal, Origin)) -> Vec<Input> {
    let key = |part: &str| Origin::Policy(format!("{at}.{part}"));
    let mut inputs = vec![input("score", score, from)];
    match assessment.scale() {
        Assessment::Credit(_) => {}
        Assessment::Score { full_from, none_below } => {
            inputs.push(input("full_from", full_from, key("full_from")));
            inputs.push(input("none_below", none_below, key("none_below")));
        }
        Assessment::Steps(steps) => {
            let reached = steps.iter().position(|step| score >= step.from);
            let at = reached.unwrap_or(steps.len().saturating_sub(1));
            if let Some(step) = steps.get(at) {
                inputs.push(input("from", step.from, key(&format!("steps[{at}].from"))));
                if reached.is_some() {
                    inputs.push(input("share", step.share, key(&format!("steps[{at}].share"))));
                }
            }
        }
    }
    inputs
}

/// The score of a hospital that an assessment looks at, and where it stands. Where it goes by credit
/// every hospital has one.
pub(crate) fn score_of(assessment: &Assessment, hospital: &Hospital) -> (Decimal, Origin) {
    match assessment.by() {
        ScoreBy::AssessmentScore => (hospital.assessment_score, Origin::Hospital("assessment_score")),
        ScoreBy::CreditScore => (
            hospital.credit_score.unwrap_or_default(),
            Origin::Hospital("credit_score"),
        ),
    }
}

impl Rules<'_> {
    /// Deposit held back, and the part of it that the assessment returns.
    pub(super) fn deposit(
        &self,
        hospital: &Hospital,
        cleared: i128,
        tracer: &mut impl Tracer,
    ) -> Result<(i128, i128), TooLarge> {
        let share = self.rules.quality_deposit;
        let held = rational(share) * whole(cleared.max(0));
        let deposit = fen(&round(&held, 0, self.mode()), Rule::Deposit)?;
        tracer.step(|| Step {
            rule: Rule::Deposit,
            inputs: vec![
                input("cleared", FenSum(cleared), Origin::Latest("cleared")),
                input("quality_deposit", share, self.key("quality_deposit")),
            ],
            expression: format!("max(0, {}) × {share}", FenSum(cleared)),
            rounding: self.policy.policy.rounding.to_money(),
            result: FenSum(deposit).to_string(),
        });
        let assessment = &self.rules.assessment;
        let (q, written) = assessed_share(assessment, score_of(assessment, hospital).0);
        let returned = fen(&round(&(whole(deposit) * q), 0, self.mode()), Rule::DepositReturned)?;
        tracer.step(|| Step {
            rule: Rule::DepositReturned,
            inputs: std::iter::once(input("deposit", FenSum(deposit), Origin::Step(Rule::Deposit)))
                .chain(assessment_inputs(
                    &format!("{}.assessment", self.section),
                    assessment,
                    score_of(assessment, hospital),
                ))
                .collect(),
            expression: format!("{} × ({written})", FenSum(deposit)),
            rounding: self.policy.policy.rounding.to_money(),
            result: FenSum(returned).to_string(),
        });
        Ok((deposit, returned))
    }
}
