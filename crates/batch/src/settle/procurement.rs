//! procurement.csv: what every hospital keeps of procured drugs 集采结余留用, batch by batch. It is paid
//! beside the clearing and changes nothing of it.

use crate::codes::A101;
use crate::error::{Failure, error, place, too_large_help};
use crate::input::Inputs;
use crate::output::format::push_record;
use dianzhi_core::{CompiledPolicy, Decimal, FenSum, HospitalId, PoolId, ProcuredDrug, ProcurementKept, Silent};
use std::collections::BTreeMap;

/// The columns of procurement.csv.
pub(crate) const COLUMNS: [&str; 11] = [
    "pool",
    "fixmedins_code",
    "batch",
    "drugs",
    "budget",
    "spend",
    "base",
    "volume_met",
    "procurement_score",
    "share",
    "kept",
];

/// What a hospital keeps of one batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcurementAccount {
    /// The pool whose fund pays it.
    pub pool: PoolId,
    /// The hospital.
    pub hospital: HospitalId,
    /// The batch.
    pub batch: String,
    /// Its assessment score.
    pub score: Decimal,
    /// The drugs of the batch, in the order of the table.
    pub drugs: Vec<ProcuredDrug>,
    /// What is kept, and how it came.
    pub kept: ProcurementKept,
}

/// By pool, then hospital code and batch in byte order.
pub(crate) fn accounts(inputs: &Inputs) -> Result<Vec<ProcurementAccount>, Failure> {
    let mut of_batch: BTreeMap<(usize, &str, &str), Vec<usize>> = BTreeMap::new();
    let rows = &inputs.procurement;
    for (at, row) in rows.values.iter().enumerate() {
        let code = inputs.hospitals.values[row.hospital].code.as_str();
        of_batch.entry((row.pool, code, &row.batch)).or_default().push(at);
    }
    let mut found = Vec::new();
    for at in of_batch.into_values() {
        let first = &rows.values[at[0]];
        let drugs: Vec<ProcuredDrug> = at.iter().map(|&at| rows.values[at].figures).collect();
        let kept = inputs
            .policy
            .policy()
            .procurement_kept(&drugs, first.score, &mut Silent);
        let kept = kept.map_err(|e| {
            let file = inputs.region.files.procurement.as_deref().unwrap_or_default();
            error(A101, e.text(), too_large_help()).at(place(file, rows.lines[at[0]]))
        })?;
        let Some(kept) = kept else { continue };
        found.push(ProcurementAccount {
            pool: PoolId(u16::try_from(first.pool).unwrap_or(u16::MAX)),
            hospital: HospitalId(u32::try_from(first.hospital).unwrap_or(u32::MAX)),
            batch: first.batch.clone(),
            score: first.score,
            drugs,
            kept,
        });
    }
    Ok(found)
}

/// Σ kept out of some pools.
pub(crate) fn kept(accounts: &[ProcurementAccount], is_of: impl Fn(PoolId) -> bool) -> FenSum {
    let of = accounts.iter().filter(|account| is_of(account.pool));
    FenSum(of.map(|account| account.kept.kept.0).sum())
}

/// procurement.csv; `None` where the policy lets nobody keep anything.
pub(crate) fn csv(policy: &CompiledPolicy, accounts: &[ProcurementAccount]) -> Option<Vec<u8>> {
    let rules = policy.policy();
    rules.procurement.as_ref()?;
    let mut out = (COLUMNS.join(",") + "\n").into_bytes();
    for account in accounts {
        let pool = rules.pools.get(usize::from(account.pool.0));
        let hospital = policy.hospitals().get(account.hospital.0 as usize);
        let of = &account.kept;
        let record = [
            pool.map_or_else(String::new, |pool| pool.id.clone()),
            hospital.map_or_else(String::new, |hospital| hospital.code.clone()),
            account.batch.clone(),
            account.drugs.len().to_string(),
            of.budget.to_string(),
            of.spend.to_string(),
            of.base.to_string(),
            if of.volume_met { "yes" } else { "no" }.to_owned(),
            account.score.normalize().to_string(),
            of.share.normalize().to_string(),
            of.kept.to_string(),
        ];
        push_record(&mut out, record.iter().map(String::as_str));
    }
    Some(out)
}
