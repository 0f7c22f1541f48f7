//! The policy of one region and year: what a region file says, as plain data.
//!
//! Field names are the keys of the region file. [`Policy::breaches`] names everything that
//! contradicts itself or leaves its range; whoever read the policy knows where each key stands.

use crate::decimal::units;
use crate::{RoundingMode, Text};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// Most decimals that `rounding.points` and `rounding.point_value` may name.
pub const PLACES_MAX: u32 = 12;
/// The largest budget or prepayment, in fen: 999,999,999,999.99 yuan.
pub const BUDGET_FEN_MAX: i64 = 99_999_999_999_999;

/// The payment policy of a region for one insurance year.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Policy {
    /// `[rounding]`
    pub rounding: Rounding,
    /// `[[pool]]`, in the order of the outputs.
    pub pools: Vec<Pool>,
    /// `[pricing]`
    pub pricing: Pricing,
    /// `[deviation]`
    pub deviation: Deviation,
    /// `[auxiliary]`; without it no case has a factor of its own.
    pub auxiliary: Option<Auxiliary>,
    /// `ungrouped.share`: the share of its cost-based points that an ungrouped case (未入组) keeps.
    pub ungrouped_share: Decimal,
    /// `[fund_share]`
    pub fund_share: FundShare,
    /// `[clearing]`
    pub clearing: Clearing,
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
    /// The year's budget in yuan.
    pub budget: Decimal,
    /// 调剂金: the share of the budget kept for overspend compensation.
    pub reserve: Decimal,
    /// 费率 in yuan per weight; needed with [`PricingMethod::Rate`].
    pub base_rate: Option<Decimal>,
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

/// `[deviation]`: from which cost ratio 倍率 on a case is an outlier.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Deviation {
    /// 低倍率
    pub low: Threshold,
    /// 高倍率
    pub high: Threshold,
}

/// A bound on the cost ratio and the side it belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Threshold {
    /// Case cost ÷ group mean cost.
    pub ratio: Decimal,
    /// Whether a case exactly at the bound is an outlier.
    pub inclusive: bool,
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
    /// Fund share of the pool's cost, for the two ratio methods; `None` takes the year's own.
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
        }
    }

    /// Whether the numerator is the budget divided by the pool's ratio κ.
    #[must_use]
    pub fn is_ratio(self) -> bool {
        matches!(self, FundShareMethod::ActualRatio | FundShareMethod::ReimbursementRatio)
    }
}

/// `[clearing]`: 年终清算 of a hospital.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Clearing {
    /// Below this ratio of booked to due, only the booked amount is paid.
    pub surplus_floor: Decimal,
    /// 结余留用: the hospital's share of its surplus.
    pub surplus_keep: Decimal,
    /// 合理超支分担: bands of overspend, rising.
    pub overspend: Vec<OverspendBand>,
    /// 质量保证金: the share of the clearing held back.
    pub quality_deposit: Decimal,
    /// 考核: how the deposit comes back.
    pub assessment: Assessment,
}

/// One band of overspend and the fund's share in it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct OverspendBand {
    /// Upper end, as a ratio of booked to due.
    pub up_to: Decimal,
    /// The fund's share of what lies in the band.
    pub fund_share: Decimal,
}

/// How an assessment score returns the deposit: all from `full_from`, nothing below `none_below`,
/// score ÷ 100 between.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Assessment {
    /// Score from which the whole deposit returns.
    pub full_from: Decimal,
    /// Score below which none returns.
    pub none_below: Decimal,
}

/// The nature of a [`Breach`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BreachKind {
    /// A value outside its range.
    OutOfRange,
    /// A value with more decimals than its unit has.
    TooManyDecimals,
    /// Two values that contradict each other.
    Contradiction,
}

/// One value of a policy that cannot be applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    /// What is wrong with it.
    pub kind: BreachKind,
    /// The key, as `pool[1].budget`, with positions from 0.
    pub key: String,
    /// The other key, in a contradiction.
    pub other: Option<String>,
    /// What was found and what is expected.
    pub text: Text,
}

