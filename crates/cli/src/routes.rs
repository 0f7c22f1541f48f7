//! What each route paid, as lines of the summary.

use crate::figures::{count, grouped};
use crate::lang::pick;
use crate::table::{Side, Table, printable};
use dianzhi::engine::{Fixed, Lang, Policy};
use dianzhi::{RouteAccount, Settled};
use serde::Serialize;

/// What a route paid out of one of its pools. Money in yuan.
#[derive(Serialize)]
pub(crate) struct RouteLine {
    route: String,
    method: String,
    pool: String,
    cases: u64,
    medfee_sumamt: String,
    hifp_pay: String,
    standard: String,
    due: String,
    patient_over: String,
}

/// A line for every route and pool that has cases.
pub(crate) fn routes(settled: &Settled) -> Vec<RouteLine> {
    let yuan = |fen: i128| Fixed { units: fen, places: 2 }.to_string();
    let line = |account: &RouteAccount| RouteLine {
        route: account.route.clone(),
        method: account.method.clone(),
        pool: account.pool.clone(),
        cases: account.totals.cases,
        medfee_sumamt: yuan(account.totals.medical_cost),
        hifp_pay: yuan(account.totals.fund_billed),
        standard: yuan(account.totals.standard),
        due: yuan(account.totals.due),
        patient_over: yuan(account.totals.patient_over),
    };
    let with_cases = settled.routes.iter().filter(|account| account.totals.cases > 0);
    with_cases.map(line).collect()
}

/// A route whose conditions records met without its having a price for them.
#[derive(Serialize)]
pub(crate) struct PassedOver {
    route: String,
    method: String,
    records: u64,
}

/// Those that there are, in the order of the policy.
pub(crate) fn passed_over(policy: &Policy, settled: &Settled) -> Vec<PassedOver> {
    let routes = policy.routes.iter().enumerate();
    let all = routes.map(|(at, route)| PassedOver {
        route: route.id.clone(),
        method: route.method.clone(),
        records: settled.claims().passed_over(at),
    });
    all.filter(|route| route.records > 0).collect()
}

impl PassedOver {
    /// One line.
    pub(crate) fn render(&self, lang: Lang) -> String {
        let (route, method, records) = (printable(&self.route), printable(&self.method), count(self.records));
        pick(
            lang,
            format!(
                "{records} 条记录合路由 {route} 的条件，而 {method} 没有适用的价格、标准或参保人数，由后面的路由支付\n"
            ),
            format!(
                "{records} records meet the conditions of route {route}, but {method} has no price, rate or enrolment for them; later routes pay\n"
            ),
        )
    }
}

/// What an item came to out of one pool, all hospitals together. Money in yuan.
#[derive(Serialize)]
pub(crate) struct ApartLine {
    apart: String,
    pool: String,
    cases: u64,
    cost: String,
    due: String,
}

/// By item and pool, in the order of apart.csv.
pub(crate) fn apart(settled: &Settled) -> Vec<ApartLine> {
    let mut sums: Vec<(&str, &str, u64, i128, i128)> = Vec::new();
    for account in &settled.apart {
        let (item, pool, totals) = (account.apart.as_str(), account.pool.as_str(), &account.totals);
        match sums.last_mut() {
            Some(last) if (last.0, last.1) == (item, pool) => {
                last.2 += totals.cases;
                last.3 += totals.medical_cost;
                last.4 += totals.due;
            }
            _ => sums.push((item, pool, totals.cases, totals.medical_cost, totals.due)),
        }
    }
    let yuan = |fen: i128| Fixed { units: fen, places: 2 }.to_string();
    let line = |(item, pool, cases, cost, due): (&str, &str, u64, i128, i128)| ApartLine {
        apart: item.to_owned(),
        pool: pool.to_owned(),
        cases,
        cost: yuan(cost),
        due: yuan(due),
    };
    sums.into_iter().map(line).collect()
}

impl ApartLine {
    /// One line: the routes above are of the rest of the cases.
    pub(crate) fn render(&self, lang: Lang) -> String {
        let (item, pool, cases) = (printable(&self.apart), printable(&self.pool), count(self.cases));
        let (cost, due) = (grouped(&self.cost), grouped(&self.due));
        pick(
            lang,
            format!("单独支付 {item}：{cases} 例，费用 {cost} 元，资金池 {pool} 应付 {due} 元，不在上列各路由之内\n"),
            format!(
                "paid apart, {item}: cases {cases}, cost {cost} yuan, due from pool {pool} {due} yuan, beside the routes above\n"
            ),
        )
    }
}

pub(crate) fn routes_table(lines: &[RouteLine], lang: Lang) -> String {
    use Side::{Left, Right};
    let headings = pick(
        lang,
        [
            "路由",
            "付费方式",
            "资金池",
            "病例数",
            "总费用",
            "已记账",
            "支付标准",
            "基金应付",
            "患者多付",
        ],
        [
            "route",
            "method",
            "pool",
            "cases",
            "total fees",
            "fund billed",
            "standard",
            "due",
            "patient over",
        ],
    );
    let sides = [Left, Left, Left, Right, Right, Right, Right, Right, Right];
    let mut table = Table::new(headings.into_iter().zip(sides));
    for line in lines {
        table.row([
            line.route.clone(),
            line.method.clone(),
            line.pool.clone(),
            count(line.cases),
            grouped(&line.medfee_sumamt),
            grouped(&line.hifp_pay),
            grouped(&line.standard),
            grouped(&line.due),
            grouped(&line.patient_over),
        ]);
    }
    table.without_zeros().render(2)
}
