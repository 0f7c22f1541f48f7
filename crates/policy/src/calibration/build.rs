//! Puts a calibration together from its sections.

use super::CalibrationYear;
use super::keys;
use super::words::{
    CMI_YEARS, COEFFICIENT_BY, COMBINE, FUNDS, MEASURES, Method, SD, TRIM_BY, TRIM_METHODS, Trim, UNSTABLE,
    WEIGHT_METHODS, WITHOUT_CASES,
};
use crate::keys::Key;
use crate::read::{Reader, Section, contradiction_help, other_label};
use crate::words::{GROUP_KINDS, MODES};
use crate::{Diagnostic, codes};
use dianzhi_calibrate::{
    CmiPlan, CmiStep, CmiYears, CoefficientBy, CoefficientPlan, Combine, Forecast, Measure, Plan, Sd, Stability,
    TrimBy, TrimMethod, Trimming, Unstable, WeightMethod, Weights, WithoutCases,
};
use dianzhi_core::{Decimal, RoundingMode, Text};

/// What a calibration file says.
pub(super) struct Built {
    pub(super) title: String,
    pub(super) pools_apart: bool,
    pub(super) years: Vec<CalibrationYear>,
    pub(super) adjustments: Option<String>,
    pub(super) plan: Plan,
}

fn keys_of(section: &str) -> &'static [Key] {
    let known = keys::ROOT.iter().find(|key| key.name == section);
    known.and_then(Key::keys).unwrap_or_default()
}

/// What the file says; `None` only where something was noted in the reader. A value that cannot be read
/// is filled in with one that contradicts nothing.
pub(super) fn read(reader: &mut Reader<'_>, root: &Section<'_>) -> Option<Built> {
    let section = reader.section(root, "calibration", keys_of("calibration"));
    let title = reader.text(&section, "title");
    let pools_apart = reader.word(&section, "funds", FUNDS).unwrap_or(false);
    let sections = reader.sections(root, "year", keys_of("year")).unwrap_or_default();
    let mut years = Vec::new();
    let mut weights_of_years = Vec::new();
    for section in &sections {
        let region = reader.text(section, "region").unwrap_or_default();
        years.push(CalibrationYear { region });
        weights_of_years.push(reader.integer(section, "weight").unwrap_or(1));
    }
    year_twice(reader, &years);
    let section = reader.section(root, "trimming", keys_of("trimming"));
    let combine = reader.word(&section, "combine", COMBINE).unwrap_or(Combine::Means);
    let trimming = trimming(reader, &section);
    let stability = stability(reader, root);
    let weights = weights(reader, root);
    let has_adjustments = root.get("adjustments").is_some();
    let (mut file, mut rescale) = (None, false);
    if has_adjustments {
        let section = reader.section(root, "adjustments", keys_of("adjustments"));
        file = reader.text(&section, "file");
        rescale = reader.boolean(&section, "rescale").unwrap_or(false);
    }
    let plan = Plan {
        // Without a section, that it is missing is already told.
        years: if root.get("year").is_some() {
            weights_of_years
        } else {
            vec![1]
        },
        combine,
        trimming,
        stability,
        weights,
        rescale,
        coefficients: coefficients(reader, root),
        per_diem: root.get("per_diem").is_some().then(|| {
            let section = reader.section(root, "per_diem", keys_of("per_diem"));
            reader.integer(&section, "decimals").unwrap_or(2)
        }),
        forecasts: forecasts(reader, root),
    };
    reader.breaches(plan.breaches());
    Some(Built {
        title: title?,
        pools_apart,
        years,
        adjustments: file,
        plan,
    })
}

/// A region file that stands for two years would count its cases twice.
fn year_twice(reader: &mut Reader<'_>, years: &[CalibrationYear]) {
    for (at, year) in years.iter().enumerate() {
        let Some(before) = years[..at].iter().position(|before| before.region == year.region) else {
            continue;
        };
        if year.region.is_empty() {
            continue;
        }
        let here = format!("year[{at}].region");
        let region = &year.region;
        let text = Text::new(
            format!("{region} 写了两次，其病例会计两次"),
            format!("{region} stands twice; its cases would count twice"),
        );
        let help = Text::new("每个年度写一次", "name each year once");
        let mistake = Diagnostic::error(codes::P109.id, text, help)
            .at(reader.place_near(&here))
            .also(reader.place_near(&format!("year[{before}].region")), other_label());
        reader.refuse(&here, mistake);
    }
}

