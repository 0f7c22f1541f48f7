//! The keys that a region file may have, and which of them a wrong one was meant to be.

use crate::clearing_keys::{ASSESSMENT, CLEARING, OVERSPEND, POOL_CLEARING, SURPLUS_BAND};

/// A key of a section.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) required: bool,
    /// How it is written.
    pub(crate) example: &'static str,
}

pub(crate) const fn need(name: &'static str, example: &'static str) -> Key {
    Key {
        name,
        required: true,
        example,
    }
}

pub(crate) const fn may(name: &'static str, example: &'static str) -> Key {
    Key {
        name,
        required: false,
        example,
    }
}

/// The sections of a file.
pub(crate) const ROOT: &[Key] = &[
    need("region", "[region]"),
    need("files", "[files]"),
    may("columns", "[columns]"),
    may("grouping", "[grouping]"),
    need("rounding", "[rounding]"),
    may("budget", "[[budget]]"),
    need("pool", "[[pool]]"),
    need("pricing", "[pricing]"),
    need("deviation", "[deviation]"),
    may("auxiliary", "[auxiliary]"),
    need("ungrouped", "[ungrouped]"),
    need("fund_share", "[fund_share]"),
    may("pool_clearing", "[pool_clearing]"),
    need("clearing", "[clearing]"),
    may("clearing_for", "[[clearing_for]]"),
];

pub(crate) const REGION: &[Key] = &[
    need("code", "code = \"320900\""),
    need("name", "name = \"示例市\""),
    need("year_start", "year_start = \"2026-01-01\""),
    need("year_end", "year_end = \"2026-12-31\""),
];

pub(crate) const FILES: &[Key] = &[
    need("claims", "claims = [\"claims.csv\"]"),
    may("encoding", "encoding = \"auto\""),
    need("groups", "groups = \"groups.csv\""),
    need("hospitals", "hospitals = \"hospitals.csv\""),
    may("prepayments", "prepayments = \"prepayments.csv\""),
    may("caps", "caps = \"caps.csv\""),
    may("scheme", "scheme = \"chs_drg_11.dzs\""),
    may("dip_directory", "dip_directory = \"directory.dzd\""),
];

pub(crate) const GROUPING: &[Key] = &[
    may("translate", "translate = false"),
    may("verbatim", "verbatim = false"),
];

pub(crate) const ROUNDING: &[Key] = &[
    need("points", "points = 4"),
    need("point_value", "point_value = 6"),
    need("money", "money = 2"),
    need("mode", "mode = \"half-up\""),
    need("remainder", "remainder = \"fund\""),
];

/// `$budget` says whether a pool needs a budget of its own, `$of` whether it needs a parent.
macro_rules! pool_keys {
    ($budget:ident, $of:ident) => {
        &[
            need("id", "id = \"employee\""),
            need("insutype", "insutype = [\"310\"]"),
            $budget("budget", "budget = \"812345678.00\""),
            $of("of", "of = \"employee-fund\""),
            may("share", "share = \"0.6\""),
            may("changes", CHANGES_EXAMPLE),
            need("reserve", "reserve = \"0.05\""),
            may("base_rate", "base_rate = \"9876.54\""),
            may("point_value", "point_value = { floor = \"80\", ceiling = \"120\" }"),
        ]
    };
}

const CHANGES_EXAMPLE: &str = "changes = [ { on = \"2026-06-30\", add = \"5000000.00\", reason = \"疫情\" } ]";

pub(crate) const POOL: &[Key] = pool_keys!(need, may);
/// Below `[[budget]]`: whether a share stands in place of the budget is looked at pool by pool.
pub(crate) const POOL_BELOW: &[Key] = pool_keys!(may, need);

pub(crate) const BUDGET: &[Key] = &[
    need("id", "id = \"employee-fund\""),
    may("of", "of = \"employee-fund\""),
    may("insutype", "insutype = [\"310\"]"),
    may("amount", "amount = \"1000000000.00\""),
    may("share", "share = \"0.7\""),
    may("changes", CHANGES_EXAMPLE),
];

