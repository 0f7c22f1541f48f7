//! The tables of rules that change points: reviews, reasons of readmissions, penalties
//! (docs/SETTLEMENT.md §5.15). Which claims they name is looked up when the claims are priced.

use super::table::{Row, Table};
use super::tables::{Lined, Reader, fen};
use dianzhi_core::{Decimal, Fen, Review, ReviewEffect};
use dianzhi_policy::Diagnostic;

/// What was decided of a special case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewRow {
    /// `setl_id`
    pub setl_id: String,
    /// What was decided.
    pub review: Review,
}

/// A readmission for a good reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReasonRow {
    /// `setl_id` of the later stay.
    pub setl_id: String,
    /// The reason.
    pub reason: String,
}

/// Points taken away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PenaltyRow {
    /// `setl_id`
    pub setl_id: String,
    /// What was found.
    pub finding: String,
    /// So many times the base points; 0 takes the case's own.
    pub multiple: Decimal,
}

/// The largest amount of one case, in fen: 9,999,999,999.99 yuan.
const AMOUNT_MAX: i128 = 999_999_999_999;
/// Most times that the base points can be taken away.
const MULTIPLE_MAX: u32 = 100;

pub(super) fn reviews(table: &Table) -> Result<Lined<ReviewRow>, Vec<Diagnostic>> {
    let columns = table
        .header
        .require(["setl_id", "outcome", "effect", "value"], &table.file)?;
    let mut reader = Reader::new(table);
    let mut rows = Lined::default();
    for row in &table.rows {
        let [id, outcome, effect, value] = columns.map(|c| row.cells[c].as_str());
        reader.key(row, "setl_id", id);
        let approved = match outcome {
            "approved" | "通过" => true,
            "refused" | "不通过" => false,
            _ => {
                let zh = "为 approved（通过）或 refused（不通过）";
                reader.wrong(row, "outcome", outcome, zh, "approved (通过) or refused (不通过)");
                false
            }
        };
        // What was turned down needs no effect.
        let effect = if approved {
            review_effect(&mut reader, row, effect, value)
        } else {
            ReviewEffect::ByItem
        };
        rows.lines.push(row.line);
        rows.values.push(ReviewRow {
            setl_id: id.to_owned(),
            review: Review { approved, effect },
        });
    }
    reader.done(rows)
}

fn review_effect(reader: &mut Reader<'_>, row: &Row, effect: &str, value: &str) -> ReviewEffect {
    match effect {
        "by-item" | "按项目" => {
            let off = !value.is_empty();
            reader.check(
                row,
                "value",
                value,
                off,
                "留空：按项目折点取总费用",
                "empty: by-item takes the whole cost",
            );
            ReviewEffect::ByItem
        }
        "amount" | "核定金额" => {
            let found = fen(reader.decimal(row, "value", value)).filter(|fen| (0..=AMOUNT_MAX).contains(fen));
            let zh = "为元，不小于 0，至多 2 位小数，不超过 9999999999.99";
            let en = "yuan, 0 or more, with at most 2 decimals, up to 9999999999.99";
            reader.check(row, "value", value, found.is_none(), zh, en);
            ReviewEffect::Amount(Fen(found.and_then(|fen| i64::try_from(fen).ok()).unwrap_or_default()))
        }
        "factor" | "系数" => {
            let factor = reader.decimal(row, "value", value);
            let off = factor <= Decimal::ZERO || factor > Decimal::ONE_HUNDRED;
            reader.check(row, "value", value, off, "大于 0，不超过 100", "above 0, at most 100");
            ReviewEffect::Factor(factor)
        }
        _ => {
            let zh = "为 by-item（按项目）、amount（核定金额）或 factor（系数）";
            let en = "by-item (按项目), amount (核定金额) or factor (系数)";
            reader.wrong(row, "effect", effect, zh, en);
            ReviewEffect::ByItem
        }
    }
}

pub(super) fn reasons(table: &Table) -> Result<Lined<ReasonRow>, Vec<Diagnostic>> {
    let columns = table.header.require(["setl_id", "reason"], &table.file)?;
    let mut reader = Reader::new(table);
    let mut rows = Lined::default();
    for row in &table.rows {
        let [id, reason] = columns.map(|c| row.cells[c].as_str());
        reader.key(row, "setl_id", id);
        reader.check(
            row,
            "reason",
            reason,
            reason.is_empty(),
            "写明理由",
            "the reason, not empty",
        );
        rows.lines.push(row.line);
        rows.values.push(ReasonRow {
            setl_id: id.to_owned(),
            reason: reason.to_owned(),
        });
    }
    reader.done(rows)
}

pub(super) fn penalties(table: &Table) -> Result<Lined<PenaltyRow>, Vec<Diagnostic>> {
    let columns = table.header.require(["setl_id", "finding", "multiple"], &table.file)?;
    let mut reader = Reader::new(table);
    let mut rows = Lined::default();
    for row in &table.rows {
        let [id, finding, text] = columns.map(|c| row.cells[c].as_str());
        reader.key(row, "setl_id", id);
        reader.check(
            row,
            "finding",
            finding,
            finding.is_empty(),
            "写明违规情形",
            "what was found, not empty",
        );
        let multiple = reader.decimal(row, "multiple", text);
        let off = multiple < Decimal::ZERO || multiple > MULTIPLE_MAX.into();
        let zh = "在 0 到 100 之间：0 为不计点，2 为扣 2 倍基准点数";
        let en = "between 0 and 100: 0 for no points, 2 to take twice the base points away";
        reader.check(row, "multiple", text, off, zh, en);
        rows.lines.push(row.line);
        rows.values.push(PenaltyRow {
            setl_id: id.to_owned(),
            finding: finding.to_owned(),
            multiple,
        });
    }
    reader.done(rows)
}
