//! The keys of a calibration file, in the order of its sections.

use super::words;
use crate::keys::Kind::{Decimal, Integer, Table, Tables, Text};
use crate::keys::{Key, may, need, one_of, some_of};
use crate::words::{GROUP_KINDS, MODES};
use dianzhi_calibrate::YEAR_WEIGHT_MAX;
use dianzhi_core::PLACES_MAX;

/// The sections.
#[rustfmt::skip]
pub(super) const ROOT: &[Key] = &[
    need("calibration", "[calibration]", Table(CALIBRATION), "测算什么", "what is calibrated"),
    need("year", "[[year]]", Tables(YEAR), "历史年度，一年一节，从早到晚，一至三年", "a year of history, oldest first, one to three of them"),
    need("trimming", "[trimming]", Table(TRIMMING), "哪些病例不计入均值", "which cases the means leave out"),
    need("stability", "[stability]", Table(STABILITY), "稳定病组的判定", "which groups are stable"),
    need("weights", "[weights]", Table(WEIGHTS), "基准点数怎样由均值得出", "how base points follow from means"),
    may("adjustments", "[adjustments]", Table(ADJUSTMENTS), "专家意见与谈判协商的调整", "what experts and negotiations change"),
    may("coefficients", "[coefficients]", Table(COEFFICIENTS), "机构系数怎样测算", "how hospital coefficients are found"),
    may("per_diem", "[per_diem]", Table(PER_DIEM), "床日费率怎样测算", "how per-diem rates are found"),
    may("forecast", "[[forecast]]", Tables(FORECAST), "下一年度费率或点值的预测，一个资金池一节", "a pool's base rate or point value of the year to come"),
];

#[rustfmt::skip]
const CALIBRATION: &[Key] = &[
    need("title", "title = \"2026 年度病组权重测算\"", Text, "名称，写入结果", "its title, for the outputs"),
    need("funds", "funds = \"together\"", one_of(&words::FUNDS), "各资金池合并还是分别测算", "whether the pools are calibrated together or apart"),
];

#[rustfmt::skip]
const YEAR: &[Key] = &[
    need("region", "region = \"2025/region.toml\"", Text, "该年的地区文件，路径相对于本文件；最后一年的病组表、机构表是现行值", "that year's region file, relative to this file; the last one's tables are the present values"),
    need("weight", "weight = 7", Integer(1, YEAR_WEIGHT_MAX), "该年的权重，1–1000", "its weight, 1 to 1000"),
];

#[rustfmt::skip]
pub(crate) const TRIMMING: &[Key] = &[
    need("method", "method = \"iqr\"", one_of(&words::TRIM_METHODS), "裁剪方法", "how cases are trimmed"),
    may("times", "times = \"1.5\"", Decimal, "iqr 的四分位距倍数、log-sd 的标准差倍数，大于 0", "times the interquartile range, or the standard deviation; above 0"),
    may("low", "low = \"0.025\"", Decimal, "percentiles 的下分位（0–1）、multiples 的下倍数", "the lower percentile, 0 to 1, or the lower multiple of the mean"),
    may("high", "high = \"0.975\"", Decimal, "percentiles 的上分位（0–1）、multiples 的上倍数，大于 low", "the upper percentile or multiple, above low"),
    may("by", "by = \"group\"", one_of(&words::TRIM_BY), "界限取自病组的全部病例还是逐年；不写即 group", "whether bounds are a group's of all years or of each; group if left out"),
    may("cases_min", "cases_min = 5", Integer(1, u32::MAX), "少于此例数的不裁剪；不写即 1", "fewer cases are not trimmed; 1 if left out"),
    may("combine", "combine = \"means\"", one_of(&words::COMBINE), "年度权重用于各年均值还是病例；不写即 means", "whether the years' weights weigh means or cases; means if left out"),
];

#[rustfmt::skip]
pub(crate) const STABILITY: &[Key] = &[
    need("cv_max", "cv_max = \"1\"", Decimal, "变异系数的上限，大于 0", "the largest coefficient of variation, above 0"),
    need("cv_inclusive", "cv_inclusive = true", crate::keys::Kind::Boolean, "恰为上限是否稳定", "whether a group with just that is stable"),
    need("cases_min", "cases_min = 5", Integer(1, u32::MAX), "例数的下限（裁剪前）", "the least number of cases, before trimming"),
    need("sd", "sd = \"population\"", one_of(&words::SD), "总体还是样本标准差", "which standard deviation"),
];

#[rustfmt::skip]
const WEIGHTS: &[Key] = &[
    need("method", "method = \"cost\"", one_of(&words::WEIGHT_METHODS), "测算方法", "how weights are found"),
    may("reference", "reference = \"ES25\"", Text, "基准病种的编码，只用于 reference", "the reference group's code, for reference alone"),
    may("quota", "quota = \"9000.00\"", Decimal, "定额（元），只用于 quota，大于 0", "the quota in yuan, for quota alone, above 0"),
    need("scale", "scale = \"100\"", Decimal, "均费与除数相等的病组的基准点数，大于 0", "base points of a group whose mean is just the divisor, above 0"),
    need("decimals", "decimals = 4", Integer(0, PLACES_MAX), "基准点数的小数位", "decimals of base points"),
    need("mode", "mode = \"half-up\"", one_of(&MODES), "舍入方式", "how they are rounded"),
    need("unstable", "unstable = \"weight\"", one_of(&words::UNSTABLE), "非稳定病组怎样列入病组表", "what unstable groups get"),
    need("without_cases", "without_cases = \"present\"", one_of(&words::WITHOUT_CASES), "没有病例可计的病组怎样列入", "what groups without cases that count get"),
];

