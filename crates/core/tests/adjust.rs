//! Rules that change points when all cases are priced: drawn years against the model, the properties
//! of quotas and of order, and every step of an explanation (docs/SETTLEMENT.md §5.15).

mod common;

use common::against::{model_cases, units};
use common::steps::{check, falsified};
use common::{Draw, Size, Year};
use dianzhi_core::model::{self, Book, ModelAdjustable, ModelYear, exact};
use dianzhi_core::{
    Adjust, Decimal, Facts, Fen, Finding, LevelQuota, OverQuota, Pool, PoolError, Quota, QuotaOf, QuotaPeriod,
    Readmission, Review, ReviewEffect, Rule, SameStay, SettleError, Settlement, SpecialReview, Stay, Trace, Worth,
    quota_of, settle_adjusted,
};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::Zero;
use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU128;

const SEEDS: std::ops::Range<u64> = 0..300;

/// What the rules ask of a claim, as its files would say it.
#[derive(Clone, Debug)]
struct Known {
    person: &'static str,
    admitted: i32,
    discharged: i32,
    month: (i32, u32),
    diagnosis: &'static str,
    excused: bool,
    review: Option<Review>,
    penalty: Option<Decimal>,
}

#[derive(Clone, Debug)]
struct Drawn {
    year: Year,
    known: Vec<Known>,
}

/// What a defective engine gets wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Defect {
    InclusiveTurnedRound,
    SidesSwapped,
    MergeForgotten,
    AnywhereForgotten,
    ExcusesForgotten,
    QuotaForgotten,
    LevelsForgotten,
    PeriodForgotten,
    RefusedGranted,
    CapForgotten,
    PenaltiesForgotten,
    TieByPosition,
}

const DEFECTS: [Defect; 12] = [
    Defect::InclusiveTurnedRound,
    Defect::SidesSwapped,
    Defect::MergeForgotten,
    Defect::AnywhereForgotten,
    Defect::ExcusesForgotten,
    Defect::QuotaForgotten,
    Defect::LevelsForgotten,
    Defect::PeriodForgotten,
    Defect::RefusedGranted,
    Defect::CapForgotten,
    Defect::PenaltiesForgotten,
    Defect::TieByPosition,
];

fn quota(draw: &mut Draw) -> Quota {
    let quota_of = draw.pick(&[QuotaOf::Pool, QuotaOf::Hospital, QuotaOf::Level]);
    let level = |draw: &mut Draw, level: &str| LevelQuota {
        level: level.to_owned(),
        quota: draw.decimal(0, 1, 1),
    };
    Quota {
        quota: draw.decimal(0, 1, 1),
        quota_of,
        levels: match quota_of {
            QuotaOf::Pool => Vec::new(),
            _ => vec![level(draw, "1"), level(draw, "3")],
        },
        period: draw.pick(&[QuotaPeriod::Year, QuotaPeriod::Quarter, QuotaPeriod::Month]),
    }
}

