//! Accepted claims as they are kept: 40 bytes each and their ids, block by block.

use dianzhi_core::{Adjusted, ApartPart, Benefit, CaseClass, CaseDetail, CaseFactor, Stay};

/// An accepted claim: 40 bytes, and its id in the block's `ids`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Claim {
    pub(crate) cost: i64,
    pub(crate) billed: i64,
    /// Set when the claim is priced: units of points, or fen, as its payer's method pays.
    pub(crate) worth: i64,
    /// Where its id ends in the block's `ids`; it starts where the one before ends.
    pub(crate) id_end: u32,
    /// A group, or [`NO_GROUP`], or [`UNKNOWN_GROUP`] plus a position in the block's `unknown`.
    pub(crate) group: u32,
    pub(crate) hospital: u32,
    /// A payer of the policy.
    pub(crate) payer: u16,
    pub(crate) flags: u8,
    /// Set when the claim is priced.
    pub(crate) class: CaseClass,
}

/// The claim has no group code.
pub(crate) const NO_GROUP: u32 = u32::MAX;
/// From here to [`NO_GROUP`]: codes that the groups table does not have.
pub(crate) const UNKNOWN_GROUP: u32 = 1 << 31;

/// Rejected after all, as a duplicate.
pub(crate) const DUPLICATE: u8 = 1;
/// Gets one of the fen left over.
pub(crate) const EXTRA_FEN: u8 = 2;
/// Had no group code of its own: a scheme was asked for its group.
pub(crate) const GROUPED_HERE: u8 = 4;
/// Has a group code of its own that the DIP directory cannot give a factor.
pub(crate) const NOT_IN_DIRECTORY: u8 = 8;
/// The scheme found it ambiguous.
pub(crate) const AMBIGUOUS: u8 = 16;
/// No group fits it, but for the blank one of a DIP directory.
pub(crate) const NOT_GROUPED: u8 = 32;
/// Its method needs more than the cost: there is a detail of it.
pub(crate) const HAS_DETAIL: u8 = 64;
/// Items of it are paid apart: its cost and booked fund are what that left.
pub(crate) const HAS_APART: u8 = 128;

impl Claim {
    #[inline]
    pub(crate) fn is(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }
}

/// The accepted claims of a block.
pub(crate) struct ClaimBlock {
    pub(crate) file: usize,
    pub(crate) index: usize,
    pub(crate) offset: u64,
    pub(crate) length: usize,
    /// Lines of its file before the block; set when all blocks are there.
    pub(crate) first_line: u64,
    pub(crate) lines: u32,
    pub(crate) claims: Box<[Claim]>,
    /// Settlement ids, one behind the other, in UTF-8.
    pub(crate) ids: Box<[u8]>,
    /// Whether no id needs quotes in CSV.
    pub(crate) plain_ids: bool,
    /// For fund share `reimbursement-ratio` or `scaled-ratio`: one a claim.
    pub(crate) benefits: Box<[Benefit]>,
    /// Where the policy has `[auxiliary]`: one a claim.
    pub(crate) factors: Box<[CaseFactor]>,
    /// What methods need of claims beside the cost; position and detail, in order.
    pub(crate) details: Box<[(u32, CaseDetail)]>,
    /// Items of claims that are paid apart; position and part, in order.
    pub(crate) apart: Box<[(u32, ApartPart)]>,
    /// Where the policy asks whose stays the claims are, and when: one a claim.
    pub(crate) stays: Box<[Stay]>,
    /// Claims without a person or a day of admission, which readmissions would need, in order.
    pub(crate) nameless: Box<[u32]>,
    /// Days of the stays, 0 where nothing says them; where they are kept: one a claim.
    pub(crate) days: Box<[u32]>,
    /// Claims whose points a rule changed, or looked at; position and what was found, in order. Set
    /// when all are priced.
    pub(crate) adjusted: Box<[(u32, Adjusted)]>,
    /// Why claims that a scheme was asked for are not grouped, and what else is worth a look in them.
    pub(crate) reasons: Box<[ClaimReason]>,
    /// Group codes that the table does not have.
    pub(crate) unknown: Vec<Box<str>>,
    /// Accepted records, duplicates among them, whose conditions a route met without having a price,
    /// by position of the route; the last ones may be missing.
    pub(crate) passed_over: Vec<u64>,
    /// First and last day of discharge, as yyyymmdd.
    pub(crate) discharged: Option<(u32, u32)>,
}

/// A reason that grouping gave for a claim; a claim can have several.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ClaimReason {
    /// The claim's position.
    pub(crate) claim: u32,
    /// The reason's word.
    pub(crate) word: &'static str,
}

impl ClaimBlock {
    /// The settlement id of a claim.
    pub(crate) fn id(&self, i: usize) -> &[u8] {
        &self.ids[self.id_start(i)..self.claims[i].id_end as usize]
    }

    /// The settlement id of a claim and all that follow.
    #[inline]
    pub(crate) fn ids_from(&self, i: usize) -> &[u8] {
        &self.ids[self.id_start(i)..]
    }

    #[inline]
    fn id_start(&self, i: usize) -> usize {
        if i == 0 { 0 } else { self.claims[i - 1].id_end as usize }
    }

    /// The group code of a claim that the groups table does not have.
    pub(crate) fn unknown_code(&self, i: usize) -> Option<&str> {
        let group = self.claims[i].group;
        let position = group.checked_sub(UNKNOWN_GROUP).filter(|_| group != NO_GROUP)?;
        self.unknown.get(position as usize).map(|code| &**code)
    }

    /// The detail of a claim that has one.
    pub(crate) fn detail(&self, i: usize) -> CaseDetail {
        let found = self.details.binary_search_by_key(&i, |(claim, _)| *claim as usize);
        found.map_or_else(|_| CaseDetail::default(), |at| self.details[at].1)
    }

    /// The items of a claim that are paid apart.
    #[inline]
    pub(crate) fn apart(&self, i: usize) -> impl Iterator<Item = &ApartPart> {
        let parts = if self.claims[i].is(HAS_APART) {
            let first = self.apart.partition_point(|(claim, _)| (*claim as usize) < i);
            &self.apart[first..]
        } else {
            &[]
        };
        let of_claim = parts.iter().take_while(move |(claim, _)| *claim as usize == i);
        of_claim.map(|(_, part)| part)
    }

    /// What rules made of the points of a claim.
    #[inline]
    pub(crate) fn adjusted(&self, i: usize) -> Option<&Adjusted> {
        let found = self.adjusted.binary_search_by_key(&i, |(claim, _)| *claim as usize);
        found.ok().map(|at| &self.adjusted[at].1)
    }

    /// Takes back what settling wrote, but for the worth, which pricing writes anew.
    pub(crate) fn unsettle(&mut self) {
        self.adjusted = Box::default();
        for claim in &mut self.claims {
            claim.flags &= !EXTRA_FEN;
        }
    }

    pub(crate) fn stay(&self, i: usize) -> Stay {
        self.stays.get(i).copied().unwrap_or_default()
    }

    pub(crate) fn days(&self, i: usize) -> u32 {
        self.days.get(i).copied().unwrap_or_default()
    }

    pub(crate) fn factor(&self, i: usize) -> CaseFactor {
        self.factors.get(i).copied().unwrap_or_default()
    }

    pub(crate) fn benefit(&self, i: usize) -> Benefit {
        self.benefits.get(i).copied().unwrap_or_default()
    }
}
