//! The identities of docs/SETTLEMENT.md §6, from the published files and the policy alone.

mod adjust;
mod alliances;
mod apart;
mod budgets;
mod capitation;
mod cases;
mod funds;
mod hospitals;
mod pools;
mod records;
mod routes;

use super::check::{Check, Findings};
use super::figures::{fraction, written};
use crate::error::Failure;
use crate::output::run::Run;
use crate::progress::Progress;
use apart::ApartRow;
use dianzhi_core::Text;
use dianzhi_core::model::{Book, ModelPrice, ModelSums};
use dianzhi_policy::Region;
use hospitals::HospitalRow;
use pools::PoolRow;
use routes::RouteRow;
use std::collections::BTreeMap;
use std::path::Path;

/// Sums over cases: points in their units, money in fen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Sums {
    cases: u64,
    points: i128,
    others: i128,
    due: i128,
}

/// By position of the pool and hospital code.
type ByHospital = BTreeMap<(usize, Vec<u8>), Sums>;

pub(super) fn checks(run_dir: &Path, run: &Run, region: &Region, progress: &Progress) -> Result<Vec<Check>, Failure> {
    let mut checks = Vec::new();
    let mut of_pools = Findings::default();
    let pools = pools::read(run_dir, region, &mut of_pools);
    let mut of_hospitals = Findings::default();
    let hospitals = hospitals::read(run_dir, region, &mut of_hospitals);
    let mut of_routes = Findings::default();
    let routes = routes::read(run_dir, region, &mut of_routes);
    let mut of_items = Findings::default();
    let items = apart::read(run_dir, region, &mut of_items);
    let prices: Option<Vec<ModelPrice>> = match (&pools, &hospitals, &routes, &items) {
        (Some(pools), Some(hospitals), Some(routes), Some(items)) => prices(region, pools, hospitals, routes, items),
        _ => None,
    };
    if !region.policy.routes.is_empty() {
        checks.push(of_routes.into_check(Text::new(
            "routes.csv 与政策的路由一致",
            "routes.csv has the routes of the policy",
        )));
        if let (Some(routes), Some(hospitals), Some(items)) = (&routes, &hospitals, &items) {
            checks.push(routes::are_hospitals(region, routes, items, hospitals));
        }
    }
    checks.extend(capitation::check(
        run_dir,
        region,
        pools.as_deref(),
        hospitals.as_deref(),
    ));
    checks.extend(alliances::check(
        run_dir,
        region,
        pools.as_deref(),
        hospitals.as_deref(),
    ));
    checks.extend(funds::checks(run_dir, region, pools.as_deref(), hospitals.as_deref()));
    let mut of_cases = Findings::default();
    let claims = cases::read(run_dir, region, prices.as_deref(), &mut of_cases, progress)?;
    if let (Some(routes), Some(claims), false) = (&routes, &claims, region.policy.routes.is_empty()) {
        checks.push(routes::are_cases(region, routes, claims));
    }
    checks.push(records::check(run_dir, run, claims.as_ref().map(|claims| claims.rows)));
    checks.push(of_cases.into_check(Text::new(
        "每个病例：标准、自付与应付相符，流水号不重复",
        "every case: standard, others and due agree, no setl_id twice",
    )));
    if let (Some(claims), Some(hospitals), Some(items)) = (&claims, &hospitals, &items) {
        checks.push(cases_are_hospitals(region, &claims.sums, items, hospitals));
    }
    if !region.policy.apart.is_empty() {
        checks.push(of_items.into_check(Text::new(
            "apart.csv 与政策的除外项目一致，按序排列",
            "apart.csv has the items of the policy, in order",
        )));
        if let (Some(claims), Some(items)) = (&claims, &items) {
            checks.push(apart::are_cases(items, claims));
        }
    }
    if let (Some(claims), false) = (&claims, region.policy.adjust.is_empty()) {
        checks.push(adjust::check(run_dir, region, claims));
    }
    if let Some(hospitals) = &hospitals {
        hospitals::clearing(region, hospitals, &mut of_hospitals);
    }
    checks.push(of_hospitals.into_check(Text::new(
        "每家医院：清算各步相符，按序排列",
        "every hospital: the steps of its clearing agree, in order",
    )));
    if let (Some(pools), Some(hospitals)) = (&pools, &hospitals) {
        pools::sums(run, region, pools, hospitals, &mut of_pools);
        pools::identities(region, pools, hospitals, prices.as_deref(), &mut of_pools);
    }
    let of_budgets = budgets::check(run_dir, run, region, pools.as_deref());
    checks.push(of_pools.into_check(Text::new(
        "每个资金池：合计与医院、run.json 相符，预算分清",
        "every pool: its sums are the hospitals' and run.json's, and the budget is accounted for",
    )));
    checks.extend(of_budgets);
    Ok(checks)
}

