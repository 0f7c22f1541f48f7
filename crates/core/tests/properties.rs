//! What must hold of every settlement, whatever the figures, each property with deliberately
//! defective engines that it must catch: a property that no defect can break proves nothing.

mod common;

use common::defective::{Defect, assembled};
use common::property::{Property, broken};
use common::tried::{CLAIMS_MAX, SEEDS, any_year, largest_remainder, remainder_bound, remainder_to_the_fund};
use common::{CALM, Draw, Year};
use dianzhi_core::model::{Book, exact, rounded};
use dianzhi_core::{
    Assessment, Band, Clearing, Decimal, FundShareMethod, HospitalStatement, PricingMethod, Settlement, Sharing,
    Surplus,
};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Signed, Zero};
use std::collections::BTreeMap;

type Q = BigRational;
/// The engine's own settlement is the one put together from its public functions.
#[test]
fn the_parts_make_the_whole() {
    for seed in SEEDS {
        let year = Year::draw(seed, &CALM, CLAIMS_MAX);
        assert_eq!(assembled(&year, Defect::Nothing), year.settle().ok(), "seed {seed}");
    }
}

/// Under largest remainder, without a floor and with points, every fen of D (or D′) is due to someone.
#[test]
fn no_fen_is_lost() {
    Property {
        year: largest_remainder,
        holds: |year, engine| {
            let Some(settled) = engine(year) else { return Ok(false) };
            let mut said = false;
            for account in settled.pools.iter().filter(|account| account.totals.points > 0) {
                said = true;
                if account.remainder != account.price.kept_by_fund() {
                    return broken(format!("pool {}: {} fen left", account.pool.0, account.remainder.0));
                }
            }
            Ok(said)
        },
        caught: &[
            Defect::DueOneFenOff,
            Defect::CaseUnpaid,
            Defect::KeepsTheFen,
            Defect::PaysRemainderTwice,
            Defect::PricesByRoundedValue,
            Defect::LosesPoints,
            Defect::ForgetsReserve,
            Defect::OthersForgotten,
            Defect::FloorsAlways,
        ],
    }
    .check();
}

/// Under largest remainder every case gets its exact share, cut down to the fen or a fen more.
#[test]
fn shares_are_exact_to_the_fen() {
    Property {
        year: largest_remainder,
        holds: |year, engine| {
            let Some(settled) = engine(year) else { return Ok(false) };
            for (row, case) in year.claims.iter().zip(&settled.cases) {
                let account = &settled.pools[row.pool];
                let (points, n) = pool_points_and_numerator(year, &settled, row.pool);
                if points == 0 {
                    continue;
                }
                let share = Q::new(BigInt::from(case.points.0) * n, points.into());
                let over = Q::from(BigInt::from(case.payment.standard.0)) - share;
                if over.abs() >= Q::from(BigInt::from(1)) {
                    return broken(format!(
                        "case {} of {:?} is {over} fen off its share",
                        row.id, account.pool
                    ));
                }
            }
            Ok(!year.claims.is_empty())
        },
        caught: &[
            Defect::PaysRemainderTwice,
            Defect::PricesByRoundedValue,
            Defect::LosesPoints,
            Defect::ForgetsReserve,
        ],
    }
    .check();
}

/// P in units and N in fen, from the rows and the published cases.
fn pool_points_and_numerator(year: &Year, settled: &Settlement, pool: usize) -> (i128, i128) {
    let members = || (0..year.claims.len()).filter(move |&i| year.claims[i].pool == pool);
    let points = members().map(|i| i128::from(settled.cases[i].points.0)).sum();
    let others: i128 = members()
        .map(|i| i128::from(year.claims[i].medical_cost - year.claims[i].fund_billed))
        .sum();
    let distributable = settled.pools[pool].price.to_hospitals.0;
    let numerator = match year.policy.fund_share.method {
        FundShareMethod::Difference => distributable + others,
        _ => distributable,
    };
    (points, numerator)
}

