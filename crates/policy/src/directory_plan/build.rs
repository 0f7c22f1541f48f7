//! Puts a plan together from its sections.

use super::{DirectoryYear, keys};
use crate::build::columns;
use crate::calibration::build::{stability, trimming};
use crate::calibration::keys::TRIMMING;
use crate::calibration::words::COMBINE;
use crate::read::{Reader, Section, other_label};
use crate::words::MODES;
use crate::{Diagnostic, codes};
use dianzhi_calibrate::dip::{CoreRule, DirectoryRules, Triggers};
use dianzhi_calibrate::{Combine, Plan, TrimBy, TrimMethod, Trimming, Unstable, WeightMethod, Weights, WithoutCases};
use dianzhi_core::{Decimal, RoundingMode, Text};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// What a plan says.
pub(super) struct Built {
    pub(super) title: String,
    pub(super) draft: String,
    pub(super) names: Vec<String>,
    pub(super) years: Vec<DirectoryYear>,
    pub(super) columns: BTreeMap<String, String>,
    pub(super) rules: DirectoryRules,
    pub(super) plan: Plan,
}

/// What the file says; `None` only where something was noted in the reader. A value that cannot be read
/// is filled in with one that contradicts nothing.
pub(super) fn read(reader: &mut Reader<'_>, root: &Section<'_>) -> Option<Built> {
    let section = reader.section(root, "directory", keys::DIRECTORY);
    let (title, draft) = (reader.text(&section, "title"), reader.text(&section, "draft"));
    let names = reader.texts(&section, "names").unwrap_or_default();
    let sections = reader.sections(root, "year", keys::YEAR).unwrap_or_default();
    let mut years = Vec::new();
    let mut weights_of_years = Vec::new();
    for (at, section) in sections.iter().enumerate() {
        let claims = claims(reader, section, at);
        let days = days(reader, section, at);
        years.push(DirectoryYear { claims, days });
        weights_of_years.push(reader.integer(section, "weight").unwrap_or(1));
    }
    claims_twice(reader, &years);
    one_behind_the_other(reader, &years);
    let core = core(reader, root);
    let (trimming, combine) = match root.get("trimming") {
        Some(_) => {
            let section = reader.section(root, "trimming", TRIMMING);
            let combine = reader.word(&section, "combine", COMBINE).unwrap_or(Combine::Means);
            (trimming(reader, &section), combine)
        }
        None => (everything(), Combine::Means),
    };
    let plan = Plan {
        // Without a section, that it is missing is already told.
        years: if root.get("year").is_some() {
            weights_of_years
        } else {
            vec![1]
        },
        combine,
        trimming,
        stability: stability(reader, root),
        weights: weights(reader, root),
        rescale: false,
        coefficients: None,
        per_diem: None,
        forecasts: Vec::new(),
    };
    let rules = DirectoryRules {
        core,
        triggers: triggers(reader, root),
    };
    reader.breaches(plan.breaches());
    reader.breaches(rules.breaches());
    Some(Built {
        title: title?,
        draft: draft?,
        names,
        years,
        columns: columns(reader, root),
        rules,
        plan,
    })
}

/// All cases count.
fn everything() -> Trimming {
    Trimming {
        method: TrimMethod::None,
        by: TrimBy::Group,
        cases_min: 1,
    }
}

/// A year without a file would be one without a case.
fn claims(reader: &mut Reader<'_>, section: &Section<'_>, at: usize) -> Vec<String> {
    let claims = reader.texts(section, "claims");
    if claims.as_ref().is_some_and(Vec::is_empty) {
        let key = format!("year[{at}].claims");
        let text = Text::new(format!("{key} 是空列表"), format!("{key} is an empty list"));
        let help = Text::new(
            "至少写一个文件或通配；没有病例的年度不写",
            "name at least one file or pattern, and leave out a year without claims",
        );
        let mistake = Diagnostic::error(codes::P106.id, text, help).at(reader.place_near(&key));
        reader.refuse(&key, mistake);
    }
    claims.unwrap_or_default()
}

