//! A pool's budget from the people insured: heads × rate, and public-health money.

use super::breaches::Breaches;
use super::{BUDGET_FEN_MAX, BreachKind, Policy, Pool};
use crate::RoundingMode;
use crate::decimal::rational;
use crate::rounding::round;
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::ToPrimitive;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// One row of `insured` of a `[[pool]]`: people of one class and what each brings a year.
///
/// budget = ⟦Σ heads × `per_head` + `public_health`⟧m, in place of a `budget` of its own. Source: 医共体
/// 总额 by people insured, bundled with public-health money: 福州市“十四五”全民医疗保障专项规划 chapter 3
/// section 4; the figures are the region's.
///
/// ```
/// use dianzhi_core::{example, Insured, PublicHealth};
/// let mut policy = example::policy();
/// policy.pools[0].budget = 0.into();
/// policy.pools[0].insured = vec![Insured {
///     class: "employee".to_owned(),
///     heads: "30.5".parse().unwrap(),
///     per_head: "600.01".parse().unwrap(),
/// }];
/// policy.pools[0].public_health = Some(PublicHealth {
///     amount: "1000.00".parse().unwrap(),
///     reason: "basic public health".to_owned(),
/// });
/// // 18,300.305 and 1,000.00
/// assert_eq!(policy.budget_tree().of_pool(0).budget, 1_930_031);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Insured {
    /// Who they are, for people to read; unique within the pool.
    pub class: String,
    /// People, as a mean over the year; 0 or more.
    pub heads: Decimal,
    /// Yuan a head and year, with at most 2 decimals.
    pub per_head: Decimal,
}

/// `public_health` of a `[[pool]]`: 公共卫生经费 bundled with the fund's money.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicHealth {
    /// Yuan for the year, 0 or more, with at most 2 decimals.
    pub amount: Decimal,
    /// Which money it is, with its document.
    pub reason: String,
}

impl Pool {
    /// Whether its budget comes from the people insured.
    #[must_use]
    pub fn is_by_heads(&self) -> bool {
        !self.insured.is_empty()
    }

    /// ⟦Σ heads × `per_head` + `public_health`⟧m in fen, where the budget comes from heads. Beyond every
    /// budget it is held just there, which is refused.
    pub(crate) fn by_heads(&self, mode: RoundingMode) -> Option<i128> {
        if !self.is_by_heads() {
            return None;
        }
        let of_heads = |row: &Insured| rational(row.heads) * rational(row.per_head);
        let mut yuan: BigRational = self.insured.iter().map(of_heads).sum();
        if let Some(more) = &self.public_health {
            yuan += rational(more.amount);
        }
        let fen = round(&(yuan * BigInt::from(100)), 0, mode).to_i128();
        let most = i128::from(BUDGET_FEN_MAX) + 1;
        Some(fen.map_or(most, |fen| fen.min(most)))
    }
}

impl Breaches {
    pub(super) fn heads(&mut self, policy: &Policy, i: usize, pool: &Pool) {
        let key = |name: &str| format!("pool[{i}].{name}");
        if let Some(more) = &pool.public_health {
            let amount = key("public_health.amount");
            self.not_negative(&amount, more.amount);
            self.decimals(&amount, more.amount, 2);
            if more.reason.is_empty() {
                self.range(
                    &key("public_health.reason"),
                    "\"\"",
                    "不为空",
                    "a reason that is not empty",
                );
                self.remedy("写明是哪一笔经费与文号", "write which money it is, with its document");
            }
            if !pool.is_by_heads() {
                self.add(
                    BreachKind::Contradiction,
                    &key("public_health"),
                    Some(&key("budget")),
                    "public_health 只与 insured 同写：写了 budget 的，经费已在预算之内".to_owned(),
                    "public_health stands beside insured only: a budget that is written has it inside".to_owned(),
                );
            }
        }
        if let Some(share) = pool.share.filter(|_| pool.is_by_heads()) {
            self.add(
                BreachKind::Contradiction,
                &key("insured"),
                Some(&key("share")),
                format!("预算要么由人数得出，要么取上级的比例（{share}）"),
                format!("a budget comes from heads, or is a share ({share}) of the one above"),
            );
        }
        for (k, row) in pool.insured.iter().enumerate() {
            let here = |name: &str| key(&format!("insured[{k}].{name}"));
            if row.class.is_empty() {
                self.no_name(&here("class"));
            }
            if let Some(j) = pool.insured[..k].iter().position(|other| other.class == row.class) {
                self.twice(&here("class"), &key(&format!("insured[{j}].class")), &row.class);
            }
            self.not_negative(&here("heads"), row.heads);
            self.not_negative(&here("per_head"), row.per_head);
            self.decimals(&here("per_head"), row.per_head, 2);
        }
        if let Some(fen) = pool.by_heads(policy.rounding.mode)
            && fen > i128::from(BUDGET_FEN_MAX)
        {
            let sum: Decimal = pool
                .insured
                .iter()
                .fold(Decimal::ZERO, |sum, row| sum.saturating_add(row.heads));
            self.add(
                BreachKind::OutOfRange,
                &key("insured"),
                None,
                format!("{sum} 人的预算超过 999999999999.99 元"),
                format!("the budget of {sum} people passes 999999999999.99 yuan"),
            );
            self.remedy("核对人数和每人标准", "check the people and the rate a head");
        }
    }
}
