//! The keys of `[readmission]`, `[special_review]` and `[high_cap]`.

use super::Kind::{Boolean, Decimal, Integer, Tables, Text, Texts};
use super::{Key, may, need, one_of};
use crate::words;
use dianzhi_core::READMISSION_DAYS_MAX;

#[rustfmt::skip]
pub(crate) const READMISSION: &[Key] = &[
    need("days", "days = 15", Integer(0, READMISSION_DAYS_MAX), "前次出院到再次入院的天数，0–366", "days from the discharge of the earlier stay to the admission of the later one, 0 to 366"),
    may("days_inclusive", "days_inclusive = true", Boolean, "恰为此天数是否也算；不写即 true", "whether just so many days count too; true if left out"),
    need("same", "same = \"group\"", one_of(&words::SAME_STAY), "两次住院什么相同才算", "what two stays of a person must share"),
    may("same_hospital", "same_hospital = true", Boolean, "是否只看同一机构；不写即 true", "whether only stays in one hospital count; true if left out"),
    may("not_for", "not_for = [\"RE*\"]", Texts, "不看的病组编码（放化疗等），末尾 * 表示以此开头；不写则都看", "group codes that are not looked at (chemotherapy and the like), * at the end: begins so; all are if left out"),
    may("earlier_share", "earlier_share = \"0.5\"", Decimal, "前次住院保留点数的比例，0–1；不写即 1", "share of its points that the earlier stay keeps, 0 to 1; 1 if left out"),
    may("later_share", "later_share = \"0\"", Decimal, "后次住院保留点数的比例，0–1；不写即 1", "share of its points that the later stay keeps, 0 to 1; 1 if left out"),
    may("merge", "merge = true", Boolean, "合并计一例：只计点数最多的一次，代替 earlier_share、later_share；不写即 false", "the stays are one case, the one with the most points, in place of earlier_share and later_share; false if left out"),
];

#[rustfmt::skip]
pub(crate) const SPECIAL_REVIEW: &[Key] = &[
    need("quota", "quota = \"0.05\"", Decimal, "名额占出院人次的比例，0–1，向下取整", "the quota as a share of the discharges, 0 to 1, cut down to whole cases"),
    need("quota_of", "quota_of = \"hospital\"", one_of(&words::QUOTA_OF), "按谁的出院人次计名额", "whose discharges the quota is a share of"),
    may("levels", "levels = [ { level = \"3\", quota = \"0.02\" } ]", Tables(LEVEL_QUOTA), "某些等级医疗机构另用的比例，不用于 quota_of = \"pool\"", "other shares at some levels of hospital; not with quota_of = \"pool\""),
    may("period", "period = \"year\"", one_of(&words::QUOTA_PERIOD), "按出院日期在多长时间内计名额；不写即 year", "over which time the discharges are counted, by their day; year if left out"),
    need("over_quota", "over_quota = \"largest-excess\"", one_of(&words::OVER_QUOTA), "通过的例数超过名额时怎样办", "what becomes of approved cases beyond the quota"),
];

#[rustfmt::skip]
pub(crate) const HIGH_CAP: &[Key] = &[
    may("quota", "quota = \"0.05\"", Decimal, "按高倍率支付的例数占出院人次的比例，0–1，向下取整；不写则不限例数", "the number paid as high outliers as a share of the discharges, 0 to 1, cut down to whole cases; any number if left out"),
    may("excess_share", "excess_share = \"0.02\"", Decimal, "高倍率病例超出正常病例的点数合计占全部病例调整前点数的比例，0–1，向下取到点数的小数位；不写则不限点数", "what high outliers earn beyond normal cases, in sum, as a share of the points of all cases as priced, 0 to 1, cut down to the decimals of points; any points if left out"),
    need("quota_of", "quota_of = \"hospital\"", one_of(&words::QUOTA_OF), "按谁的出院人次和点数计", "whose discharges and points they are shares of"),
    may("levels", "levels = [ { level = \"3\", quota = \"0.02\" } ]", Tables(LEVEL_CAP), "某些等级医疗机构另用的比例，不用于 quota_of = \"pool\"", "other shares at some levels of hospital; not with quota_of = \"pool\""),
    may("period", "period = \"year\"", one_of(&words::QUOTA_PERIOD), "按出院日期在多长时间内计；不写即 year", "over which time discharges and points are counted, by their day; year if left out"),
];

#[rustfmt::skip]
pub(crate) const LEVEL_QUOTA: &[Key] = &[
    need("level", "level = \"3\"", Text, "医疗机构等级，与机构表的 level 一致，不得重复", "the hospital's level as in the hospitals table, each once"),
    need("quota", "quota = \"0.02\"", Decimal, "该等级的比例，0–1", "the share at that level, 0 to 1"),
];

#[rustfmt::skip]
pub(crate) const LEVEL_CAP: &[Key] = &[
    need("level", "level = \"3\"", Text, "医疗机构等级，与机构表的 level 一致，不得重复", "the hospital's level as in the hospitals table, each once"),
    may("quota", "quota = \"0.02\"", Decimal, "该等级例数的比例，0–1；不写即本节的 quota", "the share of the discharges at that level, 0 to 1; the section's if left out"),
    may("excess_share", "excess_share = \"0.05\"", Decimal, "该等级点数的比例，0–1；不写即本节的 excess_share", "the share of the points at that level, 0 to 1; the section's if left out"),
];
