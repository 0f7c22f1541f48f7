//! A hospital's coefficient, compiled.

use crate::divide::Divisor;
use crate::{Decimal, Hospital, Text};

#[derive(Clone, Debug)]
pub(crate) struct CompiledHospital {
    /// Coefficient × 10^`places`.
    pub(crate) coefficient: u64,
    /// 10^`places`
    pub(crate) one: Divisor,
}

pub(super) fn compile(hospital: &Hospital) -> Result<CompiledHospital, Text> {
    let Hospital {
        coefficient,
        assessment_score,
        ..
    } = hospital;
    if *coefficient <= Decimal::ZERO {
        return Err(Text::new(
            format!("coefficient 为 {coefficient}，应大于 0"),
            format!("coefficient is {coefficient}; it must be above 0"),
        ));
    }
    if *assessment_score < Decimal::ZERO || *assessment_score > Decimal::ONE_HUNDRED {
        return Err(Text::new(
            format!("assessment_score 为 {assessment_score}，应在 0 到 100 之间"),
            format!("assessment_score is {assessment_score}; it must be between 0 and 100"),
        ));
    }
    if let Some(score) = hospital.credit_score
        && (score < Decimal::ZERO || score > Decimal::ONE_HUNDRED)
    {
        return Err(Text::new(
            format!("credit_score 为 {score}，应在 0 到 100 之间"),
            format!("credit_score is {score}; it must be between 0 and 100"),
        ));
    }
    coefficient_of(*coefficient).ok_or_else(|| Text::new("coefficient 位数过多", "coefficient has too many digits"))
}

/// A coefficient above 0; `None` where it has too many digits.
pub(super) fn coefficient_of(k: Decimal) -> Option<CompiledHospital> {
    let plain = k.normalize();
    Some(CompiledHospital {
        coefficient: u64::try_from(plain.mantissa()).ok()?,
        one: Divisor::new(10u64.checked_pow(plain.scale())?.into()),
    })
}

impl CompiledHospital {
    /// The coefficient as it is written.
    pub(crate) fn decimal(&self) -> Decimal {
        // A power of ten of at most 19 zeros.
        Decimal::from_i128_with_scale(self.coefficient.into(), self.one.value().ilog10())
    }
}
