//! The yearly clearing 年终清算 of the hospitals of one pool (docs/SETTLEMENT.md §5.5):
//! surplus retention 结余留用, overspend sharing 超支分担, quality deposit 质量保证金.

mod account;
mod advance;
mod alliance;
mod caps;
mod deposit;
mod measure;
mod overspend;
mod sharing;
mod surplus;

pub use account::{Band, HospitalStatement, HospitalYear, PoolAccount};
pub use alliance::AllianceStatement;
pub(crate) use caps::Caps;
pub use caps::{ClearingError, InstitutionCap};
pub(crate) use deposit::{assessed_share, assessment_inputs, score_of};

use crate::compiled::{CompiledPolicy, PoolId};
use crate::pool::{PoolPrice, Totals};
use crate::trace::input;
use crate::{Clearing, ClearingOf, FenSum, Hospital, Origin, RoundingMode, Rule, Step, TooLarge, Tracer};
use measure::Measure;
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::ToPrimitive;
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

/// The rules that one pool is cleared by.
struct Rules<'a> {
    policy: &'a CompiledPolicy,
    pool: PoolId,
    rules: &'a Clearing,
    /// The section of the region file they stand in.
    section: String,
}

impl CompiledPolicy {
    /// Clears the hospitals of a pool, those that are paid by head among them. `hospitals` may come
    /// in any order; the statements come by code in byte order. `totals` are the pool's own sums, dues included.
    ///
    /// # Errors
    /// [`ClearingError`] where an amount does not fit, or a hospital lacks the cap that it is
    /// compared with.
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
    ) -> Result<PoolAccount, ClearingError> {
        let ClearingOf { rules, section } = self.policy.clearing_of(usize::from(pool.0));
        let rules = Rules {
            policy: self,
            pool,
            rules,
            section,
        };
        let others = self.without_cases(pool, hospitals);
        let mut years: Vec<(&Hospital, &HospitalYear)> = hospitals
            .iter()
            .chain(&others)
            .filter_map(|year| Some((self.hospitals.get(year.hospital.0 as usize)?, year)))
            .collect();
        years.sort_by(|a, b| a.0.code.as_bytes().cmp(b.0.code.as_bytes()));

        rules.have_caps(&years)?;
        let members = self.members_of(pool);
        let mut claims = Vec::with_capacity(years.len());
        for (_, year) in &years {
            tracer.about(year.hospital);
            claims.push(rules.claim(year, members.contains(&year.hospital), tracer)?);
        }
        let granted = share_reserve(price.reserve.0, &claims, tracer)?;

        let mut clearings = Vec::with_capacity(years.len());
        for (((hospital, year), claim), compensation) in years.iter().zip(&claims).zip(granted) {
            tracer.about(year.hospital);
            let cleared = match claim.band {
                // Of a member what is due; its part is known when everyone outside is cleared.
                Band::Alliance => claim.measure.due,
                _ => rules.cleared(hospital, claim, compensation, tracer)?,
            };
            clearings.push((cleared, compensation));
        }
        let alliance = rules.alliance(&price, &claims, &mut clearings, tracer)?;

        let mut statements = Vec::with_capacity(years.len());
        for (((hospital, year), claim), (cleared, compensation)) in years.iter().zip(&claims).zip(clearings) {
            statements.push(rules.statement(hospital, year, claim, (cleared, compensation), tracer)?);
        }
        let sum = |of: fn(&HospitalStatement) -> i128| statements.iter().map(of).sum::<i128>();
        let held = sum(|s| s.cleared.0 - s.deposit.0 + s.deposit_returned.0);
        let capitation = sum(|s| s.capitation.0);
        Ok(PoolAccount {
            pool,
            totals,
            capitation: FenSum(capitation),
            remainder: FenSum(price.distributable.0 - totals.due - capitation),
            compensation: FenSum(sum(|s| s.compensation.0)),
            cleared: FenSum(sum(|s| s.cleared.0)),
            left_in_fund: FenSum(price.budget.0 - held),
            price,
            alliance,
            statements,
        })
    }
}

impl PoolAccount {
    /// The remainder once more from the account's other figures, as a step.
    pub fn trace_remainder(&self, tracer: &mut impl Tracer) -> FenSum {
        let (d, due, by_head) = (self.price.distributable, FenSum(self.totals.due), self.capitation);
        let remainder = FenSum(d.0 - due.0 - by_head.0);
        tracer.step(|| {
            let mut inputs = vec![
                input("D", d, Origin::Step(Rule::Distributable)),
                input("Σdue", due, Origin::Sum("due")),
            ];
            let mut expression = format!("{d} − {due}");
            if self.price.capitation.0 != 0 {
                inputs.push(input("Σ(first + returned)", by_head, Origin::Sum("first + returned")));
                expression += &format!(" − {by_head}");
            }
            Step {
                rule: Rule::Remainder,
                inputs,
                expression,
                rounding: None,
                result: remainder.to_string(),
            }
        });
        remainder
    }
}

