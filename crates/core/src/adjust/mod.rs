//! Between pricing and the point value: rules that look at all cases and change the points of a few
//! (docs/SETTLEMENT.md §5.15).
//!
//! In this order, each for all cases before the next: readmission, special-case review, the cap of high
//! outliers, penalties. A rule only finds what is true of a case ([`Finding`]); what its points
//! are then is one function of the case and its findings, [`CompiledPolicy::adjusted`], which pays
//! and explains.

mod excess;
mod high_cap;
mod merge;
mod quota;
mod readmission;
mod steps;

pub use excess::{ExcessUse, excess_most};
pub use quota::{Discharged, Discharges, QuotaUse, quota_of};
pub use readmission::{Readmitted, Stay, StayOf, readmissions};

use crate::{Case, CaseClass, CompiledPolicy, Decimal, Fen, OverQuota, Points, Rule, Silent, TooLarge};
use quota::{Asking, CountedBy, in_line, lines};

/// What a rule found of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// One of two stays that follow each other too soon.
    Readmission {
        /// Which of the two it is.
        side: Side,
        /// `setl_id` of the other one.
        other: String,
    },
    /// One of several stays that are one case, and not the one whose points count.
    Merged {
        /// `setl_id` of that one.
        into: String,
    },
    /// Applied for and turned down: it is paid as usual.
    ReviewRefused,
    /// Approved, and within the quota.
    ReviewGranted {
        /// How it is paid.
        effect: ReviewEffect,
        /// The quota.
        quota: QuotaUse,
    },
    /// Approved beyond the quota: it is paid as usual.
    ReviewBeyondQuota(QuotaUse),
    /// A high outlier beyond the quota of those: it is paid as a normal case.
    BeyondHighCap(QuotaUse),
    /// A high outlier whose excess the points left for those do not hold whole: it is paid as a normal
    /// case, and what is left.
    BeyondHighExcess(ExcessUse),
    /// 违规扣点: points taken away.
    Penalty {
        /// Times the base points; 0 takes the case's own.
        multiple: Decimal,
    },
}

/// Which of two stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The one discharged first.
    Earlier,
    /// The next one.
    Later,
}

/// How a special case is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReviewEffect {
    /// Its whole cost, as points.
    ByItem,
    /// An amount, as points.
    Amount(Fen),
    /// Its points at a factor.
    Factor(Decimal),
}

/// What a panel decided of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Review {
    /// Whether it was approved.
    pub approved: bool,
    /// How it is then paid.
    pub effect: ReviewEffect,
}

/// A priced case that a rule may change.
#[derive(Clone, Debug)]
pub struct Adjustable<'a> {
    /// `setl_id`; breaks ties.
    pub id: &'a str,
    /// The policy of its day.
    pub policy: &'a CompiledPolicy,
    /// The case.
    pub case: Case,
    /// Its class.
    pub class: CaseClass,
    /// Its points as priced.
    pub priced: Points,
    /// Month of discharge: year × 12 + month − 1. Any where every quota is of the year.
    pub month: i32,
    /// The stays that it follows too soon or that follow it so, with their ids.
    pub readmitted: Vec<(Side, String)>,
    /// What a panel decided.
    pub review: Option<Review>,
    /// A penalty's multiple.
    pub penalty: Option<Decimal>,
}

/// A case that some rule found something of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adjusted {
    /// What was found, in the order of the rules.
    pub findings: Vec<Finding>,
    /// Its points as priced.
    pub before: Points,
    /// Its points; below 0 only with a penalty.
    pub points: Points,
}

/// Why points cannot be adjusted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AdjustError {
    /// A figure of one case does not fit.
    #[error("claim {at}: {source}")]
    Case {
        /// Which of the cases given.
        at: usize,
        /// What does not fit.
        source: TooLarge,
    },
    /// More cases are approved than the quota has, under [`OverQuota::Refuse`].
    #[error("{} reviews are approved for {} {}, more than the {} of the quota", .0.asked, .0.whose, .0.period, .0.quota)]
    OverQuota(Box<QuotaUse>),
}

