//! What a settlement should make its reader look twice at, in words (W102, W104–W107).

mod budgets;

use crate::figures::{count, counted, yuan};
use crate::lang::text;
use dianzhi::engine::{
    FenSum, FundShareMethod, OutlierCoefficient, Policy, PoolAccount, PricingMethod, Remainder, Text, Threshold,
};
use dianzhi::policy::Diagnostic;
use dianzhi::scenario::Done;
use dianzhi::{Claims, Jumps, Published, codes};
use std::collections::BTreeMap;

/// Most unknown group codes that are named.
pub(crate) const GROUPS_SHOWN: usize = 10;

/// Every warning of a settlement: of its inputs, of its claims, of its figures.
pub(crate) fn of_settlement(published: &Published) -> Vec<Diagnostic> {
    let Published { inputs, settled, .. } = published;
    let mut warnings = of_inputs(&inputs.warnings, settled.claims());
    warnings.extend(of_figures(
        inputs.policy.policy(),
        &settled.accounts,
        &settled.jumps,
        &settled.negative_dues,
    ));
    warnings
}

/// The warnings of a scenario that the baseline does not have; of the baseline all.
pub(crate) fn of_scenario(done: &Done, baseline: Option<&Done>) -> Vec<Diagnostic> {
    let all = |done: &Done| {
        let mut warnings = done.warnings.clone();
        warnings.extend(unknown_groups(&done.unknown_groups));
        let policy = done.policy.policy();
        warnings.extend(of_figures(policy, &done.accounts, &done.jumps, &done.negative_dues));
        warnings
    };
    let known = baseline.map(all).unwrap_or_default();
    all(done)
        .into_iter()
        .filter(|warning| !known.contains(warning))
        .collect()
}

/// The warnings of what a settlement came to.
fn of_figures(
    policy: &Policy,
    accounts: &[PoolAccount],
    jumps: &[Jumps],
    negative: &[(u64, FenSum)],
) -> Vec<Diagnostic> {
    let mut warnings = Vec::new();
    for (i, account) in accounts.iter().enumerate() {
        let id = policy.pools.get(i).map_or("", |pool| pool.id.as_str());
        warnings.extend(budgets::shared_with_fund(policy, id, account));
        warnings.extend(budgets::value_at_bound(policy, id, account));
        warnings.extend(remainder(policy, id, account));
        warnings.extend(budgets::beyond_budget(id, account));
        if let Some((cases, sum)) = negative.get(i).filter(|(cases, _)| *cases > 0) {
            warnings.push(negative_dues(policy, id, *cases, sum.0));
        }
        if let Some(jumps) = jumps.get(i).filter(|jumps| jumps.high + jumps.low > 0) {
            warnings.push(jumping(id, jumps.high, jumps.low, policy));
        }
    }
    warnings
}

/// The warnings that are there before anything is priced.
pub(crate) fn of_inputs(inputs: &[Diagnostic], claims: &Claims) -> Vec<Diagnostic> {
    let mut warnings = inputs.to_vec();
    warnings.extend_from_slice(&claims.warnings);
    warnings.extend(unknown_groups(&claims.unknown_groups));
    warnings
}

/// Unknown group codes with their claims, those with the most first.
pub(crate) fn most_first(unknown: &BTreeMap<String, u64>) -> Vec<(&str, u64)> {
    let mut groups: Vec<(&str, u64)> = unknown.iter().map(|(code, n)| (code.as_str(), *n)).collect();
    groups.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    groups
}

fn unknown_groups(unknown: &BTreeMap<String, u64>) -> Option<Diagnostic> {
    if unknown.is_empty() {
        return None;
    }
    let groups = most_first(unknown);
    let claims: u64 = unknown.values().sum();
    let codes = unknown.len() as u64;
    let named: Vec<String> = groups
        .iter()
        .take(GROUPS_SHOWN)
        .map(|(code, n)| format!("{code} ×{}", count(*n)))
        .collect();
    let more = groups.len().saturating_sub(GROUPS_SHOWN);
    let (more_zh, more_en) = match more {
        0 => (String::new(), String::new()),
        more => (format!("，另有 {more} 个"), format!(", and {more} more")),
    };
    let named_zh = named.join("、");
    let named_en = named.join(", ");
    Some(warning(
        codes::W102.id,
        text(
            format!(
                "{} 条病例的 {} 个病组代码不在 groups 表中，按未入组计：{named_zh}{more_zh}",
                count(claims),
                count(codes)
            ),
            format!(
                "{} with {} that the groups table does not have, paid as ungrouped: {named_en}{more_en}",
                counted(claims, "claim", "claims"),
                counted(codes, "group code", "group codes")
            ),
        ),
        text(
            "若代码应在表中，补入 groups 后重新结算",
            "if a code belongs there, add it to groups and settle again",
        ),
    ))
}

