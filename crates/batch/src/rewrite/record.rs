//! A record as a change of claims sees it.

use crate::claims::row::Row;
use crate::claims::values::money;
use crate::input::header::Header;
use crate::output::format::push_field;
use crate::routing::RouteColumns;
use dianzhi_core::Fen;

/// An accepted record: what its fields hold, and what they are to hold.
pub struct ClaimRecord<'r> {
    pub(super) header: &'r Header,
    pub(super) row: &'r Row<'r>,
    pub(super) columns: &'r RouteColumns,
    pub(super) cost: Fen,
    /// What is set, by column.
    set: Vec<(usize, String)>,
}

impl<'r> ClaimRecord<'r> {
    pub(super) fn new(header: &'r Header, row: &'r Row<'r>, columns: &'r RouteColumns, cost: Fen) -> ClaimRecord<'r> {
        ClaimRecord {
            header,
            row,
            columns,
            cost,
            set: Vec::new(),
        }
    }

    /// The columns of its file.
    #[must_use]
    pub fn header(&self) -> &'r Header {
        self.header
    }

    /// What a field held when the record was read; empty where the file has no such column.
    #[must_use]
    pub fn get(&self, field: &str) -> &'r str {
        let bytes = self
            .header
            .column(field)
            .map_or(&b""[..], |column| self.row.nth(column));
        // Records are text before they are rows.
        std::str::from_utf8(bytes).unwrap_or("")
    }

    /// `medfee_sumamt`, in fen.
    #[must_use]
    pub fn medical_cost(&self) -> Fen {
        self.cost
    }

    /// An amount in fen; `None` where there is no column, nothing in it, or no amount.
    #[must_use]
    pub fn money(&self, field: &str) -> Option<Fen> {
        money(self.get(field).as_bytes()).map(Fen)
    }

    /// The days of the stay, at least one: as stated, else between admission and discharge. `None` where
    /// neither tells them.
    #[must_use]
    pub fn days(&self) -> Option<u32> {
        self.columns.days(self.row)
    }

    /// Sets a field; nothing happens where the file has no such column.
    pub fn set(&mut self, field: &str, text: String) {
        if let Some(column) = self.header.column(field) {
            self.set.retain(|(other, _)| *other != column);
            self.set.push((column, text));
        }
    }

    /// The record as it is to be written, without a line end.
    pub(super) fn line(&self) -> Vec<u8> {
        let mut line = Vec::new();
        for column in 0..self.header.headings.len() {
            if column > 0 {
                line.push(b',');
            }
            let set = self.set.iter().find(|(other, _)| *other == column);
            push_field(
                &mut line,
                set.map_or_else(|| self.row.nth(column), |(_, text)| text.as_bytes()),
            );
        }
        line
    }
}
