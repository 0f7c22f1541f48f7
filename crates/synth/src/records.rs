//! Raw records: diagnoses and procedures out of the tables of a scheme or a directory, drawn so that it groups them.
//!
//! Which records a scheme groups where, its rules say, and here only the grouper is asked: combinations of codes
//! that a rule names are tried with persons of every kind, and those that it groups become the shapes that claims
//! are drawn from. They are tried on the first day of the year without a stay, a discharge way or a cost; so a group
//! whose rules need one of these is not reached. A claim's group is what the grouper says of the very claim, with its
//! stay, discharge way, day of discharge and cost.

mod source;
mod table;

use crate::SynthError;
use crate::groups::{Group, Groups};
use crate::hospitals::LEVELS;
use crate::people::Person;
use crate::plan::Plan;
use crate::random::{Random, Weights};
use dianzhi_core::Text;
use dianzhi_grouper::{DrawnFrom, Given, Record, RuleCodes, Sex};
use source::Source;
use std::collections::BTreeMap;
use std::path::Path;

pub(crate) use source::Copied;
pub(crate) use table::MEAN_COST_MAX;

/// Kinds of person that rules tell apart: sex, and newborn, child or adult.
const KINDS: usize = 6;
/// Combinations of a rule's codes that are tried for each kind of person.
const TRIES: usize = 60;
/// Shapes that are kept of a group and a kind of person.
const SHAPES_MAX: usize = 24;

/// What records are drawn from.
pub(crate) struct Records {
    source: Source,
    /// The groups of the region's own table that some record reaches, in its order.
    pub(crate) groups: Groups,
    /// Position of each group by its code.
    by_code: BTreeMap<String, usize>,
    shapes: Vec<Shape>,
    /// The shapes of each kind of person, how often each is seen at each level.
    of_kind: Vec<(Vec<usize>, [Weights; LEVELS])>,
    secondary: Vec<String>,
}

/// The codes of a record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Shape {
    /// Position of its group.
    pub(crate) group: usize,
    pub(crate) diagnosis: String,
    pub(crate) secondary: Vec<String>,
    pub(crate) procedures: Vec<String>,
    /// Days of age and grams, of a newborn.
    pub(crate) newborn: Option<(u64, u64)>,
}

/// A record as drawn; `group` is what the grouper says of it before it has a cost.
pub(crate) struct Drawn<'r> {
    pub(crate) group: Option<&'r Group>,
    pub(crate) shape: Shape,
    stay: Stay,
}

/// Who a record is of, as far as rules ask.
#[derive(Clone, Copy)]
struct Patient {
    female: bool,
    age: u64,
}

/// What rules ask of a stay beside its codes.
#[derive(Clone, Copy)]
struct Stay {
    patient: Patient,
    /// The discharge as yyyymmdd.
    day: u32,
    /// Days and discharge way; none while shapes are tried.
    ended: Option<(u64, &'static str)>,
    /// Fen.
    cost: Option<u64>,
}

impl Patient {
    fn of(person: &Person) -> Patient {
        Patient {
            female: person.female,
            age: person.age,
        }
    }

    fn kind(self) -> usize {
        let of_age = match self.age {
            0 => 0,
            1..=17 => 1,
            _ => 2,
        };
        usize::from(self.female) * 3 + of_age
    }

