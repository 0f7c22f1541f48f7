//! The engine as a linked library: settle a region-year in memory and ask a pool why.
//! Run with `cargo run --example library`.

use dianzhi::engine::{Fixed, Lang, PoolId, Trace};
use dianzhi::{Claims, InputOptions, Inputs, Progress, ReadOptions, Settled};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let region = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../examples/first-settlement/region.toml"
    );
    let progress = Progress::default();
    let inputs = Inputs::load(region.as_ref(), &InputOptions::default())?;
    let claims = Claims::read(&inputs, &ReadOptions::default(), &progress)?;
    let settled = Settled::in_memory(&inputs, claims, None, &progress)?;

    let policy = inputs.policy.policy();
    for (account, pool) in settled.accounts.iter().zip(&policy.pools) {
        let value = account.price.display(policy.rounding.point_value);
        let due = Fixed {
            units: account.totals.due,
            places: 2,
        };
        println!(
            "{}: {} cases, point value {value}, due {due}",
            pool.id, account.totals.cases
        );
    }

    // The function that finds the point value also explains it.
    let mut trace = Trace::default();
    inputs
        .policy
        .pool_price(PoolId(0), &settled.accounts[0].totals, &mut trace)?;
    for step in &trace.steps {
        println!("{}: {} → {}", step.rule.title(Lang::En), step.expression, step.result);
    }
    Ok(())
}