/// Under `fund` the remainder stays within what the roundings can leave.
#[test]
fn the_remainder_is_bounded() {
    Property {
        year: remainder_to_the_fund,
        holds: |year, engine| {
            let Some(settled) = engine(year) else { return Ok(false) };
            let mut said = false;
            for account in settled.pools.iter().filter(|account| account.totals.points > 0) {
                said = true;
                let left = account.remainder.0 - account.price.kept_by_fund().0;
                let bound = remainder_bound(year, account);
                if Q::from(BigInt::from(left.abs())) > bound {
                    return broken(format!("pool {}: {left} fen left, bound {bound}", account.pool.0));
                }
            }
            Ok(said)
        },
        caught: &[
            Defect::RoundsDown,
            Defect::ValueUnitOff,
            Defect::CaseUnpaid,
            Defect::LosesPoints,
            Defect::ForgetsReserve,
            Defect::OthersForgotten,
            Defect::FloorsAlways,
        ],
    }
    .check();
}

/// The bound says something: remainders come near it, and each of its two terms is needed.
#[test]
fn the_bound_is_not_vacuous() {
    let two = BigInt::from(2);
    let (mut near, mut beyond_cases, mut beyond_value) = (0, 0, 0);
    for seed in SEEDS {
        let year = remainder_to_the_fund(seed);
        let Ok(settled) = year.settle() else { continue };
        for account in settled.pools.iter().filter(|account| account.totals.points > 0) {
            let left = account.remainder.0 - account.price.kept_by_fund().0;
            let left = Q::from(BigInt::from(left.abs()));
            let bound = remainder_bound(&year, account);
            let from_cases = Q::from(BigInt::from(account.totals.cases)) / &two;
            near += u32::from(account.totals.cases > 3 && &left * &two > bound);
            beyond_cases += u32::from(left > from_cases);
            beyond_value += u32::from(left > bound - from_cases);
        }
    }
    assert!(
        near > 5 && beyond_cases > 5 && beyond_value > 5,
        "{near} near the bound, {beyond_cases} beyond the cases' term, {beyond_value} beyond V's"
    );
}

/// What a case is due follows from its standard and its bill.
#[test]
fn every_case_adds_up() {
    Property {
        year: any_year,
        holds: |year, engine| {
            let Some(settled) = engine(year) else { return Ok(false) };
            let share = &year.policy.fund_share;
            for (row, case) in year.claims.iter().zip(&settled.cases) {
                let p = &case.payment;
                if p.others.0 != row.medical_cost - row.fund_billed || p.standard.0 < 0 || case.points.0 < 0 {
                    return broken(format!("case {}: {case:?}", row.id));
                }
                let lifted = |due: i64| if share.floor_at_zero { due.max(0) } else { due };
                let right = match share.method {
                    FundShareMethod::FundPoints => p.due == p.standard,
                    FundShareMethod::Difference => p.due.0 == lifted(p.standard.0 - p.others.0),
                    FundShareMethod::ActualRatio => 0 <= p.due.0 && p.due <= p.standard,
                    FundShareMethod::ReimbursementRatio => {
                        0 <= p.due.0 && p.due.0 <= (p.standard.0 - row.patient_items).max(0)
                    }
                    // Never more than the standard, and nothing where the patient bears all of the bill.
                    FundShareMethod::ScaledRatio => {
                        let bears_all = row.patient_items >= row.medical_cost;
                        0 <= p.due.0 && p.due <= p.standard && (p.due.0 == 0 || !bears_all)
                    }
                };
                if !right {
                    return broken(format!("case {}: {case:?} under {share:?}", row.id));
                }
            }
            Ok(!year.claims.is_empty())
        },
        caught: &[
            Defect::DueOneFenOff,
            Defect::OthersForgotten,
            Defect::FloorsAlways,
            Defect::FloorsNever,
        ],
    }
    .check();
}

