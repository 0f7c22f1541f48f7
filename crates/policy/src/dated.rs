//! Values with effective dates 生效日期: `share = [ { from = "2026-01-01", value = "0.8" }, … ]`.
//! A value counts from its first day until the day before the next one's, or to its own last day.
//! On every day of the insurance year exactly one counts.

use crate::codes;
use crate::keys::{self, Key, Kind};
use crate::read::{Node, Reader};
use crate::{Diagnostic, Place};
use dianzhi_core::Text;
use jiff::civil::Date;
use std::ops::Range;
use toml::de::DeValue;

/// One value of a dated key, as the file has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DatedValue {
    pub(crate) from: Date,
    /// Its own last day, where the file names one.
    pub(crate) to: Option<Date>,
    /// The whole entry, braces included.
    pub(crate) entry: Range<usize>,
    pub(crate) value: Range<usize>,
}

/// A key with dated values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DatedKey {
    /// Where the key's name stands.
    pub(crate) name: Range<usize>,
    /// Its values, rising by day.
    pub(crate) values: Vec<DatedValue>,
}

/// An entry as far as it can be read.
struct Entry<'t> {
    path: String,
    span: Range<usize>,
    from: Option<Date>,
    /// `Err` where a last day stands there and is none.
    to: Result<Option<Date>, ()>,
    value: Option<&'t Node<'t>>,
}

