//! Codes that are the same but for letter case, width or blanks: only verbatim they differ.

use super::Lint;
use crate::codes::{CodeId, folded};
use crate::error::W212;
use crate::scheme::{CodeKind, Scheme};
use dianzhi_core::Text;
use rustc_hash::FxHashMap;

pub(super) fn look(lint: &mut Lint<'_>) {
    for kind in [CodeKind::Diagnosis, CodeKind::Procedure] {
        let codes = lint.scheme.codes(kind);
        let mut forms: FxHashMap<String, CodeId> = FxHashMap::default();
        // Made when a first code is told.
        let mut places = None;
        for id in 0..CodeId::try_from(codes.len()).unwrap_or(CodeId::MAX) {
            let text = codes.text(id);
            let form = folded(text);
            if form.is_empty() {
                continue;
            }
            let first = *forms.entry(form).or_insert(id);
            if first != id {
                let places = places.get_or_insert_with(|| places_of(lint.scheme, kind));
                let in_names = if kind == CodeKind::Diagnosis {
                    "zd_info.tsv"
                } else {
                    "ss_info.tsv"
                };
                let (file, line) = places
                    .get(&id)
                    .map_or((in_names, None), |&(file, line)| (file, Some(line)));
                let (first, text) = (codes.text(first).to_owned(), text.to_owned());
                let said = Text::new(
                    format!("{text:?} 与 {first:?} 仅大小写、全半角或空格不同"),
                    format!("{text:?} differs from {first:?} by letter case, width or blanks alone"),
                );
                lint.remark(W212, file, line.into_iter().collect(), said, vec![text, first]);
            }
        }
    }
}

/// Where each code stands first; codes that have only a name are not there.
fn places_of(scheme: &Scheme, kind: CodeKind) -> FxHashMap<CodeId, (&'static str, u32)> {
    let is_diagnosis = kind == CodeKind::Diagnosis;
    let own = if is_diagnosis { 0..2 } else { 2..5 };
    let in_rules = scheme.adrgs.iter().flat_map(|rule| &rule.lists[own.clone()]).flatten();
    let splits = scheme.adrgs.iter().flat_map(|rule| &rule.splits);
    let in_splits = splits.flat_map(|split| &split.lists[own.clone()]).flatten();
    let in_mdcs = scheme.mdcs.iter().flat_map(|mdc| &mdc.diagnoses);
    let entries = in_mdcs
        .filter(|_| is_diagnosis)
        .map(|entry| ("mdc_dx.tsv", entry))
        .chain(in_rules.map(|entry| ("adrg_codes.tsv", entry)))
        .chain(in_splits.map(|entry| ("ex_codes.tsv", entry)))
        .chain(
            scheme
                .valid_procedures
                .iter()
                .filter(|_| !is_diagnosis)
                .map(|entry| ("ss_valid.tsv", entry)),
        );
    let lists = entries.map(|(file, entry)| (file, entry.code, entry.line));
    let grouped = [
        ("mcc.tsv", &scheme.mcc),
        ("cc.tsv", &scheme.cc),
        ("cce.tsv", &scheme.exclusions),
    ];
    let grouped = grouped
        .into_iter()
        .filter(|_| is_diagnosis)
        .flat_map(|(file, rows)| rows.iter().map(move |row| (file, row.code, row.line)));
    let (file, map) = if is_diagnosis {
        ("zd_map.tsv", &scheme.diagnosis_map)
    } else {
        ("ss_map.tsv", &scheme.procedure_map)
    };
    let mapped = map.iter().flat_map(move |row| {
        let codes = [Some(row.from), row.to].into_iter().flatten();
        codes.map(move |code| (file, code, row.line))
    });
    let mut places = FxHashMap::default();
    for (file, code, line) in lists.chain(grouped).chain(mapped) {
        places.entry(code).or_insert((file, line));
    }
    places
}
