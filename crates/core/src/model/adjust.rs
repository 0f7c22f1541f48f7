//! Rules that change the points of a few cases, written down once more (docs/SETTLEMENT.md §5.15).
//!
//! Persons, codes and days are compared as they stand, every case with every other of its person.

use super::{Book, ModelCase, ModelPayment, Q, exact, rounded};
use crate::{Decimal, OverQuota, QuotaOf, QuotaPeriod, RoundingMode, SameStay};
use num_bigint::BigInt;
use num_traits::{ToPrimitive, Zero};
use std::collections::{BTreeMap, BTreeSet};

/// A priced case with what the rules ask of it.
pub struct ModelAdjustable<'a> {
    /// The rules of its day.
    pub book: &'a Book<'a>,
    /// The case.
    pub case: &'a ModelCase,
    /// Its class and points as priced.
    pub paid: &'a ModelPayment,
    /// `psn_no`; empty where it is unknown.
    pub person: &'a str,
    /// Day of admission, counted from any one day.
    pub admitted: Option<i64>,
    /// Day of discharge, counted from the same.
    pub discharged: i64,
    /// Year and month of discharge.
    pub month: (i32, u32),
    /// `maindiag_code`
    pub diagnosis: &'a str,
    /// Whether there was a good reason to admit the person again.
    pub excused: bool,
    /// Whether a panel approved the case; the effect's word, and its value.
    pub review: Option<(bool, &'a str, Q)>,
    /// A penalty's multiple.
    pub penalty: Option<Q>,
}

/// A case that some rule found something of.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ModelAdjusted {
    /// What was found, in order.
    pub words: Vec<&'static str>,
    /// The `setl_id` of other stays, the quota and its discharges, or the multiple: what each goes by.
    pub by: Vec<String>,
    /// Its points after each of them.
    pub points: Vec<Q>,
    /// What a high outlier beyond the points of those goes by.
    pub excess: Option<ModelExcess>,
    /// The shares of readmissions, in order.
    shares: Vec<Q>,
}

/// What is left for the excess of a high outlier, in points.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelExcess {
    /// Those of all cases that it is counted with, as priced.
    pub points: Q,
    /// So many high outliers may earn beyond normal cases.
    pub most: Q,
    /// So many those before it got.
    pub before: Q,
    /// So many it earns beyond a normal case.
    pub excess: Q,
    /// So many of them it gets.
    pub granted: Q,
}

/// What the rules make of the cases of a year, by position; `None` where more reviews are approved
/// than may be.
#[must_use]
pub fn adjust(book: &Book<'_>, cases: &[ModelAdjustable<'_>]) -> Option<Vec<ModelAdjusted>> {
    let mut found = vec![ModelAdjusted::default(); cases.len()];
    readmissions(book, cases, &mut found);
    reviews(book, cases, &mut found)?;
    high_cap(book, cases, &mut found);
    for (case, of) in cases.iter().zip(&mut found) {
        let Some(multiple) = &case.penalty else { continue };
        let base = case.book.base_points(case.case, case.paid);
        let points = case.book.in_points(&-(multiple * base));
        of.add("penalty", multiple.to_string(), points);
    }
    Some(found)
}

impl ModelAdjusted {
    fn add(&mut self, word: &'static str, by: String, points: Q) {
        self.words.push(word);
        self.by.push(by);
        self.points.push(points);
    }

    /// The points that it ends with.
    #[must_use]
    pub fn now(&self, priced: &Q) -> Q {
        self.points.last().unwrap_or(priced).clone()
    }
}

