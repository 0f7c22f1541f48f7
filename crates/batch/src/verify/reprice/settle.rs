//! The accepted records settled by the exact-fraction model, case by case.

use super::adjust::AdjustedYear;
use super::apart::{ApartTallies, ApartTally, model_items};
use super::records::{Record, Verdict};
use super::reroute::method;
use super::tables::Tables;
use super::{CHUNK, Published};
use crate::error::Failure;
use crate::progress::Progress;
use crate::verify::check::Findings;
use crate::verify::figures::{fraction, written};
use crate::verify::judge::Claim;
use crate::verify::rows::{compare, joined};
use dianzhi_core::model::{
    Book, CutOff, ModelCase, ModelPart, ModelPayment, ModelPrice, ModelSums, exact, fen, largest_cut_off,
};
use dianzhi_core::{Policy, Remainder};
use dianzhi_policy::Region;
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{ToPrimitive, Zero};
use rayon::iter::{IndexedParallelIterator, ParallelIterator};
use rayon::slice::ParallelSlice;
use std::collections::{BTreeMap, HashMap, HashSet};

type Q = BigRational;

/// Points of every case and the price of a point in every pool.
pub(super) struct Priced {
    cases: Vec<CasePoints>,
    pub(super) prices: Vec<ModelPrice>,
    /// Cases that get one of the fen left over.
    extra: HashSet<usize>,
    /// What rules made of the points of a case, where the policy has such.
    pub(super) adjusted: Option<AdjustedYear>,
}

struct CasePoints {
    class: &'static str,
    cost_ratio: Box<str>,
    points: Q,
    /// The standard of a case that is paid in money.
    money: Option<Q>,
}

/// Sums in whole units: points in their last decimal, money in fen.
#[derive(Clone, Default)]
pub(super) struct Tally {
    cases: usize,
    points: BigInt,
    cost: i128,
    billed: i128,
    due: BigInt,
    money_cost: i128,
    money_billed: i128,
    money_due: BigInt,
}

/// By position of the pool and hospital code.
pub(super) type Tallies<'a> = BTreeMap<(usize, &'a str), Tally>;

/// By positions of route and pool.
pub(super) type RouteTallies = BTreeMap<(usize, usize), RouteTally>;

/// What a route paid out of a pool, in whole units.
#[derive(Clone, Default)]
pub(super) struct RouteTally {
    pub(super) cases: usize,
    pub(super) points: BigInt,
    pub(super) cost: i128,
    pub(super) billed: i128,
    pub(super) standard: BigInt,
    pub(super) due: BigInt,
    pub(super) over: BigInt,
}

impl RouteTally {
    fn add(&mut self, other: &RouteTally) {
        self.cases += other.cases;
        self.points += &other.points;
        self.cost += other.cost;
        self.billed += other.billed;
        self.standard += &other.standard;
        self.due += &other.due;
        self.over += &other.over;
    }
}

/// What is left of a case, and its items paid apart.
type Taken = (ModelCase, Vec<ModelPart>);

/// By positions of pool and hospital.
type ChunkTallies = HashMap<(usize, usize), Tally>;

impl Tally {
    pub(super) fn sums(&self, places: u32) -> ModelSums {
        ModelSums {
            cases: self.cases,
            points: Q::new(self.points.clone(), BigInt::from(10).pow(places)),
            medical_cost: fraction(self.cost, 2),
            fund_billed: fraction(self.billed, 2),
            due: Q::new(self.due.clone(), 100.into()),
            money_cost: fraction(self.money_cost, 2),
            money_billed: fraction(self.money_billed, 2),
            money_due: Q::new(self.money_due.clone(), 100.into()),
            by_head: Q::zero(),
        }
    }

    /// An item paid apart: money that is no case.
    fn add_part(&mut self, part: &ModelPart) {
        let (cost, billed, due) = (in_fen(&part.item.cost), in_fen(&part.billed), units(&part.due, 2));
        self.cost += cost;
        self.billed += billed;
        self.due += &due;
        self.money_cost += cost;
        self.money_billed += billed;
        self.money_due += due;
    }

    fn add(&mut self, other: &Tally) {
        self.cases += other.cases;
        self.points += &other.points;
        self.cost += other.cost;
        self.billed += other.billed;
        self.due += &other.due;
        self.money_cost += other.money_cost;
        self.money_billed += other.money_billed;
        self.money_due += &other.money_due;
    }
}

