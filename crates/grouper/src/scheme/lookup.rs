//! What a scheme says of one code: its name, the complication that it is, the MDCs that take it, the
//! rules that name it, what translation makes of it. For the eye; grouping has tables of its own.

mod translated;

pub use translated::Translated;

use super::{CodeKind, Condition, Entry, Grouped, List, OWN_LISTS, OwnLists, Scheme};
use crate::codes::{CodeId, folded, same_code};
use serde::Serialize;

/// A diagnosis or a procedure, as a scheme knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KnownCode {
    /// As the scheme writes it.
    pub code: String,
    /// `diagnosis` or `procedure`.
    pub kind: &'static str,
    /// Its name, empty where the scheme has none.
    pub name: String,
    /// Whether it stands in the list of the scheme's code version; `None`: there is no such list.
    pub in_version: Option<bool>,
    /// Of a procedure, whether it is a valid one (有效手术操作).
    pub valid: Option<bool>,
    /// The complications that a secondary diagnosis is.
    pub complications: Vec<KnownComplication>,
    /// The exclusion group that it switches off as main diagnosis.
    pub excludes: Option<String>,
    /// The MDCs whose list has it.
    pub mdcs: Vec<TakenBy>,
    /// The rules and splits whose lists or conditions name it, in the order in which they are tried.
    pub named_by: Vec<NamedBy>,
    /// What translation makes of it; `None`: the scheme translates no codes of its kind.
    pub translated: Option<Translated>,
    /// Codes that the map changes into it.
    pub translated_from: Vec<String>,
}

/// A complication and its exclusion group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KnownComplication {
    /// `MCC` or `CC`.
    pub kind: &'static str,
    /// Its exclusion group.
    pub group: String,
}

/// An MDC whose list has a diagnosis.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TakenBy {
    /// The MDC.
    pub mdc: String,
    /// The body region, for multiple trauma; empty where it has none.
    pub region: String,
}

/// A condition that names a code, or asks a list that has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NamedBy {
    /// The MDC.
    pub mdc: String,
    /// The rule; empty where the MDC's own gate or branch names the code.
    pub rule: String,
    /// The DRG, where it is a split that names the code; else empty.
    pub drg: String,
    /// The list that has the code: `zd`, `ss1`; `{}` where the condition itself names it.
    pub list: String,
    /// The code's label in the list; else empty.
    pub label: String,
    /// The condition.
    pub condition: String,
}

impl Scheme {
    /// What the scheme says of a code: as diagnosis, as procedure, or as both. Found as grouping finds
    /// it: the code as it stands, else the first that differs only by blanks around it, width and
    /// letter case. Nothing for a code that stands nowhere in it.
    ///
    /// Of a scheme that was [loaded](Scheme::load); the one that a grouper holds has no lists any more.
    #[must_use]
    pub fn look_up(&self, code: &str) -> Vec<KnownCode> {
        let kinds = [CodeKind::Diagnosis, CodeKind::Procedure];
        let found = kinds
            .into_iter()
            .filter_map(|kind| Some(self.known_code(kind, self.spelled(kind, code)?)));
        found.collect()
    }

    /// How the scheme writes an MDC, a rule, an ADRG or a DRG, given in any letter case and width;
    /// `None` for a code that is none.
    #[must_use]
    pub fn spelled_group(&self, code: &str) -> Option<&str> {
        let mdcs = self.mdcs.iter().map(|mdc| mdc.code.as_str());
        let rules = self.adrgs.iter().flat_map(|rule| [rule.code(), rule.rule.as_str()]);
        let splits = self.adrgs.iter().flat_map(|rule| &rule.splits);
        let all = mdcs.chain(rules).chain(splits.map(|split| split.drg.as_str()));
        same_or_folded(all, code)
    }

    /// The first diagnoses and procedures that begin so, for someone who wrote half a code.
    #[must_use]
    pub fn codes_beginning(&self, start: &str, most: usize) -> Vec<String> {
        let start = folded(start);
        if start.is_empty() {
            return Vec::new();
        }
        let all = [&self.diagnoses, &self.procedures].into_iter().flat_map(|codes| {
            let numbers = 0..CodeId::try_from(codes.len()).unwrap_or(CodeId::MAX);
            numbers.map(|id| codes.text(id))
        });
        let mut found: Vec<&str> = all.filter(|code| folded(code).starts_with(&start)).collect();
        found.sort_unstable();
        found.dedup();
        found.into_iter().take(most).map(str::to_owned).collect()
    }

    /// How the scheme writes a diagnosis or a procedure, wherever it names it.
    fn spelled(&self, kind: CodeKind, code: &str) -> Option<&str> {
        let codes = self.codes(kind);
        let numbers = 0..CodeId::try_from(codes.len()).unwrap_or(CodeId::MAX);
        let inline = self
            .asked_in_order()
            .flat_map(|(.., condition)| in_braces(condition, kind));
        same_or_folded(numbers.map(|id| codes.text(id)).chain(inline), code)
    }

