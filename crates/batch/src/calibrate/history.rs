//! Years of claims as the history that is calibrated from.

use crate::claims::block::{ClaimBlock, DUPLICATE, NO_GROUP, UNKNOWN_GROUP};
use crate::claims::read::Claims;
use crate::input::Inputs;
use dianzhi_calibrate::{self as calibrate, DayRecord, History, KnownGroup, KnownHospital, Present, Record};
use dianzhi_core::{GroupKind, MethodId, PayerId};
use rustc_hash::FxHashMap;

/// A history in the making: year after year is added.
pub(super) struct Collector {
    history: History,
    groups: FxHashMap<String, u32>,
    hospitals: FxHashMap<String, u32>,
}

/// The history of all pools together, or of each with its id.
pub(super) type Histories = Vec<(Option<String>, History)>;

/// What becomes of the claims of a payer.
#[derive(Clone, Copy)]
enum Use {
    /// Paid by its group: they count for the group's mean.
    ByGroup { pool: u16 },
    /// Paid per diem.
    PerDiem { pool: u16, method: u32 },
    /// Paid otherwise: they count for nothing.
    Other,
}

fn position(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

impl Collector {
    /// A history of these years, the present one last: its groups and hospitals come first.
    pub(super) fn new(years: &[Inputs]) -> Collector {
        let mut found = Collector {
            history: History {
                years: years.len(),
                ..History::default()
            },
            groups: FxHashMap::default(),
            hospitals: FxHashMap::default(),
        };
        for (back, inputs) in years.iter().rev().enumerate() {
            for pool in &inputs.region.policy.pools {
                found.pool(&pool.id);
            }
            for group in &inputs.groups.values {
                let present = Present {
                    base_points: group.base_points,
                    mean_cost: group.mean_cost,
                };
                found.group(&group.code, || KnownGroup {
                    code: group.code.clone(),
                    name: group.name.clone(),
                    kind: group.kind,
                    present: (back == 0).then_some(present),
                });
            }
            for hospital in &inputs.hospitals.values {
                if found.hospitals.contains_key(&hospital.code) {
                    continue;
                }
                let at = position(found.history.hospitals.len());
                found.hospitals.insert(hospital.code.clone(), at);
                found.history.hospitals.push(KnownHospital {
                    code: hospital.code.clone(),
                    name: hospital.name.clone(),
                    level: hospital.level.clone(),
                    present: hospital.coefficient,
                    is_present: back == 0,
                });
            }
        }
        found
    }

    fn group(&mut self, code: &str, new: impl FnOnce() -> KnownGroup) -> u32 {
        if let Some(&at) = self.groups.get(code) {
            return at;
        }
        let at = position(self.history.groups.len());
        self.groups.insert(code.to_owned(), at);
        self.history.groups.push(new());
        at
    }

    fn pool(&mut self, id: &str) -> u16 {
        let known = self.history.pools.iter().position(|pool| pool == id);
        let at = known.unwrap_or_else(|| {
            self.history.pools.push(id.to_owned());
            self.history.pools.len() - 1
        });
        u16::try_from(at).unwrap_or(u16::MAX)
    }

    /// Adds the accepted claims of a year.
    pub(super) fn add(&mut self, year: usize, inputs: &Inputs, claims: &Claims) {
        let year = u16::try_from(year).unwrap_or(u16::MAX);
        let groups: Vec<u32> = inputs
            .groups
            .values
            .iter()
            .map(|group| self.groups[&group.code])
            .collect();
        let hospitals = inputs.hospitals.values.iter();
        let hospitals: Vec<u32> = hospitals.map(|hospital| self.hospitals[&hospital.code]).collect();
        let uses = self.uses(inputs);
        for block in &claims.blocks {
            for (i, claim) in block.claims.iter().enumerate() {
                if claim.is(DUPLICATE) {
                    continue;
                }
                let hospital = hospitals.get(claim.hospital as usize).copied().unwrap_or(u32::MAX);
                match uses.get(usize::from(claim.payer)).copied().unwrap_or(Use::Other) {
                    Use::ByGroup { pool } => {
                        let group = self.group_of(block, i, &groups);
                        self.history.records.push(Record {
                            cost: claim.cost,
                            group,
                            hospital,
                            pool,
                            year,
                            days: block.days(i),
                        });
                    }
                    Use::PerDiem { pool, method } => {
                        let days = block.days(i);
                        if days > 0 {
                            self.history.days.push(DayRecord {
                                cost: claim.cost,
                                days,
                                pool,
                                method,
                                hospital,
                                year,
                            });
                        }
                    }
                    Use::Other => {}
                }
            }
        }
    }

    fn group_of(&mut self, block: &ClaimBlock, i: usize, groups: &[u32]) -> u32 {
        let group = block.claims[i].group;
        if group == NO_GROUP {
            return calibrate::NO_GROUP;
        }
        if group < UNKNOWN_GROUP {
            return groups[group as usize];
        }
        let Some(code) = block.unknown_code(i) else {
            return calibrate::NO_GROUP;
        };
        self.group(code, || KnownGroup {
            code: code.to_owned(),
            name: code.to_owned(),
            kind: GroupKind::Core,
            present: None,
        })
    }

    /// What becomes of the claims of each payer, by its id.
    fn uses(&mut self, inputs: &Inputs) -> Vec<Use> {
        let mut uses = Vec::new();
        while let Ok(id) = u16::try_from(uses.len()) {
            let Some((policy, payer)) = inputs.policy.payer(PayerId(id)) else {
                break;
            };
            let pools = &policy.policy().pools;
            let pool = pools.get(usize::from(payer.pool.0)).map_or("", |pool| pool.id.as_str());
            let method = policy.method_id(payer.method);
            let methods = &policy.policy().methods;
            // A share of a group's points, or another group's, is still paid by what the group costs.
            let by_group = |known: &dianzhi_core::ByGroup| {
                known.id == method && known.by_cost.is_none() && known.long_stay.is_none()
            };
            let found = if payer.method == MethodId::BY_GROUP || methods.by_group.iter().any(by_group) {
                Use::ByGroup { pool: self.pool(pool) }
            } else if methods.per_diem.iter().any(|known| known.id == method) {
                Use::PerDiem {
                    pool: self.pool(pool),
                    method: self.method(method),
                }
            } else {
                Use::Other
            };
            uses.push(found);
        }
        uses
    }

    fn method(&mut self, id: &str) -> u32 {
        let known = self.history.methods.iter().position(|method| method == id);
        let at = known.unwrap_or_else(|| {
            self.history.methods.push(id.to_owned());
            self.history.methods.len() - 1
        });
        position(at)
    }

    /// The history as a whole, or that of each pool that has cases, with its id.
    pub(super) fn finish(self, pools_apart: bool) -> Histories {
        if !pools_apart {
            return vec![(None, self.history)];
        }
        let mut rest = self.history;
        let (records, days) = (std::mem::take(&mut rest.records), std::mem::take(&mut rest.days));
        // The one pool of its history stands first.
        let of_pool = |(at, id): (usize, &String)| {
            let records = records.iter().filter(|record| usize::from(record.pool) == at);
            let days = days.iter().filter(|stay| usize::from(stay.pool) == at);
            let history = History {
                pools: vec![id.clone()],
                records: records.map(|record| Record { pool: 0, ..*record }).collect(),
                days: days.map(|stay| DayRecord { pool: 0, ..*stay }).collect(),
                ..rest.clone()
            };
            (Some(id.clone()), history)
        };
        let pools = rest.pools.iter().enumerate().map(of_pool);
        pools.filter(|(_, history)| !history.records.is_empty()).collect()
    }
}
