//! A scenario's region file: the baseline's text with the overlay merged in, as plain TOML that
//! `settle` takes. Comments of the baseline stay where its values do.

use crate::codes::X101;
use crate::file::{BASELINE, Scenario, Scenarios};
use crate::paths::Moved;
use dianzhi_core::Text;
use dianzhi_policy::codes::{P104, P109};
use dianzhi_policy::{Diagnostic, Diagnostics, names_help};
use std::collections::BTreeSet;
use std::ops::Range;
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, TableLike, Value};

/// The key of a section that says before which other of its kind it goes.
const BEFORE: &str = "before";

/// The text of a region file with the overlay of a scenario in it.
///
/// Tables merge key by key; sections with an `id` merge with the one of that id, and new ones go to the
/// end; either goes before the one that its `before` names; every other value takes the place of the
/// baseline's. What `remove` names is gone first. Paths of `files` stay those of the file that names
/// them: `moved` leads from the scenarios file's folder to the baseline's.
///
/// # Errors
/// X101 where `remove` or `before` names what is not there, P104 where a table meets a value.
pub(crate) fn merged(
    scenarios: &Scenarios,
    scenario: &Scenario,
    baseline: &str,
    moved: &Moved,
) -> Result<String, Diagnostics> {
    let mut found = Vec::new();
    let (Some(mut document), Some(overlay)) = (parsed(baseline), parsed(scenarios.text())) else {
        return Err(Diagnostics(vec![not_editable(scenarios, scenario)]));
    };
    for (path, at) in &scenario.overlay.remove {
        if !remove(document.as_table_mut(), path) {
            found.push(not_there(scenarios, at, path, document.as_table()));
        }
    }
    let set = section_of(&overlay, &scenario.id).and_then(|section| section.get("set"));
    if let Some(set) = set.and_then(Item::as_table_like) {
        let mut merge = Merge {
            note: format!(" # {}：{}", scenario.id, one_line(&scenario.header.policy)),
            wrong: Vec::new(),
        };
        let mut set = owned(set);
        if let Some(files) = set.get_mut("files").and_then(Item::as_table_like_mut) {
            move_paths(files, moved);
        }
        merge.tables("", document.as_table_mut(), &set, false);
        for (path, wrong) in merge.wrong {
            let is_of = |leaf: &str| {
                leaf.strip_prefix(&*path)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            };
            let leaf = scenario.overlay.leaves.iter().find(|(leaf, _)| is_of(leaf));
            let at = leaf.map_or(&scenario.overlay.span, |(_, at)| at);
            found.push(wrong.told(scenarios, at, &path));
        }
    }
    if !found.is_empty() {
        return Err(Diagnostics(found));
    }
    Ok(document.to_string())
}

/// The text of the region file of a scenario, as if it stood beside the baseline.
///
/// # Errors
/// X101 and P104, each with its place in the scenarios file.
pub fn overlaid(scenarios: &Scenarios, scenario: &Scenario, baseline: &str) -> Result<String, Diagnostics> {
    let to = crate::paths::folder_of(&scenarios.baseline_path()).to_owned();
    merged(scenarios, scenario, baseline, &Moved::new(scenarios.dir(), &to))
}

/// The text of a region file that goes into another folder.
pub(crate) fn moved_to(text: &str, moved: &Moved) -> String {
    let Some(mut document) = parsed(text) else {
        return text.to_owned();
    };
    if let Some(files) = document.get_mut("files").and_then(Item::as_table_like_mut) {
        move_paths(files, moved);
    }
    document.to_string()
}

/// The text of a region file whose claims are those that a scenario's assumptions made.
pub(crate) fn claims_from(text: &str, names: impl Iterator<Item = String>, scenario: &Scenario) -> String {
    let Some(mut document) = parsed(text) else {
        return text.to_owned();
    };
    if let Some(files) = document.get_mut("files") {
        let mut claims = Value::Array(names.collect());
        // A comment cannot stand inside an inline table.
        if files.is_table() {
            let note = format!(" # {}：{}", scenario.id, scenario.assume.join(", "));
            *claims.decor_mut() = toml_edit::Decor::new(" ", note);
        }
        if let Some(files) = files.as_table_like_mut() {
            files.insert("claims", Item::Value(claims));
        }
    }
    document.to_string()
}

