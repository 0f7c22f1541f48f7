//! Rows of a grouping.

use super::files::{ADDED, GroupColumns};
use crate::claims::feed::ClaimFile;
use crate::claims::row::Row;
use crate::output::buffer::{Out, RowBuffer};
use crate::output::format::{push_field, push_record};
use dianzhi_grouper::Grouping;

/// The header of the output.
pub(crate) fn header(files: &[ClaimFile<GroupColumns>], join: bool) -> String {
    let mut out = Vec::new();
    match files.first().filter(|_| join) {
        Some(file) => {
            let kept = file
                .layout
                .kept
                .iter()
                .map(|&column| file.header.headings[column].as_str());
            push_record(&mut out, kept.chain(ADDED));
        }
        None => push_record(&mut out, std::iter::once("setl_id").chain(ADDED)),
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Appends the row of one record.
pub(crate) fn write(out: &mut RowBuffer, row: &Row<'_>, columns: &GroupColumns, join: bool, grouping: &Grouping<'_>) {
    if !out.row(|line| write_to(line, row, columns, join, grouping)) {
        let mut long = Vec::new();
        write_to(&mut long, row, columns, join, grouping);
        out.push_row(&long);
    }
}

fn write_to(out: &mut impl Out, row: &Row<'_>, columns: &GroupColumns, join: bool, grouping: &Grouping<'_>) {
    if join {
        for &column in &columns.kept {
            push_field(out, row.nth(column));
            out.push_all(b",");
        }
    } else {
        push_field(out, row.get(columns.setl_id).bytes());
        out.push_all(b",");
    }
    for code in [grouping.mdc, grouping.adrg, grouping.group_code] {
        push_field(out, code.as_bytes());
        out.push_all(b",");
    }
    out.push_all(grouping.status.as_str().as_bytes());
    out.push_all(b",");
    if !grouping.reasons.is_empty() {
        push_field(out, grouping.reason().as_bytes());
    }
    out.push_all(b"\n");
}
