//! The reference tables: groups, hospitals, prepayments (docs/SETTLEMENT.md §3).

use super::table::{Row, Table};
use crate::codes::{T106, T107, T108};
use crate::error::{error, place};
use dianzhi_core::{
    BUDGET_FEN_MAX, Decimal, Enrolment, FenSum, Group, GroupKind, Hospital, HospitalId, Policy, PoolId, Price, Text,
    parse_decimal,
};
use dianzhi_policy::Diagnostic;
use std::collections::HashMap;

/// A table's values and the line of each.
#[derive(Clone, Debug)]
pub struct Lined<T> {
    /// The values, in the order of the file.
    pub values: Vec<T>,
    /// The line of each.
    pub lines: Vec<u64>,
}

impl<T> Default for Lined<T> {
    fn default() -> Self {
        Lined {
            values: Vec::new(),
            lines: Vec::new(),
        }
    }
}

/// One row of prepayments, by position of its pool and its hospital.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PrepaymentRow {
    /// Position of the pool in the policy.
    pub pool: usize,
    /// Position of the hospital in its table.
    pub hospital: usize,
    /// Paid during the year, 0 or more.
    pub prepaid: FenSum,
}

/// One row of institution caps, by position of its pool and its hospital.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CapRow {
    /// Position of the pool in the policy.
    pub pool: usize,
    /// Position of the hospital in its table.
    pub hospital: usize,
    /// The year's cap, 0 or more.
    pub cap: FenSum,
}

pub(crate) fn groups(table: &Table) -> Result<Lined<Group>, Vec<Diagnostic>> {
    let columns = table
        .header
        .require(["group_code", "name", "kind", "base_points", "mean_cost"], &table.file)?;
    let mut reader = Reader::new(table);
    let mut groups = Lined::default();
    for row in &table.rows {
        let [code, name, kind, base, mean] = columns.map(|c| row.cells[c].as_str());
        reader.key(row, "group_code", code);
        let kind = reader.kind(row, kind);
        let base_points = reader.decimal(row, "base_points", base);
        let mean_cost = reader.decimal(row, "mean_cost", mean);
        reader.check(
            row,
            "base_points",
            base,
            base_points < Decimal::ZERO,
            "不小于 0",
            "0 or more",
        );
        reader.check(row, "mean_cost", mean, mean_cost <= Decimal::ZERO, "大于 0", "above 0");
        groups.lines.push(row.line);
        groups.values.push(Group {
            code: code.to_owned(),
            name: name.to_owned(),
            kind,
            base_points,
            mean_cost,
        });
    }
    reader.done(groups)
}

pub(crate) fn hospitals(table: &Table) -> Result<Lined<Hospital>, Vec<Diagnostic>> {
    let names = ["fixmedins_code", "name", "level", "coefficient", "assessment_score"];
    let columns = table.header.require(names, &table.file)?;
    let alliance = table.header.column("alliance");
    let mut reader = Reader::new(table);
    let mut hospitals = Lined::default();
    for row in &table.rows {
        let [code, name, level, k, score] = columns.map(|c| row.cells[c].as_str());
        reader.key(row, "fixmedins_code", code);
        let coefficient = reader.decimal(row, "coefficient", k);
        let assessment_score = reader.decimal(row, "assessment_score", score);
        reader.check(row, "coefficient", k, coefficient <= Decimal::ZERO, "大于 0", "above 0");
        let off = assessment_score < Decimal::ZERO || assessment_score > Decimal::ONE_HUNDRED;
        reader.check(
            row,
            "assessment_score",
            score,
            off,
            "在 0 到 100 之间",
            "between 0 and 100",
        );
        hospitals.lines.push(row.line);
        hospitals.values.push(Hospital {
            code: code.to_owned(),
            name: name.to_owned(),
            level: level.to_owned(),
            coefficient,
            assessment_score,
            alliance: alliance.map_or_else(String::new, |column| row.cells[column].clone()),
        });
    }
    reader.done(hospitals)
}

