//! The accepted claims of a block, one after the other.

use super::admit::{Admitted, GroupFound};
use super::block::{Claim, ClaimBlock, ClaimReason, HAS_APART, HAS_DETAIL, NO_GROUP, UNKNOWN_GROUP};
use super::checks::{Accepted, Checks, GroupKey};
use super::ids::{ShortId, id_hash};
use super::records::RawBlock;
use super::reject::Reject;
use crate::input::Doubt;
use crate::input::records::holds_quotable;
use crate::routing::positions;
use dianzhi_core::{ApartPart, Benefit, CaseClass, CaseDetail, CaseFactor, Stay};
use dianzhi_grouper::Reason;
use rustc_hash::FxHashMap;

/// What a worker makes of one block.
pub(super) struct Outcome {
    pub(super) block: ClaimBlock,
    pub(super) hashes: Box<[u64]>,
    /// Lines are counted from the block's first, as 0.
    pub(super) rejects: Vec<Reject>,
    pub(super) read: u64,
    pub(super) doubt: Doubt,
}

/// Collects the claims of a block; a thread uses one for block after block.
#[derive(Default)]
pub(super) struct Builder {
    claims: Vec<Claim>,
    ids: Vec<u8>,
    hashes: Vec<u64>,
    benefits: Vec<Benefit>,
    factors: Vec<CaseFactor>,
    details: Vec<(u32, CaseDetail)>,
    apart: Vec<(u32, ApartPart)>,
    stays: Vec<Stay>,
    nameless: Vec<u32>,
    days: Vec<u32>,
    reasons: Vec<ClaimReason>,
    unknown: Vec<Box<str>>,
    unknown_index: FxHashMap<Box<str>, u32>,
    passed_over: Vec<u64>,
    pub(super) rejects: Vec<Reject>,
    discharged: Option<(u32, u32)>,
}

impl Builder {
    /// Notes what grouping says of the claim that is accepted next.
    fn note(&mut self, reasons: &[Reason]) {
        let claim = u32::try_from(self.claims.len()).unwrap_or(u32::MAX);
        for (i, reason) in reasons.iter().enumerate() {
            let word = reason.word();
            // A word counts once a claim, whatever its details.
            if reasons[..i].iter().all(|before| before.word() != word) {
                self.reasons.push(ClaimReason { claim, word });
            }
        }
    }

    /// Keeps a claim that was grouped or routed.
    pub(super) fn admit(&mut self, accepted: &Accepted, admitted: &Admitted<'_>, id: &[u8], checks: &Checks) {
        self.note(&admitted.reasons);
        let mut flags = admitted.flags;
        if let Some(detail) = admitted.detail {
            let claim = u32::try_from(self.claims.len()).unwrap_or(u32::MAX);
            self.details.push((claim, detail));
            flags |= HAS_DETAIL;
        }
        for route in positions(admitted.passed_over) {
            if self.passed_over.len() <= route {
                self.passed_over.resize(route + 1, 0);
            }
            self.passed_over[route] += 1;
        }
        if checks.has_factors {
            self.factors.push(admitted.factor);
        }
        let mut accepted = *accepted;
        accepted.billed = admitted.booked;
        if let Some(rest) = &admitted.rest {
            let claim = u32::try_from(self.claims.len()).unwrap_or(u32::MAX);
            self.apart.extend(rest.parts.iter().map(|part| (claim, *part)));
            (accepted.cost, accepted.billed) = (rest.medical_cost.0, rest.fund_billed.0);
            flags |= HAS_APART;
        }
        if let Some(found) = &admitted.stay {
            if found.is_nameless {
                self.nameless.push(u32::try_from(self.claims.len()).unwrap_or(u32::MAX));
            }
            self.stays.push(found.stay);
        }
        self.days.extend(admitted.days);
        let group = self.group(admitted.group);
        self.accept(&accepted, group, admitted.payer, flags, id, checks);
    }

