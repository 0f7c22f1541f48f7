//! The kernel's steps as they are told: inputs with their origins, the expression, the result.

use super::CaseClass;
use crate::case::CaseFactor;
use crate::compiled::CompiledPolicy;
use crate::trace::{input, to_ratio};
use crate::{Fen, Fixed, Group, Hospital, Input, Origin, Points, Rule, Step};

impl CompiledPolicy {
    pub(super) fn show(&self, points: Points) -> String {
        points.display(self.policy.rounding.points).to_string()
    }

    /// `sub_type` is the factor of the sub-type that the case is compared with.
    pub(super) fn step_ratio(
        &self,
        group: &Group,
        cost: Fen,
        sub_type: Option<CaseFactor>,
        ratio: Option<i64>,
    ) -> Step {
        let ratio = ratio.map_or_else(String::new, |units| {
            let units = units.into();
            Fixed { units, places: 6 }.to_string()
        });
        Step {
            rule: match sub_type {
                Some(_) => Rule::CostRatioSubType,
                None => Rule::CostRatio,
            },
            inputs: compared(group, cost, sub_type),
            expression: x(group, cost, sub_type),
            rounding: to_ratio(),
            result: ratio,
        }
    }

    pub(super) fn step_class(&self, group: &Group, cost: Fen, sub_type: Option<CaseFactor>, class: CaseClass) -> Step {
        let (low, high) = (&self.policy.deviation.low, &self.policy.deviation.high);
        let x = x(group, cost, sub_type);
        let below_low = if low.inclusive { "≤" } else { "<" };
        let from_low = if low.inclusive { ">" } else { "≥" };
        let above_high = if high.inclusive { "≥" } else { ">" };
        let to_high = if high.inclusive { "<" } else { "≤" };
        let expression = match class {
            CaseClass::Low => format!("{x} {below_low} {}", low.ratio),
            CaseClass::High => format!("{x} {above_high} {}", high.ratio),
            _ => format!("{x} {from_low} {}; {x} {to_high} {}", low.ratio, high.ratio),
        };
        let key = |name: &str| Origin::Policy(format!("deviation.{name}"));
        let mut inputs = compared(group, cost, sub_type);
        inputs.extend([
            input("low", low.ratio, key("low.ratio")),
            input("high", high.ratio, key("high.ratio")),
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

    pub(super) fn step_normal(
        &self,
        alike: bool,
        group: &Group,
        hospital: &Hospital,
        factor: Option<CaseFactor>,
        points: Points,
    ) -> Step {
        let mut inputs = vec![base_input(group)];
        inputs.extend(factor.map(factor_input));
        if alike {
            // 同病同价: the group's kind is in the list, so no hospital's coefficient counts.
            inputs.push(input("k", 1, Origin::Policy("pricing.coefficient_not_for".to_owned())));
        } else {
            inputs.push(input("k", hospital.coefficient, Origin::Hospital("coefficient")));
        }
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

    pub(super) fn step_high(&self, group: &Group, cost: Fen, sub_type: Option<CaseFactor>, points: Points) -> Step {
        let high = self.policy.deviation.high.ratio;
        let base = group.base_points;
        let x = x(group, cost, sub_type);
        let mut inputs = vec![base_input(group)];
        inputs.extend(compared(group, cost, sub_type));
        inputs.push(input("high", high, Origin::Policy("deviation.high.ratio".to_owned())));
        Step {
            rule: match sub_type {
                Some(_) => Rule::PointsHighSubType,
                None => Rule::PointsHigh,
            },
            inputs,
            expression: match sub_type {
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

/// The cost ratio with its figures.
fn x(group: &Group, cost: Fen, sub_type: Option<CaseFactor>) -> String {
    match sub_type {
        Some(factor) => format!("{cost} ÷ ({} × {factor})", group.mean_cost),
        None => format!("{cost} ÷ {}", group.mean_cost),
    }
}

/// What goes into the cost ratio.
fn compared(group: &Group, cost: Fen, sub_type: Option<CaseFactor>) -> Vec<Input> {
    let mut inputs = vec![cost_input(cost), mean_input(group)];
    inputs.extend(sub_type.map(factor_input));
    inputs
}

fn factor_input(factor: CaseFactor) -> Input {
    input("f", factor, Origin::Auxiliary)
}

fn base_input(group: &Group) -> Input {
    input("base", group.base_points, Origin::Group("base_points"))
}

fn mean_input(group: &Group) -> Input {
    input("mean_cost", group.mean_cost, Origin::Group("mean_cost"))
}

pub(crate) fn cost_input(cost: Fen) -> Input {
    input("medfee", cost, Origin::Claim("medfee_sumamt"))
}
