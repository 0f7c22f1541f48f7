//! Walks the tree of a region file, value by value, and notes every mistake instead of stopping at
//! the first.

use crate::codes;
use crate::dated::DatedKey;
use crate::document::Document;
use crate::keys::{self, Key, nearest};
use crate::source::Mark;
use crate::{Diagnostic, Place};
use dianzhi_core::{Breach, BreachKind, Pool, Remedy, Text};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A value with its place.
pub(crate) type Node<'t> = Spanned<DeValue<'t>>;

/// The known keys that one section has.
#[derive(Default)]
pub(crate) struct Section<'t> {
    /// Its path, such as `pool[1]`; empty for the file.
    path: String,
    /// Its keys by name, with their values of the day that is being read; without one where the
    /// dated values of a key are refused.
    values: BTreeMap<&'static str, (&'static Key, Option<&'t Node<'t>>)>,
}

impl<'t> Section<'t> {
    /// A value with the path and the example of its key.
    pub(crate) fn get(&self, name: &str) -> Option<(String, &'t Node<'t>, &'static str)> {
        let (key, node) = self.values.get(name)?;
        Some((join(&self.path, key.name), (*node)?, key.example))
    }
}

impl Section<'_> {
    /// What a key takes.
    pub(crate) fn kind(&self, name: &str) -> Option<keys::Kind> {
        self.values.get(name).map(|(key, _)| key.kind)
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

/// Reads values and keeps what was found on the way.
pub(crate) struct Reader<'d> {
    pub(crate) document: &'d Document,
    pub(crate) found: Vec<Diagnostic>,
    /// Where each key stands.
    pub(crate) marks: BTreeMap<String, Mark>,
    /// Keys without a usable value: what is said of their placeholders is not reported.
    broken: BTreeSet<String>,
    /// The insurance year, once it is read.
    pub(crate) year: Option<(Date, Date)>,
    /// The day whose values are read; the year's first once that is known.
    pub(crate) day: Option<Date>,
    /// The keys with dated values.
    pub(crate) dated: BTreeMap<String, DatedKey>,
    /// The first day of every dated value.
    pub(crate) first_days: BTreeSet<Date>,
    /// The sections that the file may have.
    sections: &'static [Key],
}

impl<'d> Reader<'d> {
    /// Reads the values of a day; without one, of the year's first.
    pub(crate) fn new(document: &'d Document, day: Option<Date>) -> Self {
        Reader {
            document,
            found: Vec::new(),
            marks: BTreeMap::new(),
            broken: BTreeSet::new(),
            year: None,
            day,
            dated: BTreeMap::new(),
            first_days: BTreeSet::new(),
            sections: keys::ROOT,
        }
    }

    /// Reads a file with other sections than a region's, and without dated values.
    pub(crate) fn of_sections(document: &'d Document, sections: &'static [Key]) -> Self {
        Reader {
            sections,
            ..Reader::new(document, None)
        }
    }

    /// Notes a mistake in the value of a key, which from now on has none.
    pub(crate) fn refuse(&mut self, key: &str, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
        self.break_quietly(key);
    }

    /// Notes that a key has no usable value, for a reason that is told already or is none of its own.
    pub(crate) fn break_quietly(&mut self, key: &str) {
        self.broken.insert(key.to_owned());
    }

    /// Whether a key, or one that it stands in, has no usable value.
    pub(crate) fn is_broken(&self, key: &str) -> bool {
        let inside = |rest: &str| rest.is_empty() || rest.starts_with(['.', '[']);
        self.broken
            .iter()
            .any(|broken| key.strip_prefix(broken.as_str()).is_some_and(inside))
    }

    pub(crate) fn place(&self, span: &Range<usize>) -> Place {
        self.document.place(span)
    }

    /// The place of a key, else of the section it should stand in, else the file.
    pub(crate) fn place_near(&self, key: &str) -> Place {
        let mut path = key;
        loop {
            if let Some(mark) = self.marks.get(path) {
                return self.place(&mark.value);
            }
            match path.rfind(['.', '[']) {
                Some(end) => path = &path[..end],
                None => return self.document.whole(),
            }
        }
    }

    /// The file itself as a section.
    pub(crate) fn root<'t>(&mut self, tree: &'t Spanned<DeTable<'t>>) -> Section<'t> {
        self.open("", None, tree.get_ref(), self.sections)
    }

