//! Pools: budgets, reserves, and who shares them.

use super::Lint;
use crate::Period;
use crate::codes::{W306, W307, W308, W309, W312, W330, W332};
use dianzhi_core::{AmountFrom, BudgetTree, Decimal, Policy, PricingMethod, Text};

/// 职工基本医疗保险
const EMPLOYEE: &str = "310";
/// 城乡居民、城镇居民、新型农村合作医疗
const RESIDENTS: [&str; 3] = ["390", "391", "392"];

/// Where the budget of a pool is written: its own, or the one above it that it is a share of.
fn budget_key(policy: &Policy, tree: &BudgetTree, pool: usize) -> String {
    let way = tree.way_to(pool);
    let own = way.iter().rev().find(|node| node.from == AmountFrom::Own);
    match own {
        Some(node) => {
            let grown = match node.pool {
                Some(pool) => policy.pools[pool].grown,
                None => (policy.budgets.iter().find(|budget| budget.id == node.id)).and_then(|budget| budget.grown),
            };
            let name = match (node.pool, grown) {
                (_, Some(_)) => "base_year_budget",
                (Some(pool), None) if policy.pools[pool].is_by_heads() => "insured",
                (Some(_), None) => "budget",
                (None, None) => "amount",
            };
            format!("{}.{name}", node.key)
        }
        None => format!("pool[{pool}].share"),
    }
}

pub(super) fn look(lint: &mut Lint<'_>, period: &Period) {
    let policy = &period.policy;
    let tree = policy.budget_tree();
    growth(lint, period);
    for (i, pool) in policy.pools.iter().enumerate() {
        let id = &pool.id;
        let key = |name: &str| format!("pool[{i}].{name}");
        // The pool's own section, where it has one.
        let clearing = policy.clearing_of(i);
        let bands = &clearing.rules.overspend;
        let shares_overspend = bands.iter().any(|band| band.fund_share > Decimal::ZERO);
        let overspend = format!("{}.overspend", clearing.section);
        let nothing = tree.of_pool(i).budget == 0;
        if nothing || pool.reserve == Decimal::ONE {
            let at = if nothing {
                budget_key(policy, &tree, i)
            } else {
                key("reserve")
            };
            let (zh, en) = match policy.pricing.method {
                PricingMethod::Points => ("点值将为 0", "its point value will be 0"),
                PricingMethod::Rate => ("一切应付都超出预算", "whatever is due passes it"),
            };
            lint.at(
                period,
                &at,
                W306,
                Text::new(
                    format!("资金池 {id} 没有可分配的预算：{zh}"),
                    format!("pool {id} has nothing to distribute: {en}"),
                ),
                Text::new(
                    "核对预算和调剂金比例（比例写小数，5% 为 \"0.05\"）",
                    "check the budget and the reserve, which is a share: 5 % is \"0.05\"",
                ),
            );
        }
        own_value_of_alliance(lint, period, i);
        let of_alliance = policy.alliance_of(i).map(|(_, alliance)| &alliance.overspend);
        let shares_overspend = shares_overspend
            || of_alliance.is_some_and(|bands| bands.iter().any(|band| band.fund_share > Decimal::ZERO));
        if shares_overspend && pool.reserve.is_zero() {
            lint.between(
                period,
                [&key("reserve"), &overspend],
                W307,
                Text::new(
                    format!("有超支分担，而资金池 {id} 没有调剂金：分担额都将为 0"),
                    format!("overspend is shared, but pool {id} has no reserve: every compensation will be 0"),
                ),
                Text::new(
                    "超支分担从调剂金支付：写明 reserve，或删去超支分档",
                    "compensation is paid from the reserve: name one, or leave out the bands",
                ),
            );
        }
        if !shares_overspend && pool.reserve > Decimal::ZERO {
            lint.between(
                period,
                [&key("reserve"), &overspend],
                W308,
                Text::new(
                    format!("资金池 {id} 留有调剂金，而没有超支分担：调剂金不会用出"),
                    format!("pool {id} keeps a reserve, but no overspend is shared: it will not be spent"),
                ),
                Text::new(
                    "写明超支分档，或把 reserve 改为 \"0\"",
                    "write the bands of overspend, or set the reserve to \"0\"",
                ),
            );
        }
        let residents = pool.insutype.iter().position(|code| RESIDENTS.contains(&code.as_str()));
        if let (Some(at), true) = (residents, pool.insutype.iter().any(|code| code == EMPLOYEE)) {
            lint.at(
                period,
                &format!("{}[{at}]", key("insutype")),
                W309,
                Text::new(
                    format!("资金池 {id} 同时支付职工和居民"),
                    format!("pool {id} pays for employees and residents alike"),
                ),
                Text::new(
                    "职工与居民基金分别建账、分账核算（国家意见 2020）：分成两个资金池",
                    "employee and resident funds are accounted apart (national opinions 2020): make it two pools",
                ),
            );
        }
        if pool.base_rate.is_some() && policy.pricing.method == PricingMethod::Points {
            lint.between(
                period,
                [&key("base_rate"), "pricing.method"],
                W312,
                super::pricing::without_effect(&key("base_rate"), "pricing.method", "points"),
                super::pricing::without_effect_help(),
            );
        }
    }
}

