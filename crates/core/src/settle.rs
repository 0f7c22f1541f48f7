//! The whole settlement in memory, on one thread: the functions of this crate in their order.
//!
//! The batch crate takes the same steps in parallel over files; this is the form for a program
//! that holds its cases already.

use crate::adjust::{
    AdjustError, Adjustable, Adjusted, Discharged, Discharges, QuotaUse, Review, Side, Stay, StayOf, readmissions,
};
use crate::case::Case;
use crate::compiled::{CompiledPolicy, HospitalId, PoolId};
use crate::pool::{PoolError, Totals, largest_remainders, trace_extra_fen};
use crate::{
    ApartPart, CaseClass, CasePayment, CaseWorth, ClearingError, Decimal, Fen, FenSum, HospitalYear, Points,
    PoolAccount, PoolPrice, Remainder, Silent, TooLarge, Worth,
};
use std::collections::BTreeMap;

/// A case and its settlement id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim<'a> {
    /// `setl_id`; breaks ties under `largest-remainder`.
    pub id: &'a str,
    /// The case; what is left of it where items were taken apart.
    pub case: Case,
    /// The items of [`CompiledPolicy::take_apart`].
    pub apart: &'a [ApartPart],
}

/// What was paid to a hospital of a pool during the year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prepayment {
    /// The pool.
    pub pool: PoolId,
    /// The hospital.
    pub hospital: HospitalId,
    /// 0 or more.
    pub prepaid: FenSum,
}

/// A settled case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SettledCase {
    /// Its class.
    pub class: CaseClass,
    /// Its points; 0 where it is paid in money.
    pub points: Points,
    /// Its payment.
    pub payment: CasePayment,
}

/// A settled year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settlement {
    /// The cases, in the order given.
    pub cases: Vec<SettledCase>,
    /// The pools, in the order of the policy.
    pub pools: Vec<PoolAccount>,
    /// What rules changed of the points of a case, by its position; those of no other case.
    pub adjusted: BTreeMap<usize, Adjusted>,
}

/// Why a year cannot be settled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettleError {
    /// A figure of one case does not fit.
    #[error("claim {id}: {source}")]
    Case {
        /// Its settlement id.
        id: String,
        /// What does not fit.
        source: TooLarge,
    },
    /// A claim or a prepayment names a group, hospital, pool or method that this policy does not have.
    #[error("{what} names a group, hospital, pool or method that this policy does not have")]
    UnknownId {
        /// `claim …` or `prepayment …`.
        what: String,
    },
    /// A pool has no point value, or a figure of it does not fit.
    #[error(transparent)]
    Pool(#[from] PoolError),
    /// A hospital cannot be cleared.
    #[error(transparent)]
    Clearing(#[from] ClearingError),
    /// A review or a penalty is of a case that is paid in money: both are of points.
    #[error("claim {id} is paid in money: reviews and penalties are of cases paid by points")]
    PaidInMoney {
        /// Its settlement id.
        id: String,
    },
    /// More reviews are approved than the quota has.
    #[error("{} reviews are approved for {}, more than the {} of the quota", .0.asked, .0.whose, .0.quota)]
    OverQuota(Box<QuotaUse>),
}

/// What the rules that change points ask of a claim beside its case (docs/SETTLEMENT.md §5.15).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Its days, and who was there.
    pub stay: Stay,
    /// Whether there was a good reason to admit the person again.
    pub excused: bool,
    /// What a panel decided.
    pub review: Option<Review>,
    /// A penalty's multiple.
    pub penalty: Option<Decimal>,
}