    /// Sorts the entries of a table: known, unknown, missing. An unknown key that is near to a
    /// missing one is taken for it, so that one slip is one mistake, and its value is read too.
    pub(crate) fn open<'t>(
        &mut self,
        path: &str,
        header: Option<&Range<usize>>,
        table: &'t DeTable<'t>,
        known: &'static [Key],
    ) -> Section<'t> {
        let mut section = Section {
            path: path.to_owned(),
            values: BTreeMap::new(),
        };
        let mut unknown = Vec::new();
        for (name, value) in table {
            match known.iter().find(|key| key.name == name.get_ref().as_ref()) {
                Some(key) => {
                    self.enter(&mut section, key, name.span(), value);
                }
                None => unknown.push((name, value)),
            }
        }
        for (name, value) in unknown {
            let missing = known.iter().filter(|key| !section.values.contains_key(key.name));
            let meant = nearest(name.get_ref(), missing.map(|key| key.name));
            if let Some(meant) = meant
                && let Some(key) = known.iter().find(|key| key.name == meant)
            {
                self.enter(&mut section, key, name.span(), value);
            }
            let names: Vec<&str> = known.iter().map(|key| key.name).collect();
            let meant = meant.or_else(|| nearest(name.get_ref(), names.iter().copied()));
            self.unknown(path, name, meant, &names);
        }
        for key in known {
            if key.required && !section.values.contains_key(key.name) {
                self.missing(path, header, key);
            }
        }
        section
    }

    fn enter<'t>(&mut self, section: &mut Section<'t>, key: &'static Key, at: Range<usize>, value: &'t Node<'t>) {
        let path = join(&section.path, key.name);
        self.mark(path.clone(), at.clone(), value);
        let value = self.in_force(&path, key, &at, value);
        section.values.insert(key.name, (key, value));
    }

    /// Notes where a key and its value stand.
    pub(crate) fn mark(&mut self, key: String, at: Range<usize>, value: &Node<'_>) {
        let dated = self.dated_above(&key);
        let value = value.span();
        self.marks.insert(key, Mark { key: at, value, dated });
    }

    /// Notes which of its dated values a key has on the day that is being read.
    pub(crate) fn mark_dated(&mut self, key: &str, entry: Range<usize>, value: &Node<'_>, name: Range<usize>) {
        let mark = Mark {
            key: entry,
            value: value.span(),
            dated: Some(name),
        };
        self.marks.insert(key.to_owned(), mark);
    }

    /// Where the dated key stands that a key is inside of.
    pub(crate) fn dated_above(&self, key: &str) -> Option<Range<usize>> {
        let mut path = key;
        while let Some(end) = path.rfind(['.', '[']) {
            path = &path[..end];
            if let Some(dated) = self.dated.get(path) {
                return Some(dated.name.clone());
            }
        }
        None
    }

    /// Notes where a list's element stands.
    pub(crate) fn mark_element(&mut self, key: &str, value: &Node<'_>) {
        self.mark(key.to_owned(), value.span(), value);
    }

    fn unknown(&mut self, path: &str, name: &Spanned<std::borrow::Cow<'_, str>>, meant: Option<&str>, names: &[&str]) {
        let found = shorten(name.get_ref());
        let text = if path.is_empty() {
            Text::new(
                format!("没有 {found} 这一节或键"),
                format!("unknown section or key {found}"),
            )
        } else {
            let section = keys::section_name_in(self.sections, path);
            Text::new(
                format!("{section} 中没有 {found} 这个键"),
                format!("unknown key {found} in {section}"),
            )
        };
        let home = keys::home_of(self.sections, name.get_ref());
        let known = names.join(", ");
        let help = match (meant, home) {
            (Some(meant), _) => Text::new(
                format!("是否为 {meant}？可用的有：{known}"),
                format!("did you mean {meant}? Known here: {known}"),
            ),
            (None, Some(home)) => Text::new(
                format!("{found} 属于 {home}：移到那一节（节内的键写在下一个节名之前）"),
                format!("{found} belongs in {home}: move it there, before the next section header"),
            ),
            (None, None) => Text::new(
                format!("删去，或改为可用的：{known}"),
                format!("remove it, or use one known here: {known}"),
            ),
        };
        let diagnostic = Diagnostic::error(codes::P102.id, text, help).at(self.place(&name.span()));
        self.found.push(diagnostic);
    }

    fn missing(&mut self, path: &str, header: Option<&Range<usize>>, key: &Key) {
        let name = key.name;
        let section = keys::section_name_in(self.sections, if path.is_empty() { name } else { path });
        let (text, example) = if path.is_empty() {
            (
                Text::new(
                    format!("缺少 {section} 一节"),
                    format!("the section {section} is missing"),
                ),
                keys::section_example(self.sections, name).unwrap_or_else(|| key.example.to_owned()),
            )
        } else {
            (
                Text::new(
                    format!("{section} 缺少 {name}"),
                    format!("{name} is missing in {section}"),
                ),
                key.example.to_owned(),
            )
        };
        let help = Text::new(
            format!("照政策文件补上，例如：\n{example}"),
            format!("add it as the policy document has it, for example:\n{example}"),
        );
        let place = header.map_or_else(|| self.document.whole(), |span| self.place(span));
        let diagnostic = Diagnostic::error(codes::P103.id, text, help).at(place);
        self.refuse(&join(path, name), diagnostic);
    }

    /// The breaches of a policy made of what was read, without those of placeholders.
    pub(crate) fn breaches(&mut self, breaches: Vec<Breach>) {
        for breach in breaches {
            let other = breach.other.as_deref();
            if self.is_broken(&breach.key) || other.is_some_and(|other| self.is_broken(other)) {
                continue;
            }
            let (code, usual) = match breach.kind {
                BreachKind::OutOfRange => (codes::P106, range_help()),
                BreachKind::TooManyDecimals => (
                    codes::P110,
                    Text::new(
                        "去掉多出的小数位：金额写到分；base_rate 的位数由 rounding.point_value 定",
                        "cut the extra decimals: money goes to the fen; rounding.point_value says how many base_rate has",
                    ),
                ),
                BreachKind::Contradiction => (codes::P109, contradiction_help()),
            };
            let help = match breach.remedy {
                Remedy::Usual => usual,
                Remedy::This(help) => help,
                Remedy::Name { found, known } => names_help(&found, known.iter().map(String::as_str)),
            };
            let mut diagnostic = Diagnostic::error(code.id, breach.text.clone(), help).at(self.place_near(&breach.key));
            if let Some(other) = other {
                diagnostic = diagnostic.also(self.place_near(other), other_label());
            }
            self.found.push(diagnostic);
        }
    }

    /// Puts the pool's id behind every `pool[0].…` of the messages: people know pools by name.
    pub(crate) fn name_pools(&mut self, pools: &[Pool]) {
        for diagnostic in &mut self.found {
            let Text { zh, en } = &diagnostic.text;
            diagnostic.text = Text::new(with_pools(zh, pools, ["（", "）"]), with_pools(en, pools, [" (", ")"]));
        }
    }
}