fn parsed(text: &str) -> Option<DocumentMut> {
    text.parse().ok()
}

/// `[comparison]` for the baseline's own overlay, else the scenario's section.
fn section_of<'o>(overlay: &'o DocumentMut, id: &str) -> Option<&'o dyn TableLike> {
    if id == BASELINE {
        return overlay.get("comparison")?.as_table_like();
    }
    let is_it = |section: &dyn TableLike| section.get("id").and_then(Item::as_str) == Some(id);
    match overlay.get("scenario")? {
        Item::ArrayOfTables(sections) => {
            let section = sections.iter().find(|section| is_it(*section))?;
            Some(section)
        }
        // scenario = [{ id = "...", ... }]
        item => {
            let mut sections = item.as_array()?.iter().filter_map(Value::as_inline_table);
            let section = sections.find(|section| is_it(*section))?;
            Some(section)
        }
    }
}

/// Both texts were read before; should one of them not be read as a text to be changed, nothing is
/// changed by half.
fn not_editable(scenarios: &Scenarios, scenario: &Scenario) -> Diagnostic {
    let text = Text::new(
        "基准或情景文件无法合并：TOML 的写法无法改动",
        "the baseline and the scenarios file cannot be merged: their TOML cannot be changed in place",
    );
    let help = Text::new(
        "把带点的键和内嵌的表改写成 [节]",
        "write dotted keys and inline tables as [sections]",
    );
    Diagnostic::error(X101.id, text, help).at(scenarios.document.place(&scenario.overlay.span))
}

