//! Which type every case of the history is in: what the grouper says of it, by the directory in the making.

use super::claims::Case;
use super::types::NewType;
use dianzhi_calibrate::{History, KnownGroup, NO_GROUP, Plan, Record, Sums};
use dianzhi_core::GroupKind;
use dianzhi_grouper::DipGrouper;
use dianzhi_grouper::dip::Catalogue;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// No level.
const NONE: u16 = u16::MAX;

/// A case: its record, and its level in each catalogue.
struct Member {
    record: Record,
    levels: [u16; Catalogue::ALL.len()],
}

/// What a thread groups.
#[derive(Default)]
pub(super) struct Grouped {
    members: Vec<Member>,
    /// Cases without a type, by the words of their reasons.
    reasons: BTreeMap<&'static str, u64>,
}

impl Grouped {
    /// Groups a case; `positions` are the types' by code.
    pub(super) fn add(&mut self, grouper: &DipGrouper, positions: &FxHashMap<String, u32>, case: &Case<'_>) {
        let grouping = grouper.group(&case.record);
        let group = match grouping.kind {
            Some(_) => positions.get(grouping.group_code).copied().unwrap_or(NO_GROUP),
            None => NO_GROUP,
        };
        if group == NO_GROUP
            && let Some(reason) = grouping.reasons.first()
        {
            *self.reasons.entry(reason.word()).or_default() += 1;
        }
        let number = |level: Option<usize>| level.and_then(|level| u16::try_from(level).ok()).unwrap_or(NONE);
        self.members.push(Member {
            record: Record {
                cost: case.cost,
                group,
                hospital: 0,
                pool: 0,
                year: case.year,
                days: 0,
            },
            levels: grouper.levels(&case.record).map(number),
        });
    }
}

/// The whole history, grouped.
pub(super) struct Members {
    members: Vec<Member>,
    /// Cases without a type, by the words of their reasons.
    pub(super) reasons: BTreeMap<&'static str, u64>,
}

/// The cases of a type that are kept, by catalogue and level and then by year.
pub(super) type LevelSums = BTreeMap<(Catalogue, usize), Vec<Sums>>;

impl Members {
    /// What the threads grouped, together: the order of the cases changes no figure.
    pub(super) fn of(parts: Vec<Grouped>) -> Members {
        let mut all = Members {
            members: Vec::new(),
            reasons: BTreeMap::new(),
        };
        for part in parts {
            all.members.extend(part.members);
            for (reason, cases) in part.reasons {
                *all.reasons.entry(reason).or_default() += cases;
            }
        }
        all
    }

    /// Takes away the types that nobody is in, and gives the others back.
    ///
    /// This moves nobody: a case is in the least of the types that fit it, by an order that looks at two types and
    /// the case alone; whether a type fits hangs on no other type; and the least of some is still the least
    /// once others are gone.
    pub(super) fn without_empty(&mut self, types: Vec<NewType>) -> Vec<NewType> {
        let mut is_used = vec![false; types.len()];
        for member in &self.members {
            if let Some(used) = is_used.get_mut(member.record.group as usize) {
                *used = true;
            }
        }
        let mut next = 0u32;
        let moved: Vec<u32> = is_used
            .iter()
            .map(|&used| {
                next += u32::from(used);
                next.wrapping_sub(1)
            })
            .collect();
        for member in &mut self.members {
            if let Some(&to) = moved.get(member.record.group as usize) {
                member.record.group = to;
            }
        }
        types
            .into_iter()
            .zip(is_used)
            .filter_map(|(one, used)| used.then_some(one))
            .collect()
    }

    /// As the history that scores come out of.
    pub(super) fn history(&self, types: &[NewType], plan: &Plan) -> History {
        let group = |one: &NewType| KnownGroup {
            code: one.code.clone(),
            name: one.name.clone(),
            kind: GroupKind::Core,
            present: None,
        };
        History {
            years: plan.years.len(),
            groups: types.iter().map(group).collect(),
            records: self.members.iter().map(|member| member.record).collect(),
            ..History::default()
        }
    }

    /// By type, the cases of each level that `keep` keeps of a type and a year.
    pub(super) fn levels(&self, types: usize, years: usize, keep: impl Fn(&Record) -> bool) -> Vec<LevelSums> {
        let mut found = vec![LevelSums::new(); types];
        for Member { record, levels } in &self.members {
            let Some(of_type) = found.get_mut(record.group as usize) else {
                continue;
            };
            if !keep(record) {
                continue;
            }
            let known = Catalogue::ALL
                .into_iter()
                .zip(levels)
                .filter(|(_, level)| **level != NONE);
            for (catalogue, &level) in known {
                let sums = of_type.entry((catalogue, usize::from(level)));
                let sums = sums.or_insert_with(|| vec![Sums::default(); years]);
                sums[usize::from(record.year)].add(record.cost);
            }
        }
        found
    }
}
