//! Routes and methods: what nothing uses, and what no claim can meet.

use super::Lint;
use crate::Period;
use crate::codes::{W323, W324, W325, W326, W327, W328, W329};
use dianzhi_core::{BY_GROUP, Decimal, Pattern, Policy, Route, Test, Text};

/// The kinds of group there are.
const KINDS: [&str; 3] = ["core", "basic", "tcm"];

pub(super) fn look(lint: &mut Lint<'_>, period: &Period) {
    let policy = &period.policy;
    if policy.routes.is_empty() {
        without_routes(lint, period);
    } else {
        pools(lint, period);
        unused(lint, period);
    }
    for (i, route) in policy.routes.iter().enumerate() {
        conditions(lint, period, i, route);
    }
    tiers(lint, period);
    factors(lint, period);
}

/// The key and the id of every method that routes name.
fn methods(policy: &Policy) -> Vec<(String, &str)> {
    let methods = &policy.methods;
    let named = |section: &'static str, i: usize| format!("{section}[{i}].id");
    let mut all = Vec::new();
    all.extend(ids(&methods.by_group, |m| &m.id, |i| named("by_group", i)));
    all.extend(ids(&methods.per_diem, |m| &m.id, |i| named("per_diem", i)));
    all.extend(ids(&methods.by_disease, |m| &m.id, |i| named("by_disease", i)));
    all.extend(ids(&methods.by_item, |m| &m.id, |i| named("by_item", i)));
    all
}

fn ids<M>(methods: &[M], id: fn(&M) -> &String, key: impl Fn(usize) -> String) -> Vec<(String, &str)> {
    let keyed = methods.iter().enumerate();
    keyed.map(|(i, method)| (key(i), id(method).as_str())).collect()
}

fn without_routes(lint: &mut Lint<'_>, period: &Period) {
    let all = methods(&period.policy);
    let Some((key, _)) = all.first() else { return };
    let names: Vec<&str> = all.iter().map(|(_, id)| *id).collect();
    lint.at(
        period,
        key,
        W325,
        Text::new(
            format!(
                "没有 [[route]]，付费方式 {} 不起作用：各病例都按病组支付",
                names.join("、")
            ),
            format!(
                "there is no [[route]], so these methods pay nothing: {}; every claim is paid by group",
                names.join(", ")
            ),
        ),
        Text::new(
            "写 [[route]] 说明哪些病例用哪一方式、最后一条用 by-group；或删去这些节",
            "write routes that say which claims each pays, the last one by-group; or leave the sections out",
        ),
    );
}

fn pools(lint: &mut Lint<'_>, period: &Period) {
    let policy = &period.policy;
    for (i, pool) in policy.pools.iter().enumerate() {
        let pays = |route: &Route| route.pools.contains(&pool.id);
        let pays_items = policy.apart.iter().any(|apart| apart.pools.contains(&pool.id));
        // People paid for by head need no route, and which pool pays for them stands in a table.
        if policy.routes.iter().any(pays) || pays_items || !policy.methods.capitation.is_empty() {
            continue;
        }
        let id = &pool.id;
        lint.at(
            period,
            &format!("pool[{i}].id"),
            W323,
            Text::new(
                format!("没有路由从资金池 {id} 支付：它不会有病例，险种只属于它的记录将被拒（E109、E114）"),
                format!("no route pays from pool {id}: it will have no cases, and claims of its insurance types alone are rejected (E109, E114)"),
            ),
            Text::new(
                format!("在应由它支付的 [[route]] 的 pools 中写 \"{id}\""),
                format!("write \"{id}\" in the pools of the routes that it is to pay"),
            ),
        );
    }
}

fn unused(lint: &mut Lint<'_>, period: &Period) {
    let policy = &period.policy;
    let exits = policy
        .methods
        .by_disease
        .iter()
        .filter_map(|method| method.exit_to.as_deref());
    let stays = policy
        .methods
        .by_group
        .iter()
        .filter_map(|method| method.long_stay.as_ref());
    let used: Vec<&str> = exits
        .chain(stays.map(|stay| stay.per_diem.as_str()))
        .chain(policy.routes.iter().map(|route| route.method.as_str()))
        .collect();
    for (key, id) in methods(policy).iter().filter(|(_, id)| !used.contains(id)) {
        lint.at(
            period,
            key,
            W324,
            Text::new(
                format!("付费方式 {id} 没有用到：没有路由、exit_to 或 long_stay 指向它"),
                format!("nothing uses the method {id}: no route, exit_to or long_stay names it"),
            ),
            Text::new(
                format!("在应用它的 [[route]] 写 method = \"{id}\"，或删去这一节"),
                format!("write method = \"{id}\" in the [[route]] that is meant, or leave the section out"),
            ),
        );
    }
    debug_assert!(methods(policy).iter().all(|(_, id)| *id != BY_GROUP));
}

