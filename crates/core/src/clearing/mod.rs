//! The yearly clearing 年终清算 of the hospitals of one pool (docs/SETTLEMENT.md §5.5):
//! surplus retention 结余留用, overspend sharing 超支分担, quality deposit 质量保证金.

mod account;
mod sharing;

pub use account::{Band, HospitalStatement, HospitalYear, PoolAccount};

use crate::compiled::{CompiledPolicy, PoolId};
use crate::decimal::rational;
use crate::pool::{PoolPrice, Totals};
use crate::rounding::round;
use crate::trace::{input, to_ratio};
use crate::{Decimal, FenSum, Fixed, Hospital, Origin, RoundingMode, Rule, Step, TooLarge, Tracer};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{ToPrimitive, Zero};
use sharing::{Compensated, share_reserve};

fn whole(fen: i128) -> BigRational {
    BigRational::from_integer(fen.into())
}

fn fen(value: &BigInt, rule: Rule) -> Result<i128, TooLarge> {
    // Half of the range, so that the few sums over hospitals cannot wrap either.
    value
        .to_i128()
        .filter(|fen| fen.unsigned_abs() < 1 << 110)
        .ok_or(TooLarge(rule))
}

impl CompiledPolicy {
    /// Clears the hospitals of a pool. `hospitals` may come in any order; the statements come by
    /// code in byte order. `totals` are the pool's own sums, dues included.
    ///
    /// # Errors
    /// [`TooLarge`] where an amount does not fit.
    ///
    /// ```
    /// use dianzhi_core::{example, Band, CompiledPolicy, FenSum, HospitalId, HospitalYear, PoolId, Silent, Totals};
    /// let policy = CompiledPolicy::new(&example::policy(), &example::groups(), &example::hospitals()).unwrap();
    /// // booked 9,000.00, due 10,000.00: the whole surplus stays with the hospital
    /// let totals = Totals { cases: 1, points: 1_000_000, medical_cost: 1_200_000, fund_billed: 900_000, due: 1_000_000, ..Totals::default() };
    /// let year = HospitalYear { hospital: HospitalId(0), totals, prepaid: FenSum(800_000) };
    /// let price = policy.pool_price(PoolId(0), &totals, &mut Silent).unwrap();
    /// let account = policy.clear(PoolId(0), price, totals, &[year], &mut Silent).unwrap();
    /// let statement = &account.statements[0];
    /// assert_eq!((statement.band, statement.cleared), (Band::Surplus, FenSum(1_000_000)));
    /// assert_eq!(statement.final_payment, FenSum(200_000));
    /// ```
    pub fn clear(
        &self,
        pool: PoolId,
        price: PoolPrice,
        totals: Totals,
        hospitals: &[HospitalYear],
        tracer: &mut impl Tracer,
    ) -> Result<PoolAccount, TooLarge> {
        let mut years: Vec<(&Hospital, &HospitalYear)> = hospitals
            .iter()
            .filter_map(|year| Some((self.hospitals.get(year.hospital.0 as usize)?, year)))
            .collect();
        years.sort_by(|a, b| a.0.code.as_bytes().cmp(b.0.code.as_bytes()));

        let mut claims = Vec::with_capacity(years.len());
        for (_, year) in &years {
            tracer.about(year.hospital);
            let ratio_millionths = self.clearing_ratio(year, tracer)?;
            let band = self.band(year);
            let raw = if band == Band::Overspend {
                self.compensation(year, tracer)?
            } else {
                0
            };
            claims.push(Compensated {
                hospital: year.hospital,
                ratio_millionths,
                band,
                raw,
            });
        }
        let granted = share_reserve(price.reserve.0, &claims, tracer)?;

        let mut statements = Vec::with_capacity(years.len());
        for (((hospital, year), claim), compensation) in years.iter().zip(&claims).zip(granted) {
            statements.push(self.statement(hospital, year, claim, compensation, tracer)?);
        }
        let sum = |of: fn(&HospitalStatement) -> i128| statements.iter().map(of).sum::<i128>();
        let held = sum(|s| s.cleared.0 - s.deposit.0 + s.deposit_returned.0);
        Ok(PoolAccount {
            pool,
            totals,
            remainder: FenSum(price.distributable.0 - totals.due),
            compensation: FenSum(sum(|s| s.compensation.0)),
            cleared: FenSum(sum(|s| s.cleared.0)),
            left_in_fund: FenSum(price.budget.0 - held),
            price,
            statements,
        })
    }

    fn band(&self, year: &HospitalYear) -> Band {
        let (due, booked) = (year.totals.due, year.totals.fund_billed);
        if due <= 0 {
            Band::None
        } else if whole(booked) < rational(self.policy.clearing.surplus_floor) * whole(due) {
            Band::UnderFloor
        } else if booked <= due {
            Band::Surplus
        } else {
            Band::Overspend
        }
    }

