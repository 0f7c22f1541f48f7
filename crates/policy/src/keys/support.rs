//! The keys of `[support]`.

use super::Kind::{Decimal, Table, Tables, Texts};
use super::{Key, may, need, one_of};
use crate::words;

#[rustfmt::skip]
pub(crate) const SUPPORT: &[Key] = &[
    may("bonuses", "bonuses = { kinds = [\"重点专科\"], combine = \"highest\" }", Table(SUPPORT_BONUSES), "加成表（files.bonuses）中哪些是扶持、怎样合并；不写则没有扶持", "which rows of files.bonuses are support and what they come to; none if left out"),
    may("assessment", "assessment = { steps = [ { from = \"90\", coefficient = \"1.02\" }, { from = \"0\", coefficient = \"1\" } ] }", Table(SUPPORT_ASSESSMENT), "年度考核系数，按机构得分分档；不写即 1", "the coefficient of the yearly assessment by a score of the hospital; 1 if left out"),
];

#[rustfmt::skip]
pub(crate) const SUPPORT_BONUSES: &[Key] = &[
    need("kinds", "kinds = [\"重点专科\"]", Texts, "属于扶持的加成类别 bonus_kind，至少一个；其余类别计入机构系数", "the bonus_kind of the rows that are support, at least one; those of other kinds go into the hospital coefficient"),
    need("combine", "combine = \"highest\"", one_of(&words::COMBINE_BONUSES), "一家机构的各项扶持怎样合并", "what the rows of a hospital come to").dated(),
    may("at_most", "at_most = \"0.15\"", Decimal, "合并后的扶持至多此值，不小于 0；不写则不限", "the most that they come to, 0 or more; no limit if left out").dated(),
];

#[rustfmt::skip]
pub(crate) const SUPPORT_ASSESSMENT: &[Key] = &[
    may("by", "by = \"assessment_score\"", one_of(&words::SCORE_BY), "按机构表的哪一个得分；不写即 assessment_score", "which score of the hospitals table counts; assessment_score if left out"),
    need("steps", "steps = [ { from = \"90\", coefficient = \"1.02\" }, { from = \"0\", coefficient = \"1\" } ]", Tables(COEFFICIENT_STEP), "得分分档，自高分起逐档降低，末档从 0 起", "steps of the score, falling, the last one from 0"),
];

#[rustfmt::skip]
pub(crate) const COEFFICIENT_STEP: &[Key] = &[
    need("from", "from = \"90\"", Decimal, "本档最低得分，不小于 0，低于前一档", "least score of the step, 0 or more, below the step before"),
    need("coefficient", "coefficient = \"1.02\"", Decimal, "本档的系数，大于 0、至多 10，不高于前一档", "what points are multiplied by, above 0, at most 10, not above the step before"),
];
