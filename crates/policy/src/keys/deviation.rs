//! The keys of `[deviation]`.

use super::Kind::{Boolean, Decimal, Table, Tables, Text};
use super::{Key, may, need, one_of};
use crate::words;

#[rustfmt::skip]
pub(crate) const DEVIATION: &[Key] = &[
    may("compare_with", "compare_with = \"group-mean\"", one_of(&words::YARDSTICKS), "病例总费用与什么相比；不写即 group-mean", "what the cost of a case is compared with; group-mean if left out").dated(),
    need("low", "low = { ratio = \"0.5\", inclusive = false }", Table(LOW), "低倍率界限：x 低于此值为低倍率病例", "low outlier below this bound of x").dated(),
    need("high", "high = { ratio = \"2.0\", inclusive = false }", Table(HIGH), "高倍率界限：x 高于此值为高倍率病例", "high outlier above this bound of x").dated(),
    may("extreme", "extreme = { ratio = \"5\", inclusive = false, pay = \"normal\" }", Table(EXTREME), "极高倍率界限：x 高于此值的高倍率病例不再按费用计点；不写则没有", "bound of x beyond which a high outlier is paid no more for its cost; none if left out").dated(),
];

/// `$more` are keys of the high bound alone.
macro_rules! threshold_keys {
    ($($more:expr)?) => {
        &[
            need("ratio", "ratio = \"0.5\"", Decimal, "界限，不小于 0；有 tiers 时为其余病例的界限；低倍率的不高于高倍率的", "the bound, 0 or more; with tiers, of all other cases; low ones are not above high ones").dated(),
            need("inclusive", "inclusive = false", Boolean, "恰在界限上的病例是否也算", "whether a case exactly at the bound counts too").dated(),
            may("tiers", "tiers = [ { level = \"3\", ratio = \"3\" }, { base_points_to = \"100\", ratio = \"2\" } ]", Tables(THRESHOLD_TIER), "分档界限：依次看，先合者定", "bounds of some hospitals and groups; the first that fits decides"),
            may("coefficient", "coefficient = \"dropped\"", one_of(&words::OUTLIER_COEFFICIENTS), "超出界限的病例怎样计机构系数；不写即 dropped", "what becomes of the hospital coefficient beyond the bound; dropped if left out").dated(),
            $($more,)?
        ]
    };
}

#[rustfmt::skip]
pub(crate) const LOW: &[Key] = threshold_keys!();
#[rustfmt::skip]
pub(crate) const HIGH: &[Key] = threshold_keys!(may("share", "share = \"0.7\"", Decimal, "超出高倍率界限的部分计点的比例，0–1；不写即 1", "share of what lies above the bound that is paid, 0 to 1; 1 if left out").dated());

#[rustfmt::skip]
pub(crate) const THRESHOLD_TIER: &[Key] = &[
    may("level", "level = \"3\"", Text, "医疗机构等级，与机构表的 level 一致", "the hospital's level as in the hospitals table"),
    may("base_points_to", "base_points_to = \"100\"", Decimal, "病组基准点数（费率法为权重）至多此值（含），不小于 0；level、base_points_to 至少写一个", "the group's base points (weight, by rate) are at most this, 0 or more; it needs a level, a base_points_to, or both"),
    need("ratio", "ratio = \"3\"", Decimal, "本档的界限，不小于 0", "the bound of these cases, 0 or more").dated(),
];

#[rustfmt::skip]
pub(crate) const EXTREME: &[Key] = &[
    need("ratio", "ratio = \"5\"", Decimal, "极高倍率界限，不低于任何高倍率界限", "the bound, at or above every high one").dated(),
    need("inclusive", "inclusive = false", Boolean, "恰在界限上的病例是否也算", "whether a case exactly at the bound counts too").dated(),
    need("pay", "pay = \"normal\"", one_of(&words::EXTREME_PAY), "极高倍率病例怎样计点", "what such a case is paid").dated(),
];
