//! What in a policy is out of range or contradicts itself.

use super::{BUDGET_FEN_MAX, Condition, HIFP_PAY, PLACES_MAX, Policy, PricingMethod, Remainder};
use crate::Text;
use crate::decimal::units;
use rust_decimal::Decimal;

/// The nature of a [`Breach`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BreachKind {
    /// A value outside its range.
    OutOfRange,
    /// A value with more decimals than its unit has.
    TooManyDecimals,
    /// Two values that contradict each other.
    Contradiction,
}

/// What to do about a [`Breach`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// What its kind tells.
    Usual,
    /// Just this.
    This(Text),
    /// Another name: the one found is none of these.
    Name {
        /// The name found.
        found: String,
        /// The names there are.
        known: Vec<String>,
    },
}

/// One value of a policy that cannot be applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    /// What is wrong with it.
    pub kind: BreachKind,
    /// The key, as `pool[1].budget`, with positions from 0.
    pub key: String,
    /// The other key, in a contradiction.
    pub other: Option<String>,
    /// What was found and what is expected.
    pub text: Text,
    /// What to do about it.
    pub remedy: Remedy,
}

impl Policy {
    /// Everything in this policy that is out of range or contradicts itself, in the order of the
    /// region file; empty for a policy that can be applied.
    ///
    /// ```
    /// let mut policy = dianzhi_core::example::policy();
    /// assert!(policy.breaches().is_empty());
    /// policy.pools[0].reserve = "1.5".parse().unwrap();
    /// assert_eq!(policy.breaches()[0].key, "pool[0].reserve");
    /// ```
    #[must_use]
    pub fn breaches(&self) -> Vec<Breach> {
        let mut found = Breaches::default();
        found.rounding(self);
        found.pools(self);
        found.routes(self);
        found.apart(self);
        found.methods(self);
        found.budgets(self);
        found.pricing(self);
        found.coefficients(self);
        found.support(self);
        found.deviation(&self.deviation);
        found.adjust(self);
        found.share("ungrouped.share", self.ungrouped_share);
        if let Some(ratio) = self.fund_share.pool_ratio
            && (ratio <= Decimal::ZERO || ratio > Decimal::ONE)
        {
            found.range(
                "fund_share.pool_ratio",
                ratio,
                "大于 0 且不超过 1",
                "above 0 and at most 1",
            );
            found.as_share();
        }
        found.pool_clearing(self);
        found.clearings(self);
        found.monthly(self);
        found.alliances(self);
        found.procurement(self);
        found.insurance_funds(self);
        found.0
    }
}

impl Condition {
    /// Everything in a list of conditions that nothing can meet; `key` is that of the list.
    ///
    /// ```
    /// use dianzhi_core::{Condition, Test};
    /// let none = Condition { field: "level".to_owned(), test: Test::AnyOf(Vec::new()) };
    /// assert_eq!(Condition::breaches("route[0].when", &[none])[0].key, "route[0].when.level");
    /// ```
    #[must_use]
    pub fn breaches(key: &str, when: &[Condition]) -> Vec<Breach> {
        let mut found = Breaches::default();
        found.conditions(key, when);
        found.0
    }
}

#[derive(Default)]
pub(super) struct Breaches(Vec<Breach>);

impl Breaches {
    pub(super) fn add(&mut self, kind: BreachKind, key: &str, other: Option<&str>, zh: String, en: String) {
        self.0.push(Breach {
            kind,
            key: key.to_owned(),
            other: other.map(str::to_owned),
            text: Text::new(zh, en),
            remedy: Remedy::Usual,
        });
    }

    /// What to do about the last breach.
    pub(super) fn remedy(&mut self, zh: &str, en: &str) {
        if let Some(last) = self.0.last_mut() {
            last.remedy = Remedy::This(Text::new(zh, en));
        }
    }