/// Settles a year.
///
/// # Errors
/// [`SettleError`] where a figure does not fit or a pool has no point value.
///
/// ```
/// use dianzhi_core::{example, settle, Claim, CompiledPolicy, Fen, FenSum};
/// let policy = CompiledPolicy::new(&example::policy(), &example::groups(), &example::hospitals()).unwrap();
/// let case = |hospital, cost| policy.case(Some("ES25"), hospital, "310", Fen(cost), Fen(cost / 2)).unwrap();
/// let claims = [
///     Claim { id: "S1", case: case("H001", 900_000), apart: &[] },
///     Claim { id: "S2", case: case("H002", 1_000_000), apart: &[] },
/// ];
/// let settled = settle(&policy, &claims, &[]).unwrap();
/// let employee = &settled.pools[0];
/// // every fen of the distributable 19,000.00 is due or stands in the remainder
/// assert_eq!(employee.totals.due + employee.remainder.0, 1_900_000);
/// ```
pub fn settle(
    policy: &CompiledPolicy,
    claims: &[Claim<'_>],
    prepayments: &[Prepayment],
) -> Result<Settlement, SettleError> {
    settle_adjusted(policy, claims, &[], prepayments)
}

/// Settles a year under a policy with `[readmission]`, `[special_review]`, `[high_cap]` or penalties:
/// `facts` has what these ask of each claim, at its position; those that are missing say nothing.
///
/// # Errors
/// As [`settle`], and [`SettleError::PaidInMoney`] and [`SettleError::OverQuota`].
///
/// ```
/// use dianzhi_core::{example, settle_adjusted, Claim, CompiledPolicy, Facts, Fen, Points};
/// let mut policy = example::policy();
/// policy.adjust.penalties = true;
/// let policy = CompiledPolicy::new(&policy, &example::groups(), &example::hospitals()).unwrap();
/// let case = policy.case(Some("ES25"), "H001", "310", Fen(900_000), Fen(450_000)).unwrap();
/// let claims = [Claim { id: "S1", case, apart: &[] }, Claim { id: "S2", case, apart: &[] }];
/// let penalty = Facts { penalty: Some(0.into()), ..Facts::default() };
/// let settled = settle_adjusted(&policy, &claims, &[penalty], &[]).unwrap();
/// assert_eq!(settled.cases[0].points, Points(0));
/// assert_eq!(settled.adjusted[&0].before, settled.cases[1].points);
/// ```
pub fn settle_adjusted(
    policy: &CompiledPolicy,
    claims: &[Claim<'_>],
    facts: &[Facts],
    prepayments: &[Prepayment],
) -> Result<Settlement, SettleError> {
    know_all(policy, claims, prepayments)?;
    let mut priced = Vec::with_capacity(claims.len());
    for claim in claims {
        let found = policy.worth(&claim.case, &mut Silent);
        priced.push(found.map_err(|source| of(claim, source))?);
    }
    let adjusted = adjusted(policy, claims, facts, &priced)?;
    for (at, adjusted) in &adjusted {
        priced[*at].worth = Worth::Points(adjusted.points);
    }
    let mut hospitals: BTreeMap<(PoolId, HospitalId), HospitalYear> = BTreeMap::new();
    let mut pools = vec![Totals::default(); policy.policy().pools.len()];
    for (claim, found) in claims.iter().zip(&priced) {
        let hospital = year(&mut hospitals, claim.case.pool, claim.case.hospital);
        for totals in [
            Some(&mut hospital.totals),
            pools.get_mut(usize::from(claim.case.pool.0)),
        ] {
            let Some(totals) = totals else { continue };
            match found.worth {
                Worth::Points(points) => totals.add(&claim.case, points),
                Worth::Money(standard) => {
                    let payment = policy.payment(&claim.case, standard, &mut Silent);
                    totals.add_money(&claim.case, payment.map_err(|source| of(claim, source))?.due);
                }
            }
        }
        for part in claim.apart {
            year(&mut hospitals, part.pool, claim.case.hospital)
                .totals
                .add_apart(part);
            if let Some(totals) = pools.get_mut(usize::from(part.pool.0)) {
                totals.add_apart(part);
            }
        }
    }
    for row in prepayments {
        let year = year(&mut hospitals, row.pool, row.hospital);
        year.prepaid = FenSum(year.prepaid.0 + row.prepaid.0);
    }
    let prices = (0..)
        .map(PoolId)
        .take(pools.len())
        .map(|id| policy.pool_price_among(id, &pools, &mut Silent))
        .collect::<Result<Vec<_>, _>>()?;
    let worths: Vec<Worth> = priced.iter().map(|p| p.worth).collect();
    let standards = standards(policy, claims, &worths, &prices)?;

    let mut cases = Vec::with_capacity(claims.len());
    for ((claim, priced), standard) in claims.iter().zip(&priced).zip(standards) {
        let payment = policy
            .payment(&claim.case, standard, &mut Silent)
            .map_err(|source| of(claim, source))?;
        let apart = claim.apart.iter().map(|part| (part.pool, part.due));
        for (pool, due) in std::iter::once((claim.case.pool, payment.due)).chain(apart) {
            let due = i128::from(due.0);
            year(&mut hospitals, pool, claim.case.hospital).totals.due += due;
            if let Some(totals) = pools.get_mut(usize::from(pool.0)) {
                totals.due += due;
            }
        }
        cases.push(SettledCase {
            class: priced.class,
            points: priced.worth.points(),
            payment,
        });
    }
    let mut accounts = Vec::with_capacity(pools.len());
    for ((price, totals), i) in prices.into_iter().zip(pools).zip(0..) {
        let pool = PoolId(i);
        let years: Vec<HospitalYear> = hospitals
            .iter()
            .filter(|((p, _), _)| *p == pool)
            .map(|(_, y)| *y)
            .collect();
        accounts.push(policy.clear(pool, price, totals, &years, &mut Silent)?);
    }
    Ok(Settlement {
        cases,
        pools: accounts,
        adjusted,
    })
}

/// What rules make of the points of the claims that they concern.
fn adjusted(
    policy: &CompiledPolicy,
    claims: &[Claim<'_>],
    facts: &[Facts],
    priced: &[CaseWorth],
) -> Result<BTreeMap<usize, Adjusted>, SettleError> {
    let rules = &policy.policy().adjust;
    if rules.is_empty() {
        return Ok(BTreeMap::new());
    }
    let facts_of = |at: usize| facts.get(at).copied().unwrap_or_default();
    let mut discharges = Discharges::default();
    let mut stays = Vec::new();
    let mut adjustable = Vec::new();
    for (at, (claim, found)) in claims.iter().zip(priced).enumerate() {
        let (case, facts) = (claim.case, facts_of(at));
        let points = found.worth.points().0.into();
        let one = Discharged { cases: 1, points };
        discharges.add(case.pool, case.hospital, facts.stay.month, one);
        let Worth::Points(points) = found.worth else {
            if facts.review.is_some() || facts.penalty.is_some() {
                let id = claim.id.to_owned();
                return Err(SettleError::PaidInMoney { id });
            }
            continue;
        };
        stays.push(StayOf {
            stay: facts.stay,
            id: claim.id,
            excused: facts.excused,
            at: adjustable.len(),
        });
        adjustable.push((at, claim, found.class, points, Vec::new()));
    }
    if let Some(rule) = &rules.readmission {
        stays.sort_unstable_by(StayOf::in_order);
        for pair in readmissions(rule, &stays) {
            let id = |of: usize| claims[adjustable[of].0].id.to_owned();
            let (earlier, later) = (id(pair.earlier), id(pair.later));
            adjustable[pair.earlier].4.push((Side::Earlier, later));
            adjustable[pair.later].4.push((Side::Later, earlier));
        }
    }
    let positions: Vec<usize> = adjustable.iter().map(|(at, ..)| *at).collect();
    let adjustable = adjustable.into_iter().map(|(at, claim, class, priced, readmitted)| {
        let facts = facts_of(at);
        Adjustable {
            id: claim.id,
            policy,
            case: claim.case,
            class,
            priced,
            month: facts.stay.month,
            readmitted,
            review: facts.review,
            penalty: facts.penalty,
        }
    });
    let adjustable: Vec<Adjustable<'_>> = adjustable.collect();
    let adjusted = policy.adjust(&adjustable, &discharges).map_err(|error| match error {
        AdjustError::Case { at, source } => of(&claims[positions[at]], source),
        AdjustError::OverQuota(quota) => SettleError::OverQuota(quota),
    })?;
    let by_position = positions.into_iter().zip(adjusted);
    Ok(by_position.filter_map(|(at, adjusted)| Some((at, adjusted?))).collect())
}

/// Ids of another policy would vanish from the accounts, so they are refused.
fn know_all(policy: &CompiledPolicy, claims: &[Claim<'_>], prepayments: &[Prepayment]) -> Result<(), SettleError> {
    let knows = |hospital: HospitalId, pool: PoolId| {
        (hospital.0 as usize) < policy.hospitals().len() && usize::from(pool.0) < policy.policy().pools.len()
    };
    for claim in claims {
        let case = &claim.case;
        let group = case
            .group
            .is_none_or(|group| (group.0 as usize) < policy.groups().len());
        let method = usize::from(case.method.0) < policy.methods.len();
        let apart = claim.apart.iter().all(|part| knows(case.hospital, part.pool));
        if !group || !method || !apart || !knows(case.hospital, case.pool) {
            let what = format!("claim {}", claim.id);
            return Err(SettleError::UnknownId { what });
        }
    }
    for (i, row) in prepayments.iter().enumerate() {
        if !knows(row.hospital, row.pool) {
            let what = format!("prepayment {i}");
            return Err(SettleError::UnknownId { what });
        }
    }
    Ok(())
}

fn of(claim: &Claim<'_>, source: TooLarge) -> SettleError {
    SettleError::Case {
        id: claim.id.to_owned(),
        source,
    }
}

fn year(
    hospitals: &mut BTreeMap<(PoolId, HospitalId), HospitalYear>,
    pool: PoolId,
    hospital: HospitalId,
) -> &mut HospitalYear {
    hospitals.entry((pool, hospital)).or_insert(HospitalYear {
        hospital,
        totals: Totals::default(),
        prepaid: FenSum(0),
    })
}

/// The payment standard of every claim, under either way with the remainder.
fn standards(
    policy: &CompiledPolicy,
    claims: &[Claim<'_>],
    worths: &[Worth],
    prices: &[PoolPrice],
) -> Result<Vec<Fen>, SettleError> {
    let mut standards = Vec::with_capacity(claims.len());
    if policy.policy().rounding.remainder == Remainder::Fund {
        for (claim, worth) in claims.iter().zip(worths) {
            standards.push(match worth {
                Worth::Money(standard) => *standard,
                Worth::Points(points) => {
                    let price = price_of(prices, claim)?;
                    let standard = policy.standard(*points, price, &mut Silent);
                    standard.map_err(|source| of(claim, source))?
                }
            });
        }
        return Ok(standards);
    }
    let mut cuts = vec![0i128; prices.len()];
    let mut parts: Vec<Vec<(u128, usize)>> = vec![Vec::new(); prices.len()];
    for (i, (claim, worth)) in claims.iter().zip(worths).enumerate() {
        let points = match worth {
            Worth::Money(standard) => {
                standards.push(*standard);
                continue;
            }
            Worth::Points(points) => points,
        };
        let price = price_of(prices, claim)?;
        let (cut, rest) = policy
            .standard_cut(*points, price, &mut Silent)
            .map_err(|source| of(claim, source))?;
        let pool = usize::from(claim.case.pool.0);
        cuts[pool] += i128::from(cut.0);
        parts[pool].push((rest, i));
        standards.push(cut);
    }
    let hospitals = policy.hospitals();
    let key = |i: usize| {
        let code = hospitals
            .get(claims[i].case.hospital.0 as usize)
            .map_or("", |h| h.code.as_str());
        (code.as_bytes(), claims[i].id.as_bytes())
    };
    for ((price, cuts), parts) in prices.iter().zip(cuts).zip(&mut parts) {
        let left = price.fen_left(cuts);
        for (_, i) in largest_remainders(parts, left, |part| part.0, |a, b| key(a.1).cmp(&key(b.1))) {
            standards[*i] = trace_extra_fen(standards[*i], &mut Silent).map_err(|source| of(&claims[*i], source))?;
        }
    }
    Ok(standards)
}

fn price_of<'a>(prices: &'a [PoolPrice], claim: &Claim<'_>) -> Result<&'a PoolPrice, SettleError> {
    let price = prices.get(usize::from(claim.case.pool.0));
    price.ok_or_else(|| of(claim, TooLarge(crate::Rule::Standard)))
}
