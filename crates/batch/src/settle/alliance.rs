//! alliances.csv: what became of every alliance's budgets.

use crate::output::format::push_record;
use dianzhi_core::{AllianceStatement, CompiledPolicy, PoolAccount};

/// The columns of alliances.csv.
pub(crate) const COLUMNS: [&str; 11] = [
    "alliance",
    "pool",
    "budget",
    "reserve",
    "outside",
    "inside",
    "balance",
    "kept",
    "left",
    "fund_bears",
    "members_bear",
];

/// Every alliance with each of its pools, in the order of the policy, and its statement there.
pub fn statements<'a>(
    policy: &'a CompiledPolicy,
    accounts: &'a [PoolAccount],
) -> impl Iterator<Item = (&'a str, &'a str, &'a AllianceStatement)> {
    let rules = policy.policy();
    let all = rules
        .alliances
        .iter()
        .flat_map(|of| of.pools.iter().map(move |pool| (of, pool)));
    all.filter_map(|(of, id)| {
        let at = rules.pools.iter().position(|pool| pool.id == *id)?;
        let statement = accounts.get(at)?.alliance.as_ref()?;
        Some((of.id.as_str(), id.as_str(), statement))
    })
}

/// alliances.csv; `None` where there is no alliance.
pub(crate) fn csv(policy: &CompiledPolicy, accounts: &[PoolAccount]) -> Option<Vec<u8>> {
    if policy.policy().alliances.is_empty() {
        return None;
    }
    let mut out = (COLUMNS.join(",") + "\n").into_bytes();
    for (alliance, pool, of) in statements(policy, accounts) {
        let figures = [
            of.budget,
            of.reserve,
            of.outside,
            of.inside,
            of.balance,
            of.kept,
            of.left,
            of.fund_bears,
            of.members_bear,
        ];
        let figures = figures.map(|figure| figure.to_string());
        push_record(
            &mut out,
            [alliance, pool].into_iter().chain(figures.iter().map(String::as_str)),
        );
    }
    Some(out)
}
