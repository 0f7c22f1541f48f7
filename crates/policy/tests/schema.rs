//! The schema that editors are given is the key table's, takes every right file, and sees what an
//! editor can see of a wrong one.
#![allow(clippy::unwrap_used)] // also in the helpers, which the lint takes for code

use serde_json::Value;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn schema() -> Value {
    serde_json::to_value(dianzhi_policy::schema()).unwrap()
}

/// After a change of the keys: `UPDATE_EXPECT=1 cargo test -p dianzhi-policy --test schema`.
#[test]
fn the_published_schema_is_the_key_tables() {
    let made = serde_json::to_string_pretty(&dianzhi_policy::schema()).unwrap() + "\n";
    let file = root().join("docs/region.schema.json");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&file, &made).unwrap();
    }
    let published = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(published == made, "{} is not what the keys make", file.display());
}

/// Where a value departs from a schema: the words of JSON Schema that ours has, by their definitions.
fn departs(schema: &Value, value: &Value, at: &str) -> Option<String> {
    let members = schema.as_object().unwrap();
    for (word, rule) in members {
        let found = match word.as_str() {
            "$schema" | "title" | "description" | "required" | "properties" => None,
            "type" => {
                let is = match rule.as_str().unwrap() {
                    "object" => value.is_object(),
                    "array" => value.is_array(),
                    "string" => value.is_string(),
                    "integer" => value.is_u64(),
                    "boolean" => value.is_boolean(),
                    other => panic!("type {other}"),
                };
                (!is).then(|| format!("{at}: no {rule}"))
            }
            "minLength" => value
                .as_str()
                .filter(|text| text.is_empty())
                .map(|_| format!("{at}: empty")),
            "minItems" => value
                .as_array()
                .filter(|list| list.is_empty())
                .map(|_| format!("{at}: empty")),
            "minimum" => value
                .as_u64()
                .filter(|n| *n < rule.as_u64().unwrap())
                .map(|_| format!("{at}: too low")),
            "maximum" => value
                .as_u64()
                .filter(|n| *n > rule.as_u64().unwrap())
                .map(|_| format!("{at}: too high")),
            "pattern" => value
                .as_str()
                .filter(|text| !fits(rule.as_str().unwrap(), text))
                .map(|_| format!("{at}: pattern")),
            "enum" => (!rule.as_array().unwrap().contains(value)).then(|| format!("{at}: not in {rule}")),
            "anyOf" => {
                let forms = rule.as_array().unwrap().iter();
                let departures: Option<Vec<String>> = forms.map(|form| departs(form, value, at)).collect();
                departures.map(|all| all.join(" and "))
            }
            "items" => {
                let elements = value.as_array().into_iter().flatten();
                elements
                    .enumerate()
                    .find_map(|(i, element)| departs(rule, element, &format!("{at}[{i}]")))
            }
            "additionalProperties" => {
                assert_eq!(rule, &Value::Bool(false));
                let unknown = |name: &&String| !schema["properties"].as_object().unwrap().contains_key(*name);
                let names = value.as_object().into_iter().flat_map(|value| value.keys());
                names
                    .into_iter()
                    .find(unknown)
                    .map(|name| format!("{at}: unknown {name}"))
            }
            other => panic!("the schema has {other}, which this test does not know"),
        };
        if found.is_some() {
            return found;
        }
    }
    let object = value.as_object()?;
    let missing = schema["required"].as_array().into_iter().flatten();
    let missing = missing
        .map(|name| name.as_str().unwrap())
        .find(|name| !object.contains_key(*name));
    if let Some(name) = missing {
        return Some(format!("{at}: no {name}"));
    }
    let properties = schema["properties"].as_object()?;
    let mut both = properties
        .iter()
        .filter_map(|(name, rule)| Some((name, rule, object.get(name)?)));
    both.find_map(|(name, rule, value)| departs(rule, value, &format!("{at}.{name}")))
}

/// The two patterns of the schema, each by a reading of its own.
fn fits(pattern: &str, text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    match pattern {
        "^-?[0-9]+(\\.[0-9]+)?$" => {
            let text = text.strip_prefix('-').unwrap_or(text);
            let (whole, places) = text.split_once('.').unwrap_or((text, "0"));
            digits(whole) && digits(places)
        }
        "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" => {
            let parts: Vec<&str> = text.split('-').collect();
            parts.iter().map(|part| part.len()).eq([4, 2, 2]) && parts.iter().all(|part| digits(part))
        }
        other => panic!("pattern {other}"),
    }
}

/// The file as JSON, as a language server hands it to a validator.
fn json(file: &Path) -> Option<Value> {
    let text = std::fs::read_to_string(file).unwrap();
    let tree = toml::de::DeTable::parse(&text).ok()?;
    Some(table(tree.get_ref()))
}

fn table(table: &toml::de::DeTable<'_>) -> Value {
    let members = table
        .iter()
        .map(|(name, value)| (name.get_ref().to_string(), of(value.get_ref())));
    Value::Object(members.collect())
}

fn of(value: &toml::de::DeValue<'_>) -> Value {
    use toml::de::DeValue;
    match value {
        DeValue::String(text) => text.as_ref().into(),
        DeValue::Boolean(value) => (*value).into(),
        DeValue::Integer(number) => u64::from_str_radix(number.as_str(), number.radix()).unwrap().into(),
        DeValue::Array(elements) => elements.iter().map(|element| of(element.get_ref())).collect(),
        DeValue::Table(inner) => table(inner),
        // No region file has one; anything that is not what a key takes will do.
        DeValue::Float(_) | DeValue::Datetime(_) => Value::Null,
    }
}

fn region_files(folder: &str) -> Vec<(String, PathBuf)> {
    let entries = std::fs::read_dir(root().join(folder))
        .unwrap()
        .map(|entry| entry.unwrap());
    let files = entries.map(|entry| {
        (
            entry.file_name().into_string().unwrap(),
            entry.path().join("region.toml"),
        )
    });
    files.filter(|(_, file)| file.exists()).collect()
}

#[test]
fn right_files_fit() {
    let schema = schema();
    let mut files = region_files("seeds");
    files.extend(region_files("examples"));
    files.push((
        "valid".to_owned(),
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/valid.toml"),
    ));
    assert!(files.len() > 6);
    for (name, file) in files {
        assert_eq!(departs(&schema, &json(&file).unwrap(), ""), None, "{name}");
    }
}

#[test]
fn what_an_editor_can_see_of_a_wrong_file() {
    let schema = schema();
    let mut seen = Vec::new();
    for (code, file) in region_files("testdata/errors") {
        let departure = json(&file).map(|value| departs(&schema, &value, ""));
        if code.starts_with('P') && departure.is_none_or(|departure| departure.is_some()) {
            seen.push(code);
        }
    }
    seen.sort();
    // P101 is no TOML; of the rest, ranges, dates and contradictions are the reader's.
    let expected = ["P101", "P102", "P103", "P104", "P105", "P107", "P125"];
    for code in expected {
        assert!(seen.iter().any(|known| known == code), "{code} is not seen: {seen:?}");
    }
    for code in ["P108", "P109", "P121", "P122", "P123", "P124", "P126"] {
        assert!(
            !seen.iter().any(|known| known == code),
            "{code} is beyond a schema: {seen:?}"
        );
    }
}
