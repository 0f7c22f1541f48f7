//! `[[alliance]]`: a county alliance 紧密型县域医共体 with budgets of its own.

use super::breaches::Breaches;
use super::{Assessment, BreachKind, Compare, OverspendBand, Policy, ScoreBy};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// `[[alliance]]` 医共体: hospitals that answer together for the care of the people insured with them.
///
/// Its pools hold its budgets, and routes send them all claims of its people. Of each pool, after the
/// care bought outside and what its members are due inside, the rest is the alliance's: it keeps
/// ⟦⟦`keep` × balance⟧m × q⟧m of a surplus, and of an overspend the fund bears its share of the
/// `overspend` bands, at most the reserve; either is split among the members by their shares.
///
/// Source: 结余留用、合理超支分担 of tight county alliances: 中共中央 国务院关于深化医疗保障制度改革的意见
/// (2020) (十一); 河南省、福州市、盐城市 14th five-year plans. Which care counts at which price, and that
/// the fund's part comes out of the reserve, are this project's defaults (unconfirmed).
///
/// ```
/// use dianzhi_core::{example, Alliance, AllianceMember};
/// let mut policy = example::policy();
/// let member = |code: &str, share: &str| AllianceMember {
///     fixmedins_code: code.to_owned(),
///     share: share.parse().unwrap(),
/// };
/// policy.alliances = vec![Alliance {
///     id: "north".to_owned(),
///     pools: vec!["employee".to_owned()],
///     members: vec![member("H001", "0.6"), member("H002", "0.4")],
///     keep: "0.8".parse().unwrap(),
///     score: None,
///     assessment: None,
///     overspend: Vec::new(),
/// }];
/// assert!(policy.breaches().is_empty());
/// policy.alliances[0].members.pop();
/// assert_eq!(policy.breaches()[0].key, "alliance[0].members"); // 0.6 is not the whole
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alliance {
    /// Name in the outputs.
    pub id: String,
    /// Its pools, by id: each has its statement, for funds are accounted apart.
    pub pools: Vec<String>,
    /// Its hospitals with their shares, which come to 1.
    pub members: Vec<AllianceMember>,
    /// The share of a surplus that it keeps.
    pub keep: Decimal,
    /// Its yearly assessment score, 0 to 100.
    pub score: Option<Decimal>,
    /// What part of what it would keep it keeps by that score; all of it where this is left out.
    pub assessment: Option<Assessment>,
    /// The bands of overspend that the fund shares.
    pub overspend: Vec<OverspendBand>,
}

/// A member of an alliance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AllianceMember {
    /// `fixmedins_code`
    pub fixmedins_code: String,
    /// Its share of what the alliance keeps, or bears.
    pub share: Decimal,
}

impl Policy {
    /// The alliance that a pool at a position is of, by position.
    #[must_use]
    pub fn alliance_of(&self, pool: usize) -> Option<(usize, &Alliance)> {
        let id = &self.pools.get(pool)?.id;
        let mut all = self.alliances.iter().enumerate();
        all.find(|(_, alliance)| alliance.pools.contains(id))
    }
}

impl Breaches {
    pub(super) fn alliances(&mut self, policy: &Policy) {
        for (i, alliance) in policy.alliances.iter().enumerate() {
            let key = |name: &str| format!("alliance[{i}].{name}");
            if alliance.id.is_empty() {
                self.no_name(&key("id"));
            }
            if let Some(j) = policy.alliances[..i].iter().position(|other| other.id == alliance.id) {
                self.twice(&key("id"), &format!("alliance[{j}].id"), &alliance.id);
            }
            if alliance.pools.is_empty() {
                self.range(&key("pools"), "[]", "至少列一个资金池", "a list of at least one pool");
                self.remedy("列出其预算所在的资金池", "list the pools that hold its budgets");
            }
            for k in 0..alliance.pools.len() {
                self.alliance_pool(policy, i, k);
            }
            self.members(i, alliance);
            self.share(&key("keep"), alliance.keep);
            self.overspend(&format!("alliance[{i}]"), &alliance.overspend);
            if let Some(assessment) = &alliance.assessment {
                self.assessment(&key("assessment"), assessment);
            }
            if alliance
                .assessment
                .as_ref()
                .is_some_and(|of| of.by() == ScoreBy::CreditScore)
            {
                self.add(
                    BreachKind::Contradiction,
                    &key("assessment.by"),
                    Some(&key("score")),
                    "医共体按自己的 score 考核，没有信用得分".to_owned(),
                    "an alliance is assessed by its own score; it has no credit score".to_owned(),
                );
            }
            match (alliance.score, &alliance.assessment) {
                (Some(score), Some(_)) if score < Decimal::ZERO || score > Decimal::ONE_HUNDRED => {
                    self.range(&key("score"), score, "在 0 到 100 之间", "between 0 and 100");
                }
                (Some(_), None) => self.add(
                    BreachKind::Contradiction,
                    &key("score"),
                    None,
                    "有 score 而没有 assessment：得分无处可用".to_owned(),
                    "there is a score and no assessment that looks at it".to_owned(),
                ),
                (None, Some(_)) => self.add(
                    BreachKind::Contradiction,
                    &key("assessment"),
                    None,
                    "有 assessment 而没有 score：不知按什么得分".to_owned(),
                    "there is an assessment and no score for it".to_owned(),
                ),
                _ => {}
            }
        }
    }