    /// 合理超支分担: the fund's share of what is booked above the due, band by band.
    fn compensation(&self, year: &HospitalYear, tracer: &mut impl Tracer) -> Result<i128, TooLarge> {
        let (due, booked) = (whole(year.totals.due), whole(year.totals.fund_billed));
        let mut from = Decimal::ONE;
        let mut sum = BigRational::zero();
        for band in &self.policy.clearing.overspend {
            let top = (rational(band.up_to) * &due).min(booked.clone());
            let part = (top - rational(from) * &due).max(BigRational::zero());
            sum += rational(band.fund_share) * part;
            from = band.up_to;
        }
        let c = fen(&round(&sum, 0, self.policy.rounding.mode), Rule::Compensation)?;
        tracer.step(|| self.step_compensation(year, c));
        Ok(c)
    }

    fn statement(
        &self,
        hospital: &Hospital,
        year: &HospitalYear,
        claim: &Compensated,
        compensation: i128,
        tracer: &mut impl Tracer,
    ) -> Result<HospitalStatement, TooLarge> {
        tracer.about(year.hospital);
        let cleared = self.cleared(year, claim.band, compensation, tracer)?;
        let (deposit, deposit_returned) = self.deposit(hospital, cleared, tracer)?;
        let prepaid = year.prepaid;
        let final_payment = FenSum(cleared - deposit + deposit_returned - prepaid.0);
        tracer.step(|| Step {
            rule: Rule::FinalPayment,
            inputs: vec![
                input("cleared", FenSum(cleared), Origin::Latest("cleared")),
                input("deposit", FenSum(deposit), Origin::Step(Rule::Deposit)),
                input(
                    "returned",
                    FenSum(deposit_returned),
                    Origin::Step(Rule::DepositReturned),
                ),
                input("prepaid", prepaid, Origin::Prepayment("prepaid")),
            ],
            expression: format!(
                "{} − {} + {} − {prepaid}",
                FenSum(cleared),
                FenSum(deposit),
                FenSum(deposit_returned)
            ),
            rounding: None,
            result: final_payment.to_string(),
        });
        Ok(HospitalStatement {
            hospital: year.hospital,
            totals: year.totals,
            ratio_millionths: claim.ratio_millionths,
            band: claim.band,
            compensation: FenSum(compensation),
            cleared: FenSum(cleared),
            deposit: FenSum(deposit),
            deposit_returned: FenSum(deposit_returned),
            prepaid,
            final_payment,
        })
    }

    fn clearing_ratio(&self, year: &HospitalYear, tracer: &mut impl Tracer) -> Result<Option<i128>, TooLarge> {
        let (due, booked) = (year.totals.due, year.totals.fund_billed);
        if due <= 0 {
            return Ok(None);
        }
        let ratio = round(&BigRational::new(booked.into(), due.into()), 6, RoundingMode::HalfUp);
        let units = fen(&ratio, Rule::ClearingRatio)?;
        tracer.step(|| Step {
            rule: Rule::ClearingRatio,
            inputs: booked_and_due(year),
            expression: format!("{} ÷ {}", FenSum(booked), FenSum(due)),
            rounding: to_ratio(),
            result: Fixed { units, places: 6 }.to_string(),
        });
        Ok(Some(units))
    }

    fn cleared(
        &self,
        year: &HospitalYear,
        band: Band,
        compensation: i128,
        tracer: &mut impl Tracer,
    ) -> Result<i128, TooLarge> {
        let (due, booked) = (year.totals.due, year.totals.fund_billed);
        let (rule, cleared, expression) = match band {
            Band::None => (Rule::ClearedNone, due, FenSum(due).to_string()),
            Band::UnderFloor => (Rule::ClearedUnderFloor, booked, FenSum(booked).to_string()),
            Band::Surplus => {
                let kept = self.surplus_kept(year, tracer)?;
                let expression = format!("{} + {}", FenSum(booked), FenSum(kept));
                (Rule::ClearedSurplus, booked + kept, expression)
            }
            Band::Overspend => {
                let expression = format!("{} + {}", FenSum(due), FenSum(compensation));
                (Rule::ClearedOverspend, due + compensation, expression)
            }
        };
        tracer.step(|| {
            let mut inputs = booked_and_due(year);
            match band {
                Band::Surplus => {
                    inputs.push(input("kept", FenSum(cleared - booked), Origin::Step(Rule::SurplusKept)));
                }
                Band::Overspend => {
                    inputs.push(input("c", FenSum(compensation), Origin::Latest("c")));
                }
                Band::UnderFloor => inputs.push(input(
                    "surplus_floor",
                    self.policy.clearing.surplus_floor,
                    Origin::Policy("clearing.surplus_floor".to_owned()),
                )),
                Band::None => {}
            }
            Step {
                rule,
                inputs,
                expression,
                rounding: None,
                result: FenSum(cleared).to_string(),
            }
        });
        Ok(cleared)
    }

