//! Bonuses for the case mix 机构系数的 CMI 加成: what a hospital has on top of its basic coefficient by the step
//! that its CMI reaches (RULES §1.5).

use crate::{CaseMix, CmiPlan, CmiYears, Combine, History, Plan};
use dianzhi_core::{Decimal, rational};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::Zero;

/// The CMI that is held against the steps, and what it gives.
#[derive(Clone, Debug, PartialEq)]
pub struct CmiFigure {
    /// Position of the hospital.
    pub hospital: usize,
    /// Cases of groups that have a weight, in the years that count.
    pub cases: u64,
    /// CMI over these years; `None` without such cases.
    pub cmi: Option<BigRational>,
    /// What follows.
    pub bonus: CmiBonus,
}

/// What follows from a hospital's CMI.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CmiBonus {
    /// It reaches this step.
    Step(usize),
    /// It reaches none: no bonus.
    None,
    /// Too few cases: the present bonus stays.
    Present,
}

impl CmiFigure {
    /// The bonus of its step.
    #[must_use]
    pub fn step_bonus(&self, plan: &CmiPlan) -> Option<Decimal> {
        match self.bonus {
            CmiBonus::Step(at) => plan.steps.get(at).map(|step| step.bonus),
            CmiBonus::None | CmiBonus::Present => None,
        }
    }
}

/// Every hospital of the history, in its order; nothing where no bonuses are asked for.
pub(crate) fn figures(history: &History, plan: &Plan, case_mix: &[CaseMix]) -> Vec<CmiFigure> {
    let Some((coefficients, cmi)) = plan
        .coefficients
        .as_ref()
        .and_then(|all| Some((all, all.cmi.as_ref()?)))
    else {
        return Vec::new();
    };
    let counts = |row: &&CaseMix| match cmi.years {
        CmiYears::All => true,
        CmiYears::Latest => row.year + 1 == history.years,
    };
    let of_hospital = |hospital: usize| {
        let rows: Vec<&CaseMix> = case_mix
            .iter()
            .filter(|row| row.hospital == Some(hospital))
            .filter(counts)
            .collect();
        let cases = rows.iter().map(|row| row.weighted).sum();
        let found = combined(&rows, plan);
        let bonus = match &found {
            Some(found) if cases >= coefficients.cases_min => {
                let reached = cmi.steps.iter().rposition(|step| *found >= rational(step.from));
                reached.map_or(CmiBonus::None, CmiBonus::Step)
            }
            _ => CmiBonus::Present,
        };
        CmiFigure {
            hospital,
            cases,
            cmi: found,
            bonus,
        }
    };
    (0..history.hospitals.len()).map(of_hospital).collect()
}

/// Σ w·CMI ÷ Σ w, or Σ w·weight ÷ Σ w·cases, over the years that have cases; `None` where none has.
fn combined(rows: &[&CaseMix], plan: &Plan) -> Option<BigRational> {
    let (mut above, mut below) = (BigRational::zero(), BigInt::zero());
    for row in rows {
        let Some(cmi) = row.exact_cmi(plan) else { continue };
        let weight = BigInt::from(plan.years[row.year]);
        let weight = match plan.combine {
            Combine::Means => weight,
            Combine::Cases => weight * row.weighted,
        };
        above += cmi * &weight;
        below += weight;
    }
    (!below.is_zero()).then(|| above / below)
}
