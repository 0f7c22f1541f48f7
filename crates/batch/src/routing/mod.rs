//! Which route takes a claim: every field that routes ask for gives a row of bits, one bit a route,
//! and the lowest bit that all of them have is the first route that fits (docs/METHODS.md).

mod columns;
mod conditions;
mod days;
mod field;
mod number;

pub(crate) use columns::{RouteColumns, amount};
pub(crate) use conditions::Conditions;
pub(crate) use days::DayColumns;

use crate::claims::reject::RejectCode;
use crate::claims::row::Row;
use conditions::FieldSet;
use dianzhi_core::{CaseDetail, CompiledPolicy, Condition, Fen, HospitalId, MethodId, Route};
use std::collections::HashSet;

/// One bit a route.
pub(crate) type Bits = u64;

/// A payer that does not exist.
const NOBODY: u16 = u16::MAX;

/// The routes of a policy, made ready.
pub(crate) struct Router {
    /// By insurance type: routes that have a pool for it.
    with_pool: Vec<Bits>,
    /// By insurance type and route.
    payers: Vec<u16>,
    routes: usize,
    /// What routes ask for.
    conditions: Conditions,
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
        let codes = insutypes(policy);
        let mut with_pool = vec![0; codes.len()];
        let mut payers = vec![NOBODY; codes.len() * routes.len()];
        for (id, payer) in (0u16..).zip(policy.payers()) {
            let at = codes.iter().position(|code| **code == payer.insutype).unwrap_or(0);
            let route = payer.route.unwrap_or(0);
            with_pool[at] |= 1 << route;
            payers[at * routes.len() + route] = id;
        }
        let lacks_rate = (0u32..).zip(policy.hospitals()).map(|(id, _)| {
            let lacks = |route: &Route| {
                let method = policy.method(&route.method).unwrap_or(MethodId::BY_GROUP);
                !policy.has_rate(method, HospitalId(id))
            };
            let lacking = routes.iter().enumerate().filter(|(_, route)| lacks(route));
            lacking.fold(0, |bits, (i, _)| bits | 1 << i)
        });
        let lists: Vec<&[Condition]> = routes.iter().map(|route| &route.when[..]).collect();
        Some(Router {
            conditions: Conditions::new(policy, &lists),
            with_pool,
            payers,
            routes: routes.len(),
            lacks_rate: lacks_rate.collect(),
            methods: routes.iter().map(|route| way(policy, &route.method)).collect(),
        })
    }

    /// The hospitals, by position, whose claims may meet a route's conditions and whose level its
    /// method has no rate for.
    pub(crate) fn without_rate(&self, route: usize) -> impl Iterator<Item = usize> {
        let both = self.conditions.by_hospital.iter().zip(&self.lacks_rate).enumerate();
        both.filter(move |(_, (holds, lacks))| *holds & *lacks & 1 << route != 0)
            .map(|(hospital, _)| hospital)
    }

    /// The columns that routes and methods look at, in one file.
    pub(crate) fn columns(&self, policy: &CompiledPolicy, header: &crate::input::header::Header) -> RouteColumns {
        RouteColumns::of(policy, header, self.conditions.names())
    }

    /// The columns that routes and methods ask for: of conditions and prices, whose absence is told,
    /// and of amounts that are deducted or paid apart, which must be there.
    pub(crate) fn asked<'p>(&'p self, policy: &'p CompiledPolicy) -> (Vec<&'p str>, Vec<&'p str>) {
        let mut names: Vec<&str> = self.conditions.names().collect();
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
        let conditions = &self.conditions;
        for &at in &conditions.numbers {
            let (field, column) = (&conditions.fields[at], columns.fields.get(at));
            if column.is_some_and(|column| field.is_no_number(row, *column)) {
                let name = dianzhi_policy::fields::by_name(&field.name).map_or("", |field| field.name);
                return Err((RejectCode::E103, name));
            }
        }
        let insutype = usize::from(known.insutype);
        let mut bits = self.with_pool.get(insutype).copied().unwrap_or(0);
        bits &= conditions.of_tables(known);
        for (at, column) in columns.fields.iter().enumerate().skip(FieldSet::BITS as usize) {
            bits &= conditions.of_field(at, *column, row, columns, known);
        }
        // Only what the first route asks for that may still take the claim is looked at.
        let mut met: FieldSet = 0;
        let lacks_rate = self.lacks_rate.get(known.hospital as usize).copied().unwrap_or(0);
        let mut passed_over = 0;
        while bits != 0 {
            let at = bits.trailing_zeros() as usize;
            let unmet = conditions.asks[at] & !met;
            if unmet != 0 {
                let next = unmet.trailing_zeros() as usize;
                met |= 1 << next;
                bits &= match columns.fields.get(next) {
                    Some(column) => conditions.of_field(next, *column, row, columns, known),
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
                let of_pool = payer.map_or(0, |payer| usize::from(payer.pool.0) * conditions.by_hospital.len());
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
                detail.days = columns.days(row).ok_or((RejectCode::E115, "act_ipt_days"))?;
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
