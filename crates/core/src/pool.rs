//! A pool: its sums, its distributable budget and its point value (docs/SETTLEMENT.md §5.2).

mod bounds;
mod budget;
mod error;
mod lent;
mod remainders;
mod shared;

pub use bounds::{Bound, HeldAt};
pub use error::PoolError;
pub use remainders::{LastSlice, RemainderSlices, largest_remainders};

use crate::case::Case;
use crate::compiled::{CompiledPolicy, PoolId};
use crate::decimal::{rational, units};
use crate::divide::Proportion;
use crate::rounding::round;
use crate::trace::input;
use crate::{
    ApartPart, Fen, FenSum, Fixed, FundShareMethod, Origin, Points, Pool, PricingMethod, RoundingMode, Rule, Step,
    TooLarge, Tracer,
};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{ToPrimitive, Zero};
use serde::Serialize;

/// Sums over the cases of a pool, or of a hospital in a pool. Integer sums: adding in any order
/// and in any parts gives the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Cases.
    pub cases: u64,
    /// Points in units.
    pub points: i128,
    /// Σ `medfee_sumamt` in fen.
    pub medical_cost: i128,
    /// Σ `hifp_pay` in fen.
    pub fund_billed: i128,
    /// Σ due in fen; zero until the cases are paid.
    pub due: i128,
    /// Of these, what is paid in money and not by points.
    #[serde(skip)]
    pub money: MoneyTotals,
}

/// Sums over the cases of a pool that are paid in money, and over the items paid apart, which are no
/// cases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MoneyTotals {
    /// Cases.
    pub cases: u64,
    /// Σ `medfee_sumamt` in fen.
    pub medical_cost: i128,
    /// Σ `hifp_pay` in fen.
    pub fund_billed: i128,
    /// Σ due in fen.
    pub due: i128,
}

impl MoneyTotals {
    /// Whether nothing is paid in money, neither a case nor an item of one.
    fn is_empty(&self) -> bool {
        *self == MoneyTotals::default()
    }
}

impl Totals {
    /// Adds a case and its points.
    #[inline]
    pub fn add(&mut self, case: &Case, points: Points) {
        self.cases += 1;
        self.points += i128::from(points.0);
        self.medical_cost += i128::from(case.medical_cost().0);
        self.fund_billed += i128::from(case.fund_billed().0);
    }

    /// Adds a case that is paid in money; its due is counted among the money here, and among all
    /// dues where those are.
    pub fn add_money(&mut self, case: &Case, due: Fen) {
        self.add(case, Points(0));
        self.money.cases += 1;
        self.money.medical_cost += i128::from(case.medical_cost().0);
        self.money.fund_billed += i128::from(case.fund_billed().0);
        self.money.due += i128::from(due.0);
    }

    /// Adds an item that is paid apart: an amount of money that is no case; its due counts as that
    /// of [`Totals::add_money`].
    pub fn add_apart(&mut self, part: &ApartPart) {
        self.medical_cost += i128::from(part.medical_cost.0);
        self.fund_billed += i128::from(part.fund_billed.0);
        self.money.medical_cost += i128::from(part.medical_cost.0);
        self.money.fund_billed += i128::from(part.fund_billed.0);
        self.money.due += i128::from(part.due.0);
    }

    /// Whether nothing was added, neither a case nor an item paid apart; both have a cost.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.medical_cost == 0
    }

    /// Adds other sums.
    pub fn merge(&mut self, other: &Totals) {
        self.cases += other.cases;
        self.points += other.points;
        self.medical_cost += other.medical_cost;
        self.fund_billed += other.fund_billed;
        self.due += other.due;
        self.money.cases += other.money.cases;
        self.money.medical_cost += other.money.medical_cost;
        self.money.fund_billed += other.money.fund_billed;
        self.money.due += other.money.due;
    }

    /// ΣO: what others than the pooled fund paid of the cases paid by points.
    #[must_use]
    pub fn others(&self) -> i128 {
        self.cost_by_points() - self.billed_by_points()
    }

    /// Σ `medfee_sumamt` of the cases paid by points.
    fn cost_by_points(&self) -> i128 {
        self.medical_cost - self.money.medical_cost
    }

    /// Σ `hifp_pay` of the cases paid by points.
    fn billed_by_points(&self) -> i128 {
        self.fund_billed - self.money.fund_billed
    }
}