/// budget = Σ final payment + Σ prepaid + left in fund, and Σ due + remainder = D.
#[test]
fn the_budget_is_accounted_for() {
    Property {
        year: any_year,
        holds: |year, engine| {
            let Some(settled) = engine(year) else { return Ok(false) };
            for (i, account) in settled.pools.iter().enumerate() {
                let prepaid: i128 = year
                    .prepaid
                    .iter()
                    .filter(|row| row.pool == i)
                    .map(|row| i128::from(row.fen))
                    .sum();
                let paid: i128 = account.statements.iter().map(|s| s.final_payment.0).sum();
                let budget = Book::new(&year.policy, &[], &[]).budget(i) * BigInt::from(100);
                if budget != Q::from(BigInt::from(paid + prepaid + account.left_in_fund.0)) {
                    return broken(format!("pool {i}: {budget} fen are not accounted for"));
                }
                let due: i128 = year
                    .claims
                    .iter()
                    .zip(&settled.cases)
                    .filter(|(row, _)| row.pool == i)
                    .map(|(_, case)| i128::from(case.payment.due.0))
                    .sum();
                if due + account.remainder.0 != account.price.distributable.0 {
                    return broken(format!("pool {i}: Σ due and remainder are not D"));
                }
            }
            Ok(true)
        },
        caught: &[
            Defect::PrepaidOfIdleHospitalsLost,
            Defect::PrepaidNotDeducted,
            Defect::BudgetWraps,
            Defect::BudgetChangesForgotten,
        ],
    }
    .check();
}

/// The compensation of a hospital by the bands and the cap, before the reserve is looked at.
fn raw_compensation(year: &Year, pool: usize, s: &HospitalStatement) -> i128 {
    if s.band != Band::Overspend {
        return 0;
    }
    let whole = |fen: i128| Q::from(BigInt::from(fen));
    let fen = |value: &Q| {
        let fen = rounded(value, 0, year.policy.rounding.mode).to_integer();
        i128::try_from(fen).expect("a sum of fen")
    };
    let rules = year.policy.clearing_of(pool).rules;
    let (due, booked) = (whole(s.compared.0), whole(s.totals.fund_billed));
    let mut sum = Q::zero();
    let mut from = Decimal::ONE;
    for band in &rules.overspend {
        let (start, end) = (exact(from) * &due, exact(band.up_to) * &due);
        let is_last = rules.overspend.last() == Some(band);
        match rules.sharing {
            Sharing::Progressive if booked > start => {
                sum += exact(band.fund_share) * (booked.clone().min(end) - start);
            }
            Sharing::Whole if booked > start || (booked == start && !rules.up_to_inclusive) => {
                // The last band that r reaches is the one that it lies in.
                let most = rules.overspend.last().map_or(Decimal::ONE, |last| last.up_to);
                let lies_beyond = booked == end && !rules.up_to_inclusive && !is_last;
                if !lies_beyond {
                    sum = exact(band.fund_share) * (booked.clone().min(exact(most) * &due) - &due);
                }
            }
            _ => {}
        }
        from = band.up_to;
    }
    let claimed = fen(&sum);
    rules
        .compensation_cap
        .map_or(claimed, |cap| claimed.min(fen(&(exact(cap) * due))))
}

/// Σ compensation = min(Σ claimed, R): no fen beyond the reserve, and every fen of it where it is
/// short, in proportion to the claims.
#[test]
fn the_reserve_is_shared_out_whole() {
    Property {
        year: any_year,
        holds: |year, engine| {
            let Some(settled) = engine(year) else { return Ok(false) };
            let mut said = false;
            for (i, account) in settled.pools.iter().enumerate() {
                let statements = account.statements.iter();
                let raw: Vec<i128> = statements.map(|s| raw_compensation(year, i, s)).collect();
                let (total, reserve) = (raw.iter().sum::<i128>(), account.price.reserve.0);
                let granted: i128 = account.statements.iter().map(|s| s.compensation.0).sum();
                if granted != total.min(reserve) {
                    return broken(format!("{granted} fen of {reserve} granted, {total} claimed"));
                }
                for (s, raw) in account.statements.iter().zip(raw) {
                    said |= raw > 0;
                    let got = s.compensation.0;
                    let fair = if total <= reserve {
                        got == raw
                    } else {
                        (BigInt::from(got) * total - BigInt::from(raw) * reserve).abs() < BigInt::from(total)
                    };
                    if !fair {
                        return broken(format!("{got} fen granted for {raw} of {total}, reserve {reserve}"));
                    }
                }
            }
            Ok(said)
        },
        caught: &[
            Defect::ForgetsReserveSharing,
            Defect::SharesReserveEqually,
            Defect::KeepsAFenOfTheReserve,
            Defect::CompensatesWithoutBands,
            Defect::SharingTurnedRound,
            Defect::CapsForgotten,
            Defect::ClearingForForgotten,
        ],
    }
    .check();
}

