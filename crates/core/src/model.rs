//! The second, simple path: docs/SETTLEMENT.md §5 written down once more in exact fractions, with
//! nothing shared with the kernel but the policy's types.
//!
//! It is slow and obviously right. `verify` prices every published case with it, and the property
//! tests hold the engine against it.

use crate::{
    CompareWith, Decimal, FundShareMethod, Group, GroupKind, Hospital, OverspendBand, Policy, PricingMethod, Remainder,
    RoundingMode,
};
use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, Signed, Zero};
use std::collections::BTreeMap;

type Q = BigRational;

/// A case as the model takes it: codes and exact decimals in yuan.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelCase {
    /// `setl_id`
    pub setl_id: String,
    /// `fixmedins_code`
    pub hospital: String,
    /// Position of the pool in the policy.
    pub pool: usize,
    /// `group_code`, empty or unknown for an ungrouped case.
    pub group: String,
    /// The factor of its auxiliary catalogues, 1 without any.
    pub factor: Q,
    /// `medfee_sumamt`
    pub medical_cost: Q,
    /// `hifp_pay`
    pub fund_billed: Q,
    /// `fulamt_ownpay_amt + overlmt_selfpay + preselfpay_amt + act_pay_dedc`
    pub patient_items: Q,
    /// `pool_prop_selfpay`
    pub ratio: Q,
}

/// A case as the model settles it. Exact, rounded where the rules round.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelPayment {
    /// `normal`, `low`, `high` or `ungrouped`
    pub class: &'static str,
    /// Cost ratio to six decimals, `None` for ungrouped.
    pub cost_ratio: Option<Q>,
    /// Points.
    pub points: Q,
    /// Payment standard in yuan.
    pub standard: Q,
    /// Fund due in yuan.
    pub due: Q,
}

/// A hospital's clearing as the model finds it, in yuan.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelStatement {
    /// `fixmedins_code`
    pub hospital: String,
    /// Cases.
    pub cases: usize,
    /// Σ due.
    pub due: Q,
    /// `none`, `under-floor`, `surplus` or `overspend`
    pub band: &'static str,
    /// Compensation.
    pub compensation: Q,
    /// Cleared.
    pub cleared: Q,
    /// Deposit.
    pub deposit: Q,
    /// Deposit returned.
    pub deposit_returned: Q,
    /// Final payment.
    pub final_payment: Q,
}

/// A pool as the model finds it.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelPool {
    /// Point value, or base rate.
    pub point_value: Q,
    /// Hospitals by code.
    pub statements: Vec<ModelStatement>,
}

/// A year as the model settles it.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelYear {
    /// The cases in the order given.
    pub cases: Vec<ModelPayment>,
    /// The pools in the order of the policy.
    pub pools: Vec<ModelPool>,
}

/// A decimal as an exact fraction.
///
/// ```
/// let half = dianzhi_core::model::exact("0.50".parse().unwrap());
/// assert_eq!(half.denom(), &2.into());
/// ```
#[must_use]
pub fn exact(decimal: Decimal) -> Q {
    Q::new(decimal.mantissa().into(), BigInt::from(10).pow(decimal.scale()))
}

/// `value` rounded to `places` decimals, by the definition of the mode.
///
/// ```
/// use dianzhi_core::{model, RoundingMode};
/// let x = model::exact("2.345".parse().unwrap());
/// assert_eq!(model::rounded(&x, 2, RoundingMode::HalfUp), model::exact("2.35".parse().unwrap()));
/// assert_eq!(model::rounded(&x, 2, RoundingMode::HalfEven), model::exact("2.34".parse().unwrap()));
/// ```
#[must_use]
pub fn rounded(value: &Q, places: u32, mode: RoundingMode) -> Q {
    let one = BigInt::from(10).pow(places);
    let scaled = value.numer().abs() * &one;
    let below = &scaled / value.denom();
    let twice_above = (scaled - &below * value.denom()) * 2;
    let even = (&below % 2u8).is_zero();
    let up = match mode {
        RoundingMode::Down => false,
        RoundingMode::HalfUp => &twice_above >= value.denom(),
        RoundingMode::HalfEven => &twice_above > value.denom() || (&twice_above == value.denom() && !even),
    };
    let magnitude = if up { below + 1 } else { below };
    Q::new(if value.is_negative() { -magnitude } else { magnitude }, one)
}

