//! `[[assumption]]`: read, with every mistake noted.

use super::stay::DAYS_MAX;
use super::{Assumption, Coding, Days, Destination, Kind};
use crate::lines::{Lines, Section};
use dianzhi_core::{Condition, Decimal, DecimalError, Text, parse_decimal};
use dianzhi_policy::{codes, conditions_of, names_help};
use std::collections::BTreeMap;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Longest code of a diagnosis.
const CODE_CHARS_MAX: usize = 32;

/// The keys of every assumption.
const COMMON: [&str; 8] = ["id", "title", "source", "kind", "seed", "when", "share", "values"];
/// The kinds and their keys.
const KINDS: [(&str, &[&str]); 4] = [
    ("volume", &[]),
    ("stay", &["days", "factor", "cost_per_day_share"]),
    ("coding", &["to", "add_diagnosis"]),
    ("transfer", &["to_level", "to_hospitals", "cost_factor"]),
];
/// A factor beyond this is a percentage by mistake.
const FACTOR_MAX: Decimal = Decimal::ONE_HUNDRED;

/// Bounds of a number and how they are told.
struct Bounds {
    holds: fn(Decimal) -> bool,
    zh: &'static str,
    en: &'static str,
}

const SHARE: Bounds = Bounds {
    holds: |share| Decimal::ZERO <= share && share <= Decimal::ONE,
    zh: "在 0 到 1 之间",
    en: "between 0 and 1",
};
const SHARE_OF_VOLUME: Bounds = Bounds {
    holds: |share| Decimal::NEGATIVE_ONE <= share && share <= Decimal::ONE,
    zh: "在 -1 到 1 之间",
    en: "between -1 and 1",
};
const FACTOR: Bounds = Bounds {
    holds: |factor| Decimal::ZERO < factor && factor <= FACTOR_MAX,
    zh: "大于 0、至多 100",
    en: "above 0 and at most 100",
};

/// Reads the assumption at a position; `None` where it lacks something or has a mistake, which is noted.
pub(crate) fn assumption(lines: &mut Lines<'_>, at: usize, table: &Spanned<&DeTable<'_>>) -> Option<Assumption> {
    let name = format!("assumption[{at}]");
    let word = table.get_ref().get("kind").and_then(|kind| kind.get_ref().as_str());
    let own = KINDS.iter().find(|(kind, _)| Some(*kind) == word);
    let all: Vec<&str> = KINDS.iter().flat_map(|(_, keys)| keys.iter().copied()).collect();
    let known = [&COMMON[..], own.map_or(&all[..], |(_, keys)| keys)].concat();
    let before = lines.found.len();
    let section = lines.table(&name, &table.span(), table.get_ref(), &known);
    let [id, title, source] = ["id", "title", "source"].map(|key| section.text(lines, key));
    let kind = kind(&section, lines, &name);
    let seed = section
        .required(lines, "seed")
        .and_then(|seed| whole(lines, "seed", seed, 0, i64::MAX));
    let bounds = if word == Some("volume") {
        &SHARE_OF_VOLUME
    } else {
        &SHARE
    };
    let share = section
        .required(lines, "share")
        .and_then(|share| decimal(lines, "share", share, bounds));
    let values = values(&section, lines, bounds);
    let when = conditions(&section, lines, &name);
    if lines.found.len() > before {
        return None;
    }
    Some(Assumption {
        id: id?.0,
        title: title?.0,
        source: source?.0,
        kind: kind?,
        seed: u64::try_from(seed?).ok()?,
        when,
        share: share?,
        values,
        places: places("", table.get_ref()),
    })
}

fn conditions(section: &Section<'_>, lines: &mut Lines<'_>, name: &str) -> Vec<Condition> {
    let Some(when) = section.optional("when") else {
        return Vec::new();
    };
    match conditions_of(lines.document, &format!("{name}.when"), when) {
        Ok(conditions) => conditions,
        Err(found) => {
            lines.found.extend(found.0);
            Vec::new()
        }
    }
}

