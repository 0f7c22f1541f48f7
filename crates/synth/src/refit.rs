//! The region file that goes with the data: the same text with the values that depend on it.

use crate::SynthError;
use crate::decimals::units;
use crate::plan::Plan;
use crate::random::Random;
use crate::totals::{PoolTotals, Totals};
use dianzhi_core::{BUDGET_FEN_MAX, Decimal, Fixed};
use toml_edit::{Array, Item, TableLike, Value};

/// Names of the files beside region.toml.
pub(crate) const CLAIMS: &str = "claims.csv";
pub(crate) const GROUPS: &str = "groups.csv";
pub(crate) const HOSPITALS: &str = "hospitals.csv";
pub(crate) const PREPAYMENTS: &str = "prepayments.csv";

/// The text of the plan's region file with files, budgets and base rates set.
///
/// `grouped_by` is the name of what was copied to group by.
pub(crate) fn region_text(
    plan: &Plan,
    grouped_by: Option<&str>,
    totals: &Totals,
    random: &mut Random,
) -> Result<String, SynthError> {
    let mut document = plan.document.clone();
    let missing = |key: &str| SynthError::key(key, "一节", "a table");
    let files = document.get_mut("files").and_then(Item::as_table_like_mut);
    let files = files.ok_or_else(|| missing("files"))?;
    set(files, "claims", Value::Array(Array::from_iter([CLAIMS])));
    for (key, name) in [
        ("groups", GROUPS),
        ("hospitals", HOSPITALS),
        ("prepayments", PREPAYMENTS),
    ] {
        set(files, key, name.into());
    }
    if let Some((by, name)) = plan.grouped_by.as_ref().zip(grouped_by) {
        set(files, by.key(), name.into());
    }
    // An encoding that the region's own files are in is not that of these.
    if files.contains_key("encoding") {
        set(files, "encoding", "utf-8".into());
    }
    let pools = document.get_mut("pool").and_then(Item::as_array_of_tables_mut);
    let pools = pools.ok_or_else(|| missing("pool"))?;
    for (position, pool) in pools.iter_mut().enumerate() {
        let sums = &totals.pools[position];
        // Hospitals as a whole get a little less or more than was booked.
        let tightness = random.between(975, 1025);
        let budget = budget(plan, position, sums, tightness)?;
        match plan.pools[position].growth {
            Some(growth) => set(pool, "base_year_budget", base_year(budget, growth)?.to_string().into()),
            None => set(pool, "budget", budget.to_string().into()),
        }
        if plan.by_rate {
            set(pool, "base_rate", base_rate(plan, sums, tightness).to_string().into());
        }
    }
    Ok(document.to_string())
}

/// Replaces a value and leaves the comment beside it.
fn set(table: &mut dyn TableLike, key: &str, value: Value) {
    if let Some(Item::Value(old)) = table.get_mut(key) {
        let decor = old.decor().clone();
        *old = value;
        *old.decor_mut() = decor;
    } else {
        table.insert(key, Item::Value(value));
    }
}

/// A budget in whole yuan, that leaves about Σ `hifp_pay` when the reserve is taken off; with a
/// fixed pool ratio, that ratio of the cost instead, which is what the point value divides by.
fn budget(plan: &Plan, position: usize, sums: &PoolTotals, tightness: u64) -> Result<Fixed, SynthError> {
    let fund = match plan.pool_ratio {
        Some(ratio) => ratio
            .checked_mul(Decimal::from(sums.medical_cost))
            .ok_or(SynthError::BudgetTooLarge)?,
        None => Decimal::from(sums.fund_billed),
    };
    // A reserve of nearly everything would need a budget of nearly anything.
    let distributed = (Decimal::ONE - plan.pools[position].reserve).max(Decimal::new(1, 1));
    let fen = (fund * Decimal::new(i64::try_from(tightness).unwrap_or(1000), 3)).checked_div(distributed);
    let yuan = fen.and_then(|fen| units(fen / Decimal::ONE_HUNDRED, 0));
    yuan.map(|yuan| yuan * 100)
        .filter(|&fen| fen <= BUDGET_FEN_MAX.into())
        .map(|units| Fixed { units, places: 2 })
        .ok_or(SynthError::BudgetTooLarge)
}

/// The base year's budget that grows to about a budget, to the fen.
fn base_year(budget: Fixed, growth: Decimal) -> Result<Fixed, SynthError> {
    let fen = Decimal::try_from_i128_with_scale(budget.units, 0).ok();
    let base = fen.and_then(|fen| fen.checked_div(Decimal::ONE + growth));
    base.and_then(|fen| units(fen, 0))
        .filter(|&fen| fen <= BUDGET_FEN_MAX.into())
        .map(|units| Fixed { units, places: 2 })
        .ok_or(SynthError::BudgetTooLarge)
}

/// Yuan per weight: what the point value would be. The mean cost, where a pool has no claims.
fn base_rate(plan: &Plan, sums: &PoolTotals, tightness: u64) -> Fixed {
    let fen = if plan.fund_points {
        sums.fund_billed
    } else {
        sums.medical_cost
    };
    let one = 10i128.pow(plan.points_places + 4);
    let (fen, points) = if sums.points > 0 {
        (i128::from(fen) * i128::from(tightness) / 1000, sums.points)
    } else {
        let points = plan
            .scale
            .checked_mul(Decimal::from(one))
            .and_then(|points| units(points, 0));
        (units(plan.mean_cost_all, 2).unwrap_or(0), points.unwrap_or(one).max(1))
    };
    Fixed {
        units: fen * one / points / 10i128.pow(2 - plan.rate_places),
        places: plan.rate_places,
    }
}
