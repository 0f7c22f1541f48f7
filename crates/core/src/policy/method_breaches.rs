//! What in the methods and routes of a policy is out of range or contradicts itself.

use super::breaches::{BreachKind, Breaches};
use super::{BY_GROUP, ByDisease, ByGroup, ByItem, Capitation, Condition, PayIn, PerDiem, Policy, ROUTES_MAX, Test};
use crate::case::CaseFactor;
use rust_decimal::Decimal;

/// A share of a group's points beyond this is a percentage by mistake.
const FACTOR_MAX: u32 = 10;

impl Breaches {
    pub(super) fn methods(&mut self, policy: &Policy) {
        self.method_ids(policy);
        let methods = &policy.methods;
        for (i, method) in methods.by_group.iter().enumerate() {
            self.by_group(policy, i, method);
        }
        for (i, method) in methods.per_diem.iter().enumerate() {
            self.per_diem(i, method);
        }
        for (i, method) in methods.by_disease.iter().enumerate() {
            self.by_disease(policy, i, method);
        }
        for (i, method) in methods.by_item.iter().enumerate() {
            self.by_item(i, method);
        }
        for (i, method) in methods.capitation.iter().enumerate() {
            self.capitation(i, method);
        }
    }

    /// Ids are names of their own over all sections.
    fn method_ids(&mut self, policy: &Policy) {
        let mut met: Vec<(String, &str)> = Vec::new();
        for (key, id) in named_methods(policy) {
            if id.is_empty() {
                self.no_name(&key);
            } else if id == BY_GROUP {
                self.range(
                    &key,
                    id,
                    "另取名：by-group 指 [pricing] 本身",
                    "another name: by-group is [pricing] itself",
                );
                self.remedy("换一个 id", "choose another id");
            } else if let Some((other, _)) = met.iter().find(|(_, other)| *other == id) {
                let other = other.clone();
                self.twice(&key, &other, id);
            }
            met.push((key, id));
        }
    }

    fn by_group(&mut self, policy: &Policy, i: usize, method: &ByGroup) {
        let key = |name: &str| format!("by_group[{i}].{name}");
        self.above_zero(&key("factor"), method.factor);
        if method.factor > Decimal::ZERO && CaseFactor::new(method.factor).is_none() {
            self.range(&key("factor"), method.factor, "至多 18 位数字", "of at most 18 digits");
        }
        if method.factor > Decimal::from(FACTOR_MAX) {
            let (zh, en) = (format!("至多 {FACTOR_MAX}"), format!("at most {FACTOR_MAX}"));
            self.range(&key("factor"), method.factor, &zh, &en);
            self.remedy(
                "系数写成小数，不写百分数：90% 写作 \"0.90\"",
                "write a factor as a decimal, not as a percentage: 90 % is \"0.90\"",
            );
        }
        self.by_cost(i, method);
        if let Some(auxiliary) = policy.auxiliary.filter(|_| method.by_cost.is_none())
            && auxiliary.compare_with != method.compare_with
        {
            self.add(
                BreachKind::Contradiction,
                &key("compare_with"),
                Some("auxiliary.compare_with"),
                "两个系数合为一个，比较对象须一致".to_owned(),
                "both factors count as one, so they must compare alike".to_owned(),
            );
        }
        for (k, pair) in method.groups_as.iter().enumerate() {
            let here = |at: usize| format!("by_group[{i}].groups_as[{at}].group");
            if let Some(j) = method.groups_as[..k].iter().position(|other| other.group == pair.group) {
                self.twice(&here(k), &here(j), &pair.group);
            }
        }
        let Some(stay) = &method.long_stay else { return };
        if stay.after_day == 0 {
            self.range(&key("long_stay.after_day"), 0, "大于 0", "above 0");
        }
        let here = key("long_stay.per_diem");
        let found = policy
            .methods
            .per_diem
            .iter()
            .position(|per_diem| per_diem.id == stay.per_diem);
        match found {
            None => {
                let known = policy.methods.per_diem.iter().map(|method| &method.id);
                self.unknown(&here, &stay.per_diem, "[[per_diem]]", known);
            }
            Some(j) if policy.methods.per_diem[j].pay_in == PayIn::Money => self.add(
                BreachKind::Contradiction,
                &here,
                Some(&format!("per_diem[{j}].pay_in")),
                "病组以点数付费，其后的床日也须以点数付费（pay_in = \"points\"）".to_owned(),
                "the group pays in points, so the days beyond must too (pay_in = \"points\")".to_owned(),
            ),
            Some(_) => {}
        }
    }