    /// An id that should be that of a section, with those there are.
    pub(super) fn unknown<'k>(&mut self, key: &str, id: &str, section: &str, known: impl Iterator<Item = &'k String>) {
        self.add(
            BreachKind::OutOfRange,
            key,
            None,
            format!("{key} 为 \"{id}\"：没有 id 为 {id} 的 {section}"),
            format!("{key} is \"{id}\": there is no {section} with that id"),
        );
        self.known(id, known);
    }

    /// The last breach is a name that there is not.
    pub(super) fn known<'k>(&mut self, found: &str, known: impl Iterator<Item = &'k String>) {
        if let Some(last) = self.0.last_mut() {
            last.remedy = Remedy::Name {
                found: found.to_owned(),
                known: known.cloned().collect(),
            };
        }
    }

    /// An id that is empty.
    pub(super) fn no_name(&mut self, key: &str) {
        self.range(key, "\"\"", "不为空", "a name that is not empty");
        self.remedy(
            "起一个名称：输出和其他各节以此相认",
            "give it a name; the outputs and other sections know it by that",
        );
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn range(&mut self, key: &str, found: impl std::fmt::Display, zh: &str, en: &str) {
        self.add(
            BreachKind::OutOfRange,
            key,
            None,
            format!("{key} 为 {found}，应{zh}"),
            format!("{key} is {found}; it must be {en}"),
        );
    }

    pub(super) fn share(&mut self, key: &str, value: Decimal) {
        if value < Decimal::ZERO || value > Decimal::ONE {
            self.range(key, value, "在 0 到 1 之间", "between 0 and 1");
            self.as_share();
        }
    }

    /// The last breach is of a share, which may have been written as a percentage.
    pub(super) fn as_share(&mut self) {
        self.remedy(
            "改到所说的范围内；比例写成小数，5% 写作 \"0.05\"",
            "bring it into that range; a share is written as a decimal, 5 % as \"0.05\"",
        );
    }

    pub(super) fn not_negative(&mut self, key: &str, value: Decimal) {
        if value < Decimal::ZERO {
            self.range(key, value, "不小于 0", "0 or more");
        }
    }

    pub(super) fn above_zero(&mut self, key: &str, value: Decimal) {
        if value <= Decimal::ZERO {
            self.range(key, value, "大于 0", "above 0");
        }
    }

    pub(super) fn decimals(&mut self, key: &str, value: Decimal, places: u32) -> bool {
        let fits = units(value, places).is_some();
        if !fits {
            self.add(
                BreachKind::TooManyDecimals,
                key,
                None,
                format!("{key} 为 {value}，至多 {places} 位小数"),
                format!("{key} is {value}; it may have at most {places} decimals"),
            );
        }
        fits
    }

    /// A budget, or that of a year before.
    pub(super) fn yuan_of_a_year(&mut self, key: &str, yuan: Decimal) {
        self.not_negative(key, yuan);
        if self.decimals(key, yuan, 2) && units(yuan, 2).is_none_or(|fen| fen > BUDGET_FEN_MAX.into()) {
            self.range(key, yuan, "不超过 999999999999.99", "at most 999999999999.99");
        }
    }

    fn rounding(&mut self, policy: &Policy) {
        let rounding = &policy.rounding;
        for (key, places) in [
            ("rounding.points", rounding.points),
            ("rounding.point_value", rounding.point_value),
        ] {
            if places > PLACES_MAX {
                self.range(key, places, "在 0 到 12 之间", "between 0 and 12");
            }
        }
        if rounding.remainder == Remainder::LargestRemainder {
            let mut refuse = |other: &str, value: &str| {
                self.add(
                    BreachKind::Contradiction,
                    "rounding.remainder",
                    Some(other),
                    format!("最大余数法只用于点数法，且基金支付办法为 fund-points 或 difference；这里 {other} 为 {value}"),
                    format!("largest-remainder needs pricing by points and fund share fund-points or difference; {other} is {value}"),
                );
            };
            if policy.pricing.method == PricingMethod::Rate {
                refuse("pricing.method", "rate");
            }
            if policy.fund_share.method.is_ratio() {
                refuse("fund_share.method", policy.fund_share.method.as_str());
            }
        }
    }

    fn pools(&mut self, policy: &Policy) {
        if policy.pools.is_empty() {
            self.range("pool", 0, "至少一个", "at least one");
            self.remedy(
                "为每个总额预算写一节 [[pool]]",
                "write a [[pool]] for every global budget",
            );
        }
        for (i, pool) in policy.pools.iter().enumerate() {
            let key = |name: &str| format!("pool[{i}].{name}");
            if pool.id.is_empty() {
                self.no_name(&key("id"));
            }
            if let Some(j) = policy.pools[..i].iter().position(|p| p.id == pool.id) {
                self.twice(&key("id"), &format!("pool[{j}].id"), &pool.id);
            }
            if pool.insutype.is_empty() {
                self.range(
                    &key("insutype"),
                    "[]",
                    "至少列一个险种代码",
                    "a list of at least one insutype code",
                );
                self.remedy(
                    "列出从本池支付的险种，例如 insutype = [\"310\"]",
                    "list the insurance types that the pool pays for, as insutype = [\"310\"]",
                );
            }
            for (k, code) in pool.insutype.iter().enumerate() {
                let here = format!("pool[{i}].insutype[{k}]");
                if code.is_empty() {
                    self.range(&here, "\"\"", "不为空", "a code that is not empty");
                    self.remedy(
                        "写险种代码，例如 \"310\"，或删去这一项",
                        "write an insurance type such as \"310\", or leave the element out",
                    );
                }
                // With routes it is the route that has one pool for it.
                let until_here = if policy.routes.is_empty() { 0 } else { i };
                let before = policy.pools[until_here..=i]
                    .iter()
                    .enumerate()
                    .find_map(|(j, earlier)| {
                        let j = j + until_here;
                        let until = if j == i { k } else { earlier.insutype.len() };
                        let at = earlier.insutype[..until].iter().position(|c| c == code)?;
                        Some(format!("pool[{j}].insutype[{at}]"))
                    });
                if let Some(other) = before {
                    self.twice(&here, &other, code);
                }
            }
            self.funds(i, &pool.funds);
            if pool.funds.len() > 1 && policy.fund_share.method.has_benefit() {
                self.add(
                    BreachKind::Contradiction,
                    &key("funds"),
                    Some("fund_share.method"),
                    "报销比例是统筹基金的比例，不能用于预算还含其他基金的池".to_owned(),
                    "the reimbursement ratio is of the pooled fund alone; a pool whose budget covers more cannot go by it".to_owned(),
                );
            }
            self.yuan_of_a_year(&key("budget"), pool.budget);
            self.grown_pool(policy.rounding.mode, i, pool);
            self.share(&key("reserve"), pool.reserve);
            if let Some(rate) = pool.base_rate {
                self.not_negative(&key("base_rate"), rate);
                self.decimals(&key("base_rate"), rate, policy.rounding.point_value.min(PLACES_MAX));
            } else if policy.pricing.method == PricingMethod::Rate {
                self.add(
                    BreachKind::Contradiction,
                    &key("base_rate"),
                    Some("pricing.method"),
                    format!("pricing.method 为 rate 时，资金池 {} 须写 base_rate", pool.id),
                    format!("pricing.method is rate, so pool {} needs a base_rate", pool.id),
                );
            }
            self.heads(policy, i, pool);
            self.point_value(policy, i, pool);
            self.point_value_of(policy, i, pool);
        }
    }

    /// The pooled fund is always one of them, and none counts twice.
    fn funds(&mut self, i: usize, funds: &[String]) {
        let here = |k: usize| format!("pool[{i}].funds[{k}]");
        if !funds.iter().any(|name| name == HIFP_PAY) {
            let found = funds.join(", ");
            self.range(
                &format!("pool[{i}].funds"),
                found,
                "含 hifp_pay",
                "a list with hifp_pay in it",
            );
        }
        for (k, name) in funds.iter().enumerate() {
            if let Some(j) = funds[..k].iter().position(|other| other == name) {
                self.twice(&here(k), &here(j), name);
            }
        }
    }

    pub(super) fn twice(&mut self, here: &str, other: &str, value: &str) {
        self.add(
            BreachKind::Contradiction,
            here,
            Some(other),
            format!("{value} 已在 {other} 出现，只能属于一处"),
            format!("{value} already stands at {other}; it may stand in one place only"),
        );
    }

    fn pricing(&mut self, policy: &Policy) {
        self.above_zero("pricing.mean_cost_all", policy.pricing.mean_cost_all);
        self.above_zero("pricing.scale", policy.pricing.scale);
    }
}