impl Policy {
    /// Everything in this policy that is out of range or contradicts itself, in the order of the
    /// region file; empty for a policy that can be applied.
    ///
    /// ```
    /// let mut policy = dianzhi_core::example::policy();
    /// assert!(policy.breaches().is_empty());
    /// policy.pools[0].reserve = "1.5".parse().unwrap();
    /// assert_eq!(policy.breaches()[0].key, "pool[0].reserve");
    /// ```
    #[must_use]
    pub fn breaches(&self) -> Vec<Breach> {
        let mut found = Breaches::default();
        found.rounding(self);
        found.pools(self);
        found.pricing(self);
        found.deviation(&self.deviation);
        found.share("ungrouped.share", self.ungrouped_share);
        if let Some(ratio) = self.fund_share.pool_ratio
            && (ratio <= Decimal::ZERO || ratio > Decimal::ONE)
        {
            found.range(
                "fund_share.pool_ratio",
                ratio,
                "大于 0 且不超过 1",
                "above 0 and at most 1",
            );
        }
        found.clearing(&self.clearing);
        found.0
    }
}

#[derive(Default)]
struct Breaches(Vec<Breach>);

impl Breaches {
    fn add(&mut self, kind: BreachKind, key: &str, other: Option<&str>, zh: String, en: String) {
        self.0.push(Breach {
            kind,
            key: key.to_owned(),
            other: other.map(str::to_owned),
            text: Text::new(zh, en),
        });
    }

    fn range(&mut self, key: &str, found: impl std::fmt::Display, zh: &str, en: &str) {
        self.add(
            BreachKind::OutOfRange,
            key,
            None,
            format!("{key} 为 {found}，应{zh}"),
            format!("{key} is {found}; it must be {en}"),
        );
    }

    fn share(&mut self, key: &str, value: Decimal) {
        if value < Decimal::ZERO || value > Decimal::ONE {
            self.range(key, value, "在 0 到 1 之间", "between 0 and 1");
        }
    }

    fn not_negative(&mut self, key: &str, value: Decimal) {
        if value < Decimal::ZERO {
            self.range(key, value, "不小于 0", "0 or more");
        }
    }

    fn above_zero(&mut self, key: &str, value: Decimal) {
        if value <= Decimal::ZERO {
            self.range(key, value, "大于 0", "above 0");
        }
    }

    fn decimals(&mut self, key: &str, value: Decimal, places: u32) -> bool {
        let fits = units(value, places).is_some();
        if !fits {
            self.add(
                BreachKind::TooManyDecimals,
                key,
                None,
                format!("{key} 为 {value}，至多 {places} 位小数"),
                format!("{key} is {value}; it may have at most {places} decimals"),
            );
        }
        fits
    }

    fn rounding(&mut self, policy: &Policy) {
        let rounding = &policy.rounding;
        for (key, places) in [
            ("rounding.points", rounding.points),
            ("rounding.point_value", rounding.point_value),
        ] {
            if places > PLACES_MAX {
                self.range(key, places, "在 0 到 12 之间", "between 0 and 12");
            }
        }
        if rounding.remainder == Remainder::LargestRemainder {
            let mut refuse = |other: &str, value: &str| {
                self.add(
                    BreachKind::Contradiction,
                    "rounding.remainder",
                    Some(other),
                    format!("最大余数法只用于点数法，且基金支付办法为 fund-points 或 difference；这里 {other} 为 {value}"),
                    format!("largest-remainder needs pricing by points and fund share fund-points or difference; {other} is {value}"),
                );
            };
            if policy.pricing.method == PricingMethod::Rate {
                refuse("pricing.method", "rate");
            }
            if policy.fund_share.method.is_ratio() {
                refuse("fund_share.method", policy.fund_share.method.as_str());
            }
        }
    }