    /// Anybody of a kind.
    fn of_kind(kind: usize, random: &mut Random) -> Patient {
        let age = match kind % 3 {
            0 => 0,
            1 => random.between(1, 17),
            _ => random.between(18, 88),
        };
        Patient { female: kind >= 3, age }
    }
}

impl Records {
    /// Reads what the plan's region file groups by, and the groups table; both stand relative to `folder`.
    pub(crate) fn make(plan: &Plan, folder: &Path, random: &mut Random) -> Result<Records, SynthError> {
        let source = Source::load(plan, folder)?;
        let table = table::groups(&source.copied.groups, plan, folder, random)?;
        let DrawnFrom { rules, secondary } = source.codes();
        let by_code = |groups: &[Group]| -> BTreeMap<String, usize> {
            let codes = groups.iter().enumerate().map(|(at, group)| (group.code.clone(), at));
            codes.collect()
        };
        let positions = by_code(&table);
        let mut found: BTreeMap<(usize, usize), Vec<Shape>> = BTreeMap::new();
        for rule in rules.iter().filter(|rule| !rule.diagnoses.is_empty()) {
            for kind in 0..KINDS {
                for _ in 0..TRIES {
                    let patient = Patient::of_kind(kind, random);
                    let shape = tried(rule, &secondary, patient, random);
                    let stay = Stay {
                        patient,
                        day: plan.first_day,
                        ended: None,
                        cost: None,
                    };
                    let code = source.group(&shape, stay);
                    let Some(&at) = code.as_ref().and_then(|code| positions.get(code)) else {
                        continue;
                    };
                    let known = found.entry((at, kind)).or_default();
                    let shape = Shape { group: at, ..shape };
                    if known.len() < SHAPES_MAX && !known.contains(&shape) {
                        known.push(shape);
                    }
                }
            }
        }
        // Groups that no record reaches have no claims, and the others are counted anew.
        let reached: Vec<bool> = (0..table.len())
            .map(|at| found.range((at, 0)..(at + 1, 0)).next().is_some())
            .collect();
        if !reached.contains(&true) {
            return Err(source.nothing());
        }
        let next: Vec<usize> = reached
            .iter()
            .scan(0, |next, reached| {
                *next += usize::from(*reached);
                Some(*next - usize::from(*reached))
            })
            .collect();
        let list: Vec<Group> = table
            .into_iter()
            .zip(&reached)
            .filter_map(|(group, reached)| reached.then_some(group))
            .collect();
        // What few kinds of person can have, those have the more often: newborns, newborns' diseases.
        let few: Vec<u64> = (0..reached.len())
            .map(|at| {
                let kinds = found.range((at, 0)..(at + 1, 0)).count().max(1);
                let times = (KINDS / kinds) as u64;
                times * times
            })
            .collect();
        let mut shapes = Vec::new();
        let mut of_kind: Vec<Vec<(usize, u64, u64)>> = vec![Vec::new(); KINDS];
        for ((group, kind), known) in found {
            let share = known.len() as u64;
            for shape in known {
                of_kind[kind].push((shapes.len(), few[group], share));
                shapes.push(Shape {
                    group: next[group],
                    ..shape
                });
            }
        }
        let weights = |all: &[(usize, u64, u64)], level: u8| {
            let weight = |&(shape, times, share): &(usize, u64, u64)| {
                let of: &Shape = &shapes[shape];
                // The more shapes a group has, the less often each is seen.
                (list[of.group].seen_at(level) * times * 1_000 / share).max(1)
            };
            Weights::new(all.iter().map(weight))
        };
        let of_kind = of_kind
            .iter()
            .map(|all| {
                let positions = all.iter().map(|(shape, ..)| *shape).collect();
                (positions, [1, 2, 3].map(|level| weights(all, level)))
            })
            .collect();
        Ok(Records {
            by_code: by_code(&list),
            groups: Groups::known(list),
            source,
            shapes,
            of_kind,
            secondary,
        })
    }

    /// The files that the grouper reads, to stand beside the region file.
    pub(crate) fn copied(&self) -> &Copied {
        &self.source.copied
    }

    /// A shape for this person in a hospital of this level, and the group that it was kept for; `None` where no kind
    /// of person has any.
    pub(crate) fn shape(&self, person: &Person, level: u8, random: &mut Random) -> Option<(Shape, &Group)> {
        let patient = Patient::of(person);
        let level = usize::from(level) - 1;
        // Where no record of this kind of person is grouped, one of another kind stands in.
        let kinds = std::iter::once(patient.kind()).chain(0..KINDS);
        let mut known = kinds
            .map(|kind| &self.of_kind[kind])
            .filter(|(shapes, _)| !shapes.is_empty());
        let (shapes, weights) = known.next()?;
        let mut shape = self.shapes[shapes[weights[level].draw(random)]].clone();
        // Of another kind, it may be a newborn's, or lack what a newborn has.
        shape.newborn = (patient.age == 0).then(|| shape.newborn.unwrap_or_else(|| newborn(random)));
        let group = &self.groups.list[shape.group];
        Some((shape, group))
    }

    /// The record of a shape and a stay that ends on `day` (yyyymmdd) after so many days and in this way.
    pub(crate) fn draw(
        &self,
        plain: Shape,
        person: &Person,
        (day, days, way): (u32, u64, &'static str),
        random: &mut Random,
    ) -> Drawn<'_> {
        let stay = Stay {
            patient: Patient::of(person),
            day,
            ended: Some((days, way)),
            cost: None,
        };
        let mut shape = plain.clone();
        // Half of them have none but those that the shape needs.
        for _ in 0..random.below(6).saturating_sub(2) {
            if let Some(code) = one_of(&self.secondary, random)
                && *code != shape.diagnosis
                && !shape.secondary.contains(code)
            {
                shape.secondary.push(code.clone());
            }
        }
        let group = self.grouped(&shape, stay);
        if group.is_some() {
            return Drawn { group, shape, stay };
        }
        Drawn {
            group: self.grouped(&plain, stay),
            shape: plain,
            stay,
        }
    }

    /// The group of a record once its cost in fen is known, by which a directory may choose.
    pub(crate) fn priced<'r>(&'r self, drawn: &Drawn<'r>, cost: u64) -> Option<&'r Group> {
        if !self.source.asks_cost() {
            return drawn.group;
        }
        let stay = Stay {
            cost: Some(cost),
            ..drawn.stay
        };
        self.grouped(&drawn.shape, stay)
    }