fn readmissions(book: &Book<'_>, cases: &[ModelAdjustable<'_>], found: &mut [ModelAdjusted]) {
    let Some(rule) = &book.policy.adjust.readmission else {
        return;
    };
    // Stays of one person that share what must be the same.
    let mut together: BTreeMap<(&str, String, &str), Vec<usize>> = BTreeMap::new();
    for (i, case) in cases.iter().enumerate() {
        let same: String = match rule.same {
            SameStay::Group => case.case.group.clone(),
            SameStay::Adrg => case.case.group.chars().take(3).collect(),
            SameStay::Diagnosis => case.diagnosis.chars().take(3).collect(),
        };
        let left_out = rule.not_for.iter().any(|pattern| pattern.fits(&case.case.group));
        if case.person.is_empty() || case.admitted.is_none() || same.is_empty() || left_out || case.paid.in_money {
            continue;
        }
        let hospital = if rule.same_hospital {
            case.case.hospital.as_str()
        } else {
            ""
        };
        together.entry((case.person, same, hospital)).or_default().push(i);
    }
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    for stays in together.values_mut() {
        stays.sort_by_key(|&i| (cases[i].discharged, cases[i].admitted, cases[i].case.setl_id.as_str()));
        for next in 1..stays.len() {
            let (earlier, later) = (stays[next - 1], stays[next]);
            let days = cases[later].admitted.unwrap_or_default() - cases[earlier].discharged;
            let most = i64::from(rule.days);
            if !cases[later].excused && (days < most || (rule.inclusive && days == most)) {
                pairs.push((earlier, later));
            }
        }
    }
    if rule.merge {
        return merge(cases, &pairs, found);
    }
    let one = Q::from_integer(1.into());
    let (of_earlier, of_later) = (exact(rule.earlier_share), exact(rule.later_share));
    for (is_later, share) in [(true, of_later), (false, of_earlier)] {
        for &(earlier, later) in pairs.iter().filter(|_| share != one) {
            let (at, other) = if is_later { (later, earlier) } else { (earlier, later) };
            let points = cases[at]
                .book
                .in_points(&(found[at].now(&cases[at].paid.points) * &share));
            let word = if is_later {
                "readmission-later"
            } else {
                "readmission-earlier"
            };
            found[at].add(word, cases[other].case.setl_id.clone(), points);
            found[at].shares.push(share.clone());
        }
    }
}

/// Pairs that share a stay are one row; of each pool's stays in it the one with the most points, then the
/// one discharged first, counts.
fn merge(cases: &[ModelAdjustable<'_>], pairs: &[(usize, usize)], found: &mut [ModelAdjusted]) {
    let mut row_of: BTreeMap<usize, usize> = BTreeMap::new();
    for &(earlier, later) in pairs {
        // In the order of discharge: whatever is before the earlier stay is in its row already.
        let row = *row_of.entry(earlier).or_insert(earlier);
        row_of.insert(later, row);
    }
    let mut rows: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for &(earlier, later) in pairs {
        let row = rows.entry(row_of[&earlier]).or_insert_with(|| vec![earlier]);
        row.push(later);
    }
    let of_pools = rows.into_values().flat_map(|row| {
        let mut by_pool: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for i in row {
            by_pool.entry(cases[i].case.pool).or_default().push(i);
        }
        by_pool.into_values()
    });
    for row in of_pools {
        let points = |i: usize| &cases[i].paid.points;
        let highest = row.iter().map(|&i| points(i)).max().cloned().unwrap_or_default();
        let Some(&into) = row.iter().find(|&&i| *points(i) == highest) else {
            continue;
        };
        for &i in row.iter().filter(|&&i| i != into) {
            found[i].add("readmission-merged", cases[into].case.setl_id.clone(), Q::zero());
            found[i].shares.push(Q::zero());
        }
    }
}

fn reviews(book: &Book<'_>, cases: &[ModelAdjustable<'_>], found: &mut [ModelAdjusted]) -> Option<()> {
    let Some(rule) = &book.policy.adjust.special_review else {
        return Some(());
    };
    let mut asking = Vec::new();
    for (i, case) in cases.iter().enumerate() {
        let now = found[i].now(&case.paid.points);
        match &case.review {
            None => {}
            Some((false, ..)) => found[i].add("review-refused", String::new(), now),
            Some((true, ..)) => {
                let cost = case.book.in_points(&case.book.exact_points(&case.case.medical_cost));
                asking.push((i, cost - now));
            }
        }
    }
    let quota = &rule.quota;
    let share_at = |level: &str| {
        let of_level = quota.levels.iter().find(|of| of.level == level);
        Some(of_level.map_or(quota.quota, |of| of.quota))
    };
    let line = line(book, (quota.quota_of, quota.period), share_at, cases, asking);
    for (i, gets_it, of, most, asked) in line {
        if asked > most && rule.over_quota == OverQuota::Refuse {
            return None;
        }
        let (case, now) = (&cases[i], found[i].now(&cases[i].paid.points));
        let (_, effect, value) = case.review.as_ref()?;
        let points = match (gets_it, *effect) {
            (false, _) => now,
            (true, "by-item") => case.book.in_points(&case.book.exact_points(&case.case.medical_cost)),
            (true, "amount") => case.book.in_points(&case.book.exact_points(value)),
            (true, _) => case.book.in_points(&(now * value)),
        };
        let word = if gets_it {
            "review-granted"
        } else {
            "review-beyond-quota"
        };
        found[i].add(word, of, points);
    }
    Some(())
}

