//! `directory.toml`: what a directory says of itself, and the choices that its text leaves to it.

use super::directory::{Diagnoses, Treatment};
use crate::error::S113;
use crate::scheme::tables::{File, bad, place};
use dianzhi_core::Text;
use dianzhi_policy::Diagnostic;
use serde::{Deserialize, Serialize};

/// What a directory says of itself: `directory.toml` (docs/DIP.md).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DipHeader {
    /// A short code.
    pub code: String,
    /// 名称, for people.
    #[serde(default)]
    pub name: String,
    /// Which document it follows, or where its tables came from.
    #[serde(default)]
    pub source: String,
    /// First day of discharge that it groups, `YYYY-MM-DD`; empty: no bound.
    #[serde(default)]
    pub valid_from: String,
    /// Last day.
    #[serde(default)]
    pub valid_to: String,
    /// Keys and tables whose values no published source confirms, for people to see.
    #[serde(default)]
    pub unconfirmed: Vec<String>,
    /// How many letters and digits of the principal diagnosis core and basic types compare:
    /// 3 类目, 4 亚目, 6 细目.
    pub dx_characters: usize,
    /// Whether all of a type's procedures must be among the record's; otherwise one is enough.
    #[serde(default = "yes")]
    pub all_procedures: bool,
    /// What a procedure is that `operations.tsv` does not list.
    pub unlisted_operations: Treatment,
    /// By what one of several fitting types is chosen; the lowest code decides last.
    #[serde(default = "usual_order")]
    pub order: Vec<Criterion>,
    /// 空白病组: the group of records that no type takes; empty: they have none.
    #[serde(default)]
    pub blank: String,
    /// 辅助目录.
    #[serde(default)]
    pub auxiliary: AuxiliaryRules,
}

/// What the auxiliary catalogues (辅助目录) need to know beside their tables.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AuxiliaryRules {
    /// How several factors come together.
    pub combine: Combine,
    /// 肿瘤: principal diagnoses of the tumour catalogue, which the severity catalogue leaves out.
    pub tumours: DiagnosisList,
    /// How the time in intensive care becomes days; no source says.
    pub icu_days: Option<IcuDays>,
    /// 离院方式 that mean death: 5 in the national interface.
    pub death: Vec<String>,
}

impl Default for AuxiliaryRules {
    fn default() -> Self {
        AuxiliaryRules {
            combine: Combine::default(),
            tumours: DiagnosisList::default(),
            icu_days: None,
            death: vec!["5".into()],
        }
    }
}

/// Alternatives of principal diagnoses, written `C00-C97|D00`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct DiagnosisList(pub(super) Vec<Diagnoses>);

impl TryFrom<String> for DiagnosisList {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text.is_empty() {
            return Ok(DiagnosisList::default());
        }
        let parts = text.split('|').map(Diagnoses::read);
        let all: Result<Vec<Diagnoses>, Text> = parts.collect();
        all.map(DiagnosisList).map_err(|said| said.en)
    }
}

/// How the factors of several catalogues come together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Combine {
    /// Only the highest applies (DIP 3.0 draft, 5.2).
    #[default]
    Highest,
    /// They are multiplied.
    Product,
}

/// How minutes in intensive care become days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IcuDays {
    /// Whole days of 24 hours that were completed.
    Completed,
    /// A day that was begun counts.
    Started,
}

/// By what one of several fitting types is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Criterion {
    /// The most procedures matched.
    Procedures,
    /// The nearest mean cost; a type without one is the farthest. Skipped for a record without a cost.
    MeanCost,
    /// Core before basic before mixed.
    Kind,
    /// The most characters of the principal diagnosis compared; a range has none.
    Diagnosis,
    /// The lowest code.
    Code,
}

impl Criterion {
    /// The word in `directory.toml`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Criterion::Procedures => "procedures",
            Criterion::MeanCost => "mean-cost",
            Criterion::Kind => "kind",
            Criterion::Diagnosis => "diagnosis",
            Criterion::Code => "code",
        }
    }
}

fn yes() -> bool {
    true
}

/// DIP 3.0 draft: most procedures, nearest mean cost, core before basic before mixed.
fn usual_order() -> Vec<Criterion> {
    vec![Criterion::Procedures, Criterion::MeanCost, Criterion::Kind]
}

impl DipHeader {
    /// From `directory.toml`.
    pub(super) fn of_toml(file: &File) -> Result<DipHeader, Vec<Diagnostic>> {
        let text = file.text().map_err(|mistake| vec![mistake])?;
        let header: DipHeader = toml::from_str(text).map_err(|e| {
            let before = e.span().map_or("", |span| text.get(..span.start).unwrap_or(text));
            let line = before.bytes().filter(|&byte| byte == b'\n').count() + 1;
            vec![wrong(file, line, e.message(), e.message())]
        })?;
        let mistakes = header.mistakes(file, text);
        if mistakes.is_empty() { Ok(header) } else { Err(mistakes) }
    }

    /// What the shape of the file does not show.
    fn mistakes(&self, file: &File, text: &str) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        let mut say = |key: &str, zh: &str, en: &str| found.push(wrong(file, line_of(text, key), zh, en));
        if !(3..=16).contains(&self.dx_characters) {
            say(
                "dx_characters",
                "dx_characters 应在 3 与 16 之间",
                "dx_characters must be from 3 to 16",
            );
        }
        let repeated = |at: usize| self.order[..at].contains(&self.order[at]);
        if (0..self.order.len()).any(repeated) {
            say("order", "order 中有重复", "order names a criterion twice");
        }
        for (key, day) in [("valid_from", &self.valid_from), ("valid_to", &self.valid_to)] {
            if !day.is_empty() && !is_day(day) {
                let zh = format!("{key} 应写作 YYYY-MM-DD");
                say(key, &zh, &format!("{key} must be written YYYY-MM-DD"));
            }
        }
        if !self.valid_to.is_empty() && self.valid_from > self.valid_to {
            say("valid_to", "valid_to 早于 valid_from", "valid_to is before valid_from");
        }
        found
    }

    /// The criteria of the choice, the last of which always decides.
    pub(super) fn criteria(&self) -> Vec<Criterion> {
        let mut criteria = self.order.clone();
        if !criteria.contains(&Criterion::Code) {
            criteria.push(Criterion::Code);
        }
        criteria
    }
}

/// Year, month and day as digits; which months have 31 days is nothing that grouping needs.
fn is_day(text: &str) -> bool {
    let shape = |(at, byte): (usize, u8)| match at {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    };
    let two = |from: usize| text.get(from..from + 2).and_then(|digits| digits.parse::<u8>().ok());
    text.len() == 10
        && text.bytes().enumerate().all(shape)
        && two(5).is_some_and(|month| (1..=12).contains(&month))
        && two(8).is_some_and(|day| (1..=31).contains(&day))
}

/// The line of a key; the first line where it is not written.
pub(super) fn line_of(text: &str, key: &str) -> usize {
    let is_key = |line: &str| {
        let rest = line.trim_start().strip_prefix(key);
        rest.is_some_and(|rest| rest.trim_start().starts_with('='))
    };
    text.lines().position(is_key).map_or(1, |at| at + 1)
}

fn wrong(file: &File, line: usize, zh: &str, en: &str) -> Diagnostic {
    bad(
        S113,
        Text::new(
            format!("不是合格的 directory.toml：{zh}"),
            format!("not a sound directory.toml: {en}"),
        ),
        Text::new("docs/DIP.md 列有全部的键", "docs/DIP.md lists every key"),
    )
    .at(place(&file.name, line))
}
