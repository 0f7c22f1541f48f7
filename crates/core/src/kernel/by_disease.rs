//! 按病种、收付费: a fixed price, and the exits from it.

use super::steps::cost_input;
use super::worth::CaseWorth;
use super::{CaseClass, Worth, fits};
use crate::case::Case;
use crate::compiled::CompiledPolicy;
use crate::decimal::rational;
use crate::policy::PayIn;
use crate::rounding::round;
use crate::trace::{input, to_ratio};
use crate::{Decimal, Fixed, Origin, Price, RoundingMode, Rule, Step, TooLarge, Tracer};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::ToPrimitive;

impl CompiledPolicy {
    fn price_row(&self, case: &Case) -> Option<&Price> {
        self.prices.get(case.detail.price?.0 as usize)
    }

    /// Whether the cost of a case leaves the range in which its price holds.
    pub(super) fn exits(&self, case: &Case) -> Result<bool, TooLarge> {
        let price = case.detail.price.ok_or(TooLarge(Rule::FixedPrice))?;
        let price = self.price_rates.get(price.0 as usize);
        let price = price.ok_or(TooLarge(Rule::FixedPrice))?;
        let cost = i128::from(case.medical_cost().0);
        Ok(cost < price.exit_below || cost > price.exit_above)
    }

    /// How the cost of a case stands against its price, where that decides.
    pub(super) fn trace_exit(&self, at: usize, case: &Case, tracer: &mut impl Tracer) {
        let rules = self.policy.methods.by_disease.get(at);
        let rules = rules.filter(|rules| rules.exit_below.is_some() || rules.exit_above.is_some());
        let (Some(rules), Some(row)) = (rules, self.price_row(case)) else {
            return;
        };
        let (cost, price) = (case.medical_cost(), row.price);
        tracer.step(|| {
            let cost_yuan = BigRational::new(BigInt::from(cost.0), BigInt::from(100));
            let ratio = round(&(cost_yuan / rational(price)), 6, RoundingMode::HalfUp);
            let units = ratio.to_i128().unwrap_or_default();
            Step {
                rule: Rule::PriceRatio,
                inputs: vec![cost_input(cost), input("price", price, Origin::Price("price"))],
                expression: format!("{cost} ÷ {price}"),
                rounding: to_ratio(),
                result: Fixed { units, places: 6 }.to_string(),
            }
        });
        tracer.step(|| {
            let mut inputs = vec![cost_input(cost), input("price", price, Origin::Price("price"))];
            let mut bound = |name: &'static str, value: Option<Decimal>| {
                let value = value?;
                inputs.push(input(name, value, Origin::Policy(format!("by_disease[{at}].{name}"))));
                Some(value)
            };
            let below = bound("exit_below", rules.exit_below);
            let above = bound("exit_above", rules.exit_above);
            let x = format!("{cost} ÷ {price}");
            let is_below = below.is_some_and(|low| {
                BigRational::new(BigInt::from(cost.0), BigInt::from(100)) < rational(price) * rational(low)
            });
            // The case was priced: the comparison fits.
            let exits = self.exits(case).unwrap_or_default();
            let expression = match (exits, is_below) {
                (true, true) => format!("{x} < {}", below.unwrap_or_default()),
                (true, false) => format!("{x} > {}", above.unwrap_or_default()),
                (false, _) => {
                    let low = below.map(|low| format!("{x} ≥ {low}"));
                    let high = above.map(|high| format!("{x} ≤ {high}"));
                    low.into_iter().chain(high).collect::<Vec<_>>().join("; ")
                }
            };
            let result = match (&rules.exit_to, exits) {
                (Some(to), true) => format!("→ {to}"),
                _ => "stays".to_owned(),
            };
            Step {
                rule: Rule::PriceExit,
                inputs,
                expression,
                rounding: None,
                result,
            }
        });
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
