//! What a hospital's clearing measures: booked F against S.

use super::{Rules, fen, whole};
use crate::rounding::round;
use crate::trace::{input, to_ratio};
use crate::{FenSum, Fixed, Input, Origin, RoundingMode, Rule, Step, TooLarge, Tracer};
use num_rational::BigRational;

/// F and S of a hospital, in fen.
#[derive(Clone)]
pub(super) struct Measure {
    /// F: what the fund booked.
    pub(super) booked: i128,
    /// S: what it is compared with and paid from.
    pub(super) due: i128,
    /// Where S comes from.
    pub(super) from: Origin,
    /// The hospital's cap, by assessment where the policy says so.
    pub(super) cap: Option<FenSum>,
    /// What is due by head.
    pub(super) capitation: FenSum,
}

impl Measure {
    pub(super) fn booked(&self) -> BigRational {
        whole(self.booked)
    }

    pub(super) fn due(&self) -> BigRational {
        whole(self.due)
    }

    pub(super) fn surplus(&self) -> BigRational {
        whole(self.due - self.booked)
    }

    pub(super) fn inputs(&self) -> Vec<Input> {
        vec![input("F", FenSum(self.booked), Origin::Sum("hifp_pay")), self.input()]
    }

    /// S.
    pub(super) fn input(&self) -> Input {
        input("S", FenSum(self.due), self.from.clone())
    }
}

impl Rules<'_> {
    /// r = F ÷ S in millionths; `None` where S ≤ 0.
    pub(super) fn ratio(&self, of: &Measure, tracer: &mut impl Tracer) -> Result<Option<i128>, TooLarge> {
        if of.due <= 0 {
            return Ok(None);
        }
        let ratio = BigRational::new(of.booked.into(), of.due.into());
        let units = fen(&round(&ratio, 6, RoundingMode::HalfUp), Rule::ClearingRatio)?;
        tracer.step(|| Step {
            rule: Rule::ClearingRatio,
            inputs: of.inputs(),
            expression: format!("{} ÷ {}", FenSum(of.booked), FenSum(of.due)),
            rounding: to_ratio(),
            result: Fixed { units, places: 6 }.to_string(),
        });
        Ok(Some(units))
    }
}
