//! The pricing kernel: what one case earns, and its payment standard.
//!
//! docs/SETTLEMENT.md §5.1 and §5.3. Every function is pure and runs in a few integer
//! operations; where a product passes 128 bits it goes on in arbitrary precision.

use crate::compiled::{Case, CompiledGroup, CompiledPolicy, Factor, ungrouped_per_fen};
use crate::pool::PoolPrice;
use crate::rounding::{div_u128, round};
use crate::trace::{cut_to_fen, input, to_ratio};
use crate::{Fen, Fixed, Group, GroupId, Hospital, Origin, Points, RoundingMode, Rule, Silent, Step, TooLarge, Tracer};
use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::ToPrimitive;
use serde::Serialize;

/// The class of a case by its cost ratio.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CaseClass {
    /// 正常病例
    Normal,
    /// 低倍率病例
    Low,
    /// 高倍率病例
    High,
    /// 未入组病例
    Ungrouped,
}

impl CaseClass {
    /// The word in the outputs.
    #[inline]
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            CaseClass::Normal => "normal",
            CaseClass::Low => "low",
            CaseClass::High => "high",
            CaseClass::Ungrouped => "ungrouped",
        }
    }
}

/// What [`CompiledPolicy::points`] finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CasePoints {
    /// The class.
    pub class: CaseClass,
    /// The points, 0 or more.
    pub points: Points,
}

pub(crate) fn fits(value: Option<i64>, rule: Rule) -> Result<i64, TooLarge> {
    value.ok_or(TooLarge(rule))
}

impl CompiledGroup {
    #[inline]
    fn class(&self, cost: Fen) -> CaseClass {
        if cost.0 < self.low_below {
            CaseClass::Low
        } else if cost.0 >= self.high_from {
            CaseClass::High
        } else {
            CaseClass::Normal
        }
    }
}

impl CompiledPolicy {
    fn rates(&self, id: GroupId) -> Option<(&CompiledGroup, &Group)> {
        let i = id.0 as usize;
        Some((self.group_rates.get(i)?, self.groups.get(i)?))
    }

    /// The class and the points of a case (docs/SETTLEMENT.md §5.1).
    ///
    /// # Errors
    /// [`TooLarge`] where the points pass an `i64`, or an id is not of this policy.
    ///
    /// ```
    /// use dianzhi_core::{example, CaseClass, CompiledPolicy, Fen, Points, Silent};
    /// let policy = CompiledPolicy::new(&example::policy(), &example::groups(), &example::hospitals()).unwrap();
    /// // 100.99 points × coefficient 1.05
    /// let normal = policy.case(Some("ES25"), "H001", "310", Fen(900_000), Fen(0)).unwrap();
    /// assert_eq!(policy.points(&normal, &mut Silent).unwrap().points, Points(1_060_395));
    /// // a third of the mean cost: a third of the points, no coefficient
    /// let low = policy.case(Some("ES25"), "H001", "310", Fen(300_000), Fen(0)).unwrap();
    /// let low = policy.points(&low, &mut Silent).unwrap();
    /// assert_eq!((low.class, low.points), (CaseClass::Low, Points(336_633)));
    /// ```
    #[inline]
    pub fn points(&self, case: &Case, tracer: &mut impl Tracer) -> Result<CasePoints, TooLarge> {
        let Some(id) = case.group else {
            return self.points_ungrouped(case, tracer);
        };
        let (rates, group) = self.rates(id).ok_or(TooLarge(Rule::CaseClass))?;
        let cost = case.medical_cost();
        let class = rates.class(cost);
        tracer.step(|| self.step_ratio(rates, group, cost));
        tracer.step(|| self.step_class(group, cost, class));
        match class {
            CaseClass::Low => self.points_low(rates, group, cost, tracer),
            CaseClass::High => self.points_high(rates, group, cost, tracer),
            _ => self.points_normal(rates, group, case, tracer),
        }
    }