fn with_pools(text: &str, pools: &[Pool], brackets: [&str; 2]) -> String {
    const POOL: &str = "pool[";
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(POOL) {
        let is_key = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '[' | ']');
        let key = &rest[at..];
        let key = &key[..key.find(|c| !is_key(c)).unwrap_or(key.len())];
        out += &rest[..at + key.len()];
        rest = &rest[at + key.len()..];
        let position = key[POOL.len()..]
            .split(']')
            .next()
            .and_then(|i| i.parse::<usize>().ok());
        let id = position.and_then(|i| pools.get(i)).map_or("", |pool| pool.id.as_str());
        if !id.is_empty() {
            let [open, close] = brackets;
            out += &format!("{open}{}{close}", shorten(id));
            // Behind a Chinese bracket stands no blank.
            rest = if close.is_ascii() {
                rest
            } else {
                rest.trim_start_matches(' ')
            };
        }
    }
    out + rest
}

pub(crate) fn range_help() -> Text {
    Text::new("改到所说的范围内", "bring it into that range")
}

/// What to write in place of a name that there is not: the one that was meant, if any is near, and
/// all there are.
///
/// ```
/// let help = dianzhi_policy::names_help("by_group", ["by-group", "items"]);
/// assert_eq!(help.en, "did you mean by-group? There are: by-group, items");
/// ```
#[must_use]
pub fn names_help<'k>(found: &str, known: impl IntoIterator<Item = &'k str>) -> Text {
    /// So many are listed.
    const NAMES_MAX: usize = 16;
    let known: Vec<&str> = known.into_iter().collect();
    if known.is_empty() {
        return Text::new(
            "一个也没有：补上那一节，或改写此处",
            "there are none: add that section, or change this",
        );
    }
    let (mut zh, mut en) = match nearest(found, known.iter().copied()) {
        Some(meant) => (format!("是否为 {meant}？"), format!("did you mean {meant}? ")),
        None => (String::new(), String::new()),
    };
    let more = if known.len() > NAMES_MAX { " …" } else { "" };
    let shown = &known[..known.len().min(NAMES_MAX)];
    zh += &format!("可用的有：{}{more}", shown.join("、"));
    en += &format!("There are: {}{more}", shown.join(", "));
    Text::new(zh, en)
}

pub(crate) fn contradiction_help() -> Text {
    Text::new(
        "两处不能同时成立：以政策文件为准，改其中一处",
        "change one of the two so that they agree, as the policy document has it",
    )
}

pub(crate) fn other_label() -> Text {
    Text::new("与此处矛盾", "contradicts this")
}

/// A piece of the file for a message: one line, not too long.
pub(crate) fn shorten(text: &str) -> String {
    const CHARS_MAX: usize = 48;
    let mut short: String = text.chars().take(CHARS_MAX).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short.replace(['\n', '\r', '\t'], " ")
}
