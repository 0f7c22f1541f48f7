//! What is read of a region file before anything is made up: just the keys the data depends on.

use crate::SynthError;
use crate::calendar::{Calendar, YEAR_DAYS_MAX};
use dianzhi_core::{Decimal, GroupKind, parse_decimal};
use jiff::civil::Date;
use toml_edit::{DocumentMut, Item, TableLike};

/// Four decimals say enough in a table of groups, however many a region computes with.
const BASE_POINTS_PLACES_MAX: u32 = 4;
/// A base rate (费率) in yuan and fen.
const BASE_RATE_PLACES_MAX: u32 = 2;

/// The parts of a region file that the data follows.
pub(crate) struct Plan {
    pub(crate) document: DocumentMut,
    /// `region.code`, the insured place (参保地) of every claim.
    pub(crate) code: String,
    /// Year number in the identifiers.
    pub(crate) year: String,
    pub(crate) calendar: Calendar,
    /// Decimals of base points in the groups table.
    pub(crate) points_places: u32,
    /// Decimals of the base rates.
    pub(crate) rate_places: u32,
    pub(crate) pools: Vec<PoolPlan>,
    pub(crate) insutypes: Vec<Insutype>,
    /// Whether `pricing.method` is `rate`.
    pub(crate) by_rate: bool,
    /// Whether points are of the pooled fund alone.
    pub(crate) fund_points: bool,
    /// `fund_share.pool_ratio`, where a ratio method uses it.
    pub(crate) pool_ratio: Option<Decimal>,
    pub(crate) coefficient_not_for: Vec<GroupKind>,
    pub(crate) mean_cost_all: Decimal,
    pub(crate) scale: Decimal,
    pub(crate) low_ratio: Decimal,
    pub(crate) high_ratio: Decimal,
    pub(crate) ungrouped_share: Decimal,
    /// What claims are grouped by, where they are.
    pub(crate) grouped_by: Option<GroupedBy>,
    /// `grouping.translate` and `grouping.verbatim`.
    pub(crate) translate: bool,
    pub(crate) verbatim: bool,
    /// `files.groups`, as written.
    pub(crate) groups_file: String,
    /// The first day of the year, as yyyymmdd.
    pub(crate) first_day: u32,
}

/// What a region file groups claims by: its path, as written.
pub(crate) enum GroupedBy {
    Scheme(String),
    Directory(String),
}

/// One pool.
pub(crate) struct PoolPlan {
    pub(crate) id: String,
    pub(crate) reserve: Decimal,
    /// What its base year's budget grows by, where it has one.
    pub(crate) growth: Option<Decimal>,
}

/// One insurance type and the pool that pays it.
pub(crate) struct Insutype {
    pub(crate) code: String,
    pub(crate) pool: usize,
}

impl Plan {
    pub(crate) fn read(text: &str) -> Result<Plan, SynthError> {
        let document: DocumentMut = text
            .parse()
            .map_err(|error: toml_edit::TomlError| SynthError::RegionSyntax {
                message: error.to_string().trim_end().to_owned(),
            })?;
        let root = Section {
            path: String::new(),
            table: document.as_table(),
        };
        // Written to at the end; better to know now.
        let files = root.section("files")?;
        let grouping = root.table.get("grouping").and_then(Item::as_table_like);
        let is_on = |key: &str| {
            let value = grouping.and_then(|grouping| grouping.get(key)).and_then(Item::as_bool);
            value.unwrap_or(false)
        };
        let path = |key: &str| files.has(key).then(|| files.text(key).map(str::to_owned)).transpose();
        let grouped_by = match (path("scheme")?, path("dip_directory")?) {
            (Some(path), _) => Some(GroupedBy::Scheme(path)),
            (None, path) => path.map(GroupedBy::Directory),
        };
        let (region, rounding) = (root.section("region")?, root.section("rounding")?);
        let (pricing, deviation) = (root.section("pricing")?, root.section("deviation")?);
        let fund_share = root.section("fund_share")?;
        let (start, end) = (region.date("year_start")?, region.date("year_end")?);
        let calendar = Calendar::new(start, end).ok_or_else(|| {
            let (zh, en) = (
                "不早于 year_start，年度不超过十年",
                "not before year_start, at most ten years",
            );
            SynthError::key("region.year_end", zh, en)
        })?;
        let fund_method = fund_share.text("method")?;
        let pool_ratio = match fund_method {
            "actual-ratio" | "reimbursement-ratio" | "scaled-ratio" if fund_share.has("pool_ratio") => {
                Some(fund_share.share("pool_ratio")?)
            }
            _ => None,
        };
        let (pools, insutypes) = pools(&root)?;
        Ok(Plan {
            code: region.text("code")?.to_owned(),
            year: format!("{:04}", start.year()),
            calendar,
            points_places: rounding.places("points")?.min(BASE_POINTS_PLACES_MAX),
            rate_places: rounding.places("point_value")?.min(BASE_RATE_PLACES_MAX),
            pools,
            insutypes,
            by_rate: pricing.text("method")? == "rate",
            fund_points: fund_method == "fund-points",
            pool_ratio,
            coefficient_not_for: kinds(&pricing)?,
            mean_cost_all: pricing.mean_cost("mean_cost_all")?,
            scale: pricing.scale("scale")?,
            low_ratio: deviation.section("low")?.decimal("ratio")?,
            high_ratio: deviation.section("high")?.decimal("ratio")?,
            ungrouped_share: root.section("ungrouped")?.share("share")?,
            groups_file: match &grouped_by {
                Some(_) => files.text("groups")?.to_owned(),
                None => String::new(),
            },
            grouped_by,
            translate: is_on("translate"),
            verbatim: is_on("verbatim"),
            first_day: start.strftime("%Y%m%d").to_string().parse().unwrap_or(0),
            document,
        })
    }
}

