//! How often rules that change points found something, for the summary.

use crate::figures::count;
use crate::lang::pick;
use dianzhi::engine::Lang;
use dianzhi::{AdjustmentCount, Settled};
use serde::Serialize;

/// One rule's line.
#[derive(Serialize)]
pub(crate) struct AdjustedLine {
    adjustment: &'static str,
    cases: u64,
}

pub(crate) fn adjusted(settled: &Settled) -> Vec<AdjustedLine> {
    let line = |of: &AdjustmentCount| AdjustedLine {
        adjustment: of.rule,
        cases: of.cases,
    };
    settled.adjustments.iter().map(line).collect()
}

/// One line for all rules.
pub(crate) fn render(lines: &[AdjustedLine], lang: Lang) -> String {
    let shown: Vec<String> = lines
        .iter()
        .map(|line| {
            let (zh, en) = words(line.adjustment);
            let n = count(line.cases);
            pick(lang, format!("{zh} {n} 例"), format!("{en} {n}"))
        })
        .collect();
    let shown = shown.join(pick(lang, "，", ", "));
    pick(
        lang,
        format!("点数调整：{shown}（adjustments.csv）\n"),
        format!("points changed, cases: {shown} (adjustments.csv)\n"),
    )
}

fn words(adjustment: &str) -> (&'static str, &'static str) {
    match adjustment {
        "readmission-earlier" => ("再次住院的前次", "earlier stays of readmissions"),
        "readmission-later" => ("再次住院的后次", "later stays of readmissions"),
        "readmission-merged" => ("合并计一例", "stays merged into another"),
        "review-granted" => ("特例单议通过", "special cases granted"),
        "review-beyond-quota" => ("特例单议通过而超名额", "approved beyond the quota"),
        "review-refused" => ("特例单议未通过", "refused"),
        "beyond-high-cap" => ("高倍率超例数上限", "high outliers beyond their quota"),
        "beyond-high-excess" => ("高倍率超点数上限", "high outliers beyond their points"),
        _ => ("违规扣点", "penalties"),
    }
}
