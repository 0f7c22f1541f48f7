//! Between pricing and the point values: rules that look at all claims and change the points of a few
//! (docs/SETTLEMENT.md §5.15). A region without such rules never comes here.

mod seen;
mod table;

pub(crate) use table::{columns, csv};

use super::price::{FirstUnfit, Sums, case};
use crate::claims::block::{ClaimBlock, DUPLICATE};
use crate::claims::checks::Checks;
use crate::claims::read::Claims;
use crate::codes::{T141, T142, T143, W151, W152, W153};
use crate::error::{Failure, error, place, warning};
use crate::input::Inputs;
use crate::input::source::Role;
use dianzhi_core::{
    AdjustError, Adjustable, Adjusted, Discharges, Finding, Fixed, HospitalId, PayIn, PayerId, Points, Pool,
    PoolAccount, PricingMethod, QuotaOf, QuotaUse, Readmission, Side, StayOf, Text, readmissions,
};
use dianzhi_policy::Diagnostic;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};

/// A claim by block and position.
type At = (usize, usize);

/// Rows of the tables that are of one claim, by position.
#[derive(Clone, Copy, Debug, Default)]
struct Rows {
    review: Option<usize>,
    reason: Option<usize>,
    penalty: Option<usize>,
}

/// Changes the points of the claims that rules concern, and the sums with them.
///
/// # Errors
/// [`Failure::Refused`] where a table names a claim that is not there or is paid in money, a quota is
/// passed that may not be, or points do not fit.
pub(super) fn adjust(inputs: &Inputs, claims: &mut Claims, sums: &mut Sums, checks: &Checks) -> Result<(), Failure> {
    let policy = &*inputs.policy;
    let rules = &policy.policy().adjust;
    let rows = RowsById::of(inputs);
    let seen = seen::look(policy, &claims.blocks, &rows);
    // Of a scenario it is not known yet whether its tables name claims that are there.
    not_accepted(inputs, claims, &rows.rows, &seen.named)?;
    let mut concerned: BTreeMap<At, (Rows, Vec<(Side, String)>)> = BTreeMap::new();
    for (at, rows) in &seen.named {
        concerned.insert(*at, (*rows, Vec::new()));
    }
    for at in seen.high {
        concerned.entry(at).or_default();
    }
    if let Some(rule) = &rules.readmission {
        let excused = |(at, rows): &(At, Rows)| rows.reason.map(|_| *at);
        let excused: BTreeSet<At> = seen.named.iter().filter_map(excused).collect();
        for (at, of) in readmitted(rule, &claims.blocks, &excused) {
            concerned.entry(at).or_default().1.push(of);
        }
    }
    let found = apply(inputs, claims, checks, concerned, &seen.discharges)?;
    for (at, adjusted) in found {
        let block = &mut claims.blocks[at];
        for (position, of) in &adjusted {
            let claim = &mut block.claims[*position as usize];
            claim.worth = of.points.0;
            if let Some((_, payer)) = policy.payer(PayerId(claim.payer)) {
                let totals = sums.of(payer.pool, HospitalId(claim.hospital));
                totals.points += i128::from(of.points.0) - i128::from(of.before.0);
            }
        }
        block.adjusted = adjusted.into();
    }
    Ok(())
}

/// What is to be said of the claims before they are priced: rows whose records are rejected, and claims
/// without a person.
///
/// # Errors
/// [`Failure::Refused`] with T141 where a row is of no claim.
pub(crate) fn notices(inputs: &Inputs, claims: &Claims) -> Result<Vec<Diagnostic>, Failure> {
    let rows = RowsById::of(inputs);
    let mut told: Vec<Diagnostic> = nameless(&claims.blocks).into_iter().collect();
    if !rows.is_empty() {
        let of_block = |block| named(block, &rows);
        let named: Vec<(At, Rows)> = claims.blocks.par_iter().flat_map_iter(of_block).collect();
        told.extend(not_accepted(inputs, claims, &rows.rows, &named)?);
    }
    Ok(told)
}

