//! The reserve 调剂金 shared out among the compensations where it falls short of them.

use super::measure::Measure;
use super::overspend::Claimed;
use super::{Band, fen};
use crate::compiled::HospitalId;
use crate::pool::largest_remainders;
use crate::trace::{cut_to_fen, input};
use crate::{FenSum, Origin, Rule, Step, TooLarge, Tracer};
use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::ToPrimitive;

/// What a hospital is cleared by, its compensation before the reserve is looked at.
pub(super) struct Compensated {
    pub(super) hospital: HospitalId,
    pub(super) measure: Measure,
    pub(super) ratio_millionths: Option<i128>,
    pub(super) band: Band,
    pub(super) raw: Option<Claimed>,
}

impl Compensated {
    fn claimed(&self) -> i128 {
        self.raw.map_or(0, |claimed| claimed.fen)
    }
}

/// The compensations as granted: all of them, or the reserve shared out in proportion by largest
/// remainder, ties by code (the order of `claims`).
pub(super) fn share_reserve(
    reserve: i128,
    claims: &[Compensated],
    tracer: &mut impl Tracer,
) -> Result<Vec<i128>, TooLarge> {
    let total: i128 = claims.iter().map(Compensated::claimed).sum();
    if total <= reserve {
        return Ok(claims.iter().map(Compensated::claimed).collect());
    }
    let mut granted = Vec::with_capacity(claims.len());
    let mut parts = Vec::with_capacity(claims.len());
    for (i, claim) in claims.iter().enumerate() {
        let (cut, rest) = (BigInt::from(claim.claimed()) * reserve).div_rem(&BigInt::from(total));
        granted.push(fen(&cut, Rule::CompensationShared)?);
        parts.push((i, rest.to_u128().ok_or(TooLarge(Rule::CompensationShared))?));
    }
    let left = usize::try_from(reserve - granted.iter().sum::<i128>()).unwrap_or(0);
    let chosen: Vec<usize> = largest_remainders(&mut parts, left, |part| part.1, |a, b| a.0.cmp(&b.0))
        .iter()
        .map(|part| part.0)
        .collect();
    for (granted, claim) in granted.iter().zip(claims) {
        trace_shared(reserve, total, claim, *granted, tracer);
    }
    for i in chosen {
        tracer.about(claims[i].hospital);
        let cut = granted[i];
        granted[i] += 1;
        tracer.step(|| Step {
            rule: Rule::CompensationFen,
            inputs: vec![input("cut", FenSum(cut), Origin::Step(Rule::CompensationShared))],
            expression: format!("{} + 0.01", FenSum(cut)),
            rounding: None,
            result: FenSum(cut + 1).to_string(),
        });
    }
    Ok(granted)
}

fn trace_shared(reserve: i128, total: i128, claim: &Compensated, cut: i128, tracer: &mut impl Tracer) {
    let Some(raw) = claim.raw else { return };
    tracer.about(claim.hospital);
    tracer.step(|| Step {
        rule: Rule::CompensationShared,
        inputs: vec![
            input("c", FenSum(raw.fen), Origin::Step(raw.step)),
            input("R", FenSum(reserve), Origin::Step(Rule::Reserve)),
            input("Σc", FenSum(total), Origin::Sum("compensation")),
        ],
        expression: format!("{} × {} ÷ {}", FenSum(raw.fen), FenSum(reserve), FenSum(total)),
        rounding: cut_to_fen(),
        result: FenSum(cut).to_string(),
    });
}
