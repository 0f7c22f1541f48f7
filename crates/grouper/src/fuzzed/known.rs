//! The engine against the model on one record, and what holds of every answer.

use super::stay::Stay;
use crate::engine::{GroupOptions, Grouper, Grouping};
use crate::grouping::Reason;
use crate::model::Model;
use crate::record::Record;
use crate::scheme::Scheme;
use dianzhi_policy::{Diagnostic, Severity};

const OPTIONS: [(bool, bool); 4] = [(true, false), (false, false), (true, true), (false, true)];

/// A scheme under every option, compiled, and as the model reads it.
pub(super) struct Both {
    all: Vec<(Grouper, Model)>,
    /// Its diagnoses and procedures.
    pub(super) vocabulary: [Vec<String>; 2],
}

impl Both {
    pub(super) fn new(scheme: &Scheme) -> Both {
        let options = OPTIONS.map(|(verbatim, translate)| GroupOptions { verbatim, translate });
        let both = |options| (Grouper::new(scheme.clone(), options), Model::new(scheme, options));
        let texts = |codes: &crate::codes::Codes| {
            let ids = 0..u32::try_from(codes.len()).unwrap();
            ids.map(|id| codes.text(id).to_owned()).collect()
        };
        Both {
            all: options.map(both).into(),
            vocabulary: [texts(&scheme.diagnoses), texts(&scheme.procedures)],
        }
    }

    /// Groups records one after the other, and once more backwards: what was grouped before must
    /// not show.
    pub(super) fn check(&self, stays: &[Stay]) {
        for (grouper, model) in &self.all {
            let first: Vec<Grouping<'_>> = stays
                .iter()
                .map(|stay| stay.record(|record| one(grouper, model, stay, record)))
                .collect();
            for (stay, before) in stays.iter().zip(&first).rev() {
                let again = stay.record(|record| grouper.group(record));
                assert_eq!(again, *before, "{stay:?} another time");
            }
        }
    }
}

fn one<'g>(grouper: &'g Grouper, model: &Model, stay: &Stay, record: &Record<'_>) -> Grouping<'g> {
    let found = grouper.group(record);
    let expected = model.group(record);
    let options = grouper.options();
    assert_eq!(
        (found.status, found.mdc, found.adrg, found.group_code),
        (
            expected.status,
            expected.mdc.as_str(),
            expected.adrg.as_str(),
            expected.group_code.as_str()
        ),
        "{options:?} {stay:?}"
    );
    let explained = grouper.explain(record);
    assert_eq!(explained.grouping, found, "{options:?} {stay:?}");
    for reason in &found.reasons {
        let (Reason::UnknownMainDiagnosis(named)
        | Reason::NoMdc(named)
        | Reason::ProcedureMismatch(named)
        | Reason::UnknownCodes(named)
        | Reason::Untranslated(named)) = reason
        else {
            continue;
        };
        assert!(stay.has_all(named), "{reason:?} of {stay:?}");
    }
    found
}

/// Every mistake is an error with a known code and a text in both languages; one that a file has
/// stands at one of its lines.
pub(super) fn are_sound(mistakes: &[Diagnostic]) {
    assert!(!mistakes.is_empty());
    for mistake in mistakes {
        let code = crate::error::all().iter().find(|code| code.id == mistake.code);
        assert!(code.is_some(), "{}", mistake.code);
        assert_eq!(mistake.severity, Severity::Error);
        assert!(!mistake.text.zh.is_empty() && !mistake.text.en.is_empty());
        match &mistake.place {
            Some(place) => assert!(place.line >= 1 && !place.file.is_empty(), "{mistake:?}"),
            // What is not there, or not a package, has no line.
            None => assert!(["S109", "S110", "S123"].contains(&mistake.code), "{mistake:?}"),
        }
    }
}
