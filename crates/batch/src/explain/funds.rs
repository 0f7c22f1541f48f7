//! What a hospital keeps of procured drugs, what the year leaves of a fund, and what it prepays, explained.

use super::origin::Origins;
use super::{Explainer, PublishedRow, Section, section, taken_again};
use crate::error::Failure;
use crate::settle::{funds, procurement};
use dianzhi_core::{HospitalId, PoolId, Trace};

impl Explainer<'_> {
    /// What the hospital keeps of procured drugs out of a pool, batch by batch.
    pub(super) fn procured(
        &self,
        pool: PoolId,
        hospital: HospitalId,
        origins: &Origins<'_>,
    ) -> Result<Vec<Section>, Failure> {
        let id = self.pool_id(pool);
        let mut sections = Vec::new();
        let all = self.settled.procurement.iter();
        for account in all.filter(|account| account.pool == pool && account.hospital == hospital) {
            let mut trace = Trace::default();
            let policy = self.inputs.policy.policy();
            let again = policy.procurement_kept(&account.drugs, account.score, &mut trace);
            again.map_err(taken_again)?;
            let batch = &account.batch;
            let (zh, en) = (
                format!("资金池 {id} 集采批次 {batch} 的结余留用"),
                format!("Kept of procured drugs, batch {batch}, pool {id}"),
            );
            sections.push(section(&zh, &en, &trace.steps, origins));
        }
        Ok(sections)
    }

    /// What the year leaves of the fund of a pool; nothing where the pool is of none.
    pub(super) fn fund(&self, pool: PoolId, origins: &Origins<'_>) -> Result<Option<Section>, Failure> {
        let policy = self.inputs.policy.policy();
        let Some(at) = policy.fund_of(usize::from(pool.0)) else {
            return Ok(None);
        };
        let of = &self.settled.funds.statements[at];
        let mut trace = Trace::default();
        policy.fund_statement(at, of.of_run, &mut trace).map_err(taken_again)?;
        let id = &policy.funds[at].id;
        let (zh, en) = (format!("基金 {id} 的结余"), format!("Balance of fund {id}"));
        Ok(Some(section(&zh, &en, &trace.steps, origins)))
    }

    /// What the hospital is prepaid for the next year out of a pool, behind what its fund has left.
    pub(super) fn next_prepayment(
        &self,
        pool: PoolId,
        hospital: HospitalId,
        origins: &Origins<'_>,
    ) -> Result<Vec<Section>, Failure> {
        let mut all = self.settled.funds.prepayments.iter();
        let Some(next) = all.find(|next| next.pool == pool && next.hospital == hospital) else {
            return Ok(Vec::new());
        };
        let mut trace = Trace::default();
        let statements = &self.settled.funds.statements;
        let again = funds::prepayment(&self.inputs.policy, statements, pool, next.cleared, &mut trace);
        again.map_err(taken_again)?;
        let id = self.pool_id(pool);
        let (zh, en) = (
            format!("资金池 {id} 的下年度预付金"),
            format!("Prepayment for the next year, pool {id}"),
        );
        let mut sections: Vec<Section> = self.fund(pool, origins)?.into_iter().collect();
        sections.push(section(&zh, &en, &trace.steps, origins));
        Ok(sections)
    }

    /// The rows of procurement.csv and next_prepayments.csv of a hospital in a pool.
    pub(super) fn of_fund(&self, pool: &str, hospital: &str) -> Result<Vec<PublishedRow>, Failure> {
        let policy = &self.inputs.policy;
        let mut rows = Vec::new();
        if let Some(computed) = procurement::csv(policy, &self.settled.procurement) {
            rows.extend(self.published("procurement.csv", &computed, &[pool, hospital])?);
        }
        if let Some(computed) = funds::prepayments_csv(policy, &self.settled.funds) {
            rows.extend(self.published("next_prepayments.csv", &computed, &[pool, hospital])?);
        }
        Ok(rows)
    }

    /// The row of funds.csv of the fund that a pool belongs to.
    pub(super) fn fund_row(&self, pool: PoolId) -> Result<Vec<PublishedRow>, Failure> {
        let policy = &self.inputs.policy;
        let fund = policy.policy().fund_of(usize::from(pool.0));
        match fund.zip(funds::csv(policy, &self.settled.funds)) {
            Some((at, computed)) => self.published("funds.csv", &computed, &[&policy.policy().funds[at].id]),
            None => Ok(Vec::new()),
        }
    }
}