/// Whether the rules let a hospital with r = booked ÷ due keep a part of a surplus.
fn keeps_something(rules: &Clearing, booked: i128, due: i128) -> bool {
    let lowest = match &rules.surplus {
        Surplus::Floor { floor, .. } => *floor,
        Surplus::Bands(_) if rules.sharing == Sharing::Progressive => return true,
        Surplus::Bands(bands) => bands.last().expect("a band").from,
    };
    let (booked, bound) = (Q::from(BigInt::from(booked)), exact(lowest) * BigInt::from(due));
    booked > bound || (rules.from_inclusive && booked == bound)
}

/// A hospital is cleared between what it booked and what it was due, by its band.
#[test]
fn clearing_lies_between_booked_and_due() {
    Property {
        year: any_year,
        holds: |year, engine| {
            let Some(settled) = engine(year) else { return Ok(false) };
            let with_rules = settled.pools.iter().enumerate().flat_map(|(i, account)| {
                let rules = year.policy.clearing_of(i).rules;
                account.statements.iter().map(move |s| (rules, s))
            });
            for (rules, s) in with_rules {
                let (due, booked, cleared) = (s.compared.0, s.totals.fund_billed, s.cleared.0);
                let right = if due <= 0 {
                    s.band == Band::None && cleared == due
                } else if !keeps_something(rules, booked, due) {
                    s.band == Band::UnderFloor && cleared == booked
                } else if booked <= due {
                    s.band == Band::Surplus && booked <= cleared && cleared <= due
                } else {
                    s.band == Band::Overspend && cleared == due + s.compensation.0 && cleared <= booked
                };
                let score = year.hospitals[s.hospital.0 as usize].assessment_score;
                let (deposit, returned) = (s.deposit.0, s.deposit_returned.0);
                let deposited = match &rules.assessment {
                    Assessment::Score { full_from, .. } if score >= *full_from => returned == deposit,
                    Assessment::Score { none_below, .. } if score < *none_below => returned == 0,
                    Assessment::Steps(steps) if steps.iter().all(|step| score < step.from) => returned == 0,
                    _ => 0 <= returned && returned <= deposit,
                };
                if !right || !deposited || deposit < 0 || deposit > cleared.max(0) {
                    return broken(format!("{s:?}"));
                }
            }
            Ok(settled.pools.iter().any(|account| !account.statements.is_empty()))
        },
        caught: &[
            Defect::UnderFloorPaysDue,
            Defect::SurplusKeptTwice,
            Defect::DepositOfNegative,
            Defect::DepositAlwaysReturned,
            Defect::BoundsTurnedRound,
            Defect::ClearingForForgotten,
        ],
    }
    .check();
}

/// More budget never makes a point cheaper.
#[test]
fn the_point_value_rises_with_the_budget() {
    Property {
        year: |seed| {
            let mut year = any_year(seed).flat();
            year.policy.pricing.method = PricingMethod::Points;
            year
        },
        holds: |year, engine| {
            let mut draw = Draw::new(year.seed);
            let mut richer = year.clone();
            for pool in &mut richer.policy.pools {
                pool.budget += Decimal::new(draw.of_any_size(10_000_000_000), 2);
            }
            let (Some(before), Some(after)) = (engine(year), engine(&richer)) else {
                return Ok(false);
            };
            for (poor, rich) in before.pools.iter().zip(&after.pools) {
                if poor.price.point_value > rich.price.point_value {
                    return broken(format!("V falls: {poor:?} to {rich:?}"));
                }
            }
            Ok(before.pools.iter().any(|account| account.totals.points > 0))
        },
        caught: &[Defect::BudgetWraps],
    }
    .check();
}