impl CompiledPolicy {
    /// What the rules of `[readmission]`, `[special_review]`, `[high_cap]` and the penalties make of
    /// priced cases, by position; `None` where no rule found anything. The order of the cases plays no
    /// part. Only those that a rule can concern need be given: the discharges are counted apart.
    ///
    /// # Errors
    /// [`AdjustError`] where points do not fit, or a quota is passed that may not be.
    ///
    /// ```
    /// use dianzhi_core::{example, Adjustable, CompiledPolicy, Discharges, Fen, Points, Silent};
    /// let mut policy = example::policy();
    /// policy.adjust.penalties = true;
    /// let policy = CompiledPolicy::new(&policy, &example::groups(), &example::hospitals()).unwrap();
    /// let case = policy.case(Some("ES25"), "H001", "310", Fen(900_000), Fen(0)).unwrap();
    /// let found = policy.points(&case, &mut Silent).unwrap();
    /// let claim = Adjustable {
    ///     id: "S1",
    ///     policy: &policy,
    ///     case,
    ///     class: found.class,
    ///     priced: found.points,
    ///     month: 0,
    ///     readmitted: Vec::new(),
    ///     review: None,
    ///     penalty: Some(2.into()),
    /// };
    /// // twice the 100.99 base points are taken away
    /// let adjusted = policy.adjust(&[claim], &Discharges::default()).unwrap();
    /// assert_eq!(adjusted[0].as_ref().unwrap().points, Points(-2_019_800));
    /// ```
    pub fn adjust(
        &self,
        claims: &[Adjustable<'_>],
        discharges: &Discharges,
    ) -> Result<Vec<Option<Adjusted>>, AdjustError> {
        let mut found: Vec<Vec<Finding>> = claims.iter().map(|claim| self.readmitted(claim)).collect();
        if self.policy().adjust.readmission.as_ref().is_some_and(|rule| rule.merge) {
            merge::merged(claims, &mut found);
        }
        self.review(claims, discharges, &mut found)?;
        self.cap_high(claims, discharges, &mut found)?;
        for (claim, findings) in claims.iter().zip(&mut found) {
            findings.extend(claim.penalty.map(|multiple| Finding::Penalty { multiple }));
        }
        let adjusted = |(at, (claim, findings)): (usize, (&Adjustable<'_>, Vec<Finding>))| {
            if findings.is_empty() {
                return Ok(None);
            }
            let points = points_of(claim, &findings, at)?;
            Ok(Some(Adjusted {
                findings,
                before: claim.priced,
                points,
            }))
        };
        claims.iter().zip(found).enumerate().map(adjusted).collect()
    }

    /// A stay that both follows and is followed has the share of the later one first.
    fn readmitted(&self, claim: &Adjustable<'_>) -> Vec<Finding> {
        let Some(rule) = &self.policy().adjust.readmission else {
            return Vec::new();
        };
        let mut findings = Vec::new();
        for (side, share) in [(Side::Later, rule.later_share), (Side::Earlier, rule.earlier_share)] {
            let of_side = claim
                .readmitted
                .iter()
                .filter(|(of, _)| *of == side && share != Decimal::ONE);
            findings.extend(of_side.map(|(_, other)| Finding::Readmission {
                side,
                other: other.clone(),
            }));
        }
        findings
    }

    fn review(
        &self,
        claims: &[Adjustable<'_>],
        discharges: &Discharges,
        found: &mut [Vec<Finding>],
    ) -> Result<(), AdjustError> {
        let Some(rule) = &self.policy().adjust.special_review else {
            return Ok(());
        };
        let by = CountedBy::from(&rule.quota);
        let mut asking = Vec::new();
        for (at, claim) in claims.iter().enumerate() {
            match claim.review {
                None => {}
                Some(Review { approved: false, .. }) => found[at].push(Finding::ReviewRefused),
                Some(_) => {
                    let cost = claim
                        .policy
                        .cost_as_points(claim.case.medical_cost(), Rule::ReviewByItem);
                    let cost = cost.map_err(|source| AdjustError::Case { at, source })?;
                    let points = points_of(claim, &found[at], at)?;
                    asking.push(Asking {
                        bucket: by.bucket(self, claim.case.pool, claim.case.hospital, claim.month),
                        excess: i128::from(cost) - i128::from(points.0),
                        id: claim.id,
                        at,
                    });
                }
            }
        }
        let counted = discharges.by_bucket(self, by);
        for (bucket, line) in lines(asking) {
            let share = rule.quota.share_at(bucket.level(self));
            let discharged = counted.get(&bucket).copied().unwrap_or_default();
            for (one, quota) in line.iter().zip(in_line(self, by, share, discharged, &line)) {
                if quota.asked > quota.quota && rule.over_quota == OverQuota::Refuse {
                    return Err(AdjustError::OverQuota(Box::new(quota)));
                }
                found[one.at].push(match claims[one.at].review {
                    Some(review) if quota.is_within() => Finding::ReviewGranted {
                        effect: review.effect,
                        quota,
                    },
                    _ => Finding::ReviewBeyondQuota(quota),
                });
            }
        }
        Ok(())
    }
}

fn points_of(claim: &Adjustable<'_>, findings: &[Finding], at: usize) -> Result<Points, AdjustError> {
    let points = claim
        .policy
        .adjusted(&claim.case, claim.class, claim.priced, findings, &mut Silent);
    points.map_err(|source| AdjustError::Case { at, source })
}

impl Finding {
    /// The word in the outputs.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Finding::Readmission {
                side: Side::Earlier, ..
            } => "readmission-earlier",
            Finding::Readmission { side: Side::Later, .. } => "readmission-later",
            Finding::Merged { .. } => "readmission-merged",
            Finding::ReviewRefused => "review-refused",
            Finding::ReviewGranted { .. } => "review-granted",
            Finding::ReviewBeyondQuota(_) => "review-beyond-quota",
            Finding::BeyondHighCap(_) => "beyond-high-cap",
            Finding::BeyondHighExcess(_) => "beyond-high-excess",
            Finding::Penalty { .. } => "penalty",
        }
    }
}

impl Adjusted {
    /// The words of its findings, as the outputs have them.
    #[must_use]
    pub fn words(&self) -> String {
        let words: Vec<&str> = self.findings.iter().map(Finding::word).collect();
        words.join("+")
    }
}
