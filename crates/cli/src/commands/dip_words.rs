//! The words of DIP directories for people: tables and programs have them in English.

use crate::lang::pick;
use dianzhi::engine::Lang;
use dianzhi::grouper::dip::{Criterion, Figure, FigureUnit};

/// The word of a kind, a treatment, a class of procedures, a catalogue or a unit; any other as it is.
pub(super) fn shown(word: &str, lang: Lang) -> &str {
    pick(lang, chinese(word).unwrap_or(word), word)
}

fn chinese(word: &str) -> Option<&'static str> {
    Some(match word {
        "core" => "核心病种",
        "basic" => "基本规则病种",
        "mixed" => "综合病种",
        "conservative" => "保守治疗",
        "diagnostic" => "诊断性操作",
        "therapeutic" => "治疗性操作",
        "surgical" => "相关手术",
        "excluded" => "不计的操作",
        "unlisted" => "操作表中没有",
        "cci" => "合并症指数",
        "severity" => "疾病严重程度",
        "tumour" => "肿瘤严重程度",
        "age" => "年龄",
        "icu" => "重症监护天数",
        "stay" => "住院天数",
        "death" => "死亡",
        _ => return None,
    })
}

/// What decided between types.
pub(super) fn criterion(by: Criterion, lang: Lang) -> &'static str {
    let word = by.as_str();
    let chinese = match by {
        Criterion::Procedures => "看匹配的操作数",
        Criterion::MeanCost => "看与例均费用之差",
        Criterion::Kind => "看病种类型",
        Criterion::Diagnosis => "看主要诊断的位数",
        Criterion::Code => "看病种编码",
    };
    pick(lang, chinese, word)
}

/// A figure with its unit: `3 days`.
pub(super) fn figure(figure: Figure, lang: Lang) -> String {
    let unit = match figure.unit {
        FigureUnit::Points => "分",
        FigureUnit::Days | FigureUnit::IcuDays => "天",
        FigureUnit::Years => "岁",
        FigureUnit::AgeInDays => "天（日龄）",
    };
    pick(lang, format!("{} {unit}", figure.value), figure.to_string())
}

/// The cell of auxiliary catalogues, `icu:2=1.15|age:1=1.02`.
pub(super) fn factors(cell: &str, lang: Lang) -> String {
    if lang == Lang::En {
        return cell.to_owned();
    }
    let factor = |one: &str| match one.split_once(':') {
        Some((catalogue, rest)) => format!("{}:{rest}", shown(catalogue, lang)),
        None => one.to_owned(),
    };
    cell.split('|').map(factor).collect::<Vec<_>>().join("|")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Chinese lines have no English units. Seen to fail.
    #[test]
    fn figures() {
        for (unit, zh, en) in [
            (FigureUnit::Points, "3 分", "3 points"),
            (FigureUnit::Days, "3 天", "3 days"),
            (FigureUnit::IcuDays, "3 天", "3 icu days"),
            (FigureUnit::Years, "3 岁", "3 years"),
            (FigureUnit::AgeInDays, "3 天（日龄）", "3 age in days"),
        ] {
            let three = Figure { value: 3, unit };
            assert_eq!(
                (figure(three, Lang::Zh).as_str(), figure(three, Lang::En).as_str()),
                (zh, en)
            );
        }
    }
}
