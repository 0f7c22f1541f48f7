//! What the points of a case are, given what was found of it.

use super::{Finding, ReviewEffect, Side};
use crate::decimal::rational;
use crate::kernel::fits;
use crate::kernel::steps::cost_input;
use crate::rounding::round;
use crate::trace::input;
use crate::{Case, CaseClass, CompiledPolicy, Decimal, Fen, Origin, Points, Rule, Step, TooLarge, Tracer};
use num_bigint::BigInt;
use num_traits::ToPrimitive;

/// Where the points come from that a high outlier has before it is capped: nothing but a readmission
/// changes them.
fn points_from(findings: &[Finding]) -> Origin {
    let is_readmission = |finding: &Finding| matches!(finding, Finding::Readmission { .. });
    match findings.iter().any(is_readmission) {
        true => Origin::Step(Rule::Readmission),
        false => Origin::Priced,
    }
}

impl CompiledPolicy {
    /// The points of a case of which this was found, in this order; under the policy of its day.
    ///
    /// # Errors
    /// [`TooLarge`] where they pass an `i64`.
    pub fn adjusted(
        &self,
        case: &Case,
        class: CaseClass,
        priced: Points,
        findings: &[Finding],
        tracer: &mut impl Tracer,
    ) -> Result<Points, TooLarge> {
        let mut points = priced;
        for finding in findings {
            points = match finding {
                Finding::Readmission { side, .. } => self.at_share(points, *side, tracer)?,
                Finding::Merged { .. } => self.merged_away(points, tracer),
                Finding::ReviewRefused => points,
                Finding::ReviewBeyondQuota(quota) => {
                    quota.trace("special_review", tracer);
                    points
                }
                Finding::ReviewGranted { effect, quota } => {
                    quota.trace("special_review", tracer);
                    self.reviewed(case, points, *effect, tracer)?
                }
                Finding::BeyondHighCap(quota) => {
                    quota.trace("high_cap", tracer);
                    let normal = self.trace_if_normal(case, class, tracer)?;
                    self.shared(normal, findings, tracer)?
                }
                Finding::BeyondHighExcess(of) => {
                    of.trace(self, tracer);
                    let normal = self.trace_if_normal(case, class, tracer)?;
                    let normal = self.shared(normal, findings, tracer)?;
                    self.held(points, points_from(findings), normal, of, tracer)?
                }
                Finding::Penalty { multiple } => self.penalised(case, class, priced, *multiple, tracer)?,
            };
        }
        Ok(points)
    }

    /// Points at the shares of whatever readmissions were found.
    pub(super) fn shared(
        &self,
        points: Points,
        findings: &[Finding],
        tracer: &mut impl Tracer,
    ) -> Result<Points, TooLarge> {
        findings.iter().try_fold(points, |points, finding| match finding {
            Finding::Readmission { side, .. } => self.at_share(points, *side, tracer),
            Finding::Merged { .. } => Ok(self.merged_away(points, tracer)),
            _ => Ok(points),
        })
    }

    fn at_share(&self, points: Points, side: Side, tracer: &mut impl Tracer) -> Result<Points, TooLarge> {
        let rule = self
            .policy
            .adjust
            .readmission
            .as_ref()
            .ok_or(TooLarge(Rule::Readmission))?;
        let (share, key) = match side {
            Side::Earlier => (rule.earlier_share, "readmission.earlier_share"),
            Side::Later => (rule.later_share, "readmission.later_share"),
        };
        let result = self.times(points, share, Rule::Readmission)?;
        tracer.step(|| Step {
            rule: Rule::Readmission,
            inputs: vec![
                input("points", self.show(points), Origin::Latest("points")),
                input("share", share, Origin::Policy(key.to_owned())),
            ],
            expression: format!("{} × {share}", self.show(points)),
            rounding: self.policy.rounding.to_points(),
            result: self.show(result),
        });
        Ok(result)
    }

    /// Nothing, for the stay is part of another one's case.
    fn merged_away(&self, points: Points, tracer: &mut impl Tracer) -> Points {
        tracer.step(|| Step {
            rule: Rule::Merged,
            inputs: vec![
                input("points", self.show(points), Origin::Latest("points")),
                input("merge", true, Origin::Policy("readmission.merge".to_owned())),
            ],
            expression: format!("{} × 0", self.show(points)),
            rounding: self.policy.rounding.to_points(),
            result: self.show(Points(0)),
        });
        Points(0)
    }

