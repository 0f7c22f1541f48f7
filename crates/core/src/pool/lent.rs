//! A pool that pays by the point value of another (docs/SETTLEMENT.md §5.12).

use super::{PoolError, PoolPrice, Totals};
use crate::compiled::{CompiledPolicy, PoolId};
use crate::trace::input;
use crate::{Origin, Rule, Silent, Step, Tracer};

impl CompiledPolicy {
    /// The pool whose point value a pool pays by, in place of one of its own.
    fn lender(&self, id: PoolId) -> Option<PoolId> {
        let of = self.policy.pools.get(usize::from(id.0))?.point_value_of.as_ref()?;
        let at = self.policy.pools.iter().position(|pool| pool.id == *of)?;
        u16::try_from(at).ok().map(PoolId)
    }

    /// The point value of a pool among all of a year, from the sums of each by position: its own, or
    /// that of the pool it names by `point_value_of`.
    ///
    /// # Errors
    /// As [`CompiledPolicy::pool_price`], of either pool; and where the pool named has no points, and
    /// so no point value to pay by.
    ///
    /// ```
    /// use dianzhi_core::{example, CompiledPolicy, PoolId, Silent, Totals};
    /// let mut policy = example::policy();
    /// policy.pools[1].point_value_of = Some("employee".to_owned());
    /// let policy = CompiledPolicy::new(&policy, &example::groups(), &example::hospitals()).unwrap();
    /// // budget 20,000.00, reserve 5 %, others paid 3,000.00: 22,000.00 over 200 points
    /// let employee = Totals { cases: 2, points: 2_000_000, medical_cost: 1_800_000, fund_billed: 1_500_000, ..Totals::default() };
    /// let resident = Totals { cases: 1, points: 100_000, medical_cost: 120_000, fund_billed: 70_000, ..Totals::default() };
    /// let price = policy.pool_price_among(PoolId(1), &[employee, resident], &mut Silent).unwrap();
    /// assert_eq!(price.point_value, 110_000_000); // 110.000000 yuan
    /// ```
    pub fn pool_price_among(
        &self,
        id: PoolId,
        totals: &[Totals],
        tracer: &mut impl Tracer,
    ) -> Result<PoolPrice, PoolError> {
        let of = |pool: PoolId| totals.get(usize::from(pool.0)).copied().unwrap_or_default();
        let lent = match self.lender(id) {
            None => None,
            Some(lender) => Some(self.pool_price(lender, &of(lender), &mut Silent)?),
        };
        self.price(id, &of(id), lent.as_ref(), tracer)
    }

    /// V of a pool with points that pays by another's.
    pub(super) fn borrow_value(
        &self,
        id: PoolId,
        lent: Option<&PoolPrice>,
        price: &mut PoolPrice,
        tracer: &mut impl Tracer,
    ) -> Result<(), PoolError> {
        let name = |at: Option<PoolId>| at.map_or_else(String::new, |at| self.pool_name(at));
        let Some(lent) = lent.filter(|lent| lent.points != 0) else {
            return Err(PoolError::NothingToBorrow {
                pool: self.pool_name(id),
                of: name(self.lender(id)),
            });
        };
        price.point_value = lent.point_value;
        tracer.step(|| Step {
            rule: Rule::PointValueOf,
            inputs: vec![input(
                "V",
                lent.show_value(self),
                Origin::OtherPool(name(self.lender(id))),
            )],
            expression: lent.show_value(self),
            rounding: None,
            result: price.show_value(self),
        });
        Ok(())
    }
}
