//! The point value held between its floor and its ceiling (docs/SETTLEMENT.md §5.2).

use super::PoolPrice;
use crate::compiled::{CompiledPolicy, PoolId};
use crate::decimal::units;
use crate::trace::input;
use crate::{Decimal, Origin, Rule, Step, TooLarge, Tracer};
use num_traits::ToPrimitive;
use serde::Serialize;

/// A bound of the point value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bound {
    /// The least.
    Floor,
    /// The most.
    Ceiling,
}

/// The bound that a point value stands at, and what it would be without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeldAt {
    /// The bound.
    pub bound: Bound,
    /// ⟦N ÷ P⟧v in units of 10^-`rounding.point_value` yuan a point.
    pub unbounded: u128,
}

impl PoolPrice {
    /// The step that the point value comes from.
    pub(crate) fn value_step(&self) -> Rule {
        match self.held_at {
            Some(_) => Rule::PointValueBounded,
            None => Rule::PointValue,
        }
    }
}

impl CompiledPolicy {
    /// V = min(max(V, floor), ceiling).
    pub(super) fn hold_within_bounds(
        &self,
        id: PoolId,
        price: &mut PoolPrice,
        tracer: &mut impl Tracer,
    ) -> Result<(), TooLarge> {
        let pool = self.policy.pools.get(usize::from(id.0));
        let Some(bounds) = pool.and_then(|pool| pool.point_value) else {
            return Ok(());
        };
        let places = self.policy.rounding.point_value;
        let units_of = |bound: Decimal| {
            let units = units(bound, places).and_then(|units| units.to_u128());
            units.ok_or(TooLarge(Rule::PointValueBounded))
        };
        let unbounded = price.point_value;
        let before = price.show_value(self);
        let mut hold = |bound: Bound, value: u128| {
            price.point_value = value;
            price.held_at = Some(HeldAt { bound, unbounded });
        };
        if let Some(floor) = bounds.floor.map(units_of).transpose()?
            && unbounded < floor
        {
            hold(Bound::Floor, floor);
        }
        if let Some(ceiling) = bounds.ceiling.map(units_of).transpose()?
            && unbounded > ceiling
        {
            hold(Bound::Ceiling, ceiling);
        }
        tracer.step(|| {
            let mut inputs = vec![input("V", &before, Origin::Step(Rule::PointValue))];
            let mut expression = before.clone();
            for (name, bound, least) in [("floor", bounds.floor, "max"), ("ceiling", bounds.ceiling, "min")] {
                let Some(bound) = bound else { continue };
                let key = format!("pool[{}].point_value.{name}", id.0);
                inputs.push(input(name, bound, Origin::Policy(key)));
                expression = format!("{least}({expression}, {bound})");
            }
            Step {
                rule: Rule::PointValueBounded,
                inputs,
                expression,
                rounding: None,
                result: price.show_value(self),
            }
        });
        Ok(())
    }
}
