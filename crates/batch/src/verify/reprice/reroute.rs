//! Routes by the second path: one after the other, every condition looked at, fields by name.

use super::tables::Tables;
use crate::verify::judge::{Claim, Fault, Routed, day, money};
use dianzhi_core::model::{Book, ModelCase};
use dianzhi_core::{BY_GROUP, Condition, Decimal, GroupKind, Pattern, Policy, Route, Test};
use dianzhi_policy::Region;
use dianzhi_policy::fields;
use num_rational::BigRational;
use num_traits::Zero;
use std::collections::HashSet;

/// The routes of a region with its tables.
pub(super) struct Reroute<'a> {
    policy: &'a Policy,
    tables: &'a Tables,
    book: Book<'a>,
    /// Class, position of the pool and hospital code of people enrolled.
    enrolled: HashSet<(&'a str, usize, &'a str)>,
}

impl<'a> Reroute<'a> {
    /// `None` for a region without routes.
    pub(super) fn new(region: &'a Region, tables: &'a Tables) -> Option<Reroute<'a>> {
        let policy = &region.policy;
        let book = Book::new(policy, &tables.groups, &tables.hospitals).with_prices(&tables.prices);
        let people = tables.enrolment.iter().filter(|row| !row.heads.is_zero());
        let enrolled = people.map(|row| (row.class.as_str(), row.pool, row.hospital.as_str()));
        (!policy.routes.is_empty()).then_some(Reroute {
            policy,
            tables,
            book,
            enrolled: enrolled.collect(),
        })
    }

    /// Finds the route of a claim, and with it its pool and what its method needs.
    pub(super) fn route<'f>(&self, claim: &mut Claim, field: impl Fn(&str) -> &'f str) -> Result<(), Fault> {
        for condition in self.policy.routes.iter().flat_map(|route| &route.when) {
            let text = field(&condition.field);
            let is_number = match condition.field.as_str() {
                "act_ipt_days" => days(&field).is_some(),
                _ => dianzhi_core::parse_decimal(text).is_ok(),
            };
            if matches!(condition.test, Test::Between { .. }) && !text.is_empty() && !is_number {
                let name = fields::by_name(&condition.field).map_or("", |field| field.name);
                return Err(("E103", name));
            }
        }
        for (at, route) in self.policy.routes.iter().enumerate() {
            let pays = |id: &&String| {
                let pool = self.policy.pools.iter().find(|pool| pool.id == **id);
                pool.is_some_and(|pool| pool.insutype.iter().any(|code| **code == *claim.insutype))
            };
            let Some(pool) = route.pools.iter().find(pays) else {
                continue;
            };
            let pool = self
                .policy
                .pools
                .iter()
                .position(|known| known.id == *pool)
                .unwrap_or(0);
            if !route.when.iter().all(|condition| self.holds(condition, claim, &field)) {
                continue;
            }
            if !self.is_enrolled(route, pool, claim) {
                continue;
            }
            let disease = self.disease(route, claim, &field);
            if !self.has_price(route, claim, &disease) {
                continue;
            }
            let days = match self.needs_days(route) {
                true => days(&field).ok_or(("E115", "act_ipt_days"))?,
                false => 0,
            };
            let deducted = self.deducted(route, &field)?;
            let items = super::apart::items(self.policy, route, claim, pool, &field)?;
            claim.pool = pool;
            claim.routed = Some(Box::new(Routed {
                route: at,
                days,
                disease,
                deducted,
                items,
            }));
            return Ok(());
        }
        Err(("E114", ""))
    }

    /// Whether the items paid apart leave something of the cost.
    pub(super) fn leaves_something(&self, claim: &Claim) -> Result<(), Fault> {
        super::apart::leaves_something(self.policy, claim)
    }

    fn holds<'f>(&self, condition: &Condition, claim: &Claim, field: &impl Fn(&str) -> &'f str) -> bool {
        let hospital = &self.tables.hospitals[claim.hospital];
        let group = self.tables.groups.iter().find(|group| *group.code == *claim.group);
        let list = |text: &'f str| -> Vec<&'f str> {
            match text {
                "" => vec![""],
                text => text.split(['|', ',', ';', '；', '，', '、', '｜']).collect(),
            }
        };
        let days_text;
        let texts: Vec<&str> = match condition.field.as_str() {
            "level" => vec![&hospital.level],
            "alliance" => vec![&hospital.alliance],
            "kind" => vec![group.map_or("", |group| kind(group.kind))],
            "stability" => vec![group.map_or("", |group| &group.stability)],
            "group_code" => vec![&claim.group],
            "diag_codes" | "oprn_codes" => list(field(&condition.field)),
            "maindiag_code" if field("maindiag_code").is_empty() => vec![list(field("diag_codes"))[0]],
            "act_ipt_days" if matches!(condition.test, Test::Between { .. }) => {
                days_text = days(field).map_or_else(String::new, |days| days.to_string());
                vec![&days_text]
            }
            other => vec![field(other)],
        };
        match &condition.test {
            Test::AnyOf(patterns) => texts
                .iter()
                .any(|text| patterns.iter().any(|pattern| fits(pattern, text))),
            Test::Between { from, to } => texts.iter().any(|text| {
                let number = dianzhi_core::parse_decimal(text).ok();
                number.is_some_and(|number: Decimal| {
                    from.is_none_or(|from| number >= from) && to.is_none_or(|to| number <= to)
                })
            }),
        }
    }

    fn disease<'f>(&self, route: &Route, claim: &Claim, field: &impl Fn(&str) -> &'f str) -> Box<str> {
        let method = self
            .policy
            .methods
            .by_disease
            .iter()
            .find(|method| method.id == route.method);
        match method.map(|method| method.code.as_str()) {
            None => "".into(),
            Some("group_code") => claim.group.clone(),
            Some(other) => field(other).into(),
        }
    }

    /// Whether the method has a price or a rate for the claim; every other method has.
    fn has_price(&self, route: &Route, claim: &Claim, disease: &str) -> bool {
        let hospital = &self.tables.hospitals[claim.hospital];
        let by_group = self.policy.methods.by_group.iter();
        let stay = by_group
            .filter(|method| method.id == route.method)
            .find_map(|method| method.long_stay.as_ref());
        let id = stay.map_or(&route.method, |stay| &stay.per_diem);
        if let Some(method) = self.policy.methods.per_diem.iter().find(|method| method.id == *id) {
            return method
                .rates
                .iter()
                .any(|rate| rate.level.as_ref().is_none_or(|level| *level == hospital.level));
        }
        if self
            .policy
            .methods
            .by_disease
            .iter()
            .all(|method| method.id != route.method)
        {
            return true;
        }
        let none = BigRational::zero();
        let mut case = ModelCase::new("", &hospital.code, 0, "", none.clone(), none);
        case.method.clone_from(&route.method);
        case.disease = disease.to_owned();
        self.book.price_of(&case).is_some()
    }

    /// Whether a capitation has people at the claim's hospital; every other method needs none.
    fn is_enrolled(&self, route: &Route, pool: usize, claim: &Claim) -> bool {
        let methods = &self.policy.methods;
        let code = &self.tables.hospitals[claim.hospital].code;
        methods.capitation.iter().all(|method| method.id != route.method)
            || self.enrolled.contains(&(route.method.as_str(), pool, code.as_str()))
    }

    fn needs_days(&self, route: &Route) -> bool {
        let methods = &self.policy.methods;
        let long = |method: &&dianzhi_core::ByGroup| method.id == route.method && method.long_stay.is_some();
        methods.per_diem.iter().any(|method| method.id == route.method) || methods.by_group.iter().any(|m| long(&m))
    }

    /// What is taken off, in fen: of the method, or of the one that its cases exit to.
    fn deducted<'f>(&self, route: &Route, field: &impl Fn(&str) -> &'f str) -> Result<i64, Fault> {
        let methods = &self.policy.methods;
        let by_disease = methods.by_disease.iter().find(|method| method.id == route.method);
        let id = by_disease
            .and_then(|method| method.exit_to.as_ref())
            .unwrap_or(&route.method);
        let names = methods.by_item.iter().find(|method| method.id == *id);
        let mut sum = 0;
        for name in names.map_or(&[][..], |method| &method.deductions) {
            let text = field(name);
            if text.is_empty() {
                continue;
            }
            let name = fields::by_name(name).map_or("", |field| field.name);
            let fen = money(text).ok_or(("E103", name))?;
            if fen < 0 {
                return Err(("E104", name));
            }
            sum += fen;
        }
        Ok(sum)
    }
}

