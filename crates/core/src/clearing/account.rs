//! What a clearing is of and what it gives: hospitals and pools. Money in whole fen.

use super::AllianceStatement;
use crate::FenSum;
use crate::compiled::{HospitalId, PoolId};
use crate::pool::{PoolPrice, Totals};
use serde::Serialize;

/// Which rule a hospital is cleared by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Band {
    /// Nothing due: S ≤ 0.
    None,
    /// Booked below the surplus floor.
    UnderFloor,
    /// Booked no more than due.
    Surplus,
    /// Booked more than due.
    Overspend,
    /// A member of the alliance whose pool it is: due, and a part of what the alliance keeps or bears.
    Alliance,
}

impl Band {
    /// The word in the outputs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Band::None => "none",
            Band::UnderFloor => "under-floor",
            Band::Surplus => "surplus",
            Band::Overspend => "overspend",
            Band::Alliance => "alliance",
        }
    }
}

/// A hospital of a pool before its clearing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HospitalYear {
    /// The hospital.
    pub hospital: HospitalId,
    /// Sums over its cases, dues included.
    pub totals: Totals,
    /// Paid during the year 预付与月度预结.
    pub prepaid: FenSum,
}

/// A hospital's clearing in one pool. Money in whole fen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HospitalStatement {
    /// The hospital.
    pub hospital: HospitalId,
    /// Sums over its cases; `fund_billed` is F.
    pub totals: Totals,
    /// What it is due by head.
    pub capitation: FenSum,
    /// Its institution cap, where there is one.
    pub cap: Option<FenSum>,
    /// S: Σ due with the capitation, the cap, or the lower of both, as the policy says.
    pub compared: FenSum,
    /// F ÷ S in millionths; `None` where S ≤ 0.
    pub ratio_millionths: Option<i128>,
    /// The rule it is cleared by.
    pub band: Band,
    /// The fund's part of its overspend.
    pub compensation: FenSum,
    /// Its part of what its alliance keeps, below 0 of what it bears.
    pub alliance_part: FenSum,
    /// What the year's cases come to.
    pub cleared: FenSum,
    /// 质量保证金 held back.
    pub deposit: FenSum,
    /// The part of it returned by assessment.
    pub deposit_returned: FenSum,
    /// Paid during the year.
    pub prepaid: FenSum,
    /// What is paid (or claimed back, below 0) at the end.
    pub final_payment: FenSum,
}

/// The account of one pool after clearing. Money in whole fen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolAccount {
    /// The pool.
    pub pool: PoolId,
    /// Its price.
    pub price: PoolPrice,
    /// Sums over its cases.
    pub totals: Totals,
    /// Σ due by head.
    pub capitation: FenSum,
    /// D − Σ due of cases and heads.
    pub remainder: FenSum,
    /// Σ compensation.
    pub compensation: FenSum,
    /// Σ cleared.
    pub cleared: FenSum,
    /// Budget − Σ (cleared − deposit + returned).
    pub left_in_fund: FenSum,
    /// The statement of the alliance whose pool it is.
    pub alliance: Option<AllianceStatement>,
    /// Its hospitals, by code in byte order.
    pub statements: Vec<HospitalStatement>,
}

impl PoolAccount {
    /// What of the remainder roundings and bounds leave: less what the fund keeps or bears of the
    /// pool's own surplus or overspend, and less what assessments withhold of what is paid by head.
    #[must_use]
    pub fn unexplained_remainder(&self) -> FenSum {
        let withheld = self.price.capitation.0 - self.capitation.0;
        FenSum(self.remainder.0 - self.price.kept_by_fund().0 - withheld)
    }
}