/// D − Σ due, and why it is what it is.
fn remainder(policy: &Policy, id: &str, account: &PoolAccount) -> Option<Diagnostic> {
    // What an alliance has left or lacks is told by its statement.
    if account.alliance.is_some() {
        return None;
    }
    // What the fund keeps, bears or withholds by rule is told by itself.
    let remainder = account.unexplained_remainder().0;
    if remainder == 0 {
        return None;
    }
    let by_rate = policy.pricing.method == PricingMethod::Rate;
    let by_ratio = policy.fund_share.method.is_ratio();
    let borrows = policy
        .pools
        .iter()
        .any(|pool| pool.id == id && pool.point_value_of.is_some());
    let lifted = policy.fund_share.floor_at_zero && policy.fund_share.method == FundShareMethod::Difference;
    if by_rate || by_ratio || borrows || lifted || account.price.held_at.is_some() {
        return Some(dues_against_budget(id, account, by_rate, by_ratio, borrows));
    }
    let is_empty = account.totals.points == 0;
    if is_empty && remainder < 0 {
        return Some(money_beyond(id, account));
    }
    if is_empty || policy.rounding.remainder != Remainder::Fund {
        return None;
    }
    let shown = yuan(remainder);
    Some(warning(
        codes::W105.id,
        text(
            format!(
                "资金池 {id} 的尾差 {shown} 元归基金（负数由基金承担）：点数相同的病例带着同一个舍入误差，点值本身也经过舍入，所以尾差可以不止几分，也可以为负"
            ),
            format!(
                "pool {id}: the remainder of {shown} yuan stays with the fund (below 0, the fund bears it); cases with equal points share one rounding error and the point value is rounded too, so it can be more than a few fen, and negative"
            ),
        ),
        if policy.pools.iter().any(|pool| pool.point_value_of.is_some()) {
            text(
                "有资金池取他池点值（point_value_of）的政策不能用最大余数法（P109），尾差只能归基金",
                "a policy with a pool that takes its point value from another (point_value_of) cannot hand out every fen by largest-remainder (P109)",
            )
        } else if policy.pools.iter().any(|pool| pool.point_value.is_some()) {
            text(
                "点值有上下限（point_value）的政策不能用最大余数法（P109），尾差只能归基金",
                "a policy that bounds the point value (point_value) cannot hand out every fen by largest-remainder (P109)",
            )
        } else {
            text(
                "要一分不差地分完，写 rounding.remainder = \"largest-remainder\"",
                "to hand out every fen, write rounding.remainder = \"largest-remainder\"",
            )
        },
    ))
}

/// Σ due and Σ A, which is taken out whatever the assessments give back of it.
fn due_and_heads(account: &PoolAccount) -> String {
    yuan(account.totals.due + account.price.capitation.0)
}

/// A pool without points whose dues pass D: no point value takes them back to it.
fn money_beyond(id: &str, account: &PoolAccount) -> Diagnostic {
    let over = yuan(account.unexplained_remainder().0.abs());
    let (due, distributable) = (due_and_heads(account), yuan(account.price.to_hospitals.0));
    warning(
        codes::W104.id,
        text(
            format!(
                "资金池 {id} 的应付合计 {due} 元，超过可分配总额 {distributable} 元，超出 {over} 元：全部按金额支付，没有点值随总额调整"
            ),
            format!(
                "pool {id}: the dues come to {due} yuan, {over} more than the {distributable} that may be distributed; all of it is paid in money, and no point value follows the budget"
            ),
        ),
        text(
            "超出部分由调剂金或基金承担；核对该池的预算和价格",
            "the reserve or the fund bears the excess; look at the pool's budget and at the prices",
        ),
    )
}

