//! What groups the claims of a settlement that have no group code.

use super::explain::{ExplainedStay, explained};
use super::stay::StayColumns;
use crate::claims::layout::Layout;
use crate::claims::row::Row;
use dianzhi_grouper::{GroupOptions, Grouper, Scheme, Status};
use dianzhi_policy::{Diagnostics, Region};

/// A scheme, ready to group.
#[derive(Debug)]
pub struct GroupBy(Grouper);

impl GroupBy {
    /// From the bytes of a package; `name` is for messages.
    pub(crate) fn scheme(name: &str, bytes: &[u8], region: &Region) -> Result<GroupBy, Diagnostics> {
        let options = GroupOptions {
            verbatim: region.grouping.verbatim,
            translate: region.grouping.translate,
        };
        Ok(GroupBy(Grouper::new(Scheme::of_package(name, bytes)?, options)))
    }

    /// The grouper.
    #[must_use]
    pub fn grouper(&self) -> &Grouper {
        &self.0
    }

    /// Every step of grouping a row.
    pub(crate) fn explain(&self, row: &Row<'_>, columns: &Layout, file: &str, line: u64) -> ExplainedStay {
        let stay = columns.stay.read(row, self.0.options().verbatim);
        let setl_id = String::from_utf8_lossy(row.get(columns.setl_id).bytes());
        ExplainedStay {
            file: file.to_owned(),
            line,
            ..explained(&self.0, &stay.record(), &setl_id)
        }
    }

    /// The group code of a row; `None` where no group, not even an ambiguous one, fits.
    #[inline]
    pub(crate) fn code(&self, row: &Row<'_>, columns: &StayColumns) -> Option<&str> {
        let stay = columns.read(row, self.0.options().verbatim);
        let grouping = self.0.group(&stay.record());
        match grouping.status {
            Status::Grouped | Status::Ambiguous => Some(grouping.group_code),
            _ => None,
        }
    }
}