/// A table that stands alone, whatever way it was written.
fn owned(table: &dyn TableLike) -> Table {
    let mut all = Table::new();
    for (key, item) in table.iter() {
        all.insert(key, item.clone());
    }
    all
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Every path of `[files]`, in its place and with the comment beside it.
fn move_paths(files: &mut dyn TableLike, moved: &Moved) {
    for (key, item) in files.iter_mut() {
        let is_pattern = key.get() == "claims";
        let path = |value: &mut Value| {
            let Some(text) = value.as_str() else { return };
            let to = if is_pattern {
                moved.pattern(text)
            } else {
                moved.path(text)
            };
            let decor = value.decor().clone();
            *value = to.into();
            *value.decor_mut() = decor;
        };
        match item {
            Item::Value(Value::Array(array)) => array.iter_mut().for_each(path),
            Item::Value(value) if key.get() != "encoding" => path(value),
            _ => {}
        }
    }
}

/// Takes away a key, or a section by the id behind the kind's name; false where it is not there.
fn remove(table: &mut dyn TableLike, path: &str) -> bool {
    if path.split('.').any(str::is_empty) {
        return false;
    }
    let (first, rest) = path.split_once('.').unwrap_or((path, ""));
    if rest.is_empty() {
        return table.remove(first).is_some();
    }
    match table.get_mut(first) {
        Some(Item::ArrayOfTables(sections)) => {
            let is_it = |section: &Table, id: &str| section.get("id").and_then(Item::as_str) == Some(id);
            let at = sections.iter().position(|section| is_it(section, rest));
            if let Some(at) = at {
                sections.remove(at);
                return true;
            }
            let Some((id, rest)) = rest.split_once('.') else {
                return false;
            };
            let section = sections.iter_mut().find(|section| is_it(section, id));
            section.is_some_and(|section| remove(section, rest))
        }
        Some(item) => item.as_table_like_mut().is_some_and(|table| remove(table, rest)),
        None => false,
    }
}

fn not_there(scenarios: &Scenarios, at: &Range<usize>, path: &str, table: &Table) -> Diagnostic {
    let text = Text::new(
        format!("基准中没有 {path}，无可删去"),
        format!("the baseline has no {path} to remove"),
    );
    let help = match path.contains('.') {
        false => names_help(path, table.iter().map(|(key, _)| key)),
        true => Text::new(
            "写成 节.键；多节同名的写 节名.id，如 route.minor",
            "write section.key; of sections of one kind the kind and the id, such as route.minor",
        ),
    };
    Diagnostic::error(X101.id, text, help).at(scenarios.document.place(at))
}

/// What an overlay cannot do to the baseline.
enum Wrong {
    /// A table where the baseline has a value, or the other way round.
    Kind,
    /// `before` names a section that is not there: the kind, the id and those that are there.
    Before(String, String, Vec<String>),
    /// `before` is no text.
    BeforeKind,
    /// One overlay has two sections of one id.
    Twice,
}

impl Wrong {
    fn told(self, scenarios: &Scenarios, at: &Range<usize>, path: &str) -> Diagnostic {
        let diagnostic = match self {
            Wrong::Kind => Diagnostic::error(
                P104.id,
                Text::new(
                    format!("{path} 与基准中的写法不同：一处是一节，另一处是值"),
                    format!("{path} is a table on one side and a value in the baseline, or the other way round"),
                ),
                Text::new(
                    "写成与基准同样的形式，或先在 remove 中删去它",
                    "write it as the baseline does, or take it out by remove first",
                ),
            ),
            Wrong::BeforeKind => Diagnostic::error(
                P104.id,
                Text::new(
                    format!("{path} 的 before 应为文字"),
                    format!("before of {path} must be a text"),
                ),
                Text::new("写同类另一节的 id", "write the id of another section of the kind"),
            ),
            Wrong::Twice => Diagnostic::error(
                P109.id,
                Text::new(
                    format!("同一情景中 {path} 出现两次"),
                    format!("{path} stands twice in one scenario"),
                ),
                Text::new("合为一节", "make one section of the two"),
            ),
            Wrong::Before(kind, id, known) => Diagnostic::error(
                X101.id,
                Text::new(
                    format!("before 为“{id}”：没有 id 为它的 {kind}"),
                    format!("before is \"{id}\": there is no {kind} of that id"),
                ),
                names_help(&id, known.iter().map(String::as_str)),
            ),
        };
        diagnostic.at(scenarios.document.place(at))
    }
}

struct Merge {
    /// Stands beside every value that takes the place of one of the baseline, whose source is not its own.
    note: String,
    wrong: Vec<(String, Wrong)>,
}

impl Merge {
    /// Merges a table into one of the baseline; a note cannot stand inside an inline one.
    fn tables(&mut self, path: &str, base: &mut dyn TableLike, over: &dyn TableLike, is_inline: bool) {
        for (key, item) in over.iter() {
            let path = crate::places::below(path, key);
            let Some(there) = base.get_mut(key).filter(|item| !item.is_none()) else {
                let item = match item {
                    Item::ArrayOfTables(more) if has_ids(more) => {
                        let mut sections = ArrayOfTables::new();
                        self.sections(&path, &mut sections, more);
                        Item::ArrayOfTables(sections)
                    }
                    other => self.new_item(other, is_inline),
                };
                base.insert(key, item);
                continue;
            };
            // pool = [{ id = "…", … }] is the same as sections.
            let inline = there.is_array_of_tables().then(|| sections_of(item)).flatten();
            let item = inline.as_ref().unwrap_or(item);
            match (&mut *there, item) {
                (Item::ArrayOfTables(sections), Item::ArrayOfTables(more)) if has_ids(sections) && has_ids(more) => {
                    self.sections(&path, sections, more);
                }
                (Item::ArrayOfTables(_), Item::ArrayOfTables(_)) => *there = fresh(item),
                (Item::ArrayOfTables(_), _) | (_, Item::ArrayOfTables(_)) => self.wrong.push((path, Wrong::Kind)),
                _ => self.items(path, there, item, is_inline),
            }
        }
    }

    fn items(&mut self, path: String, there: &mut Item, item: &Item, is_inline: bool) {
        let in_value = there.is_value();
        match (there.as_table_like_mut(), item.as_table_like()) {
            (Some(base), Some(over)) => {
                self.tables(&path, base, over, is_inline || in_value);
                if let (Item::Value(value), false) = (there, is_inline) {
                    value.decor_mut().set_suffix(&self.note);
                }
            }
            (None, None) => match (there.as_value_mut(), item.as_value()) {
                // Written again, it keeps its source.
                (Some(old), Some(new)) if bare(old) == bare(new) => {}
                (Some(old), Some(new)) if is_inline => {
                    let decor = old.decor().clone();
                    *old = new.clone();
                    *old.decor_mut() = decor;
                }
                _ => *there = self.new_item(item, is_inline),
            },
            _ => self.wrong.push((path, Wrong::Kind)),
        }
    }

    /// An item of the overlay for the baseline, with the overlay's own comment, else the note.
    fn new_item(&self, item: &Item, is_inline: bool) -> Item {
        let mut item = fresh(item);
        if let Item::Value(value) = &mut item {
            let suffix = value.decor().suffix().and_then(|suffix| suffix.as_str());
            let own = suffix.filter(|suffix| suffix.contains('#') && !is_inline);
            let suffix = match (own, is_inline) {
                (Some(own), _) => own.to_owned(),
                (None, true) => String::new(),
                (None, false) => self.note.clone(),
            };
            *value.decor_mut() = toml_edit::Decor::new(" ", suffix);
        }
        item
    }

    /// Merges sections by id, and puts new ones where they belong.
    fn sections(&mut self, path: &str, base: &mut ArrayOfTables, more: &ArrayOfTables) {
        let mut all: Vec<Table> = base.iter().cloned().collect();
        let at = |all: &[Table], id: &str| all.iter().position(|section| id_of(section) == Some(id));
        let mut seen = BTreeSet::new();
        for section in more {
            let id = id_of(section).unwrap_or_default().to_owned();
            let before = section.get(BEFORE).and_then(Item::as_str).map(str::to_owned);
            if section.contains_key(BEFORE) && before.is_none() {
                self.wrong.push((crate::places::below(path, &id), Wrong::BeforeKind));
            }
            if !seen.insert(id.clone()) {
                self.wrong.push((crate::places::below(path, &id), Wrong::Twice));
            }
            let mut section = section.clone();
            section.remove(BEFORE);
            let (kind, path) = (path, crate::places::below(path, &id));
            let there = at(&all, &id);
            let section = match there {
                Some(at) => {
                    self.tables(&path, &mut all[at], &section, false);
                    // One that is there moves only where it is told to.
                    if before.is_none() {
                        continue;
                    }
                    all.remove(at)
                }
                None => {
                    let mut section = fresh_table(&section);
                    if let Some(id) = section.get_mut("id").and_then(Item::as_value_mut) {
                        id.decor_mut().set_suffix(&self.note);
                    }
                    section
                }
            };
            let to = match before {
                None => all.len(),
                Some(other) => at(&all, &other).unwrap_or_else(|| {
                    let known = all.iter().filter_map(id_of).map(str::to_owned).collect();
                    self.wrong.push((path, Wrong::Before(kind.to_owned(), other, known)));
                    all.len()
                }),
            };
            all.insert(to, section);
        }
        // Written in the order of the list, one behind the other, where the first one stood.
        let first = all.iter().filter_map(Table::position).min();
        base.clear();
        for mut section in all {
            place(&mut section, first);
            base.push(section);
        }
    }
}

/// The sections that a list of inline tables stands for.
fn sections_of(item: &Item) -> Option<Item> {
    let array = item.as_array().filter(|array| !array.is_empty())?;
    let tables = array
        .iter()
        .map(|one| Some(one.as_inline_table()?.clone().into_table()));
    let tables: Option<ArrayOfTables> = tables.collect();
    tables.map(Item::ArrayOfTables)
}

/// A value as it is written, without what stands around it.
fn bare(value: &Value) -> String {
    value.clone().decorated("", "").to_string()
}

fn has_ids(sections: &ArrayOfTables) -> bool {
    sections.iter().all(|section| id_of(section).is_some())
}

fn id_of(section: &Table) -> Option<&str> {
    section.get("id").and_then(Item::as_str)
}

/// An item as it goes into another document: positions in its own mean nothing there.
fn fresh(item: &Item) -> Item {
    match item {
        Item::Table(table) => Item::Table(fresh_table(table)),
        Item::ArrayOfTables(sections) => Item::ArrayOfTables(sections.iter().map(fresh_table).collect()),
        other => other.clone(),
    }
}

fn fresh_table(table: &Table) -> Table {
    let mut table = table.clone();
    place(&mut table, None);
    table
}

/// Gives a table and those in it one position, or none.
fn place(table: &mut Table, position: Option<isize>) {
    table.set_position(position);
    for (_, item) in table.iter_mut() {
        match item {
            Item::Table(inner) => place(inner, position),
            Item::ArrayOfTables(sections) => sections.iter_mut().for_each(|section| place(section, position)),
            _ => {}
        }
    }
}
