//! Walks the tree of a scenarios file and notes every mistake instead of stopping at the first.

use crate::file::{BASELINE, Header};
use dianzhi_core::Text;
use dianzhi_policy::codes::{self, Code};
use dianzhi_policy::{Diagnostic, Document, names_help, nearest, parse_date};
use std::collections::BTreeMap;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

type Node<'t> = Spanned<DeValue<'t>>;

/// Longest id of a scenario.
const ID_CHARS_MAX: usize = 64;

/// What is read, and what was wrong on the way.
pub(crate) struct Lines<'d> {
    pub(crate) document: &'d Document,
    pub(crate) found: Vec<Diagnostic>,
}

/// A table whose keys are known.
pub(crate) struct Section<'t> {
    name: String,
    pub(crate) span: Range<usize>,
    table: &'t DeTable<'t>,
}

impl<'d> Lines<'d> {
    pub(crate) fn new(document: &'d Document) -> Lines<'d> {
        Lines {
            document,
            found: Vec::new(),
        }
    }

    pub(crate) fn note(&mut self, code: Code, span: &Range<usize>, text: Text, help: Text) {
        let place = self.document.place(span);
        self.found.push(Diagnostic::error(code.id, text, help).at(place));
    }

    /// A table, its unknown keys noted.
    pub(crate) fn table<'t>(
        &mut self,
        name: &str,
        span: &Range<usize>,
        table: &'t DeTable<'t>,
        known: &[&str],
    ) -> Section<'t> {
        for (key, _) in table {
            if !known.contains(&key.get_ref().as_ref()) {
                let found = key.get_ref();
                let mut help = names_help(found, known.iter().copied());
                if name.starts_with("scenario[") && nearest(found, known.iter().copied()).is_none() {
                    help = Text::new(
                        "政策的值写在 [scenario.set.…] 中",
                        "values of the policy go into [scenario.set.…]",
                    );
                }
                let text = Text::new(format!("没有 {found} 这个键"), format!("unknown key {found}"));
                self.note(codes::P102, &key.span(), text, help);
            }
        }
        Section {
            name: name.to_owned(),
            span: span.clone(),
            table,
        }
    }

    pub(crate) fn wrong_kind(&mut self, key: &str, value: &Node<'_>, zh: &str, en: &str) {
        let text = Text::new(format!("{key} 应为{zh}"), format!("{key} must be {en}"));
        let help = Text::new("照 docs/SCENARIOS.md 改写", "write it as docs/SCENARIOS.md has it");
        self.note(codes::P104, &value.span(), text, help);
    }

    /// A list of texts, each with its position.
    pub(crate) fn texts(&mut self, key: &str, value: &Node<'_>) -> Vec<(String, Range<usize>)> {
        let DeValue::Array(array) = value.get_ref() else {
            self.wrong_kind(key, value, "文字的列表", "a list of texts");
            return Vec::new();
        };
        let mut texts = Vec::new();
        for one in array.iter() {
            match one.get_ref().as_str() {
                Some(text) => texts.push((text.to_owned(), one.span())),
                None => self.wrong_kind(key, one, "文字", "a text"),
            }
        }
        texts
    }

    /// `[counties]`: the county of every hospital named.
    pub(crate) fn counties(&mut self, value: &Node<'_>) -> BTreeMap<String, String> {
        let mut counties: BTreeMap<String, String> = BTreeMap::new();
        let DeValue::Table(table) = value.get_ref() else {
            self.wrong_kind("counties", value, "一节", "a table");
            return counties;
        };
        for (county, codes) in table {
            for (code, at) in self.texts(county.get_ref(), codes) {
                let county = county.get_ref().to_string();
                if let Some(other) = counties.insert(code.clone(), county) {
                    let text = Text::new(
                        format!("机构 {code} 已列在 {other} 下"),
                        format!("hospital {code} is listed under {other} already"),
                    );
                    let help = Text::new("每家机构只属于一个县", "a hospital lies in one county");
                    self.note(codes::P109, &at, text, help);
                }
            }
        }
        counties
    }

    /// Checks that an id can be a folder's name and is nobody else's of its kind.
    pub(crate) fn name<'o>(
        &mut self,
        [zh, en]: [&str; 2],
        id: &str,
        at: &Range<usize>,
        mut others: impl Iterator<Item = &'o str>,
    ) {
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if id.is_empty() || id.len() > ID_CHARS_MAX || !id.chars().all(is_plain) || id == BASELINE {
            let text = Text::new(
                format!("id 为“{id}”，应由小写字母、数字和 - 组成，至多 {ID_CHARS_MAX} 个，且不是 {BASELINE}"),
                format!(
                    "id is \"{id}\"; it must be of lower-case letters, digits and -, at most {ID_CHARS_MAX}, and not {BASELINE}"
                ),
            );
            let help = Text::new(
                "它是输出中的名称，情景的还是目录名",
                "it is a name in the output, that of a scenario also a folder's",
            );
            self.note(codes::P106, at, text, help);
        }
        if others.any(|other| other == id) {
            let text = Text::new(format!("两个{zh}的 id 都是 {id}"), format!("two {en} have the id {id}"));
            let help = Text::new("改其中一个", "change one of them");
            self.note(codes::P109, at, text, help);
        }
    }
}

