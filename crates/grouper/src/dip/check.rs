//! What only shows when a directory's rows are held against each other.

use super::directory::{Asks, Diagnoses, DipDirectory, DipKind, DipType};
use super::header::Criterion;
use crate::codes::folded;
use crate::error::{S116, S119, S120};
use crate::scheme::tables::{at, bad};
use dianzhi_core::{Decimal, Text};
use dianzhi_policy::Diagnostic;
use rustc_hash::{FxHashMap, FxHashSet};

/// What two types share that fit the same records.
#[derive(PartialEq, Eq, Hash)]
struct Shape {
    diagnoses: Vec<String>,
    asks: Vec<Vec<String>>,
    mean_cost: Option<Option<Decimal>>,
    kind: Option<DipKind>,
}

impl DipDirectory {
    /// What two types share where nothing that the directory chooses by tells them apart, or
    /// nothing but their kind.
    fn shape(&self, known: &DipType, with_kind: bool) -> Shape {
        let chooses_by = |by| self.header.order.contains(&by);
        Shape {
            diagnoses: sorted(known.diagnoses.iter().map(text)),
            asks: asked(&known.asks),
            mean_cost: chooses_by(Criterion::MeanCost).then(|| known.mean_cost.map(|mean| mean.normalize())),
            kind: (with_kind && chooses_by(Criterion::Kind)).then_some(known.kind),
        }
    }

    /// Types that fit the same records, and nothing but their code tells them apart.
    pub(super) fn contradictions(&self) -> Vec<Diagnostic> {
        let mut shapes: FxHashMap<Shape, &DipType> = FxHashMap::default();
        let mut found = Vec::new();
        for known in &self.types {
            let shape = self.shape(known, true);
            if let Some(other) = shapes.get(&shape) {
                let (one, two, line) = (&known.code, &other.code, other.line);
                let zh = format!("{one} 与第 {line} 行的 {two} 适用相同的病例，无法区分");
                let en = format!("{one} fits the same cases as {two} in line {line} and cannot be told apart from it");
                let help = Text::new(
                    "删去其一，或改其诊断、操作或均费",
                    "remove one, or change its diagnosis, procedures or mean cost",
                );
                found.push(bad(S116, Text::new(zh, en), help).at(at(&self.files.types, known.line)));
            } else {
                shapes.insert(shape, known);
            }
        }
        found
    }

    /// The procedures that types ask for and operations.tsv does not list, each once, as they are first written.
    ///
    /// ```
    /// use dianzhi_grouper::DipDirectory;
    /// let types = "code\tkind\tdx\tpx\ttreatment\nA\tcore\tI21\t36.0600+36.0700\t\n";
    /// let header = "code = \"d\"\ndx_characters = 3\nunlisted_operations = \"surgical\"\n";
    /// let files = [("directory.toml", header), ("types.tsv", types), ("operations.tsv", "code\tclass\n36.0700\tsurgical\n")];
    /// let files = files.map(|(name, text)| (name.to_owned(), text.into()));
    /// let directory = DipDirectory::of_tables(files.to_vec())?;
    /// assert_eq!(directory.unlisted_procedures(), ["36.0600"]);
    /// # Ok::<(), dianzhi_policy::Diagnostics>(())
    /// ```
    #[must_use]
    pub fn unlisted_procedures(&self) -> Vec<&str> {
        let mut seen: FxHashSet<String> = self.operations.iter().map(|row| folded(&row.code)).collect();
        let asked = self.types.iter().flat_map(|known| match &known.asks {
            Asks::Procedures(all) => all.as_slice(),
            Asks::Treatment(_) => &[],
        });
        let codes = asked.flatten().map(String::as_str);
        codes.filter(|code| seen.insert(folded(code))).collect()
    }

    /// What is allowed and worth a look: warnings, with file and line.
    #[must_use]
    pub fn remarks(&self) -> Vec<Diagnostic> {
        let forms = |excluded: bool| -> FxHashSet<String> {
            let some = self.operations.iter().filter(|row| row.class.is_none() == excluded);
            some.map(|row| folded(&row.code)).collect()
        };
        let (excluded, listed) = (forms(true), forms(false));
        let mut found = self.hidden();
        for known in &self.types {
            let Asks::Procedures(all) = &known.asks else {
                continue;
            };
            let is_out = |code: &String| excluded.contains(&folded(code));
            let is_unknown = |code: &&String| !listed.contains(&folded(code)) && !is_out(code);
            let code = &known.code;
            let unknown: Vec<&str> = all.iter().flatten().filter(is_unknown).map(String::as_str).collect();
            if !unknown.is_empty() {
                let unknown = unknown.join(" ");
                let zh = format!("{code} 的操作 {unknown} 不在 operations.tsv 中");
                let en = format!("operations.tsv does not list {unknown} of type {code}");
                found.push(self.warning(S119, known, Text::new(zh, en)));
            }
            let gone = |one: &Vec<String>| one.iter().all(is_out);
            let never = if self.header.all_procedures {
                all.iter().any(gone)
            } else {
                all.iter().all(gone)
            };
            if never {
                let zh = format!("{code} 所需的操作都在排除之列，没有病例能入此病种");
                let en = format!("no case can be of type {code}: a procedure that it asks for is excluded");
                found.push(self.warning(S120, known, Text::new(zh, en)));
            }
        }
        found
    }

    /// Types that another one of a kind that goes first always hides.
    fn hidden(&self) -> Vec<Diagnostic> {
        let mut first: FxHashMap<Shape, &DipType> = FxHashMap::default();
        for known in &self.types {
            let one = first.entry(self.shape(known, false)).or_insert(known);
            if known.kind < one.kind {
                *one = known;
            }
        }
        let mut found = Vec::new();
        for known in &self.types {
            let Some(one) = first.get(&self.shape(known, false)).filter(|one| one.kind < known.kind) else {
                continue;
            };
            let (code, other, line) = (&known.code, &one.code, one.line);
            let zh = format!("没有病例能入 {code}：第 {line} 行的 {other} 适用相同的病例且优先");
            let en =
                format!("no case can be of type {code}: {other} in line {line} fits the same cases and goes first");
            found.push(self.warning(S120, known, Text::new(zh, en)));
        }
        found
    }

    fn warning(&self, code: dianzhi_policy::codes::Code, known: &DipType, text: Text) -> Diagnostic {
        let help = Text::new(
            "核对 types.tsv 与 operations.tsv",
            "compare types.tsv and operations.tsv",
        );
        Diagnostic::warning(code.id, text, help).at(at(&self.files.types, known.line))
    }
}

fn sorted(all: impl Iterator<Item = String>) -> Vec<String> {
    let mut all: Vec<String> = all.collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn text(diagnoses: &Diagnoses) -> String {
    match diagnoses {
        Diagnoses::Prefix(prefix) => folded(prefix),
        Diagnoses::Range(from, to) => format!("{}-{}", folded(from), folded(to)),
    }
}

/// What a type asks, whatever the order it is written in.
fn asked(asks: &Asks) -> Vec<Vec<String>> {
    match asks {
        Asks::Treatment(treatment) => vec![vec![treatment.as_str().to_owned()]],
        Asks::Procedures(all) => {
            let mut all: Vec<Vec<String>> = all
                .iter()
                .map(|one| sorted(one.iter().map(|code| folded(code))))
                .collect();
            all.sort_unstable();
            all
        }
    }
}
