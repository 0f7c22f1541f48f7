//! Auxiliary factors put into a drawn year, from draws of their own: years without are as before.

use super::{CLAIM_FEN_MAX, Draw, Row, Year};
use dianzhi_core::model::{self, exact};
use dianzhi_core::{Auxiliary, CompareWith, Decimal, RoundingMode};
use num_traits::ToPrimitive;

pub(super) fn drawn(mut year: Year, draw: &mut Draw) -> Year {
    if !draw.chance(40) {
        return year;
    }
    let compare_with = draw.pick(&[CompareWith::Type, CompareWith::SubType]);
    year.policy.auxiliary = Some(Auxiliary { compare_with });
    let mut claims = std::mem::take(&mut year.claims);
    for row in &mut claims {
        row.factor = factor(draw);
        if draw.chance(40) {
            put_at_a_bound(&year, row, draw);
        }
    }
    year.claims = claims;
    year
}

fn factor(draw: &mut Draw) -> Decimal {
    let factor = match draw.number(0, 9) {
        0..=2 => Decimal::ONE,
        3..=5 => draw.decimal(0, 3, 1),
        6 | 7 => draw.decimal(0, 3, 4),
        8 => Decimal::new(draw.of_any_size(999_999_999_999_999_999), 12),
        _ => Decimal::new(draw.of_any_size(999_999_999_999_999_999), 18),
    };
    if factor.is_zero() { Decimal::ONE } else { factor }
}

/// The cost at a bound of the sub-type, or one fen beside it.
fn put_at_a_bound(year: &Year, row: &mut Row, draw: &mut Draw) {
    let Some(group) = year.groups.iter().find(|group| group.code == row.group) else {
        return;
    };
    let deviation = &year.policy.deviation;
    let bound = draw.pick(&[deviation.low.ratio, deviation.high.ratio]);
    let cost = exact(group.mean_cost) * exact(row.factor) * exact(bound);
    let fen = model::rounded(&cost, 2, RoundingMode::Down) * num_bigint::BigInt::from(100);
    let fen = fen.to_integer().to_i64().unwrap_or(0) + draw.number(-1, 1);
    if (1..=CLAIM_FEN_MAX).contains(&fen) {
        row.medical_cost = fen;
        row.fund_billed = row.fund_billed.min(fen);
    }
}
