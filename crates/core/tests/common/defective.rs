//! The settlement put together from the public functions of the crate, with one deliberate defect.

use super::{Year, coefficients, trees};
use dianzhi_core::model::exact;
use dianzhi_core::{
    Assessment, Auxiliary, Band, CaseClass, Clearing, Compare, CompareWith, CompiledPolicy, Decimal, Fen, FenSum,
    HospitalId, HospitalYear, OutlierCoefficient, PoolAccount, PoolId, PoolPrice, Remainder, RoundingMode, ScoreBy,
    SettledCase, Settlement, Sharing, Silent, Totals, largest_remainders,
};
use num_rational::BigRational;
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// A deliberate defect of the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Defect {
    Nothing,
    /// A case at a bound is never an outlier.
    IgnoresInclusive,
    /// A case at a bound always is.
    TakesEveryBound,
    /// The bounds are held against the ratio as published, with six decimals.
    RoundsTheRatioFirst,
    /// No case has a factor of its own.
    FactorForgotten,
    /// The type where the sub-type is to be compared with, and the other way round.
    ComparesWithTheOther,
    /// Beyond a bound the coefficient is gone at once.
    CoefficientDropped,
    /// The excess of a high outlier counts whole.
    ShareForgotten,
    /// Every case has the bound of the rest.
    TiersForgotten,
    RoundsDown,
    RoundsHalfUp,
    RoundsHalfEven,
    /// The points of the last case are missing from P.
    LosesPoints,
    /// Every case earns one point too many.
    FlatPoint,
    /// The budget wraps in 32 bits of fen.
    BudgetWraps,
    /// Budgets are as the year began.
    BudgetChangesForgotten,
    /// N is the whole budget.
    ForgetsReserve,
    /// V is one unit too high.
    ValueUnitOff,
    FloorOfTheValueForgotten,
    CeilingOfTheValueForgotten,
    /// Standards come from the rounded V although every fen is to be handed out.
    PricesByRoundedValue,
    KeepsTheFen,
    PaysRemainderTwice,
    /// The fen left over go to the first cases.
    FenToTheFirst,
    TieByPosition,
    /// The first case is due a fen too much.
    DueOneFenOff,
    /// The last case is not paid.
    CaseUnpaid,
    OthersForgotten,
    FloorsAlways,
    FloorsNever,
    /// Compensations are paid although the reserve is used up.
    ForgetsReserveSharing,
    SharesReserveEqually,
    KeepsAFenOfTheReserve,
    CompensatesWithoutBands,
    PrepaidOfIdleHospitalsLost,
    PrepaidNotDeducted,
    UnderFloorPaysDue,
    SurplusKeptTwice,
    DepositOfNegative,
    DepositAlwaysReturned,
    /// Whole where the policy says progressive, and the other way round.
    SharingTurnedRound,
    CapsForgotten,
    /// A bound belongs to the band on its other side.
    BoundsTurnedRound,
    CapIgnored,
    /// A cap counts whole, whatever the score.
    CapAssessmentForgotten,
    /// The assessment score counts where the credit score should.
    CreditForgotten,
    /// D is shared out as it stands.
    PoolClearingForgotten,
    FundBearsWithoutLimit,
    /// Every pool is cleared by `[clearing]`.
    ClearingForForgotten,
    /// Members are cleared as everyone else.
    AllianceForgotten,
    AllianceKeepsAll,
    AllianceAssessmentForgotten,
    AllianceBandsForgotten,
    /// The first member has the whole.
    AllianceNotSplit,
    /// A fen of every split is lost.
    FenOfTheSplitLost,
    /// Heads count for nothing but public-health money.
    HeadsForgotten,
    PublicHealthForgotten,
    /// Every pool makes its own point value.
    BorrowsNothing,
    /// The coefficients table is not looked at.
    CoefficientRowsForgotten,
    /// A level's row goes before a hospital's.
    CoefficientOfTheLevel,
    BonusesForgotten,
    /// Their sum where the highest counts, and the other way round.
    BonusesCombinedOtherwise,
    BonusCountedOtherwise,
    BonusWithoutLimit,
    CoefficientUnbounded,
    CoefficientNotRounded,
    SupportForgotten,
}

