//! Hospital coefficients out of tables put into a drawn year, from draws of their own.

use super::defective::Defect;
use super::{Draw, Row, Year};
use dianzhi_core::{
    Bonus, BonusAs, Bonuses, Coefficient, Coefficients, CombineBonuses, CompiledPolicy, Decimal, MissingCoefficient,
    Origin, Rule, Trace,
};

const LEVELS: [&str; 3] = ["1", "2", "3"];

pub(super) fn drawn(mut year: Year, draw: &mut Draw) -> Year {
    for hospital in &mut year.hospitals {
        hospital.level = draw.pick(&LEVELS).to_owned();
        // So that no rounding and no reduction leaves nothing.
        hospital.coefficient = hospital.coefficient.max(Decimal::new(2, 1));
    }
    year.policy.coefficients = Some(rules(draw));
    year.coefficients = rows(&year, draw);
    if year
        .policy
        .coefficients
        .as_ref()
        .is_some_and(|rules| rules.bonuses.is_some())
    {
        for hospital in &year.hospitals {
            for kind in ["specialty", "cmi", "credit"] {
                if draw.chance(40) {
                    year.bonuses.push(Bonus {
                        hospital: hospital.code.clone(),
                        kind: kind.to_owned(),
                        bonus: Decimal::new(draw.number(-2, 30), 2),
                    });
                }
            }
        }
        draw.shuffle(&mut year.bonuses);
    }
    year
}

fn rules(draw: &mut Draw) -> Coefficients {
    let most = |draw: &mut Draw| draw.chance(50).then(|| draw.decimal(0, 1, 1));
    let bonuses = draw.chance(65).then(|| Bonuses {
        combine: draw.pick(&[CombineBonuses::Highest, CombineBonuses::Sum]),
        count_as: draw.pick(&[BonusAs::Added, BonusAs::Share]),
        at_most: most(draw),
    });
    let from = draw.decimal(0, 1, 2) + Decimal::new(1, 2);
    Coefficients {
        missing: draw.pick(&[MissingCoefficient::Hospital, MissingCoefficient::One]),
        bonuses,
        cap_from: draw.chance(50).then_some(from),
        cap_to: draw.chance(50).then(|| from + draw.decimal(0, 1, 2)),
        decimals: draw.chance(50).then(|| draw.pick(&[1, 2, 4])),
    }
}

/// Rows of every make, each key once.
fn rows(year: &Year, draw: &mut Draw) -> Vec<Coefficient> {
    let mut rows: Vec<Coefficient> = Vec::new();
    let mut row = |draw: &mut Draw, hospital: Option<&String>, level: Option<&String>, group: Option<&String>| {
        let own = (hospital.cloned(), level.cloned(), group.cloned());
        let known = |row: &Coefficient| (&row.hospital, &row.level, &row.group) == (&own.0, &own.1, &own.2);
        if draw.chance(45) && !rows.iter().any(known) {
            let places = draw.pick(&[1, 2, 4]);
            rows.push(Coefficient {
                hospital: own.0,
                level: own.1,
                group: own.2,
                coefficient: draw.decimal(0, 2, places) + Decimal::new(2, 1),
            });
        }
    };
    let groups = year.groups.iter().map(|group| Some(&group.code));
    for group in groups.chain([None]) {
        for hospital in &year.hospitals {
            row(draw, Some(&hospital.code), None, group);
            row(draw, None, Some(&hospital.level), group);
        }
        if group.is_some() {
            row(draw, None, None, group);
        }
    }
    draw.shuffle(&mut rows);
    rows
}

/// `[coefficients]` as a defective engine reads it.
pub(super) fn misread(rules: &mut Coefficients, defect: Defect) {
    match (defect, &mut rules.bonuses) {
        (Defect::CoefficientUnbounded, _) => (rules.cap_from, rules.cap_to) = (None, None),
        (Defect::CoefficientNotRounded, _) => rules.decimals = None,
        (Defect::BonusWithoutLimit, Some(bonuses)) => bonuses.at_most = None,
        (Defect::BonusesCombinedOtherwise, Some(bonuses)) => {
            bonuses.combine = match bonuses.combine {
                CombineBonuses::Highest => CombineBonuses::Sum,
                CombineBonuses::Sum => CombineBonuses::Highest,
            };
        }
        (Defect::BonusCountedOtherwise, Some(bonuses)) => {
            bonuses.count_as = match bonuses.count_as {
                BonusAs::Added => BonusAs::Share,
                BonusAs::Share => BonusAs::Added,
            };
        }
        _ => {}
    }
}

