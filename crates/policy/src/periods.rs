//! Reads a region file once for every period of its insurance year: the days between one change of
//! a dated value and the next. So each value and each contradiction is checked on the days on which
//! it counts, by the same reader that knows of one policy only.

use crate::build::{self, Built};
use crate::dated::DatedKey;
use crate::document::Document;
use crate::read::Reader;
use crate::source::Mark;
use crate::syntax::{self, Parsed};
use crate::{Diagnostic, Diagnostics, codes};
use dianzhi_core::{Policy, Text};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use toml::Spanned;
use toml::de::DeTable;

/// Most days on which the values of a file may change. Nobody changes a policy every day; each is
/// a reading of the whole file.
const CHANGES_MAX: usize = 366;

/// What the file says of some days.
pub(crate) struct Span {
    pub(crate) from: Date,
    pub(crate) to: Date,
    pub(crate) policy: Policy,
    pub(crate) marks: BTreeMap<String, Mark>,
}

/// A region file, read.
pub(crate) struct Whole {
    /// As of the year's first day.
    pub(crate) built: Built,
    /// The days behind the first change, if there is one.
    pub(crate) later: Vec<Span>,
    /// The last day of the first period.
    pub(crate) first_to: Date,
    pub(crate) dated: BTreeMap<String, DatedKey>,
}

/// One reading of the file.
struct Reading {
    built: Option<Built>,
    found: Vec<Diagnostic>,
    year: Option<(Date, Date)>,
    first_days: BTreeSet<Date>,
    dated: BTreeMap<String, DatedKey>,
}

/// Reads a whole region file.
pub(crate) fn region(document: &Document) -> Result<Whole, Diagnostics> {
    let mut parsed = syntax::parse(document);
    let mut found = std::mem::take(&mut parsed.found);
    let Some(tree) = &parsed.tree else {
        return Err(Diagnostics(found));
    };
    let first = read(document, &parsed, tree, None);
    found.extend(first.found);
    let mut later = Vec::new();
    if first.first_days.len() > CHANGES_MAX {
        found.extend(too_many_changes(document, &first.dated, first.first_days.len()));
    } else {
        // Values of days outside the year are read too, so that their mistakes are told.
        for &day in &first.first_days {
            if first.year.is_some_and(|(start, _)| day == start) {
                continue;
            }
            let reading = read(document, &parsed, tree, Some(day));
            found.extend(reading.found);
            later.extend(reading.built.map(|built| (day, built)));
        }
    }
    // Stable: what concerns the whole file comes first, then line by line.
    found.sort_by_key(|diagnostic| diagnostic.place.as_ref().map(|place| (place.line, place.column)));
    let found = each_once(found);
    match (first.built, first.year) {
        (Some(built), Some((start, end))) if found.is_empty() => {
            later.retain(|(day, _)| *day > start && *day <= end);
            Ok(whole(built, later, end, first.dated))
        }
        _ => Err(Diagnostics(found)),
    }
}

fn read<'t>(document: &Document, parsed: &Parsed<'t>, tree: &'t Spanned<DeTable<'t>>, day: Option<Date>) -> Reading {
    let mut reader = Reader::new(document, day);
    let root = reader.root(tree);
    let built = build::read(&mut reader, &root);
    Reading {
        built,
        found: parsed.news(reader.found),
        year: reader.year,
        first_days: reader.first_days,
        dated: reader.dated,
    }
}

/// A mistake that counts on several days is one mistake.
fn each_once(found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut told = HashSet::new();
    let key = |diagnostic: &Diagnostic| {
        let place = diagnostic.place.as_ref().map(|place| (place.line, place.column));
        let also = diagnostic.also.iter().map(|(place, _)| (place.line, place.column));
        (
            diagnostic.code,
            place,
            also.collect::<Vec<_>>(),
            diagnostic.text.en.clone(),
        )
    };
    found
        .into_iter()
        .filter(|diagnostic| told.insert(key(diagnostic)))
        .collect()
}

fn whole(built: Built, later: Vec<(Date, Built)>, end: Date, dated: BTreeMap<String, DatedKey>) -> Whole {
    let starts: Vec<Date> = later.iter().map(|(day, _)| *day).collect();
    let until = |next: Option<&Date>| next.and_then(|day| day.yesterday().ok()).unwrap_or(end);
    let later = later.into_iter().enumerate().map(|(i, (from, built))| Span {
        from,
        to: until(starts.get(i + 1)),
        policy: built.policy,
        marks: built.marks,
    });
    Whole {
        later: later.collect(),
        built,
        first_to: until(starts.first()),
        dated,
    }
}

fn too_many_changes(document: &Document, dated: &BTreeMap<String, DatedKey>, count: usize) -> Option<Diagnostic> {
    let place = document.place(&dated.values().next()?.name);
    let text = Text::new(
        format!("政策在 {count} 个不同的日子变动，至多 {CHANGES_MAX} 个"),
        format!("the policy changes on {count} different days; at most {CHANGES_MAX} are allowed"),
    );
    let help = Text::new(
        "删去保险年度以外的旧值",
        "leave out old values that count outside the insurance year",
    );
    Some(Diagnostic::error(codes::P106.id, text, help).at(place))
}