    /// 结余留用: the hospital's part of its surplus. A step of its own: rounded half-even, the sum
    /// F + part could go the other way at a tie.
    fn surplus_kept(&self, year: &HospitalYear, tracer: &mut impl Tracer) -> Result<i128, TooLarge> {
        let (due, booked) = (year.totals.due, year.totals.fund_billed);
        let keep = self.policy.clearing.surplus_keep;
        let kept = round(&(rational(keep) * whole(due - booked)), 0, self.policy.rounding.mode);
        let kept = fen(&kept, Rule::SurplusKept)?;
        tracer.step(|| {
            let mut inputs = booked_and_due(year);
            inputs.push(input(
                "surplus_keep",
                keep,
                Origin::Policy("clearing.surplus_keep".to_owned()),
            ));
            Step {
                rule: Rule::SurplusKept,
                inputs,
                expression: format!("{keep} × ({} − {})", FenSum(due), FenSum(booked)),
                rounding: self.policy.rounding.to_money(),
                result: FenSum(kept).to_string(),
            }
        });
        Ok(kept)
    }

    /// Deposit held back, and the part of it that the assessment returns.
    fn deposit(&self, hospital: &Hospital, cleared: i128, tracer: &mut impl Tracer) -> Result<(i128, i128), TooLarge> {
        let clearing = &self.policy.clearing;
        let mode = self.policy.rounding.mode;
        let held = rational(clearing.quality_deposit) * whole(cleared.max(0));
        let deposit = fen(&round(&held, 0, mode), Rule::Deposit)?;
        tracer.step(|| Step {
            rule: Rule::Deposit,
            inputs: vec![
                input("cleared", FenSum(cleared), Origin::Latest("cleared")),
                input(
                    "quality_deposit",
                    clearing.quality_deposit,
                    Origin::Policy("clearing.quality_deposit".to_owned()),
                ),
            ],
            expression: format!("max(0, {}) × {}", FenSum(cleared), clearing.quality_deposit),
            rounding: self.policy.rounding.to_money(),
            result: FenSum(deposit).to_string(),
        });
        let score = hospital.assessment_score;
        let (q, written) = if score >= clearing.assessment.full_from {
            (BigRational::from_integer(1.into()), "1".to_owned())
        } else if score < clearing.assessment.none_below {
            (BigRational::zero(), "0".to_owned())
        } else {
            (rational(score) / BigInt::from(100), format!("{score} ÷ 100"))
        };
        let returned = fen(&round(&(whole(deposit) * q), 0, mode), Rule::DepositReturned)?;
        tracer.step(|| Step {
            rule: Rule::DepositReturned,
            inputs: vec![
                input("deposit", FenSum(deposit), Origin::Step(Rule::Deposit)),
                input("score", score, Origin::Hospital("assessment_score")),
                input(
                    "full_from",
                    clearing.assessment.full_from,
                    Origin::Policy("clearing.assessment.full_from".to_owned()),
                ),
                input(
                    "none_below",
                    clearing.assessment.none_below,
                    Origin::Policy("clearing.assessment.none_below".to_owned()),
                ),
            ],
            expression: format!("{} × ({written})", FenSum(deposit)),
            rounding: self.policy.rounding.to_money(),
            result: FenSum(returned).to_string(),
        });
        Ok((deposit, returned))
    }

    fn step_compensation(&self, year: &HospitalYear, c: i128) -> Step {
        let (due, booked) = (FenSum(year.totals.due), FenSum(year.totals.fund_billed));
        let mut inputs = booked_and_due(year);
        let mut parts = Vec::new();
        let mut from = Decimal::ONE;
        for (i, band) in self.policy.clearing.overspend.iter().enumerate() {
            let key = |name: &str| Origin::Policy(format!("clearing.overspend[{i}].{name}"));
            inputs.push(input("up_to", band.up_to, key("up_to")));
            inputs.push(input("fund_share", band.fund_share, key("fund_share")));
            let (share, up_to) = (band.fund_share, band.up_to);
            parts.push(format!(
                "{share} × max(0, min({booked}, {up_to} × {due}) − {from} × {due})"
            ));
            from = up_to;
        }
        Step {
            rule: Rule::Compensation,
            inputs,
            expression: if parts.is_empty() {
                "0".to_owned()
            } else {
                parts.join(" + ")
            },
            rounding: self.policy.rounding.to_money(),
            result: FenSum(c).to_string(),
        }
    }
}

fn booked_and_due(year: &HospitalYear) -> Vec<crate::Input> {
    vec![
        input("F", FenSum(year.totals.fund_billed), Origin::Sum("hifp_pay")),
        input("S", FenSum(year.totals.due), Origin::Sum("due")),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An amount of a clearing stays below 2^110 fen, so that no sum of a few of them wraps.
    #[test]
    fn amounts_beyond_every_budget_are_refused() {
        let most = (1i128 << 110) - 1;
        for (amount, fits) in [(most, true), (-most, true), (most + 1, false), (-most - 1, false)] {
            let found = fen(&BigInt::from(amount), Rule::Deposit);
            assert_eq!(found, if fits { Ok(amount) } else { Err(TooLarge(Rule::Deposit)) });
        }
    }
}