/// A growth that reads like a percentage, or a slip: budgets grow by a few percent.
fn growth(lint: &mut Lint<'_>, period: &Period) {
    let policy = &period.policy;
    let nodes = policy.budgets.iter().enumerate();
    let nodes = nodes.map(|(i, node)| (format!("budget[{i}]"), &node.id, node.grown));
    let pools = policy.pools.iter().enumerate();
    let pools = pools.map(|(i, pool)| (format!("pool[{i}]"), &pool.id, pool.grown));
    for (section, id, grown) in nodes.chain(pools) {
        let Some(growth) = grown.map(|grown| grown.growth) else {
            continue;
        };
        if growth.abs() < Decimal::new(5, 1) {
            continue;
        }
        lint.at(
            period,
            &format!("{section}.growth"),
            W332,
            Text::new(
                format!("{id} 的预算增幅为 {growth}，即基期预算的 {} 倍", growth + Decimal::ONE),
                format!(
                    "the budget of {id} grows by {growth}, to {} times that of the base year",
                    growth + Decimal::ONE
                ),
            ),
            Text::new(
                "核对增幅：写成小数，6.5% 写作 \"0.065\"",
                "check the growth, which is a share: 6.5 % is \"0.065\"",
            ),
        );
    }
}

/// With a point value of its own an alliance's pool shares its whole budget out among its own points:
/// nothing is left over, whatever it saves, unless cases are paid in money.
fn own_value_of_alliance(lint: &mut Lint<'_>, period: &Period, i: usize) {
    let policy = &period.policy;
    let pool = &policy.pools[i];
    let Some((at, alliance)) = policy.alliance_of(i) else {
        return;
    };
    let makes_its_own = policy.pricing.method == PricingMethod::Points && pool.point_value_of.is_none();
    let same_insured = |other: &dianzhi_core::Pool| other.insutype.iter().any(|code| pool.insutype.contains(code));
    let mut others = policy.pools.iter().enumerate();
    let lender = others.find(|(k, other)| policy.alliance_of(*k).is_none() && same_insured(other));
    let (true, Some((_, lender))) = (makes_its_own, lender) else {
        return;
    };
    let (id, of, alliance) = (&pool.id, &lender.id, &alliance.id);
    lint.between(
        period,
        [&format!("pool[{i}].id"), &format!("alliance[{at}].pools")],
        W330,
        Text::new(
            format!("医共体 {alliance} 的资金池 {id} 自成点值：预算全部按其自己的点数分完，省下的不会成为结余"),
            format!("pool {id} of alliance {alliance} makes a point value of its own: its budget is shared out among its own points whole, and what it saves is never a surplus"),
        ),
        Text::new(
            format!("若按统筹区的点值支付，写 point_value_of = \"{of}\""),
            format!("where its cases are paid by the region's point value, write point_value_of = \"{of}\""),
        ),
    );
}
