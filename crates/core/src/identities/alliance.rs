//! The identities of an alliance's statement: its budget to the fen, and its members' parts.

use crate::compiled::CompiledPolicy;
use crate::{HospitalStatement, PoolAccount};

/// What is to be equal: name, left, right.
type Pairs = Vec<(&'static str, i128, i128)>;

impl CompiledPolicy {
    /// budget = reserve + outside + inside + kept + left − fund_bears − members_bear; what is outside and
    /// inside is the hospitals'; every member is cleared at its due and its part, and the parts come
    /// to what is kept, or borne.
    pub(super) fn alliance_identities(&self, account: &PoolAccount) -> Pairs {
        let members = self.members_of(account.pool);
        let sum = |is_member: bool, of: fn(&HospitalStatement) -> i128| {
            let all = account.statements.iter();
            let all = all.filter(|s| members.contains(&s.hospital) == is_member);
            all.map(of).sum::<i128>()
        };
        let mut pairs: Pairs = vec![(
            "parts of an alliance outside of it",
            sum(false, |s| s.alliance_part.0.abs()),
            0,
        )];
        let is_there = i128::from(account.alliance.is_some());
        pairs.push((
            "statement of an alliance",
            is_there,
            i128::from(self.alliance_of_pool(account.pool).is_some()),
        ));
        let Some(of) = &account.alliance else { return pairs };
        let price = &account.price;
        let spent = of.outside.0 + of.inside.0;
        pairs.extend([
            ("budget of an alliance = its pool's", of.budget.0, price.budget.0),
            ("reserve of an alliance = its pool's", of.reserve.0, price.reserve.0),
            (
                "outside = Σ cleared of others",
                of.outside.0,
                sum(false, |s| s.cleared.0),
            ),
            (
                "inside = Σ due of members",
                of.inside.0,
                sum(true, |s| s.totals.due + s.capitation.0),
            ),
            (
                "budget = reserve + outside + inside + balance",
                of.budget.0,
                of.reserve.0 + spent + of.balance.0,
            ),
            (
                "balance = kept + left − fund_bears − members_bear",
                of.balance.0,
                of.kept.0 + of.left.0 - of.fund_bears.0 - of.members_bear.0,
            ),
            (
                "Σ parts of members = kept − members_bear",
                sum(true, |s| s.alliance_part.0),
                of.split().0,
            ),
            (
                "cleared of a member = due + part",
                sum(true, |s| (s.cleared.0 - s.compared.0 - s.alliance_part.0).abs()),
                0,
            ),
            (
                "fund_bears within the reserve",
                of.fund_bears.0.max(of.reserve.0),
                of.reserve.0,
            ),
            (
                "none of kept, left, fund_bears, members_bear below 0",
                of.kept
                    .0
                    .min(of.left.0)
                    .min(of.fund_bears.0)
                    .min(of.members_bear.0)
                    .min(0),
                0,
            ),
        ]);
        pairs
    }
}
