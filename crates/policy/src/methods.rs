//! Reads `[[route]]` and the methods that routes name.

use crate::keys;
use crate::read::{Node, Reader, Section, other_label};
use crate::words::{AT_MOST, CHARGES, COMPARE_WITH_GROUP, DISEASE_CODES, PAY_IN};
use crate::{Diagnostic, Diagnostics, Document, Files, codes, fields};
use dianzhi_core::{
    AgeFactor, Apart, ByCost, ByDisease, ByGroup, ByItem, Capitation, Charge, CompareWith, Condition, DayRate, Decimal,
    GroupAs, HIFP_PAY, LongStay, Methods, Pattern, PayIn, PerDiem, Route, Test, Text,
};
use toml::de::{DeTable, DeValue};

/// Facts of a claim that are no columns of it: of its hospital and of its group.
pub(crate) const DERIVED: [&str; 4] = ["level", "alliance", "kind", "stability"];

pub(crate) fn methods(reader: &mut Reader<'_>, root: &Section<'_>, files: Option<&Files>) -> Methods {
    if root.get("by_disease").is_some() && files.is_some_and(|files| files.prices.is_none()) {
        without_table(reader, "by_disease", "prices", ["病种价格表", "table of prices"]);
    }
    if root.get("capitation").is_some() && files.is_some_and(|files| files.enrolment.is_none()) {
        without_table(reader, "capitation", "enrolment", ["人数表", "enrolment table"]);
    }
    let mut each = |name, known| reader.sections(root, name, known).unwrap_or_default();
    let by_group = each("by_group", keys::BY_GROUP);
    let per_diem = each("per_diem", keys::PER_DIEM);
    let by_disease = each("by_disease", keys::BY_DISEASE);
    let by_item = each("by_item", keys::BY_ITEM);
    let capitation = each("capitation", keys::CAPITATION);
    Methods {
        by_group: by_group.iter().map(|section| self::by_group(reader, section)).collect(),
        per_diem: per_diem.iter().map(|section| self::per_diem(reader, section)).collect(),
        by_disease: by_disease
            .iter()
            .map(|section| self::by_disease(reader, section))
            .collect(),
        by_item: by_item.iter().map(|section| self::by_item(reader, section)).collect(),
        capitation: capitation
            .iter()
            .map(|section| self::capitation(reader, section))
            .collect(),
    }
}

/// Without its table no route to a method would ever fit.
fn without_table(reader: &mut Reader<'_>, section: &str, file: &str, [zh, en]: [&str; 2]) {
    let text = Text::new(
        format!("有 [[{section}]] 而没有 files.{file}"),
        format!("there is a [[{section}]] but no files.{file}"),
    );
    let help = Text::new(
        format!("在 [files] 写明{zh}，或删去 [[{section}]]"),
        format!("name the {en} under [files], or leave [[{section}]] out"),
    );
    let mistake = Diagnostic::error(codes::P109.id, text, help)
        .at(reader.place_near(section))
        .also(reader.place_near("files"), other_label());
    reader.refuse(section, mistake);
}

fn by_group(reader: &mut Reader<'_>, section: &Section<'_>) -> ByGroup {
    let pairs = reader
        .sections(section, "groups_as", keys::GROUP_AS)
        .unwrap_or_default();
    let pairs = pairs.iter().map(|pair| GroupAs {
        group: reader.text(pair, "group").unwrap_or_default(),
        paid_as: reader.text(pair, "paid_as").unwrap_or_default(),
    });
    let groups_as = pairs.collect();
    let long_stay = section.get("long_stay").is_some().then(|| {
        let stay = reader.section(section, "long_stay", keys::LONG_STAY);
        LongStay {
            after_day: reader.integer(&stay, "after_day").unwrap_or(1),
            per_diem: reader.text(&stay, "per_diem").unwrap_or_default(),
        }
    });
    let compare_with = reader.word(section, "compare_with", COMPARE_WITH_GROUP);
    let by_cost = section.get("by_cost").is_some().then(|| {
        let by_cost = reader.section(section, "by_cost", keys::BY_COST);
        ByCost {
            coefficient: reader.boolean(&by_cost, "coefficient").unwrap_or_default(),
            at_most: reader.word(&by_cost, "at_most", AT_MOST),
        }
    });
    ByGroup {
        id: reader.text(section, "id").unwrap_or_default(),
        factor: reader.decimal(section, "factor").unwrap_or(Decimal::ONE),
        compare_with: compare_with.unwrap_or(CompareWith::Type),
        groups_as,
        long_stay,
        by_cost,
    }
}

