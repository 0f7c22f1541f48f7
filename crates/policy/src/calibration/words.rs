//! The closed lists of words of a calibration file.

use crate::words::{Word, word};
use dianzhi_calibrate::{CmiYears, CoefficientBy, Combine, Measure, Sd, TrimBy, Unstable, WithoutCases};

/// `calibration.funds`
pub(super) const FUNDS: &[Word<bool>] = &[
    word("together", "各池合并测算", false),
    word("apart", "各池分别测算", true),
];

/// What `trimming.method` is, without its bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trim {
    None,
    Iqr,
    LogSd,
    Percentiles,
    Multiples,
}

pub(super) const TRIM_METHODS: &[Word<Trim>] = &[
    word("none", "不裁剪", Trim::None),
    word("iqr", "四分位距", Trim::Iqr),
    word("log-sd", "费用对数的标准差", Trim::LogSd),
    word("percentiles", "百分位数", Trim::Percentiles),
    word("multiples", "均值的倍数", Trim::Multiples),
];
pub(super) const TRIM_BY: &[Word<TrimBy>] = &[
    word("group", "病组各年合并", TrimBy::Group),
    word("group-and-year", "病组逐年", TrimBy::GroupAndYear),
];
pub(crate) const COMBINE: &[Word<Combine>] = &[
    word("means", "对各年均值加权", Combine::Means),
    word("cases", "对各年病例加权", Combine::Cases),
];
pub(super) const SD: &[Word<Sd>] = &[
    word("population", "总体标准差（除以 n）", Sd::Population),
    word("sample", "样本标准差（除以 n − 1）", Sd::Sample),
];

/// What `weights.method` is, without its divisor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    Cost,
    Reference,
    Quota,
}

pub(super) const WEIGHT_METHODS: &[Word<Method>] = &[
    word("cost", "费用法", Method::Cost),
    word("reference", "基准病种法", Method::Reference),
    word("quota", "标准定额法", Method::Quota),
];
pub(super) const UNSTABLE: &[Word<Unstable>] = &[
    word("weight", "照测算", Unstable::Weight),
    word("present", "沿用现行", Unstable::Present),
    word("leave-out", "不列入", Unstable::LeaveOut),
];
pub(super) const WITHOUT_CASES: &[Word<WithoutCases>] = &[
    word("present", "沿用现行", WithoutCases::Present),
    word("leave-out", "不列入", WithoutCases::LeaveOut),
];
pub(super) const COEFFICIENT_BY: &[Word<CoefficientBy>] = &[
    word("hospital", "医疗机构", CoefficientBy::Hospital),
    word("level", "等级", CoefficientBy::Level),
    word("hospital-and-group", "医疗机构与病组", CoefficientBy::HospitalAndGroup),
    word("level-and-group", "等级与病组", CoefficientBy::LevelAndGroup),
];
pub(super) const MEASURES: &[Word<Measure>] = &[
    word("case-mix", "同样病例按全区病组均费应有的费用", Measure::CaseMix),
    word("mean-cost", "全区例均费用", Measure::MeanCost),
];
pub(super) const CMI_YEARS: &[Word<CmiYears>] = &[
    word("all", "各年按权重合计", CmiYears::All),
    word("latest", "最后一年", CmiYears::Latest),
];
