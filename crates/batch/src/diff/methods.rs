//! What of two policies a case goes by beside the rules of its pool: its method and what that leans on,
//! the items that its route takes apart, the funds that its pool counts.

use super::{PolicyChange, Reason};
use std::collections::{BTreeMap, BTreeSet};
use toml::{Table, Value};

/// The sections of methods.
const METHODS: [&str; 5] = ["by_group", "per_diem", "by_disease", "by_item", "capitation"];

/// A section of a policy: `per_diem[1]` and what stands in it.
struct Section<'t> {
    place: String,
    table: &'t Table,
}

fn sections<'t>(policy: &'t Table, name: &'static str) -> impl Iterator<Item = Section<'t>> {
    let list = policy.get(name).and_then(Value::as_array).into_iter().flatten();
    list.enumerate().filter_map(move |(i, value)| {
        Some(Section {
            place: format!("{name}[{i}]"),
            table: value.as_table()?,
        })
    })
}

fn text<'t>(table: &'t Table, name: &str) -> Option<&'t str> {
    table.get(name).and_then(Value::as_str)
}

fn texts<'t>(table: &'t Table, name: &str) -> Vec<&'t str> {
    let list = table.get(name).and_then(Value::as_array).into_iter().flatten();
    list.filter_map(Value::as_str).collect()
}

fn with_id<'t>(policy: &'t Table, name: &'static str, id: &str) -> Option<Section<'t>> {
    sections(policy, name).find(|section| text(section.table, "id") == Some(id))
}

/// A method by its id; none for `by-group`, which is `[pricing]`.
fn method<'t>(policy: &'t Table, id: &str) -> Option<Section<'t>> {
    METHODS.iter().find_map(|name| with_id(policy, name, id))
}

/// The method that another leans on: the day rates of long stays, or what pays a case that exits.
fn leans_on<'t>(policy: &'t Table, of: &Table) -> Option<Section<'t>> {
    let long_stay = of.get("long_stay").and_then(Value::as_table);
    let per_diem = long_stay.and_then(|long_stay| text(long_stay, "per_diem"));
    method(policy, per_diem.or_else(|| text(of, "exit_to"))?)
}

/// What decides the reason of a change where the columns alone would not tell.
pub(super) struct MethodRule {
    /// The routes whose method has changed, and as what that shows.
    methods: BTreeMap<Vec<u8>, Reason>,
    /// What every route takes apart, in A and in B.
    apart: [BTreeMap<Vec<u8>, String>; 2],
    /// The funds of every pool, in A and in B.
    funds: [BTreeMap<Vec<u8>, String>; 2],
}

impl MethodRule {
    pub(super) fn new(policies: &[Table; 2]) -> MethodRule {
        let [old, new] = policies;
        let mut methods = BTreeMap::new();
        for route in sections(old, "route") {
            let Some(id) = text(route.table, "id") else { continue };
            let Some(also) = with_id(new, "route", id) else {
                continue;
            };
            if let Some(reason) = of_routes(policies, route.table, also.table) {
                methods.insert(id.as_bytes().to_vec(), reason);
            }
        }
        MethodRule {
            methods,
            apart: [apart_of_routes(old), apart_of_routes(new)],
            funds: [funds_of_pools(old), funds_of_pools(new)],
        }
    }

    /// As what a change of its route's method shows in a case that is paid by group.
    pub(super) fn of_method(&self, route: &[u8]) -> Option<Reason> {
        self.methods.get(route).copied()
    }

    /// Whether the items are other ones, or other shares of them are paid.
    pub(super) fn other_items(&self, old: &[u8], new: &[u8]) -> bool {
        let of = |at: usize, route: &[u8]| self.apart[at].get(route).map_or("", String::as_str);
        of(0, old) != of(1, new)
    }

    /// Whether other funds count.
    pub(super) fn other_funds(&self, old: &[u8], new: &[u8]) -> bool {
        self.funds[0].get(old) != self.funds[1].get(new)
    }
}

