//! The second step: points for every claim, sums and point values.

use crate::claims::block::{Claim, ClaimBlock, DUPLICATE, HAS_DETAIL, UNKNOWN_GROUP};
use crate::claims::checks::Checks;
use crate::claims::locate::line_of;
use crate::claims::read::Claims;
use crate::codes::A101;
use crate::error::{Failure, error, no_point_value, place, too_large_help};
use crate::input::Inputs;
use crate::progress::Progress;
use dianzhi_core::{
    Case, CompiledPolicy, Fen, GroupId, HospitalId, PayerId, PoolId, PoolPrice, Remainder, Rule, Silent, Text,
    TooLarge, Totals, Worth,
};
use rayon::iter::{IntoParallelRefMutIterator, ParallelIterator};
use std::sync::{Mutex, PoisonError};

/// Sums by pool and hospital.
#[derive(Clone, Debug)]
pub(crate) struct Sums {
    hospitals: usize,
    totals: Vec<Totals>,
    /// Outliers that earn less (high) or more (low) than a normal case would, by pool.
    pub(crate) jumps: Vec<Jumps>,
}

/// Outliers at whose threshold the pay jumps the wrong way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Jumps {
    /// High outliers that earn fewer points than a normal case of their group and hospital.
    pub high: u64,
    /// Low outliers that earn more points than a normal case of their group and hospital.
    pub low: u64,
}

impl Sums {
    pub(crate) fn new(policy: &CompiledPolicy) -> Sums {
        let (pools, hospitals) = (policy.policy().pools.len(), policy.hospitals().len());
        Sums {
            hospitals,
            totals: vec![Totals::default(); pools * hospitals],
            jumps: vec![Jumps::default(); pools],
        }
    }

    #[inline]
    pub(crate) fn of(&mut self, pool: PoolId, hospital: HospitalId) -> &mut Totals {
        &mut self.totals[usize::from(pool.0) * self.hospitals + hospital.0 as usize]
    }

    pub(crate) fn merge(mut self, other: &Sums) -> Sums {
        for (sum, more) in self.totals.iter_mut().zip(&other.totals) {
            sum.merge(more);
        }
        for (sum, more) in self.jumps.iter_mut().zip(&other.jumps) {
            sum.high += more.high;
            sum.low += more.low;
        }
        self
    }

    /// The hospitals of a pool that have cases or items paid apart, in the order of their table.
    pub(crate) fn hospitals(&self, pool: PoolId) -> impl Iterator<Item = (HospitalId, &Totals)> {
        let start = usize::from(pool.0) * self.hospitals;
        let totals = &self.totals[start..start + self.hospitals];
        (0u32..)
            .map(HospitalId)
            .zip(totals)
            .filter(|(_, totals)| !totals.is_empty())
    }

    /// Of every pool, by position.
    pub(crate) fn pools(&self) -> Vec<Totals> {
        let pools = (0u16..).map(PoolId).take(self.jumps.len());
        pools.map(|pool| self.pool(pool)).collect()
    }

    pub(crate) fn pool(&self, pool: PoolId) -> Totals {
        let mut sum = Totals::default();
        self.hospitals(pool).for_each(|(_, totals)| sum.merge(totals));
        sum
    }
}

/// A claim as the kernel takes it, and the policy of its day.
// In line, so that the case stays in registers: docs/RATIONALE.md, "Putting a case together".
#[inline(always)]
pub(crate) fn case<'p>(
    policy: &'p CompiledPolicy,
    block: &ClaimBlock,
    i: usize,
    claim: &Claim,
) -> Result<(&'p CompiledPolicy, Case), TooLarge> {
    let group = (claim.group < UNKNOWN_GROUP).then_some(GroupId(claim.group));
    let (policy, payer) = policy.payer(PayerId(claim.payer)).ok_or(TooLarge(Rule::CostRatio))?;
    let hospital = HospitalId(claim.hospital);
    let case = Case::new(group, hospital, payer.pool, Fen(claim.cost), Fen(claim.billed));
    let mut case = case.ok_or(TooLarge(Rule::CostRatio))?;
    case.method = payer.method;
    if claim.is(HAS_DETAIL) {
        case.detail = block.detail(i);
    }
    if !block.benefits.is_empty() {
        case.benefit = block.benefit(i);
    }
    if !block.factors.is_empty() {
        case.factor = block.factor(i);
    }
    Ok((policy, case))
}

