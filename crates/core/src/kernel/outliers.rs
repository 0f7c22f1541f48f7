//! Outliers where `[deviation]` goes beyond two plain bounds: bounds by tier, the payment standard
//! as what a cost is compared with, the coefficient beyond a bound, a share of the excess, extreme
//! cases (docs/SETTLEMENT.md §5.1).
//!
//! Apart from the plain rules, whose few operations the loop is measured by. Normal cases are paid
//! by the same functions as there.

use super::exact::{Exact, Narrow};
use super::{CaseClass, CasePoints, fits};
use crate::case::{Case, CaseFactor};
use crate::compiled::{Bounds, CompiledGroup, CompiledOutliers, CompiledPolicy, Factor};
use crate::{ExtremePay, Fen, Group, OutlierCoefficient, Points, Rule, Silent, TooLarge, Tracer, Yardstick};
use num_rational::BigRational;
use std::cmp::Ordering;

/// The figures of a case that the rules look at, each a numerator and a denominator.
pub(super) struct Seen<'p> {
    pub(super) bounds: &'p Bounds,
    fen: Fen,
    cost: u128,
    base: (u128, u128),
    per_fen: Factor,
    k: (u128, u128),
    /// The factor where the case is one of a sub-type: part of its base points and its mean cost.
    within: (u128, u128),
    /// The factor where it is a coefficient as k is.
    beside: (u128, u128),
    standard: bool,
}

impl Seen<'_> {
    /// The cost ratio.
    fn x<E: Exact>(&self) -> Option<E> {
        let k = if self.standard { self.k } else { (1, 1) };
        let top = [self.cost, self.per_fen.num, self.within.1, k.1];
        E::quotient(&top, &[self.per_fen.den.value(), self.within.0, k.0])
    }

    fn base<E: Exact>(&self) -> Option<E> {
        E::quotient(&[self.base.0, self.within.0], &[self.base.1, self.within.1])
    }

    /// What a normal case's base points are multiplied by.
    fn coefficient<E: Exact>(&self) -> Option<E> {
        E::quotient(&[self.k.0, self.beside.0], &[self.k.1, self.beside.1])
    }
}

