//! The table of adjustments: what experts and negotiations say of calibrated weights 意见收集、谈判协商
//! (docs/CALIBRATION.md §2).

use super::table::Table;
use super::tables::{Lined, Reader};
use dianzhi_calibrate::Change;
use dianzhi_core::Decimal;
use dianzhi_policy::Diagnostic;

/// One opinion.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Opinion {
    /// The round of collecting or negotiating; the first is 1.
    pub(crate) round: u32,
    /// The pool whose weights are meant, where pools are calibrated apart; else empty.
    pub(crate) pool: String,
    pub(crate) group_code: String,
    pub(crate) change: Change,
    pub(crate) status: Status,
    pub(crate) proposed_by: String,
    pub(crate) reason: String,
}

/// What became of an opinion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Adopted,
    Refused,
    Open,
}

impl Status {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Status::Adopted => "adopted",
            Status::Refused => "refused",
            Status::Open => "open",
        }
    }
}

impl Opinion {
    /// The word of its change, and the value.
    pub(crate) fn told(&self) -> (&'static str, Decimal) {
        match self.change {
            Change::Factor(factor) => ("factor", factor),
            Change::Weight(weight) => ("weight", weight),
        }
    }
}

/// Most rounds.
const ROUNDS_MAX: u32 = 99;

pub(crate) fn opinions(table: &Table) -> Result<Lined<Opinion>, Vec<Diagnostic>> {
    let names = [
        "round",
        "group_code",
        "change",
        "value",
        "status",
        "proposed_by",
        "reason",
    ];
    let columns = table.header.require(names, &table.file)?;
    let pool = table.header.column("pool");
    let mut reader = Reader::new(table);
    let mut rows = Lined::default();
    for row in &table.rows {
        let [round, group_code, change, value, status, by, reason] = columns.map(|c| row.cells[c].as_str());
        let number = round
            .parse::<u32>()
            .ok()
            .filter(|round| (1..=ROUNDS_MAX).contains(round));
        reader.check(
            row,
            "round",
            round,
            number.is_none(),
            "为 1 到 99 的整数",
            "a whole number from 1 to 99",
        );
        reader.check(
            row,
            "group_code",
            group_code,
            group_code.is_empty(),
            "不为空",
            "not empty",
        );
        let is_weight = matches!(change, "weight" | "定值");
        if !is_weight && !matches!(change, "factor" | "系数") {
            let zh = "为 factor（系数）或 weight（定值）";
            reader.wrong(row, "change", change, zh, "factor (系数) or weight (定值)");
        }
        let found = reader.decimal(row, "value", value);
        let off = found < Decimal::ZERO || (!is_weight && found <= Decimal::ZERO);
        let zh = "系数大于 0，定值不小于 0";
        reader.check(
            row,
            "value",
            value,
            off,
            zh,
            "above 0 as a factor, 0 or more as a weight",
        );
        let status = match status {
            "adopted" | "采纳" => Status::Adopted,
            "refused" | "不采纳" => Status::Refused,
            "open" | "待定" => Status::Open,
            _ => {
                let zh = "为 adopted（采纳）、refused（不采纳）或 open（待定）";
                let en = "adopted (采纳), refused (不采纳) or open (待定)";
                reader.wrong(row, "status", status, zh, en);
                Status::Open
            }
        };
        reader.check(
            row,
            "proposed_by",
            by,
            by.is_empty(),
            "写明提出方",
            "who says so, not empty",
        );
        reader.check(
            row,
            "reason",
            reason,
            reason.is_empty(),
            "写明理由",
            "the reason, not empty",
        );
        rows.lines.push(row.line);
        rows.values.push(Opinion {
            round: number.unwrap_or(1),
            pool: pool.map_or_else(String::new, |at| row.cells[at].clone()),
            group_code: group_code.to_owned(),
            change: match is_weight {
                true => Change::Weight(found),
                false => Change::Factor(found),
            },
            status,
            proposed_by: by.to_owned(),
            reason: reason.to_owned(),
        });
    }
    reader.done(rows)
}