pub(crate) fn prices(table: &Table) -> Result<Lined<Price>, Vec<Diagnostic>> {
    let columns = table.header.require(["method", "code", "price"], &table.file)?;
    let level = table.header.column("level");
    let fund_share = table.header.column("fund_share");
    let mut reader = Reader::new(table);
    let mut prices = Lined::default();
    for row in &table.rows {
        let [method, code, price] = columns.map(|c| row.cells[c].as_str());
        let optional = |column: Option<usize>| column.map_or("", |column| row.cells[column].as_str());
        let (level, share) = (optional(level), optional(fund_share));
        reader.keys(row, "method, code, level", &[method, code, level]);
        reader.check(row, "code", code, code.is_empty(), "不为空", "not empty");
        prices.lines.push(row.line);
        prices.values.push(Price {
            method: method.to_owned(),
            code: code.to_owned(),
            level: (!level.is_empty()).then(|| level.to_owned()),
            price: reader.decimal(row, "price", price),
            fund_share: (!share.is_empty()).then(|| reader.decimal(row, "fund_share", share)),
        });
    }
    reader.done(prices)
}

pub(crate) fn prepayments(
    table: &Table,
    policy: &Policy,
    hospitals: &[Hospital],
) -> Result<Lined<PrepaymentRow>, Vec<Diagnostic>> {
    amounts(table, "prepaid", policy, hospitals, |pool, hospital, prepaid| {
        PrepaymentRow {
            pool,
            hospital,
            prepaid,
        }
    })
}

pub(crate) fn caps(table: &Table, policy: &Policy, hospitals: &[Hospital]) -> Result<Lined<CapRow>, Vec<Diagnostic>> {
    amounts(table, "cap", policy, hospitals, |pool, hospital, cap| CapRow {
        pool,
        hospital,
        cap,
    })
}

/// People paid for by head; what the policy does not have is told when it is compiled.
pub(crate) fn enrolment(
    table: &Table,
    policy: &Policy,
    hospitals: &[Hospital],
) -> Result<Lined<Enrolment>, Vec<Diagnostic>> {
    let names = ["pool", "fixmedins_code", "class", "heads"];
    let columns = table.header.require(names, &table.file)?;
    let [age_band, risk_factor] = ["age_band", "risk_factor"].map(|name| table.header.column(name));
    let mut reader = Reader::new(table);
    let hospital_index = by_code(hospitals);
    let mut rows = Lined::default();
    for row in &table.rows {
        let [pool, code, class, heads] = columns.map(|c| row.cells[c].as_str());
        let optional = |column: Option<usize>| column.map_or("", |column| row.cells[column].as_str());
        let (band, risk) = (optional(age_band), optional(risk_factor));
        let key = [pool, code, class, band, risk];
        reader.keys(row, "pool, fixmedins_code, class, age_band, risk_factor", &key);
        let pool = reader.known(row, "pool", pool, policy.pools.iter().position(|p| p.id == pool));
        let hospital = reader.known(row, "fixmedins_code", code, hospital_index.get(code).copied());
        rows.lines.push(row.line);
        rows.values.push(Enrolment {
            pool: PoolId(u16::try_from(pool).unwrap_or(u16::MAX)),
            hospital: HospitalId(u32::try_from(hospital).unwrap_or(u32::MAX)),
            class: class.to_owned(),
            age_band: band.to_owned(),
            heads: reader.decimal(row, "heads", heads),
            risk_factor: match risk {
                "" => Decimal::ONE,
                risk => reader.decimal(row, "risk_factor", risk),
            },
        });
    }
    reader.done(rows)
}

fn by_code(hospitals: &[Hospital]) -> HashMap<&str, usize> {
    let codes = hospitals.iter().enumerate();
    codes.map(|(i, h)| (h.code.as_str(), i)).collect()
}

/// A table of one amount of money for a hospital of a pool.
fn amounts<T>(
    table: &Table,
    name: &'static str,
    policy: &Policy,
    hospitals: &[Hospital],
    value: impl Fn(usize, usize, FenSum) -> T,
) -> Result<Lined<T>, Vec<Diagnostic>> {
    let columns = table.header.require(["pool", "fixmedins_code", name], &table.file)?;
    let mut reader = Reader::new(table);
    let hospital_index = by_code(hospitals);
    let mut rows = Lined::default();
    for row in &table.rows {
        let [pool, code, text] = columns.map(|c| row.cells[c].as_str());
        reader.keys(row, "pool, fixmedins_code", &[pool, code]);
        let pool = reader.known(row, "pool", pool, policy.pools.iter().position(|p| p.id == pool));
        let hospital = reader.known(row, "fixmedins_code", code, hospital_index.get(code).copied());
        let fen = fen(reader.decimal(row, name, text));
        let off = fen.is_none_or(|fen| fen < 0 || fen > BUDGET_FEN_MAX.into());
        let zh = "不小于 0，至多 2 位小数，不超过 999999999999.99";
        reader.check(
            row,
            name,
            text,
            off,
            zh,
            "0 or more, with at most 2 decimals, up to 999999999999.99",
        );
        rows.lines.push(row.line);
        rows.values.push(value(pool, hospital, FenSum(fen.unwrap_or_default())));
    }
    reader.done(rows)
}

