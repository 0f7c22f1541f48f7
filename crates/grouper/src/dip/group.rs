//! Grouping one record.

use super::compile::UNKNOWN;
use super::directory::Treatment;
use super::header::Criterion;
use super::prefixes::Hit;
use super::{AuxiliaryFactor, DipGrouper, DipGrouping};
use crate::codes::{CodeId, is_blank};
use crate::grouping::{Reason, Status};
use crate::record::{Given, Record};
use dianzhi_core::Decimal;
use std::cmp::Ordering;

/// An age above this is none.
pub(super) const YEARS_MAX: i32 = 150;
/// 10^-12 yuan in a fen.
const FINE_IN_FEN: i128 = 10_000_000_000;

/// A record's codes as the directory has them.
pub(super) struct Coded {
    /// What names its principal diagnosis.
    pub(super) hits: Vec<Hit>,
    /// Its procedures that are not excluded.
    pub(super) procedures: Vec<CodeId>,
    pub(super) treatment: Treatment,
    pub(super) mended: u32,
    /// Whether some procedure is named nowhere.
    has_unknown: bool,
}

/// A type that fits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate {
    /// Its position.
    pub(super) of: u32,
    /// The procedures matched, a bit for each.
    pub(super) bits: u32,
    /// Bytes of the principal diagnosis compared.
    pub(super) compared: usize,
}

pub(super) fn group<'g>(grouper: &'g DipGrouper, record: &Record<'_>) -> DipGrouping<'g> {
    let coded = code(grouper, record);
    let fitting = candidates(grouper, &coded);
    let chosen = choose(grouper, record, &fitting);
    outcome(grouper, record, &coded, chosen.map(|chosen| chosen.of))
}

/// A record whose type is known.
pub(super) fn of_type<'g>(grouper: &'g DipGrouper, of: u32, record: &Record<'_>) -> DipGrouping<'g> {
    outcome(grouper, record, &code(grouper, record), Some(of))
}

/// Looks the codes up.
pub(super) fn code(grouper: &DipGrouper, record: &Record<'_>) -> Coded {
    let mut hits = Vec::with_capacity(4);
    let main = record.main_diagnosis();
    if !is_blank(main) {
        grouper.diagnoses.find(main, |hit| hits.push(hit));
    }
    let mut coded = Coded {
        // A code counts once, however many prefixes and ranges it was found by.
        mended: u32::from(hits.iter().any(|hit| hit.mended)),
        hits,
        procedures: Vec::with_capacity(record.procedures.len()),
        treatment: Treatment::Conservative,
        has_unknown: false,
    };
    for procedure in record.procedures {
        let (id, mended) = grouper.procedures.find(procedure, grouper.options.verbatim);
        coded.mended += u32::from(mended);
        let unlisted = grouper.directory.header.unlisted_operations;
        let class = match grouper.procedures.class(id) {
            _ if is_none(id, procedure) => continue,
            Some(None) => continue,
            Some(Some(class)) => class,
            None => unlisted,
        };
        coded.has_unknown |= id == UNKNOWN;
        coded.treatment = coded.treatment.max(class);
        if id != UNKNOWN {
            coded.procedures.push(id);
        }
    }
    coded
}

/// Whether a procedure is none: an empty place, or a dash that the directory does not name.
pub(super) fn is_none(id: CodeId, procedure: &str) -> bool {
    id == UNKNOWN && is_blank(procedure)
}

/// The types that fit, each once.
pub(super) fn candidates(grouper: &DipGrouper, coded: &Coded) -> Vec<Candidate> {
    let mut found: Vec<Candidate> = Vec::new();
    let mut add = |of: u32, bit: u32, compared: usize| match found.iter_mut().find(|known| known.of == of) {
        // Hits come longest first: what is compared stays.
        Some(known) => known.bits |= bit,
        None => found.push(Candidate {
            of,
            bits: bit,
            compared,
        }),
    };
    for hit in &coded.hits {
        let place = &grouper.places[hit.id as usize];
        for &of in &place.by_treatment[coded.treatment as usize] {
            add(of, 0, hit.compared);
        }
        if place.has_procedures {
            for &procedure in &coded.procedures {
                for posting in grouper.postings.get(&(hit.id, procedure)).into_iter().flatten() {
                    add(posting.of, posting.bit, hit.compared);
                }
            }
        }
    }
    if grouper.directory.header.all_procedures {
        found.retain(|known| known.bits == grouper.types[known.of as usize].all);
    }
    found
}

/// The one of the fitting types that the criteria put first.
pub(super) fn choose(grouper: &DipGrouper, record: &Record<'_>, fitting: &[Candidate]) -> Option<Candidate> {
    let by_all = |a: &&Candidate, b: &&Candidate| {
        let orders = grouper.criteria.iter().map(|&by| compare(grouper, record, by, a, b));
        orders.fold(Ordering::Equal, Ordering::then)
    };
    fitting.iter().min_by(by_all).copied()
}

