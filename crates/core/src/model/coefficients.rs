//! `[coefficients]` written down once more: k of a hospital, for a group or whatever the group.

use super::{Book, Q, exact, rounded};
use crate::{Bonus, BonusAs, Coefficient, CombineBonuses, Group, MissingCoefficient};
use num_traits::{One, Zero};

impl<'a> Book<'a> {
    /// The same book with the coefficients of hospitals and groups, and their bonuses.
    #[must_use]
    pub fn with_coefficients(mut self, coefficients: &'a [Coefficient], bonuses: &'a [Bonus]) -> Book<'a> {
        self.coefficients = coefficients;
        self.bonuses = bonuses;
        self
    }
}

impl Book<'_> {
    /// k; 1 where the group's kind is paid alike.
    pub(super) fn coefficient(&self, hospital: &str, group: Option<&Group>) -> Q {
        let alike = &self.policy.pricing.coefficient_not_for;
        if group.is_some_and(|group| alike.contains(&group.kind)) {
            return Q::one();
        }
        let Some(of) = self.hospitals.get(hospital) else {
            return Q::one();
        };
        let Some(rules) = &self.policy.coefficients else {
            return exact(of.coefficient);
        };
        let own = self.coefficients.iter().filter(|row| {
            let other_hospital = row.hospital.as_ref().is_some_and(|code| code != hospital);
            let other_level = row.level.as_ref().is_some_and(|level| *level != of.level);
            let other_group = match (&row.group, group) {
                (Some(code), Some(group)) => *code != group.code,
                (Some(_), None) => true,
                (None, _) => false,
            };
            !other_hospital && !other_level && !other_group
        });
        // The group says more than the hospital, and the hospital more than its level.
        let weight = |row: &Coefficient| {
            let (group, hospital) = (row.group.is_some(), row.hospital.is_some());
            4 * u8::from(group) + 2 * u8::from(hospital) + u8::from(row.level.is_some())
        };
        let mut k = match (own.max_by_key(|row| weight(row)), rules.missing) {
            (Some(row), _) => exact(row.coefficient),
            (None, MissingCoefficient::Hospital) => exact(of.coefficient),
            (None, MissingCoefficient::One) => Q::one(),
        };
        if let Some(count) = rules.bonuses {
            let mut b: Option<Q> = None;
            let of_k = |row: &&Bonus| row.hospital == hospital && !self.policy.is_support(&row.kind);
            for row in self.bonuses.iter().filter(of_k) {
                let bonus = exact(row.bonus);
                b = Some(match (b, count.combine) {
                    (None, _) => bonus,
                    (Some(before), CombineBonuses::Sum) => before + bonus,
                    (Some(before), CombineBonuses::Highest) if before > bonus => before,
                    (Some(_), CombineBonuses::Highest) => bonus,
                });
            }
            let mut b = b.unwrap_or_else(Q::zero);
            if let Some(most) = count.at_most.map(exact)
                && b > most
            {
                b = most;
            }
            k = match count.count_as {
                BonusAs::Added => k + b,
                BonusAs::Share => &k + &k * b,
            };
        }
        if let Some(places) = rules.decimals {
            k = rounded(&k, places, self.policy.rounding.mode);
        }
        if let Some(least) = rules.cap_from.map(exact).filter(|least| k < *least) {
            k = least;
        }
        if let Some(most) = rules.cap_to.map(exact).filter(|most| k > *most) {
            k = most;
        }
        k
    }
}