impl CompiledPolicy {
    /// The hospitals of a pool that are paid by head, or are members of its alliance, and had neither case
    /// nor prepayment.
    fn without_cases(&self, pool: PoolId, others: &[HospitalYear]) -> Vec<HospitalYear> {
        let mut years: Vec<HospitalYear> = Vec::new();
        let by_head = self.of_pool(pool).map(|account| account.hospital);
        for hospital in by_head.chain(self.members_of(pool)) {
            let is_known = |year: &HospitalYear| year.hospital == hospital;
            if !others.iter().chain(&years).any(is_known) {
                years.push(HospitalYear {
                    hospital,
                    totals: Totals::default(),
                    prepaid: FenSum(0),
                });
            }
        }
        years
    }
}

impl Rules<'_> {
    fn mode(&self) -> RoundingMode {
        self.policy.policy.rounding.mode
    }

    fn key(&self, name: &str) -> Origin {
        Origin::Policy(format!("{}.{name}", self.section))
    }

    /// What a hospital is cleared by, its compensation before the reserve is looked at.
    fn claim(
        &self,
        year: &HospitalYear,
        is_member: bool,
        tracer: &mut impl Tracer,
    ) -> Result<Compensated, ClearingError> {
        let measure = self.measure(year, tracer)?;
        let ratio_millionths = self.ratio(&measure, tracer)?;
        let band = match is_member {
            true => Band::Alliance,
            false => self.band(&measure),
        };
        let raw = match band {
            Band::Overspend => Some(self.compensation(&measure, tracer)?),
            Band::None | Band::UnderFloor | Band::Surplus | Band::Alliance => None,
        };
        Ok(Compensated {
            hospital: year.hospital,
            measure,
            ratio_millionths,
            band,
            raw,
        })
    }

    fn band(&self, of: &Measure) -> Band {
        if of.due <= 0 {
            Band::None
        } else if self.floor().is_some_and(|(floor, _)| self.lies_below(of, floor)) {
            Band::UnderFloor
        } else if of.booked <= of.due {
            Band::Surplus
        } else {
            Band::Overspend
        }
    }

    fn statement(
        &self,
        hospital: &Hospital,
        year: &HospitalYear,
        claim: &Compensated,
        (cleared, compensation): (i128, i128),
        tracer: &mut impl Tracer,
    ) -> Result<HospitalStatement, TooLarge> {
        tracer.about(year.hospital);
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
        let due = FenSum(year.totals.due + claim.measure.capitation.0);
        self.policy
            .policy
            .monthly_advance(due, FenSum(year.totals.fund_billed), tracer)?;
        Ok(HospitalStatement {
            hospital: year.hospital,
            totals: year.totals,
            capitation: claim.measure.capitation,
            cap: claim.measure.cap,
            compared: FenSum(claim.measure.due),
            ratio_millionths: claim.ratio_millionths,
            band: claim.band,
            compensation: FenSum(compensation),
            alliance_part: match claim.band {
                Band::Alliance => FenSum(cleared - claim.measure.due),
                _ => FenSum(0),
            },
            cleared: FenSum(cleared),
            deposit: FenSum(deposit),
            deposit_returned: FenSum(deposit_returned),
            prepaid,
            final_payment,
        })
    }

    fn cleared(
        &self,
        hospital: &Hospital,
        claim: &Compensated,
        compensation: i128,
        tracer: &mut impl Tracer,
    ) -> Result<i128, TooLarge> {
        let of = &claim.measure;
        let (due, booked) = (FenSum(of.due), FenSum(of.booked));
        let mut inputs = of.inputs();
        let (rule, cleared, expression) = match claim.band {
            Band::None | Band::Alliance => (Rule::ClearedNone, of.due, due.to_string()),
            Band::UnderFloor => {
                if let Some((floor, key)) = self.floor() {
                    inputs.push(input("surplus_floor", floor, self.key(&key)));
                }
                (Rule::ClearedUnderFloor, of.booked, booked.to_string())
            }
            Band::Surplus => {
                let kept = self.surplus_kept(of, hospital, tracer)?;
                let shown = FenSum(kept.fen);
                inputs.push(input("kept", shown, Origin::Step(kept.step)));
                (
                    Rule::ClearedSurplus,
                    of.booked + kept.fen,
                    format!("{booked} + {shown}"),
                )
            }
            Band::Overspend => {
                let shown = FenSum(compensation);
                inputs.push(input("c", shown, Origin::Latest("c")));
                (
                    Rule::ClearedOverspend,
                    of.due + compensation,
                    format!("{due} + {shown}"),
                )
            }
        };
        tracer.step(|| Step {
            rule,
            inputs,
            expression,
            rounding: None,
            result: FenSum(cleared).to_string(),
        });
        Ok(cleared)
    }
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
