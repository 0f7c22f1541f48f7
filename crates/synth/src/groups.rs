//! Disease groups: codes, names, mean costs, base points, and how often each is seen.

use crate::SynthError;
use crate::decimals::units;
use crate::hospitals::{Hospital, LEVELS};
use crate::mdc::{MDCS, Mdc, TCM};
use crate::plan::Plan;
use crate::random::{Random, Weights};
use dianzhi_core::{Decimal, Fixed, GroupKind};
use std::io::Write;

/// Fewest and most groups.
const GROUPS: (u64, u64) = (250, 800);
/// One group more for so many claims.
const CLAIMS_PER_GROUP: u64 = 2_000;

/// One disease group.
pub(crate) struct Group {
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) kind: GroupKind,
    /// Cost against the mean of all cases, in per mille, before it is fitted to the region.
    relative: u64,
    /// Fen.
    pub(crate) mean_cost: u64,
    /// Units of the plan's decimals.
    pub(crate) base_points: i64,
    pub(crate) mdc: &'static Mdc,
    pub(crate) surgical: bool,
    frequency: u64,
    pub(crate) stay_days: u64,
    pub(crate) diagnosis: String,
    pub(crate) procedure: Option<String>,
}

/// The table of groups.
pub(crate) struct Groups {
    pub(crate) list: Vec<Group>,
    /// How often each is seen in hospitals of level 1, 2, 3.
    pub(crate) by_level: [Weights; LEVELS],
}

/// A disease or operation with its severity suffix, before it becomes a group.
struct Stem {
    mdc: &'static Mdc,
    code: String,
    name: String,
    surgical: bool,
    relative: u64,
    frequency: u64,
}

impl Groups {
    pub(crate) fn make(
        plan: &Plan,
        claims: u64,
        hospitals: &[Hospital],
        random: &mut Random,
    ) -> Result<Groups, SynthError> {
        let (least, most) = GROUPS;
        let target = (least + claims / CLAIMS_PER_GROUP).min(most);
        let tcm = target * 4 / 100;
        let mut list = Vec::new();
        let mut stems = stems(random);
        random.shuffle(&mut stems);
        for stem in stems {
            if (list.len() as u64) < target - tcm {
                list.extend(severities(&stem, random));
            }
        }
        let mut chosen = TCM;
        random.shuffle(&mut chosen);
        list.extend(
            chosen
                .iter()
                .zip(0..tcm)
                .map(|(&(letter, name), _)| tcm_group(letter, name, random)),
        );
        list.sort_by(|a, b| a.code.cmp(&b.code));
        name_basic(&mut list, random);
        let by_level = [1, 2, 3].map(|level| Weights::new(list.iter().map(|group| group.seen_at(level))));
        let mut groups = Groups { list, by_level };
        groups.price(plan, hospitals)?;
        Ok(groups)
    }

    /// The groups of a region's own table.
    pub(crate) fn known(list: Vec<Group>) -> Groups {
        let by_level = [1, 2, 3].map(|level| Weights::new(list.iter().map(|group| group.seen_at(level))));
        Groups { list, by_level }
    }

    /// Scales the mean costs so that the claims to come cost `mean_cost_all` on the whole.
    fn price(&mut self, plan: &Plan, hospitals: &[Hospital]) -> Result<(), SynthError> {
        // Mean of the relative costs over hospitals and their groups, in per mille.
        let (mut cost, mut cases) = (0u128, 0u128);
        for hospital in hospitals {
            let level = usize::from(hospital.level) - 1;
            let sum: u128 = self
                .list
                .iter()
                .map(|group| group.seen(hospital.level) * u128::from(group.relative))
                .sum();
            let mean = sum / u128::from(self.by_level[level].total().max(1));
            cost += mean * u128::from(hospital.cost_level) * u128::from(hospital.volume) / 1000;
            cases += u128::from(hospital.volume);
        }
        let mean = (cost / cases.max(1)).max(1);
        let too_big = || SynthError::key("pricing.scale", "较小的数", "a smaller number");
        let all = units(plan.mean_cost_all, 2).unwrap_or(0).unsigned_abs();
        for group in &mut self.list {
            group.mean_cost = u64::try_from(all * u128::from(group.relative) / mean)
                .unwrap_or(1)
                .max(1);
            let points = Decimal::from(group.mean_cost)
                .checked_div(Decimal::from(100) * plan.mean_cost_all)
                .and_then(|share| share.checked_mul(plan.scale))
                .and_then(|points| units(points, plan.points_places))
                .ok_or_else(too_big)?;
            group.base_points = i64::try_from(points).map_err(|_| too_big())?.max(1);
        }
        Ok(())
    }

