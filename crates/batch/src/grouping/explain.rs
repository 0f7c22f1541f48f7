//! One record of some claim files, found by its settlement id and explained.

use super::GroupFiles;
use super::by::{Found, GroupBy};
use super::files::open_files;
use crate::claims::feed::Feed;
use crate::claims::records::{Scratch, for_each_record};
use crate::codes::F110;
use crate::error::{Failure, error};
use crate::input::source::lines_before;
use crate::progress::Progress;
use dianzhi_core::Text;
use dianzhi_grouper::dip::DipStep;
use dianzhi_grouper::{Status, Step};
use serde::Serialize;

/// A record and every step of grouping it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ExplainedStay {
    /// The file it stands in.
    pub file: String,
    /// Its line, from 1.
    pub line: u64,
    /// Its settlement id.
    pub setl_id: String,
    /// The diagnoses as read, the main one first.
    pub diagnoses: Vec<String>,
    /// The procedures as read, the main one first.
    pub procedures: Vec<String>,
    /// What else the record is given.
    #[serde(flatten)]
    pub cells: GroupCells,
    /// The group: a DRG, or a DIP type.
    pub group_code: String,
    /// The group's name, where the scheme has one.
    pub name: String,
    /// The status, as in output files; empty where the record had its code already.
    pub status: &'static str,
    /// The reason, as in output files.
    pub reason: String,
    /// The steps.
    pub steps: GroupSteps,
}

/// What a record is given beside its group code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum GroupCells {
    /// By a DRG scheme.
    Scheme {
        /// 主要诊断大类.
        mdc: String,
        /// ADRG.
        adrg: String,
    },
    /// By a DIP directory.
    Directory {
        /// The type's kind, empty of an ungrouped record.
        kind: String,
        /// The auxiliary catalogues that made the factor.
        auxiliary: String,
        /// The factor.
        factor: String,
    },
}

/// The steps of a scheme, or of a DIP directory.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum GroupSteps {
    /// Of a DRG scheme.
    Scheme(Vec<Step>),
    /// Of a DIP directory.
    Directory(Vec<DipStep>),
}

/// Every record with a settlement id, explained; there may be several. Of the job only where the
/// records are read from matters.
///
/// # Errors
/// As [`group_files`](super::group_files); F110 where no record has the id.
pub fn explain_stay(
    grouper: &GroupBy,
    job: &GroupFiles,
    setl_id: &str,
    progress: &Progress,
) -> Result<Vec<ExplainedStay>, Failure> {
    let (files, _) = open_files(job, grouper, None)?;
    let mut feed = Feed::new(&files, 512 << 10, false, progress);
    let mut scratch = Scratch::default();
    let mut found = Vec::new();
    let mut buffer = Vec::new();
    while let Some(raw) = feed.next(buffer)? {
        let file = &files[raw.file];
        let layout = &file.layout;
        let mut here = Vec::new();
        for_each_record(
            &raw,
            layout.columns,
            &mut scratch,
            || file.encoding(),
            |record| {
                if let Some(row) = record.row
                    && row.get(layout.setl_id).bytes() == setl_id.as_bytes()
                {
                    let stay = layout.stay.read(&row, grouper.is_verbatim());
                    here.push((u64::from(record.line), explained(grouper, &stay.record(), setl_id)));
                }
            },
        )?;
        for (line, explained) in here {
            found.push(ExplainedStay {
                file: file.input.name.clone(),
                line: lines_before(&file.input, raw.offset)? + line + 1,
                ..explained
            });
        }
        buffer = raw.buffer;
    }
    if found.is_empty() {
        Err(no_record(setl_id).into())
    } else {
        Ok(found)
    }
}

/// The stay of one record and every step of grouping it.
pub(super) fn explained(grouper: &GroupBy, record: &dianzhi_grouper::Record<'_>, setl_id: &str) -> ExplainedStay {
    let found = grouper.group(record);
    let (steps, name) = match grouper {
        GroupBy::Scheme(grouper) => {
            let name = match found.status {
                Status::Grouped => grouper.drg_name(found.group_code).unwrap_or(""),
                _ => "",
            };
            (GroupSteps::Scheme(grouper.explain(record).steps), name.to_owned())
        }
        GroupBy::Directory(grouper) => {
            let steps = grouper.explain(record).steps;
            let chosen = steps.iter().find_map(|step| match step {
                DipStep::Fitted { name, chosen: true, .. } => Some(name.clone()),
                _ => None,
            });
            (GroupSteps::Directory(steps), chosen.unwrap_or_default())
        }
    };
    told(grouper, record, setl_id, found, name, steps)
}

/// The stay of a record whose DIP type was named beforehand, and every step to its factor.
pub(super) fn explained_of_type(
    grouper: &GroupBy,
    code: &str,
    record: &dianzhi_grouper::Record<'_>,
    setl_id: &str,
) -> Option<ExplainedStay> {
    let GroupBy::Directory(dip) = grouper else {
        return None;
    };
    let found = dip.explain_of_type(code, record)?;
    let steps = GroupSteps::Directory(found.steps);
    Some(ExplainedStay {
        status: "",
        ..told(grouper, record, setl_id, found.grouping.into(), String::new(), steps)
    })
}

fn told(
    grouper: &GroupBy,
    record: &dianzhi_grouper::Record<'_>,
    setl_id: &str,
    found: Found<'_>,
    name: String,
    steps: GroupSteps,
) -> ExplainedStay {
    let owned = |codes: &[&str]| codes.iter().map(|&code| code.to_owned()).collect();
    let reasons: Vec<String> = found.reasons.iter().map(ToString::to_string).collect();
    let [first, second, third, _] = found.cells.map(std::borrow::Cow::into_owned);
    let cells = match grouper {
        GroupBy::Scheme(_) => GroupCells::Scheme {
            mdc: first,
            adrg: second,
        },
        GroupBy::Directory(_) => GroupCells::Directory {
            kind: first,
            auxiliary: second,
            factor: third,
        },
    };
    ExplainedStay {
        file: String::new(),
        line: 0,
        setl_id: setl_id.to_owned(),
        diagnoses: owned(record.diagnoses),
        procedures: owned(record.procedures),
        cells,
        group_code: found.group_code.to_owned(),
        name,
        status: found.status.as_str(),
        reason: reasons.join(";"),
        steps,
    }
}

fn no_record(setl_id: &str) -> dianzhi_policy::Diagnostic {
    error(
        F110,
        Text::new(
            format!("没有 setl_id 为 {setl_id} 的记录"),
            format!("no record has the setl_id {setl_id}"),
        ),
        Text::new("检查流水号和 --claims 的文件", "check the id and the files of --claims"),
    )
}
