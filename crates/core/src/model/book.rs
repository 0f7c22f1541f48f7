//! The rules of one region, for one case, one pool and one hospital after the other.

use super::budget;
use super::clearing::cleared_by;
use super::outliers::Outlier;
use super::{
    ModelCase, ModelClearing, ModelEnrolment, ModelPayment, ModelPrice, ModelStatement, ModelSums, Q, exact, fen,
    rounded,
};
use crate::{
    Assessment, Bonus, Coefficient, Compare, CompareWith, Decimal, FundShareMethod, Group, Hospital, Policy, Price,
    PricingMethod, Remainder, RoundingMode, Yardstick,
};
use num_bigint::BigInt;
use num_traits::{One, Zero};
use std::collections::BTreeMap;

/// The rules of one region and its tables, for one case after the other.
///
/// The steps in order: [`worth`](Book::worth) of every case, [`price`](Book::price) of every
/// pool, [`standard`](Book::standard) and [`due`](Book::due) of every case, then
/// [`clear`](Book::clear) of every pool.
pub struct Book<'a> {
    pub(super) policy: &'a Policy,
    pub(super) groups: BTreeMap<&'a str, &'a Group>,
    pub(super) hospitals: BTreeMap<&'a str, &'a Hospital>,
    pub(super) prices: &'a [Price],
    /// Yuan by position of the pool and hospital code.
    caps: BTreeMap<(usize, String), Q>,
    pub(super) enrolment: Vec<ModelEnrolment>,
    pub(super) coefficients: &'a [Coefficient],
    pub(super) bonuses: &'a [Bonus],
}

impl<'a> Book<'a> {
    /// Opens the book.
    #[must_use]
    pub fn new(policy: &'a Policy, groups: &'a [Group], hospitals: &'a [Hospital]) -> Book<'a> {
        Book {
            policy,
            groups: groups.iter().map(|g| (g.code.as_str(), g)).collect(),
            hospitals: hospitals.iter().map(|h| (h.code.as_str(), h)).collect(),
            prices: &[],
            caps: BTreeMap::new(),
            enrolment: Vec::new(),
            coefficients: &[],
            bonuses: &[],
        }
    }

    /// The same book with institution caps: yuan by position of the pool and hospital code.
    #[must_use]
    pub fn with_caps(mut self, caps: BTreeMap<(usize, String), Q>) -> Book<'a> {
        self.caps = caps;
        self
    }

    /// The same book with the people enrolled with hospitals.
    #[must_use]
    pub fn with_enrolment(mut self, enrolment: Vec<ModelEnrolment>) -> Book<'a> {
        self.enrolment = enrolment;
        self
    }

    /// A group of the table.
    pub(super) fn group(&self, code: &str) -> Option<&Group> {
        self.groups.get(code).copied()
    }

    /// How many pools it is of.
    #[must_use]
    pub fn pools(&self) -> usize {
        self.policy.pools.len()
    }

    /// The cap of a hospital in a pool, in yuan and by its assessment, where there is one.
    #[must_use]
    pub fn cap(&self, pool: usize, hospital: &str) -> Option<Q> {
        let cap = self.caps.get(&(pool, hospital.to_owned()))?;
        Some(match &self.policy.clearing_of(pool).rules.cap_assessment {
            Some(assessment) => self.money(&(cap * self.assessed(assessment, hospital))),
            None => cap.clone(),
        })
    }

    /// S of a hospital by its due and its cap; `None` where the cap that it needs is not there.
    #[must_use]
    pub fn compared(&self, pool: usize, due: &Q, cap: Option<&Q>) -> Option<Q> {
        match self.policy.clearing_of(pool).rules.compare {
            Compare::Due => Some(due.clone()),
            Compare::InstitutionCap => cap.cloned(),
            Compare::Lower => Some(cap.map_or(due, |cap| cap.min(due)).clone()),
        }
    }

    /// With the prices of diseases.
    #[must_use]
    pub fn with_prices(self, prices: &'a [Price]) -> Book<'a> {
        Book { prices, ..self }
    }
}

