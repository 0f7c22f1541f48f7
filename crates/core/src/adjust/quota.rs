//! Quotas: how many cases a rule is for, and which of those that ask for it get it.

use crate::trace::{input, whole_cases};
use crate::{
    CompiledPolicy, Decimal, HospitalId, Origin, PoolId, Quota, QuotaOf, Rule, Step, Tracer, decimal::rational,
};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::ToPrimitive;
use std::collections::BTreeMap;

/// Discharges: the accepted cases by pool, hospital and month of discharge, whatever pays them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Discharges(BTreeMap<(PoolId, HospitalId, i32), u64>);

/// Who shares one quota.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Bucket {
    pub(super) of: Whose,
    pub(super) period: i32,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Whose {
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

impl Discharges {
    /// Counts so many cases; `month` is year × 12 + month − 1.
    pub fn add(&mut self, pool: PoolId, hospital: HospitalId, month: i32, cases: u64) {
        *self.0.entry((pool, hospital, month)).or_default() += cases;
    }

    /// The discharges of those who share a quota.
    fn of(&self, policy: &CompiledPolicy, quota: &Quota, bucket: &Bucket) -> u64 {
        let counted = self
            .0
            .iter()
            .filter(|((pool, hospital, month), _)| *bucket == Bucket::of(policy, quota, *pool, *hospital, *month));
        counted.map(|(_, count)| count).sum()
    }
}

impl Bucket {
    pub(super) fn of(policy: &CompiledPolicy, quota: &Quota, pool: PoolId, hospital: HospitalId, month: i32) -> Bucket {
        Bucket {
            of: match quota.quota_of {
                QuotaOf::Pool => Whose::Pool(pool),
                QuotaOf::Hospital => Whose::Hospital(hospital),
                QuotaOf::Level => Whose::Level(level(policy, hospital).to_owned()),
            },
            period: quota.period.of_month(month),
        }
    }

    fn name(&self, policy: &CompiledPolicy) -> String {
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

    fn level<'t>(&'t self, policy: &'t CompiledPolicy) -> &'t str {
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

/// What everyone who asks is told, by position: the quota, and the place in line. Whoever asks first
/// plays no part.
pub(super) fn in_line(
    policy: &CompiledPolicy,
    quota: &Quota,
    discharges: &Discharges,
    asking: Vec<Asking<'_>>,
) -> Vec<(usize, QuotaUse)> {
    let mut buckets: BTreeMap<Bucket, Vec<(i128, &str, usize)>> = BTreeMap::new();
    for one in asking {
        buckets
            .entry(one.bucket)
            .or_default()
            .push((one.excess, one.id, one.at));
    }
    let mut told = Vec::new();
    for (bucket, mut line) in buckets {
        line.sort_unstable_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.as_bytes().cmp(b.1.as_bytes())));
        let (share, level) = quota.share_at(bucket.level(policy));
        let discharges = discharges.of(policy, quota, &bucket);
        let most = quota_of(share, discharges);
        for (place, (_, _, at)) in (1u64..).zip(&line) {
            told.push((
                *at,
                QuotaUse {
                    whose: bucket.name(policy),
                    period: quota.period.label(bucket.period),
                    share,
                    level,
                    discharges,
                    quota: most,
                    asked: line.len() as u64,
                    place,
                },
            ));
        }
    }
    told
}
