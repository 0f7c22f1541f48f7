//! Stays that are merged into one case 合并计一例.

use super::{Adjustable, Finding, Side};
use std::collections::BTreeMap;

/// Stays that follow each other too soon, one after the other, are one case: of those of such a row that a
/// pool pays the one with the most points as priced stays, the first of equals, and the others earn
/// nothing. Points never go from one pool to another: funds are accounted apart.
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
        let mut most_of_pool = BTreeMap::new();
        for &of in &row {
            let most = most_of_pool.entry(claims[of].case.pool).or_insert(of);
            if claims[of].priced > claims[*most].priced {
                *most = of;
            }
        }
        for of in row {
            let most = most_of_pool[&claims[of].case.pool];
            if of != most {
                found[of].push(Finding::Merged {
                    into: claims[most].id.to_owned(),
                });
            }
        }
    }
}
