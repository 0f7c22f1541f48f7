//! Which route took a claim, and which before it had no price for it.

use super::Explainer;
use crate::claims::block::ClaimBlock;
use crate::claims::locate::read_again;
use crate::error::Failure;
use dianzhi_core::{PayerId, Text};

impl Explainer<'_> {
    /// `None` where the policy has no routes.
    pub(super) fn route(&self, block: &ClaimBlock, position: usize) -> Result<Option<Text>, Failure> {
        let policy = &self.inputs.policy;
        let payer = policy.payer(PayerId(block.claims[position].payer));
        let payer = payer.map(|(_, payer)| payer);
        let Some((payer, at)) = payer.and_then(|payer| Some((payer, payer.route?))) else {
            return Ok(None);
        };
        let named = |at: usize| policy.policy().routes.get(at).map_or("", |route| route.id.as_str());
        let method = policy.policy().routes.get(at).map_or("", |route| route.method.as_str());
        let (id, pool) = (named(at), self.pool_id(payer.pool));
        let line = self.inputs.region.source(&format!("route[{at}]"));
        let line = line.map_or(0, |source| source.line);
        let passed = self.passed_over(block, position)?;
        let passed: Vec<&str> = passed.into_iter().map(named).collect();
        let (zh, en) = match passed.join(", ") {
            none if none.is_empty() => ("此前各条都不合".to_owned(), "none before it fits".to_owned()),
            some => (
                format!("此前 {some} 的条件相符，而没有适用的价格、床日标准或参保人数"),
                format!("the conditions of {some} before it hold, but there is no price, day rate or enrolment for it"),
            ),
        };
        let number = at + 1;
        Ok(Some(Text::new(
            format!("第 {number} 条路由 {id}（政策文件第 {line} 行）取此病例：付费方式 {method}，资金池 {pool}；{zh}"),
            format!("route {number} of the policy, {id} (line {line}), takes it: method {method}, pool {pool}; {en}"),
        )))
    }

    fn passed_over(&self, block: &ClaimBlock, position: usize) -> Result<Vec<usize>, Failure> {
        let file = &self.claims().files[block.file];
        let checks = &self.settled.priced.checks;
        let mut passed = Vec::new();
        read_again(file, &[block], checks, None, |_, again| {
            if again.position == position {
                passed = checks.passed_over(&again.row, &file.layout);
            }
        })?;
        Ok(passed)
    }
}
