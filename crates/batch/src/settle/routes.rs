//! What every route paid, for routes.csv and the summary.

use crate::output::format::push_record;
use dianzhi_core::{Case, CasePayment, CompiledPolicy, Fen, FenSum, Fixed, Points};

/// Sums over the claims of one payer, or of one route in one pool.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RouteTotals {
    /// Cases.
    pub cases: u64,
    /// Points in units.
    pub points: i128,
    /// Σ `medfee_sumamt` in fen.
    pub medical_cost: i128,
    /// Σ `hifp_pay` in fen.
    pub fund_billed: i128,
    /// Σ payment standard in fen.
    pub standard: i128,
    /// Σ due in fen.
    pub due: i128,
    /// What patients were charged beyond their share of fixed prices, in fen.
    pub patient_over: i128,
}

/// What a route paid out of one of its pools.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouteAccount {
    /// The route's id.
    pub route: String,
    /// Its method's id.
    pub method: String,
    /// The pool's id.
    pub pool: String,
    /// The sums.
    pub totals: RouteTotals,
}

impl RouteTotals {
    pub(crate) fn add(&mut self, case: &Case, points: Points, payment: &CasePayment, over: Option<Fen>) {
        self.cases += 1;
        self.points += i128::from(points.0);
        self.medical_cost += i128::from(case.medical_cost().0);
        self.fund_billed += i128::from(case.fund_billed().0);
        self.standard += i128::from(payment.standard.0);
        self.due += i128::from(payment.due.0);
        self.patient_over += i128::from(over.map_or(0, |over| over.0));
    }

    pub(crate) fn merge(&mut self, other: &RouteTotals) {
        self.cases += other.cases;
        self.points += other.points;
        self.medical_cost += other.medical_cost;
        self.fund_billed += other.fund_billed;
        self.standard += other.standard;
        self.due += other.due;
        self.patient_over += other.patient_over;
    }
}

/// The accounts of the routes from the sums of the payers: by route, by pool of the route.
pub(crate) fn accounts(policy: &CompiledPolicy, by_payer: &[RouteTotals]) -> Vec<RouteAccount> {
    let mut accounts: Vec<RouteAccount> = Vec::new();
    for (payer, totals) in policy.payers().iter().zip(by_payer) {
        let Some(route) = payer.route.and_then(|at| policy.policy().routes.get(at)) else {
            continue;
        };
        let pool = policy.policy().pools.get(usize::from(payer.pool.0));
        let pool = pool.map_or("", |pool| pool.id.as_str());
        match accounts.last_mut() {
            Some(last) if last.route == route.id && last.pool == pool => last.totals.merge(totals),
            _ => accounts.push(RouteAccount {
                route: route.id.clone(),
                method: route.method.clone(),
                pool: pool.to_owned(),
                totals: *totals,
            }),
        }
    }
    accounts
}

/// The columns of routes.csv.
pub(crate) const COLUMNS: [&str; 10] = [
    "route",
    "method",
    "pool",
    "cases",
    "points",
    "medfee_sumamt",
    "hifp_pay",
    "standard",
    "due",
    "patient_over",
];

/// routes.csv: in the order of the policy.
pub(crate) fn csv(policy: &CompiledPolicy, accounts: &[RouteAccount]) -> Vec<u8> {
    let mut out = (COLUMNS.join(",") + "\n").into_bytes();
    let places = policy.policy().rounding.points;
    for account in accounts {
        let totals = &account.totals;
        let points = Fixed {
            units: totals.points,
            places,
        };
        let money = [
            totals.medical_cost,
            totals.fund_billed,
            totals.standard,
            totals.due,
            totals.patient_over,
        ]
        .map(|fen| FenSum(fen).to_string());
        let (cases, points) = (totals.cases.to_string(), points.to_string());
        let names = [&account.route, &account.method, &account.pool, &cases, &points];
        push_record(&mut out, names.into_iter().chain(&money).map(String::as_str));
    }
    out
}
