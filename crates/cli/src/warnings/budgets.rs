//! What budgets and their bounds did to a pool, in words (W121).

use super::warning;
use crate::figures::grouped;
use crate::lang::text;
use dianzhi::codes;
use dianzhi::engine::{Bound, Fixed, Policy, PoolAccount};
use dianzhi::policy::Diagnostic;

/// A point value that stands at its floor or ceiling, and what it would be without.
pub(super) fn value_at_bound(policy: &Policy, id: &str, account: &PoolAccount) -> Option<Diagnostic> {
    let held = account.price.held_at?;
    let places = policy.rounding.point_value;
    let shown = |units: u128| {
        let units = i128::try_from(units).unwrap_or(i128::MAX);
        grouped(&Fixed { units, places }.to_string())
    };
    let (value, unbounded) = (shown(account.price.point_value), shown(held.unbounded));
    let message = match held.bound {
        Bound::Floor => text(
            format!("资金池 {id} 的点值按总额算得 {unbounded} 元，低于下限，按下限 {value} 元支付"),
            format!("pool {id}: the budget gives a point value of {unbounded} yuan, below the floor; {value} is paid"),
        ),
        Bound::Ceiling => text(
            format!("资金池 {id} 的点值按总额算得 {unbounded} 元，高于上限，按上限 {value} 元支付"),
            format!(
                "pool {id}: the budget gives a point value of {unbounded} yuan, above the ceiling; {value} is paid"
            ),
        ),
    };
    let help = match held.bound {
        Bound::Floor => text(
            "多付的部分由基金承担；若总额确有不足，请核对 budget 和 point_value.floor",
            "the fund bears what is paid on top; if the budget is short, look at budget and point_value.floor",
        ),
        Bound::Ceiling => text(
            "未分完的部分留在基金；请核对 budget 和 point_value.ceiling",
            "what is not shared out stays with the fund; look at budget and point_value.ceiling",
        ),
    };
    Some(warning(codes::W121.id, message, help))
}

/// Why the dues do not come to the distributable budget.
pub(super) fn why_not_the_budget(bound: Bound) -> (&'static str, &'static str) {
    match bound {
        Bound::Floor => ("点值已抬到下限", "the point value is raised to its floor"),
        Bound::Ceiling => ("点值已压到上限", "the point value is cut to its ceiling"),
    }
}
