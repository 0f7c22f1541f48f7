//! Files of a city's folder, and what is said of a part that is not understood.

use crate::error::{F101, S107, S109, S112};
use crate::scheme::tables::{File, bad, place};
use dianzhi_core::Text;
use dianzhi_policy::Diagnostic;
use std::path::{Path, PathBuf};

/// A part of a source that is not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Misread {
    pub(super) line: usize,
    pub(super) part: String,
}

pub(super) type Reading<T> = Result<T, Misread>;

/// Of a part so much is shown.
const PART_CHARACTERS_MAX: usize = 120;

impl Misread {
    pub(super) fn new(line: usize, part: &str) -> Misread {
        let mut part = part.trim().to_owned();
        if let Some((end, _)) = part.char_indices().nth(PART_CHARACTERS_MAX) {
            part.truncate(end);
            part.push('…');
        }
        Misread { line, part }
    }

    /// As an error of a file.
    pub(super) fn of(self, file: &str) -> Diagnostic {
        let part = self.part;
        not_understood(
            file,
            self.line,
            Text::new(format!("源码中的 {part} 无法理解"), format!("{part} is not understood")),
        )
    }
}

/// An error of a source at a line.
pub(super) fn not_understood(file: &str, line: usize, text: Text) -> Diagnostic {
    bad(
        S112,
        text,
        Text::new(
            "导入器只认 OpenDRG 生成的写法，不猜；请改写该处，或改用 --from tables",
            "only what OpenDRG's own sources are made of is read, nothing is guessed; write this part in that way, or use --from tables",
        ),
    )
    .at(place(file, line))
}

/// A source names something that the folder does not have.
pub(super) fn nothing(file: &str, line: usize, what: &str) -> Diagnostic {
    bad(
        S107,
        Text::new(format!("目录中没有 {what}"), format!("the folder has no {what}")),
        Text::new("补上它，或删去引用", "add it, or take the reference away"),
    )
    .at(place(file, line))
}

/// A city's folder.
pub(crate) struct City {
    folder: PathBuf,
    /// Its files, where they are not on a disk.
    #[cfg(any(test, fuzzing))]
    files: Option<std::collections::BTreeMap<String, Vec<u8>>>,
}

impl City {
    pub(super) fn new(folder: &Path) -> City {
        City {
            folder: folder.to_owned(),
            #[cfg(any(test, fuzzing))]
            files: None,
        }
    }

    /// A city whose files are in memory.
    #[cfg(any(test, fuzzing))]
    pub(crate) fn in_memory(name: &str, files: std::collections::BTreeMap<String, Vec<u8>>) -> City {
        City {
            folder: name.into(),
            files: Some(files),
        }
    }

    fn bytes(&self, name: &str) -> std::io::Result<Vec<u8>> {
        #[cfg(any(test, fuzzing))]
        if let Some(files) = &self.files {
            return files.get(name).cloned().ok_or(std::io::ErrorKind::NotFound.into());
        }
        std::fs::read(self.folder.join(name))
    }

    /// The names of the files of ADRGs.
    fn rules(&self) -> Vec<String> {
        #[cfg(any(test, fuzzing))]
        if let Some(files) = &self.files {
            let names = files.keys().filter_map(|name| name.strip_prefix("ADRG/"));
            return names.map(str::to_owned).collect();
        }
        let entries = std::fs::read_dir(self.folder.join("ADRG"));
        let names = entries.into_iter().flatten().flatten();
        names.filter_map(|entry| entry.file_name().into_string().ok()).collect()
    }

    /// The folder's own name: the scheme's code.
    pub(super) fn code(&self) -> String {
        let absolute = std::path::absolute(&self.folder).unwrap_or_else(|_| self.folder.clone());
        let name = absolute.file_name().unwrap_or_default();
        name.to_string_lossy().into_owned()
    }

    /// A file's path, for messages.
    pub(super) fn shown(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }

    /// Names of other rules of an ADRG, of which a source names one that is not there.
    pub(super) fn rules_like(&self, name: &str) -> Vec<String> {
        let code = name.split_once('_').map_or(name, |(code, _)| code);
        let mut found: Vec<String> = self
            .rules()
            .into_iter()
            .filter_map(|name| name.strip_suffix(".py").map(str::to_owned))
            .filter(|name| name.split_once('_').is_some_and(|(of, _)| of == code))
            .collect();
        found.sort_unstable();
        found
    }

    /// A file that must be there.
    pub(super) fn file(&self, name: &str) -> Result<File, Diagnostic> {
        let found = self.file_if_any(name)?;
        found.ok_or_else(|| {
            let folder = self.folder.display();
            bad(
                S109,
                Text::new(format!("{folder} 中没有 {name}"), format!("{folder} has no {name}")),
                Text::new(
                    "给出 OpenDRG Python 版中一个城市的目录，如 drg_group/chs_drg_11",
                    "give one city's folder of OpenDRG's Python edition, such as drg_group/chs_drg_11",
                ),
            )
        })
    }

    pub(super) fn file_if_any(&self, name: &str) -> Result<Option<File>, Diagnostic> {
        let shown = self.shown(name);
        match self.bytes(name) {
            Ok(bytes) => Ok(Some(File { name: shown, bytes })),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(bad(
                F101,
                Text::new(format!("{shown} 无法读取：{e}"), format!("{shown} cannot be read: {e}")),
                Text::new("检查路径和权限", "check the path and its permissions"),
            )),
        }
    }
}
