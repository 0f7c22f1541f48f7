//! The JSON Schema of region files, made of the key table, for editors: what may stand where, and
//! what it means. It keeps to words that every draft has, without references: some language servers
//! of TOML know early drafts only, and show no description beside a reference. Ranges and
//! contradictions are beyond it; `dianzhi check` tells those.

use crate::fields;
use crate::fields::Table;
use crate::json::Json;
use crate::keys::{
    ASSESSMENT, ASSESSMENT_BY_STEPS, CLEARING, CLEARING_WITH_BANDS, DATED, Key, Kind, POOL, POOL_ANY, RANGE, ROOT,
};
use serde::Serialize;

/// An exact decimal; the number of digits is left to the reader.
const DECIMAL: &str = "^-?[0-9]+(\\.[0-9]+)?$";
/// A day; whether the calendar has it is left to the reader.
const DATE: &str = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$";

/// The JSON Schema (draft 2020-12) of region files.
///
/// ```
/// let schema = serde_json::to_value(dianzhi_policy::schema()).unwrap();
/// let share = &schema["properties"]["ungrouped"]["properties"]["share"];
/// assert_eq!(share["anyOf"][0]["type"], "string");
/// assert!(share["description"].as_str().unwrap().contains("未入组"));
/// ```
#[must_use]
pub fn schema() -> impl Serialize {
    let head = [
        ("$schema", Json::text("https://json-schema.org/draft/2020-12/schema")),
        ("title", Json::text("dianzhi region.toml 地区文件")),
        (
            "description",
            Json::text(
                "统筹区一个保险年度的付费政策与输入文件。\n\nThe payment policy of a pooling region for one insurance year, and where its inputs are.",
            ),
        ),
    ];
    object(ROOT, true).behind(head)
}

/// A section; inside a value that is dated, nothing is dated again.
fn object(keys: &[Key], may_date: bool) -> Json {
    let properties = keys.iter().map(|key| (key.name, property(key, may_date)));
    closed(Json::members(properties), keys)
}

/// An object of these properties and no others, with those of the keys that are required.
fn closed(properties: Json, keys: &[Key]) -> Json {
    let mut members = vec![("type", Json::text("object")), ("properties", properties)];
    let required: Vec<&str> = keys.iter().filter(|key| key.required).map(|key| key.name).collect();
    // Early drafts take no empty list.
    if !required.is_empty() {
        members.push(("required", Json::texts(required)));
    }
    members.push(("additionalProperties", Json::Boolean(false)));
    Json::members(members)
}

fn property(key: &Key, may_date: bool) -> Json {
    let description = [("description", Json::text(describe(key)))];
    let plain = plain(key, may_date);
    if !(key.dated && may_date) {
        return plain.behind(description);
    }
    let forms = vec![plain, dated(key)];
    Json::members([("anyOf", Json::List(forms))]).behind(description)
}

/// The meaning in both languages, and what each word of a closed list means.
fn describe(key: &Key) -> String {
    let mut told = format!("{}。\n\n{}.", key.zh, key.en);
    if let Kind::Word(words) | Kind::Words(words) = key.kind {
        let words: Vec<String> = words.pairs().iter().map(|(word, zh)| format!("{word} {zh}")).collect();
        told += &format!("\n\n{}", words.join(" · "));
    }
    told
}

/// What a key takes as its one value.
fn plain(key: &Key, may_date: bool) -> Json {
    match key.kind {
        Kind::Text => text(),
        Kind::Texts => list(text()),
        Kind::Decimal => pattern(DECIMAL),
        Kind::Date => pattern(DATE),
        Kind::Boolean => Json::members([("type", Json::text("boolean"))]),
        Kind::Integer(least, most) => Json::members([
            ("type", Json::text("integer")),
            ("minimum", Json::Number(least)),
            ("maximum", Json::Number(most)),
        ]),
        Kind::Word(words) => one_of(&words.pairs()),
        Kind::Words(words) => list(one_of(&words.pairs())),
        Kind::Table(keys) => object(lenient(keys), may_date),
        Kind::Tables(keys) => list(object(lenient(keys), may_date)),
        Kind::Headings => headings(),
        Kind::Conditions => conditions(),
    }
}

/// Where one key may stand in another's place, the schema asks for neither; the reader does.
fn lenient(keys: &'static [Key]) -> &'static [Key] {
    if std::ptr::eq(keys, POOL) {
        POOL_ANY
    } else if std::ptr::eq(keys, CLEARING) {
        CLEARING_WITH_BANDS
    } else if std::ptr::eq(keys, ASSESSMENT) {
        ASSESSMENT_BY_STEPS
    } else {
        keys
    }
}

fn dated(key: &Key) -> Json {
    let properties = DATED.iter().map(|part| match part.name {
        "value" => (
            part.name,
            plain(key, false).behind([("description", Json::text(describe(part)))]),
        ),
        name => (name, property(part, false)),
    });
    let entry = closed(Json::members(properties), DATED);
    Json::members([
        ("type", Json::text("array")),
        ("minItems", Json::Number(1)),
        ("items", entry),
    ])
}

fn text() -> Json {
    Json::members([("type", Json::text("string")), ("minLength", Json::Number(1))])
}

fn pattern(pattern: &str) -> Json {
    Json::members([("type", Json::text("string")), ("pattern", Json::text(pattern))])
}

fn list(items: Json) -> Json {
    Json::members([("type", Json::text("array")), ("items", items)])
}

fn one_of(words: &[(&str, &str)]) -> Json {
    Json::members([("enum", Json::texts(words.iter().map(|(word, _)| *word)))])
}

/// `when` of a route: fields of the claim, its hospital and its group, each with texts or a range.
fn conditions() -> Json {
    let test = |zh: &str| {
        let texts = list(Json::members([("type", Json::text("string"))]));
        Json::members([
            ("description", Json::text(zh)),
            ("anyOf", Json::List(vec![texts, object(RANGE, false)])),
        ])
    };
    let of_claims = fields::all().iter().filter(|field| Table::Claims.has(field.name));
    let known = of_claims.map(|field| (field.name, test(field.zh.first().copied().unwrap_or_default())));
    let derived = [
        ("level", "医疗机构等级"),
        ("alliance", "医共体"),
        ("kind", "病组类别"),
        ("stability", "病组稳定性"),
    ];
    let derived = derived.map(|(name, zh)| (name, test(zh)));
    closed(Json::members(known.chain(derived)), &[])
}

/// `[columns]`: every national field that a table may have.
fn headings() -> Json {
    let tables = [
        Table::Claims,
        Table::Groups,
        Table::Hospitals,
        Table::Prepayments,
        Table::Prices,
        Table::Caps,
        Table::Enrolment,
        Table::Reviews,
        Table::Reasons,
        Table::Penalties,
        Table::Procurement,
        Table::Coefficients,
        Table::Bonuses,
    ];
    let known = fields::all()
        .iter()
        .filter(|field| tables.iter().any(|table| table.has(field.name)));
    let properties = known.map(|field| {
        let zh = field.zh.first().copied().unwrap_or_default();
        (field.name, text().behind([("description", Json::text(zh))]))
    });
    closed(Json::members(properties), &[])
}
