//! 按床日: every day of the stay is worth its tier's rate.

use super::steps::cost_input;
use super::worth::CaseWorth;
use super::{CaseClass, Worth, fits};
use crate::case::Case;
use crate::compiled::{CompiledMethod, CompiledPerDiem, CompiledPolicy, MethodId, Tier};
use crate::policy::PayIn;
use crate::trace::input;
use crate::{Fen, Origin, Points, Rule, Step, TooLarge, Tracer};

/// The days of a stay that one tier pays.
struct Paid<'p> {
    tier: &'p Tier,
    days: u32,
}

impl CompiledPerDiem {
    /// The days of a stay behind `after` up to `until`, tier by tier.
    fn paid(&self, case: &Case, after: u32, until: u32) -> Vec<Paid<'_>> {
        let tiers = self.tiers_of(case.hospital);
        let mut paid = Vec::with_capacity(tiers.len());
        for (i, tier) in tiers.iter().enumerate() {
            let from = tier.from_day.max(after + 1);
            let to = tiers.get(i + 1).map_or(u32::MAX, |next| next.from_day - 1).min(until);
            if from <= to {
                let days = to - from + 1;
                paid.push(Paid { tier, days });
            }
        }
        paid
    }
}

impl CompiledPolicy {
    pub(super) fn worth_per_diem(
        &self,
        at: usize,
        method: &CompiledPerDiem,
        case: &Case,
        tracer: &mut impl Tracer,
    ) -> Result<CaseWorth, TooLarge> {
        let units = self.days_worth(at, method, case, 0, tracer)?;
        let rules = self.policy.methods.per_diem.get(at).ok_or(TooLarge(Rule::PerDiem))?;
        let short = rules.days_min.is_some_and(|least| case.detail.days < least);
        let units = if short {
            let cost = self.cost_in(method.pay_in, case)?;
            if method.pay_in == PayIn::Points {
                tracer.step(|| self.step_cost_points(case, Points(cost)));
            }
            tracer.step(|| self.step_short_stay(at, method.pay_in, case, cost, units));
            units.min(cost)
        } else {
            units
        };
        Ok(CaseWorth {
            class: CaseClass::PerDiem,
            worth: Worth::new(method.pay_in, units),
        })
    }

    /// The points of the days behind `after`.
    pub(super) fn points_of_days(
        &self,
        method: MethodId,
        case: &Case,
        after: u32,
        tracer: &mut impl Tracer,
    ) -> Result<Points, TooLarge> {
        let Some(CompiledMethod::PerDiem(at, method)) = self.methods.get(usize::from(method.0)) else {
            return Err(TooLarge(Rule::PerDiem));
        };
        self.days_worth(*at, method, case, after, tracer).map(Points)
    }

    /// Σ days × rate [× k].
    fn days_worth(
        &self,
        at: usize,
        method: &CompiledPerDiem,
        case: &Case,
        after: u32,
        tracer: &mut impl Tracer,
    ) -> Result<i64, TooLarge> {
        let rules = self.policy.methods.per_diem.get(at).ok_or(TooLarge(Rule::PerDiem))?;
        let until = rules.days_max.unwrap_or(u32::MAX).min(case.detail.days);
        let paid = method.paid(case, after, until);
        let worth = |paid: &Paid<'_>| u128::from(paid.days) * u128::from(paid.tier.worth);
        // At most a few thousand tiers of 96 bits each.
        let sum: u128 = paid.iter().map(worth).sum();
        let units = if rules.coefficient {
            let hospital = self.hospital_of(case, Rule::PerDiem)?;
            let sum = u64::try_from(sum).ok();
            sum.and_then(|sum| hospital.one.mul_div(sum, hospital.coefficient.into(), 1, self.mode()))
        } else {
            i64::try_from(sum).ok()
        };
        let units = fits(units, Rule::PerDiem)?;
        if rules.coefficient {
            self.trace_coefficient(case, None, tracer);
        }
        if method.pay_in == PayIn::Points {
            for paid in &paid {
                tracer.step(|| self.step_day_points(at, paid.tier));
            }
        }
        tracer.step(|| self.step_days(at, method.pay_in, case, &paid, units));
        Ok(units)
    }

    /// The cost of a case in fen, or as points.
    fn cost_in(&self, pay_in: PayIn, case: &Case) -> Result<i64, TooLarge> {
        let cost = case.medical_cost();
        match pay_in {
            PayIn::Money => Ok(cost.0),
            PayIn::Points => self.cost_as_points(cost, Rule::ShortStay),
        }
    }

