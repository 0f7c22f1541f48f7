//! JSON whose members keep the order in which they were put.

use serde::ser::{Serialize, SerializeMap, Serializer};

/// A JSON value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Json {
    Text(String),
    Number(u32),
    Boolean(bool),
    List(Vec<Json>),
    Members(Vec<(String, Json)>),
}

impl Json {
    pub(crate) fn text(text: impl Into<String>) -> Json {
        Json::Text(text.into())
    }

    pub(crate) fn texts<'a>(texts: impl IntoIterator<Item = &'a str>) -> Json {
        Json::List(texts.into_iter().map(Json::text).collect())
    }

    pub(crate) fn members<'a>(members: impl IntoIterator<Item = (&'a str, Json)>) -> Json {
        let members = members.into_iter();
        Json::Members(members.map(|(name, value)| (name.to_owned(), value)).collect())
    }

    /// The same members with others in front of them.
    pub(crate) fn behind<'a>(self, first: impl IntoIterator<Item = (&'a str, Json)>) -> Json {
        match (Json::members(first), self) {
            (Json::Members(mut all), Json::Members(rest)) => {
                all.extend(rest);
                Json::Members(all)
            }
            (_, other) => other,
        }
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Json::Text(text) => serializer.serialize_str(text),
            Json::Number(number) => serializer.serialize_u32(*number),
            Json::Boolean(value) => serializer.serialize_bool(*value),
            Json::List(list) => serializer.collect_seq(list),
            Json::Members(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                for (name, value) in members {
                    map.serialize_entry(name, value)?;
                }
                map.end()
            }
        }
    }
}