    fn per_diem(&mut self, i: usize, method: &PerDiem) {
        let key = |name: &str| format!("per_diem[{i}].{name}");
        if method.rates.is_empty() {
            self.range(&key("rates"), "[]", "至少一档", "at least one tier");
            self.remedy(
                "例如 rates = [ { from_day = 1, rate = \"700.00\" } ]",
                "as rates = [ { from_day = 1, rate = \"700.00\" } ]",
            );
        }
        for (k, rate) in method.rates.iter().enumerate() {
            let here = |at: usize, name: &str| format!("per_diem[{i}].rates[{at}].{name}");
            self.not_negative(&here(k, "rate"), rate.rate);
            if method.pay_in == PayIn::Money {
                self.decimals(&here(k, "rate"), rate.rate, 2);
            }
            let before = method.rates[..k].iter().rposition(|other| other.level == rate.level);
            let day = rate.from_day;
            match before {
                None if day != 1 => {
                    self.range(
                        &here(k, "from_day"),
                        day,
                        "为 1（各级首档从第 1 天起）",
                        "1 (the first tier of a level)",
                    );
                    self.remedy(
                        "给这一等级补上 from_day = 1 的首档；没有 level 的各档自成一级，也从第 1 天起",
                        "give this level a first tier with from_day = 1; tiers without a level are one of their own and start on day 1 too",
                    );
                }
                Some(j) if method.rates[j].from_day >= day => {
                    let from = method.rates[j].from_day;
                    self.add(
                        BreachKind::Contradiction,
                        &here(k, "from_day"),
                        Some(&here(j, "from_day")),
                        format!("起始天数 {day} 不晚于上一档的 {from}"),
                        format!("from_day {day} is not behind the tier before, which starts at {from}"),
                    );
                }
                _ => {}
            }
        }
        if method.days_min == Some(0) {
            self.range(&key("days_min"), 0, "大于 0", "above 0");
        }
        if method.days_max == Some(0) {
            self.range(&key("days_max"), 0, "大于 0", "above 0");
        }
        if let (Some(least), Some(most)) = (method.days_min, method.days_max)
            && least > most
        {
            self.add(
                BreachKind::Contradiction,
                &key("days_min"),
                Some(&key("days_max")),
                format!("days_min {least} 大于 days_max {most}"),
                format!("days_min {least} is above days_max {most}"),
            );
        }
        self.own_share(&key("fund_share"), &key("pay_in"), method.fund_share, method.pay_in);
    }

