//! Tables of the names of diagnoses and procedures (docs/DIP-DIRECTORY.md §1).

use super::table::Table;
use super::tables::{Lined, Reader};
use dianzhi_policy::Diagnostic;

/// A code with its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) code: String,
    pub(crate) name: String,
}

pub(crate) fn names(table: &Table) -> Result<Lined<Named>, Vec<Diagnostic>> {
    let columns = table.header.require(["code", "name"], &table.file)?;
    let mut reader = Reader::new(table);
    let mut rows = Lined::default();
    for row in &table.rows {
        let [code, name] = columns.map(|c| row.cells[c].trim());
        reader.check(row, "code", code, code.is_empty(), "不为空", "not empty");
        // A name becomes a cell of types.tsv.
        let off = name.is_empty() || name.contains(['\t', '\n', '\r']);
        let zh = "不为空，且没有制表符和换行";
        reader.check(row, "name", name, off, zh, "not empty, without tabs and line feeds");
        rows.lines.push(row.line);
        rows.values.push(Named {
            code: code.to_owned(),
            name: name.to_owned(),
        });
    }
    reader.done(rows)
}
