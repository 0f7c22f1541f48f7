//! The files of a grouping: claims in, rows and rejects out.

use super::by::GroupBy;
use super::stay::StayColumns;
use super::{GroupFiles, rejects_path};
use crate::claims::feed::ClaimFile;
use crate::claims::layout::Column;
use crate::claims::reject::Reject;
use crate::codes::{F106, T109, W111, W112};
use crate::disk::{self, File};
use crate::error::{Failure, error, unwritable, warning};
use crate::input::find::find;
use crate::input::header::Header;
use crate::input::unknown_columns;
use crate::output::ordered::OrderedWriter;
use crate::output::tables_csv;
use dianzhi_core::Text;
use dianzhi_policy::fields::Table as Kind;
use dianzhi_policy::{Diagnostic, EncodingChoice};
use std::io::Write;
use std::path::{Path, PathBuf};

/// The columns that grouping needs, of one file.
pub(crate) struct GroupColumns {
    pub(crate) columns: usize,
    pub(crate) setl_id: Column,
    pub(crate) stay: StayColumns,
    /// The input's own group code.
    pub(crate) group_code: Column,
    /// With `--join`: the input's columns that are written again, in order.
    pub(crate) kept: Vec<usize>,
}

/// Finds and opens the claim files; all mistakes of all of them at once.
pub(crate) fn open_files(
    job: &GroupFiles,
    by: &GroupBy,
    joined: Option<&[&str]>,
) -> Result<(Vec<ClaimFile<GroupColumns>>, Vec<Diagnostic>), Failure> {
    let here = Path::new("");
    let help = Text::new(
        "检查 --claims（相对于当前目录）",
        "check --claims (relative to the working folder)",
    );
    let (inputs, mut mistakes) = find(&job.claims, here, here, &help);
    let mut files: Vec<ClaimFile<GroupColumns>> = Vec::new();
    let mut warnings = Vec::new();
    for input in &inputs {
        let columns = |header: &Header| GroupColumns::of(header, &input.name, joined);
        match ClaimFile::open_with(input, EncodingChoice::Auto, &job.columns, columns) {
            Ok(file) => {
                if let Some(first) = files
                    .first()
                    .filter(|first| joined.is_some() && first.header.headings != file.header.headings)
                {
                    mistakes.push(other_columns(&first.input.name, &input.name));
                }
                warnings.extend(missing_columns(&file.header, &input.name, by.asks()));
                warnings.extend(unknown_columns(&file.header, Kind::Claims, &input.name, true));
                files.push(file);
            }
            Err(found) => mistakes.extend(found),
        }
    }
    if mistakes.is_empty() {
        Ok((files, warnings))
    } else {
        Err(mistakes.into())
    }
}

impl GroupColumns {
    fn of(header: &Header, file: &str, joined: Option<&[&str]>) -> Result<GroupColumns, Vec<Diagnostic>> {
        let [setl_id] = header.require(["setl_id"], file)?;
        let is_kept = |name: &String| joined.is_some_and(|added| !added.contains(&name.as_str()));
        let kept = header.names.iter().enumerate().filter(|(_, name)| is_kept(name));
        Ok(GroupColumns {
            columns: header.headings.len(),
            setl_id: Column::of(Some(setl_id)),
            stay: StayColumns::of(header),
            group_code: Column::of(header.column("group_code")),
            kept: kept.map(|(column, _)| column).collect(),
        })
    }
}

/// Columns without which a record may come into another group, or to another factor, than it should.
pub(crate) fn missing_columns(header: &Header, file: &str, asked: Vec<&str>) -> Vec<Diagnostic> {
    let is_missing = |name: &&str| header.column(name).is_none();
    let mut found = Vec::new();
    let blind = ["maindiag_code", "diag_codes"].iter().all(is_missing);
    if blind {
        found.push(no_diagnoses(file));
    }
    let missing: Vec<&str> = asked.into_iter().filter(is_missing).collect();
    let list = missing.join(", ");
    if !missing.is_empty() {
        found.push(
            warning(
                W111,
                Text::new(
                    format!("{file} 没有列 {list}，按空计：病例可能入到别的组，或得到别的系数"),
                    format!("{file} has no column {list}; they count as empty, and records may come into other groups or to other factors"),
                ),
                Text::new(
                    "若这些列另有名称，在 [columns]（dianzhi group 用 --column 字段名=表头名称）写明；docs/SETTLEMENT.zh-CN.md 列有各列的名称",
                    "if the file has them under other headings, say so under [columns] (for dianzhi group: by --column FIELD=HEADING); docs/SETTLEMENT.md lists the fields",
                ),
            )
            .at(crate::error::place(file, 1)),
        );
    }
    found
}

fn other_columns(first: &str, file: &str) -> Diagnostic {
    error(
        T109,
        Text::new(
            format!("{file} 的列与 {first} 不同，不能合并写出"),
            format!("{file} has other columns than {first}; their rows cannot be joined into one file"),
        ),
        Text::new("分别对每个文件使用 --join", "use --join on each file by itself"),
    )
    .at(crate::error::place(file, 1))
}

