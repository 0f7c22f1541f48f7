//! The booked fund of a claim in a pool whose budget covers more than the pooled fund (大病、大额).

use super::checks::{Accepted, Checks};
use super::layout::Column;
use super::reject::RejectCode;
use super::row::Row;
use crate::input::header::Header;
use crate::routing::amount;
use dianzhi_core::{HIFP_PAY, Policy};
use dianzhi_policy::fields;

/// The columns of one file that are booked beside `hifp_pay`, by pool.
#[derive(Clone, Debug, Default)]
pub(crate) struct FundColumns(Vec<Vec<(Column, &'static str)>>);

/// The funds beside `hifp_pay` that some pool's budget covers, each once.
pub(super) fn names(policy: &Policy) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for name in policy.pools.iter().flat_map(|pool| &pool.funds) {
        if name != HIFP_PAY && !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    names
}

impl FundColumns {
    pub(super) fn of(policy: &Policy, header: &Header) -> FundColumns {
        let column = |name: &String| {
            let known = fields::by_name(name).map_or("", |field| field.name);
            (Column::of(header.column(name)), known)
        };
        let others = |funds: &[String]| funds.iter().filter(|name| *name != HIFP_PAY).map(column).collect();
        FundColumns(policy.pools.iter().map(|pool| others(&pool.funds)).collect())
    }
}

impl Checks {
    /// What the funds of a pool booked of a claim, in fen.
    ///
    /// # Errors
    /// The column that holds no amount, or with which the sum passes the cost.
    pub(super) fn booked(
        row: &Row<'_>,
        columns: &FundColumns,
        pool: usize,
        accepted: &Accepted,
    ) -> Result<i64, (RejectCode, &'static str)> {
        let mut sum = accepted.billed;
        for &(column, name) in columns.0.get(pool).into_iter().flatten() {
            sum += amount(row, (column, name))?;
            if sum > accepted.cost {
                return Err((RejectCode::E110, name));
            }
        }
        Ok(sum)
    }
}
