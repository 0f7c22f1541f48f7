//! What translation makes of a code, as docs/SCHEME.md §6 has it.

use crate::codes::{CodeId, Codes};
use crate::scheme::{CodeKind, Scheme, Translation};
use serde::Serialize;

/// What a code becomes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "how", rename_all = "kebab-case")]
pub enum Translated {
    /// Another code.
    Becomes {
        /// Which.
        to: String,
    },
    /// The map drops it.
    Dropped,
    /// Itself.
    Stays,
    /// Itself: an MDC takes it, and nothing in the scheme names what its row would make of it.
    NotFollowed {
        /// What the row says.
        to: String,
    },
    /// It has no translation: a record with it is not grouped.
    Missing,
}

impl Translated {
    /// `None` where the scheme has no map of this kind.
    pub(super) fn of(scheme: &Scheme, kind: CodeKind, id: Option<CodeId>) -> Option<Translated> {
        let rows = match kind {
            CodeKind::Diagnosis => &scheme.diagnosis_map,
            CodeKind::Procedure => &scheme.procedure_map,
        };
        if rows.is_empty() {
            return None;
        }
        let name = |id: CodeId| scheme.codes(kind).text(id).to_owned();
        // Where a code has two rows, the last counts.
        let row = rows.iter().rfind(|row| Some(row.from) == id);
        Some(match row.map(|row| row.to) {
            None if rows.iter().any(|row| row.to.is_some() && row.to == id) => Translated::Stays,
            None => Translated::Missing,
            Some(None) => Translated::Dropped,
            Some(to) if to == id => Translated::Stays,
            Some(Some(to)) if kind == CodeKind::Diagnosis && id.is_some_and(|id| leads_nowhere(scheme, id, to)) => {
                Translated::NotFollowed { to: name(to) }
            }
            Some(Some(to)) => Translated::Becomes { to: name(to) },
        })
    }
}

/// Whether some MDC takes a diagnosis, and no MDC, rule or table of complications names the other.
fn leads_nowhere(scheme: &Scheme, from: CodeId, to: CodeId) -> bool {
    let in_some_mdc = |id: CodeId| {
        scheme
            .mdcs
            .iter()
            .flat_map(|mdc| &mdc.diagnoses)
            .any(|entry| entry.code == id)
    };
    let mut own = scheme.own_lists().flat_map(|lists| &lists[..2]).flatten();
    let mut complications = [&scheme.mcc, &scheme.cc, &scheme.exclusions].into_iter().flatten();
    in_some_mdc(from)
        && !in_some_mdc(to)
        && !own.any(|entry| entry.code == to)
        && !complications.any(|row| row.code == to)
}

/// The other codes that a map changes into a code, each once.
pub(super) fn sources(codes: &Codes, rows: &[Translation], id: Option<CodeId>) -> Vec<String> {
    let mut sources: Vec<CodeId> = rows
        .iter()
        .filter(|row| row.to.is_some() && row.to == id && row.to != Some(row.from))
        .map(|row| row.from)
        .collect();
    sources.sort_unstable();
    sources.dedup();
    sources.into_iter().map(|from| codes.text(from).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Given, GroupOptions, Grouper, Record, Sex, Step};

    /// Every row of the map, told as grouping does it.
    #[test]
    fn as_grouping_translates() {
        let tables = [
            ("scheme.toml", "code = \"small\""),
            ("mdc.tsv", "mdc\tcond\tadrgs\nMDCB\tdx0(mdc)\tBR2"),
            ("mdc_dx.tsv", "mdc\tcode\nMDCB\tI60\nMDCB\tI63\nMDCB\tI64\nMDCB\tI65"),
            ("adrg.tsv", "adrg\tcond\totherwise\nBR2\tdx0(zd)\tBR2"),
            ("adrg_codes.tsv", "adrg\tlist\tcode\nBR2\tzd\tI63"),
            ("drg.tsv", "adrg\tdrg\tcond"),
            ("mcc.tsv", "code\tgroup\nJ96\t1"),
            ("cc.tsv", "code\tgroup\nK00\t2"),
            ("cce.tsv", "code\tgroup"),
            ("ss_valid.tsv", "code"),
            (
                "zd_map.tsv",
                "code\tto\nI60\tI63\nI64\tG99\nI65\tJ96\nA00\t-\nB00\tB01\nB02\tB02\nB03\tB04\nB03\tB05",
            ),
        ];
        let scheme = Scheme::of_tables(&tables).unwrap();
        let told = |code: &str| scheme.look_up(code).remove(0).translated.unwrap();
        let becomes = |to: &str| Translated::Becomes { to: to.to_owned() };
        let all = [
            ("I60", becomes("I63")),
            ("I63", Translated::Stays),
            ("I64", Translated::NotFollowed { to: "G99".to_owned() }),
            ("I65", becomes("J96")),
            ("A00", Translated::Dropped),
            ("B00", becomes("B01")),
            ("B01", Translated::Stays),
            ("B02", Translated::Stays),
            ("B03", becomes("B05")),
            ("J96", Translated::Stays),
            ("K00", Translated::Missing),
        ];
        let options = GroupOptions {
            translate: true,
            ..GroupOptions::default()
        };
        let grouper = Grouper::new(scheme.clone(), options);
        for (code, expected) in all {
            assert_eq!(told(code), expected, "{code}");
            let record = Record {
                sex: Sex::Male,
                age_years: Given::Is(50),
                diagnoses: &["I63", code],
                ..Record::default()
            };
            let steps = grouper.explain(&record).steps;
            let to = steps.iter().find_map(|step| match step {
                Step::Translated { to, .. } => Some(to.clone()),
                _ => None,
            });
            let expected = match expected {
                Translated::Becomes { to } => Some(Some(to)),
                Translated::Dropped => Some(None),
                _ => None,
            };
            assert_eq!(to, expected, "{code}");
        }
    }
}
