//! A scheme for the eye: MDCs, their rules in order, conditions, sizes of lists, splits with names.

use super::{OWN_LISTS, OwnLists, Scheme};
use serde::Serialize;
use std::collections::BTreeMap;

/// A scheme's MDCs, in the order in which they are tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Tree {
    /// The scheme's code.
    pub scheme: String,
    /// Its MDCs.
    pub mdcs: Vec<MdcTree>,
}

/// An MDC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MdcTree {
    /// Its code.
    pub mdc: String,
    /// Its gate.
    pub gate: String,
    /// When a record that no surgical ADRG took is ambiguous; `None`: never.
    pub ambiguous: Option<String>,
    /// How many diagnoses its list has.
    pub diagnoses: usize,
    /// Its rules, in order.
    pub rules: Vec<RuleTree>,
}

/// A rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RuleTree {
    /// Its name: an ADRG, with a suffix where it has several rules.
    pub rule: String,
    /// Whether it stands before the ambiguous branch.
    pub surgical: bool,
    /// Its condition.
    pub condition: String,
    /// What it gives where no split fits; `None`: the search goes on.
    pub otherwise: Option<String>,
    /// Its lists that have codes.
    pub lists: Vec<ListSize>,
    /// Its splits, in order.
    pub splits: Vec<SplitTree>,
}

/// A split.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SplitTree {
    /// Its DRG.
    pub drg: String,
    /// The DRG's name, empty where the scheme has none.
    pub name: String,
    /// Its condition.
    pub condition: String,
    /// Its lists that have codes.
    pub lists: Vec<ListSize>,
}

/// A list and how many codes it has, repetitions counted once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ListSize {
    /// Its name.
    pub list: &'static str,
    /// How many codes.
    pub codes: usize,
}

impl Tree {
    /// Only what belongs to an MDC, an ADRG or one of its rules, or a DRG; nothing for a code that is none.
    #[must_use]
    pub fn narrowed_to(mut self, code: &str) -> Tree {
        for mdc in self.mdcs.iter_mut().filter(|mdc| mdc.mdc != code) {
            let of_adrg = |rule: &RuleTree| rule.rule == code || rule.rule.split('_').next() == Some(code);
            mdc.rules.retain_mut(|rule| {
                if !of_adrg(rule) {
                    rule.splits.retain(|split| split.drg == code);
                }
                of_adrg(rule) || !rule.splits.is_empty()
            });
        }
        self.mdcs.retain(|mdc| mdc.mdc == code || !mdc.rules.is_empty());
        self
    }
}

impl Scheme {
    /// The scheme's MDCs, rules and splits, to be shown.
    ///
    /// Of a scheme that was [loaded](Scheme::load); the one that a grouper holds has no lists any more.
    #[must_use]
    pub fn tree(&self) -> Tree {
        let names: BTreeMap<&str, &str> = self
            .drg_names
            .iter()
            .rev()
            .map(|(drg, name)| (drg.as_str(), name.as_str()))
            .collect();
        let mdcs = self.mdcs.iter().map(|mdc| {
            let rules = self.rules_of(mdc).iter().enumerate().map(|(position, rule)| {
                let splits = rule.splits.iter().map(|split| SplitTree {
                    drg: split.drg.clone(),
                    name: names.get(split.drg.as_str()).copied().unwrap_or_default().to_owned(),
                    condition: split.condition.to_string(),
                    lists: sizes(&split.lists),
                });
                RuleTree {
                    rule: rule.rule.clone(),
                    surgical: mdc.first + position < mdc.medical,
                    condition: rule.condition.to_string(),
                    otherwise: rule.otherwise.clone(),
                    lists: sizes(&rule.lists),
                    splits: splits.collect(),
                }
            });
            MdcTree {
                mdc: mdc.code.clone(),
                gate: mdc.gate.to_string(),
                ambiguous: (!mdc.ambiguous.is_never()).then(|| mdc.ambiguous.to_string()),
                diagnoses: distinct(&mdc.diagnoses),
                rules: rules.collect(),
            }
        });
        Tree {
            scheme: self.header.code.clone(),
            mdcs: mdcs.collect(),
        }
    }
}

fn sizes(lists: &OwnLists) -> Vec<ListSize> {
    let named = OWN_LISTS.into_iter().zip(lists);
    let with_codes = named.filter(|(_, entries)| !entries.is_empty());
    with_codes
        .map(|(list, entries)| ListSize {
            list,
            codes: distinct(entries),
        })
        .collect()
}

fn distinct(entries: &[super::Entry]) -> usize {
    let mut codes: Vec<_> = entries.iter().map(|entry| entry.code).collect();
    codes.sort_unstable();
    codes.dedup();
    codes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_tree() {
        let scheme = Scheme::of_tables(&[
            ("scheme.toml", "code = \"small\""),
            ("mdc.tsv", "mdc\tcond\tadrgs\nMDCB\tdx0(mdc)\tBB1,|QY|,BR2"),
            ("mdc_dx.tsv", "mdc\tcode\nMDCB\tI60\nMDCB\tI60\nMDCB\tI63"),
            ("adrg.tsv", "adrg\tcond\totherwise\nBB1\tpx0(ss)\t-\nBR2\tdx0(zd)\tBR2"),
            ("adrg_codes.tsv", "adrg\tlist\tcode\nBB1\tss\t01.1\nBR2\tzd\tI63"),
            ("drg.tsv", "adrg\tdrg\tcond\nBR2\tBR21\tmcc\nBR2\tBR29\ttrue"),
            ("mcc.tsv", "code\tgroup"),
            ("cc.tsv", "code\tgroup"),
            ("cce.tsv", "code\tgroup"),
            ("ss_valid.tsv", "code"),
            ("drg_names.tsv", "drg\tname\nBR21\tstroke"),
        ])
        .unwrap();
        let json = serde_json::to_string(&scheme.tree()).unwrap();
        assert_eq!(
            json,
            concat!(
                r#"{"scheme":"small","mdcs":[{"mdc":"MDCB","gate":"dx0(mdc)","ambiguous":null,"diagnoses":2,"rules":["#,
                r#"{"rule":"BB1","surgical":true,"condition":"px0(ss)","otherwise":null,"#,
                r#""lists":[{"list":"ss","codes":1}],"splits":[]},"#,
                r#"{"rule":"BR2","surgical":false,"condition":"dx0(zd)","otherwise":"BR2","#,
                r#""lists":[{"list":"zd","codes":1}],"splits":["#,
                r#"{"drg":"BR21","name":"stroke","condition":"mcc","lists":[]},"#,
                r#"{"drg":"BR29","name":"","condition":"true","lists":[]}]}]}]}"#
            )
        );
    }
}
