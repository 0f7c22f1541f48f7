//! `[[by_group]]`: the group's points at a factor, as another group's, or of the first days alone.

use super::worth::CaseWorth;
use super::{CaseClass, Worth, fits};
use crate::case::{Case, CaseFactor};
use crate::compiled::{CompiledByGroup, CompiledMethod, CompiledPolicy};
use crate::rounding::div_u128;
use crate::trace::{Relabelled, input};
use crate::{CompareWith, Fen, MethodId, Origin, Points, Rule, Step, TooLarge, Tracer};

impl CompiledPolicy {
    /// What the cost of a case with a factor is compared with; `None` where no factor counts.
    #[inline]
    pub(super) fn compare_with(&self, case: &Case) -> Option<CompareWith> {
        if case.method != MethodId::BY_GROUP
            && let Some(CompiledMethod::ByGroup(_, method)) = self.methods.get(usize::from(case.method.0))
        {
            return Some(method.compare_with);
        }
        self.policy.auxiliary.map(|auxiliary| auxiliary.compare_with)
    }

    /// The case as the group's rules see it: its group, its factor, and the cost of the days that
    /// are paid by group.
    pub(super) fn as_group_case(&self, method: &CompiledByGroup, case: &Case) -> Result<Case, TooLarge> {
        let group = case
            .group
            .map(|group| method.paid_as.get(&group).copied().unwrap_or(group));
        let factor = self.method_factor(method, case)?;
        let cost = self.cost_of_group_days(method, case)?;
        Ok(case.as_paid_by_group(group, factor, cost))
    }

    fn method_factor(&self, method: &CompiledByGroup, case: &Case) -> Result<CaseFactor, TooLarge> {
        // What goes by its cost has no use for a share of a usual one's.
        if self.policy.auxiliary.is_none() || method.by_cost.is_some() {
            return Ok(method.factor);
        }
        method.factor.times(case.factor).ok_or(TooLarge(Rule::MethodFactor))
    }

    /// The cost of the days up to the last one paid by group, by days.
    fn cost_of_group_days(&self, method: &CompiledByGroup, case: &Case) -> Result<Fen, TooLarge> {
        let cost = case.medical_cost();
        match method.long_stay {
            Some((after, _)) if case.detail.days > after => {
                let product = u128::from(cost.0.unsigned_abs()) * u128::from(after);
                let part = div_u128(product, case.detail.days.into(), self.mode());
                Ok(Fen(fits(i64::try_from(part).ok(), Rule::LongStayCost)?))
            }
            _ => Ok(cost),
        }
    }

    pub(super) fn worth_by_group(
        &self,
        at: usize,
        method: &CompiledByGroup,
        case: &Case,
        tracer: &mut impl Tracer,
    ) -> Result<CaseWorth, TooLarge> {
        let paid = self.as_group_case(method, case)?;
        let other = paid.group.filter(|_| paid.group != case.group);
        let code = other
            .and_then(|group| self.groups.get(group.0 as usize))
            .map(|group| group.code.clone());
        if let Some(code) = &code {
            tracer.step(|| self.step_paid_as(at, case, code));
        }
        tracer.step(|| self.step_method_factor(at, case, paid.factor));
        if paid.medical_cost() != case.medical_cost() {
            tracer.step(|| self.step_long_stay_cost(at, case, paid.medical_cost()));
        }
        let mut relabelled = Relabelled {
            inner: tracer,
            has_factor: true,
            has_cost: paid.medical_cost() != case.medical_cost(),
            group: code,
        };
        let found = match (method.by_cost, paid.group) {
            (Some(rules), Some(id)) => {
                let initial = self.points_by_cost(at, rules, (id, &paid), &mut relabelled)?;
                self.supported(initial, case, &mut relabelled)?
            }
            _ => self.points(&paid, &mut relabelled)?,
        };
        let points = match method.long_stay {
            Some((after, per_diem)) if case.detail.days > after => {
                let beyond = self.points_of_days(per_diem, case, after, tracer)?;
                let sum = fits(found.points.0.checked_add(beyond.0), Rule::PointsLongStay)?;
                tracer.step(|| self.step_long_stay(found.points, beyond, Points(sum)));
                Points(sum)
            }
            _ => found.points,
        };
        Ok(CaseWorth {
            class: found.class,
            worth: Worth::Points(points),
        })
    }

    /// The points that a case of this method would earn as a normal one; not of a split stay.
    pub(super) fn normal_points_by_method(&self, case: &Case, class: CaseClass) -> Option<Points> {
        let CompiledMethod::ByGroup(_, method) = self.methods.get(usize::from(case.method.0))? else {
            return None;
        };
        let split = method.long_stay.is_some_and(|(after, _)| case.detail.days > after);
        let paid = self.as_group_case(method, case).ok().filter(|_| !split)?;
        self.normal_points_in_group(&paid, class)
    }