fn high_cap(book: &Book<'_>, cases: &[ModelAdjustable<'_>], found: &mut [ModelAdjusted]) {
    let Some(cap) = &book.policy.adjust.high_cap else {
        return;
    };
    let mut asking = Vec::new();
    let mut normals = BTreeMap::new();
    for (i, case) in cases.iter().enumerate() {
        if case.paid.class != "high" || found[i].words.contains(&"review-granted") {
            continue;
        }
        let Some(mut normal) = case.book.points_if_normal(case.case) else {
            continue;
        };
        for share in &found[i].shares {
            normal = case.book.in_points(&(normal * share));
        }
        let excess = found[i].now(&case.paid.points) - &normal;
        if excess > Q::zero() {
            asking.push((i, excess));
            normals.insert(i, normal);
        }
    }
    let counted_by = (cap.quota_of, cap.period);
    let own = |level: &str| cap.levels.iter().find(|of| of.level == level);
    let share_at = |level: &str| own(level).and_then(|of| of.quota).or(cap.quota);
    let mut beyond = BTreeSet::new();
    for (i, gets_it, of, ..) in line(book, counted_by, share_at, cases, asking.clone()) {
        if !gets_it {
            found[i].add("beyond-high-cap", of, normals[&i].clone());
            beyond.insert(i);
        }
    }
    if cap.excess_share.is_none() {
        return;
    }
    asking.retain(|(i, _)| !beyond.contains(i));
    let share_at = |level: &str| own(level).and_then(|of| of.excess_share).or(cap.excess_share);
    for (i, of) in excess(book, counted_by, share_at, cases, asking) {
        let (whose, period) = whose(book, counted_by, &cases[i]);
        let by = format!("{whose} {period}").trim_end().to_owned();
        found[i].add("beyond-high-excess", by, &normals[&i] + &of.granted);
        found[i].excess = Some(of);
    }
}

/// Those whose excess what is left of the points does not hold whole.
fn excess(
    book: &Book<'_>,
    counted_by: (QuotaOf, QuotaPeriod),
    share_at: impl Fn(&str) -> Option<Decimal>,
    cases: &[ModelAdjustable<'_>],
    mut asking: Vec<(usize, Q)>,
) -> Vec<(usize, ModelExcess)> {
    largest_first(cases, &mut asking);
    let mut all: BTreeMap<(String, String), Q> = BTreeMap::new();
    for case in cases.iter().filter(|case| !case.paid.in_money) {
        *all.entry(whose(book, counted_by, case)).or_default() += &case.paid.points;
    }
    let mut gone: BTreeMap<(String, String), Q> = BTreeMap::new();
    let mut cut = Vec::new();
    for (i, excess) in asking {
        let key = whose(book, counted_by, &cases[i]);
        let Some(share) = share_at(level(book, counted_by.0, &cases[i])) else {
            continue;
        };
        let points = all[&key].clone();
        let most = rounded(
            &(exact(share) * &points),
            book.policy.rounding.points,
            RoundingMode::Down,
        );
        let gone = gone.entry(key).or_default();
        let before = gone.clone();
        let left = &most - &before;
        if excess <= left {
            *gone += excess;
            continue;
        }
        *gone = most.clone();
        cut.push((
            i,
            ModelExcess {
                points,
                most,
                before,
                excess,
                granted: left,
            },
        ));
    }
    cut
}

/// Those who ask, the largest excess first, ties by id.
fn largest_first(cases: &[ModelAdjustable<'_>], asking: &mut [(usize, Q)]) {
    asking.sort_by(|(a, x), (b, y)| {
        y.cmp(x)
            .then_with(|| cases[*a].case.setl_id.cmp(&cases[*b].case.setl_id))
    });
}

/// The level of a case's hospital, where shares may differ by it.
fn level<'b>(book: &'b Book<'_>, quota_of: QuotaOf, case: &ModelAdjustable<'_>) -> &'b str {
    let hospital = book.hospitals.get(case.case.hospital.as_str());
    hospital
        .filter(|_| quota_of != QuotaOf::Pool)
        .map_or("", |hospital| hospital.level.as_str())
}

