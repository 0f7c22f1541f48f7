//! A DIP directory as its tables say it.

use super::header::DipHeader;
use crate::codes::folded;
use dianzhi_core::{Decimal, Text};
use serde::{Deserialize, Serialize};

/// A DIP directory (病种目录) as its tables say it: types, operations and auxiliary catalogues.
/// [`DipGrouper`](super::DipGrouper) groups by it.
#[derive(Clone, Debug)]
pub struct DipDirectory {
    pub(super) header: DipHeader,
    pub(super) types: Vec<DipType>,
    pub(super) operations: Vec<Operation>,
    pub(super) auxiliary: AuxiliaryTables,
    pub(super) files: Files,
}

/// The files' names, for messages.
#[derive(Clone, Debug, Default)]
pub(super) struct Files {
    pub(super) types: String,
}

impl DipDirectory {
    /// What it says of itself.
    #[must_use]
    pub fn header(&self) -> &DipHeader {
        &self.header
    }

    /// Whether any of its auxiliary catalogues has a factor.
    #[must_use]
    pub fn has_factors(&self) -> bool {
        !self.auxiliary.factors.is_empty()
    }

    /// The auxiliary catalogues that have factors.
    #[must_use]
    pub fn catalogues(&self) -> Vec<Catalogue> {
        let has = |one: &Catalogue| self.auxiliary.factors.iter().any(|factor| factor.catalogue == *one);
        Catalogue::ALL.into_iter().filter(has).collect()
    }

    /// How many core, basic and mixed types it has.
    #[must_use]
    pub fn counts(&self) -> (usize, usize, usize) {
        let of = |kind| self.types.iter().filter(|known| known.kind == kind).count();
        (of(DipKind::Core), of(DipKind::Basic), of(DipKind::Mixed))
    }
}

/// 病种的种类, in the order in which one goes before the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DipKind {
    /// 核心病种.
    Core,
    /// 基本规则形成的病种 (JC of the DIP 3.0 draft).
    Basic,
    /// 综合病种.
    Mixed,
}

impl DipKind {
    /// The word in `types.tsv`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            DipKind::Core => "core",
            DipKind::Basic => "basic",
            DipKind::Mixed => "mixed",
        }
    }

    pub(super) fn read(text: &str) -> Option<DipKind> {
        [DipKind::Core, DipKind::Basic, DipKind::Mixed]
            .into_iter()
            .find(|kind| kind.as_str() == text)
    }
}

/// How a case was treated, and what class a procedure has. A case is what the highest of its
/// procedures is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Treatment {
    /// 保守治疗.
    Conservative,
    /// 诊断性操作.
    Diagnostic,
    /// 治疗性操作.
    Therapeutic,
    /// 相关手术.
    Surgical,
}

impl Treatment {
    /// Every treatment, the least first.
    pub const ALL: [Treatment; 4] = [
        Treatment::Conservative,
        Treatment::Diagnostic,
        Treatment::Therapeutic,
        Treatment::Surgical,
    ];

    /// The word in tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Treatment::Conservative => "conservative",
            Treatment::Diagnostic => "diagnostic",
            Treatment::Therapeutic => "therapeutic",
            Treatment::Surgical => "surgical",
        }
    }

    pub(super) fn read(text: &str) -> Option<Treatment> {
        Self::ALL.into_iter().find(|treatment| treatment.as_str() == text)
    }
}

/// Diagnoses that a row names together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Diagnoses {
    /// Codes that begin so.
    Prefix(String),
    /// Three-character categories (类目) from the first to the second.
    Range(String, String),
}

/// Bytes that a prefix may have.
pub(super) const PREFIX_BYTES_MAX: usize = 16;

impl Diagnoses {
    /// From `I21.0` or `A00-B99`.
    pub(super) fn read(text: &str) -> Result<Diagnoses, Text> {
        let said = |zh: &str, en: &str| Text::new(format!("{text:?} {zh}"), format!("{text:?} {en}"));
        // What is blank once blanks are mended would be the beginning of every code; a code with a
        // NUL would be taken for the one without.
        if folded(text).is_empty() || text.len() > PREFIX_BYTES_MAX || text.contains('\0') {
            return Err(said(
                "不是诊断编码的开头（1 至 16 个字符）",
                "is no beginning of a diagnosis code (1 to 16 characters)",
            ));
        }
        let Some((from, to)) = text.split_once('-') else {
            return Ok(Diagnoses::Prefix(text.to_owned()));
        };
        let is_category = |code: &str| code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !is_category(from) || !is_category(to) {
            return Err(said(
                "不是类目范围，应如 A00-B99",
                "is no range of three-character categories such as A00-B99",
            ));
        }
        if from.to_ascii_lowercase() > to.to_ascii_lowercase() {
            return Err(said("的范围首尾颠倒", "is a range that ends before it begins"));
        }
        Ok(Diagnoses::Range(from.to_owned(), to.to_owned()))
    }

