//! The data files: a code, a blank, and what is said of it.

use super::source::{City, not_understood};
use super::tables::Table;
use crate::scheme::tables::File;
use dianzhi_core::Text;
use dianzhi_policy::Diagnostic;
use rustc_hash::FxHashMap;

/// A data file, the table that it becomes, and whether what is said of a code must be there.
const FILES: [(&str, &str, [&str; 2], bool); 9] = [
    ("DATA/MCC.dat", "mcc.tsv", ["code", "group"], true),
    ("DATA/CC.dat", "cc.tsv", ["code", "group"], true),
    ("DATA/CCE.dat", "cce.tsv", ["code", "group"], true),
    ("DATA/SS_VALID.dat", "ss_valid.tsv", ["code", "name"], false),
    ("DATA/DRG.dat", "drg_names.tsv", ["drg", "name"], false),
    ("ICD/ZD_INFO.dat", "zd_info.tsv", ["code", "name"], false),
    ("ICD/SS_INFO.dat", "ss_info.tsv", ["code", "name"], false),
    ("ICD/ZD_MAP.dat", "zd_map.tsv", ["code", "to"], false),
    ("ICD/SS_MAP.dat", "ss_map.tsv", ["code", "to"], false),
];

/// Reads every data file.
pub(super) fn tables(city: &City, found: &mut Vec<Diagnostic>) -> Vec<File> {
    let mut made = Vec::new();
    for (name, table, columns, is_needed) in FILES {
        let read = city.file(name).and_then(|file| one(&file, table, columns, is_needed));
        match read {
            Ok(table) => made.push(table),
            Err(mistake) => found.push(mistake),
        }
    }
    made
}

fn one(file: &File, table: &str, columns: [&str; 2], is_needed: bool) -> Result<File, Diagnostic> {
    let mut rows: Vec<(&str, &str)> = Vec::new();
    // Of a code that stands twice the last row counts, at the place of the first.
    let mut at: FxHashMap<&str, usize> = FxHashMap::default();
    for (i, line) in file.text()?.lines().enumerate() {
        let (code, said) = line.split_once(' ').unwrap_or((line, ""));
        if code.is_empty() && said.is_empty() {
            continue;
        }
        if code.is_empty() || (is_needed && said.is_empty()) {
            return Err(not_understood(
                &file.name,
                i + 1,
                Text::new(
                    format!("这一行应为代码、空格和内容：{line}"),
                    format!("this line should be a code, a blank and what is said of it: {line}"),
                ),
            ));
        }
        match at.get(code) {
            Some(&known) => rows[known].1 = said,
            None => {
                at.insert(code, rows.len());
                rows.push((code, said));
            }
        }
    }
    let mut table = Table::new(table, &columns);
    for (code, said) in rows {
        table.row(&[code, said]);
    }
    Ok(table.file())
}