impl Book<'_> {
    pub(super) fn money(&self, value: &Q) -> Q {
        rounded(value, 2, self.policy.rounding.mode)
    }

    /// §5.1: class, cost ratio and points; the amounts are still zero. `compare_with` says how a
    /// factor counts; without it none does.
    pub(super) fn points(&self, case: &ModelCase, compare_with: Option<CompareWith>) -> ModelPayment {
        let places = self.policy.rounding.points;
        let mode = self.policy.rounding.mode;
        let pricing = &self.policy.pricing;
        let (class, cost_ratio, points) = match self.groups.get(case.group.as_str()) {
            None => {
                let share = exact(self.policy.ungrouped_share);
                let points = &case.medical_cost / exact(pricing.mean_cost_all) * exact(pricing.scale) * share;
                ("ungrouped", None, points)
            }
            Some(group) => {
                let mut base = exact(group.base_points);
                let mut mean = exact(group.mean_cost);
                let mut factor = compare_with.map_or_else(Q::one, |_| case.factor.clone());
                if compare_with == Some(CompareWith::SubType) {
                    // A type of its own.
                    base *= &factor;
                    mean *= &factor;
                    factor = Q::one();
                }
                let k = self.coefficient(&case.hospital, Some(group));
                let rules = &self.policy.deviation;
                if rules.compare_with == Yardstick::Standard {
                    mean *= &k;
                }
                let x = &case.medical_cost / mean;
                let low = self.bound(&rules.low, &case.hospital, group);
                let high = self.bound(&rules.high, &case.hospital, group);
                let is_low = x < low || (rules.low.inclusive && x == low);
                let is_high = x > high || (rules.high.inclusive && x == high);
                let ratio = Some(rounded(&x, 6, RoundingMode::HalfUp));
                let coefficient = factor * k;
                let outlier = Outlier { x, base, coefficient };
                if is_low {
                    ("low", ratio, self.low_points(&outlier, &low))
                } else if is_high {
                    ("high", ratio, self.high_points(&outlier, &high))
                } else {
                    ("normal", ratio, outlier.base * outlier.coefficient)
                }
            }
        };
        let mut points = rounded(&points, places, mode);
        if class != "ungrouped" {
            points = self.supported(&case.hospital, points);
        }
        ModelPayment {
            class,
            cost_ratio,
            points,
            in_money: false,
            standard: Q::zero(),
            due: Q::zero(),
        }
    }

    /// §5.10: the year's budget of a pool, with its changes, in yuan.
    #[must_use]
    pub fn budget(&self, pool: usize) -> Q {
        budget::of_pool(self.policy, pool, true)
    }

    /// §5.10: the same of a node or pool by its id, and what of it was added during the year.
    #[must_use]
    pub fn budget_and_changes(&self, id: &str) -> (Q, Q) {
        let pool = self.policy.pools.iter().position(|pool| pool.id == id);
        let of = |changed| match pool {
            Some(pool) => budget::of_pool(self.policy, pool, changed),
            None => budget::of_node(self.policy, id, changed),
        };
        let budget = of(true);
        let changes = &budget - of(false);
        (budget, changes)
    }

    /// §5.2, §5.9: what of a pool's budget its points share out, given what the fund booked.
    #[must_use]
    pub fn to_hospitals(&self, pool: usize, booked: &Q) -> Q {
        let of = &self.policy.pools[pool];
        let budget = self.budget(pool);
        let distributable = &budget - self.money(&(&budget * exact(of.reserve)));
        let Some(rules) = self.policy.pool_clearing.filter(|_| of.point_value_of.is_none()) else {
            return distributable;
        };
        // The fund's part is taken away from a surplus, and added to an overspend.
        let surplus = &distributable - booked;
        let of_fund = if surplus >= Q::zero() {
            (Q::one() - exact(rules.surplus_to_hospitals)) * surplus
        } else {
            let bears = (exact(rules.overspend_to_hospitals) - Q::one()) * surplus;
            let most = rules.fund_bears_at_most.map(|most| exact(most) * budget);
            -most.map_or(bears.clone(), |most| bears.min(most))
        };
        self.money(&(distributable - of_fund))
    }

    /// §5.2: V, N and P of a pool. `None` where κ is zero, P below 0, or nothing is left for points.
    #[must_use]
    pub fn price(&self, id: usize, sums: &ModelSums) -> Option<ModelPrice> {
        let pool = &self.policy.pools[id];
        let mut price = ModelPrice {
            point_value: Q::zero(),
            numerator: Q::zero(),
            points: sums.points.clone(),
            unbounded: Q::zero(),
        };
        if self.policy.pricing.method == PricingMethod::Rate {
            price.point_value = exact(pool.base_rate.unwrap_or_default());
            price.unbounded = price.point_value.clone();
            return Some(price);
        }
        if sums.points < Q::zero() {
            return None;
        }
        if sums.points.is_zero() {
            return Some(price);
        }
        if pool.point_value_of.is_some() {
            return None; // it is not made here: `prices`
        }
        // What is paid in money and by head is paid first, and is none of the points' business.
        let distributable = self.to_hospitals(id, &sums.fund_billed) - &sums.money_due - &sums.by_head;
        if distributable < Q::zero() {
            return None;
        }
        let cost = &sums.medical_cost - &sums.money_cost;
        let billed = &sums.fund_billed - &sums.money_billed;
        price.numerator = match self.policy.fund_share.method {
            FundShareMethod::FundPoints => distributable,
            FundShareMethod::Difference => distributable + cost - billed,
            FundShareMethod::ActualRatio | FundShareMethod::ReimbursementRatio | FundShareMethod::ScaledRatio => {
                let of_the_year = || billed / cost;
                let share = self.policy.fund_share.pool_ratio.map_or_else(of_the_year, exact);
                if share.is_zero() {
                    return None;
                }
                distributable / share
            }
        };
        price.point_value = rounded(
            &(&price.numerator / &sums.points),
            self.policy.rounding.point_value,
            self.policy.rounding.mode,
        );
        price.unbounded = price.point_value.clone();
        if let Some(bounds) = pool.point_value {
            if let Some(floor) = bounds.floor.map(exact).filter(|floor| &price.unbounded < floor) {
                price.point_value = floor;
            }
            if let Some(ceiling) = bounds.ceiling.map(exact).filter(|ceiling| &price.unbounded > ceiling) {
                price.point_value = ceiling;
            }
        }
        Some(price)
    }

    /// The prices of all pools, given the sums of each: a pool may pay by the point value of another.
    /// `None` as [`price`](Book::price), and where there is no value to pay by.
    #[must_use]
    pub fn prices(&self, sums: &[ModelSums]) -> Option<Vec<ModelPrice>> {
        let of = |id: usize| -> Option<ModelPrice> {
            let lender = self.policy.pools[id].point_value_of.as_ref();
            let Some(lender) = lender.filter(|_| !sums[id].points.is_zero()) else {
                return self.price(id, &sums[id]);
            };
            let at = self.policy.pools.iter().position(|pool| pool.id == *lender)?;
            let lent = self.price(at, &sums[at])?;
            (!lent.points.is_zero()).then(|| ModelPrice {
                unbounded: lent.point_value.clone(),
                point_value: lent.point_value,
                numerator: Q::zero(),
                points: sums[id].points.clone(),
            })
        };
        (0..self.pools()).map(of).collect()
    }

    /// §5.3: the standard; with largest remainder the standard cut to the fen and the part cut off.
    #[must_use]
    pub fn standard(&self, points: &Q, price: &ModelPrice) -> (Q, Option<Q>) {
        if self.policy.rounding.remainder == Remainder::Fund || price.points.is_zero() {
            return (self.money(&(points * &price.point_value)), None);
        }
        let share = points * &price.numerator / &price.points;
        // Down is down below 0 too.
        let cut = (&share * BigInt::from(100)).floor() / BigInt::from(100);
        let rest = share - &cut;
        (cut, Some(rest))
    }

    /// §5.4
    #[must_use]
    pub fn due(&self, case: &ModelCase, standard: &Q) -> Q {
        if let Some(due) = self.due_by_share(case, standard) {
            return due;
        }
        let due = match self.policy.fund_share.method {
            FundShareMethod::FundPoints => standard.clone(),
            FundShareMethod::Difference => standard - (&case.medical_cost - &case.fund_billed),
            FundShareMethod::ActualRatio => self.money(&(standard * &case.fund_billed / &case.medical_cost)),
            // Of what a penalty takes away nothing is the patient's.
            FundShareMethod::ReimbursementRatio | FundShareMethod::ScaledRatio if standard < &Q::zero() => {
                self.money(&(standard * &case.ratio))
            }
            FundShareMethod::ReimbursementRatio => {
                let due = self.money(&((standard - &case.patient_items) * &case.ratio));
                due.max(Q::zero())
            }
            FundShareMethod::ScaledRatio => {
                let borne = &case.patient_items / &case.medical_cost;
                self.money(&(standard * (Q::one() - borne) * &case.ratio))
                    .max(Q::zero())
            }
        };
        if self.policy.fund_share.floor_at_zero && standard >= &Q::zero() {
            due.max(Q::zero())
        } else {
            due
        }
    }

    /// §5.5: the statements of the hospitals with cases or prepayments, by code. `None` where one of
    /// them lacks the cap that it is compared with.
    #[must_use]
    pub fn clear(
        &self,
        pool: usize,
        hospitals: &BTreeMap<&str, ModelSums>,
        prepaid: &BTreeMap<(usize, String), Q>,
    ) -> Option<Vec<ModelStatement>> {
        let alliance = self
            .policy
            .alliances
            .iter()
            .find(|of| of.pools.contains(&self.policy.pools[pool].id));
        let is_member = |code: &str| {
            let mut members = alliance.into_iter().flat_map(|of| &of.members);
            members.any(|member| member.fixmedins_code == code)
        };
        let mut by_code: BTreeMap<&str, (usize, Q, Q)> = hospitals
            .iter()
            .map(|(code, sums)| (*code, (sums.cases, sums.due.clone(), sums.fund_billed.clone())))
            .collect();
        for (_, code) in prepaid.keys().filter(|(p, _)| *p == pool) {
            by_code.entry(code).or_insert((0, Q::zero(), Q::zero()));
        }
        let by_head = self.capitations(pool);
        for account in &by_head {
            by_code.entry(&account.hospital).or_insert((0, Q::zero(), Q::zero()));
        }
        for member in alliance.into_iter().flat_map(|of| &of.members) {
            by_code
                .entry(&member.fixmedins_code)
                .or_insert((0, Q::zero(), Q::zero()));
        }
        let apart = self.policy.clearing_of(pool);
        let rules = apart.rules;
        let mut statements: Vec<ModelStatement> = Vec::new();
        for (code, (count, due, booked)) in &by_code {
            let of_hospital = by_head.iter().filter(|account| account.hospital == *code);
            let capitation: Q = of_hospital.map(|account| &account.first + &account.returned).sum();
            let compared = self.compared(pool, &(due + &capitation), self.cap(pool, code).as_ref())?;
            let ModelClearing {
                band,
                mut cleared,
                compensation,
            } = match is_member(code) {
                true => ModelClearing {
                    band: "alliance",
                    cleared: compared.clone(),
                    compensation: Q::zero(),
                },
                false => self.cleared_by(pool, &compared, booked),
            };
            if let ("surplus", Some(assessment)) = (band, &rules.surplus_assessment) {
                cleared = booked + self.money(&((cleared - booked) * self.assessed(assessment, code)));
            }
            statements.push(ModelStatement {
                hospital: (*code).to_owned(),
                cases: *count,
                due: due.clone(),
                capitation,
                compared,
                band,
                compensation,
                alliance_part: Q::zero(),
                cleared,
                deposit: Q::zero(),
                deposit_returned: Q::zero(),
                final_payment: Q::zero(),
            });
        }
        let budget = self.budget(pool);
        let reserve = self.money(&(&budget * exact(self.policy.pools[pool].reserve)));
        share_out(&reserve, &mut statements);
        for statement in &mut statements {
            statement.cleared += &statement.compensation;
        }
        self.split(pool, &mut statements);
        for statement in &mut statements {
            let held = statement.cleared.clone().max(Q::zero()) * exact(rules.quality_deposit);
            statement.deposit = self.money(&held);
            let q = self.assessed(&rules.assessment, &statement.hospital);
            statement.deposit_returned = self.money(&(&statement.deposit * q));
            let before = prepaid
                .get(&(pool, statement.hospital.clone()))
                .cloned()
                .unwrap_or_else(Q::zero);
            statement.final_payment = &statement.cleared - &statement.deposit + &statement.deposit_returned - before;
        }
        Some(statements)
    }

    /// §5.5, §5.7: how a hospital of a pool with S and F is cleared, before its assessment is looked at.
    #[must_use]
    pub fn cleared_by(&self, pool: usize, due: &Q, booked: &Q) -> ModelClearing {
        let rules = self.policy.clearing_of(pool).rules;
        cleared_by(rules, due, booked, |value| self.money(value))
    }

    /// q: what part the score of a hospital is worth.
    pub(super) fn assessed(&self, assessment: &Assessment, hospital: &str) -> Q {
        let score = self.hospitals.get(hospital).and_then(|h| match assessment {
            Assessment::Credit(_) => h.credit_score,
            _ => Some(h.assessment_score),
        });
        score.map_or_else(Q::zero, |score| worth(assessment, score))
    }
}