pub(crate) fn trimming(reader: &mut Reader<'_>, section: &Section<'_>) -> Trimming {
    let method = reader.word(section, "method", TRIM_METHODS);
    let needs: &[&str] = match method {
        Some(Trim::Iqr | Trim::LogSd) => &["times"],
        Some(Trim::Percentiles | Trim::Multiples) => &["low", "high"],
        Some(Trim::None) | None => &[],
    };
    if method.is_some() {
        let all = ["times", "low", "high"];
        only_with(reader, section, ("trimming", "method"), &all, needs);
    }
    let mut value = |name: &str, stands_in: Decimal| match reader.decimal(section, name) {
        Some(value) => value,
        None => {
            reader.break_quietly(&format!("trimming.{name}"));
            stands_in
        }
    };
    let method = match method {
        Some(Trim::Iqr) => TrimMethod::Iqr(value("times", Decimal::ONE)),
        Some(Trim::LogSd) => TrimMethod::LogSd(value("times", Decimal::ONE)),
        Some(Trim::Percentiles) => TrimMethod::Percentiles(value("low", Decimal::ZERO), value("high", Decimal::ONE)),
        Some(Trim::Multiples) => TrimMethod::Multiples(value("low", Decimal::ZERO), value("high", Decimal::ONE)),
        Some(Trim::None) | None => TrimMethod::None,
    };
    Trimming {
        method,
        by: reader.word(section, "by", TRIM_BY).unwrap_or(TrimBy::Group),
        cases_min: reader.integer(section, "cases_min").unwrap_or(1),
    }
}

/// Of these keys, those that the method needs stand there, and no other.
fn only_with(
    reader: &mut Reader<'_>,
    section: &Section<'_>,
    (path, method): (&str, &str),
    all: &[&str],
    needs: &[&str],
) {
    for name in all {
        let is_there = section.get(name).is_some();
        if is_there == needs.contains(name) {
            continue;
        }
        let (key, by) = (format!("{path}.{name}"), format!("{path}.{method}"));
        let text = match is_there {
            true => Text::new(format!("{by} 不用 {key}"), format!("{key} has no part in this {by}")),
            false => Text::new(format!("{by} 需要 {key}"), format!("this {by} needs {key}")),
        };
        let help = match is_there {
            true => contradiction_help(),
            false => {
                let key = keys_of(path).iter().find(|key| key.name == *name);
                let example = key.map_or("", |key| key.example);
                Text::new(format!("例如：{example}"), format!("for example: {example}"))
            }
        };
        let at = reader.place_near(if is_there { &key } else { &by });
        let mut mistake = Diagnostic::error(codes::P109.id, text, help).at(at);
        if is_there {
            mistake = mistake.also(reader.place_near(&by), other_label());
        }
        reader.refuse(&key, mistake);
    }
}

pub(crate) fn stability(reader: &mut Reader<'_>, root: &Section<'_>) -> Stability {
    let section = reader.section(root, "stability", keys_of("stability"));
    Stability {
        cv_max: reader.decimal(&section, "cv_max").unwrap_or(Decimal::ONE),
        cv_inclusive: reader.boolean(&section, "cv_inclusive").unwrap_or(true),
        cases_min: reader.integer(&section, "cases_min").unwrap_or(1).into(),
        sd: reader.word(&section, "sd", SD).unwrap_or(Sd::Population),
    }
}

fn weights(reader: &mut Reader<'_>, root: &Section<'_>) -> Weights {
    let section = reader.section(root, "weights", keys_of("weights"));
    let method = reader.word(&section, "method", WEIGHT_METHODS);
    let needs: &[&str] = match method {
        Some(Method::Reference) => &["reference"],
        Some(Method::Quota) => &["quota"],
        Some(Method::Cost) | None => &[],
    };
    if method.is_some() {
        only_with(reader, &section, ("weights", "method"), &["reference", "quota"], needs);
    }
    let method = match method {
        Some(Method::Reference) => WeightMethod::Reference(reader.text(&section, "reference").unwrap_or_default()),
        Some(Method::Quota) => WeightMethod::Quota(reader.decimal(&section, "quota").unwrap_or(Decimal::ONE)),
        Some(Method::Cost) | None => WeightMethod::Cost,
    };
    Weights {
        method,
        scale: reader.decimal(&section, "scale").unwrap_or(Decimal::ONE),
        decimals: reader.integer(&section, "decimals").unwrap_or_default(),
        mode: reader.word(&section, "mode", MODES).unwrap_or(RoundingMode::HalfUp),
        unstable: reader.word(&section, "unstable", UNSTABLE).unwrap_or(Unstable::Weight),
        without_cases: reader
            .word(&section, "without_cases", WITHOUT_CASES)
            .unwrap_or(WithoutCases::Present),
    }
}

