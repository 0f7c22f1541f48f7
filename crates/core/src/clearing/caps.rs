//! Institution caps 机构总额控制: what a hospital's clearing compares its booked cost with.

use super::measure::Measure;
use super::{Rules, assessed_share, assessment_inputs, fen, score_of, whole};
use crate::compiled::{CompiledPolicy, HospitalId, PoolId};
use crate::rounding::round;
use crate::trace::input;
use crate::{
    CapitationAccount, Compare, CompileAt, CompileError, FenSum, Hospital, HospitalYear, Origin, Rule, Step, Text,
    TooLarge, Tracer,
};
use std::collections::BTreeMap;

/// A hospital's cap 机构总额控制指标 in one pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InstitutionCap {
    /// The pool.
    pub pool: PoolId,
    /// The hospital.
    pub hospital: HospitalId,
    /// The year's cap, 0 or more.
    pub cap: FenSum,
}

/// The caps of a policy.
pub(crate) type Caps = BTreeMap<(PoolId, HospitalId), FenSum>;

/// Why the hospitals of a pool cannot be cleared.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClearingError {
    /// A figure does not fit.
    #[error(transparent)]
    TooLarge(#[from] TooLarge),
    /// The pool compares with institution caps, and some hospitals have none.
    #[error("pool {pool}: to be cleared and without an institution cap ({}): {}", hospitals.len(), hospitals.join(", "))]
    NoCap {
        /// The pool's id.
        pool: String,
        /// The hospitals' codes, in byte order.
        hospitals: Vec<String>,
    },
}

impl ClearingError {
    /// The message in both languages.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            ClearingError::TooLarge(too_large) => too_large.text(),
            ClearingError::NoCap { pool, hospitals } => Text::new(
                format!(
                    "资金池 {pool} 有 {} 家机构要清算，而没有总额控制指标：{}",
                    hospitals.len(),
                    hospitals.join("、")
                ),
                self.to_string(),
            ),
        }
    }
}

impl CompiledPolicy {
    /// The same policy with the year's institution caps, in place of any it had.
    ///
    /// # Errors
    /// A pool or hospital that this policy does not have, two caps of one hospital in one pool, or
    /// a cap below 0.
    ///
    /// ```
    /// use dianzhi_core::{example, CompiledPolicy, FenSum, HospitalId, InstitutionCap, PoolId};
    /// let policy = CompiledPolicy::new(&example::policy(), &example::groups(), &example::hospitals()).unwrap();
    /// let cap = InstitutionCap { pool: PoolId(0), hospital: HospitalId(1), cap: FenSum(900_000) };
    /// assert!(policy.clone().with_caps(&[cap]).is_ok());
    /// assert!(policy.with_caps(&[cap, cap]).is_err());
    /// ```
    pub fn with_caps(mut self, caps: &[InstitutionCap]) -> Result<CompiledPolicy, CompileError> {
        self.caps = Caps::new();
        for (i, row) in caps.iter().enumerate() {
            let wrong = |zh: &str, en: &str| CompileError {
                at: CompileAt::Cap(i),
                text: Text::new(zh, en),
            };
            let is_known =
                usize::from(row.pool.0) < self.policy.pools.len() && (row.hospital.0 as usize) < self.hospitals.len();
            if !is_known {
                return Err(wrong(
                    "总额控制指标的资金池或机构不在本政策中",
                    "a cap names a pool or hospital that this policy does not have",
                ));
            }
            if row.cap.0 < 0 {
                return Err(wrong("总额控制指标小于 0", "a cap is below 0"));
            }
            if self.caps.insert((row.pool, row.hospital), row.cap).is_some() {
                return Err(wrong(
                    "同一机构在同一资金池有两个总额控制指标",
                    "a hospital has two caps in one pool",
                ));
            }
        }
        Ok(self)
    }

    /// The cap of a hospital in a pool, where there is one.
    #[must_use]
    pub fn cap(&self, pool: PoolId, hospital: HospitalId) -> Option<FenSum> {
        self.caps.get(&(pool, hospital)).copied()
    }
}