    fn by_disease(&mut self, policy: &Policy, i: usize, method: &ByDisease) {
        let key = |name: &str| format!("by_disease[{i}].{name}");
        for (name, bound) in [("exit_below", method.exit_below), ("exit_above", method.exit_above)] {
            let Some(bound) = bound else { continue };
            self.above_zero(&key(name), bound);
            if method.pay_in == PayIn::Points {
                self.add(
                    BreachKind::Contradiction,
                    &key(name),
                    Some(&key("pay_in")),
                    "点数定价没有可比的金额，不能按费用退出".to_owned(),
                    "a price in points has no amount to compare a cost with".to_owned(),
                );
            }
            if method.exit_to.is_none() {
                self.add(
                    BreachKind::Contradiction,
                    &key(name),
                    Some(&key("id")),
                    "写了退出界限而没有 exit_to".to_owned(),
                    "there is a bound to exit at but no exit_to".to_owned(),
                );
            }
        }
        if let (Some(low), Some(high)) = (method.exit_below, method.exit_above)
            && low > high
        {
            self.add(
                BreachKind::Contradiction,
                &key("exit_below"),
                Some(&key("exit_above")),
                format!("exit_below {low} 高于 exit_above {high}"),
                format!("exit_below {low} is above exit_above {high}"),
            );
        }
        let Some(to) = &method.exit_to else { return };
        let here = key("exit_to");
        match policy.methods.by_item.iter().position(|by_item| by_item.id == *to) {
            None => {
                let known = policy.methods.by_item.iter().map(|method| &method.id);
                self.unknown(&here, to, "[[by_item]]", known);
            }
            Some(j) if policy.methods.by_item[j].pay_in != method.pay_in => self.add(
                BreachKind::Contradiction,
                &here,
                Some(&format!("by_item[{j}].pay_in")),
                "退出后的付费方式须与病种同为金额或同为点数".to_owned(),
                "where a case exits to must pay in the same as the price, money or points".to_owned(),
            ),
            Some(_) => {}
        }
    }

    fn by_item(&mut self, i: usize, method: &ByItem) {
        let key = |name: &str| format!("by_item[{i}].{name}");
        for (k, name) in method.deductions.iter().enumerate() {
            let here = |at: usize| format!("by_item[{i}].deductions[{at}]");
            if let Some(j) = method.deductions[..k].iter().position(|other| other == name) {
                self.twice(&here(k), &here(j), name);
            }
        }
        self.share(&key("share"), method.share);
        self.own_share(&key("fund_share"), &key("pay_in"), method.fund_share, method.pay_in);
    }

    fn capitation(&mut self, i: usize, method: &Capitation) {
        let key = |name: &str| format!("capitation[{i}].{name}");
        self.not_negative(&key("per_head"), method.per_head);
        self.decimals(&key("per_head"), method.per_head, 2);
        self.share(&key("first_payment"), method.first_payment);
        for (k, age) in method.age_factors.iter().enumerate() {
            let here = |at: usize, name: &str| format!("capitation[{i}].age_factors[{at}].{name}");
            if age.band.is_empty() {
                self.no_name(&here(k, "band"));
            }
            self.above_zero(&here(k, "factor"), age.factor);
            if let Some(j) = method.age_factors[..k].iter().position(|other| other.band == age.band) {
                self.twice(&here(k, "band"), &here(j, "band"), &age.band);
            }
        }
    }

    fn own_share(&mut self, key: &str, pay_in_key: &str, share: Option<Decimal>, pay_in: PayIn) {
        let Some(share) = share else { return };
        self.share(key, share);
        if pay_in == PayIn::Points {
            self.add(
                BreachKind::Contradiction,
                key,
                Some(pay_in_key),
                "以点数付费的由 [fund_share] 定基金支付，不能另写 fund_share".to_owned(),
                "what is paid in points goes by [fund_share]; it cannot have a fund_share of its own".to_owned(),
            );
        }
    }

    pub(super) fn routes(&mut self, policy: &Policy) {
        if policy.routes.len() > ROUTES_MAX {
            self.range("route", policy.routes.len(), "至多 64 条", "at most 64 routes");
            self.remedy(
                "合并资金池与付费方式相同的路由：一个条件的列表可列多个值",
                "join routes of the same pools and method: the list of one condition takes many values",
            );
        }
        let methods: Vec<(String, &str)> = named_methods(policy).collect();
        for (i, route) in policy.routes.iter().enumerate() {
            let key = |name: &str| format!("route[{i}].{name}");
            if route.id.is_empty() {
                self.no_name(&key("id"));
            }
            if let Some(j) = policy.routes[..i].iter().position(|other| other.id == route.id) {
                self.twice(&key("id"), &format!("route[{j}].id"), &route.id);
            }
            if route.method != BY_GROUP && methods.iter().all(|(_, id)| *id != route.method) {
                let known = std::iter::once(BY_GROUP).chain(methods.iter().map(|(_, id)| *id));
                let known: Vec<String> = known.map(str::to_owned).collect();
                self.add(
                    BreachKind::OutOfRange,
                    &key("method"),
                    None,
                    format!("{} 为 \"{}\"：没有这个付费方式", key("method"), route.method),
                    format!("{} is \"{}\": there is no such method", key("method"), route.method),
                );
                self.known(&route.method, known.iter());
            }
            if route.pools.is_empty() {
                self.range(&key("pools"), "[]", "至少一个资金池", "a list of at least one pool");
                self.remedy(
                    "列出此路由从中支付的资金池的 id",
                    "list the ids of the pools that the route pays from",
                );
            }
            self.known_pools("route", i, &route.pools, policy);
            self.conditions(&format!("route[{i}].when"), &route.when);
        }
    }

