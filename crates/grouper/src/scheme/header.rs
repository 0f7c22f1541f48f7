//! `scheme.toml`: what a scheme says of itself, and what is not a table.

use super::tables::{File, at, bad, place};
use crate::error::{S101, S102, S122};
use dianzhi_core::Text;
use dianzhi_policy::Diagnostic;
use serde::{Deserialize, Serialize};

/// What a scheme says of itself: `scheme.toml`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// A short code, such as `chs_drg_11`.
    pub code: String,
    /// 名称, for people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Which document it follows, or where its tables came from.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
    /// First day of discharge that it groups, `YYYY-MM-DD`; empty: no bound.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub valid_from: String,
    /// Last day.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub valid_to: String,
    /// What an ungrouped record gets.
    #[serde(default)]
    pub ungrouped: Ungrouped,
    /// What an ambiguous record gets.
    #[serde(default)]
    pub ambiguous: Ambiguous,
    /// An ungrouped record is tried again with each of its other procedures alone.
    #[serde(default)]
    pub retry_other_procedures: bool,
}

/// The codes of records without a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ungrouped {
    /// In column `mdc`.
    pub mdc: String,
    /// In column `adrg`.
    pub adrg: String,
    /// In column `group_code`.
    pub group_code: String,
    /// In all three, of a record that fails the check; absent: the same as of others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check_failed: Option<String>,
}

impl Default for Ungrouped {
    fn default() -> Self {
        Ungrouped {
            mdc: "0000".into(),
            adrg: "00".into(),
            group_code: "0000".into(),
            check_failed: None,
        }
    }
}

/// The codes of ambiguous records (歧义病案).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ambiguous {
    /// In column `adrg`; behind the letter of the MDC it is the group's code: `QY`, `BQY`.
    pub adrg: String,
}

impl Default for Ambiguous {
    fn default() -> Self {
        Ambiguous { adrg: "QY".into() }
    }
}

/// `scheme.json` of extracted tables: only what `scheme.toml` would say.
#[derive(Deserialize)]
struct Extracted {
    scheme: String,
    #[serde(default = "four_zeros")]
    fail_code: String,
    #[serde(default)]
    retry_other_procedures: bool,
    #[serde(default)]
    result_style: String,
}

fn four_zeros() -> String {
    "0000".into()
}

impl Header {
    /// From `scheme.toml`.
    pub(super) fn of_toml(file: &File) -> Result<Header, Diagnostic> {
        let text = file.text()?;
        let header: Header = toml::from_str(text).map_err(|e| {
            let before = e.span().map_or("", |span| text.get(..span.start).unwrap_or(text));
            let line = before.bytes().filter(|&byte| byte == b'\n').count() + 1;
            let said = e.message().to_owned();
            bad(
                S101,
                Text::new(
                    format!("不是合格的 scheme.toml：{said}"),
                    format!("not a sound scheme.toml: {said}"),
                ),
                Text::new("docs/SCHEME.md 列有全部的键", "docs/SCHEME.md lists every key"),
            )
            .at(place(&file.name, line))
        })?;
        header.validity(&file.name, text)?;
        Ok(header)
    }

    /// The days of validity are days, the last not before the first.
    fn validity(&self, file: &str, text: &str) -> Result<(), Diagnostic> {
        let wrong = |key: &str, told: Text, help: Text| {
            let line = text.lines().position(|line| line.trim_start().starts_with(key));
            bad(S122, told, help).at(place(file, line.map_or(1, |line| line + 1)))
        };
        for (key, day) in [("valid_from", &self.valid_from), ("valid_to", &self.valid_to)] {
            if !day.is_empty() && !is_day(day) {
                let told = Text::new(format!("{key} 不是日期：{day:?}"), format!("{key} is no day: {day:?}"));
                let help = Text::new("写成 2024-01-01 的样子", "write it as in 2024-01-01");
                return Err(wrong(key, told, help));
            }
        }
        let (from, to) = (&self.valid_from, &self.valid_to);
        // Days written alike compare as texts.
        if !from.is_empty() && !to.is_empty() && to < from {
            let told = Text::new(
                format!("valid_to {to} 早于 valid_from {from}"),
                format!("valid_to {to} is before valid_from {from}"),
            );
            let help = Text::new(
                "valid_from 写有效期的第一天，valid_to 写最后一天（没有期限就删去该行）；两者写反了就对调",
                "valid_from is the first day, valid_to the last one (leave it out where there is no end); \
                 exchange the two if they were mixed up",
            );
            return Err(wrong("valid_to", told, help));
        }
        Ok(())
    }

