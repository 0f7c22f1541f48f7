//! Floor and ceiling of the point value 点值上下限.

use super::breaches::Breaches;
use super::{BreachKind, PLACES_MAX, Policy, Pool, PricingMethod, Remainder};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// `point_value` of a `[[pool]]`: V = min(max(⟦N ÷ P⟧v, floor), ceiling), in yuan a point.
///
/// Where a bound takes hold the dues no longer come to the distributable budget: at the floor the
/// fund pays more, at the ceiling it keeps the rest. Source: point value with or without bounds is
/// the region's policy; no published number was found (unconfirmed).
///
/// ```
/// use dianzhi_core::{example, BreachKind, PointValueBounds};
/// let mut policy = example::policy();
/// let bounds = |floor, ceiling| Some(PointValueBounds { floor: Some(floor), ceiling: Some(ceiling) });
/// policy.pools[0].point_value = bounds(80.into(), 120.into());
/// assert!(policy.breaches().is_empty());
/// policy.pools[0].point_value = bounds(120.into(), 80.into());
/// assert_eq!(policy.breaches()[0].kind, BreachKind::Contradiction);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PointValueBounds {
    /// The least, where there is one.
    pub floor: Option<Decimal>,
    /// The most, where there is one.
    pub ceiling: Option<Decimal>,
}

impl Breaches {
    pub(super) fn point_value(&mut self, policy: &Policy, i: usize, pool: &Pool) {
        let Some(bounds) = &pool.point_value else { return };
        let key = format!("pool[{i}].point_value");
        if bounds.floor.is_none() && bounds.ceiling.is_none() {
            self.range(&key, "{}", "写 floor 或 ceiling", "a floor, a ceiling, or both");
            self.remedy(
                "写 floor、ceiling 或两者；点值没有界限时删去 point_value",
                "write a floor, a ceiling or both; leave point_value out where there are no bounds",
            );
        }
        let places = policy.rounding.point_value.min(PLACES_MAX);
        for (name, bound) in [("floor", bounds.floor), ("ceiling", bounds.ceiling)] {
            let Some(bound) = bound else { continue };
            let key = format!("{key}.{name}");
            self.above_zero(&key, bound);
            self.decimals(&key, bound, places);
        }
        if let (Some(floor), Some(ceiling)) = (bounds.floor, bounds.ceiling)
            && floor > ceiling
        {
            self.add(
                BreachKind::Contradiction,
                &format!("{key}.floor"),
                Some(&format!("{key}.ceiling")),
                format!("点值下限 {floor} 高于上限 {ceiling}"),
                format!("the floor {floor} of the point value is above its ceiling {ceiling}"),
            );
        }
        if policy.rounding.remainder == Remainder::LargestRemainder {
            self.add(
                BreachKind::Contradiction,
                &key,
                Some("rounding.remainder"),
                "最大余数法把可分配总额一分不差地分完，点值不能另有上下限".to_owned(),
                "largest-remainder hands out every fen of the budget; the point value cannot be bounded as well"
                    .to_owned(),
            );
        }
        if policy.pricing.method == PricingMethod::Rate {
            self.add(
                BreachKind::Contradiction,
                &key,
                Some("pricing.method"),
                "pricing.method 为 rate 时用 base_rate，没有点值，不能写点值上下限".to_owned(),
                "with pricing.method rate the base rate stands in place of a point value; there is nothing to bound"
                    .to_owned(),
            );
        }
    }

    /// A pool that pays by another's point value has none of its own to make, bound or share out.
    pub(super) fn point_value_of(&mut self, policy: &Policy, i: usize, pool: &Pool) {
        let Some(of) = &pool.point_value_of else { return };
        let key = format!("pool[{i}].point_value_of");
        let mut clashes: Vec<(String, String, String)> = Vec::new();
        let mut refuse = |other: &str, zh: String, en: String| clashes.push((other.to_owned(), zh, en));
        if pool.point_value.is_some() {
            refuse(
                &format!("pool[{i}].point_value"),
                format!("点值取自 {of}，不能另有上下限"),
                format!("the point value is that of {of}; it cannot be bounded as well"),
            );
        }
        if policy.rounding.remainder == Remainder::LargestRemainder {
            refuse(
                "rounding.remainder",
                format!("最大余数法按本池预算分尽，点值不能取自 {of}"),
                format!(
                    "largest-remainder hands out every fen of a pool's own budget; the point value cannot be that of {of}"
                ),
            );
        }
        if policy.pricing.method == PricingMethod::Rate {
            refuse(
                "pricing.method",
                "pricing.method 为 rate 时各池用自己的 base_rate，没有点值可取".to_owned(),
                "with pricing.method rate every pool has its base_rate; there is no point value to take".to_owned(),
            );
        }
        let lender = policy.pools.iter().position(|other| other.id == *of);
        match lender {
            Some(at) if at == i => refuse(
                &format!("pool[{i}].id"),
                format!("{of} 是本池自己"),
                format!("{of} is the pool itself"),
            ),
            Some(at) if policy.pools[at].point_value_of.is_some() => refuse(
                &format!("pool[{at}].point_value_of"),
                format!("{of} 的点值又取自别的池：须取自己算点值的池"),
                format!("{of} takes its point value from another pool; name the one that makes it"),
            ),
            _ => {}
        }
        for (other, zh, en) in clashes {
            self.add(BreachKind::Contradiction, &key, Some(&other), zh, en);
        }
        if lender.is_none() {
            self.unknown(&key, of, "[[pool]]", policy.pools.iter().map(|pool| &pool.id));
        }
    }
}
