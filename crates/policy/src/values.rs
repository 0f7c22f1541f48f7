//! Reads one value of a known type: text, decimal, integer, boolean, word, date, list, section.

use crate::Diagnostic;
use crate::codes::{self, Code};
use crate::keys::{Key, Kind, nearest};
use crate::read::{Node, Reader, Section, range_help, shorten};
use crate::words::Word;
use dianzhi_core::{Decimal, PLACES_MAX, Text, parse_decimal};
use jiff::civil::Date;
use toml::de::DeValue;

impl Kind {
    pub(crate) fn name(self) -> Text {
        match self {
            Kind::Text | Kind::Date | Kind::Word(_) => Text::new("加引号的文字", "a string in quotes"),
            Kind::Decimal => Text::new("加引号的小数", "an exact decimal in quotes"),
            Kind::Integer(..) => Text::new("不加引号的整数", "an integer without quotes"),
            Kind::Boolean => Text::new("true 或 false", "true or false"),
            Kind::Texts | Kind::Words(_) => Text::new("[ ] 括起的列表", "a list in [ ]"),
            Kind::Table(_) | Kind::Headings | Kind::Conditions => {
                Text::new("一节或 { } 括起的一组键", "a section, or keys in { }")
            }
            Kind::Tables(_) => Text::new(
                "一节或多节（节名用双方括号）",
                "one or more sections in double brackets",
            ),
        }
    }
}

fn type_name(value: &DeValue<'_>) -> Text {
    match value {
        DeValue::String(_) => Text::new("字符串", "a string"),
        DeValue::Integer(_) => Text::new("整数", "an integer"),
        DeValue::Float(_) => Text::new("浮点数", "a float"),
        DeValue::Boolean(_) => Text::new("布尔值", "a boolean"),
        DeValue::Datetime(_) => Text::new("日期时间", "a date or time"),
        DeValue::Array(_) => Text::new("列表", "a list"),
        DeValue::Table(_) => Text::new("一节", "a section"),
    }
}

