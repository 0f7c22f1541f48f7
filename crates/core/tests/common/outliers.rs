//! Rules of outliers put into a drawn year, from draws of their own.

use super::{CLAIM_FEN_MAX, Draw, Row, Year};
use dianzhi_core::model::{self, exact};
use dianzhi_core::{
    CompareWith, Decimal, Extreme, ExtremePay, Group, OutlierCoefficient, RoundingMode, Threshold, ThresholdTier,
    Yardstick,
};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, ToPrimitive};

type Q = BigRational;

pub(crate) const COEFFICIENTS: [OutlierCoefficient; 3] = [
    OutlierCoefficient::Dropped,
    OutlierCoefficient::Kept,
    OutlierCoefficient::Carried,
];

pub(super) fn drawn(mut year: Year, draw: &mut Draw) -> Year {
    for hospital in &mut year.hospitals {
        hospital.level = draw.pick(&["1", "2", "3"]).to_owned();
    }
    let most = match year.groups.first() {
        Some(group) => group.base_points,
        None => Decimal::ONE,
    };
    let deviation = &mut year.policy.deviation;
    deviation.compare_with = draw.pick(&[Yardstick::GroupMean, Yardstick::Standard]);
    deviation.low.coefficient = draw.pick(&COEFFICIENTS);
    deviation.high.coefficient = draw.pick(&COEFFICIENTS);
    if draw.chance(60) {
        deviation.high_share = draw.share();
    }
    let (low, high) = (deviation.low.ratio, deviation.high.ratio);
    deviation.low.tiers = tiers(most, draw, |draw| (low * draw.decimal(0, 1, 2)).trunc_with_scale(12));
    deviation.high.tiers = tiers(most, draw, |draw| high + draw.decimal(0, 2, 2));
    if draw.chance(60) {
        let highest = deviation.high.ratios().max().expect("a bound");
        deviation.extreme = Some(Extreme {
            ratio: if draw.chance(20) {
                highest
            } else {
                highest + draw.decimal(0, 3, 1)
            },
            inclusive: draw.chance(50),
            pay: draw.pick(&[ExtremePay::Normal, ExtremePay::AtThreshold]),
        });
    }
    let mut claims = std::mem::take(&mut year.claims);
    for row in claims
        .iter_mut()
        .filter(|row| row.way.apart.is_empty() && row.way.deducted == 0)
    {
        if draw.chance(50) {
            put_at_a_bound(&year, row, draw);
        }
    }
    year.claims = claims;
    year
}

/// Tiers of every make, none of which an earlier one leaves without cases.
fn tiers(most: Decimal, draw: &mut Draw, mut ratio: impl FnMut(&mut Draw) -> Decimal) -> Vec<ThresholdTier> {
    let mut tier = |draw: &mut Draw, level: Option<&str>, base_points_to: Option<Decimal>| ThresholdTier {
        level: level.map(str::to_owned),
        base_points_to,
        ratio: ratio(draw),
    };
    let more = most + Decimal::new(draw.number(1, 50), 1);
    match draw.number(0, 4) {
        0 => Vec::new(),
        1 => vec![tier(draw, Some("3"), None), tier(draw, Some("2"), None)],
        2 => vec![tier(draw, None, Some(most)), tier(draw, None, Some(more))],
        3 => vec![
            tier(draw, Some("3"), Some(most)),
            tier(draw, None, Some(most)),
            tier(draw, Some("2"), None),
        ],
        _ => vec![tier(draw, Some("1"), None), tier(draw, None, Some(more))],
    }
}

/// The cost at a bound, or one fen beside it.
fn put_at_a_bound(year: &Year, row: &mut Row, draw: &mut Draw) {
    let Some(group) = group_of(year, row) else { return };
    let deviation = &year.policy.deviation;
    let bounds = [&deviation.low, &deviation.high].map(|side| bound(year, side, row, group).0);
    let bound = match deviation.extreme.filter(|_| draw.chance(40)) {
        Some(extreme) => exact(extreme.ratio),
        None => bounds[draw.count(0, 1)].clone(),
    };
    let fen = at(year, row, group, &bound) + draw.number(-1, 1);
    if (1..=CLAIM_FEN_MAX).contains(&fen) {
        row.medical_cost = fen;
        row.fund_billed = row.fund_billed.min(fen);
    }
}

