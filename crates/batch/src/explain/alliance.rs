//! The statement of an alliance, explained with the pool whose budget it is, and with its members.

use super::origin::Origins;
use super::{Explainer, Section, section, taken_again};
use crate::codes::F110;
use crate::error::{Failure, error};
use dianzhi_core::{Alliance, HospitalId, PoolAccount, PoolId, Text, Trace};

impl Explainer<'_> {
    /// The steps of the statement; nothing where the pool is no alliance's.
    pub(super) fn alliance(&self, account: &PoolAccount, origins: &Origins<'_>) -> Result<Option<Section>, Failure> {
        let mut trace = Trace::default();
        let policy = &self.inputs.policy;
        let made = policy.trace_alliance(account, &mut trace).map_err(taken_again)?;
        let Some(made) = made else { return Ok(None) };
        let alliance = policy.policy().alliances.get(made.alliance);
        let id = alliance.map_or("", |alliance| &alliance.id);
        let (zh, en) = (
            format!("医共体 {id} 在资金池 {} 的结算", self.pool_id(account.pool)),
            format!("Alliance {id} in pool {}", self.pool_id(account.pool)),
        );
        Ok(Some(section(&zh, &en, &trace.steps, origins)))
    }

    pub(super) fn is_member(&self, pool: PoolId, hospital: HospitalId) -> bool {
        let policy = &self.inputs.policy;
        let code = policy
            .hospitals()
            .get(hospital.0 as usize)
            .map(|hospital| &hospital.code);
        let alliance = policy.policy().alliance_of(usize::from(pool.0));
        let mut members = alliance.into_iter().flat_map(|(_, alliance)| &alliance.members);
        members.any(|member| Some(&member.fixmedins_code) == code)
    }

    /// The id of the alliance whose pool this is, and alliances.csv as this program writes it.
    pub(super) fn alliance_row(&self, pool: PoolId) -> Option<(String, Vec<u8>)> {
        let policy = &self.inputs.policy;
        let (_, alliance) = policy.policy().alliance_of(usize::from(pool.0))?;
        let computed = crate::settle::alliance::csv(policy, &self.settled.accounts)?;
        Some((alliance.id.clone(), computed))
    }
}

/// An alliance asked for as a pool.
pub(super) fn no_pool(alliance: &Alliance) -> Failure {
    let id = &alliance.id;
    let text = Text::new(
        format!("{id} 是医共体（[[alliance]]），不是资金池：其结余与超支按资金池分别结算"),
        format!("{id} is an alliance ([[alliance]]) and no pool: its surplus and overspend are settled pool by pool"),
    );
    let help = Text::new(
        format!("解释其中一个资金池：--pool {}", alliance.pools.join("、--pool ")),
        format!("explain one of its pools: --pool {}", alliance.pools.join(", --pool ")),
    );
    error(F110, text, help).into()
}
