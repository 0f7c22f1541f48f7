//! A region file as data.

use crate::dated::DatedKey;
use crate::document::Document;
use crate::source::{Mark, Source};
use crate::{Diagnostic, Diagnostics, Place, codes, periods, syntax};
use dianzhi_core::{Policy, Text};
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::io::{self, Read};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Largest region file that is read, in bytes. A policy takes a few kilobytes; what passes this is
/// another file given by mistake.
pub const REGION_BYTES_MAX: u64 = 1 << 20;

/// A validated region file: who, which year, which files, and the payment policy.
#[derive(Clone, Debug)]
pub struct Region {
    /// The file, as given.
    pub path: PathBuf,
    /// Its text, as read.
    pub text: String,
    /// `region.code`: 统筹区 code.
    pub code: String,
    /// `region.name`
    pub name: String,
    /// First day of the insurance year 保险年度.
    pub year_start: Date,
    /// Last day of the insurance year, itself inside.
    pub year_end: Date,
    /// `region.year_by`
    pub year_by: YearBy,
    /// `[files]`
    pub files: Files,
    /// `[grouping]`
    pub grouping: GroupingChoice,
    /// `[columns]`: field → heading.
    pub columns: BTreeMap<String, String>,
    /// The first day that the policy document is in force, if the file says so.
    pub policy_from: Option<Date>,
    /// The last day that it is.
    pub policy_to: Option<Date>,
    /// The payment policy on the year's first day; [`Policy::breaches`] of it is empty.
    pub policy: Policy,
    /// The year, cut where a dated value changes; one period, the whole year, where none does.
    pub periods: Vec<Period>,
    pub(crate) document: Document,
    pub(crate) dated: BTreeMap<String, DatedKey>,
}

/// Days of the insurance year on which one policy counts.
#[derive(Clone, Debug)]
pub struct Period {
    /// First day.
    pub from: Date,
    /// Last day, itself inside.
    pub to: Date,
    /// The policy of these days; [`Policy::breaches`] of it is empty.
    pub policy: Policy,
    pub(crate) marks: BTreeMap<String, Mark>,
}

/// `[files]`: where the tables are, relative to the region file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Files {
    /// Patterns of claim files, in order.
    pub claims: Vec<String>,
    /// Encoding of every table.
    pub encoding: EncodingChoice,
    /// The groups table.
    pub groups: String,
    /// The hospitals table.
    pub hospitals: String,
    /// The prepayments table, if there is one.
    pub prepayments: Option<String>,
    /// The prices of diseases, if there are any.
    pub prices: Option<String>,
    /// The institution caps table, if there is one.
    pub caps: Option<String>,
    /// The table of hospital coefficients, if there is one.
    pub coefficients: Option<String>,
    /// The table of their bonuses, if there is one.
    pub bonuses: Option<String>,
    /// The people enrolled with each hospital, if any are paid for by head.
    pub enrolment: Option<String>,
    /// What was decided of special cases, if they are reviewed.
    pub reviews: Option<String>,
    /// Readmissions for a good reason, if there is a list of them.
    pub readmission_reasons: Option<String>,
    /// Points taken away, if there are any.
    pub penalties: Option<String>,
    /// The scheme package that groups the claims without a group code, if there is one.
    pub scheme: Option<String>,
    /// The DIP directory that does, if there is one; never both.
    pub dip_directory: Option<String>,
}

/// `[grouping]`: how `files.scheme` or `files.dip_directory` is applied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GroupingChoice {
    /// Codes are translated into the scheme's code version first.
    pub translate: bool,
    /// Codes are compared as they stand, without folding blanks, width and letter case.
    pub verbatim: bool,
}

/// `region.year_by`: which day decides the insurance year of a claim, and the values by date.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum YearBy {
    /// `dscg_time`
    #[default]
    Discharge,
    /// `setl_time`
    Settlement,
}

/// `files.encoding`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EncodingChoice {
    /// Each file's own bytes decide.
    #[default]
    Auto,
    /// UTF-8.
    Utf8,
    /// GB18030, and with it GBK and GB2312.
    Gb18030,
}

impl EncodingChoice {
    /// The word used in region files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            EncodingChoice::Auto => "auto",
            EncodingChoice::Utf8 => "utf-8",
            EncodingChoice::Gb18030 => "gb18030",
        }
    }
}

impl Region {
    /// Reads and validates a region file.
    ///
    /// # Errors
    /// Every mistake of the file (`P…`), or the one reason why it cannot be read (`F101`).
    ///
    /// ```
    /// let error = dianzhi_policy::Region::load("no/such/region.toml".as_ref()).unwrap_err();
    /// assert_eq!(error.0[0].code, "F101");
    /// ```
    pub fn load(path: &Path) -> Result<Region, Diagnostics> {
        Region::parse(path, text_of(path)?)
    }

