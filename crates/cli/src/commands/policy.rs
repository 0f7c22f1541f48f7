//! `dianzhi policy`: a region file shown, looked over, and its schema.

use super::{path, word};
use crate::console::Console;
use crate::figures::counted;
use crate::lang::{pick, text};
use crate::summary::RegionYear;
use crate::table::{Side, Table};
use clap::ArgMatches;
use dianzhi::engine::{Lang, Text};
use dianzhi::policy::{Diagnostic, Diagnostics, Listed, parse_date};
use dianzhi::{Failure, Region};
use serde::Serialize;

/// Runs the subcommand that was asked for.
pub(crate) fn run(matches: &ArgMatches, console: &Console) -> u8 {
    match matches.subcommand() {
        Some(("show", matches)) => show(matches, console),
        Some(("lint", matches)) => lint(matches, console),
        Some(("schema", _)) => {
            console.json(&dianzhi::policy::schema());
            0
        }
        _ => 2,
    }
}

/// There is no "today" here: what a file says must not depend on when it is asked. Without a day,
/// `--effective` tells the whole year, each value with its days.
fn show(matches: &ArgMatches, console: &Console) -> u8 {
    let json = matches.get_flag("json");
    let day = word(matches, "on").and_then(parse_date);
    let in_force = day.is_some() || matches.get_flag("effective");
    let shown = Region::load(path(matches, "region")).and_then(|region| {
        let values = if in_force {
            region.values_in_force(day).map_err(Diagnostics::from)?
        } else {
            region.values()
        };
        Ok((region, values))
    });
    let (region, values) = match shown {
        Ok(shown) => shown,
        Err(mistakes) => return console.failure(&Failure::from(mistakes), json),
    };
    let shown = Shown {
        region: RegionYear::of(&region),
        policy_from: region.policy_from.map(|day| day.to_string()),
        policy_to: region.policy_to.map(|day| day.to_string()),
        effective: in_force,
        on: day.map(|day| day.to_string()),
        values: values.iter().map(Value::of).collect(),
    };
    if json {
        console.json(&shown);
    } else {
        console.data(&shown.render(console.lang));
    }
    0
}

fn lint(matches: &ArgMatches, console: &Console) -> u8 {
    let json = matches.get_flag("json");
    let region = match Region::load(path(matches, "region")) {
        Ok(region) => region,
        Err(mistakes) => return console.failure(&Failure::from(mistakes), json),
    };
    let remarks = region.remarks();
    if json {
        console.json(&remarks);
    } else {
        console.data(&render(&remarks, console.lang));
    }
    u8::from(!remarks.is_empty())
}

fn render(remarks: &[Diagnostic], lang: Lang) -> String {
    let mut out = String::new();
    for remark in remarks {
        out += &remark.render(lang);
        out += "\n\n";
    }
    let count = remarks.len() as u64;
    let counted = counted(count, "remark", "remarks");
    out + &pick(lang, format!("{count} 处提示\n"), format!("{counted}\n"))
}

/// What `policy show` prints.
#[derive(Serialize)]
struct Shown<'a> {
    region: RegionYear,
    policy_from: Option<String>,
    policy_to: Option<String>,
    /// Only what counts in the year, or on the day.
    effective: bool,
    on: Option<String>,
    values: Vec<Value<'a>>,
}

#[derive(Serialize)]
struct Value<'a> {
    key: &'a str,
    /// As written, quotes included.
    value: &'a str,
    /// First and last day, of a dated value.
    from: Option<String>,
    to: Option<String>,
    line: u64,
    column: u64,
    /// The comment beside or above it.
    source: Option<&'a str>,
    meaning: &'a Text,
}

impl<'a> Value<'a> {
    fn of(listed: &'a Listed) -> Value<'a> {
        Value {
            key: &listed.key,
            value: &listed.source.value,
            from: listed.from.map(|day| day.to_string()),
            to: listed.to.map(|day| day.to_string()),
            line: listed.source.line,
            column: listed.source.column,
            source: listed.source.note.as_deref(),
            meaning: &listed.meaning,
        }
    }

    fn days(&self, lang: Lang) -> String {
        match (&self.from, &self.to) {
            (Some(from), Some(to)) => pick(lang, format!("{from} 至 {to}"), format!("{from} to {to}")),
            (Some(from), None) => pick(lang, format!("{from} 起"), format!("from {from}")),
            _ => String::new(),
        }
    }
}

impl Shown<'_> {
    fn render(&self, lang: Lang) -> String {
        let mut out = self.region.render(lang);
        let window = match (&self.policy_from, &self.policy_to) {
            (Some(from), Some(to)) => Some(text(format!("{from} 至 {to}"), format!("{from} to {to}"))),
            (Some(from), None) => Some(text(format!("{from} 起"), format!("from {from}"))),
            (None, Some(to)) => Some(text(format!("至 {to}"), format!("until {to}"))),
            (None, None) => None,
        };
        if let Some(window) = window {
            let window = window.get(lang);
            out += &pick(
                lang,
                format!("政策文件施行期：{window}\n"),
                format!("policy document in force: {window}\n"),
            );
        }
        out += &match (&self.on, self.effective) {
            (Some(day), _) => pick(
                lang,
                format!("{day} 适用的值\n"),
                format!("values that count on {day}\n"),
            ),
            (None, true) => pick(lang, "年度内适用的值\n", "values that count in the year\n").to_owned(),
            (None, false) => String::new(),
        };
        out.push('\n');
        let headings = match lang {
            Lang::Zh => ["键", "值", "适用日期", "行", "出处"],
            Lang::En => ["key", "value", "days", "line", "source"],
        };
        let sides = [Side::Left, Side::Left, Side::Left, Side::Right, Side::Left];
        let mut table = Table::new(headings.into_iter().zip(sides));
        for value in &self.values {
            table.row([
                value.key.to_owned(),
                one_line(value.value),
                value.days(lang),
                value.line.to_string(),
                value.source.unwrap_or_default().to_owned(),
            ]);
        }
        out + &table.without_zeros().render(0)
    }
}

/// A list over several lines, on one.
fn one_line(value: &str) -> String {
    if value.contains('\n') {
        value.split_whitespace().collect::<Vec<_>>().join(" ")
    } else {
        value.to_owned()
    }
}
