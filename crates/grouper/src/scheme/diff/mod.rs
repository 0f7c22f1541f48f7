//! What changed from one scheme to another, in the terms of those who code: which groups came and
//! went, which conditions say something else, which codes moved from one ADRG to another.

mod codes;
mod rules;
mod tables;

use super::Scheme;
use dianzhi_core::Text;
use serde::Serialize;

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// What kind of change; the word never changes its meaning.
    pub kind: ChangeKind,
    /// What changed: a key, an MDC, a rule, `rule/DRG`, an owner and its list such as `BR2 zd`, a table.
    pub subject: String,
    /// How it was, where it was.
    pub from: Option<String>,
    /// How it is, where it is.
    pub to: Option<String>,
    /// The codes concerned.
    pub codes: Vec<String>,
    /// All of it as a sentence.
    pub text: Text,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)*) => {
        /// The kinds of changes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[non_exhaustive]
        pub enum ChangeKind {
            $($(#[$doc])* #[serde(rename = $word)] $name,)*
        }

        impl ChangeKind {
            /// Every kind, in the order in which changes are told.
            pub const ALL: &[ChangeKind] = &[$(ChangeKind::$name,)*];

            /// The stable word.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(ChangeKind::$name => $word,)*
                }
            }
        }
    };
}

kinds! {
    /// A value of `scheme.toml`.
    HeaderChanged = "header-changed",
    /// A new MDC.
    MdcAdded = "mdc-added",
    /// An MDC that is no more.
    MdcGone = "mdc-gone",
    /// MDCs are tried in another order.
    MdcOrder = "mdc-order",
    /// The gate of an MDC.
    GateChanged = "gate-changed",
    /// When records of an MDC are ambiguous.
    AmbiguousChanged = "ambiguous-changed",
    /// A new rule: an ADRG, or one of its rules.
    RuleAdded = "rule-added",
    /// A rule that is no more.
    RuleGone = "rule-gone",
    /// A rule stands in another MDC.
    RuleMoved = "rule-moved",
    /// Rules of an MDC, the ambiguous branch among them, are tried in another order.
    RuleOrder = "rule-order",
    /// The condition of a rule.
    RuleChanged = "rule-changed",
    /// What a rule gives where no split fits.
    OtherwiseChanged = "otherwise-changed",
    /// A new DRG of a rule.
    SplitAdded = "split-added",
    /// A DRG of a rule that is no more.
    SplitGone = "split-gone",
    /// Splits of a rule are tried in another order.
    SplitOrder = "split-order",
    /// The condition of a split.
    SplitChanged = "split-changed",
    /// Codes went from one owner's list to the same list of another.
    CodesMoved = "codes-moved",
    /// Codes came to a list.
    CodesAdded = "codes-added",
    /// Codes left a list.
    CodesGone = "codes-gone",
    /// Codes of a list have other labels or body regions.
    LabelsChanged = "labels-changed",
    /// Codes came to MCC, CC or the main diagnoses that exclude.
    ComplicationsAdded = "complications-added",
    /// Codes left them.
    ComplicationsGone = "complications-gone",
    /// Their exclusion group is another one.
    ExclusionChanged = "exclusion-changed",
    /// Procedures became valid.
    ValidAdded = "valid-added",
    /// Procedures are valid no more.
    ValidGone = "valid-gone",
    /// A code has a translation now.
    TranslationsAdded = "translations-added",
    /// A code has none any more.
    TranslationsGone = "translations-gone",
    /// A code becomes another one than before.
    TranslationChanged = "translation-changed",
    /// A DRG, diagnosis or procedure has a name now.
    NamesAdded = "names-added",
    /// It has none any more.
    NamesGone = "names-gone",
    /// It has another name.
    NameChanged = "name-changed",
    /// A department is mapped otherwise.
    DepartmentChanged = "department-changed",
}