fn kind(section: &Section<'_>, lines: &mut Lines<'_>, name: &str) -> Option<Kind> {
    let (word, at) = section.text(lines, "kind")?;
    match word.as_str() {
        "volume" => Some(Kind::Volume),
        "stay" => {
            let days = match either(section, lines, name, ["days", "factor"]) {
                Some((0, days)) => whole(lines, "days", days, -DAYS_MAX, DAYS_MAX).map(Days::By),
                Some((_, factor)) => decimal(lines, "factor", factor, &FACTOR).map(Days::Times),
                None => None,
            };
            let share = section.required(lines, "cost_per_day_share");
            let share = share.and_then(|share| decimal(lines, "cost_per_day_share", share, &SHARE));
            Some(Kind::Stay {
                days: days?,
                cost_per_day_share: share?,
            })
        }
        "coding" => Some(Kind::Coding(
            match either(section, lines, name, ["to", "add_diagnosis"])? {
                (0, to) => Coding::Groups(groups(lines, to)?),
                _ => Coding::Diagnosis(diagnosis(section, lines)?),
            },
        )),
        "transfer" => {
            let to = match either(section, lines, name, ["to_level", "to_hospitals"]) {
                Some((0, _)) => section
                    .text(lines, "to_level")
                    .map(|(level, _)| Destination::Level(level)),
                Some((_, codes)) => listed(lines, "to_hospitals", codes).map(Destination::Hospitals),
                None => None,
            };
            let factor = section.required(lines, "cost_factor");
            let factor = factor.and_then(|factor| decimal(lines, "cost_factor", factor, &FACTOR));
            Some(Kind::Transfer {
                to: to?,
                cost_factor: factor?,
            })
        }
        _ => {
            let kinds = KINDS.map(|(kind, _)| kind);
            let text = Text::new(
                format!("kind 为“{word}”，不是其中之一"),
                format!("kind is \"{word}\", which is none"),
            );
            lines.note(codes::P107, &at, text, names_help(&word, kinds));
            None
        }
    }
}

/// The one of two keys that is there, with its position; both or none is a mistake.
fn either<'t>(
    section: &Section<'t>,
    lines: &mut Lines<'_>,
    name: &str,
    [one, other]: [&str; 2],
) -> Option<(usize, &'t Spanned<DeValue<'t>>)> {
    let (code, at, zh, en) = match (section.optional(one), section.optional(other)) {
        (Some(value), None) => return Some((0, value)),
        (None, Some(value)) => return Some((1, value)),
        (Some(_), Some(value)) => (codes::P109, value.span(), "二者都有", "has both"),
        (None, None) => (codes::P103, section.span.clone(), "二者都没有", "has neither"),
    };
    let text = Text::new(
        format!("{name} 的 {one} 与 {other}：{zh}"),
        format!("{name} {en} of {one} and {other}"),
    );
    let help = Text::new("恰写其中一个", "write just one of them");
    lines.note(code, &at, text, help);
    None
}

fn decimal(lines: &mut Lines<'_>, key: &str, value: &Spanned<DeValue<'_>>, bounds: &Bounds) -> Option<Decimal> {
    let Some(text) = value.get_ref().as_str() else {
        lines.wrong_kind(
            key,
            value,
            "写成文字的小数，如 \"0.05\"",
            "a decimal written as a text, such as \"0.05\"",
        );
        return None;
    };
    let number = match parse_decimal(text) {
        Ok(number) => number,
        Err(why) => {
            let (zh, en) = match why {
                DecimalError::NotANumber => ("不是小数", "is no decimal"),
                DecimalError::TooManyDigits => ("位数过多", "has too many digits"),
            };
            let text = Text::new(
                format!("{key} 为“{text}”，{zh}"),
                format!("{key} is \"{text}\", which {en}"),
            );
            let help = Text::new("写成 \"0.05\" 这样", "write it as \"0.05\"");
            lines.note(codes::P105, &value.span(), text, help);
            return None;
        }
    };
    if !(bounds.holds)(number) {
        out_of_range(lines, key, value, &number.to_string(), [bounds.zh, bounds.en]);
        return None;
    }
    Some(number)
}

fn whole(lines: &mut Lines<'_>, key: &str, value: &Spanned<DeValue<'_>>, least: i64, most: i64) -> Option<i64> {
    let DeValue::Integer(integer) = value.get_ref() else {
        lines.wrong_kind(key, value, "整数", "a whole number");
        return None;
    };
    let number = i64::from_str_radix(integer.as_str(), integer.radix()).ok();
    let number = number.filter(|number| (least..=most).contains(number));
    if number.is_none() {
        let (zh, en) = (
            format!("在 {least} 到 {most} 之间"),
            format!("between {least} and {most}"),
        );
        out_of_range(lines, key, value, integer.as_str(), [&zh, &en]);
    }
    number
}

