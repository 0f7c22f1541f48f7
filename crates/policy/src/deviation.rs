//! Reads `[deviation]`.

use crate::keys::{DEVIATION, EXTREME, HIGH, Key, LOW, THRESHOLD_TIER};
use crate::read::{Reader, Section};
use crate::words::{EXTREME_PAY, OUTLIER_COEFFICIENTS, YARDSTICKS};
use dianzhi_core::{Decimal, Deviation, Extreme, ExtremePay, Threshold, ThresholdTier};

pub(crate) fn deviation(reader: &mut Reader<'_>, root: &Section<'_>) -> Deviation {
    let section = reader.section(root, "deviation", DEVIATION);
    let compare_with = reader.word(&section, "compare_with", YARDSTICKS).unwrap_or_default();
    let (low, _) = threshold(reader, &section, "low", LOW);
    let (high, of_high) = threshold(reader, &section, "high", HIGH);
    Deviation {
        compare_with,
        low,
        high,
        high_share: reader.decimal(&of_high, "share").unwrap_or(Decimal::ONE),
        extreme: extreme(reader, &section),
    }
}

fn threshold<'t>(
    reader: &mut Reader<'_>,
    deviation: &Section<'t>,
    name: &str,
    known: &'static [Key],
) -> (Threshold, Section<'t>) {
    let section = reader.section(deviation, name, known);
    let tiers = reader.sections(&section, "tiers", THRESHOLD_TIER).unwrap_or_default();
    let tier = |(i, tier): (usize, &Section<'_>)| {
        let key = format!("deviation.{name}.tiers[{i}]");
        let read = ThresholdTier {
            level: reader.text(tier, "level"),
            base_points_to: reader.decimal(tier, "base_points_to"),
            ratio: reader.decimal(tier, "ratio").unwrap_or(Decimal::ONE),
        };
        // A condition that cannot be read is one: the need for one is met, and what the tier fits
        // is not known.
        let lost = |name: &str, read: bool| tier.get(name).is_some() && !read;
        if lost("level", read.level.is_some()) || lost("base_points_to", read.base_points_to.is_some()) {
            reader.break_quietly(&key);
        }
        read
    };
    let tiers = tiers.iter().enumerate().map(tier).collect();
    let threshold = Threshold {
        ratio: reader.decimal(&section, "ratio").unwrap_or(Decimal::ONE),
        inclusive: reader.boolean(&section, "inclusive").unwrap_or(false),
        tiers,
        coefficient: reader
            .word(&section, "coefficient", OUTLIER_COEFFICIENTS)
            .unwrap_or_default(),
    };
    (threshold, section)
}

fn extreme(reader: &mut Reader<'_>, deviation: &Section<'_>) -> Option<Extreme> {
    deviation.get("extreme")?;
    let section = reader.section(deviation, "extreme", EXTREME);
    let pay = reader.word(&section, "pay", EXTREME_PAY);
    Some(Extreme {
        ratio: reader.decimal(&section, "ratio").unwrap_or(Decimal::ONE),
        inclusive: reader.boolean(&section, "inclusive").unwrap_or(false),
        pay: pay.unwrap_or(ExtremePay::Normal),
    })
}
