//! A budget from that of a base year and its growth.

use super::BUDGET_FEN_MAX;
use super::breaches::Breaches;
use super::{BreachKind, Budget, Pool};
use crate::RoundingMode;
use crate::decimal::rational;
use crate::rounding::round;
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, ToPrimitive};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// `base_year_budget` and `growth` of a `[[pool]]` or a `[[budget]]`, in place of an amount.
///
/// budget = ⟦`base_year_budget` × (1 + growth)⟧m, before its changes. Source: 总额预算 and its
/// negotiation (中共中央 国务院关于深化医疗保障制度改革的意见, 2020, (十一)); both figures are the
/// region's.
///
/// ```
/// use dianzhi_core::{example, Grown};
/// let mut policy = example::policy();
/// policy.pools[0].budget = 0.into();
/// policy.pools[0].grown = Some(Grown {
///     base_year_budget: "18796.31".parse().unwrap(),
///     growth: "0.065".parse().unwrap(),
/// });
/// // 20,018.07015
/// assert_eq!(policy.budget_tree().of_pool(0).budget, 2_001_807);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grown {
    /// The budget of the base year 基期预算 in yuan, 0 or more, with at most 2 decimals.
    pub base_year_budget: Decimal,
    /// What it grows by 增幅, as a share; below 0 where it shrinks, above −1.
    pub growth: Decimal,
}

impl Grown {
    /// ⟦`base_year_budget` × (1 + growth)⟧m in fen. Beyond every budget it is held just there, which is
    /// refused.
    pub(crate) fn budget(&self, mode: RoundingMode) -> i128 {
        let yuan = rational(self.base_year_budget) * (BigRational::one() + rational(self.growth));
        let fen = round(&(yuan * BigInt::from(100)), 0, mode).to_i128();
        let most = i128::from(BUDGET_FEN_MAX) + 1;
        fen.map_or(most, |fen| fen.min(most))
    }
}

impl Breaches {
    pub(super) fn grown_pool(&mut self, mode: RoundingMode, i: usize, pool: &Pool) {
        let Some(grown) = &pool.grown else { return };
        let here = format!("pool[{i}]");
        let others = [
            ("insured", pool.is_by_heads()),
            ("share", pool.share.is_some()),
            ("budget", !pool.budget.is_zero()),
        ];
        for (other, _) in others.into_iter().filter(|(_, there)| *there) {
            self.grown_and(&here, other);
        }
        self.grown(&here, grown, mode);
    }

    pub(super) fn grown_node(&mut self, mode: RoundingMode, i: usize, node: &Budget) {
        let Some(grown) = &node.grown else { return };
        let here = format!("budget[{i}]");
        let others = [("amount", node.amount.is_some()), ("share", node.share.is_some())];
        for (other, _) in others.into_iter().filter(|(_, there)| *there) {
            self.grown_and(&here, other);
        }
        self.grown(&here, grown, mode);
    }

    fn grown_and(&mut self, here: &str, other: &str) {
        self.add(
            BreachKind::Contradiction,
            &format!("{here}.base_year_budget"),
            Some(&format!("{here}.{other}")),
            format!("预算要么由基期预算和增幅得出，要么写 {other}，只取其一"),
            format!("a budget comes from a base year and its growth, or from {other}, not both"),
        );
    }

    fn grown(&mut self, here: &str, grown: &Grown, mode: RoundingMode) {
        let (base, growth) = (format!("{here}.base_year_budget"), format!("{here}.growth"));
        self.yuan_of_a_year(&base, grown.base_year_budget);
        if grown.growth <= Decimal::NEGATIVE_ONE {
            self.range(&growth, grown.growth, "大于 -1", "above -1");
            self.remedy(
                "增幅写成小数，下降 3% 写作 \"-0.03\"",
                "growth is a share: a cut of 3 % is written \"-0.03\"",
            );
        } else if grown.budget(mode) > BUDGET_FEN_MAX.into() {
            self.range(
                &growth,
                grown.growth,
                "使预算不超过 999999999999.99",
                "such that the budget is at most 999999999999.99",
            );
            self.remedy(
                "增幅写成小数，6.5% 写作 \"0.065\"",
                "growth is a share: 6.5 % is written \"0.065\"",
            );
        }
    }
}
