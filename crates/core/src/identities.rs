//! The identities that every run must satisfy, checked in release builds too
//! (docs/SETTLEMENT.md §6). A broken one is a defect of the engine, never of the input.

mod alliance;
mod funds;

use crate::compiled::CompiledPolicy;
use crate::pool::Totals;
use crate::{
    Compare, FundShareMethod, HospitalId, HospitalStatement, PoolAccount, PricingMethod, Remainder, RoundingMode,
};
use std::collections::BTreeMap;

/// A figure of an account.
type Of<T> = fn(&T) -> i128;

/// An identity that does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("pool {pool}: {identity} does not hold: {left} against {right}")]
pub struct BrokenIdentity {
    /// The pool's id.
    pub pool: String,
    /// The identity, as docs/SETTLEMENT.md writes it.
    pub identity: &'static str,
    /// Its left side, in fen, points units or cases.
    pub left: i128,
    /// Its right side.
    pub right: i128,
}

impl CompiledPolicy {
    /// Checks the account of a pool against sums taken again from the published cases.
    ///
    /// Identities: the cases' sums are the hospitals' and the pool's; Σ due + Σ capitation + remainder = D;
    /// what is due by head is the accounts' of its hospital and pool; S is Σ due + Σ capitation, the
    /// hospital's cap, or the lower of both;
    /// every final payment is its hospital's cleared less what was held and prepaid;
    /// budget = Σ final payment + Σ prepaid + left in fund; an alliance's statement accounts for its
    /// budget and its members' parts; the remainder is 0 under
    /// `largest-remainder` and within the rounding bound under `fund`.
    ///
    /// ```
    /// use dianzhi_core::{example, settle, Claim, CompiledPolicy, Fen, FenSum};
    /// let policy = CompiledPolicy::new(&example::policy(), &example::groups(), &example::hospitals()).unwrap();
    /// let case = policy.case(Some("ES25"), "H001", "310", Fen(900_000), Fen(600_000)).unwrap();
    /// let mut settled = settle(&policy, &[Claim { id: "S1", case, apart: &[] }], &[]).unwrap();
    /// let account = &mut settled.pools[0];
    /// assert!(policy.broken_identities(account, &account.totals).is_empty());
    /// account.left_in_fund = FenSum(account.left_in_fund.0 + 1); // a fen from nowhere
    /// assert_eq!(policy.broken_identities(account, &account.totals).len(), 1);
    /// ```
    #[must_use]
    pub fn broken_identities(&self, account: &PoolAccount, cases: &Totals) -> Vec<BrokenIdentity> {
        let pool = self
            .policy
            .pools
            .get(usize::from(account.pool.0))
            .map_or_else(String::new, |p| p.id.clone());
        let mut broken = Vec::new();
        let mut equal = |identity: &'static str, left: i128, right: i128| {
            if left != right {
                broken.push(BrokenIdentity {
                    pool: pool.clone(),
                    identity,
                    left,
                    right,
                });
            }
        };
        let mut hospitals = Totals::default();
        for statement in &account.statements {
            hospitals.merge(&statement.totals);
        }
        let sums: [(&'static str, Of<Totals>); 5] = [
            ("cases", |t| t.cases.into()),
            ("points", |t| t.points),
            ("medfee_sumamt", |t| t.medical_cost),
            ("hifp_pay", |t| t.fund_billed),
            ("due", |t| t.due),
        ];
        for (name, of) in sums {
            equal(name, of(cases), of(&hospitals));
            equal(name, of(&hospitals), of(&account.totals));
        }
        let paid: i128 = account.statements.iter().map(|s| s.final_payment.0 + s.prepaid.0).sum();
        let distributable = account.price.distributable.0;
        equal(
            "Σdue + Σcapitation + remainder = D",
            cases.due + account.capitation.0 + account.remainder.0,
            distributable,
        );
        equal(
            "reserve + D = budget",
            account.price.reserve.0 + distributable,
            account.price.budget.0,
        );
        equal(
            "budget = Σfinal_payment + Σprepaid + left_in_fund",
            paid + account.left_in_fund.0,
            account.price.budget.0,
        );
        let (mut amounts, mut by_head) = (0, BTreeMap::<HospitalId, i128>::new());
        for of in self.of_pool(account.pool) {
            amounts += of.amount.0;
            *by_head.entry(of.hospital).or_default() += of.due().0;
        }
        equal("capitation amount of the pool", account.price.capitation.0, amounts);
        equal("capitation of the pool", account.capitation.0, by_head.values().sum());
        let compare = self.policy.clearing_of(usize::from(account.pool.0)).rules.compare;
        for s in &account.statements {
            let due_by_head = by_head.remove(&s.hospital).unwrap_or(0);
            equal("capitation of a hospital", s.capitation.0, due_by_head);
            let own = s.totals.due + s.capitation.0;
            let compared = match (compare, s.cap) {
                (Compare::Due, _) | (_, None) => own,
                (Compare::InstitutionCap, Some(cap)) => cap.0,
                (Compare::Lower, Some(cap)) => cap.0.min(own),
            };
            equal("S = Σdue + Σcapitation, or the cap", s.compared.0, compared);
        }
        // Whoever is paid by head has a statement.
        let left_out = by_head.values().sum();
        equal("capitation of a hospital", 0, left_out);
        let pool_sums: [(&'static str, Of<HospitalStatement>, i128); 2] = [
            ("compensation", |s| s.compensation.0, account.compensation.0),
            ("cleared", |s| s.cleared.0, account.cleared.0),
        ];
        for (name, of, published) in pool_sums {
            equal(name, account.statements.iter().map(of).sum(), published);
        }
        for s in &account.statements {
            let owed = s.cleared.0 - s.deposit.0 + s.deposit_returned.0 - s.prepaid.0;
            equal(
                "final_payment = cleared − deposit + returned − prepaid",
                s.final_payment.0,
                owed,
            );
        }
        for (identity, left, right) in self.alliance_identities(account) {
            equal(identity, left, right);
        }
        let over = account.compensation.0.max(account.price.reserve.0);
        equal("Σcompensation within the reserve", over, account.price.reserve.0);
        if let Some(bound) = self.remainder_bound(account) {
            let left = account.unexplained_remainder().0.abs();
            equal("|remainder| within its bound", left.max(bound), bound);
        }
        broken
    }

    /// The largest remainder, in fen, that roundings can leave, where the policy has a bound.
    fn remainder_bound(&self, account: &PoolAccount) -> Option<i128> {
        let policy = &self.policy;
        let by_points = policy.pricing.method == PricingMethod::Points;
        let whole = matches!(
            policy.fund_share.method,
            FundShareMethod::FundPoints | FundShareMethod::Difference
        );
        if !by_points || !whole || policy.fund_share.floor_at_zero || account.totals.points == 0 {
            return None;
        }
        let of = policy.pools.get(usize::from(account.pool.0));
        let borrows = of.is_some_and(|pool| pool.point_value_of.is_some());
        if account.price.held_at.is_some() || borrows {
            return None;
        }
        if policy.rounding.remainder == Remainder::LargestRemainder {
            return Some(0);
        }
        if policy.rounding.mode == RoundingMode::Down {
            return None;
        }
        // cases × ½ fen + P × ½ unit of V; the remainder is whole fen, so the bound may be cut down.
        let places = policy.rounding.points + policy.rounding.point_value;
        let half_units = account
            .totals
            .points
            .checked_mul(10i128.pow(2u32.saturating_sub(places)))?;
        let from_value = half_units / 10i128.pow(places.saturating_sub(2));
        Some((i128::from(account.totals.cases) + from_value) / 2)
    }
}
