//! The second, simple path: docs/SETTLEMENT.md §5 written down once more in exact fractions, with
//! nothing shared with the kernel but the policy's types.
//!
//! It is slow and obviously right. `verify` prices every published case with it, and the property
//! tests hold the engine against it.

mod adjust;
mod alliance;
mod apart;
mod book;
mod budget;
mod capitation;
mod clearing;
mod coefficients;
mod fund;
mod methods;
mod outliers;
mod procurement;
mod support;

pub use adjust::{ModelAdjustable, ModelAdjusted, ModelExcess, adjust};
pub use alliance::ModelAlliance;
pub use apart::{ModelItem, ModelPart};
pub use book::Book;
pub use capitation::{ModelCapitation, ModelEnrolment};
pub use clearing::ModelClearing;
pub use fund::ModelFund;
pub use procurement::{ModelDrug, ModelProcurement};

use crate::{Decimal, Group, Hospital, Policy, Price, RoundingMode};
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
    /// The id of its method; `by-group` or empty for `[pricing]` as it stands.
    pub method: String,
    /// Days of the stay, for per diem and split stays.
    pub days: u32,
    /// The code that prices of diseases are looked up by.
    pub disease: String,
    /// What is taken off the cost by item.
    pub deducted: Q,
    /// Its items that are paid apart; the cost and the booked fund are with them.
    pub apart: Vec<ModelItem>,
}

impl ModelCase {
    /// A case by group with nothing but its group, cost and what the fund was billed.
    #[must_use]
    pub fn new(setl_id: &str, hospital: &str, pool: usize, group: &str, medical_cost: Q, fund_billed: Q) -> ModelCase {
        ModelCase {
            setl_id: setl_id.to_owned(),
            hospital: hospital.to_owned(),
            pool,
            group: group.to_owned(),
            factor: Q::one(),
            medical_cost,
            fund_billed,
            patient_items: Q::zero(),
            ratio: Q::zero(),
            method: String::new(),
            days: 0,
            disease: String::new(),
            deducted: Q::zero(),
            apart: Vec::new(),
        }
    }
}

/// A case as the model settles it. Exact, rounded where the rules round.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelPayment {
    /// `normal`, `low`, `high`, `ungrouped`, `per-diem`, `by-disease`, `by-item`, `capitated` or `by-cost`
    pub class: &'static str,
    /// Cost ratio to six decimals, `None` for ungrouped.
    pub cost_ratio: Option<Q>,
    /// Points; none where it is paid in money.
    pub points: Q,
    /// Whether it is paid in money and not by points.
    pub in_money: bool,
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
    /// What is due by head.
    pub capitation: Q,
    /// S: what booked cost is compared with.
    pub compared: Q,
    /// `none`, `under-floor`, `surplus`, `overspend` or `alliance`
    pub band: &'static str,
    /// Compensation.
    pub compensation: Q,
    /// Its part of what its alliance keeps, below 0 of what it bears.
    pub alliance_part: Q,
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
    /// The same before its floor and ceiling.
    pub unbounded: Q,
    /// Hospitals by code.
    pub statements: Vec<ModelStatement>,
}

/// A year as the model settles it.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelYear {
    /// The cases in the order given, each without its items paid apart.
    pub cases: Vec<ModelPayment>,
    /// The items of the cases.
    pub parts: Vec<Vec<ModelPart>>,
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
    prices: &[Price],
    cases: &[ModelCase],
    prepaid: &BTreeMap<(usize, String), Q>,
) -> Option<ModelYear> {
    settle_by(
        &Book::new(policy, groups, hospitals).with_prices(prices),
        cases,
        prepaid,
    )
}

/// The same by a book that holds more than a policy and its tables.
///
/// `None` as [`settle`], and where a hospital lacks the cap that it is compared with.
#[must_use]
pub fn settle_by(book: &Book<'_>, cases: &[ModelCase], prepaid: &BTreeMap<(usize, String), Q>) -> Option<ModelYear> {
    settle_adjusted_by(book, cases, prepaid, |_, _| Some(()))
}

