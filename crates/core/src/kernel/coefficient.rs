//! 机构系数 k: what a normal case's base points are multiplied by, and how it came about.
//!
//! Tables are compiled beforehand, so a case only looks k up; its steps are told from the tables.

use crate::case::Case;
use crate::compiled::{
    Basic, CompiledCoefficients, CompiledGroup, CompiledHospital, CompiledPolicy, KOf, bonus, with_bonus, written,
};
use crate::decimal::rational;
use crate::trace::{input, to_coefficient};
use crate::{
    Bonus, BonusAs, Coefficients, CombineBonuses, Decimal, Fixed, GroupId, Hospital, Input, Origin, Rule, Step, Tracer,
};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::ToPrimitive;

/// What the steps of one k are told from.
struct Told<'p> {
    policy: &'p CompiledPolicy,
    rules: &'p Coefficients,
    tables: &'p CompiledCoefficients,
    hospital: &'p Hospital,
    group: Option<&'p str>,
}

impl CompiledPolicy {
    /// The hospital coefficient of a case in a group; `None` where it is 1 in every hospital.
    #[inline]
    pub(super) fn k_of(&self, rates: &CompiledGroup, case: &Case) -> Option<&CompiledHospital> {
        match rates.k {
            KOf::Alike => None,
            KOf::Hospital => self.hospital_rates.get(case.hospital.0 as usize),
            KOf::Named => self.coefficients.as_ref()?.of(case.group?, case.hospital),
        }
    }

    /// k as a fraction; `None` where the case is of another policy.
    #[inline]
    pub(super) fn k_fraction(&self, rates: &CompiledGroup, case: &Case) -> Option<(u64, u128)> {
        if rates.k == KOf::Alike {
            return Some((1, 1));
        }
        let k = self.k_of(rates, case)?;
        Some((k.coefficient, k.one.value()))
    }

    /// k with where it comes from.
    pub(super) fn k_input(&self, rates: &CompiledGroup, case: &Case) -> Input {
        match self.k_of(rates, case) {
            Some(k) => self.k_shown(k),
            // 同病同价: the group's kind is in the list, so no hospital's coefficient counts.
            None => input("k", 1, Origin::Policy("pricing.coefficient_not_for".to_owned())),
        }
    }

    /// The coefficient of a hospital, whatever the group, with where it comes from.
    pub(super) fn k_of_hospital(&self, case: &Case) -> Input {
        let k = self.hospital_rates.get(case.hospital.0 as usize);
        k.map_or_else(|| input("k", 1, Origin::Hospital("coefficient")), |k| self.k_shown(k))
    }

    fn k_shown(&self, k: &CompiledHospital) -> Input {
        let k = k.decimal();
        match &self.policy.coefficients {
            None => input("k", k, Origin::Hospital("coefficient")),
            Some(rules) if rules.has_cap() => input("k", k, Origin::Step(Rule::CoefficientBounded)),
            Some(rules) => input("k", rounded(rules, k), Origin::Step(Rule::HospitalCoefficient)),
        }
    }

    /// The steps of k, where it comes out of tables.
    #[inline]
    pub(super) fn trace_k(&self, rates: &CompiledGroup, case: &Case, tracer: &mut impl Tracer) {
        if rates.k != KOf::Alike {
            self.trace_coefficient(case, case.group, tracer);
        }
    }

    /// The same of a hospital, for the group or whatever the group.
    #[inline]
    pub(super) fn trace_coefficient(&self, case: &Case, group: Option<GroupId>, tracer: &mut impl Tracer) {
        let Some(rules) = &self.policy.coefficients else { return };
        let told = || {
            let hospital = self.hospitals.get(case.hospital.0 as usize);
            Some(Told {
                policy: self,
                rules,
                tables: self.coefficients.as_deref()?,
                hospital: hospital?,
                group: group
                    .and_then(|group| self.groups.get(group.0 as usize))
                    .map(|group| group.code.as_str()),
            })
        };
        if rules.bonuses.is_some() {
            tracer.step(|| told().map_or_else(nothing, |told| told.bonus()));
        }
        tracer.step(|| told().map_or_else(nothing, |told| told.coefficient()));
        if rules.has_cap() {
            tracer.step(|| told().map_or_else(nothing, |told| told.bounded()));
        }
    }
}

/// A case that is of another policy has no coefficient, and no points either.
fn nothing() -> Step {
    Step {
        rule: Rule::HospitalCoefficient,
        inputs: Vec::new(),
        expression: "0".to_owned(),
        rounding: None,
        result: "0".to_owned(),
    }
}

