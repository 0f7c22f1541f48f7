//! What must hold of every case: its class, its points, its standard.

mod common;

use common::defective::{Defect, class};
use common::property::{Property, broken};
use common::tried::any_year;
use common::{Draw, Year};
use dianzhi_core::model::exact;
use dianzhi_core::{Auxiliary, CaseClass, CompareWith, Decimal, Remainder, RoundingMode};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Signed, Zero};
use std::cmp::Ordering;

type Q = BigRational;
/// A case's class is the side of the bounds that its exact cost ratio lies on.
#[test]
fn the_class_follows_the_exact_ratio() {
    Property {
        year: any_year,
        holds: |year, engine| {
            let Some(settled) = engine(year) else { return Ok(false) };
            for (row, case) in year.claims.iter().zip(&settled.cases) {
                let expected = match year.groups.iter().find(|group| group.code == row.group) {
                    None => CaseClass::Ungrouped,
                    Some(group) => {
                        let x = Q::new(row.medical_cost.into(), 100.into()) / exact(group.mean_cost);
                        let of_sub_types = Some(CompareWith::SubType);
                        if year.policy.auxiliary.map(|auxiliary| auxiliary.compare_with) == of_sub_types {
                            class(year, &(x / exact(row.factor)))
                        } else {
                            class(year, &x)
                        }
                    }
                };
                if case.class != expected {
                    return broken(format!("case {} is {:?}, not {expected:?}", row.id, case.class));
                }
            }
            Ok(!year.claims.is_empty())
        },
        caught: &[
            Defect::IgnoresInclusive,
            Defect::TakesEveryBound,
            Defect::RoundsTheRatioFirst,
            Defect::FactorForgotten,
            Defect::ComparesWithTheOther,
        ],
    }
    .check();
}

/// Factors with few decimals, so that a sub-type can stand in the table of groups.
fn short_factors(seed: u64) -> Year {
    let mut year = any_year(seed);
    let mut draw = Draw::new(seed);
    let compare_with = draw.pick(&[CompareWith::Type, CompareWith::SubType]);
    year.policy.auxiliary = Some(Auxiliary { compare_with });
    for row in &mut year.claims {
        row.factor = draw.pick(&[
            Decimal::new(5, 1),
            Decimal::ONE,
            Decimal::new(13, 1),
            Decimal::new(2, 0),
        ]);
    }
    year
}

/// A case with a factor is paid as a plain case of a type of its own: base points × factor, compared
/// with the type's mean cost or with that × factor.
#[test]
fn a_sub_type_is_a_type_of_its_own() {
    Property {
        year: short_factors,
        holds: |year, engine| {
            let by_sub_type = year.policy.auxiliary.map(|it| it.compare_with) == Some(CompareWith::SubType);
            let mut plain = year.clone();
            plain.policy.auxiliary = None;
            plain.groups.clear();
            for row in &mut plain.claims {
                let Some(group) = year.groups.iter().find(|group| group.code == row.group) else {
                    continue;
                };
                let mut own = group.clone();
                own.code = format!("{} × {}", group.code, row.factor);
                if by_sub_type {
                    own.mean_cost *= row.factor;
                }
                let x = Q::new(row.medical_cost.into(), 100.into()) / exact(own.mean_cost);
                if by_sub_type || class(year, &x) == CaseClass::Normal {
                    own.base_points *= row.factor;
                } else {
                    own.code.push_str(" by cost");
                }
                row.group.clone_from(&own.code);
                if plain.groups.iter().all(|known| known.code != own.code) {
                    plain.groups.push(own);
                }
            }
            let (Some(settled), Some(expected)) = (engine(year), plain.settle().ok()) else {
                return Ok(false);
            };
            for ((row, case), expected) in year.claims.iter().zip(&settled.cases).zip(&expected.cases) {
                if case != expected {
                    return broken(format!("case {} is {case:?}, not {expected:?}", row.id));
                }
            }
            Ok(!year.claims.is_empty())
        },
        caught: &[Defect::FactorForgotten, Defect::ComparesWithTheOther],
    }
    .check();
}

/// A payment standard is points × V to the fen, rounded as the policy says, ties included.
#[test]
fn the_standard_is_the_right_fen() {
    Property {
        year: |seed| {
            let mut year = any_year(seed);
            year.policy.rounding.remainder = Remainder::Fund;
            year
        },
        holds: |year, engine| {
            let Some(settled) = engine(year) else { return Ok(false) };
            let rounding = &year.policy.rounding;
            let one = BigInt::from(10).pow(rounding.points + rounding.point_value);
            for (row, case) in year.claims.iter().zip(&settled.cases) {
                let value = settled.pools[row.pool].price.point_value;
                // Everything × 10^(points + point_value), in fen.
                let exact = BigInt::from(case.points.0) * value * 100u8;
                let standard = BigInt::from(case.payment.standard.0);
                let over: BigInt = &standard * &one - exact;
                let twice: BigInt = over.abs() * 2u8;
                let right = match (rounding.mode, twice.cmp(&one)) {
                    (RoundingMode::Down, _) => !over.is_positive() && over.abs() < one,
                    (_, Ordering::Greater) => false,
                    (_, Ordering::Less) => true,
                    (RoundingMode::HalfUp, Ordering::Equal) => over.is_positive(),
                    (RoundingMode::HalfEven, Ordering::Equal) => (standard % 2u8).is_zero(),
                };
                if !right {
                    return broken(format!("case {}: {over} of {one} off", row.id));
                }
            }
            Ok(!year.claims.is_empty())
        },
        caught: &[Defect::RoundsDown, Defect::RoundsHalfUp, Defect::RoundsHalfEven],
    }
    .check();
}
