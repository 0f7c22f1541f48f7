//! The keys of a directory's plan, in the order of its sections. Trimming and stability are those of calibration
//! files.

use crate::calibration::keys::{STABILITY, TRIMMING};
use crate::keys::Kind::{Date, Decimal, Headings, Integer, Table, Tables, Text, Texts};
use crate::keys::{Key, may, need, one_of};
use crate::words::MODES;
use dianzhi_calibrate::YEAR_WEIGHT_MAX;
use dianzhi_core::PLACES_MAX;

/// The sections.
#[rustfmt::skip]
pub(super) const ROOT: &[Key] = &[
    need("directory", "[directory]", Table(DIRECTORY), "要做的目录", "the directory to be"),
    need("year", "[[year]]", Tables(YEAR), "历史年度，一年一节，从早到晚，一至三年", "a year of history, oldest first, one to three of them"),
    need("core", "[core]", Table(CORE), "哪些组合是核心病种", "which combinations are core types"),
    need("stability", "[stability]", Table(STABILITY), "标准差与稳定病种的判定", "the standard deviation, and which types are stable"),
    need("weights", "[weights]", Table(WEIGHTS), "病种分值怎样由例均费用得出", "how scores follow from mean costs"),
    may("trimming", "[trimming]", Table(TRIMMING), "哪些病例不计入均值；不写则全部计入", "which cases the means leave out; none if left out"),
    may("auxiliary", "[auxiliary]", Table(AUXILIARY), "辅助目录分型的条件；不写则没有分型", "when sub-types pay apart; none does if left out"),
    may("columns", "[columns]", Headings, "字段 → 表头名称，同地区文件", "field → heading, as in region files"),
];

#[rustfmt::skip]
pub(super) const DIRECTORY: &[Key] = &[
    need("title", "title = \"2027 年度病种目录测算\"", Text, "名称，写入结果", "its title, for the outputs"),
    need("draft", "draft = \"draft\"", Text, "目录草稿的文件夹，路径相对于本文件：directory.toml、operations.tsv 和辅助目录各表，格式见 docs/DIP.md", "the folder of the draft, relative to this file: directory.toml, operations.tsv and the tables of the auxiliary catalogues, as docs/DIP.md has them"),
    may("names", "names = [\"names.csv\"]", Texts, "诊断与手术操作的名称表（code、name），路径相对于本文件；不写则病种以编码为名", "tables of the names of diagnoses and procedures (code, name), relative to this file; types are named by codes if left out"),
];

#[rustfmt::skip]
pub(super) const YEAR: &[Key] = &[
    need("claims", "claims = [\"2025/claims*.csv\"]", Texts, "该年的病例文件，路径相对于本文件，可用通配符", "that year's claim files, relative to this file; patterns may be used"),
    need("weight", "weight = 7", Integer(1, YEAR_WEIGHT_MAX), "该年的权重，1–1000", "its weight, 1 to 1000"),
    may("year_start", "year_start = \"2025-01-01\"", Date, "该年首日（含）；此前出院的拒绝。与 year_end 同写同不写，不写则不看出院日期", "its first day, inclusive: discharges before it are rejected. With year_end or neither; days are not looked at if left out"),
    may("year_end", "year_end = \"2025-12-31\"", Date, "该年末日（含）；此后出院的拒绝", "its last day, inclusive: discharges after it are rejected"),
];

#[rustfmt::skip]
pub(super) const CORE: &[Key] = &[
    need("cases_min", "cases_min = 15", Integer(1, u32::MAX), "成为核心病种的最少例数，各年合计", "the least number of cases of a core type, all years together"),
    may("coverage", "coverage = \"0.95\"", Decimal, "只取合计达到此比例的最常见组合，占全部病例，大于 0、至多 1；不写则只看例数", "take the most frequent combinations that hold this share of all cases, above 0, at most 1; by cases_min alone if left out"),
];

#[rustfmt::skip]
pub(super) const WEIGHTS: &[Key] = &[
    need("scale", "scale = \"1000\"", Decimal, "例均费用等于全部病例均值的病种的分值，大于 0", "the score of a type that costs what the mean case costs, above 0"),
    need("decimals", "decimals = 4", Integer(0, PLACES_MAX), "分值的小数位", "decimals of scores"),
    need("mode", "mode = \"half-up\"", one_of(&MODES), "舍入方式", "how they are rounded"),
];

#[rustfmt::skip]
pub(super) const AUXILIARY: &[Key] = &[
    need("type_cases_min", "type_cases_min = 50", Integer(1, u32::MAX), "病种的最少例数", "the least number of cases of the type"),
    need("cases_min", "cases_min = 15", Integer(1, u32::MAX), "分型的最少例数；不足的级别留在病种内", "the least number of cases of a sub-type; a level with fewer stays in the type"),
    need("cv_min", "cv_min = \"0.7\"", Decimal, "病种变异系数的下限，不小于 0", "the least coefficient of variation of the type, 0 or more"),
    need("cv_fall", "cv_fall = \"0.2\"", Decimal, "分型后变异系数至少下降的比例，0–1", "by which share of itself it must fall at least, 0 to 1"),
    need("decimals", "decimals = 4", Integer(1, PLACES_MAX), "系数的小数位", "decimals of factors"),
    need("mode", "mode = \"half-up\"", one_of(&MODES), "舍入方式", "how they are rounded"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_has_every_key() {
        let document = include_str!("../../../../docs/DIP-DIRECTORY.md");
        let shared = ["stability", "trimming", "columns"];
        for section in ROOT.iter().filter(|section| !shared.contains(&section.name)) {
            let heading = format!("| **`{}`** |", section.example);
            let below = document
                .split(&heading)
                .nth(1)
                .and_then(|rows| rows.split("| **`").next());
            for key in section.keys().unwrap_or_default() {
                let needed = if key.required { "yes" } else { "no" };
                let row = format!("| `{}` | {needed} | ", key.name);
                assert!(below.is_some_and(|rows| rows.contains(&row)), "{}: {row}", section.name);
                assert!(key.example.starts_with(key.name) && key.zh.chars().any(|c| c > '\u{4e00}'));
            }
        }
    }
}