/// A file whose records cannot be grouped by their diagnoses.
fn no_diagnoses(file: &str) -> Diagnostic {
    warning(
        W112,
        Text::new(
            format!("{file} 既没有 maindiag_code 列也没有 diag_codes 列：没有记录能按诊断入组"),
            format!("{file} has neither maindiag_code nor diag_codes: no record can be grouped by its diagnoses"),
        ),
        Text::new(
            "检查表头；若诊断列另有名称，在 [columns]（dianzhi group 用 --column）写明；docs/SETTLEMENT.zh-CN.md 列有各列",
            "look at the header; if diagnoses have other headings, name them under [columns] (for dianzhi group: by --column); docs/SETTLEMENT.md lists the columns",
        ),
    )
}

/// Removes the work files of killed groupings to the same name, where the system can say that their
/// process is gone: they hold people's records.
fn remove_left_over(out: &Path, name: &str) {
    let folder = match out.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let processes = Path::new("/proc");
    if !processes.join("self").exists() {
        return;
    }
    let beginnings = [format!(".{name}.work-"), format!(".{name}.rejects.work-")];
    for entry in std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok) {
        let file = entry.file_name().to_string_lossy().into_owned();
        let process = beginnings
            .iter()
            .find_map(|beginning| file.strip_prefix(beginning.as_str()));
        let is_number = |text: &&str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if process
            .filter(is_number)
            .is_some_and(|process| !processes.join(process).exists())
        {
            // What cannot be removed is left as it is.
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

/// Whether something stands there that is no file: a folder, a device or a link, whose place a rename
/// would take.
fn is_no_file(path: &Path) -> bool {
    std::fs::symlink_metadata(path).is_ok_and(|found| !found.is_file())
}

/// The two output files in the making. They get their names together, at the end.
pub(crate) struct Outputs {
    out: PathBuf,
    work: [PathBuf; 2],
    rows: Option<OrderedWriter>,
}

impl Outputs {
    /// Makes the file for the rows, under another name in its folder.
    pub(crate) fn create(out: &Path, files: &[ClaimFile<GroupColumns>], header: &str) -> Result<Outputs, Failure> {
        let is_input = |path: &Path| {
            let found = path.canonicalize().ok();
            found.is_some() && files.iter().any(|file| file.input.path.canonicalize().ok() == found)
        };
        for path in [out, &rejects_path(out)] {
            if is_input(path) || is_no_file(path) {
                return Err(in_the_way(path).into());
            }
        }
        let Some(name) = out.file_name().map(|name| name.to_string_lossy().into_owned()) else {
            return Err(in_the_way(out).into());
        };
        let process = std::process::id();
        let work = [
            out.with_file_name(format!(".{name}.work-{process}")),
            out.with_file_name(format!(".{name}.rejects.work-{process}")),
        ];
        remove_left_over(out, &name);
        // What a killed process of the same number left is nobody's.
        work.iter().for_each(|path| drop(std::fs::remove_file(path)));
        let rows = OrderedWriter::create(&work[0], header, false)?;
        Ok(Outputs {
            out: out.to_owned(),
            work,
            rows: Some(rows),
        })
    }

    /// Where rows go.
    pub(crate) fn rows(&self) -> &OrderedWriter {
        // It is there until it is published, which takes the whole.
        self.rows.as_ref().unwrap_or_else(|| unreachable!())
    }

    /// Writes the rejects and gives both files their names.
    ///
    /// Old rejects go first and new ones come last: killed at any moment, it leaves rows and rejects of
    /// one grouping, or rows without rejects, which every whole grouping has.
    pub(crate) fn publish<'a>(
        mut self,
        rejects: &[Reject],
        file_name: impl Fn(usize) -> &'a str,
    ) -> Result<(), Failure> {
        if let Some(rows) = self.rows.take() {
            rows.finish()?;
        }
        let [rows, rejected] = &self.work;
        let written = File::create_new(rejected).and_then(|mut file| {
            file.write_all(&tables_csv::rejects(rejects, file_name))?;
            file.sync_all()
        });
        written.map_err(|e| unwritable(rejected, &e))?;
        let beside = rejects_path(&self.out);
        match disk::remove_file(&beside) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(unwritable(&beside, &e).into()),
            _ => {}
        }
        disk::rename(rows, &self.out).map_err(|e| unwritable(&self.out, &e))?;
        disk::rename(rejected, &beside).map_err(|e| unwritable(&beside, &e))?;
        Ok(())
    }
}

impl Drop for Outputs {
    fn drop(&mut self) {
        // Published files have other names by now.
        self.work.iter().for_each(|path| drop(std::fs::remove_file(path)));
    }
}

fn in_the_way(path: &Path) -> Diagnostic {
    let shown = path.display();
    error(
        F106,
        Text::new(
            format!("不能写到 {shown}：它是目录、链接、设备或输入文件"),
            format!("cannot write to {shown}: it is a folder, a link, a device or one of the inputs"),
        ),
        Text::new("另给一个文件名", "give another file name"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Devices and links are only looked at here, never written to. Seen to fail.
    #[test]
    fn what_is_no_file_is_never_renamed_over() {
        let scratch = tempfile::tempdir().unwrap();
        let file = scratch.path().join("file");
        std::fs::write(&file, "").unwrap();
        assert!(!is_no_file(&file) && !is_no_file(&scratch.path().join("nothing")));
        let link = scratch.path().join("link");
        std::os::unix::fs::symlink(&file, &link).unwrap();
        assert!(is_no_file(&link) && is_no_file(scratch.path()));
        assert!(is_no_file(Path::new("/dev/null")));
    }
}
