//! Reads `[pool_clearing]`, `[clearing]`, `[[clearing_for]]` and `[monthly]`.

use crate::keys::{
    ASSESSMENT, ASSESSMENT_BY_STEPS, CLEARING, CLEARING_FOR, CLEARING_WITH_BANDS, MONTHLY, OVERSPEND, POOL_CLEARING,
    SCORE_STEP, SURPLUS_BAND,
};
use crate::read::{Reader, Section, contradiction_help, other_label};
use crate::words::{COMPARE, MONTHLY_OF, SCORE_BY, SHARING};
use crate::{Diagnostic, Files, codes};
use dianzhi_core::{
    Assessment, Clearing, ClearingFor, Compare, Decimal, Monthly, MonthlyOf, OverspendBand, Policy, PoolClearing,
    ScoreBy, ScoreStep, Surplus, SurplusBand, Text,
};
use toml::de::DeValue;

/// `[pool_clearing]`
pub(crate) fn pool_clearing(reader: &mut Reader<'_>, root: &Section<'_>) -> Option<PoolClearing> {
    root.get("pool_clearing")?;
    let section = reader.section(root, "pool_clearing", POOL_CLEARING);
    let mut share = |name| reader.decimal(&section, name).unwrap_or(Decimal::ONE);
    Some(PoolClearing {
        surplus_to_hospitals: share("surplus_to_hospitals"),
        overspend_to_hospitals: share("overspend_to_hospitals"),
        fund_bears_at_most: reader.decimal(&section, "fund_bears_at_most"),
    })
}

/// `[clearing]`
pub(crate) fn clearing(reader: &mut Reader<'_>, root: &Section<'_>) -> Clearing {
    let has_bands = root.get("clearing").is_some_and(|(_, node, _)| match node.get_ref() {
        DeValue::Table(table) => table.iter().any(|(name, _)| name.get_ref() == "surplus_bands"),
        _ => false,
    });
    let keys = if has_bands { CLEARING_WITH_BANDS } else { CLEARING };
    let section = reader.section(root, "clearing", keys);
    rules(reader, &section, "clearing")
}

/// `[[clearing_for]]`
pub(crate) fn clearing_for(reader: &mut Reader<'_>, root: &Section<'_>) -> Vec<ClearingFor> {
    let sections = reader.sections(root, "clearing_for", CLEARING_FOR).unwrap_or_default();
    let apart = |(i, section): (usize, &Section<'_>)| {
        let path = format!("clearing_for[{i}]");
        if section.get("surplus_bands").is_none() {
            for name in ["surplus_floor", "surplus_keep"] {
                if section.get(name).is_none() {
                    missing(reader, &path, name);
                }
            }
        }
        ClearingFor {
            pools: reader.texts(section, "pools").unwrap_or_default(),
            clearing: rules(reader, section, &path),
        }
    };
    sections.iter().enumerate().map(apart).collect()
}

/// `[monthly]`
pub(crate) fn monthly(reader: &mut Reader<'_>, root: &Section<'_>) -> Option<Monthly> {
    root.get("monthly")?;
    let section = reader.section(root, "monthly", MONTHLY);
    Some(Monthly {
        of: reader.word(&section, "of", MONTHLY_OF).unwrap_or(MonthlyOf::Due),
        share: reader.decimal(&section, "share").unwrap_or(Decimal::ONE),
    })
}