/// The claims of a block that tables name.
fn named<'b>(block: &'b ClaimBlock, rows: &'b RowsById<'_>) -> impl Iterator<Item = (At, Rows)> + 'b {
    let accepted = block
        .claims
        .iter()
        .enumerate()
        .filter(|(_, claim)| !claim.is(DUPLICATE));
    accepted.filter_map(|(i, _)| Some(((block.index, i), rows.get(block.id(i))?)))
}

/// The rows of the tables by the claim that they name. A sieve stands before them: most claims are named by
/// none, and a bit of the end of their id tells so.
struct RowsById<'r> {
    rows: FxHashMap<&'r [u8], Rows>,
    sieve: Vec<u64>,
}

impl<'r> RowsById<'r> {
    /// Binary digits of a position in the sieve.
    const DIGITS: u32 = 18;

    fn of(inputs: &'r Inputs) -> RowsById<'r> {
        let mut rows: FxHashMap<&[u8], Rows> = FxHashMap::default();
        for (i, row) in inputs.reviews.values.iter().enumerate() {
            rows.entry(row.setl_id.as_bytes()).or_default().review = Some(i);
        }
        for (i, row) in inputs.reasons.values.iter().enumerate() {
            rows.entry(row.setl_id.as_bytes()).or_default().reason = Some(i);
        }
        for (i, row) in inputs.penalties.values.iter().enumerate() {
            rows.entry(row.setl_id.as_bytes()).or_default().penalty = Some(i);
        }
        let mut sieve = vec![0; (1 << RowsById::DIGITS) / 64];
        for id in rows.keys() {
            let (word, bit) = RowsById::position(id);
            sieve[word] |= bit;
        }
        RowsById { rows, sieve }
    }

    /// Where an id falls in the sieve, by its last eight bytes.
    fn position(id: &[u8]) -> (usize, u64) {
        let mut end = [0; 8];
        let length = id.len().min(8);
        end[..length].copy_from_slice(&id[id.len() - length..]);
        // The odd number nearest to 2^64 divided by the golden ratio scatters what ids count by.
        let mixed = u64::from_le_bytes(end).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - RowsById::DIGITS);
        // Below 2^18.
        #[allow(clippy::cast_possible_truncation)]
        let word = (mixed / 64) as usize;
        (word, 1 << (mixed % 64))
    }

    fn get(&self, id: &[u8]) -> Option<Rows> {
        let (word, bit) = RowsById::position(id);
        match self.sieve[word] & bit {
            0 => None,
            _ => self.rows.get(id).copied(),
        }
    }

    fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

/// The stays that follow each other too soon, each with the side that it is and the other's id.
fn readmitted(rule: &Readmission, blocks: &[ClaimBlock], excused: &BTreeSet<At>) -> Vec<(At, (Side, String))> {
    let of_block = |block| stays(block, excused);
    let mut stays: Vec<StayOf<'_, At>> = blocks.par_iter().flat_map_iter(of_block).collect();
    stays.par_sort_unstable_by(StayOf::in_order);
    let id = |at: At| String::from_utf8_lossy(blocks[at.0].id(at.1)).into_owned();
    let pairs = readmissions(rule, &stays).into_iter();
    let both = pairs.flat_map(|pair| {
        [
            (pair.earlier, (Side::Earlier, id(pair.later))),
            (pair.later, (Side::Later, id(pair.earlier))),
        ]
    });
    both.collect()
}

fn stays<'b>(block: &'b ClaimBlock, excused: &'b BTreeSet<At>) -> impl Iterator<Item = StayOf<'b, At>> {
    let looked_at = move |(i, stay): (usize, &dianzhi_core::Stay)| {
        let at = (block.index, i);
        (stay.same.is_some() && !block.claims[i].is(DUPLICATE)).then(|| StayOf {
            stay: *stay,
            // Ids are kept as UTF-8.
            id: std::str::from_utf8(block.id(i)).unwrap_or_default(),
            excused: excused.contains(&at),
            at,
        })
    };
    block.stays.iter().enumerate().filter_map(looked_at)
}

/// What the rules find, by block.
fn apply(
    inputs: &Inputs,
    claims: &Claims,
    checks: &Checks,
    concerned: BTreeMap<At, (Rows, Vec<(Side, String)>)>,
    discharges: &Discharges,
) -> Result<BTreeMap<usize, Vec<(u32, Adjusted)>>, Failure> {
    let policy = &*inputs.policy;
    let unfit = FirstUnfit::default();
    let mut adjustable = Vec::new();
    let mut places = Vec::new();
    let mut in_money = Vec::new();
    for ((block, position), (rows, readmitted)) in concerned {
        let of_block = &claims.blocks[block];
        let claim = &of_block.claims[position];
        let (of_day, case) = match case(policy, of_block, position, claim) {
            Ok(found) => found,
            Err(what) => {
                unfit.note(block, position, what);
                continue;
            }
        };
        if of_day.pay_in(case.method) == PayIn::Money {
            in_money.extend(roles(rows).filter(|(role, _)| *role != Role::Reasons));
            continue;
        }
        places.push((block, position));
        adjustable.push(Adjustable {
            id: std::str::from_utf8(of_block.id(position)).unwrap_or_default(),
            policy: of_day,
            case,
            class: of_day.class(&case),
            priced: Points(claim.worth),
            month: of_block.stay(position).month,
            readmitted,
            review: rows.review.map(|at| inputs.reviews.values[at].review),
            penalty: rows.penalty.map(|at| inputs.penalties.values[at].multiple),
        });
    }
    if !in_money.is_empty() {
        // By table and line, whatever the order of the claims.
        in_money.sort_unstable();
        let mistakes = in_money.into_iter().map(|(role, row)| paid_in_money(inputs, role, row));
        return Err(mistakes.collect::<Vec<_>>().into());
    }
    let adjusted = match policy.adjust(&adjustable, discharges) {
        Ok(adjusted) => adjusted,
        Err(AdjustError::Case { at, source }) => {
            unfit.note(places[at].0, places[at].1, source);
            Vec::new()
        }
        Err(AdjustError::OverQuota(quota)) => return Err(over_quota(inputs, &quota).into()),
    };
    unfit.into_result(claims, checks)?;
    let mut found: BTreeMap<usize, Vec<(u32, Adjusted)>> = BTreeMap::new();
    for ((block, position), adjusted) in places.into_iter().zip(adjusted) {
        if let Some(adjusted) = adjusted {
            let position = u32::try_from(position).unwrap_or(u32::MAX);
            found.entry(block).or_default().push((position, adjusted));
        }
    }
    Ok(found)
}

/// The file of a table and the line of one of its rows.
pub(crate) fn row_place(inputs: &Inputs, role: Role, row: usize) -> (&str, u64) {
    let lines = match role {
        Role::Reviews => &inputs.reviews.lines,
        Role::Reasons => &inputs.reasons.lines,
        _ => &inputs.penalties.lines,
    };
    let table = inputs.tables.iter().find(|(input, _)| input.role == role);
    let line = lines.get(row).copied().unwrap_or(1);
    (table.map_or("", |(input, _)| input.name.as_str()), line)
}

fn roles(rows: Rows) -> impl Iterator<Item = (Role, usize)> {
    let of = [
        (Role::Reviews, rows.review),
        (Role::Reasons, rows.reason),
        (Role::Penalties, rows.penalty),
    ];
    of.into_iter().filter_map(|(role, row)| Some((role, row?)))
}

fn paid_in_money(inputs: &Inputs, role: Role, row: usize) -> Diagnostic {
    let text = Text::new(
        "这条病例按金额支付，没有点数可调整",
        "this claim is paid in money: it has no points to change",
    );
    let help = Text::new(
        "特例单议与扣点只用于按点数支付的病例：删去此行，或让付费方式 pay_in = \"points\"",
        "reviews and penalties are of cases paid by points: take the row out, or pay by pay_in = \"points\"",
    );
    let (file, line) = row_place(inputs, role, row);
    error(T142, text, help).at(place(file, line))
}

/// The rows whose claims were not accepted: told where the record was rejected, else refused.
fn not_accepted(
    inputs: &Inputs,
    claims: &Claims,
    rows: &FxHashMap<&[u8], Rows>,
    named: &[(At, Rows)],
) -> Result<Option<Diagnostic>, Failure> {
    if named.len() == rows.len() {
        return Ok(None);
    }
    let there: BTreeSet<&[u8]> = named
        .iter()
        .map(|((block, i), _)| claims.blocks[*block].id(*i))
        .collect();
    let rejected: BTreeSet<&[u8]> = claims.rejects.iter().map(|reject| reject.setl_id.as_bytes()).collect();
    let lost = rows.iter().filter(|(id, _)| !there.contains(*id));
    let mut lost: Vec<(Role, usize, &[u8])> = lost
        .flat_map(|(id, rows)| roles(*rows).map(|(role, row)| (role, row, *id)))
        .collect();
    lost.sort_unstable();
    let (known, unknown): (Vec<_>, Vec<_>) = lost.into_iter().partition(|(.., id)| rejected.contains(id));
    if !unknown.is_empty() {
        let mistakes = unknown
            .into_iter()
            .map(|(role, row, id)| no_such_claim(inputs, role, row, id));
        return Err(mistakes.collect::<Vec<_>>().into());
    }
    let Some((role, row, id)) = known.first() else {
        return Ok(None);
    };
    let (count, id) = (known.len(), String::from_utf8_lossy(id));
    let (file, line) = row_place(inputs, *role, *row);
    let text = Text::new(
        format!("特例单议、再次住院理由、扣点表中有 {count} 行的病例被拒绝，例如 {id}；这些行不起作用"),
        format!(
            "{count} rows of reviews, reasons and penalties are of rejected records, such as {id}; they have no effect"
        ),
    );
    let help = Text::new("rejects.csv 列出拒绝的原因", "rejects.csv says why they are rejected");
    Ok(Some(warning(W152, text, help).at(place(file, line))))
}

fn no_such_claim(inputs: &Inputs, role: Role, row: usize, id: &[u8]) -> Diagnostic {
    let id = String::from_utf8_lossy(id);
    let (file, line) = row_place(inputs, role, row);
    let text = Text::new(
        format!("病例文件中没有 setl_id {id}"),
        format!("the claim files have no setl_id {id}"),
    );
    let help = Text::new(
        "改正 setl_id；只结算一部分病例时，此表也只留这一部分",
        "correct the setl_id; where the files hold a part of the claims, keep only their rows here",
    );
    error(T141, text, help).at(place(file, line))
}

fn over_quota(inputs: &Inputs, quota: &QuotaUse) -> Diagnostic {
    let QuotaUse {
        whose,
        period,
        share,
        discharges,
        quota,
        asked,
        ..
    } = quota;
    let of = inputs.policy.policy().adjust.special_review.as_ref();
    let (zh, en) = match of.map(|rule| rule.quota.quota_of) {
        Some(QuotaOf::Pool) => ("资金池", "pool"),
        Some(QuotaOf::Level) => ("等级", "level"),
        _ => ("医疗机构", "hospital"),
    };
    let whose = format!("{whose} {period}");
    let whose = whose.trim_end();
    let text = Text::new(
        format!("{zh} {whose} 通过特例单议 {asked} 例，名额只有 {quota} 例（出院 {discharges} 例 × {share}）"),
        format!(
            "{asked} reviews are approved for {en} {whose}, and the quota is {quota} ({discharges} discharges × {share})"
        ),
    );
    let help = Text::new(
        "核对审议结果，或写 over_quota = \"largest-excess\" 由费用超出点数最多者先得名额",
        "check what was approved, or write over_quota = \"largest-excess\", by which those whose cost passes their points the most come first",
    );
    let (file, _) = row_place(inputs, Role::Reviews, 0);
    let mistake = error(T143, text, help).at(place(file, 1));
    match inputs.region.place("special_review.quota") {
        Some(place) => mistake.also(place, Text::new("名额比例", "the quota")),
        None => mistake,
    }
}

fn nameless(blocks: &[ClaimBlock]) -> Option<Diagnostic> {
    let kept = |block: &ClaimBlock| {
        let accepted = |i: &&u32| !block.claims[**i as usize].is(DUPLICATE);
        block.nameless.iter().filter(accepted).count()
    };
    let count: usize = blocks.iter().map(kept).sum();
    let text = Text::new(
        format!("{count} 条病例没有 psn_no 或 adm_time，不看是否再次住院"),
        format!("{count} claims have no psn_no or no adm_time: they are never readmissions"),
    );
    let help = Text::new("补齐这两列", "fill in both columns");
    (count > 0).then(|| warning(W151, text, help))
}

/// Pools whose points penalties have at least halved: their point value rests on what is left.
pub(crate) fn mostly_taken(inputs: &Inputs, claims: &Claims, accounts: &[PoolAccount]) -> Vec<Diagnostic> {
    let policy = inputs.policy.policy();
    let mut taken = vec![0i128; policy.pools.len()];
    for block in &claims.blocks {
        for (i, adjusted) in &block.adjusted {
            let has_penalty = matches!(adjusted.findings.last(), Some(Finding::Penalty { .. }));
            let payer = inputs.policy.payer(PayerId(block.claims[*i as usize].payer));
            if let Some((_, payer)) = payer.filter(|_| has_penalty) {
                taken[usize::from(payer.pool.0)] += i128::from(adjusted.before.0) - i128::from(adjusted.points.0);
            }
        }
    }
    let makes_no_value = |pool: &Pool| pool.point_value_of.is_some() || policy.pricing.method == PricingMethod::Rate;
    let pools = policy.pools.iter().zip(accounts).zip(taken);
    let halved =
        pools.filter(|((pool, account), taken)| *taken > 0 && account.totals.points < *taken && !makes_no_value(pool));
    let told = halved.map(|((pool, account), taken)| {
        let places = policy.rounding.points;
        let shown = |units| Fixed { units, places }.to_string();
        let (id, left, taken) = (&pool.id, shown(account.totals.points), shown(taken));
        let value = account.price.display(policy.rounding.point_value);
        let text = Text::new(
            format!("资金池 {id}：扣点减少 {taken} 点，只剩 {left} 点，点值因此为 {value}"),
            format!("pool {id}: penalties took {taken} points and {left} are left, so that the point value is {value}"),
        );
        let help = Text::new(
            "核对 files.penalties 的倍数与病例",
            "check the multiples and the claims of files.penalties",
        );
        let notice = warning(W153, text, help);
        match inputs.region.place("files.penalties") {
            Some(place) => notice.at(place),
            None => notice,
        }
    });
    told.collect()
}

/// How often a rule found something, and what it did to the points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdjustmentCount {
    /// The word of [`Finding::word`].
    pub rule: &'static str,
    /// Cases.
    pub cases: u64,
}

/// How often each rule found something, in the order of the rules.
pub(crate) fn counts(claims: &Claims) -> Vec<AdjustmentCount> {
    const ORDER: [&str; 9] = [
        "readmission-earlier",
        "readmission-later",
        "readmission-merged",
        "review-granted",
        "review-beyond-quota",
        "review-refused",
        "beyond-high-cap",
        "beyond-high-excess",
        "penalty",
    ];
    let mut cases = [0u64; ORDER.len()];
    for (_, adjusted) in claims.blocks.iter().flat_map(|block| block.adjusted.iter()) {
        for (rule, cases) in ORDER.iter().zip(&mut cases) {
            *cases += u64::from(adjusted.findings.iter().any(|finding| finding.word() == *rule));
        }
    }
    let counted = ORDER.into_iter().zip(cases).filter(|(_, cases)| *cases > 0);
    counted.map(|(rule, cases)| AdjustmentCount { rule, cases }).collect()
}
