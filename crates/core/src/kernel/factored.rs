//! Cases with a factor of their own (辅助目录系数): the same classes and points, with the factor in
//! them (docs/SETTLEMENT.md §5.1).
//!
//! Apart from the plain cases, whose few operations the loop is measured by.

use super::steps::Compared;
use super::{CaseClass, CasePoints, fits};
use crate::case::{Case, CaseFactor};
use crate::compiled::{CompiledGroup, CompiledPolicy};
use crate::decimal::rational;
use crate::rounding::{div_u128, round};
use crate::{CompareWith, Decimal, Fen, Group, Points, RoundingMode, Rule, TooLarge, Tracer};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::ToPrimitive;
use std::cmp::Ordering;

impl CompiledPolicy {
    /// Whether the case has a factor that counts.
    #[inline(always)]
    pub(super) fn has_factor(&self, case: &Case) -> bool {
        !case.factor.is_one() && self.compare_with(case).is_some()
    }

    /// The factor where the case is compared with its sub-type.
    #[inline]
    pub(super) fn sub_type(&self, case: &Case) -> Option<CaseFactor> {
        if case.factor.is_one() {
            return None;
        }
        (self.compare_with(case)? == CompareWith::SubType).then_some(case.factor)
    }

    #[inline(never)]
    pub(super) fn points_with_factor(
        &self,
        rates: &CompiledGroup,
        group: &Group,
        case: &Case,
        tracer: &mut impl Tracer,
    ) -> Result<CasePoints, TooLarge> {
        let cost = case.medical_cost();
        let sub_type = self.sub_type(case);
        let class = self.class_of(rates, group, case);
        let compared = || Compared {
            sub_type,
            ..super::plainly(group, cost)
        };
        tracer.step(|| {
            let ratio = match sub_type {
                Some(factor) => ratio_millionths(rates, cost, factor),
                None => super::ratio_millionths(rates, cost),
            };
            self.step_ratio(&compared(), ratio)
        });
        tracer.step(|| self.step_class(&compared(), [None; 2], class));
        match (class, sub_type) {
            // base × f × medfee ÷ (mean_cost × f): a low outlier goes by its cost either way.
            (CaseClass::Low, _) => self.points_low(rates, group, cost, tracer),
            (CaseClass::High, None) => self.points_high(rates, group, cost, tracer),
            (CaseClass::High, Some(factor)) => self.points_high_of_sub_type(rates, group, cost, factor, tracer),
            _ => self.points_normal_with_factor(rates, group, case, tracer),
        }
    }

    #[inline]
    pub(super) fn class_of(&self, rates: &CompiledGroup, group: &Group, case: &Case) -> CaseClass {
        match (&self.outliers, self.sub_type(case)) {
            (Some(outliers), _) => self.class_by_rules(outliers, rates, case),
            (None, Some(factor)) => self.class_of_sub_type(group, case.medical_cost(), factor),
            (None, None) => rates.bounds.class(case.medical_cost()),
        }
    }

    #[inline(never)]
    fn class_of_sub_type(&self, group: &Group, cost: Fen, factor: CaseFactor) -> CaseClass {
        let (low, high) = (&self.policy.deviation.low, &self.policy.deviation.high);
        let against_low = against(cost, group.mean_cost, factor, low.ratio);
        let against_high = against(cost, group.mean_cost, factor, high.ratio);
        if against_low == Ordering::Less || (low.inclusive && against_low == Ordering::Equal) {
            CaseClass::Low
        } else if against_high == Ordering::Greater || (high.inclusive && against_high == Ordering::Equal) {
            CaseClass::High
        } else {
            CaseClass::Normal
        }
    }

    pub(super) fn points_normal_with_factor(
        &self,
        rates: &CompiledGroup,
        group: &Group,
        case: &Case,
        tracer: &mut impl Tracer,
    ) -> Result<CasePoints, TooLarge> {
        let k = self.k_fraction(rates, case);
        let (k, one) = k.ok_or(TooLarge(Rule::PointsNormalFactor))?;
        let (units, factor_one) = case.factor.fraction();
        let top = [rates.base.into(), k.into(), units];
        let points = quotient(&top, &[one, rates.base_den.into(), factor_one], self.mode());
        let points = Points(fits(points, Rule::PointsNormalFactor)?);
        tracer.step(|| self.step_normal(group, Some(case.factor), self.k_input(rates, case), points));
        Ok(CasePoints {
            class: CaseClass::Normal,
            points,
        })
    }

    fn points_high_of_sub_type(
        &self,
        rates: &CompiledGroup,
        group: &Group,
        cost: Fen,
        factor: CaseFactor,
        tracer: &mut impl Tracer,
    ) -> Result<CasePoints, TooLarge> {
        // f × (x − high + 1) with x = medfee ÷ (mean_cost × f): the factor stands at the second part alone.
        let (units, one) = factor.fraction();
        let mode = self.mode();
        let by_cost = product(&[cost.0.unsigned_abs().into(), rates.high_mul, one]);
        let by_factor = i128::try_from(units)
            .ok()
            .and_then(|units| units.checked_mul(-rates.high_sub));
        let whole = by_cost
            .zip(by_factor)
            .and_then(|(by_cost, by_factor)| by_cost.checked_add_signed(by_factor));
        let points = match whole {
            Some(whole) => quotient(&[rates.base.into(), whole], &[rates.high_den.value(), one], mode),
            None => {
                let whole = BigInt::from(cost.0) * rates.high_mul * one - BigInt::from(units) * rates.high_sub;
                let points = BigRational::new(whole * rates.base, BigInt::from(rates.high_den.value()) * one);
                round(&points, 0, mode).to_i64()
            }
        };
        let points = Points(fits(points, Rule::PointsHighSubType)?);
        tracer.step(|| {
            let compared = Compared {
                sub_type: Some(factor),
                ..super::plainly(group, cost)
            };
            self.step_high(&compared, None, points)
        });
        Ok(CasePoints {
            class: CaseClass::High,
            points,
        })
    }
}