/// As the step that rounds it shows it.
fn rounded(rules: &Coefficients, k: Decimal) -> String {
    match rules.decimals {
        None => k.to_string(),
        Some(places) => {
            let units = rational(k) * BigInt::from(10).pow(places);
            let units = units.to_integer().to_i128().unwrap_or_default();
            Fixed { units, places }.to_string()
        }
    }
}

/// The bonuses of a hospital as they are put together: of the table, and the key of their most.
pub(super) fn combining<'r>(
    own: impl Iterator<Item = &'r (usize, Bonus)>,
    rules: Option<(CombineBonuses, Option<Decimal>)>,
    key: &str,
) -> (Vec<Input>, String) {
    let mut inputs: Vec<Input> = own
        .map(|(at, row)| input("bonus", row.bonus, Origin::Bonus(*at)))
        .collect();
    let figures = inputs.iter().map(|input| input.value.clone());
    let all = match rules {
        Some((CombineBonuses::Highest, _)) => figures.reduce(|a, b| format!("max({a}, {b})")),
        _ => figures.reduce(|a, b| format!("{a} + {b}")),
    };
    let mut expression = all.unwrap_or_else(|| "0".to_owned());
    if let Some(most) = rules.and_then(|(_, at_most)| at_most) {
        inputs.push(input("at_most", most, Origin::Policy(key.to_owned())));
        expression = format!("min({expression}, {most})");
    }
    (inputs, expression)
}

fn exact(value: &BigRational) -> Decimal {
    // It was compiled, so it can be written.
    written(value).unwrap_or_default()
}

impl Told<'_> {
    fn bonus_found(&self) -> Decimal {
        exact(&bonus(self.rules, &self.tables.bonuses, &self.hospital.code))
    }

    fn bonus(&self) -> Step {
        let own = self.tables.bonuses.iter();
        let own = own.filter(|(_, row)| row.hospital == self.hospital.code);
        let rules = self.rules.bonuses.map(|rules| (rules.combine, rules.at_most));
        let (inputs, expression) = combining(own, rules, "coefficients.bonuses.at_most");
        Step {
            rule: Rule::CoefficientBonus,
            inputs,
            expression,
            rounding: None,
            result: self.bonus_found().to_string(),
        }
    }

    /// The coefficient before its bounds.
    fn found(&self) -> (Basic, Decimal, Decimal) {
        let (from, basic) = self.tables.basic(self.rules, self.hospital, self.group);
        let bonus = bonus(self.rules, &self.tables.bonuses, &self.hospital.code);
        let k = with_bonus(&self.policy.policy, self.rules, basic, &bonus);
        (from, basic, exact(&k))
    }

    fn coefficient(&self) -> Step {
        let (from, basic, k) = self.found();
        let origin = match from {
            Basic::Row(row) => Origin::Coefficient(row),
            Basic::Hospital => Origin::Hospital("coefficient"),
            Basic::One => Origin::Policy("coefficients.missing".to_owned()),
        };
        let mut inputs = vec![input("basic", basic, origin)];
        let mut expression = basic.to_string();
        if let Some(rules) = self.rules.bonuses {
            let b = self.bonus_found();
            inputs.push(input("b", b, Origin::Step(Rule::CoefficientBonus)));
            expression = match rules.count_as {
                BonusAs::Added => format!("{basic} + {b}"),
                BonusAs::Share => format!("{basic} × (1 + {b})"),
            };
        }
        Step {
            rule: Rule::HospitalCoefficient,
            inputs,
            expression,
            rounding: self.rules.decimals.and_then(|places| {
                let mode = self.policy.policy.rounding.mode;
                to_coefficient(places, mode)
            }),
            result: rounded(self.rules, k),
        }
    }

    fn bounded(&self) -> Step {
        let (_, _, k) = self.found();
        let shown = rounded(self.rules, k);
        let mut inputs = vec![input("k", &shown, Origin::Step(Rule::HospitalCoefficient))];
        let mut expression = shown;
        let ends = [("from", "max", self.rules.cap_from), ("to", "min", self.rules.cap_to)];
        for (end, function, bound) in ends {
            let Some(bound) = bound else { continue };
            inputs.push(input(end, bound, Origin::Policy(format!("coefficients.cap.{end}"))));
            expression = format!("{function}({expression}, {bound})");
        }
        let bounded = crate::compiled::bounded(self.rules, rational(k));
        Step {
            rule: Rule::CoefficientBounded,
            inputs,
            expression,
            rounding: None,
            result: exact(&bounded).to_string(),
        }
    }
}
