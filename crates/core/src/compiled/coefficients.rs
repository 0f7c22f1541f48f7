//! Hospital coefficients out of tables, compiled: one coefficient for every hospital, and for every
//! hospital and group that the table names.

use super::hospital::coefficient_of;
use super::{CompileAt, CompileError, CompiledHospital, CompiledPolicy, CompiledSupport, GroupId, HospitalId, KOf};
use crate::decimal::rational;
use crate::rounding::round;
use crate::{Bonus, BonusAs, Coefficient, Coefficients, CombineBonuses, Decimal, Group, Hospital, MissingCoefficient};
use crate::{Policy, Text};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, ToPrimitive, Zero};
use std::collections::{HashMap, HashSet};

/// The hospital coefficients of a policy with `[coefficients]`.
#[derive(Clone, Debug)]
pub(crate) struct CompiledCoefficients {
    rows: Vec<Coefficient>,
    index: Index,
    /// The bonuses of k, each with its position in the bonuses table.
    pub(crate) bonuses: Vec<(usize, Bonus)>,
    /// By group: its position among those that rows name.
    named: Vec<Option<u32>>,
    /// By hospital: its column; hospitals that no row can tell apart share one.
    columns: Vec<u32>,
    width: u32,
    /// By named group and then by column, a position in `values`.
    at: Vec<u32>,
    values: Vec<CompiledHospital>,
}

impl CompiledCoefficients {
    /// The coefficient of a hospital for a group that rows name.
    #[inline]
    pub(crate) fn of(&self, group: GroupId, hospital: HospitalId) -> Option<&CompiledHospital> {
        let named = (*self.named.get(group.0 as usize)?)?;
        let column = *self.columns.get(hospital.0 as usize)?;
        let at = named as usize * self.width as usize + column as usize;
        self.values.get(*self.at.get(at)? as usize)
    }

    /// The basic coefficient of a hospital and a group, and where it comes from.
    pub(crate) fn basic(&self, rules: &Coefficients, hospital: &Hospital, group: Option<&str>) -> (Basic, Decimal) {
        basic(rules, &self.rows, self.index.row(hospital, group), hospital)
    }
}

fn basic(rules: &Coefficients, rows: &[Coefficient], row: Option<usize>, hospital: &Hospital) -> (Basic, Decimal) {
    match (row.and_then(|at| Some((at, rows.get(at)?))), rules.missing) {
        (Some((at, row)), _) => (Basic::Row(at), row.coefficient),
        (None, MissingCoefficient::Hospital) => (Basic::Hospital, hospital.coefficient),
        (None, MissingCoefficient::One) => (Basic::One, Decimal::ONE),
    }
}

/// Where a basic coefficient comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Basic {
    /// A row of the coefficients table.
    Row(usize),
    /// The hospitals table.
    Hospital,
    /// 1.
    One,
}

/// The rows of one group, or of those that name none.
#[derive(Clone, Debug, Default)]
struct OfGroup {
    hospitals: HashMap<String, usize>,
    levels: HashMap<String, usize>,
    all: Option<usize>,
}

impl OfGroup {
    /// The row of the hospital, of its level, or of all.
    fn row(&self, hospital: &Hospital) -> Option<usize> {
        let own = self.hospitals.get(&hospital.code);
        own.or_else(|| self.levels.get(&hospital.level)).copied().or(self.all)
    }
}

/// The rows by what they name.
#[derive(Clone, Debug, Default)]
struct Index {
    groups: HashMap<String, OfGroup>,
    any_group: OfGroup,
}

impl Index {
    /// Two rows of one key are an error: the position of the second.
    fn new(rows: &[Coefficient]) -> Result<Index, usize> {
        let mut index = Index::default();
        for (at, row) in rows.iter().enumerate() {
            let of_group = match &row.group {
                Some(group) => index.groups.entry(group.clone()).or_default(),
                None => &mut index.any_group,
            };
            let before = match (&row.hospital, &row.level) {
                (Some(hospital), _) => of_group.hospitals.insert(hospital.clone(), at),
                (None, Some(level)) => of_group.levels.insert(level.clone(), at),
                (None, None) => of_group.all.replace(at),
            };
            if before.is_some() {
                return Err(at);
            }
        }
        Ok(index)
    }

    /// The row that decides: of hospital and group, level and group, group, hospital, level, the
    /// first of these that there is.
    fn row(&self, hospital: &Hospital, group: Option<&str>) -> Option<usize> {
        let of_group = group.and_then(|group| self.groups.get(group));
        let own = of_group.and_then(|rows| rows.row(hospital));
        own.or_else(|| self.any_group.row(hospital))
    }
}