    fn reviewed(
        &self,
        case: &Case,
        points: Points,
        effect: ReviewEffect,
        tracer: &mut impl Tracer,
    ) -> Result<Points, TooLarge> {
        match effect {
            ReviewEffect::ByItem => {
                let cost = case.medical_cost();
                let from = cost_input(cost);
                self.as_points(Rule::ReviewByItem, cost, from, tracer)
            }
            ReviewEffect::Amount(amount) => {
                let from = input("amount", amount, Origin::Review("value"));
                self.as_points(Rule::ReviewAmount, amount, from, tracer)
            }
            ReviewEffect::Factor(factor) => {
                let result = self.times(points, factor, Rule::ReviewFactor)?;
                tracer.step(|| Step {
                    rule: Rule::ReviewFactor,
                    inputs: vec![
                        input("points", self.show(points), Origin::Latest("points")),
                        input("factor", factor, Origin::Review("value")),
                    ],
                    expression: format!("{} × {factor}", self.show(points)),
                    rounding: self.policy.rounding.to_points(),
                    result: self.show(result),
                });
                Ok(result)
            }
        }
    }

    /// ⟦amount ÷ mean cost of all × scale⟧p
    fn as_points(
        &self,
        rule: Rule,
        amount: Fen,
        from: crate::Input,
        tracer: &mut impl Tracer,
    ) -> Result<Points, TooLarge> {
        let points = Points(self.cost_as_points(amount, rule)?);
        tracer.step(|| {
            let pricing = &self.policy.pricing;
            let key = |name: &str| Origin::Policy(format!("pricing.{name}"));
            Step {
                rule,
                inputs: vec![
                    from,
                    input("mean_cost_all", pricing.mean_cost_all, key("mean_cost_all")),
                    input("scale", pricing.scale, key("scale")),
                ],
                expression: format!("{amount} ÷ {} × {}", pricing.mean_cost_all, pricing.scale),
                rounding: self.policy.rounding.to_points(),
                result: self.show(points),
            }
        });
        Ok(points)
    }

    /// −⟦multiple × base⟧p: the base points of the group that the case is paid by, or where it is paid
    /// by none the points that it was priced at.
    fn penalised(
        &self,
        case: &Case,
        class: CaseClass,
        priced: Points,
        multiple: Decimal,
        tracer: &mut impl Tracer,
    ) -> Result<Points, TooLarge> {
        let by_group = matches!(
            class,
            CaseClass::Normal | CaseClass::Low | CaseClass::High | CaseClass::ByCost
        );
        let group = match by_group {
            true => self.group_paid_by(case)?,
            false => None,
        };
        let one = BigInt::from(10).pow(self.policy.rounding.points);
        let base = match group {
            Some((group, _)) => rational(group.base_points) * one,
            None => BigInt::from(priced.0).into(),
        };
        let taken = round(&(rational(multiple) * base), 0, self.mode()).to_i64();
        let points = taken.and_then(i64::checked_neg);
        let points = Points(fits(points, Rule::Penalty)?);
        tracer.step(|| {
            let base = match group {
                Some((group, is_own)) => input(
                    "base",
                    group.base_points,
                    match is_own {
                        true => Origin::Group("base_points"),
                        false => Origin::OtherGroup {
                            code: group.code.clone(),
                            column: "base_points",
                        },
                    },
                ),
                None => input("base", self.show(priced), Origin::Priced),
            };
            Step {
                rule: Rule::Penalty,
                expression: format!("0 − {multiple} × {}", base.value),
                inputs: vec![input("multiple", multiple, Origin::Penalty("multiple")), base],
                rounding: self.policy.rounding.to_points(),
                result: self.show(points),
            }
        });
        Ok(points)
    }

    fn times(&self, points: Points, factor: Decimal, rule: Rule) -> Result<Points, TooLarge> {
        let product = rational(factor) * BigInt::from(points.0);
        Ok(Points(fits(round(&product, 0, self.mode()).to_i64(), rule)?))
    }
}