/// An amount in yuan that was read, in fen.
fn in_fen(yuan: &Q) -> i128 {
    // A record's amounts are below 10^12 fen.
    units(yuan, 2).to_i128().unwrap_or_default()
}

/// A rounded figure in whole units of its last decimal.
fn units(value: &Q, places: u32) -> BigInt {
    value.numer() * BigInt::from(10).pow(places) / value.denom()
}

fn claim<'r>(record: &'r Record<'_>) -> Option<&'r Claim> {
    match &record.verdict {
        Verdict::Accepted(claim) => Some(claim),
        Verdict::Rejected(_) => None,
    }
}

fn model_case(policy: &Policy, tables: &Tables, record: &Record<'_>, claim: &Claim) -> ModelCase {
    let routed = claim.routed.as_deref();
    ModelCase {
        factor: exact(claim.factor),
        apart: model_items(claim),
        patient_items: fraction(claim.patient_items.into(), 2),
        ratio: claim.ratio.as_deref().cloned().unwrap_or_default(),
        method: method(policy, claim).to_owned(),
        days: routed.map_or(0, |routed| routed.days),
        disease: routed.map_or_else(String::new, |routed| routed.disease.to_string()),
        deducted: fraction(routed.map_or(0, |routed| routed.deducted).into(), 2),
        ..ModelCase::new(
            &record.id,
            &tables.hospitals[claim.hospital].code,
            claim.pool,
            &claim.group,
            fraction(claim.cost.into(), 2),
            fraction(claim.billed.into(), 2),
        )
    }
}