/// The prices of points by the book, from the published sums.
fn prices(
    region: &Region,
    pools: &[PoolRow],
    hospitals: &[HospitalRow],
    routes: &[RouteRow],
    items: &[ApartRow],
) -> Option<Vec<ModelPrice>> {
    let book = Book::new(&region.policy, &[], &[]);
    let places = region.policy.rounding.points;
    let sums: Vec<ModelSums> = (0..region.policy.pools.len())
        .map(|pool| {
            let here = || hospitals.iter().filter(|row| row.pool == pool);
            let money = || routes.iter().filter(|row| row.pool == pool && row.in_money);
            let apart = |of: fn(&ApartRow) -> i128| items.iter().filter(|row| row.pool == pool).map(of).sum::<i128>();
            ModelSums {
                points: fraction(here().map(|row| row.points).sum(), places),
                medical_cost: fraction(here().map(|row| row.medical_cost).sum(), 2),
                fund_billed: fraction(here().map(|row| row.fund_billed).sum(), 2),
                money_cost: fraction(
                    money().map(|row| row.medical_cost).sum::<i128>() + apart(|row| row.cost),
                    2,
                ),
                money_billed: fraction(
                    money().map(|row| row.fund_billed).sum::<i128>() + apart(|row| row.billed),
                    2,
                ),
                money_due: fraction(money().map(|row| row.due).sum::<i128>() + apart(|row| row.due), 2),
                by_head: fraction(pools[pool].capitation_amount, 2),
                ..ModelSums::zero()
            }
        })
        .collect();
    book.prices(&sums)
}

/// The cases, and what is paid apart from them, add up to the hospitals.
fn cases_are_hospitals(region: &Region, cases: &ByHospital, items: &[ApartRow], hospitals: &[HospitalRow]) -> Check {
    let places = region.policy.rounding.points;
    let points = |units: i128| written(&fraction(units, places), places);
    let yuan = |fen: i128| written(&fraction(fen, 2), 2);
    let mut findings = Findings::default();
    let mut published: ByHospital = BTreeMap::new();
    for row in hospitals {
        let sums = Sums {
            cases: row.cases,
            points: row.points,
            others: row.medical_cost - row.fund_billed,
            due: row.due,
        };
        published.insert((row.pool, row.code.clone()), sums);
    }
    for item in items {
        let sums = published.entry((item.pool, item.hospital.clone())).or_default();
        sums.others -= item.cost - item.billed;
        sums.due -= item.due;
    }
    let keys: std::collections::BTreeSet<_> = cases.keys().chain(published.keys()).collect();
    for key in keys {
        let (sum, row) = (
            cases.get(key).copied().unwrap_or_default(),
            published.get(key).copied().unwrap_or_default(),
        );
        let pool = region.policy.pools.get(key.0).map_or("", |pool| &pool.id);
        let code = String::from_utf8_lossy(&key.1);
        let name = |figure: &str| {
            Text::new(
                format!("资金池 {pool} 医院 {code} 的 {figure}"),
                format!("{figure} of hospital {code} in pool {pool}"),
            )
        };
        findings.equal(|| name("cases"), &row.cases, &sum.cases);
        findings.equal(|| name("points"), &points(row.points), &points(sum.points));
        findings.equal(
            || name("medfee_sumamt − hifp_pay"),
            &yuan(row.others),
            &yuan(sum.others),
        );
        findings.equal(|| name("due"), &yuan(row.due), &yuan(sum.due));
    }
    findings.into_check(Text::new(
        "病例之和等于各医院之数",
        "the cases add up to the hospitals' figures",
    ))
}
