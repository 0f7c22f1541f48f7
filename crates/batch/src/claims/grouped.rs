//! What became of the claims without a group code of their own.

use super::block::{ClaimBlock, DUPLICATE, GROUPED_HERE};
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
    /// No group fits them. They are paid as ungrouped, or as the blank group of a DIP directory that
    /// has one (空白病组).
    pub without_group: u64,
    /// Why those of the last two kinds are not grouped: claims by the first reason's word.
    #[serde(default)]
    pub reasons: BTreeMap<String, u64>,
}

impl GroupedClaims {
    pub(super) fn of(blocks: &[ClaimBlock]) -> GroupedClaims {
        let mut counts = GroupedClaims::default();
        for block in blocks {
            let is_here = |i: usize| block.claims.get(i).is_some_and(|claim| !claim.is(DUPLICATE));
            let asked = block
                .claims
                .iter()
                .filter(|claim| claim.is(GROUPED_HERE) && !claim.is(DUPLICATE));
            counts.grouped += asked.count() as u64;
            for not in block.not_grouped.iter().filter(|not| is_here(not.claim as usize)) {
                counts.grouped -= 1;
                let kind = if not.is_ambiguous {
                    &mut counts.ambiguous
                } else {
                    &mut counts.without_group
                };
                *kind += 1;
                *counts.reasons.entry(not.reason.to_owned()).or_default() += 1;
            }
        }
        counts
    }

    /// Claims that the scheme was asked for.
    #[must_use]
    pub fn asked(&self) -> u64 {
        self.grouped + self.ambiguous + self.without_group
    }
}
