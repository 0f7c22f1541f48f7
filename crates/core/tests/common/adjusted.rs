//! Years with the rules that change points when all cases are priced, drawn with what the rules ask of
//! every claim, settled by the engine and by the book.

use super::against::model_cases;
use super::{Draw, Size, Year};
use dianzhi_core::model::{self, Book, ModelAdjustable, ModelAdjusted, ModelYear, exact};
use dianzhi_core::{
    Adjust, Decimal, Facts, Fen, HighCap, LevelCap, LevelQuota, OverQuota, Pool, Quota, QuotaOf, QuotaPeriod,
    Readmission, Review, ReviewEffect, SameStay, SettleError, Settlement, SpecialReview, Stay, Worth, settle_adjusted,
};
use num_rational::BigRational;
use num_traits::Zero;
use std::collections::BTreeMap;
use std::num::NonZeroU128;

/// What the rules ask of a claim, as its files would say it.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub(crate) person: &'static str,
    pub(crate) admitted: i32,
    pub(crate) discharged: i32,
    pub(crate) month: (i32, u32),
    pub(crate) diagnosis: &'static str,
    pub(crate) excused: bool,
    pub(crate) review: Option<Review>,
    pub(crate) penalty: Option<Decimal>,
}

#[derive(Clone, Debug)]
pub(crate) struct Drawn {
    pub(crate) year: Year,
    pub(crate) known: Vec<Known>,
}

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

/// By number as drawn, by points, or by both; what is drawn for the points changes no other draw.
fn high_cap(seed: u64, number: &Quota) -> HighCap {
    let draw = &mut Draw::new(seed ^ 0xcab);
    let (has_number, has_points) = draw.pick(&[(true, false), (false, true), (true, true)]);
    let share = |draw: &mut Draw| {
        let few = [
            Decimal::ZERO,
            Decimal::new(1, 3),
            Decimal::new(2, 2),
            Decimal::new(1, 1),
        ];
        if draw.chance(20) { draw.share() } else { draw.pick(&few) }
    };
    let levels = number.levels.iter().map(|of| LevelCap {
        level: of.level.clone(),
        quota: has_number.then_some(of.quota),
        excess_share: has_points.then(|| share(draw)),
    });
    let mut levels: Vec<LevelCap> = levels.collect();
    if has_number && has_points {
        // Each level has one share of its own, and the section's other one.
        for (i, of) in levels.iter_mut().enumerate().filter(|_| seed.is_multiple_of(2)) {
            match i {
                0 => of.quota = None,
                _ => of.excess_share = None,
            }
        }
    }
    HighCap {
        quota: has_number.then_some(number.quota),
        excess_share: has_points.then(|| share(draw)),
        quota_of: number.quota_of,
        levels,
        period: number.period,
    }
}

impl Drawn {
    pub(crate) fn draw(seed: u64) -> Drawn {
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
            high_cap: draw.chance(80).then(|| high_cap(seed, &quota(draw))),
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
    pub(crate) fn facts(&self) -> Vec<Facts> {
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

    pub(crate) fn settle(&self) -> Result<Settlement, SettleError> {
        let policy = self.year.compiled();
        let parts = self.year.parts(&policy);
        let claims = self.year.claims(&policy, &parts);
        settle_adjusted(&policy, &claims, &self.facts(), &self.year.prepayments(&policy))
    }

    /// The year by the book, and what was found of every case.
    pub(crate) fn by_the_book(&self) -> Option<(ModelYear, Vec<ModelAdjusted>)> {
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
        let mut all = Vec::new();
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
            let points: Vec<BigRational> = found
                .iter()
                .zip(&*paid)
                .map(|(of, paid)| of.now(&paid.points))
                .collect();
            for (paid, points) in paid.iter_mut().zip(points) {
                paid.points = points;
            }
            all = found;
            Some(())
        })?;
        Some((settled, all))
    }
}

fn yuan(fen: i64) -> BigRational {
    BigRational::new(fen.into(), 100.into())
}
