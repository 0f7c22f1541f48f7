//! Step 5 by the second path: hospitals and pools cleared, and the rows of every table but claims.csv.

use super::funds::shortest;
use super::settle::{Priced, RouteTallies, RouteTally, Tallies};
use super::tables::Tables;
use crate::verify::figures::{fraction, written};
use crate::verify::rows::joined;
use dianzhi_core::RoundingMode;
use dianzhi_core::model::{Book, ModelAlliance, ModelStatement, ModelSums, exact, rounded};
use dianzhi_policy::Region;
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Signed, Zero};
use std::collections::BTreeMap;

type Q = BigRational;

/// The rows of step 5.
pub(super) struct Cleared {
    pub(super) hospitals: Vec<String>,
    pub(super) pools: Vec<String>,
    /// Of every pool the row of alliances.csv behind its first two cells, where it is an alliance's.
    alliances: Vec<Option<String>>,
    /// Cases, Σ due, Σ cleared and left in fund of every pool.
    pub(super) sums: Vec<(usize, [Q; 3])>,
    /// Pool, hospital and what was cleared, in the order of hospitals.csv.
    pub(super) of_hospitals: Vec<(usize, String, Q)>,
}

/// Step 5: the rows of hospitals.csv and of pools.csv; `None` where a hospital lacks its cap.
pub(super) fn clear(
    book: &Book<'_>,
    region: &Region,
    tables: &Tables,
    priced: &Priced,
    tallies: &Tallies<'_>,
) -> Option<Cleared> {
    let policy = &region.policy;
    let places = policy.rounding.points;
    let (mut hospital_rows, mut pool_rows, mut pool_sums) = (Vec::new(), Vec::new(), Vec::new());
    let mut alliances = Vec::new();
    let mut of_hospitals = Vec::new();
    for (pool, of) in policy.pools.iter().enumerate() {
        let here = tallies.iter().filter(|((p, _), _)| *p == pool);
        let sums: BTreeMap<&str, ModelSums> = here.map(|((_, code), tally)| (*code, tally.sums(places))).collect();
        let statements = book.clear(pool, &sums, &tables.prepaid)?;
        alliances.push(book.alliance_of(pool, &statements).map(|of| alliance_cells(&of)));
        for statement in &statements {
            let zero = ModelSums::zero();
            let sums = sums.get(statement.hospital.as_str()).unwrap_or(&zero);
            let prepaid = tables.prepaid.get(&(pool, statement.hospital.clone()));
            let mut row = hospital_row(&of.id, statement, sums, prepaid, places);
            if policy.has_caps() {
                let cap = book
                    .cap(pool, &statement.hospital)
                    .map_or_else(String::new, |cap| written(&cap, 2));
                row.extend([cap, written(&statement.compared, 2)]);
            }
            if !policy.methods.capitation.is_empty() {
                row.push(written(&statement.capitation, 2));
            }
            if !policy.alliances.is_empty() {
                row.push(written(&statement.alliance_part, 2));
            }
            of_hospitals.push((pool, statement.hospital.clone(), statement.cleared.clone()));
            hospital_rows.push(joined(row.iter().map(String::as_str)));
        }
        let budget = book.budget(pool);
        let reserve = rounded(&(&budget * exact(of.reserve)), 2, policy.rounding.mode);
        let distributable = &budget - &reserve;
        let sum = |figure: fn(&ModelStatement) -> Q| statements.iter().map(figure).sum::<Q>();
        let due = sum(|s| s.due.clone());
        let capitation = sum(|s| s.capitation.clone());
        let kept = sum(|s| &s.cleared - &s.deposit + &s.deposit_returned);
        let cases: usize = sums.values().map(|s| s.cases).sum();
        pool_sums.push((cases, [&due + &capitation, sum(|s| s.cleared.clone()), &budget - &kept]));
        let billed: Q = sums.values().map(|s| s.fund_billed.clone()).sum();
        let shared = book.to_hospitals(pool, &billed);
        let kept_by_fund = &distributable - &shared;
        let mut row = vec![
            of.id.clone(),
            written(&budget, 2),
            written(&reserve, 2),
            written(&distributable, 2),
            cases.to_string(),
            written(&sums.values().map(|s| s.points.clone()).sum(), places),
            written(&priced.prices[pool].point_value, policy.rounding.point_value),
            written(&due, 2),
            written(&(&distributable - &due - &capitation), 2),
            written(&sum(|s| s.compensation.clone()), 2),
            written(&sum(|s| s.cleared.clone()), 2),
            written(&(&budget - &kept), 2),
        ];
        if policy.pool_clearing.is_some() {
            row.extend([written(&shared, 2), written(&kept_by_fund, 2)]);
        }
        if !policy.methods.capitation.is_empty() {
            row.extend([written(&book.by_head(pool), 2), written(&capitation, 2)]);
        }
        pool_rows.push(joined(row.iter().map(String::as_str)));
    }
    Some(Cleared {
        hospitals: hospital_rows,
        pools: pool_rows,
        alliances,
        sums: pool_sums,
        of_hospitals,
    })
}

