//! Rows of a grouping.

use super::by::Found;
use super::files::GroupColumns;
use crate::claims::feed::ClaimFile;
use crate::claims::row::Row;
use crate::output::buffer::{Out, RowBuffer};
use crate::output::format::{push_field, push_record};

/// The header of the output.
pub(crate) fn header(files: &[ClaimFile<GroupColumns>], added: &[&str], join: bool) -> String {
    let mut out = Vec::new();
    match files.first().filter(|_| join) {
        Some(file) => {
            let kept = file
                .layout
                .kept
                .iter()
                .map(|&column| file.header.headings[column].as_str());
            push_record(&mut out, kept.chain(added.iter().copied()));
        }
        None => push_record(&mut out, std::iter::once("setl_id").chain(added.iter().copied())),
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Appends the row of one record.
pub(crate) fn write(
    out: &mut RowBuffer,
    row: &Row<'_>,
    columns: &GroupColumns,
    join: bool,
    cells: usize,
    found: &Found<'_>,
) {
    if !out.row(|line| write_to(line, row, columns, join, cells, found)) {
        let mut long = Vec::new();
        write_to(&mut long, row, columns, join, cells, found);
        out.push_row(&long);
    }
}

fn write_to(out: &mut impl Out, row: &Row<'_>, columns: &GroupColumns, join: bool, cells: usize, found: &Found<'_>) {
    if join {
        for &column in &columns.kept {
            push_field(out, row.nth(column));
            out.push_all(b",");
        }
    } else {
        push_field(out, row.get(columns.setl_id).bytes());
        out.push_all(b",");
    }
    for cell in found.cells.iter().take(cells) {
        push_field(out, cell.as_bytes());
        out.push_all(b",");
    }
    out.push_all(found.status.as_str().as_bytes());
    out.push_all(b",");
    if !found.reasons.is_empty() {
        let reasons: Vec<String> = found.reasons.iter().map(ToString::to_string).collect();
        push_field(out, reasons.join(";").as_bytes());
    }
    out.push_all(b"\n");
}
