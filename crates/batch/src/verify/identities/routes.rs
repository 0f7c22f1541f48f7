//! routes.csv against the policy and the hospitals.

use super::apart::ApartRow;
use super::cases::{Cases, RouteSums};
use super::hospitals::HospitalRow;
use crate::settle::routes::COLUMNS;
use crate::verify::check::{Check, Findings};
use crate::verify::figures::{fraction, written};
use crate::verify::sheets::for_each_row;
use dianzhi_core::{PayIn, Text};
use dianzhi_policy::Region;
use std::path::Path;

/// A row of routes.csv: points in their units, money in fen.
pub(super) struct RouteRow {
    pub(super) pool: usize,
    pub(super) in_money: bool,
    pub(super) cases: u64,
    pub(super) points: i128,
    pub(super) medical_cost: i128,
    pub(super) fund_billed: i128,
    standard: i128,
    pub(super) due: i128,
    over: i128,
}

/// Reads routes.csv, which must have every route with each of its pools; nothing where the policy
/// has no routes, `None` where the file is not that.
pub(super) fn read(run_dir: &Path, region: &Region, findings: &mut Findings) -> Option<Vec<RouteRow>> {
    let policy = &region.policy;
    if policy.routes.is_empty() {
        return Some(Vec::new());
    }
    let expected = policy
        .routes
        .iter()
        .flat_map(|route| route.pools.iter().map(move |pool| (route, pool)));
    let mut expected = expected.collect::<Vec<_>>().into_iter();
    let mut rows = Vec::new();
    for_each_row(&run_dir.join("routes.csv"), &COLUMNS, findings, |row, findings| {
        findings.saw();
        let next = expected.next();
        let is_it = next.is_some_and(|(route, pool)| {
            row.field("route") == route.id.as_bytes()
                && row.field("method") == route.method.as_bytes()
                && row.field("pool") == pool.as_bytes()
        });
        if !is_it {
            findings.found(|| row.names("route, method, pool"));
            return false;
        }
        let (route, id) = next.unzip();
        let pool = policy.pools.iter().position(|pool| Some(&pool.id) == id);
        rows.push(RouteRow {
            pool: pool.unwrap_or(usize::MAX),
            in_money: route.is_some_and(|route| policy.methods.pay_in(&route.method) == PayIn::Money),
            cases: row.count("cases", findings),
            points: row.fixed("points", policy.rounding.points, findings),
            medical_cost: row.money("medfee_sumamt", findings),
            fund_billed: row.money("hifp_pay", findings),
            standard: row.money("standard", findings),
            due: row.money("due", findings),
            over: row.money("patient_over", findings),
        });
        true
    })?;
    if expected.next().is_some() {
        findings.found(|| Text::new("routes.csv 缺少路由", "routes.csv lacks a route"));
        return None;
    }
    Some(rows)
}

/// The cases add up to the routes, in each of their pools.
pub(super) fn are_cases(region: &Region, routes: &[RouteRow], cases: &Cases) -> Check {
    let mut findings = Findings::default();
    let policy = &region.policy;
    let places = policy.rounding.points;
    // Every row is there, in the order of the policy.
    let ids = policy
        .routes
        .iter()
        .flat_map(|route| route.pools.iter().map(move |pool| (&route.id, pool)));
    for ((route, pool), row) in ids.zip(routes) {
        let name = |figure: &'static str| {
            move || {
                Text::new(
                    format!("路由 {route} 在资金池 {pool} 的 {figure}"),
                    format!("{figure} of route {route} in pool {pool}"),
                )
            }
        };
        let key = (route.as_bytes().to_vec(), row.pool);
        let sums: RouteSums = cases.routes.get(&key).copied().unwrap_or_default();
        findings.equal(name("cases"), &row.cases, &sums.cases);
        for (figure, places, here, there) in [
            ("points", places, row.points, sums.points),
            (
                "medfee_sumamt − hifp_pay",
                2,
                row.medical_cost - row.fund_billed,
                sums.others,
            ),
            ("standard", 2, row.standard, sums.standard),
            ("due", 2, row.due, sums.due),
            ("patient_over", 2, row.over, sums.over),
        ] {
            let written = |units: i128| written(&fraction(units, places), places);
            findings.equal(name(figure), &written(here), &written(there));
        }
    }
    findings.into_check(Text::new(
        "病例之和等于各路由之数",
        "the cases add up to the routes' figures",
    ))
}

/// The routes, and what is paid apart from their cases, add up to the hospitals, pool by pool.
pub(super) fn are_hospitals(
    region: &Region,
    routes: &[RouteRow],
    items: &[ApartRow],
    hospitals: &[HospitalRow],
) -> Check {
    let mut findings = Findings::default();
    let places = region.policy.rounding.points;
    for (at, pool) in region.policy.pools.iter().enumerate() {
        let name = |figure: &'static str| {
            let id = pool.id.clone();
            move || Text::new(format!("资金池 {id} 的 {figure}"), format!("{figure} of pool {id}"))
        };
        let routes = || routes.iter().filter(|row| row.pool == at);
        let apart = |of: fn(&ApartRow) -> i128| items.iter().filter(|row| row.pool == at).map(of).sum::<i128>();
        let hospitals = || hospitals.iter().filter(|row| row.pool == at);
        let cases = (
            hospitals().map(|row| row.cases).sum::<u64>(),
            routes().map(|row| row.cases).sum(),
        );
        findings.equal(name("cases"), &cases.0, &cases.1);
        for (figure, places, here, there) in [
            (
                "points",
                places,
                hospitals().map(|row| row.points).sum::<i128>(),
                routes().map(|row| row.points).sum(),
            ),
            (
                "medfee_sumamt",
                2,
                hospitals().map(|row| row.medical_cost).sum(),
                routes().map(|row| row.medical_cost).sum::<i128>() + apart(|row| row.cost),
            ),
            (
                "hifp_pay",
                2,
                hospitals().map(|row| row.fund_billed).sum(),
                routes().map(|row| row.fund_billed).sum::<i128>() + apart(|row| row.billed),
            ),
            (
                "due",
                2,
                hospitals().map(|row| row.due).sum(),
                routes().map(|row| row.due).sum::<i128>() + apart(|row| row.due),
            ),
        ] {
            let written = |units: i128| written(&fraction(units, places), places);
            findings.equal(name(figure), &written(here), &written(there));
        }
    }
    findings.into_check(Text::new(
        "各路由之和等于各资金池之数",
        "the routes add up to the pools' figures",
    ))
}