/// Settles a year by the book. `prepaid` holds yuan by pool position and hospital code.
///
/// `None` where κ is zero in a pool with points, which the rules refuse.
#[must_use]
pub fn settle(
    policy: &Policy,
    groups: &[Group],
    hospitals: &[Hospital],
    cases: &[ModelCase],
    prepaid: &BTreeMap<(usize, String), Q>,
) -> Option<ModelYear> {
    let book = Book::new(policy, groups, hospitals);
    let mut paid: Vec<ModelPayment> = cases.iter().map(|case| book.points(case)).collect();
    let mut pools = Vec::new();
    for pool in 0..policy.pools.len() {
        let members: Vec<usize> = (0..cases.len()).filter(|&i| cases[i].pool == pool).collect();
        let mut sums = ModelSums::zero();
        for &i in &members {
            sums.add(&cases[i], &paid[i]);
        }
        let price = book.price(pool, &sums)?;
        let mut parts = Vec::new();
        let mut left = price.numerator.clone();
        for &i in &members {
            let (standard, cut_off) = book.standard(&paid[i].points, &price);
            left -= &standard;
            parts.extend(cut_off.map(|rest| CutOff {
                rest,
                hospital: &cases[i].hospital,
                setl_id: &cases[i].setl_id,
                case: i,
            }));
            paid[i].standard = standard;
        }
        for i in largest_cut_off(parts, left) {
            paid[i].standard += fen();
        }
        let mut by_code: BTreeMap<&str, ModelSums> = BTreeMap::new();
        for &i in &members {
            paid[i].due = book.due(&cases[i], &paid[i].standard);
            let sums = by_code.entry(&cases[i].hospital).or_insert_with(ModelSums::zero);
            sums.add(&cases[i], &paid[i]);
        }
        pools.push(ModelPool {
            point_value: price.point_value,
            statements: book.clear(pool, &by_code, prepaid),
        });
    }
    Some(ModelYear { cases: paid, pools })
}

/// Sums over cases, in yuan and points.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelSums {
    /// Cases.
    pub cases: usize,
    /// Σ points.
    pub points: Q,
    /// Σ `medfee_sumamt`.
    pub medical_cost: Q,
    /// Σ `hifp_pay`.
    pub fund_billed: Q,
    /// Σ due.
    pub due: Q,
}

impl ModelSums {
    /// Of no case.
    #[must_use]
    pub fn zero() -> ModelSums {
        ModelSums {
            cases: 0,
            points: Q::zero(),
            medical_cost: Q::zero(),
            fund_billed: Q::zero(),
            due: Q::zero(),
        }
    }

    fn add(&mut self, case: &ModelCase, paid: &ModelPayment) {
        self.cases += 1;
        self.points += &paid.points;
        self.medical_cost += &case.medical_cost;
        self.fund_billed += &case.fund_billed;
        self.due += &paid.due;
    }
}

/// What the points of a pool are worth.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelPrice {
    /// V, or the base rate.
    pub point_value: Q,
    /// N, zero where V comes from elsewhere or is zero.
    pub numerator: Q,
    /// P
    pub points: Q,
}

/// The part of a standard that cutting it to the fen took away, and what decides between equal ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CutOff<'a> {
    /// The part, in yuan.
    pub rest: Q,
    /// `fixmedins_code`
    pub hospital: &'a str,
    /// `setl_id`
    pub setl_id: &'a str,
    /// Which case.
    pub case: usize,
}

/// The cases that get one of the fen left over of N: the largest parts cut off, ties by
/// (`fixmedins_code`, `setl_id`).
#[must_use]
pub fn largest_cut_off(parts: Vec<CutOff<'_>>, mut left: Q) -> Vec<usize> {
    // Over one denominator the parts compare as whole numbers, which takes a fraction of the time.
    let common = parts.iter().fold(BigInt::one(), |common, part| {
        let denominator = part.rest.denom();
        if (&common % denominator).is_zero() {
            common
        } else {
            common.lcm(denominator)
        }
    });
    let mut order: Vec<(BigInt, CutOff<'_>)> = parts
        .into_iter()
        .map(|part| (part.rest.numer() * (&common / part.rest.denom()), part))
        .collect();
    order.sort_by(|(x, a), (y, b)| (y, a.hospital, a.setl_id).cmp(&(x, b.hospital, b.setl_id)));
    let mut chosen = Vec::new();
    for (_, part) in order {
        if left < fen() {
            break;
        }
        chosen.push(part.case);
        left -= fen();
    }
    chosen
}

/// One fen in yuan.
#[must_use]
pub fn fen() -> Q {
    Q::new(1.into(), 100.into())
}

/// The rules of one region and its tables, for one case after the other.
///
/// The steps in order: [`points`](Book::points) of every case, [`price`](Book::price) of every
/// pool, [`standard`](Book::standard) and [`due`](Book::due) of every case, then
/// [`clear`](Book::clear) of every pool.
pub struct Book<'a> {
    policy: &'a Policy,
    groups: BTreeMap<&'a str, &'a Group>,
    hospitals: BTreeMap<&'a str, &'a Hospital>,
}

