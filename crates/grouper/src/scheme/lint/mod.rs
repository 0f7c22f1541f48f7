//! What is odd in a scheme that reads well: warnings, none of which changes a result.
//!
//! One idea, one file: [`reach`] rules and splits that can never fire, [`lists`] own lists and
//! repetitions, [`diagnoses`] MDC lists against their ADRGs, [`complications`], [`names`],
//! [`spelling`] of codes, [`translations`].

mod complications;
mod diagnoses;
mod implied;
mod lists;
mod names;
mod reach;
mod spelling;
mod translations;

use super::{Adrg, CodeKind, Condition, Entry, List, Mdc, OwnLists, Scheme, own_list};
use crate::codes::CodeId;
use dianzhi_core::Text;
use dianzhi_policy::codes::Code;
use dianzhi_policy::{Diagnostic, Place};
use rustc_hash::FxHashMap;
use serde::Serialize;

/// So many places of one remark are named.
const LINES_MAX: usize = 5;

/// Something odd in a scheme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Remark {
    /// Its stable code, of [`error`](crate::error).
    pub code: &'static str,
    /// The table.
    pub file: &'static str,
    /// The first lines concerned, the one that is odd before those that make it so; empty for the
    /// table as a whole.
    pub lines: Vec<u32>,
    /// What is odd.
    pub text: Text,
    /// The codes concerned, of diagnoses, procedures, rules or DRGs, all of them.
    pub codes: Vec<String>,
}

impl Remark {
    /// As a warning to be shown.
    #[must_use]
    pub fn diagnostic(&self) -> Diagnostic {
        let place = |line: u32| Place {
            file: self.file.to_owned(),
            line: line.into(),
            column: None,
            excerpt: None,
        };
        let help = Text::new(
            "分组结果不受影响；核对该表与发布的文件",
            "results stay as they are; compare the table with the published document",
        );
        let warning = Diagnostic::warning(self.code, self.text.clone(), help);
        match self.lines.split_first() {
            Some((&first, rest)) => rest.iter().fold(warning.at(place(first)), |warning, &line| {
                warning.also(place(line), Text::new("另见", "here too"))
            }),
            None => warning.at(place(1)),
        }
    }
}

impl Scheme {
    /// Everything odd in the tables, in the order of its codes.
    ///
    /// ```
    /// use dianzhi_grouper::Scheme;
    /// let scheme = Scheme::of_tables(&[
    ///     ("scheme.toml", "code = \"small\""),
    ///     ("mdc.tsv", "mdc\tcond\tadrgs\nMDCB\tdx0(mdc)\t|QY|,BR2"),
    ///     ("mdc_dx.tsv", "mdc\tcode\nMDCB\tI63.900"),
    ///     ("adrg.tsv", "adrg\tcond\totherwise\nBR2\tdx0(zd)\tBR2"),
    ///     ("adrg_codes.tsv", "adrg\tlist\tcode\nBR2\tzd\tI63.900"),
    ///     ("drg.tsv", "adrg\tdrg\tcond\nBR2\tBR29\ttrue\nBR2\tBR21\tmcc"),
    ///     ("mcc.tsv", "code\tgroup\nJ96.000\t7"),
    ///     ("cc.tsv", "code\tgroup"),
    ///     ("cce.tsv", "code\tgroup"),
    ///     ("ss_valid.tsv", "code"),
    /// ])?;
    /// let remarks = scheme.remarks();
    /// assert_eq!((remarks[0].code, &remarks[0].codes[0]), ("W201", &"BR21".to_owned()));
    /// # Ok::<(), dianzhi_policy::Diagnostics>(())
    /// ```
    #[must_use]
    pub fn remarks(&self) -> Vec<Remark> {
        let mut lint = Lint::new(self);
        reach::look(&mut lint);
        lists::look(&mut lint);
        diagnoses::look(&mut lint);
        names::look(&mut lint);
        complications::look(&mut lint);
        spelling::look(&mut lint);
        translations::look(&mut lint);
        lint.remarks.sort_by_key(|remark| remark.code);
        lint.remarks
    }
}