/// Claims with their points, and the price of a point in every pool.
pub(crate) struct Priced {
    pub(crate) claims: Claims,
    pub(crate) sums: Sums,
    pub(crate) prices: Vec<PoolPrice>,
    pub(crate) checks: Checks,
    /// Whether the payments are also added up by group, class and payer.
    pub(crate) with_cuts: bool,
}

/// The first claim, in input order, whose figures do not fit.
#[derive(Default)]
pub(crate) struct FirstUnfit(Mutex<Option<(usize, usize, TooLarge)>>);

impl FirstUnfit {
    pub(crate) fn note(&self, block: usize, claim: usize, what: TooLarge) {
        let mut first = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if first.is_none_or(|(b, c, _)| (block, claim) < (b, c)) {
            *first = Some((block, claim, what));
        }
    }

    /// Names the claim, if there is one.
    pub(crate) fn into_result(self, claims: &Claims, checks: &Checks) -> Result<(), Failure> {
        let Some((index, position, what)) = self.0.into_inner().unwrap_or_else(PoisonError::into_inner) else {
            return Ok(());
        };
        let block = &claims.blocks[index];
        let file = &claims.files[block.file];
        let line = line_of(file, block, position, checks)?;
        let id = String::from_utf8_lossy(block.id(position)).into_owned();
        let why = what.text();
        let text = Text::new(format!("记录 {id}：{}", why.zh), format!("record {id}: {}", why.en));
        Err(error(A101, text, too_large_help())
            .at(place(&file.input.name, line))
            .into())
    }
}

impl Priced {
    /// Prices the claims, on the worker threads that the caller is one of.
    ///
    /// # Errors
    /// [`Failure::Refused`] where a figure does not fit (the record is named) or a pool has no
    /// point value.
    pub(crate) fn new(inputs: &Inputs, mut claims: Claims, progress: &Progress) -> Result<Priced, Failure> {
        let policy = &inputs.policy;
        let checks = Checks::new(inputs);
        let unfit = FirstUnfit::default();
        let partial = claims.blocks.par_iter_mut().fold(
            || Sums::new(policy),
            |mut sums, block| {
                if let Err((position, what)) = price_block(policy, block, &mut sums) {
                    unfit.note(block.index, position, what);
                }
                sums
            },
        );
        let mut sums = partial.reduce(|| Sums::new(policy), |a, b| a.merge(&b));
        unfit.into_result(&claims, &checks)?;
        if !policy.policy().adjust.is_empty() {
            super::adjust::adjust(inputs, &mut claims, &mut sums, &checks)?;
        }
        progress.check()?;
        let mut prices = Vec::new();
        let totals = sums.pools();
        for pool in (0u16..).map(PoolId).take(totals.len()) {
            let price = policy.pool_price_among(pool, &totals, &mut Silent);
            prices.push(price.map_err(|e| no_point_value(&e, &inputs.region))?);
        }
        let mut priced = Priced {
            claims,
            sums,
            prices,
            checks,
            with_cuts: false,
        };
        if policy.policy().rounding.remainder == Remainder::LargestRemainder {
            super::extra_fen::hand_out(policy, &mut priced)?;
        }
        Ok(priced)
    }
}

fn price_block(policy: &CompiledPolicy, block: &mut ClaimBlock, sums: &mut Sums) -> Result<(), (usize, TooLarge)> {
    for i in 0..block.claims.len() {
        let claim = block.claims[i];
        if claim.is(DUPLICATE) {
            continue;
        }
        let (policy, case) = case(policy, block, i, &claim).map_err(|e| (i, e))?;
        let priced = policy.worth(&case, &mut Silent).map_err(|e| (i, e))?;
        debug_assert_eq!(priced.class, policy.class(&case), "one class, however it is asked for");
        block.claims[i].worth = priced.worth.units();
        block.claims[i].class = priced.class;
        for part in block.apart(i) {
            sums.of(part.pool, case.hospital).add_apart(part);
        }
        let totals = sums.of(case.pool, case.hospital);
        let points = match priced.worth {
            Worth::Points(points) => points,
            Worth::Money(standard) => {
                let payment = policy.payment(&case, standard, &mut Silent).map_err(|e| (i, e))?;
                totals.add_money(&case, payment.due);
                continue;
            }
        };
        totals.add(&case, points);
        if let Some(normal) = policy.points_if_normal(&case, priced.class) {
            let jumps = &mut sums.jumps[usize::from(case.pool.0)];
            jumps.high += u64::from(priced.class == dianzhi_core::CaseClass::High && points < normal);
            jumps.low += u64::from(priced.class == dianzhi_core::CaseClass::Low && points > normal);
        }
    }
    Ok(())
}