#[rustfmt::skip]
const ADJUSTMENTS: &[Key] = &[
    need("file", "file = \"adjustments.csv\"", Text, "调整表，路径相对于本文件", "the table of adjustments, relative to this file"),
    need("rescale", "rescale = true", crate::keys::Kind::Boolean, "调整后是否按比例还原总权重", "whether weights are scaled back to the former total"),
];

#[rustfmt::skip]
const COEFFICIENTS: &[Key] = &[
    need("by", "by = \"hospital\"", one_of(&words::COEFFICIENT_BY), "谁的病例共用一个系数", "whose cases share a coefficient"),
    may("measure", "measure = \"case-mix\"", one_of(&words::MEASURES), "费用与什么相比；按病组的总与该病组的均费相比，不写", "what their cost is compared with; left out by group, where it is the group's mean"),
    need("low", "low = \"0.8\"", Decimal, "系数的下限，大于 0", "the least coefficient, above 0"),
    need("high", "high = \"1.2\"", Decimal, "系数的上限，不小于 low", "the largest, low or more"),
    need("decimals", "decimals = 4", Integer(0, PLACES_MAX), "小数位", "decimals"),
    need("mode", "mode = \"half-up\"", one_of(&MODES), "舍入方式", "how they are rounded"),
    need("cases_min", "cases_min = 30", Integer(1, u32::MAX), "计入的例数少于此数时沿用现行系数；按病组的则不列", "with fewer cases that count the present coefficient stays; by group there is none"),
    may("not_for", "not_for = [\"basic\"]", some_of(&GROUP_KINDS), "同病同价的病组类型，其病例不计", "kinds of group paid alike everywhere, whose cases do not count"),
    may("cmi", "cmi = { years = \"latest\", steps = [{ from = \"1.2\", bonus = \"0.03\" }] }", Table(CMI), "机构 CMI 的加成，写入加成表", "what a hospital's CMI adds, written as a table of bonuses"),
];

#[rustfmt::skip]
pub(super) const CMI: &[Key] = &[
    need("years", "years = \"latest\"", one_of(&words::CMI_YEARS), "CMI 取哪些年的病例", "whose cases the CMI is taken of"),
    may("kind", "kind = \"CMI\"", Text, "加成表中的加成类别；不写即 CMI", "the kind of bonus in the bonuses table; CMI if left out"),
    need("steps", "steps = [{ from = \"1.0\", bonus = \"0.01\" }, { from = \"1.2\", bonus = \"0.03\" }]", Tables(CMI_STEP), "各档，从低到高；取达到的最高一档，不达第一档的没有加成", "the steps, rising: the highest that is reached counts, below the first there is no bonus"),
];

#[rustfmt::skip]
pub(super) const CMI_STEP: &[Key] = &[
    need("from", "from = \"1.2\"", Decimal, "CMI 达到此值（含），不小于 0", "the CMI from which on it counts, itself inside; 0 or more"),
    need("bonus", "bonus = \"0.03\"", Decimal, "加成，大于 -1；可为负", "the bonus, above -1; below 0 it is a reduction"),
];

#[rustfmt::skip]
const PER_DIEM: &[Key] = &[
    need("decimals", "decimals = 2", Integer(0, PLACES_MAX), "床日费率（元）的小数位", "decimals of the rates in yuan"),
];

#[rustfmt::skip]
const FORECAST: &[Key] = &[
    need("pool", "pool = \"employee\"", Text, "资金池 id，与最后一年的地区文件一致", "the pool's id, as in the last region file"),
    need("budget", "budget = \"812345678.00\"", Decimal, "下一年度总额预算（元）", "the budget of the year to come, in yuan"),
    need("reserve", "reserve = \"0.05\"", Decimal, "调剂金比例，0–1", "the share kept back, 0 to 1"),
    need("ratio", "ratio = \"0.7\"", Decimal, "实际补偿比，大于 0、至多 1；点值以基金计时写 \"1\"", "what the fund pays of a yuan of cost, above 0, at most 1; \"1\" where points are worth fund yuan"),
    need("growth", "growth = \"0.03\"", Decimal, "预计总权重比最后一年增长多少，大于 -1", "expected growth of the total weight against the last year, above -1"),
    need("growth_low", "growth_low = \"0.00\"", Decimal, "最少增长，至多 growth", "the least growth, growth or less"),
    need("growth_high", "growth_high = \"0.06\"", Decimal, "最多增长，不小于 growth", "the most, growth or more"),
    need("decimals", "decimals = 6", Integer(0, PLACES_MAX), "费率或点值的小数位", "decimals of the rate or point value"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calibration_md_has_every_key() {
        let document = include_str!("../../../../docs/CALIBRATION.md");
        for section in ROOT {
            for key in section.keys().unwrap_or_default() {
                let needed = if key.required { "yes" } else { "no" };
                let row = format!("| `{}` | {needed} | ", key.name);
                let heading = format!("| **`{}`** |", section.example);
                let below = document
                    .split(&heading)
                    .nth(1)
                    .and_then(|rows| rows.split("| **`").next());
                assert!(below.is_some_and(|rows| rows.contains(&row)), "{}: {row}", section.name);
                assert!(key.example.starts_with(key.name) && key.zh.chars().any(|c| c > '\u{4e00}'));
            }
        }
    }
}