/// b of a hospital: the highest of its bonuses or their sum, at most so much.
pub(crate) fn bonus(rules: &Coefficients, bonuses: &[(usize, Bonus)], hospital: &str) -> BigRational {
    let Some(count) = rules.bonuses else {
        return BigRational::zero();
    };
    let own = bonuses.iter().filter(|(_, row)| row.hospital == hospital);
    combined(own.map(|(_, row)| row.bonus), count.combine, count.at_most)
}

/// The highest of the bonuses of a hospital or their sum, at most so much; 0 without any.
pub(super) fn combined(
    own: impl Iterator<Item = Decimal>,
    combine: CombineBonuses,
    at_most: Option<Decimal>,
) -> BigRational {
    let own = own.map(rational);
    let all = match combine {
        CombineBonuses::Highest => own.max().unwrap_or_else(BigRational::zero),
        CombineBonuses::Sum => own.sum(),
    };
    at_most.map_or(all.clone(), |at_most| all.min(rational(at_most)))
}

/// ⟦basic + b⟧k or ⟦basic × (1 + b)⟧k.
pub(crate) fn with_bonus(policy: &Policy, rules: &Coefficients, basic: Decimal, bonus: &BigRational) -> BigRational {
    let basic = rational(basic);
    let exact = match rules.bonuses.map(|bonuses| bonuses.count_as) {
        None => basic,
        Some(BonusAs::Added) => basic + bonus,
        Some(BonusAs::Share) => basic * (BigRational::one() + bonus),
    };
    match rules.decimals {
        None => exact,
        Some(places) => {
            let one = BigInt::from(10).pow(places);
            BigRational::new(round(&exact, places, policy.rounding.mode), one)
        }
    }
}

/// Held within the bounds.
pub(crate) fn bounded(rules: &Coefficients, k: BigRational) -> BigRational {
    let k = rules.cap_from.map_or(k.clone(), |from| k.max(rational(from)));
    rules.cap_to.map_or(k.clone(), |to| k.min(rational(to)))
}

/// A finite decimal fraction as it is written; `None` where it has too many digits.
pub(crate) fn written(value: &BigRational) -> Option<Decimal> {
    (0..=28u32).find_map(|scale| {
        let units = value * BigInt::from(10).pow(scale);
        let whole = units.is_integer().then(|| units.to_integer())?;
        Decimal::try_from_i128_with_scale(whole.to_i128()?, scale).ok()
    })
}

struct Maker<'p> {
    policy: &'p Policy,
    rules: &'p Coefficients,
    rows: &'p [Coefficient],
    index: Index,
    /// By hospital.
    bonuses: Vec<BigRational>,
}

impl Maker<'_> {
    fn made(&self, at: usize, hospital: &Hospital, group: Option<&str>) -> Result<CompiledHospital, CompileError> {
        let (from, basic) = basic(self.rules, self.rows, self.index.row(hospital, group), hospital);
        let k = with_bonus(self.policy, self.rules, basic, &self.bonuses[at]);
        let k = bounded(self.rules, k);
        let place = match from {
            Basic::Row(row) => CompileAt::Coefficient(row),
            Basic::Hospital | Basic::One => CompileAt::Hospital(at),
        };
        let (code, shown) = (&hospital.code, written(&k).unwrap_or_default());
        if k <= BigRational::zero() {
            return Err(CompileError::new(
                place,
                Text::new(
                    format!("机构 {code} 的机构系数得 {shown}，应大于 0"),
                    format!("the coefficient of hospital {code} comes to {shown}; it must be above 0"),
                ),
            ));
        }
        written(&k).and_then(coefficient_of).ok_or_else(|| {
            CompileError::new(
                place,
                Text::new(
                    format!("机构 {code} 的机构系数位数过多：写 coefficients.decimals"),
                    format!("the coefficient of hospital {code} has too many digits: write coefficients.decimals"),
                ),
            )
        })
    }
}