fn of_routes([old, new]: &[Table; 2], route: &Table, also: &Table) -> Option<Reason> {
    let (id, other) = (text(route, "method")?, text(also, "method")?);
    if id != other {
        return Some(Reason::MethodFactor);
    }
    let (a, b) = (method(old, id)?, method(new, id)?);
    if a.table != b.table {
        return Some(Reason::MethodFactor);
    }
    let (a, b) = (leans_on(old, a.table)?, leans_on(new, b.table)?);
    (a.table != b.table).then_some(Reason::Rate)
}

fn apart_of_routes(policy: &Table) -> BTreeMap<Vec<u8>, String> {
    let of_route = |route: Section<'_>| {
        let ids = texts(route.table, "apart");
        let items = ids.into_iter().filter_map(|id| with_id(policy, "apart", id));
        let items: String = items.map(|item| format!("{:?}", item.table)).collect();
        Some((text(route.table, "id")?.as_bytes().to_vec(), items))
    };
    sections(policy, "route").filter_map(of_route).collect()
}

fn funds_of_pools(policy: &Table) -> BTreeMap<Vec<u8>, String> {
    let of_pool = |pool: Section<'_>| {
        let mut funds = texts(pool.table, "funds");
        if funds.is_empty() {
            funds.push(dianzhi_core::HIFP_PAY);
        }
        funds.sort_unstable();
        Some((text(pool.table, "id")?.as_bytes().to_vec(), funds.join(" + ")))
    };
    sections(policy, "pool").filter_map(of_pool).collect()
}

/// Which of the changed keys a row of a table goes by.
pub(super) struct KeyRule<'t> {
    policies: &'t [Table; 2],
    changes: &'t [PolicyChange],
}

impl<'t> KeyRule<'t> {
    pub(super) fn new(policies: &'t [Table; 2], changes: &'t [PolicyChange]) -> KeyRule<'t> {
        KeyRule { policies, changes }
    }

    /// The changed keys of the sections that a row names: of a route and its method with what that
    /// leans on and takes apart, of a class of heads, of an item, of a budget; and the funds of a pool.
    pub(super) fn of_row(&self, row: &[(&str, &str)]) -> Vec<String> {
        let mut places = BTreeSet::new();
        for policy in self.policies {
            for (column, id) in row {
                places.extend(places_of(policy, column, id));
            }
        }
        let is_in = |key: &str| {
            places
                .iter()
                .any(|place| key.strip_prefix(place.as_str()).is_some_and(is_below))
        };
        let changed = self.changes.iter().filter(|change| is_in(&change.key));
        changed.map(|change| change.key.clone()).collect()
    }
}

fn is_below(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with(['.', '['])
}

fn places_of(policy: &Table, column: &str, id: &str) -> Vec<String> {
    let place = |section: Section<'_>| section.place;
    match column {
        "route" => {
            let Some(route) = with_id(policy, "route", id) else {
                return Vec::new();
            };
            let items = texts(route.table, "apart").into_iter();
            let items = items.filter_map(|id| with_id(policy, "apart", id)).map(place);
            let mut places: Vec<String> = items.collect();
            places.push(route.place);
            places
        }
        "method" => {
            let own = method(policy, id);
            let other = own.as_ref().and_then(|own| leans_on(policy, own.table));
            own.into_iter().chain(other).map(place).collect()
        }
        "class" => with_id(policy, "capitation", id).map(place).into_iter().collect(),
        "apart" => with_id(policy, "apart", id).map(place).into_iter().collect(),
        "fund" => with_id(policy, "fund", id).map(place).into_iter().collect(),
        "alliance" => with_id(policy, "alliance", id).map(place).into_iter().collect(),
        "pool" => {
            let pool = with_id(policy, "pool", id);
            pool.map(|pool| format!("{}.funds", pool.place)).into_iter().collect()
        }
        "id" => {
            let node = with_id(policy, "budget", id).or_else(|| with_id(policy, "pool", id));
            node.map(place).into_iter().collect()
        }
        _ => Vec::new(),
    }
}