fn per_diem(reader: &mut Reader<'_>, section: &Section<'_>) -> PerDiem {
    let rates = reader.sections(section, "rates", keys::DAY_RATE).unwrap_or_default();
    let rates = rates.iter().map(|rate| DayRate {
        level: reader.text(rate, "level"),
        from_day: reader.integer(rate, "from_day").unwrap_or(1),
        rate: reader.decimal(rate, "rate").unwrap_or_default(),
    });
    let rates = rates.collect();
    PerDiem {
        id: reader.text(section, "id").unwrap_or_default(),
        pay_in: reader.word(section, "pay_in", PAY_IN).unwrap_or(PayIn::Points),
        rates,
        days_min: reader.integer(section, "days_min"),
        days_max: reader.integer(section, "days_max"),
        coefficient: reader.boolean(section, "coefficient").unwrap_or_default(),
        fund_share: reader.decimal(section, "fund_share"),
    }
}

fn by_disease(reader: &mut Reader<'_>, section: &Section<'_>) -> ByDisease {
    let code = reader.word(section, "code", DISEASE_CODES).unwrap_or("group_code");
    ByDisease {
        id: reader.text(section, "id").unwrap_or_default(),
        pay_in: reader.word(section, "pay_in", PAY_IN).unwrap_or(PayIn::Money),
        code: code.to_owned(),
        charge: reader.word(section, "charge", CHARGES).unwrap_or(Charge::Bill),
        exit_below: reader.decimal(section, "exit_below"),
        exit_above: reader.decimal(section, "exit_above"),
        exit_to: reader.text(section, "exit_to"),
    }
}

fn by_item(reader: &mut Reader<'_>, section: &Section<'_>) -> ByItem {
    let mut deductions = Vec::new();
    for (key, node) in reader.list(section, "deductions").unwrap_or_default() {
        let Some(field) = reader.text_of(&key, node, "deductions = [\"hosp_part_amt\"]") else {
            continue;
        };
        if fields::is_amount(&field) {
            deductions.push(field);
        } else {
            no_such_amount(reader, &key, &field);
        }
    }
    ByItem {
        id: reader.text(section, "id").unwrap_or_default(),
        pay_in: reader.word(section, "pay_in", PAY_IN).unwrap_or(PayIn::Money),
        deductions,
        share: reader.decimal(section, "share").unwrap_or(Decimal::ONE),
        fund_share: reader.decimal(section, "fund_share"),
    }
}

fn capitation(reader: &mut Reader<'_>, section: &Section<'_>) -> Capitation {
    let ages = reader.sections(section, "age_factors", keys::AGE_FACTOR);
    let ages = ages.unwrap_or_default();
    let ages = ages.iter().map(|age| AgeFactor {
        band: reader.text(age, "band").unwrap_or_default(),
        factor: reader.decimal(age, "factor").unwrap_or(Decimal::ONE),
    });
    let age_factors = ages.collect();
    Capitation {
        id: reader.text(section, "id").unwrap_or_default(),
        per_head: reader.decimal(section, "per_head").unwrap_or_default(),
        age_factors,
        first_payment: reader.decimal(section, "first_payment").unwrap_or(Decimal::ONE),
    }
}

pub(crate) fn routes(reader: &mut Reader<'_>, root: &Section<'_>) -> Vec<Route> {
    let sections = reader.sections(root, "route", keys::ROUTE).unwrap_or_default();
    let routes = sections.iter().map(|section| Route {
        id: reader.text(section, "id").unwrap_or_default(),
        pools: reader.texts(section, "pools").unwrap_or_default(),
        method: reader.text(section, "method").unwrap_or_default(),
        when: conditions(reader, section),
        apart: reader.texts(section, "apart").unwrap_or_default(),
    });
    routes.collect()
}

