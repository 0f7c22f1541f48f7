//! The draft of a directory: what people decide of it before its types are found. It is a directory whose types.tsv
//! says basic types 基本规则 alone, and that has no auxiliary.tsv (docs/DIP.md).

use super::types::NewType;
use crate::codes::W176;
use crate::error::{Failure, place, warning};
use crate::input::source::{Fingerprint, InputFile, Role, Source};
use crate::input::table::UTF8_MARK;
use dianzhi_core::Text;
use dianzhi_grouper::dip::{Catalogue, DipDirectory, DipKind};
use dianzhi_grouper::{DipGrouper, GroupOptions};
use dianzhi_policy::{Diagnostic, Diagnostics, DirectoryPlan};
use std::path::Path;

/// What a directory made of history gets from the history; a draft that has it is not asked.
const MADE: &str = "auxiliary.tsv";
/// Of this one the basic types are taken.
const TYPES: &str = "types.tsv";
/// types.tsv without types.
pub(super) const TYPES_HEADER: &str = "code\tkind\tdx\tpx\ttreatment\tmean_cost\tname\n";

/// A draft as read.
pub(super) struct Draft {
    /// Its folder, relative to the plan.
    folder: String,
    /// Its files, with what they held.
    pub(super) files: Vec<(InputFile, Fingerprint)>,
    /// Their names in the directory, and their bytes.
    tables: Vec<(String, Vec<u8>)>,
    /// Its basic types, in its order, with their lines.
    pub(super) basic: Vec<(NewType, u32)>,
    /// It without the types of the history: what procedures and levels are.
    pub(super) grouper: DipGrouper,
}

impl Draft {
    pub(super) fn load(plan: &DirectoryPlan) -> Result<Draft, Failure> {
        let mut files = Vec::new();
        let mut tables = Vec::new();
        let mut types = TYPES_HEADER.as_bytes().to_vec();
        for name in DipDirectory::file_names().iter().filter(|name| **name != MADE) {
            let path = plan.dir().join(&plan.draft).join(name);
            if !path.exists() {
                continue;
            }
            let input = InputFile {
                role: Role::Directory,
                name: Path::new(&plan.draft).join(name).to_string_lossy().into_owned(),
                path,
            };
            let mut source = Source::open(&input, false)?;
            let bytes = source.rest()?;
            match *name {
                TYPES => types = basic_rows(&bytes),
                _ => tables.push(((*name).to_owned(), bytes)),
            }
            files.push((input, source.fingerprint()));
        }
        // Under the paths that people gave, for messages.
        let folder = Path::new(&plan.draft);
        let named = |(name, bytes): &(String, Vec<u8>)| (folder.join(name).display().to_string(), bytes.clone());
        let mut all: Vec<(String, Vec<u8>)> = tables.iter().map(named).collect();
        all.push((folder.join(TYPES).display().to_string(), types.clone()));
        let directory = DipDirectory::of_tables(all).map_err(|found| not_a_draft(plan, found))?;
        Ok(Draft {
            folder: plan.draft.clone(),
            files,
            tables,
            basic: basic_types(&types),
            grouper: DipGrouper::new(directory, GroupOptions::default()),
        })
    }

    /// The files of a directory with these types and factors, by name.
    pub(super) fn with(&self, types: Vec<u8>, auxiliary: Option<Vec<u8>>) -> Vec<(String, Vec<u8>)> {
        let mut all = self.tables.clone();
        all.push((TYPES.to_owned(), types));
        all.extend(auxiliary.map(|bytes| (MADE.to_owned(), bytes)));
        all
    }

    /// The auxiliary catalogues that have levels.
    pub(super) fn catalogues(&self) -> Vec<Catalogue> {
        let has_levels = |one: &Catalogue| !self.grouper.level_names(*one).is_empty();
        Catalogue::ALL.into_iter().filter(has_levels).collect()
    }

    /// A line of one of its files.
    pub(super) fn place(&self, file: &str, line: u32) -> dianzhi_policy::Place {
        place(&Path::new(&self.folder).join(file).display().to_string(), line.into())
    }

