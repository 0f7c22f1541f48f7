//! The keys that a region file may have, what each takes and means, and which of them a wrong one
//! was meant to be.

mod adjust;
mod alliance;
mod budgets;
mod clearing;
mod coefficients;
mod deviation;
mod funds;
mod methods;
mod support;

use crate::words::{self, WordList};
use dianzhi_core::PLACES_MAX;

/// A key of a section: one line of the tables below is all that the reader's messages, `policy
/// show` and the schema know of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) required: bool,
    /// Whether it counts case by case, so that its value may change during the year.
    pub(crate) dated: bool,
    /// How it is written.
    pub(crate) example: &'static str,
    pub(crate) kind: Kind,
    /// What it means, with unit and range.
    pub(crate) zh: &'static str,
    pub(crate) en: &'static str,
}

/// What a key takes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// Text that is not empty.
    Text,
    /// A list of texts.
    Texts,
    /// An exact decimal, in quotes.
    Decimal,
    /// A whole number, with the least and the most that it may be.
    Integer(u32, u32),
    Boolean,
    /// A day, in quotes.
    Date,
    /// A word of a closed list.
    Word(&'static dyn WordList),
    /// A list of such words.
    Words(&'static dyn WordList),
    /// A section, or keys in braces.
    Table(&'static [Key]),
    /// Sections in double brackets, or a list of keys in braces.
    Tables(&'static [Key]),
    /// `[columns]`: any national field, with its heading.
    Headings,
    /// `when` of a route: fields with a list of texts or a range.
    Conditions,
}
use Kind::{Boolean, Date, Decimal, Headings, Integer, Table, Tables, Text, Texts};
pub(crate) use adjust::{HIGH_CAP, LEVEL_CAP, LEVEL_QUOTA, READMISSION, SPECIAL_REVIEW};
pub(crate) use alliance::{ALLIANCE, INSURED, MEMBER, PUBLIC_HEALTH};
pub(crate) use budgets::{BUDGET, CHANGE, POINT_VALUE, POOL, POOL_ANY, POOL_BELOW};
pub(crate) use clearing::{
    ASSESSMENT, ASSESSMENT_BY_STEPS, CLEARING, CLEARING_FOR, CLEARING_WITH_BANDS, MONTHLY, OVERSPEND, POOL_CLEARING,
    SCORE_STEP, SURPLUS_BAND,
};
pub(crate) use coefficients::{BONUSES, COEFFICIENT_CAP, COEFFICIENTS};
pub(crate) use deviation::{DEVIATION, EXTREME, HIGH, LOW, THRESHOLD_TIER};
pub(crate) use funds::{FUND, FUND_PREPAYMENT, PROCUREMENT, WARNING_TIER};
pub(crate) use methods::{
    AGE_FACTOR, APART, BY_COST, BY_DISEASE, BY_GROUP, BY_ITEM, CAPITATION, DAY_RATE, GROUP_AS, LONG_STAY, PER_DIEM,
    ROUTE,
};
pub(crate) use support::{COEFFICIENT_STEP, SUPPORT, SUPPORT_ASSESSMENT, SUPPORT_BONUSES};

impl Key {
    /// The key, which counts case by case and may be dated.
    const fn dated(mut self) -> Key {
        self.dated = true;
        self
    }

    /// The keys within, if it is a section or a list of sections.
    pub(crate) fn keys(&self) -> Option<&'static [Key]> {
        match self.kind {
            Table(keys) | Tables(keys) => Some(keys),
            _ => None,
        }
    }
}

pub(crate) const fn need(
    name: &'static str,
    example: &'static str,
    kind: Kind,
    zh: &'static str,
    en: &'static str,
) -> Key {
    Key {
        required: true,
        ..may(name, example, kind, zh, en)
    }
}

pub(crate) const fn may(
    name: &'static str,
    example: &'static str,
    kind: Kind,
    zh: &'static str,
    en: &'static str,
) -> Key {
    Key {
        name,
        required: false,
        dated: false,
        example,
        kind,
        zh,
        en,
    }
}

pub(crate) const fn one_of(words: &'static dyn WordList) -> Kind {
    Kind::Word(words)
}

pub(crate) const fn some_of(words: &'static dyn WordList) -> Kind {
    Kind::Words(words)
}

/// The sections of a file.
#[rustfmt::skip]
pub(crate) const ROOT: &[Key] = &[
    need("region", "[region]", Table(REGION), "统筹区与保险年度", "the pooling region and its insurance year"),
    need("files", "[files]", Table(FILES), "各输入文件，路径相对于本文件", "the input files; paths are relative to this file"),
    may("columns", "[columns]", Headings, "字段 = 表头，只写与国家接口字段名不同的", "field = heading, where a file departs from the national names"),
    may("grouping", "[grouping]", Table(GROUPING), "分组方案或病种目录怎样使用", "how the scheme or the DIP directory is applied"),
    need("rounding", "[rounding]", Table(ROUNDING), "各处舍入的位数与方式", "decimals and mode of every rounding"),
    may("budget", "[[budget]]", Tables(BUDGET), "预算树：资金池之上的各级预算", "a budget above pools: the tree of a fund"),
    need("pool", "[[pool]]", Tables(POOL), "资金池：一个总额预算一节，次序即输出次序", "a pool: one section per global budget, in the order of the outputs"),
    may("route", "[[route]]", Tables(ROUTE), "路由：依次看，先合者支付；不写则各病例按病组、从其险种的池支付", "a route: the first that fits pays; without any every claim is paid by group from its type's pool"),
    may("apart", "[[apart]]", Tables(APART), "除外支付：路由从病例中分出、另行支付的项目", "an item that routes pay apart from the rest of a case"),
    need("pricing", "[pricing]", Table(PRICING), "病组怎样定价", "how groups are priced"),
    may("coefficients", "[coefficients]", Table(COEFFICIENTS), "机构系数怎样由系数表与加成得出；不写则取机构表的 coefficient", "how hospital coefficients come out of a table and bonuses; the hospitals table's if left out"),
    may("support", "[support]", Table(SUPPORT), "扶持与考核：按病组付费的病例（偏差病例也在内）所得点数再乘的系数", "support and assessment: what the points of every case paid by group are multiplied by, outliers too"),
    need("deviation", "[deviation]", Table(DEVIATION), "偏差病例：x = 病例总费用 ÷ 本病组例均费用", "outliers by the cost ratio x, case cost ÷ mean cost of its group"),
    may("auxiliary", "[auxiliary]", Table(AUXILIARY), "DIP 辅助目录系数怎样计入", "how the factors of a DIP directory's auxiliary catalogues count"),
    need("ungrouped", "[ungrouped]", Table(UNGROUPED), "未入组病例", "cases without a group"),
    may("by_group", "[[by_group]]", Tables(BY_GROUP), "按病组点数的一定比例，或按另一病组，或长期住院分段付费", "a share of a group's points, another group's, or long stays split"),
    may("per_diem", "[[per_diem]]", Tables(PER_DIEM), "按床日付费", "payment per diem"),
    may("by_disease", "[[by_disease]]", Tables(BY_DISEASE), "按病种定价付费、收付费一体", "fixed prices of diseases"),
    may("by_item", "[[by_item]]", Tables(BY_ITEM), "按项目付费", "payment by item"),
    may("capitation", "[[capitation]]", Tables(CAPITATION), "按人头付费", "payment by head"),
    may("readmission", "[readmission]", Table(READMISSION), "再次住院：同一人短期内再入院，前后两次住院的点数打折", "readmissions: two stays of a person that follow each other too soon keep a share of their points"),
    may("special_review", "[special_review]", Table(SPECIAL_REVIEW), "特例单议：名额内的病例依审议结果（files.reviews）计点", "special-case review: within a quota, cases are paid as files.reviews says"),
    may("high_cap", "[high_cap]", Table(HIGH_CAP), "高倍率病例的上限，按例数、按超出的点数或两者：超出部分最多者先，其余按正常病例计点", "caps high outliers, by number, by what they earn beyond normal cases or both: those with the largest excess first, the rest are paid as normal cases"),
    need("fund_share", "[fund_share]", Table(FUND_SHARE), "支付标准中统筹基金应付的部分", "what part of a payment standard the pooled fund owes"),
    may("pool_clearing", "[pool_clearing]", Table(POOL_CLEARING), "池的结余与超支由医疗机构与基金分担", "the pool's own surplus and overspend between hospitals and fund"),
    need("clearing", "[clearing]", Table(CLEARING), "年终清算，r = 统筹已记账 ÷ 应付，按池按医疗机构", "year-end clearing by r = booked ÷ due, per pool and hospital"),
    may("clearing_for", "[[clearing_for]]", Tables(CLEARING_FOR), "某些资金池另用的清算办法", "other rules of clearing for some pools"),
    may("monthly", "[monthly]", Table(MONTHLY), "月度预结算：年终清算以前先付多少", "what of a part of the year is paid before the yearly clearing"),
    may("procurement", "[procurement]", Table(PROCUREMENT), "集采结余留用：医疗机构按考核档次留用集采节约的医保基金", "savings of central procurement: hospitals keep a share of them by their assessment"),
    may("fund", "[[fund]]", Tables(FUND), "资金池之上的基金：可支付月数、预警与下年度预付金", "an insurance fund above its pools: how many months it lasts, its warning, prepayments for the next year"),
    may("alliance", "[[alliance]]", Tables(ALLIANCE), "紧密型县域医共体：以自己的资金池对参保人的医疗费用负总责", "a county alliance, which answers for the care of its people with pools of its own"),
];

#[rustfmt::skip]
pub(crate) const REGION: &[Key] = &[
    need("code", "code = \"320900\"", Text, "统筹区代码，6 位行政区划代码", "code of the pooling region, six digits"),
    need("name", "name = \"示例市\"", Text, "统筹区名称，只供显示", "its name, for display only"),
    need("year_start", "year_start = \"2026-01-01\"", Date, "保险年度首日（含），YYYY-MM-DD", "first day of the insurance year, inclusive, YYYY-MM-DD"),
    need("year_end", "year_end = \"2026-12-31\"", Date, "保险年度末日（含），YYYY-MM-DD", "last day of the insurance year, inclusive, YYYY-MM-DD"),
    may("year_by", "year_by = \"discharge\"", one_of(&words::YEAR_BY), "病例归入保险年度的日期：dscg_time 或 setl_time；不写即 discharge", "which day decides the insurance year of a claim, dscg_time or setl_time; discharge if left out"),
    may("policy_from", "policy_from = \"2026-01-01\"", Date, "政策文件自该日起施行（含）；保险年度须全在施行期内", "first day that the policy document is in force; the insurance year must lie within"),
    may("policy_to", "policy_to = \"2027-12-31\"", Date, "政策文件施行到该日（含）；保险年度须全在施行期内", "last day that the policy document is in force; the insurance year must lie within"),
];

#[rustfmt::skip]
pub(crate) const FILES: &[Key] = &[
    need("claims", "claims = [\"claims.csv\"]", Texts, "病例文件，可多个、可用通配，按所列次序读取", "claim files or patterns, read in this order; at least one"),
    may("encoding", "encoding = \"auto\"", one_of(&words::ENCODINGS), "各表的字符编码；不写即 auto", "encoding of the tables; auto if left out"),
    need("groups", "groups = \"groups.csv\"", Text, "病组／病种目录表", "the table of disease groups"),
    need("hospitals", "hospitals = \"hospitals.csv\"", Text, "定点医疗机构表", "the table of hospitals"),
    may("prepayments", "prepayments = \"prepayments.csv\"", Text, "年内预付与月度预结表", "the table of what was paid during the year"),
    may("caps", "caps = \"caps.csv\"", Text, "机构总额控制表，clearing.compare 用", "the institution caps, for clearing.compare"),
    may("coefficients", "coefficients = \"coefficients.csv\"", Text, "机构系数表：按机构、等级、病组，[coefficients] 用", "hospital coefficients by hospital, level and group, for [coefficients]"),
    may("bonuses", "bonuses = \"bonuses.csv\"", Text, "机构系数加成与扶持表，[coefficients]、[support] 用", "bonuses of the hospital coefficients, for [coefficients], and support, for [support]"),
    may("prices", "prices = \"prices.csv\"", Text, "病种价格表，[[by_disease]] 用", "the prices of diseases, for [[by_disease]]"),
    may("enrolment", "enrolment = \"enrolment.csv\"", Text, "各机构的签约、参保人数表，[[capitation]] 用", "the people enrolled with each hospital, for [[capitation]]"),
    may("reviews", "reviews = \"reviews.csv\"", Text, "特例单议结果表，[special_review] 用", "what was decided of special cases, for [special_review]"),
    may("readmission_reasons", "readmission_reasons = \"reasons.csv\"", Text, "有正当理由的再次住院（如计划内再入院），[readmission] 用", "readmissions for a good reason, such as planned ones, for [readmission]"),
    may("penalties", "penalties = \"penalties.csv\"", Text, "违规扣点表", "points taken away for breaches of the rules"),
    may("procurement", "procurement = \"procurement.csv\"", Text, "集采药品约定采购量、用量与价格表，[procurement] 用", "what was agreed, used and paid of procured drugs, for [procurement]"),
    may("scheme", "scheme = \"chs_drg_11.dzs\"", Text, "分组方案包，为没有病组编码的病例分组；不与 dip_directory 并用", "a scheme package that groups claims without a group code; not with dip_directory"),
    may("dip_directory", "dip_directory = \"directory.dzd\"", Text, "DIP 病种目录，为没有病种编码的病例分组；不与 scheme 并用", "a DIP directory that groups claims without a group code; not with scheme"),
];

#[rustfmt::skip]
pub(crate) const GROUPING: &[Key] = &[
    may("translate", "translate = false", Boolean, "先按映射表把临床版编码转换为分组版编码；不写即 false", "translate codes into the scheme's code version first; false if left out"),
    may("verbatim", "verbatim = false", Boolean, "编码按原样比较，不统一空白、全角半角和大小写；不写即 false", "compare codes as they stand, without folding blanks, width and case; false if left out"),
];

#[rustfmt::skip]
pub(crate) const ROUNDING: &[Key] = &[
    need("points", "points = 4", Integer(0, PLACES_MAX), "点数（权重、分值）的小数位，0–12", "decimals of points, 0 to 12"),
    need("point_value", "point_value = 6", Integer(0, PLACES_MAX), "点值（元/点）的小数位，0–12", "decimals of the point value in yuan per point, 0 to 12"),
    need("money", "money = 2", Integer(2, 2), "金额的小数位，只能是 2（分）", "decimals of money; 2 (fen) is the only value"),
    need("mode", "mode = \"half-up\"", one_of(&words::MODES), "舍入方式", "how ties and fractions go"),
    need("remainder", "remainder = \"fund\"", one_of(&words::REMAINDERS), "舍入差额归属；largest-remainder 只用于点数法，且基金支付办法为 fund-points 或 difference", "who gets the fen that rounding leaves over; largest-remainder only with points, and fund-points or difference"),
];

#[rustfmt::skip]
pub(crate) const PRICING: &[Key] = &[
    need("method", "method = \"points\"", one_of(&words::PRICING_METHODS), "点数法由预算和总点数得点值，费率法事先给定费率", "points: the point value follows from budget and points; rate: the base rate is fixed beforehand"),
    need("coefficient_not_for", "coefficient_not_for = [\"basic\"]", some_of(&words::GROUP_KINDS), "不乘机构系数、各机构同病同价的病组类别，可为空", "kinds of group paid alike in every hospital; may be empty").dated(),
    need("mean_cost_all", "mean_cost_all = \"9000.00\"", Decimal, "全统筹区例均费用，元，大于 0", "regional mean cost of a case in yuan, above 0").dated(),
    need("scale", "scale = \"100\"", Decimal, "例均费用病例的基准点数，大于 0；点数 100 或 1000，权重 1", "base points of a case of mean cost, above 0; 100 or 1000 for points, 1 for weights").dated(),
];

/// A range of a route's condition.
#[rustfmt::skip]
pub(crate) const RANGE: &[Key] = &[
    may("from", "from = \"15\"", Decimal, "下限（含）", "lower end, inclusive"),
    may("to", "to = \"60\"", Decimal, "上限（含）", "upper end, inclusive"),
];

#[rustfmt::skip]
pub(crate) const AUXILIARY: &[Key] = &[
    need("compare_with", "compare_with = \"type\"", one_of(&words::COMPARE_WITH), "有系数的病例与谁的例均费用相比", "whose mean cost a case with a factor is compared with").dated(),
];

#[rustfmt::skip]
pub(crate) const UNGROUPED: &[Key] = &[
    need("share", "share = \"0.8\"", Decimal, "未入组病例按费用折点后保留的比例，0–1", "share of its cost-based points that an ungrouped case keeps, 0 to 1").dated(),
];

#[rustfmt::skip]
pub(crate) const FUND_SHARE: &[Key] = &[
    need("method", "method = \"difference\"", one_of(&words::FUND_SHARE_METHODS), "由支付标准得基金应付的办法", "how the fund's due follows from the payment standard"),
    may("pool_ratio", "pool_ratio = \"0.70\"", Decimal, "池的统筹支付比，只用于后两种办法，大于 0、至多 1；不写则取 Σ统筹支付 ÷ Σ总费用", "fund share of the pool's cost, for the last two methods, above 0, at most 1; left out: computed from the claims"),
    need("floor_at_zero", "floor_at_zero = false", Boolean, "应付为负时是否抬到 0", "whether a negative due is lifted to 0"),
];

/// One of the dated values of a key.
#[rustfmt::skip]
pub(crate) const DATED: &[Key] = &[
    need("from", "from = \"2026-01-01\"", Date, "自该日起适用（含），YYYY-MM-DD", "first day that the value counts, inclusive, YYYY-MM-DD"),
    may("to", "to = \"2026-06-30\"", Date, "适用到该日（含）；不写则到下一条的前一天", "last day that it counts, inclusive; left out: the day before the next entry's first"),
    need("value", "value = \"0.8\"", Text, "该段时间的值", "the value of those days"),
];
/// How dated values are written.
pub(crate) const DATED_EXAMPLE: &str =
    "[ { from = \"2026-01-01\", value = \"0.8\" }, { from = \"2026-07-01\", value = \"0.7\" } ]";

/// Every section with keys of its own, as a file writes it; keys that several have count for the
/// first.
fn sections(root: &'static [Key]) -> Vec<(String, &'static [Key])> {
    let mut found: Vec<(String, &'static [Key])> = Vec::new();
    for section in root {
        let Some(keys) = section.keys() else { continue };
        found.push((section_name_in(root, section.name), keys));
        for key in keys {
            if let Some(inner) = key.keys()
                && !found.iter().any(|(_, known)| std::ptr::eq(*known, inner))
            {
                found.push((format!("{}.{}", section.name, key.name), inner));
            }
        }
    }
    found
}

/// A section as a file writes it: `pool[1]` is `[[pool]]`, `deviation.low` stands for itself.
pub(crate) fn section_name(path: &str) -> String {
    section_name_in(ROOT, path)
}

/// The same of a file with these sections.
pub(crate) fn section_name_in(root: &[Key], path: &str) -> String {
    let is_list = |name: &str| root.iter().any(|key| key.name == name && matches!(key.kind, Tables(_)));
    match path.split_once('[') {
        Some((list, rest)) if rest.ends_with(']') && !list.contains('.') => format!("[[{list}]]"),
        _ if path.contains('.') => path.to_owned(),
        _ if is_list(path) => format!("[[{path}]]"),
        _ => format!("[{path}]"),
    }
}

/// A section with its required keys, to copy from.
pub(crate) fn section_example(root: &[Key], name: &str) -> Option<String> {
    let section = root.iter().find(|section| section.name == name)?;
    let required = section.keys()?.iter().filter(|key| key.required);
    let lines = std::iter::once(section.example).chain(required.map(|key| key.example));
    Some(lines.collect::<Vec<_>>().join("\n"))
}

/// The section that a key belongs to, if there is only one.
pub(crate) fn home_of(root: &'static [Key], name: &str) -> Option<String> {
    let has = |keys: &[Key]| keys.iter().any(|key| key.name == name);
    // [[clearing_for]] has the keys of [clearing], which is where a stray one belongs; of the parts
    // of a section that share a key, the first stands for all.
    let mut homes: Vec<(String, &[Key])> = sections(root)
        .into_iter()
        .filter(|(section, keys)| has(keys) && section != "[[clearing_for]]")
        .collect();
    let outer = |home: &(String, &[Key])| home.0.split_once('.').map(|(outer, _)| outer.to_owned());
    homes.dedup_by(|b, a| outer(a).is_some() && outer(a) == outer(b));
    let mut homes = homes.into_iter();
    match (homes.next(), homes.next()) {
        (Some((section, _)), None) => Some(section),
        _ => None,
    }
}

/// The known name nearest to the one found, if any is near: a third of its characters may differ.
///
/// ```
/// assert_eq!(dianzhi_policy::nearest("by_group", ["by-group", "items"]), Some("by-group"));
/// ```
pub fn nearest<'k>(found: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    // No known name is longer than this, and the comparison takes the product of the lengths.
    if found.chars().count() > 64 {
        return None;
    }
    let plain = |text: &str| text.to_lowercase().replace(['_', '-', ' '], "");
    let found = plain(found);
    known
        .into_iter()
        .map(|name| {
            let name_plain = plain(name);
            let limit = (name_plain.chars().count() / 3).max(1);
            (strsim::osa_distance(&found, &name_plain), limit, name)
        })
        .filter(|(distance, limit, _)| distance <= limit)
        .min_by_key(|(distance, ..)| *distance)
        .map(|(.., name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names() {
        let known = || POOL.iter().map(|key| key.name);
        assert_eq!(nearest("budgte", known()), Some("budget"));
        assert_eq!(nearest("Base-Rate", known()), Some("base_rate"));
        assert_eq!(nearest("ids", known()), Some("id"));
        assert_eq!(nearest("weather", known()), None);
        assert_eq!(nearest("总额", known()), None);
    }

    #[test]
    fn sections() {
        assert_eq!(section_name("pool[3]"), "[[pool]]");
        assert_eq!(section_name("clearing"), "[clearing]");
        assert_eq!(section_name("clearing.overspend[0]"), "clearing.overspend[0]");
        assert_eq!(home_of(ROOT, "quality_deposit").unwrap(), "[clearing]");
        assert_eq!(home_of(ROOT, "inclusive").unwrap(), "deviation.low");
        assert_eq!(home_of(ROOT, "method"), None);
        assert_eq!(
            section_example(ROOT, "ungrouped").unwrap(),
            "[ungrouped]\nshare = \"0.8\""
        );
        for key in ROOT.iter().filter(|key| key.required) {
            assert!(section_example(ROOT, key.name).is_some(), "{}", key.name);
        }
    }
    /// Every key of the tables with its path.
    fn every() -> Vec<(String, &'static Key)> {
        fn walk(path: &str, keys: &'static [Key], out: &mut Vec<(String, &'static Key)>) {
            for key in keys {
                let path = format!("{path}{}", key.name);
                out.push((path.clone(), key));
                walk(&format!("{path}."), key.keys().unwrap_or_default(), out);
            }
        }
        let mut out = Vec::new();
        walk("", ROOT, &mut out);
        out
    }

    #[test]
    fn every_key_is_told_and_shown() {
        for (path, key) in every() {
            assert!(key.en.is_ascii() || key.en.contains(['÷', 'Σ']), "{path}: {}", key.en);
            assert!(key.zh.chars().any(|c| c > '\u{4e00}'), "{path}: {}", key.zh);
            assert!(!key.zh.ends_with('。') && !key.en.ends_with('.'), "{path}");
            let written = key.example.trim_start_matches('[');
            assert!(written.starts_with(key.name), "{path}: {}", key.example);
            if let Kind::Word(words) | Kind::Words(words) = key.kind {
                assert!(words.pairs().len() > 1, "{path}");
            }
        }
    }

    #[test]
    fn methods_md_has_every_key_of_routes_and_methods() {
        let document = include_str!("../../../docs/METHODS.md");
        let chapter = document
            .split("\n## ")
            .find(|chapter| chapter.starts_with("5 The keys"))
            .unwrap();
        // The rows below the heading of a table, up to the next heading.
        let below = |table: &str| {
            let headings = [format!("| **`[[{table}]]`** |"), format!("| **`{table}`** |")];
            let rows = headings
                .iter()
                .find_map(|heading| chapter.split(heading.as_str()).nth(1));
            rows.and_then(|rows| rows.split("| **`").next())
                .unwrap_or_else(|| panic!("no table {table}"))
        };
        for (path, key) in every() {
            let section = path.split('.').next().unwrap_or_default();
            let is_here = matches!(
                section,
                "route" | "by_group" | "per_diem" | "by_disease" | "by_item" | "apart" | "capitation"
            );
            if let Some((table, _)) = path.rsplit_once('.').filter(|_| is_here) {
                let needed = if key.required { "yes" } else { "no" };
                let dated = if key.dated { ", dated" } else { "" };
                let row = format!("| `{}` | {needed}{dated} | ", key.name);
                assert!(below(table).contains(&row), "{path}: {row}");
            }
        }
    }

    #[test]
    fn what_counts_for_the_whole_year_is_not_dated() {
        let dated: Vec<String> = every()
            .into_iter()
            .filter(|(_, key)| key.dated)
            .map(|(path, _)| path)
            .collect();
        for path in &dated {
            let whole_year = [
                "region",
                "files",
                "columns",
                "rounding",
                "pool",
                "fund_share",
                "clearing",
                "alliance",
                "procurement",
                "fund",
                "pricing.method",
            ];
            assert!(!whole_year.iter().any(|start| path.starts_with(start)), "{path}");
        }
        for path in [
            "deviation.low.ratio",
            "ungrouped.share",
            "pricing.mean_cost_all",
            "auxiliary.compare_with",
        ] {
            assert!(dated.iter().any(|known| known == path), "{path}");
        }
    }

    /// The smallest text that has a key, with a time as its value, which no key takes.
    fn with_a_time(path: &str, key: &Key) -> String {
        let mut text = format!("{} = 00:00:00", key.name);
        let mut rest = path;
        while let Some((outer, _)) = rest.rsplit_once('.') {
            let (_, section) = every().into_iter().find(|(path, _)| path == outer).unwrap();
            text = match (outer.contains('.'), section.kind) {
                (false, _) => format!("{}\n{text}", section.example),
                (true, Tables(_)) => format!("{} = [ {{ {text} }} ]", section.name),
                (true, _) => format!("{} = {{ {text} }}", section.name),
            };
            rest = outer;
        }
        text
    }

    #[test]
    fn the_reader_takes_what_the_table_says() {
        for (path, key) in every() {
            let mistakes = crate::Region::parse("r".as_ref(), with_a_time(&path, key)).unwrap_err();
            let found = format!(" must be {}, found a date or time", key.kind.name().en);
            let told = mistakes
                .0
                .iter()
                .any(|mistake| mistake.code == "P104" && mistake.text.en.ends_with(&found));
            assert!(told, "{path}:{found}\n{mistakes}");
        }
    }
}