    /// Writes groups.csv.
    pub(crate) fn write(&self, places: u32, out: &mut impl Write) -> std::io::Result<()> {
        writeln!(out, "group_code,name,kind,base_points,mean_cost")?;
        for group in &self.list {
            let kind = match group.kind {
                GroupKind::Core => "core",
                GroupKind::Basic => "basic",
                GroupKind::Tcm => "tcm",
            };
            let points = Fixed {
                units: group.base_points.into(),
                places,
            };
            let mean = Fixed {
                units: group.mean_cost.into(),
                places: 2,
            };
            writeln!(out, "{},{},{kind},{points},{mean}", group.code, group.name)?;
        }
        Ok(())
    }
}

impl Group {
    /// A group of a region's own table.
    pub(crate) fn known(
        [code, name]: [&str; 2],
        kind: GroupKind,
        (mean_cost, base_points): (u64, i64),
        plan: &Plan,
        random: &mut Random,
    ) -> Group {
        let all = units(plan.mean_cost_all, 2).and_then(|mean| u64::try_from(mean).ok());
        let relative = mean_cost.saturating_mul(1_000) / all.unwrap_or(0).max(1);
        let luck = random.between(10, 100);
        Group {
            code: code.to_owned(),
            name: name.to_owned(),
            kind,
            relative,
            mean_cost,
            base_points,
            mdc: &MDCS[0],
            surgical: false,
            // Cheap groups are the frequent ones, as in the tables that are made up.
            frequency: (luck * luck * 10 / relative.clamp(300, 6_000)).max(1),
            stay_days: 3 + relative.min(20_000) / 250,
            diagnosis: String::new(),
            procedure: None,
        }
    }

    /// Weight among the groups of a hospital of this level: operations and dear groups gather at
    /// the large hospitals, primary-care groups at the small ones.
    pub(crate) fn seen_at(&self, level: u8) -> u64 {
        let weight = self.frequency * 100;
        match (level, self.kind) {
            (1, GroupKind::Basic) => weight * 4,
            (1, _) if self.surgical || self.relative > 1500 => weight / 50,
            (2, GroupKind::Basic) => weight * 2,
            (2, _) if self.relative > 3000 => weight / 4,
            (3, GroupKind::Basic) => weight / 2,
            (3, _) if self.relative > 1500 => weight * 2,
            _ => weight,
        }
    }

    fn seen(&self, level: u8) -> u128 {
        self.seen_at(level).into()
    }
}

fn stems(random: &mut Random) -> Vec<Stem> {
    let mut stems = Vec::new();
    for mdc in &MDCS {
        for (position, name) in mdc.medical.iter().enumerate() {
            let (letter, digit) = (['R', 'S', 'T', 'U', 'V'][position / 2], position % 2 + 1);
            stems.push(Stem {
                mdc,
                code: format!("{}{letter}{digit}", mdc.letter),
                name: (*name).to_owned(),
                surgical: false,
                relative: random.between(380, 900) + random.below(500) * random.below(2),
                frequency: frequency(mdc, 3, random),
            });
        }
        for (position, name) in mdc.surgical.iter().enumerate() {
            let minor = position + 1 == mdc.surgical.len();
            let (low, high) = if minor { (700, 1600) } else { (1100, 4200) };
            stems.push(Stem {
                mdc,
                code: format!("{}{}1", mdc.letter, ['B', 'C', 'D', 'E', 'F', 'K'][position]),
                name: (*name).to_owned(),
                surgical: true,
                relative: random.between(low, high),
                frequency: frequency(mdc, 1, random),
            });
        }
    }
    stems
}

