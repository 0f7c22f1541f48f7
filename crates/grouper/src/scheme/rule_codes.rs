//! The codes that the rules of a scheme name.

use super::{Adrg, Entry, Mdc, OwnLists, Scheme, Translation, own_list};
use crate::codes::{CodeId, Codes};
use crate::rule_codes::{DrawnFrom, RuleCodes};
use rustc_hash::FxHashMap;

/// For codes of the scheme, the first code of a claim that becomes it.
type Written = FxHashMap<CodeId, CodeId>;

impl Scheme {
    pub(crate) fn drawn_from(&self, translate: bool) -> DrawnFrom {
        let written = |map: &[Translation]| {
            let mut written = Written::default();
            for row in map.iter().filter(|_| translate) {
                if let Some(to) = row.to {
                    written.entry(to).or_insert(row.from);
                }
            }
            written
        };
        let diagnoses = written(&self.diagnosis_map);
        let procedures = written(&self.procedure_map);
        let rules = self.mdcs.iter().flat_map(|mdc| {
            let adrgs = self.adrgs.get(mdc.first..mdc.end).unwrap_or_default();
            adrgs.iter().map(move |adrg| (mdc, adrg))
        });
        let rule = |(mdc, adrg): (&Mdc, &Adrg)| {
            let own = |name: &str| lists(adrg, name);
            let mut main: Vec<&Entry> = own("zd").collect();
            if main.is_empty() {
                main = mdc.diagnoses.iter().collect();
            }
            let mut asked: Vec<Vec<String>> = Vec::new();
            for name in ["ss", "ss1", "ss2"] {
                let list = texts(own(name), &self.procedures, &procedures);
                if !list.is_empty() {
                    asked.push(list);
                }
            }
            RuleCodes {
                diagnoses: texts(main.into_iter(), &self.diagnoses, &diagnoses),
                secondary: texts(own("zd1"), &self.diagnoses, &diagnoses),
                procedures: asked,
            }
        };
        let complications = self.mcc.iter().chain(&self.cc);
        let secondary = complications.map(|row| text(row.code, &self.diagnoses, &diagnoses));
        DrawnFrom {
            rules: rules.map(rule).collect(),
            secondary: secondary.collect(),
        }
    }
}

/// The entries of a list of a rule and of its splits.
fn lists<'s>(adrg: &'s Adrg, name: &str) -> impl Iterator<Item = &'s Entry> + use<'s> {
    let at = own_list(name);
    let of = move |lists: &'s OwnLists| at.and_then(|at| lists.get(at)).into_iter().flatten();
    of(&adrg.lists).chain(adrg.splits.iter().flat_map(move |split| of(&split.lists)))
}

fn text(code: CodeId, codes: &Codes, written: &Written) -> String {
    codes.text(written.get(&code).copied().unwrap_or(code)).to_owned()
}

fn texts<'e>(entries: impl Iterator<Item = &'e Entry>, codes: &Codes, written: &Written) -> Vec<String> {
    entries.map(|entry| text(entry.code, codes, written)).collect()
}