/// `funds` of a pool.
pub(crate) fn funds(reader: &mut Reader<'_>, section: &Section<'_>) -> Vec<String> {
    let Some(columns) = reader.list(section, "funds") else {
        return vec![HIFP_PAY.to_owned()];
    };
    let mut funds = Vec::new();
    for (key, node) in columns {
        let Some(field) = reader.text_of(&key, node, "funds = [\"hifp_pay\", \"hifmi_pay\"]") else {
            continue;
        };
        if !fields::is_fund(&field) {
            no_such(
                reader,
                &key,
                &field,
                fields::is_fund,
                ["不是一种基金的支付字段", "is no payment of one fund"],
            );
        }
        funds.push(field);
    }
    funds
}

/// `[[apart]]`
pub(crate) fn apart(reader: &mut Reader<'_>, root: &Section<'_>) -> Vec<Apart> {
    let sections = reader.sections(root, "apart", keys::APART).unwrap_or_default();
    let mut all = Vec::with_capacity(sections.len());
    for section in &sections {
        let column = reader.text(section, "column").unwrap_or_default();
        if let Some((key, ..)) = section.get("column").filter(|_| !column.is_empty())
            && !is_item(&column)
        {
            no_such(
                reader,
                &key,
                &column,
                is_item,
                ["不是病例中一个项目的金额字段", "is no amount of an item of claims"],
            );
        }
        all.push(Apart {
            id: reader.text(section, "id").unwrap_or_default(),
            column,
            share: reader.decimal(section, "share").unwrap_or_default(),
            pools: reader.texts(section, "pools").unwrap_or_default(),
        });
    }
    all
}

/// The conditions of a route, in the order of the file.
fn conditions(reader: &mut Reader<'_>, section: &Section<'_>) -> Vec<Condition> {
    let Some((path, node, _)) = section.get("when") else {
        return Vec::new();
    };
    let DeValue::Table(table) = node.get_ref() else {
        reader.section(section, "when", &[]);
        return Vec::new();
    };
    listed(reader, &path, table)
}

/// The conditions of a table that another file than a region's has, written as the `when` of a route is,
/// in the order of the file; `key` names it in messages.
///
/// # Errors
/// Every mistake of it, with its place.
pub fn conditions_of(document: &Document, key: &str, node: &Node<'_>) -> Result<Vec<Condition>, Diagnostics> {
    let mut reader = Reader::of_sections(document, &[]);
    let conditions = match node.get_ref() {
        DeValue::Table(table) => {
            reader.mark(key.to_owned(), node.span(), node);
            listed(&mut reader, key, table)
        }
        _ => {
            reader.table(key, node, "{ med_type = [\"21\"] }", &[]);
            Vec::new()
        }
    };
    reader.breaches(Condition::breaches(key, &conditions));
    match reader.found.is_empty() {
        true => Ok(conditions),
        false => Err(Diagnostics(reader.found)),
    }
}

fn listed(reader: &mut Reader<'_>, path: &str, table: &DeTable<'_>) -> Vec<Condition> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(name, _)| name.span().start);
    let mut conditions = Vec::new();
    for (name, node) in entries {
        let field = name.get_ref().as_ref();
        let key = format!("{path}.{field}");
        reader.mark(key.clone(), name.span(), node);
        if !DERIVED.contains(&field) && !fields::Table::Claims.has(field) {
            no_such_field(reader, &key, field);
            continue;
        }
        if matches!(node.get_ref(), DeValue::Table(_)) && !fields::is_number(field) {
            no_number(reader, &key, field);
            continue;
        }
        if let Some(test) = test(reader, &key, node) {
            conditions.push(Condition {
                field: field.to_owned(),
                test,
            });
        }
    }
    conditions
}

