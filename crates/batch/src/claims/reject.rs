//! Rejected records: one row of rejects.csv each (docs/SETTLEMENT.md §4).

use dianzhi_core::Text;
use std::fmt;

/// Why a record is rejected: the first check of docs/SETTLEMENT.md §4 that it fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RejectCode {
    /// The record does not decode, or has another number of columns than the header.
    E101,
    /// A required field is empty.
    E102,
    /// Not a number, too many decimals, or above the limit.
    E103,
    /// Negative, or not above zero where it must be, or a ratio above 1.
    E104,
    /// Not a date.
    E105,
    /// Discharged before admitted.
    E106,
    /// Discharged outside the insurance year.
    E107,
    /// The hospital is unknown.
    E108,
    /// No pool pays the insurance type.
    E109,
    /// The fund was billed more than the case cost.
    E110,
    /// Refunded or void.
    E111,
    /// The same record again.
    E112,
    /// The same settlement id with other content.
    E113,
    /// No route takes the claim.
    E114,
    /// Its method needs the days of the stay.
    E115,
    /// The items paid apart leave nothing of the cost.
    E116,
}

impl RejectCode {
    /// Every code.
    pub const ALL: [RejectCode; 16] = [
        RejectCode::E101,
        RejectCode::E102,
        RejectCode::E103,
        RejectCode::E104,
        RejectCode::E105,
        RejectCode::E106,
        RejectCode::E107,
        RejectCode::E108,
        RejectCode::E109,
        RejectCode::E110,
        RejectCode::E111,
        RejectCode::E112,
        RejectCode::E113,
        RejectCode::E114,
        RejectCode::E115,
        RejectCode::E116,
    ];

    /// The code as written.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            RejectCode::E101 => "E101",
            RejectCode::E102 => "E102",
            RejectCode::E103 => "E103",
            RejectCode::E104 => "E104",
            RejectCode::E105 => "E105",
            RejectCode::E106 => "E106",
            RejectCode::E107 => "E107",
            RejectCode::E108 => "E108",
            RejectCode::E109 => "E109",
            RejectCode::E110 => "E110",
            RejectCode::E111 => "E111",
            RejectCode::E112 => "E112",
            RejectCode::E113 => "E113",
            RejectCode::E114 => "E114",
            RejectCode::E115 => "E115",
            RejectCode::E116 => "E116",
        }
    }

    /// What it means and what to do, in a line.
    #[must_use]
    pub fn text(self) -> Text {
        let (zh, en) = match self {
            RejectCode::E101 => (
                "记录无法解码、引号不成对或列数与表头不同；改正该行",
                "the record does not decode, has a quote out of place or another number of columns than the header; mend the row",
            ),
            RejectCode::E102 => ("必填字段为空；补填", "a required field is empty; fill it in"),
            RejectCode::E103 => (
                "不是数字、金额多于两位小数或超过 9999999999.99；改为普通小数",
                "not a number, money with more than 2 decimals, or above 9999999999.99; write a plain decimal",
            ),
            RejectCode::E104 => (
                "金额为负、总费用不大于零或报销比例不在 0 到 1 之间；退费记录应带标志",
                "a negative amount, a total fee not above zero, or a ratio outside 0 to 1; refunds carry a flag",
            ),
            RejectCode::E105 => (
                "不是日期；写作 YYYY-MM-DD，月、日须两位，如 2026-01-05，可带时间 HH:MM",
                "not a date; write YYYY-MM-DD with two-digit month and day, as 2026-01-05, with a time HH:MM if you like",
            ),
            RejectCode::E106 => (
                "出院早于入院；改正日期",
                "discharged before admitted; correct the dates",
            ),
            RejectCode::E107 => (
                "出院日期（year_by = \"settlement\" 时为结算日期）不在保险年度内；移到所属年度",
                "discharged (with year_by = \"settlement\": settled) outside the insurance year; settle it in its own year",
            ),
            RejectCode::E108 => (
                "hospitals 中没有该机构；补入或改正代码",
                "the hospital is not in hospitals; add it or correct the code",
            ),
            RejectCode::E109 => (
                "没有资金池支付该险种；改正代码或在 [[pool]] 中列入",
                "no pool pays this insurance type; correct the code or list it in a [[pool]]",
            ),
            RejectCode::E110 => (
                "统筹基金支付（及资金池 funds 所列其他基金之和）大于医疗总费用；核对各项金额",
                "hifp_pay, with the other funds of the pool, is above medfee_sumamt; check the amounts",
            ),
            RejectCode::E111 => (
                "已退费或作废（refd_setl_flag 为 1 或 vali_flag 为 0），不参与结算",
                "refunded or void (refd_setl_flag is 1 or vali_flag is 0): not settled",
            ),
            RejectCode::E112 => (
                "与前面的记录完全相同；保留第一条",
                "the same record again; the first is kept",
            ),
            RejectCode::E113 => (
                "结算流水号相同而内容不同；请核实后只保留一条",
                "the same setl_id with other content; find out which one is right and keep that",
            ),
            RejectCode::E114 => (
                "没有一条 [[route]] 适用；补一条路由，或改正记录的字段",
                "no [[route]] takes the claim; add a route, or correct the record's fields",
            ),
            RejectCode::E115 => (
                "付费方式要住院天数，而 act_ipt_days 不是整数，或为空且没有入院日期；补填",
                "its method needs the days of the stay: act_ipt_days is no whole number, or is empty without an admission date; fill it in",
            ),
            RejectCode::E116 => (
                "除外支付的金额达到或超过医疗总费用；核对各项金额",
                "the items paid apart come to medfee_sumamt or more; check the amounts",
            ),
        };
        Text::new(zh, en)
    }
}

impl fmt::Display for RejectCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A rejected record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// Which file, by position among the claim files.
    pub file: usize,
    /// Line where the record starts, from 1.
    pub line: u64,
    /// Its settlement id, empty where it could not be read.
    pub setl_id: String,
    /// The field at fault; empty for the record as a whole.
    pub field: &'static str,
    /// Why.
    pub code: RejectCode,
    /// The source row, decoded, without its line end.
    pub record: String,
}