    /// The class of a case alone.
    ///
    /// ```
    /// use dianzhi_core::{example, CaseClass, CompiledPolicy, Fen};
    /// let policy = CompiledPolicy::new(&example::policy(), &example::groups(), &example::hospitals()).unwrap();
    /// let case = policy.case(None, "H001", "310", Fen(900_000), Fen(0)).unwrap();
    /// assert_eq!(policy.class(&case), CaseClass::Ungrouped);
    /// ```
    #[inline]
    #[must_use]
    pub fn class(&self, case: &Case) -> CaseClass {
        match case.group.and_then(|id| self.rates(id)) {
            Some((rates, _)) => rates.class(case.medical_cost()),
            None => CaseClass::Ungrouped,
        }
    }

    /// The points that an outlier would earn as a normal case; `None` for a case of another class.
    ///
    /// Pay jumps at a threshold where these differ from the outlier's own: a high outlier loses
    /// the hospital coefficient, so just above the bound it can earn less than just below.
    #[must_use]
    pub fn points_if_normal(&self, case: &Case, class: CaseClass) -> Option<Points> {
        if !matches!(class, CaseClass::Low | CaseClass::High) {
            return None;
        }
        let (rates, group) = self.rates(case.group?)?;
        self.points_normal(rates, group, case, &mut Silent)
            .ok()
            .map(|normal| normal.points)
    }

    #[inline]
    fn points_normal(
        &self,
        rates: &CompiledGroup,
        group: &Group,
        case: &Case,
        tracer: &mut impl Tracer,
    ) -> Result<CasePoints, TooLarge> {
        let i = case.hospital.0 as usize;
        let (Some(h), Some(hospital)) = (self.hospital_rates.get(i), self.hospitals.get(i)) else {
            return Err(TooLarge(Rule::PointsNormal));
        };
        let points = match (rates.alike, rates.base_den) {
            (true, 1) => i64::try_from(rates.base).ok(),
            (false, 1) => h.one.mul_div(rates.base, h.coefficient.into(), 1, self.mode()),
            (alike, base_den) => {
                let (k, one) = if alike { (1, 1) } else { (h.coefficient, h.one.value()) };
                // Both at most 10^19, and both factors of the product below 2^64.
                let divisor = one * u128::from(base_den);
                i64::try_from(div_u128(u128::from(rates.base) * u128::from(k), divisor, self.mode())).ok()
            }
        };
        let points = Points(fits(points, Rule::PointsNormal)?);
        tracer.step(|| self.step_normal(rates.alike, group, hospital, points));
        Ok(CasePoints {
            class: CaseClass::Normal,
            points,
        })
    }

    #[inline]
    fn points_low(
        &self,
        rates: &CompiledGroup,
        group: &Group,
        cost: Fen,
        tracer: &mut impl Tracer,
    ) -> Result<CasePoints, TooLarge> {
        let Factor { num, den } = rates.low_per_fen;
        let points = den.mul_div(rates.base, cost.0.unsigned_abs().into(), num, self.mode());
        let points = Points(fits(points, Rule::PointsLow)?);
        tracer.step(|| Step {
            rule: Rule::PointsLow,
            inputs: vec![base_input(group), cost_input(cost), mean_input(group)],
            expression: format!("{} × {cost} ÷ {}", group.base_points, group.mean_cost),
            rounding: self.policy.rounding.to_points(),
            result: self.show(points),
        });
        Ok(CasePoints {
            class: CaseClass::Low,
            points,
        })
    }