/// The same where something changes the points of the cases when they are priced, as [`adjust`] says.
///
/// `None` as [`settle_by`], and where that says so.
#[must_use]
pub fn settle_adjusted_by(
    book: &Book<'_>,
    cases: &[ModelCase],
    prepaid: &BTreeMap<(usize, String), Q>,
    change: impl FnOnce(&[ModelCase], &mut [ModelPayment]) -> Option<()>,
) -> Option<ModelYear> {
    let (cases, parts): (Vec<ModelCase>, Vec<Vec<ModelPart>>) = cases.iter().map(|case| book.take_apart(case)).unzip();
    let cases = &cases[..];
    let apart = |pool: usize| {
        let all = cases.iter().zip(&parts);
        let of_case = all.flat_map(|(case, parts)| parts.iter().map(move |part| (case.hospital.as_str(), part)));
        of_case.filter(move |(_, part)| part.item.pool == pool)
    };
    let mut paid: Vec<ModelPayment> = cases.iter().map(|case| book.worth(case)).collect();
    change(cases, &mut paid)?;
    for (case, payment) in cases.iter().zip(&mut paid).filter(|(_, payment)| payment.in_money) {
        payment.due = book.due(case, &payment.standard);
    }
    let in_pool = |pool: usize| {
        (0..cases.len())
            .filter(|&i| cases[i].pool == pool)
            .collect::<Vec<usize>>()
    };
    let sums = |pool: usize| {
        let mut sums = ModelSums::zero();
        sums.by_head = book.by_head(pool);
        for i in in_pool(pool) {
            sums.add(&cases[i], &paid[i]);
        }
        apart(pool).for_each(|(_, part)| sums.add_part(part));
        sums
    };
    let all: Vec<ModelSums> = (0..book.pools()).map(sums).collect();
    let mut pools = Vec::new();
    for (pool, price) in book.prices(&all)?.into_iter().enumerate() {
        let members = in_pool(pool);
        let mut cut_off_parts = Vec::new();
        let mut left = price.numerator.clone();
        for &i in &members {
            if paid[i].in_money {
                continue;
            }
            let (standard, cut_off) = book.standard(&paid[i].points, &price);
            left -= &standard;
            cut_off_parts.extend(cut_off.map(|rest| CutOff {
                rest,
                hospital: &cases[i].hospital,
                setl_id: &cases[i].setl_id,
                case: i,
            }));
            paid[i].standard = standard;
        }
        for i in largest_cut_off(cut_off_parts, left) {
            paid[i].standard += fen();
        }
        let mut by_code: BTreeMap<&str, ModelSums> = BTreeMap::new();
        for &i in &members {
            paid[i].due = book.due(&cases[i], &paid[i].standard);
            let sums = by_code.entry(&cases[i].hospital).or_insert_with(ModelSums::zero);
            sums.add(&cases[i], &paid[i]);
        }
        for (hospital, part) in apart(pool) {
            by_code.entry(hospital).or_insert_with(ModelSums::zero).add_part(part);
        }
        pools.push(ModelPool {
            point_value: price.point_value,
            unbounded: price.unbounded,
            statements: book.clear(pool, &by_code, prepaid)?,
        });
    }
    Some(ModelYear {
        cases: paid,
        parts,
        pools,
    })
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
    /// Of the cost, what is paid in money.
    pub money_cost: Q,
    /// Of `hifp_pay`, that of cases paid in money.
    pub money_billed: Q,
    /// Σ due of cases paid in money.
    pub money_due: Q,
    /// ΣA of the people paid for by head.
    pub by_head: Q,
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
            money_cost: Q::zero(),
            money_billed: Q::zero(),
            money_due: Q::zero(),
            by_head: Q::zero(),
        }
    }

    fn add(&mut self, case: &ModelCase, paid: &ModelPayment) {
        self.cases += 1;
        self.points += &paid.points;
        self.medical_cost += &case.medical_cost;
        self.fund_billed += &case.fund_billed;
        self.due += &paid.due;
        if paid.in_money {
            self.money_cost += &case.medical_cost;
            self.money_billed += &case.fund_billed;
            self.money_due += &paid.due;
        }
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
    /// V before its floor and ceiling.
    pub unbounded: Q,
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
