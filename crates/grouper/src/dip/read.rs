//! From a folder's files to a [`DipDirectory`]: every mistake at once, each with file and line.

use super::directory::{Asks, AuxiliaryTables, Diagnoses, DipDirectory, DipKind, DipType, Files, Operation, Treatment};
use super::header::DipHeader;
use super::measure::PROCEDURES_MAX;
use super::rows::{Row, Seen};
use crate::codes::folded;
use crate::error::{F101, S109, S115};
use crate::scheme::PACKAGE_BYTES_MAX;
use crate::scheme::package::read;
use crate::scheme::size::too_large;
use crate::scheme::tables::{File, bad, rows};
use dianzhi_core::{Decimal, Text};
use dianzhi_policy::{Diagnostic, Diagnostics};
use std::path::Path;

/// The files that a directory may have.
const FILES: [&str; 9] = [
    "directory.toml",
    "types.tsv",
    "operations.tsv",
    "cci.tsv",
    "severity.tsv",
    "tumour.tsv",
    "bands.tsv",
    "grades.tsv",
    "auxiliary.tsv",
];
impl DipDirectory {
    /// Reads a directory from its folder (docs/DIP.md).
    ///
    /// # Errors
    /// Every mistake of its files, each with its file and line.
    ///
    /// ```
    /// use dianzhi_grouper::DipDirectory;
    /// let teaching = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/dip/teaching");
    /// let directory = DipDirectory::load(teaching.as_ref()).unwrap();
    /// assert_eq!(directory.header().code, "teaching");
    /// ```
    pub fn load(folder: &Path) -> Result<DipDirectory, Diagnostics> {
        let mut files = Vec::new();
        for name in FILES {
            let path = folder.join(name);
            let name = path.display().to_string();
            match read(&path) {
                Ok(bytes) => files.push(File { name, bytes }),
                Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
                Err(e) => return Err(unreadable(&name, &e).into()),
            }
        }
        DipDirectory::of_files(&files)
    }

    /// The names of the files that a directory may have.
    #[must_use]
    pub fn file_names() -> &'static [&'static str] {
        &FILES
    }

    /// A directory from its files in memory, each with its path or name.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn of_tables(tables: Vec<(String, Vec<u8>)>) -> Result<DipDirectory, Diagnostics> {
        let files: Vec<File> = tables.into_iter().map(|(name, bytes)| File { name, bytes }).collect();
        DipDirectory::of_files(&files)
    }

    /// A directory from its files in memory.
    pub(crate) fn of_files(files: &[File]) -> Result<DipDirectory, Diagnostics> {
        if files.iter().any(|file| file.bytes.len() as u64 > PACKAGE_BYTES_MAX) {
            return Err(too_large("有表超过 64 MiB", "one of its tables has more than 64 MiB").into());
        }
        let mut reader = Reader::new(files);
        let header = reader.header();
        let types = reader.types(header.as_ref());
        let operations = reader.operations();
        let auxiliary = reader.auxiliary(header.as_ref(), &types);
        let mut found = reader.found;
        if let Some(header) = header {
            let files = Files {
                types: file_of(files, "types.tsv").map_or_else(String::new, |file| file.name.clone()),
            };
            let directory = DipDirectory {
                header,
                types,
                operations,
                auxiliary,
                files,
            };
            found.extend(directory.contradictions());
            if found.is_empty() {
                return Ok(directory);
            }
        }
        Err(Diagnostics(found))
    }
}

pub(super) struct Reader<'a> {
    files: &'a [File],
    pub(super) found: Vec<Diagnostic>,
    /// The types named, also in rows that have a mistake: who refers to one has none.
    pub(super) named: Seen,
}

fn file_of<'a>(files: &'a [File], name: &str) -> Option<&'a File> {
    let own = |file: &&File| file.name.rsplit(['/', '\\']).next() == Some(name);
    files.iter().find(own)
}