/// The year as a defective engine reads it.
fn misread(year: &Year, defect: Defect) -> Year {
    let mut year = year.clone();
    let policy = &mut year.policy;
    match defect {
        Defect::IgnoresInclusive => {
            policy.deviation.low.inclusive = false;
            policy.deviation.high.inclusive = false;
        }
        Defect::TakesEveryBound => {
            policy.deviation.low.inclusive = true;
            policy.deviation.high.inclusive = true;
        }
        Defect::FloorOfTheValueForgotten | Defect::CeilingOfTheValueForgotten => {
            for bounds in policy.pools.iter_mut().filter_map(|pool| pool.point_value.as_mut()) {
                // A bound that nothing reaches.
                match defect {
                    Defect::FloorOfTheValueForgotten => {
                        bounds.floor = Some(Decimal::new(1, policy.rounding.point_value));
                    }
                    _ => bounds.ceiling = Some(Decimal::new(999_999_999_999, 0)),
                }
            }
        }
        Defect::SharingTurnedRound
        | Defect::CapsForgotten
        | Defect::BoundsTurnedRound
        | Defect::CapIgnored
        | Defect::CapAssessmentForgotten
        | Defect::CreditForgotten => {
            let apart = policy.clearing_for.iter_mut().map(|apart| &mut apart.clearing);
            for clearing in apart.chain([&mut policy.clearing]) {
                misread_clearing(clearing, defect);
            }
        }
        Defect::ClearingForForgotten => policy.clearing_for.clear(),
        Defect::AllianceForgotten => policy.alliances.clear(),
        Defect::AllianceKeepsAll => policy.alliances.iter_mut().for_each(|of| of.keep = Decimal::ONE),
        Defect::AllianceAssessmentForgotten => {
            for of in &mut policy.alliances {
                (of.assessment, of.score) = (None, None);
            }
        }
        Defect::AllianceBandsForgotten => policy.alliances.iter_mut().for_each(|of| of.overspend.clear()),
        Defect::AllianceNotSplit => {
            for (k, member) in policy
                .alliances
                .iter_mut()
                .flat_map(|of| of.members.iter_mut().enumerate())
            {
                member.share = if k == 0 { Decimal::ONE } else { Decimal::ZERO };
            }
        }
        Defect::HeadsForgotten => {
            for row in policy.pools.iter_mut().flat_map(|pool| &mut pool.insured) {
                row.heads = Decimal::ZERO;
            }
        }
        Defect::PublicHealthForgotten => policy.pools.iter_mut().for_each(|pool| pool.public_health = None),
        Defect::BorrowsNothing => {
            policy.pool_clearing = None;
            policy.pools.iter_mut().for_each(|pool| pool.point_value_of = None);
        }
        Defect::PoolClearingForgotten => policy.pool_clearing = None,
        Defect::FundBearsWithoutLimit => {
            if let Some(clearing) = &mut policy.pool_clearing {
                clearing.fund_bears_at_most = None;
            }
        }
        Defect::CoefficientDropped => {
            policy.deviation.low.coefficient = OutlierCoefficient::Dropped;
            policy.deviation.high.coefficient = OutlierCoefficient::Dropped;
        }
        Defect::ShareForgotten => policy.deviation.high_share = Decimal::ONE,
        Defect::TiersForgotten => {
            policy.deviation.low.tiers.clear();
            policy.deviation.high.tiers.clear();
        }
        Defect::CoefficientRowsForgotten => year.coefficients.clear(),
        Defect::CoefficientOfTheLevel => {
            let levels = |row: &dianzhi_core::Coefficient| row.level.is_some();
            if year.coefficients.iter().any(levels) {
                year.coefficients.retain(levels);
            }
        }
        Defect::BonusesForgotten => year.bonuses.clear(),
        Defect::BonusesCombinedOtherwise
        | Defect::BonusCountedOtherwise
        | Defect::BonusWithoutLimit
        | Defect::CoefficientUnbounded
        | Defect::CoefficientNotRounded => {
            if let Some(rules) = &mut policy.coefficients {
                coefficients::misread(rules, defect);
            }
        }
        Defect::SupportForgotten => {
            if let Some(support) = policy.support.take() {
                year.bonuses.retain(|row| !support.takes(&row.kind));
            }
        }
        Defect::FactorForgotten => policy.auxiliary = None,
        Defect::ComparesWithTheOther => {
            policy.auxiliary = policy.auxiliary.map(|auxiliary| Auxiliary {
                compare_with: match auxiliary.compare_with {
                    CompareWith::Type => CompareWith::SubType,
                    CompareWith::SubType => CompareWith::Type,
                },
            });
        }
        Defect::RoundsDown => policy.rounding.mode = RoundingMode::Down,
        Defect::RoundsHalfUp => policy.rounding.mode = RoundingMode::HalfUp,
        Defect::RoundsHalfEven => policy.rounding.mode = RoundingMode::HalfEven,
        Defect::BudgetChangesForgotten => {
            policy.pools.iter_mut().for_each(|pool| pool.changes.clear());
            policy.budgets.iter_mut().for_each(|node| node.changes.clear());
        }
        Defect::BudgetWraps => {
            trees::flatten(policy);
            for pool in &mut policy.pools {
                let mut fen = pool.budget;
                fen.rescale(2);
                pool.budget = Decimal::from_i128_with_scale(fen.mantissa() % (1 << 31), 2);
            }
        }
        Defect::PricesByRoundedValue => policy.rounding.remainder = Remainder::Fund,
        Defect::FloorsAlways => policy.fund_share.floor_at_zero = true,
        Defect::FloorsNever => policy.fund_share.floor_at_zero = false,
        Defect::PrepaidNotDeducted => year.prepaid.clear(),
        Defect::PrepaidOfIdleHospitalsLost => {
            let claims = &year.claims;
            year.prepaid.retain(|row| {
                claims
                    .iter()
                    .any(|claim| claim.pool == row.pool && claim.hospital == row.hospital)
            });
        }
        _ => {}
    }
    year
}