/// The cost ratio against the sub-type, in millionths.
pub(super) fn ratio_millionths(rates: &CompiledGroup, cost: Fen, factor: CaseFactor) -> Option<i64> {
    let (units, one) = factor.fraction();
    let top = [cost.0.unsigned_abs().into(), rates.per_fen.num, one, 1_000_000];
    quotient(&top, &[rates.per_fen.den.value(), units], RoundingMode::HalfUp)
}

/// A cost against `mean_cost × factor × ratio`; none of them is negative.
fn against(cost: Fen, mean_cost: Decimal, factor: CaseFactor, ratio: Decimal) -> Ordering {
    let (units, one) = factor.fraction();
    let places = mean_cost.scale() + ratio.scale();
    let fen = cost.0.unsigned_abs().into();
    let bound = [
        mean_cost.mantissa().unsigned_abs(),
        ratio.mantissa().unsigned_abs(),
        units,
        100,
    ];
    let narrow = 10u128
        .checked_pow(places)
        .and_then(|power| product(&[fen, power, one]))
        .zip(product(&bound));
    match narrow {
        Some((cost, bound)) => cost.cmp(&bound),
        None => {
            let bound = rational(mean_cost) * rational(ratio) * rational(factor.decimal()) * BigInt::from(100);
            BigRational::from(BigInt::from(cost.0)).cmp(&bound)
        }
    }
}

fn product(factors: &[u128]) -> Option<u128> {
    factors
        .iter()
        .try_fold(1u128, |product, &factor| product.checked_mul(factor))
}

/// A product divided by a product, to a whole number; `None` where it passes an `i64`.
fn quotient(top: &[u128], bottom: &[u128], mode: RoundingMode) -> Option<i64> {
    if let (Some(top), Some(bottom)) = (product(top), product(bottom)) {
        return i64::try_from(div_u128(top, bottom, mode)).ok();
    }
    let wide = |factors: &[u128]| factors.iter().map(|&factor| BigInt::from(factor)).product::<BigInt>();
    round(&BigRational::new(wide(top), wide(bottom)), 0, mode).to_i64()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Auxiliary, CompareWith, Silent, Trace, example};

    /// ES25: 100.99 points, mean cost 9,000.00 yuan; coefficient 1.05 of H001; bounds 0.5 and 2.0.
    fn policy(compare_with: CompareWith) -> CompiledPolicy {
        let mut policy = example::policy();
        policy.auxiliary = Some(Auxiliary { compare_with });
        CompiledPolicy::new(&policy, &example::groups(), &example::hospitals()).unwrap()
    }

    fn case(policy: &CompiledPolicy, cost: i64, factor: &str) -> Case {
        let mut case = policy.case(Some("ES25"), "H001", "310", Fen(cost), Fen(0)).unwrap();
        case.factor = CaseFactor::new(factor.parse().unwrap()).unwrap();
        case
    }

    #[test]
    fn points_by_hand() {
        use CaseClass::{High, Low, Normal};
        for (compare_with, cost, factor, class, points) in [
            // 100.99 × 1.4 × 1.05
            (CompareWith::Type, 900_000, "1.4", Normal, 1_484_553),
            (CompareWith::SubType, 1_260_000, "1.4", Normal, 1_484_553),
            // 100.99 × 4,000 ÷ 9,000, and within the bounds of a sub-type of mean cost 5,400
            (CompareWith::Type, 400_000, "0.6", Low, 448_844),
            (CompareWith::SubType, 400_000, "0.6", Normal, 636_237),
            // 100.99 × (27,000 ÷ 9,000 − 1); 100.99 × 1.4 × (27,000 ÷ 12,600 − 1)
            (CompareWith::Type, 2_700_000, "1.4", High, 2_019_800),
            (CompareWith::SubType, 2_700_000, "1.4", High, 1_615_840),
        ] {
            let policy = policy(compare_with);
            let found = policy.points(&case(&policy, cost, factor), &mut Silent).unwrap();
            assert_eq!(
                (found.class, found.points),
                (class, Points(points)),
                "{compare_with:?} {cost} {factor}"
            );
        }
    }

    /// Without a factor of its own a case is explained without one.
    #[test]
    fn a_factor_of_one_is_none() {
        for (factor, rule) in [
            ("1", Rule::CostRatio),
            ("1.00", Rule::CostRatio),
            ("1.01", Rule::CostRatioSubType),
        ] {
            let policy = policy(CompareWith::SubType);
            let mut trace = Trace::default();
            policy.points(&case(&policy, 900_000, factor), &mut trace).unwrap();
            assert_eq!(trace.steps[0].rule, rule, "{factor}");
        }
    }

    #[test]
    fn factors_have_up_to_eighteen_digits() {
        let factor =
            |text: &str| CaseFactor::new(text.parse().unwrap()).map(|factor| (factor.units(), factor.places()));
        assert_eq!(factor("1.250"), Some((125, 2)));
        assert_eq!(factor("0.000000000000000001"), Some((1, 18)));
        assert_eq!(factor("999999999999999999"), Some((999_999_999_999_999_999, 0)));
        for none in ["0", "-1.2", "1000000000000000001", "0.0000000000000000001"] {
            assert_eq!(factor(none), None, "{none}");
        }
    }
}