/// Which of two fitting types goes first by one criterion: the lesser.
pub(super) fn compare(
    grouper: &DipGrouper,
    record: &Record<'_>,
    by: Criterion,
    a: &Candidate,
    b: &Candidate,
) -> Ordering {
    let of = |candidate: &Candidate| &grouper.types[candidate.of as usize];
    match by {
        Criterion::Procedures => b.bits.count_ones().cmp(&a.bits.count_ones()),
        Criterion::MeanCost => {
            let Some(cost) = record.medical_cost_fen else {
                return Ordering::Equal;
            };
            let distance = |candidate| distance(cost, of(candidate).mean_cost);
            distance(a).cmp(&distance(b))
        }
        Criterion::Kind => of(a).kind.cmp(&of(b).kind),
        Criterion::Diagnosis => b.compared.cmp(&a.compared),
        Criterion::Code => of(a).rank.cmp(&of(b).rank),
    }
}

/// 10^-12 yuan between a cost and a mean; a type without a mean is farther than any other.
fn distance(cost_fen: i64, mean: Option<i128>) -> u128 {
    mean.map_or(u128::MAX, |mean| mean.abs_diff(i128::from(cost_fen) * FINE_IN_FEN))
}

/// The result for the type that was chosen.
pub(super) fn outcome<'g>(
    grouper: &'g DipGrouper,
    record: &Record<'_>,
    coded: &Coded,
    chosen: Option<u32>,
) -> DipGrouping<'g> {
    let header = &grouper.directory.header;
    let mut grouping = DipGrouping {
        status: Status::Ungrouped,
        group_code: &header.blank,
        kind: None,
        factor: Decimal::ONE,
        auxiliary: Vec::new(),
        reasons: Vec::new(),
        mended: coded.mended,
    };
    match chosen {
        None => grouping.reasons.push(why_nothing(record, coded)),
        Some(of) => {
            let known = &grouper.directory.types[of as usize];
            grouping.status = Status::Grouped;
            grouping.group_code = &known.code;
            grouping.kind = Some(known.kind);
            factor(grouper, record, of, &mut grouping);
        }
    }
    remarks(grouper, record, coded, &mut grouping.reasons);
    grouping
}

/// What the auxiliary catalogues make of a record of a type.
fn factor<'g>(grouper: &'g DipGrouper, record: &Record<'_>, of: u32, grouping: &mut DipGrouping<'g>) {
    let auxiliary = &grouper.auxiliary;
    let mut mended = 0u128;
    for catalogue in auxiliary.asked(of) {
        let look = auxiliary.look(catalogue, record, &mut mended);
        // Several catalogues may lack the same thing.
        for reason in look.missing {
            if !grouping.reasons.contains(&reason) {
                grouping.reasons.push(reason);
            }
        }
        let Some(level) = look.level else { continue };
        if let Some(factor) = auxiliary.factor(of, catalogue, level) {
            grouping.auxiliary.push(AuxiliaryFactor {
                catalogue,
                level: auxiliary.level_name(catalogue, level),
                factor,
            });
        }
    }
    grouping.mended += mended.count_ones();
    grouping.factor = auxiliary.combine(&mut grouping.auxiliary);
}

#[cold]
fn why_nothing(record: &Record<'_>, coded: &Coded) -> Reason {
    let main = record.main_diagnosis();
    if is_blank(main) {
        Reason::NoMainDiagnosis
    } else if coded.hits.is_empty() {
        Reason::UnknownMainDiagnosis(main.to_owned())
    } else {
        Reason::NoType(coded.treatment.as_str().to_owned())
    }
}

/// What is worth a look whatever the result.
fn remarks(grouper: &DipGrouper, record: &Record<'_>, coded: &Coded, reasons: &mut Vec<Reason>) {
    if let Given::Is(years) = record.age_years
        && !(0..=YEARS_MAX).contains(&years)
    {
        reasons.push(Reason::ImpossibleAge(years));
    }
    let figures = [
        (record.age_days, "nwb_age"),
        (record.stay_days, "act_ipt_days"),
        (record.icu_minutes, "icu_hours"),
    ];
    for (given, field) in figures {
        if given == Given::Wrong {
            reasons.push(Reason::NotANumber(field));
        }
    }
    if coded.has_unknown {
        let unknown = |code: &&&str| {
            let (id, _) = grouper.procedures.find(code, grouper.options.verbatim);
            id == UNKNOWN && !is_blank(code)
        };
        reasons.extend(Reason::unknown_codes(record.procedures.iter().filter(unknown).copied()));
    }
}
