//! Cases with a factor of their own (辅助目录系数): the same classes and points, with the factor in
//! them (docs/SETTLEMENT.md §5.1).
//!
//! Apart from the plain cases, whose few operations the loop is measured by.

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
        !case.factor.is_one() && self.policy.auxiliary.is_some()
    }

    /// The factor where the case is compared with its sub-type.
    #[inline]
    pub(super) fn sub_type(&self, case: &Case) -> Option<CaseFactor> {
        let compare_with = self.policy.auxiliary?.compare_with;
        (compare_with == CompareWith::SubType && !case.factor.is_one()).then_some(case.factor)
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
        let class = self.class_with_factor(rates, group, case);
        tracer.step(|| {
            let ratio = match sub_type {
                Some(factor) => ratio_millionths(rates, cost, factor),
                None => super::ratio_millionths(rates, cost),
            };
            self.step_ratio(group, cost, sub_type, ratio)
        });
        tracer.step(|| self.step_class(group, cost, sub_type, class));
        match (class, sub_type) {
            // base × f × medfee ÷ (mean_cost × f): a low outlier goes by its cost either way.
            (CaseClass::Low, _) => self.points_low(rates, group, cost, tracer),
            (CaseClass::High, None) => self.points_high(rates, group, cost, tracer),
            (CaseClass::High, Some(factor)) => self.points_high_of_sub_type(rates, group, cost, factor, tracer),
            _ => self.points_normal_with_factor(rates, group, case, tracer),
        }
    }

    #[inline(never)]
    pub(super) fn class_with_factor(&self, rates: &CompiledGroup, group: &Group, case: &Case) -> CaseClass {
        let cost = case.medical_cost();
        let Some(factor) = self.sub_type(case) else {
            return rates.class(cost);
        };
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
        let (h, hospital) = self.hospital_of(case, Rule::PointsNormalFactor)?;
        let (k, one) = match rates.alike {
            true => (1, 1),
            false => (h.coefficient, h.one.value()),
        };
        let (units, factor_one) = case.factor.fraction();
        let top = [rates.base.into(), k.into(), units];
        let points = quotient(&top, &[one, rates.base_den.into(), factor_one], self.mode());
        let points = Points(fits(points, Rule::PointsNormalFactor)?);
        tracer.step(|| self.step_normal(rates.alike, group, hospital, Some(case.factor), points));
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
        let by_factor = product(&[units, rates.high_sub.unsigned_abs()]);
        let whole = by_cost.zip(by_factor).and_then(|(by_cost, by_factor)| {
            if rates.high_sub < 0 {
                by_cost.checked_add(by_factor)
            } else {
                by_cost.checked_sub(by_factor)
            }
        });
        let points = match whole {
            Some(whole) => quotient(&[rates.base.into(), whole], &[rates.high_den.value(), one], mode),
            None => {
                let whole = BigInt::from(cost.0) * rates.high_mul * one - BigInt::from(units) * rates.high_sub;
                let points = BigRational::new(whole * rates.base, BigInt::from(rates.high_den.value()) * one);
                round(&points, 0, mode).to_i64()
            }
        };
        let points = Points(fits(points, Rule::PointsHighSubType)?);
        tracer.step(|| self.step_high(group, cost, Some(factor), points));
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
