//! Which route takes a claim: every field that routes ask for gives a row of bits, one bit a route,
//! and the lowest bit that all of them have is the first route that fits (docs/METHODS.md).

mod columns;
mod days;
mod field;
mod number;

pub(crate) use columns::{RouteColumns, amount};
pub(crate) use days::DayColumns;

use crate::claims::reject::RejectCode;
use crate::claims::row::Row;
use dianzhi_core::{
    CaseDetail, CompiledPolicy, Condition, Fen, Group, GroupKind, Hospital, HospitalId, MethodId, Route, Test,
};
use field::FieldBits;
use std::collections::HashSet;

/// One bit a route.
pub(crate) type Bits = u64;

/// Positions of fields: more than routes have ever asked for, if fewer than there are. Those beyond are
/// looked at for every claim.
type FieldSet = u64;

/// A payer that does not exist.
const NOBODY: u16 = u16::MAX;

/// The routes of a policy, made ready.
pub(crate) struct Router {
    /// By insurance type: routes that have a pool for it.
    with_pool: Vec<Bits>,
    /// By insurance type and route.
    payers: Vec<u16>,
    routes: usize,
    /// Routes whose conditions on the hospital hold.
    by_hospital: Vec<Bits>,
    /// The same of the groups of the table, and of codes that it does not have.
    by_group: Vec<Bits>,
    group_codes: FieldBits,
    no_group: Bits,
    fields: Vec<FieldBits>,
    /// By route: positions of the fields that it asks for, one bit each; of the first ones.
    asks: Vec<FieldSet>,
    /// Positions of fields that ranges ask for, in the order of the ranges.
    numbers: Vec<usize>,
    methods: Vec<Way>,
    /// By hospital: routes whose method lacks a rate for its level.
    lacks_rate: Vec<Bits>,
}

/// What a route's method needs of a claim.
struct Way {
    method: MethodId,
    needs_days: bool,
    /// Position among [`RouteColumns::codes`], for a method that looks up prices.
    code: Option<usize>,
    /// Positions among [`RouteColumns::deductions`].
    deductions: Vec<usize>,
    /// For a capitation: whether a hospital has people enrolled with it, pool after pool.
    enrolled: Option<Vec<bool>>,
}

/// A claim's facts that the router takes from elsewhere than its row.
pub(crate) struct Known<'a> {
    /// Its position among [`insutypes`].
    pub(crate) insutype: u16,
    pub(crate) hospital: u32,
    /// Position of the group in its table.
    pub(crate) group: Option<u32>,
    /// Its code, where the table does not have it.
    pub(crate) group_code: &'a [u8],
    pub(crate) cost: i64,
}

/// Where a claim is routed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Routed {
    pub(crate) payer: u16,
    /// `None` where the method needs nothing beside the cost.
    pub(crate) detail: Option<CaseDetail>,
    /// Earlier routes whose conditions hold, and whose method has no price, rate or people for it.
    pub(crate) passed_over: Bits,
    /// What it has of the items that the payer pays apart.
    pub(crate) amounts: Vec<Fen>,
}

/// The positions of the bits that are set.
pub(crate) fn positions(mut bits: Bits) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let at = bits.trailing_zeros() as usize;
        (bits != 0).then(|| {
            bits &= bits - 1;
            at
        })
    })
}

/// The insurance types that a pool pays, each once.
pub(crate) fn insutypes(policy: &CompiledPolicy) -> Vec<&String> {
    let mut codes: Vec<&String> = Vec::new();
    for code in policy.policy().pools.iter().flat_map(|pool| &pool.insutype) {
        if !codes.contains(&code) {
            codes.push(code);
        }
    }
    codes
}

