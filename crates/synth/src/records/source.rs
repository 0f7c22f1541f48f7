//! What a region file groups by, its groups table, and the files that go with them.

use super::{Patient, Shape};
use crate::SynthError;
use crate::decimals::units;
use crate::groups::Group;
use crate::plan::{GroupedBy, Plan};
use crate::random::Random;
use dianzhi_core::{Decimal, GroupKind, Lang, Text, parse_decimal};
use dianzhi_grouper::{DipGrouper, DrawnFrom, GroupOptions, Grouper, Scheme, Status};
use dianzhi_policy::fields::Table;
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
    /// The day that every record is drawn for.
    day: u32,
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
        let groups = folder.join(&plan.groups_file);
        Ok(Source {
            by,
            key,
            day: plan.first_day,
            copied: Copied {
                name,
                is_folder: path.is_dir(),
                files: files_of(&path)?,
                groups: fs::read(&groups).map_err(|source| SynthError::Unreadable { path: groups, source })?,
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
        let is_plain = |code: &String| !code.contains([',', '|', '"', '\r', '\n', ';']);
        codes.secondary.retain(is_plain);
        for rule in &mut codes.rules {
            rule.diagnoses.retain(is_plain);
            rule.secondary.retain(is_plain);
            rule.procedures.iter_mut().for_each(|list| list.retain(is_plain));
        }
        codes
    }

    /// The group of a record; `None` where it has none.
    pub(crate) fn group(&self, shape: &Shape, patient: Patient) -> Option<String> {
        shape.with_record(patient, self.day, |record| {
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

/// A file, or the files of a folder in the order of their names.
fn files_of(path: &Path) -> Result<Vec<(String, Vec<u8>)>, SynthError> {
    let unreadable = |path: &Path, source| SynthError::Unreadable {
        path: path.to_owned(),
        source,
    };
    let read = |path: &Path| fs::read(path).map_err(|e| unreadable(path, e));
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

/// The groups of the region's own table. How often each is seen is drawn.
pub(crate) fn groups(plan: &Plan, folder: &Path, random: &mut Random) -> Result<Vec<Group>, SynthError> {
    let path = folder.join(&plan.groups_file);
    let bad = |zh: String, en: String| SynthError::Records {
        text: Text::new(format!("{}：{zh}", path.display()), format!("{}: {en}", path.display())),
    };
    let bytes = fs::read(&path).map_err(|source| SynthError::Unreadable {
        path: path.clone(),
        source,
    })?;
    let text = std::str::from_utf8(&bytes).map_err(|_| bad("不是 UTF-8".to_owned(), "it is no UTF-8".to_owned()))?;
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let header = reader.headers().map_err(|e| bad(e.to_string(), e.to_string()))?.clone();
    let position = |name: &str| {
        let heading = plan.heading(name);
        header.iter().position(|found| match heading {
            Some(heading) => found == heading,
            None => Table::Groups.field(found).is_some_and(|field| field.name == name),
        })
    };
    let mut columns = [0; 5];
    for (column, name) in columns
        .iter_mut()
        .zip(["group_code", "name", "kind", "base_points", "mean_cost"])
    {
        *column = position(name).ok_or_else(|| bad(format!("缺少列 {name}"), format!("column {name} is missing")))?;
    }
    let mut groups = Vec::new();
    for row in reader.records() {
        let row = row.map_err(|e| bad(e.to_string(), e.to_string()))?;
        let [code, name, kind, points, mean] = columns.map(|at| row.get(at).unwrap_or_default());
        let figure = |text: &str, places: u32| -> Option<i128> {
            parse_decimal(text)
                .ok()
                .filter(|value| *value >= Decimal::ZERO)
                .and_then(|value| units(value, places))
        };
        let figures = figure(points, plan.points_places).zip(figure(mean, 2).filter(|fen| *fen > 0));
        let both = figures.and_then(|(points, fen)| Some((i64::try_from(points).ok()?, u64::try_from(fen).ok()?)));
        let (base_points, mean_cost) = both.ok_or_else(|| {
            bad(
                format!("{code} 的 base_points 或 mean_cost 不对"),
                format!("base_points or mean_cost of {code} is wrong"),
            )
        })?;
        let kind = match kind {
            "basic" => GroupKind::Basic,
            "tcm" => GroupKind::Tcm,
            _ => GroupKind::Core,
        };
        groups.push(Group::known([code, name], kind, (mean_cost, base_points), plan, random));
    }
    Ok(groups)
}
