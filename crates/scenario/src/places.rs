//! Paths of keys, and which key of an overlay a mistake of the merged region file comes from.

use crate::file::{Scenario, Scenarios};
use dianzhi_core::Text;
use dianzhi_policy::{Diagnostic, Diagnostics, Document, Place};
use std::ops::Range;
use toml::Spanned;
use toml::de::DeValue;

pub(crate) fn below(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

/// The id of a section among others of its kind.
pub(crate) fn id_of<'v>(value: &'v Spanned<DeValue<'_>>) -> Option<&'v str> {
    match value.get_ref() {
        DeValue::Table(table) => table.get("id").and_then(|id| id.get_ref().as_str()),
        _ => None,
    }
}

/// Where a value stands that is named by path, sections among others of their kind by id.
fn find<'v, 't>(value: &'v Spanned<DeValue<'t>>, path: &str) -> Option<&'v Spanned<DeValue<'t>>> {
    if path.is_empty() {
        return Some(value);
    }
    match value.get_ref() {
        DeValue::Table(table) => table.iter().find_map(|(name, value)| {
            let rest = path.strip_prefix(name.get_ref().as_ref())?;
            find(value, rest.strip_prefix('.').or(rest.is_empty().then_some(""))?)
        }),
        DeValue::Array(array) => array.iter().find_map(|one| {
            let rest = path.strip_prefix(id_of(one)?)?;
            find(one, rest.strip_prefix('.').or(rest.is_empty().then_some(""))?)
        }),
        _ => None,
    }
}

impl Scenarios {
    /// Mistakes of the region file that an overlay gives: where they stand in it, and what of the overlay
    /// stands there.
    pub(crate) fn told(&self, scenario: &Scenario, file: &str, text: &str, found: Diagnostics) -> Diagnostics {
        if scenario.overlay.leaves.is_empty() && scenario.overlay.remove.is_empty() {
            return found;
        }
        let merged = Document::new(file.to_owned(), text.to_owned());
        let places = self.set_at(scenario, &merged);
        let name = format!("{file} ({})", scenario.id);
        let shown = |mut place: Place| {
            if place.file == file {
                place.file.clone_from(&name);
            }
            place
        };
        let tell = |mut diagnostic: Diagnostic| {
            let others = diagnostic.also.iter().map(|(place, _)| place);
            let all: Vec<Place> = diagnostic.place.iter().chain(others).cloned().collect();
            let is_there = |at: &Place| all.iter().any(|place| place.file == file && place.line == at.line);
            let own: Vec<Place> = places
                .iter()
                .filter(|(at, _)| is_there(at))
                .map(|(_, own)| own.clone())
                .collect();
            diagnostic.place = diagnostic.place.map(shown);
            diagnostic.also = diagnostic
                .also
                .into_iter()
                .map(|(place, label)| (shown(place), label))
                .collect();
            let id = &scenario.id;
            let label = Text::new(format!("情景 {id} 在此写入"), format!("scenario {id} sets it here"));
            if own.is_empty() {
                let label = Text::new(
                    format!("情景 {id} 由此而来"),
                    format!("by the overlay of scenario {id}"),
                );
                return diagnostic.also(self.document.place(&scenario.overlay.span), label);
            }
            own.into_iter()
                .fold(diagnostic, |told, place| told.also(place, label.clone()))
        };
        Diagnostics(found.0.into_iter().map(tell).collect())
    }

    /// The lines of the merged file that the overlay wrote, and where it has them.
    fn set_at(&self, scenario: &Scenario, merged: &Document) -> Vec<(Place, Place)> {
        let Ok(tree) = merged.tree() else { return Vec::new() };
        let span = tree.span();
        let root = Spanned::new(span, DeValue::Table(tree.into_inner()));
        let both = scenario
            .overlay
            .leaves
            .iter()
            .filter_map(|(path, own): &(String, Range<usize>)| {
                let value = find(&root, path)?;
                Some((merged.place(&value.span()), self.document.place(own)))
            });
        both.collect()
    }
}
