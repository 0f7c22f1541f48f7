//! The reference tables: groups, hospitals, prepayments (docs/SETTLEMENT.md §3).

use super::table::{Row, Table};
use crate::codes::{Code, T106, T107, T108};
use crate::error::{error, place};
use dianzhi_core::{
    BUDGET_FEN_MAX, Capitation, Decimal, Enrolment, FenSum, Group, GroupKind, Hospital, HospitalId, PayIn, Policy,
    PoolId, Price, Text, parse_decimal,
};
use dianzhi_policy::{Diagnostic, names_help};
use std::collections::HashMap;
use std::collections::hash_map::Entry;

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
    let stability = table.header.column("stability");
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
            stability: stability.map_or_else(String::new, |column| row.cells[column].clone()),
        });
    }
    reader.done(groups)
}

pub(crate) fn hospitals(table: &Table, policy: &Policy) -> Result<Lined<Hospital>, Vec<Diagnostic>> {
    let names = ["fixmedins_code", "name", "level", "coefficient", "assessment_score"];
    let columns = table.header.require(names, &table.file)?;
    let alliance = table.header.column("alliance");
    let credit = match policy.has_credit() {
        true => Some(table.header.require(["credit_score"], &table.file)?[0]),
        false => table.header.column("credit_score"),
    };
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
        // A column that no assessment looks at may be empty.
        let credit = credit.map(|column| row.cells[column].as_str());
        let credit = credit.filter(|text| policy.has_credit() || !text.is_empty());
        let credit_score = credit.map(|text| {
            let score = reader.decimal(row, "credit_score", text);
            let off = score < Decimal::ZERO || score > Decimal::ONE_HUNDRED;
            reader.check(row, "credit_score", text, off, "在 0 到 100 之间", "between 0 and 100");
            score
        });
        hospitals.lines.push(row.line);
        hospitals.values.push(Hospital {
            code: code.to_owned(),
            name: name.to_owned(),
            level: level.to_owned(),
            coefficient,
            assessment_score,
            credit_score,
            alliance: alliance.map_or_else(String::new, |column| row.cells[column].clone()),
        });
    }
    reader.done(hospitals)
}