/// Steps 1 to 3 of docs/SETTLEMENT.md §5; `None` where κ of a pool is zero.
pub(super) fn price(
    books: &[Book<'_>],
    region: &Region,
    tables: &Tables,
    accepted: &[&Record<'_>],
    progress: &Progress,
) -> Result<Option<Priced>, Failure> {
    let places = region.policy.rounding.points;
    let priced: Vec<Vec<(CasePoints, Taken, Option<Q>)>> = accepted
        .par_chunks(CHUNK)
        .map(|chunk| {
            progress.check()?;
            let priced = chunk.iter().filter_map(|record| {
                let claim = claim(record)?;
                let book = &books[claim.period];
                let taken = book.take_apart(&model_case(&region.policy, tables, record, claim));
                let case = &taken.0;
                let payment = book.worth(case);
                let money_due = payment.in_money.then(|| book.due(case, &payment.standard));
                let points = CasePoints {
                    class: payment.class,
                    cost_ratio: payment.cost_ratio.map_or_else(String::new, |x| written(&x, 6)).into(),
                    points: payment.points,
                    money: payment.in_money.then_some(payment.standard),
                };
                Some((points, taken, money_due))
            });
            Ok(priced.collect())
        })
        .collect::<Result<_, Failure>>()?;
    let mut priced: Vec<(CasePoints, Taken, Option<Q>)> = priced.into_iter().flatten().collect();
    let adjusted = if region.policy.adjust.is_empty() {
        None
    } else {
        let cases = priced.iter().map(|(found, (case, _), _)| {
            let paid = ModelPayment {
                class: found.class,
                cost_ratio: None,
                points: found.points.clone(),
                in_money: found.money.is_some(),
                standard: Q::zero(),
                due: Q::zero(),
            };
            (case, paid)
        });
        let cases: Vec<(&ModelCase, ModelPayment)> = cases.collect();
        let Some(adjusted) = AdjustedYear::of(books, tables, accepted, &cases) else {
            return Ok(None);
        };
        for ((found, ..), points) in priced.iter_mut().zip(adjusted.points()) {
            found.points = points;
        }
        Some(adjusted)
    };
    let mut tallies = vec![Tally::default(); region.policy.pools.len()];
    let mut cases = Vec::with_capacity(accepted.len());
    for (points, (case, parts), money_due) in priced {
        let tally = &mut tallies[case.pool];
        tally.cases += 1;
        tally.points += units(&points.points, places);
        let (cost, billed) = (in_fen(&case.medical_cost), in_fen(&case.fund_billed));
        tally.cost += cost;
        tally.billed += billed;
        if let Some(due) = money_due {
            tally.money_cost += cost;
            tally.money_billed += billed;
            tally.money_due += units(&due, 2);
        }
        for part in &parts {
            tallies[part.item.pool].add_part(part);
        }
        cases.push(points);
    }
    let sums: Vec<ModelSums> = tallies
        .iter()
        .enumerate()
        .map(|(pool, tally)| {
            let mut sums = tally.sums(places);
            sums.by_head = books[0].by_head(pool);
            sums
        })
        .collect();
    let Some(prices) = books[0].prices(&sums) else {
        return Ok(None);
    };
    let mut priced = Priced {
        cases,
        prices,
        extra: HashSet::new(),
        adjusted,
    };
    let pools = match region.policy.rounding.remainder {
        Remainder::Fund => 0,
        Remainder::LargestRemainder => priced.prices.len(),
    };
    for pool in 0..pools {
        progress.check()?;
        let chosen = extra_fen(&books[0], tables, accepted, &priced, pool);
        priced.extra.extend(chosen);
    }
    Ok(Some(priced))
}

/// Under largest remainder, the cases of a pool that get one of the fen left over.
fn extra_fen(book: &Book<'_>, tables: &Tables, accepted: &[&Record<'_>], priced: &Priced, pool: usize) -> Vec<usize> {
    let price = &priced.prices[pool];
    // The sum of the cut standards in fen, and what was cut off each.
    let chunks: Vec<(BigInt, Vec<CutOff<'_>>)> = accepted
        .par_chunks(CHUNK)
        .enumerate()
        .map(|(chunk, records)| {
            let (mut sum, mut parts) = (BigInt::zero(), Vec::new());
            for (i, record) in (chunk * CHUNK..).zip(records) {
                let here = claim(record).filter(|claim| claim.pool == pool && priced.cases[i].money.is_none());
                let Some(claim) = here else { continue };
                if let (cut, Some(rest)) = book.standard(&priced.cases[i].points, price) {
                    sum += units(&cut, 2);
                    parts.push(CutOff {
                        rest,
                        hospital: &tables.hospitals[claim.hospital].code,
                        setl_id: &record.id,
                        case: i,
                    });
                }
            }
            (sum, parts)
        })
        .collect();
    let cut: BigInt = chunks.iter().map(|(sum, _)| sum).sum();
    let parts: Vec<CutOff<'_>> = chunks.into_iter().flat_map(|(_, parts)| parts).collect();
    // Where nothing was cut off there is nothing to hand out.
    largest_cut_off(parts, &price.numerator - Q::new(cut, 100.into()))
}

/// Step 4: the due of every case, its row against the published one, and the sums by hospital.
pub(super) fn pay<'t>(
    books: &[Book<'_>],
    region: &Region,
    tables: &'t Tables,
    accepted: &[&Record<'_>],
    priced: &Priced,
    published: &Published<'_>,
    progress: &Progress,
) -> Result<(Tallies<'t>, (RouteTallies, ApartTallies<'t>), Findings), Failure> {
    let mut findings = Findings::default();
    let rows = published.rows(&mut findings);
    let chunks: Vec<(ChunkTallies, RouteTallies, ApartTallies<'t>, Findings)> = accepted
        .par_chunks(CHUNK)
        .enumerate()
        .map(|(chunk, records)| {
            progress.check()?;
            progress.add_written(records.len() as u64);
            let mut tallies = ChunkTallies::new();
            let mut routes = RouteTallies::new();
            let mut items = ApartTallies::new();
            let mut findings = Findings::default();
            for (i, record) in (chunk * CHUNK..).zip(records) {
                let Some(claim) = claim(record) else { continue };
                let book = &books[claim.period];
                let (case, parts) = book.take_apart(&model_case(&region.policy, tables, record, claim));
                let (row, paid, over) = pay_case(book, region, (&case, &parts), claim, priced, i);
                compare(
                    &mut findings,
                    published.file,
                    published.header,
                    i + 1,
                    rows.get(i),
                    Some(&row),
                );
                let tally = tallies.entry((claim.pool, claim.hospital)).or_default();
                tally.cases += 1;
                tally.points += units(&priced.cases[i].points, region.policy.rounding.points);
                let (cost, billed) = (in_fen(&case.medical_cost), in_fen(&case.fund_billed));
                tally.cost += cost;
                tally.billed += billed;
                tally.due += units(&paid.due, 2);
                for part in &parts {
                    let tally = tallies.entry((part.item.pool, claim.hospital)).or_default();
                    tally.add_part(part);
                    let code = tables.hospitals[claim.hospital].code.as_str();
                    let key = (part.item.apart, part.item.pool, code);
                    let tally: &mut ApartTally = items.entry(key).or_default();
                    tally.add_part(part);
                }
                if let Some(routed) = &claim.routed {
                    routes.entry((routed.route, claim.pool)).or_default().add(&RouteTally {
                        cases: 1,
                        points: units(&priced.cases[i].points, region.policy.rounding.points),
                        cost,
                        billed,
                        standard: units(&paid.standard, 2),
                        due: units(&paid.due, 2),
                        over: over.map_or_else(BigInt::zero, |over| units(&over, 2)),
                    });
                }
            }
            Ok((tallies, routes, items, findings))
        })
        .collect::<Result<_, Failure>>()?;
    let mut sums = Tallies::new();
    let mut routes = RouteTallies::new();
    let mut items = ApartTallies::new();
    for (tallies, of_routes, of_items, found) in chunks {
        for (key, tally) in of_items {
            items.entry(key).or_default().add(&tally);
        }
        for (key, tally) in of_routes {
            routes.entry(key).or_default().add(&tally);
        }
        findings = findings.merge(found);
        for ((pool, hospital), tally) in tallies {
            let code = tables.hospitals[hospital].code.as_str();
            sums.entry((pool, code)).or_default().add(&tally);
        }
    }
    for (i, row) in rows.iter().enumerate().skip(accepted.len()) {
        compare(&mut findings, published.file, published.header, i + 1, Some(row), None);
    }
    Ok((sums, (routes, items), findings))
}

/// The row of a case, its payment, and what its patient paid too much.
fn pay_case(
    book: &Book<'_>,
    region: &Region,
    (case, parts): (&ModelCase, &[ModelPart]),
    claim: &Claim,
    priced: &Priced,
    i: usize,
) -> (String, ModelPayment, Option<Q>) {
    let policy = &region.policy;
    let CasePoints {
        class,
        cost_ratio,
        points,
        money,
    } = &priced.cases[i];
    let mut standard = match money {
        Some(standard) => standard.clone(),
        None => book.standard(points, &priced.prices[claim.pool]).0,
    };
    if priced.extra.contains(&i) {
        standard += fen();
    }
    let due = book.due(case, &standard);
    let payment = ModelPayment {
        class,
        cost_ratio: None,
        points: points.clone(),
        in_money: money.is_some(),
        standard: standard.clone(),
        due: due.clone(),
    };
    let patient_over = book.patient_over(case, &payment);
    let over = patient_over.as_ref().map_or_else(String::new, |over| written(over, 2));
    let points = written(points, policy.rounding.points);
    let standard = written(&standard, 2);
    let others = written(&(&case.medical_cost - &case.fund_billed), 2);
    let due_written = written(&due, 2);
    let mut fields = vec![
        &*case.setl_id,
        &case.hospital,
        &claim.insutype,
        &policy.pools[claim.pool].id,
        &claim.group,
        class,
        cost_ratio,
        &points,
        &standard,
        &others,
        &due_written,
    ];
    let factor = match *class {
        "ungrouped" => String::new(),
        _ => claim.factor.normalize().to_string(),
    };
    if policy.auxiliary.is_some() {
        fields.push(&factor);
    }
    if let Some(routed) = &claim.routed {
        fields.extend([&*policy.routes[routed.route].id, method(policy, claim), &over]);
    }
    let sum = |of: fn(&ModelPart) -> &Q| written(&parts.iter().map(of).sum(), 2);
    let apart = [sum(|part| &part.item.cost), sum(|part| &part.due)];
    if !policy.apart.is_empty() {
        fields.extend(apart.iter().map(String::as_str));
    }
    let adjusted = priced
        .adjusted
        .as_ref()
        .map(|year| year.of_claim(i, policy.rounding.points));
    if let Some((before, words)) = &adjusted {
        fields.extend([before.as_str(), words.as_str()]);
    }
    (joined(fields), payment, patient_over)
}
