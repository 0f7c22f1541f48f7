//! Rows of claims.csv.

use super::format::{push_decimal, push_field};
use crate::claims::block::{Claim, ClaimBlock, NO_GROUP, UNKNOWN_GROUP};
use crate::claims::row::Checks;
use dianzhi_core::{CaseClass, CasePayment, CompiledPolicy, Points};

/// The header of claims.csv.
pub(crate) const HEADER: &str =
    "setl_id,fixmedins_code,insutype,pool,group_code,case_class,cost_ratio,points,standard,others,due\n";

/// A claim's figures.
pub(crate) struct Paid {
    pub(crate) class: CaseClass,
    pub(crate) points: Points,
    pub(crate) payment: CasePayment,
}

/// What rows repeat, quoted once where it must be.
pub(crate) struct Rows {
    hospitals: Vec<Box<[u8]>>,
    groups: Vec<Box<[u8]>>,
    /// `insutype,pool` by position of the insurance type.
    insutypes: Vec<Box<[u8]>>,
    points_places: usize,
}

fn fields<'a>(fields: impl IntoIterator<Item = &'a str>) -> Box<[u8]> {
    let mut out = Vec::new();
    for (i, field) in fields.into_iter().enumerate() {
        if i > 0 {
            out.push(b',');
        }
        push_field(&mut out, field.as_bytes());
    }
    out.into()
}

impl Rows {
    pub(crate) fn new(policy: &CompiledPolicy, checks: &Checks) -> Rows {
        let pools = &policy.policy().pools;
        let insutype = |i: &crate::claims::row::Insutype| fields([i.code.as_str(), &pools[usize::from(i.pool)].id]);
        Rows {
            hospitals: policy.hospitals().iter().map(|h| fields([h.code.as_str()])).collect(),
            groups: policy.groups().iter().map(|g| fields([g.code.as_str()])).collect(),
            insutypes: checks.insutypes.iter().map(insutype).collect(),
            points_places: policy.policy().rounding.points as usize,
        }
    }

    /// Appends the row of a claim.
    #[inline]
    pub(crate) fn push(
        &self,
        out: &mut Vec<u8>,
        block: &ClaimBlock,
        i: usize,
        claim: &Claim,
        paid: &Paid,
        ratio: Option<i64>,
    ) {
        push_field(out, block.id(i));
        out.push(b',');
        out.extend_from_slice(&self.hospitals[claim.hospital as usize]);
        out.push(b',');
        out.extend_from_slice(&self.insutypes[usize::from(claim.insutype)]);
        out.push(b',');
        if claim.group < UNKNOWN_GROUP {
            out.extend_from_slice(&self.groups[claim.group as usize]);
        } else if claim.group != NO_GROUP {
            push_field(out, block.unknown[(claim.group - UNKNOWN_GROUP) as usize].as_bytes());
        }
        out.push(b',');
        out.extend_from_slice(paid.class.as_str().as_bytes());
        out.push(b',');
        if let Some(ratio) = ratio {
            push_decimal(out, ratio, 6);
        }
        out.push(b',');
        push_decimal(out, paid.points.0, self.points_places);
        out.push(b',');
        push_decimal(out, paid.payment.standard.0, 2);
        out.push(b',');
        push_decimal(out, paid.payment.others.0, 2);
        out.push(b',');
        push_decimal(out, paid.payment.due.0, 2);
        out.push(b'\n');
    }
}
