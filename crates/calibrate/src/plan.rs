//! The settings of a calibration as plain data: which years count how much, how outlying cases are
//! trimmed, what makes a group stable, how weights come out of means.

mod breaches;

pub(crate) use breaches::Breaches;

use dianzhi_core::{Decimal, GroupKind, RoundingMode};

/// Most years of history.
pub const YEARS_MAX: usize = 3;
/// The largest weight of a year.
pub const YEAR_WEIGHT_MAX: u32 = 1_000;

/// How a history becomes weights, coefficients, rates and forecasts.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The weight of each year, oldest first, such as 1, 2, 7.
    pub years: Vec<u32>,
    /// What the weights of the years weigh.
    pub combine: Combine,
    /// Which cases are left out of the means.
    pub trimming: Trimming,
    /// Which groups are stable.
    pub stability: Stability,
    /// How base points follow from mean costs.
    pub weights: Weights,
    /// Whether weights are scaled back to the former total behind the adjustments of experts.
    pub rescale: bool,
    /// How hospital coefficients are found, where they are asked for.
    pub coefficients: Option<CoefficientPlan>,
    /// Decimals of per-diem rates in yuan, where those are asked for.
    pub per_diem: Option<u32>,
    /// Base rates or point values to forecast.
    pub forecasts: Vec<Forecast>,
}

/// What the weights of the years weigh.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Combine {
    /// The yearly means: Σ w·mean ÷ Σ w over the years that have cases.
    Means,
    /// The cases: Σ w·cost ÷ Σ w·cases.
    Cases,
}

/// Which cases are left out of the means.
#[derive(Clone, Debug, PartialEq)]
pub struct Trimming {
    /// The bounds.
    pub method: TrimMethod,
    /// Whose cases they are taken from.
    pub by: TrimBy,
    /// Cells with fewer cases are not trimmed.
    pub cases_min: u32,
}

/// Between which bounds cases are kept; both ends are inside.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TrimMethod {
    /// All are.
    None,
    /// From Q1 − times·(Q3 − Q1) to Q3 + times·(Q3 − Q1).
    Iqr(Decimal),
    /// Within `times` standard deviations of the mean of ln cost. In `f64`: it decides which cases count,
    /// no figure is computed from it.
    LogSd(Decimal),
    /// From one percentile to another, as shares such as 0.025 and 0.975.
    Percentiles(Decimal, Decimal),
    /// From one multiple of the untrimmed mean to another.
    Multiples(Decimal, Decimal),
}

/// Whose cases the bounds are taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrimBy {
    /// All years of a group.
    Group,
    /// Each year of a group by itself.
    GroupAndYear,
}

/// Which groups are stable 稳定病组.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stability {
    /// The largest coefficient of variation.
    pub cv_max: Decimal,
    /// Whether a group with just this one is stable.
    pub cv_inclusive: bool,
    /// The least number of cases, before trimming.
    pub cases_min: u64,
    /// Which standard deviation.
    pub sd: Sd,
}

/// Which standard deviation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sd {
    /// Of the cases as the whole population: divided by n.
    Population,
    /// Of the cases as a sample: divided by n − 1, and none for a single case.
    Sample,
}

/// How base points follow from mean costs, and which groups have any.
#[derive(Clone, Debug, PartialEq)]
pub struct Weights {
    /// What a group's mean cost is divided by.
    pub method: WeightMethod,
    /// Base points of the case that it is divided by.
    pub scale: Decimal,
    /// Decimals of base points.
    pub decimals: u32,
    /// Their rounding.
    pub mode: RoundingMode,
    /// What unstable groups get.
    pub unstable: Unstable,
    /// What groups without cases that count get.
    pub without_cases: WithoutCases,
}

/// What a group's mean cost is divided by (RULES §1.1, §1.5).
#[derive(Clone, Debug, PartialEq)]
pub enum WeightMethod {
    /// 费用法: the mean cost of all cases that count.
    Cost,
    /// 基准病种法: the mean cost of the group with this code.
    Reference(String),
    /// 标准定额法: a fixed amount in yuan.
    Quota(Decimal),
}

/// What unstable groups get.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unstable {
    /// The weight of their own mean cost, as stable ones.
    Weight,
    /// What they have at present; their own where they have nothing yet.
    Present,
    /// No row: their cases are paid as ungrouped.
    LeaveOut,
}

/// What groups without cases that count get.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WithoutCases {
    /// What they have at present.
    Present,
    /// No row.
    LeaveOut,
}

/// How hospital coefficients 机构系数 are found.
#[derive(Clone, Debug, PartialEq)]
pub struct CoefficientPlan {
    /// Whose cases share a coefficient.
    pub by: CoefficientBy,
    /// What their cost is compared with.
    pub measure: Measure,
    /// The least coefficient.
    pub low: Decimal,
    /// The largest.
    pub high: Decimal,
    /// Decimals.
    pub decimals: u32,
    /// Their rounding.
    pub mode: RoundingMode,
    /// Fewer cases that count keep the present coefficient, or get none by group.
    pub cases_min: u64,
    /// Kinds of group paid alike everywhere: their cases do not count.
    pub not_for: Vec<GroupKind>,
    /// What a hospital's CMI adds, where it adds anything.
    pub cmi: Option<CmiPlan>,
}

/// Bonuses 加成 by the CMI of a hospital.
#[derive(Clone, Debug, PartialEq)]
pub struct CmiPlan {
    /// Whose cases the CMI is taken of.
    pub years: CmiYears,
    /// The kind of bonus that they are in the bonuses table.
    pub kind: String,
    /// The steps, rising; the highest that the CMI reaches counts.
    pub steps: Vec<CmiStep>,
}

/// Whose cases a hospital's CMI is taken of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CmiYears {
    /// Those of all years by their weights.
    All,
    /// Those of the latest year.
    Latest,
}

/// A step of bonuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CmiStep {
    /// The CMI from which on, itself inside, it counts.
    pub from: Decimal,
    /// The bonus, above −1.
    pub bonus: Decimal,
}

/// Whose cases share a coefficient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CoefficientBy {
    /// A hospital.
    Hospital,
    /// The hospitals of a level.
    Level,
    /// A hospital's cases of a group.
    HospitalAndGroup,
    /// A level's cases of a group.
    LevelAndGroup,
}

impl CoefficientBy {
    /// Whether every group has coefficients of its own.
    #[must_use]
    pub fn has_groups(self) -> bool {
        matches!(self, CoefficientBy::HospitalAndGroup | CoefficientBy::LevelAndGroup)
    }
}

/// What the cost of a hospital's cases is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// What the same cases would cost at the region's mean of their groups.
    CaseMix,
    /// The region's mean cost of a case, whatever the groups.
    MeanCost,
}

/// A base rate or point value to forecast.
#[derive(Clone, Debug, PartialEq)]
pub struct Forecast {
    /// The pool's id.
    pub pool: String,
    /// The budget of the year to come, in yuan.
    pub budget: Decimal,
    /// The share of it kept back.
    pub reserve: Decimal,
    /// What the fund pays of a yuan of cost: 1 where points are worth fund yuan.
    pub ratio: Decimal,
    /// Growth of the total weight against the latest year: least, expected, most.
    pub growth: [Decimal; 3],
    /// Decimals of the result.
    pub decimals: u32,
}