/// The same year with its coefficients in the hospitals table, where no row names a group.
pub(crate) fn in_the_hospitals_table(year: &Year) -> Year {
    let mut plain = year.clone();
    plain.coefficients.clear();
    plain.bonuses.clear();
    let Some(rules) = plain.policy.coefficients.take() else {
        return plain;
    };
    for hospital in &mut plain.hospitals {
        let of = |row: &&Coefficient| row.hospital.as_ref() == Some(&hospital.code);
        let level = |row: &&Coefficient| row.level.as_ref() == Some(&hospital.level);
        let row = year.coefficients.iter().find(of);
        let row = row.or_else(|| year.coefficients.iter().find(level));
        let basic = match (row, rules.missing) {
            (Some(row), _) => row.coefficient,
            (None, MissingCoefficient::Hospital) => hospital.coefficient,
            (None, MissingCoefficient::One) => Decimal::ONE,
        };
        let own = year.bonuses.iter().filter(|row| row.hospital == hospital.code);
        let own: Vec<Decimal> = own.map(|row| row.bonus).collect();
        let mut k = basic;
        if let Some(bonuses) = rules.bonuses {
            let b = match bonuses.combine {
                CombineBonuses::Highest => own.into_iter().max().unwrap_or_default(),
                CombineBonuses::Sum => own.into_iter().sum(),
            };
            let b = bonuses.at_most.map_or(b, |most| b.min(most));
            k += match bonuses.count_as {
                BonusAs::Added => b,
                BonusAs::Share => b * basic,
            };
        }
        if let Some(places) = rules.decimals {
            let places_of = k.scale().max(places);
            let k_fraction = dianzhi_core::model::exact(k);
            let rounded = dianzhi_core::model::rounded(&k_fraction, places, year.policy.rounding.mode);
            k = Decimal::from_i128_with_scale(
                super::against::units(&rounded, places_of)
                    .try_into()
                    .expect("few digits"),
                places_of,
            );
        }
        k = rules.cap_from.map_or(k, |from| k.max(from));
        hospital.coefficient = rules.cap_to.map_or(k, |to| k.min(to));
    }
    plain
}

/// Names where the k of a case comes from.
pub(crate) fn names(year: &Year, policy: &CompiledPolicy, row: &Row) -> Vec<String> {
    let mut trace = Trace::default();
    if policy.worth(&year.case(policy, row), &mut trace).is_err() {
        return Vec::new();
    }
    let mut names = Vec::new();
    for step in &trace.steps {
        let name = match (step.rule, step.inputs.first().map(|input| &input.origin)) {
            (Rule::HospitalCoefficient, Some(Origin::Coefficient(at))) => {
                let row = &year.coefficients[*at];
                let named = [
                    ("hospital", row.hospital.is_some()),
                    ("level", row.level.is_some()),
                    ("group", row.group.is_some()),
                ];
                let named = named.into_iter().filter(|(_, is)| *is).map(|(name, _)| name);
                format!("k by {}", named.collect::<Vec<_>>().join(" and "))
            }
            (Rule::HospitalCoefficient, Some(Origin::Hospital(_))) => "k by the hospitals table".to_owned(),
            (Rule::HospitalCoefficient, Some(Origin::Policy(_))) => "k of 1".to_owned(),
            (Rule::CoefficientBonus, _) => format!("bonus {}", step.expression.chars().take(3).collect::<String>()),
            (Rule::CoefficientBounded, _) if !step.result.is_empty() => {
                let held = step.inputs[1..].iter().any(|bound| bound.value == step.result);
                format!("k at a bound: {held}")
            }
            (Rule::PerDiem, _) if step.inputs.iter().any(|input| input.symbol == "k") => "days × k".to_owned(),
            _ => continue,
        };
        names.push(name);
    }
    names
}