/// Under a base rate, a ratio method or a floor the dues need not come to D.
fn dues_against_budget(id: &str, account: &PoolAccount, by_rate: bool, by_ratio: bool, borrows: bool) -> Diagnostic {
    let remainder = account.unexplained_remainder().0;
    let (due, distributable) = (due_and_heads(account), yuan(account.price.to_hospitals.0));
    let off = yuan(remainder.abs());
    let (why_zh, why_en) = if let Some(held) = account.price.held_at {
        budgets::why_not_the_budget(held.bound)
    } else if by_rate {
        (
            "费率事先确定，不随总额变化",
            "the base rate is fixed beforehand and does not follow the budget",
        )
    } else if borrows {
        (
            "点值取自另一个资金池，不随本池总额变化",
            "the point value is another pool's and does not follow this budget",
        )
    } else if by_ratio {
        (
            "各病例的基金占比与全池的占比不同",
            "the fund's share of each case differs from its share of the pool",
        )
    } else {
        (
            "为负的应付抬高到 0，由此多付",
            "negative dues are lifted to 0, which is paid on top",
        )
    };
    if remainder < 0 {
        warning(
            codes::W104.id,
            text(
                format!("资金池 {id} 的应付合计 {due} 元，超过可分配总额 {distributable} 元，超出 {off} 元：{why_zh}"),
                format!(
                    "pool {id}: the dues come to {due} yuan, {off} more than the {distributable} that may be distributed; {why_en}"
                ),
            ),
            text(
                "超出部分由调剂金或基金承担；请核对政策是否如此规定",
                "the reserve or the fund bears the excess; check that the policy means this",
            ),
        )
    } else {
        warning(
            codes::W105.id,
            text(
                format!(
                    "资金池 {id} 的应付合计 {due} 元，可分配总额 {distributable} 元，剩余 {off} 元留在基金：{why_zh}；这不是舍入的尾差"
                ),
                format!(
                    "pool {id}: the dues come to {due} of {distributable} yuan, and {off} stay with the fund; {why_en}. This is no rounding remainder"
                ),
            ),
            text("", ""),
        )
    }
}

fn negative_dues(policy: &Policy, id: &str, cases: u64, sum: i128) -> Diagnostic {
    let sum = yuan(sum);
    let (why, help) = if policy.adjust.penalties {
        (
            text(
                "违规扣点，或其他支付已超过支付标准",
                "points taken away, or others paid more than the standard",
            ),
            text(
                "逐例核对 adjustments.csv；floor_at_zero 不抬高扣点病例的应付",
                "look at the cases in adjustments.csv; floor_at_zero does not lift what a penalty takes away",
            ),
        )
    } else {
        (
            text("其他支付已超过支付标准", "others paid more than the standard"),
            text(
                "若政策规定不为负，写 fund_share.floor_at_zero = true",
                "if the policy lets no due fall below 0, write fund_share.floor_at_zero = true",
            ),
        )
    };
    warning(
        codes::W107.id,
        text(
            format!(
                "资金池 {id} 有 {} 个病例应付为负，合计 {sum} 元，从该机构的其他病例中抵减：{}",
                count(cases),
                why.zh
            ),
            format!(
                "pool {id}: {} due below zero, {sum} yuan in all, netted against the hospital's other cases; {}",
                counted(cases, "case has a", "cases have a"),
                why.en
            ),
        ),
        help,
    )
}

fn jumping(id: &str, high: u64, low: u64, policy: &Policy) -> Diagnostic {
    let deviation = &policy.deviation;
    let is_dropped = |bound: &Threshold| bound.coefficient == OutlierCoefficient::Dropped;
    let why = if !is_dropped(&deviation.low) || !is_dropped(&deviation.high) || deviation.extreme.is_some() {
        (
            "界限、系数和超出部分按 [deviation] 的规定计",
            "bounds, coefficient and excess count as [deviation] says",
        )
    } else if policy.auxiliary.is_some() {
        (
            "高、低倍率按费用计点，不乘机构系数，compare_with = \"type\" 时也不乘辅助目录系数",
            "outliers earn points by their cost, without the hospital coefficient and, with compare_with = \"type\", without the auxiliary factor",
        )
    } else {
        (
            "高、低倍率按费用计点，不乘机构系数",
            "outliers earn points by their cost, without the hospital coefficient",
        )
    };
    warning(
        codes::W106.id,
        text(
            format!(
                "资金池 {id}：{} 个高倍率病例的点数低于同一病组、同一机构的正常病例，{} 个低倍率病例的点数高于同一病组、同一机构的正常病例；{}，所以支付在界限处跳变",
                count(high),
                count(low),
                why.0
            ),
            format!(
                "pool {id}: {} fewer points than a normal case of the same group and hospital, {} more; {}, so that pay jumps at the threshold",
                counted(high, "high outlier earns", "high outliers earn"),
                counted(low, "low outlier earns", "low outliers earn"),
                why.1
            ),
        ),
        text(
            "这是政策规定的结果，不是计算错误；可据此核对界限和系数",
            "the policy's own doing, not an error of the figures; look at the bounds and the coefficients",
        ),
    )
}

fn warning(code: &'static str, text: Text, help: Text) -> Diagnostic {
    Diagnostic::warning(code, text, help)
}