    fn known_code(&self, kind: CodeKind, code: &str) -> KnownCode {
        let id = self.codes(kind).get(code);
        let is_it = |entry: &&Entry| Some(entry.code) == id;
        let group = |list: &[Grouped]| {
            let found = list.iter().find(|row| Some(row.code) == id)?;
            self.exclusion_groups.get(found.group as usize).cloned()
        };
        let (names, rows, is_diagnosis) = match kind {
            CodeKind::Diagnosis => (&self.diagnosis_names, &self.diagnosis_map, true),
            CodeKind::Procedure => (&self.procedure_names, &self.procedure_map, false),
        };
        let name = names.iter().find(|(named, _)| Some(*named) == id);
        // What stands in the tables of the other kind has numbers of its own.
        let of_diagnoses = |list: &[Grouped]| if is_diagnosis { group(list) } else { None };
        let complications = [("MCC", &self.mcc), ("CC", &self.cc)];
        let taken = self.mdcs.iter().filter(|_| is_diagnosis).filter_map(|mdc| {
            // Of a code under two regions the last counts, as in grouping.
            let entry = mdc.diagnoses.iter().rfind(is_it)?;
            Some(TakenBy {
                mdc: mdc.code.clone(),
                region: entry.label.clone(),
            })
        });
        KnownCode {
            code: code.to_owned(),
            kind: if is_diagnosis { "diagnosis" } else { "procedure" },
            name: name.map_or_else(String::new, |(_, name)| name.to_owned()),
            in_version: (!names.is_empty()).then_some(name.is_some()),
            valid: (!is_diagnosis).then(|| self.valid_procedures.iter().any(|entry| is_it(&entry))),
            complications: complications
                .into_iter()
                .filter_map(|(kind, list)| of_diagnoses(list).map(|group| KnownComplication { kind, group }))
                .collect(),
            excludes: of_diagnoses(&self.exclusions),
            mdcs: taken.collect(),
            named_by: self.named_by(kind, code),
            translated: Translated::of(self, kind, id),
            translated_from: translated::sources(self.codes(kind), rows, id),
        }
    }

    /// The lists and conditions that name a code.
    fn named_by(&self, kind: CodeKind, code: &str) -> Vec<NamedBy> {
        let id = self.codes(kind).get(code);
        // Diagnoses are in the first two of the lists, procedures in the others.
        let of_kind = |list: &&str| list.starts_with('z') == (kind == CodeKind::Diagnosis);
        let mut found = Vec::new();
        for (mdc, rule, drg, lists, condition) in self.asked_in_order() {
            let mut note = |list: &str, label: &str| {
                found.push(NamedBy {
                    mdc: mdc.to_owned(),
                    rule: rule.to_owned(),
                    drg: drg.to_owned(),
                    list: list.to_owned(),
                    label: label.to_owned(),
                    condition: condition.to_string(),
                });
            };
            let own = OWN_LISTS.iter().zip(lists.into_iter().flatten());
            for (list, entries) in own.filter(|(list, _)| of_kind(list)) {
                // Of two labels the first counts, as in grouping.
                if let Some(entry) = entries.iter().find(|entry| Some(entry.code) == id) {
                    note(list, &entry.label);
                }
            }
            if in_braces(condition, kind).any(|named| named == code) {
                note("{}", "");
            }
        }
        found
    }

    /// Every condition in the order in which they are tried: its MDC, rule and DRG, empty where it is of
    /// none, and the own lists that it can ask.
    fn asked_in_order(&self) -> impl Iterator<Item = (&str, &str, &str, Option<&OwnLists>, &Condition)> {
        self.mdcs.iter().flat_map(|mdc| {
            let of_mdc = [&mdc.gate, &mdc.ambiguous].map(|condition| (mdc.code.as_str(), "", "", None, condition));
            let rules = self.rules_of(mdc).iter().flat_map(|rule| {
                let (mdc, name) = (mdc.code.as_str(), rule.rule.as_str());
                let splits = rule.splits.iter();
                let splits =
                    splits.map(move |split| (mdc, name, split.drg.as_str(), Some(&split.lists), &split.condition));
                std::iter::once((mdc, name, "", Some(&rule.lists), &rule.condition)).chain(splits)
            });
            of_mdc.into_iter().chain(rules)
        })
    }
}

/// The codes that a condition itself names.
fn in_braces(condition: &Condition, asked: CodeKind) -> impl Iterator<Item = &str> {
    let inline = condition.lists().filter_map(move |(kind, list)| match list {
        List::Inline(codes) if kind == asked => Some(codes),
        _ => None,
    });
    inline.flatten().map(String::as_str)
}

