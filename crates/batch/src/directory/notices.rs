//! What is worth a look in a directory made of history.

use super::Made;
use super::claims::ClaimFiles;
use super::tables::day;
use crate::codes::{W171, W172, W173, W174, W175, W177, W178};
use crate::error::warning;
use dianzhi_core::Text;
use dianzhi_grouper::dip::DipDirectory;
use dianzhi_grouper::error::S119;
use dianzhi_grouper::folded;
use dianzhi_policy::Diagnostic;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// So many codes are named.
const SHOWN: usize = 8;

/// The first of some codes.
fn shown<'c>(codes: impl Iterator<Item = &'c str>) -> String {
    let codes: Vec<&str> = codes.collect();
    let more = if codes.len() > SHOWN { " …" } else { "" };
    format!("{}{more}", codes[..codes.len().min(SHOWN)].join(", "))
}

impl Made<'_> {
    /// What is worth a look, in the draft, the history and what came of them.
    pub(super) fn notices(&self, claims: &ClaimFiles, published: &DipDirectory) -> Vec<Diagnostic> {
        let mut told: Vec<Diagnostic> = self.draft.without_operations().into_iter().collect();
        told.extend(self.ungrouped());
        told.extend(self.without_score());
        told.extend(self.without_cases());
        told.extend(self.overlapping(claims));
        told.extend(self.repeated());
        told.extend(self.unlisted(published));
        told.extend(self.unused());
        let remarks = published.remarks().into_iter();
        told.extend(remarks.filter(|remark| remark.code != S119.id));
        told
    }

    fn ungrouped(&self) -> Option<Diagnostic> {
        let ungrouped = self.summary().ungrouped;
        let text = Text::new(
            format!("没有病种的病例：{ungrouped}，不计入任何均值；主要诊断没有类目"),
            format!(
                "cases without a type, which count in no mean: {ungrouped}; their principal diagnosis has no category"
            ),
        );
        let help = Text::new("原因见 report.csv", "report.csv counts them by reason");
        (ungrouped > 0).then(|| warning(W171, text, help))
    }

    /// Types of which no case is kept, whose cases a settlement pays as ungrouped, and types whose score is
    /// rounded to 0, whose cases earn nothing.
    fn without_score(&self) -> Option<Diagnostic> {
        let all = self.types.iter().zip(&self.calibrated.groups);
        let without: Vec<_> = all
            .filter(|(_, found)| found.weight.as_ref().is_none_or(|weight| weight.base_points.is_zero()))
            .collect();
        let cases: u64 = without.iter().map(|(_, found)| found.cases_in_all()).sum();
        let count = without.len();
        let codes = shown(without.iter().map(|(one, _)| one.code.as_str()));
        let text = Text::new(
            format!("没有分值或分值舍入为 0 的病种：{count}，病例 {cases}：{codes}"),
            format!("types without a score, or with one that is rounded to 0: {count}, with {cases} cases: {codes}"),
        );
        let help = Text::new(
            "没有分值的病例结算时按未入组付费，分值为 0 的不付费：核对 [trimming]、weights.scale 与 decimals",
            "a settlement pays cases without a score as ungrouped, and those of score 0 nothing: look at [trimming], weights.scale and decimals",
        );
        (count > 0).then(|| warning(W174, text, help))
    }

    /// Years whose weight nobody carries.
    fn without_cases(&self) -> Option<Diagnostic> {
        let cases = &self.calibrated.total.cases;
        let empty = cases.iter().enumerate().filter(|(_, cases)| **cases == 0);
        let years: Vec<String> = empty.map(|(year, _)| (year + 1).to_string()).collect();
        let years = years.join(", ");
        let text = Text::new(
            format!("没有病例的历史年度（第 {years} 个 [[year]]）：其权重不起作用"),
            format!("years of history without a case ([[year]] number {years}): their weight counts for nothing"),
        );
        let help = Text::new(
            "核对该年度的 claims 与拒绝记录",
            "look at the year's claims, and at its rejected records",
        );
        (!years.is_empty()).then(|| warning(W175, text, help))
    }

    /// Years that are not one behind the other by their days of discharge. Those that say their days are.
    fn overlapping(&self, claims: &ClaimFiles) -> Vec<Diagnostic> {
        let days: Vec<_> = (self.discharged.iter().zip(&claims.days).enumerate())
            .filter_map(|(year, (found, said))| Some((year, said.or(*found)?)))
            .collect();
        let pairs = days.windows(2).filter(|pair| pair[1].1.0 <= pair[0].1.1);
        let tell = |pair: &[(usize, (u32, u32))]| {
            let [(before, (_, last)), (year, (first, _))] = [pair[0], pair[1]];
            let (last, first, before, year) = (day(last), day(first), before + 1, year + 1);
            let text = Text::new(
                format!(
                    "第 {year} 个 [[year]] 的病例自 {first} 起出院，第 {before} 个的到 {last} 才结束：权重可能用错年度"
                ),
                format!(
                    "the cases of [[year]] number {year} were discharged from {first} on, those of number {before} up to {last}: a weight may be that of another year"
                ),
            );
            let help = Text::new(
                "从早到晚写各年度；写上 year_start 与 year_end，不在其中的记录会拒绝",
                "name the years from the oldest to the latest; with year_start and year_end other records are rejected",
            );
            warning(W177, text, help)
        };
        pairs.map(tell).collect()
    }

    fn repeated(&self) -> Option<Diagnostic> {
        let (text, help) = match self.combinations.repeated {
            Some(0) => return None,
            Some(again) => (
                Text::new(
                    format!("结算流水号与前面相同的病例：{again}，都已计入"),
                    format!("cases with the settlement id of one before them: {again}; all of them count"),
                ),
                Text::new(
                    "若是同一病例，从历史中删去重复的",
                    "where they are the same case, take the repetitions out of the history",
                ),
            ),
            None => (
                Text::new(
                    "病例太多，没有查找重复的结算流水号",
                    "there are too many cases to look for settlement ids that come again",
                ),
                Text::new("事先逐年用 check 检查", "look at each year with check beforehand"),
            ),
        };
        Some(warning(W172, text, help))
    }

    /// Procedures of types that the draft does not list, those of the most cases first.
    fn unlisted(&self, published: &DipDirectory) -> Option<Diagnostic> {
        let unlisted = published.unlisted_procedures();
        let mut cases: FxHashMap<String, u64> = unlisted.iter().map(|code| (folded(code), 0)).collect();
        for one in &self.combinations.all {
            for procedure in &one.procedures {
                if let Some(with) = cases.get_mut(&folded(procedure)) {
                    *with += one.cases;
                }
            }
        }
        let mut unlisted: Vec<(u64, &str)> = unlisted
            .into_iter()
            .map(|code| (cases.get(&folded(code)).copied().unwrap_or(0), code))
            .collect();
        unlisted.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
        let count = unlisted.len();
        let codes = shown(unlisted.iter().map(|(_, code)| *code));
        let class = self.draft.grouper.directory().header().unlisted_operations.as_str();
        let text = Text::new(
            format!("病种所需而 operations.tsv 没有的操作：{count}，按 {class} 计：{codes}"),
            format!("procedures of types that operations.tsv does not list: {count}, which count as {class}: {codes}"),
        );
        let help = Text::new(
            "核对后补入草稿的 operations.tsv；病例多的在前",
            "look at them and add them to operations.tsv of the draft; those of the most cases stand first",
        );
        (count > 0).then(|| warning(W173, text, help))
    }

    /// Basic types of the draft that nobody is in: without a case there is no score.
    fn unused(&self) -> Option<Diagnostic> {
        let used: BTreeSet<&str> = self.types.iter().map(|one| one.code.as_str()).collect();
        let unused: Vec<&str> = (self.draft.basic.iter().map(|(one, _)| one.code.as_str()))
            .filter(|code| !used.contains(code))
            .collect();
        let (count, codes) = (unused.len(), shown(unused.iter().copied()));
        let text = Text::new(
            format!("历史中没有病例的基本规则病种：{count}，没有分值，不列入目录：{codes}"),
            format!("basic types without a case of the history: {count}; without a score they are left out: {codes}"),
        );
        let help = Text::new(
            "核对其诊断、操作和 order；留在草稿中，明年再测算",
            "look at their diagnoses, their procedures and order; they stay in the draft for next year",
        );
        (count > 0).then(|| warning(W178, text, help))
    }
}
