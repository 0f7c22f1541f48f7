//! The keys of `[pool_clearing]`, `[clearing]` and `[[clearing_for]]`.

use crate::keys::{Key, may, need};

/// `$surplus` says whether the floor and the share are required: they are not where bands stand in
/// their place.
macro_rules! clearing_keys {
    ($surplus:ident $(, $first:expr)?) => {
        &[
            $($first,)?
            may("compare", "compare = \"due\""),
            $surplus("surplus_floor", "surplus_floor = \"0.85\""),
            $surplus("surplus_keep", "surplus_keep = \"1\""),
            may(
                "surplus_bands",
                "surplus_bands = [ { from = \"0.90\", keep = \"1\" }, { from = \"0.80\", keep = \"0.5\" } ]",
            ),
            may("surplus_cap", "surplus_cap = \"0.05\""),
            need(
                "overspend",
                "overspend = [ { up_to = \"1.10\", fund_share = \"0.5\" } ]",
            ),
            may("compensation_cap", "compensation_cap = \"0.10\""),
            may("sharing", "sharing = \"progressive\""),
            may("from_inclusive", "from_inclusive = true"),
            may("up_to_inclusive", "up_to_inclusive = true"),
            need("quality_deposit", "quality_deposit = \"0.05\""),
            need("assessment", "assessment = { full_from = \"90\", none_below = \"60\" }"),
        ]
    };
}

pub(crate) const CLEARING: &[Key] = clearing_keys!(need);
pub(crate) const CLEARING_WITH_BANDS: &[Key] = clearing_keys!(may);
/// Whether the floor and the share are there is looked at section by section.
pub(crate) const CLEARING_FOR: &[Key] = clearing_keys!(may, need("pools", "pools = [\"resident\"]"));

pub(crate) const POOL_CLEARING: &[Key] = &[
    need("surplus_to_hospitals", "surplus_to_hospitals = \"0.85\""),
    need("overspend_to_hospitals", "overspend_to_hospitals = \"0.85\""),
    may("fund_bears_at_most", "fund_bears_at_most = \"0.05\""),
];

pub(crate) const SURPLUS_BAND: &[Key] = &[need("from", "from = \"0.90\""), need("keep", "keep = \"1\"")];

pub(crate) const OVERSPEND: &[Key] = &[
    need("up_to", "up_to = \"1.10\""),
    need("fund_share", "fund_share = \"0.5\""),
];

pub(crate) const ASSESSMENT: &[Key] = &[
    need("full_from", "full_from = \"90\""),
    need("none_below", "none_below = \"60\""),
];