impl Reader<'_> {
    /// The value of a key on the day that is being read: the one that stands there, or that of its
    /// dated values which counts on that day. `None` where there is none; then the key is broken.
    pub(crate) fn in_force<'t>(
        &mut self,
        path: &str,
        key: &Key,
        name: &Range<usize>,
        node: &'t Node<'t>,
    ) -> Option<&'t Node<'t>> {
        let DeValue::Array(elements) = node.get_ref() else {
            return Some(node);
        };
        let elements: Vec<&'t Node<'t>> = elements.iter().collect();
        if !looks_dated(key, &elements) {
            return Some(node);
        }
        if !key.dated {
            self.not_datable(path, key, node);
            return None;
        }
        if let Some(outer) = self.dated_above(path) {
            self.dated_within(path, node, &outer);
            return None;
        }
        let entries = self.entries(path, &elements);
        let values = self.values(path, &entries);
        // From here on `path[0]` is the first element of a list in force, no longer the first entry.
        let of_entries = format!("{path}[");
        self.marks.retain(|key, _| !key.starts_with(&of_entries));
        let Some(values) = values else {
            // The entries contradict each other: look at one value, so that its mistakes are told too.
            return entries.iter().find_map(|entry| entry.value);
        };
        let day = self.day.or(values.first().map(|value| value.from))?;
        let at = values
            .iter()
            .rposition(|value| value.from <= day && value.to.is_none_or(|to| day <= to));
        self.first_days.extend(values.iter().map(|value| value.from));
        let found = at.and_then(|at| Some((values.get(at)?.entry.clone(), entries.get(at)?.value?)));
        let dated = DatedKey {
            name: name.clone(),
            values,
        };
        self.dated.insert(path.to_owned(), dated);
        match found {
            Some((entry, value)) => {
                self.mark_dated(path, entry, value, name.clone());
                Some(value)
            }
            // A day outside the insurance year that no value covers.
            None => {
                self.break_quietly(path);
                None
            }
        }
    }

    fn not_datable(&mut self, path: &str, key: &Key, node: &Node<'_>) {
        let text = Text::new(
            format!("{path} 全年只有一个值，不能按日期写多个"),
            format!("{path} holds for the whole insurance year; it cannot have values by date"),
        );
        let inside: Vec<&Key> = key.keys().unwrap_or_default().iter().filter(|key| key.dated).collect();
        let help = match inside.first() {
            Some(first) => {
                let names: Vec<&str> = inside.iter().map(|key| key.name).collect();
                let (names, first) = (names.join(", "), first.name);
                Text::new(
                    format!(
                        "{} 本身写一次，按日期写其中的 {names}，例如 {first} = {}",
                        key.name,
                        keys::DATED_EXAMPLE
                    ),
                    format!(
                        "write {} once and date {names} inside, as {first} = {}",
                        key.name,
                        keys::DATED_EXAMPLE
                    ),
                )
            }
            None => Text::new(
                "写一个值；年中变动的预算等见该节的说明",
                "write one value; for what changes during the year see that section's own keys",
            ),
        };
        let diagnostic = Diagnostic::error(codes::P125.id, text, help)
            .at(self.place(&node.span()))
            .also(
                self.place_near("region.year_start"),
                Text::new("适用的保险年度自此起", "the insurance year that it holds for"),
            );
        self.refuse(path, diagnostic);
    }

    fn dated_within(&mut self, path: &str, node: &Node<'_>, outer: &Range<usize>) {
        let text = Text::new(
            format!("{path} 所在的一组值已经按日期写，其中不能再按日期写"),
            format!("{path} stands inside a value that is dated already; it cannot be dated again"),
        );
        let help = Text::new(
            "只在一层写日期：拆成更多的条目，每条写全各键",
            "date one level only: make it more entries, each with all its keys",
        );
        let diagnostic = Diagnostic::error(codes::P125.id, text, help)
            .at(self.place(&node.span()))
            .also(self.place(outer), Text::new("此处已写日期", "dated here"));
        self.refuse(path, diagnostic);
    }

    fn entries<'t>(&mut self, path: &str, elements: &[&'t Node<'t>]) -> Vec<Entry<'t>> {
        let numbered = elements.iter().enumerate();
        numbered
            .map(|(i, node)| {
                let path = format!("{path}[{i}]");
                self.mark_element(&path, node);
                let section = self.table(&path, node, keys::DATED_EXAMPLE, keys::DATED);
                let from = self.date(&section, "from");
                let to = match section.get("to") {
                    Some(_) => self.date(&section, "to").map(Some).ok_or(()),
                    None => Ok(None),
                };
                let value = section.get("value").map(|(_, node, _)| node);
                Entry {
                    path,
                    span: node.span(),
                    from,
                    to,
                    value,
                }
            })
            .collect()
    }

    /// The values, if they follow each other and cover the year without gap or overlap.
    fn values(&mut self, path: &str, entries: &[Entry<'_>]) -> Option<Vec<DatedValue>> {
        let read = |entry: &Entry<'_>| {
            Some(DatedValue {
                from: entry.from?,
                to: entry.to.ok()?,
                entry: entry.span.clone(),
                value: entry.value?.span(),
            })
        };
        let values: Option<Vec<DatedValue>> = entries.iter().map(read).collect();
        let Some(values) = values else {
            self.break_quietly(path);
            return None;
        };
        let before = self.found.len();
        for (entry, value) in entries.iter().zip(&values) {
            if let Some(to) = value.to.filter(|to| *to < value.from) {
                self.ends_before_it_starts(path, entry, value.from, to);
            }
        }
        let neighbours = entries.iter().zip(&values);
        for (earlier, later) in neighbours.clone().zip(neighbours.skip(1)) {
            self.follow(path, earlier, later);
        }
        if self.found.len() == before {
            self.cover_the_year(path, entries, &values);
        }
        (self.found.len() == before).then_some(values)
    }

    fn ends_before_it_starts(&mut self, path: &str, entry: &Entry<'_>, from: Date, to: Date) {
        let text = Text::new(
            format!("{path} 的一个值到 {to} 为止，早于它的首日 {from}"),
            format!("a value of {path} ends on {to}, before its first day {from}"),
        );
        let help = Text::new("改正首日或末日", "correct the first or the last day");
        let diagnostic = Diagnostic::error(codes::P108.id, text, help)
            .at(self.entry_place(entry, "to"))
            .also(self.entry_place(entry, "from"), first_day());
        self.refuse(path, diagnostic);
    }

    /// Two values one after the other: rising, without overlap, without a day between them.
    fn follow(&mut self, path: &str, earlier: (&Entry<'_>, &DatedValue), later: (&Entry<'_>, &DatedValue)) {
        let ((earlier, a), (later, b)) = (earlier, later);
        // Days outside the year that no value covers concern another year's file.
        let in_year = |day: Date| {
            let (start, end) = self.year.unwrap_or((Date::MIN, Date::MAX));
            day <= end && b.from > start
        };
        let gap_from = a.to.and_then(|to| to.tomorrow().ok());
        let gap_from = gap_from.filter(|day| *day < b.from && in_year(*day));
        let (code, text, help, other) = if b.from < a.from {
            (
                codes::P123,
                Text::new(
                    format!("{path}：自 {} 起的值写在自 {} 起的值之后", b.from, a.from),
                    format!(
                        "{path}: the value from {} stands behind the one from {}",
                        b.from, a.from
                    ),
                ),
                Text::new("按日期先后排列各条", "put the entries in the order of their days"),
                (self.entry_place(earlier, "from"), first_day()),
            )
        } else if a.from == b.from || a.to.is_some_and(|to| to >= b.from) {
            let day = b.from;
            let place = if a.from == b.from { "from" } else { "to" };
            (
                codes::P122,
                Text::new(
                    format!("{path} 在 {day} 有两个值"),
                    format!("{path} has two values on {day}"),
                ),
                Text::new(
                    "每天只能有一个值：改正其中一处的日期；不写 to 时，到下一条的前一天为止",
                    "one value a day: correct one of the dates; without `to`, a value ends the day before the next",
                ),
                (
                    self.entry_place(earlier, place),
                    Text::new("此值尚在适用", "this value still counts"),
                ),
            )
        } else if let Some(day) = gap_from {
            (
                codes::P121,
                Text::new(
                    format!("{path} 自 {day} 起没有值，到 {} 才又有", b.from),
                    format!("{path} has no value from {day} on, until {}", b.from),
                ),
                Text::new(
                    "每天须有一个值：改正日期，或补上这些天的值；程序不推算",
                    "every day needs a value: correct the dates or add the value of those days; nothing is extrapolated",
                ),
                (
                    self.entry_place(earlier, "to"),
                    Text::new("前一个值到此为止", "the value before ends here"),
                ),
            )
        } else {
            return;
        };
        let diagnostic = Diagnostic::error(code.id, text, help)
            .at(self.entry_place(later, "from"))
            .also(other.0, other.1);
        self.refuse(path, diagnostic);
    }

    fn cover_the_year(&mut self, path: &str, entries: &[Entry<'_>], values: &[DatedValue]) {
        let (Some((start, end)), Some(first), Some(last)) = (self.year, values.first(), values.last()) else {
            return;
        };
        let help = || {
            Text::new(
                "每天须有一个值：补上年内其余日子的值；程序不推算",
                "every day needs a value: add the value of the year's other days; nothing is extrapolated",
            )
        };
        if let Some(entry) = entries.first().filter(|_| first.from > start) {
            let text = Text::new(
                format!("{path} 的首个值自 {} 起，保险年度自 {start} 起", first.from),
                format!(
                    "the first value of {path} counts from {}, the insurance year starts on {start}",
                    first.from
                ),
            );
            let diagnostic = Diagnostic::error(codes::P124.id, text, help())
                .at(self.entry_place(entry, "from"))
                .also(
                    self.place_near("region.year_start"),
                    Text::new("保险年度首日", "the year's first day"),
                );
            self.refuse(path, diagnostic);
        }
        if let (Some(entry), Some(to)) = (entries.last(), last.to.filter(|to| *to < end)) {
            let text = Text::new(
                format!("{path} 的末个值到 {to} 为止，保险年度到 {end} 为止"),
                format!("the last value of {path} ends on {to}, the insurance year on {end}"),
            );
            let diagnostic = Diagnostic::error(codes::P124.id, text, help())
                .at(self.entry_place(entry, "to"))
                .also(
                    self.place_near("region.year_end"),
                    Text::new("保险年度末日", "the year's last day"),
                );
            self.refuse(path, diagnostic);
        }
    }

    fn entry_place(&self, entry: &Entry<'_>, name: &str) -> Place {
        self.place_near(&format!("{}.{name}", entry.path))
    }
}

fn first_day() -> Text {
    Text::new("首日", "the first day")
}

/// Whether a list is meant as dated values. A key that takes one value, or a list of plain ones,
/// can mean nothing else by a list with braces; of the others, only a list of nothing but dated
/// values is taken for one.
fn looks_dated(key: &Key, elements: &[&Node<'_>]) -> bool {
    let table = |node: &&Node<'_>| matches!(node.get_ref(), DeValue::Table(_));
    if key.dated && !matches!(key.kind, Kind::Tables(_)) {
        return elements.iter().any(table);
    }
    let only_dated = |node: &&Node<'_>| match node.get_ref() {
        DeValue::Table(table) => {
            let mut names = table.iter().map(|(name, _)| name.get_ref().as_ref());
            table.contains_key("value") && names.all(|name| keys::DATED.iter().any(|key| key.name == name))
        }
        _ => false,
    };
    !elements.is_empty() && elements.iter().all(only_dated)
}

#[cfg(test)]
mod tests;
