//! What the fund paid ahead during the year (预付与月度预结).

use crate::hospitals::Hospital;
use crate::line::quoted;
use crate::plan::Plan;
use crate::random::Random;
use crate::totals::Totals;
use dianzhi_core::Fixed;
use std::io::Write;

/// Writes prepayments.csv: about 85 % of what each hospital booked with each pool.
pub(crate) fn write(
    hospitals: &[Hospital],
    plan: &Plan,
    totals: &Totals,
    random: &mut Random,
    out: &mut impl Write,
) -> std::io::Result<()> {
    writeln!(out, "pool,fixmedins_code,prepaid")?;
    for (pool, billed) in plan.pools.iter().zip(&totals.fund_billed) {
        for (hospital, &billed) in hospitals.iter().zip(billed).filter(|(_, billed)| **billed > 0) {
            let prepaid = Fixed {
                units: i128::from(billed) * i128::from(random.between(830, 870)) / 1000,
                places: 2,
            };
            writeln!(out, "{},{},{prepaid}", quoted(&pool.id), hospital.code)?;
        }
    }
    Ok(())
}