/// Largest remainder, and tables whose points come out exact, so that doubling doubles each case's.
fn exact_points(seed: u64) -> Year {
    let mut year = largest_remainder(seed);
    let mut draw = Draw::new(seed);
    let two_places = |value: Decimal| value.trunc_with_scale(2);
    year.policy.rounding.points = 12;
    for group in &mut year.groups {
        group.base_points = two_places(group.base_points).min(Decimal::new(2_000, 0));
        group.mean_cost = draw.pick(&[Decimal::new(8_000, 0), Decimal::new(1_250, 0), Decimal::new(4, 0)]);
    }
    for hospital in &mut year.hospitals {
        hospital.coefficient = two_places(hospital.coefficient) + Decimal::new(1, 2);
    }
    year.policy.pricing.mean_cost_all = Decimal::new(8_000, 0);
    year.policy.pricing.scale = draw.pick(&[Decimal::ONE, Decimal::ONE_HUNDRED]);
    year.policy.ungrouped_share = two_places(year.policy.ungrouped_share);
    let deviation = &mut year.policy.deviation;
    for threshold in [&mut deviation.low, &mut deviation.high] {
        threshold.ratio = two_places(threshold.ratio);
    }
    for row in &mut year.claims {
        row.medical_cost = row.medical_cost.min(10_000_000);
        row.fund_billed = row.fund_billed.min(row.medical_cost);
        row.factor = two_places(row.factor).min(Decimal::TWO) + Decimal::new(1, 2);
    }
    year
}

/// Twice the points, half the point value: nobody is paid differently.
#[test]
fn doubling_all_points_changes_nothing() {
    Property {
        year: exact_points,
        holds: |year, engine| {
            let mut doubled = year.clone();
            doubled.policy.pricing.scale *= Decimal::TWO;
            for group in &mut doubled.groups {
                group.base_points *= Decimal::TWO;
            }
            let (Some(before), Some(after)) = (engine(year), engine(&doubled)) else {
                return Ok(false);
            };
            for (a, b) in before.cases.iter().zip(&after.cases) {
                if a.payment != b.payment || a.points.0 * 2 != b.points.0 {
                    return broken(format!("{a:?} becomes {b:?}"));
                }
            }
            let money = |settled: &Settlement| -> Vec<_> {
                let statements = settled.pools.iter().flat_map(|account| &account.statements);
                statements
                    .map(|s| (s.band, s.cleared, s.deposit, s.final_payment))
                    .collect()
            };
            if money(&before) != money(&after) {
                return broken("the clearing changes");
            }
            Ok(before.pools.iter().any(|account| account.totals.points > 0))
        },
        caught: &[Defect::FlatPoint, Defect::PricesByRoundedValue],
    }
    .check();
}

/// The cases may come in any order.
#[test]
fn the_order_of_the_cases_does_not_matter() {
    Property {
        year: |seed| {
            // Mostly one kind of case, so that ties for the fen left over are common.
            let mut year = largest_remainder(seed);
            if seed % 4 == 0 {
                return any_year(seed);
            }
            for hospital in &mut year.hospitals {
                hospital.coefficient = Decimal::ONE;
            }
            year
        },
        holds: |year, engine| {
            let mut shuffled = year.clone();
            Draw::new(year.seed).shuffle(&mut shuffled.claims);
            let (Some(before), Some(after)) = (engine(year), engine(&shuffled)) else {
                return Ok(false);
            };
            if before.pools != after.pools {
                return broken("a pool changes");
            }
            let by_id = |year: &Year, settled: &Settlement| -> BTreeMap<String, String> {
                let cases = year.claims.iter().zip(&settled.cases);
                cases.map(|(row, case)| (row.id.clone(), format!("{case:?}"))).collect()
            };
            if by_id(year, &before) != by_id(&shuffled, &after) {
                return broken("a case is paid differently");
            }
            Ok(year.claims.len() > 1)
        },
        caught: &[
            Defect::TieByPosition,
            Defect::FenToTheFirst,
            Defect::LosesPoints,
            Defect::CaseUnpaid,
        ],
    }
    .check();
}
