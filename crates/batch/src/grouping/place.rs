//! The group and the factor of a claim that is to be settled.

use super::GroupBy;
use super::stay::StayColumns;
use crate::claims::row::Row;
use dianzhi_core::{CaseFactor, Decimal};
use dianzhi_grouper::{Reason, Status};

/// What a claim without a group code of its own gets.
pub(crate) struct Placed<'g> {
    /// `None` where no group fits, not even an ambiguous one or a directory's blank one.
    pub(crate) code: Option<&'g str>,
    pub(crate) status: Status,
    pub(crate) reasons: Vec<Reason>,
    pub(crate) factor: Factor,
}

/// The factor of a claim's auxiliary catalogues.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Factor {
    Is(CaseFactor),
    /// More digits than a case can have.
    DoesNotFit,
    /// The directory does not have the claim's own group code, or is not valid on its day.
    NotInDirectory,
}

impl GroupBy {
    /// Places a claim without a group code of its own.
    #[inline]
    pub(crate) fn place(&self, row: &Row<'_>, columns: &StayColumns) -> Placed<'_> {
        let stay = columns.read(row, self.is_verbatim());
        let record = stay.record();
        let (code, status, reasons, factor) = match self {
            GroupBy::Scheme(grouper) => {
                let found = grouper.group(&record);
                let has_code = matches!(found.status, Status::Grouped | Status::Ambiguous);
                (
                    if has_code { found.group_code } else { "" },
                    found.status,
                    found.reasons,
                    Factor::ONE,
                )
            }
            GroupBy::Directory(grouper) => {
                let found = grouper.group(&record);
                (found.group_code, found.status, found.reasons, Factor::of(found.factor))
            }
        };
        Placed {
            code: (!code.is_empty()).then_some(code),
            status,
            reasons,
            factor,
        }
    }

    /// The factor of a claim with a group code of its own, and what is worth a look beside it.
    pub(crate) fn factor(&self, row: &Row<'_>, columns: &StayColumns, code: &[u8]) -> (Factor, Vec<Reason>) {
        let GroupBy::Directory(grouper) = self else {
            return (Factor::ONE, Vec::new());
        };
        let stay = columns.read(row, self.is_verbatim());
        let code = std::str::from_utf8(code).unwrap_or("");
        let found = grouper.of_type(code, &stay.record());
        match found {
            Some(found) => (Factor::of(found.factor), found.reasons),
            None => (Factor::NotInDirectory, Vec::new()),
        }
    }
}

impl Factor {
    const ONE: Factor = Factor::Is(CaseFactor::ONE);

    fn of(factor: Decimal) -> Factor {
        CaseFactor::new(factor).map_or(Factor::DoesNotFit, Factor::Is)
    }
}