fn misread_clearing(clearing: &mut Clearing, defect: Defect) {
    match defect {
        Defect::SharingTurnedRound => {
            clearing.sharing = match clearing.sharing {
                Sharing::Progressive => Sharing::Whole,
                Sharing::Whole => Sharing::Progressive,
            };
        }
        Defect::CapIgnored => {
            clearing.compare = Compare::Due;
            clearing.cap_assessment = None;
        }
        Defect::CapAssessmentForgotten => clearing.cap_assessment = None,
        Defect::CreditForgotten => {
            if let Some(Assessment::Credit(scale)) =
                clearing.cap_assessment.take_if(|of| of.by() == ScoreBy::CreditScore)
            {
                clearing.cap_assessment = Some(*scale);
            }
        }
        Defect::CapsForgotten => {
            clearing.surplus_cap = None;
            clearing.compensation_cap = None;
        }
        _ => {
            clearing.from_inclusive ^= true;
            clearing.up_to_inclusive ^= true;
        }
    }
}

/// The settlement put together from the public functions of the crate, with one defect.
pub(crate) fn assembled(year: &Year, defect: Defect) -> Option<Settlement> {
    let year = misread(year, defect);
    let policy = year.compiled();
    let parts = year.parts(&policy);
    let claims = year.claims(&policy, &parts);
    let pools = year.policy.pools.len();
    let mut totals = vec![Totals::default(); pools];
    let mut years: BTreeMap<(PoolId, HospitalId), HospitalYear> = BTreeMap::new();
    let mut cases = Vec::new();
    for (i, claim) in claims.iter().enumerate() {
        let case = &claim.case;
        let mut priced = policy.points(case, &mut Silent).ok()?;
        if defect == Defect::FlatPoint {
            priced.points.0 += 10i64.pow(year.policy.rounding.points);
        }
        if defect == Defect::RoundsTheRatioFirst {
            priced.class = class_by_published_ratio(&year, &policy, case).unwrap_or(priced.class);
        }
        let mut counted = priced.points;
        if defect == Defect::LosesPoints && i + 1 == claims.len() {
            counted.0 = 0;
        }
        totals[usize::from(case.pool.0)].add(case, counted);
        hospital_year(&mut years, case.pool, case.hospital)
            .totals
            .add(case, priced.points);
        cases.push(priced);
    }
    for row in year.prepayments(&policy) {
        hospital_year(&mut years, row.pool, row.hospital).prepaid.0 += row.prepaid.0;
    }
    let mut prices = Vec::new();
    for id in (0..).map(PoolId).take(totals.len()) {
        prices.push(price(&year, &policy, id, &totals, defect)?);
    }
    let points: Vec<_> = cases.iter().map(|case| case.points).collect();
    let standards = standards(&year, &policy, &points, &prices, defect)?;

    let mut settled = Vec::new();
    for (i, (claim, standard)) in claims.iter().zip(standards).enumerate() {
        let mut payment = policy.payment(&claim.case, standard, &mut Silent).ok()?;
        match defect {
            Defect::OthersForgotten => payment.due = payment.standard,
            Defect::DueOneFenOff if i == 0 => payment.due.0 += 1,
            Defect::CaseUnpaid if i + 1 == claims.len() => payment.due.0 = 0,
            _ => {}
        }
        let due = i128::from(payment.due.0);
        totals[usize::from(claim.case.pool.0)].due += due;
        hospital_year(&mut years, claim.case.pool, claim.case.hospital)
            .totals
            .due += due;
        settled.push(SettledCase {
            class: cases[i].class,
            points: cases[i].points,
            payment,
        });
    }
    let mut accounts = Vec::new();
    for ((price, totals), id) in prices.into_iter().zip(totals).zip(0..) {
        accounts.push(cleared(&policy, PoolId(id), price, totals, &years, defect)?);
    }
    Some(Settlement {
        adjusted: BTreeMap::new(),
        cases: settled,
        pools: accounts,
    })
}

