//! The identities of funds: what they paid for hospitals is what their pools' budgets lost, and the
//! balance is accounted for to the fen.

use super::BrokenIdentity;
use crate::compiled::CompiledPolicy;
use crate::decimal::units;
use crate::{FundStatement, PoolAccount};

impl CompiledPolicy {
    /// hospitals = Σ (budget − left_in_fund) of the fund's pools; opening + income = hospitals +
    /// procurement + other_spending + closing.
    ///
    /// ```
    /// use dianzhi_core::{example, CompiledPolicy, FenSum, Fund, FundSpending, Silent};
    /// let mut policy = example::policy();
    /// policy.pools.truncate(1);
    /// policy.funds = vec![Fund {
    ///     id: "employee".to_owned(),
    ///     pools: vec!["employee".to_owned()],
    ///     opening: 0.into(),
    ///     income: 20_000.into(),
    ///     other_spending: 0.into(),
    ///     warning: Vec::new(),
    ///     deficit: None,
    ///     prepayment: None,
    /// }];
    /// let policy = CompiledPolicy::new(&policy, &example::groups(), &example::hospitals()).unwrap();
    /// let settled = dianzhi_core::settle(&policy, &[], &[]).unwrap();
    /// let nothing = FundSpending::default();
    /// let mut statement = policy.policy().fund_statement(0, nothing, &mut Silent).unwrap();
    /// assert!(policy.broken_funds(&[statement.clone()], &settled.pools).is_empty());
    /// statement.closing = FenSum(1); // where has the income gone?
    /// assert_eq!(policy.broken_funds(&[statement], &settled.pools).len(), 1);
    /// ```
    #[must_use]
    pub fn broken_funds(&self, statements: &[FundStatement], accounts: &[PoolAccount]) -> Vec<BrokenIdentity> {
        let mut broken = Vec::new();
        for of in statements {
            let rules = &self.policy.funds[of.fund];
            let pools = accounts
                .iter()
                .filter(|account| self.policy.fund_of(usize::from(account.pool.0)) == Some(of.fund));
            let spent: i128 = pools
                .map(|account| account.price.budget.0 - account.left_in_fund.0)
                .sum();
            // At most 2 decimals, or the policy would have been refused.
            let fen = |value| units(value, 2).unwrap_or_default();
            let (hospitals, procurement) = (of.of_run.hospitals.0, of.of_run.procurement.0);
            let gone = hospitals + procurement + fen(rules.other_spending) + of.closing.0;
            for (identity, left, right) in [
                ("hospitals = Σ (budget − left_in_fund)", hospitals, spent),
                (
                    "opening + income = hospitals + procurement + other_spending + closing",
                    fen(rules.opening) + fen(rules.income),
                    gone,
                ),
            ] {
                if left != right {
                    broken.push(BrokenIdentity {
                        pool: rules.id.clone(),
                        identity,
                        left,
                        right,
                    });
                }
            }
        }
        broken
    }
}