    /// The points of a high or low outlier as those of a normal case, with their steps; those of
    /// [`CompiledPolicy::points_if_normal`].
    ///
    /// # Errors
    /// [`TooLarge`] where the case is none of a group, or a figure does not fit.
    pub(crate) fn trace_if_normal(
        &self,
        case: &Case,
        class: CaseClass,
        tracer: &mut impl Tracer,
    ) -> Result<Points, TooLarge> {
        let nothing = TooLarge(Rule::PointsNormal);
        if !matches!(class, CaseClass::Low | CaseClass::High) {
            return Err(nothing);
        }
        let of_group = |case: &Case| case.group.and_then(|group| self.rates(group)).ok_or(nothing);
        let Some(CompiledMethod::ByGroup(_, method)) = self.methods.get(usize::from(case.method.0)) else {
            let (rates, group) = of_group(case)?;
            let normal = self.points_of_normal(rates, group, case, tracer)?;
            return self.supported(normal, case, tracer).map(|found| found.points);
        };
        let paid = self.as_group_case(method, case)?;
        let (rates, group) = of_group(&paid)?;
        let mut relabelled = Relabelled {
            inner: tracer,
            has_factor: true,
            has_cost: false,
            group: (paid.group != case.group).then(|| group.code.clone()),
        };
        let normal = self.points_of_normal(rates, group, &paid, &mut relabelled)?;
        self.supported(normal, case, &mut relabelled).map(|found| found.points)
    }

    /// The group that a case is paid by, and whether it is its own.
    pub(crate) fn group_paid_by(&self, case: &Case) -> Result<Option<(&crate::Group, bool)>, TooLarge> {
        let paid = match self.methods.get(usize::from(case.method.0)) {
            // By cost there is a group too, though no cost ratio of a case in it.
            Some(CompiledMethod::ByGroup(_, method)) => self.as_group_case(method, case)?.group,
            _ => self.in_group(case)?.and_then(|paid| paid.group),
        };
        let group = paid.and_then(|group| self.groups.get(group.0 as usize));
        Ok(group.map(|group| (group, paid == case.group)))
    }

    fn step_paid_as(&self, at: usize, case: &Case, code: &str) -> Step {
        let own = case.group.and_then(|group| self.groups.get(group.0 as usize));
        let own = own.map_or("", |group| group.code.as_str());
        Step {
            rule: Rule::PaidAs,
            inputs: vec![input("group", own, Origin::Claim("group_code"))],
            expression: format!("{own} → {code}"),
            rounding: None,
            result: format!("{code} (by_group[{at}].groups_as)"),
        }
    }

    fn step_method_factor(&self, at: usize, case: &Case, factor: CaseFactor) -> Step {
        let own = self
            .policy
            .methods
            .by_group
            .get(at)
            .map_or(crate::Decimal::ONE, |method| method.factor);
        let mut inputs = vec![input("factor", own, Origin::Policy(format!("by_group[{at}].factor")))];
        let mut expression = own.to_string();
        let by_cost = self.policy.methods.by_group.get(at).and_then(|method| method.by_cost);
        if self.policy.auxiliary.is_some() && by_cost.is_none() {
            inputs.push(input("auxiliary", case.factor, Origin::Auxiliary));
            expression = format!("{own} × {}", case.factor);
        }
        Step {
            rule: Rule::MethodFactor,
            inputs,
            expression,
            rounding: None,
            result: factor.to_string(),
        }
    }

    fn step_long_stay_cost(&self, at: usize, case: &Case, cost: Fen) -> Step {
        let stay = self
            .policy
            .methods
            .by_group
            .get(at)
            .and_then(|method| method.long_stay.as_ref());
        let after = stay.map_or(0, |stay| stay.after_day);
        Step {
            rule: Rule::LongStayCost,
            inputs: vec![
                super::steps::cost_input(case.medical_cost()),
                input(
                    "after_day",
                    after,
                    Origin::Policy(format!("by_group[{at}].long_stay.after_day")),
                ),
                input("days", case.detail.days, Origin::Claim("act_ipt_days")),
            ],
            expression: format!("{} × {after} ÷ {}", case.medical_cost(), case.detail.days),
            rounding: self.policy.rounding.to_money(),
            result: cost.to_string(),
        }
    }

    fn step_long_stay(&self, group: Points, beyond: Points, sum: Points) -> Step {
        Step {
            rule: Rule::PointsLongStay,
            inputs: vec![
                input("group", self.show(group), Origin::Latest("points")),
                input("days", self.show(beyond), Origin::Step(Rule::PerDiem)),
            ],
            expression: format!("{} + {}", self.show(group), self.show(beyond)),
            rounding: None,
            result: self.show(sum),
        }
    }
}
