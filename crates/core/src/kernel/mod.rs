//! The pricing kernel: what one case earns, and its payment standard.
//!
//! docs/SETTLEMENT.md §5.1 and §5.3. Every function is pure and runs in a few integer
//! operations; where a product passes 128 bits it goes on in arbitrary precision.

mod by_cost;
mod by_disease;
mod by_group;
mod by_item;
mod coefficient;
mod exact;
mod factored;
mod fixed_share;
mod outlier_steps;
mod outliers;
mod per_diem;
mod standard;
pub(crate) mod steps;
mod support;
mod worth;

pub(crate) use fixed_share::{FixedShare, ShareOf};
pub use worth::{CaseWorth, Worth};

use crate::case::Case;
use crate::compiled::{CompiledGroup, CompiledHospital, CompiledPolicy, Factor, KOf, ungrouped_per_fen};
use crate::rounding::{div_u128, round};
use crate::{Fen, Group, GroupId, MethodId, Points, RoundingMode, Rule, Silent, TooLarge, Tracer};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::ToPrimitive;
use serde::Serialize;
use steps::Compared;

/// The class of a case by its cost ratio.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CaseClass {
    /// 正常病例
    Normal,
    /// 低倍率病例
    Low,
    /// 高倍率病例
    High,
    /// 未入组病例
    Ungrouped,
    /// 按床日
    PerDiem,
    /// 按病种
    ByDisease,
    /// 按项目
    ByItem,
    /// 按人头
    Capitated,
    /// 按费用计点 (未完成住院等)
    ByCost,
}

impl CaseClass {
    /// All of them, in the order of their positions.
    pub const ALL: [CaseClass; 9] = [
        CaseClass::Normal,
        CaseClass::Low,
        CaseClass::High,
        CaseClass::Ungrouped,
        CaseClass::PerDiem,
        CaseClass::ByDisease,
        CaseClass::ByItem,
        CaseClass::Capitated,
        CaseClass::ByCost,
    ];
    const _IN_ORDER: () = {
        let mut at = 0;
        while at < CaseClass::ALL.len() {
            assert!(
                CaseClass::ALL[at] as usize == at,
                "ALL is in the order of the positions"
            );
            at += 1;
        }
        // The last class; whoever puts one behind it names that here and in ALL.
        assert!(
            CaseClass::ALL.len() == CaseClass::ByCost as usize + 1,
            "ALL has every class"
        );
    };

    /// The word in the outputs.
    #[inline]
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            CaseClass::Normal => "normal",
            CaseClass::Low => "low",
            CaseClass::High => "high",
            CaseClass::Ungrouped => "ungrouped",
            CaseClass::PerDiem => "per-diem",
            CaseClass::ByDisease => "by-disease",
            CaseClass::ByItem => "by-item",
            CaseClass::Capitated => "capitated",
            CaseClass::ByCost => "by-cost",
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

impl CompiledPolicy {
    fn rates(&self, id: GroupId) -> Option<(&CompiledGroup, &Group)> {
        let i = id.0 as usize;
        Some((self.group_rates.get(i)?, self.groups.get(i)?))
    }

    fn hospital_of(&self, case: &Case, rule: Rule) -> Result<&CompiledHospital, TooLarge> {
        self.hospital_rates.get(case.hospital.0 as usize).ok_or(TooLarge(rule))
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
        self.trace_k(rates, case, tracer);
        if let Some(outliers) = &self.outliers {
            return self.points_by_rules(outliers, rates, group, case, tracer);
        }
        if self.has_factor(case) {
            return self.points_with_factor(rates, group, case, tracer);
        }
        let cost = case.medical_cost();
        let class = rates.bounds.class(cost);
        tracer.step(|| self.step_ratio(&plainly(group, cost), ratio_millionths(rates, cost)));
        tracer.step(|| self.step_class(&plainly(group, cost), [None; 2], class));
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
        if case.method == MethodId::BY_GROUP {
            self.class_in_group(case)
        } else {
            self.class_by_method(case)
        }
    }

