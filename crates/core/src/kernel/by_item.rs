//! 按项目: the cost less deductions, in money or as points.

use super::steps::cost_input;
use super::worth::CaseWorth;
use super::{CaseClass, Worth, fits};
use crate::case::Case;
use crate::compiled::{CompiledByItem, CompiledPolicy, Factor, points_per_fen};
use crate::policy::PayIn;
use crate::rounding::round;
use crate::trace::input;
use crate::{Fen, Origin, Rule, Step, TooLarge, Tracer};
use num_bigint::BigInt;
use num_traits::ToPrimitive;

impl CompiledPolicy {
    pub(super) fn worth_by_item(
        &self,
        at: usize,
        method: &CompiledByItem,
        case: &Case,
        tracer: &mut impl Tracer,
    ) -> Result<CaseWorth, TooLarge> {
        let rules = self.policy.methods.by_item.get(at).ok_or(TooLarge(Rule::ByItem))?;
        let left = (case.medical_cost().0.saturating_sub(case.detail.deducted.0)).max(0);
        let per_fen = method.per_fen;
        let units = per_fen.den.mul_div(left.unsigned_abs(), per_fen.num, 1, self.mode());
        let worth = Worth::new(rules.pay_in, fits(units, Rule::ByItem)?);
        tracer.step(|| self.step_by_item(at, case, worth));
        Ok(CaseWorth {
            class: CaseClass::ByItem,
            worth,
        })
    }

    /// ⟦cost ÷ mean cost of all × scale⟧p
    pub(crate) fn cost_as_points(&self, cost: Fen, rule: Rule) -> Result<i64, TooLarge> {
        let points = match self.by_cost {
            Some(Factor { num, den }) if cost.0 >= 0 => den.mul_div(cost.0.unsigned_abs(), num, 1, self.mode()),
            _ => round(&(points_per_fen(&self.policy) * BigInt::from(cost.0)), 0, self.mode()).to_i64(),
        };
        fits(points, rule)
    }

    fn step_by_item(&self, at: usize, case: &Case, worth: Worth) -> Step {
        let rules = &self.policy.methods.by_item[at];
        let mut inputs = vec![
            cost_input(case.medical_cost()),
            input(
                "deducted",
                case.detail.deducted,
                Origin::Deductions(rules.deductions.clone()),
            ),
            input("share", rules.share, Origin::Policy(format!("by_item[{at}].share"))),
        ];
        let left = format!("max(0, {} − {})", case.medical_cost(), case.detail.deducted);
        let (expression, rounding) = match rules.pay_in {
            PayIn::Money => (format!("{left} × {}", rules.share), self.policy.rounding.to_money()),
            PayIn::Points => {
                let pricing = &self.policy.pricing;
                let key = |name: &str| Origin::Policy(name.to_owned());
                inputs.push(input(
                    "mean_cost_all",
                    pricing.mean_cost_all,
                    key("pricing.mean_cost_all"),
                ));
                inputs.push(input("scale", pricing.scale, key("pricing.scale")));
                let (mean, scale) = (pricing.mean_cost_all, pricing.scale);
                let expression = format!("{left} ÷ {mean} × {scale} × {}", rules.share);
                (expression, self.policy.rounding.to_points())
            }
        };
        Step {
            rule: match rules.pay_in {
                PayIn::Money => Rule::ByItem,
                PayIn::Points => Rule::ByItemPoints,
            },
            inputs,
            expression,
            rounding,
            result: self.show_worth(worth),
        }
    }
}
