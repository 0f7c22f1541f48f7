//! Reads `[support]`.

use crate::keys::{COEFFICIENT_STEP, SUPPORT, SUPPORT_ASSESSMENT, SUPPORT_BONUSES};
use crate::read::{Reader, Section, other_label};
use crate::words::{COMBINE_BONUSES, SCORE_BY};
use crate::{Diagnostic, Files, codes};
use dianzhi_core::{CoefficientStep, CombineBonuses, Decimal, Support, SupportAssessment, SupportBonuses, Text};

pub(crate) fn support(reader: &mut Reader<'_>, root: &Section<'_>, files: Option<&Files>) -> Option<Support> {
    root.get("support")?;
    let section = reader.section(root, "support", SUPPORT);
    let has = |name| section.get(name).is_some();
    if has("bonuses") && files.is_some_and(|files| files.bonuses.is_none()) {
        let text = Text::new(
            "有 support.bonuses 而没有 files.bonuses",
            "there is support.bonuses but no files.bonuses",
        );
        let help = Text::new(
            "写上 files.bonuses，或删去 support.bonuses",
            "write files.bonuses too, or leave support.bonuses out",
        );
        let mistake = Diagnostic::error(codes::P109.id, text, help)
            .at(reader.place_near("support.bonuses"))
            .also(reader.place_near("files"), other_label());
        reader.refuse("support.bonuses", mistake);
    }
    let bonuses = has("bonuses").then(|| {
        let section = reader.section(&section, "bonuses", SUPPORT_BONUSES);
        SupportBonuses {
            kinds: reader.texts(&section, "kinds").unwrap_or_default(),
            combine: (reader.word(&section, "combine", COMBINE_BONUSES)).unwrap_or(CombineBonuses::Highest),
            at_most: reader.decimal(&section, "at_most"),
        }
    });
    let assessment = has("assessment").then(|| {
        let section = reader.section(&section, "assessment", SUPPORT_ASSESSMENT);
        SupportAssessment {
            by: reader.word(&section, "by", SCORE_BY).unwrap_or_default(),
            steps: steps(reader, &section),
        }
    });
    Some(Support { bonuses, assessment })
}

fn steps(reader: &mut Reader<'_>, section: &Section<'_>) -> Vec<CoefficientStep> {
    let steps = reader.sections(section, "steps", COEFFICIENT_STEP).unwrap_or_default();
    let step = |step: &Section<'_>| CoefficientStep {
        from: reader.decimal(step, "from").unwrap_or(Decimal::ZERO),
        coefficient: reader.decimal(step, "coefficient").unwrap_or(Decimal::ONE),
    };
    steps.iter().map(step).collect()
}