fn hospital_year(
    years: &mut BTreeMap<(PoolId, HospitalId), HospitalYear>,
    pool: PoolId,
    hospital: HospitalId,
) -> &mut HospitalYear {
    years.entry((pool, hospital)).or_insert(HospitalYear {
        hospital,
        totals: Totals::default(),
        prepaid: FenSum(0),
    })
}

fn class_by_published_ratio(year: &Year, policy: &CompiledPolicy, case: &dianzhi_core::Case) -> Option<CaseClass> {
    let millionths = policy.cost_ratio_millionths(case).ok()??;
    Some(class(year, &Decimal::new(millionths, 6)))
}

/// The class of a cost ratio.
pub(crate) fn class<T: PartialOrd + FromDecimal>(year: &Year, x: &T) -> CaseClass {
    let (low, high) = (&year.policy.deviation.low, &year.policy.deviation.high);
    let against = |bound: Decimal| x.partial_cmp(&T::from_decimal(bound)).unwrap_or(Ordering::Equal);
    match (against(low.ratio), against(high.ratio)) {
        (Ordering::Less, _) => CaseClass::Low,
        (Ordering::Equal, _) if low.inclusive => CaseClass::Low,
        (_, Ordering::Greater) => CaseClass::High,
        (_, Ordering::Equal) if high.inclusive => CaseClass::High,
        _ => CaseClass::Normal,
    }
}

pub(crate) trait FromDecimal {
    fn from_decimal(decimal: Decimal) -> Self;
}

impl FromDecimal for Decimal {
    fn from_decimal(decimal: Decimal) -> Decimal {
        decimal
    }
}

impl FromDecimal for BigRational {
    fn from_decimal(decimal: Decimal) -> BigRational {
        exact(decimal)
    }
}

fn price(year: &Year, policy: &CompiledPolicy, id: PoolId, totals: &[Totals], defect: Defect) -> Option<PoolPrice> {
    let right = policy.pool_price_among(id, totals, &mut Silent).ok()?;
    match defect {
        Defect::ForgetsReserve => {
            let mut year = year.clone();
            for pool in &mut year.policy.pools {
                pool.reserve = Decimal::ZERO;
            }
            let mut wrong = year.compiled().pool_price_among(id, totals, &mut Silent).ok()?;
            wrong.reserve = right.reserve;
            wrong.distributable = right.distributable;
            wrong.to_hospitals = right.to_hospitals;
            Some(wrong)
        }
        Defect::ValueUnitOff => {
            let mut wrong = right;
            wrong.point_value += 1;
            Some(wrong)
        }
        _ => Some(right),
    }
}