fn conditions(lint: &mut Lint<'_>, period: &Period, i: usize, route: &Route) {
    let pools = period.policy.pools.iter().filter(|pool| route.pools.contains(&pool.id));
    let types: Vec<&str> = pools.flat_map(|pool| &pool.insutype).map(String::as_str).collect();
    for condition in &route.when {
        let Test::AnyOf(patterns) = &condition.test else {
            continue;
        };
        let key = |k: usize| format!("route[{i}].when.{}[{k}]", condition.field);
        for (k, pattern) in patterns.iter().enumerate() {
            let known: &[&str] = match condition.field.as_str() {
                "insutype" => &types,
                "kind" => &KINDS,
                _ => &[],
            };
            // A group that is none has no kind.
            let is_empty = matches!(pattern, Pattern::Exact(text) if text.is_empty());
            if !known.is_empty() && !is_empty && !known.iter().any(|text| pattern.fits(text)) {
                never(lint, period, &key(k), &condition.field, pattern, known);
            }
            let (Pattern::Exact(text) | Pattern::Prefix(text)) = pattern;
            if text.contains('*') {
                literal_star(lint, period, &key(k), pattern);
            }
        }
    }
}

fn written(pattern: &Pattern) -> String {
    match pattern {
        Pattern::Exact(text) => text.clone(),
        Pattern::Prefix(text) => format!("{text}*"),
    }
}

fn never(lint: &mut Lint<'_>, period: &Period, key: &str, field: &str, pattern: &Pattern, known: &[&str]) {
    let found = written(pattern);
    let list = known.join(", ");
    let (zh, en) = if field == "insutype" {
        ("此路由的资金池只支付险种", "the pools of this route pay for")
    } else {
        ("病组类别只有", "the kinds of group are")
    };
    let help = if field == "insutype" {
        Text::new(
            "删去它，或在 pools 中加上支付这一险种的资金池",
            "leave it out, or add to pools the pool that pays for it",
        )
    } else {
        crate::names_help(&found, known.iter().copied())
    };
    lint.at(
        period,
        key,
        W326,
        Text::new(
            format!("{key} 为 \"{found}\"，不会有病例符合：{zh} {list}"),
            format!("{key} is \"{found}\", which no claim can meet: {en} {list}"),
        ),
        help,
    );
}

fn literal_star(lint: &mut Lint<'_>, period: &Period, key: &str, pattern: &Pattern) {
    let found = written(pattern);
    lint.at(
        period,
        key,
        W327,
        Text::new(
            format!("{key} 为 \"{found}\"：不在末尾的 * 只当作一个字符"),
            format!("{key} is \"{found}\": a * that is not at the end is only a character"),
        ),
        Text::new(
            "* 只能写在末尾，表示“以此开头”；逐个列出各代码或各开头",
            "a * stands at the end only and means \"begins so\"; list the codes or their beginnings",
        ),
    );
}

fn tiers(lint: &mut Lint<'_>, period: &Period) {
    for (i, method) in period.policy.methods.per_diem.iter().enumerate() {
        let Some(most) = method.days_max else { continue };
        for (k, rate) in method.rates.iter().enumerate().filter(|(_, rate)| rate.from_day > most) {
            let from = rate.from_day;
            lint.between(
                period,
                [
                    &format!("per_diem[{i}].rates[{k}].from_day"),
                    &format!("per_diem[{i}].days_max"),
                ],
                W328,
                Text::new(
                    format!("这一档从第 {from} 天起，而至多付 {most} 天：它不会用到"),
                    format!("this tier begins on day {from}, but at most {most} days are paid: it never counts"),
                ),
                Text::new(
                    "改正 from_day 或 days_max，或删去这一档",
                    "correct from_day or days_max, or leave the tier out",
                ),
            );
        }
    }
}

fn factors(lint: &mut Lint<'_>, period: &Period) {
    for (i, method) in period.policy.methods.by_group.iter().enumerate() {
        let factor = method.factor.normalize();
        if factor <= Decimal::new(15, 1) {
            continue;
        }
        lint.at(
            period,
            &format!("by_group[{i}].factor"),
            W329,
            Text::new(
                format!("by_group[{i}].factor 为 {factor}：付病组点数的 {factor} 倍"),
                format!("by_group[{i}].factor is {factor}: it pays {factor} times the group's points"),
            ),
            Text::new(
                "比例写成小数，90% 为 \"0.90\"；确实高于病组的，在注释里写明条款",
                "a share is a decimal, 90 % is \"0.90\"; where more than the group's points is meant, cite the article beside it",
            ),
        );
    }
}