    fn step_cost_points(&self, case: &Case, points: Points) -> Step {
        let pricing = &self.policy.pricing;
        let key = |name: &str| Origin::Policy(name.to_owned());
        Step {
            rule: Rule::CostPoints,
            inputs: vec![
                cost_input(case.medical_cost()),
                input("mean_cost_all", pricing.mean_cost_all, key("pricing.mean_cost_all")),
                input("scale", pricing.scale, key("pricing.scale")),
            ],
            expression: format!(
                "{} ÷ {} × {}",
                case.medical_cost(),
                pricing.mean_cost_all,
                pricing.scale
            ),
            rounding: self.policy.rounding.to_points(),
            result: self.show(points),
        }
    }

    fn step_day_points(&self, at: usize, tier: &Tier) -> Step {
        let rate = self.policy.methods.per_diem[at].rates[tier.at].rate;
        let pricing = &self.policy.pricing;
        let key = |name: &str| Origin::Policy(name.to_owned());
        Step {
            rule: Rule::DayPoints,
            inputs: vec![
                input(
                    "rate",
                    rate,
                    Origin::Policy(format!("per_diem[{at}].rates[{}].rate", tier.at)),
                ),
                input("mean_cost_all", pricing.mean_cost_all, key("pricing.mean_cost_all")),
                input("scale", pricing.scale, key("pricing.scale")),
            ],
            expression: format!("{rate} ÷ {} × {}", pricing.mean_cost_all, pricing.scale),
            rounding: self.policy.rounding.to_points(),
            result: self.show(Points(tier.worth.cast_signed())),
        }
    }

    fn step_days(&self, at: usize, pay_in: PayIn, case: &Case, paid: &[Paid<'_>], units: i64) -> Step {
        let rules = &self.policy.methods.per_diem[at];
        let mut inputs = vec![input("days", case.detail.days, Origin::Claim("act_ipt_days"))];
        if let Some(most) = rules.days_max {
            inputs.push(input(
                "days_max",
                most,
                Origin::Policy(format!("per_diem[{at}].days_max")),
            ));
        }
        let mut parts = Vec::new();
        for Paid { tier, days } in paid {
            let rate = self.show_worth(Worth::new(pay_in, tier.worth.cast_signed()));
            let origin = match pay_in {
                PayIn::Money => Origin::Policy(format!("per_diem[{at}].rates[{}].rate", tier.at)),
                PayIn::Points => Origin::Step(Rule::DayPoints),
            };
            inputs.push(input("days of the tier", days, Origin::Claim("act_ipt_days")));
            inputs.push(input("rate", &rate, origin));
            parts.push(format!("{days} × {rate}"));
        }
        let mut expression = if parts.is_empty() {
            "0".to_owned()
        } else {
            parts.join(" + ")
        };
        let mut rounding = None;
        if rules.coefficient {
            let k = self.k_of_hospital(case);
            expression = format!("({expression}) × {}", k.value);
            inputs.push(k);
            rounding = match pay_in {
                PayIn::Money => self.policy.rounding.to_money(),
                PayIn::Points => self.policy.rounding.to_points(),
            };
        }
        Step {
            rule: Rule::PerDiem,
            inputs,
            expression,
            rounding,
            result: self.show_worth(Worth::new(pay_in, units)),
        }
    }

    fn step_short_stay(&self, at: usize, pay_in: PayIn, case: &Case, cost: i64, units: i64) -> Step {
        let least = self.policy.methods.per_diem[at].days_min.unwrap_or(0);
        let (cost, days) = (Worth::new(pay_in, cost), Worth::new(pay_in, units));
        Step {
            rule: Rule::ShortStay,
            inputs: vec![
                match pay_in {
                    PayIn::Money => cost_input(case.medical_cost()),
                    PayIn::Points => input("medfee", self.show_worth(cost), Origin::Step(Rule::CostPoints)),
                },
                input("days_min", least, Origin::Policy(format!("per_diem[{at}].days_min"))),
                input("days", self.show_worth(days), Origin::Step(Rule::PerDiem)),
            ],
            expression: format!("min({}, {})", self.show_worth(cost), self.show_worth(days)),
            rounding: None,
            result: self.show_worth(Worth::new(pay_in, cost.units().min(units))),
        }
    }

    pub(super) fn show_worth(&self, worth: Worth) -> String {
        match worth {
            Worth::Points(points) => self.show(points),
            Worth::Money(Fen(fen)) => Fen(fen).to_string(),
        }
    }
}
