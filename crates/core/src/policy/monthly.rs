//! `[monthly]`: what of a month's settlement is paid before the yearly clearing 月度预结算.

use super::Policy;
use super::breaches::Breaches;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// `[monthly]`: of what a hospital is due, or booked, in the part of the year that was settled, this
/// share is advanced; the rest waits for the yearly clearing.
///
/// advance = ⟦max(0, S) × `share`⟧m, or ⟦max(0, F) × `share`⟧m. Sources: at least 85 % a month in
/// 浙医保联发〔2019〕21号; 95 %, the rest a deposit, in DIP cities of Hubei (published, documents to be
/// checked). Which of the two it is a share of is the region's policy (unconfirmed).
///
/// ```
/// use dianzhi_core::{example, FenSum, Monthly, MonthlyOf, Silent};
/// let mut policy = example::policy();
/// policy.monthly = Some(Monthly { of: MonthlyOf::Due, share: "0.95".parse().unwrap() });
/// // due 10,000.01, booked 9,000.00
/// let advance = policy.monthly_advance(FenSum(1_000_001), FenSum(900_000), &mut Silent).unwrap();
/// assert_eq!(advance, Some(FenSum(950_001)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Monthly {
    /// What the share is of.
    pub of: MonthlyOf,
    /// The share, 0 to 1.
    pub share: Decimal,
}

/// `monthly.of`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MonthlyOf {
    /// S: what the fund owes by the rules.
    Due,
    /// F: what the fund booked.
    Booked,
}

impl Breaches {
    pub(super) fn monthly(&mut self, policy: &Policy) {
        if let Some(monthly) = &policy.monthly {
            self.share("monthly.share", monthly.share);
        }
    }
}
