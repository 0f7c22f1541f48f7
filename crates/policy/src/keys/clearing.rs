//! The keys of `[pool_clearing]`, `[clearing]` and `[[clearing_for]]`.

use super::Kind::{Boolean, Decimal, Table, Tables, Texts};
use super::{Key, may, need, one_of};
use crate::words;

/// `$surplus` says whether the floor and the share are required: they are not where bands stand in
/// their place.
macro_rules! clearing_keys {
    ($surplus:ident $(, $first:expr)?) => {
        &[
            $($first,)?
            may("compare", "compare = \"due\"", one_of(&words::COMPARE), "清算时以什么为应付", "what a hospital's due is at clearing"),
            $surplus("surplus_floor", "surplus_floor = \"0.85\"", Decimal, "r 低于此值只付记账数，不小于 0", "below this r only the booked sum is paid; 0 or more"),
            $surplus("surplus_keep", "surplus_keep = \"1\"", Decimal, "结余留用：医疗机构留用结余的比例，0–1", "the hospital's share of its surplus, 0 to 1"),
            may("surplus_bands", "surplus_bands = [ { from = \"0.90\", keep = \"1\" }, { from = \"0.80\", keep = \"0.5\" } ]", Tables(SURPLUS_BAND), "结余分档，自 1 以下逐档降低，代替 surplus_floor 与 surplus_keep", "bands of surplus, falling from below 1, in place of surplus_floor and surplus_keep"),
            may("surplus_cap", "surplus_cap = \"0.05\"", Decimal, "留用结余不超过应付的这一比例，0–1；不写则不限", "what is kept is at most this share of the due, 0 to 1; no limit if left out"),
            need("overspend", "overspend = [ { up_to = \"1.10\", fund_share = \"0.5\" } ]", Tables(OVERSPEND), "合理超支分担：各档自 1 起逐档升高，可为空", "bands of overspend, rising from above 1; may be empty"),
            may("compensation_cap", "compensation_cap = \"0.10\"", Decimal, "超支分担不超过应付的这一比例，0–1；不写则不限", "compensation is at most this share of the due, 0 to 1; no limit if left out"),
            may("sharing", "sharing = \"progressive\"", one_of(&words::SHARING), "分档怎样计；不写即 progressive", "how bands count; progressive if left out"),
            may("from_inclusive", "from_inclusive = true", Boolean, "r 恰为结余各档下限时是否属于该档；不写即 true", "whether r exactly at a band's from belongs to it; true if left out"),
            may("up_to_inclusive", "up_to_inclusive = true", Boolean, "r 恰为超支各档上限时是否属于该档；不写即 true", "whether r exactly at a band's up_to belongs to it; true if left out"),
            need("quality_deposit", "quality_deposit = \"0.05\"", Decimal, "质量保证金占清算数的比例，0–1", "share of the clearing held back, 0 to 1"),
            need("assessment", "assessment = { full_from = \"90\", none_below = \"60\" }", Table(ASSESSMENT), "考核得分怎样返还质量保证金：按得分（其间为 得分÷100），或按 steps 分档", "how the assessment score returns the deposit: by the score (÷ 100 between), or by steps"),
            may("cap_assessment", "cap_assessment = { by = \"credit_score\", steps = [ { from = \"90\", share = \"1\" }, { from = \"60\", share = \"0.95\" } ] }", Table(ASSESSMENT), "考核或信用得分怎样调整总额控制指标，写法同 assessment；不写则不调整", "what part of its cap a hospital has by its score, written as assessment; all of it if left out"),
            may("surplus_assessment", "surplus_assessment = { steps = [ { from = \"90\", share = \"1\" }, { from = \"60\", share = \"0.8\" } ] }", Table(ASSESSMENT), "考核得分怎样决定结余留用，写法同 assessment；不写则与考核无关", "how the assessment score decides what of a surplus is kept, written as assessment; all of it if left out"),
        ]
    };
}