impl Drawn {
    fn draw(seed: u64) -> Drawn {
        let draw = &mut Draw::new(seed ^ 0xadd);
        let sizes = [Size::Small, Size::Usual];
        // With outliers, with every method, with coefficients out of tables, and with alliances too.
        let mut year = match seed % 4 {
            0 => Year::draw_outliers(seed, &sizes, 25),
            1 => Year::draw_outliers_mixed(seed, &sizes, 25),
            2 => Year::draw_coefficients(seed, &sizes, 25),
            _ => Year::draw_coefficients(seed, &sizes, 25).with_alliances(),
        };
        // The rules come after support and assessment, and go by what these leave.
        if seed.is_multiple_of(3) {
            year = year.with_support();
        }
        // Where a pool pays in money more than it has there is nothing to see here.
        let stands_alone = |pool: &&mut Pool| pool.of.is_none() && pool.insured.is_empty();
        for pool in year.policy.pools.iter_mut().filter(stands_alone) {
            let budget = (pool.grown.as_mut()).map_or(&mut pool.budget, |grown| &mut grown.base_year_budget);
            *budget += Decimal::new(100_000_000_000, 0);
        }
        let same = [SameStay::Group, SameStay::Adrg, SameStay::Diagnosis];
        year.policy.adjust = Adjust {
            readmission: draw.chance(80).then(|| Readmission {
                days: u32::try_from(draw.number(0, 20)).expect("a few days"),
                inclusive: draw.chance(50),
                same: draw.pick(&same),
                same_hospital: draw.chance(50),
                not_for: Vec::new(),
                earlier_share: draw.share(),
                later_share: draw.share(),
                merge: false,
            }),
            special_review: draw.chance(80).then(|| SpecialReview {
                quota: quota(draw),
                over_quota: OverQuota::LargestExcess,
            }),
            high_cap: draw.chance(80).then(|| quota(draw)),
            penalties: true,
        };
        if let Some(rule) = &mut year.policy.adjust.readmission
            && rule.earlier_share == Decimal::ONE
        {
            rule.later_share = rule.later_share.min(Decimal::new(5, 1));
        }
        // By the seed, so that what else is drawn stays as it is.
        if let Some(rule) = year
            .policy
            .adjust
            .readmission
            .as_mut()
            .filter(|_| seed.is_multiple_of(3))
        {
            rule.merge = true;
            (rule.earlier_share, rule.later_share) = (Decimal::ONE, Decimal::ONE);
        }
        assert!(year.policy.adjust.needs_stays() || year.policy.adjust.readmission.is_none());
        let policy = year.compiled();
        let known = year.claims.iter().map(|row| {
            let in_money = matches!(
                policy
                    .worth(&year.case(&policy, row), &mut dianzhi_core::Silent)
                    .map(|found| found.worth),
                Ok(Worth::Money(_))
            );
            let admitted = i32::try_from(draw.number(0, 60)).expect("a day");
            let effect = match draw.number(0, 2) {
                0 => ReviewEffect::ByItem,
                1 => ReviewEffect::Amount(Fen(draw.number(0, row.medical_cost))),
                _ => ReviewEffect::Factor(draw.decimal(0, 3, 2) + Decimal::new(1, 2)),
            };
            let review = Review {
                approved: draw.chance(80),
                effect,
            };
            Known {
                person: draw.pick(&["P1", "P2", "P3", ""]),
                admitted,
                discharged: admitted + i32::try_from(draw.number(0, 20)).expect("a few days"),
                month: (2026, u32::try_from(draw.number(1, 12)).expect("a month")),
                diagnosis: draw.pick(&["J18.9", "J18.0", "I10", ""]),
                excused: draw.chance(20),
                review: (draw.chance(40) && !in_money).then_some(review),
                penalty: (draw.chance(8) && !in_money).then(|| draw.decimal(0, 5, 1)),
            }
        });
        let known = known.collect();
        Drawn { year, known }
    }

    /// The facts as an engine takes them: what must be the same is one number.
    fn facts(&self) -> Vec<Facts> {
        let mut numbers: BTreeMap<(String, String, String), u128> = BTreeMap::new();
        let policy = self.year.compiled();
        let facts = self.year.claims.iter().zip(&self.known).map(|(row, known)| {
            let rule = self.year.policy.adjust.readmission.as_ref();
            let same = rule.and_then(|rule| rule.same.of(&row.group, known.diagnosis));
            let by_points = policy.pay_in(self.year.case(&policy, row).method) == dianzhi_core::PayIn::Points;
            let number = same.filter(|_| !known.person.is_empty() && by_points).map(|same| {
                let hospital = if rule.is_some_and(|rule| rule.same_hospital) {
                    row.hospital.as_str()
                } else {
                    ""
                };
                let next = numbers.len() as u128 + 1;
                *numbers
                    .entry((known.person.to_owned(), same.to_owned(), hospital.to_owned()))
                    .or_insert(next)
            });
            Facts {
                stay: Stay {
                    same: number.and_then(NonZeroU128::new),
                    admitted: known.admitted,
                    discharged: known.discharged,
                    month: known.month.0 * 12 + i32::try_from(known.month.1).expect("a month") - 1,
                },
                excused: known.excused,
                review: known
                    .review
                    .filter(|_| self.year.policy.adjust.special_review.is_some()),
                penalty: known.penalty,
            }
        });
        facts.collect()
    }

    fn settle(&self) -> Result<Settlement, SettleError> {
        let policy = self.year.compiled();
        let parts = self.year.parts(&policy);
        let claims = self.year.claims(&policy, &parts);
        settle_adjusted(&policy, &claims, &self.facts(), &self.year.prepayments(&policy))
    }

