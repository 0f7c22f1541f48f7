//! The steps of `kernel::outliers` as they are told.

use super::CaseClass;
use super::outliers::Seen;
use super::steps::{Compared, base_input, factor_input};
use crate::case::{Case, CaseFactor};
use crate::compiled::{CompiledGroup, CompiledPolicy};
use crate::policy::ratio_key;
use crate::trace::input;
use crate::{Extreme, Group, Input, Origin, OutlierCoefficient, Points, Rule, Step, Yardstick};

/// A case with all that its steps show.
pub(super) struct Told<'t> {
    policy: &'t CompiledPolicy,
    group: &'t Group,
    compared: Compared<'t>,
    /// k, with where it comes from.
    k: Input,
    /// The factor where it is a coefficient as k is.
    beside: Option<CaseFactor>,
    level: &'t str,
    tiers: [Option<usize>; 2],
}

impl CompiledPolicy {
    pub(super) fn told<'t>(
        &'t self,
        seen: &Seen<'_>,
        rates: &CompiledGroup,
        group: &'t Group,
        case: &Case,
    ) -> Told<'t> {
        let hospital = self.hospitals.get(case.hospital.0 as usize);
        let k = self.k_input(rates, case);
        let sub_type = self.sub_type(case);
        let standard = self.policy.deviation.compare_with == Yardstick::Standard;
        Told {
            policy: self,
            group,
            compared: Compared {
                group,
                cost: case.medical_cost(),
                sub_type,
                k: standard.then(|| k.clone()),
            },
            k,
            beside: (self.has_factor(case) && sub_type.is_none()).then_some(case.factor),
            level: hospital.map_or("", |hospital| hospital.level.as_str()),
            tiers: [seen.bounds.low.tier, seen.bounds.high.tier],
        }
    }
}