    /// The line of a key of directory.toml.
    pub(super) fn place_of_key(&self, key: &str) -> dianzhi_policy::Place {
        let header = self.tables.iter().find(|(name, _)| name == "directory.toml");
        let text = header.map_or("", |(_, bytes)| std::str::from_utf8(bytes).unwrap_or_default());
        let is_key = |line: &str| {
            let rest = line.trim_start().strip_prefix(key);
            rest.is_some_and(|rest| rest.trim_start().starts_with('='))
        };
        let line = text.lines().position(is_key).map_or(1, |at| at + 1);
        self.place("directory.toml", u32::try_from(line).unwrap_or(u32::MAX))
    }

    /// A draft without a table of procedures: they all count alike.
    pub(super) fn without_operations(&self) -> Option<Diagnostic> {
        if self.tables.iter().any(|(name, _)| name == "operations.tsv") {
            return None;
        }
        let (folder, class) = (&self.folder, self.grouper.directory().header().unlisted_operations);
        let class = class.as_str();
        let text = Text::new(
            format!("草稿 {folder} 没有 operations.tsv：全部手术操作都按 {class} 计，也没有排除的操作"),
            format!(
                "the draft {folder} has no operations.tsv: every procedure counts as {class}, and none is excluded"
            ),
        );
        let help = Text::new(
            "把操作的类别写入 operations.tsv（code、class），见 docs/DIP.md",
            "write the classes of procedures into operations.tsv (code, class), as docs/DIP.md has it",
        );
        Some(warning(W176, text, help))
    }
}

/// types.tsv with its other rows as empty lines, so that lines stay what they are: core and mixed types are made of
/// the history, whatever a directory of last year has.
fn basic_rows(bytes: &[u8]) -> Vec<u8> {
    let bytes = bytes.strip_prefix(UTF8_MARK).unwrap_or(bytes);
    let mut lines = bytes.split(|byte| *byte == b'\n');
    let header = lines.next().unwrap_or_default();
    let kind = cells(header).position(|cell| cell == b"kind");
    let mut out = header.to_vec();
    for line in lines {
        out.push(b'\n');
        let is_made = kind.is_some_and(|at| matches!(cells(line).nth(at), Some(b"core" | b"mixed")));
        if !is_made {
            out.extend_from_slice(line);
        }
    }
    out
}

fn cells(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    line.split(|byte| *byte == b'\t')
}

/// The basic types of a types.tsv that was found to be sound.
fn basic_types(types: &[u8]) -> Vec<(NewType, u32)> {
    let text = std::str::from_utf8(types).unwrap_or_default();
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    let rows = (2u32..).zip(lines).filter(|(_, line)| !line.is_empty());
    let read = |(number, line): (u32, &str)| {
        let cells: Vec<&str> = line.split('\t').collect();
        let cell = |name: &str| {
            let at = header.iter().position(|heading| *heading == name);
            at.and_then(|at| cells.get(at))
                .map_or_else(String::new, |cell| (*cell).to_owned())
        };
        let one = NewType {
            code: cell("code"),
            name: cell("name"),
            kind: DipKind::Basic,
            diagnosis: cell("dx"),
            procedures: cell("px"),
            treatment: None,
            mean_cost: cell("mean_cost"),
            exact: None,
        };
        (one, number)
    };
    rows.map(read).collect()
}

/// What a folder lacks to be a draft is told of the plan, which names the folder.
fn not_a_draft(plan: &DirectoryPlan, found: Diagnostics) -> Diagnostics {
    let told = found.0.into_iter().map(|mistake| {
        if mistake.place.is_some() {
            return mistake;
        }
        let help = Text::new(
            "docs/DIP-DIRECTORY.md §1 说明草稿有哪些文件；types.tsv 只用来写基本规则，可以没有",
            "docs/DIP-DIRECTORY.md §1 says which files a draft has; types.tsv is for basic types alone and may be missing",
        );
        let folder = &plan.draft;
        let Text { zh, en } = &mistake.text;
        let text = Text::new(format!("草稿 {folder}：{zh}"), format!("the draft {folder}: {en}"));
        let told = Diagnostic { text, help, ..mistake };
        match plan.place("directory.draft") {
            Some(place) => told.at(place),
            None => told,
        }
    });
    Diagnostics(told.collect())
}
