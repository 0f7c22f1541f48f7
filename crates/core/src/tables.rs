//! The reference tables a policy is applied with: disease groups, hospitals, their coefficients, prices.

use crate::GroupKind;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// A disease group (病组 of DRG, 病种 of DIP).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// Code, compared exactly as it stands.
    pub code: String,
    /// Name for people.
    pub name: String,
    /// Kind.
    pub kind: GroupKind,
    /// Base points 基准点数 (or relative weight 权重, or disease score 病种分值).
    pub base_points: Decimal,
    /// Mean cost of the group in the region, in yuan.
    pub mean_cost: Decimal,
    /// 稳定性, as the region writes it: stable, unstable, few cases; empty where it does not.
    pub stability: String,
}

/// A hospital (定点医疗机构).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Hospital {
    /// National code `fixmedins_code`.
    pub code: String,
    /// Name for people.
    pub name: String,
    /// Level, as the region writes it.
    pub level: String,
    /// Hospital coefficient 机构系数.
    pub coefficient: Decimal,
    /// Yearly assessment score 考核得分, 0 to 100.
    pub assessment_score: Decimal,
    /// Yearly credit score 信用得分, 0 to 100, where the region keeps one.
    pub credit_score: Option<Decimal>,
    /// The county alliance 医共体 that it belongs to; empty for none.
    pub alliance: String,
}

/// The fixed price of a disease (按病种、收付费).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Price {
    /// The id of its `[[by_disease]]`.
    pub method: String,
    /// The code that the method looks up, compared exactly as it stands.
    pub code: String,
    /// Hospital level it is for; `None` for every level without a price of its own.
    pub level: Option<String>,
    /// Yuan a case, or points where the method pays in points.
    pub price: Decimal,
    /// The fund's share of the price; the rest is the patient's. `None` goes by `[fund_share]`.
    pub fund_share: Option<Decimal>,
}

/// A row of the coefficients table 机构系数: what hospital, level and group it is for, each `None` for any.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Coefficient {
    /// A hospital's code.
    pub hospital: Option<String>,
    /// A hospital level; not beside a hospital.
    pub level: Option<String>,
    /// A group's code.
    pub group: Option<String>,
    /// The basic coefficient, above 0.
    pub coefficient: Decimal,
}

/// A row of the bonuses table 机构系数加成.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bonus {
    /// The hospital's code.
    pub hospital: String,
    /// What it is for, as the region writes it: level, specialty, CMI, assessment, credit.
    pub kind: String,
    /// How much; below 0 it is a reduction.
    pub bonus: Decimal,
}