impl CompiledPolicy {
    /// The same policy with the coefficients and bonuses of hospitals, those of `[support]` among them, in
    /// place of any it had; for every period of the year.
    ///
    /// # Errors
    /// Tables in a policy without `[coefficients]`; bonuses of a kind that neither it nor `[support]` counts; a
    /// row that names nothing, a hospital and a level at once, or a hospital, level or group that
    /// there is not; two rows of one key; a coefficient not above 0, a bonus not above −1; a k that comes
    /// to 0 or has too many digits.
    ///
    /// ```
    /// use dianzhi_core::{example, Coefficient, Coefficients, CompiledPolicy, Fen, MissingCoefficient, Points, Silent};
    /// let mut policy = example::policy();
    /// policy.coefficients = Some(Coefficients {
    ///     missing: MissingCoefficient::One, bonuses: None, cap_from: None, cap_to: None, decimals: None,
    /// });
    /// let row = Coefficient {
    ///     hospital: Some("H001".to_owned()), level: None, group: Some("ES25".to_owned()), coefficient: "1.2".parse().unwrap(),
    /// };
    /// let policy = CompiledPolicy::new(&policy, &example::groups(), &example::hospitals()).unwrap();
    /// let policy = policy.with_coefficients(&[row], &[]).unwrap();
    /// let case = |group, hospital| policy.case(Some(group), hospital, "310", Fen(900_000), Fen(0)).unwrap();
    /// let points = |case| policy.points(&case, &mut Silent).unwrap().points;
    /// // 100.99 points × 1.2, and × 1 where there is no row
    /// assert_eq!(points(case("ES25", "H001")), Points(1_211_880));
    /// assert_eq!(points(case("ES25", "H002")), Points(1_009_900));
    /// ```
    pub fn with_coefficients(
        mut self,
        rows: &[Coefficient],
        bonuses: &[Bonus],
    ) -> Result<CompiledPolicy, CompileError> {
        self.later = std::mem::take(&mut self.later)
            .into_iter()
            .map(|later| later.with_coefficients(rows, bonuses))
            .collect::<Result<_, _>>()?;
        self.check_bonuses(bonuses)?;
        let of_support = |(_, row): &(usize, Bonus)| self.policy.is_support(&row.kind);
        let (supports, bonuses): (Vec<_>, Vec<_>) = bonuses.iter().cloned().enumerate().partition(of_support);
        if let Some(rules) = &self.policy.support {
            let support = CompiledSupport::new(rules, supports, &self.hospitals)?;
            self.support = Some(Box::new(support));
        }
        let Some(rules) = self.policy.coefficients.clone() else {
            if rows.is_empty() {
                return Ok(self);
            }
            let text = Text::new(
                "有机构系数表，而没有 [coefficients]",
                "there are hospital coefficients and no [coefficients]",
            );
            return Err(CompileError::new(CompileAt::Policy("coefficients".to_owned()), text));
        };
        let maker = Maker {
            policy: &self.policy,
            rules: &rules,
            rows,
            index: self.check_rows(rows)?,
            bonuses: (self.hospitals.iter())
                .map(|hospital| bonus(&rules, &bonuses, &hospital.code))
                .collect(),
        };
        let hospitals = self.hospitals.iter().enumerate();
        let hospital_rates: Vec<CompiledHospital> = hospitals
            .map(|(at, hospital)| maker.made(at, hospital, None))
            .collect::<Result<_, _>>()?;
        let compiled = compile(maker, &self.groups, &self.hospitals, bonuses)?;
        for (group, named) in self.group_rates.iter_mut().zip(&compiled.named) {
            group.k = match (group.k, named) {
                (KOf::Alike, _) => KOf::Alike,
                (_, Some(_)) => KOf::Named,
                (_, None) => KOf::Hospital,
            };
        }
        self.hospital_rates = hospital_rates;
        self.coefficients = Some(Box::new(compiled));
        Ok(self)
    }

    fn check_rows(&self, rows: &[Coefficient]) -> Result<Index, CompileError> {
        for (at, row) in rows.iter().enumerate() {
            let wrong = |zh: String, en: String| Err(CompileError::new(CompileAt::Coefficient(at), Text::new(zh, en)));
            let levels = |level: &String| self.hospitals.iter().any(|hospital| hospital.level == *level);
            let known = row.hospital.as_ref().is_none_or(|code| self.hospital(code).is_some())
                && row.level.as_ref().is_none_or(levels)
                && row.group.as_ref().is_none_or(|code| self.group(code).is_some());
            if !known {
                return wrong(
                    "系数表的机构、等级或病组不在本政策的表中".to_owned(),
                    "a coefficient names a hospital, level or group that the tables do not have".to_owned(),
                );
            }
            if row.hospital.is_some() && row.level.is_some() {
                return wrong(
                    "系数表的一行不能既写机构又写等级".to_owned(),
                    "a coefficient names both a hospital and a level".to_owned(),
                );
            }
            if row.hospital.is_none() && row.level.is_none() && row.group.is_none() {
                return wrong(
                    "系数表的一行没有写机构、等级或病组".to_owned(),
                    "a coefficient names no hospital, level or group".to_owned(),
                );
            }
            if row.coefficient <= Decimal::ZERO {
                let found = row.coefficient;
                return wrong(
                    format!("coefficient 为 {found}，应大于 0"),
                    format!("coefficient is {found}; it must be above 0"),
                );
            }
        }
        Index::new(rows).map_err(|at| {
            let text = Text::new(
                "系数表中同一机构、等级、病组有两行",
                "a hospital, level and group have two coefficients",
            );
            CompileError::new(CompileAt::Coefficient(at), text)
        })
    }

