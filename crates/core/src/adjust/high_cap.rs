//! `[high_cap]`: which high outliers are paid as such, and with how much of their excess.

use super::excess::in_turn;
use super::quota::{Asking, CountedBy, in_line, lines};
use super::{AdjustError, Adjustable, Discharges, Finding, points_of};
use crate::{CaseClass, CompiledPolicy, Silent};

impl CompiledPolicy {
    /// By number first, and by points those whom the number leaves. Split long stays are left as they are.
    pub(super) fn cap_high(
        &self,
        claims: &[Adjustable<'_>],
        discharges: &Discharges,
        found: &mut [Vec<Finding>],
    ) -> Result<(), AdjustError> {
        let Some(cap) = &self.policy().adjust.high_cap else {
            return Ok(());
        };
        let by = CountedBy::from(cap);
        let counted = discharges.by_bucket(self, by);
        for (bucket, mut line) in lines(self.with_excess(by, claims, found)?) {
            let discharged = counted.get(&bucket).copied().unwrap_or_default();
            let level = bucket.level(self);
            if let Some(share) = cap.quota_at(level) {
                let told = in_line(self, by, share, discharged, &line);
                let within = told.iter().filter(|quota| quota.is_within()).count();
                for (one, quota) in line.drain(within..).zip(told.into_iter().skip(within)) {
                    found[one.at].push(Finding::BeyondHighCap(quota));
                }
            }
            if let Some(share) = cap.excess_share_at(level) {
                for (one, of) in line.iter().zip(in_turn(self, by, share, discharged, &line)) {
                    if !of.is_whole() {
                        found[one.at].push(Finding::BeyondHighExcess(of));
                    }
                }
            }
        }
        Ok(())
    }

    /// High outliers that are paid as such and earn more than a normal case, a review's apart.
    fn with_excess<'a>(
        &self,
        by: CountedBy,
        claims: &'a [Adjustable<'_>],
        found: &[Vec<Finding>],
    ) -> Result<Vec<Asking<'a>>, AdjustError> {
        let mut asking = Vec::new();
        for (at, claim) in claims.iter().enumerate() {
            let is_granted = |finding: &Finding| matches!(finding, Finding::ReviewGranted { .. });
            if claim.class != CaseClass::High || found[at].iter().any(is_granted) {
                continue;
            }
            let Some(normal) = claim.policy.points_if_normal(&claim.case, claim.class) else {
                continue;
            };
            let normal = claim.policy.shared(normal, &found[at], &mut Silent);
            let normal = normal.map_err(|source| AdjustError::Case { at, source })?;
            let points = points_of(claim, &found[at], at)?;
            if points > normal {
                asking.push(Asking {
                    bucket: by.bucket(self, claim.case.pool, claim.case.hospital, claim.month),
                    excess: i128::from(points.0) - i128::from(normal.0),
                    id: claim.id,
                    at,
                });
            }
        }
        Ok(asking)
    }
}