impl GroupedBy {
    /// The key that names it.
    pub(crate) fn key(&self) -> &'static str {
        match self {
            GroupedBy::Scheme(_) => "scheme",
            GroupedBy::Directory(_) => "dip_directory",
        }
    }
}

impl Plan {
    /// The heading that `[columns]` gives a field.
    pub(crate) fn heading(&self, field: &str) -> Option<&str> {
        let columns = self.document.get("columns").and_then(Item::as_table_like);
        columns.and_then(|columns| columns.get(field)).and_then(Item::as_str)
    }
}

fn pools(root: &Section<'_>) -> Result<(Vec<PoolPlan>, Vec<Insutype>), SynthError> {
    let tables = root.table.get("pool").and_then(Item::as_array_of_tables);
    let tables = tables.filter(|tables| !tables.is_empty());
    let tables = tables.ok_or_else(|| SynthError::key("pool", "至少一节 [[pool]]", "at least one [[pool]]"))?;
    let (mut pools, mut insutypes) = (Vec::new(), Vec::new());
    for (position, table) in tables.iter().enumerate() {
        let section = Section {
            path: format!("pool[{position}]"),
            table,
        };
        pools.push(PoolPlan {
            id: section.text("id")?.to_owned(),
            reserve: section.share("reserve")?,
            growth: section.growth()?,
        });
        let codes = section.list("insutype")?;
        if codes.is_empty() || codes.iter().any(|code| code.is_empty()) {
            return Err(section.expected(
                "insutype",
                "至少一个不为空的险种代码",
                "at least one code, none of them empty",
            ));
        }
        insutypes.extend(codes.into_iter().map(|code| Insutype {
            code: code.to_owned(),
            pool: position,
        }));
    }
    Ok((pools, insutypes))
}

fn kinds(pricing: &Section<'_>) -> Result<Vec<GroupKind>, SynthError> {
    let key = "coefficient_not_for";
    let kind = |word: &str| match word {
        "core" => Ok(GroupKind::Core),
        "basic" => Ok(GroupKind::Basic),
        "tcm" => Ok(GroupKind::Tcm),
        _ => Err(pricing.expected(key, " core、basic、tcm 的列表", "a list of core, basic, tcm")),
    };
    pricing.list(key)?.into_iter().map(kind).collect()
}

/// A table of the file and where it stands.
struct Section<'a> {
    path: String,
    table: &'a dyn TableLike,
}