    fn pools(&mut self, policy: &Policy) {
        if policy.pools.is_empty() {
            self.range("pool", 0, "至少一个", "at least one");
        }
        for (i, pool) in policy.pools.iter().enumerate() {
            let key = |name: &str| format!("pool[{i}].{name}");
            if pool.id.is_empty() {
                self.range(&key("id"), "\"\"", "不为空", "a name that is not empty");
            }
            if let Some(j) = policy.pools[..i].iter().position(|p| p.id == pool.id) {
                self.twice(&key("id"), &format!("pool[{j}].id"), &pool.id);
            }
            if pool.insutype.is_empty() {
                self.range(
                    &key("insutype"),
                    "[]",
                    "至少列一个险种代码",
                    "a list of at least one insutype code",
                );
            }
            for (k, code) in pool.insutype.iter().enumerate() {
                let here = format!("pool[{i}].insutype[{k}]");
                if code.is_empty() {
                    self.range(&here, "\"\"", "不为空", "a code that is not empty");
                }
                let before = policy.pools[..=i].iter().enumerate().find_map(|(j, earlier)| {
                    let until = if j == i { k } else { earlier.insutype.len() };
                    let at = earlier.insutype[..until].iter().position(|c| c == code)?;
                    Some(format!("pool[{j}].insutype[{at}]"))
                });
                if let Some(other) = before {
                    self.twice(&here, &other, code);
                }
            }
            self.not_negative(&key("budget"), pool.budget);
            if self.decimals(&key("budget"), pool.budget, 2)
                && units(pool.budget, 2).is_none_or(|fen| fen > BUDGET_FEN_MAX.into())
            {
                self.range(
                    &key("budget"),
                    pool.budget,
                    "不超过 999999999999.99",
                    "at most 999999999999.99",
                );
            }
            self.share(&key("reserve"), pool.reserve);
            if let Some(rate) = pool.base_rate {
                self.not_negative(&key("base_rate"), rate);
                self.decimals(&key("base_rate"), rate, policy.rounding.point_value.min(PLACES_MAX));
            } else if policy.pricing.method == PricingMethod::Rate {
                self.add(
                    BreachKind::Contradiction,
                    &key("base_rate"),
                    Some("pricing.method"),
                    format!("pricing.method 为 rate 时，资金池 {} 须写 base_rate", pool.id),
                    format!("pricing.method is rate, so pool {} needs a base_rate", pool.id),
                );
            }
        }
    }

    fn twice(&mut self, here: &str, other: &str, value: &str) {
        self.add(
            BreachKind::Contradiction,
            here,
            Some(other),
            format!("{value} 已在 {other} 出现，只能属于一处"),
            format!("{value} already stands at {other}; it may stand in one place only"),
        );
    }

    fn pricing(&mut self, policy: &Policy) {
        self.above_zero("pricing.mean_cost_all", policy.pricing.mean_cost_all);
        self.above_zero("pricing.scale", policy.pricing.scale);
    }

    fn deviation(&mut self, deviation: &Deviation) {
        self.not_negative("deviation.low.ratio", deviation.low.ratio);
        self.not_negative("deviation.high.ratio", deviation.high.ratio);
        if deviation.low.ratio > deviation.high.ratio {
            let (low, high) = (deviation.low.ratio, deviation.high.ratio);
            self.add(
                BreachKind::Contradiction,
                "deviation.low.ratio",
                Some("deviation.high.ratio"),
                format!("低倍率界限 {low} 高于高倍率界限 {high}"),
                format!("the low bound {low} is above the high bound {high}"),
            );
        }
    }

    fn clearing(&mut self, clearing: &Clearing) {
        self.not_negative("clearing.surplus_floor", clearing.surplus_floor);
        self.share("clearing.surplus_keep", clearing.surplus_keep);
        let mut below = Decimal::ONE;
        for (i, band) in clearing.overspend.iter().enumerate() {
            let key = format!("clearing.overspend[{i}].up_to");
            if band.up_to <= below {
                self.range(
                    &key,
                    band.up_to,
                    &format!("高于 {below}（各档从 1 起逐档升高）"),
                    &format!("above {below} (bands rise from 1)"),
                );
            }
            below = below.max(band.up_to);
            self.share(&format!("clearing.overspend[{i}].fund_share"), band.fund_share);
        }
        self.share("clearing.quality_deposit", clearing.quality_deposit);
        let Assessment { full_from, none_below } = clearing.assessment;
        self.not_negative("clearing.assessment.full_from", full_from);
        self.not_negative("clearing.assessment.none_below", none_below);
        if none_below > full_from {
            self.add(
                BreachKind::Contradiction,
                "clearing.assessment.none_below",
                Some("clearing.assessment.full_from"),
                format!("none_below {none_below} 高于 full_from {full_from}"),
                format!("none_below {none_below} is above full_from {full_from}"),
            );
        }
    }
}