fn test(reader: &mut Reader<'_>, key: &str, node: &Node<'_>) -> Option<Test> {
    if let DeValue::Table(table) = node.get_ref() {
        let range = reader.table(key, node, "{ from = \"15\", to = \"60\" }", keys::RANGE);
        let [from, to] = ["from", "to"].map(|name| reader.decimal(&range, name));
        if from.is_none() && to.is_none() && !table.is_empty() {
            // What stands there was told; that no end is left is no mistake of its own.
            reader.break_quietly(key);
        }
        return Some(Test::Between { from, to });
    }
    let DeValue::Array(elements) = node.get_ref() else {
        let text = Text::new(
            format!("{key} 应为 [ ] 括起的列表，或 {{ from, to }} 范围"),
            format!("{key} must be a list in [ ], or a range {{ from, to }}"),
        );
        let help = Text::new(
            "例如：med_type = [\"21\", \"28\"]，dscg_caty = [\"A15*\"]，act_ipt_days = { from = \"15\" }",
            "for example: med_type = [\"21\", \"28\"], dscg_caty = [\"A15*\"], act_ipt_days = { from = \"15\" }",
        );
        let mistake = Diagnostic::error(codes::P104.id, text, help).at(reader.place(&node.span()));
        reader.refuse(key, mistake);
        return None;
    };
    let mut patterns = Vec::new();
    for (i, element) in elements.iter().enumerate() {
        let key = format!("{key}[{i}]");
        reader.mark_element(&key, element);
        // An empty text is a field left empty.
        let DeValue::String(text) = element.get_ref() else {
            reader.text_of(&key, element, "med_type = [\"21\", \"28\"]");
            continue;
        };
        patterns.push(Pattern::new(text));
    }
    if patterns.is_empty() && !elements.is_empty() {
        reader.break_quietly(key);
    }
    Some(Test::AnyOf(patterns))
}

/// A range asks for a number.
fn no_number(reader: &mut Reader<'_>, key: &str, field: &str) {
    let text = Text::new(
        format!("{key}：{field} 不是数，不能用 from/to 范围"),
        format!("{key}: {field} is no number and cannot have a range of from and to"),
    );
    let help = Text::new(
        format!("写成列表，如 {field} = [\"A15\", \"A16*\"]；日期也写成列表，如 [\"2026-07*\"]"),
        format!("write a list, as {field} = [\"A15\", \"A16*\"]; of dates too, as [\"2026-07*\"]"),
    );
    let mistake = Diagnostic::error(codes::P104.id, text, help).at(reader.place_near(key));
    reader.refuse(key, mistake);
}

fn no_such_amount(reader: &mut Reader<'_>, key: &str, field: &str) {
    let why = ["不是病例的金额字段", "is no amount field of claims"];
    no_such(reader, key, field, fields::is_amount, why);
}

/// Whether a field can hold the cost of an item: neither the whole bill nor what a fund paid.
fn is_item(field: &str) -> bool {
    let whole = ["medfee_sumamt", "fund_pay_sumamt"];
    fields::is_amount(field) && !fields::is_fund(field) && !whole.contains(&field)
}

/// A field that is not of the kind asked for.
fn no_such(reader: &mut Reader<'_>, key: &str, field: &str, is_right: fn(&str) -> bool, [zh, en]: [&str; 2]) {
    let names = fields::all().iter().map(|field| field.name);
    let meant = keys::nearest(field, names.filter(|name| is_right(name)));
    let text = Text::new(format!("{key}：{field} {zh}"), format!("{key}: {field} {en}"));
    let help = match meant {
        Some(meant) => Text::new(format!("是否为 {meant}？"), format!("did you mean {meant}?")),
        None => Text::new(
            "用国家接口的金额字段名，如 hosp_part_amt；文件中另有名称的，在 [columns] 写 hosp_part_amt = \"审核扣款\"",
            "use the national name of an amount, as hosp_part_amt; where the files have another heading write hosp_part_amt = \"审核扣款\" under [columns]",
        ),
    };
    let mistake = Diagnostic::error(codes::P102.id, text, help).at(reader.place_near(key));
    reader.refuse(key, mistake);
}

fn no_such_field(reader: &mut Reader<'_>, key: &str, field: &str) {
    let known = fields::all()
        .iter()
        .map(|field| field.name)
        .filter(|name| fields::Table::Claims.has(name));
    let known = known.chain(DERIVED);
    let meant = keys::nearest(field, known);
    let text = Text::new(
        format!("{key}：没有 {field} 这个病例字段"),
        format!("{key}: claims have no field {field}"),
    );
    let help = match meant {
        Some(meant) => Text::new(format!("是否为 {meant}？"), format!("did you mean {meant}?")),
        None => Text::new(
            "用国家接口字段名，如 med_type、dscg_caty、act_ipt_days（docs/METHODS.md）",
            "use the national names, as med_type, dscg_caty, act_ipt_days (docs/METHODS.md)",
        ),
    };
    let mistake = Diagnostic::error(codes::P102.id, text, help).at(reader.place_near(key));
    reader.refuse(key, mistake);
}
