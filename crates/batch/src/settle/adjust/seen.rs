//! One look at every claim: the discharges and points that quotas are shares of, and the claims that
//! rules can concern.

use super::{At, Rows, RowsById, named};
use crate::claims::block::{ClaimBlock, DUPLICATE};
use dianzhi_core::{CaseClass, CompiledPolicy, Discharged, Discharges, HospitalId, PayIn, PayerId, PoolId};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

/// What a look at every claim gives.
pub(super) struct Seen {
    pub(super) discharges: Discharges,
    /// Claims that a table names, in input order.
    pub(super) named: Vec<(At, Rows)>,
    /// High outliers, where they are capped.
    pub(super) high: Vec<At>,
}

/// What a worker has seen.
#[derive(Default)]
struct Part {
    /// By month of discharge, the few that there are; every pool and hospital within it by position.
    months: Vec<(i32, Vec<Discharged>)>,
    named: Vec<(At, Rows)>,
    high: Vec<At>,
}

/// Where the hospitals of a pool begin among the counts of a month.
#[derive(Clone, Copy)]
struct Layout {
    pools: usize,
    hospitals: usize,
}

/// Looks at all claims, on the worker threads that the caller is one of.
pub(super) fn look(policy: &CompiledPolicy, blocks: &[ClaimBlock], rows: &RowsById<'_>) -> Seen {
    let layout = Layout {
        pools: policy.policy().pools.len(),
        hospitals: policy.hospitals().len(),
    };
    let parts = blocks
        .par_iter()
        .fold(Part::default, |part, block| part.with(policy, layout, block, rows));
    let Part {
        months,
        mut named,
        high,
    } = parts.reduce(Part::default, Part::merge);
    named.sort_unstable_by_key(|(at, _)| *at);
    let mut discharges = Discharges::default();
    for (month, counts) in months {
        for (at, of) in counts.into_iter().enumerate().filter(|(_, of)| of.cases > 0) {
            let (pool, hospital) = layout.ids(at);
            discharges.add(pool, hospital, month, of);
        }
    }
    Seen {
        discharges,
        named,
        high,
    }
}

impl Layout {
    fn at(self, pool: PoolId, hospital: HospitalId) -> usize {
        usize::from(pool.0) * self.hospitals + hospital.0 as usize
    }

    fn ids(self, at: usize) -> (PoolId, HospitalId) {
        let [pool, hospital] = [at / self.hospitals, at % self.hospitals];
        let pool = u16::try_from(pool).unwrap_or(u16::MAX);
        (PoolId(pool), HospitalId(u32::try_from(hospital).unwrap_or(u32::MAX)))
    }
}

impl Part {
    /// Counts a block, and finds the claims that tables name and the high outliers.
    fn with(mut self, policy: &CompiledPolicy, layout: Layout, block: &ClaimBlock, rows: &RowsById<'_>) -> Part {
        let rules = &policy.policy().adjust;
        if !rows.is_empty() {
            self.named.extend(named(block, rows));
        }
        if rules.periods().next().is_none() {
            return self;
        }
        let (by_month, with_points) = (rules.counts_by_month(), rules.counts_points());
        let is_capped = rules.high_cap.is_some();
        let accepted = block.claims.iter().enumerate();
        for (i, claim) in accepted.filter(|(_, claim)| !claim.is(DUPLICATE)) {
            let Some((of_day, payer)) = policy.payer(PayerId(claim.payer)) else {
                continue;
            };
            let month = if by_month { block.stay(i).month } else { 0 };
            let of = &mut self.month(month, layout)[layout.at(payer.pool, HospitalId(claim.hospital))];
            of.cases += 1;
            if with_points && of_day.pay_in(payer.method) == PayIn::Points {
                of.points += i128::from(claim.worth);
            }
            if is_capped && claim.class == CaseClass::High {
                self.high.push((block.index, i));
            }
        }
        self
    }

    fn month(&mut self, month: i32, layout: Layout) -> &mut [Discharged] {
        let at = match self.months.iter().position(|(of, _)| *of == month) {
            Some(at) => at,
            None => {
                let counts = vec![Discharged::default(); layout.pools * layout.hospitals];
                self.months.push((month, counts));
                self.months.len() - 1
            }
        };
        &mut self.months[at].1
    }

    fn merge(mut self, other: Part) -> Part {
        for (month, counts) in other.months {
            match self.months.iter_mut().find(|(of, _)| *of == month) {
                Some((_, sums)) => sums.iter_mut().zip(counts).for_each(|(sum, more)| sum.add(more)),
                None => self.months.push((month, counts)),
            }
        }
        self.named.extend(other.named);
        self.high.extend(other.high);
        self
    }
}
