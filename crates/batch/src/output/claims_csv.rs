//! Rows of claims.csv.

use super::buffer::{Out, RowBuffer};
use super::format::{push_decimal, push_field};
use crate::claims::block::{Claim, ClaimBlock, NO_GROUP, UNKNOWN_GROUP};
use dianzhi_core::{Adjusted, ApartPart, CaseClass, CasePayment, CompiledPolicy, Fen, Payer, Points, Policy};

/// The columns that every claims.csv has.
const COLUMNS: [&str; 11] = [
    "setl_id",
    "fixmedins_code",
    "insutype",
    "pool",
    "group_code",
    "case_class",
    "cost_ratio",
    "points",
    "standard",
    "others",
    "due",
];
/// Behind them where the policy has `[auxiliary]`.
const FACTOR: [&str; 1] = ["factor"];
/// Behind those where it has routes.
const ROUTED: [&str; 3] = ["route", "method", "patient_over"];

/// Behind those where it has `[[apart]]`.
const APART: [&str; 2] = ["apart_cost", "apart_due"];

/// Behind those where rules change points.
const ADJUSTED: [&str; 2] = ["points_before", "adjustment"];

/// The columns of claims.csv under a policy.
pub(crate) fn columns(policy: &Policy) -> Vec<&'static str> {
    let mut columns = COLUMNS.to_vec();
    if policy.auxiliary.is_some() {
        columns.extend(FACTOR);
    }
    if !policy.routes.is_empty() {
        columns.extend(ROUTED);
    }
    if !policy.apart.is_empty() {
        columns.extend(APART);
    }
    if !policy.adjust.is_empty() {
        columns.extend(ADJUSTED);
    }
    columns
}

/// The header of claims.csv, with its line end.
pub(crate) fn header(policy: &Policy) -> String {
    columns(policy).join(",") + "\n"
}

/// A claim's figures.
pub(crate) struct Paid {
    pub(crate) class: CaseClass,
    pub(crate) points: Points,
    pub(crate) payment: CasePayment,
    /// `None` where nothing fixes what the patient pays.
    pub(crate) patient_over: Option<Fen>,
}

/// What rows repeat, quoted once where it must be, each with the comma behind it.
pub(crate) struct Rows {
    hospitals: Vec<Piece>,
    groups: Vec<Piece>,
    /// `insutype,pool` by payer.
    payers: Vec<Piece>,
    /// `route,method` by payer, where there are routes.
    routes: Vec<Piece>,
    points_places: u32,
    has_factors: bool,
    has_apart: bool,
    is_adjusted: bool,
}

/// Bytes that rows repeat.
struct Piece {
    /// The first of them, zeros behind.
    short: [u8; PIECE],
    length: usize,
    /// All of them, where they are more.
    long: Box<[u8]>,
}

const PIECE: usize = 24;

impl Piece {
    fn new<'a>(fields: impl IntoIterator<Item = &'a str>) -> Piece {
        let mut text = Vec::new();
        for field in fields {
            push_field(&mut text, field.as_bytes());
            text.push(b',');
        }
        let mut short = [0; PIECE];
        let length = text.len();
        let long = if length <= PIECE {
            short[..length].copy_from_slice(&text);
            Box::default()
        } else {
            text.into()
        };
        Piece { short, length, long }
    }

    #[inline(always)]
    fn push(&self, out: &mut impl Out) {
        if self.length <= PIECE {
            out.push_padded(&self.short, self.length);
        } else {
            out.push_all(&self.long);
        }
    }
}

impl Rows {
    pub(crate) fn new(policy: &CompiledPolicy) -> Rows {
        let (pools, routes) = (&policy.policy().pools, &policy.policy().routes);
        let payer = |payer: &Payer| Piece::new([payer.insutype.as_str(), &pools[usize::from(payer.pool.0)].id]);
        let route = |payer: &Payer| {
            Some(Piece::new([
                routes[payer.route?].id.as_str(),
                policy.method_id(payer.method),
            ]))
        };
        Rows {
            hospitals: policy
                .hospitals()
                .iter()
                .map(|h| Piece::new([h.code.as_str()]))
                .collect(),
            groups: policy.groups().iter().map(|g| Piece::new([g.code.as_str()])).collect(),
            payers: policy.payers().iter().map(payer).collect(),
            routes: policy.payers().iter().filter_map(route).collect(),
            points_places: policy.policy().rounding.points,
            has_factors: policy.policy().auxiliary.is_some(),
            // Named by a route, so there are routes.
            has_apart: !policy.policy().apart.is_empty(),
            is_adjusted: !policy.policy().adjust.is_empty(),
        }
    }

    /// The payer of a claim, in whatever period.
    #[inline(always)]
    fn payer(&self, claim: &Claim) -> &Piece {
        let at = usize::from(claim.payer);
        self.payers
            .get(at)
            .unwrap_or_else(|| &self.payers[at % self.payers.len()])
    }

    /// Appends the row of a claim.
    #[inline]
    pub(crate) fn push(
        &self,
        out: &mut RowBuffer,
        block: &ClaimBlock,
        i: usize,
        claim: &Claim,
        paid: &Paid,
        ratio: Option<i64>,
    ) {
        if !out.row(|line| self.write(line, block, i, claim, paid, ratio)) {
            let mut row = Vec::new();
            self.write(&mut row, block, i, claim, paid, ratio);
            out.push_row(&row);
        }
    }

