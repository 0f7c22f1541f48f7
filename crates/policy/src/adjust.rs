//! Reads `[readmission]`, `[special_review]` and `[high_cap]`.

use crate::keys::{HIGH_CAP, LEVEL_CAP, LEVEL_QUOTA, READMISSION, SPECIAL_REVIEW};
use crate::read::{Reader, Section, other_label};
use crate::words::{OVER_QUOTA, QUOTA_OF, QUOTA_PERIOD, SAME_STAY};
use crate::{Diagnostic, Files, codes};
use dianzhi_core::{
    Adjust, Decimal, HighCap, LevelCap, LevelQuota, OverQuota, Pattern, Quota, QuotaOf, Readmission, SameStay,
    SpecialReview, Text,
};

pub(crate) fn adjust(reader: &mut Reader<'_>, root: &Section<'_>, files: Option<&Files>) -> Adjust {
    let reviews = ["special_review", "reviews"];
    let reasons = ["readmission", "readmission_reasons"];
    if let Some(files) = files {
        let has_section = root.get("special_review").is_some();
        if has_section != files.reviews.is_some() {
            alone(reader, reviews, has_section);
        }
        if files.readmission_reasons.is_some() && root.get("readmission").is_none() {
            alone(reader, reasons, false);
        }
    }
    Adjust {
        readmission: readmission(reader, root),
        special_review: special_review(reader, root),
        high_cap: high_cap(reader, root),
        penalties: files.is_some_and(|files| files.penalties.is_some()),
    }
}

/// A section without its table, or a table without its section.
pub(crate) fn alone(reader: &mut Reader<'_>, [section, table]: [&str; 2], has_section: bool) {
    let file = format!("files.{table}");
    let (found, missing) = if has_section {
        (section, "files")
    } else {
        (&*file, "region")
    };
    let (here, there) = match has_section {
        true => (format!("[{section}]"), file.clone()),
        false => (file.clone(), format!("[{section}]")),
    };
    let text = Text::new(
        format!("有 {here} 而没有 {there}"),
        format!("there is a {here} but no {there}"),
    );
    let help = Text::new(
        format!("写明 {there}，或删去 {here}"),
        format!("write the {there}, or leave {here} out"),
    );
    let mistake = Diagnostic::error(codes::P109.id, text, help)
        .at(reader.place_near(found))
        .also(reader.place_near(missing), other_label());
    reader.refuse(found, mistake);
}

fn readmission(reader: &mut Reader<'_>, root: &Section<'_>) -> Option<Readmission> {
    root.get("readmission")?;
    let section = reader.section(root, "readmission", READMISSION);
    let not_for = reader.texts(&section, "not_for").unwrap_or_default();
    Some(Readmission {
        days: reader.integer(&section, "days").unwrap_or_default(),
        inclusive: reader.boolean(&section, "days_inclusive").unwrap_or(true),
        same: reader.word(&section, "same", SAME_STAY).unwrap_or(SameStay::Group),
        same_hospital: reader.boolean(&section, "same_hospital").unwrap_or(true),
        not_for: not_for.iter().map(|text| Pattern::new(text)).collect(),
        earlier_share: reader.decimal(&section, "earlier_share").unwrap_or(Decimal::ONE),
        later_share: reader.decimal(&section, "later_share").unwrap_or(Decimal::ONE),
        merge: reader.boolean(&section, "merge").unwrap_or(false),
    })
}

fn special_review(reader: &mut Reader<'_>, root: &Section<'_>) -> Option<SpecialReview> {
    root.get("special_review")?;
    let section = reader.section(root, "special_review", SPECIAL_REVIEW);
    Some(SpecialReview {
        quota: quota(reader, &section),
        over_quota: reader
            .word(&section, "over_quota", OVER_QUOTA)
            .unwrap_or(OverQuota::LargestExcess),
    })
}

fn quota(reader: &mut Reader<'_>, section: &Section<'_>) -> Quota {
    let levels = reader.sections(section, "levels", LEVEL_QUOTA).unwrap_or_default();
    let levels = levels.iter().map(|of| LevelQuota {
        level: reader.text(of, "level").unwrap_or_default(),
        quota: reader.decimal(of, "quota").unwrap_or_default(),
    });
    let levels = levels.collect();
    Quota {
        quota: reader.decimal(section, "quota").unwrap_or_default(),
        quota_of: reader.word(section, "quota_of", QUOTA_OF).unwrap_or(QuotaOf::Hospital),
        levels,
        period: reader.word(section, "period", QUOTA_PERIOD).unwrap_or_default(),
    }
}

fn high_cap(reader: &mut Reader<'_>, root: &Section<'_>) -> Option<HighCap> {
    root.get("high_cap")?;
    let section = &reader.section(root, "high_cap", HIGH_CAP);
    let levels = reader.sections(section, "levels", LEVEL_CAP).unwrap_or_default();
    let levels = levels.iter().map(|of| LevelCap {
        level: reader.text(of, "level").unwrap_or_default(),
        quota: share(reader, of, "quota"),
        excess_share: share(reader, of, "excess_share"),
    });
    let levels = levels.collect();
    Some(HighCap {
        quota: share(reader, section, "quota"),
        excess_share: share(reader, section, "excess_share"),
        quota_of: reader.word(section, "quota_of", QUOTA_OF).unwrap_or(QuotaOf::Hospital),
        levels,
        period: reader.word(section, "period", QUOTA_PERIOD).unwrap_or_default(),
    })
}

/// A share that is there, whether or not it can be read: an unreadable one is no missing one.
fn share(reader: &mut Reader<'_>, section: &Section<'_>, name: &str) -> Option<Decimal> {
    section.kind(name)?;
    Some(reader.decimal(section, name).unwrap_or_default())
}