    /// The year as a defective engine reads it.
    fn misread(&self, defect: Defect) -> Drawn {
        let mut drawn = self.clone();
        let adjust = &mut drawn.year.policy.adjust;
        let quotas = |adjust: &mut Adjust, change: fn(&mut Quota)| {
            adjust
                .special_review
                .iter_mut()
                .for_each(|rule| change(&mut rule.quota));
            adjust.high_cap.iter_mut().for_each(change);
        };
        match defect {
            Defect::InclusiveTurnedRound => adjust.readmission.iter_mut().for_each(|rule| rule.inclusive ^= true),
            Defect::SidesSwapped => adjust
                .readmission
                .iter_mut()
                .for_each(|rule| std::mem::swap(&mut rule.earlier_share, &mut rule.later_share)),
            Defect::MergeForgotten => {
                // The first stay alone is paid.
                for rule in adjust.readmission.iter_mut().filter(|rule| rule.merge) {
                    (rule.merge, rule.later_share) = (false, Decimal::ZERO);
                }
            }
            Defect::AnywhereForgotten => adjust.readmission.iter_mut().for_each(|rule| rule.same_hospital = true),
            Defect::ExcusesForgotten => drawn.known.iter_mut().for_each(|known| known.excused = false),
            Defect::QuotaForgotten => quotas(adjust, |quota| {
                quota.quota = 1.into();
                quota.levels.clear();
            }),
            Defect::LevelsForgotten => quotas(adjust, |quota| quota.levels.clear()),
            Defect::PeriodForgotten => quotas(adjust, |quota| quota.period = QuotaPeriod::Year),
            Defect::RefusedGranted => {
                for review in drawn.known.iter_mut().filter_map(|known| known.review.as_mut()) {
                    review.approved = true;
                }
            }
            Defect::CapForgotten => adjust.high_cap = None,
            Defect::PenaltiesForgotten => drawn.known.iter_mut().for_each(|known| known.penalty = None),
            Defect::TieByPosition => {
                for (i, row) in drawn.year.claims.iter_mut().enumerate() {
                    row.id = format!("{i:04}");
                }
            }
        }
        drawn
    }

    /// The year by the book, and the words of what was found.
    fn by_the_book(&self) -> Option<(ModelYear, Vec<String>)> {
        let year = &self.year;
        let book = Book::new(&year.policy, &year.groups, &year.hospitals).with_prices(&year.prices);
        let caps = year
            .caps
            .iter()
            .map(|row| ((row.pool, row.hospital.clone()), yuan(row.fen)));
        let book = book
            .with_caps(caps.collect())
            .with_enrolment(year.enrolled_by_the_book())
            .with_coefficients(&year.coefficients, &year.bonuses);
        let mut prepaid: BTreeMap<(usize, String), BigRational> = BTreeMap::new();
        for row in &year.prepaid {
            *prepaid
                .entry((row.pool, row.hospital.clone()))
                .or_insert_with(BigRational::zero) += yuan(row.fen);
        }
        let mut words = Vec::new();
        let settled = model::settle_adjusted_by(&book, &model_cases(year), &prepaid, |cases, paid| {
            let adjustable = cases
                .iter()
                .zip(&*paid)
                .zip(&self.known)
                .map(|((case, paid), known)| ModelAdjustable {
                    book: &book,
                    case,
                    paid,
                    person: known.person,
                    admitted: Some(known.admitted.into()),
                    discharged: known.discharged.into(),
                    month: known.month,
                    diagnosis: known.diagnosis,
                    excused: known.excused,
                    review: known.review.map(|review| {
                        let (effect, value) = match review.effect {
                            ReviewEffect::ByItem => ("by-item", BigRational::zero()),
                            ReviewEffect::Amount(fen) => ("amount", yuan(fen.0)),
                            ReviewEffect::Factor(factor) => ("factor", exact(factor)),
                        };
                        (review.approved, effect, value)
                    }),
                    penalty: known.penalty.map(exact),
                });
            let adjustable: Vec<ModelAdjustable<'_>> = adjustable.collect();
            let found = model::adjust(&book, &adjustable)?;
            words = found.iter().map(|found| found.words.join("+")).collect();
            let points: Vec<BigRational> = found
                .iter()
                .zip(&*paid)
                .map(|(of, paid)| of.now(&paid.points))
                .collect();
            for (paid, points) in paid.iter_mut().zip(points) {
                paid.points = points;
            }
            Some(())
        })?;
        Some((settled, words))
    }
}

fn yuan(fen: i64) -> BigRational {
    BigRational::new(fen.into(), 100.into())
}