    #[inline]
    fn points_high(
        &self,
        rates: &CompiledGroup,
        group: &Group,
        cost: Fen,
        tracer: &mut impl Tracer,
    ) -> Result<CasePoints, TooLarge> {
        let whole = u128::from(cost.0.unsigned_abs())
            .checked_mul(rates.high_mul)
            .and_then(|product| product.checked_add_signed(-rates.high_sub));
        let points = match whole {
            Some(x) => rates.high_den.mul_div(rates.base, x, 1, self.mode()),
            None => points_high_wide(rates, cost, self.mode()),
        };
        let points = Points(fits(points, Rule::PointsHigh)?);
        tracer.step(|| {
            let high = self.policy.deviation.high.ratio;
            Step {
                rule: Rule::PointsHigh,
                inputs: vec![
                    base_input(group),
                    cost_input(cost),
                    mean_input(group),
                    input("high", high, Origin::Policy("deviation.high.ratio".to_owned())),
                ],
                expression: format!("{} × ({cost} ÷ {} − {high} + 1)", group.base_points, group.mean_cost),
                rounding: self.policy.rounding.to_points(),
                result: self.show(points),
            }
        });
        Ok(CasePoints {
            class: CaseClass::High,
            points,
        })
    }

    #[inline]
    fn points_ungrouped(&self, case: &Case, tracer: &mut impl Tracer) -> Result<CasePoints, TooLarge> {
        let cost = case.medical_cost();
        let points = match self.ungrouped {
            Some(Factor { num, den }) => den.mul_div(cost.0.unsigned_abs(), num, 1, self.mode()),
            None => self.points_ungrouped_wide(cost),
        };
        let points = Points(fits(points, Rule::PointsUngrouped)?);
        tracer.step(|| {
            let pricing = &self.policy.pricing;
            let share = self.policy.ungrouped_share;
            let key = |name: &str| Origin::Policy(name.to_owned());
            Step {
                rule: Rule::PointsUngrouped,
                inputs: vec![
                    cost_input(cost),
                    input("mean_cost_all", pricing.mean_cost_all, key("pricing.mean_cost_all")),
                    input("scale", pricing.scale, key("pricing.scale")),
                    input("share", share, key("ungrouped.share")),
                ],
                expression: format!("{cost} ÷ {} × {} × {share}", pricing.mean_cost_all, pricing.scale),
                rounding: self.policy.rounding.to_points(),
                result: self.show(points),
            }
        });
        Ok(CasePoints {
            class: CaseClass::Ungrouped,
            points,
        })
    }

    #[cold]
    fn points_ungrouped_wide(&self, cost: Fen) -> Option<i64> {
        let points = ungrouped_per_fen(&self.policy) * BigInt::from(cost.0);
        round(&points, 0, self.mode()).to_i64()
    }

    /// The cost ratio in millionths, half-up under every policy; `None` for an ungrouped case.
    ///
    /// # Errors
    /// [`TooLarge`] where it passes an `i64`.
    #[inline]
    pub fn cost_ratio_millionths(&self, group: Option<GroupId>, cost: Fen) -> Result<Option<i64>, TooLarge> {
        let Some((rates, _)) = group.and_then(|id| self.rates(id)) else {
            return Ok(None);
        };
        let ratio = ratio_millionths(rates, cost);
        fits(ratio, Rule::CostRatio).map(Some)
    }

    /// The payment standard of a number of points (docs/SETTLEMENT.md §5.3, remainder `fund`).
    ///
    /// # Errors
    /// [`TooLarge`] where it passes an `i64` of fen.
    #[inline]
    pub fn standard(&self, points: Points, price: &PoolPrice, tracer: &mut impl Tracer) -> Result<Fen, TooLarge> {
        let Factor { num, den } = self.fen_per_unit;
        let standard = den.mul_div(points.0.unsigned_abs(), price.point_value, num, self.mode());
        let standard = Fen(fits(standard, Rule::Standard)?);
        tracer.step(|| Step {
            rule: Rule::Standard,
            inputs: vec![
                input("points", self.show(points), Origin::Latest("points")),
                input("V", price.show_value(self), Origin::Step(Rule::PointValue)),
            ],
            expression: format!("{} × {}", self.show(points), price.show_value(self)),
            rounding: self.policy.rounding.to_money(),
            result: standard.to_string(),
        });
        Ok(standard)
    }

