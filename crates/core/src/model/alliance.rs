//! An alliance's statement, written down once more (docs/SETTLEMENT.md §5.13).

use super::book::worth;
use super::{Book, ModelStatement, Q, exact, fen, rounded};
use crate::{Alliance, RoundingMode};
use num_traits::{One, Signed, Zero};

/// What became of an alliance's budget in one pool, in yuan.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelAlliance {
    /// Budget.
    pub budget: Q,
    /// Reserve.
    pub reserve: Q,
    /// Σ cleared of hospitals that are no members.
    pub outside: Q,
    /// What members are due.
    pub inside: Q,
    /// What is left, below 0 an overspend.
    pub balance: Q,
    /// Kept of a surplus.
    pub kept: Q,
    /// What of it stays in the fund.
    pub left: Q,
    /// The fund's part of an overspend.
    pub fund_bears: Q,
    /// The members' part of it.
    pub members_bear: Q,
}

impl Book<'_> {
    /// §5.13: the statement of the alliance that a pool at a position is of, given the hospitals of the
    /// pool as cleared; `None` where it is nobody's.
    #[must_use]
    pub fn alliance_of(&self, pool: usize, statements: &[ModelStatement]) -> Option<ModelAlliance> {
        let id = &self.policy.pools[pool].id;
        let alliance = self.policy.alliances.iter().find(|of| of.pools.contains(id))?;
        Some(self.alliance(alliance, pool, statements))
    }

    /// The same, and every member with its part of it.
    pub fn split(&self, pool: usize, statements: &mut [ModelStatement]) -> Option<ModelAlliance> {
        let id = &self.policy.pools[pool].id;
        let alliance = self.policy.alliances.iter().find(|of| of.pools.contains(id))?;
        let of = self.alliance(alliance, pool, statements);
        split_among(alliance, &(&of.kept - &of.members_bear), statements);
        Some(of)
    }

    fn alliance(&self, alliance: &Alliance, pool: usize, statements: &[ModelStatement]) -> ModelAlliance {
        let (mut outside, mut inside) = (Q::zero(), Q::zero());
        for statement in statements {
            match statement.band {
                "alliance" => inside += &statement.due + &statement.capitation,
                _ => outside += &statement.cleared,
            }
        }
        let budget = self.budget(pool);
        let reserve = self.money(&(&budget * exact(self.policy.pools[pool].reserve)));
        let distributable = &budget - &reserve;
        let spent = &outside + &inside;
        let balance = &distributable - &spent;
        let mut of = ModelAlliance {
            budget,
            reserve,
            outside,
            inside,
            kept: Q::zero(),
            left: Q::zero(),
            fund_bears: Q::zero(),
            members_bear: Q::zero(),
            balance,
        };
        if of.balance.is_negative() {
            // Band by band the stretch of what was spent that lies in it.
            let mut shared = Q::zero();
            let mut bottom = distributable.clone();
            for band in &alliance.overspend {
                let top = exact(band.up_to) * &distributable;
                if spent > bottom {
                    shared += exact(band.fund_share) * (spent.clone().min(top.clone()) - &bottom).max(Q::zero());
                }
                bottom = top;
            }
            of.fund_bears = self.money(&shared).min(of.reserve.clone());
            of.members_bear = -&of.balance - &of.fund_bears;
        } else {
            let q = match (&alliance.assessment, alliance.score) {
                (Some(assessment), Some(score)) => worth(assessment, score),
                _ => Q::one(),
            };
            of.kept = self.money(&(self.money(&(exact(alliance.keep) * &of.balance)) * q));
            of.left = &of.balance - &of.kept;
        }
        of
    }
}

/// Adds to every member its share of an amount that may be below 0: cut to the fen, and the fen left to
/// the largest parts cut off, ties by code.
fn split_among(alliance: &Alliance, amount: &Q, statements: &mut [ModelStatement]) {
    let sign = if amount.is_negative() { -Q::one() } else { Q::one() };
    let whole = amount.abs();
    let mut left = whole.clone();
    let mut order = Vec::new();
    for member in &alliance.members {
        let part = exact(member.share) * &whole;
        let cut = rounded(&part, 2, RoundingMode::Down);
        left -= &cut;
        order.push((-(part - &cut), member.fixmedins_code.as_str(), cut));
    }
    order.sort();
    for (_, code, mut part) in order {
        if left >= fen() {
            part += fen();
            left -= fen();
        }
        if let Some(statement) = statements.iter_mut().find(|statement| statement.hospital == code) {
            statement.alliance_part = &sign * part;
            statement.cleared += &statement.alliance_part;
        }
    }
}
