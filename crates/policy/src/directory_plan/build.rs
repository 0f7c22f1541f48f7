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
use std::collections::BTreeMap;

/// What a plan says.
pub(super) struct Built {
    pub(super) title: String,
    pub(super) draft: String,
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
    let sections = reader.sections(root, "year", keys::YEAR).unwrap_or_default();
    let mut years = Vec::new();
    let mut weights_of_years = Vec::new();
    for section in &sections {
        let claims = reader.texts(section, "claims").unwrap_or_default();
        years.push(DirectoryYear { claims });
        weights_of_years.push(reader.integer(section, "weight").unwrap_or(1));
    }
    claims_twice(reader, &years);
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