/// One code of a diagnosis, which no separator of lists makes two of.
fn diagnosis(section: &Section<'_>, lines: &mut Lines<'_>) -> Option<String> {
    let (code, at) = section.text(lines, "add_diagnosis")?;
    let is_mark = |c: char| ".-+*/".contains(c);
    let is_code = code.chars().all(|c| c.is_ascii_alphanumeric() || is_mark(c)) && !code.chars().all(is_mark);
    if is_code && code.len() <= CODE_CHARS_MAX {
        return Some(code);
    }
    let text = Text::new(
        format!("add_diagnosis 为“{code}”，应为一个诊断编码：字母、数字和 .-+*/，至多 {CODE_CHARS_MAX} 个字符"),
        format!(
            "add_diagnosis is \"{code}\"; it must be one code of a diagnosis: letters, digits and .-+*/, at most {CODE_CHARS_MAX} characters"
        ),
    );
    let help = Text::new(
        "只写一个编码；再加一个诊断另立一个假设",
        "write one code; for another diagnosis make another assumption",
    );
    lines.note(codes::P106, &at, text, help);
    None
}

fn out_of_range(lines: &mut Lines<'_>, key: &str, value: &Spanned<DeValue<'_>>, found: &str, [zh, en]: [&str; 2]) {
    let text = Text::new(
        format!("{key} 为 {found}，应{zh}"),
        format!("{key} is {found}; it must be {en}"),
    );
    let help = Text::new("改到所说的范围内", "bring it into that range");
    lines.note(codes::P106, &value.span(), text, help);
}

/// `values`: each once.
fn values(section: &Section<'_>, lines: &mut Lines<'_>, bounds: &Bounds) -> Vec<Decimal> {
    let Some(value) = section.optional("values") else {
        return Vec::new();
    };
    let DeValue::Array(array) = value.get_ref() else {
        lines.wrong_kind("values", value, "小数的列表", "a list of decimals");
        return Vec::new();
    };
    let mut values: Vec<Decimal> = Vec::new();
    for one in array.iter() {
        let Some(number) = decimal(lines, "values", one, bounds) else {
            continue;
        };
        if values.contains(&number) {
            let text = Text::new(
                format!("values 中 {number} 出现两次"),
                format!("values has {number} twice"),
            );
            let help = Text::new("每个值只写一次", "write each value once");
            lines.note(codes::P109, &one.span(), text, help);
        }
        values.push(number);
    }
    if array.is_empty() {
        out_of_range(lines, "values", value, "[]", ["至少列一个", "a list of at least one"]);
    }
    values
}

/// A list of texts, at least one.
fn listed(lines: &mut Lines<'_>, key: &str, value: &Spanned<DeValue<'_>>) -> Option<Vec<String>> {
    let texts = lines.texts(key, value);
    if texts.is_empty() && value.get_ref().as_array().is_some_and(|array| array.is_empty()) {
        out_of_range(lines, key, value, "[]", ["至少列一个", "a list of at least one"]);
    }
    (!texts.is_empty()).then(|| texts.into_iter().map(|(text, _)| text).collect())
}

/// `to`: the group in the place of another.
fn groups(lines: &mut Lines<'_>, value: &Spanned<DeValue<'_>>) -> Option<BTreeMap<String, String>> {
    let DeValue::Table(table) = value.get_ref() else {
        lines.wrong_kind(
            "to",
            value,
            "一节，如 { \"ES29\" = \"ES25\" }",
            "a table, such as { \"ES29\" = \"ES25\" }",
        );
        return None;
    };
    let mut groups = BTreeMap::new();
    for (from, to) in table {
        match to.get_ref().as_str() {
            Some(to) if !to.is_empty() && to != from.get_ref().as_ref() => {
                groups.insert(from.get_ref().to_string(), to.to_owned());
            }
            _ => lines.wrong_kind("to", to, "另一个病组的代码", "the code of another group"),
        }
    }
    if table.is_empty() {
        out_of_range(lines, "to", value, "{}", ["至少列一个", "a table of at least one"]);
    }
    (!groups.is_empty()).then_some(groups)
}

/// Where every key stands, those of tables by path.
fn places(path: &str, table: &DeTable<'_>) -> BTreeMap<String, Range<usize>> {
    let mut all = BTreeMap::new();
    for (name, value) in table {
        let path = crate::places::below(path, name.get_ref());
        if let DeValue::Table(table) = value.get_ref() {
            all.append(&mut places(&path, table));
        }
        all.insert(path, value.span());
    }
    all
}
