//! The codes that a scheme has, and those of a record as the scheme writes them.

use super::translation::{Translation, Translations};
use crate::scheme::{CodeKind, Condition, List, Scheme};
use std::collections::{BTreeMap, BTreeSet};

/// The codes of one kind that a scheme has, and what translation makes of them.
#[derive(Clone, Debug)]
pub(super) struct Vocabulary {
    known: BTreeSet<String>,
    /// The first code mentioned of each folded form.
    by_folded: BTreeMap<String, String>,
    pub(super) translations: Translations,
}

impl Vocabulary {
    /// `in_some_mdc` and `in_some_table` are the diagnoses that MDCs, and that any rule or complication
    /// table, name.
    pub(super) fn new(
        scheme: &Scheme,
        kind: CodeKind,
        in_some_mdc: &BTreeSet<String>,
        in_some_table: &BTreeSet<String>,
    ) -> Vocabulary {
        let codes = scheme.codes(kind);
        let numbers = 0..u32::try_from(codes.len()).unwrap_or(u32::MAX);
        let mut mentioned: Vec<String> = numbers.map(|id| codes.text(id).to_owned()).collect();
        let gates = scheme.mdcs.iter().flat_map(|mdc| [&mdc.gate, &mdc.ambiguous]);
        let rules = scheme.adrgs.iter().flat_map(|adrg| {
            let splits = adrg.splits.iter().map(|split| &split.condition);
            [&adrg.condition].into_iter().chain(splits)
        });
        for (asked, list) in gates.chain(rules).flat_map(Condition::lists) {
            if let (List::Inline(inline), true) = (list, asked == kind) {
                mentioned.extend_from_slice(inline);
            }
        }
        let mut by_folded = BTreeMap::new();
        for code in &mentioned {
            by_folded.entry(folded(code)).or_insert_with(|| code.clone());
        }
        // An empty text is no code, whatever a table says.
        by_folded.remove("");
        let rows = match kind {
            CodeKind::Diagnosis => &scheme.diagnosis_map,
            CodeKind::Procedure => &scheme.procedure_map,
        };
        let rows = rows.iter().map(|row| Translation {
            from: codes.text(row.from),
            to: row.to.map(|to| codes.text(to)),
        });
        Vocabulary {
            known: mentioned.into_iter().filter(|code| !code.is_empty()).collect(),
            by_folded,
            translations: Translations::new(rows, in_some_mdc, in_some_table),
        }
    }

    /// The codes of a record as the scheme writes them; `None` for those that it does not have.
    /// Not verbatim, empty places are passed over; with `keeps_first` not the one of the main code.
    pub(super) fn read(&self, codes: &[&str], verbatim: bool, keeps_first: bool) -> Vec<Option<String>> {
        let mut read = Vec::new();
        for (position, code) in codes.iter().enumerate() {
            let found = self.find(code, verbatim);
            let is_no_code = ["", "-", "--", "—"].contains(&code.trim());
            if found.is_none() && is_no_code && !(position == 0 && keeps_first) && !verbatim {
                continue;
            }
            read.push(found);
        }
        read
    }

    fn find(&self, code: &str, verbatim: bool) -> Option<String> {
        if self.known.contains(code) {
            return Some(code.to_owned());
        }
        if verbatim {
            return None;
        }
        self.by_folded.get(&folded(code)).cloned()
    }
}

/// Narrow letters and digits for wide ones, lower case for upper, no blanks around.
fn folded(code: &str) -> String {
    let mut narrow = String::new();
    for c in code.chars() {
        let number = u32::from(c);
        narrow.push(match number {
            // 全角: the wide forms stand in the order of ASCII.
            0xff01..=0xff5e => char::from_u32(number - 0xff01 + u32::from('!')).unwrap_or(c),
            0x3000 => ' ',
            _ => c.to_ascii_lowercase(),
        });
    }
    narrow.trim().to_ascii_lowercase()
}
