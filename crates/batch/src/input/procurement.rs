//! The table of procured drugs 集采药品 (docs/SETTLEMENT.md §5.16).

use super::table::{Row, Table};
use super::tables::{Lined, Reader, by_code, fen};
use dianzhi_core::{Decimal, Hospital, Policy, ProcuredDrug};
use dianzhi_policy::Diagnostic;
use std::collections::HashMap;

/// A drug of a batch at one hospital, paid by one pool's fund.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcurementRow {
    /// Position of the pool in the policy.
    pub pool: usize,
    /// Position of the hospital in its table.
    pub hospital: usize,
    /// The batch.
    pub batch: String,
    /// The drug.
    pub drug: String,
    /// The hospital's assessment score of this batch.
    pub score: Decimal,
    /// Its figures.
    pub figures: ProcuredDrug,
}

const COLUMNS: [&str; 12] = [
    "pool",
    "fixmedins_code",
    "batch",
    "drug",
    "agreed_volume",
    "used_volume",
    "price_before",
    "price_after",
    "not_selected",
    "fund_ratio",
    "insured_share",
    "procurement_score",
];

pub(super) fn procurement(
    table: &Table,
    policy: &Policy,
    hospitals: &[Hospital],
) -> Result<Lined<ProcurementRow>, Vec<Diagnostic>> {
    let columns = table.header.require(COLUMNS, &table.file)?;
    let mut reader = Reader::new(table);
    let hospital_index = by_code(hospitals);
    // The score of a hospital's batch, and the line that has it.
    let mut scores: HashMap<[&str; 2], (&str, u64)> = HashMap::new();
    let mut rows = Lined::default();
    for row in &table.rows {
        let cell = |at: usize| row.cells[columns[at]].as_str();
        let [pool, code, batch, drug] = [0, 1, 2, 3].map(cell);
        reader.keys(row, "pool, fixmedins_code, batch, drug", &[pool, code, batch, drug]);
        for (name, text) in [("batch", batch), ("drug", drug)] {
            reader.check(row, name, text, text.is_empty(), "不为空", "not empty");
        }
        let pool = reader.known(row, "pool", pool, policy.pools.iter().position(|p| p.id == pool));
        let hospital = reader.known(row, "fixmedins_code", code, hospital_index.get(code).copied());
        let [agreed_volume, used_volume] = [4, 5].map(|at| not_negative(&mut reader, row, COLUMNS[at], cell(at)));
        let [price_before, price_after] = [6, 7].map(|at| not_negative(&mut reader, row, COLUMNS[at], cell(at)));
        let not_selected = reader.decimal(row, COLUMNS[8], cell(8));
        let off = fen(not_selected).is_none_or(|fen| fen < 0);
        let (zh, en) = (
            "为元，不小于 0，至多 2 位小数",
            "yuan, 0 or more, with at most 2 decimals",
        );
        reader.check(row, COLUMNS[8], cell(8), off, zh, en);
        let [fund_ratio, insured_share] = [9, 10].map(|at| share(&mut reader, row, COLUMNS[at], cell(at)));
        let score = reader.decimal(row, COLUMNS[11], cell(11));
        let off = score < Decimal::ZERO || score > Decimal::ONE_HUNDRED;
        reader.check(row, COLUMNS[11], cell(11), off, "在 0 到 100 之间", "between 0 and 100");
        let (first, line) = *scores.entry([code, batch]).or_insert((cell(11), row.line));
        if first != cell(11) {
            let zh = format!("为 {first}，与第 {line} 行相同：一家机构在一个批次只有一个考核得分");
            let en = format!("{first} as in line {line}: a hospital has one score of a batch");
            reader.wrong(row, COLUMNS[11], cell(11), &zh, &en);
        }
        let figures = ProcuredDrug {
            row: rows.values.len(),
            agreed_volume,
            used_volume,
            price_before,
            price_after,
            not_selected,
            fund_ratio,
            insured_share,
        };
        rows.lines.push(row.line);
        rows.values.push(ProcurementRow {
            pool,
            hospital,
            batch: batch.to_owned(),
            drug: drug.to_owned(),
            score,
            figures,
        });
    }
    reader.done(rows)
}

fn not_negative(reader: &mut Reader<'_>, row: &Row, name: &str, text: &str) -> Decimal {
    let found = reader.decimal(row, name, text);
    reader.check(row, name, text, found < Decimal::ZERO, "不小于 0", "0 or more");
    found
}

fn share(reader: &mut Reader<'_>, row: &Row, name: &str, text: &str) -> Decimal {
    let found = reader.decimal(row, name, text);
    let off = found < Decimal::ZERO || found > Decimal::ONE;
    let zh = "在 0 到 1 之间（比例写成小数，85% 写作 0.85）";
    reader.check(
        row,
        name,
        text,
        off,
        zh,
        "between 0 and 1 (a share is a decimal: 85 % is 0.85)",
    );
    found
}
