//! What of a pool's budget the points share out: D, or D′ where the pool's own surplus or overspend
//! is shared between hospitals and fund (docs/SETTLEMENT.md §5.9).

use super::{PoolPrice, Totals};
use crate::compiled::CompiledPolicy;
use crate::decimal::rational;
use crate::rounding::round;
use crate::trace::input;
use crate::{Decimal, FenSum, Origin, PoolClearing, Rule, Step, TooLarge, Tracer};
use num_rational::BigRational;
use num_traits::ToPrimitive;

impl PoolPrice {
    /// D − D′: what the fund keeps of the pool's surplus, or bears of its overspend where it is
    /// below 0.
    #[must_use]
    pub fn kept_by_fund(&self) -> FenSum {
        FenSum(self.distributable.0 - self.to_hospitals.0)
    }

    /// The step that the amount shared out comes from.
    pub(super) fn shared_step(&self, policy: &CompiledPolicy, totals: &Totals) -> Rule {
        match policy.policy.pool_clearing {
            None => Rule::Distributable,
            Some(_) if totals.fund_billed <= self.distributable.0 => Rule::PoolSurplus,
            Some(_) => Rule::PoolOverspend,
        }
    }
}

impl CompiledPolicy {
    /// D′ from D and the F booked in the pool.
    pub(super) fn share_with_fund(
        &self,
        totals: &Totals,
        price: &mut PoolPrice,
        tracer: &mut impl Tracer,
    ) -> Result<(), TooLarge> {
        let Some(clearing) = self.policy.pool_clearing else {
            return Ok(());
        };
        let rule = price.shared_step(self, totals);
        let whole = |fen: i128| BigRational::from_integer(fen.into());
        let (distributable, booked) = (price.distributable.0, totals.fund_billed);
        let exact = if rule == Rule::PoolSurplus {
            whole(booked) + rational(clearing.surplus_to_hospitals) * whole(distributable - booked)
        } else {
            let bears = rational(Decimal::ONE - clearing.overspend_to_hospitals) * whole(booked - distributable);
            let most = clearing
                .fund_bears_at_most
                .map(|most| rational(most) * whole(price.budget.0));
            whole(distributable) + most.map_or(bears.clone(), |most| most.min(bears))
        };
        let shared = round(&exact, 0, self.policy.rounding.mode);
        price.to_hospitals = FenSum(shared.to_i128().ok_or(TooLarge(rule))?);
        tracer.step(|| self.step_shared(rule, &clearing, booked, price));
        Ok(())
    }

    fn step_shared(&self, rule: Rule, clearing: &PoolClearing, booked: i128, price: &PoolPrice) -> Step {
        let key = |name: &str| Origin::Policy(format!("pool_clearing.{name}"));
        let (d, f) = (price.distributable, FenSum(booked));
        let mut inputs = vec![
            input("D", d, Origin::Step(Rule::Distributable)),
            input("F", f, Origin::Sum("hifp_pay")),
        ];
        let expression = if rule == Rule::PoolSurplus {
            let share = clearing.surplus_to_hospitals;
            inputs.push(input("surplus_to_hospitals", share, key("surplus_to_hospitals")));
            format!("{f} + {share} × ({d} − {f})")
        } else {
            let share = clearing.overspend_to_hospitals;
            inputs.push(input("overspend_to_hospitals", share, key("overspend_to_hospitals")));
            let bears = format!("(1 − {share}) × ({f} − {d})");
            match clearing.fund_bears_at_most {
                None => format!("{d} + {bears}"),
                Some(most) => {
                    inputs.push(input("fund_bears_at_most", most, key("fund_bears_at_most")));
                    inputs.push(input("budget", price.budget, Origin::Latest("budget")));
                    format!("{d} + min({bears}, {most} × {})", price.budget)
                }
            }
        };
        Step {
            rule,
            inputs,
            expression,
            rounding: self.policy.rounding.to_money(),
            result: price.to_hospitals.to_string(),
        }
    }
}
