//! Quotas: how many cases a rule is for, and which of those that ask for it get it.

use crate::trace::{input, whole_cases};
use crate::{
    CompiledPolicy, Decimal, HighCap, HospitalId, Origin, PoolId, Quota, QuotaOf, QuotaPeriod, Rule, Step, Tracer,
    decimal::rational,
};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::ToPrimitive;
use std::collections::BTreeMap;

/// Discharges: the accepted cases by pool, hospital and month of discharge, whatever pays them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Discharges(BTreeMap<(PoolId, HospitalId, i32), Discharged>);

/// So many discharges, and the points that they were priced at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Discharged {
    /// Cases.
    pub cases: u64,
    /// Σ points as priced, before any rule changes them, in units of points; cases paid in money have
    /// none. Asked for by `high_cap.excess_share` alone.
    pub points: i128,
}

/// Whose cases are counted together, and over which time.
#[derive(Clone, Copy, Debug)]
pub(super) struct CountedBy {
    pub(super) quota_of: QuotaOf,
    pub(super) period: QuotaPeriod,
}

/// Who shares one quota.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Bucket {
    of: Whose,
    period: i32,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Whose {
    Pool(PoolId),
    Hospital(HospitalId),
    Level(String),
}

/// What a quota came to, for those who share it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuotaUse {
    /// The pool, hospital or level.
    pub whose: String,
    /// The quarter or month; empty for the year.
    pub period: String,
    /// The share, and which of `levels` it is of.
    pub share: Decimal,
    /// Position of the share among `levels`.
    pub level: Option<usize>,
    /// The discharges that it is a share of.
    pub discharges: u64,
    /// So many cases get it at most.
    pub quota: u64,
    /// So many asked.
    pub asked: u64,
    /// The place of the case among those that asked, from 1.
    pub place: u64,
}

impl QuotaUse {
    /// Whether the case is among those that get it.
    #[must_use]
    pub fn is_within(&self) -> bool {
        self.place <= self.quota
    }

    /// What of the quota is left.
    #[must_use]
    pub fn left(&self) -> u64 {
        self.quota.saturating_sub(self.asked)
    }

    /// The step that finds the quota; `section` is that of the region file.
    pub(super) fn trace(&self, section: &str, tracer: &mut impl Tracer) {
        tracer.step(|| {
            let key = match self.level {
                Some(at) => format!("{section}.levels[{at}].quota"),
                None => format!("{section}.quota"),
            };
            Step {
                rule: Rule::Quota,
                inputs: vec![
                    input("quota", self.share, Origin::Policy(key)),
                    input("discharges", self.discharges, Origin::Sum("cases")),
                ],
                expression: format!("{} × {}", self.share, self.discharges),
                rounding: whole_cases(),
                result: self.quota.to_string(),
            }
        });
    }
}

impl Discharged {
    /// Counts more of them.
    pub fn add(&mut self, more: Discharged) {
        self.cases += more.cases;
        self.points += more.points;
    }
}

impl Discharges {
    /// Counts cases; `month` is year × 12 + month − 1.
    pub fn add(&mut self, pool: PoolId, hospital: HospitalId, month: i32, of: Discharged) {
        self.0.entry((pool, hospital, month)).or_default().add(of);
    }

    /// What those who share a quota have together.
    pub(super) fn by_bucket(&self, policy: &CompiledPolicy, by: CountedBy) -> BTreeMap<Bucket, Discharged> {
        let mut buckets: BTreeMap<Bucket, Discharged> = BTreeMap::new();
        for ((pool, hospital, month), of) in &self.0 {
            let bucket = by.bucket(policy, *pool, *hospital, *month);
            buckets.entry(bucket).or_default().add(*of);
        }
        buckets
    }
}

impl From<&Quota> for CountedBy {
    fn from(quota: &Quota) -> CountedBy {
        CountedBy {
            quota_of: quota.quota_of,
            period: quota.period,
        }
    }
}