fn standards(
    year: &Year,
    policy: &CompiledPolicy,
    points: &[dianzhi_core::Points],
    prices: &[PoolPrice],
    defect: Defect,
) -> Option<Vec<Fen>> {
    let pool_of = |i: usize| year.claims[i].pool;
    if year.policy.rounding.remainder == Remainder::Fund {
        return (0..points.len())
            .map(|i| policy.standard(points[i], &prices[pool_of(i)], &mut Silent).ok())
            .collect();
    }
    let mut standards = Vec::new();
    let mut parts: Vec<Vec<(u128, usize)>> = vec![Vec::new(); prices.len()];
    let mut cuts = vec![0; prices.len()];
    for (i, points) in points.iter().enumerate() {
        let (cut, rest) = policy.standard_cut(*points, &prices[pool_of(i)], &mut Silent).ok()?;
        cuts[pool_of(i)] += i128::from(cut.0);
        parts[pool_of(i)].push((rest, i));
        standards.push(cut);
    }
    let key = |i: usize| (year.claims[i].hospital.as_bytes(), year.claims[i].id.as_bytes());
    for ((price, cuts), parts) in prices.iter().zip(cuts).zip(&mut parts) {
        let left = price.fen_left(cuts);
        let tie = |a: &(u128, usize), b: &(u128, usize)| match defect {
            Defect::TieByPosition => a.1.cmp(&b.1),
            _ => key(a.1).cmp(&key(b.1)),
        };
        let part = |part: &(u128, usize)| match defect {
            Defect::FenToTheFirst => u128::MAX - part.1 as u128,
            _ => part.0,
        };
        let extra = match defect {
            Defect::KeepsTheFen => 0,
            Defect::PaysRemainderTwice => 2,
            _ => 1,
        };
        for (_, i) in largest_remainders(parts, left, part, tie) {
            standards[*i].0 += extra;
        }
    }
    Some(standards)
}

fn cleared(
    policy: &CompiledPolicy,
    id: PoolId,
    mut price: PoolPrice,
    totals: Totals,
    years: &BTreeMap<(PoolId, HospitalId), HospitalYear>,
    defect: Defect,
) -> Option<PoolAccount> {
    let years: Vec<HospitalYear> = years
        .iter()
        .filter(|((pool, _), _)| *pool == id)
        .map(|(_, year)| *year)
        .collect();
    let reserve = price.reserve;
    if defect == Defect::ForgetsReserveSharing {
        price.reserve = FenSum(1 << 90);
    }
    let mut account = policy.clear(id, price, totals, &years, &mut Silent).ok()?;
    account.price.reserve = reserve;
    let short = account.compensation == reserve && reserve.0 > 0;
    let shares = account.statements.iter().filter(|s| s.compensation.0 > 0).count();
    let claimants = i128::try_from(shares).ok()?;
    let mut kept = false;
    for s in &mut account.statements {
        let (due, booked) = (s.compared.0, s.totals.fund_billed);
        match (defect, s.band) {
            (Defect::CompensatesWithoutBands, Band::Overspend) if !short => s.compensation.0 = booked - due,
            (Defect::SharesReserveEqually, _) if short && s.compensation.0 > 0 => {
                s.compensation.0 = reserve.0 / claimants;
            }
            (Defect::KeepsAFenOfTheReserve, _) if short && s.compensation.0 > 0 && !kept => {
                s.compensation.0 -= 1;
                kept = true;
            }
            (Defect::UnderFloorPaysDue, Band::UnderFloor) => s.cleared.0 = due,
            (Defect::SurplusKeptTwice, Band::Surplus) => s.cleared.0 += s.cleared.0 - booked,
            (Defect::FenOfTheSplitLost, Band::Alliance) if s.alliance_part.0 > 0 && !kept => {
                s.alliance_part.0 -= 1;
                s.cleared.0 -= 1;
                kept = true;
            }
            (Defect::DepositOfNegative, Band::None) => s.deposit.0 = s.cleared.0 / 20,
            (Defect::DepositAlwaysReturned, _) => s.deposit_returned = s.deposit,
            _ => {}
        }
    }
    Some(account)
}