impl Told<'_> {
    pub(super) fn ratio(self, millionths: Option<i64>) -> Step {
        self.policy.step_ratio(&self.compared, millionths)
    }

    pub(super) fn class(self, class: CaseClass) -> Step {
        let deviation = &self.policy.policy.deviation;
        let mut step = self.policy.step_class(&self.compared, self.tiers, class);
        // What the tiers look at.
        let tiers = || deviation.low.tiers.iter().chain(&deviation.high.tiers);
        if tiers().any(|tier| tier.level.is_some()) {
            step.inputs.push(input("level", self.level, Origin::Hospital("level")));
        }
        if tiers().any(|tier| tier.base_points_to.is_some()) {
            step.inputs.push(base_input(self.group));
        }
        step
    }

    pub(super) fn extreme(self, rule: &Extreme, is_extreme: bool) -> Step {
        let sign = match (is_extreme, rule.inclusive) {
            (true, true) => "≥",
            (true, false) => ">",
            (false, true) => "<",
            (false, false) => "≤",
        };
        let mut inputs = self.compared.inputs();
        inputs.push(extreme_input(rule));
        inputs.push(input(
            "extreme inclusive",
            rule.inclusive,
            Origin::Policy("deviation.extreme.inclusive".to_owned()),
        ));
        Step {
            rule: Rule::ExtremeCase,
            inputs,
            expression: format!("{} {sign} {}", self.compared.x(), rule.ratio),
            rounding: None,
            result: if is_extreme { "extreme" } else { "not extreme" }.to_owned(),
        }
    }

    pub(super) fn low(self, rule: Rule, points: Points) -> Step {
        let x = self.compared.x();
        let low = self.policy.policy.deviation.low.bound(self.tiers[0]);
        let mut expression = self.base();
        let mut inputs = self.inputs();
        if rule != Rule::PointsLowStandard {
            expression += &format!(" × {}", self.coefficient());
            self.add_coefficient(&mut inputs, "low");
        }
        let at_nothing = rule == Rule::PointsLowCarried && low.is_zero();
        if !at_nothing {
            expression += &format!(" × ({x})");
        }
        if rule == Rule::PointsLowCarried && !at_nothing {
            expression += &format!(" ÷ {low}");
            inputs.push(input("low", low, Origin::Policy(ratio_key("low", self.tiers[0]))));
        }
        self.points(rule, inputs, expression, points)
    }

    pub(super) fn high(self, rule: Rule, points: Points) -> Step {
        if matches!(rule, Rule::PointsHigh | Rule::PointsHighSubType) {
            return self.policy.step_high(&self.compared, self.tiers[1], points);
        }
        let deviation = &self.policy.policy.deviation;
        let high = deviation.high.bound(self.tiers[1]);
        let share = deviation.high_share;
        let mut inputs = self.inputs();
        let x = match deviation.extreme.filter(|_| rule == Rule::PointsExtremeCapped) {
            Some(extreme) => {
                inputs.push(extreme_input(&extreme));
                extreme.ratio.to_string()
            }
            None => self.compared.x(),
        };
        inputs.push(input("high", high, Origin::Policy(ratio_key("high", self.tiers[1]))));
        inputs.push(input("share", share, Origin::Policy("deviation.high.share".to_owned())));
        let excess = format!("({x} − {high}) × {share}");
        let base = self.base();
        let expression = match deviation.high.coefficient {
            OutlierCoefficient::Dropped => format!("{base} × (1 + {excess})"),
            OutlierCoefficient::Kept => format!("{base} × {} × (1 + {excess})", self.coefficient()),
            OutlierCoefficient::Carried => format!("{base} × ({} + {excess})", self.coefficient()),
        };
        if deviation.high.coefficient != OutlierCoefficient::Dropped {
            self.add_coefficient(&mut inputs, "high");
        }
        self.points(rule, inputs, expression, points)
    }

    pub(super) fn extreme_as_normal(self, points: Points) -> Step {
        let mut inputs = vec![base_input(self.group)];
        inputs.extend(self.compared.sub_type.or(self.beside).map(factor_input));
        inputs.push(self.k.clone());
        let figures: Vec<&str> = inputs.iter().map(|input| input.value.as_str()).collect();
        let expression = figures.join(" × ");
        inputs.push(input(
            "pay",
            "normal",
            Origin::Policy("deviation.extreme.pay".to_owned()),
        ));
        self.points(Rule::PointsExtremeNormal, inputs, expression, points)
    }

    /// Base points, of the sub-type where it is one.
    fn base(&self) -> String {
        let base = self.group.base_points;
        match self.compared.sub_type {
            Some(factor) => format!("{base} × {factor}"),
            None => base.to_string(),
        }
    }

    fn coefficient(&self) -> String {
        match self.beside {
            Some(factor) => format!("{factor} × {}", self.k.value),
            None => self.k.value.clone(),
        }
    }

    fn inputs(&self) -> Vec<Input> {
        let mut inputs = vec![base_input(self.group)];
        inputs.extend(self.compared.inputs());
        inputs
    }

    /// The coefficient, where x does not have it already, and the key that says it counts.
    fn add_coefficient(&self, inputs: &mut Vec<Input>, side: &str) {
        inputs.extend(self.beside.map(factor_input));
        if self.compared.k.is_none() {
            inputs.push(self.k.clone());
        }
        let deviation = &self.policy.policy.deviation;
        let counts = match side {
            "low" => deviation.low.coefficient,
            _ => deviation.high.coefficient,
        };
        let key = Origin::Policy(format!("deviation.{side}.coefficient"));
        inputs.push(input("coefficient", counts.as_str(), key));
    }

    fn points(self, rule: Rule, inputs: Vec<Input>, expression: String, points: Points) -> Step {
        Step {
            rule,
            inputs,
            expression,
            rounding: self.policy.policy.rounding.to_points(),
            result: self.policy.show(points),
        }
    }
}

fn extreme_input(rule: &Extreme) -> Input {
    input(
        "extreme",
        rule.ratio,
        Origin::Policy("deviation.extreme.ratio".to_owned()),
    )
}