fn fen(yuan: Decimal) -> Option<i128> {
    let yuan = yuan.normalize();
    let missing = 2u32.checked_sub(yuan.scale())?;
    yuan.mantissa().checked_mul(10i128.pow(missing))
}

/// Reads values and collects what is wrong with them.
struct Reader<'a> {
    table: &'a Table,
    keys: HashMap<Vec<String>, u64>,
    mistakes: Vec<Diagnostic>,
}

impl<'a> Reader<'a> {
    fn new(table: &'a Table) -> Reader<'a> {
        Reader {
            table,
            keys: HashMap::new(),
            mistakes: Vec::new(),
        }
    }

    fn done<T>(self, values: T) -> Result<T, Vec<Diagnostic>> {
        if self.mistakes.is_empty() {
            Ok(values)
        } else {
            Err(self.mistakes)
        }
    }

    fn wrong(&mut self, row: &Row, field: &str, found: &str, zh: &str, en: &str) {
        let text = Text::new(
            format!("{field} 为“{found}”，应{zh}"),
            format!("{field} is \"{found}\"; it must be {en}"),
        );
        let help = Text::new("改正该值", "correct the value");
        self.mistakes
            .push(error(T106, text, help).at(place(&self.table.file, row.line)));
    }

    fn check(&mut self, row: &Row, field: &str, found: &str, off: bool, zh: &str, en: &str) {
        if off {
            self.wrong(row, field, found, zh, en);
        }
    }

    /// A decimal; one that no check refuses stands in for a mistake already noted.
    fn decimal(&mut self, row: &Row, field: &str, text: &str) -> Decimal {
        parse_decimal(text).unwrap_or_else(|e| {
            let why = e.text();
            let message = Text::new(
                format!("{field} 为“{text}”：{}", why.zh),
                format!("{field} is \"{text}\": {}", why.en),
            );
            let help = Text::new("改正该值", "correct the value");
            self.mistakes
                .push(error(T106, message, help).at(place(&self.table.file, row.line)));
            Decimal::ONE
        })
    }

    fn kind(&mut self, row: &Row, text: &str) -> GroupKind {
        match text {
            "core" => GroupKind::Core,
            "basic" => GroupKind::Basic,
            "tcm" => GroupKind::Tcm,
            _ => {
                let zh = "为 core（普通病组）、basic（基层病种）或 tcm（中医优势病种）";
                self.wrong(row, "kind", text, zh, "core, basic (基层病种) or tcm (中医优势病种)");
                GroupKind::Core
            }
        }
    }

    fn key(&mut self, row: &Row, field: &str, key: &str) {
        self.keys(row, field, &[key]);
    }

    fn keys(&mut self, row: &Row, field: &str, parts: &[&str]) {
        let key = &parts.join(", ");
        if parts.iter().all(|part| part.is_empty()) {
            self.wrong(row, field, key, "不为空", "not empty");
            return;
        }
        if let Some(first) = self
            .keys
            .insert(parts.iter().map(|&part| part.to_owned()).collect(), row.line)
        {
            let file = &self.table.file;
            let text = Text::new(format!("{field} {key} 重复"), format!("{field} {key} stands twice"));
            let help = Text::new("每个代码只保留一行", "keep one row of each code");
            let label = Text::new("首次出现于此", "first here");
            self.mistakes.push(
                error(T107, text, help)
                    .at(place(file, row.line))
                    .also(place(file, first), label),
            );
        }
    }

    fn known(&mut self, row: &Row, field: &str, code: &str, found: Option<usize>) -> usize {
        found.unwrap_or_else(|| {
            let (zh, en, help_zh, help_en) = if field == "pool" {
                (
                    "没有这个资金池",
                    "there is no such pool",
                    "写 [[pool]] 中的 id",
                    "write the id of a [[pool]]",
                )
            } else {
                (
                    "hospitals 中没有这家机构",
                    "hospitals does not have it",
                    "改正代码，或在 hospitals 中补上该机构",
                    "correct the code, or add the hospital to hospitals",
                )
            };
            let text = Text::new(
                format!("{field} 为“{code}”：{zh}"),
                format!("{field} is \"{code}\": {en}"),
            );
            let diagnostic = error(T108, text, Text::new(help_zh, help_en));
            self.mistakes.push(diagnostic.at(place(&self.table.file, row.line)));
            0
        })
    }
}