    /// Validates the text of a region file; `path` is where its messages say that it stands.
    ///
    /// # Errors
    /// Every mistake of the text, in its order.
    ///
    /// ```
    /// let text = "[regoin]\ncode = 320900\n".to_owned();
    /// let errors = dianzhi_policy::Region::parse("region.toml".as_ref(), text).unwrap_err();
    /// let codes: Vec<&str> = errors.0.iter().map(|error| error.code).collect();
    /// assert!(codes.contains(&"P102") && codes.contains(&"P103") && codes.contains(&"P104"));
    /// ```
    ///
    /// A policy may change during the year:
    ///
    /// ```
    /// # let text = include_str!("../tests/valid.toml").to_owned();
    /// let text = text.replace(
    ///     "share = \"0.8\"",
    ///     "share = [{ from = \"2026-01-01\", value = \"0.8\" }, { from = \"2026-07-01\", value = \"0.7\" }]",
    /// );
    /// let region = dianzhi_policy::Region::parse("region.toml".as_ref(), text)?;
    /// let days: Vec<String> = region.periods.iter().map(|p| format!("{} {}", p.from, p.to)).collect();
    /// assert_eq!(days, ["2026-01-01 2026-06-30", "2026-07-01 2026-12-31"]);
    /// assert_eq!(region.periods[1].policy.ungrouped_share.to_string(), "0.7");
    /// let day = "2026-08-15".parse().unwrap();
    /// assert_eq!(region.source_on("ungrouped.share", day).unwrap().value, "\"0.7\"");
    /// # Ok::<(), dianzhi_policy::Diagnostics>(())
    /// ```
    pub fn parse(path: &Path, text: String) -> Result<Region, Diagnostics> {
        let document = Document::new(path.display().to_string(), text.clone());
        let whole = periods::region(&document)?;
        let built = whole.built;
        let first = Period {
            from: built.year_start,
            to: whole.first_to,
            policy: built.policy.clone(),
            marks: built.marks,
        };
        let later = whole.later.into_iter().map(|span| Period {
            from: span.from,
            to: span.to,
            policy: span.policy,
            marks: span.marks,
        });
        Ok(Region {
            path: path.to_owned(),
            text,
            code: built.code,
            name: built.name,
            year_start: built.year_start,
            year_end: built.year_end,
            year_by: built.year_by,
            files: built.files,
            grouping: built.grouping,
            columns: built.columns,
            policy_from: built.window.from,
            policy_to: built.window.to,
            policy: built.policy,
            periods: std::iter::once(first).chain(later).collect(),
            document,
            dated: whole.dated,
        })
    }

    /// The folder that the file's relative paths start from.
    #[must_use]
    pub fn dir(&self) -> &Path {
        folder_of(&self.path)
    }

    /// The period that a day of the insurance year lies in.
    #[must_use]
    pub fn period_on(&self, day: Date) -> Option<&Period> {
        self.periods
            .iter()
            .find(|period| (period.from..=period.to).contains(&day))
    }

    /// A value as written and the comment beside it, by its key as in
    /// [`Breach`](dianzhi_core::Breach): `pool[1].budget`, `deviation.low.ratio`,
    /// `clearing.overspend[0].up_to`, or a section such as `pool[1]`. `None` for a key that the
    /// file does not have. Of a dated key, the value of the year's first day.
    #[must_use]
    pub fn source(&self, key: &str) -> Option<Source> {
        self.source_in(self.periods.first()?, key)
    }

    /// The same on a day of the insurance year; `None` on any other.
    #[must_use]
    pub fn source_on(&self, key: &str, day: Date) -> Option<Source> {
        self.source_in(self.period_on(day)?, key)
    }

    /// The same in a period of this region.
    #[must_use]
    pub fn source_in(&self, period: &Period, key: &str) -> Option<Source> {
        let mark = period.marks.get(key)?;
        Some(Source::of(&self.document, mark))
    }

    /// From which day on the value that a key has in a period counts, where it is dated.
    #[must_use]
    pub fn in_force_from(&self, period: &Period, key: &str) -> Option<Date> {
        let mark = period.marks.get(key)?;
        let name = mark.dated.as_ref()?;
        let dated = self.dated.values().find(|dated| dated.name == *name)?;
        let has_it = |entry: &Range<usize>| entry.start <= mark.value.start && mark.value.end <= entry.end;
        let value = dated.values.iter().find(|value| has_it(&value.entry))?;
        Some(value.from)
    }

    /// The place of a value, by its key as for [`Region::source`].
    #[must_use]
    pub fn place(&self, key: &str) -> Option<Place> {
        self.place_in(self.periods.first()?, key)
    }

    /// The place of a value in a period of this region, as for [`Region::source_in`].
    #[must_use]
    pub fn place_in(&self, period: &Period, key: &str) -> Option<Place> {
        period.marks.get(key).map(|mark| self.document.place(&mark.value))
    }
}

/// The folder that a file stands in.
pub(crate) fn folder_of(file: &Path) -> &Path {
    match file.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    }
}

/// The text of a region file, or of another of its kind.
pub(crate) fn text_of(path: &Path) -> Result<String, Diagnostics> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(REGION_BYTES_MAX + 1).read_to_end(&mut bytes))
        .map_err(|error| unreadable(path, &error))?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > REGION_BYTES_MAX) {
        let error = io::Error::new(io::ErrorKind::FileTooLarge, "larger than 1 MiB");
        return Err(unreadable(path, &error).into());
    }
    String::from_utf8(bytes).map_err(|error| {
        let valid_up_to = error.utf8_error().valid_up_to();
        syntax::not_utf8(path.display().to_string(), error.as_bytes(), valid_up_to).into()
    })
}

fn unreadable(path: &Path, error: &io::Error) -> Diagnostic {
    let zh = match error.kind() {
        io::ErrorKind::NotFound => "文件不存在".to_owned(),
        io::ErrorKind::PermissionDenied => "没有读取权限".to_owned(),
        io::ErrorKind::IsADirectory => "这是文件夹，不是文件".to_owned(),
        io::ErrorKind::FileTooLarge => "文件超过 1 MiB，不像是政策文件".to_owned(),
        _ => error.to_string(),
    };
    let path = path.display();
    Diagnostic::error(
        codes::F101.id,
        Text::new(format!("读不了 {path}：{zh}"), format!("cannot read {path}: {error}")),
        Text::new("检查路径和读取权限", "check the path and the permission to read it"),
    )
}
