//! The words of the outputs in Chinese: columns, classes, bands and symbols.

use crate::lang::pick;
use dianzhi::engine::Lang;

/// `normal（正常）` in Chinese, `normal` in English: the word of an output with what it means.
pub(crate) fn with_meaning(word: &str, lang: Lang) -> String {
    match meaning(word) {
        Some(meaning) if lang == Lang::Zh => format!("{word}（{meaning}）"),
        _ => word.to_owned(),
    }
}

/// A class or a clearing band for people: in Chinese its meaning, in English the word.
pub(crate) fn class_or_band(word: &str, lang: Lang) -> &str {
    pick(lang, meaning(word).unwrap_or(word), word)
}

fn meaning(word: &str) -> Option<&'static str> {
    Some(match word {
        "normal" => "正常",
        "low" => "低倍率",
        "high" => "高倍率",
        "ungrouped" => "未入组",
        "per-diem" => "按床日",
        "by-disease" => "按病种",
        "by-item" => "按项目",
        "capitated" => "按人头",
        "by-cost" => "按费用计点",
        "none" => "无应付",
        "under-floor" => "低于结余下限",
        "surplus" => "结余留用",
        "overspend" => "超支",
        "alliance" => "医共体成员",
        _ => return None,
    })
}

/// A column of pools.csv for people.
pub(crate) fn pool_column(column: &str, lang: Lang) -> &str {
    let zh = match column {
        "budget" => "预算",
        "reserve" => "调剂金",
        "distributable" => "可分配总额",
        "cases" => "病例数",
        "points" => "点数",
        "point_value" => "点值或费率",
        "due" => "基金应付",
        "remainder" => "尾差",
        "compensation" => "超支分担",
        "cleared" => "清算数",
        "left_in_fund" => "基金留存",
        "to_hospitals" => "分给医院",
        "kept_by_fund" => "归基金",
        "changes" => "其中调整",
        "medfee_sumamt" => "总费用",
        "hifp_pay" => "基金已记账",
        "standard" => "支付标准",
        "patient_over" => "患者多付",
        "heads" => "人数",
        "capitation_amount" => "人头额",
        "capitation" => "人头应付",
        "first_paid" => "先行拨付",
        "returned" => "考核后拨付",
        "cost" => "费用",
        "outside" => "外部就医",
        "inside" => "成员应付",
        "balance" => "结余（负为超支）",
        "kept" => "医共体留用",
        "left" => "归基金",
        "fund_bears" => "基金分担",
        "members_bear" => "成员负担",
        other => other,
    };
    pick(lang, zh, column)
}

/// A symbol of a formula, in Chinese with its name where that is short.
pub(crate) fn symbol(symbol: &str, lang: Lang) -> String {
    let name = match symbol {
        "F" => "统筹基金已记账",
        "S" => "应付（比较基数）",
        "N" => "点值分子",
        "P" => "总点数",
        "V" => "点值",
        "B" => "支付标准",
        "O" => "其他支付",
        "ΣO" => "其他支付合计",
        "R" => "调剂金",
        "D" => "可分配总额",
        "D′" => "分给医院的总额",
        "cap" => "总额控制指标",
        "Σdue" => "应付合计",
        "parent" => "上级预算",
        "change" => "调整",
        "floor" => "下限",
        "ceiling" => "上限",
        "kept" => "结余留用",
        "k" => "机构系数",
        "f" => "付费方式或辅助目录系数",
        "κ" => "基金占比",
        "c" => "超支分担额",
        "Σc" => "超支分担额合计",
        "outside" => "外部就医",
        "inside" => "成员应付",
        "balance" => "结余（负为超支）",
        "W" => "支出合计",
        "fund_bears" => "基金分担",
        "members_bear" => "成员负担",
        "part" => "成员分配额",
        "public_health" => "公共卫生经费",
        _ => "",
    };
    match lang {
        Lang::Zh if !name.is_empty() => format!("{symbol} {name}"),
        _ => symbol.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dianzhi::engine::{Band, CaseClass};

    #[test]
    fn every_class_and_band_has_a_meaning() {
        use CaseClass::{High, Low, Normal, Ungrouped};
        for class in [Normal, Low, High, Ungrouped] {
            assert!(meaning(class.as_str()).is_some(), "{class:?}");
        }
        for band in [
            Band::None,
            Band::UnderFloor,
            Band::Surplus,
            Band::Overspend,
            Band::Alliance,
        ] {
            assert!(meaning(band.as_str()).is_some(), "{band:?}");
        }
        assert_eq!(with_meaning("low", Lang::Zh), "low（低倍率）");
        assert_eq!(with_meaning("low", Lang::En), "low");
        assert_eq!(class_or_band("overspend", Lang::Zh), "超支");
        assert_eq!(class_or_band("", Lang::Zh), "");
    }

    #[test]
    fn columns_and_symbols_have_names() {
        assert_eq!(pool_column("left_in_fund", Lang::Zh), "基金留存");
        assert_eq!(pool_column("left_in_fund", Lang::En), "left_in_fund");
        assert_eq!(pool_column("kept_by_fund", Lang::Zh), "归基金");
        assert_eq!(symbol("κ", Lang::Zh), "κ 基金占比");
        assert_eq!(symbol("points", Lang::Zh), "points");
        assert_eq!(symbol("F", Lang::En), "F");
    }
}