/// The price of a point in one pool, and the figures it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolPrice {
    /// The year's budget.
    pub budget: FenSum,
    /// 调剂金
    pub reserve: FenSum,
    /// D: budget less reserve.
    pub distributable: FenSum,
    /// D′: what of it the points share out; D itself without `[pool_clearing]`.
    pub to_hospitals: FenSum,
    /// ΣA: what is paid by head before points share the rest, whatever the assessments.
    pub capitation: FenSum,
    /// Point value in units of 10^-`rounding.point_value` yuan a point (or the base rate).
    pub point_value: u128,
    /// The bound that the point value stands at, where one took hold.
    pub held_at: Option<HeldAt>,
    /// P in units.
    pub(crate) points: u128,
    /// N ÷ P in fen a unit, where N is whole fen (`fund-points`, `difference`); else 0 ÷ P.
    pub(crate) fen_per_unit: Proportion,
}

impl PoolPrice {
    /// The point value with the policy's decimals, `rounding.point_value`.
    #[must_use]
    pub fn display(&self, places: u32) -> Fixed {
        // Set only to values that fit an `i128`.
        let units = i128::try_from(self.point_value).unwrap_or(i128::MAX);
        Fixed { units, places }
    }

    /// Whether anything is paid out of the budget before the points.
    fn something_goes_first(&self, totals: &Totals) -> bool {
        !totals.money.is_empty() || self.capitation.0 != 0
    }

    pub(crate) fn show_value(&self, policy: &CompiledPolicy) -> String {
        self.display(policy.policy.rounding.point_value).to_string()
    }

    pub(crate) fn show_numerator(&self) -> String {
        FenSum(i128::try_from(self.fen_per_unit.num()).unwrap_or(i128::MAX)).to_string()
    }

    pub(crate) fn show_points(&self, policy: &CompiledPolicy) -> String {
        Fixed {
            units: i128::try_from(self.points).unwrap_or(i128::MAX),
            places: policy.policy.rounding.points,
        }
        .to_string()
    }

    /// The fen of N that standards cut down by [`CompiledPolicy::standard_cut`] leave over, given
    /// their sum. Zero for a pool without points.
    #[must_use]
    pub fn fen_left(&self, sum_of_cuts: i128) -> usize {
        if self.points == 0 {
            return 0;
        }
        let left = i128::try_from(self.fen_per_unit.num()).unwrap_or(i128::MAX) - sum_of_cuts;
        usize::try_from(left).unwrap_or(0)
    }
}

impl CompiledPolicy {
    /// The point value of a pool from the sums of its cases.
    ///
    /// # Errors
    /// [`PoolError`] where κ is zero, a figure does not fit, or the pool has points and pays by the
    /// point value of another, for which there is [`CompiledPolicy::pool_price_among`].
    ///
    /// ```
    /// use dianzhi_core::{example, CompiledPolicy, PoolId, Silent, Totals};
    /// let policy = CompiledPolicy::new(&example::policy(), &example::groups(), &example::hospitals()).unwrap();
    /// // budget 20,000.00, reserve 5 %, others paid 3,000.00: 22,000.00 over 200 points
    /// let totals = Totals { cases: 2, points: 2_000_000, medical_cost: 1_800_000, fund_billed: 1_500_000, ..Totals::default() };
    /// let price = policy.pool_price(PoolId(0), &totals, &mut Silent).unwrap();
    /// assert_eq!(price.point_value, 110_000_000); // 110.000000 yuan
    /// ```
    pub fn pool_price(&self, id: PoolId, totals: &Totals, tracer: &mut impl Tracer) -> Result<PoolPrice, PoolError> {
        self.price(id, totals, None, tracer)
    }

