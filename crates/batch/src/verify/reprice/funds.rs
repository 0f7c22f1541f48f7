//! Step 6 by the second path: procured drugs, funds, prepayments for the next year.

use super::cleared::Cleared;
use super::tables::Tables;
use crate::settle::funds::yuan;
use crate::verify::figures::written;
use crate::verify::rows::joined;
use dianzhi_core::RoundingMode;
use dianzhi_core::model::{Book, ModelDrug, rounded};
use dianzhi_policy::Region;
use num_bigint::BigInt;
use num_rational::BigRational;
use std::collections::BTreeMap;

type Q = BigRational;

/// A row of the procurement table.
pub(super) struct Procured {
    pub(super) pool: usize,
    pub(super) hospital: String,
    pub(super) batch: String,
    pub(super) score: Q,
    pub(super) drug: ModelDrug,
}

/// The rows of the three tables.
pub(super) struct FundRows {
    pub(super) procurement: Vec<String>,
    pub(super) funds: Vec<String>,
    pub(super) prepayments: Vec<String>,
}

pub(super) fn rows(book: &Book<'_>, region: &Region, tables: &Tables, cleared: &Cleared) -> FundRows {
    let policy = &region.policy;
    let mut batches: BTreeMap<(usize, &str, &str), Vec<&Procured>> = BTreeMap::new();
    for row in &tables.procurement {
        let batch = batches.entry((row.pool, &row.hospital, &row.batch)).or_default();
        batch.push(row);
    }
    let mut kept_of: BTreeMap<usize, Q> = BTreeMap::new();
    let mut procurement = Vec::new();
    for ((pool, hospital, batch), rows) in batches {
        let drugs: Vec<ModelDrug> = rows.iter().map(|row| row.drug.clone()).collect();
        let Some(of) = book.procurement(&drugs, &rows[0].score) else {
            continue;
        };
        *kept_of.entry(pool).or_default() += &of.kept;
        let [budget, spend, base, kept] = [&of.budget, &of.spend, &of.base, &of.kept].map(|yuan| written(yuan, 2));
        procurement.push(joined([
            policy.pools[pool].id.as_str(),
            hospital,
            batch,
            &drugs.len().to_string(),
            &budget,
            &spend,
            &base,
            if of.volume_met { "yes" } else { "no" },
            &shortest(&rows[0].score),
            &shortest(&of.share),
            &kept,
        ]));
    }
    let (mut funds, mut prepayments, mut all) = (Vec::new(), Vec::new(), Vec::new());
    for (at, rules) in policy.funds.iter().enumerate() {
        let pools = || (0..policy.pools.len()).filter(|pool| rules.pools.contains(&policy.pools[*pool].id));
        let hospitals: Q = pools().map(|pool| book.budget(pool) - &cleared.sums[pool].1[2]).sum();
        let procured: Q = pools().filter_map(|pool| kept_of.get(&pool).cloned()).sum();
        let of = book.fund(at, &hospitals, &procured);
        let months = |places: u32| {
            let months = of.months.as_ref();
            let rounded = months.map(|months| rounded(months, places, RoundingMode::HalfUp));
            rounded.map_or_else(String::new, |months| written(&months, places))
        };
        funds.push(joined([
            rules.id.as_str(),
            &yuan(rules.opening),
            &yuan(rules.income),
            &written(&hospitals, 2),
            &written(&procured, 2),
            &yuan(rules.other_spending),
            &written(&of.spending, 2),
            &written(&of.closing, 2),
            &months(0),
            &months(6),
            &of.tier,
        ]));
        all.push(of);
    }
    for (pool, hospital, amount) in &cleared.of_hospitals {
        let id = &policy.pools[*pool].id;
        let at = policy.funds.iter().position(|fund| fund.pools.contains(id));
        let prepaid = at.and_then(|at| book.next_prepayment(at, &all[at], amount));
        prepayments.extend(prepaid.map(|prepaid| joined([id.as_str(), hospital, &written(&prepaid, 2)])));
    }
    FundRows {
        procurement,
        funds,
        prepayments,
    }
}

/// A decimal without zeros at its end.
pub(super) fn shortest(value: &Q) -> String {
    let places = (0..28).find(|places| (value * BigInt::from(10).pow(*places)).is_integer());
    written(value, places.unwrap_or(28))
}
