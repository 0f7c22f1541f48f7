//! Translation of clinical codes into the scheme's code version.

use super::Set;
use crate::codes::{CodeId, Codes};
use crate::scheme::Translation;

/// What each code becomes.
#[derive(Clone, Debug, Default)]
pub(super) struct Translations(Vec<Becomes>);

/// What a code becomes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Becomes {
    /// There is no translation.
    #[default]
    Nothing,
    /// It is dropped.
    Dropped,
    /// Another code, or itself.
    Code(CodeId),
}

impl Translations {
    /// From the rows of a map; `gated` are the diagnoses of the MDCs' lists, `listed` the codes that
    /// any rule or complication table names.
    ///
    /// A code with a row becomes what its row says, and no code is translated twice. A code that is in
    /// the scheme's version already stays as it is: one without a row that the map gives for another,
    /// and one that an MDC takes where the scheme names nowhere what the map makes of it.
    pub(super) fn new(codes: &Codes, rows: &[Translation], gated: &Set, listed: &Set) -> Translations {
        if rows.is_empty() {
            return Translations::default();
        }
        let mut becomes = vec![Becomes::Nothing; codes.len()];
        for row in rows {
            if let Some(to) = row.to {
                becomes[to as usize] = Becomes::Code(to);
            }
        }
        for row in rows {
            let translated = match row.to {
                None => Becomes::Dropped,
                Some(to) if gated.has(row.from) && !listed.has(to) => Becomes::Code(row.from),
                Some(to) => Becomes::Code(to),
            };
            becomes[row.from as usize] = translated;
        }
        Translations(becomes)
    }

    /// Whether a code has a translation.
    pub(super) fn has(&self, code: CodeId) -> bool {
        self.of(code) != Becomes::Nothing
    }

    /// What a code becomes; `None` where it has no translation or is dropped.
    pub(super) fn target(&self, code: CodeId) -> Option<CodeId> {
        match self.of(code) {
            Becomes::Code(to) => Some(to),
            Becomes::Dropped | Becomes::Nothing => None,
        }
    }

    #[inline]
    pub(super) fn of(&self, code: CodeId) -> Becomes {
        self.0.get(code as usize).copied().unwrap_or_default()
    }
}
