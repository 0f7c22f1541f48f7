//! `dianzhi group`: claim files into groups, or one record explained.

use super::group_steps as steps;
use super::{path, path_if_given, shell_word, threads, watched, word};
use crate::console::Console;
use crate::figures::{count, counted};
use crate::lang::text;
use crate::table::{Side, Table};
use clap::ArgMatches;
use dianzhi::codes::F106;
use dianzhi::engine::Lang;
use dianzhi::grouper::{GroupOptions, Status, reason_meaning};
use dianzhi::policy::columns_of;
use dianzhi::{
    Diagnostic, Failure, GroupBy, GroupFiles, GroupSummary, Progress, explain_stay, group_files, rejects_path,
};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;

/// Groups, or explains one record.
pub(crate) fn run(matches: &ArgMatches, console: &Console) -> u8 {
    let json = matches.get_flag("json");
    let options = GroupOptions {
        verbatim: matches.get_flag("verbatim"),
        translate: matches.get_flag("translate"),
    };
    let (by, loaded) = match path_if_given(matches, "dip") {
        Some(folder) => (folder, GroupBy::directory(folder, options)),
        None => (
            path(matches, "scheme"),
            GroupBy::scheme(path(matches, "scheme"), options),
        ),
    };
    let grouper = match loaded {
        Ok(grouper) => grouper,
        Err(mistakes) => return console.failure(&Failure::from(mistakes), json),
    };
    let claims = matches.get_many::<String>("claims");
    let claims: Vec<String> = claims.map(|claims| claims.cloned().collect()).unwrap_or_default();
    let columns = matches.get_many("column");
    let columns = match columns_of(
        "--column",
        columns.map(Iterator::cloned).map_or_else(Vec::new, Iterator::collect),
    ) {
        Ok(columns) => columns,
        Err(mistakes) => return console.failure(&Failure::from(mistakes), json),
    };
    let (progress, shown) = watched(matches, console);
    let job = GroupFiles {
        claims,
        columns,
        out: path(matches, "out").to_owned(),
        join: matches.get_flag("join"),
        threads: threads(matches),
        block_bytes: 0,
    };
    if let Some(setl_id) = word(matches, "explain") {
        drop(shown);
        return explain(&grouper, &job, setl_id, &progress, json, console);
    }
    if [&job.out, &rejects_path(&job.out)]
        .into_iter()
        .any(|out| is_within(by, out))
    {
        drop(shown);
        return console.failure(&Failure::from(the_scheme_itself(&job.out)), json);
    }
    let grouped = group_files(&grouper, &job, &progress);
    drop(shown);
    match grouped {
        Err(failure) => console.failure(&failure, json),
        Ok(summary) => {
            console.run_is_there();
            tell(&summary, &job.out, console);
            if json {
                console.json(&Report::of(&summary, &job.out));
            }
            u8::from(!summary.rejects.is_empty())
        }
    }
}

/// Whether a file is the package, or one of the folder's tables.
fn is_within(scheme: &Path, out: &Path) -> bool {
    // The file itself may not be there yet.
    let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new(".")).canonicalize();
    match (scheme.canonicalize(), folder) {
        (Ok(scheme), Ok(folder)) => folder == scheme || out.canonicalize().is_ok_and(|out| out == scheme),
        _ => false,
    }
}

fn the_scheme_itself(out: &Path) -> Diagnostic {
    let shown = out.display();
    let told = text(
        format!("不能写到 {shown}：它属于分组方案"),
        format!("cannot write to {shown}: it is of the scheme"),
    );
    Diagnostic::error(F106.id, told, text("另给一个文件名", "give another file name"))
}

/// What `--json` prints.
#[derive(Serialize)]
struct Report<'a> {
    out: &'a Path,
    read: u64,
    by_status: BTreeMap<&'static str, u64>,
    by_reason: &'a BTreeMap<&'static str, u64>,
    mended_codes: u64,
    /// `null`: too many records to look for them.
    repeated_setl_ids: Option<u64>,
    /// With `--join`: records that had another group code before.
    regrouped: u64,
    rejected: usize,
    rejects: std::path::PathBuf,
}

