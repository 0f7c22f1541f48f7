//! What a case is worth before the point value is known: points or money, by its method.

use super::{CaseClass, CasePoints};
use crate::case::Case;
use crate::compiled::{
    CompiledByDisease, CompiledByGroup, CompiledByItem, CompiledMethod, CompiledPerDiem, CompiledPolicy,
};
use crate::policy::PayIn;
use crate::{Fen, MethodId, Points, Rule, Step, TooLarge, Tracer};

/// What a method gives a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worth {
    /// Points, which the pool's point value prices.
    Points(Points),
    /// The payment standard itself.
    Money(Fen),
}

/// What [`CompiledPolicy::worth`] finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CaseWorth {
    /// The class.
    pub class: CaseClass,
    /// Points or money, 0 or more.
    pub worth: Worth,
}

impl Worth {
    /// Units of points, or fen.
    #[inline]
    #[must_use]
    pub fn units(self) -> i64 {
        match self {
            Worth::Points(points) => points.0,
            Worth::Money(fen) => fen.0,
        }
    }

    /// The other way round.
    #[inline]
    #[must_use]
    pub fn new(pay_in: PayIn, units: i64) -> Worth {
        match pay_in {
            PayIn::Points => Worth::Points(Points(units)),
            PayIn::Money => Worth::Money(Fen(units)),
        }
    }

    /// The points; none where it is money.
    #[inline]
    #[must_use]
    pub fn points(self) -> Points {
        match self {
            Worth::Points(points) => points,
            Worth::Money(_) => Points(0),
        }
    }
}

impl From<CasePoints> for CaseWorth {
    #[inline]
    fn from(found: CasePoints) -> CaseWorth {
        CaseWorth {
            class: found.class,
            worth: Worth::Points(found.points),
        }
    }
}

/// The method that a case is paid by in the end: exits lead from a priced disease to its items.
pub(super) enum PaidBy<'p> {
    Plain,
    ByGroup(usize, &'p CompiledByGroup),
    PerDiem(usize, &'p CompiledPerDiem),
    ByDisease(usize),
    ByItem(usize, &'p CompiledByItem),
    Capitation(usize),
}

impl CompiledPolicy {
    /// The class of a case and what it is worth by its method (docs/SETTLEMENT.md §5.1, docs/METHODS.md).
    ///
    /// # Errors
    /// [`TooLarge`] where a figure does not fit, or an id is not of this policy.
    ///
    /// ```
    /// use dianzhi_core::{example, CompiledPolicy, Fen, Points, Silent, Worth};
    /// let policy = CompiledPolicy::new(&example::policy(), &example::groups(), &example::hospitals()).unwrap();
    /// let case = policy.case(Some("ES25"), "H001", "310", Fen(900_000), Fen(0)).unwrap();
    /// assert_eq!(policy.worth(&case, &mut Silent).unwrap().worth, Worth::Points(Points(1_060_395)));
    /// ```
    #[inline]
    pub fn worth(&self, case: &Case, tracer: &mut impl Tracer) -> Result<CaseWorth, TooLarge> {
        if case.method == MethodId::BY_GROUP {
            return self.points(case, tracer).map(CaseWorth::from);
        }
        self.worth_by_method(case, tracer)
    }

    #[inline(never)]
    fn worth_by_method(&self, case: &Case, tracer: &mut impl Tracer) -> Result<CaseWorth, TooLarge> {
        if let Some(CompiledMethod::ByDisease(at, _)) = self.methods.get(usize::from(case.method.0)) {
            self.trace_exit(*at, case, tracer);
        }
        match self.paid_by(case)? {
            PaidBy::Plain => self.points(case, tracer).map(CaseWorth::from),
            PaidBy::ByGroup(at, method) => self.worth_by_group(at, method, case, tracer),
            PaidBy::PerDiem(at, method) => self.worth_per_diem(at, method, case, tracer),
            PaidBy::ByDisease(at) => self.worth_by_disease(at, case, tracer),
            PaidBy::ByItem(at, method) => self.worth_by_item(at, method, case, tracer),
            PaidBy::Capitation(_) => Ok(worth_by_head(tracer)),
        }
    }

    pub(super) fn paid_by(&self, case: &Case) -> Result<PaidBy<'_>, TooLarge> {
        let method = |at: u16| self.methods.get(usize::from(at)).ok_or(TooLarge(Rule::CaseClass));
        Ok(match method(case.method.0)? {
            CompiledMethod::Plain => PaidBy::Plain,
            CompiledMethod::ByGroup(at, by_group) => PaidBy::ByGroup(*at, by_group),
            CompiledMethod::PerDiem(at, per_diem) => PaidBy::PerDiem(*at, per_diem),
            CompiledMethod::ByItem(at, by_item) => PaidBy::ByItem(*at, by_item),
            CompiledMethod::Capitation(at) => PaidBy::Capitation(*at),
            CompiledMethod::ByDisease(at, by_disease) => match self.exit(by_disease, case)? {
                Some(to) => match method(to.0)? {
                    CompiledMethod::ByItem(at, by_item) => PaidBy::ByItem(*at, by_item),
                    _ => return Err(TooLarge(Rule::CaseClass)),
                },
                None => PaidBy::ByDisease(*at),
            },
        })
    }

    fn exit(&self, method: &CompiledByDisease, case: &Case) -> Result<Option<MethodId>, TooLarge> {
        let Some(to) = method.exit_to else { return Ok(None) };
        Ok(self.exits(case)?.then_some(to))
    }

    /// The class of a case whose method is not `[pricing]` as it stands.
    #[cold]
    pub(super) fn class_by_method(&self, case: &Case) -> CaseClass {
        match self.paid_by(case) {
            Ok(PaidBy::ByGroup(_, method)) if method.by_cost.is_some() && case.group.is_some() => CaseClass::ByCost,
            Ok(PaidBy::ByGroup(_, method)) => match self.as_group_case(method, case) {
                Ok(case) => self.class_in_group(&case),
                Err(_) => CaseClass::Ungrouped,
            },
            Ok(PaidBy::Plain) | Err(_) => self.class_in_group(case),
            Ok(PaidBy::PerDiem(..)) => CaseClass::PerDiem,
            Ok(PaidBy::ByDisease(_)) => CaseClass::ByDisease,
            Ok(PaidBy::ByItem(..)) => CaseClass::ByItem,
            Ok(PaidBy::Capitation(_)) => CaseClass::Capitated,
        }
    }

    /// The case as its group is looked at, where it is paid by group and has a cost ratio.
    pub(super) fn in_group(&self, case: &Case) -> Result<Option<Case>, TooLarge> {
        match self.paid_by(case)? {
            PaidBy::Plain => Ok(Some(*case)),
            PaidBy::ByGroup(_, method) if method.by_cost.is_none() => self.as_group_case(method, case).map(Some),
            _ => Ok(None),
        }
    }
}

/// The hospital is paid for the person, so the case itself is worth nothing.
fn worth_by_head(tracer: &mut impl Tracer) -> CaseWorth {
    tracer.step(|| Step {
        rule: Rule::ByHead,
        inputs: Vec::new(),
        expression: "0".to_owned(),
        rounding: None,
        result: Fen(0).to_string(),
    });
    CaseWorth {
        class: CaseClass::Capitated,
        worth: Worth::Money(Fen(0)),
    }
}