#[rustfmt::skip]
pub(crate) const CLEARING: &[Key] = clearing_keys!(need);
#[rustfmt::skip]
pub(crate) const CLEARING_WITH_BANDS: &[Key] = clearing_keys!(may);
/// Whether the floor and the share are there is looked at section by section.
#[rustfmt::skip]
pub(crate) const CLEARING_FOR: &[Key] = clearing_keys!(may, need("pools", "pools = [\"resident\"]", Texts, "依本节清算的资金池；一个池只属于一节", "the pools that are cleared by this section; each in one only"));

#[rustfmt::skip]
pub(crate) const POOL_CLEARING: &[Key] = &[
    need("surplus_to_hospitals", "surplus_to_hospitals = \"0.85\"", Decimal, "池结余归医疗机构的比例，0–1", "the hospitals' share of the pool's surplus, 0 to 1"),
    need("overspend_to_hospitals", "overspend_to_hospitals = \"0.85\"", Decimal, "池超支由医疗机构负担的比例，0–1", "the hospitals' share of the pool's overspend, 0 to 1"),
    may("fund_bears_at_most", "fund_bears_at_most = \"0.05\"", Decimal, "基金负担的超支不超过预算的这一比例，0–1；不写则不限", "the fund bears at most this share of the budget, 0 to 1; no limit if left out"),
];

#[rustfmt::skip]
pub(crate) const MONTHLY: &[Key] = &[
    need("of", "of = \"due\"", one_of(&words::MONTHLY_OF), "按应付还是按统筹记账预付", "what is advanced a share of: the fund's due, or what it booked"),
    need("share", "share = \"0.95\"", Decimal, "预付的比例，0–1；其余待年终清算", "the share advanced, 0 to 1; the rest waits for the yearly clearing"),
];

#[rustfmt::skip]
pub(crate) const SURPLUS_BAND: &[Key] = &[
    need("from", "from = \"0.90\"", Decimal, "本档下限，r，低于前一档", "lower end of the band as r, below the band before"),
    need("keep", "keep = \"1\"", Decimal, "本档内医疗机构留用的比例，0–1", "the hospital's share of what lies in the band, 0 to 1"),
];

#[rustfmt::skip]
pub(crate) const OVERSPEND: &[Key] = &[
    need("up_to", "up_to = \"1.10\"", Decimal, "本档上限，r，高于前一档", "upper end of the band as r, above the band before"),
    need("fund_share", "fund_share = \"0.5\"", Decimal, "本档内基金分担的比例，0–1", "the fund's share of what lies in the band, 0 to 1"),
];

/// `$score` says whether the two scores are required: they are not where steps stand in their place.
macro_rules! assessment_keys {
    ($score:ident) => {
        &[
            $score(
                "full_from",
                "full_from = \"90\"",
                Decimal,
                "得分从此起为全部，不小于 0",
                "score from which it is all, 0 or more",
            ),
            $score(
                "none_below",
                "none_below = \"60\"",
                Decimal,
                "得分低于此为零，不高于 full_from",
                "score below which it is nothing, not above full_from",
            ),
            may(
                "by",
                "by = \"assessment_score\"",
                one_of(&words::SCORE_BY),
                "按机构表的哪一个得分；不写即 assessment_score",
                "which score of the hospitals table counts; assessment_score if left out",
            ),
            may(
                "steps",
                "steps = [ { from = \"90\", share = \"1\" }, { from = \"80\", share = \"0.8\" } ]",
                Tables(SCORE_STEP),
                "得分分档，自高分起逐档降低，低于各档为零，代替 full_from 与 none_below",
                "steps of the score, falling, nothing below the last, in place of full_from and none_below",
            ),
        ]
    };
}

#[rustfmt::skip]
pub(crate) const ASSESSMENT: &[Key] = assessment_keys!(need);
#[rustfmt::skip]
pub(crate) const ASSESSMENT_BY_STEPS: &[Key] = assessment_keys!(may);

#[rustfmt::skip]
pub(crate) const SCORE_STEP: &[Key] = &[
    need("from", "from = \"90\"", Decimal, "本档最低得分，不小于 0，低于前一档", "least score of the step, 0 or more, below the step before"),
    need("share", "share = \"1\"", Decimal, "本档的比例，0–1，不高于前一档", "the share of the step, 0 to 1, not above the step before"),
];