impl<'a> Reader<'a> {
    fn new(files: &'a [File]) -> Reader<'a> {
        Reader {
            files,
            found: Vec::new(),
            named: Seen::default(),
        }
    }

    fn header(&mut self) -> Option<DipHeader> {
        let Some(file) = file_of(self.files, "directory.toml") else {
            self.found.push(missing("directory.toml"));
            return None;
        };
        match DipHeader::of_toml(file) {
            Ok(header) => Some(header),
            Err(mistakes) => {
                self.found.extend(mistakes);
                None
            }
        }
    }

    /// Reads the rows of a table that may be absent; what `each` cannot read it says.
    pub(super) fn table<const N: usize, T>(
        &mut self,
        name: &str,
        columns: &[&str],
        optional: &[&str],
        mut each: impl FnMut(&Row<'a, N>) -> Result<T, Diagnostic>,
    ) -> Vec<T> {
        let mut read = Vec::new();
        let Some(file) = file_of(self.files, name) else {
            return read;
        };
        match rows::<N>(file, columns, optional) {
            Err(mistake) => self.found.push(mistake),
            Ok(rows) => {
                for row in rows {
                    let one = match row {
                        Ok((line, fields)) => each(&Row::new(&file.name, line, fields)),
                        Err(mistake) => Err(*mistake),
                    };
                    match one {
                        Ok(one) => read.push(one),
                        Err(mistake) => self.found.push(mistake),
                    }
                }
            }
        }
        read
    }

    fn types(&mut self, header: Option<&DipHeader>) -> Vec<DipType> {
        if file_of(self.files, "types.tsv").is_none() {
            self.found.push(missing("types.tsv"));
        }
        let mut seen = Seen::default();
        let columns = ["code", "kind", "dx", "px", "treatment"];
        let types = self.table("types.tsv", &columns, &["mean_cost", "name"], |row| {
            let [code, kind, dx, px, treatment, mean_cost, name] = row.fields;
            if code.is_empty() || code == "*" {
                return Err(row.bad("病种编码不能为空或 *", "a type's code cannot be empty or *"));
            }
            seen.once(row, code, code)?;
            if header.is_some_and(|header| header.blank == code) {
                let zh = format!("{code:?} 已是空白病组的编码");
                let text = Text::new(zh, format!("{code:?} is the blank group's code already"));
                return Err(row.error(S115, text));
            }
            let Some(kind) = DipKind::read(kind) else {
                let zh = format!("kind {kind:?} 应为 core、basic 或 mixed");
                return Err(row.bad(&zh, &format!("kind {kind:?} must be core, basic or mixed")));
            };
            let diagnoses = diagnoses(row, dx, kind, header)?;
            Ok(DipType {
                code: code.to_owned(),
                kind,
                diagnoses,
                asks: asks(row, kind, px, treatment)?,
                mean_cost: mean_cost_of(row, mean_cost)?,
                name: name.to_owned(),
                line: row.line,
            })
        });
        self.named = seen;
        types
    }

    fn operations(&mut self) -> Vec<Operation> {
        let mut seen = Seen::default();
        self.table("operations.tsv", &["code", "class"], &[], |row| {
            let [code, class] = row.fields;
            if code.is_empty() {
                return Err(row.bad("操作编码为空", "the procedure's code is empty"));
            }
            seen.once(row, &folded(code), code)?;
            let class = match class {
                "excluded" => None,
                word => match Treatment::read(word).filter(|&class| class != Treatment::Conservative) {
                    Some(class) => Some(class),
                    None => {
                        let zh = format!("class {word:?} 应为 diagnostic、therapeutic、surgical 或 excluded");
                        let en = format!("class {word:?} must be diagnostic, therapeutic, surgical or excluded");
                        return Err(row.bad(&zh, &en));
                    }
                },
            };
            Ok(Operation {
                code: code.to_owned(),
                class,
            })
        })
    }

    fn auxiliary(&mut self, header: Option<&DipHeader>, types: &[DipType]) -> AuxiliaryTables {
        super::read_auxiliary::read(self, header, types)
    }
}

fn diagnoses(
    row: &Row<'_, 7>,
    dx: &str,
    kind: DipKind,
    header: Option<&DipHeader>,
) -> Result<Vec<Diagnoses>, Diagnostic> {
    let most = match kind {
        DipKind::Mixed => 3,
        DipKind::Core | DipKind::Basic => header.map_or(usize::MAX, |header| header.dx_characters),
    };
    let one = |text: &str| {
        let diagnoses = row.diagnoses(text)?;
        if diagnoses.characters() > most {
            let zh = format!("dx {text:?} 超过本类病种比较的 {most} 位");
            let en = format!("dx {text:?} is longer than the {most} characters that such a type compares");
            return Err(row.bad(&zh, &en));
        }
        Ok(diagnoses)
    };
    dx.split('|').map(one).collect()
}

fn asks(row: &Row<'_, 7>, kind: DipKind, px: &str, treatment: &str) -> Result<Asks, Diagnostic> {
    if kind == DipKind::Mixed {
        if !px.is_empty() {
            return Err(row.bad(
                "综合病种不列操作，px 应为空",
                "a mixed type names no procedures: px must be empty",
            ));
        }
        return Treatment::read(treatment).map(Asks::Treatment).ok_or_else(|| {
            let words = "conservative, diagnostic, therapeutic, surgical";
            let zh = format!("综合病种的 treatment {treatment:?} 应为 {words} 之一");
            row.bad(
                &zh,
                &format!("treatment {treatment:?} of a mixed type must be one of {words}"),
            )
        });
    }
    let is_conservative = px.is_empty() && treatment == "conservative";
    if !treatment.is_empty() && !is_conservative {
        return Err(row.bad(
            "treatment 只用于综合病种",
            "treatment is for mixed types: a core or basic type says it by px",
        ));
    }
    if px.is_empty() {
        return Ok(Asks::Treatment(Treatment::Conservative));
    }
    let procedures: Vec<Vec<String>> = px
        .split('+')
        .map(|one| one.split('|').map(str::to_owned).collect())
        .collect();
    let mut all: Vec<String> = procedures.iter().flatten().map(|code| folded(code)).collect();
    if all.iter().any(String::is_empty) {
        return Err(row.bad("px 中有空的编码", "px holds an empty code"));
    }
    all.sort_unstable();
    if all.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(row.bad("px 中有重复的编码", "px names a code twice"));
    }
    if procedures.len() > PROCEDURES_MAX {
        return Err(row.bad("px 超过 32 项", "px asks for more than 32 procedures"));
    }
    Ok(Asks::Procedures(procedures))
}

fn mean_cost_of(row: &Row<'_, 7>, text: &str) -> Result<Option<Decimal>, Diagnostic> {
    if text.is_empty() {
        return Ok(None);
    }
    let mean = row.decimal("mean_cost", text)?;
    if mean.is_sign_negative() {
        return Err(row.bad("mean_cost 不能为负", "mean_cost cannot be negative"));
    }
    Ok(Some(mean))
}

fn missing(name: &str) -> Diagnostic {
    bad(
        S109,
        Text::new(
            format!("病种目录缺少 {name}"),
            format!("the DIP directory has no {name}"),
        ),
        Text::new(
            "docs/DIP.md 说明病种目录由哪些文件组成",
            "docs/DIP.md says which files a directory has",
        ),
    )
}

fn unreadable(name: &str, e: &std::io::Error) -> Diagnostic {
    bad(
        F101,
        Text::new(format!("{name} 无法读取：{e}"), format!("{name} cannot be read: {e}")),
        Text::new("检查路径和权限", "check the path and its permissions"),
    )
}
