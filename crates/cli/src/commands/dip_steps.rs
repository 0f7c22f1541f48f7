//! The steps of grouping one record by a DIP directory, for people.

use super::dip_words::{criterion, figure as shown_figure, shown};
use crate::lang::pick;
use dianzhi::engine::Lang;
use dianzhi::grouper::dip::{Combine, DipStep};

/// A step in a line.
pub(crate) fn line(step: &DipStep, lang: Lang) -> String {
    let text = match step {
        DipStep::Procedure { code, class } => pick(
            lang,
            format!("操作 {code}: {}", shown(class, lang)),
            format!("procedure {code}: {class}"),
        ),
        DipStep::Treated { treatment } => {
            let treatment = shown(treatment.as_str(), lang);
            pick(
                lang,
                format!("治疗方式: {treatment}"),
                format!("treatment: {treatment}"),
            )
        }
        DipStep::Diagnosis { code, named_by } => pick(
            lang,
            format!("主要诊断 {code}: 目录中 {named_by} 处提到"),
            format!("main diagnosis {code}: named in {named_by} places of the directory"),
        ),
        DipStep::Fitted {
            code,
            name,
            kind,
            diagnosis,
            asks,
            matched,
            chosen,
            decided_by,
            ..
        } => {
            let (kind, asks) = (shown(kind.as_str(), lang), shown(asks, lang));
            let by = decided_by.map_or(String::new(), |by| format!(" ({})", criterion(by, lang)));
            let how = match chosen {
                true => pick(lang, "选中", "chosen"),
                false => pick(lang, "未选", "not chosen"),
            };
            pick(
                lang,
                format!("{code} {name} [{kind}] 符合: {diagnosis} {asks}，匹配操作 {matched} 个 → {how}{by}"),
                format!("{code} {name} [{kind}] fits: {diagnosis} {asks}, {matched} procedures matched → {how}{by}"),
            )
        }
        DipStep::NoType { blank } => {
            let blank = if blank.is_empty() { "—" } else { blank };
            pick(
                lang,
                format!("没有适合的病种: {blank}"),
                format!("no type fits: {blank}"),
            )
        }
        DipStep::Auxiliary {
            catalogue,
            figure,
            diagnoses,
            level,
            factor,
            applied,
        } => {
            let catalogue = shown(catalogue.as_str(), lang);
            let figure = figure.map_or(String::new(), |figure| shown_figure(figure, lang));
            let level = level.as_deref().unwrap_or("—");
            let factor = factor.as_deref().unwrap_or("—");
            let diagnoses = diagnoses.join(" ");
            let how = match applied {
                true => pick(lang, "计入", "applied"),
                false => pick(lang, "不计", "not applied"),
            };
            format!("{catalogue} {figure} {diagnoses} → {level}: {factor} ({how})")
        }
        DipStep::Factor { combine, factor } => {
            let combine = match combine {
                Combine::Highest => pick(lang, "取最高", "the highest"),
                Combine::Product => pick(lang, "连乘", "the product"),
            };
            pick(
                lang,
                format!("系数（{combine}）: {factor}"),
                format!("factor ({combine}): {factor}"),
            )
        }
    };
    format!("  {text}\n")
}
