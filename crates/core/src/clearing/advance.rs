//! What a hospital is paid of a month before the year is cleared 月度预结算.

use super::{fen, whole};
use crate::decimal::rational;
use crate::rounding::round;
use crate::trace::input;
use crate::{FenSum, MonthlyOf, Origin, Policy, Rule, Step, TooLarge, Tracer};

impl Policy {
    /// ⟦max(0, S or F) × share⟧m of a hospital in a pool, as [`Monthly`](crate::Monthly) says; `None`
    /// where the policy has no `[monthly]`.
    ///
    /// # Errors
    /// [`TooLarge`] where it does not fit.
    pub fn monthly_advance(
        &self,
        due: FenSum,
        booked: FenSum,
        tracer: &mut impl Tracer,
    ) -> Result<Option<FenSum>, TooLarge> {
        let Some(monthly) = &self.monthly else {
            return Ok(None);
        };
        let (name, base, origin) = match monthly.of {
            MonthlyOf::Due => ("S", due, Origin::Sum("due")),
            MonthlyOf::Booked => ("F", booked, Origin::Sum("hifp_pay")),
        };
        let share = rational(monthly.share);
        let advance = round(&(whole(base.0.max(0)) * share), 0, self.rounding.mode);
        let advance = FenSum(fen(&advance, Rule::MonthlyAdvance)?);
        tracer.step(|| Step {
            rule: Rule::MonthlyAdvance,
            inputs: vec![
                input(name, base, origin),
                input("share", monthly.share, Origin::Policy("monthly.share".to_owned())),
            ],
            expression: format!("max(0, {base}) × {}", monthly.share),
            rounding: self.rounding.to_money(),
            result: advance.to_string(),
        });
        Ok(Some(advance))
    }
}
