//! Who gets the fen left over 最大余数法: the claims with the largest remainders of their pool are marked.
//!
//! Twice over all claims, each time with the part that is cut off found anew, which costs less than to keep
//! it: first it is counted by size, then the claims of the sizes that get a fen are marked. Only those of
//! the size at which the fen run out are put in order.

use super::price::{FirstUnfit, Priced};
use crate::claims::block::{Claim, ClaimBlock, DUPLICATE, EXTRA_FEN};
use crate::error::Failure;
use dianzhi_core::{
    CompiledPolicy, Fen, LastSlice, PayIn, PayerId, Points, PoolPrice, RemainderSlices, Silent, TooLarge,
    largest_remainders,
};
use rayon::iter::{IntoParallelRefIterator, IntoParallelRefMutIterator, ParallelIterator};

/// What the claims of a pool leave.
#[derive(Clone)]
struct Left {
    /// Σ of the standards cut down, in fen.
    cuts: i128,
    slices: RemainderSlices,
}

/// A claim that may get a fen: its remainder, its block, its position there.
type Part = (u128, usize, usize);

/// Marks the claims that get one of the fen left over, pool by pool.
///
/// # Errors
/// [`Failure::Refused`] where a standard does not fit; the record is named.
pub(super) fn hand_out(policy: &CompiledPolicy, priced: &mut Priced) -> Result<(), Failure> {
    let unfit = FirstUnfit::default();
    let prices = &priced.prices;
    let none: Vec<Left> = prices.iter().map(Left::none).collect();
    let counted = priced.claims.blocks.par_iter().fold(
        || none.clone(),
        |mut left, block| {
            for (i, claim) in block.claims.iter().enumerate() {
                match cut(policy, prices, claim) {
                    Ok(Some((pool, cut, rest))) => left[pool].add(cut, rest),
                    Ok(None) => {}
                    Err(what) => unfit.note(block.index, i, what),
                }
            }
            left
        },
    );
    let left = counted.reduce(|| none.clone(), |left, more| merged(left, &more));
    unfit.into_result(&priced.claims, &priced.checks)?;
    let last: Vec<Option<LastSlice>> = prices.iter().zip(&left).map(|(price, left)| left.last(price)).collect();
    let marked = priced
        .claims
        .blocks
        .par_iter_mut()
        .map(|block| mark(policy, prices, &left, &last, block));
    let mut parts = marked.reduce(
        || vec![Vec::new(); last.len()],
        |mut all, more| {
            all.iter_mut()
                .zip(more)
                .for_each(|(all, mut more)| all.append(&mut more));
            all
        },
    );
    let blocks = &mut priced.claims.blocks;
    for (parts, last) in parts.iter_mut().zip(&last) {
        let key = |part: &Part| {
            let block = &blocks[part.1];
            let hospital = block.claims[part.2].hospital as usize;
            let code = policy.hospitals().get(hospital).map_or("", |h| h.code.as_str());
            (code.as_bytes(), block.id(part.2))
        };
        let left = last.map_or(0, |last| last.left);
        let first = largest_remainders(parts, left, |part| part.0, |a, b| key(a).cmp(&key(b)));
        for (_, block, i) in &*first {
            blocks[*block].claims[*i].flags |= EXTRA_FEN;
        }
    }
    Ok(())
}

impl Left {
    fn none(price: &PoolPrice) -> Left {
        Left {
            cuts: 0,
            slices: RemainderSlices::new(price),
        }
    }

    #[inline]
    fn add(&mut self, cut: Fen, rest: u128) {
        self.cuts += i128::from(cut.0);
        self.slices.add(rest);
    }

    fn last(&self, price: &PoolPrice) -> Option<LastSlice> {
        self.slices.last(price.fen_left(self.cuts))
    }
}

fn merged(mut left: Vec<Left>, other: &[Left]) -> Vec<Left> {
    for (left, more) in left.iter_mut().zip(other) {
        left.cuts += more.cuts;
        left.slices.merge(&more.slices);
    }
    left
}

/// The pool of a claim that is paid by points, its standard cut down, and what is cut off.
#[inline]
fn cut(policy: &CompiledPolicy, prices: &[PoolPrice], claim: &Claim) -> Result<Option<(usize, Fen, u128)>, TooLarge> {
    let Some((policy, payer)) = policy.payer(PayerId(claim.payer)).filter(|_| !claim.is(DUPLICATE)) else {
        return Ok(None);
    };
    if policy.pay_in(payer.method) != PayIn::Points {
        return Ok(None);
    }
    let pool = usize::from(payer.pool.0);
    let (cut, rest) = policy.standard_cut(Points(claim.worth), &prices[pool], &mut Silent)?;
    Ok(Some((pool, cut, rest)))
}

/// Marks the claims of a block whose slice gets a fen whole; returns those of the last slices, by pool.
fn mark(
    policy: &CompiledPolicy,
    prices: &[PoolPrice],
    left: &[Left],
    last: &[Option<LastSlice>],
    block: &mut ClaimBlock,
) -> Vec<Vec<Part>> {
    let mut parts = vec![Vec::new(); last.len()];
    for (i, claim) in block.claims.iter_mut().enumerate() {
        // Nothing that was found once does not fit now.
        let Ok(Some((pool, _, rest))) = cut(policy, prices, claim) else {
            continue;
        };
        let Some(last) = last[pool] else { continue };
        let slice = left[pool].slices.of(rest);
        if slice > last.slice {
            claim.flags |= EXTRA_FEN;
        } else if slice == last.slice {
            parts[pool].push((rest, block.index, i));
        }
    }
    parts
}
