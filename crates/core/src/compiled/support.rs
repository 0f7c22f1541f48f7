//! `[support]` compiled: one factor for every hospital.

use super::coefficients::{combined, written};
use super::hospital::coefficient_of;
use super::{CompileAt, CompileError, CompiledHospital, HospitalId};
use crate::decimal::rational;
use crate::{Bonus, Decimal, Hospital, ScoreBy, Support, Text};
use num_rational::BigRational;
use num_traits::{One, Zero};

/// The factors of a policy with `[support]`.
#[derive(Clone, Debug)]
pub(crate) struct CompiledSupport {
    pub(crate) rules: Support,
    /// (1 + s) × a, by hospital.
    factors: Vec<CompiledHospital>,
    /// The rows that are support, each with its position in the bonuses table.
    pub(crate) rows: Vec<(usize, Bonus)>,
}

impl CompiledSupport {
    pub(super) fn new(
        rules: &Support,
        rows: Vec<(usize, Bonus)>,
        hospitals: &[Hospital],
    ) -> Result<CompiledSupport, CompileError> {
        let factors = hospitals.iter().enumerate();
        let factors = factors
            .map(|(at, hospital)| compile(rules, &rows, at, hospital))
            .collect::<Result<_, _>>()?;
        Ok(CompiledSupport {
            rules: rules.clone(),
            factors,
            rows,
        })
    }

    #[inline]
    pub(crate) fn of(&self, hospital: HospitalId) -> Option<&CompiledHospital> {
        self.factors.get(hospital.0 as usize)
    }
}

/// s of a hospital.
pub(crate) fn support(rules: &Support, rows: &[(usize, Bonus)], hospital: &str) -> BigRational {
    let Some(rules) = &rules.bonuses else {
        return BigRational::zero();
    };
    let own = rows.iter().filter(|(_, row)| row.hospital == hospital);
    combined(own.map(|(_, row)| row.bonus), rules.combine, rules.at_most)
}

/// The score of a hospital that its coefficient goes by.
pub(crate) fn score(by: ScoreBy, hospital: &Hospital) -> Decimal {
    match by {
        ScoreBy::AssessmentScore => hospital.assessment_score,
        // Where the policy goes by credit every hospital has one.
        ScoreBy::CreditScore => hospital.credit_score.unwrap_or_default(),
    }
}

fn compile(
    rules: &Support,
    rows: &[(usize, Bonus)],
    at: usize,
    hospital: &Hospital,
) -> Result<CompiledHospital, CompileError> {
    let step = rules.assessment.as_ref().and_then(|assessment| {
        let (_, step) = assessment.step(score(assessment.by, hospital))?;
        Some(rational(step.coefficient))
    });
    let factor = (BigRational::one() + support(rules, rows, &hospital.code)) * step.unwrap_or_else(BigRational::one);
    let code = &hospital.code;
    if factor <= BigRational::zero() {
        let shown = written(&factor).unwrap_or_default();
        return Err(CompileError::new(
            CompileAt::Hospital(at),
            Text::new(
                format!("机构 {code} 的扶持与考核系数得 {shown}，应大于 0"),
                format!("support and assessment of hospital {code} come to {shown}; they must come to more than 0"),
            ),
        ));
    }
    written(&factor).and_then(coefficient_of).ok_or_else(|| {
        CompileError::new(
            CompileAt::Hospital(at),
            Text::new(
                format!("机构 {code} 的扶持与考核系数位数过多：减少加成表或考核分档的小数位"),
                format!("support and assessment of hospital {code} have too many digits: write fewer decimals in the bonuses or the steps"),
            ),
        )
    })
}
