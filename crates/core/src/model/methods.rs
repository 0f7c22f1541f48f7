//! The methods beside `[pricing]`, written down once more (docs/METHODS.md).

use super::{Book, ModelCase, ModelPayment, Q, exact, rounded};
use crate::{AtMost, ByDisease, ByGroup, ByItem, CompareWith, DayRate, Group, PayIn, PerDiem, Price};
use num_bigint::BigInt;
use num_traits::{One, Zero};

/// How a case is paid in the end.
enum Way<'a> {
    Plain,
    ByGroup(&'a ByGroup),
    PerDiem(&'a PerDiem),
    ByDisease(&'a ByDisease, &'a Price),
    ByItem(&'a ByItem),
    Capitation,
}

impl Book<'_> {
    fn way(&self, case: &ModelCase) -> Way<'_> {
        let methods = &self.policy.methods;
        if let Some(method) = methods.by_group.iter().find(|method| method.id == case.method) {
            return Way::ByGroup(method);
        }
        if let Some(method) = methods.per_diem.iter().find(|method| method.id == case.method) {
            return Way::PerDiem(method);
        }
        if let Some(method) = methods.by_item.iter().find(|method| method.id == case.method) {
            return Way::ByItem(method);
        }
        if methods.capitation.iter().any(|method| method.id == case.method) {
            return Way::Capitation;
        }
        let Some(method) = methods.by_disease.iter().find(|method| method.id == case.method) else {
            return Way::Plain;
        };
        let Some(price) = self.price_of(case) else {
            return Way::Plain;
        };
        let ratio = &case.medical_cost / exact(price.price);
        let out = method.exit_below.is_some_and(|bound| ratio < exact(bound))
            || method.exit_above.is_some_and(|bound| ratio > exact(bound));
        let by_items = methods
            .by_item
            .iter()
            .find(|by_item| method.exit_to.as_ref() == Some(&by_item.id));
        match by_items {
            Some(by_item) if out => Way::ByItem(by_item),
            _ => Way::ByDisease(method, price),
        }
    }

    /// The price of a case's disease at its hospital's level, else at any level.
    #[must_use]
    pub fn price_of(&self, case: &ModelCase) -> Option<&Price> {
        let level = self.hospitals.get(case.hospital.as_str()).map(|h| h.level.as_str());
        let fits = |price: &&Price| price.method == case.method && price.code == case.disease;
        let own = self
            .prices
            .iter()
            .filter(fits)
            .find(|price| price.level.as_deref() == level && level.is_some());
        own.or_else(|| self.prices.iter().filter(fits).find(|price| price.level.is_none()))
    }

    /// Class, cost ratio and points, or for money the standard.
    #[must_use]
    pub fn worth(&self, case: &ModelCase) -> ModelPayment {
        match self.way(case) {
            Way::Plain => self.points(case, self.policy.auxiliary.map(|auxiliary| auxiliary.compare_with)),
            Way::ByGroup(method) => self.by_group(method, case),
            Way::PerDiem(method) => {
                let worth = self.days(method, case, 0);
                let cost = self.in_unit(method.pay_in, &case.medical_cost);
                let short = method.days_min.is_some_and(|least| case.days < least);
                let worth = if short { worth.min(cost) } else { worth };
                self.paid("per-diem", method.pay_in, worth)
            }
            Way::ByDisease(method, price) => self.paid("by-disease", method.pay_in, exact(price.price)),
            Way::ByItem(method) => {
                let left = (&case.medical_cost - &case.deducted).max(Q::zero());
                let worth = match method.pay_in {
                    PayIn::Money => self.money(&(left * exact(method.share))),
                    PayIn::Points => self.to_points(&(self.exact_points(&left) * exact(method.share))),
                };
                self.paid("by-item", method.pay_in, worth)
            }
            Way::Capitation => self.paid("capitated", PayIn::Money, Q::zero()),
        }
    }

    fn by_group(&self, method: &ByGroup, case: &ModelCase) -> ModelPayment {
        let mut seen = case.clone();
        if let Some(pair) = method.groups_as.iter().find(|pair| pair.group == case.group) {
            seen.group = pair.paid_as.clone();
        }
        if self.policy.auxiliary.is_none() {
            seen.factor = Q::one();
        }
        seen.factor *= exact(method.factor);
        if let (Some(rules), Some(group)) = (method.by_cost, self.group(&seen.group)) {
            let base = exact(group.base_points) * exact(method.factor);
            let normal = &base * self.coefficient(&case.hospital, Some(group));
            let whole = if rules.coefficient { &normal } else { &base };
            let mut points = whole * &case.medical_cost / exact(group.mean_cost);
            let most = match rules.at_most {
                None => points.clone(),
                Some(AtMost::Base) => base,
                Some(AtMost::Normal) => normal,
            };
            if points > most {
                points = most;
            }
            let points = self.supported(&case.hospital, self.to_points(&points));
            return self.paid("by-cost", PayIn::Points, points);
        }
        let split = method.long_stay.as_ref().filter(|stay| case.days > stay.after_day);
        if let Some(stay) = split {
            let part = &case.medical_cost * BigInt::from(stay.after_day) / BigInt::from(case.days);
            seen.medical_cost = self.money(&part);
        }
        let compare_with: CompareWith = method.compare_with;
        let mut payment = self.points(&seen, Some(compare_with));
        if let Some(stay) = split
            && let Some(per_diem) = self
                .policy
                .methods
                .per_diem
                .iter()
                .find(|other| other.id == stay.per_diem)
        {
            payment.points += self.days(per_diem, case, stay.after_day);
        }
        payment
    }

    /// The group that a case is paid by.
    pub(super) fn group_paid_by(&self, case: &ModelCase) -> Option<&Group> {
        let code = match self.way(case) {
            Way::Plain => &case.group,
            Way::ByGroup(method) => {
                let pair = method.groups_as.iter().find(|pair| pair.group == case.group);
                pair.map_or(&case.group, |pair| &pair.paid_as)
            }
            _ => return None,
        };
        self.groups.get(code.as_str()).copied()
    }

    /// The points that a case paid by group would have as a normal one; not of a split stay.
    pub(super) fn points_if_normal(&self, case: &ModelCase) -> Option<Q> {
        let group = self.group_paid_by(case)?;
        let mut factor = match self.policy.auxiliary {
            Some(_) => case.factor.clone(),
            None => Q::one(),
        };
        if let Way::ByGroup(method) = self.way(case) {
            factor *= exact(method.factor);
            if method.long_stay.as_ref().is_some_and(|stay| case.days > stay.after_day) {
                return None;
            }
        }
        let k = self.coefficient(&case.hospital, Some(group));
        let normal = self.to_points(&(exact(group.base_points) * factor * k));
        Some(self.supported(&case.hospital, normal))
    }

    /// Day by day, each at the latest tier that has begun.
    fn days(&self, method: &PerDiem, case: &ModelCase, after: u32) -> Q {
        let hospital = self.hospitals.get(case.hospital.as_str());
        let level = hospital.map(|h| h.level.as_str());
        let own = method.rates.iter().any(|rate| rate.level.as_deref() == level);
        let mut days_at: Vec<(&DayRate, u32)> = Vec::new();
        for day in after + 1..=case.days.min(method.days_max.unwrap_or(u32::MAX)) {
            let of_level = method.rates.iter().filter(|rate| match &rate.level {
                Some(rate_level) => own && Some(rate_level.as_str()) == level,
                None => !own,
            });
            let tier = of_level
                .filter(|rate| rate.from_day <= day)
                .max_by_key(|rate| rate.from_day);
            let Some(tier) = tier else { continue };
            match days_at.last_mut() {
                Some((last, days)) if std::ptr::eq(*last, tier) => *days += 1,
                _ => days_at.push((tier, 1)),
            }
        }
        let of_tier =
            |(tier, days): (&DayRate, u32)| self.in_unit(method.pay_in, &exact(tier.rate)) * BigInt::from(days);
        let sum: Q = days_at.into_iter().map(of_tier).sum();
        if !method.coefficient {
            return sum;
        }
        let k = self.coefficient(&case.hospital, None);
        match method.pay_in {
            PayIn::Money => self.money(&(sum * k)),
            PayIn::Points => self.to_points(&(sum * k)),
        }
    }

    /// An amount in yuan, or as rounded points.
    fn in_unit(&self, pay_in: PayIn, yuan: &Q) -> Q {
        match pay_in {
            PayIn::Money => yuan.clone(),
            PayIn::Points => self.to_points(&self.exact_points(yuan)),
        }
    }

    pub(super) fn exact_points(&self, yuan: &Q) -> Q {
        let pricing = &self.policy.pricing;
        yuan / exact(pricing.mean_cost_all) * exact(pricing.scale)
    }

    fn to_points(&self, points: &Q) -> Q {
        rounded(points, self.policy.rounding.points, self.policy.rounding.mode)
    }

    fn paid(&self, class: &'static str, pay_in: PayIn, worth: Q) -> ModelPayment {
        let (points, standard) = match pay_in {
            PayIn::Points => (worth, Q::zero()),
            PayIn::Money => (Q::zero(), worth),
        };
        ModelPayment {
            class,
            cost_ratio: None,
            points,
            in_money: pay_in == PayIn::Money,
            standard,
            due: Q::zero(),
        }
    }

    /// The fund's due where the method fixes its share.
    pub(super) fn due_by_share(&self, case: &ModelCase, standard: &Q) -> Option<Q> {
        let share = match self.way(case) {
            Way::Plain | Way::ByGroup(_) => None,
            Way::PerDiem(method) => method.fund_share,
            Way::ByDisease(_, price) => price.fund_share,
            Way::ByItem(method) => method.fund_share,
            Way::Capitation => return Some(Q::zero()),
        };
        share.map(|share| self.money(&(standard * exact(share))))
    }

    /// What the patient was charged beyond the rest of a fixed price.
    #[must_use]
    pub fn patient_over(&self, case: &ModelCase, payment: &ModelPayment) -> Option<Q> {
        match self.way(case) {
            Way::ByDisease(
                _,
                Price {
                    fund_share: Some(_), ..
                },
            ) => {
                let share = &payment.standard - &payment.due;
                Some((&case.medical_cost - &case.fund_billed - share).max(Q::zero()))
            }
            _ => None,
        }
    }
}
