//! Reads what a region file says of budgets: the tree above the pools, changes during the year,
//! bounds of the point value.

use crate::keys;
use crate::read::{Reader, Section, contradiction_help, other_label};
use crate::{Diagnostic, codes};
use dianzhi_core::{Budget, BudgetChange, Decimal, Grown, PointValueBounds, Text};
use jiff::civil::Date;
use toml::de::DeValue;

/// First and last day of the insurance year, where both can be read.
pub(crate) type Year = Option<(Date, Date)>;

/// `[[budget]]`
pub(crate) fn budgets(reader: &mut Reader<'_>, root: &Section<'_>, year: Year) -> Vec<Budget> {
    let sections = reader.sections(root, "budget", keys::BUDGET).unwrap_or_default();
    let node = |(i, section): (usize, &Section<'_>)| {
        // An amount that cannot be read is still one: the need for it is met.
        let stands_in = |name| section.get(name).map(|_| Decimal::ONE);
        Budget {
            id: reader.text(section, "id").unwrap_or_default(),
            of: reader.text(section, "of"),
            insutype: reader.texts(section, "insutype").unwrap_or_default(),
            amount: reader.decimal(section, "amount").or(stands_in("amount")),
            grown: grown(reader, section, &format!("budget[{i}]")),
            share: reader.decimal(section, "share").or(stands_in("share")),
            changes: changes(reader, section, &format!("budget[{i}]"), year),
        }
    };
    sections.iter().enumerate().map(node).collect()
}

/// The keys of pools: below `[[budget]]` a share may stand in place of a budget, people insured or a
/// base year anywhere.
pub(crate) fn pool_keys(root: &Section<'_>) -> &'static [keys::Key] {
    let in_place = |name: &str| matches!(name, "insured" | "base_year_budget" | "growth");
    let is_computed = |pool: &DeValue<'_>| match pool {
        DeValue::Table(pool) => pool.iter().any(|(name, _)| in_place(name.get_ref())),
        _ => false,
    };
    let computed = root.get("pool").is_some_and(|(_, node, _)| match node.get_ref() {
        DeValue::Array(pools) => pools.iter().any(|pool| is_computed(pool.get_ref())),
        _ => false,
    });
    match root.get("budget") {
        Some((_, node, _)) if matches!(node.get_ref(), DeValue::Array(_)) => keys::POOL_BELOW,
        _ if computed => keys::POOL_ANY,
        _ => keys::POOL,
    }
}

/// What a pool has: its budget, or a share of the node above.
pub(crate) fn share(reader: &mut Reader<'_>, pool: &Section<'_>, path: &str) -> Option<Decimal> {
    let stands_in = pool.get("share").map(|_| Decimal::ONE);
    let (budget, share) = (format!("{path}.budget"), format!("{path}.share"));
    let insured = format!("{path}.insured");
    match (pool.get("budget").is_some(), stands_in.is_some()) {
        (true, false) if pool.get("insured").is_some() => {
            let text = Text::new(
                "budget 和 insured 只写一个：写了人数的资金池，预算由人数得出",
                "write a budget or the people insured, not both: with insured the budget follows from them",
            );
            let diagnostic = Diagnostic::error(codes::P109.id, text, contradiction_help())
                .at(reader.place_near(&insured))
                .also(reader.place_near(&budget), other_label());
            reader.refuse(&insured, diagnostic);
        }
        (false, false) if pool.get("insured").is_some() || has_grown(pool) => {}
        (true, false) if has_grown(pool) => {
            let text = Text::new(
                "budget 和 base_year_budget 只写一个：写了基期预算的资金池，预算由它和增幅得出",
                "write a budget or a base_year_budget, not both: with a base year the budget follows from it and its growth",
            );
            let base = format!("{path}.base_year_budget");
            let diagnostic = Diagnostic::error(codes::P109.id, text, contradiction_help())
                .at(reader.place_near(&base))
                .also(reader.place_near(&budget), other_label());
            reader.refuse(&base, diagnostic);
        }
        (true, true) => {
            let text = Text::new(
                "budget 和 share 只写一个：写了比例的资金池，预算由上级得出",
                "write a budget or a share, not both: with a share the budget follows from the node above",
            );
            let diagnostic = Diagnostic::error(codes::P109.id, text, contradiction_help())
                .at(reader.place_near(&share))
                .also(reader.place_near(&budget), other_label());
            reader.refuse(&share, diagnostic);
        }
        (false, false) if !reader.is_broken(&budget) => {
            let text = Text::new(
                "[[pool]] 缺少 budget 或 share",
                "a budget or a share is missing in [[pool]]",
            );
            let help = Text::new(
                "照政策文件补上，例如：\nbudget = \"812345678.00\"",
                "add it as the policy document has it, for example:\nbudget = \"812345678.00\"",
            );
            let diagnostic = Diagnostic::error(codes::P103.id, text, help).at(reader.place_near(path));
            reader.refuse(&budget, diagnostic);
        }
        _ => {}
    }
    reader.decimal(pool, "share").or(stands_in)
}

