//! Reads `[[alliance]]`, and a pool's budget by heads.

use crate::clearing::{assessment, bands};
use crate::keys::{ALLIANCE, INSURED, MEMBER, PUBLIC_HEALTH};
use crate::read::{Reader, Section};
use dianzhi_core::{Alliance, AllianceMember, Decimal, Insured, PublicHealth};

/// `[[alliance]]`
pub(crate) fn alliances(reader: &mut Reader<'_>, root: &Section<'_>) -> Vec<Alliance> {
    let sections = reader.sections(root, "alliance", ALLIANCE).unwrap_or_default();
    let alliance = |(i, section): (usize, &Section<'_>)| {
        let path = format!("alliance[{i}]");
        let members = reader.sections(section, "members", MEMBER).unwrap_or_default();
        let member = |member: &Section<'_>| AllianceMember {
            fixmedins_code: reader.text(member, "fixmedins_code").unwrap_or_default(),
            share: reader.decimal(member, "share").unwrap_or_default(),
        };
        let members = members.iter().map(member).collect();
        let has_assessment = section.get("assessment").is_some();
        // A score that cannot be read is still a score: the need for one is met.
        let stands_in = section.get("score").map(|_| Decimal::ONE);
        Alliance {
            id: reader.text(section, "id").unwrap_or_default(),
            pools: reader.texts(section, "pools").unwrap_or_default(),
            members,
            keep: reader.decimal(section, "keep").unwrap_or(Decimal::ONE),
            score: reader.decimal(section, "score").or(stands_in),
            assessment: has_assessment.then(|| assessment(reader, section, &path, "assessment")),
            overspend: bands(reader, section),
        }
    };
    sections.iter().enumerate().map(alliance).collect()
}

/// `insured` of a `[[pool]]`
pub(crate) fn insured(reader: &mut Reader<'_>, pool: &Section<'_>) -> Vec<Insured> {
    let rows = reader.sections(pool, "insured", INSURED).unwrap_or_default();
    let row = |row: &Section<'_>| Insured {
        class: reader.text(row, "class").unwrap_or_default(),
        heads: reader.decimal(row, "heads").unwrap_or_default(),
        per_head: reader.decimal(row, "per_head").unwrap_or_default(),
    };
    rows.iter().map(row).collect()
}

/// `public_health` of a `[[pool]]`
pub(crate) fn public_health(reader: &mut Reader<'_>, pool: &Section<'_>) -> Option<PublicHealth> {
    pool.get("public_health")?;
    let section = reader.section(pool, "public_health", PUBLIC_HEALTH);
    Some(PublicHealth {
        amount: reader.decimal(&section, "amount").unwrap_or_default(),
        // A reason that cannot be read is still one.
        reason: reader.text(&section, "reason").unwrap_or_else(|| "?".to_owned()),
    })
}
