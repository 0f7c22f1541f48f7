//! A county alliance's statement in one of its pools, and what each member gets or bears of it
//! (docs/SETTLEMENT.md §5.13).

use super::deposit::{assessed_share, assessment_inputs};
use super::sharing::Compensated;
use super::{Band, HospitalStatement, PoolAccount, Rules, fen, whole};
use crate::compiled::{CompiledPolicy, HospitalId, PoolId};
use crate::decimal::rational;
use crate::pool::{PoolPrice, largest_remainders};
use crate::rounding::round;
use crate::trace::{cut_to_fen, input};
use crate::{Alliance, Decimal, FenSum, Hospital, Origin, Rule, Silent, Step, TooLarge, Tracer};
use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{ToPrimitive, Zero};
use serde::Serialize;

/// What became of an alliance's budget in one pool. Money in whole fen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AllianceStatement {
    /// Position among the policy's `[[alliance]]`.
    pub alliance: usize,
    /// The pool's budget.
    pub budget: FenSum,
    /// Its reserve.
    pub reserve: FenSum,
    /// What care bought outside comes to: Σ cleared of hospitals that are no members.
    pub outside: FenSum,
    /// What members are due of their cases and heads.
    pub inside: FenSum,
    /// Budget − reserve − outside − inside; below 0 an overspend.
    pub balance: FenSum,
    /// What the alliance keeps of a surplus.
    pub kept: FenSum,
    /// What of a surplus stays in the fund.
    pub left: FenSum,
    /// The fund's part of an overspend.
    pub fund_bears: FenSum,
    /// What members bear of it.
    pub members_bear: FenSum,
}

impl AllianceStatement {
    /// What is split among the members: kept, or below 0 what they bear.
    #[must_use]
    pub fn split(&self) -> FenSum {
        FenSum(self.kept.0 - self.members_bear.0)
    }
}

/// What is spent for an alliance's people.
#[derive(Clone, Copy)]
pub(super) struct Spent {
    pub(super) outside: i128,
    pub(super) inside: i128,
}

/// A member's part of a split.
#[derive(Clone, Copy)]
struct Part {
    cut: i128,
    has_fen: bool,
    /// Position among the alliance's members.
    member: usize,
}

impl Part {
    fn fen(&self) -> i128 {
        self.cut + i128::from(self.has_fen)
    }
}

impl Rules<'_> {
    /// The statement of the alliance whose pool this is, and its members cleared: what they are due with
    /// their part of it. `clearings` are what everyone is cleared at, in the order of `claims`.
    pub(super) fn alliance(
        &self,
        price: &PoolPrice,
        claims: &[Compensated],
        clearings: &mut [(i128, i128)],
        tracer: &mut impl Tracer,
    ) -> Result<Option<AllianceStatement>, TooLarge> {
        let Some((at, alliance)) = self.policy.alliance_of_pool(self.pool) else {
            return Ok(None);
        };
        let mut spent = Spent { outside: 0, inside: 0 };
        for (claim, (cleared, _)) in claims.iter().zip(&*clearings) {
            match claim.band {
                Band::Alliance => spent.inside += cleared,
                _ => spent.outside += cleared,
            }
        }
        // Its steps are of no one hospital: they are told apart, by the same function.
        let statement = self
            .policy
            .alliance_statement((at, alliance), price, spent, &mut Silent)?;
        let is_surplus = statement.balance.0 >= 0;
        let amount = FenSum(statement.split().0.abs());
        for part in split_among_members(alliance, amount)? {
            let hospital = self.policy.hospital(&alliance.members[part.member].fixmedins_code);
            let position = claims.iter().position(|claim| Some(claim.hospital) == hospital);
            let Some(i) = position else { continue };
            tracer.about(claims[i].hospital);
            trace_part((at, alliance), &statement, &part, tracer);
            let (due, fen) = (FenSum(claims[i].measure.due), FenSum(part.fen()));
            let cleared = if is_surplus { due.0 + fen.0 } else { due.0 - fen.0 };
            tracer.step(|| Step {
                rule: Rule::ClearedMember,
                inputs: vec![claims[i].measure.input(), input("part", fen, Origin::Latest("part"))],
                expression: match is_surplus {
                    true => format!("{due} + {fen}"),
                    false => format!("{due} − {fen}"),
                },
                rounding: None,
                result: FenSum(cleared).to_string(),
            });
            clearings[i].0 = cleared;
        }
        Ok(Some(statement))
    }
}

