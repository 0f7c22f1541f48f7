//! `[deviation]` where it goes beyond two plain bounds: for every group and level of hospital the
//! bounds that count, as fractions.

use super::{FenBounds, GroupId, HospitalId, fen};
use crate::{Decimal, Group, Hospital, Policy, Yardstick};

/// A decimal that is not negative, as digits over a power of ten.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ratio {
    pub(crate) top: u128,
    pub(crate) bottom: u128,
}

impl Ratio {
    pub(crate) fn of(decimal: Decimal) -> Ratio {
        let plain = decimal.normalize();
        // At most 28 decimals, which is what a `Decimal` has.
        Ratio {
            top: plain.mantissa().unsigned_abs(),
            bottom: 10u128.pow(plain.scale()),
        }
    }
}

/// A bound with the tier that it is of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bound {
    pub(crate) tier: Option<usize>,
    pub(crate) ratio: Ratio,
}

/// The bounds of a group at the hospitals of one level.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    pub(crate) low: Bound,
    pub(crate) high: Bound,
    /// The same in fen, where a cost is compared with the group's mean.
    pub(crate) fen: Option<FenBounds>,
}

/// The rules of outliers; none where the policy's are plain and nothing is done with the points after.
#[derive(Clone, Debug)]
pub(crate) struct CompiledOutliers {
    pub(crate) high_share: Ratio,
    pub(crate) extreme: Option<Ratio>,
    /// Position of a hospital's level among those that tiers name; 0 for any other.
    level_of: Vec<usize>,
    levels: usize,
    /// By group and then by level.
    bounds: Vec<Bounds>,
}

impl CompiledOutliers {
    pub(super) fn new(policy: &Policy, groups: &[Group], hospitals: &[Hospital]) -> Option<CompiledOutliers> {
        let deviation = &policy.deviation;
        // With support every case goes the way of the rules, so that the plain one need not ask.
        if deviation.is_plain() && policy.support.is_none() {
            return None;
        }
        let mut levels: Vec<Option<&str>> = vec![None];
        for tier in deviation.low.tiers.iter().chain(&deviation.high.tiers) {
            let level = tier.level.as_deref();
            if !levels.contains(&level) {
                levels.push(level);
            }
        }
        let by_mean = deviation.compare_with == Yardstick::GroupMean;
        let position = |hospital: &Hospital| levels.iter().position(|level| *level == Some(hospital.level.as_str()));
        let bounds_of = |group: &Group, level: Option<&str>| {
            let bound = |side: &crate::Threshold| {
                let tier = side.deciding(level, Some(group.base_points));
                let ratio = Ratio::of(side.bound(tier));
                Bound { tier, ratio }
            };
            let (low, high) = (bound(&deviation.low), bound(&deviation.high));
            let ratios = (deviation.low.bound(low.tier), deviation.high.bound(high.tier));
            Bounds {
                low,
                high,
                fen: by_mean.then(|| FenBounds::new(deviation, ratios, &fen(group.mean_cost))),
            }
        };
        let of_levels = |group| levels.iter().map(move |level| bounds_of(group, *level));
        Some(CompiledOutliers {
            high_share: Ratio::of(deviation.high_share),
            extreme: deviation.extreme.map(|extreme| Ratio::of(extreme.ratio)),
            level_of: hospitals
                .iter()
                .map(|hospital| position(hospital).unwrap_or(0))
                .collect(),
            levels: levels.len(),
            bounds: groups.iter().flat_map(of_levels).collect(),
        })
    }

    pub(crate) fn bounds(&self, group: GroupId, hospital: HospitalId) -> Option<&Bounds> {
        let level = self.level_of.get(hospital.0 as usize)?;
        self.bounds.get(group.0 as usize * self.levels + level)
    }
}