    fn alliance_pool(&mut self, policy: &Policy, i: usize, k: usize) {
        let id = &policy.alliances[i].pools[k];
        let here = format!("alliance[{i}].pools[{k}]");
        let Some(pool) = policy.pools.iter().position(|pool| pool.id == *id) else {
            self.unknown(&here, id, "[[pool]]", policy.pools.iter().map(|pool| &pool.id));
            return;
        };
        let before = policy.alliances[..=i].iter().enumerate().find_map(|(j, earlier)| {
            let until = if j == i { k } else { earlier.pools.len() };
            let at = earlier.pools[..until].iter().position(|other| other == id)?;
            Some(format!("alliance[{j}].pools[{at}]"))
        });
        if let Some(other) = before {
            self.twice(&here, &other, id);
        }
        let of = policy.clearing_of(pool);
        if of.rules.compare != Compare::Due {
            self.add(
                BreachKind::Contradiction,
                &here,
                Some(&format!("{}.compare", of.section)),
                format!("医共体的资金池 {id} 以自己的预算为限，不能再与机构总额控制指标比较"),
                format!("pool {id} is an alliance's, which answers for it as a whole; its hospitals cannot be compared with caps"),
            );
        }
        if policy.pool_clearing.is_some() && policy.pools[pool].point_value_of.is_none() {
            self.add(
                BreachKind::Contradiction,
                &here,
                Some("pool_clearing"),
                format!("医共体自担结余与超支；资金池 {id} 须写 point_value_of，不能再由 [pool_clearing] 划分"),
                format!("an alliance answers for its surplus and overspend itself: pool {id} needs a point_value_of, and is none of [pool_clearing]"),
            );
        }
    }

    fn members(&mut self, i: usize, alliance: &Alliance) {
        let key = format!("alliance[{i}].members");
        for (k, member) in alliance.members.iter().enumerate() {
            let here = |name: &str| format!("{key}[{k}].{name}");
            let code = &member.fixmedins_code;
            if code.is_empty() {
                self.range(&here("fixmedins_code"), "\"\"", "不为空", "a code that is not empty");
                self.remedy("写成员医疗机构的代码", "write the code of the member");
            }
            let before = alliance.members[..k]
                .iter()
                .position(|other| other.fixmedins_code == *code);
            if let Some(j) = before {
                self.twice(&here("fixmedins_code"), &format!("{key}[{j}].fixmedins_code"), code);
            }
            self.share(&here("share"), member.share);
        }
        let sum = alliance
            .members
            .iter()
            .try_fold(Decimal::ZERO, |sum, member| sum.checked_add(member.share));
        if sum != Some(Decimal::ONE) {
            let sum = sum.unwrap_or(Decimal::MAX);
            self.add(
                BreachKind::OutOfRange,
                &key,
                None,
                format!("医共体 {} 各成员的 share 合计 {sum}，应为 1", alliance.id),
                format!(
                    "the shares of the members of {} come to {sum}; they must come to 1",
                    alliance.id
                ),
            );
            self.remedy(
                "照分配表改正各成员的 share；一个成员写 \"1\"",
                "correct the shares by the table of the alliance; a single member has \"1\"",
            );
        }
    }
}