impl CompiledPolicy {
    /// The alliance whose pool this is, with its position.
    pub(crate) fn alliance_of_pool(&self, pool: PoolId) -> Option<(usize, &Alliance)> {
        self.policy.alliance_of(usize::from(pool.0))
    }

    /// The members of the alliance whose pool this is; none of another pool.
    pub(crate) fn members_of(&self, pool: PoolId) -> Vec<HospitalId> {
        let alliance = self.alliance_of_pool(pool);
        let members = alliance.into_iter().flat_map(|(_, alliance)| &alliance.members);
        members
            .filter_map(|member| self.hospital(&member.fixmedins_code))
            .collect()
    }

    /// The statement of the alliance of a pool, of what was spent for its people.
    pub(super) fn alliance_statement(
        &self,
        (at, alliance): (usize, &Alliance),
        price: &PoolPrice,
        spent: Spent,
        tracer: &mut impl Tracer,
    ) -> Result<AllianceStatement, TooLarge> {
        let (d, outside, inside) = (price.distributable, FenSum(spent.outside), FenSum(spent.inside));
        let balance = FenSum(d.0 - outside.0 - inside.0);
        tracer.step(|| Step {
            rule: Rule::AllianceBalance,
            inputs: vec![
                input("D", d, Origin::Step(Rule::Distributable)),
                input("outside", outside, Origin::Sum("cleared")),
                input("inside", inside, Origin::Sum("due")),
            ],
            expression: format!("{d} − {outside} − {inside}"),
            rounding: None,
            result: balance.to_string(),
        });
        let mut statement = AllianceStatement {
            alliance: at,
            budget: price.budget,
            reserve: price.reserve,
            outside,
            inside,
            balance,
            kept: FenSum(0),
            left: FenSum(0),
            fund_bears: FenSum(0),
            members_bear: FenSum(0),
        };
        if balance.0 >= 0 {
            let kept = self.kept_by_alliance((at, alliance), balance, tracer)?;
            statement.kept = kept;
            statement.left = FenSum(balance.0 - kept.0);
            tracer.step(|| Step {
                rule: Rule::AllianceLeft,
                inputs: vec![
                    input("balance", balance, Origin::Step(Rule::AllianceBalance)),
                    input("kept", kept, Origin::Latest("kept")),
                ],
                expression: format!("{balance} − {kept}"),
                rounding: None,
                result: statement.left.to_string(),
            });
            return Ok(statement);
        }
        let bears = self.fund_bears((at, alliance), price, spent, tracer)?;
        statement.fund_bears = bears;
        statement.members_bear = FenSum(-balance.0 - bears.0);
        tracer.step(|| Step {
            rule: Rule::AllianceMembersBear,
            inputs: vec![
                input("balance", balance, Origin::Step(Rule::AllianceBalance)),
                input("fund_bears", bears, Origin::Step(Rule::AllianceFundBears)),
            ],
            expression: format!("0 − {balance} − {bears}"),
            rounding: None,
            result: statement.members_bear.to_string(),
        });
        Ok(statement)
    }

