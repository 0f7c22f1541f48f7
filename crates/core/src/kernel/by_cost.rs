//! `by_cost`: a stay that was not completed, or of a group that is not to be relied on, earns its
//! group's points in proportion to its cost.

use super::exact::{Exact, Narrow};
use super::steps::{base_input, cost_input, factor_input, mean_input};
use super::{CaseClass, CasePoints, fits};
use crate::case::Case;
use crate::compiled::{CompiledGroup, CompiledPolicy};
use crate::policy::{AtMost, ByCost};
use crate::trace::input;
use crate::{Group, GroupId, Origin, Points, Rule, Step, TooLarge, Tracer};
use num_rational::BigRational;
use std::cmp::Ordering;

impl CompiledPolicy {
    /// `case` has its group and its factor from the method.
    pub(super) fn points_by_cost(
        &self,
        at: usize,
        rules: ByCost,
        (id, case): (GroupId, &Case),
        tracer: &mut impl Tracer,
    ) -> Result<CasePoints, TooLarge> {
        let (rates, group) = self.rates(id).ok_or(TooLarge(Rule::PointsByCost))?;
        let counts_k = rules.coefficient || rules.at_most == Some(AtMost::Normal);
        if counts_k {
            self.trace_k(rates, case, tracer);
        }
        let narrow = self.by_cost::<Narrow>(rules, rates, case);
        let points = narrow.or_else(|| self.by_cost::<BigRational>(rules, rates, case));
        let points = Points(fits(points, Rule::PointsByCost)?);
        tracer.step(|| self.step_by_cost(at, rules, (rates, group), case, points));
        Ok(CasePoints {
            class: CaseClass::ByCost,
            points,
        })
    }

    fn by_cost<E: Exact>(&self, rules: ByCost, rates: &CompiledGroup, case: &Case) -> Option<i64> {
        let (k, one) = self.k_fraction(rates, case)?;
        let (factor, factor_one) = case.factor.fraction();
        let base = E::quotient(&[rates.base.into(), factor], &[rates.base_den.into(), factor_one])?;
        let normal = base.times(&E::quotient(&[k.into()], &[one])?)?;
        let cost = case.medical_cost().0.unsigned_abs().into();
        let x = E::quotient(&[cost, rates.per_fen.num], &[rates.per_fen.den.value()])?;
        let by_cost = if rules.coefficient { &normal } else { &base }.times(&x)?;
        let most = match rules.at_most {
            None => return by_cost.to_whole(self.mode()),
            Some(AtMost::Base) => base,
            Some(AtMost::Normal) => normal,
        };
        let lower = match by_cost.against(&most)? {
            Ordering::Greater => most,
            _ => by_cost,
        };
        lower.to_whole(self.mode())
    }

    fn step_by_cost(
        &self,
        at: usize,
        rules: ByCost,
        (rates, group): (&CompiledGroup, &Group),
        case: &Case,
        points: Points,
    ) -> Step {
        let cost = case.medical_cost();
        let base = format!("{} × {}", group.base_points, case.factor);
        let mut inputs = vec![
            base_input(group),
            factor_input(case.factor),
            cost_input(cost),
            mean_input(group),
        ];
        let k = self.k_input(rates, case);
        let normal = format!("{base} × {}", k.value);
        if rules.coefficient || rules.at_most == Some(AtMost::Normal) {
            inputs.push(k);
        }
        let whole = if rules.coefficient { &normal } else { &base };
        let by_cost = format!("{whole} × {cost} ÷ {}", group.mean_cost);
        let key = |name: &str| Origin::Policy(format!("by_group[{at}].by_cost.{name}"));
        inputs.push(input("coefficient", rules.coefficient, key("coefficient")));
        inputs.extend(
            rules
                .at_most
                .map(|most| input("at_most", most.as_str(), key("at_most"))),
        );
        Step {
            rule: Rule::PointsByCost,
            inputs,
            expression: match rules.at_most {
                None => by_cost,
                Some(AtMost::Base) => format!("min({by_cost}, {base})"),
                Some(AtMost::Normal) => format!("min({by_cost}, {normal})"),
            },
            rounding: self.policy.rounding.to_points(),
            result: self.show(points),
        }
    }
}
