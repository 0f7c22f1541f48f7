//! What a settled year comes to, as tables by key: what two scenarios are compared by.

use crate::inequality::Paid;
use dianzhi_batch::{CellTotals, Inputs, Settled};
use dianzhi_core::{Fixed, HospitalId, HospitalStatement, PoolAccount, PoolId};
use std::collections::BTreeMap;

/// One cut through a year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The name of its file, without `.csv`.
    pub name: &'static str,
    /// The columns that say what a row is of.
    pub keys: &'static [&'static str],
    /// The names of the figures.
    pub figures: &'static [&'static str],
    /// The figures by key.
    pub rows: BTreeMap<Vec<String>, Vec<Fixed>>,
}

/// All cuts through a year, and what each hospital is paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figures {
    /// The cuts, in the order of the outputs.
    pub tables: Vec<Table>,
    /// Every hospital that has cases, is paid or was prepaid, by code.
    pub paid: BTreeMap<String, Paid>,
}

const POOL: [&str; 11] = [
    "budget",
    "reserve",
    "distributable",
    "cases",
    "points",
    "point_value",
    "due",
    "remainder",
    "compensation",
    "cleared",
    "left_in_fund",
];
const HOSPITAL: [&str; 11] = [
    "cases",
    "points",
    "medfee_sumamt",
    "hifp_pay",
    "due",
    "compensation",
    "cleared",
    "deposit",
    "deposit_returned",
    "final_payment",
    "paid",
];
const HOSPITALS: [&str; 7] = [
    "cases",
    "medfee_sumamt",
    "hifp_pay",
    "due",
    "compensation",
    "cleared",
    "paid",
];
const PROCUREMENT: [&str; 4] = ["budget", "spend", "base", "kept"];
const FUNDS: [&str; 3] = ["spending", "closing", "months_exact"];
const CASES: [&str; 3] = ["cases", "medfee_sumamt", "due"];

fn count(cases: u64) -> Fixed {
    Fixed {
        units: cases.into(),
        places: 0,
    }
}

fn money(fen: i128) -> Fixed {
    Fixed { units: fen, places: 2 }
}

/// What the fund pays a hospital for the year out of one pool, prepayments among it: cleared, less the
/// deposit that is not returned.
fn paid(statement: &HospitalStatement) -> i128 {
    statement.cleared.0 - statement.deposit.0 + statement.deposit_returned.0
}

impl Figures {
    /// Of a settled year; `counties` gives the county of a hospital by its code, alliances stand for
    /// them where it is empty.
    #[must_use]
    pub fn of(inputs: &Inputs, settled: &Settled, counties: &BTreeMap<String, String>) -> Figures {
        let rules = &inputs.region.policy;
        let points = rules.rounding.points;
        let mut pools = table("pools", &["pool"], &POOL);
        let mut hospitals = table("hospitals", &["pool", "fixmedins_code"], &HOSPITAL);
        let mut levels = table("levels", &["level"], &HOSPITALS);
        let mut of_counties = table("counties", &["county"], &HOSPITALS);
        let mut by_hospital: BTreeMap<String, Paid> = BTreeMap::new();
        let hospitals_of_region = inputs.policy.hospitals();
        let has_counties = !counties.is_empty() || hospitals_of_region.iter().any(|of| !of.alliance.is_empty());
        for (account, pool) in settled.accounts.iter().zip(&rules.pools) {
            let of_pool = pool_figures(account, points, rules.rounding.point_value);
            pools.rows.insert(vec![pool.id.clone()], of_pool);
            for statement in &account.statements {
                let Some(hospital) = hospitals_of_region.get(statement.hospital.0 as usize) else {
                    continue;
                };
                let of_hospital = hospital_figures(statement, points);
                hospitals
                    .rows
                    .insert(vec![pool.id.clone(), hospital.code.clone()], of_hospital);
                let county = counties.get(&hospital.code).cloned();
                let county = county.unwrap_or_else(|| match counties.is_empty() {
                    true => hospital.alliance.clone(),
                    false => String::new(),
                });
                levels.add(&hospital.level, &summed(statement));
                if has_counties {
                    of_counties.add(&county, &summed(statement));
                }
                let all = by_hospital.entry(hospital.code.clone()).or_insert_with(|| Paid {
                    name: hospital.name.clone(),
                    level: hospital.level.clone(),
                    county,
                    medical_cost: 0,
                    paid: 0,
                });
                all.medical_cost += statement.totals.medical_cost;
                all.paid += paid(statement);
            }
        }
        let cuts = &settled.cuts;
        let groups = cuts.by_group.iter().map(|(code, totals)| (code.clone(), totals));
        let classes = cuts
            .by_class
            .iter()
            .map(|(class, totals)| ((*class).to_owned(), totals));
        let insutypes = cuts.by_insutype.iter().map(|(code, totals)| (code.clone(), totals));
        Figures {
            tables: vec![
                pools,
                hospitals,
                levels,
                of_counties,
                of_cells("groups", &["group_code"], groups),
                of_cells("classes", &["class"], classes),
                of_cells("insutypes", &["insutype"], insutypes),
                procurement(inputs, settled),
                funds(inputs, settled),
                next_prepayments(inputs, settled),
            ],
            paid: by_hospital,
        }
    }
}