    /// The payment standard under `largest-remainder`, before the fen left over are handed out:
    /// points × N ÷ P cut down to the fen, and the part cut off, as a numerator over P.
    ///
    /// # Errors
    /// [`TooLarge`] where the standard passes an `i64` of fen.
    #[inline]
    pub fn standard_cut(
        &self,
        points: Points,
        price: &PoolPrice,
        tracer: &mut impl Tracer,
    ) -> Result<(Fen, u128), TooLarge> {
        let (numerator, total) = (price.numerator_fen, price.points);
        if total == 0 {
            return Ok((Fen(0), 0));
        }
        let units = points.0.unsigned_abs();
        let (cut, rest) = match u128::from(units).checked_mul(numerator) {
            Some(product) => (i64::try_from(product / total).ok(), product % total),
            None => {
                let (cut, rest) = (BigInt::from(units) * numerator).div_rem(&BigInt::from(total));
                (cut.to_i64(), rest.to_u128().unwrap_or_default())
            }
        };
        let cut = Fen(fits(cut, Rule::StandardCut)?);
        tracer.step(|| Step {
            rule: Rule::StandardCut,
            inputs: vec![
                input("points", self.show(points), Origin::Latest("points")),
                input("N", price.show_numerator(), Origin::Step(Rule::Numerator)),
                input("P", price.show_points(self), Origin::Sum("points")),
            ],
            expression: format!(
                "{} × {} ÷ {}",
                self.show(points),
                price.show_numerator(),
                price.show_points(self)
            ),
            rounding: cut_to_fen(),
            result: cut.to_string(),
        });
        Ok((cut, rest))
    }

    #[inline]
    pub(crate) fn mode(&self) -> RoundingMode {
        self.policy.rounding.mode
    }

    fn show(&self, points: Points) -> String {
        points.display(self.policy.rounding.points).to_string()
    }

    fn step_ratio(&self, rates: &CompiledGroup, group: &Group, cost: Fen) -> Step {
        let ratio = ratio_millionths(rates, cost).map_or_else(String::new, |units| {
            let units = units.into();
            Fixed { units, places: 6 }.to_string()
        });
        Step {
            rule: Rule::CostRatio,
            inputs: vec![cost_input(cost), mean_input(group)],
            expression: format!("{cost} ÷ {}", group.mean_cost),
            rounding: to_ratio(),
            result: ratio,
        }
    }

    fn step_class(&self, group: &Group, cost: Fen, class: CaseClass) -> Step {
        let (low, high) = (&self.policy.deviation.low, &self.policy.deviation.high);
        let (low_sign, high_sign) = match class {
            CaseClass::Low => (if low.inclusive { "≤" } else { "<" }, ""),
            CaseClass::High => ("", if high.inclusive { "≥" } else { ">" }),
            _ => (
                if low.inclusive { ">" } else { "≥" },
                if high.inclusive { "<" } else { "≤" },
            ),
        };
        let mut expression = format!("{cost} ÷ {}", group.mean_cost);
        if !low_sign.is_empty() {
            expression = format!("{expression} {low_sign} {}", low.ratio);
        }
        if !high_sign.is_empty() {
            let start = if low_sign.is_empty() { "" } else { "; " };
            let x = if low_sign.is_empty() {
                expression.clone()
            } else {
                format!("{cost} ÷ {}", group.mean_cost)
            };
            let before = if low_sign.is_empty() { String::new() } else { expression };
            expression = format!("{before}{start}{x} {high_sign} {}", high.ratio);
        }
        Step {
            rule: Rule::CaseClass,
            inputs: vec![
                cost_input(cost),
                mean_input(group),
                input("low", low.ratio, Origin::Policy("deviation.low.ratio".to_owned())),
                input("high", high.ratio, Origin::Policy("deviation.high.ratio".to_owned())),
                input(
                    "low inclusive",
                    low.inclusive,
                    Origin::Policy("deviation.low.inclusive".to_owned()),
                ),
                input(
                    "high inclusive",
                    high.inclusive,
                    Origin::Policy("deviation.high.inclusive".to_owned()),
                ),
            ],
            expression,
            rounding: None,
            result: class.as_str().to_owned(),
        }
    }