pub(crate) fn prices(table: &Table, policy: &Policy) -> Result<Lined<Price>, Vec<Diagnostic>> {
    let columns = table.header.require(["method", "code", "price"], &table.file)?;
    let level = table.header.column("level");
    let fund_share = table.header.column("fund_share");
    let mut reader = Reader::new(table);
    let mut prices = Lined::default();
    reader.once = Text::new(
        "一个病种在一个级别只有一个价格，全年不变（价格不能按日期写）：保留一行",
        "a disease has one price at a level for the whole year, prices cannot be dated: keep one row",
    );
    for row in &table.rows {
        let [method, code, price] = columns.map(|c| row.cells[c].as_str());
        let optional = |column: Option<usize>| column.map_or("", |column| row.cells[column].as_str());
        let (level, share) = (optional(level), optional(fund_share));
        reader.keys(row, "method, code, level", &[method, code, level]);
        reader.check(row, "code", code, code.is_empty(), "不为空", "not empty");
        let pay_in = reader.disease_method(row, method, policy);
        let found = reader.decimal(row, "price", price);
        reader.price(row, price, found, pay_in, policy.rounding.points);
        let fund_share = (!share.is_empty()).then(|| reader.decimal(row, "fund_share", share));
        if let Some(found) = fund_share {
            let off = found < Decimal::ZERO || found > Decimal::ONE;
            let zh = "在 0 到 1 之间（比例写成小数，85% 写作 0.85）";
            let en = "between 0 and 1 (a share is a decimal: 85 % is 0.85)";
            reader.check(row, "fund_share", share, off, zh, en);
            let by_points = !off && pay_in == Some(PayIn::Points);
            let zh = "留空：以点数付费的病种由 [fund_share] 定基金支付";
            let en = "empty: what is paid in points goes by [fund_share]";
            reader.check(row, "fund_share", share, by_points, zh, en);
        }
        prices.lines.push(row.line);
        prices.values.push(Price {
            method: method.to_owned(),
            code: code.to_owned(),
            level: (!level.is_empty()).then(|| level.to_owned()),
            price: found,
            fund_share,
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

/// People paid for by head.
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
        // 1 and 1.0 are the same people.
        let same_risk = match parse_decimal(if risk.is_empty() { "1" } else { risk }) {
            Ok(factor) => factor.normalize().to_string(),
            Err(_) => risk.to_owned(),
        };
        let key = [pool, code, class, band, &same_risk];
        reader.keys(row, "pool, fixmedins_code, class, age_band, risk_factor", &key);
        let pool = reader.known(row, "pool", pool, policy.pools.iter().position(|p| p.id == pool));
        let hospital = reader.known(row, "fixmedins_code", code, hospital_index.get(code).copied());
        if let Some(rules) = reader.class(row, class, policy) {
            reader.age_band(row, band, rules);
        }
        let people = reader.decimal(row, "heads", heads);
        reader.check(row, "heads", heads, people < Decimal::ZERO, "不小于 0", "0 or more");
        let factor = match risk {
            "" => Decimal::ONE,
            risk => reader.decimal(row, "risk_factor", risk),
        };
        reader.check(row, "risk_factor", risk, factor <= Decimal::ZERO, "大于 0", "above 0");
        rows.lines.push(row.line);
        rows.values.push(Enrolment {
            pool: PoolId(u16::try_from(pool).unwrap_or(u16::MAX)),
            hospital: HospitalId(u32::try_from(hospital).unwrap_or(u32::MAX)),
            class: class.to_owned(),
            age_band: band.to_owned(),
            heads: people,
            risk_factor: factor,
        });
    }
    reader.done(rows)
}

pub(super) fn by_code(hospitals: &[Hospital]) -> HashMap<&str, usize> {
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

pub(super) fn fen(yuan: Decimal) -> Option<i128> {
    let yuan = yuan.normalize();
    let missing = 2u32.checked_sub(yuan.scale())?;
    yuan.mantissa().checked_mul(10i128.pow(missing))
}

/// So many lines are named of rows that have one mistake.
const LINES_SHOWN: usize = 8;

/// Reads values and collects what is wrong with them.
pub(super) struct Reader<'a> {
    table: &'a Table,
    keys: HashMap<Vec<String>, u64>,
    /// What to do about a key that stands twice.
    pub(super) once: Text,
    mistakes: Vec<Diagnostic>,
    /// The mistakes met, by code and text: where each stands, and the lines of the other rows that
    /// have it.
    met: HashMap<(&'static str, String), (usize, Vec<u64>)>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(table: &'a Table) -> Reader<'a> {
        Reader {
            table,
            keys: HashMap::new(),
            once: Text::new("每个代码只保留一行", "keep one row of each code"),
            mistakes: Vec::new(),
            met: HashMap::new(),
        }
    }

    pub(super) fn done<T>(mut self, values: T) -> Result<T, Vec<Diagnostic>> {
        if self.mistakes.is_empty() {
            return Ok(values);
        }
        for (at, lines) in self.met.into_values().filter(|(_, lines)| !lines.is_empty()) {
            let text = &mut self.mistakes[at].text;
            let count = lines.len();
            let shown: Vec<String> = lines.iter().take(LINES_SHOWN).map(u64::to_string).collect();
            let more = if count > LINES_SHOWN { " …" } else { "" };
            let rows = if count == 1 { "row, line" } else { "rows, lines" };
            *text = Text::new(
                format!("{}（同样的还有 {count} 行：第 {}{more} 行）", text.zh, shown.join("、")),
                format!("{} (and {count} more {rows} {}{more})", text.en, shown.join(", ")),
            );
        }
        Err(self.mistakes)
    }

    /// Notes a mistake; what is wrong alike in several rows is told at the first.
    pub(super) fn note(&mut self, row: &Row, code: Code, text: Text, help: Text) {
        match self.met.entry((code.id, text.en.clone())) {
            Entry::Occupied(mut met) => met.get_mut().1.push(row.line),
            Entry::Vacant(new) => {
                new.insert((self.mistakes.len(), Vec::new()));
                let mistake = error(code, text, help);
                self.mistakes.push(mistake.at(place(&self.table.file, row.line)));
            }
        }
    }

    pub(super) fn wrong(&mut self, row: &Row, field: &str, found: &str, zh: &str, en: &str) {
        let text = Text::new(
            format!("{field} 为“{found}”，应{zh}"),
            format!("{field} is \"{found}\"; it must be {en}"),
        );
        self.note(row, T106, text, Text::new("改正该值", "correct the value"));
    }

    pub(super) fn check(&mut self, row: &Row, field: &str, found: &str, off: bool, zh: &str, en: &str) {
        if off {
            self.wrong(row, field, found, zh, en);
        }
    }

    /// A decimal; one that no check refuses stands in for a mistake already noted.
    pub(super) fn decimal(&mut self, row: &Row, field: &str, text: &str) -> Decimal {
        parse_decimal(text).unwrap_or_else(|e| {
            let why = e.text();
            let message = Text::new(
                format!("{field} 为“{text}”：{}", why.zh),
                format!("{field} is \"{text}\": {}", why.en),
            );
            self.note(row, T106, message, Text::new("改正该值", "correct the value"));
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

    pub(super) fn key(&mut self, row: &Row, field: &str, key: &str) {
        self.keys(row, field, &[key]);
    }

    pub(super) fn keys(&mut self, row: &Row, field: &str, parts: &[&str]) {
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
            let help = self.once.clone();
            let label = Text::new("首次出现于此", "first here");
            self.mistakes.push(
                error(T107, text, help)
                    .at(place(file, row.line))
                    .also(place(file, first), label),
            );
        }
    }

    pub(super) fn known(&mut self, row: &Row, field: &str, code: &str, found: Option<usize>) -> usize {
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
            self.note(row, T108, text, Text::new(help_zh, help_en));
            0
        })
    }

    /// What the method of a price is paid in, if there is one.
    fn disease_method(&mut self, row: &Row, id: &str, policy: &Policy) -> Option<PayIn> {
        let methods = &policy.methods.by_disease;
        let found = methods.iter().find(|method| method.id == id);
        if found.is_none() {
            let text = Text::new(
                format!("method 为“{id}”：没有 id 为此的 [[by_disease]]"),
                format!("method is \"{id}\": there is no [[by_disease]] with that id"),
            );
            let help = names_help(id, methods.iter().map(|method| method.id.as_str()));
            self.note(row, T108, text, help);
        }
        found.map(|method| method.pay_in)
    }

    /// A price, in money or points; without a known method, only above 0.
    fn price(&mut self, row: &Row, text: &str, price: Decimal, pay_in: Option<PayIn>, points: u32) {
        let (places, zh, en) = match pay_in {
            Some(PayIn::Points) => (points, "（点数）", " (points)"),
            _ => (2, "（元）", " (yuan)"),
        };
        let off = price <= Decimal::ZERO || (pay_in.is_some() && price.normalize().scale() > places);
        let zh = format!("大于 0，至多 {places} 位小数{zh}");
        let en = format!("above 0, with at most {places} decimals{en}");
        self.check(row, "price", text, off, &zh, &en);
    }

    fn class<'p>(&mut self, row: &Row, id: &str, policy: &'p Policy) -> Option<&'p Capitation> {
        let classes = &policy.methods.capitation;
        let found = classes.iter().find(|class| class.id == id);
        if found.is_none() {
            let text = Text::new(
                format!("class 为“{id}”：没有 id 为此的 [[capitation]]"),
                format!("class is \"{id}\": there is no [[capitation]] with that id"),
            );
            let help = names_help(id, classes.iter().map(|class| class.id.as_str()));
            self.note(row, T108, text, help);
        }
        found
    }

    fn age_band(&mut self, row: &Row, band: &str, class: &Capitation) {
        if class.age_factor(band).is_some() {
            return;
        }
        let id = &class.id;
        if class.age_factors.is_empty() {
            let zh = format!("留空：{id} 没有 age_factors");
            self.wrong(row, "age_band", band, &zh, &format!("empty: {id} has no age_factors"));
            return;
        }
        let text = Text::new(
            format!("age_band 为“{band}”：{id} 的 age_factors 中没有这一段"),
            format!("age_band is \"{band}\": the age_factors of {id} have no such band"),
        );
        let help = names_help(band, class.age_factors.iter().map(|age| age.band.as_str()));
        self.note(row, T108, text, help);
    }
}