impl<'a> Report<'a> {
    fn of(summary: &'a GroupSummary, out: &'a Path) -> Report<'a> {
        let by_status = summary.by_status.iter();
        Report {
            out,
            read: summary.read,
            by_status: by_status.map(|(status, count)| (status.as_str(), *count)).collect(),
            by_reason: &summary.by_reason,
            mended_codes: summary.mended,
            repeated_setl_ids: summary.repeated,
            regrouped: summary.regrouped,
            rejected: summary.rejects.len(),
            rejects: rejects_path(out),
        }
    }
}

fn tell(summary: &GroupSummary, out: &Path, console: &Console) {
    console.diagnostics(&summary.warnings);
    let mut table = Table::new([
        (console.pick("分组结果", "status"), Side::Left),
        (console.pick("记录数", "records"), Side::Right),
    ]);
    for (status, records) in summary.by_status.iter().filter(|(_, records)| **records > 0) {
        table.row([status_name(*status, console.lang), count(*records)]);
    }
    console.say(table.render(0).trim_end());
    if !summary.by_reason.is_empty() {
        let mut table = Table::new([
            (console.pick("原因", "reason"), Side::Left),
            (console.pick("含义", "meaning"), Side::Left),
            (console.pick("记录数", "records"), Side::Right),
        ]);
        for (word, records) in &summary.by_reason {
            table.row([(*word).to_owned(), meaning(word, console.lang), count(*records)]);
        }
        console.say(&format!("\n{}", table.render(0).trim_end()));
    }
    let (read, mended) = (count(summary.read), count(summary.mended));
    let codes = counted(summary.mended, "code was", "codes were");
    let records = counted(summary.read, "record", "records");
    if summary.regrouped > 0 {
        let regrouped = count(summary.regrouped);
        console.say(&console.pick(
            format!("\n{regrouped} 条记录原有的病组编码与分组结果不同；--join 写出的是分组结果"),
            format!("\n{regrouped} records had another group code of their own; --join writes what grouping gives"),
        ));
    }
    if summary.mended > 0 {
        console.say(&console.pick(
            format!("\n{mended} 个编码去掉空白、统一全角半角和大小写后才找到；--verbatim 按原样比较"),
            format!("\n{codes} found only after blanks, width or letter case were mended; --verbatim compares them as they stand"),
        ));
    }
    if let Some(repeated @ 1..) = summary.repeated {
        let ids = counted(repeated, "record has a setl_id", "records have a setl_id");
        let repeated = count(repeated);
        console.say(&console.pick(
            format!("\n{repeated} 条记录的 setl_id 前面已有；分组结果照常写出，settle 会拒绝这样的记录（E112、E113）"),
            format!(
                "\n{ids} that one before has; they are grouped all the same, settle rejects such records (E112, E113)"
            ),
        ));
    }
    let rejected = summary.rejects.len() as u64;
    let (written, file) = (count(summary.read - rejected), shell_word(out));
    let mut told = console.pick(
        format!("\n读入 {read} 条，{written} 条的分组结果写入 {file}"),
        format!("\n{records} read, {written} written to {file}"),
    );
    if rejected > 0 {
        let (rejected, rejects) = (count(rejected), shell_word(&rejects_path(out)));
        told += &console.pick(
            format!("；{rejected} 条无法读取，见 {rejects}"),
            format!("; {rejected} could not be read, see {rejects}"),
        );
    }
    console.say(&told);
}

fn status_name(status: Status, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{}（{}）", status.as_str(), status.meaning().zh),
        Lang::En => status.as_str().to_owned(),
    }
}

fn meaning(word: &str, lang: Lang) -> String {
    reason_meaning(word).map_or_else(String::new, |meaning| meaning.get(lang).to_owned())
}

/// Every step of the records with one id.
fn explain(
    grouper: &GroupBy,
    job: &GroupFiles,
    setl_id: &str,
    progress: &Progress,
    json: bool,
    console: &Console,
) -> u8 {
    match explain_stay(grouper, job, setl_id, progress) {
        Err(failure) => console.failure(&failure, json),
        Ok(stays) => {
            if json {
                console.json(&stays);
            } else {
                let told: Vec<String> = stays.iter().map(|stay| steps::render(stay, console.lang)).collect();
                console.data(&told.join("\n"));
            }
            0
        }
    }
}
