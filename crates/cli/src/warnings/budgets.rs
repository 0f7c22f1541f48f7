//! What budgets and their bounds did to a pool, in words (W131–W133).

use super::warning;
use crate::figures::{grouped, yuan};
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
    Some(warning(codes::W131.id, message, help))
}

/// Why the dues do not come to the distributable budget.
pub(super) fn why_not_the_budget(bound: Bound) -> (&'static str, &'static str) {
    match bound {
        Bound::Floor => ("点值已抬到下限", "the point value is raised to its floor"),
        Bound::Ceiling => ("点值已压到上限", "the point value is cut to its ceiling"),
    }
}

/// What of a pool's own surplus the fund keeps, or of its overspend it bears.
pub(super) fn shared_with_fund(policy: &Policy, id: &str, account: &PoolAccount) -> Option<Diagnostic> {
    policy.pool_clearing?;
    let (d, f) = (account.price.distributable.0, account.totals.fund_billed);
    let of_fund = account.price.kept_by_fund().0;
    if of_fund == 0 {
        return None;
    }
    let (between, kept, shared) = (
        yuan((d - f).abs()),
        yuan(of_fund.abs()),
        yuan(account.price.to_hospitals.0),
    );
    let message = if of_fund > 0 {
        text(
            format!("资金池 {id} 记账比可分配总额少 {between} 元，其中 {kept} 元归基金，按 {shared} 元分给医院"),
            format!(
                "pool {id}: {between} yuan less was billed than may be distributed; the fund keeps {kept} of it, and {shared} are shared out"
            ),
        )
    } else {
        text(
            format!("资金池 {id} 记账比可分配总额多 {between} 元，其中 {kept} 元由基金承担，按 {shared} 元分给医院"),
            format!(
                "pool {id}: {between} yuan more was billed than may be distributed; the fund bears {kept} of it, and {shared} are shared out"
            ),
        )
    };
    let help = text(
        "按 [pool_clearing] 的比例划分；请核对政策文件",
        "shared as [pool_clearing] says; check it against the policy document",
    );
    Some(warning(codes::W132.id, message, help))
}

/// A pool for which more is paid than its budget, deposits not returned aside.
pub(super) fn beyond_budget(id: &str, account: &PoolAccount) -> Option<Diagnostic> {
    let left = account.left_in_fund.0;
    if left >= 0 {
        return None;
    }
    let (over, budget) = (yuan(left.abs()), yuan(account.price.budget.0));
    Some(warning(
        codes::W133.id,
        text(
            format!("资金池 {id} 全年支付超过预算 {budget} 元，超出的 {over} 元由基金另行承担"),
            format!("pool {id}: the year's payments pass the budget of {budget} yuan; the fund bears {over} beyond it"),
        ),
        text(
            "请核对 [pool_clearing]、点值下限和费率是否容许，资金从何列支",
            "check that [pool_clearing], the floor of the point value or the base rate mean this, and where the money comes from",
        ),
    ))
}