/// Both days of a year, or neither.
fn days(reader: &mut Reader<'_>, section: &Section<'_>, at: usize) -> Option<(Date, Date)> {
    let has = |name: &str| section.get(name).is_some();
    for (here, there) in [("year_start", "year_end"), ("year_end", "year_start")] {
        if has(here) && !has(there) {
            let key = format!("year[{at}].{here}");
            let text = Text::new(
                format!("有 {key} 而没有 {there}"),
                format!("there is {key} but no {there}"),
            );
            let help = Text::new("两个都写，或都不写", "write both, or neither");
            let mistake = Diagnostic::error(codes::P109.id, text, help).at(reader.place_near(&key));
            reader.refuse(&key, mistake);
        }
    }
    let (start, end) = (reader.date(section, "year_start"), reader.date(section, "year_end"));
    let (start, end) = start.zip(end)?;
    if start > end {
        let [from, to] = ["year_start", "year_end"].map(|name| format!("year[{at}].{name}"));
        let text = Text::new(
            format!("{to}（{end}）早于 {from}（{start}）"),
            format!("{to}, {end}, is before {from}, {start}"),
        );
        let help = Text::new("核对这两个日期", "look at the two days");
        let mistake = Diagnostic::error(codes::P108.id, text, help)
            .at(reader.place_near(&to))
            .also(reader.place_near(&from), Text::new("首日", "the first day"));
        reader.refuse(&to, mistake);
        return None;
    }
    Some((start, end))
}

/// Years that say their days rise and share none.
fn one_behind_the_other(reader: &mut Reader<'_>, years: &[DirectoryYear]) {
    let dated: Vec<_> = years
        .iter()
        .enumerate()
        .filter_map(|(at, year)| Some((at, year.days?)))
        .collect();
    for pair in dated.windows(2) {
        let [(before, (_, end)), (at, (start, _))] = [pair[0], pair[1]];
        if start > end {
            continue;
        }
        let here = format!("year[{at}].year_start");
        let text = Text::new(
            format!("{here} 为 {start}，前面的年度到 {end} 才结束"),
            format!("{here} is {start}, a year before it ends on {end}"),
        );
        let help = Text::new(
            "从早到晚写各年度，互不重叠",
            "name the years from the oldest to the latest, without overlap",
        );
        let mistake = Diagnostic::error(codes::P109.id, text, help)
            .at(reader.place_near(&here))
            .also(reader.place_near(&format!("year[{before}].year_end")), other_label());
        reader.refuse(&here, mistake);
    }
}

/// Claims that stand in two years would count twice. What patterns of two years match alike shows only when they
/// are looked up.
fn claims_twice(reader: &mut Reader<'_>, years: &[DirectoryYear]) {
    for (at, year) in years.iter().enumerate() {
        let same = |before: &DirectoryYear| before.claims.iter().any(|name| year.claims.contains(name));
        let Some(before) = years[..at].iter().position(same) else {
            continue;
        };
        let here = format!("year[{at}].claims");
        let text = Text::new(
            format!("{here} 与前面的年度有相同的文件，其病例会计两次"),
            format!("{here} names files of a year before; their cases would count twice"),
        );
        let help = Text::new("每个文件只写在一个年度", "name each file in one year only");
        let mistake = Diagnostic::error(codes::P109.id, text, help)
            .at(reader.place_near(&here))
            .also(reader.place_near(&format!("year[{before}].claims")), other_label());
        reader.refuse(&here, mistake);
    }
}

fn core(reader: &mut Reader<'_>, root: &Section<'_>) -> CoreRule {
    let section = reader.section(root, "core", keys::CORE);
    let cases_min = reader.integer(&section, "cases_min").unwrap_or(1).into();
    match section.get("coverage") {
        None => CoreRule::Cases(cases_min),
        Some(_) => CoreRule::Coverage {
            share: reader.decimal(&section, "coverage").unwrap_or(Decimal::ONE),
            cases_min,
        },
    }
}

fn weights(reader: &mut Reader<'_>, root: &Section<'_>) -> Weights {
    let section = reader.section(root, "weights", keys::WEIGHTS);
    Weights {
        method: WeightMethod::Cost,
        scale: reader.decimal(&section, "scale").unwrap_or(Decimal::ONE),
        decimals: reader.integer(&section, "decimals").unwrap_or_default(),
        mode: reader.word(&section, "mode", MODES).unwrap_or(RoundingMode::HalfUp),
        unstable: Unstable::Weight,
        without_cases: WithoutCases::LeaveOut,
    }
}

fn triggers(reader: &mut Reader<'_>, root: &Section<'_>) -> Option<Triggers> {
    root.get("auxiliary")?;
    let section = reader.section(root, "auxiliary", keys::AUXILIARY);
    Some(Triggers {
        type_cases_min: reader.integer(&section, "type_cases_min").unwrap_or(1).into(),
        cases_min: reader.integer(&section, "cases_min").unwrap_or(1).into(),
        cv_min: reader.decimal(&section, "cv_min").unwrap_or_default(),
        cv_fall: reader.decimal(&section, "cv_fall").unwrap_or_default(),
        decimals: reader.integer(&section, "decimals").unwrap_or(1),
        mode: reader.word(&section, "mode", MODES).unwrap_or(RoundingMode::HalfUp),
    })
}