    /// The same, given the price of the pool that it pays by where it names one.
    fn price(
        &self,
        id: PoolId,
        totals: &Totals,
        lent: Option<&PoolPrice>,
        tracer: &mut impl Tracer,
    ) -> Result<PoolPrice, PoolError> {
        let pool = self
            .policy
            .pools
            .get(usize::from(id.0))
            .ok_or(TooLarge(Rule::Reserve))?;
        let rounding = &self.policy.rounding;
        let key = |name: &str| Origin::Policy(format!("pool[{}].{name}", id.0));
        let (budget, from) = self.budget(id, tracer)?;
        let reserve = round(
            &(BigRational::from_integer(budget.into()) * rational(pool.reserve)),
            0,
            rounding.mode,
        );
        let reserve = reserve.to_i128().ok_or(TooLarge(Rule::Reserve))?;
        tracer.step(|| Step {
            rule: Rule::Reserve,
            inputs: vec![
                input("budget", FenSum(budget), from.clone()),
                input("reserve", pool.reserve, key("reserve")),
            ],
            expression: format!("{} × {}", FenSum(budget), pool.reserve),
            rounding: rounding.to_money(),
            result: FenSum(reserve).to_string(),
        });
        let distributable = budget - reserve;
        tracer.step(|| Step {
            rule: Rule::Distributable,
            inputs: vec![
                input("budget", FenSum(budget), from.clone()),
                input("R", FenSum(reserve), Origin::Step(Rule::Reserve)),
            ],
            expression: format!("{} − {}", FenSum(budget), FenSum(reserve)),
            rounding: None,
            result: FenSum(distributable).to_string(),
        });
        let points = self.points_of_pool(id, pool, totals)?;
        let mut price = PoolPrice {
            budget: FenSum(budget),
            reserve: FenSum(reserve),
            distributable: FenSum(distributable),
            to_hospitals: FenSum(distributable),
            capitation: self.capitation_of_pool(id),
            point_value: 0,
            held_at: None,
            points,
            fen_per_unit: Proportion::new(0, points),
        };
        let borrows = pool.point_value_of.is_some();
        if !borrows {
            self.share_with_fund(totals, &mut price, tracer)?;
        }
        if self.policy.pricing.method == PricingMethod::Rate {
            let rate = pool.base_rate.unwrap_or_default();
            let value = units(rate, rounding.point_value).and_then(|units| units.to_u128());
            price.point_value = value.ok_or(TooLarge(Rule::BaseRate))?;
            tracer.step(|| Step {
                rule: Rule::BaseRate,
                inputs: vec![input("base_rate", rate, key("base_rate"))],
                expression: rate.to_string(),
                rounding: None,
                result: price.show_value(self),
            });
        } else if totals.points != 0 && borrows {
            self.borrow_value(id, lent, &mut price, tracer)?;
        } else if price.points != 0 {
            self.share_out(id, totals, &mut price, tracer)?;
        }
        Ok(price)
    }

    /// P, which penalties may not bring below 0; by rate, or by another pool's point value, it plays no
    /// part.
    fn points_of_pool(&self, id: PoolId, pool: &Pool, totals: &Totals) -> Result<u128, PoolError> {
        match u128::try_from(totals.points) {
            Ok(points) => Ok(points),
            Err(_) if self.policy.pricing.method == PricingMethod::Rate || pool.point_value_of.is_some() => Ok(0),
            Err(_) => Err(PoolError::PointsBelowZero {
                pool: self.pool_name(id),
                points: Fixed {
                    units: totals.points,
                    places: self.policy.rounding.points,
                },
            }),
        }
    }

