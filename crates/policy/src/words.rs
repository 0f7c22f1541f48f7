//! The closed lists of words: how a region file writes them, what they are called in Chinese, and
//! the value that each stands for. Reader, messages and schema take them from here.

use crate::region::{EncodingChoice, YearBy};
use dianzhi_core::{
    AtMost, BonusAs, Charge, CombineBonuses, Compare, CompareWith, ExtremePay, FundShareMethod, GroupKind,
    MissingCoefficient, MonthlyOf, OutlierCoefficient, OverQuota, PayIn, PricingMethod, QuotaOf, QuotaPeriod,
    Remainder, RoundingMode, SameStay, ScoreBy, Sharing, Yardstick,
};
use std::fmt;

/// A word of a closed list, with what it means in Chinese.
pub(crate) struct Word<T> {
    pub(crate) word: &'static str,
    pub(crate) zh: &'static str,
    pub(crate) value: T,
}

/// A closed list, whatever its words stand for.
pub(crate) trait WordList: Sync {
    /// Each word with its meaning in Chinese, in order.
    fn pairs(&self) -> Vec<(&'static str, &'static str)>;
}

impl<T: Sync> WordList for &'static [Word<T>] {
    fn pairs(&self) -> Vec<(&'static str, &'static str)> {
        self.iter().map(|word| (word.word, word.zh)).collect()
    }
}

impl fmt::Debug for dyn WordList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.pairs()).finish()
    }
}

pub(crate) const fn word<T>(word: &'static str, zh: &'static str, value: T) -> Word<T> {
    Word { word, zh, value }
}