impl Figures {
    fn table(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|table| table.name == name)
    }

    /// The pools, by id.
    pub(crate) fn pools(&self) -> impl Iterator<Item = &str> {
        let rows = self.table("pools").into_iter().flat_map(|table| table.rows.keys());
        rows.filter_map(|key| key.first()).map(String::as_str)
    }

    /// The sum of a figure over the rows of a table whose first key is a pool: of one, or of all.
    pub(crate) fn sum(&self, table: &str, figure: &str, pool: Option<&str>) -> Option<Fixed> {
        let table = self.table(table)?;
        let at = table.figures.iter().position(|known| *known == figure)?;
        let of = |key: &Vec<String>| pool.is_none_or(|pool| key.first().is_some_and(|first| first == pool));
        let rows = table.rows.iter().filter(|(key, _)| of(key));
        let figures = rows.filter_map(|(_, row)| row.get(at).copied());
        figures.reduce(|sum, figure| Fixed {
            units: sum.units + figure.units,
            ..sum
        })
    }
}

fn procurement(inputs: &Inputs, settled: &Settled) -> Table {
    let mut all = table("procurement", &["pool", "fixmedins_code", "batch"], &PROCUREMENT);
    for of in &settled.procurement {
        let [pool, hospital] = pool_and_hospital(inputs, of.pool, of.hospital);
        let kept = &of.kept;
        let figures = [kept.budget, kept.spend, kept.base, kept.kept].map(|sum| money(sum.0));
        all.rows.insert(vec![pool, hospital, of.batch.clone()], figures.into());
    }
    all
}

fn funds(inputs: &Inputs, settled: &Settled) -> Table {
    let mut all = table("funds", &["fund"], &FUNDS);
    for (of, rules) in settled.funds.statements.iter().zip(&inputs.region.policy.funds) {
        let months = Fixed {
            units: of.months_millionths.unwrap_or(0),
            places: 6,
        };
        let figures = vec![money(of.spending.0), money(of.closing.0), months];
        all.rows.insert(vec![rules.id.clone()], figures);
    }
    all
}

fn next_prepayments(inputs: &Inputs, settled: &Settled) -> Table {
    let mut all = table("next_prepayments", &["pool", "fixmedins_code"], &["prepaid"]);
    for of in &settled.funds.prepayments {
        let key = pool_and_hospital(inputs, of.pool, of.hospital);
        all.rows.insert(key.into(), vec![money(of.prepaid.0)]);
    }
    all
}

fn pool_and_hospital(inputs: &Inputs, pool: PoolId, hospital: HospitalId) -> [String; 2] {
    let pool = inputs.region.policy.pools.get(usize::from(pool.0));
    let hospital = inputs.policy.hospitals().get(hospital.0 as usize);
    [
        pool.map_or_else(String::new, |pool| pool.id.clone()),
        hospital.map_or_else(String::new, |hospital| hospital.code.clone()),
    ]
}

fn table(name: &'static str, keys: &'static [&'static str], figures: &'static [&'static str]) -> Table {
    Table {
        name,
        keys,
        figures,
        rows: BTreeMap::new(),
    }
}

impl Table {
    fn add(&mut self, key: &str, figures: &[Fixed]) {
        let none = || figures.iter().map(|figure| Fixed { units: 0, ..*figure }).collect();
        let sums = self.rows.entry(vec![key.to_owned()]).or_insert_with(none);
        for (sum, figure) in sums.iter_mut().zip(figures) {
            sum.units += figure.units;
        }
    }
}

fn of_cells<'c>(
    name: &'static str,
    keys: &'static [&'static str],
    cells: impl Iterator<Item = (String, &'c CellTotals)>,
) -> Table {
    let mut all = table(name, keys, &CASES);
    for (key, totals) in cells {
        let figures = vec![count(totals.cases), money(totals.medical_cost), money(totals.due)];
        all.rows.insert(vec![key], figures);
    }
    all
}

fn pool_figures(account: &PoolAccount, points: u32, point_value: u32) -> Vec<Fixed> {
    let (price, totals) = (&account.price, &account.totals);
    vec![
        money(price.budget.0),
        money(price.reserve.0),
        money(price.distributable.0),
        count(totals.cases),
        Fixed {
            units: totals.points,
            places: points,
        },
        price.display(point_value),
        money(totals.due),
        money(account.remainder.0),
        money(account.compensation.0),
        money(account.cleared.0),
        money(account.left_in_fund.0),
    ]
}

fn hospital_figures(statement: &HospitalStatement, points: u32) -> Vec<Fixed> {
    let totals = &statement.totals;
    vec![
        count(totals.cases),
        Fixed {
            units: totals.points,
            places: points,
        },
        money(totals.medical_cost),
        money(totals.fund_billed),
        money(totals.due),
        money(statement.compensation.0),
        money(statement.cleared.0),
        money(statement.deposit.0),
        money(statement.deposit_returned.0),
        money(statement.final_payment.0),
        money(paid(statement)),
    ]
}

fn summed(statement: &HospitalStatement) -> [Fixed; 7] {
    let totals = &statement.totals;
    [
        count(totals.cases),
        money(totals.medical_cost),
        money(totals.fund_billed),
        money(totals.due),
        money(statement.compensation.0),
        money(statement.cleared.0),
        money(paid(statement)),
    ]
}