fn alliance_cells(of: &ModelAlliance) -> String {
    let figures = [
        &of.budget,
        &of.reserve,
        &of.outside,
        &of.inside,
        &of.balance,
        &of.kept,
        &of.left,
        &of.fund_bears,
        &of.members_bear,
    ];
    joined(figures.map(|figure| written(figure, 2)).iter().map(String::as_str))
}

/// The rows of alliances.csv: every alliance with each of its pools.
pub(super) fn alliances(region: &Region, cleared: &Cleared) -> Vec<String> {
    let policy = &region.policy;
    let mut rows = Vec::new();
    for alliance in &policy.alliances {
        for id in &alliance.pools {
            let pool = policy.pools.iter().position(|pool| pool.id == *id);
            let cells = pool.and_then(|pool| cleared.alliances.get(pool)?.as_ref());
            rows.extend(cells.map(|cells| joined([alliance.id.as_str(), id]) + "," + cells));
        }
    }
    rows
}

/// The rows of routes.csv: every route with each of its pools.
pub(super) fn routes(region: &Region, tallies: &RouteTallies) -> Vec<String> {
    let policy = &region.policy;
    let places = policy.rounding.points;
    let nothing = RouteTally::default();
    let mut rows = Vec::new();
    for (at, route) in policy.routes.iter().enumerate() {
        for id in &route.pools {
            let pool = policy.pools.iter().position(|pool| pool.id == *id).unwrap_or(0);
            let tally = tallies.get(&(at, pool)).unwrap_or(&nothing);
            let money = |fen: &BigInt| written(&Q::new(fen.clone(), 100.into()), 2);
            let points = Q::new(tally.points.clone(), BigInt::from(10).pow(places));
            rows.push(joined([
                route.id.as_str(),
                &route.method,
                id,
                &tally.cases.to_string(),
                &written(&points, places),
                &written(&fraction(tally.cost, 2), 2),
                &written(&fraction(tally.billed, 2), 2),
                &money(&tally.standard),
                &money(&tally.due),
                &money(&tally.over),
            ]));
        }
    }
    rows
}

/// The rows of capitation.csv.
pub(super) fn by_head(book: &Book<'_>, region: &Region) -> Vec<String> {
    let mut rows = Vec::new();
    for (pool, of) in region.policy.pools.iter().enumerate() {
        for account in book.capitations(pool) {
            let heads = shortest(&account.heads);
            let due = &account.first + &account.returned;
            let [amount, first, returned, due] =
                [&account.amount, &account.first, &account.returned, &due].map(|yuan| written(yuan, 2));
            rows.push(joined([
                &*of.id,
                &account.hospital,
                &account.class,
                &heads,
                &amount,
                &first,
                &returned,
                &due,
            ]));
        }
    }
    rows
}

fn hospital_row(pool: &str, s: &ModelStatement, sums: &ModelSums, prepaid: Option<&Q>, places: u32) -> Vec<String> {
    let ratio = if s.compared.is_positive() {
        written(&rounded(&(&sums.fund_billed / &s.compared), 6, RoundingMode::HalfUp), 6)
    } else {
        String::new()
    };
    let money = |value: &Q| written(value, 2);
    vec![
        pool.to_owned(),
        s.hospital.clone(),
        s.cases.to_string(),
        written(&sums.points, places),
        money(&sums.medical_cost),
        money(&sums.fund_billed),
        money(&s.due),
        ratio,
        s.band.to_owned(),
        money(&s.compensation),
        money(&s.cleared),
        money(&s.deposit),
        money(&s.deposit_returned),
        money(prepaid.unwrap_or(&Q::zero())),
        money(&s.final_payment),
    ]
}