/// Every figure that an engine finds against the book; `Ok(false)` where there is nothing to compare.
fn compare(drawn: &Drawn, engine: &Result<Settlement, SettleError>) -> Result<bool, String> {
    let (settled, (book, words)) = match (engine, drawn.by_the_book()) {
        (Ok(settled), Some(book)) => (settled, book),
        (Err(SettleError::Pool(PoolError::TooLarge(_)) | SettleError::Case { .. }), _) => return Ok(false),
        (Err(SettleError::Pool(_)), None) => return Ok(false),
        (engine, book) => return Err(format!("engine {}, book {}", engine.is_ok(), book.is_some())),
    };
    let places = drawn.year.policy.rounding.points;
    for (i, (case, by_book)) in settled.cases.iter().zip(&book.cases).enumerate() {
        let found = settled.adjusted.get(&i).map_or_else(String::new, |found| found.words());
        if found != words[i] {
            return Err(format!("case {i}: found {found:?}, the book {:?}", words[i]));
        }
        for (what, engine, model) in [
            ("points", BigInt::from(case.points.0), units(&by_book.points, places)),
            ("standard", case.payment.standard.0.into(), units(&by_book.standard, 2)),
            ("due", case.payment.due.0.into(), units(&by_book.due, 2)),
        ] {
            if engine != model {
                return Err(format!("case {i} {found}: {what} {engine}, by the book {model}"));
            }
        }
    }
    let policy = drawn.year.compiled();
    for (account, by_book) in settled.pools.iter().zip(&book.pools) {
        let broken = policy.broken_identities(account, &account.totals);
        if !broken.is_empty() {
            return Err(format!("identities: {broken:?}"));
        }
        for (statement, by_book) in account.statements.iter().zip(&by_book.statements) {
            if BigInt::from(statement.final_payment.0) != units(&by_book.final_payment, 2) {
                return Err("a final payment".to_owned());
            }
        }
    }
    Ok(true)
}

/// Every rule, drawn with every other, and defective engines that are caught.
#[test]
fn drawn_years_are_those_of_the_book() {
    let mut reached: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut compared, mut below) = (0, 0);
    let mut caught: BTreeSet<usize> = BTreeSet::new();
    for seed in SEEDS {
        let drawn = Drawn::draw(seed);
        let settled = drawn.settle();
        match compare(&drawn, &settled) {
            Ok(something) => compared += u64::from(something),
            Err(why) => panic!("seed {seed}: {why}\n{:#?}", drawn.year.policy.adjust),
        }
        let Ok(settled) = settled else { continue };
        below += settled.cases.iter().filter(|case| case.points.0 < 0).count();
        for finding in settled.adjusted.values().flat_map(|found| &found.findings) {
            *reached.entry(finding.word()).or_default() += 1;
        }
        for (at, defect) in DEFECTS.iter().enumerate() {
            if !caught.contains(&at) && compare(&drawn, &drawn.misread(*defect).settle()).is_err() {
                caught.insert(at);
            }
        }
    }
    assert!(compared > SEEDS.end / 2, "{compared} years compared");
    assert!(reached.len() == 8 && below > 10, "{reached:?}, {below} below 0");
    let missed: Vec<_> = (0..DEFECTS.len())
        .filter(|at| !caught.contains(at))
        .map(|at| DEFECTS[at])
        .collect();
    assert_eq!(missed, [], "defects that pass");
}

/// However many ask, no more get it than the quota has; whoever gets it has no smaller excess than one
/// who does not. Counted from the claims alone. Seen to fail with quotas rounded up.
#[test]
fn no_quota_is_ever_passed() {
    let mut passed_by_forgotten = false;
    let mut full = 0;
    for seed in SEEDS {
        let drawn = Drawn::draw(seed);
        let Ok(settled) = drawn.settle() else { continue };
        let rule = drawn.year.policy.adjust.special_review.as_ref();
        let Some(rule) = rule else { continue };
        full += u64::from(granted(&drawn, &rule.quota, &settled).expect("no quota is passed"));
        if let Ok(other) = drawn.misread(Defect::QuotaForgotten).settle() {
            passed_by_forgotten |= granted(&drawn, &rule.quota, &other).is_none();
        }
    }
    assert!(
        full > 20 && passed_by_forgotten,
        "{full} years with a quota that is used up"
    );
}

/// Whether some quota is used up; `None` where one is passed.
fn granted(drawn: &Drawn, quota: &Quota, settled: &Settlement) -> Option<bool> {
    let year = &drawn.year;
    let level = |code: &str| {
        let of = year.hospitals.iter().find(|hospital| hospital.code == code);
        of.expect("a hospital").level.clone()
    };
    let mut counts: BTreeMap<(String, u32), (u64, u64, Decimal)> = BTreeMap::new();
    for (i, (row, known)) in year.claims.iter().zip(&drawn.known).enumerate() {
        let whose = match quota.quota_of {
            QuotaOf::Pool => row.pool.to_string(),
            QuotaOf::Hospital => row.hospital.clone(),
            QuotaOf::Level => level(&row.hospital),
        };
        let period = match quota.period {
            QuotaPeriod::Year => 0,
            QuotaPeriod::Quarter => known.month.1.div_ceil(3),
            QuotaPeriod::Month => known.month.1,
        };
        let of_level = quota.levels.iter().find(|of| of.level == level(&row.hospital));
        let share = of_level.map_or(quota.quota, |of| of.quota);
        let (all, got, _) = counts.entry((whose, period)).or_insert((0, 0, share));
        *all += 1;
        let findings = settled.adjusted.get(&i).map(|found| &found.findings);
        let is_it = |finding: &Finding| matches!(finding, Finding::ReviewGranted { .. });
        *got += u64::from(findings.is_some_and(|findings| findings.iter().any(is_it)));
    }
    let most = |all: u64, share: Decimal| quota_of(share, all);
    let passed = counts
        .values()
        .any(|(all, got, share)| Decimal::from(*got) > share * Decimal::from(*all));
    (!passed).then(|| {
        counts
            .values()
            .any(|(all, got, share)| *got > 0 && *got == most(*all, *share))
    })
}