    /// From the `scheme.json` that stands beside extracted tables.
    pub(super) fn of_json(file: &File) -> Result<Header, Diagnostic> {
        let found: Extracted = serde_json::from_str(file.text()?).map_err(|e| {
            bad(
                S102,
                Text::new(
                    format!("不是合格的 scheme.json：{e}"),
                    format!("not a sound scheme.json: {e}"),
                ),
                Text::new(
                    "重新导出，或改写为 scheme.toml",
                    "export it again, or write a scheme.toml",
                ),
            )
            .at(at(&file.name, u32::try_from(e.line()).unwrap_or(1)))
        })?;
        Ok(Header {
            code: found.scheme,
            ungrouped: Ungrouped::styled(&found.fail_code, &found.result_style),
            retry_other_procedures: found.retry_other_procedures,
            ..Header::default()
        })
    }

    /// First and last day of discharge that it is valid for, as the numbers yyyymmdd. What it does
    /// not say is no bound; the days themselves were looked at when it was read.
    pub(crate) fn valid_days(&self) -> (u32, u32) {
        let number = |day: &str| day.replace('-', "").parse().ok();
        (
            number(&self.valid_from).unwrap_or(0),
            number(&self.valid_to).unwrap_or(u32::MAX),
        )
    }

    /// As the text of a `scheme.toml`.
    pub(crate) fn to_toml(&self) -> Result<String, Diagnostic> {
        toml::to_string(self).map_err(|e| {
            bad(
                S101,
                Text::new(
                    format!("无法写成 scheme.toml：{e}"),
                    format!("cannot be written as a scheme.toml: {e}"),
                ),
                Text::new("docs/SCHEME.md 列有全部的键", "docs/SCHEME.md lists every key"),
            )
        })
    }
}

impl Ungrouped {
    /// The codes of a style of results: `plain`, or one whose records that fail the check get none.
    pub(crate) fn styled(fail_code: &str, style: &str) -> Ungrouped {
        let check_failed = (!style.is_empty() && style != "plain").then(String::new);
        Ungrouped {
            group_code: fail_code.to_owned(),
            check_failed,
            ..Ungrouped::default()
        }
    }
}

/// Whether a text is a day of the calendar, `YYYY-MM-DD`.
fn is_day(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    let numbers: Option<Vec<u32>> = parts
        .iter()
        .map(|part| {
            part.bytes()
                .all(|byte| byte.is_ascii_digit())
                .then(|| part.parse().ok())?
        })
        .collect();
    let Some([year, month, day]) = numbers.as_deref() else {
        return false;
    };
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap => 29,
        2 => 28,
        _ => 0,
    };
    lengths == [4, 2, 2] && (1..=days).contains(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Header, Diagnostic> {
        Header::of_toml(&File {
            name: "scheme.toml".into(),
            bytes: format!("code = \"c\"\n{text}").into_bytes(),
        })
    }

    #[test]
    fn days_of_validity() {
        for text in [
            "",
            "valid_from = \"2024-02-29\"",
            "valid_from = \"2024-01-01\"\nvalid_to = \"2024-01-01\"",
        ] {
            assert!(read(text).is_ok(), "{text}");
        }
        for (text, line) in [
            ("valid_from = \"2023-02-29\"", 2),
            ("valid_from = \"2024-1-01\"", 2),
            ("name = \"n\"\nvalid_to = \"2024-13-01\"", 3),
            ("valid_from = \"2024-01-02\"\nvalid_to = \"2024-01-01\"", 3),
            ("valid_to = \"+024-01-01\"", 2),
        ] {
            let mistake = read(text).unwrap_err();
            assert_eq!((mistake.code, mistake.place.unwrap().line), ("S122", line), "{text}");
        }
        // What to do about days that are days is not how to write one. Seen to fail.
        let reversed = read("valid_from = \"2024-01-02\"\nvalid_to = \"2024-01-01\"").unwrap_err();
        let help = reversed.help;
        assert!(
            help.en.contains("exchange the two") && help.zh.contains("对调"),
            "{help:?}"
        );
    }
}