    #[inline(always)]
    fn write(&self, out: &mut impl Out, block: &ClaimBlock, i: usize, claim: &Claim, paid: &Paid, ratio: Option<i64>) {
        push_id(out, block, i);
        out.push_all(b",");
        self.hospitals[claim.hospital as usize].push(out);
        self.payer(claim).push(out);
        if claim.group < UNKNOWN_GROUP {
            self.groups[claim.group as usize].push(out);
        } else {
            if claim.group != NO_GROUP {
                push_field(out, block.unknown[(claim.group - UNKNOWN_GROUP) as usize].as_bytes());
            }
            out.push_all(b",");
        }
        push_class(out, paid.class);
        match ratio {
            Some(ratio) => push_decimal(out, ratio, 6, b','),
            None => out.push_all(b","),
        }
        push_decimal(out, paid.points.0, self.points_places, b',');
        push_decimal(out, paid.payment.standard.0, 2, b',');
        push_decimal(out, paid.payment.others.0, 2, b',');
        let is_last = !self.has_factors && self.routes.is_empty() && !self.is_adjusted;
        push_decimal(out, paid.payment.due.0, 2, if is_last { b'\n' } else { b',' });
        if !is_last {
            self.write_more(out, block, i, claim, paid);
        }
    }

    /// The columns that not every policy has.
    fn write_more(&self, out: &mut impl Out, block: &ClaimBlock, i: usize, claim: &Claim, paid: &Paid) {
        if self.has_factors {
            let is_last = self.routes.is_empty() && !self.is_adjusted;
            let end = if is_last { b'\n' } else { b',' };
            if paid.class == CaseClass::Ungrouped {
                out.push_all(&[end]);
            } else {
                let factor = block.factor(i);
                // At most 18 digits.
                push_decimal(out, factor.units().cast_signed(), factor.places().into(), end);
            }
        }
        let payer = usize::from(claim.payer);
        let payer = payer.checked_rem(self.routes.len()).unwrap_or(payer);
        if let Some(route) = self.routes.get(payer) {
            route.push(out);
            let end = if self.has_apart || self.is_adjusted {
                b','
            } else {
                b'\n'
            };
            match paid.patient_over {
                Some(over) => push_decimal(out, over.0, 2, end),
                None => out.push_all(&[end]),
            }
        }
        if self.has_apart {
            let sum = |(cost, due): (i64, i64), part: &ApartPart| (cost + part.medical_cost.0, due + part.due.0);
            let (cost, due) = block.apart(i).fold((0, 0), sum);
            push_decimal(out, cost, 2, b',');
            push_decimal(out, due, 2, if self.is_adjusted { b',' } else { b'\n' });
        }
        if self.is_adjusted {
            let found = block.adjusted(i);
            let before = found.map_or(paid.points, |found| found.before);
            push_decimal(out, before.0, self.points_places, b',');
            out.push_all(found.map_or_else(String::new, Adjusted::words).as_bytes());
            out.push_all(b"\n");
        }
    }
}

#[inline(always)]
fn push_id(out: &mut impl Out, block: &ClaimBlock, i: usize) {
    let id = block.id(i);
    if !block.plain_ids {
        return push_field(out, id);
    }
    // Ids of other claims may be copied along, and are cut off again.
    let padded = block.ids_from(i).first_chunk::<PIECE>();
    match padded.filter(|_| id.len() <= PIECE) {
        Some(padded) => out.push_padded(padded, id.len()),
        None => out.push_all(id),
    }
}

#[inline(always)]
fn push_class(out: &mut impl Out, class: CaseClass) {
    let (word, length) = match class {
        CaseClass::Normal => (b"normal,\0\0\0\0\0\0\0\0\0", 7),
        CaseClass::Low => (b"low,\0\0\0\0\0\0\0\0\0\0\0\0", 4),
        CaseClass::High => (b"high,\0\0\0\0\0\0\0\0\0\0\0", 5),
        CaseClass::Ungrouped => (b"ungrouped,\0\0\0\0\0\0", 10),
        CaseClass::PerDiem => (b"per-diem,\0\0\0\0\0\0\0", 9),
        CaseClass::ByDisease => (b"by-disease,\0\0\0\0\0", 11),
        CaseClass::ByItem => (b"by-item,\0\0\0\0\0\0\0\0", 8),
        CaseClass::Capitated => (b"capitated,\0\0\0\0\0\0", 10),
        CaseClass::ByCost => (b"by-cost,\0\0\0\0\0\0\0\0", 8),
    };
    out.push_padded::<16>(word, length);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_classes_are_written_as_they_are_called() {
        use CaseClass::{ByCost, ByDisease, ByItem, Capitated, High, Low, Normal, PerDiem, Ungrouped};
        for class in [
            Normal, Low, High, Ungrouped, PerDiem, ByDisease, ByItem, Capitated, ByCost,
        ] {
            let mut out = Vec::new();
            push_class(&mut out, class);
            assert_eq!(String::from_utf8(out).unwrap(), format!("{},", class.as_str()));
        }
    }
}
