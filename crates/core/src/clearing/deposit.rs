//! Quality deposit 质量保证金, and its return by assessment 考核.

use super::{Rules, fen, whole};
use crate::decimal::rational;
use crate::rounding::round;
use crate::trace::input;
use crate::{Assessment, FenSum, Hospital, Origin, Rule, Step, TooLarge, Tracer};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::Zero;

/// q: the part of what is held back that the assessment of a hospital returns, and how it is written.
pub(crate) fn returned_share(assessment: &Assessment, hospital: &Hospital) -> (BigRational, String) {
    let score = hospital.assessment_score;
    if score >= assessment.full_from {
        (BigRational::from_integer(1.into()), "1".to_owned())
    } else if score < assessment.none_below {
        (BigRational::zero(), "0".to_owned())
    } else {
        (rational(score) / BigInt::from(100), format!("{score} ÷ 100"))
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
        let (q, written) = returned_share(&self.rules.assessment, hospital);
        let returned = fen(&round(&(whole(deposit) * q), 0, self.mode()), Rule::DepositReturned)?;
        let assessment = &self.rules.assessment;
        tracer.step(|| Step {
            rule: Rule::DepositReturned,
            inputs: vec![
                input("deposit", FenSum(deposit), Origin::Step(Rule::Deposit)),
                input("score", hospital.assessment_score, Origin::Hospital("assessment_score")),
                input("full_from", assessment.full_from, self.key("assessment.full_from")),
                input("none_below", assessment.none_below, self.key("assessment.none_below")),
            ],
            expression: format!("{} × ({written})", FenSum(deposit)),
            rounding: self.policy.policy.rounding.to_money(),
            result: FenSum(returned).to_string(),
        });
        Ok((deposit, returned))
    }
}
