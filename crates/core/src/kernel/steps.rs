//! The kernel's steps as they are told: inputs with their origins, the expression, the result.

use super::CaseClass;
use crate::case::CaseFactor;
use crate::compiled::CompiledPolicy;
use crate::policy::ratio_key;
use crate::trace::{input, to_ratio};
use crate::{Fen, Fixed, Group, Input, Origin, Points, Rule, Step};

impl CompiledPolicy {
    pub(crate) fn show(&self, points: Points) -> String {
        points.display(self.policy.rounding.points).to_string()
    }

    pub(super) fn step_ratio(&self, compared: &Compared<'_>, ratio: Option<i64>) -> Step {
        let ratio = ratio.map_or_else(String::new, |units| {
            let units = units.into();
            Fixed { units, places: 6 }.to_string()
        });
        Step {
            rule: match (&compared.k, compared.sub_type) {
                (Some(_), _) => Rule::CostRatioStandard,
                (None, Some(_)) => Rule::CostRatioSubType,
                (None, None) => Rule::CostRatio,
            },
            inputs: compared.inputs(),
            expression: compared.x(),
            rounding: to_ratio(),
            result: ratio,
        }
    }

    /// `tiers` are those that decide the low and the high bound.
    pub(super) fn step_class(&self, compared: &Compared<'_>, tiers: [Option<usize>; 2], class: CaseClass) -> Step {
        let (low, high) = (&self.policy.deviation.low, &self.policy.deviation.high);
        let x = compared.x();
        let below_low = if low.inclusive { "≤" } else { "<" };
        let from_low = if low.inclusive { ">" } else { "≥" };
        let above_high = if high.inclusive { "≥" } else { ">" };
        let to_high = if high.inclusive { "<" } else { "≤" };
        let bounds = (low.bound(tiers[0]), high.bound(tiers[1]));
        let expression = match class {
            CaseClass::Low => format!("{x} {below_low} {}", bounds.0),
            CaseClass::High => format!("{x} {above_high} {}", bounds.1),
            _ => format!("{x} {from_low} {}; {x} {to_high} {}", bounds.0, bounds.1),
        };
        let key = |name: &str| Origin::Policy(format!("deviation.{name}"));
        let mut inputs = compared.inputs();
        inputs.extend([
            input("low", bounds.0, Origin::Policy(ratio_key("low", tiers[0]))),
            input("high", bounds.1, Origin::Policy(ratio_key("high", tiers[1]))),
            input("low inclusive", low.inclusive, key("low.inclusive")),
            input("high inclusive", high.inclusive, key("high.inclusive")),
        ]);
        Step {
            rule: Rule::CaseClass,
            inputs,
            expression,
            rounding: None,
            result: class.as_str().to_owned(),
        }
    }

    pub(super) fn step_normal(&self, group: &Group, factor: Option<CaseFactor>, k: Input, points: Points) -> Step {
        let mut inputs = vec![base_input(group)];
        inputs.extend(factor.map(factor_input));
        inputs.push(k);
        let figures: Vec<&str> = inputs.iter().map(|input| input.value.as_str()).collect();
        Step {
            rule: match factor {
                Some(_) => Rule::PointsNormalFactor,
                None => Rule::PointsNormal,
            },
            expression: figures.join(" × "),
            inputs,
            rounding: self.policy.rounding.to_points(),
            result: self.show(points),
        }
    }

    pub(super) fn step_low(&self, group: &Group, cost: Fen, points: Points) -> Step {
        Step {
            rule: Rule::PointsLow,
            inputs: vec![base_input(group), cost_input(cost), mean_input(group)],
            expression: format!("{} × {cost} ÷ {}", group.base_points, group.mean_cost),
            rounding: self.policy.rounding.to_points(),
            result: self.show(points),
        }
    }

    /// `tier` is the one that decides the high bound.
    pub(super) fn step_high(&self, compared: &Compared<'_>, tier: Option<usize>, points: Points) -> Step {
        let high = self.policy.deviation.high.bound(tier);
        let base = compared.group.base_points;
        let x = compared.x();
        let mut inputs = vec![base_input(compared.group)];
        inputs.extend(compared.inputs());
        inputs.push(input("high", high, Origin::Policy(ratio_key("high", tier))));
        Step {
            rule: match compared.sub_type {
                Some(_) => Rule::PointsHighSubType,
                None => Rule::PointsHigh,
            },
            inputs,
            expression: match compared.sub_type {
                Some(factor) => format!("{base} × {factor} × ({x} − {high} + 1)"),
                None => format!("{base} × ({x} − {high} + 1)"),
            },
            rounding: self.policy.rounding.to_points(),
            result: self.show(points),
        }
    }

    pub(super) fn step_ungrouped(&self, cost: Fen, points: Points) -> Step {
        let pricing = &self.policy.pricing;
        let share = self.policy.ungrouped_share;
        let key = |name: &str| Origin::Policy(name.to_owned());
        Step {
            rule: Rule::PointsUngrouped,
            inputs: vec![
                cost_input(cost),
                input("mean_cost_all", pricing.mean_cost_all, key("pricing.mean_cost_all")),
                input("scale", pricing.scale, key("pricing.scale")),
                input("share", share, key("ungrouped.share")),
            ],
            expression: format!("{cost} ÷ {} × {} × {share}", pricing.mean_cost_all, pricing.scale),
            rounding: self.policy.rounding.to_points(),
            result: self.show(points),
        }
    }
}

/// A cost and what it is held against.
pub(super) struct Compared<'t> {
    pub(super) group: &'t Group,
    pub(super) cost: Fen,
    /// The factor of the sub-type that the case is compared with.
    pub(super) sub_type: Option<CaseFactor>,
    /// The hospital coefficient, where the case is compared with its payment standard.
    pub(super) k: Option<Input>,
}

impl Compared<'_> {
    /// The cost ratio with its figures.
    pub(super) fn x(&self) -> String {
        let (cost, mean) = (self.cost, self.group.mean_cost);
        match (self.sub_type, &self.k) {
            (None, None) => format!("{cost} ÷ {mean}"),
            (Some(factor), None) => format!("{cost} ÷ ({mean} × {factor})"),
            (None, Some(k)) => format!("{cost} ÷ ({mean} × {})", k.value),
            (Some(factor), Some(k)) => format!("{cost} ÷ ({mean} × {factor} × {})", k.value),
        }
    }

    /// What goes into the cost ratio.
    pub(super) fn inputs(&self) -> Vec<Input> {
        let mut inputs = vec![cost_input(self.cost), mean_input(self.group)];
        inputs.extend(self.sub_type.map(factor_input));
        inputs.extend(self.k.clone());
        inputs
    }
}

pub(super) fn factor_input(factor: CaseFactor) -> Input {
    input("f", factor, Origin::Auxiliary)
}

pub(super) fn base_input(group: &Group) -> Input {
    input("base", group.base_points, Origin::Group("base_points"))
}

pub(super) fn mean_input(group: &Group) -> Input {
    input("mean_cost", group.mean_cost, Origin::Group("mean_cost"))
}

pub(crate) fn cost_input(cost: Fen) -> Input {
    input("medfee", cost, Origin::Claim("medfee_sumamt"))
}
