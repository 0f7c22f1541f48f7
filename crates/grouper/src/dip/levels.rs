//! Which level a record has in each auxiliary catalogue.

use super::auxiliary::{Auxiliary, Grades};
use super::directory::{Catalogue, Unit};
use super::explain::{Figure, FigureUnit};
use super::group::YEARS_MAX;
use super::header::IcuDays;
use crate::codes::is_blank;
use crate::grouping::Reason;
use crate::record::{Given, Record};

const MINUTES_IN_DAY: i32 = 24 * 60;
/// 离院方式 of the national interface.
const DISCHARGE_WAYS: [&str; 6] = ["1", "2", "3", "4", "5", "9"];

/// What was found in one catalogue.
#[derive(Clone, Debug, Default)]
pub(super) struct Look {
    pub(super) level: Option<usize>,
    /// What the catalogue needs and the record lacks.
    pub(super) missing: Vec<Reason>,
    /// Of a banded catalogue, the figure.
    pub(super) figure: Option<Figure>,
    /// Positions among the record's diagnoses that counted.
    pub(super) diagnoses: Vec<usize>,
}

impl Auxiliary {
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
                    self.band(catalogue, Unit::Plain, days, FigureUnit::IcuDays)
                }
                Given::Missing | Given::Wrong => Look::default(),
            },
            Catalogue::Stay => match record.stay_days {
                Given::Is(days) => self.band(catalogue, Unit::Plain, days, FigureUnit::Days),
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

    fn band(&self, catalogue: Catalogue, unit: Unit, value: i32, shown: FigureUnit) -> Look {
        let bands = &self.bands[catalogue.position()];
        let held = bands
            .iter()
            .find(|band| band.unit == unit && (band.from..=band.to).contains(&value));
        Look {
            level: held.map(|band| band.level),
            figure: Some(Figure { value, unit: shown }),
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
            ..self.band(Catalogue::Cci, Unit::Plain, sum, FigureUnit::Points)
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
            (Some(years @ 1..), _) => self.band(Catalogue::Age, Unit::Plain, years, FigureUnit::Years),
            (_, Given::Is(days)) => {
                let look = self.band(Catalogue::Age, Unit::AgeDays, days, FigureUnit::AgeInDays);
                match years {
                    Some(years) if look.level.is_none() => {
                        self.band(Catalogue::Age, Unit::Plain, years, FigureUnit::Years)
                    }
                    _ => look,
                }
            }
            (Some(years), _) => {
                let look = self.band(Catalogue::Age, Unit::Plain, years, FigureUnit::Years);
                let by_days = self.bands[Catalogue::Age.position()]
                    .iter()
                    .any(|band| band.unit == Unit::AgeDays);
                Look {
                    missing: by_days.then_some(Reason::AgeInDays).into_iter().collect(),
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
        let way = record.discharge_way.trim();
        let death = self.death.iter().any(|known| known == way);
        let mut unclear = (!death && !DISCHARGE_WAYS.contains(&way)).then(|| match is_blank(way) {
            true => Reason::MissingFigure("dscg_way"),
            false => Reason::UnknownDischargeWay(one_word(way)),
        });
        let mut look = Look::default();
        for rule in rules {
            let asks = &rule.asks;
            let of_grade = |&&(_, id): &&(usize, u32)| grades.of[id as usize] == asks.grade;
            let bearing: Vec<usize> = found.iter().filter(of_grade).map(|(at, _)| *at).collect();
            let has_grade = asks.grade.is_empty() || !bearing.is_empty();
            let held = has_grade && asks.death.is_none_or(|asked| asked == death);
            let stayed = asks.stay.is_none_or(|(from, to)| {
                if held && record.stay_days == Given::Missing {
                    look.missing.push(Reason::MissingFigure("act_ipt_days"));
                }
                let days = record.stay_days.value();
                days.is_some_and(|days| (from..=to).contains(&days))
            });
            if has_grade && asks.death.is_some() {
                look.missing.extend(unclear.take());
            }
            if held && stayed {
                look.level = Some(rule.level);
                look.diagnoses = bearing;
                return look;
            }
        }
        look
    }
}

/// A text from a record as part of a reason, where `;` would end it.
fn one_word(text: &str) -> String {
    text.replace(';', ",")
}

impl Look {
    fn without(reason: Reason) -> Look {
        Look {
            missing: vec![reason],
            ..Look::default()
        }
    }
}
