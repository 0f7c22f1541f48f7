//! Reads what a region file says of budgets: bounds of the point value.

use crate::keys;
use crate::read::{Reader, Section};
use dianzhi_core::{Decimal, PointValueBounds};

/// `point_value` of a `[[pool]]`.
pub(crate) fn point_value(reader: &mut Reader<'_>, pool: &Section<'_>) -> Option<PointValueBounds> {
    pool.get("point_value")?;
    let section = reader.section(pool, "point_value", keys::POINT_VALUE);
    // A bound that cannot be read is still a bound: the need for one is met.
    let mut bound = |name| {
        let stands_in = section.get(name).map(|_| Decimal::ONE);
        reader.decimal(&section, name).or(stands_in)
    };
    Some(PointValueBounds {
        floor: bound("floor"),
        ceiling: bound("ceiling"),
    })
}