impl Router {
    /// The router of a policy; `None` without routes.
    pub(crate) fn new(policy: &CompiledPolicy) -> Option<Router> {
        let routes = &policy.policy().routes;
        if routes.is_empty() {
            return None;
        }
        let all = Bits::MAX >> (Bits::BITS as usize - routes.len());
        let codes = insutypes(policy);
        let mut with_pool = vec![0; codes.len()];
        let mut payers = vec![NOBODY; codes.len() * routes.len()];
        for (id, payer) in (0u16..).zip(policy.payers()) {
            let at = codes.iter().position(|code| **code == payer.insutype).unwrap_or(0);
            let route = payer.route.unwrap_or(0);
            with_pool[at] |= 1 << route;
            payers[at * routes.len() + route] = id;
        }
        // The bits of the routes whose conditions on these fields hold.
        let holds = |fields: &[&str], value: &dyn Fn(&str) -> String| {
            let mut bits = all;
            for (i, route) in routes.iter().enumerate() {
                let of_fields = route
                    .when
                    .iter()
                    .filter(|condition| fields.contains(&condition.field.as_str()));
                if of_fields
                    .into_iter()
                    .any(|condition| !field::holds(&condition.test, &value(&condition.field)))
                {
                    bits &= !(1 << i);
                }
            }
            bits
        };
        let by_hospital = policy.hospitals().iter();
        let by_hospital = by_hospital.map(|hospital| holds(&OF_HOSPITAL, &|field| of_hospital(hospital, field)));
        let lacks_rate = (0u32..).zip(policy.hospitals()).map(|(id, _)| {
            let lacks = |route: &Route| {
                let method = policy.method(&route.method).unwrap_or(MethodId::BY_GROUP);
                !policy.has_rate(method, HospitalId(id))
            };
            let lacking = routes.iter().enumerate().filter(|(_, route)| lacks(route));
            lacking.fold(0, |bits, (i, _)| bits | 1 << i)
        });
        let by_group = policy
            .groups()
            .iter()
            .map(|group| holds(&OF_GROUP, &|field| of_group(group, field)));
        let asked = |field: &str| -> Vec<(usize, &Condition)> {
            routes
                .iter()
                .enumerate()
                .flat_map(|(i, route)| route.when.iter().map(move |condition| (i, condition)))
                .filter(|(_, condition)| condition.field == field)
                .collect()
        };
        let names = field_names(policy);
        let known = |name: &&&str| !OF_HOSPITAL.contains(name) && !OF_GROUP.contains(name) && **name != "insutype";
        let fields: Vec<FieldBits> = names
            .iter()
            .filter(known)
            .map(|name| FieldBits::new(name, &asked(name), all))
            .collect();
        let mut numbers: Vec<usize> = Vec::new();
        for condition in routes.iter().flat_map(|route| &route.when) {
            let at = fields.iter().position(|field| field.name == condition.field);
            if matches!(condition.test, Test::Between { .. })
                && let Some(at) = at.filter(|at| !numbers.contains(at))
            {
                numbers.push(at);
            }
        }
        let asked_by = |route: usize| {
            let asked = fields
                .iter()
                .enumerate()
                .take(FieldSet::BITS as usize)
                .filter(|(_, field)| field.is_asked_by(route));
            asked.fold(0, |bits, (at, _)| bits | 1 << at)
        };
        Some(Router {
            with_pool: with_pool
                .into_iter()
                .zip(&codes)
                .map(|(bits, code)| bits & holds(&["insutype"], &|_| (*code).clone()))
                .collect(),
            payers,
            routes: routes.len(),
            by_hospital: by_hospital.collect(),
            by_group: by_group.collect(),
            group_codes: FieldBits::new("group_code", &asked("group_code"), all),
            // A code without a group has no kind and no stability.
            no_group: holds(&["kind", "stability"], &|_| String::new()),
            asks: (0..routes.len()).map(asked_by).collect(),
            fields,
            numbers,
            lacks_rate: lacks_rate.collect(),
            methods: routes.iter().map(|route| way(policy, &route.method)).collect(),
        })
    }

    /// The hospitals, by position, whose claims may meet a route's conditions and whose level its
    /// method has no rate for.
    pub(crate) fn without_rate(&self, route: usize) -> impl Iterator<Item = usize> {
        let both = self.by_hospital.iter().zip(&self.lacks_rate).enumerate();
        both.filter(move |(_, (holds, lacks))| *holds & *lacks & 1 << route != 0)
            .map(|(hospital, _)| hospital)
    }

    /// The columns that routes and methods look at, in one file.
    pub(crate) fn columns(&self, policy: &CompiledPolicy, header: &crate::input::header::Header) -> RouteColumns {
        RouteColumns::of(policy, header, self.fields.iter().map(|field| field.name.as_str()))
    }