/// Caps are named where they are compared with, and nowhere else.
pub(crate) fn caps(reader: &mut Reader<'_>, files: &Files, policy: &Policy) {
    let sections = (0..policy.clearing_for.len()).map(|i| format!("clearing_for[{i}]"));
    let mut sections = std::iter::once("clearing".to_owned()).chain(sections);
    let apart = policy.clearing_for.iter().map(|apart| &apart.clearing);
    let mut rules = std::iter::once(&policy.clearing).chain(apart);
    let comparing = rules.position(|rules| rules.compare != Compare::Due);
    let (key, text, help) = match (comparing, &files.caps) {
        (Some(i), None) => {
            let key = format!("{}.compare", sections.nth(i).unwrap_or_default());
            let text = Text::new(
                format!("{key} 要与机构总额控制指标比较，而 [files] 没有 caps"),
                format!("{key} compares with institution caps, and [files] names no caps"),
            );
            let help = Text::new(
                "在 [files] 写 caps = \"caps.csv\"，或写 compare = \"due\"",
                "write caps = \"caps.csv\" under [files], or compare = \"due\"",
            );
            (key, text, help)
        }
        (None, Some(_)) => {
            let text = Text::new(
                "files.caps 写了机构总额控制指标，而没有一节 [clearing] 与它比较",
                "files.caps names institution caps, and no [clearing] compares with them",
            );
            let help = Text::new(
                "写 compare = \"institution-cap\" 或 \"lower\"，或删去 files.caps",
                "write compare = \"institution-cap\" or \"lower\", or leave files.caps out",
            );
            ("files.caps".to_owned(), text, help)
        }
        _ => return,
    };
    if reader.is_broken(&key) {
        return;
    }
    let other = if files.caps.is_some() { "clearing" } else { "files" };
    let diagnostic = Diagnostic::error(codes::P109.id, text, help)
        .at(reader.place_near(&key))
        .also(reader.place_near(other), other_label());
    reader.refuse(&key, diagnostic);
}

/// As for any required key, which these two are where no bands stand in their place.
fn missing(reader: &mut Reader<'_>, path: &str, name: &str) {
    let example = CLEARING
        .iter()
        .find(|key| key.name == name)
        .map_or("", |key| key.example);
    let text = Text::new(
        format!("[[clearing_for]] 缺少 {name}"),
        format!("{name} is missing in [[clearing_for]]"),
    );
    let help = Text::new(
        format!("照政策文件补上，或写 surplus_bands；例如：\n{example}"),
        format!("add it as the policy document has it, or write surplus_bands; for example:\n{example}"),
    );
    let diagnostic = Diagnostic::error(codes::P103.id, text, help).at(reader.place_near(path));
    reader.refuse(&format!("{path}.{name}"), diagnostic);
}

fn rules(reader: &mut Reader<'_>, section: &Section<'_>, path: &str) -> Clearing {
    let surplus = surplus(reader, section, path);
    let overspend = bands(reader, section);
    let mut optional = |name| {
        section
            .get(name)
            .is_some()
            .then(|| assessment(reader, section, path, name))
    };
    let [surplus_assessment, cap_assessment] = ["surplus_assessment", "cap_assessment"].map(&mut optional);
    Clearing {
        compare: reader.word(section, "compare", COMPARE).unwrap_or_default(),
        surplus,
        surplus_cap: reader.decimal(section, "surplus_cap"),
        overspend,
        compensation_cap: reader.decimal(section, "compensation_cap"),
        sharing: reader.word(section, "sharing", SHARING).unwrap_or_default(),
        from_inclusive: reader.boolean(section, "from_inclusive").unwrap_or(true),
        up_to_inclusive: reader.boolean(section, "up_to_inclusive").unwrap_or(true),
        quality_deposit: reader.decimal(section, "quality_deposit").unwrap_or(Decimal::ONE),
        assessment: assessment(reader, section, path, "assessment"),
        cap_assessment,
        surplus_assessment,
    }
}

/// `overspend`, rising from 1.
pub(crate) fn bands(reader: &mut Reader<'_>, section: &Section<'_>) -> Vec<OverspendBand> {
    let bands = reader.sections(section, "overspend", OVERSPEND).unwrap_or_default();
    let band = |band: &Section<'_>| OverspendBand {
        // 1, below which no band ends: the bands after it are held against those before it.
        up_to: reader.decimal(band, "up_to").unwrap_or(Decimal::ONE),
        fund_share: reader.decimal(band, "fund_share").unwrap_or(Decimal::ONE),
    };
    bands.iter().map(band).collect()
}

