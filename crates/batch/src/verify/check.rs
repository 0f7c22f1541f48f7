//! What `verify` found.

use crate::codes::{F109, I102};
use crate::error::{error, warning};
use dianzhi_core::Text;
use dianzhi_policy::Diagnostic;
use serde::Serialize;

/// Details that a failed check tells before it only counts.
const DETAILS_MAX: usize = 20;

/// Everything that was checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verification {
    /// One by one.
    pub checks: Vec<Check>,
}

/// One thing that was checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What it says of the run.
    pub name: Text,
    /// How many files, rows or figures it looked at.
    pub count: u64,
    /// What came of it.
    #[serde(flatten)]
    pub outcome: CheckOutcome,
}

/// What came of a check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum CheckOutcome {
    /// It holds.
    Passed,
    /// It could not be made.
    Skipped {
        /// Why, and what to do about it.
        why: Text,
    },
    /// It does not hold.
    Failed {
        /// What differs: at most 20, and how many more.
        details: Vec<Text>,
    },
}

impl Verification {
    /// Whether nothing failed. A check that could not be made is no failure.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let failed = |check: &Check| matches!(check.outcome, CheckOutcome::Failed { .. });
        !self.checks.iter().any(failed)
    }

    /// Whether every check could be made.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        let skipped = |check: &Check| matches!(check.outcome, CheckOutcome::Skipped { .. });
        !self.checks.iter().any(skipped)
    }

    /// An error I102 for every detail that failed, a warning F109 for every check not made.
    #[must_use]
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for check in &self.checks {
            let name = &check.name;
            let named = |text: &Text| Text::new(format!("{}：{}", name.zh, text.zh), format!("{name}: {text}"));
            match &check.outcome {
                CheckOutcome::Passed => {}
                CheckOutcome::Skipped { why } => found.push(warning(F109, named(why), Text::default())),
                CheckOutcome::Failed { details } => {
                    let help = Text::new(
                        "该结果在发布后被改动，或程序有缺陷；不要据此付款",
                        "the run was changed after it was published, or the engine is wrong; do not pay by it",
                    );
                    found.extend(details.iter().map(|d| error(I102, named(d), help.clone())));
                }
            }
        }
        found
    }
}

impl Check {
    pub(super) fn skipped(name: Text, why: Text) -> Check {
        Check {
            name,
            count: 0,
            outcome: CheckOutcome::Skipped { why },
        }
    }
}

/// A check in the making.
#[derive(Default)]
pub(super) struct Findings {
    count: u64,
    details: Vec<Text>,
    more: u64,
}

impl Findings {
    /// One more thing was looked at.
    pub(super) fn saw(&mut self) {
        self.count += 1;
    }

    /// Something differs.
    pub(super) fn found(&mut self, text: impl FnOnce() -> Text) {
        if self.details.len() < DETAILS_MAX {
            self.details.push(text());
        } else {
            self.more += 1;
        }
    }

    /// Two figures that must be the same.
    pub(super) fn equal<T: PartialEq + std::fmt::Display>(
        &mut self,
        what: impl FnOnce() -> Text,
        published: &T,
        expected: &T,
    ) {
        self.saw();
        if published != expected {
            self.found(|| {
                let what = what();
                Text::new(
                    format!("{}：结果为 {published}，应为 {expected}", what.zh),
                    format!("{what} is {published}; it should be {expected}"),
                )
            });
        }
    }

    /// Something that must hold.
    pub(super) fn holds(&mut self, does: bool, otherwise: impl FnOnce() -> Text) {
        self.saw();
        if !does {
            self.found(otherwise);
        }
    }

    /// Both, these first.
    pub(super) fn merge(mut self, other: Findings) -> Findings {
        self.count += other.count;
        self.more += other.more;
        for detail in other.details {
            self.found(|| detail);
        }
        self
    }

    pub(super) fn into_check(mut self, name: Text) -> Check {
        if self.more > 0 {
            let more = self.more;
            self.details
                .push(Text::new(format!("另有 {more} 处"), format!("and {more} more")));
        }
        let outcome = if self.details.is_empty() {
            CheckOutcome::Passed
        } else {
            CheckOutcome::Failed { details: self.details }
        };
        Check {
            name,
            count: self.count,
            outcome,
        }
    }
}

pub(super) fn identities_name() -> Text {
    Text::new("恒等式", "identities")
}

pub(super) fn repricing_name() -> Text {
    Text::new("逐例重新计算", "every case priced again")
}
