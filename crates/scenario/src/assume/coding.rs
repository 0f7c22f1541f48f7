//! Other codes for the same case at the same cost.

use super::Coding;
use dianzhi_batch::{Became, ClaimRecord};

impl Coding {
    /// Whether a case can be coded so and is not.
    pub(crate) fn concerns(&self, record: &ClaimRecord<'_>) -> bool {
        match self {
            Coding::Groups(to) => to.contains_key(record.get("group_code")),
            Coding::Diagnosis(code) => {
                let (main, listed) = (record.get("maindiag_code"), record.get("diag_codes"));
                // Without a diagnosis there is none beside which another could stand.
                (!main.is_empty() || !listed.is_empty()) && main != code && codes(listed).all(|other| other != code)
            }
        }
    }

    /// Codes it so.
    pub(crate) fn change(&self, record: &mut ClaimRecord<'_>) -> Became {
        match self {
            Coding::Groups(to) => {
                let Some(group) = to.get(record.get("group_code")) else {
                    return Became::NotConcerned;
                };
                record.set("group_code", group.clone());
            }
            Coding::Diagnosis(code) => {
                let listed = record.get("diag_codes");
                let list = match listed.is_empty() {
                    true => code.clone(),
                    false => format!("{}|{code}", listed.trim_end_matches('|')),
                };
                record.set("diag_codes", list);
            }
        }
        Became::Changed
    }
}

/// The codes of a list, by the separators that claims have.
fn codes(list: &str) -> impl Iterator<Item = &str> {
    list.split(['|', ',', ';', '；']).map(str::trim)
}
