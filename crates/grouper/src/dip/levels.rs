//! The auxiliary catalogues: which level a record has in each, and the factor of it.

use super::AuxiliaryFactor;
use super::directory::{Catalogue, Diagnoses, DipDirectory, GradeRule, Unit};
use super::group::YEARS_MAX;
use super::header::{Combine, IcuDays};
use super::prefixes::Prefixes;
use crate::grouping::Reason;
use crate::record::{Given, Record};
use dianzhi_core::Decimal;
use rustc_hash::FxHashMap;

/// Stands for every type in the table of factors.
const EVERY_TYPE: u32 = u32::MAX;
const MINUTES_IN_DAY: i32 = 24 * 60;

/// The catalogues' tables, compiled.
#[derive(Debug)]
pub(super) struct Auxiliary {
    combine: Combine,
    icu_days: IcuDays,
    death: Vec<String>,
    tumours: Prefixes,
    cci: Prefixes,
    /// For each number of `cci` the condition's number and the score.
    scores: Vec<(usize, i32)>,
    severity: Grades,
    tumour: Grades,
    /// For each catalogue its levels' names.
    levels: [Vec<String>; Catalogue::ALL.len()],
    bands: [Vec<Band>; Catalogue::ALL.len()],
    rules: [Vec<Rule>; Catalogue::ALL.len()],
    factors: FxHashMap<(u32, Catalogue, usize), Decimal>,
    /// For each type the catalogues that have a factor of its own, a bit for each.
    asked: Vec<u8>,
    /// The same of factors of every type.
    asked_of_all: u8,
}

/// Diagnoses and the grade of each.
#[derive(Debug)]
struct Grades {
    diagnoses: Prefixes,
    of: Vec<String>,
}

#[derive(Debug)]
struct Band {
    level: usize,
    unit: Unit,
    from: i32,
    to: i32,
}

#[derive(Debug)]
struct Rule {
    level: usize,
    asks: GradeRule,
}

/// What was found in one catalogue.
#[derive(Clone, Debug, Default)]
pub(super) struct Look {
    pub(super) level: Option<usize>,
    /// A figure that the catalogue needs and the record lacks.
    pub(super) missing: Option<Reason>,
    /// Of a banded catalogue, the figure.
    pub(super) figure: Option<(i32, &'static str)>,
    /// Positions among the record's diagnoses that counted.
    pub(super) diagnoses: Vec<usize>,
}

impl Auxiliary {
    pub(super) fn new(directory: &DipDirectory, verbatim: bool) -> Auxiliary {
        let tables = &directory.auxiliary;
        let rules = &directory.header.auxiliary;
        let mut tumours = Prefixes::new(verbatim);
        for diagnoses in &rules.tumours.0 {
            tumours.insert(diagnoses);
        }
        tumours.finish();
        let (cci, rows) = numbered(verbatim, tables.cci.iter().map(|row| (&row.diagnoses, row)));
        let mut conditions: Vec<&str> = Vec::new();
        let scores = rows.into_iter().map(|row| {
            let at = position_or_push(&mut conditions, row.condition.as_str());
            (at, row.score)
        });
        let scores = scores.collect();
        let mut auxiliary = Auxiliary {
            combine: rules.combine,
            icu_days: rules.icu_days.unwrap_or(IcuDays::Completed),
            death: rules.death.clone(),
            tumours,
            cci,
            scores,
            severity: Grades::new(verbatim, tables.severity.iter().map(|row| (&row.diagnoses, &row.grade))),
            tumour: Grades::new(verbatim, tables.tumour.iter().map(|row| (&row.diagnoses, &row.grade))),
            levels: Default::default(),
            bands: Default::default(),
            rules: Default::default(),
            factors: FxHashMap::default(),
            asked: vec![0; directory.types.len()],
            asked_of_all: 0,
        };
        for band in &tables.bands {
            let level = auxiliary.level(band.catalogue, &band.level);
            auxiliary.bands[band.catalogue.position()].push(Band {
                level,
                unit: band.unit,
                from: band.from,
                to: band.to,
            });
        }
        for rule in &tables.grades {
            let level = auxiliary.level(rule.catalogue, &rule.level);
            auxiliary.rules[rule.catalogue.position()].push(Rule {
                level,
                asks: rule.clone(),
            });
        }
        for factor in &tables.factors {
            let level = auxiliary.level(factor.catalogue, &factor.level);
            let bit = 1 << factor.catalogue.position();
            let of = match factor.of {
                Some(position) => {
                    auxiliary.asked[position] |= bit;
                    u32::try_from(position).unwrap_or(EVERY_TYPE)
                }
                None => {
                    auxiliary.asked_of_all |= bit;
                    EVERY_TYPE
                }
            };
            auxiliary.factors.insert((of, factor.catalogue, level), factor.factor);
        }
        auxiliary
    }

