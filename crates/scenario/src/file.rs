//! The scenarios file: a header, the baseline, the overlays.

use crate::assume::{Assumption, assumption};
use crate::codes::X102;
use crate::lines::{Lines, Section};
use dianzhi_core::Text;
use dianzhi_policy::codes::{P106, P109};
use dianzhi_policy::{Diagnostics, Document, Place, names_help};
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use toml::Spanned;
use toml::de::DeValue;

/// What a comparison, or one of its scenarios, says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Title.
    pub title: String,
    /// Who models it.
    pub author: String,
    /// The policy text that it models.
    pub policy: String,
    /// When it was modelled.
    pub date: Date,
}

/// A scenarios file, read.
#[derive(Clone, Debug)]
pub struct Scenarios {
    /// The file, as given.
    pub path: PathBuf,
    /// `[comparison]`: the header of all, and what the baseline changes in its region file.
    pub base: Scenario,
    /// The baseline's region file, as written: relative to this file.
    pub baseline: String,
    /// The county of a hospital, by its code; empty where alliances stand for counties.
    pub counties: BTreeMap<String, String>,
    /// `[[assumption]]`, in order.
    pub assumptions: Vec<Assumption>,
    /// `[[scenario]]`, in order.
    pub scenarios: Vec<Scenario>,
    pub(crate) document: Document,
}

/// One scenario: a header and an overlay.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Its name in the outputs, and its folder's.
    pub id: String,
    /// What it says of itself.
    pub header: Header,
    /// `assume`: the ids of the assumptions that are carried out, in order.
    pub assume: Vec<String>,
    pub(crate) overlay: Overlay,
}

/// Where an overlay stands in its file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Overlay {
    /// Keys that go before `set` is merged in, by path.
    pub(crate) remove: Vec<(String, Range<usize>)>,
    /// What is merged in, by path of the leaf.
    pub(crate) leaves: Vec<(String, Range<usize>)>,
    /// Its section.
    pub(crate) span: Range<usize>,
}

/// The name of the baseline in the outputs.
pub const BASELINE: &str = "baseline";

const ROOT: [&str; 4] = ["comparison", "counties", "assumption", "scenario"];
const COMPARISON: [&str; 7] = ["title", "author", "policy", "date", "baseline", "remove", "set"];
const SCENARIO: [&str; 8] = ["id", "title", "author", "policy", "date", "assume", "remove", "set"];

impl Scenarios {
    /// Reads and validates a scenarios file.
    ///
    /// # Errors
    /// F101 where it cannot be read, else every mistake of it.
    ///
    /// ```
    /// let error = dianzhi_scenario::Scenarios::load("no/such.toml".as_ref()).unwrap_err();
    /// assert_eq!(error.0[0].code, "F101");
    /// ```
    pub fn load(path: &Path) -> Result<Scenarios, Diagnostics> {
        Scenarios::of(path, Document::load(path)?)
    }

    fn of(path: &Path, document: Document) -> Result<Scenarios, Diagnostics> {
        let tree = document.tree()?;
        let mut lines = Lines::new(&document);
        let whole = 0..0;
        let root = lines.table("", &whole, tree.get_ref(), &ROOT);
        let mut overlay = Overlay::default();
        let (header, baseline) = match root.table(&mut lines, "comparison") {
            Some(section) => {
                let section = lines.table("comparison", &section.span(), section.get_ref(), &COMPARISON);
                let header = section.header(&mut lines, None);
                overlay = overlay_of(&section, &mut lines);
                (header, section.text(&mut lines, "baseline"))
            }
            None => (None, None),
        };
        let counties = match root.optional("counties") {
            Some(value) => lines.counties(value),
            None => BTreeMap::new(),
        };
        let (ids, assumptions) = assumptions(&root, &mut lines);
        let mut scenarios: Vec<Scenario> = Vec::new();
        for (i, table) in root.tables(&mut lines, "scenario").into_iter().enumerate() {
            let path = format!("scenario[{i}]");
            let section = lines.table(&path, &table.span(), table.get_ref(), &SCENARIO);
            let id = section.text(&mut lines, "id");
            let of_scenario = section.header(&mut lines, header.as_ref());
            let assume = assumed(&section, &mut lines, &ids);
            let overlay = overlay_of(&section, &mut lines);
            let (Some((id, at)), Some(header)) = (id, of_scenario) else {
                continue;
            };
            let others = scenarios.iter().map(|other| other.id.as_str());
            lines.name(["情景", "scenarios"], &id, &at, others);
            scenarios.push(Scenario {
                id,
                header,
                assume,
                overlay,
            });
        }
        let found = lines.found;
        if !found.is_empty() {
            return Err(Diagnostics(found));
        }
        let (Some(header), Some((baseline, _))) = (header, baseline) else {
            return Err(Diagnostics(found));
        };
        drop(tree);
        Ok(Scenarios {
            path: path.to_owned(),
            base: Scenario {
                id: BASELINE.to_owned(),
                header,
                assume: Vec::new(),
                overlay,
            },
            baseline,
            counties,
            assumptions,
            scenarios,
            document,
        })
    }