/// A few diseases are most of the work, many are rare.
fn frequency(mdc: &Mdc, factor: u64, random: &mut Random) -> u64 {
    let luck = random.between(10, 100);
    (mdc.share * factor * luck * luck / 3_000).max(1)
}

/// The groups of one stem: split in three, in two, or not at all.
fn severities(stem: &Stem, random: &mut Random) -> Vec<Group> {
    const SPLIT_3: &[(u8, &str, u64, u64)] = &[
        (1, "，伴严重并发症或合并症", 1450, 50),
        (3, "，伴并发症或合并症", 1120, 100),
        (5, "，不伴并发症或合并症", 840, 130),
    ];
    const SPLIT_2: &[(u8, &str, u64, u64)] = &[
        (1, "，伴严重并发症或合并症", 1380, 60),
        (5, "，不伴严重并发症或合并症", 880, 130),
    ];
    let split = match random.below(100) {
        0..55 => SPLIT_3,
        55..80 => SPLIT_2,
        _ => &[(9, "", 1000, 200)],
    };
    let diagnosis = format!("{}{:02}.{}00", stem.mdc.chapter, random.below(100), random.below(10));
    let procedure = stem.surgical.then(|| {
        let (site, kind) = (random.below(100), random.below(10));
        format!("{:02}.{site:02}{kind:02}", stem.mdc.procedures)
    });
    let group = |&(digit, suffix, cost, share): &(u8, &str, u64, u64)| {
        let relative = stem.relative * cost / 1000;
        Group {
            code: format!("{}{digit}", stem.code),
            name: format!("{}{suffix}", stem.name),
            kind: GroupKind::Core,
            relative,
            mean_cost: 0,
            base_points: 0,
            mdc: stem.mdc,
            surgical: stem.surgical,
            frequency: (stem.frequency * share / 100).max(1),
            stay_days: 3 + relative / 250,
            diagnosis: diagnosis.clone(),
            procedure: procedure.clone(),
        }
    };
    split.iter().map(group).collect()
}

/// A group of traditional Chinese medicine; its code has a Z where the others have their type.
fn tcm_group(letter: char, name: &str, random: &mut Random) -> Group {
    let mdc = MDCS.iter().find(|mdc| mdc.letter == letter).unwrap_or(&MDCS[0]);
    let number = TCM
        .iter()
        .filter(|(other, _)| *other == letter)
        .position(|(_, other)| *other == name);
    let relative = random.between(480, 900);
    Group {
        code: format!("{letter}Z{}9", number.unwrap_or(0) + 1),
        name: name.to_owned(),
        kind: GroupKind::Tcm,
        relative,
        mean_cost: 0,
        base_points: 0,
        mdc,
        surgical: false,
        frequency: frequency(mdc, 2, random),
        stay_days: 6 + relative / 200,
        diagnosis: format!("{}{:02}.{}00", mdc.chapter, random.below(100), random.below(10)),
        procedure: None,
    }
}

/// Makes 12 % of the groups primary-care groups (基层病种), all of them cheap and uncomplicated.
fn name_basic(list: &mut [Group], random: &mut Random) {
    let wanted = list.len() * 12 / 100;
    let simple = |group: &Group| {
        let uncomplicated = group.code.ends_with('5') || group.code.ends_with('9');
        group.kind == GroupKind::Core && !group.surgical && uncomplicated && group.relative < 1000
    };
    let mut positions: Vec<usize> = (0..list.len()).filter(|&i| simple(&list[i])).collect();
    random.shuffle(&mut positions);
    for &position in positions.iter().take(wanted) {
        list[position].kind = GroupKind::Basic;
    }
}