    /// The number of a level's name.
    fn level(&mut self, catalogue: Catalogue, name: &str) -> usize {
        let names = &mut self.levels[catalogue.position()];
        match names.iter().position(|known| known == name) {
            Some(at) => at,
            None => {
                names.push(name.to_owned());
                names.len() - 1
            }
        }
    }

    pub(super) fn level_name(&self, catalogue: Catalogue, level: usize) -> &str {
        &self.levels[catalogue.position()][level]
    }

    /// The catalogues that have a factor for the type.
    pub(super) fn asked(&self, of: u32) -> impl Iterator<Item = Catalogue> + use<> {
        let bits = self.asked[of as usize] | self.asked_of_all;
        Catalogue::ALL
            .into_iter()
            .filter(move |catalogue| bits >> catalogue.position() & 1 == 1)
    }

    /// The factor of a level: the type's own, or that of every type.
    pub(super) fn factor(&self, of: u32, catalogue: Catalogue, level: usize) -> Option<Decimal> {
        let find = |of| self.factors.get(&(of, catalogue, level)).copied();
        find(of).or_else(|| find(EVERY_TYPE))
    }

    /// The factors as one; those that did not count are taken away.
    pub(super) fn combine(&self, found: &mut Vec<AuxiliaryFactor<'_>>) -> Decimal {
        match self.combine {
            Combine::Highest => {
                let highest = found.iter().map(|one| one.factor).max();
                let first = found.iter().find(|one| Some(one.factor) == highest).copied();
                found.clear();
                found.extend(first);
                highest.unwrap_or(Decimal::ONE)
            }
            // Exact and without overflow: the digits were counted when the directory was read.
            Combine::Product => {
                let product: Decimal = found.iter().map(|one| one.factor.normalize()).product();
                product.normalize()
            }
        }
    }

    /// The record's level in a catalogue. In `mended` the bits of diagnoses that were found only
    /// after mending are set.
    pub(super) fn look(&self, catalogue: Catalogue, record: &Record<'_>, mended: &mut u128) -> Look {
        match catalogue {
            Catalogue::Cci => self.cci(record, mended),
            Catalogue::Age => self.age(record),
            Catalogue::Icu => match record.icu_minutes {
                Given::Is(minutes) => {
                    let days = match self.icu_days {
                        IcuDays::Completed => minutes.div_euclid(MINUTES_IN_DAY),
                        IcuDays::Started => {
                            minutes.div_euclid(MINUTES_IN_DAY) + i32::from(minutes.rem_euclid(MINUTES_IN_DAY) > 0)
                        }
                    };
                    self.band(catalogue, Unit::Plain, days, "icu days")
                }
                Given::Missing | Given::Wrong => Look::default(),
            },
            Catalogue::Stay => match record.stay_days {
                Given::Is(days) => self.band(catalogue, Unit::Plain, days, "days"),
                Given::Missing => Look::without(Reason::MissingFigure("act_ipt_days")),
                Given::Wrong => Look::default(),
            },
            Catalogue::Severity if !self.is_tumour(record) => self.graded(catalogue, &self.severity, record, mended),
            Catalogue::Tumour if self.is_tumour(record) => self.graded(catalogue, &self.tumour, record, mended),
            Catalogue::Severity | Catalogue::Tumour => Look::default(),
            Catalogue::Death => self.graded(catalogue, &self.severity, record, mended),
        }
    }

    fn is_tumour(&self, record: &Record<'_>) -> bool {
        self.tumours.longest(record.main_diagnosis()).is_some()
    }

    fn band(&self, catalogue: Catalogue, unit: Unit, value: i32, shown: &'static str) -> Look {
        let bands = &self.bands[catalogue.position()];
        let held = bands
            .iter()
            .find(|band| band.unit == unit && (band.from..=band.to).contains(&value));
        Look {
            level: held.map(|band| band.level),
            figure: Some((value, shown)),
            ..Look::default()
        }
    }

