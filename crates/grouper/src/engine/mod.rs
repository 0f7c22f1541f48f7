//! The grouping engine: a scheme compiled into dense tables.
//!
//! Every rule of every MDC has one bit. For each diagnosis code there is a row of bits: the rules
//! whose questions about the main diagnosis it answers with yes, their gate's questions included;
//! the same for each procedure code as main procedure. Two rows and-ed leave the few rules worth
//! a look, in the order in which they are tried; what else they ask is asked then.

mod compile;
mod evaluate;
mod explain;
mod group;
mod translate;

pub use explain::{Complication, Explanation, Step};

use crate::codes::{CodeId, Codes, folded};
use crate::grouping::{Reason, Status};
use crate::record::Record;
use crate::scheme::{Compare, Figure, Scheme};
use dianzhi_policy::Diagnostics;
use rustc_hash::FxHashMap;
use std::path::Path;
use std::sync::OnceLock;
use translate::Translations;

/// How codes are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GroupOptions {
    /// Codes are compared as they stand. Otherwise blanks around them, wide letters and letter case
    /// are no difference, and empty codes behind the main one are passed over.
    pub verbatim: bool,
    /// Codes are translated by the scheme's tables before anything else.
    pub translate: bool,
}

/// A scheme compiled for grouping. It is not changed by grouping, so threads can share it.
///
/// ```no_run
/// use dianzhi_grouper::{Given, Grouper, Record, Sex, Status};
///
/// let grouper = Grouper::load("chs_drg_11.dzs".as_ref())?;
/// let stay = Record {
///     sex: Sex::Male,
///     age_years: Given::Is(63),
///     diagnoses: &["I21.000", "I50.100"],
///     procedures: &["36.0700"],
///     ..Record::default()
/// };
/// let grouping = grouper.group(&stay);
/// if grouping.status == Status::Grouped {
///     println!("{} {} {}", grouping.mdc, grouping.adrg, grouping.group_code);
/// }
/// # Ok::<(), dianzhi_policy::Diagnostics>(())
/// ```
#[derive(Debug)]
pub struct Grouper {
    scheme: Scheme,
    options: GroupOptions,
    diagnoses: Coding,
    procedures: Coding,
    mdcs: Vec<Gate>,
    /// Those whose gate asks for the sex.
    sexed: Vec<usize>,
    /// The main diagnoses that one of these may take; `None`: any.
    sexed_diagnoses: Option<Set>,
    rules: Vec<Rule>,
    splits: Vec<Split>,
    /// Words of a row.
    words: usize,
    /// Every list that a test asks for.
    sets: Vec<Set>,
    regions: Vec<FxHashMap<CodeId, u32>>,
    labels: Vec<Labels>,
    departments: FxHashMap<String, String>,
    /// First and last day of discharge that the scheme is valid for, as yyyymmdd.
    valid: (u32, u32),
}

/// The codes of one kind and what the rules say of each.
#[derive(Debug, Default)]
struct Coding {
    codes: Codes,
    /// The codes by their folded form, made when first asked for.
    folded: OnceLock<Codes>,
    /// Codes of lists or names, or that a translation gives: what the scheme's code version has.
    known: Set,
    /// Whether the scheme names its codes; else a code in no list may still be a good one.
    has_names: bool,
    /// For each code the number of its row.
    row_of: Vec<u32>,
    /// Rows, one behind the other; the first is that of a code in no list.
    rows: Vec<u64>,
    translations: Translations,
    /// Empty of procedures.
    kinds: Vec<Kinds>,
}

/// What a diagnosis is among the complications: in each table its exclusion group plus one, 0 for none.
#[derive(Clone, Copy, Debug, Default)]
struct Kinds {
    mcc: u32,
    cc: u32,
    /// As main diagnosis, the group that it switches off.
    excludes: u32,
}

/// A set of codes, a bit for each from the first to the last: lists mostly have codes whose numbers
/// are near each other.
#[derive(Clone, Debug, Default)]
struct Set {
    /// Position of the first word.
    first: usize,
    words: Vec<u64>,
}

/// An MDC's gate.
#[derive(Debug)]
struct Gate {
    /// Its position in the scheme.
    mdc: usize,
    /// The group of its ambiguous records.
    ambiguous_code: String,
    tests: Vec<Test>,
    /// Its rules: positions in [`Grouper::rules`].
    first_rule: usize,
    end_rule: usize,
}

/// A rule, or the ambiguous branch of an MDC.
#[derive(Debug)]
struct Rule {
    /// Position in [`Grouper::mdcs`].
    mdc: usize,
    /// Position in the scheme's rules; `None` for the ambiguous branch.
    adrg: Option<usize>,
    /// All that it asks, its gate not included.
    tests: Vec<Test>,
    /// What it and its gate ask beyond the main diagnosis and the main procedure.
    rest: Vec<Test>,
    /// Its splits: positions in [`Grouper::splits`].
    first_split: usize,
    end_split: usize,
    otherwise: Option<Target>,
}

/// A DRG of a rule.
#[derive(Debug)]
struct Split {
    target: Target,
    /// Position among its rule's splits in the scheme.
    position: usize,
    tests: Vec<Test>,
}

/// What a record is given.
#[derive(Clone, Debug)]
struct Target {
    adrg: String,
    group_code: String,
}

