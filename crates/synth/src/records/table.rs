//! The groups table of the region itself.

use crate::SynthError;
use crate::decimals::units;
use crate::groups::Group;
use crate::plan::Plan;
use crate::random::Random;
use dianzhi_core::{Decimal, GroupKind, Text, parse_decimal};
use dianzhi_policy::fields::Table;
use std::path::Path;

/// Largest mean cost in fen, 9,999,999,999.99 yuan: no claims file holds a larger amount.
pub(crate) const MEAN_COST_MAX: u64 = 999_999_999_999;

/// The groups of the table whose bytes are given; it stands relative to `folder`. How often each is seen is drawn.
pub(crate) fn groups(bytes: &[u8], plan: &Plan, folder: &Path, random: &mut Random) -> Result<Vec<Group>, SynthError> {
    let path = folder.join(&plan.groups_file);
    let file = path.display();
    let bad = |line: u64, zh: String, en: String| SynthError::Records {
        text: Text::new(
            format!("{file} 第 {line} 行：{zh}"),
            format!("{file}, line {line}: {en}"),
        ),
    };
    let text = std::str::from_utf8(bytes).map_err(|e| {
        let before = &bytes[..e.valid_up_to()];
        let line = 1 + before.iter().map(|byte| u64::from(*byte == b'\n')).sum::<u64>();
        bad(
            line,
            "不是 UTF-8；另存为 UTF-8 编码的 CSV".to_owned(),
            "no UTF-8; save it as CSV in UTF-8".to_owned(),
        )
    })?;
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let unread = |error: &csv::Error| {
        let line = error.position().map_or(1, csv::Position::line);
        match error.kind() {
            csv::ErrorKind::UnequalLengths { expected_len, len, .. } => bad(
                line,
                format!("有 {len} 列，表头有 {expected_len} 列；补齐该行，含逗号的值加双引号"),
                format!(
                    "{len} columns where the header has {expected_len}; mend the row, and quote values with commas"
                ),
            ),
            _ => bad(
                line,
                "不是 CSV 的一行；检查该行的引号和分隔符".to_owned(),
                "no row of CSV; check its quotes and separators".to_owned(),
            ),
        }
    };
    let header = reader.headers().map_err(|e| unread(&e))?.clone();
    let position = |name: &str| {
        let heading = plan.heading(name);
        header.iter().position(|found| match heading {
            Some(heading) => found == heading,
            None => Table::Groups.field(found).is_some_and(|field| field.name == name),
        })
    };
    let mut columns = [0; 5];
    for (column, name) in columns
        .iter_mut()
        .zip(["group_code", "name", "kind", "base_points", "mean_cost"])
    {
        *column = position(name).ok_or_else(|| {
            bad(
                1,
                format!("缺少列 {name}；补上该列，或在地区文件的 [columns] 写 {name} = \"表头名称\""),
                format!("column {name} is missing; add it, or write {name} = \"its heading\" below [columns] of the region file"),
            )
        })?;
    }
    let mut groups = Vec::new();
    for row in reader.records() {
        let row = row.map_err(|e| unread(&e))?;
        let line = row.position().map_or(1, csv::Position::line);
        let [code, name, kind, points, mean] = columns.map(|at| row.get(at).unwrap_or_default());
        let wrong = |field: &str, found: &str, zh: &str, en: &str| {
            bad(
                line,
                format!("病组 {code} 的 {field} 为“{found}”，应{zh}；改正该值"),
                format!("{field} of group {code} is \"{found}\" and must be {en}; correct the value"),
            )
        };
        let base_points = figure(points, plan.points_places)
            .and_then(|points| i64::try_from(points).ok())
            .ok_or_else(|| wrong("base_points", points, "为不小于 0 的小数", "a decimal of 0 or more"))?;
        let mean_cost = figure(mean, 2)
            .and_then(|fen| u64::try_from(fen).ok())
            .filter(|fen| (1..=MEAN_COST_MAX).contains(fen))
            .ok_or_else(|| {
                let (zh, en) = (
                    "大于 0 且不超过 9999999999.99 元",
                    "above 0 and at most 9999999999.99 yuan",
                );
                wrong("mean_cost", mean, zh, en)
            })?;
        let kind = match kind {
            "core" => GroupKind::Core,
            "basic" => GroupKind::Basic,
            "tcm" => GroupKind::Tcm,
            _ => {
                let zh = "为 core（普通病组）、basic（基层病种）或 tcm（中医优势病种）";
                return Err(wrong("kind", kind, zh, "core, basic (基层病种) or tcm (中医优势病种)"));
            }
        };
        groups.push(Group::known([code, name], kind, (mean_cost, base_points), plan, random));
    }
    Ok(groups)
}

/// A decimal of 0 or more in units of 10^-`places`.
fn figure(text: &str, places: u32) -> Option<i128> {
    parse_decimal(text)
        .ok()
        .filter(|value| *value >= Decimal::ZERO)
        .and_then(|value| units(value, places))
}