/// A scheme looked at, and what was found so far.
struct Lint<'s> {
    scheme: &'s Scheme,
    /// Codes of conditions that stand in no table; they are numbered behind the others.
    inline: [FxHashMap<&'s str, CodeId>; 2],
    remarks: Vec<Remark>,
}

/// Where the lists of a condition are looked up.
#[derive(Clone, Copy)]
struct Scope<'s> {
    mdc: &'s Mdc,
    own: Option<&'s OwnLists>,
}

impl<'s> Scope<'s> {
    fn entries(self, scheme: &'s Scheme, list: &List) -> &'s [Entry] {
        match list {
            List::Own(name) => match (self.own, own_list(name)) {
                (Some(lists), Some(at)) => &lists[at],
                _ => &[],
            },
            List::Mdc => &self.mdc.diagnoses,
            List::Valid => &scheme.valid_procedures,
            List::Inline(_) => &[],
        }
    }
}

impl<'s> Lint<'s> {
    fn new(scheme: &'s Scheme) -> Lint<'s> {
        let mut inline = [FxHashMap::default(), FxHashMap::default()];
        for (kind, list) in scheme.conditions().flat_map(Condition::lists) {
            if let List::Inline(codes) = list {
                let (known, inline) = (scheme.codes(kind), &mut inline[slot(kind)]);
                for code in codes.iter().filter(|code| known.get(code).is_none()) {
                    let next = CodeId::try_from(known.len() + inline.len()).unwrap_or(CodeId::MAX);
                    inline.entry(code.as_str()).or_insert(next);
                }
            }
        }
        Lint {
            scheme,
            inline,
            remarks: Vec::new(),
        }
    }

    fn remark(&mut self, code: Code, file: &'static str, mut lines: Vec<u32>, text: Text, codes: Vec<String>) {
        lines.truncate(LINES_MAX);
        self.remarks.push(Remark {
            code: code.id,
            file,
            lines,
            text,
            codes,
        });
    }

    /// The codes of some lists together, sorted, each once.
    fn union(&self, kind: CodeKind, lists: &[List], scope: Scope<'s>) -> Vec<CodeId> {
        let known = self.scheme.codes(kind);
        let inline_codes = &self.inline[slot(kind)];
        let number = |code: &String| {
            let inline = || inline_codes.get(code.as_str()).copied();
            known.get(code).or_else(inline)
        };
        let mut codes = Vec::new();
        for list in lists {
            codes.extend(scope.entries(self.scheme, list).iter().map(|entry| entry.code));
            if let List::Inline(inline) = list {
                codes.extend(inline.iter().filter_map(number));
            }
        }
        codes.sort_unstable();
        codes.dedup();
        codes
    }

    fn diagnosis(&self, code: CodeId) -> String {
        self.scheme.diagnoses.text(code).to_owned()
    }
}

fn slot(kind: CodeKind) -> usize {
    match kind {
        CodeKind::Diagnosis => 0,
        CodeKind::Procedure => 1,
    }
}

/// A few of many codes, for a message.
fn few(codes: &[String]) -> String {
    let more = if codes.len() > 4 { " …" } else { "" };
    format!("{}{more}", codes[..codes.len().min(4)].join(" "))
}

/// So many codes, in English.
fn codes(count: usize) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} code{plural}")
}

/// Whether a sorted list holds a code.
fn has(sorted: &[CodeId], code: CodeId) -> bool {
    sorted.binary_search(&code).is_ok()
}

impl Scheme {
    /// Every condition of the scheme.
    fn conditions(&self) -> impl Iterator<Item = &Condition> {
        let gates = self.mdcs.iter().flat_map(|mdc| [&mdc.gate, &mdc.ambiguous]);
        let rules = self.adrgs.iter().flat_map(|adrg| {
            let splits = adrg.splits.iter().map(|split| &split.condition);
            std::iter::once(&adrg.condition).chain(splits)
        });
        gates.chain(rules)
    }

    /// The rules of an MDC, in order.
    pub(super) fn rules_of(&self, mdc: &Mdc) -> &[Adrg] {
        &self.adrgs[mdc.first..mdc.end]
    }
}

#[cfg(test)]
mod tests;