pub(crate) const ENCODINGS: &[Word<EncodingChoice>] = &[
    word("auto", "自动判断", EncodingChoice::Auto),
    word("utf-8", "UTF-8", EncodingChoice::Utf8),
    word("gb18030", "GBK", EncodingChoice::Gb18030),
];
pub(crate) const MODES: &[Word<RoundingMode>] = &[
    word("half-up", "四舍五入", RoundingMode::HalfUp),
    word("half-even", "四舍六入五成双", RoundingMode::HalfEven),
    word("down", "截尾", RoundingMode::Down),
];
pub(crate) const REMAINDERS: &[Word<Remainder>] = &[
    word("fund", "留在基金", Remainder::Fund),
    word("largest-remainder", "最大余数法", Remainder::LargestRemainder),
];
pub(crate) const PRICING_METHODS: &[Word<PricingMethod>] = &[
    word("points", "点数法", PricingMethod::Points),
    word("rate", "费率法", PricingMethod::Rate),
];
pub(crate) const GROUP_KINDS: &[Word<GroupKind>] = &[
    word("core", "核心病种", GroupKind::Core),
    word("basic", "基层病种", GroupKind::Basic),
    word("tcm", "中医优势病种", GroupKind::Tcm),
];
pub(crate) const COMPARE_WITH: &[Word<CompareWith>] = &[
    word("type", "病种", CompareWith::Type),
    word("sub-type", "亚型", CompareWith::SubType),
];
pub(crate) const YARDSTICKS: &[Word<Yardstick>] = &[
    word("group-mean", "病组例均费用", Yardstick::GroupMean),
    word("standard", "支付标准（例均费用 × 机构系数）", Yardstick::Standard),
];
pub(crate) const OUTLIER_COEFFICIENTS: &[Word<OutlierCoefficient>] = &[
    word("dropped", "不计", OutlierCoefficient::Dropped),
    word("kept", "照乘", OutlierCoefficient::Kept),
    word("carried", "界限处与正常病例相接", OutlierCoefficient::Carried),
];
pub(crate) const EXTREME_PAY: &[Word<ExtremePay>] = &[
    word("normal", "按正常病例", ExtremePay::Normal),
    word("at-threshold", "按恰在界限上的病例", ExtremePay::AtThreshold),
];
pub(crate) const FUND_SHARE_METHODS: &[Word<FundShareMethod>] = &[
    word("fund-points", "基金点数", FundShareMethod::FundPoints),
    word("difference", "差额法", FundShareMethod::Difference),
    word("actual-ratio", "实际支付比例", FundShareMethod::ActualRatio),
    word("reimbursement-ratio", "报销比例", FundShareMethod::ReimbursementRatio),
    word("scaled-ratio", "比例折算", FundShareMethod::ScaledRatio),
];
pub(crate) const COMPARE_WITH_GROUP: &[Word<CompareWith>] = &[
    word("group", "病组", CompareWith::Type),
    word("at-factor", "病组乘以比例", CompareWith::SubType),
];
pub(crate) const MISSING_COEFFICIENTS: &[Word<MissingCoefficient>] = &[
    word("hospital", "机构表的 coefficient", MissingCoefficient::Hospital),
    word("one", "1", MissingCoefficient::One),
];
pub(crate) const COMBINE_BONUSES: &[Word<CombineBonuses>] = &[
    word("highest", "只取最高一项", CombineBonuses::Highest),
    word("sum", "各项相加", CombineBonuses::Sum),
];
pub(crate) const BONUS_AS: &[Word<BonusAs>] = &[
    word("added", "加在基本系数上", BonusAs::Added),
    word("share", "基本系数的一个比例", BonusAs::Share),
];
pub(crate) const AT_MOST: &[Word<AtMost>] = &[
    word("base", "病组点数（乘 factor）", AtMost::Base),
    word("normal", "病组点数再乘机构系数", AtMost::Normal),
];
pub(crate) const PAY_IN: &[Word<PayIn>] = &[
    word("points", "点数", PayIn::Points),
    word("money", "金额", PayIn::Money),
];
pub(crate) const CHARGES: &[Word<Charge>] = &[
    word("bill", "按项目收费，患者不超过其价格份额", Charge::Bill),
    word("price", "收付费一体", Charge::Price),
];
pub(crate) const DISEASE_CODES: &[Word<&str>] = &[
    word("group_code", "病组编码", "group_code"),
    word("dise_no", "病种编号", "dise_no"),
    word("med_type", "医疗类别", "med_type"),
];
pub(crate) const COMPARE: &[Word<Compare>] = &[
    word("due", "应付合计", Compare::Due),
    word("institution-cap", "机构总额控制指标", Compare::InstitutionCap),
    word("lower", "两者取低", Compare::Lower),
];
pub(crate) const MONTHLY_OF: &[Word<MonthlyOf>] = &[
    word("due", "应付", MonthlyOf::Due),
    word("booked", "统筹记账", MonthlyOf::Booked),
];
pub(crate) const SCORE_BY: &[Word<ScoreBy>] = &[
    word("assessment_score", "考核得分", ScoreBy::AssessmentScore),
    word("credit_score", "信用得分", ScoreBy::CreditScore),
];
pub(crate) const SHARING: &[Word<Sharing>] = &[
    word("progressive", "分档累计", Sharing::Progressive),
    word("whole", "按所在档", Sharing::Whole),
];
pub(crate) const SAME_STAY: &[Word<SameStay>] = &[
    word("group", "病组编码", SameStay::Group),
    word("adrg", "病组编码前三位", SameStay::Adrg),
    word("diagnosis", "主要诊断前三位", SameStay::Diagnosis),
];
pub(crate) const QUOTA_OF: &[Word<QuotaOf>] = &[
    word("pool", "资金池", QuotaOf::Pool),
    word("hospital", "医疗机构", QuotaOf::Hospital),
    word("level", "同等级的医疗机构合计", QuotaOf::Level),
];
pub(crate) const QUOTA_PERIOD: &[Word<QuotaPeriod>] = &[
    word("year", "保险年度", QuotaPeriod::Year),
    word("quarter", "季度", QuotaPeriod::Quarter),
    word("month", "月", QuotaPeriod::Month),
];
pub(crate) const OVER_QUOTA: &[Word<OverQuota>] = &[
    word("largest-excess", "费用超出点数最多者先", OverQuota::LargestExcess),
    word("refuse", "拒绝结算", OverQuota::Refuse),
];
pub(crate) const YEAR_BY: &[Word<YearBy>] = &[
    word("discharge", "出院日期", YearBy::Discharge),
    word("settlement", "结算日期", YearBy::Settlement),
];