    /// D″: what is left for points when the cases paid in money are paid.
    fn for_points(
        &self,
        id: PoolId,
        totals: &Totals,
        price: &PoolPrice,
        tracer: &mut impl Tracer,
    ) -> Result<FenSum, PoolError> {
        if !price.something_goes_first(totals) {
            return Ok(price.to_hospitals);
        }
        let first = FenSum(totals.money.due + price.capitation.0);
        let left = FenSum(price.to_hospitals.0 - first.0);
        tracer.step(|| Step {
            rule: Rule::ForPoints,
            inputs: vec![
                match price.shared_step(self, totals) {
                    Rule::Distributable => input("D", price.to_hospitals, Origin::Step(Rule::Distributable)),
                    step => input("D′", price.to_hospitals, Origin::Step(step)),
                },
                input("Σ due paid in money", FenSum(totals.money.due), Origin::Sum("due")),
                input("ΣA", price.capitation, Origin::Sum("A")),
            ],
            expression: format!(
                "{} − {} − {}",
                price.to_hospitals,
                FenSum(totals.money.due),
                price.capitation
            ),
            rounding: None,
            result: left.to_string(),
        });
        if left.0 < 0 {
            return Err(PoolError::NothingForPoints {
                pool: self.pool_name(id),
                distributable: price.to_hospitals,
                paid: first,
            });
        }
        Ok(left)
    }

    fn pool_name(&self, id: PoolId) -> String {
        let pool = self.policy.pools.get(usize::from(id.0));
        pool.map_or_else(String::new, |pool| pool.id.clone())
    }

    /// N and V of a pool with points.
    fn share_out(
        &self,
        id: PoolId,
        totals: &Totals,
        price: &mut PoolPrice,
        tracer: &mut impl Tracer,
    ) -> Result<(), PoolError> {
        let rounding = &self.policy.rounding;
        let left = self.for_points(id, totals, price, tracer)?;
        let whole = match self.policy.fund_share.method {
            FundShareMethod::FundPoints => Some(left.0),
            FundShareMethod::Difference => Some(left.0 + totals.others()),
            FundShareMethod::ActualRatio | FundShareMethod::ReimbursementRatio | FundShareMethod::ScaledRatio => None,
        };
        let (numerator, formula) = match whole {
            Some(fen) => {
                let numerator = fen.to_u128().ok_or(TooLarge(Rule::Numerator))?;
                price.fen_per_unit = Proportion::new(numerator, price.points);
                (BigRational::from_integer(fen.into()), FenSum(fen).to_string())
            }
            None => self.divided_by_share(id, totals, left)?,
        };
        tracer.step(|| self.step_numerator(totals, (price, left), &formula, &numerator));
        // fen ÷ units of points → yuan a point: ÷ 100, × 10^points.
        let unit = BigRational::new(BigInt::from(10).pow(rounding.points), BigInt::from(100));
        let value = &numerator / BigInt::from(price.points) * unit;
        let value = round(&value, rounding.point_value, rounding.mode);
        price.point_value = value
            .to_i128()
            .and_then(|v| v.to_u128())
            .ok_or(TooLarge(Rule::PointValue))?;
        tracer.step(|| Step {
            rule: Rule::PointValue,
            inputs: vec![
                input("N", &formula, Origin::Step(Rule::Numerator)),
                input("P", price.show_points(self), Origin::Sum("points")),
            ],
            expression: format!("({formula}) ÷ {}", price.show_points(self)),
            rounding: rounding.to_point_value(),
            result: price.show_value(self),
        });
        self.hold_within_bounds(id, price, tracer)?;
        Ok(())
    }