impl Reader<'_> {
    fn note(&mut self, code: Code, key: &str, node: &Node<'_>, text: Text, help: Text) {
        let place = self.place(&node.span());
        self.refuse(key, Diagnostic::error(code.id, text, help).at(place));
    }

    fn wrong_type(&mut self, key: &str, node: &Node<'_>, kind: Kind, example: &str) {
        let (want, found) = (kind.name(), type_name(node.get_ref()));
        let raw = self.document.slice(&node.span()).to_owned();
        let value = node.get_ref();
        // For a lone number, the very value that stands there, in quotes, is what to write.
        let number = matches!(value, DeValue::Integer(_) | DeValue::Float(_)) && parse_decimal(&raw).is_ok();
        let quoted = match (kind, value) {
            (Kind::Decimal | Kind::Text, _) if number => Some(raw),
            (Kind::Text, DeValue::Datetime(_)) => Some(raw),
            _ => None,
        };
        let help = match (quoted, kind, value) {
            (Some(raw), _, DeValue::Datetime(_)) => Text::new(
                format!("加上引号写：\"{raw}\""),
                format!("write it in quotes: \"{raw}\""),
            ),
            (Some(raw), ..) => Text::new(
                format!("加上引号写：\"{raw}\"（不加引号的数会失去准确性或前导零）"),
                format!("write it in quotes: \"{raw}\" (a number without them may lose digits)"),
            ),
            (None, Kind::Integer(..) | Kind::Boolean, DeValue::String(_)) => Text::new(
                format!("去掉引号，例如：{example}"),
                format!("write it without quotes, for example: {example}"),
            ),
            (None, Kind::Decimal, _) => Text::new(
                format!("写成加引号的小数，例如：{example}"),
                format!("write a decimal in quotes, for example: {example}"),
            ),
            _ => Text::new(format!("例如：{example}"), format!("for example: {example}")),
        };
        // A blank between Chinese and what is not.
        let blank = if want.zh.starts_with(|c: char| c.is_ascii()) {
            " "
        } else {
            ""
        };
        let text = Text::new(
            format!("{key} 应为{blank}{}，这里是{}", want.zh, found.zh),
            format!("{key} must be {}, found {}", want.en, found.en),
        );
        self.note(codes::P104, key, node, text, help);
    }

    fn string<'t>(&mut self, key: &str, node: &'t Node<'t>, kind: Kind, example: &str) -> Option<&'t str> {
        if let DeValue::String(text) = node.get_ref() {
            return Some(text.as_ref());
        }
        self.wrong_type(key, node, kind, example);
        None
    }

    /// A text that is not empty.
    pub(crate) fn text(&mut self, section: &Section<'_>, name: &str) -> Option<String> {
        let (path, node, example) = section.get(name)?;
        self.text_of(&path, node, example)
    }

    pub(crate) fn text_of(&mut self, key: &str, node: &Node<'_>, example: &str) -> Option<String> {
        let text = self.string(key, node, Kind::Text, example)?;
        if !text.is_empty() {
            return Some(text.to_owned());
        }
        let empty = Text::new(format!("{key} 为空"), format!("{key} is empty"));
        let help = Text::new(format!("例如：{example}"), format!("for example: {example}"));
        self.note(codes::P106, key, node, empty, help);
        None
    }

    /// An exact decimal, in quotes.
    pub(crate) fn decimal(&mut self, section: &Section<'_>, name: &str) -> Option<Decimal> {
        let (path, node, example) = section.get(name)?;
        let text = self.string(&path, node, Kind::Decimal, example)?;
        match parse_decimal(text) {
            Ok(value) => Some(value),
            Err(error) => {
                let (found, why) = (shorten(text), error.text());
                let message = Text::new(
                    format!("{path} 为 \"{found}\"，{}", why.zh),
                    format!("{path} is \"{found}\", {}", why.en),
                );
                let help = Text::new(
                    "只用半角数字和小数点，不写百分号、千分位逗号、单位和空格：5% 写作 \"0.05\"",
                    "use ASCII digits and a point only, no per cent sign, thousands comma, unit or blank: 5 % is \"0.05\"",
                );
                self.note(codes::P105, &path, node, message, help);
                None
            }
        }
    }

    /// A number of decimals. The policy says which are in range, as far as a `u32` holds them.
    pub(crate) fn places(&mut self, section: &Section<'_>, name: &str) -> Option<u32> {
        let (path, node, example) = section.get(name)?;
        let DeValue::Integer(integer) = node.get_ref() else {
            self.wrong_type(&path, node, Kind::Integer(0, PLACES_MAX), example);
            return None;
        };
        if let Ok(places) = u32::from_str_radix(integer.as_str(), integer.radix()) {
            return Some(places);
        }
        let found = shorten(self.document.slice(&node.span()));
        let text = Text::new(
            format!("{path} 为 {found}，应在 0 到 {PLACES_MAX} 之间"),
            format!("{path} is {found}; it must be between 0 and {PLACES_MAX}"),
        );
        self.note(codes::P106, &path, node, text, range_help());
        None
    }

    /// A whole number within the range of its key.
    pub(crate) fn integer(&mut self, section: &Section<'_>, name: &str) -> Option<u32> {
        let (path, node, example) = section.get(name)?;
        let (least, most) = match section.kind(name) {
            Some(Kind::Integer(least, most)) => (least, most),
            _ => (0, u32::MAX),
        };
        let DeValue::Integer(integer) = node.get_ref() else {
            self.wrong_type(&path, node, Kind::Integer(least, most), example);
            return None;
        };
        let number = u32::from_str_radix(integer.as_str(), integer.radix());
        if let Some(number) = number.ok().filter(|number| (least..=most).contains(number)) {
            return Some(number);
        }
        let found = shorten(self.document.slice(&node.span()));
        let text = Text::new(
            format!("{path} 为 {found}，应在 {least} 到 {most} 之间"),
            format!("{path} is {found}; it must be between {least} and {most}"),
        );
        self.note(codes::P106, &path, node, text, range_help());
        None
    }

    /// `rounding.money`, which has one value: nothing smaller than a fen can be paid.
    pub(crate) fn money_places(&mut self, section: &Section<'_>, name: &str) {
        let Some((path, node, example)) = section.get(name) else {
            return;
        };
        let DeValue::Integer(integer) = node.get_ref() else {
            self.wrong_type(&path, node, Kind::Integer(0, PLACES_MAX), example);
            return;
        };
        if u32::from_str_radix(integer.as_str(), integer.radix()) != Ok(2) {
            let found = shorten(self.document.slice(&node.span()));
            let text = Text::new(
                format!("{path} 为 {found}，只能是 2"),
                format!("{path} is {found}; the only value is 2"),
            );
            let help = Text::new("金额精确到分，写 money = 2", "money goes to the fen: write money = 2");
            self.note(codes::P107, &path, node, text, help);
        }
    }

    /// `true` or `false`.
    pub(crate) fn boolean(&mut self, section: &Section<'_>, name: &str) -> Option<bool> {
        let (path, node, example) = section.get(name)?;
        if let DeValue::Boolean(value) = node.get_ref() {
            return Some(*value);
        }
        self.wrong_type(&path, node, Kind::Boolean, example);
        None
    }

    /// A word of a closed list.
    pub(crate) fn word<T: Copy>(&mut self, section: &Section<'_>, name: &str, words: &[Word<T>]) -> Option<T> {
        let (path, node, example) = section.get(name)?;
        self.word_of(&path, node, example, words)
    }

    pub(crate) fn word_of<T: Copy>(
        &mut self,
        key: &str,
        node: &Node<'_>,
        example: &str,
        words: &[Word<T>],
    ) -> Option<T> {
        let text = self.string(key, node, Kind::Text, example)?;
        if let Some(word) = words.iter().find(|word| word.word == text) {
            return Some(word.value);
        }
        let zh: Vec<String> = words.iter().map(|w| format!("\"{}\"（{}）", w.word, w.zh)).collect();
        let en: Vec<String> = words.iter().map(|w| format!("\"{}\"", w.word)).collect();
        let by_meaning = words.iter().find(|word| word.zh == text).map(|word| word.word);
        let meant = by_meaning.or_else(|| nearest(text, words.iter().map(|word| word.word)));
        let found = shorten(text);
        let message = Text::new(
            format!("{key} 为 \"{found}\"，不在可选值之列"),
            format!("{key} is \"{found}\", which is not one of its values"),
        );
        let (mut help_zh, mut help_en) = (String::new(), String::new());
        if let Some(meant) = meant {
            help_zh = format!("是否为 \"{meant}\"？");
            help_en = format!("did you mean \"{meant}\"? ");
        }
        help_zh += &format!("可选：{}", zh.join("、"));
        help_en += &format!("Allowed: {}", en.join(", "));
        self.note(codes::P107, key, node, message, Text::new(help_zh, help_en));
        None
    }

    /// A calendar date, in quotes.
    pub(crate) fn date(&mut self, section: &Section<'_>, name: &str) -> Option<Date> {
        let (path, node, example) = section.get(name)?;
        let text = self.string(&path, node, Kind::Text, example)?;
        let date = parse_date(text);
        if date.is_none() {
            let found = shorten(text);
            let message = Text::new(
                format!("{path} 为 \"{found}\"，不是 YYYY-MM-DD 的日期"),
                format!("{path} is \"{found}\", not a date written YYYY-MM-DD"),
            );
            let help = Text::new(
                format!("写真实的日期，月、日各两位，例如：{}", example),
                format!(
                    "write a day of the calendar with two digits for month and day, for example: {}",
                    example
                ),
            );
            self.note(codes::P108, &path, node, message, help);
        }
        date
    }

    /// The elements of a list, each with its path.
    pub(crate) fn list<'t>(&mut self, section: &Section<'t>, name: &str) -> Option<Vec<(String, &'t Node<'t>)>> {
        let (path, node, example) = section.get(name)?;
        let DeValue::Array(elements) = node.get_ref() else {
            self.wrong_type(&path, node, Kind::Texts, example);
            return None;
        };
        Some(self.elements(&path, elements.iter()))
    }

    fn elements<'t>(&mut self, path: &str, nodes: impl Iterator<Item = &'t Node<'t>>) -> Vec<(String, &'t Node<'t>)> {
        nodes
            .enumerate()
            .map(|(i, node)| {
                let key = format!("{path}[{i}]");
                self.mark_element(&key, node);
                (key, node)
            })
            .collect()
    }

    /// A list of texts; an element that is none is an empty text, so that the others keep their
    /// positions.
    pub(crate) fn texts(&mut self, section: &Section<'_>, name: &str) -> Option<Vec<String>> {
        let (_, _, example) = section.get(name)?;
        let elements = self.list(section, name)?;
        let texts = elements.into_iter().map(|(path, node)| {
            self.string(&path, node, Kind::Text, example)
                .unwrap_or_default()
                .to_owned()
        });
        Some(texts.collect())
    }

    /// A section, or keys in braces. Without it, a section without keys: that it is missing is
    /// already noted.
    pub(crate) fn section<'t>(&mut self, parent: &Section<'t>, name: &str, known: &'static [Key]) -> Section<'t> {
        let Some((path, node, example)) = parent.get(name) else {
            return Section::default();
        };
        self.table(&path, node, example, known)
    }

    pub(crate) fn table<'t>(
        &mut self,
        path: &str,
        node: &'t Node<'t>,
        example: &str,
        known: &'static [Key],
    ) -> Section<'t> {
        if let DeValue::Table(table) = node.get_ref() {
            return self.open(path, Some(&node.span()), table, known);
        }
        self.wrong_type(path, node, Kind::Table(known), example);
        Section::default()
    }

    /// A list of sections.
    pub(crate) fn sections<'t>(
        &mut self,
        parent: &Section<'t>,
        name: &str,
        known: &'static [Key],
    ) -> Option<Vec<Section<'t>>> {
        let (path, node, example) = parent.get(name)?;
        let DeValue::Array(elements) = node.get_ref() else {
            self.wrong_type(&path, node, Kind::Tables(known), example);
            return None;
        };
        let elements = self.elements(&path, elements.iter());
        let sections = elements
            .into_iter()
            .map(|(path, node)| self.table(&path, node, example, known));
        Some(sections.collect())
    }
}

/// A day as region files have them: `YYYY-MM-DD` and nothing else; jiff alone would also take times,
/// signs and `YYYYMMDD`.
///
/// ```
/// assert_eq!(dianzhi_policy::parse_date("2028-02-29").unwrap().day(), 29);
/// assert!(dianzhi_policy::parse_date("2026/01/01").is_none());
/// ```
#[must_use]
pub fn parse_date(text: &str) -> Option<Date> {
    let shape = text.len() == 10
        && text.bytes().enumerate().all(|(i, byte)| match i {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if shape { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_strict() {
        assert!(parse_date("2028-02-29").is_some());
        for bad in [
            "2026-02-29",
            "2026-1-01",
            "20260101",
            "2026/01/01",
            "2026-01-01T00:00",
            "２０26-01-1",
            "-026-01-01",
        ] {
            assert!(parse_date(bad).is_none(), "{bad}");
        }
    }
}