/// One question about a record.
#[derive(Clone, Debug, PartialEq)]
enum Test {
    /// Some of the record's codes are in a set, or, negated, none is.
    Codes {
        is_diagnosis: bool,
        which: Asked,
        set: usize,
        negated: bool,
    },
    /// A figure in its own unit, hours in minutes.
    Figure {
        figure: Figure,
        compare: Compare,
        value: i32,
    },
    /// Body regions of the MDC at this position.
    Regions {
        mdc: usize,
        compare: Compare,
        value: i32,
    },
    Department(String),
    Leaving(Vec<String>),
    Labels(usize),
    Complication {
        mcc: bool,
        cc: bool,
    },
    Never,
}

/// Which of the codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    Main,
    Any,
    Other,
}

/// Labels of procedures by number, and alternatives of labels that must all be there. Procedures
/// whose label no alternative names are left out.
#[derive(Debug)]
struct Labels {
    of: FxHashMap<CodeId, usize>,
    alternatives: Vec<Vec<usize>>,
}

/// What a grouper says of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grouping<'g> {
    /// How it ended.
    pub status: Status,
    /// 主要诊断大类, as the scheme names it.
    pub mdc: &'g str,
    /// ADRG.
    pub adrg: &'g str,
    /// DRG.
    pub group_code: &'g str,
    /// Why there is no group, and what is worth a look beside one; empty for most records.
    pub reasons: Vec<Reason>,
    /// Codes that were found only after blanks, widths or letter case were mended.
    pub mended: u32,
}

impl Grouping<'_> {
    /// The reasons as they stand in output files, `;` between them.
    #[must_use]
    pub fn reason(&self) -> String {
        let reasons: Vec<String> = self.reasons.iter().map(ToString::to_string).collect();
        reasons.join(";")
    }
}

impl Grouper {
    /// Loads a package, or a folder of tables, and compiles it.
    ///
    /// # Errors
    /// Every mistake of the scheme, each with its file and line.
    pub fn load(path: &Path) -> Result<Grouper, Diagnostics> {
        Ok(Grouper::new(Scheme::load(path)?, GroupOptions::default()))
    }

    /// The same scheme with other options.
    #[must_use]
    pub fn with(mut self, options: GroupOptions) -> Grouper {
        self.options = options;
        self
    }

    /// Its options.
    #[must_use]
    pub fn options(&self) -> GroupOptions {
        self.options
    }

    /// The name of a DRG, if the scheme has one.
    #[must_use]
    pub fn drg_name(&self, drg: &str) -> Option<&str> {
        self.scheme.drg_name(drg)
    }

    /// Groups one record.
    #[must_use]
    pub fn group(&self, record: &Record<'_>) -> Grouping<'_> {
        group::group(self, record)
    }

    /// Every step of grouping one record.
    #[must_use]
    pub fn explain(&self, record: &Record<'_>) -> Explanation<'_> {
        explain::explain(self, record)
    }
}

impl Set {
    /// An empty set that codes up to so many can come into.
    fn with_room(codes: usize) -> Set {
        Set {
            first: 0,
            words: vec![0; codes.div_ceil(64)],
        }
    }

    fn of(codes: impl Iterator<Item = CodeId> + Clone) -> Set {
        let (first, last) = codes.clone().fold((CodeId::MAX, 0), |(first, last), code| {
            (first.min(code), last.max(code))
        });
        if first > last {
            return Set::default();
        }
        let first = (first / 64) as usize;
        let mut set = Set {
            first,
            words: vec![0; (last / 64) as usize - first + 1],
        };
        codes.for_each(|code| set.insert(code));
        set
    }

    /// Takes a code that is not before the first word.
    fn insert(&mut self, code: CodeId) {
        let word = (code / 64) as usize - self.first;
        if word >= self.words.len() {
            self.words.resize(word + 1, 0);
        }
        self.words[word] |= 1 << (code % 64);
    }

    #[inline]
    fn has(&self, code: CodeId) -> bool {
        self.word((code / 64) as usize) >> (code % 64) & 1 == 1
    }

    #[inline]
    fn word(&self, word: usize) -> u64 {
        self.words.get(word.wrapping_sub(self.first)).copied().unwrap_or(0)
    }
}

/// A code that the scheme does not have.
const UNKNOWN: CodeId = CodeId::MAX;

impl Coding {
    /// The number of a code, and whether it had to be mended.
    #[inline]
    fn find(&self, code: &str, verbatim: bool) -> (CodeId, bool) {
        match self.codes.get(code) {
            Some(id) => (id, false),
            None if verbatim => (UNKNOWN, false),
            None => self.mend(code),
        }
    }

    #[cold]
    fn mend(&self, code: &str) -> (CodeId, bool) {
        let by_folded = self.folded.get_or_init(|| {
            let mut table = Codes::default();
            for id in 0..self.codes.len() {
                // Numbers must stay the same: in place of a form that is there already, or none,
                // stands one with a capital letter, which no folded code has.
                let id = CodeId::try_from(id).unwrap_or(UNKNOWN);
                let form = folded(self.codes.text(id));
                if form.is_empty() || table.get(&form).is_some() {
                    table.insert(&format!("N{id}"));
                } else {
                    table.insert(&form);
                }
            }
            table
        });
        match by_folded.get(&folded(code)) {
            Some(id) => (id, true),
            None => (UNKNOWN, false),
        }
    }

    #[inline]
    fn kinds(&self, code: CodeId) -> Kinds {
        self.kinds.get(code as usize).copied().unwrap_or_default()
    }

    /// The row of a code.
    #[inline]
    fn row(&self, code: CodeId, words: usize) -> &[u64] {
        let row = self.row_of.get(code as usize).copied().unwrap_or(0) as usize;
        &self.rows[row * words..(row + 1) * words]
    }
}