/// The points of a case, and what was found of it.
type Said = (dianzhi_core::Points, Option<String>);

/// The order of the claims plays no part: by their ids they have the same points. An engine that breaks
/// ties by position is caught.
#[test]
fn the_order_of_the_claims_plays_no_part() {
    let mut depends = false;
    for seed in SEEDS {
        let drawn = Drawn::draw(seed);
        let mut order: Vec<usize> = (0..drawn.known.len()).collect();
        Draw::new(seed).shuffle(&mut order);
        let mut turned = drawn.clone();
        turned.year.claims = order.iter().map(|&i| drawn.year.claims[i].clone()).collect();
        turned.known = order.iter().map(|&i| drawn.known[i].clone()).collect();
        let points = |drawn: &Drawn| -> Option<Vec<Said>> {
            let settled = drawn.settle().ok()?;
            let said = settled.cases.iter().enumerate().map(|(i, case)| {
                let found = settled.adjusted.get(&i).map(|found| found.words());
                (case.points, found)
            });
            Some(said.collect())
        };
        let in_order = |said: Option<Vec<Said>>| -> Option<Vec<Said>> {
            let said = said?;
            Some(order.iter().map(|&i| said[i].clone()).collect())
        };
        assert_eq!(in_order(points(&drawn)), points(&turned), "seed {seed}");
        let by_position = in_order(points(&drawn.misread(Defect::TieByPosition)));
        depends |= by_position != points(&turned.misread(Defect::TieByPosition));
    }
    assert!(depends, "an engine that goes by position passes");
}

/// Every step computes to its result, and the last of them is what is paid.
#[test]
fn adjustments_are_explained() {
    let mut rules: BTreeSet<&str> = BTreeSet::new();
    for seed in SEEDS {
        let drawn = Drawn::draw(seed);
        let policy = drawn.year.compiled();
        let Ok(settled) = drawn.settle() else { continue };
        for (i, found) in &settled.adjusted {
            let case = drawn.year.case(&policy, &drawn.year.claims[*i]);
            let mut trace = Trace::default();
            let points = policy
                .adjusted(
                    &case,
                    settled.cases[*i].class,
                    found.before,
                    &found.findings,
                    &mut trace,
                )
                .expect("it was settled");
            assert_eq!((points, points), (found.points, settled.cases[*i].points));
            for step in &trace.steps {
                rules.insert(step.rule.id());
                assert_eq!(check(step), Ok(()), "seed {seed}: {step:#?}");
                assert!(check(&falsified(step)).is_err());
            }
            if let Some(step) = trace.steps.iter().rev().find(|step| step.rule != Rule::Quota) {
                let shown = points.display(drawn.year.policy.rounding.points).to_string();
                assert_eq!(step.result, shown, "seed {seed}: {step:#?}");
            }
            let mut due = Trace::default();
            let payment = settled.cases[*i].payment;
            assert_eq!(policy.payment(&case, payment.standard, &mut due), Ok(payment));
            for step in &due.steps {
                rules.insert(step.rule.id());
                assert_eq!(check(step), Ok(()), "seed {seed}: {step:#?}");
            }
            let price = &settled.pools[usize::from(case.pool.0)].price;
            let mut standard = Trace::default();
            if policy.standard_cut(points, price, &mut standard).is_ok() {
                standard
                    .steps
                    .iter()
                    .for_each(|step| assert_eq!(check(step), Ok(()), "{step:#?}"));
            }
        }
    }
    for rule in [
        Rule::Quota,
        Rule::Readmission,
        Rule::Merged,
        Rule::ReviewByItem,
        Rule::ReviewAmount,
        Rule::ReviewFactor,
        Rule::Penalty,
        Rule::DueTakenBack,
    ] {
        assert!(rules.contains(rule.id()), "no step {rule}");
    }
}