    /// Any group, for the cost of a record that has none.
    pub(crate) fn any(&self, random: &mut Random) -> &Group {
        &self.groups.list[random.index(self.groups.list.len())]
    }

    fn grouped(&self, shape: &Shape, stay: Stay) -> Option<&Group> {
        let code = self.source.group(shape, stay)?;
        self.by_code.get(&code).map(|at| &self.groups.list[*at])
    }
}

fn one_of<'c>(codes: &'c [String], random: &mut Random) -> Option<&'c String> {
    (!codes.is_empty()).then(|| &codes[random.index(codes.len())])
}

/// A combination of what a rule names: a principal diagnosis; none of its procedures, one of one list, or one of
/// each; none, one or two complications.
fn tried(rule: &RuleCodes, secondary: &[String], patient: Patient, random: &mut Random) -> Shape {
    let diagnosis = one_of(&rule.diagnoses, random).cloned().unwrap_or_default();
    let lists = &rule.procedures;
    let procedures = match random.below(4) {
        0 => Vec::new(),
        1 if !lists.is_empty() => one_of(&lists[random.index(lists.len())], random)
            .into_iter()
            .cloned()
            .collect(),
        _ => lists.iter().filter_map(|list| one_of(list, random)).cloned().collect(),
    };
    let mut others: Vec<String> = Vec::new();
    if random.chance(500) {
        others.extend(one_of(&rule.secondary, random).cloned());
    }
    for _ in 0..random.below(3) {
        others.extend(one_of(secondary, random).cloned());
    }
    others.sort_unstable();
    others.dedup();
    others.retain(|code| *code != diagnosis);
    Shape {
        group: 0,
        diagnosis,
        secondary: others,
        procedures,
        newborn: (patient.age == 0).then(|| newborn(random)),
    }
}

/// Days of age and grams.
fn newborn(random: &mut Random) -> (u64, u64) {
    (random.between(1, 28), random.between(90, 390) * 10)
}

impl Shape {
    /// Hands the record to a grouper.
    fn with_record<T>(&self, stay: Stay, ask: impl FnOnce(&Record<'_>) -> T) -> T {
        let Stay {
            patient,
            day,
            ended,
            cost,
        } = stay;
        let diagnoses: Vec<&str> = std::iter::once(&self.diagnosis)
            .chain(&self.secondary)
            .map(String::as_str)
            .collect();
        let procedures: Vec<&str> = self.procedures.iter().map(String::as_str).collect();
        let given = |figure: u64| i32::try_from(figure).map_or(Given::Missing, Given::Is);
        let newborn = |figure: fn((u64, u64)) -> u64| self.newborn.map_or(Given::Missing, |both| given(figure(both)));
        ask(&Record {
            sex: if patient.female { Sex::Female } else { Sex::Male },
            age_years: given(patient.age),
            age_days: newborn(|(days, _)| days),
            weight_grams: newborn(|(_, grams)| grams),
            stay_days: ended.map_or(Given::Missing, |(days, _)| given(days)),
            discharge_way: ended.map_or("", |(_, way)| way),
            medical_cost_fen: cost.and_then(|fen| i64::try_from(fen).ok()),
            discharge_day: Some(day),
            diagnoses: &diagnoses,
            procedures: &procedures,
            ..Record::default()
        })
    }
}

/// A region file that groups, without the folder that its paths start from.
pub(crate) fn needs_a_folder(key: &str) -> SynthError {
    SynthError::Records {
        text: Text::new(
            format!(
                "地区文件有 files.{key}，其路径从文件所在的目录算起：以文件路径给出地区文件（generate_in），或去掉 files.{key}"
            ),
            format!(
                "the region file has files.{key}, whose path starts from the file's folder: give the region file by its path (generate_in), or remove files.{key}"
            ),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grouper_is_asked_of_the_whole_stay() {
        let stay = Stay {
            patient: Patient { female: true, age: 0 },
            day: 20_260_703,
            ended: Some((9, "5")),
            cost: Some(1_205),
        };
        let shape = Shape {
            diagnosis: "P07.0".to_owned(),
            newborn: Some((3, 1_400)),
            ..Shape::default()
        };
        shape.with_record(stay, |record| {
            assert_eq!((record.sex, record.age_years), (Sex::Female, Given::Is(0)));
            assert_eq!((record.age_days, record.weight_grams), (Given::Is(3), Given::Is(1_400)));
            assert_eq!((record.stay_days, record.discharge_way), (Given::Is(9), "5"));
            assert_eq!(
                (record.discharge_day, record.medical_cost_fen),
                (Some(20_260_703), Some(1_205))
            );
            assert_eq!(record.diagnoses, ["P07.0"]);
        });
    }
}
