//! The points that high outliers may earn beyond normal cases: how many there are, and who gets them.

use super::quota::{Asking, CountedBy, Discharged};
use crate::decimal::rational;
use crate::trace::{cut_to_points, input};
use crate::{CompiledPolicy, Decimal, Fixed, Origin, Points, Rule, Step, TooLarge, Tracer};
use num_bigint::BigInt;
use num_traits::ToPrimitive;

/// What the points for the excess of high outliers came to, for those who share them. Points are in
/// units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExcessUse {
    /// The pool, hospital or level.
    pub whose: String,
    /// The quarter or month; empty for the year.
    pub period: String,
    /// The share of the points, and which of `levels` it is of.
    pub share: Decimal,
    /// Position of the share among `levels`.
    pub level: Option<usize>,
    /// Σ points as priced of all their cases, that it is a share of.
    pub points: i128,
    /// So much may be earned beyond normal cases.
    pub most: i128,
    /// So much all who ask earn beyond them.
    pub asked: i128,
    /// So much those before the case in line got.
    pub before: i128,
    /// So much the case earns beyond a normal one.
    pub excess: i128,
}

impl ExcessUse {
    /// What the case gets of its excess.
    #[must_use]
    pub fn granted(&self) -> i128 {
        self.excess.min(self.most - self.before)
    }

    /// Whether it gets all of it.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.granted() == self.excess
    }

    /// The step that finds how much there is.
    pub(super) fn trace(&self, policy: &CompiledPolicy, tracer: &mut impl Tracer) {
        tracer.step(|| {
            let places = policy.policy().rounding.points;
            let shown = |units| Fixed { units, places }.to_string();
            let key = match self.level {
                Some(at) => format!("high_cap.levels[{at}].excess_share"),
                None => "high_cap.excess_share".to_owned(),
            };
            Step {
                rule: Rule::HighExcessMost,
                inputs: vec![
                    input("excess_share", self.share, Origin::Policy(key)),
                    input("points of all", shown(self.points), Origin::Sum("points_before")),
                ],
                expression: format!("{} × {}", self.share, shown(self.points)),
                rounding: cut_to_points(places),
                result: shown(self.most),
            }
        });
    }
}

impl CompiledPolicy {
    /// Points of a high outlier, as far as what is left for its excess goes; `normal` are those of a
    /// normal case, and `from` is where its own come from.
    pub(super) fn held(
        &self,
        points: Points,
        from: Origin,
        normal: Points,
        of: &ExcessUse,
        tracer: &mut impl Tracer,
    ) -> Result<Points, TooLarge> {
        let held = i64::try_from(i128::from(normal.0) + of.granted());
        let held = Points(held.map_err(|_| TooLarge(Rule::HighExcessHeld))?);
        tracer.step(|| {
            let places = self.policy.rounding.points;
            let shown = |units| Fixed { units, places }.to_string();
            let (points, normal) = (self.show(points), self.show(normal));
            let (most, before) = (shown(of.most), shown(of.before));
            Step {
                rule: Rule::HighExcessHeld,
                expression: format!("{normal} + min({points} − {normal}, {most} − {before})"),
                inputs: vec![
                    input("normal", normal, Origin::Latest("points")),
                    input("points", points, from),
                    input("most", most, Origin::Step(Rule::HighExcessMost)),
                    input("before", before, Origin::Sum("excess_granted")),
                ],
                rounding: None,
                result: self.show(held),
            }
        });
        Ok(held)
    }
}

/// ⟦share × points⟧ down, in units of points.
///
/// ```
/// use dianzhi_core::excess_most;
/// assert_eq!(excess_most("0.05".parse().unwrap(), 1_999), 99);
/// ```
#[must_use]
pub fn excess_most(share: Decimal, points: i128) -> i128 {
    let exact = rational(share) * BigInt::from(points);
    // At most the points themselves, for a share is.
    exact.floor().to_integer().to_i128().unwrap_or(points)
}

/// What everyone in a line is told, in its order: the points there are, and those that are gone before.
pub(super) fn in_turn(
    policy: &CompiledPolicy,
    by: CountedBy,
    (share, level): (Decimal, Option<usize>),
    discharged: Discharged,
    line: &[Asking<'_>],
) -> Vec<ExcessUse> {
    let most = excess_most(share, discharged.points);
    let asked = line.iter().map(|one| one.excess).sum();
    let mut before = 0;
    let told = line.iter().map(|one| {
        let told = ExcessUse {
            whose: one.bucket.name(policy),
            period: one.bucket.period(by),
            share,
            level,
            points: discharged.points,
            most,
            asked,
            before,
            excess: one.excess,
        };
        before += told.granted();
        told
    });
    told.collect()
}