/// The one that is written so, else the first that is written so but for blanks, width and letter case.
fn same_or_folded<'a>(all: impl Iterator<Item = &'a str>, code: &str) -> Option<&'a str> {
    let mut alike = None;
    // An empty text is no code, whatever a table says.
    for known in all.filter(|known| !known.trim().is_empty()) {
        if known == code {
            return Some(known);
        }
        if alike.is_none() && same_code(known, code) {
            alike = Some(known);
        }
    }
    alike
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A scheme in which every way to name a code occurs.
    fn scheme() -> Scheme {
        Scheme::of_tables(&[
            ("scheme.toml", "code = \"small\""),
            (
                "mdc.tsv",
                "mdc\tcond\tadrgs\nMDCB\tdx0(mdc)\tBB1,|QY|,BR2\nMDCZ\tdx(mdc) & regions>=2\tZZ1_1",
            ),
            (
                "mdc_dx.tsv",
                "mdc\tcode\tregion\nMDCB\tI60\t\nMDCZ\tI60\t3\nMDCB\tI63x\t",
            ),
            (
                "adrg.tsv",
                "adrg\tcond\totherwise\nBB1\tpx0(ss+{02.2})\t-\nBR2\tdx0(zd) & !px({01.1})\tBR2\nZZ1_1\tpx(ss1)\t-",
            ),
            (
                "adrg_codes.tsv",
                "adrg\tlist\tcode\tlabel\nBB1\tss\t01.1\t7\nBR2\tzd\tI63x\t\nZZ1_1\tss1\t01.1\t",
            ),
            ("drg.tsv", "adrg\tdrg\tcond\nBR2\tBR21\tex & dx1(zd)\nBR2\tBR29\ttrue"),
            ("ex_codes.tsv", "drg\tlist\tcode\nBR21\tzd\tI60"),
            ("mcc.tsv", "code\tgroup\nI60\t5"),
            ("cc.tsv", "code\tgroup\nI60\t6"),
            ("cce.tsv", "code\tgroup\nI63x\t5"),
            ("ss_valid.tsv", "code\n01.1"),
            ("zd_info.tsv", "code\tname\nI60\tbleeding"),
            (
                "zd_map.tsv",
                "code\tto\nI60.0\tI60\nI60.1\tI60\nI63x\tG99\nJ00\t-\nI60.2\tI60.3",
            ),
        ])
        .unwrap()
    }

    fn one(code: &str) -> KnownCode {
        let mut found = scheme().look_up(code);
        assert_eq!(found.len(), 1, "{code}: {found:?}");
        found.remove(0)
    }

    fn naming(code: &KnownCode) -> Vec<String> {
        let named = code.named_by.iter();
        named
            .map(|by| {
                format!(
                    "{} {} {} {} {}: {}",
                    by.mdc, by.rule, by.drg, by.list, by.label, by.condition
                )
            })
            .collect()
    }

    #[test]
    fn a_diagnosis() {
        let found = one("I60");
        assert_eq!(
            (found.kind, found.name.as_str(), found.in_version),
            ("diagnosis", "bleeding", Some(true))
        );
        assert_eq!(found.valid, None);
        let kinds: Vec<_> = found
            .complications
            .iter()
            .map(|one| (one.kind, one.group.as_str()))
            .collect();
        assert_eq!(kinds, [("MCC", "5"), ("CC", "6")]);
        assert_eq!(found.excludes, None);
        let mdcs: Vec<_> = found
            .mdcs
            .iter()
            .map(|one| (one.mdc.as_str(), one.region.as_str()))
            .collect();
        assert_eq!(mdcs, [("MDCB", ""), ("MDCZ", "3")]);
        assert_eq!(naming(&found), ["MDCB BR2 BR21 zd : ex & dx1(zd)"]);
        assert_eq!(found.translated, Some(Translated::Stays));
        assert_eq!(found.translated_from, ["I60.0", "I60.1"]);
        assert_eq!(one("I63x").excludes.as_deref(), Some("5"));
        assert_eq!(one("I63x").in_version, Some(false));
    }

    #[test]
    fn a_procedure() {
        let found = one("01.1");
        assert_eq!(
            (found.kind, found.in_version, found.valid),
            ("procedure", None, Some(true))
        );
        assert_eq!(
            (found.translated.clone(), found.mdcs.len(), found.complications.len()),
            (None, 0, 0)
        );
        let named = [
            "MDCB BB1  ss 7: px0(ss+{02.2})",
            "MDCB BR2  {} : dx0(zd) & !px({01.1})",
            "MDCZ ZZ1_1  ss1 : px(ss1)",
        ];
        assert_eq!(naming(&found), named);
        // One that a condition alone names.
        assert_eq!(naming(&one("02.2")), ["MDCB BB1  {} : px0(ss+{02.2})"]);
        assert_eq!(one("02.2").valid, Some(false));
    }

    #[test]
    fn letter_case_and_width_are_no_difference() {
        assert_eq!(one(" i63X ").code, "I63x");
        assert_eq!(one("Ｉ６０").code, "I60");
        assert!(scheme().look_up("I6").is_empty() && scheme().look_up(" ").is_empty());
        let scheme = scheme();
        for (asked, code) in [
            ("mdcb", "MDCB"),
            ("zz1", "ZZ1"),
            ("zz1_1", "ZZ1_1"),
            ("ｂｒ２１", "BR21"),
        ] {
            assert_eq!(scheme.spelled_group(asked), Some(code));
        }
        assert_eq!(scheme.codes_beginning("i60.", 2), ["I60.0", "I60.1"]);
        assert!(scheme.codes_beginning("", 2).is_empty());
        assert_eq!(scheme.spelled_group("I60"), None);
        assert_eq!(scheme.spelled_group(""), None);
    }
}
