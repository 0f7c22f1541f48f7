//! One hospital cleared by itself, for golden cases.

use dianzhi_core::{
    ClearingError, CompiledPolicy, FenSum, HospitalId, HospitalStatement, HospitalYear, PoolId, Silent, Totals,
};

/// The first hospital in the first pool, due 1,000.00 and with so many fen booked.
pub(crate) fn cleared(policy: &CompiledPolicy, booked: i128) -> Result<HospitalStatement, ClearingError> {
    let totals = Totals {
        cases: 1,
        points: 100_000,
        medical_cost: 200_000,
        fund_billed: booked,
        due: 100_000,
        ..Totals::default()
    };
    let year = HospitalYear {
        hospital: HospitalId(0),
        totals,
        prepaid: FenSum(0),
    };
    let price = policy.pool_price(PoolId(0), &totals, &mut Silent).expect("a price");
    let mut account = policy.clear(PoolId(0), price, totals, &[year], &mut Silent)?;
    Ok(account.statements.remove(0))
}