impl<'t> Section<'t> {
    pub(crate) fn optional(&self, key: &str) -> Option<&'t Node<'t>> {
        self.table.get(key)
    }

    pub(crate) fn required(&self, lines: &mut Lines<'_>, key: &str) -> Option<&'t Node<'t>> {
        let found = self.table.get(key);
        if found.is_none() {
            let of = match self.name.as_str() {
                "" => String::new(),
                name => format!("[{}] ", name.split('[').next().unwrap_or(name)),
            };
            let text = Text::new(format!("{of}缺少 {key}"), format!("{of}{key} is missing"));
            let help = match of.starts_with("[assumption]") {
                true => Text::new(
                    "每个假设写明 id、题目、来源、kind、seed 和 share，以及该 kind 的各键（docs/SCENARIOS.md §5）",
                    "an assumption says its id, title, source, kind, seed and share, and the keys of its kind (docs/SCENARIOS.md §5)",
                ),
                false => Text::new(
                    "每个情景都要说明题目、作者、所模拟的政策文本和日期；作者和日期可只写在 [comparison]",
                    "a comparison and each of its scenarios say their title, author, policy text and date; author and date may stand in [comparison] alone",
                ),
            };
            lines.note(codes::P103, &self.span, text, help);
        }
        found
    }

    /// A text that must be there, with its position.
    pub(crate) fn text(&self, lines: &mut Lines<'_>, key: &str) -> Option<(String, Range<usize>)> {
        let value = self.required(lines, key)?;
        match value.get_ref().as_str() {
            Some(text) if !text.trim().is_empty() && !text.chars().any(is_unwritable) => {
                Some((text.to_owned(), value.span()))
            }
            _ => {
                let zh = "不为空、没有控制字符的文字";
                lines.wrong_kind(key, value, zh, "a text that is not empty and has no control characters");
                None
            }
        }
    }

    /// A table that must be there.
    pub(crate) fn table(&self, lines: &mut Lines<'_>, key: &str) -> Option<Spanned<&'t DeTable<'t>>> {
        let value = self.required(lines, key)?;
        match value.get_ref() {
            DeValue::Table(table) => Some(Spanned::new(value.span(), table)),
            _ => {
                lines.wrong_kind(key, value, "一节", "a table");
                None
            }
        }
    }

    /// The sections of a name, at least one.
    pub(crate) fn tables(&self, lines: &mut Lines<'_>, key: &str) -> Vec<Spanned<&'t DeTable<'t>>> {
        match self.required(lines, key) {
            Some(_) => self.tables_if(lines, key),
            None => Vec::new(),
        }
    }

    /// The sections of a name that may be missing.
    pub(crate) fn tables_if(&self, lines: &mut Lines<'_>, key: &str) -> Vec<Spanned<&'t DeTable<'t>>> {
        let Some(value) = self.optional(key) else {
            return Vec::new();
        };
        let DeValue::Array(array) = value.get_ref() else {
            let (zh, en) = (format!("若干节 [[{key}]]"), format!("sections [[{key}]]"));
            lines.wrong_kind(key, value, &zh, &en);
            return Vec::new();
        };
        let mut tables = Vec::new();
        for one in array.iter() {
            match one.get_ref() {
                DeValue::Table(table) => tables.push(Spanned::new(one.span(), table)),
                _ => lines.wrong_kind(key, one, &format!("一节 [[{key}]]"), &format!("a section [[{key}]]")),
            }
        }
        tables
    }

    /// Title, author, policy and date; the last one's author and date may stand for all.
    pub(crate) fn header(&self, lines: &mut Lines<'_>, of_all: Option<&Header>) -> Option<Header> {
        let title = self.text(lines, "title");
        let policy = self.text(lines, "policy");
        let author = match (self.optional("author"), of_all) {
            (None, Some(all)) => Some(all.author.clone()),
            _ => self.text(lines, "author").map(|(author, _)| author),
        };
        let date = match (self.optional("date"), of_all) {
            (None, Some(all)) => Some(all.date),
            _ => self.text(lines, "date").and_then(|(text, at)| {
                let date = parse_date(&text);
                if date.is_none() {
                    let text = Text::new(
                        format!("date 为“{text}”，应为 YYYY-MM-DD 的日期"),
                        format!("date is \"{text}\"; it must be a date written YYYY-MM-DD"),
                    );
                    let help = Text::new("例如 \"2026-07-01\"", "such as \"2026-07-01\"");
                    lines.note(codes::P108, &at, text, help);
                }
                date
            }),
        };
        Some(Header {
            title: title?.0,
            author: author?,
            policy: policy?.0,
            date: date?,
        })
    }
}

/// What no comment of a TOML file can hold; line ends become blanks there.
fn is_unwritable(letter: char) -> bool {
    letter.is_control() && !letter.is_whitespace()
}
