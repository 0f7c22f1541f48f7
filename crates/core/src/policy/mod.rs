//! The policy of one region and year: what a region file says, as plain data.
//!
//! Field names are the keys of the region file. [`Policy::breaches`] names everything that
//! contradicts itself or leaves its range; whoever read the policy knows where each key stands.

mod adjust;
mod alliance;
mod apart;
mod breaches;
mod budget;
mod budget_breaches;
mod by_cost;
mod capitation;
mod clearing;
mod coefficients;
mod deviation;
mod deviation_breaches;
mod fund;
mod growth;
mod heads;
mod high_cap;
mod method_breaches;
mod methods;
mod monthly;
mod point_value;
mod pool_clearing;
mod procurement;
mod routes;
mod support;

pub use adjust::{
    Adjust, LevelQuota, OverQuota, Quota, QuotaOf, QuotaPeriod, READMISSION_DAYS_MAX, Readmission, SameStay,
    SpecialReview,
};
pub use alliance::{Alliance, AllianceMember};
pub use apart::Apart;
pub use breaches::{Breach, BreachKind, Remedy};
pub use budget::{AmountFrom, Budget, BudgetChange, BudgetNode, BudgetTree};
pub use by_cost::{AtMost, ByCost};
pub use capitation::{AgeFactor, Capitation};
pub use clearing::{
    Assessment, Clearing, ClearingFor, ClearingOf, Compare, OverspendBand, ScoreBy, ScoreStep, Sharing, Surplus,
    SurplusBand,
};
pub use coefficients::{BonusAs, Bonuses, Coefficients, CombineBonuses, MissingCoefficient};
pub(crate) use deviation::ratio_key;
pub use deviation::{
    Deviation, Extreme, ExtremePay, OutlierCoefficient, TIERS_MAX, Threshold, ThresholdTier, Yardstick,
};
pub use fund::{Fund, FundPrepayment, WarningTier};
pub use growth::Grown;
pub use heads::{Insured, PublicHealth};
pub use high_cap::{HighCap, LevelCap};
pub use methods::{BY_GROUP, ByDisease, ByGroup, ByItem, Charge, DayRate, GroupAs, LongStay, Methods, PayIn, PerDiem};
pub use monthly::{Monthly, MonthlyOf};
pub use point_value::PointValueBounds;
pub use pool_clearing::PoolClearing;
pub use procurement::Procurement;
pub use routes::{Condition, Pattern, ROUTES_MAX, Route, Test};
pub use support::{CoefficientStep, Support, SupportAssessment, SupportBonuses};

use crate::RoundingMode;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// Most decimals that `rounding.points` and `rounding.point_value` may name.
pub const PLACES_MAX: u32 = 12;
/// Most nodes that a budget tree may have; real ones have a few.
pub const BUDGETS_MAX: usize = 256;
/// The largest budget or prepayment, in fen: 999,999,999,999.99 yuan.
pub const BUDGET_FEN_MAX: i64 = 99_999_999_999_999;

/// 统筹基金支付: the column of the claims that every pool's booked fund holds.
pub const HIFP_PAY: &str = "hifp_pay";

/// The payment policy of a region for one insurance year.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Policy {
    /// `[rounding]`
    pub rounding: Rounding,
    /// `[[budget]]`: the nodes above the pools; empty where every pool stands by itself.
    pub budgets: Vec<Budget>,
    /// `[[pool]]`, in the order of the outputs.
    pub pools: Vec<Pool>,
    /// `[[route]]`, in order; without any, every claim is paid by group out of its type's pool.
    pub routes: Vec<Route>,
    /// `[[apart]]`: items that routes pay apart from the rest of a case.
    pub apart: Vec<Apart>,
    /// The methods beside `[pricing]`.
    pub methods: Methods,
    /// `[pricing]`
    pub pricing: Pricing,
    /// `[coefficients]`; without it k is the hospitals table's.
    pub coefficients: Option<Coefficients>,
    /// `[support]`; without it a case keeps its initial points.
    pub support: Option<Support>,
    /// `[deviation]`
    pub deviation: Deviation,
    /// `[auxiliary]`; without it no case has a factor of its own.
    pub auxiliary: Option<Auxiliary>,
    /// Rules that change the points of a few cases when all are priced; none by default.
    pub adjust: Adjust,
    /// `ungrouped.share`: the share of its cost-based points that an ungrouped case (未入组) keeps.
    pub ungrouped_share: Decimal,
    /// `[fund_share]`
    pub fund_share: FundShare,
    /// `[pool_clearing]`; without it D is shared out as it stands.
    pub pool_clearing: Option<PoolClearing>,
    /// `[clearing]`
    pub clearing: Clearing,
    /// `[[clearing_for]]`; a pool named in none is cleared by `[clearing]`.
    pub clearing_for: Vec<ClearingFor>,
    /// `[monthly]`; without it a part of the year advances nothing.
    pub monthly: Option<Monthly>,
    /// `[[alliance]]`: county alliances with pools of their own.
    pub alliances: Vec<Alliance>,
    /// `[procurement]`; without it nothing is kept of procured drugs.
    pub procurement: Option<Procurement>,
    /// `[[fund]]`: insurance funds above the pools; empty where they are not looked at.
    pub funds: Vec<Fund>,
}

