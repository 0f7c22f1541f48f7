//! `[coefficients]` 机构系数: how the hospital coefficient comes about where it is more than a column
//! of the hospitals table: by hospital and group, with bonuses, within bounds.

use super::Policy;
use super::breaches::{BreachKind, Breaches};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// `[coefficients]`: k = min(max(⟦basic + b⟧k, from), to), or ⟦basic × (1 + b)⟧k.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coefficients {
    /// The basic coefficient where no row of the coefficients table fits.
    pub missing: MissingCoefficient,
    /// The bonuses of the bonuses table; `None` without one.
    pub bonuses: Option<Bonuses>,
    /// The least that k may be.
    pub cap_from: Option<Decimal>,
    /// The most that k may be.
    pub cap_to: Option<Decimal>,
    /// Decimals that k is rounded to; `None` leaves it exact.
    pub decimals: Option<u32>,
}

/// `coefficients.missing`: the basic coefficient of a hospital and group without a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MissingCoefficient {
    /// The column `coefficient` of the hospitals table.
    Hospital,
    /// 1, as for a new group (新增病组).
    One,
}

impl MissingCoefficient {
    /// The word used in region files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            MissingCoefficient::Hospital => "hospital",
            MissingCoefficient::One => "one",
        }
    }
}

/// `coefficients.bonuses` 加成: what becomes of the rows of the bonuses table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bonuses {
    /// Of several rows of a hospital.
    pub combine: CombineBonuses,
    /// How they go into k.
    pub count_as: BonusAs,
    /// The most that they come to.
    pub at_most: Option<Decimal>,
}

/// `coefficients.bonuses.combine`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CombineBonuses {
    /// 只取最高一项.
    Highest,
    /// 各项相加.
    Sum,
}

/// `coefficients.bonuses.count_as`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BonusAs {
    /// basic + b
    Added,
    /// basic × (1 + b)
    Share,
}

impl Coefficients {
    /// Whether k is held within bounds.
    #[must_use]
    pub fn has_cap(&self) -> bool {
        self.cap_from.is_some() || self.cap_to.is_some()
    }
}

impl Breaches {
    pub(super) fn coefficients(&mut self, policy: &Policy) {
        let Some(rules) = &policy.coefficients else { return };
        let ends = [("from", rules.cap_from), ("to", rules.cap_to)];
        for (end, value) in ends.into_iter().filter_map(|(end, value)| Some((end, value?))) {
            self.above_zero(&format!("coefficients.cap.{end}"), value);
        }
        if let (Some(from), Some(to)) = (rules.cap_from, rules.cap_to)
            && from > to
        {
            self.add(
                BreachKind::Contradiction,
                "coefficients.cap.from",
                Some("coefficients.cap.to"),
                format!("系数下限 {from} 高于上限 {to}"),
                format!("the least coefficient {from} is above the most {to}"),
            );
        }
        if let Some(at_most) = rules.bonuses.and_then(|bonuses| bonuses.at_most) {
            self.not_negative("coefficients.bonuses.at_most", at_most);
        }
    }
}