    /// The text, as read.
    #[must_use]
    pub fn text(&self) -> &str {
        self.document.text()
    }

    /// The folder that its relative paths start from.
    #[must_use]
    pub fn dir(&self) -> &Path {
        crate::paths::folder_of(&self.path)
    }

    /// The assumptions of a scenario, in the order that they are carried out in.
    #[must_use]
    pub fn assumed(&self, scenario: &Scenario) -> Vec<&Assumption> {
        let of = |id: &String| self.assumptions.iter().find(|assumption| assumption.id == *id);
        scenario.assume.iter().filter_map(of).collect()
    }

    /// Where a key of an assumption stands, by path.
    pub(crate) fn place_of(&self, assumption: &Assumption, key: &str) -> Place {
        let at = assumption.places.get(key);
        at.map_or_else(|| self.document.whole(), |at| self.document.place(at))
    }

    /// The baseline's region file.
    #[must_use]
    pub fn baseline_path(&self) -> PathBuf {
        self.dir().join(&self.baseline)
    }
}

/// The assumptions, with the ids of all of them, right or wrong.
fn assumptions(root: &Section<'_>, lines: &mut Lines<'_>) -> (Vec<String>, Vec<Assumption>) {
    let (mut ids, mut all) = (Vec::new(), Vec::new());
    for (i, table) in root.tables_if(lines, "assumption").into_iter().enumerate() {
        let id = table.get_ref().get("id");
        if let Some((id, at)) = id.and_then(|id| Some((id.get_ref().as_str()?, id.span()))) {
            lines.name(["假设", "assumptions"], id, &at, ids.iter().map(String::as_str));
            ids.push(id.to_owned());
        }
        all.extend(assumption(lines, i, &table));
    }
    (ids, all)
}

/// Most assumptions of a scenario: each of `volume` may double the cases.
const ASSUMED_MAX: usize = 8;

/// `assume`: ids of assumptions, each once.
fn assumed(section: &Section<'_>, lines: &mut Lines<'_>, known: &[String]) -> Vec<String> {
    let Some(assume) = section.optional("assume") else {
        return Vec::new();
    };
    let mut ids: Vec<String> = Vec::new();
    for (id, at) in lines.texts("assume", assume) {
        if !known.contains(&id) {
            let text = Text::new(
                format!("没有 id 为“{id}”的 [[assumption]]"),
                format!("there is no [[assumption]] with the id \"{id}\""),
            );
            lines.note(X102, &at, text, names_help(&id, known.iter().map(String::as_str)));
        } else if ids.contains(&id) {
            let text = Text::new(format!("assume 中 {id} 出现两次"), format!("assume has {id} twice"));
            let help = Text::new(
                "一个假设只做一次；再做一次的，另写一个假设",
                "an assumption is made once; write another one to make it again",
            );
            lines.note(P109, &at, text, help);
        } else if ids.len() == ASSUMED_MAX {
            let text = Text::new(
                format!("assume 的假设多于 {ASSUMED_MAX} 个"),
                format!("assume has more than {ASSUMED_MAX} assumptions"),
            );
            let help = Text::new("把假设分到几个情景", "make them in several scenarios");
            lines.note(P106, &at, text, help);
            break;
        } else {
            ids.push(id);
        }
    }
    ids
}

fn overlay_of(section: &Section<'_>, lines: &mut Lines<'_>) -> Overlay {
    let mut overlay = Overlay {
        span: section.span.clone(),
        ..Overlay::default()
    };
    if let Some(remove) = section.optional("remove") {
        overlay.remove = lines.texts("remove", remove);
    }
    if let Some(set) = section.optional("set") {
        match set.get_ref() {
            DeValue::Table(table) => leaves_of("", table, &mut overlay.leaves),
            _ => lines.wrong_kind("set", set, "一节", "a table"),
        }
    }
    overlay
}

/// Every value below a table that is none itself; of sections with an id, by that.
fn leaves_of(path: &str, table: &toml::de::DeTable<'_>, leaves: &mut Vec<(String, Range<usize>)>) {
    for (name, value) in table {
        let path = crate::places::below(path, name.get_ref());
        leaf(&path, value, leaves);
    }
}

fn leaf(path: &str, value: &Spanned<DeValue<'_>>, leaves: &mut Vec<(String, Range<usize>)>) {
    match value.get_ref() {
        DeValue::Table(table) => leaves_of(path, table, leaves),
        DeValue::Array(array) if !array.is_empty() && array.iter().all(|one| crate::places::id_of(one).is_some()) => {
            for one in array.iter() {
                let id = crate::places::id_of(one).unwrap_or_default();
                leaf(&crate::places::below(path, id), one, leaves);
            }
        }
        _ => leaves.push((path.to_owned(), value.span())),
    }
}
