//! `--max-rejects`: how many rejected rows are too many.

use crate::codes::R101;
use crate::error::{Failure, error};
use crate::output::run::Records;
use dianzhi_core::{Decimal, Text};
use dianzhi_policy::Diagnostic;
use std::path::PathBuf;

/// `--max-rejects`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MaxRejects {
    /// This many rows.
    Count(u64),
    /// This many of a hundred records read.
    Percent(Decimal),
}

impl MaxRejects {
    /// Whether so many rejects are too many.
    #[must_use]
    pub fn is_passed(self, rejected: u64, read: u64) -> bool {
        match self {
            MaxRejects::Count(most) => rejected > most,
            MaxRejects::Percent(percent) => {
                Decimal::from(rejected) * Decimal::ONE_HUNDRED > percent * Decimal::from(read)
            }
        }
    }
}

impl std::fmt::Display for MaxRejects {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            MaxRejects::Count(most) => write!(f, "{most}"),
            MaxRejects::Percent(percent) => write!(f, "{percent}%"),
        }
    }
}

/// The limit, where the rejects are more than it allows.
pub(crate) fn passed_limit(records: &Records, most: Option<MaxRejects>) -> Option<MaxRejects> {
    most.filter(|most| most.is_passed(records.rejected_total(), records.read))
}

/// Where the rejects can be seen one by one.
pub(crate) enum Rejects {
    /// In a work folder that is kept.
    Kept(PathBuf),
    /// In a work folder that is kept, a file for each year of history.
    KeptByYear(PathBuf),
    /// In the run that is there.
    InRun,
    /// Nowhere: the work folder could not be kept.
    Lost(Box<Diagnostic>),
}

/// The refusal of a run with too many rejects.
pub(crate) fn too_many(records: &Records, most: MaxRejects, rejects: Rejects) -> Failure {
    let (read, rejected) = (records.read, records.rejected_total());
    let help = match &rejects {
        Rejects::Kept(folder) => {
            let place = folder.join("rejects.csv");
            let place = place.display();
            Text::new(format!("逐条原因见 {place}"), format!("see {place} for each of them"))
        }
        Rejects::KeptByYear(folder) => {
            let place = folder.display();
            Text::new(
                format!("逐条原因见 {place} 中各年的 rejects-*.csv"),
                format!("see the rejects-*.csv of each year in {place} for each of them"),
            )
        }
        Rejects::InRun => Text::new(
            "逐条原因见结果目录中的 rejects.csv",
            "see rejects.csv of the run for each of them",
        ),
        Rejects::Lost(_) => Text::new("逐条原因可用 dianzhi check 查看", "dianzhi check tells each of them"),
    };
    let diagnostic = error(
        R101,
        Text::new(
            format!("读入 {read} 条，拒绝 {rejected} 条，超过 --max-rejects {most}；没有发布任何结果"),
            format!("{rejected} of {read} records rejected, more than --max-rejects {most}; nothing was published"),
        ),
        help,
    );
    let kept = match rejects {
        Rejects::Lost(why) => return vec![diagnostic, *why].into(),
        Rejects::Kept(folder) | Rejects::KeptByYear(folder) => Some(folder),
        Rejects::InRun => None,
    };
    Failure::TooManyRejects {
        diagnostic: Box::new(diagnostic),
        kept,
    }
}
