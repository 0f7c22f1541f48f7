//! The fund's due: what the pooled fund owes of a case's payment standard, by the five methods.
//!
//! docs/SETTLEMENT.md §5.4.

use crate::case::{Benefit, Case};
use crate::compiled::{CompiledPolicy, Factor, MethodId};
use crate::divide::POWERS_OF_TEN;
use crate::kernel::steps::cost_input;
use crate::kernel::{FixedShare, ShareOf, fits};
use crate::rounding::{div_u64, div_u128, mul_div_wide};
use crate::trace::input;
use crate::{Fen, Fixed, FundShareMethod, Input, Origin, Rule, Step, TooLarge, Tracer};

/// What [`CompiledPolicy::payment`] finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CasePayment {
    /// Payment standard 支付标准, below 0 only with a penalty.
    pub standard: Fen,
    /// What others than the pooled fund paid.
    pub others: Fen,
    /// What the pooled fund owes; may be negative under `difference`.
    pub due: Fen,
}

impl CompiledPolicy {
    /// What the fund owes for a case of a payment standard (docs/SETTLEMENT.md §5.4).
    ///
    /// # Errors
    /// [`TooLarge`] where it passes an `i64` of fen.
    ///
    /// ```
    /// use dianzhi_core::{example, CompiledPolicy, Fen, Silent};
    /// let policy = CompiledPolicy::new(&example::policy(), &example::groups(), &example::hospitals()).unwrap();
    /// let case = policy.case(Some("ES25"), "H001", "310", Fen(900_000), Fen(600_000)).unwrap();
    /// // difference: 8,000.00 less the 3,000.00 that others paid
    /// assert_eq!(policy.payment(&case, Fen(800_000), &mut Silent).unwrap().due, Fen(500_000));
    /// ```
    #[inline(always)]
    pub fn payment(&self, case: &Case, standard: Fen, tracer: &mut impl Tracer) -> Result<CasePayment, TooLarge> {
        let others = case.others();
        tracer.step(|| Step {
            rule: Rule::Others,
            inputs: vec![cost_input(case.medical_cost()), billed_input(case.fund_billed())],
            expression: format!("{} − {}", case.medical_cost(), case.fund_billed()),
            rounding: None,
            result: others.to_string(),
        });
        if case.method != MethodId::BY_GROUP
            && let Some(share) = self.fixed_share(case)?
        {
            let due = self.due_share(standard, &share, tracer)?;
            return Ok(CasePayment { standard, others, due });
        }
        let due = match self.policy.fund_share.method {
            FundShareMethod::FundPoints => due_fund_points(standard, tracer),
            FundShareMethod::Difference => due_difference(standard, others, tracer)?,
            FundShareMethod::ActualRatio => self.due_actual_ratio(case, standard, tracer)?,
            FundShareMethod::ReimbursementRatio => self.due_reimbursement_ratio(case, standard, tracer)?,
            FundShareMethod::ScaledRatio => self.due_scaled_ratio(case, standard, tracer)?,
        };
        let due = if self.policy.fund_share.floor_at_zero && due.0 < 0 && standard.0 >= 0 {
            tracer.step(|| Step {
                rule: Rule::FloorAtZero,
                inputs: vec![input("due", due, Origin::Latest("due"))],
                expression: format!("max(0, {due})"),
                rounding: None,
                result: Fen(0).to_string(),
            });
            Fen(0)
        } else {
            due
        };
        Ok(CasePayment { standard, others, due })
    }

    /// ⟦B × fund_share⟧m, where the case's method has a share of its own.
    #[inline(never)]
    fn due_share(&self, standard: Fen, share: &FixedShare, tracer: &mut impl Tracer) -> Result<Fen, TooLarge> {
        if let ShareOf::Capitation(_) = share.of {
            tracer.step(|| Step {
                rule: Rule::ByHead,
                inputs: Vec::new(),
                expression: "0".to_owned(),
                rounding: None,
                result: Fen(0).to_string(),
            });
            return Ok(Fen(0));
        }
        let Factor { num, den } = share.factor;
        let due = den.mul_div(standard.0.unsigned_abs(), num, 1, self.mode());
        let due = Fen(fits(due, Rule::DueShare)?);
        tracer.step(|| {
            let (written, origin) = self.share_as_written(share);
            Step {
                rule: Rule::DueShare,
                inputs: vec![standard_input(standard), input("fund_share", written, origin)],
                expression: format!("{standard} × {written}"),
                rounding: self.policy.rounding.to_money(),
                result: due.to_string(),
            }
        });
        Ok(due)
    }