impl CompiledPolicy {
    /// `None` where the case is of another policy.
    // In line: a normal case needs little of it.
    #[inline(always)]
    fn seen<'p>(&self, outliers: &'p CompiledOutliers, rates: &CompiledGroup, case: &Case) -> Option<Seen<'p>> {
        let factor = if self.has_factor(case) {
            case.factor
        } else {
            CaseFactor::ONE
        };
        let (k, one) = self.k_fraction(rates, case)?;
        let sub_type = self.sub_type(case).is_some();
        let (within, beside) = match sub_type {
            true => (factor.fraction(), (1, 1)),
            false => ((1, 1), factor.fraction()),
        };
        Some(Seen {
            bounds: outliers.bounds(case.group?, case.hospital)?,
            fen: case.medical_cost(),
            cost: case.medical_cost().0.unsigned_abs().into(),
            base: (rates.base.into(), rates.base_den.into()),
            per_fen: rates.per_fen,
            k: (k.into(), one),
            within,
            beside,
            standard: self.policy.deviation.compare_with == Yardstick::Standard,
        })
    }

    fn class_seen<E: Exact>(&self, seen: &Seen<'_>) -> Option<CaseClass> {
        let deviation = &self.policy.deviation;
        let x = seen.x::<E>()?;
        let against_low = x.against(&E::of(seen.bounds.low.ratio)?)?;
        if against_low == Ordering::Less || (deviation.low.inclusive && against_low == Ordering::Equal) {
            return Some(CaseClass::Low);
        }
        let against_high = x.against(&E::of(seen.bounds.high.ratio)?)?;
        if against_high == Ordering::Greater || (deviation.high.inclusive && against_high == Ordering::Equal) {
            return Some(CaseClass::High);
        }
        Some(CaseClass::Normal)
    }

    #[inline]
    fn class_of_seen(&self, seen: &Seen<'_>) -> Option<CaseClass> {
        // The mean of a sub-type is another one than the group's.
        match seen.bounds.fen.filter(|_| seen.within == (1, 1)) {
            Some(bounds) => Some(bounds.class(seen.fen)),
            None => self.class_by_fractions(seen),
        }
    }

    #[inline(never)]
    fn class_by_fractions(&self, seen: &Seen<'_>) -> Option<CaseClass> {
        let narrow = self.class_seen::<Narrow>(seen);
        narrow.or_else(|| self.class_seen::<BigRational>(seen))
    }

    /// The class of a case in a group.
    #[inline(never)]
    pub(super) fn class_by_rules(&self, outliers: &CompiledOutliers, rates: &CompiledGroup, case: &Case) -> CaseClass {
        let seen = self.seen(outliers, rates, case);
        let class = seen.and_then(|seen| self.class_of_seen(&seen));
        class.unwrap_or(CaseClass::Normal)
    }

    fn ratio_of<E: Exact>(seen: &Seen<'_>) -> Option<i64> {
        let millionths = seen.x::<E>()?.times(&E::quotient(&[1_000_000], &[1])?)?;
        millionths.to_whole(crate::RoundingMode::HalfUp)
    }

    /// The cost ratio in millionths; `None` where it passes an `i64`.
    pub(super) fn ratio_by_rules(
        &self,
        outliers: &CompiledOutliers,
        rates: &CompiledGroup,
        case: &Case,
    ) -> Option<i64> {
        let seen = self.seen(outliers, rates, case)?;
        Self::ratio_of::<Narrow>(&seen).or_else(|| Self::ratio_of::<BigRational>(&seen))
    }

    fn is_beyond<E: Exact>(&self, outliers: &CompiledOutliers, seen: &Seen<'_>) -> Option<bool> {
        let Some((rule, ratio)) = self.policy.deviation.extreme.zip(outliers.extreme) else {
            return Some(false);
        };
        let against = seen.x::<E>()?.against(&E::of(ratio)?)?;
        Some(against == Ordering::Greater || (rule.inclusive && against == Ordering::Equal))
    }

    /// Whether a high outlier is an extreme one.
    fn is_extreme(&self, outliers: &CompiledOutliers, seen: &Seen<'_>) -> bool {
        let narrow = self.is_beyond::<Narrow>(outliers, seen);
        let found = narrow.or_else(|| self.is_beyond::<BigRational>(outliers, seen));
        found.unwrap_or(false)
    }

    fn low<E: Exact>(&self, seen: &Seen<'_>) -> Option<i64> {
        let by_cost = seen.base::<E>()?.times(&seen.x()?)?;
        let points = match self.policy.deviation.low.coefficient {
            OutlierCoefficient::Dropped => by_cost,
            OutlierCoefficient::Kept => by_cost.times(&seen.coefficient()?)?,
            // A cost of nothing at a bound of 0: no other lies below, and it is one at the bound.
            OutlierCoefficient::Carried if seen.bounds.low.ratio.top == 0 => {
                seen.base::<E>()?.times(&seen.coefficient()?)?
            }
            OutlierCoefficient::Carried => {
                let at_bound = by_cost.times(&seen.coefficient()?)?;
                at_bound.over(&E::of(seen.bounds.low.ratio)?)?
            }
        };
        points.to_whole(self.mode())
    }

    /// `capped` puts the extreme bound in the place of x.
    fn high<E: Exact>(&self, outliers: &CompiledOutliers, seen: &Seen<'_>, capped: bool) -> Option<i64> {
        let x = match outliers.extreme.filter(|_| capped) {
            Some(ratio) => E::of(ratio)?,
            None => seen.x()?,
        };
        let excess = x.minus(&E::of(seen.bounds.high.ratio)?)?;
        let excess = excess.times(&E::of(outliers.high_share)?)?;
        let one = E::quotient(&[1], &[1])?;
        let times = match self.policy.deviation.high.coefficient {
            OutlierCoefficient::Dropped => excess.plus(&one)?,
            OutlierCoefficient::Kept => excess.plus(&one)?.times(&seen.coefficient()?)?,
            OutlierCoefficient::Carried => excess.plus(&seen.coefficient()?)?,
        };
        seen.base::<E>()?.times(&times)?.to_whole(self.mode())
    }

    /// The class and the points of a case in a group, with whatever they are multiplied by in the end.
    #[inline(never)]
    pub(super) fn points_by_rules(
        &self,
        outliers: &CompiledOutliers,
        rates: &CompiledGroup,
        group: &Group,
        case: &Case,
        tracer: &mut impl Tracer,
    ) -> Result<CasePoints, TooLarge> {
        let initial = self.initial_by_rules(outliers, rates, group, case, tracer)?;
        self.supported(initial, case, tracer)
    }

    fn initial_by_rules(
        &self,
        outliers: &CompiledOutliers,
        rates: &CompiledGroup,
        group: &Group,
        case: &Case,
        tracer: &mut impl Tracer,
    ) -> Result<CasePoints, TooLarge> {
        let seen = self.seen(outliers, rates, case).ok_or(TooLarge(Rule::CaseClass))?;
        let class = self.class_of_seen(&seen).ok_or(TooLarge(Rule::CaseClass))?;
        tracer.step(|| {
            self.told(&seen, rates, group, case)
                .ratio(self.ratio_by_rules(outliers, rates, case))
        });
        tracer.step(|| self.told(&seen, rates, group, case).class(class));
        match class {
            CaseClass::Low => self.points_low_by_rules(&seen, rates, group, case, tracer),
            CaseClass::High => {
                let extreme = self.is_extreme(outliers, &seen);
                if let Some(rule) = self.policy.deviation.extreme {
                    tracer.step(|| self.told(&seen, rates, group, case).extreme(&rule, extreme));
                    if extreme && rule.pay == ExtremePay::Normal {
                        return self.points_extreme_as_normal(&seen, rates, group, case, tracer);
                    }
                }
                let narrow = self.high::<Narrow>(outliers, &seen, extreme);
                let points = narrow.or_else(|| self.high::<BigRational>(outliers, &seen, extreme));
                let rule = self.rule_of_high(extreme, self.sub_type(case).is_some());
                let points = Points(fits(points, rule)?);
                tracer.step(|| self.told(&seen, rates, group, case).high(rule, points));
                Ok(CasePoints { class, points })
            }
            _ => self.points_of_normal(rates, group, case, tracer),
        }
    }

    fn points_low_by_rules(
        &self,
        seen: &Seen<'_>,
        rates: &CompiledGroup,
        group: &Group,
        case: &Case,
        tracer: &mut impl Tracer,
    ) -> Result<CasePoints, TooLarge> {
        let rule = match (self.policy.deviation.low.coefficient, seen.standard) {
            // The cost in points, whatever the bound and the factor.
            (OutlierCoefficient::Dropped, false) => return self.points_low(rates, group, case.medical_cost(), tracer),
            (OutlierCoefficient::Dropped, true) => Rule::PointsLowStandard,
            (OutlierCoefficient::Kept, _) => Rule::PointsLowKept,
            (OutlierCoefficient::Carried, _) => Rule::PointsLowCarried,
        };
        let points = self.low::<Narrow>(seen).or_else(|| self.low::<BigRational>(seen));
        let points = Points(fits(points, rule)?);
        tracer.step(|| self.told(seen, rates, group, case).low(rule, points));
        Ok(CasePoints {
            class: CaseClass::Low,
            points,
        })
    }

    fn points_extreme_as_normal(
        &self,
        seen: &Seen<'_>,
        rates: &CompiledGroup,
        group: &Group,
        case: &Case,
        tracer: &mut impl Tracer,
    ) -> Result<CasePoints, TooLarge> {
        let CasePoints { points, .. } = self.points_of_normal(rates, group, case, &mut Silent)?;
        tracer.step(|| self.told(seen, rates, group, case).extreme_as_normal(points));
        Ok(CasePoints {
            class: CaseClass::High,
            points,
        })
    }

    fn rule_of_high(&self, capped: bool, sub_type: bool) -> Rule {
        let deviation = &self.policy.deviation;
        let is_usual = deviation.high_share == crate::Decimal::ONE && deviation.compare_with == Yardstick::GroupMean;
        match deviation.high.coefficient {
            _ if capped => Rule::PointsExtremeCapped,
            OutlierCoefficient::Dropped if is_usual && sub_type => Rule::PointsHighSubType,
            OutlierCoefficient::Dropped if is_usual => Rule::PointsHigh,
            OutlierCoefficient::Dropped => Rule::PointsHighShare,
            OutlierCoefficient::Kept => Rule::PointsHighKept,
            OutlierCoefficient::Carried => Rule::PointsHighCarried,
        }
    }

    /// Whether the factor of a case's auxiliary catalogues is part of its points: an outlier that is
    /// paid by its cost goes without it.
    #[must_use]
    pub fn counts_factor(&self, case: &Case) -> bool {
        let deviation = &self.policy.deviation;
        let sub_type = self.sub_type(case).is_some();
        match self.class(case) {
            // base × f × medfee ÷ (mean_cost × f): it cancels out.
            CaseClass::Low => !sub_type && deviation.low.coefficient != OutlierCoefficient::Dropped,
            CaseClass::High if sub_type || deviation.high.coefficient != OutlierCoefficient::Dropped => true,
            CaseClass::High => self.is_paid_as_normal(case),
            CaseClass::ByCost => false,
            _ => true,
        }
    }

    /// Whether a high outlier is an extreme one that is paid as a normal case.
    fn is_paid_as_normal(&self, case: &Case) -> bool {
        let rule = self.policy.deviation.extreme;
        let rule = rule.filter(|extreme| extreme.pay == ExtremePay::Normal);
        let (Some(_), Some(outliers), Ok(Some(case))) = (rule, &self.outliers, self.in_group(case)) else {
            return false;
        };
        let of_group = case.group.and_then(|id| self.rates(id));
        let seen = of_group.and_then(|(rates, _)| self.seen(outliers, rates, &case));
        seen.is_some_and(|seen| self.is_extreme(outliers, &seen))
    }
}