fn coefficients(reader: &mut Reader<'_>, root: &Section<'_>) -> Option<CoefficientPlan> {
    root.get("coefficients")?;
    let section = reader.section(root, "coefficients", keys_of("coefficients"));
    let by = reader.word(&section, "by", COEFFICIENT_BY);
    if let Some(by) = by {
        let needs: &[&str] = if by.has_groups() { &[] } else { &["measure"] };
        only_with(reader, &section, ("coefficients", "by"), &["measure"], needs);
    }
    let kinds = reader.list(&section, "not_for").unwrap_or_default();
    let not_for = kinds
        .into_iter()
        .filter_map(|(key, node)| reader.word_of(&key, node, "not_for = [\"basic\"]", GROUP_KINDS));
    let not_for = not_for.collect();
    Some(CoefficientPlan {
        by: by.unwrap_or(CoefficientBy::Hospital),
        measure: reader.word(&section, "measure", MEASURES).unwrap_or(Measure::CaseMix),
        low: reader.decimal(&section, "low").unwrap_or(Decimal::ONE),
        high: reader.decimal(&section, "high").unwrap_or(Decimal::MAX),
        // What cannot be read makes no second mistake.
        decimals: reader.integer(&section, "decimals").unwrap_or(dianzhi_core::PLACES_MAX),
        mode: reader.word(&section, "mode", MODES).unwrap_or(RoundingMode::HalfUp),
        cases_min: reader.integer(&section, "cases_min").unwrap_or(1).into(),
        not_for,
        cmi: cmi(reader, &section),
    })
}

fn cmi(reader: &mut Reader<'_>, coefficients: &Section<'_>) -> Option<CmiPlan> {
    coefficients.get("cmi")?;
    let section = reader.section(coefficients, "cmi", keys::CMI);
    let steps = reader.sections(&section, "steps", keys::CMI_STEP);
    // What cannot be read makes no second mistake.
    if steps.is_none() {
        reader.break_quietly("coefficients.cmi.steps");
    }
    let step = |(at, section): (usize, &Section<'_>)| CmiStep {
        from: reader.decimal(section, "from").unwrap_or_else(|| {
            reader.break_quietly(&format!("coefficients.cmi.steps[{}].from", at + 1));
            Decimal::ZERO
        }),
        bonus: reader.decimal(section, "bonus").unwrap_or_default(),
    };
    let steps = steps.unwrap_or_default().iter().enumerate().map(step).collect();
    Some(CmiPlan {
        years: reader.word(&section, "years", CMI_YEARS).unwrap_or(CmiYears::All),
        kind: reader.text(&section, "kind").unwrap_or_else(|| "CMI".to_owned()),
        steps,
    })
}

fn forecasts(reader: &mut Reader<'_>, root: &Section<'_>) -> Vec<Forecast> {
    let sections = reader
        .sections(root, "forecast", keys_of("forecast"))
        .unwrap_or_default();
    let mut all: Vec<Forecast> = Vec::new();
    for (at, section) in sections.iter().enumerate() {
        let growth = reader.decimal(section, "growth").unwrap_or_default();
        let forecast = Forecast {
            pool: reader.text(section, "pool").unwrap_or_default(),
            budget: reader.decimal(section, "budget").unwrap_or_default(),
            reserve: reader.decimal(section, "reserve").unwrap_or_default(),
            ratio: reader.decimal(section, "ratio").unwrap_or(Decimal::ONE),
            growth: [
                reader.decimal(section, "growth_low").unwrap_or(growth),
                growth,
                reader.decimal(section, "growth_high").unwrap_or(growth),
            ],
            decimals: reader.integer(section, "decimals").unwrap_or_default(),
        };
        if let Some(before) = all.iter().position(|other| other.pool == forecast.pool)
            && !forecast.pool.is_empty()
        {
            let (here, pool) = (format!("forecast[{at}].pool"), &forecast.pool);
            let text = Text::new(
                format!("资金池 {pool} 已有一节 [[forecast]]"),
                format!("there is a [[forecast]] of pool {pool} already"),
            );
            let mistake = Diagnostic::error(codes::P109.id, text, contradiction_help())
                .at(reader.place_near(&here))
                .also(reader.place_near(&format!("forecast[{before}].pool")), other_label());
            reader.refuse(&here, mistake);
        }
        all.push(forecast);
    }
    all
}