/// By the score itself, or by steps of it.
pub(crate) fn assessment(reader: &mut Reader<'_>, section: &Section<'_>, path: &str, name: &str) -> Assessment {
    let has_steps = section.get(name).is_some_and(|(_, node, _)| match node.get_ref() {
        DeValue::Table(table) => table.iter().any(|(name, _)| name.get_ref() == "steps"),
        _ => false,
    });
    if !has_steps {
        let keys = reader.section(section, name, ASSESSMENT);
        let scale = Assessment::Score {
            full_from: reader.decimal(&keys, "full_from").unwrap_or(Decimal::ONE),
            none_below: reader.decimal(&keys, "none_below").unwrap_or(Decimal::ONE),
        };
        return by_score(reader, &keys, scale);
    }
    let keys = reader.section(section, name, ASSESSMENT_BY_STEPS);
    for bound in ["full_from", "none_below"] {
        if keys.get(bound).is_some() {
            instead(reader, &format!("{path}.{name}"), bound, "steps");
        }
    }
    let scale = Assessment::Steps(score_steps(reader, &keys));
    by_score(reader, &keys, scale)
}

/// `steps`, falling from the highest score.
pub(crate) fn score_steps(reader: &mut Reader<'_>, section: &Section<'_>) -> Vec<ScoreStep> {
    let steps = reader.sections(section, "steps", SCORE_STEP).unwrap_or_default();
    let step = |step: &Section<'_>| ScoreStep {
        from: reader.decimal(step, "from").unwrap_or(Decimal::ZERO),
        share: reader.decimal(step, "share").unwrap_or(Decimal::ONE),
    };
    steps.iter().map(step).collect()
}

/// `by` of an assessment.
fn by_score(reader: &mut Reader<'_>, keys: &Section<'_>, scale: Assessment) -> Assessment {
    match reader.word(keys, "by", SCORE_BY).unwrap_or_default() {
        ScoreBy::AssessmentScore => scale,
        ScoreBy::CreditScore => Assessment::Credit(Box::new(scale)),
    }
}

fn surplus(reader: &mut Reader<'_>, section: &Section<'_>, path: &str) -> Surplus {
    let floor = reader.decimal(section, "surplus_floor");
    let keep = reader.decimal(section, "surplus_keep");
    if section.get("surplus_bands").is_none() {
        return Surplus::Floor {
            floor: floor.unwrap_or(Decimal::ONE),
            keep: keep.unwrap_or(Decimal::ONE),
        };
    }
    for name in ["surplus_floor", "surplus_keep"] {
        if section.get(name).is_some() {
            instead(reader, path, name, "surplus_bands");
        }
    }
    let bands = reader
        .sections(section, "surplus_bands", SURPLUS_BAND)
        .unwrap_or_default();
    let band = |band: &Section<'_>| SurplusBand {
        from: reader.decimal(band, "from").unwrap_or(Decimal::ZERO),
        keep: reader.decimal(band, "keep").unwrap_or(Decimal::ONE),
    };
    Surplus::Bands(bands.iter().map(band).collect())
}

/// A key that cannot stand beside the list that takes its place.
fn instead(reader: &mut Reader<'_>, path: &str, name: &str, list: &str) {
    let key = format!("{path}.{name}");
    let text = Text::new(
        format!("{name} 与 {list} 不能并用：各档自有下限和比例"),
        format!("{name} and {list} cannot stand together: each part of the list has a bound and a share of its own"),
    );
    let diagnostic = Diagnostic::error(codes::P109.id, text, contradiction_help())
        .at(reader.place_near(&key))
        .also(reader.place_near(&format!("{path}.{list}")), other_label());
    reader.refuse(&key, diagnostic);
}
