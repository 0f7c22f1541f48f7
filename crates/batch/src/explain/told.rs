//! What an explanation holds, for people and programs.

use crate::grouping::ExplainedStay;
use dianzhi_core::{RoundedTo, Text};
use serde::Serialize;

/// The steps behind a figure.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    /// What is explained.
    pub subject: Text,
    /// How the case came to its group, where the scheme of the region file gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grouping: Option<ExplainedStay>,
    /// What is to be said of its group code and its factor, where there is something to say.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Text>,
    /// The steps, in sections.
    pub sections: Vec<Section>,
    /// Records of that id that were rejected.
    pub rejected: Vec<RejectedRecord>,
    /// The rows that the run published for it.
    pub published: Vec<PublishedRow>,
}

/// Steps that belong together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Section {
    /// What they find.
    pub title: Text,
    /// The steps.
    pub steps: Vec<ExplainedStep>,
}

/// One step, for people and programs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExplainedStep {
    /// The rule's stable name.
    pub rule: &'static str,
    /// Its name for people.
    pub title: Text,
    /// The formula in symbols.
    pub formula: Text,
    /// Where the rule comes from, for reference; what the region goes by stands in the notes.
    pub source: Text,
    /// What went in.
    pub inputs: Vec<ExplainedInput>,
    /// The formula with the figures: compute it and round as `rounding` says to get `result`.
    pub expression: String,
    /// The rounding, where the step has one.
    pub rounding: Option<RoundedTo>,
    /// What came out.
    pub result: String,
}

/// A figure that went into a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExplainedInput {
    /// Its symbol.
    pub symbol: &'static str,
    /// The figure.
    pub value: String,
    /// Where it stands: file, line and column or key, or an earlier step.
    pub from: Text,
    /// What the region file says beside it: the policy document it is taken from.
    pub note: Option<String>,
}

/// A rejected record of the id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RejectedRecord {
    /// The file.
    pub file: String,
    /// Its line.
    pub line: u64,
    /// The field at fault.
    pub field: &'static str,
    /// The code.
    pub code: &'static str,
    /// What it means.
    pub meaning: Text,
}

/// A row of the run that the steps end in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PublishedRow {
    /// The file in the run directory.
    pub file: &'static str,
    /// Column and cell.
    pub cells: Vec<(String, String)>,
    /// Whether the steps give this row.
    pub agrees: bool,
}