/// q of a score.
pub(super) fn worth(assessment: &Assessment, score: Decimal) -> Q {
    match assessment {
        Assessment::Credit(of) => worth(of, score),
        Assessment::Score { full_from, none_below } => {
            if score >= *full_from {
                Q::one()
            } else if score < *none_below {
                Q::zero()
            } else {
                exact(score) / BigInt::from(100)
            }
        }
        // The largest share among the steps that the score reaches: they fall.
        Assessment::Steps(steps) => {
            let reached = steps.iter().filter(|step| step.from <= score);
            reached.map(|step| exact(step.share)).max().unwrap_or_else(Q::zero)
        }
    }
}

/// Where the compensations pass the reserve: in proportion, cut to the fen, the fen left to the
/// largest parts cut off, ties by code.
fn share_out(reserve: &Q, statements: &mut [ModelStatement]) {
    let total: Q = statements.iter().map(|s| &s.compensation).sum();
    if &total <= reserve {
        return;
    }
    let mut order = Vec::new();
    let mut left = reserve.clone();
    for (i, statement) in statements.iter_mut().enumerate() {
        let share = &statement.compensation * reserve / &total;
        let cut = rounded(&share, 2, RoundingMode::Down);
        left -= &cut;
        order.push((-(share - &cut), statement.hospital.clone(), i));
        statement.compensation = cut;
    }
    order.sort();
    for (_, _, i) in order {
        if left < fen() {
            break;
        }
        statements[i].compensation += fen();
        left -= fen();
    }
}