fn kind(kind: GroupKind) -> &'static str {
    match kind {
        GroupKind::Core => "core",
        GroupKind::Basic => "basic",
        GroupKind::Tcm => "tcm",
    }
}

fn fits(pattern: &Pattern, text: &str) -> bool {
    match pattern {
        Pattern::Exact(exact) => text == exact,
        Pattern::Prefix(start) => !text.is_empty() && text.get(..start.len()) == Some(start),
    }
}

/// The days of a stay: stated, or from admission to discharge; one at least.
fn days<'f>(field: &impl Fn(&str) -> &'f str) -> Option<u32> {
    let stated = field("act_ipt_days");
    if stated.is_empty() {
        let between = day(field("dscg_time"))? - day(field("adm_time"))?;
        return whole_days(Decimal::from(between.get_days()));
    }
    whole_days(dianzhi_core::parse_decimal(stated).ok()?)
}

/// From 0, which counts as 1, to 36,500.
fn whole_days(days: Decimal) -> Option<u32> {
    if days < Decimal::ZERO || days > Decimal::from(36_500) || days != days.trunc() {
        return None;
    }
    days.trunc().to_string().parse().ok().map(|days: u32| days.max(1))
}

/// The id of the method of a claim.
pub(super) fn method<'p>(policy: &'p Policy, claim: &Claim) -> &'p str {
    let route = claim.routed.as_ref().and_then(|routed| policy.routes.get(routed.route));
    route.map_or(BY_GROUP, |route| &route.method)
}