/// With whom a case is counted: the pool, hospital or level, and the quarter or month.
fn whose(book: &Book<'_>, (quota_of, period): (QuotaOf, QuotaPeriod), case: &ModelAdjustable<'_>) -> (String, String) {
    let of = match quota_of {
        QuotaOf::Pool => book.policy.pools[case.case.pool].id.clone(),
        QuotaOf::Hospital => case.case.hospital.clone(),
        QuotaOf::Level => level(book, quota_of, case).to_owned(),
    };
    let (year, month) = case.month;
    let period = match period {
        QuotaPeriod::Year => String::new(),
        QuotaPeriod::Quarter => format!("{year} Q{}", month.div_ceil(3)),
        QuotaPeriod::Month => format!("{year}-{month:02}"),
    };
    (of, period)
}

/// Everyone who asks: whether he gets it, the quota as it is told, how many get it at most, and how many
/// asked; nobody where there is no share.
fn line(
    book: &Book<'_>,
    counted_by: (QuotaOf, QuotaPeriod),
    share_at: impl Fn(&str) -> Option<Decimal>,
    cases: &[ModelAdjustable<'_>],
    mut asking: Vec<(usize, Q)>,
) -> Vec<(usize, bool, String, usize, usize)> {
    let whose = |i: usize| whose(book, counted_by, &cases[i]);
    largest_first(cases, &mut asking);
    let mut discharges: BTreeMap<(String, String), usize> = BTreeMap::new();
    for i in 0..cases.len() {
        *discharges.entry(whose(i)).or_default() += 1;
    }
    let mut asked: BTreeMap<(String, String), usize> = BTreeMap::new();
    for (i, _) in &asking {
        *asked.entry(whose(*i)).or_default() += 1;
    }
    let mut before: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut told = Vec::new();
    for (i, _) in asking {
        let key = whose(i);
        let Some(share) = share_at(level(book, counted_by.0, &cases[i])) else {
            continue;
        };
        let all = discharges[&key];
        let most = (exact(share) * BigInt::from(all))
            .floor()
            .to_integer()
            .to_usize()
            .unwrap_or(0);
        let place = before.entry(key.clone()).or_default();
        *place += 1;
        let of = format!("{} {} {place}/{}/{most}/{all}", key.0, key.1, asked[&key]);
        told.push((i, *place <= most, of, most, asked[&key]));
    }
    told
}

impl Book<'_> {
    fn in_points(&self, points: &Q) -> Q {
        rounded(points, self.policy.rounding.points, self.policy.rounding.mode)
    }

    /// The base points that a penalty is a multiple of.
    fn base_points(&self, case: &ModelCase, paid: &ModelPayment) -> Q {
        let by_group = ["normal", "low", "high", "by-cost"].contains(&paid.class);
        let group = self.group_paid_by(case).filter(|_| by_group);
        group.map_or_else(|| paid.points.clone(), |group| exact(group.base_points))
    }
}
