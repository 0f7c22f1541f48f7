//! What in `[deviation]` is out of range or contradicts itself.

use super::BreachKind;
use super::breaches::Breaches;
use super::deviation::{Deviation, TIERS_MAX, Threshold, ThresholdTier, ratio_key};
use rust_decimal::Decimal;

impl Breaches {
    pub(super) fn deviation(&mut self, deviation: &Deviation) {
        let sides = [("low", &deviation.low), ("high", &deviation.high)];
        for (side, threshold) in sides {
            self.not_negative(&ratio_key(side, None), threshold.ratio);
        }
        let mut too_many = false;
        for (side, threshold) in sides {
            let tiers = threshold.tiers.len();
            if tiers > TIERS_MAX {
                too_many = true;
                self.range(
                    &format!("deviation.{side}.tiers"),
                    tiers,
                    &format!("至多 {TIERS_MAX} 档"),
                    &format!("at most {TIERS_MAX} of them"),
                );
            } else {
                self.tiers(side, threshold);
            }
        }
        self.share("deviation.high.share", deviation.high_share);
        if !too_many {
            self.low_above_high(deviation);
            self.extreme(deviation);
        }
    }

    fn tiers(&mut self, side: &str, threshold: &Threshold) {
        for (i, tier) in threshold.tiers.iter().enumerate() {
            let key = format!("deviation.{side}.tiers[{i}]");
            if tier.level.is_none() && tier.base_points_to.is_none() {
                self.add(
                    BreachKind::OutOfRange,
                    &key,
                    None,
                    format!("{key} 没有条件：level、base_points_to 至少写一个"),
                    format!("{key} has no condition: it needs a level, a base_points_to, or both"),
                );
                self.remedy(
                    "写上条件；或删去此档，其余病例的界限由 ratio 定",
                    "add one; or leave the tier out, for ratio is the bound of all other cases",
                );
            }
            if let Some(most) = tier.base_points_to {
                self.not_negative(&format!("{key}.base_points_to"), most);
            }
            self.not_negative(&ratio_key(side, Some(i)), tier.ratio);
            if let Some(j) = threshold.tiers[..i].iter().position(|earlier| covers(earlier, tier)) {
                let other = format!("deviation.{side}.tiers[{j}]");
                self.add(
                    BreachKind::Contradiction,
                    &key,
                    Some(&other),
                    format!("{key} 永远用不到：合于它的病例都已合于前面的 {other}"),
                    format!("{key} can never count: every case that it fits, {other} before it fits too"),
                );
                self.remedy(
                    "范围小的档写在前面，或删去其中一档",
                    "put the narrower tier first, or leave one of the two out",
                );
            }
        }
    }

    /// Every low bound against the high bounds that can count for the same case.
    fn low_above_high(&mut self, deviation: &Deviation) {
        let (low, high) = (&deviation.low, &deviation.high);
        let tiers = || low.tiers.iter().chain(&high.tiers);
        // One case of every kind that tiers tell apart, and one that none of them names.
        let mut levels: Vec<Option<&str>> = tiers().map(|tier| tier.level.as_deref()).collect();
        levels.push(None);
        levels.sort_unstable();
        levels.dedup();
        let mut points: Vec<Option<Decimal>> = tiers().map(|tier| tier.base_points_to).collect();
        points.push(None);
        points.sort_unstable();
        points.dedup();
        let mut told = Vec::new();
        for level in levels {
            for &points in &points {
                let pair = (low.deciding(level, points), high.deciding(level, points));
                let (below, above) = (low.bound(pair.0), high.bound(pair.1));
                if below <= above || told.contains(&pair) {
                    continue;
                }
                told.push(pair);
                self.add(
                    BreachKind::Contradiction,
                    &ratio_key("low", pair.0),
                    Some(&ratio_key("high", pair.1)),
                    format!("低倍率界限 {below} 高于高倍率界限 {above}"),
                    format!("the low bound {below} is above the high bound {above}"),
                );
            }
        }
    }

    fn extreme(&mut self, deviation: &Deviation) {
        let Some(extreme) = deviation.extreme else { return };
        let key = "deviation.extreme.ratio";
        self.not_negative(key, extreme.ratio);
        let tiers = std::iter::once(None).chain((0..deviation.high.tiers.len()).map(Some));
        for tier in tiers {
            let high = deviation.high.bound(tier);
            if high <= extreme.ratio {
                continue;
            }
            let found = extreme.ratio;
            self.add(
                BreachKind::Contradiction,
                key,
                Some(&ratio_key("high", tier)),
                format!("极高倍率界限 {found} 低于高倍率界限 {high}"),
                format!("the extreme bound {found} is below the high bound {high}"),
            );
        }
    }
}

/// Whether every case that the later tier fits, the earlier one fits too.
fn covers(earlier: &ThresholdTier, later: &ThresholdTier) -> bool {
    let levels = earlier.level.is_none() || earlier.level == later.level;
    let points = match (earlier.base_points_to, later.base_points_to) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(to), Some(later)) => later <= to,
    };
    levels && points
}
