//! The keys of `[coefficients]`.

use super::Kind::{Decimal, Integer, Table};
use super::{Key, may, need, one_of};
use crate::words;
use dianzhi_core::PLACES_MAX;

#[rustfmt::skip]
pub(crate) const COEFFICIENTS: &[Key] = &[
    need("missing", "missing = \"hospital\"", one_of(&words::MISSING_COEFFICIENTS), "系数表中没有相应行的机构、病组（新增病组）的基本系数", "the basic coefficient of a hospital and group without a row of the table (a new group)").dated(),
    may("bonuses", "bonuses = { combine = \"highest\", count_as = \"added\" }", Table(BONUSES), "加成表（files.bonuses）怎样计入", "how the rows of files.bonuses count"),
    may("decimals", "decimals = 4", Integer(0, PLACES_MAX), "系数的小数位，0–12；不写则不舍入", "decimals of k, 0 to 12; not rounded if left out").dated(),
    may("cap", "cap = { from = \"0.8\", to = \"1.2\" }", Table(COEFFICIENT_CAP), "系数的上下限；不写则不限", "between which k stays; no bounds if left out"),
];

#[rustfmt::skip]
pub(crate) const BONUSES: &[Key] = &[
    need("combine", "combine = \"highest\"", one_of(&words::COMBINE_BONUSES), "一家机构的各项加成怎样合并", "what the bonuses of a hospital come to").dated(),
    need("count_as", "count_as = \"added\"", one_of(&words::BONUS_AS), "加成怎样计入系数", "how they go into k").dated(),
    may("at_most", "at_most = \"0.15\"", Decimal, "合并后的加成至多此值，不小于 0；不写则不限", "the most that they come to, 0 or more; no limit if left out").dated(),
];

#[rustfmt::skip]
pub(crate) const COEFFICIENT_CAP: &[Key] = &[
    may("from", "from = \"0.8\"", Decimal, "系数下限，大于 0", "the least that k may be, above 0").dated(),
    may("to", "to = \"1.2\"", Decimal, "系数上限，大于 0", "the most that k may be, above 0").dated(),
];
