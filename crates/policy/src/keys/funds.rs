//! The keys of `[procurement]` and `[[fund]]`.

use super::Kind::{Boolean, Decimal, Table, Tables, Text, Texts};
use super::{Key, SCORE_STEP, may, need};

#[rustfmt::skip]
pub(crate) const PROCUREMENT: &[Key] = &[
    need("share_at_most", "share_at_most = \"0.5\"", Decimal, "留用比例的上限，0–1，各档不得高于它", "the most that a step may have, 0 to 1"),
    need("volume_must_be_met", "volume_must_be_met = true", Boolean, "有药品未完成约定采购量的批次是否不予留用", "whether nothing is kept of a batch of which a drug's agreed volume was not used"),
    need("steps", "steps = [ { from = \"90\", share = \"0.5\" }, { from = \"60\", share = \"0.3\" } ]", Tables(SCORE_STEP), "考核得分各档的留用比例，自高分起逐档降低；低于末档不留用", "shares by score, falling from the highest; nothing below the last"),
];

#[rustfmt::skip]
pub(crate) const FUND: &[Key] = &[
    need("id", "id = \"employee\"", Text, "基金名称，用于输出，不得重复", "name in the outputs, unique"),
    need("pools", "pools = [\"employee\"]", Texts, "由该基金支付的资金池；每个池属于一个基金，职工与居民分开", "the pools that it pays; every pool is of one fund, employees and residents apart"),
    need("opening", "opening = \"800000000.00\"", Decimal, "年初统筹滚存结余，元，至多 2 位小数，可为负", "pooled balance at the start of the year, yuan, at most 2 decimals, may be below 0"),
    need("income", "income = \"1200000000.00\"", Decimal, "当年统筹基金收入，元，不小于 0", "the year's income of the pooled fund, yuan, 0 or more"),
    need("other_spending", "other_spending = \"100000000.00\"", Decimal, "不在本次结算中的当年统筹支出（如门诊、零星报销），元，不小于 0", "what it spent in the year outside of this settlement, yuan, 0 or more"),
    may("warning", "warning = [ { tier = \"red\", below = \"3\" }, { tier = \"orange\", below = \"6\" } ]", Tables(WARNING_TIER), "预警各档，自最重的起，可支付月数低于 below 即属该档；不写则不预警", "tiers of warning by months, rising from the gravest; none if left out"),
    may("deficit", "deficit = \"yellow\"", Text, "当年支出大于收入时至少属哪一档，warning 中的 tier", "the tier, of warning, that a year of more spending than income has at least"),
    may("prepayment", "prepayment = { months = \"1\", from = \"12\" }", Table(FUND_PREPAYMENT), "下年度预付金；不写则不算", "what it prepays hospitals for the next year; nothing if left out"),
];

#[rustfmt::skip]
pub(crate) const WARNING_TIER: &[Key] = &[
    need("tier", "tier = \"red\"", Text, "档名，用于输出，同一基金内不得重复", "its name in the outputs, unique within the fund"),
    need("below", "below = \"3\"", Decimal, "可支付月数低于此数（不含）即属该档，逐档升高", "fewer months than this are of this tier; rising"),
];

#[rustfmt::skip]
pub(crate) const FUND_PREPAYMENT: &[Key] = &[
    need("months", "months = \"1\"", Decimal, "预付几个月：以本年清算数 ÷ 12 为一个月，大于 0", "months of what was cleared in this year, a twelfth being one; above 0"),
    need("from", "from = \"12\"", Decimal, "基金可支付月数至少为此数才预付，不小于 0", "the months that the fund must be able to pay, 0 or more"),
];