    /// What the patient was charged beyond the patient's share of a fixed price: to be given back.
    /// `None` where nothing fixes what the patient pays.
    ///
    /// # Errors
    /// [`TooLarge`] where an id is not of this policy.
    pub fn patient_over(&self, case: &Case, payment: &CasePayment) -> Result<Option<Fen>, TooLarge> {
        match self.fixed_share(case)? {
            Some(FixedShare {
                of: ShareOf::Price(_), ..
            }) => {
                // All three are below 2^62.
                let share = payment.standard.0 - payment.due.0;
                Ok(Some(Fen((payment.others.0 - share).max(0))))
            }
            _ => Ok(None),
        }
    }

    /// The step of [`CompiledPolicy::patient_over`], where something is to be given back.
    ///
    /// # Errors
    /// As there.
    pub fn trace_patient_over(
        &self,
        case: &Case,
        payment: &CasePayment,
        tracer: &mut impl Tracer,
    ) -> Result<(), TooLarge> {
        if let Some(over) = self.patient_over(case, payment)? {
            let (cost, billed, due) = (case.medical_cost(), case.fund_billed(), payment.due);
            tracer.step(|| Step {
                rule: Rule::PatientOver,
                inputs: vec![
                    cost_input(cost),
                    billed_input(billed),
                    standard_input(payment.standard),
                    input("due", due, Origin::Latest("due")),
                ],
                expression: format!("max(0, ({cost} − {billed}) − ({} − {due}))", payment.standard),
                rounding: None,
                result: over.to_string(),
            });
        }
        Ok(())
    }

    #[inline]
    fn due_actual_ratio(&self, case: &Case, standard: Fen, tracer: &mut impl Tracer) -> Result<Fen, TooLarge> {
        let (b, billed, cost) = (
            standard.0.unsigned_abs(),
            case.fund_billed().0.unsigned_abs(),
            case.medical_cost().0.unsigned_abs(),
        );
        let due = match b.checked_mul(billed) {
            Some(product) => div_u64(product, cost, self.mode()).into(),
            None => div_u128(u128::from(b) * u128::from(billed), cost.into(), self.mode()),
        };
        let due = Fen(fits(i64::try_from(due).ok(), Rule::DueActualRatio)?).with_sign_of(standard.0);
        tracer.step(|| Step {
            rule: Rule::DueActualRatio,
            inputs: vec![
                standard_input(standard),
                billed_input(case.fund_billed()),
                cost_input(case.medical_cost()),
            ],
            expression: format!("{standard} × {} ÷ {}", case.fund_billed(), case.medical_cost()),
            rounding: self.policy.rounding.to_money(),
            result: due.to_string(),
        });
        Ok(due)
    }

    #[inline]
    fn due_reimbursement_ratio(&self, case: &Case, standard: Fen, tracer: &mut impl Tracer) -> Result<Fen, TooLarge> {
        let benefit = &case.benefit;
        let rule = Rule::DueReimbursementRatio;
        if standard.0 < 0 {
            return self.due_taken_back(benefit, standard, tracer);
        }
        let eligible = fits(standard.0.checked_sub(benefit.patient_items.0), rule)?;
        let one = POWERS_OF_TEN
            .get(usize::from(benefit.ratio_places))
            .ok_or(TooLarge(rule))?;
        let due = match u64::try_from(eligible) {
            Ok(eligible) => one.mul_div(eligible, benefit.ratio.into(), 1, self.mode()),
            Err(_) => Some(0),
        };
        let due = Fen(fits(due, rule)?);
        tracer.step(|| {
            let ratio = ratio_input(benefit);
            Step {
                rule,
                expression: format!("max(0, ({standard} − {}) × {})", benefit.patient_items, ratio.value),
                inputs: vec![standard_input(standard), items_input(benefit), ratio],
                rounding: self.policy.rounding.to_money(),
                result: due.to_string(),
            }
        });
        Ok(due)
    }

