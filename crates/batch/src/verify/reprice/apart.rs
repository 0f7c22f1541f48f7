//! Items paid apart by the second path: the amounts of a claim, and the rows of apart.csv.

use crate::verify::figures::{fraction, written};
use crate::verify::judge::{Claim, Fault, Item, money};
use crate::verify::rows::joined;
use dianzhi_core::model::ModelPart;
use dianzhi_core::{Policy, Route};
use dianzhi_policy::fields;
use num_bigint::BigInt;
use num_rational::BigRational;
use std::collections::BTreeMap;

/// The items of a claim that its route pays apart, each with the pool that pays it.
pub(super) fn items<'f>(
    policy: &Policy,
    route: &Route,
    claim: &Claim,
    pool: usize,
    field: &impl Fn(&str) -> &'f str,
) -> Result<Vec<Item>, Fault> {
    let mut found = Vec::new();
    for id in &route.apart {
        let Some(apart) = policy.apart.iter().position(|apart| apart.id == *id) else {
            continue;
        };
        let of = &policy.apart[apart];
        let name = fields::by_name(&of.column).map_or("", |field| field.name);
        let fen = match field(&of.column) {
            "" => 0,
            text => money(text).ok_or(("E103", name))?,
        };
        if fen < 0 {
            return Err(("E104", name));
        }
        let mut paying = policy.pools.iter().enumerate().filter(|(_, known)| {
            of.pools.contains(&known.id) && known.insutype.iter().any(|code| **code == *claim.insutype)
        });
        let own = paying.next().map(|(at, _)| at);
        found.push(Item {
            apart,
            pool: if of.pools.is_empty() { pool } else { own.unwrap_or(pool) },
            fen,
        });
    }
    Ok(found)
}

/// Whether the items leave something of the cost; the one with which they do not is at fault.
pub(super) fn leaves_something(policy: &Policy, claim: &Claim) -> Result<(), Fault> {
    let mut left = claim.cost;
    for item in claim.routed.iter().flat_map(|routed| &routed.items) {
        left -= item.fen;
        if left <= 0 {
            let column = &policy.apart[item.apart].column;
            return Err(("E116", fields::by_name(column).map_or("", |field| field.name)));
        }
    }
    Ok(())
}

/// Sums in fen.
#[derive(Clone, Default)]
pub(super) struct ApartTally {
    cases: usize,
    cost: BigInt,
    billed: BigInt,
    due: BigInt,
}

/// By positions of item and pool, and hospital code.
pub(super) type ApartTallies<'t> = BTreeMap<(usize, usize, &'t str), ApartTally>;

impl ApartTally {
    pub(super) fn add_part(&mut self, part: &ModelPart) {
        let fen = |yuan: &BigRational| (yuan * BigInt::from(100)).to_integer();
        self.cases += 1;
        self.cost += fen(&part.item.cost);
        self.billed += fen(&part.billed);
        self.due += fen(&part.due);
    }

    pub(super) fn add(&mut self, other: &ApartTally) {
        self.cases += other.cases;
        self.cost += &other.cost;
        self.billed += &other.billed;
        self.due += &other.due;
    }
}

/// The rows of apart.csv.
pub(super) fn rows(policy: &Policy, tallies: &ApartTallies<'_>) -> Vec<String> {
    let money = |fen: &BigInt| written(&BigRational::new(fen.clone(), 100.into()), 2);
    let row = |((apart, pool, code), tally): (&(usize, usize, &str), &ApartTally)| {
        joined([
            policy.apart[*apart].id.as_str(),
            &policy.pools[*pool].id,
            code,
            &tally.cases.to_string(),
            &money(&tally.cost),
            &money(&tally.billed),
            &money(&tally.due),
        ])
    };
    tallies.iter().map(row).collect()
}

/// The items of a claim as the model takes them.
pub(super) fn model_items(claim: &Claim) -> Vec<dianzhi_core::model::ModelItem> {
    let routed = claim.routed.iter().flat_map(|routed| &routed.items);
    routed
        .map(|item| dianzhi_core::model::ModelItem {
            apart: item.apart,
            pool: item.pool,
            cost: fraction(item.fen.into(), 2),
        })
        .collect()
}
