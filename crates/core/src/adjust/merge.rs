//! Stays that are merged into one case 合并计一例.

use super::{Adjustable, Finding, Side};
use std::collections::BTreeMap;

/// Stays that follow each other too soon, one after the other, are one case: of each such row of stays the
/// one with the most points as priced stays, the first of equals, and the others earn nothing.
pub(super) fn merged(claims: &[Adjustable<'_>], found: &mut [Vec<Finding>]) {
    let at: BTreeMap<&str, usize> = claims.iter().enumerate().map(|(at, claim)| (claim.id, at)).collect();
    let neighbour = |of: usize, side: Side| {
        let mut all = claims[of].readmitted.iter();
        let (_, other) = all.find(|(found, _)| *found == side)?;
        at.get(other.as_str()).copied()
    };
    let firsts = (0..claims.len()).filter(|&of| {
        let is_later = claims[of].readmitted.iter().any(|(side, _)| *side == Side::Later);
        !is_later && neighbour(of, Side::Earlier).is_some()
    });
    for first in firsts {
        let mut row = vec![first];
        while let Some(next) = row.last().and_then(|&last| neighbour(last, Side::Earlier)) {
            row.push(next);
        }
        let mut most = first;
        for &of in &row {
            if claims[of].priced > claims[most].priced {
                most = of;
            }
        }
        for of in row.into_iter().filter(|of| *of != most) {
            found[of].push(Finding::Merged {
                into: claims[most].id.to_owned(),
            });
        }
    }
}
