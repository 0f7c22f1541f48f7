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
                (!main.is_empty() || !listed.is_empty())
                    && !is_same(main, code)
                    && codes(listed).all(|other| !is_same(other, code))
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
                let listed = listed.trim_end_matches(|c: char| c.is_whitespace() || SEPARATORS.contains(&c));
                let list = match listed.is_empty() {
                    true => code.clone(),
                    false => format!("{listed}|{code}"),
                };
                record.set("diag_codes", list);
            }
        }
        Became::Changed
    }
}

/// Between the codes of a list, in claims and in exports.
const SEPARATORS: [char; 7] = ['|', ',', ';', '；', '，', '、', '｜'];

/// Whether two codes are one: case and spaces around tell none apart, as for whoever groups.
fn is_same(one: &str, other: &str) -> bool {
    one.trim().eq_ignore_ascii_case(other.trim())
}

/// The codes of a list, by the separators that claims have.
fn codes(list: &str) -> impl Iterator<Item = &str> {
    list.split(SEPARATORS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_one_whatever_their_case() {
        assert!(codes("I10；j96.0 ,").any(|code| is_same(code, "J96.0")));
        assert!(!codes("I10|J96.00").any(|code| is_same(code, "J96.0")));
    }
}