    /// Letters and digits that are compared; the point between them is not counted.
    pub(super) fn characters(&self) -> usize {
        match self {
            Diagnoses::Prefix(prefix) => prefix.chars().filter(|&c| c != '.').count(),
            Diagnoses::Range(..) => 3,
        }
    }
}

/// What a type asks of the procedures.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Asks {
    /// Procedures, for each its alternatives.
    Procedures(Vec<Vec<String>>),
    /// A case so treated.
    Treatment(Treatment),
}

/// 病种: one row of `types.tsv`.
#[derive(Clone, Debug)]
pub(super) struct DipType {
    pub(super) code: String,
    pub(super) kind: DipKind,
    pub(super) diagnoses: Vec<Diagnoses>,
    pub(super) asks: Asks,
    /// Yuan.
    pub(super) mean_cost: Option<Decimal>,
    pub(super) name: String,
    pub(super) line: u32,
}

/// One row of `operations.tsv`.
#[derive(Clone, Debug)]
pub(super) struct Operation {
    pub(super) code: String,
    /// `None`: excluded.
    pub(super) class: Option<Treatment>,
}

/// 辅助目录.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Catalogue {
    /// CCI 合并症指数.
    Cci,
    /// 疾病严重程度, of principal diagnoses that are no tumour.
    Severity,
    /// 肿瘤严重程度.
    Tumour,
    /// 年龄特征.
    Age,
    /// 重症监护天数.
    Icu,
    /// 住院天数.
    Stay,
    /// 死亡, on its own.
    Death,
}

impl Catalogue {
    /// Every catalogue, in order.
    pub const ALL: [Catalogue; 7] = [
        Catalogue::Cci,
        Catalogue::Severity,
        Catalogue::Tumour,
        Catalogue::Age,
        Catalogue::Icu,
        Catalogue::Stay,
        Catalogue::Death,
    ];

    /// The word in tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Catalogue::Cci => "cci",
            Catalogue::Severity => "severity",
            Catalogue::Tumour => "tumour",
            Catalogue::Age => "age",
            Catalogue::Icu => "icu",
            Catalogue::Stay => "stay",
            Catalogue::Death => "death",
        }
    }

    pub(super) fn read(text: &str) -> Option<Catalogue> {
        Self::ALL.into_iter().find(|catalogue| catalogue.as_str() == text)
    }

    /// Whether its levels are bands of a figure (`bands.tsv`); else they are rules (`grades.tsv`).
    pub(super) fn is_banded(self) -> bool {
        matches!(self, Catalogue::Cci | Catalogue::Age | Catalogue::Icu | Catalogue::Stay)
    }

    /// Its position in [`ALL`](Self::ALL).
    #[must_use]
    pub fn position(self) -> usize {
        self as usize
    }
}

/// The tables of the auxiliary catalogues.
#[derive(Clone, Debug, Default)]
pub(super) struct AuxiliaryTables {
    pub(super) cci: Vec<Comorbidity>,
    pub(super) severity: Vec<Graded>,
    pub(super) tumour: Vec<Graded>,
    pub(super) bands: Vec<Band>,
    pub(super) grades: Vec<GradeRule>,
    pub(super) factors: Vec<Factor>,
}

/// One row of `cci.tsv`.
#[derive(Clone, Debug)]
pub(super) struct Comorbidity {
    pub(super) diagnoses: Diagnoses,
    pub(super) score: i32,
    /// Counted once in a case, with the highest of its scores.
    pub(super) condition: String,
}

/// One row of `severity.tsv` or `tumour.tsv`.
#[derive(Clone, Debug)]
pub(super) struct Graded {
    pub(super) diagnoses: Diagnoses,
    pub(super) grade: String,
}

/// What a band counts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    /// Ages below one year.
    AgeDays,
    /// Completed years, and any other whole figure: a score, days of stay or of intensive care.
    Plain,
}

/// One row of `bands.tsv`: both ends are inside.
#[derive(Clone, Debug)]
pub(super) struct Band {
    pub(super) catalogue: Catalogue,
    pub(super) level: String,
    pub(super) unit: Unit,
    pub(super) from: i32,
    /// `i32::MAX` where there is no end.
    pub(super) to: i32,
    pub(super) line: u32,
}

/// One row of `grades.tsv`: everything it asks must hold, the first row that does gives the level.
#[derive(Clone, Debug)]
pub(super) struct GradeRule {
    pub(super) catalogue: Catalogue,
    pub(super) level: String,
    /// A secondary diagnosis of this grade; empty: not asked.
    pub(super) grade: String,
    pub(super) death: Option<bool>,
    /// Days of stay, both ends inside.
    pub(super) stay: Option<(i32, i32)>,
}

/// One row of `auxiliary.tsv`.
#[derive(Clone, Debug)]
pub(super) struct Factor {
    /// Position of the type; `None`: `*`.
    pub(super) of: Option<usize>,
    pub(super) catalogue: Catalogue,
    pub(super) level: String,
    pub(super) factor: Decimal,
}
