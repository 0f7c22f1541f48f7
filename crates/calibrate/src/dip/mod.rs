//! DIP directories 病种目录 from history: which combinations of diagnosis and procedures are core types, and which
//! sub-types 辅助目录分型 pay apart (RULES §1.5, docs/DIP-DIRECTORY.md).
//!
//! Only figures here: who is in which type is for the grouper to say. Everything is exact: a coefficient of
//! variation is compared by its square, so that no root decides anything.

mod core_types;
mod sub_types;

pub use core_types::{CoreRule, core_types};
pub use sub_types::{LevelFigures, SubTypes, Triggers, Verdict, sub_types};

use crate::plan::Breaches;
use dianzhi_core::{Breach, Decimal};

/// How a directory is made of a history, beside its scores.
#[derive(Clone, Debug, PartialEq)]
pub struct DirectoryRules {
    /// Which combinations are core types.
    pub core: CoreRule,
    /// Which sub-types pay apart; `None`: none does.
    pub triggers: Option<Triggers>,
}

impl DirectoryRules {
    /// What in these rules is out of range, by the keys of the plan.
    #[must_use]
    pub fn breaches(&self) -> Vec<Breach> {
        let mut found = Breaches(Vec::new());
        if let CoreRule::Coverage { share, .. } = self.core
            && (share <= Decimal::ZERO || share > Decimal::ONE)
        {
            found.range("core.coverage", share, "大于 0、至多 1", "above 0 and at most 1");
        }
        if let Some(triggers) = &self.triggers {
            if triggers.cv_min < Decimal::ZERO {
                found.range("auxiliary.cv_min", triggers.cv_min, "不小于 0", "0 or more");
            }
            if triggers.cv_fall < Decimal::ZERO || triggers.cv_fall > Decimal::ONE {
                found.range(
                    "auxiliary.cv_fall",
                    triggers.cv_fall,
                    "在 0 到 1 之间",
                    "between 0 and 1",
                );
            }
        }
        found.0
    }
}