impl From<&HighCap> for CountedBy {
    fn from(cap: &HighCap) -> CountedBy {
        CountedBy {
            quota_of: cap.quota_of,
            period: cap.period,
        }
    }
}

impl CountedBy {
    /// Whose cases a case is counted with.
    pub(super) fn bucket(self, policy: &CompiledPolicy, pool: PoolId, hospital: HospitalId, month: i32) -> Bucket {
        Bucket {
            of: match self.quota_of {
                QuotaOf::Pool => Whose::Pool(pool),
                QuotaOf::Hospital => Whose::Hospital(hospital),
                QuotaOf::Level => Whose::Level(level(policy, hospital).to_owned()),
            },
            period: self.period.of_month(month),
        }
    }
}

impl Bucket {
    pub(super) fn name(&self, policy: &CompiledPolicy) -> String {
        match &self.of {
            Whose::Pool(pool) => {
                let pools = &policy.policy().pools;
                pools
                    .get(usize::from(pool.0))
                    .map_or_else(String::new, |pool| pool.id.clone())
            }
            Whose::Hospital(hospital) => {
                let found = policy.hospitals().get(hospital.0 as usize);
                found.map_or_else(String::new, |hospital| hospital.code.clone())
            }
            Whose::Level(level) => level.clone(),
        }
    }

    /// The quarter or month; empty for the year.
    pub(super) fn period(&self, by: CountedBy) -> String {
        by.period.label(self.period)
    }

    /// The level of hospital; empty of a pool.
    pub(super) fn level<'t>(&'t self, policy: &'t CompiledPolicy) -> &'t str {
        match &self.of {
            Whose::Pool(_) => "",
            Whose::Hospital(hospital) => level(policy, *hospital),
            Whose::Level(level) => level,
        }
    }
}

fn level(policy: &CompiledPolicy, hospital: HospitalId) -> &str {
    policy
        .hospitals()
        .get(hospital.0 as usize)
        .map_or("", |hospital| hospital.level.as_str())
}

/// ⟦share × discharges⟧ down.
///
/// ```
/// use dianzhi_core::quota_of;
/// assert_eq!(quota_of("0.05".parse().unwrap(), 199), 9);
/// ```
#[must_use]
pub fn quota_of(share: Decimal, discharges: u64) -> u64 {
    let exact: BigRational = rational(share) * BigInt::from(discharges);
    exact.floor().to_integer().to_u64().unwrap_or(0)
}

/// A case that asks for a part of a quota.
pub(super) struct Asking<'a> {
    pub(super) bucket: Bucket,
    /// In units of points; the largest comes first.
    pub(super) excess: i128,
    /// Decides between equal ones.
    pub(super) id: &'a str,
    pub(super) at: usize,
}

/// Those who ask, by whose quota they ask for, the first in line first: the largest excess, ties by id.
/// Whoever asks first plays no part.
pub(super) fn lines(asking: Vec<Asking<'_>>) -> BTreeMap<Bucket, Vec<Asking<'_>>> {
    let mut lines: BTreeMap<Bucket, Vec<Asking<'_>>> = BTreeMap::new();
    for one in asking {
        lines.entry(one.bucket.clone()).or_default().push(one);
    }
    for line in lines.values_mut() {
        line.sort_unstable_by(|a, b| {
            b.excess
                .cmp(&a.excess)
                .then_with(|| a.id.as_bytes().cmp(b.id.as_bytes()))
        });
    }
    lines
}

/// What everyone in a line is told, in its order: the quota, and the place.
pub(super) fn in_line(
    policy: &CompiledPolicy,
    by: CountedBy,
    (share, level): (Decimal, Option<usize>),
    discharged: Discharged,
    line: &[Asking<'_>],
) -> Vec<QuotaUse> {
    let quota = quota_of(share, discharged.cases);
    let told = (1u64..).zip(line).map(|(place, one)| QuotaUse {
        whose: one.bucket.name(policy),
        period: one.bucket.period(by),
        share,
        level,
        discharges: discharged.cases,
        quota,
        asked: line.len() as u64,
        place,
    });
    told.collect()
}
