//! Reads `[coefficients]`.

use crate::keys::{self, COEFFICIENT_CAP};
use crate::read::{Reader, Section, other_label};
use crate::words::{BONUS_AS, COMBINE_BONUSES, MISSING_COEFFICIENTS};
use crate::{Diagnostic, Files, codes};
use dianzhi_core::{BonusAs, Bonuses, Coefficients, CombineBonuses, MissingCoefficient, Text};

/// `[support]` may take the rows of the bonuses table as well, or alone.
pub(crate) fn coefficients(
    reader: &mut Reader<'_>,
    root: &Section<'_>,
    files: Option<&Files>,
    has_support: bool,
) -> Option<Coefficients> {
    let tables = [
        (
            "files.coefficients",
            files.is_some_and(|files| files.coefficients.is_some()),
        ),
        (
            "files.bonuses",
            files.is_some_and(|files| files.bonuses.is_some()) && !has_support,
        ),
    ];
    if root.get("coefficients").is_none() {
        for (key, _) in tables.into_iter().filter(|(_, there)| *there) {
            without_section(reader, key);
        }
        return None;
    }
    let section = reader.section(root, "coefficients", keys::COEFFICIENTS);
    let missing = reader.word(&section, "missing", MISSING_COEFFICIENTS);
    let has_bonuses = section.get("bonuses").is_some();
    let has_table = files.is_some_and(|files| files.bonuses.is_some());
    if files.is_some() && (has_bonuses && !has_table || tables[1].1 && !has_bonuses) {
        lonely_bonuses(reader, has_bonuses);
    }
    let bonuses = has_bonuses.then(|| {
        let section = reader.section(&section, "bonuses", keys::BONUSES);
        Bonuses {
            combine: reader
                .word(&section, "combine", COMBINE_BONUSES)
                .unwrap_or(CombineBonuses::Highest),
            count_as: reader.word(&section, "count_as", BONUS_AS).unwrap_or(BonusAs::Added),
            at_most: reader.decimal(&section, "at_most"),
        }
    });
    let (cap_from, cap_to) = match section.get("cap") {
        None => (None, None),
        Some(_) => {
            let cap = reader.section(&section, "cap", COEFFICIENT_CAP);
            (reader.decimal(&cap, "from"), reader.decimal(&cap, "to"))
        }
    };
    Some(Coefficients {
        missing: missing.unwrap_or(MissingCoefficient::Hospital),
        bonuses,
        cap_from,
        cap_to,
        decimals: reader.integer(&section, "decimals"),
    })
}

/// Tables of coefficients that nothing says how to use.
fn without_section(reader: &mut Reader<'_>, key: &str) {
    let text = Text::new(
        format!("有 {key} 而没有 [coefficients]"),
        format!("there is {key} but no [coefficients]"),
    );
    let help = Text::new(
        format!("写 [coefficients] missing = \"hospital\"（或 \"one\"），或删去 {key}"),
        format!("write [coefficients] with missing = \"hospital\" (or \"one\"), or leave {key} out"),
    );
    let mistake = Diagnostic::error(codes::P109.id, text, help).at(reader.place_near(key));
    reader.refuse(key, mistake);
}

/// Bonuses without their table, or the table without what its rows come to.
fn lonely_bonuses(reader: &mut Reader<'_>, in_section: bool) {
    let (here, there) = match in_section {
        true => ("coefficients.bonuses", "files.bonuses"),
        false => ("files.bonuses", "coefficients.bonuses"),
    };
    let text = Text::new(
        format!("有 {here} 而没有 {there}"),
        format!("there is {here} but no {there}"),
    );
    let help = Text::new(
        format!("写上 {there}，或删去 {here}"),
        format!("write {there} too, or leave {here} out"),
    );
    let other = if in_section { "files" } else { "coefficients" };
    let mistake = Diagnostic::error(codes::P109.id, text, help)
        .at(reader.place_near(here))
        .also(reader.place_near(other), other_label());
    reader.refuse(here, mistake);
}