/// What changed from `a` to `b`, in the order of [`ChangeKind::ALL`]. Where rows of a table repeat
/// each other, and in which order codes stand in a list, is no change.
///
/// ```
/// use dianzhi_grouper::Scheme;
/// use dianzhi_grouper::scheme::{ChangeKind, diff};
/// let with = |zd: &str| {
///     Scheme::of_tables(&[
///         ("scheme.toml", "code = \"small\""),
///         ("mdc.tsv", "mdc\tcond\tadrgs\nMDCB\tdx0(mdc)\t|QY|,BR2,BZ1"),
///         ("mdc_dx.tsv", "mdc\tcode\nMDCB\tI63.900\nMDCB\tG93.900"),
///         ("adrg.tsv", "adrg\tcond\totherwise\nBR2\tdx0(zd)\tBR2\nBZ1\tdx0(zd)\tBZ1"),
///         ("adrg_codes.tsv", &format!("adrg\tlist\tcode\n{zd}")),
///         ("drg.tsv", "adrg\tdrg\tcond"),
///         ("mcc.tsv", "code\tgroup"),
///         ("cc.tsv", "code\tgroup"),
///         ("cce.tsv", "code\tgroup"),
///         ("ss_valid.tsv", "code"),
///     ])
/// };
/// let before = with("BR2\tzd\tI63.900\nBR2\tzd\tG93.900")?;
/// let after = with("BR2\tzd\tI63.900\nBZ1\tzd\tG93.900")?;
/// let changes = diff(&before, &after);
/// assert_eq!(changes[0].kind, ChangeKind::CodesMoved);
/// assert_eq!(changes[0].text.en, "list zd: 1 code moved from BR2 to BZ1: G93.900");
/// assert!(diff(&after, &after).is_empty());
/// # Ok::<(), dianzhi_policy::Diagnostics>(())
/// ```
#[must_use]
pub fn diff(a: &Scheme, b: &Scheme) -> Vec<Change> {
    let mut found = Found::default();
    tables::header(&mut found, a, b);
    rules::compare(&mut found, a, b);
    codes::compare(&mut found, a, b);
    tables::compare(&mut found, a, b);
    found.0.sort_by_key(|change| change.kind);
    found.0
}

#[derive(Default)]
struct Found(Vec<Change>);

impl Found {
    /// Something came, went, or is another.
    fn tell(&mut self, kind: ChangeKind, subject: &str, from: Option<&str>, to: Option<&str>, text: Text) {
        self.0.push(Change {
            kind,
            subject: subject.to_owned(),
            from: from.map(str::to_owned),
            to: to.map(str::to_owned),
            codes: Vec::new(),
            text,
        });
    }

    /// Something says `to` where it said `from`; `zh` and `en` are what it is.
    fn changed(&mut self, kind: ChangeKind, subject: &str, zh: &str, en: &str, from: &str, to: &str) {
        if from != to {
            let shown = |text: &str, none: &str| {
                if text.is_empty() {
                    none.to_owned()
                } else {
                    text.to_owned()
                }
            };
            let text = Text::new(
                format!("{zh}由 {} 改为 {}", shown(from, "（空）"), shown(to, "（空）")),
                format!(
                    "{en} changed from {} to {}",
                    shown(from, "nothing"),
                    shown(to, "nothing")
                ),
            );
            self.tell(kind, subject, Some(from), Some(to), text);
        }
    }

    /// Codes of which the same is to be said.
    fn codes(
        &mut self,
        kind: ChangeKind,
        subject: &str,
        ends: [Option<&str>; 2],
        codes: Vec<String>,
        text: (&str, &str),
    ) {
        if codes.is_empty() {
            return;
        }
        let more = if codes.len() > 6 { " …" } else { "" };
        let named = format!("{}{more}", codes[..codes.len().min(6)].join(" "));
        let count = codes.len();
        let (zh, en) = text;
        let plural = if count == 1 { "" } else { "s" };
        let [from, to] = ends;
        let text = Text::new(
            zh.replace("{}", &format!("{count} 个编码")) + &format!("：{named}"),
            en.replace("{}", &format!("{count} code{plural}")) + &format!(": {named}"),
        );
        self.0.push(Change {
            kind,
            subject: subject.to_owned(),
            from: from.map(str::to_owned),
            to: to.map(str::to_owned),
            codes,
            text,
        });
    }
}

#[cfg(test)]
mod tests;