pub(crate) const CHANGE: &[Key] = &[
    need("on", "on = \"2026-06-30\""),
    need("add", "add = \"5000000.00\""),
    need("reason", "reason = \"疫情\""),
];

pub(crate) const POINT_VALUE: &[Key] = &[may("floor", "floor = \"80\""), may("ceiling", "ceiling = \"120\"")];

pub(crate) const PRICING: &[Key] = &[
    need("method", "method = \"points\""),
    need("coefficient_not_for", "coefficient_not_for = [\"basic\"]"),
    need("mean_cost_all", "mean_cost_all = \"9000.00\""),
    need("scale", "scale = \"100\""),
];

pub(crate) const DEVIATION: &[Key] = &[
    need("low", "low = { ratio = \"0.5\", inclusive = false }"),
    need("high", "high = { ratio = \"2.0\", inclusive = false }"),
];

pub(crate) const THRESHOLD: &[Key] = &[need("ratio", "ratio = \"0.5\""), need("inclusive", "inclusive = false")];

pub(crate) const AUXILIARY: &[Key] = &[need("compare_with", "compare_with = \"type\"")];

pub(crate) const UNGROUPED: &[Key] = &[need("share", "share = \"0.8\"")];

pub(crate) const FUND_SHARE: &[Key] = &[
    need("method", "method = \"difference\""),
    may("pool_ratio", "pool_ratio = \"0.70\""),
    need("floor_at_zero", "floor_at_zero = false"),
];

/// Every section with keys of its own, as a file writes it.
const SECTIONS: &[(&str, &[Key])] = &[
    ("[region]", REGION),
    ("[files]", FILES),
    ("[rounding]", ROUNDING),
    ("[[pool]]", POOL),
    ("[pricing]", PRICING),
    ("[deviation]", DEVIATION),
    ("[auxiliary]", AUXILIARY),
    ("[ungrouped]", UNGROUPED),
    ("[fund_share]", FUND_SHARE),
    ("[pool_clearing]", POOL_CLEARING),
    ("[clearing]", CLEARING),
    ("[[budget]]", BUDGET),
    ("pool.changes", CHANGE),
    ("pool.point_value", POINT_VALUE),
    ("deviation.low", THRESHOLD),
    ("clearing.surplus_bands", SURPLUS_BAND),
    ("clearing.overspend", OVERSPEND),
    ("clearing.assessment", ASSESSMENT),
];

/// A section as a file writes it: `pool[1]` is `[[pool]]`, `deviation.low` stands for itself.
pub(crate) fn section_name(path: &str) -> String {
    match path.split_once('[') {
        Some((list, rest)) if rest.ends_with(']') && !list.contains('.') => format!("[[{list}]]"),
        _ if path.contains('.') => path.to_owned(),
        _ if path == "pool" => "[[pool]]".to_owned(),
        _ => format!("[{path}]"),
    }
}

/// A section with its required keys, to copy from.
pub(crate) fn section_example(name: &str) -> Option<String> {
    let header = section_name(name);
    let (_, keys) = SECTIONS.iter().find(|(section, _)| *section == header)?;
    let lines = keys.iter().filter(|key| key.required).map(|key| key.example);
    Some(
        std::iter::once(header.as_str())
            .chain(lines)
            .collect::<Vec<_>>()
            .join("\n"),
    )
}

/// The section that a key belongs to, if there is only one.
pub(crate) fn home_of(name: &str) -> Option<&'static str> {
    let mut homes = SECTIONS
        .iter()
        .filter(|(_, keys)| keys.iter().any(|key| key.name == name));
    match (homes.next(), homes.next()) {
        (Some((section, _)), None) => Some(section),
        _ => None,
    }
}

/// The known name nearest to the one found, if any is near: a third of its characters may differ.
pub(crate) fn nearest<'k>(found: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
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
        assert_eq!(home_of("quality_deposit"), Some("[clearing]"));
        assert_eq!(home_of("method"), None);
        assert_eq!(section_example("ungrouped").unwrap(), "[ungrouped]\nshare = \"0.8\"");
        for key in ROOT.iter().filter(|key| key.required) {
            assert!(section_example(key.name).is_some(), "{}", key.name);
        }
    }
}
