//! 按病种、收付费: a fixed price, and the exits from it.

use super::worth::CaseWorth;
use super::{CaseClass, Worth, fits};
use crate::case::Case;
use crate::compiled::CompiledPolicy;
use crate::decimal::rational;
use crate::policy::PayIn;
use crate::trace::input;
use crate::{Decimal, Origin, Price, Rule, Step, TooLarge, Tracer};
use num_bigint::BigInt;
use num_rational::BigRational;

impl CompiledPolicy {
    fn price_row(&self, case: &Case) -> Option<&Price> {
        self.prices.get(case.detail.price?.0 as usize)
    }

    /// Whether the cost of a case leaves the range in which its price holds.
    pub(super) fn exits(&self, at: usize, case: &Case) -> Result<bool, TooLarge> {
        let rules = self
            .policy
            .methods
            .by_disease
            .get(at)
            .ok_or(TooLarge(Rule::FixedPrice))?;
        if rules.exit_below.is_none() && rules.exit_above.is_none() {
            return Ok(false);
        }
        let price = self.price_row(case).ok_or(TooLarge(Rule::FixedPrice))?.price;
        // cost against price × bound, in yuan
        let cost = BigRational::new(BigInt::from(case.medical_cost().0), BigInt::from(100));
        let bound = |ratio: Decimal| rational(price) * rational(ratio);
        let below = rules.exit_below.is_some_and(|ratio| cost < bound(ratio));
        Ok(below || rules.exit_above.is_some_and(|ratio| cost > bound(ratio)))
    }

    pub(super) fn worth_by_disease(
        &self,
        at: usize,
        case: &Case,
        tracer: &mut impl Tracer,
    ) -> Result<CaseWorth, TooLarge> {
        let rules = self
            .policy
            .methods
            .by_disease
            .get(at)
            .ok_or(TooLarge(Rule::FixedPrice))?;
        let row = case.detail.price.ok_or(TooLarge(Rule::FixedPrice))?;
        let rate = self.price_rates.get(row.0 as usize).ok_or(TooLarge(Rule::FixedPrice))?;
        let units = fits(i64::try_from(rate.worth).ok(), Rule::FixedPrice)?;
        let worth = Worth::new(rules.pay_in, units);
        tracer.step(|| {
            let price = self.prices[row.0 as usize].price;
            let symbol = match rules.pay_in {
                PayIn::Money => "price",
                PayIn::Points => "points",
            };
            Step {
                rule: Rule::FixedPrice,
                inputs: vec![input(symbol, price, Origin::Price("price"))],
                expression: price.to_string(),
                rounding: None,
                result: self.show_worth(worth),
            }
        });
        Ok(CaseWorth {
            class: CaseClass::ByDisease,
            worth,
        })
    }
}
