//! The last look at a record that passed the checks: its group, its factor, its route. Whoever reads
//! a file again takes the same look, so that positions stay in step.

use super::block::{AMBIGUOUS, GROUPED_HERE, NOT_GROUPED, NOT_IN_DIRECTORY};
use super::checks::{Accepted, Checks, GroupKey, Verdict};
use super::layout::Layout;
use super::reject::RejectCode;
use super::row::Row;
use super::stay::FoundStay;
use crate::grouping::place::Factor;
use crate::input::header::Header;
use crate::routing::{Bits, Known, RouteColumns, positions};
use dianzhi_core::{CaseDetail, CaseFactor, Fen, PayerId, Rest, Silent};
use dianzhi_grouper::{Reason, Status};
use dianzhi_policy::Diagnostic;

/// The group of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GroupFound<'a> {
    /// In the groups table.
    Known(u32),
    None,
    /// A code that the groups table does not have.
    Unknown(&'a [u8]),
}

/// An accepted record with all that is kept of it.
pub(crate) struct Admitted<'a> {
    pub(crate) group: GroupFound<'a>,
    pub(crate) flags: u8,
    pub(crate) factor: CaseFactor,
    /// What grouping says of it.
    pub(crate) reasons: Vec<Reason>,
    pub(crate) payer: u16,
    pub(crate) detail: Option<CaseDetail>,
    /// What the funds of its pool booked, in fen.
    pub(crate) booked: i64,
    /// Routes that lacked a price for it.
    pub(crate) passed_over: Bits,
    /// What is left of it, where items are paid apart.
    pub(crate) rest: Option<Rest>,
    /// Whose stay it is and when it was, where the policy asks.
    pub(super) stay: Option<FoundStay>,
    /// Its days, 0 where nothing says them; where they are kept.
    pub(super) days: Option<u32>,
}