    /// D ÷ κ and how it is written.
    fn divided_by_share(&self, id: PoolId, totals: &Totals, left: FenSum) -> Result<(BigRational, String), PoolError> {
        let (share, written) = match self.policy.fund_share.pool_ratio {
            Some(ratio) => (rational(ratio), ratio.to_string()),
            None => (
                BigRational::new(totals.billed_by_points().into(), totals.cost_by_points().into()),
                format!(
                    "({} ÷ {})",
                    FenSum(totals.billed_by_points()),
                    FenSum(totals.cost_by_points())
                ),
            ),
        };
        if share.is_zero() {
            let pool = self.pool_name(id);
            return Err(PoolError::NoFundShare { pool });
        }
        let numerator = BigRational::from_integer(left.0.into()) / share;
        Ok((numerator, format!("{left} ÷ {written}")))
    }

    fn step_numerator(
        &self,
        totals: &Totals,
        (price, left): (&PoolPrice, FenSum),
        formula: &str,
        numerator: &BigRational,
    ) -> Step {
        let step = if price.something_goes_first(totals) {
            Rule::ForPoints
        } else {
            price.shared_step(self, totals)
        };
        let symbol = match step {
            Rule::Distributable => "D",
            Rule::ForPoints => "D″",
            _ => "D′",
        };
        let mut inputs = vec![input(symbol, left, Origin::Step(step))];
        let mut expression = formula.to_owned();
        match self.policy.fund_share.method {
            FundShareMethod::FundPoints => {}
            FundShareMethod::Difference => {
                let others = FenSum(totals.others());
                inputs.push(input("ΣO", others, Origin::Sum("others")));
                expression = format!("{left} + {others}");
            }
            FundShareMethod::ActualRatio | FundShareMethod::ReimbursementRatio | FundShareMethod::ScaledRatio => {
                match self.policy.fund_share.pool_ratio {
                    Some(ratio) => inputs.push(input("κ", ratio, Origin::Policy("fund_share.pool_ratio".to_owned()))),
                    None => {
                        let (billed, cost) = (FenSum(totals.billed_by_points()), FenSum(totals.cost_by_points()));
                        inputs.push(input("Σhifp", billed, Origin::Sum("hifp_pay")));
                        inputs.push(input("Σmedfee", cost, Origin::Sum("medfee_sumamt")));
                    }
                }
            }
        }
        // Its leading digits, to 6 decimals of a yuan, where it is not whole fen; the next step uses it exactly.
        let result = if numerator.is_integer() {
            FenSum(numerator.to_integer().to_i128().unwrap_or(i128::MAX)).to_string()
        } else {
            let yuan = numerator / BigInt::from(100);
            let units = round(&yuan, 6, RoundingMode::Down).to_i128().unwrap_or(i128::MAX);
            format!("{}…", Fixed { units, places: 6 })
        };
        Step {
            rule: Rule::Numerator,
            inputs,
            expression,
            rounding: None,
            result,
        }
    }
}

/// The fen that a case is paid beyond its cut standard, as a step.
///
/// # Errors
/// [`TooLarge`] where the cut standard is the largest there can be.
pub fn trace_extra_fen(cut: Fen, tracer: &mut impl Tracer) -> Result<Fen, TooLarge> {
    let standard = Fen(cut.0.checked_add(1).ok_or(TooLarge(Rule::StandardFen))?);
    tracer.step(|| Step {
        rule: Rule::StandardFen,
        inputs: vec![input("cut", cut, Origin::Step(Rule::StandardCut))],
        expression: format!("{cut} + 0.01"),
        rounding: None,
        result: standard.to_string(),
    });
    Ok(standard)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pool_without_a_point_value_is_told_in_both_languages() {
        let pool = "employee".to_owned();
        let text = PoolError::NoFundShare { pool }.text();
        assert!(
            text.zh.starts_with("资金池 employee 的统筹基金支付合计为 0"),
            "{text:?}"
        );
        assert!(
            text.en.starts_with("pool employee: the fund was billed nothing"),
            "{text:?}"
        );
        let too_large = TooLarge(Rule::Numerator);
        assert_eq!(PoolError::from(too_large).text(), too_large.text());
    }
}