    pub(super) fn group(&mut self, group: GroupFound<'_>) -> u32 {
        match group {
            GroupFound::Known(group) => group,
            GroupFound::None => NO_GROUP,
            GroupFound::Unknown(code) => UNKNOWN_GROUP + self.unknown(code),
        }
    }

    /// Keeps a claim.
    pub(super) fn accept(
        &mut self,
        accepted: &Accepted,
        group: u32,
        payer: u16,
        flags: u8,
        id: &[u8],
        checks: &Checks,
    ) {
        if checks.needs_ratio {
            self.benefits.push(accepted.benefit);
        }
        self.ids.extend_from_slice(id);
        self.keep(accepted, group, payer, flags, id_hash(id));
    }

    /// Keeps a claim of a group that its own code names, or of none, without benefit and factor.
    #[inline(always)]
    pub(super) fn accept_usual(&mut self, accepted: &Accepted, id: ShortId<'_>) {
        let group = match accepted.group {
            GroupKey::Known(group) => group,
            GroupKey::Empty | GroupKey::Unknown => NO_GROUP,
        };
        // All of the bytes at once and then cut: quicker than a copy of unknown length.
        let end = self.ids.len() + id.length();
        self.ids.extend_from_slice(id.padded());
        self.ids.truncate(end);
        // Without routes an insurance type has one payer, at the same position.
        self.keep(accepted, group, accepted.insutype, 0, id.hash());
    }

    /// Keeps a claim whose id stands at the end of the ids.
    #[inline(always)]
    fn keep(&mut self, accepted: &Accepted, group: u32, payer: u16, flags: u8, hash: u64) {
        let day = accepted.decisive;
        let (first, last) = self.discharged.unwrap_or((day, day));
        self.discharged = Some((first.min(day), last.max(day)));
        self.hashes.push(hash);
        self.claims.push(Claim {
            cost: accepted.cost,
            billed: accepted.billed,
            worth: 0,
            id_end: u32::try_from(self.ids.len()).unwrap_or(u32::MAX),
            group,
            hospital: accepted.hospital,
            payer,
            flags,
            class: CaseClass::Normal,
        });
    }

    #[cold]
    fn unknown(&mut self, code: &[u8]) -> u32 {
        let code = String::from_utf8_lossy(code).into_owned().into_boxed_str();
        if let Some(&position) = self.unknown_index.get(&code) {
            return position;
        }
        let position = u32::try_from(self.unknown.len()).unwrap_or(u32::MAX);
        self.unknown.push(code.clone());
        self.unknown_index.insert(code, position);
        position
    }

    /// The block, in memory of just its size; the builder is empty again.
    pub(super) fn finish(&mut self, raw: &RawBlock, read: u64, lines: u32, doubt: Doubt) -> Outcome {
        let outcome = Outcome {
            block: ClaimBlock {
                file: raw.file,
                index: raw.index,
                offset: raw.offset,
                length: raw.end - raw.start,
                first_line: 0,
                lines,
                claims: self.claims.as_slice().into(),
                plain_ids: !holds_quotable(&self.ids),
                ids: self.ids.as_slice().into(),
                benefits: self.benefits.as_slice().into(),
                factors: self.factors.as_slice().into(),
                details: self.details.as_slice().into(),
                apart: self.apart.as_slice().into(),
                stays: self.stays.as_slice().into(),
                nameless: self.nameless.as_slice().into(),
                days: self.days.as_slice().into(),
                adjusted: Box::default(),
                reasons: self.reasons.as_slice().into(),
                unknown: std::mem::take(&mut self.unknown),
                passed_over: std::mem::take(&mut self.passed_over),
                discharged: self.discharged.take(),
            },
            hashes: self.hashes.as_slice().into(),
            rejects: std::mem::take(&mut self.rejects),
            read,
            doubt,
        };
        self.claims.clear();
        self.ids.clear();
        self.hashes.clear();
        self.benefits.clear();
        self.factors.clear();
        self.details.clear();
        self.apart.clear();
        self.stays.clear();
        self.nameless.clear();
        self.days.clear();
        self.reasons.clear();
        self.unknown_index.clear();
        outcome
    }
}