    /// The columns that routes and methods ask for: of conditions and prices, whose absence is told,
    /// and of amounts that are deducted or paid apart, which must be there.
    pub(crate) fn asked<'p>(&'p self, policy: &'p CompiledPolicy) -> (Vec<&'p str>, Vec<&'p str>) {
        let mut names: Vec<&str> = self.fields.iter().map(|field| field.name.as_str()).collect();
        let codes = policy
            .policy()
            .methods
            .by_disease
            .iter()
            .map(|method| method.code.as_str());
        names.extend(codes);
        names.sort_unstable();
        names.dedup();
        let mut amounts = columns::deduction_names(policy);
        let apart = policy.policy().apart.iter().map(|apart| apart.column.as_str());
        amounts.extend(apart);
        let mut met = HashSet::new();
        amounts.retain(|name| met.insert(*name));
        (names, amounts)
    }

    /// The payer of a claim, with what its method needs.
    ///
    /// # Errors
    /// The code and the field of the first thing that is missing or wrong.
    pub(crate) fn route<'r>(
        &self,
        policy: &'r CompiledPolicy,
        row: &Row<'r>,
        columns: &RouteColumns,
        known: &Known<'r>,
    ) -> Result<Routed, (RejectCode, &'static str)> {
        for &at in &self.numbers {
            let (field, column) = (&self.fields[at], columns.fields.get(at));
            if column.is_some_and(|column| field.is_no_number(row, *column)) {
                let name = dianzhi_policy::fields::by_name(&field.name).map_or("", |field| field.name);
                return Err((RejectCode::E103, name));
            }
        }
        let insutype = usize::from(known.insutype);
        let mut bits = self.with_pool.get(insutype).copied().unwrap_or(0);
        bits &= self.by_hospital.get(known.hospital as usize).copied().unwrap_or(0);
        bits &= match known.group {
            Some(group) => self.by_group.get(group as usize).copied().unwrap_or(0),
            None => self.no_group & self.group_codes.of_text(known.group_code),
        };
        for (field, column) in self.fields.iter().zip(&columns.fields).skip(FieldSet::BITS as usize) {
            bits &= field.of_row(row, *column, columns, known);
        }
        // Only what the first route asks for that may still take the claim is looked at.
        let mut met: FieldSet = 0;
        let lacks_rate = self.lacks_rate.get(known.hospital as usize).copied().unwrap_or(0);
        let mut passed_over = 0;
        while bits != 0 {
            let at = bits.trailing_zeros() as usize;
            let unmet = self.asks[at] & !met;
            if unmet != 0 {
                let next = unmet.trailing_zeros() as usize;
                met |= 1 << next;
                bits &= match columns.fields.get(next) {
                    Some(column) => self.fields[next].of_row(row, *column, columns, known),
                    None => 0,
                };
                continue;
            }
            bits &= bits - 1;
            if lacks_rate & 1 << at != 0 {
                passed_over |= 1 << at;
                continue;
            }
            let way = &self.methods[at];
            let payer = self.payers[insutype * self.routes + at];
            if let Some(enrolled) = &way.enrolled {
                let payer = policy.payers().get(usize::from(payer));
                let of_pool = payer.map_or(0, |payer| usize::from(payer.pool.0) * self.by_hospital.len());
                if !enrolled
                    .get(of_pool + known.hospital as usize)
                    .is_some_and(|enrolled| *enrolled)
                {
                    passed_over |= 1 << at;
                    continue;
                }
            }
            let mut detail = CaseDetail::default();
            if let Some(code) = way.code {
                let text = columns.code(row, code, known, policy);
                let price = text.and_then(|text| policy.price_of(way.method, text, HospitalId(known.hospital)));
                if price.is_none() {
                    passed_over |= 1 << at;
                    continue;
                }
                detail.price = price;
            }
            if way.needs_days {
                detail.days = columns.days.days(row).ok_or((RejectCode::E115, "act_ipt_days"))?;
            }
            detail.deducted = columns.deducted(row, &way.deductions)?;
            let plain = detail == CaseDetail::default();
            let items = policy.payers().get(usize::from(payer));
            return Ok(Routed {
                payer,
                detail: (!plain).then_some(detail),
                passed_over,
                amounts: columns.apart(row, items.map_or(&[], |payer| &payer.apart))?,
            });
        }
        Err((RejectCode::E114, ""))
    }
}

const OF_HOSPITAL: [&str; 3] = ["fixmedins_code", "level", "alliance"];
const OF_GROUP: [&str; 3] = ["group_code", "kind", "stability"];

fn of_hospital(hospital: &Hospital, field: &str) -> String {
    match field {
        "level" => hospital.level.clone(),
        "alliance" => hospital.alliance.clone(),
        _ => hospital.code.clone(),
    }
}

fn of_group(group: &Group, field: &str) -> String {
    match field {
        "kind" => match group.kind {
            GroupKind::Core => "core",
            GroupKind::Basic => "basic",
            GroupKind::Tcm => "tcm",
        }
        .to_owned(),
        "stability" => group.stability.clone(),
        _ => group.code.clone(),
    }
}

/// Every field that a condition asks for, once.
fn field_names(policy: &CompiledPolicy) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for condition in policy.policy().routes.iter().flat_map(|route| &route.when) {
        if !names.contains(&condition.field.as_str()) {
            names.push(&condition.field);
        }
    }
    names
}

fn way(policy: &CompiledPolicy, id: &str) -> Way {
    let methods = &policy.policy().methods;
    let method = policy.method(id).unwrap_or(MethodId::BY_GROUP);
    let by_disease = methods.by_disease.iter().position(|method| method.id == id);
    let exit = by_disease.and_then(|at| methods.by_disease[at].exit_to.as_deref());
    let by_item = methods
        .by_item
        .iter()
        .find(|method| method.id == id || Some(method.id.as_str()) == exit);
    let names = columns::deduction_names(policy);
    let deductions = by_item.map_or(&[][..], |method| &method.deductions);
    Way {
        method,
        needs_days: methods.per_diem.iter().any(|method| method.id == id)
            || methods
                .by_group
                .iter()
                .any(|method| method.id == id && method.long_stay.is_some()),
        code: by_disease,
        deductions: deductions
            .iter()
            .filter_map(|name| names.iter().position(|known| known == name))
            .collect(),
        enrolled: methods.capitation.iter().any(|method| method.id == id).then(|| {
            let hospitals = policy.hospitals().len();
            let mut all = vec![false; policy.policy().pools.len() * hospitals];
            for (pool, hospital) in policy.enrolled(id) {
                all[usize::from(pool.0) * hospitals + hospital.0 as usize] = true;
            }
            all
        }),
    }
}
