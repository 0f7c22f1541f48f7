//! The auxiliary catalogues compiled: their tables, and a type's factors.

use super::AuxiliaryFactor;
use super::directory::{Catalogue, Diagnoses, DipDirectory, GradeRule, Unit};
use super::header::{Combine, IcuDays};
use super::prefixes::Prefixes;
use dianzhi_core::Decimal;
use rustc_hash::FxHashMap;

/// Stands for every type in the table of factors.
const EVERY_TYPE: u32 = u32::MAX;

/// The catalogues' tables, compiled.
#[derive(Debug)]
pub(super) struct Auxiliary {
    pub(super) combine: Combine,
    pub(super) icu_days: IcuDays,
    pub(super) death: Vec<String>,
    pub(super) tumours: Prefixes,
    pub(super) cci: Prefixes,
    /// For each number of `cci` the condition's number and the score.
    pub(super) scores: Vec<(usize, i32)>,
    pub(super) severity: Grades,
    pub(super) tumour: Grades,
    /// For each catalogue its levels' names, and the number of each.
    levels: [Vec<String>; Catalogue::ALL.len()],
    level_numbers: FxHashMap<(Catalogue, String), usize>,
    pub(super) bands: [Vec<Band>; Catalogue::ALL.len()],
    pub(super) rules: [Vec<Rule>; Catalogue::ALL.len()],
    factors: FxHashMap<(u32, Catalogue, usize), Decimal>,
    /// For each type the catalogues that have a factor of its own, a bit for each.
    asked: Vec<u8>,
    /// The same of factors of every type.
    asked_of_all: u8,
}

/// Diagnoses and the grade of each.
#[derive(Debug)]
pub(super) struct Grades {
    pub(super) diagnoses: Prefixes,
    pub(super) of: Vec<String>,
}

#[derive(Debug)]
pub(super) struct Band {
    pub(super) level: usize,
    pub(super) unit: Unit,
    pub(super) from: i32,
    pub(super) to: i32,
}

#[derive(Debug)]
pub(super) struct Rule {
    pub(super) level: usize,
    pub(super) asks: GradeRule,
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
        let mut conditions: FxHashMap<&str, usize> = FxHashMap::default();
        let scores = rows.into_iter().map(|row| {
            let next = conditions.len();
            (*conditions.entry(&row.condition).or_insert(next), row.score)
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
            level_numbers: FxHashMap::default(),
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
        let number = self.level_numbers.entry((catalogue, name.to_owned()));
        *number.or_insert_with(|| {
            names.push(name.to_owned());
            names.len() - 1
        })
    }

    pub(super) fn level_names(&self, catalogue: Catalogue) -> &[String] {
        &self.levels[catalogue.position()]
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