/// `[rounding]`: decimals and mode of every named rounding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rounding {
    /// Decimals of points.
    pub points: u32,
    /// Decimals of the point value.
    pub point_value: u32,
    /// How ties and fractions go.
    pub mode: RoundingMode,
    /// Who gets the fen that rounding leaves over.
    pub remainder: Remainder,
}

/// `rounding.remainder`: what happens to the difference between the distributable budget and the
/// sum of the rounded payments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Remainder {
    /// It stays with the fund (or the fund bears it).
    Fund,
    /// Every fen is handed out, to the cases with the largest part cut off (最大余数法).
    LargestRemainder,
}

/// `[[pool]]`: one global budget 总额预算 and the insurance types that share it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pool {
    /// Name in the outputs.
    pub id: String,
    /// National insurance type codes (险种 `insutype`) paid from this pool.
    pub insutype: Vec<String>,
    /// Columns of the claims whose sum is what the pool's funds booked: [`HIFP_PAY`] and whatever
    /// else its budget covers (大病、大额).
    pub funds: Vec<String>,
    /// The year's budget in yuan, before its changes; not used where there is a share, people insured,
    /// or a base year.
    pub budget: Decimal,
    /// The base year's budget and its growth, in place of a budget of its own.
    pub grown: Option<Grown>,
    /// The people insured that the budget comes from, in place of a budget of its own.
    pub insured: Vec<Insured>,
    /// 公共卫生经费 that comes to it.
    pub public_health: Option<PublicHealth>,
    /// The node of the budget tree that it belongs to.
    pub of: Option<String>,
    /// Its share of that node, in place of a budget of its own.
    pub share: Option<Decimal>,
    /// What was added to its budget during the year.
    pub changes: Vec<BudgetChange>,
    /// 调剂金: the share of the budget kept for overspend compensation.
    pub reserve: Decimal,
    /// 费率 in yuan per weight; needed with [`PricingMethod::Rate`].
    pub base_rate: Option<Decimal>,
    /// 点值上下限: between which the point value stays.
    pub point_value: Option<PointValueBounds>,
    /// The pool whose point value it pays by, in place of one of its own.
    pub point_value_of: Option<String>,
}

/// `[pricing]`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pricing {
    /// Points and a point value, or weights and a base rate.
    pub method: PricingMethod,
    /// Kinds of group that every hospital is paid alike for (同病同价).
    pub coefficient_not_for: Vec<GroupKind>,
    /// Regional mean cost of a case, in yuan.
    pub mean_cost_all: Decimal,
    /// Base points of a case of mean cost (100, 1000; 1 for weights).
    pub scale: Decimal,
}

/// `pricing.method`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PricingMethod {
    /// 点数法: the budget divided by all points gives the point value.
    Points,
    /// 费率法: the base rate is fixed beforehand.
    Rate,
}

/// Kind of a disease group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GroupKind {
    /// 普通病组／核心病种
    Core,
    /// 基层病种 (primary-care group)
    Basic,
    /// 中医优势病种 (traditional Chinese medicine)
    Tcm,
}

/// `[auxiliary]`: how the factor of a DIP directory's auxiliary catalogues (辅助目录) counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Auxiliary {
    /// What a case with a factor is compared with.
    pub compare_with: CompareWith,
}

/// `auxiliary.compare_with`: whose mean cost gives the cost ratio of a case with a factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CompareWith {
    /// The type's. The factor is a coefficient of normal cases; outliers go by cost, without it.
    Type,
    /// The sub-type's, which is the type's × the factor, as the factor is the one's mean ÷ the
    /// other's. The sub-type has base points × factor, in every class.
    SubType,
}

/// `[fund_share]`: what part of a payment standard the pooled fund (统筹基金) owes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct FundShare {
    /// The method.
    pub method: FundShareMethod,
    /// Fund share of the pool's cost, for the three ratio methods; `None` takes the year's own.
    pub pool_ratio: Option<Decimal>,
    /// Whether a negative due is lifted to 0.
    pub floor_at_zero: bool,
}

/// `fund_share.method`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FundShareMethod {
    /// The points are points of the fund alone; the standard is the due.
    FundPoints,
    /// The standard less what others than the pooled fund paid (差额法).
    Difference,
    /// The standard at the share that the fund paid of this case's bill.
    ActualRatio,
    /// The standard less the patient's own items, at the case's reimbursement ratio 报销比例.
    ReimbursementRatio,
    /// The standard less the share of it that the patient's own items have of the bill, at the case's
    /// reimbursement ratio 比例折算.
    ScaledRatio,
}

impl FundShareMethod {
    /// The word used in region files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            FundShareMethod::FundPoints => "fund-points",
            FundShareMethod::Difference => "difference",
            FundShareMethod::ActualRatio => "actual-ratio",
            FundShareMethod::ReimbursementRatio => "reimbursement-ratio",
            FundShareMethod::ScaledRatio => "scaled-ratio",
        }
    }

    /// Whether the numerator is the budget divided by the pool's ratio κ.
    #[must_use]
    pub fn is_ratio(self) -> bool {
        self == FundShareMethod::ActualRatio || self.has_benefit()
    }

    /// Whether it takes off what the patient bears beforehand and goes by the case's reimbursement ratio
    /// ([`Benefit`](crate::Benefit)).
    #[must_use]
    pub fn has_benefit(self) -> bool {
        matches!(self, FundShareMethod::ReimbursementRatio | FundShareMethod::ScaledRatio)
    }
}