/// What becomes of a record that passed the checks.
pub(crate) enum Admission<'a> {
    In(Admitted<'a>),
    Out(RejectCode, &'static str),
    /// A figure has more digits than a case holds: the run stops and names the record.
    DoesNotFit(&'static str),
}

impl Checks {
    /// Whether claims need nothing but their own group code, one policy all the year.
    #[inline]
    pub(crate) fn is_plain(&self) -> bool {
        self.plain
    }

    /// The period of the policy that a day lies in.
    fn period(&self, day: u32) -> usize {
        self.later_from.partition_point(|&from| from <= day)
    }

    /// Where the columns stand that routes ask for.
    pub(crate) fn route_columns(&self, header: &Header) -> RouteColumns {
        let router = self.router.as_ref();
        router.map_or_else(RouteColumns::default, |router| router.columns(&self.policy, header))
    }

    /// Whether a file has every column that is taken off the cost, as a deduction or to be paid apart, or
    /// booked beside `hifp_pay`: nothing stands for an amount that is not there.
    ///
    /// # Errors
    /// Those that are missing.
    pub(super) fn amounts_are_there(&self, header: &Header, file: &str) -> Result<(), Vec<Diagnostic>> {
        let mut names = super::funds::names(self.policy.policy());
        if let Some(router) = &self.router {
            names.extend(router.asked(&self.policy).1);
        }
        let mut missing = Vec::new();
        for name in names {
            missing.extend(header.require([name], file).err().into_iter().flatten());
        }
        if missing.is_empty() { Ok(()) } else { Err(missing) }
    }

    /// The group that a claim's own code names.
    #[inline]
    pub(crate) fn own_group<'a>(key: GroupKey, row: &Row<'a>, layout: &Layout) -> GroupFound<'a> {
        match key {
            GroupKey::Known(group) => GroupFound::Known(group),
            GroupKey::Empty => GroupFound::None,
            GroupKey::Unknown => GroupFound::Unknown(row.get(layout.group).bytes()),
        }
    }

    /// Whether a record becomes a claim.
    pub(crate) fn takes(&self, row: &Row<'_>, layout: &Layout) -> bool {
        let Verdict::Accepted(accepted) = self.judge(row, layout) else {
            return false;
        };
        // Grouping by itself rejects nothing.
        (self.router.is_none() && !self.has_funds) || matches!(self.admit(row, layout, &accepted), Admission::In(_))
    }

    /// Positions of the routes that lacked a price, a rate or people for a claim that a later one took.
    pub(crate) fn passed_over(&self, row: &Row<'_>, layout: &Layout) -> Vec<usize> {
        let Verdict::Accepted(accepted) = self.judge(row, layout) else {
            return Vec::new();
        };
        match self.admit(row, layout, &accepted) {
            Admission::In(admitted) => positions(admitted.passed_over).collect(),
            _ => Vec::new(),
        }
    }

    /// Groups and routes an accepted record.
    pub(crate) fn admit<'a>(&'a self, row: &Row<'a>, layout: &Layout, accepted: &Accepted) -> Admission<'a> {
        let mut admitted = Admitted {
            group: Checks::own_group(accepted.group, row, layout),
            flags: 0,
            factor: CaseFactor::ONE,
            reasons: Vec::new(),
            payer: accepted.insutype,
            detail: None,
            booked: accepted.billed,
            passed_over: 0,
            rest: None,
            stay: None,
            days: self.is_history.then(|| layout.days.days(row).unwrap_or(0)),
        };
        let mut amounts = Vec::new();
        if !self.place(row, layout, accepted.group, &mut admitted) {
            return Admission::DoesNotFit("factor");
        }
        if let Some(router) = &self.router {
            let (group, group_code) = match admitted.group {
                GroupFound::Known(group) => (Some(group), &b""[..]),
                GroupFound::None => (None, &b""[..]),
                GroupFound::Unknown(code) => (None, code),
            };
            let known = Known {
                insutype: accepted.insutype,
                hospital: accepted.hospital,
                group,
                group_code,
                cost: accepted.cost,
            };
            match router.route(&self.policy, row, &layout.route, &known) {
                Ok(routed) => {
                    admitted.payer = routed.payer;
                    admitted.detail = routed.detail;
                    admitted.passed_over = routed.passed_over;
                    amounts = routed.amounts;
                }
                Err((code, field)) => return Admission::Out(code, field),
            }
        }
        let period = self.period(accepted.decisive);
        admitted.payer = self.policy.payer_in(period, PayerId(admitted.payer)).0;
        if self.has_funds
            && let Some((_, payer)) = self.policy.payer(PayerId(admitted.payer))
        {
            match Checks::booked(row, &layout.funds, usize::from(payer.pool.0), accepted) {
                Ok(booked) => admitted.booked = booked,
                Err((code, field)) => return Admission::Out(code, field),
            }
        }
        if !amounts.is_empty() {
            let (cost, booked) = (Fen(accepted.cost), Fen(admitted.booked));
            match self.take_apart(admitted.payer, &amounts, (cost, booked), layout) {
                Ok(rest) => admitted.rest = rest,
                Err(field) => return Admission::Out(RejectCode::E116, field),
            }
        }
        if self.needs_stays {
            admitted.stay = Some(self.stay(row, layout, &admitted));
        }
        Admission::In(admitted)
    }

    /// What is left of a claim; nothing where it has none of the items.
    ///
    /// # Errors
    /// The item with which nothing is left of the cost.
    fn take_apart(
        &self,
        payer: u16,
        amounts: &[Fen],
        (cost, booked): (Fen, Fen),
        layout: &Layout,
    ) -> Result<Option<Rest>, &'static str> {
        let Some((policy, payer)) = self.policy.payer(PayerId(payer)) else {
            return Ok(None);
        };
        let rest = policy.take_apart(payer, cost, booked, amounts, &mut Silent);
        let Some(rest) = rest else {
            let mut left = cost.0;
            let uses_up = |amount: &Fen| {
                left -= amount.0;
                left <= 0
            };
            let at = amounts.iter().position(uses_up).unwrap_or(0);
            return Err(payer.apart.get(at).map_or("", |item| layout.route.apart_name(*item)));
        };
        Ok((!rest.parts.is_empty()).then_some(rest))
    }

    /// Group and factor, where a scheme or a directory gives them; false where a factor does not fit.
    fn place<'a>(&'a self, row: &Row<'a>, layout: &Layout, key: GroupKey, admitted: &mut Admitted<'a>) -> bool {
        let Some(grouping) = &self.grouping else { return true };
        let factor = if key == GroupKey::Empty {
            let placed = grouping.place(row, &layout.stay);
            admitted.group = match placed.code {
                None => GroupFound::None,
                Some(code) => self
                    .group(code)
                    .map_or(GroupFound::Unknown(code.as_bytes()), GroupFound::Known),
            };
            admitted.flags = GROUPED_HERE
                | match placed.status {
                    Status::Grouped => 0,
                    Status::Ambiguous => AMBIGUOUS,
                    _ => NOT_GROUPED,
                };
            admitted.reasons = placed.reasons;
            placed.factor
        } else if self.has_factors {
            let code = row.get(layout.group).bytes();
            let (factor, reasons) = grouping.factor(row, &layout.stay, code);
            admitted.reasons = reasons;
            factor
        } else {
            return true;
        };
        if !matches!(admitted.group, GroupFound::Known(_)) {
            // Without a group there is no score to multiply.
            return true;
        }
        match factor {
            Factor::Is(factor) => admitted.factor = factor,
            Factor::NotInDirectory => admitted.flags |= NOT_IN_DIRECTORY,
            Factor::DoesNotFit => return false,
        }
        true
    }
}
