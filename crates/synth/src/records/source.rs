//! What a region file groups by, and the files that go with it.

use super::{Shape, Stay};
use crate::SynthError;
use crate::plan::{GroupedBy, Plan};
use dianzhi_core::{Lang, Text};
use dianzhi_grouper::{DipGrouper, DrawnFrom, GroupOptions, Grouper, Scheme, Status};
use std::fs;
use std::path::Path;

/// Files to be copied: their names below the region-year, and what they hold.
pub(crate) struct Copied {
    /// The name that the region file gives them.
    pub(crate) name: &'static str,
    /// The folder that they are in, if it is one.
    pub(crate) files: Vec<(String, Vec<u8>)>,
    pub(crate) is_folder: bool,
    /// The groups table.
    pub(crate) groups: Vec<u8>,
}

/// A grouper of either kind, and the codes that it knows.
pub(crate) struct Source {
    by: By,
    key: &'static str,
    pub(crate) copied: Copied,
}

enum By {
    Scheme(Box<Grouper>, DrawnFrom),
    Directory(Box<DipGrouper>),
}

impl Source {
    pub(crate) fn load(plan: &Plan, folder: &Path) -> Result<Source, SynthError> {
        let options = GroupOptions {
            translate: plan.translate,
            verbatim: plan.verbatim,
        };
        let refused = |found: dianzhi_policy::Diagnostics| SynthError::Records {
            text: Text::new(found.render(Lang::Zh), found.render(Lang::En)),
        };
        let (by, key, path, name) = match &plan.grouped_by {
            Some(GroupedBy::Scheme(path)) => {
                let path = folder.join(path);
                let codes = DrawnFrom::of_scheme(&Scheme::load(&path).map_err(refused)?, plan.translate);
                let grouper = Grouper::load(&path).map_err(refused)?.with(options);
                let name = if path.is_dir() { "scheme" } else { "scheme.dzs" };
                (By::Scheme(Box::new(grouper), codes), "files.scheme", path, name)
            }
            Some(GroupedBy::Directory(path)) => {
                let path = folder.join(path);
                let grouper = DipGrouper::load(&path).map_err(refused)?.with(options);
                (By::Directory(Box::new(grouper)), "files.dip_directory", path, "dip")
            }
            None => return Err(SynthError::key("files.scheme", "分组方案", "a grouping scheme")),
        };
        Ok(Source {
            by,
            key,
            copied: Copied {
                name,
                is_folder: path.is_dir(),
                files: files_of(&path)?,
                groups: read(&folder.join(&plan.groups_file))?,
            },
        })
    }

    /// The codes that its rules or types name.
    pub(crate) fn codes(&self) -> DrawnFrom {
        let mut codes = match &self.by {
            By::Scheme(_, codes) => codes.clone(),
            By::Directory(grouper) => DrawnFrom::of_directory(grouper.directory()),
        };
        // What a list of a claims file cannot hold.
        let is_plain = |code: &String| !code.contains([',', '|', '"', '\r', '\n', ';', '；', '，', '、', '｜']);
        codes.secondary.retain(is_plain);
        for rule in &mut codes.rules {
            rule.diagnoses.retain(is_plain);
            rule.secondary.retain(is_plain);
            rule.procedures.iter_mut().for_each(|list| list.retain(is_plain));
        }
        codes
    }

    /// Whether the cost of a case can decide its group: a directory may choose by it between types that fit alike.
    pub(crate) fn asks_cost(&self) -> bool {
        matches!(self.by, By::Directory(_))
    }

    /// The group of a record; `None` where it has none.
    pub(crate) fn group(&self, shape: &Shape, stay: Stay) -> Option<String> {
        shape.with_record(stay, |record| {
            let (status, code) = match &self.by {
                By::Scheme(grouper, _) => {
                    let found = grouper.group(record);
                    (found.status, found.group_code)
                }
                By::Directory(grouper) => {
                    let found = grouper.group(record);
                    (found.status, found.group_code)
                }
            };
            (status == Status::Grouped).then(|| code.to_owned())
        })
    }

    /// No group of the table is reached.
    pub(crate) fn nothing(&self) -> SynthError {
        let key = self.key;
        SynthError::Records {
            text: Text::new(
                format!("{key} 没有一条记录能入 files.groups 的病组：核对病组编码，以及方案的有效期与保险年度"),
                format!(
                    "no record is put into a group of files.groups by {key}: compare the groups' codes, and the days that it is valid with the insurance year"
                ),
            ),
        }
    }
}

fn unreadable(path: &Path, source: std::io::Error) -> SynthError {
    SynthError::Unreadable {
        path: path.to_owned(),
        source,
    }
}

fn read(path: &Path) -> Result<Vec<u8>, SynthError> {
    fs::read(path).map_err(|e| unreadable(path, e))
}

/// A file, or the files of a folder in the order of their names.
fn files_of(path: &Path) -> Result<Vec<(String, Vec<u8>)>, SynthError> {
    if !path.is_dir() {
        return Ok(vec![(String::new(), read(path)?)]);
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(path).map_err(|e| unreadable(path, e))? {
        let file = entry.map_err(|e| unreadable(path, e))?.path();
        if let Some(name) = file
            .file_name()
            .and_then(|name| name.to_str())
            .filter(|_| file.is_file())
        {
            files.push((name.to_owned(), read(&file)?));
        }
    }
    files.sort();
    Ok(files)
}