    /// Known pools, and no insurance type in two of them.
    pub(super) fn known_pools(&mut self, section: &str, i: usize, pools: &[String], policy: &Policy) {
        let pool = |id: &String| policy.pools.iter().find(|pool| pool.id == *id);
        for (k, id) in pools.iter().enumerate() {
            let here = format!("{section}[{i}].pools[{k}]");
            let Some(found) = pool(id) else {
                self.unknown(&here, id, "[[pool]]", policy.pools.iter().map(|pool| &pool.id));
                continue;
            };
            let shared = pools[..k].iter().enumerate().find_map(|(j, other)| {
                let other = pool(other)?;
                let code = other.insutype.iter().find(|code| found.insutype.contains(code))?;
                Some((j, code))
            });
            if let Some((j, code)) = shared {
                let other = format!("{section}[{i}].pools[{j}]");
                self.add(
                    BreachKind::Contradiction,
                    &here,
                    Some(&other),
                    format!("险种 {code} 在两个资金池中，不知由哪个支付"),
                    format!("insutype {code} is in both pools; which one pays is open"),
                );
            }
        }
    }

    pub(super) fn conditions(&mut self, list: &str, when: &[Condition]) {
        for condition in when {
            let key = format!("{list}.{}", condition.field);
            match &condition.test {
                Test::AnyOf(patterns) if patterns.is_empty() => {
                    self.range(&key, "[]", "至少列一个", "a list of at least one");
                    self.remedy(
                        "列出字段可取的值，或删去这一条件",
                        "list what the field may be, or leave the condition out",
                    );
                }
                Test::Between { from: None, to: None } => {
                    self.range(&key, "{}", "写 from 或 to", "a table with from or to");
                    self.remedy(
                        "写 from、to 或两者，或删去这一条件",
                        "write from, to or both, or leave the condition out",
                    );
                }
                Test::Between {
                    from: Some(from),
                    to: Some(to),
                } if from > to => self.add(
                    BreachKind::Contradiction,
                    &format!("{key}.from"),
                    Some(&format!("{key}.to")),
                    format!("from {from} 大于 to {to}"),
                    format!("from {from} is above to {to}"),
                ),
                _ => {}
            }
        }
    }
}

/// The key and the id of every method with a section of its own.
fn named_methods(policy: &Policy) -> impl Iterator<Item = (String, &str)> {
    let methods = &policy.methods;
    let key = |section: &str, i: usize| format!("{section}[{i}].id");
    let by_group = methods.by_group.iter().enumerate();
    let per_diem = methods.per_diem.iter().enumerate();
    let by_disease = methods.by_disease.iter().enumerate();
    let by_item = methods.by_item.iter().enumerate();
    let capitation = methods.capitation.iter().enumerate();
    by_group
        .map(move |(i, method)| (key("by_group", i), method.id.as_str()))
        .chain(per_diem.map(move |(i, method)| (key("per_diem", i), method.id.as_str())))
        .chain(by_disease.map(move |(i, method)| (key("by_disease", i), method.id.as_str())))
        .chain(by_item.map(move |(i, method)| (key("by_item", i), method.id.as_str())))
        .chain(capitation.map(move |(i, method)| (key("capitation", i), method.id.as_str())))
}