    fn check_bonuses(&self, bonuses: &[Bonus]) -> Result<(), CompileError> {
        let rules = self.policy.coefficients.as_ref();
        let has_bonuses = rules.is_some_and(|rules| rules.bonuses.is_some());
        let mut met = HashMap::new();
        for (at, row) in bonuses.iter().enumerate() {
            let wrong = |zh: &str, en: &str| Err(CompileError::new(CompileAt::Bonus(at), Text::new(zh, en)));
            if !has_bonuses && !self.policy.is_support(&row.kind) {
                return wrong(
                    "加成既不属于 [coefficients] 的 bonuses，也不属于 [support] 的 kinds",
                    "a bonus that [coefficients] has no bonuses for, and [support] no kind",
                );
            }
            if self.hospital(&row.hospital).is_none() {
                return wrong(
                    "加成表的机构不在机构表中",
                    "a bonus names a hospital that the hospitals table does not have",
                );
            }
            if row.bonus <= Decimal::NEGATIVE_ONE {
                return wrong("加成应大于 -1", "a bonus must be above -1");
            }
            if met.insert((&row.hospital, &row.kind), at).is_some() {
                return wrong("同一机构同一类加成有两行", "a hospital has two bonuses of one kind");
            }
        }
        Ok(())
    }
}

fn compile(
    maker: Maker<'_>,
    groups: &[Group],
    hospitals: &[Hospital],
    bonuses: Vec<(usize, Bonus)>,
) -> Result<CompiledCoefficients, CompileError> {
    let (columns, first) = columns(&maker, hospitals);
    let mut named = vec![None; groups.len()];
    let mut at = Vec::new();
    let mut values: Vec<CompiledHospital> = Vec::new();
    let mut met: HashMap<(u64, u128), u32> = HashMap::new();
    // What gives a k decides it, and few of many pairs of hospital and group differ.
    let mut made: HashMap<(Decimal, &BigRational), u32> = HashMap::new();
    let of_table = groups.iter().zip(&mut named);
    let of_table = of_table.filter(|(group, _)| maker.index.groups.contains_key(&group.code));
    for (position, (group, named)) in (0u32..).zip(of_table) {
        *named = Some(position);
        for &hospital in &first {
            let row = maker.index.row(&hospitals[hospital], Some(&group.code));
            let (_, basic) = basic(maker.rules, maker.rows, row, &hospitals[hospital]);
            let from = (basic, &maker.bonuses[hospital]);
            let known = match made.get(&from) {
                Some(known) => *known,
                None => {
                    let value = maker.made(hospital, &hospitals[hospital], Some(&group.code))?;
                    let next = u32::try_from(values.len()).unwrap_or(u32::MAX);
                    let known = *met.entry((value.coefficient, value.one.value())).or_insert(next);
                    if known == next {
                        values.push(value);
                    }
                    made.insert(from, known);
                    known
                }
            };
            at.push(known);
        }
    }
    Ok(CompiledCoefficients {
        rows: maker.rows.to_vec(),
        bonuses,
        named,
        columns,
        width: u32::try_from(first.len()).unwrap_or(u32::MAX),
        at,
        values,
        index: maker.index,
    })
}

/// The column of every hospital, and the first hospital of every column: without a row of its own
/// for a group, hospitals are alike where level, fallback and bonus are.
fn columns(maker: &Maker<'_>, hospitals: &[Hospital]) -> (Vec<u32>, Vec<usize>) {
    let of_groups = maker.index.groups.values();
    let own: HashSet<&str> = of_groups
        .flat_map(|rows| rows.hospitals.keys().map(String::as_str))
        .collect();
    let mut keys: HashMap<(Option<usize>, &str, Decimal, &BigRational), u32> = HashMap::new();
    let mut first = Vec::new();
    let mut columns = Vec::with_capacity(hospitals.len());
    for (at, hospital) in hospitals.iter().enumerate() {
        let apart = own.contains(hospital.code.as_str()).then_some(at);
        let (_, fallback) = basic(maker.rules, maker.rows, maker.index.row(hospital, None), hospital);
        let next = u32::try_from(first.len()).unwrap_or(u32::MAX);
        let key = (apart, hospital.level.as_str(), fallback.normalize(), &maker.bonuses[at]);
        let column = *keys.entry(key).or_insert(next);
        if column == next {
            first.push(at);
        }
        columns.push(column);
    }
    (columns, first)
}