    #[inline]
    fn class_in_group(&self, case: &Case) -> CaseClass {
        match case.group.and_then(|id| self.rates(id)) {
            Some((rates, group)) => self.class_of(rates, group, case),
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
        if case.method == MethodId::BY_GROUP {
            self.normal_points_in_group(case, class)
        } else {
            self.normal_points_by_method(case, class)
        }
    }

    fn normal_points_in_group(&self, case: &Case, class: CaseClass) -> Option<Points> {
        if !matches!(class, CaseClass::Low | CaseClass::High) {
            return None;
        }
        let (rates, group) = self.rates(case.group?)?;
        let normal = self.points_of_normal(rates, group, case, &mut Silent).ok()?;
        let normal = self.supported(normal, case, &mut Silent);
        normal.ok().map(|normal| normal.points)
    }

    /// The points of a normal case, with its factor where it has one that counts.
    fn points_of_normal(
        &self,
        rates: &CompiledGroup,
        group: &Group,
        case: &Case,
        tracer: &mut impl Tracer,
    ) -> Result<CasePoints, TooLarge> {
        if self.has_factor(case) {
            return self.points_normal_with_factor(rates, group, case, tracer);
        }
        self.points_normal(rates, group, case, tracer)
    }

    // In line, as all that takes a case in the loop: docs/RATIONALE.md, "Putting a case together".
    #[inline(always)]
    fn points_normal(
        &self,
        rates: &CompiledGroup,
        group: &Group,
        case: &Case,
        tracer: &mut impl Tracer,
    ) -> Result<CasePoints, TooLarge> {
        let h = self.hospital_of(case, Rule::PointsNormal)?;
        let points = match (rates.k, rates.base_den) {
            (KOf::Alike, 1) => i64::try_from(rates.base).ok(),
            (KOf::Hospital, 1) => h.one.mul_div(rates.base, h.coefficient.into(), 1, self.mode()),
            (_, base_den) => {
                let (k, one) = self.k_fraction(rates, case).ok_or(TooLarge(Rule::PointsNormal))?;
                // Both at most 10^19, and both factors of the product below 2^64.
                let divisor = one * u128::from(base_den);
                i64::try_from(div_u128(u128::from(rates.base) * u128::from(k), divisor, self.mode())).ok()
            }
        };
        let points = Points(fits(points, Rule::PointsNormal)?);
        tracer.step(|| self.step_normal(group, None, self.k_input(rates, case), points));
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
        tracer.step(|| self.step_low(group, cost, points));
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
        tracer.step(|| self.step_high(&plainly(group, cost), None, points));
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
        tracer.step(|| self.step_ungrouped(cost, points));
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
    #[inline(always)]
    pub fn cost_ratio_millionths(&self, case: &Case) -> Result<Option<i64>, TooLarge> {
        if case.method != MethodId::BY_GROUP {
            let of_group = self.in_group(case)?;
            return of_group.map_or(Ok(None), |case| self.ratio_in_group(&case));
        }
        self.ratio_in_group(case)
    }

    #[inline(always)]
    fn ratio_in_group(&self, case: &Case) -> Result<Option<i64>, TooLarge> {
        let Some((rates, _)) = case.group.and_then(|id| self.rates(id)) else {
            return Ok(None);
        };
        let ratio = match (&self.outliers, self.sub_type(case)) {
            (Some(outliers), _) => self.ratio_by_rules(outliers, rates, case),
            (None, Some(factor)) => factored::ratio_millionths(rates, case.medical_cost(), factor),
            (None, None) => ratio_millionths(rates, case.medical_cost()),
        };
        fits(ratio, Rule::CostRatio).map(Some)
    }

    #[inline]
    pub(crate) fn mode(&self) -> RoundingMode {
        self.policy.rounding.mode
    }
}

#[inline]
fn ratio_millionths(rates: &CompiledGroup, cost: Fen) -> Option<i64> {
    let Factor { num, den } = rates.per_fen;
    den.mul_div(cost.0.unsigned_abs(), num, 1_000_000, RoundingMode::HalfUp)
}

/// A cost held against the mean cost of its group.
fn plainly(group: &Group, cost: Fen) -> Compared<'_> {
    Compared {
        group,
        cost,
        sub_type: None,
        k: None,
    }
}

/// `high_mul` and `high_den` reach 30 digits where the mean cost and the bound have all their decimals.
#[cold]
fn points_high_wide(rates: &CompiledGroup, cost: Fen, mode: RoundingMode) -> Option<i64> {
    let x = BigInt::from(cost.0) * rates.high_mul - rates.high_sub;
    let points = BigRational::new(x * rates.base, rates.high_den.value().into());
    round(&points, 0, mode).to_i64()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example;

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