pub(crate) fn group_of<'y>(year: &'y Year, row: &Row) -> Option<&'y Group> {
    year.groups.iter().find(|group| group.code == row.group)
}

/// The bound of a case in `low` or `high`, and what of a tier decided it.
pub(crate) fn bound(year: &Year, side: &Threshold, row: &Row, group: &Group) -> (Q, &'static str) {
    let hospital = year.hospitals.iter().find(|hospital| hospital.code == row.hospital);
    let level = &hospital.expect("a hospital of the year").level;
    for tier in &side.tiers {
        let by_level = tier.level.as_ref().is_none_or(|own| own == level);
        let by_points = tier.base_points_to.is_none_or(|most| group.base_points <= most);
        if by_level && by_points {
            let by = match (&tier.level, tier.base_points_to) {
                (Some(_), Some(_)) => "both",
                (Some(_), None) => "level",
                _ => "points",
            };
            return (exact(tier.ratio), by);
        }
    }
    (exact(side.ratio), "rest")
}

/// k, 1 where hospitals are paid alike.
pub(crate) fn coefficient(year: &Year, row: &Row, group: &Group) -> Q {
    if year.policy.pricing.coefficient_not_for.contains(&group.kind) {
        return Q::one();
    }
    let hospital = year.hospitals.iter().find(|hospital| hospital.code == row.hospital);
    exact(hospital.expect("a hospital of the year").coefficient)
}

/// The factor of a case where it counts, and whether it makes the case one of a sub-type.
pub(crate) fn factor(year: &Year, row: &Row) -> (Q, bool) {
    match year.policy.auxiliary.map(|auxiliary| auxiliary.compare_with) {
        Some(CompareWith::Type) => (exact(row.factor), false),
        Some(CompareWith::SubType) => (exact(row.factor), true),
        None => (Q::one(), false),
    }
}

/// Yuan that a case's cost is held against.
pub(crate) fn compared(year: &Year, row: &Row, group: &Group) -> Q {
    let mut mean = exact(group.mean_cost);
    if let (factor, true) = factor(year, row) {
        mean *= factor;
    }
    if year.policy.deviation.compare_with == Yardstick::Standard {
        mean *= coefficient(year, row, group);
    }
    mean
}

/// The last fen that is not above a bound.
pub(crate) fn at(year: &Year, row: &Row, group: &Group, bound: &Q) -> i64 {
    let cost = compared(year, row, group) * bound;
    let fen = model::rounded(&cost, 2, RoundingMode::Down) * BigInt::from(100);
    fen.to_integer().to_i64().unwrap_or(0)
}

/// Names what the rules of outliers do with a case paid by group.
pub(crate) fn names(year: &Year, row: &Row, class: &str) -> Vec<String> {
    let Some(group) = group_of(year, row).filter(|_| row.way.method.is_empty()) else {
        return Vec::new();
    };
    let deviation = &year.policy.deviation;
    let x = Q::new(row.medical_cost.into(), 100.into()) / compared(year, row, group);
    let yardstick = deviation.compare_with;
    let mut names = Vec::new();
    for (name, side) in [("low", &deviation.low), ("high", &deviation.high)] {
        let (bound, by) = bound(year, side, row, group);
        if x == bound {
            names.push(format!("at the {name} bound by {by}, inclusive {}", side.inclusive));
        }
        if class == name {
            let of = match factor(year, row) {
                (factor, _) if factor.is_one() => "",
                (_, true) => " of a sub-type",
                _ => " with a factor",
            };
            names.push(format!("{name}{of} {:?} {yardstick:?}", side.coefficient));
            names.push(format!("{name} by {by}"));
        }
    }
    if class == "high" && deviation.high_share < Decimal::ONE {
        names.push(format!("a share, {:?}", deviation.high.coefficient));
    }
    if let Some(extreme) = deviation.extreme.filter(|_| class == "high") {
        let bound = exact(extreme.ratio);
        if x == bound {
            names.push(format!("at the extreme bound, inclusive {}", extreme.inclusive));
        }
        if x > bound {
            names.push(format!("extreme {:?} {:?}", extreme.pay, deviation.high.coefficient));
        }
    }
    names
}