    /// ⟦keep × balance⟧m, and of that what the assessment leaves.
    fn kept_by_alliance(
        &self,
        (at, alliance): (usize, &Alliance),
        balance: FenSum,
        tracer: &mut impl Tracer,
    ) -> Result<FenSum, TooLarge> {
        let key = |name: &str| format!("alliance[{at}].{name}");
        let mode = self.policy.rounding.mode;
        let exact = rational(alliance.keep) * whole(balance.0);
        let kept = FenSum(fen(&round(&exact, 0, mode), Rule::AllianceKept)?);
        tracer.step(|| Step {
            rule: Rule::AllianceKept,
            inputs: vec![
                input("keep", alliance.keep, Origin::Policy(key("keep"))),
                input("balance", balance, Origin::Step(Rule::AllianceBalance)),
            ],
            expression: format!("{} × {balance}", alliance.keep),
            rounding: self.policy.rounding.to_money(),
            result: kept.to_string(),
        });
        let Some((assessment, score)) = alliance.assessment.as_ref().zip(alliance.score) else {
            return Ok(kept);
        };
        let (q, written) = assessed_share(assessment, score);
        let assessed = FenSum(fen(&round(&(whole(kept.0) * q), 0, mode), Rule::AllianceAssessed)?);
        tracer.step(|| Step {
            rule: Rule::AllianceAssessed,
            inputs: std::iter::once(input("kept", kept, Origin::Step(Rule::AllianceKept)))
                .chain(assessment_inputs(
                    &key("assessment"),
                    assessment,
                    (score, Origin::Policy(key("score"))),
                ))
                .collect(),
            expression: format!("{kept} × ({written})"),
            rounding: self.policy.rounding.to_money(),
            result: assessed.to_string(),
        });
        Ok(assessed)
    }

    /// The fund's part of an overspend by bands of W ÷ D, at most the reserve.
    fn fund_bears(
        &self,
        (at, alliance): (usize, &Alliance),
        price: &PoolPrice,
        spent: Spent,
        tracer: &mut impl Tracer,
    ) -> Result<FenSum, TooLarge> {
        let (d, r) = (price.distributable, price.reserve);
        let spent = FenSum(spent.outside + spent.inside);
        let mut from = Decimal::ONE;
        let mut sum = BigRational::zero();
        for band in &alliance.overspend {
            let top = (rational(band.up_to) * whole(d.0)).min(whole(spent.0));
            let part = (top - rational(from) * whole(d.0)).max(BigRational::zero());
            sum += rational(band.fund_share) * part;
            from = band.up_to;
        }
        let exact = sum.min(whole(r.0));
        let bears = FenSum(fen(
            &round(&exact, 0, self.policy.rounding.mode),
            Rule::AllianceFundBears,
        )?);
        tracer.step(|| {
            let mut inputs = vec![
                input("R", r, Origin::Step(Rule::Reserve)),
                input("W", spent, Origin::Sum("outside + inside")),
                input("D", d, Origin::Step(Rule::Distributable)),
            ];
            let mut parts = Vec::new();
            let mut from = Decimal::ONE;
            for (i, band) in alliance.overspend.iter().enumerate() {
                let key = |name: &str| Origin::Policy(format!("alliance[{at}].overspend[{i}].{name}"));
                inputs.push(input("up_to", band.up_to, key("up_to")));
                inputs.push(input("fund_share", band.fund_share, key("fund_share")));
                let (share, up_to) = (band.fund_share, band.up_to);
                parts.push(format!("{share} × max(0, min({spent}, {up_to} × {d}) − {from} × {d})"));
                from = up_to;
            }
            let bands = if parts.is_empty() {
                "0".to_owned()
            } else {
                parts.join(" + ")
            };
            Step {
                rule: Rule::AllianceFundBears,
                inputs,
                expression: format!("min({r}, {bands})"),
                rounding: self.policy.rounding.to_money(),
                result: bears.to_string(),
            }
        });
        Ok(bears)
    }

    /// The statement of the alliance of a pool once more from the account's other figures, with its
    /// steps, by the function that made it; `None` where the pool is no alliance's.
    ///
    /// # Errors
    /// [`TooLarge`] as the clearing.
    pub fn trace_alliance(
        &self,
        account: &PoolAccount,
        tracer: &mut impl Tracer,
    ) -> Result<Option<AllianceStatement>, TooLarge> {
        let Some(alliance) = self.alliance_of_pool(account.pool) else {
            return Ok(None);
        };
        let spent = self.spent(account.pool, &account.statements);
        self.alliance_statement(alliance, &account.price, spent, tracer)
            .map(Some)
    }