    fn due_scaled_ratio(&self, case: &Case, standard: Fen, tracer: &mut impl Tracer) -> Result<Fen, TooLarge> {
        let (benefit, cost) = (&case.benefit, case.medical_cost());
        let rule = Rule::DueScaledRatio;
        if standard.0 < 0 {
            return self.due_taken_back(benefit, standard, tracer);
        }
        let one = POWERS_OF_TEN
            .get(usize::from(benefit.ratio_places))
            .ok_or(TooLarge(rule))?;
        // Neither passes an `i64`, so the difference fits; above the whole bill it leaves nothing.
        let eligible = u64::try_from(cost.0 - benefit.patient_items.0).unwrap_or(0);
        let by = one.value() * u128::from(cost.0.unsigned_abs());
        let (b, ratio) = (standard.0.unsigned_abs(), u128::from(benefit.ratio));
        let product = u128::from(b).checked_mul(eligible.into());
        let due = match product.and_then(|product| product.checked_mul(ratio)) {
            Some(product) => i64::try_from(div_u128(product, by, self.mode())).ok(),
            None => mul_div_wide(b, eligible.into(), ratio, by, self.mode()),
        };
        let due = Fen(fits(due, rule)?);
        tracer.step(|| {
            let (items, ratio) = (benefit.patient_items, ratio_input(benefit));
            Step {
                rule,
                expression: format!("max(0, {standard} × ({cost} − {items}) ÷ {cost} × {})", ratio.value),
                inputs: vec![standard_input(standard), cost_input(cost), items_input(benefit), ratio],
                rounding: self.policy.rounding.to_money(),
                result: due.to_string(),
            }
        });
        Ok(due)
    }
}

fn items_input(benefit: &Benefit) -> Input {
    input(
        "own + overlimit + preselfpay + deductible",
        benefit.patient_items,
        Origin::Claim("fulamt_ownpay_amt + overlmt_selfpay + preselfpay_amt + act_pay_dedc"),
    )
}

fn ratio_input(benefit: &Benefit) -> Input {
    let ratio = Fixed {
        units: benefit.ratio.into(),
        places: benefit.ratio_places.into(),
    };
    input("ratio", ratio, Origin::Claim("pool_prop_selfpay"))
}

impl CompiledPolicy {
    /// −⟦|B| × ratio⟧m: of what a penalty takes away nothing is the patient's.
    #[cold]
    fn due_taken_back(&self, benefit: &Benefit, standard: Fen, tracer: &mut impl Tracer) -> Result<Fen, TooLarge> {
        let rule = Rule::DueTakenBack;
        let one = POWERS_OF_TEN
            .get(usize::from(benefit.ratio_places))
            .ok_or(TooLarge(rule))?;
        let due = one.mul_div(standard.0.unsigned_abs(), benefit.ratio.into(), 1, self.mode());
        let due = Fen(fits(due, rule)?).with_sign_of(standard.0);
        tracer.step(|| {
            let ratio = ratio_input(benefit);
            Step {
                rule,
                expression: format!("{standard} × {}", ratio.value),
                inputs: vec![standard_input(standard), ratio],
                rounding: self.policy.rounding.to_money(),
                result: due.to_string(),
            }
        });
        Ok(due)
    }
}

fn due_fund_points(standard: Fen, tracer: &mut impl Tracer) -> Fen {
    tracer.step(|| Step {
        rule: Rule::DueFundPoints,
        inputs: vec![standard_input(standard)],
        expression: standard.to_string(),
        rounding: None,
        result: standard.to_string(),
    });
    standard
}

#[inline]
fn due_difference(standard: Fen, others: Fen, tracer: &mut impl Tracer) -> Result<Fen, TooLarge> {
    let due = Fen(fits(standard.0.checked_sub(others.0), Rule::DueDifference)?);
    tracer.step(|| Step {
        rule: Rule::DueDifference,
        inputs: vec![standard_input(standard), input("O", others, Origin::Step(Rule::Others))],
        expression: format!("{standard} − {others}"),
        rounding: None,
        result: due.to_string(),
    });
    Ok(due)
}

fn billed_input(billed: Fen) -> crate::Input {
    input("hifp", billed, Origin::Claim("hifp_pay"))
}

fn standard_input(standard: Fen) -> crate::Input {
    input("B", standard, Origin::Latest("B"))
}