    fn cci(&self, record: &Record<'_>, mended: &mut u128) -> Look {
        let mut highest: Vec<(usize, i32)> = Vec::new();
        let mut counted = Vec::new();
        for (at, code) in record.diagnoses.iter().enumerate().skip(1) {
            let Some(hit) = self.cci.longest(code) else { continue };
            *mended |= u128::from(hit.mended) << at.min(127);
            counted.push(at);
            let (condition, score) = self.scores[hit.id as usize];
            match highest.iter_mut().find(|(known, _)| *known == condition) {
                Some((_, known)) => *known = score.max(*known),
                None => highest.push((condition, score)),
            }
        }
        let sum = highest.iter().fold(0i32, |sum, (_, score)| sum.saturating_add(*score));
        Look {
            diagnoses: counted,
            ..self.band(Catalogue::Cci, Unit::Plain, sum, "points")
        }
    }

    /// Completed years from one year on, days below.
    fn age(&self, record: &Record<'_>) -> Look {
        let years = match record.age_years {
            Given::Is(years) if !(0..=YEARS_MAX).contains(&years) => return Look::default(),
            Given::Is(years) => Some(years),
            Given::Missing | Given::Wrong => None,
        };
        match (years, record.age_days) {
            (Some(years @ 1..), _) => self.band(Catalogue::Age, Unit::Plain, years, "years"),
            (_, Given::Is(days)) => {
                let look = self.band(Catalogue::Age, Unit::AgeDays, days, "age in days");
                match years {
                    Some(years) if look.level.is_none() => self.band(Catalogue::Age, Unit::Plain, years, "years"),
                    _ => look,
                }
            }
            (Some(years), _) => {
                let look = self.band(Catalogue::Age, Unit::Plain, years, "years");
                let by_days = self.bands[Catalogue::Age.position()]
                    .iter()
                    .any(|band| band.unit == Unit::AgeDays);
                Look {
                    missing: by_days.then_some(Reason::AgeInDays),
                    ..look
                }
            }
            (None, _) => Look::without(Reason::Age),
        }
    }

    /// The first rule of which everything holds.
    fn graded(&self, catalogue: Catalogue, grades: &Grades, record: &Record<'_>, mended: &mut u128) -> Look {
        let rules = &self.rules[catalogue.position()];
        // A catalogue that asks for no grade has no diagnosis to look up.
        let graded = rules.iter().any(|rule| !rule.asks.grade.is_empty());
        let others = record.diagnoses.iter().enumerate().skip(1).filter(|_| graded);
        let found: Vec<(usize, u32)> = others
            .filter_map(|(at, code)| {
                let hit = grades.diagnoses.longest(code)?;
                *mended |= u128::from(hit.mended) << at.min(127);
                Some((at, hit.id))
            })
            .collect();
        let death = self.death.iter().any(|way| way == record.discharge_way.trim());
        let mut look = Look::default();
        for rule in rules {
            let asks = &rule.asks;
            let of_grade = |&&(_, id): &&(usize, u32)| grades.of[id as usize] == asks.grade;
            let bearing: Vec<usize> = found.iter().filter(of_grade).map(|(at, _)| *at).collect();
            let held = (asks.grade.is_empty() || !bearing.is_empty()) && asks.death.is_none_or(|asked| asked == death);
            let stayed = asks.stay.is_none_or(|(from, to)| {
                if held && record.stay_days == Given::Missing {
                    look.missing = Some(Reason::MissingFigure("act_ipt_days"));
                }
                let days = record.stay_days.value();
                days.is_some_and(|days| (from..=to).contains(&days))
            });
            if held && stayed {
                look.level = Some(rule.level);
                look.diagnoses = bearing;
                return look;
            }
        }
        look
    }
}

impl Look {
    fn without(reason: Reason) -> Look {
        Look {
            missing: Some(reason),
            ..Look::default()
        }
    }
}

impl Grades {
    fn new<'a>(verbatim: bool, rows: impl Iterator<Item = (&'a Diagnoses, &'a String)>) -> Grades {
        let (diagnoses, of) = numbered(verbatim, rows);
        Grades {
            diagnoses,
            of: of.into_iter().cloned().collect(),
        }
    }
}

/// Diagnoses and for each number what belongs to it; of rows for the same diagnoses the first.
fn numbered<'a, T>(verbatim: bool, rows: impl Iterator<Item = (&'a Diagnoses, T)>) -> (Prefixes, Vec<T>) {
    let mut diagnoses = Prefixes::new(verbatim);
    let mut of = Vec::new();
    for (row, value) in rows {
        if diagnoses.insert(row) as usize == of.len() {
            of.push(value);
        }
    }
    diagnoses.finish();
    (diagnoses, of)
}

fn position_or_push<'a>(all: &mut Vec<&'a str>, one: &'a str) -> usize {
    all.iter().position(|known| *known == one).unwrap_or_else(|| {
        all.push(one);
        all.len() - 1
    })
}