fn has_grown(section: &Section<'_>) -> bool {
    section.get("base_year_budget").is_some() || section.get("growth").is_some()
}

/// `base_year_budget` and `growth` of a node or a pool, of which neither says anything alone.
pub(crate) fn grown(reader: &mut Reader<'_>, section: &Section<'_>, path: &str) -> Option<Grown> {
    for (here, other, example) in [
        ("base_year_budget", "growth", "growth = \"0.065\""),
        ("growth", "base_year_budget", "base_year_budget = \"762765000.00\""),
    ] {
        if section.get(here).is_some() && section.get(other).is_none() {
            let text = Text::new(
                format!("有 {here} 而没有 {other}：预算 = 基期预算 × (1 + 增幅)"),
                format!("there is {here} but no {other}: the budget is base_year_budget × (1 + growth)"),
            );
            let help = Text::new(
                format!("照政策文件补上，例如：\n{example}"),
                format!("add it as the policy document has it, for example:\n{example}"),
            );
            let key = format!("{path}.{here}");
            let diagnostic = Diagnostic::error(codes::P103.id, text, help).at(reader.place_near(&key));
            reader.refuse(&key, diagnostic);
        }
    }
    // A value that cannot be read is still one: the need for a budget is met.
    has_grown(section).then(|| Grown {
        base_year_budget: reader.decimal(section, "base_year_budget").unwrap_or(Decimal::ONE),
        growth: reader.decimal(section, "growth").unwrap_or_default(),
    })
}

/// `changes` of a node or a pool: what was added, when and why.
pub(crate) fn changes(reader: &mut Reader<'_>, section: &Section<'_>, path: &str, year: Year) -> Vec<BudgetChange> {
    let rows = reader.sections(section, "changes", keys::CHANGE).unwrap_or_default();
    let change = |(i, row): (usize, &Section<'_>)| {
        let on = reader.date(row, "on");
        let key = format!("{path}.changes[{i}].on");
        if let (Some(on), Some((start, end))) = (on, year)
            && !(start..=end).contains(&on)
        {
            outside(reader, &key, on, start, end);
        }
        BudgetChange {
            on: on.map_or_else(String::new, |on| on.to_string()),
            add: reader.decimal(row, "add").unwrap_or(Decimal::ONE),
            // A reason that cannot be read is still one.
            reason: reader.text(row, "reason").unwrap_or_else(|| "?".to_owned()),
        }
    };
    rows.iter().enumerate().map(change).collect()
}

fn outside(reader: &mut Reader<'_>, key: &str, on: Date, start: Date, end: Date) {
    let text = Text::new(
        format!("{key} 为 {on}，不在保险年度 {start} 至 {end} 之内"),
        format!("{key} is {on}, outside of the insurance year {start} to {end}"),
    );
    let label = Text::new("保险年度", "the insurance year");
    let help = Text::new(
        "写保险年度内的日期；上一年度的调整写进年初预算",
        "write a day of the insurance year; what was changed before it is part of the budget that the year began with",
    );
    let diagnostic = Diagnostic::error(codes::P106.id, text, help)
        .at(reader.place_near(key))
        .also(reader.place_near("region.year_start"), label);
    reader.refuse(key, diagnostic);
}

/// `point_value` of a `[[pool]]`.
pub(crate) fn point_value(reader: &mut Reader<'_>, pool: &Section<'_>) -> Option<PointValueBounds> {
    pool.get("point_value")?;
    let section = reader.section(pool, "point_value", keys::POINT_VALUE);
    // A bound that cannot be read is still a bound: the need for one is met.
    let mut bound = |name| {
        let stands_in = section.get(name).map(|_| Decimal::ONE);
        reader.decimal(&section, name).or(stands_in)
    };
    Some(PointValueBounds {
        floor: bound("floor"),
        ceiling: bound("ceiling"),
    })
}
