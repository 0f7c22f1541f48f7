//! What became of the claims without a group code of their own.

use super::block::{AMBIGUOUS, ClaimBlock, DUPLICATE, GROUPED_HERE, NO_GROUP, NOT_GROUPED};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a scheme or a DIP directory made of the claims without a group code.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupedClaims {
    /// They have a group now.
    pub grouped: u64,
    /// A procedure does not go with the main diagnosis: they have the scheme's ambiguous group (歧义组).
    #[serde(default)]
    pub ambiguous: u64,
    /// No type fits them, and the directory's blank group (空白病组) takes them.
    #[serde(default)]
    pub blank: u64,
    /// No group fits them: they are paid as ungrouped.
    pub without_group: u64,
    /// Claims by the words of their reasons: why they are not grouped, and what else is worth a look
    /// in grouped ones. A claim can have several. Those with a code of their own are among them where
    /// the directory gave them a factor.
    #[serde(default)]
    pub reasons: BTreeMap<String, u64>,
}

impl GroupedClaims {
    pub(super) fn of(blocks: &[ClaimBlock]) -> GroupedClaims {
        let mut counts = GroupedClaims::default();
        for block in blocks {
            for claim in block
                .claims
                .iter()
                .filter(|claim| claim.is(GROUPED_HERE) && !claim.is(DUPLICATE))
            {
                let has_code = claim.group != NO_GROUP;
                let kind = match (claim.is(AMBIGUOUS), claim.is(NOT_GROUPED)) {
                    (true, _) => &mut counts.ambiguous,
                    (_, true) if has_code => &mut counts.blank,
                    (_, true) => &mut counts.without_group,
                    _ => &mut counts.grouped,
                };
                *kind += 1;
            }
            for reason in &block.reasons {
                let claim = block.claims.get(reason.claim as usize);
                if claim.is_some_and(|claim| !claim.is(DUPLICATE)) {
                    *counts.reasons.entry(reason.word.to_owned()).or_default() += 1;
                }
            }
        }
        counts
    }

    /// Claims that the scheme was asked for.
    #[must_use]
    pub fn asked(&self) -> u64 {
        self.grouped + self.ambiguous + self.blank + self.without_group
    }
}