    /// What is spent outside and inside, of the statements of a pool; members' without their parts.
    fn spent(&self, pool: PoolId, statements: &[HospitalStatement]) -> Spent {
        let members = self.members_of(pool);
        let sum = |is_member: bool, of: fn(&HospitalStatement) -> i128| {
            let all = statements.iter().filter(|s| members.contains(&s.hospital) == is_member);
            all.map(of).sum()
        };
        Spent {
            outside: sum(false, |s| s.cleared.0),
            inside: sum(true, |s| s.totals.due + s.capitation.0),
        }
    }

    /// The code that alliances name and the hospitals table lacks, with its key.
    pub(crate) fn unknown_member(alliances: &[Alliance], hospitals: &[Hospital]) -> Option<(String, String)> {
        alliances.iter().enumerate().find_map(|(i, alliance)| {
            let is_known = |code: &str| hospitals.iter().any(|hospital| hospital.code == code);
            let mut members = alliance.members.iter().enumerate();
            let (k, member) = members.find(|(_, member)| !is_known(&member.fixmedins_code))?;
            Some((
                format!("alliance[{i}].members[{k}].fixmedins_code"),
                member.fixmedins_code.clone(),
            ))
        })
    }
}

/// A split by the members' shares: each cut to the fen, the fen left one each to the largest parts
/// cut off, ties by code in byte order. The sum of the parts is the amount.
fn split_among_members(alliance: &Alliance, amount: FenSum) -> Result<Vec<Part>, TooLarge> {
    let mut parts = Vec::with_capacity(alliance.members.len());
    let mut rests = Vec::with_capacity(alliance.members.len());
    for (i, member) in alliance.members.iter().enumerate() {
        let exact = rational(member.share) * BigInt::from(amount.0);
        let (cut, rest) = exact.numer().div_mod_floor(exact.denom());
        parts.push(Part {
            cut: fen(&cut, Rule::AlliancePart)?,
            has_fen: false,
            member: i,
        });
        // A share has at most 28 decimals: over that denominator the rests are whole.
        let rest = BigRational::new(rest, exact.denom().clone()) * BigInt::from(10).pow(28);
        rests.push((i, rest.to_integer().to_u128().ok_or(TooLarge(Rule::AlliancePart))?));
    }
    let given: i128 = parts.iter().map(|part| part.cut).sum();
    let left = usize::try_from(amount.0 - given).unwrap_or(0);
    let code = |i: usize| alliance.members[i].fixmedins_code.as_bytes();
    for (i, _) in largest_remainders(&mut rests, left, |rest| rest.1, |a, b| code(a.0).cmp(code(b.0))) {
        parts[*i].has_fen = true;
    }
    Ok(parts)
}

/// The steps of a member's part.
fn trace_part((at, alliance): (usize, &Alliance), of: &AllianceStatement, part: &Part, tracer: &mut impl Tracer) {
    let share = alliance.members[part.member].share;
    let (symbol, amount) = match of.balance.0 >= 0 {
        true => ("kept", of.kept),
        false => ("members_bear", of.members_bear),
    };
    let cut = FenSum(part.cut);
    tracer.step(|| Step {
        rule: Rule::AlliancePart,
        inputs: vec![
            input(
                "share",
                share,
                Origin::Policy(format!("alliance[{at}].members[{}].share", part.member)),
            ),
            input(symbol, amount, Origin::Latest(symbol)),
        ],
        expression: format!("{share} × {amount}"),
        rounding: cut_to_fen(),
        result: cut.to_string(),
    });
    if part.has_fen {
        tracer.step(|| Step {
            rule: Rule::AlliancePartFen,
            inputs: vec![input("cut", cut, Origin::Step(Rule::AlliancePart))],
            expression: format!("{cut} + 0.01"),
            rounding: None,
            result: FenSum(part.fen()).to_string(),
        });
    }
}
