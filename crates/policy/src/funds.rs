//! Reads `[procurement]` and `[[fund]]`.

use crate::adjust::alone;
use crate::clearing::score_steps;
use crate::keys::{FUND, FUND_PREPAYMENT, PROCUREMENT, WARNING_TIER};
use crate::read::{Reader, Section};
use crate::region::Files;
use dianzhi_core::{Decimal, Fund, FundPrepayment, Procurement, WarningTier};

/// `[procurement]`, which stands together with its table.
pub(crate) fn procurement(reader: &mut Reader<'_>, root: &Section<'_>, files: Option<&Files>) -> Option<Procurement> {
    let has_section = root.get("procurement").is_some();
    if files.is_some_and(|files| files.procurement.is_some() != has_section) {
        alone(reader, ["procurement", "procurement"], has_section);
    }
    root.get("procurement")?;
    let section = reader.section(root, "procurement", PROCUREMENT);
    Some(Procurement {
        share_at_most: reader.decimal(&section, "share_at_most").unwrap_or(Decimal::ONE),
        volume_must_be_met: reader.boolean(&section, "volume_must_be_met").unwrap_or(true),
        steps: score_steps(reader, &section),
    })
}

/// `[[fund]]`
pub(crate) fn funds(reader: &mut Reader<'_>, root: &Section<'_>) -> Vec<Fund> {
    let sections = reader.sections(root, "fund", FUND).unwrap_or_default();
    sections.iter().map(|section| fund(reader, section)).collect()
}

fn fund(reader: &mut Reader<'_>, section: &Section<'_>) -> Fund {
    let tiers = reader.sections(section, "warning", WARNING_TIER).unwrap_or_default();
    let tier = |tier: &Section<'_>| WarningTier {
        tier: reader.text(tier, "tier").unwrap_or_default(),
        below: reader.decimal(tier, "below").unwrap_or_default(),
    };
    let warning = tiers.iter().map(tier).collect();
    let prepayment = section.get("prepayment").is_some().then(|| {
        let keys = reader.section(section, "prepayment", FUND_PREPAYMENT);
        FundPrepayment {
            months: reader.decimal(&keys, "months").unwrap_or(Decimal::ONE),
            from: reader.decimal(&keys, "from").unwrap_or_default(),
        }
    });
    Fund {
        id: reader.text(section, "id").unwrap_or_default(),
        pools: reader.texts(section, "pools").unwrap_or_default(),
        opening: reader.decimal(section, "opening").unwrap_or_default(),
        income: reader.decimal(section, "income").unwrap_or_default(),
        other_spending: reader.decimal(section, "other_spending").unwrap_or_default(),
        warning,
        deficit: reader.text(section, "deficit"),
        prepayment,
    }
}
