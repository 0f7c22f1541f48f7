//! capitation.csv: what every hospital is paid by head, for one class after the other.

use crate::output::format::push_record;
use dianzhi_core::CompiledPolicy;

/// The columns of capitation.csv.
pub(crate) const COLUMNS: [&str; 8] = [
    "pool",
    "fixmedins_code",
    "class",
    "heads",
    "capitation",
    "first_paid",
    "returned",
    "due",
];

/// capitation.csv by pool, hospital code and class; `None` where nobody is paid for by head.
pub(crate) fn csv(policy: &CompiledPolicy) -> Option<Vec<u8>> {
    let rules = policy.policy();
    if rules.methods.capitation.is_empty() {
        return None;
    }
    let mut out = (COLUMNS.join(",") + "\n").into_bytes();
    for account in policy.capitations() {
        let pool = rules.pools.get(usize::from(account.pool.0));
        let hospital = policy.hospitals().get(account.hospital.0 as usize);
        let class = rules.methods.capitation.get(account.class);
        let record = [
            pool.map_or_else(String::new, |pool| pool.id.clone()),
            hospital.map_or_else(String::new, |hospital| hospital.code.clone()),
            class.map_or_else(String::new, |class| class.id.clone()),
            account.heads.normalize().to_string(),
            account.amount.to_string(),
            account.first.to_string(),
            account.returned.to_string(),
            account.due().to_string(),
        ];
        push_record(&mut out, record.iter().map(String::as_str));
    }
    Some(out)
}
