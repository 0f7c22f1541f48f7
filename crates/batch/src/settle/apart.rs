//! What was paid apart from the rest of cases, for apart.csv and the summary.

use crate::output::format::push_record;
use dianzhi_core::{ApartPart, CompiledPolicy, FenSum, HospitalId};

/// Sums over the items of one kind, of one hospital out of one pool.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ApartTotals {
    /// Cases that have such an item.
    pub cases: u64,
    /// Σ of their amounts in fen.
    pub medical_cost: i128,
    /// Σ of the booked fund that goes with them, in fen.
    pub fund_billed: i128,
    /// Σ due in fen.
    pub due: i128,
}

/// What an item came to for one hospital out of one pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApartAccount {
    /// The item's id.
    pub apart: String,
    /// The pool's id.
    pub pool: String,
    /// The hospital's code.
    pub hospital: String,
    /// The sums.
    pub totals: ApartTotals,
}

impl ApartTotals {
    fn merge(&mut self, other: &ApartTotals) {
        self.cases += other.cases;
        self.medical_cost += other.medical_cost;
        self.fund_billed += other.fund_billed;
        self.due += other.due;
    }
}

/// The sums of all items, by item, pool and hospital.
pub(crate) struct ApartSums {
    pools: usize,
    hospitals: usize,
    totals: Vec<ApartTotals>,
}

impl ApartSums {
    pub(crate) fn new(policy: &CompiledPolicy) -> ApartSums {
        let (pools, hospitals) = (policy.policy().pools.len(), policy.hospitals().len());
        ApartSums {
            pools,
            hospitals,
            totals: vec![ApartTotals::default(); policy.policy().apart.len() * pools * hospitals],
        }
    }

    pub(crate) fn add(&mut self, hospital: HospitalId, part: &ApartPart) {
        let row = usize::from(part.apart.0) * self.pools + usize::from(part.pool.0);
        self.totals[row * self.hospitals + hospital.0 as usize].merge(&ApartTotals {
            cases: 1,
            medical_cost: part.medical_cost.0.into(),
            fund_billed: part.fund_billed.0.into(),
            due: part.due.0.into(),
        });
    }

    pub(crate) fn merge(&mut self, other: &ApartSums) {
        for (sum, more) in self.totals.iter_mut().zip(&other.totals) {
            sum.merge(more);
        }
    }

    /// By item and pool in the order of the policy, then by hospital code; those that have cases.
    pub(crate) fn accounts(&self, policy: &CompiledPolicy) -> Vec<ApartAccount> {
        let mut order: Vec<usize> = (0..self.hospitals).collect();
        let hospitals = policy.hospitals();
        order.sort_by(|&a, &b| hospitals[a].code.as_bytes().cmp(hospitals[b].code.as_bytes()));
        let mut accounts = Vec::new();
        for (item, apart) in policy.policy().apart.iter().enumerate() {
            for (at, pool) in policy.policy().pools.iter().enumerate() {
                for &hospital in &order {
                    let totals = self.totals[(item * self.pools + at) * self.hospitals + hospital];
                    if totals.cases > 0 {
                        accounts.push(ApartAccount {
                            apart: apart.id.clone(),
                            pool: pool.id.clone(),
                            hospital: hospitals[hospital].code.clone(),
                            totals,
                        });
                    }
                }
            }
        }
        accounts
    }
}

/// The columns of apart.csv.
pub(crate) const COLUMNS: [&str; 7] = ["apart", "pool", "fixmedins_code", "cases", "cost", "hifp_pay", "due"];

/// apart.csv
pub(crate) fn csv(accounts: &[ApartAccount]) -> Vec<u8> {
    let mut out = (COLUMNS.join(",") + "\n").into_bytes();
    for account in accounts {
        let totals = &account.totals;
        let money = [totals.medical_cost, totals.fund_billed, totals.due].map(|fen| FenSum(fen).to_string());
        let cases = totals.cases.to_string();
        let names = [&account.apart, &account.pool, &account.hospital, &cases];
        push_record(&mut out, names.into_iter().chain(&money).map(String::as_str));
    }
    out
}