    fn step_normal(&self, alike: bool, group: &Group, hospital: &Hospital, points: Points) -> Step {
        let mut inputs = vec![base_input(group)];
        if alike {
            // 同病同价: the group's kind is in the list, so no hospital's coefficient counts.
            inputs.push(input("k", 1, Origin::Policy("pricing.coefficient_not_for".to_owned())));
        } else {
            inputs.push(input("k", hospital.coefficient, Origin::Hospital("coefficient")));
        }
        Step {
            rule: Rule::PointsNormal,
            expression: format!("{} × {}", group.base_points, inputs[1].value),
            inputs,
            rounding: self.policy.rounding.to_points(),
            result: self.show(points),
        }
    }
}

#[inline]
fn ratio_millionths(rates: &CompiledGroup, cost: Fen) -> Option<i64> {
    let Factor { num, den } = rates.per_fen;
    den.mul_div(cost.0.unsigned_abs(), num, 1_000_000, RoundingMode::HalfUp)
}

/// `high_mul` and `high_den` reach 30 digits where the mean cost and the bound have all their decimals.
#[cold]
fn points_high_wide(rates: &CompiledGroup, cost: Fen, mode: RoundingMode) -> Option<i64> {
    let x = BigInt::from(cost.0) * rates.high_mul - rates.high_sub;
    let points = BigRational::new(x * rates.base, rates.high_den.value().into());
    round(&points, 0, mode).to_i64()
}

fn base_input(group: &Group) -> crate::Input {
    input("base", group.base_points, Origin::Group("base_points"))
}

fn mean_input(group: &Group) -> crate::Input {
    input("mean_cost", group.mean_cost, Origin::Group("mean_cost"))
}

pub(crate) fn cost_input(cost: Fen) -> crate::Input {
    input("medfee", cost, Origin::Claim("medfee_sumamt"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{PoolId, Totals, example};

    /// points × N passes 128 bits, the standard does not.
    #[test]
    fn a_share_is_cut_in_any_width() {
        let policy = CompiledPolicy::new(&example::policy(), &example::groups(), &example::hospitals()).unwrap();
        let totals = Totals {
            points: 2 * 10i128.pow(20),
            medical_cost: 10i128.pow(20),
            ..Totals::default()
        };
        // D 19,000.00 and ΣO 10^18 yuan
        let price = policy.pool_price(PoolId(0), &totals, &mut Silent).unwrap();
        let points = Points(9 * 10i64.pow(18) + 1);
        // (9·10^18 + 1) × (10^20 + 1,900,000) ÷ (2·10^20)
        let cut = Fen(4_500_000_000_000_085_500);
        let rest = 10u128.pow(20) + 1_900_000;
        assert_eq!(policy.standard_cut(points, &price, &mut Silent), Ok((cut, rest)));
    }

    /// 100.99 points × coefficient 1.05, for an outlier on either side and for no one else.
    #[test]
    fn only_outliers_are_compared_with_a_normal_case() {
        let policy = CompiledPolicy::new(&example::policy(), &example::groups(), &example::hospitals()).unwrap();
        let compared = |group, cost| {
            let case = policy.case(group, "H001", "310", Fen(cost), Fen(0)).unwrap();
            let class = policy.class(&case);
            (class, policy.points_if_normal(&case, class))
        };
        let normal = Some(Points(1_060_395));
        assert_eq!(compared(Some("ES25"), 300_000), (CaseClass::Low, normal));
        assert_eq!(compared(Some("ES25"), 2_700_000), (CaseClass::High, normal));
        assert_eq!(compared(Some("ES25"), 900_000), (CaseClass::Normal, None));
        assert_eq!(compared(None, 2_700_000), (CaseClass::Ungrouped, None));
    }
}