impl<'a> Book<'a> {
    /// Opens the book.
    #[must_use]
    pub fn new(policy: &'a Policy, groups: &'a [Group], hospitals: &'a [Hospital]) -> Book<'a> {
        Book {
            policy,
            groups: groups.iter().map(|g| (g.code.as_str(), g)).collect(),
            hospitals: hospitals.iter().map(|h| (h.code.as_str(), h)).collect(),
        }
    }
}

impl Book<'_> {
    fn money(&self, value: &Q) -> Q {
        rounded(value, 2, self.policy.rounding.mode)
    }

    /// §5.1: class, cost ratio and points; the amounts are still zero.
    #[must_use]
    pub fn points(&self, case: &ModelCase) -> ModelPayment {
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
                let mut factor = self.policy.auxiliary.map_or_else(Q::one, |_| case.factor.clone());
                if self
                    .policy
                    .auxiliary
                    .is_some_and(|it| it.compare_with == CompareWith::SubType)
                {
                    // A type of its own.
                    base *= &factor;
                    mean *= &factor;
                    factor = Q::one();
                }
                let x = &case.medical_cost / mean;
                let (low, high) = (&self.policy.deviation.low, &self.policy.deviation.high);
                let is_low = x < exact(low.ratio) || (low.inclusive && x == exact(low.ratio));
                let is_high = x > exact(high.ratio) || (high.inclusive && x == exact(high.ratio));
                let ratio = Some(rounded(&x, 6, RoundingMode::HalfUp));
                if is_low {
                    ("low", ratio, base * x)
                } else if is_high {
                    ("high", ratio, base * (x - exact(high.ratio) + Q::one()))
                } else {
                    let k = self.coefficient(&case.hospital, group.kind);
                    ("normal", ratio, base * factor * k)
                }
            }
        };
        ModelPayment {
            class,
            cost_ratio,
            points: rounded(&points, places, mode),
            standard: Q::zero(),
            due: Q::zero(),
        }
    }

    fn coefficient(&self, hospital: &str, kind: GroupKind) -> Q {
        if self.policy.pricing.coefficient_not_for.contains(&kind) {
            return Q::one();
        }
        self.hospitals
            .get(hospital)
            .map_or_else(Q::one, |h| exact(h.coefficient))
    }

    /// §5.2: V, N and P of a pool. `None` where κ is zero.
    #[must_use]
    pub fn price(&self, pool: usize, sums: &ModelSums) -> Option<ModelPrice> {
        let pool = &self.policy.pools[pool];
        let mut price = ModelPrice {
            point_value: Q::zero(),
            numerator: Q::zero(),
            points: sums.points.clone(),
        };
        if self.policy.pricing.method == PricingMethod::Rate {
            price.point_value = exact(pool.base_rate.unwrap_or_default());
            return Some(price);
        }
        if sums.points.is_zero() {
            return Some(price);
        }
        let budget = exact(pool.budget);
        let distributable = &budget - self.money(&(&budget * exact(pool.reserve)));
        price.numerator = match self.policy.fund_share.method {
            FundShareMethod::FundPoints => distributable,
            FundShareMethod::Difference => distributable + &sums.medical_cost - &sums.fund_billed,
            FundShareMethod::ActualRatio | FundShareMethod::ReimbursementRatio => {
                let of_the_year = || &sums.fund_billed / &sums.medical_cost;
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
        Some(price)
    }

    /// §5.3: the standard; with largest remainder the standard cut to the fen and the part cut off.
    #[must_use]
    pub fn standard(&self, points: &Q, price: &ModelPrice) -> (Q, Option<Q>) {
        if self.policy.rounding.remainder == Remainder::Fund || price.points.is_zero() {
            return (self.money(&(points * &price.point_value)), None);
        }
        let share = points * &price.numerator / &price.points;
        let cut = rounded(&share, 2, RoundingMode::Down);
        let rest = share - &cut;
        (cut, Some(rest))
    }

    /// §5.4
    #[must_use]
    pub fn due(&self, case: &ModelCase, standard: &Q) -> Q {
        let due = match self.policy.fund_share.method {
            FundShareMethod::FundPoints => standard.clone(),
            FundShareMethod::Difference => standard - (&case.medical_cost - &case.fund_billed),
            FundShareMethod::ActualRatio => self.money(&(standard * &case.fund_billed / &case.medical_cost)),
            FundShareMethod::ReimbursementRatio => {
                let due = self.money(&((standard - &case.patient_items) * &case.ratio));
                due.max(Q::zero())
            }
        };
        if self.policy.fund_share.floor_at_zero {
            due.max(Q::zero())
        } else {
            due
        }
    }

    /// §5.5: the statements of the hospitals with cases or prepayments, by code.
    #[must_use]
    pub fn clear(
        &self,
        pool: usize,
        hospitals: &BTreeMap<&str, ModelSums>,
        prepaid: &BTreeMap<(usize, String), Q>,
    ) -> Vec<ModelStatement> {
        let mut by_code: BTreeMap<&str, (usize, Q, Q)> = hospitals
            .iter()
            .map(|(code, sums)| (*code, (sums.cases, sums.due.clone(), sums.fund_billed.clone())))
            .collect();
        for (_, code) in prepaid.keys().filter(|(p, _)| *p == pool) {
            by_code.entry(code).or_insert((0, Q::zero(), Q::zero()));
        }
        let rules = &self.policy.clearing;
        let mut statements: Vec<ModelStatement> = Vec::new();
        for (code, (count, due, booked)) in &by_code {
            let mut compensation = Q::zero();
            let (band, cleared) = if !due.is_positive() {
                ("none", due.clone())
            } else if booked / due < exact(rules.surplus_floor) {
                ("under-floor", booked.clone())
            } else if booked <= due {
                let kept = self.money(&(exact(rules.surplus_keep) * (due - booked)));
                ("surplus", booked + kept)
            } else {
                compensation = self.money(&overspend(&rules.overspend, due, booked));
                ("overspend", due.clone())
            };
            statements.push(ModelStatement {
                hospital: (*code).to_owned(),
                cases: *count,
                due: due.clone(),
                band,
                compensation,
                cleared,
                deposit: Q::zero(),
                deposit_returned: Q::zero(),
                final_payment: Q::zero(),
            });
        }
        let budget = exact(self.policy.pools[pool].budget);
        let reserve = self.money(&(&budget * exact(self.policy.pools[pool].reserve)));
        share_out(&reserve, &mut statements);
        for statement in &mut statements {
            statement.cleared += &statement.compensation;
            let held = statement.cleared.clone().max(Q::zero()) * exact(rules.quality_deposit);
            statement.deposit = self.money(&held);
            let q = self.returned_share(&statement.hospital);
            statement.deposit_returned = self.money(&(&statement.deposit * q));
            let before = prepaid
                .get(&(pool, statement.hospital.clone()))
                .cloned()
                .unwrap_or_else(Q::zero);
            statement.final_payment = &statement.cleared - &statement.deposit + &statement.deposit_returned - before;
        }
        statements
    }

    fn returned_share(&self, hospital: &str) -> Q {
        let assessment = &self.policy.clearing.assessment;
        let Some(score) = self.hospitals.get(hospital).map(|h| h.assessment_score) else {
            return Q::zero();
        };
        if score >= assessment.full_from {
            Q::one()
        } else if score < assessment.none_below {
            Q::zero()
        } else {
            exact(score) / BigInt::from(100)
        }
    }
}

fn overspend(bands: &[OverspendBand], due: &Q, booked: &Q) -> Q {
    let mut from = Q::one();
    let mut sum = Q::zero();
    for band in bands {
        let up_to = exact(band.up_to);
        let reached = booked.clone().min(&up_to * due);
        sum += exact(band.fund_share) * (reached - from * due).max(Q::zero());
        from = up_to;
    }
    sum
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