impl<'a> Section<'a> {
    fn key(&self, key: &str) -> String {
        if self.path.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.path)
        }
    }

    fn expected(&self, key: &str, zh: &str, en: &str) -> SynthError {
        SynthError::key(self.key(key), zh, en)
    }

    fn has(&self, key: &str) -> bool {
        self.table.get(key).is_some()
    }

    fn section(&self, key: &str) -> Result<Section<'a>, SynthError> {
        let table = self.table.get(key).and_then(Item::as_table_like);
        Ok(Section {
            path: self.key(key),
            table: table.ok_or_else(|| self.expected(key, "一节", "a table"))?,
        })
    }

    fn text(&self, key: &str) -> Result<&'a str, SynthError> {
        let text = self.table.get(key).and_then(Item::as_str);
        text.ok_or_else(|| self.expected(key, "字符串", "a string"))
    }

    fn list(&self, key: &str) -> Result<Vec<&'a str>, SynthError> {
        let array = self.table.get(key).and_then(Item::as_array);
        let words = array.and_then(|array| array.iter().map(toml_edit::Value::as_str).collect());
        words.ok_or_else(|| self.expected(key, "字符串的列表", "a list of strings"))
    }

    fn date(&self, key: &str) -> Result<Date, SynthError> {
        let bad = || self.expected(key, "日期，例如 2026-01-01", "a date such as 2026-01-01");
        // `Date` would also read a time behind the date and take no notice of it.
        let text = self.text(key)?;
        if text.len() > 10 {
            Err(bad())
        } else {
            text.parse().map_err(|_| bad())
        }
    }

    fn places(&self, key: &str) -> Result<u32, SynthError> {
        let places = self.table.get(key).and_then(Item::as_integer);
        let places = places.and_then(|places| u32::try_from(places).ok());
        let places = places.filter(|&places| places <= dianzhi_core::PLACES_MAX);
        places.ok_or_else(|| self.expected(key, " 0 到 12 的整数", "a whole number, 0 to 12"))
    }

    fn decimal(&self, key: &str) -> Result<Decimal, SynthError> {
        let decimal = parse_decimal(self.text(key)?).ok();
        let decimal = decimal.filter(|&decimal| decimal >= Decimal::ZERO);
        decimal.ok_or_else(|| self.expected(key, "不小于 0 的小数字符串", "a decimal of 0 or more, as a string"))
    }

    fn share(&self, key: &str) -> Result<Decimal, SynthError> {
        let share = self.decimal(key)?;
        if share > Decimal::ONE {
            return Err(self.expected(key, " 0 到 1 之间的小数字符串", "a decimal from 0 to 1, as a string"));
        }
        Ok(share)
    }

    fn growth(&self) -> Result<Option<Decimal>, SynthError> {
        if !self.has("growth") {
            return Ok(None);
        }
        let growth = parse_decimal(self.text("growth")?).ok();
        let growth = growth.filter(|&growth| growth > Decimal::NEGATIVE_ONE);
        let expected = || self.expected("growth", "大于 -1 的小数字符串", "a decimal above -1, as a string");
        growth.map(Some).ok_or_else(expected)
    }

    /// Outside these bounds bills would pass the limits of a claims file or fall below a yuan.
    fn mean_cost(&self, key: &str) -> Result<Decimal, SynthError> {
        let mean = self.decimal(key)?;
        if mean < Decimal::from(100) || mean > Decimal::from(10_000_000) {
            return Err(self.expected(key, " 100 到 10000000 元", "100 to 10000000 yuan"));
        }
        Ok(mean)
    }

    fn scale(&self, key: &str) -> Result<Decimal, SynthError> {
        let scale = self.decimal(key)?;
        if scale.is_zero() || scale > Decimal::from(1_000_000) {
            return Err(self.expected(key, "大于 0 且不超过 1000000", "above 0 and at most 1000000"));
        }
        Ok(scale)
    }
}

const _: () = assert!(YEAR_DAYS_MAX >= 3_653, "the message promises ten years");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DEFAULT_REGION;

    #[test]
    fn the_default_region_is_read() {
        let plan = Plan::read(DEFAULT_REGION).unwrap();
        assert_eq!(
            (plan.code.as_str(), plan.pools.len(), plan.insutypes.len()),
            ("329900", 2, 3)
        );
        assert_eq!(plan.coefficient_not_for, [GroupKind::Basic]);
    }

    #[test]
    fn what_cannot_be_followed_is_named() {
        for (from, to, key) in [
            ("code = \"329900\"", "code = 329900", "region.code"),
            ("\"2026-12-31\"", "\"2025-12-31\"", "region.year_end"),
            ("\"2026-01-01\"", "\"2026-02-30\"", "region.year_start"),
            ("points = 4", "points = 13", "rounding.points"),
            ("[\"310\"]", "[]", "pool[0].insutype"),
            ("[\"390\", \"391\"]", "\"390\"", "pool[1].insutype"),
            ("reserve = \"0.05\"", "reserve = \"1.05\"", "pool[0].reserve"),
            ("[\"basic\"]", "[\"simple\"]", "pricing.coefficient_not_for"),
            ("\"9600.00\"", "\"96\"", "pricing.mean_cost_all"),
            ("scale = \"100\"", "scale = \"0\"", "pricing.scale"),
            ("[[pool]]", "[[pond]]", "pool"),
            ("ratio = \"0.5\"", "ratio = 0.5", "deviation.low.ratio"),
        ] {
            let text = DEFAULT_REGION.replace(from, to);
            let Err(SynthError::RegionKey { key: found, .. }) = Plan::read(&text) else {
                panic!("{to} was followed");
            };
            assert_eq!(found, key);
        }
        assert!(matches!(Plan::read("[region"), Err(SynthError::RegionSyntax { .. })));
    }
}