impl Rules<'_> {
    /// F and S: S is Σ due, the cap, or the lower of both, as `compare` says.
    pub(super) fn measure(&self, year: &HospitalYear, tracer: &mut impl Tracer) -> Result<Measure, ClearingError> {
        let (due, from, capitation) = self.due(year, tracer);
        let booked = year.totals.fund_billed;
        let cap = self.policy.cap(self.pool, year.hospital);
        let (cap, from_cap) = match (self.rules.compare, cap) {
            (Compare::Due, _) | (_, None) => (cap, Origin::Cap("cap")),
            (_, Some(cap)) => {
                let (cap, from) = self.assessed_cap(year.hospital, cap, tracer)?;
                (Some(cap), from)
            }
        };
        let against = match (self.rules.compare, cap) {
            (Compare::Due, _) => {
                return Ok(Measure {
                    booked,
                    due,
                    from,
                    cap,
                    capitation,
                });
            }
            (Compare::InstitutionCap, None) => return Err(self.no_cap(&[year.hospital])),
            (Compare::InstitutionCap, Some(cap)) => cap.0,
            (Compare::Lower, cap) => cap.map_or(due, |cap| cap.0.min(due)),
        };
        tracer.step(|| {
            let mut inputs = Vec::new();
            if self.rules.compare == Compare::Lower {
                inputs.push(input("Σdue", FenSum(due), from.clone()));
            }
            inputs.extend(cap.map(|cap| input("cap", cap, from_cap.clone())));
            let expression = match (self.rules.compare, cap) {
                (Compare::Lower, Some(cap)) => format!("min({}, {cap})", FenSum(due)),
                _ => FenSum(against).to_string(),
            };
            Step {
                rule: Rule::Compared,
                inputs,
                expression,
                rounding: None,
                result: FenSum(against).to_string(),
            }
        });
        Ok(Measure {
            booked,
            due: against,
            from: Origin::Step(Rule::Compared),
            cap,
            capitation,
        })
    }

    /// ⟦cap × q⟧m where caps go by assessment, and where the cap comes from.
    fn assessed_cap(
        &self,
        hospital: HospitalId,
        cap: FenSum,
        tracer: &mut impl Tracer,
    ) -> Result<(FenSum, Origin), TooLarge> {
        let known = self.policy.hospitals.get(hospital.0 as usize);
        let Some((assessment, hospital)) = self.rules.cap_assessment.as_ref().zip(known) else {
            return Ok((cap, Origin::Cap("cap")));
        };
        let step = Rule::CapAssessed;
        let (score, from) = score_of(assessment, hospital);
        let (q, written) = assessed_share(assessment, score);
        let assessed = FenSum(fen(&round(&(whole(cap.0) * q), 0, self.mode()), step)?);
        tracer.step(|| Step {
            rule: step,
            inputs: std::iter::once(input("cap", cap, Origin::Cap("cap")))
                .chain(assessment_inputs(
                    &format!("{}.cap_assessment", self.section),
                    assessment,
                    (score, from),
                ))
                .collect(),
            expression: format!("{cap} × ({written})"),
            rounding: self.policy.policy.rounding.to_money(),
            result: assessed.to_string(),
        });
        Ok((assessed, Origin::Step(step)))
    }

    /// What a hospital is due of its cases and by head, where that comes from, and the latter.
    fn due(&self, year: &HospitalYear, tracer: &mut impl Tracer) -> (i128, Origin, FenSum) {
        let cases = year.totals.due;
        let is_paid_by_head = |account: &CapitationAccount| account.hospital == year.hospital;
        if !self.policy.of_pool(self.pool).any(is_paid_by_head) {
            return (cases, Origin::Sum("due"), FenSum(0));
        }
        let capitation = self.policy.capitation(self.pool, year.hospital, tracer);
        let due = cases + capitation.0;
        tracer.step(|| Step {
            rule: Rule::DueWithCapitation,
            inputs: vec![
                input("Σdue", FenSum(cases), Origin::Sum("due")),
                input("Σ(first + returned)", capitation, Origin::Sum("first + returned")),
            ],
            expression: format!("{} + {capitation}", FenSum(cases)),
            rounding: None,
            result: FenSum(due).to_string(),
        });
        (due, Origin::Step(Rule::DueWithCapitation), capitation)
    }

    /// Whether every hospital has what it is compared with; all that lack it are named at once.
    pub(super) fn have_caps(&self, years: &[(&Hospital, &HospitalYear)]) -> Result<(), ClearingError> {
        let has_none = |hospital: &HospitalId| self.policy.cap(self.pool, *hospital).is_none();
        let all = years.iter().map(|(_, year)| year.hospital);
        let without: Vec<HospitalId> = all.filter(has_none).collect();
        if self.rules.compare == Compare::InstitutionCap && !without.is_empty() {
            return Err(self.no_cap(&without));
        }
        Ok(())
    }

    fn no_cap(&self, hospitals: &[HospitalId]) -> ClearingError {
        let pools = &self.policy.policy.pools;
        let known = hospitals
            .iter()
            .filter_map(|id| self.policy.hospitals.get(id.0 as usize));
        ClearingError::NoCap {
            pool: pools
                .get(usize::from(self.pool.0))
                .map_or_else(String::new, |pool| pool.id.clone()),
            hospitals: known.map(|hospital| hospital.code.clone()).collect(),
        }
    }
}
