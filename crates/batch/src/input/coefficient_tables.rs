//! The tables of hospital coefficients and of their bonuses, support among them (docs/SETTLEMENT.md §3.4).

use super::table::{Row, Table};
use super::tables::{Lined, Reader};
use crate::codes::T108;
use dianzhi_core::{Bonus, Coefficient, Decimal, Group, Hospital, Policy, Text};
use dianzhi_policy::{Diagnostic, names_help};
use std::collections::HashSet;

pub(crate) fn coefficients(
    table: &Table,
    hospitals: &[Hospital],
    groups: &[Group],
) -> Result<Lined<Coefficient>, Vec<Diagnostic>> {
    let names = ["fixmedins_code", "level", "group_code", "coefficient"];
    let columns = table.header.require(names, &table.file)?;
    let levels: HashSet<&str> = hospitals.iter().map(|hospital| hospital.level.as_str()).collect();
    let codes: HashSet<&str> = hospitals.iter().map(|hospital| hospital.code.as_str()).collect();
    let known_groups: HashSet<&str> = groups.iter().map(|group| group.code.as_str()).collect();
    let mut reader = Reader::new(table);
    reader.once = Text::new(
        "同一机构、等级、病组只保留一行",
        "keep one row of each hospital, level and group",
    );
    let mut rows = Lined::default();
    for row in &table.rows {
        let [hospital, level, group, text] = columns.map(|c| row.cells[c].as_str());
        reader.keys(row, "fixmedins_code, level, group_code", &[hospital, level, group]);
        known(&mut reader, row, ("fixmedins_code", "hospitals"), hospital, &codes);
        known(&mut reader, row, ("level", "hospitals"), level, &levels);
        known(&mut reader, row, ("group_code", "groups"), group, &known_groups);
        let both = !hospital.is_empty() && !level.is_empty();
        let (zh, en) = ("留空：已写 fixmedins_code", "empty, as fixmedins_code is given");
        reader.check(row, "level", level, both, zh, en);
        let coefficient = reader.decimal(row, "coefficient", text);
        reader.check(
            row,
            "coefficient",
            text,
            coefficient <= Decimal::ZERO,
            "大于 0",
            "above 0",
        );
        let named = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        rows.lines.push(row.line);
        rows.values.push(Coefficient {
            hospital: named(hospital),
            level: named(level),
            group: named(group),
            coefficient,
        });
    }
    reader.done(rows)
}

/// A row is a bonus of the hospital coefficient, or support where `[support]` names its kind.
pub(crate) fn bonuses(table: &Table, policy: &Policy, hospitals: &[Hospital]) -> Result<Lined<Bonus>, Vec<Diagnostic>> {
    let names = ["fixmedins_code", "bonus_kind", "bonus"];
    let columns = table.header.require(names, &table.file)?;
    let codes: HashSet<&str> = hospitals.iter().map(|hospital| hospital.code.as_str()).collect();
    let mut reader = Reader::new(table);
    reader.once = Text::new(
        "一家机构的一类加成只保留一行",
        "keep one row of each hospital and kind of bonus",
    );
    let of_k = policy
        .coefficients
        .as_ref()
        .is_some_and(|rules| rules.bonuses.is_some());
    let support = policy.support.as_ref().and_then(|support| support.bonuses.as_ref());
    let kinds = support.filter(|_| !of_k);
    let kinds: Option<HashSet<&str>> = kinds.map(|of| of.kinds.iter().map(String::as_str).collect());
    let mut rows = Lined::default();
    for row in &table.rows {
        let [hospital, kind, text] = columns.map(|c| row.cells[c].as_str());
        reader.keys(row, "fixmedins_code, bonus_kind", &[hospital, kind]);
        reader.check(
            row,
            "fixmedins_code",
            hospital,
            hospital.is_empty(),
            "不为空",
            "not empty",
        );
        reader.check(row, "bonus_kind", kind, kind.is_empty(), "不为空", "not empty");
        known(&mut reader, row, ("fixmedins_code", "hospitals"), hospital, &codes);
        if let Some(kinds) = &kinds {
            known(&mut reader, row, ("bonus_kind", "support.bonuses.kinds"), kind, kinds);
        }
        let bonus = reader.decimal(row, "bonus", text);
        let off = bonus <= Decimal::NEGATIVE_ONE;
        let zh = "大于 -1（加 5% 写作 0.05，减 2% 写作 -0.02）";
        let en = "above -1 (5 % more is 0.05, 2 % less is -0.02)";
        reader.check(row, "bonus", text, off, zh, en);
        rows.lines.push(row.line);
        rows.values.push(Bonus {
            hospital: hospital.to_owned(),
            kind: kind.to_owned(),
            bonus,
        });
    }
    reader.done(rows)
}

/// A name that another table has, or none.
fn known(reader: &mut Reader<'_>, row: &Row, (field, table): (&str, &str), found: &str, names: &HashSet<&str>) {
    if found.is_empty() || names.contains(found) {
        return;
    }
    let text = Text::new(
        format!("{field} 为“{found}”：{table} 中没有"),
        format!("{field} is \"{found}\": {table} does not have it"),
    );
    let mut sorted: Vec<&str> = names.iter().copied().collect();
    sorted.sort_unstable();
    let help = names_help(found, sorted);
    reader.note(row, T108, text, help);
}
