//! capitation.csv against the policy, the hospitals and the pools.

use super::hospitals::HospitalRow;
use super::pools::PoolRow;
use crate::settle::capitation::COLUMNS;
use crate::verify::check::{Check, Findings};
use crate::verify::figures::{fraction, written};
use crate::verify::sheets::for_each_row;
use dianzhi_core::Text;
use dianzhi_core::model::{exact, rounded};
use dianzhi_policy::Region;
use std::collections::BTreeMap;
use std::path::Path;

fn yuan(fen: i128) -> String {
    written(&fraction(fen, 2), 2)
}

/// `None` where the policy pays nobody by head.
pub(super) fn check(
    run_dir: &Path,
    region: &Region,
    pools: Option<&[PoolRow]>,
    hospitals: Option<&[HospitalRow]>,
) -> Option<Check> {
    let policy = &region.policy;
    if policy.methods.capitation.is_empty() {
        return None;
    }
    let mut findings = Findings::default();
    // Σ amount by pool, Σ due by pool and hospital.
    let mut amounts: BTreeMap<usize, i128> = BTreeMap::new();
    let mut dues: BTreeMap<(usize, Vec<u8>), i128> = BTreeMap::new();
    for_each_row(
        &run_dir.join("capitation.csv"),
        &COLUMNS,
        &mut findings,
        |row, findings| {
            findings.saw();
            let pool = policy
                .pools
                .iter()
                .position(|pool| pool.id.as_bytes() == row.field("pool"));
            let mut classes = policy.methods.capitation.iter();
            let class = classes.find(|class| class.id.as_bytes() == row.field("class"));
            let (Some(pool), Some(class)) = (pool, class) else {
                findings.found(|| row.names("pool, class"));
                return true;
            };
            let mut money = |name: &str| row.money(name, findings);
            let (amount, first) = (money("capitation"), money("first_paid"));
            let (returned, due) = (money("returned"), money("due"));
            let by_share = fraction(amount, 2) * exact(class.first_payment);
            let by_share = rounded(&by_share, 2, policy.rounding.mode);
            findings.equal(|| row.names("first_paid"), &yuan(first), &written(&by_share, 2));
            findings.equal(|| row.names("due"), &yuan(due), &yuan(first + returned));
            findings.holds((0..=amount - first).contains(&returned), || row.names("returned"));
            *amounts.entry(pool).or_default() += amount;
            *dues.entry((pool, row.field("fixmedins_code").to_vec())).or_default() += due;
            true
        },
    );
    for (at, pool) in pools.unwrap_or_default().iter().enumerate() {
        let id = &pool.id;
        let name = || {
            Text::new(
                format!("资金池 {id} 的 capitation_amount"),
                format!("capitation_amount of pool {id}"),
            )
        };
        let amount = amounts.get(&at).copied().unwrap_or(0);
        findings.equal(name, &yuan(pool.capitation_amount), &yuan(amount));
    }
    for hospital in hospitals.unwrap_or_default() {
        let code = String::from_utf8_lossy(&hospital.code);
        let name = || {
            Text::new(
                format!("医院 {code} 的 capitation"),
                format!("capitation of hospital {code}"),
            )
        };
        let due = dues.remove(&(hospital.pool, hospital.code.clone())).unwrap_or(0);
        findings.equal(name, &yuan(hospital.capitation), &yuan(due));
    }
    if hospitals.is_some() {
        findings.holds(dues.is_empty(), || {
            Text::new(
                "capitation.csv 有 hospitals.csv 中没有的医院",
                "capitation.csv has a hospital that hospitals.csv lacks",
            )
        });
    }
    Some(findings.into_check(Text::new(
        "按人头：首付与考核后拨付相符，与各医院、各资金池相等",
        "by head: first and later payments agree, and are the hospitals' and the pools'",
    )))
}
