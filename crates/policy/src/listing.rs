//! The values of a region file one by one, in the order of the file format.

use crate::keys::{Key, Kind, ROOT};
use crate::source::{Mark, Source};
use crate::{Diagnostic, Region, codes};
use dianzhi_core::Text;
use jiff::civil::Date;

/// One value of a region file, with the days that it counts and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its key, as for [`Region::source`].
    pub key: String,
    /// What the key means, with unit and range.
    pub meaning: Text,
    /// First day that the value counts; `None` where it is the key's only one.
    pub from: Option<Date>,
    /// Last day that it counts; `None` too where nothing ends it.
    pub to: Option<Date>,
    /// The value as written, its place and the comment beside it.
    pub source: Source,
}

impl Region {
    /// Every value as the file has it, dated ones with the days that they are written for, those of
    /// other years among them.
    #[must_use]
    pub fn values(&self) -> Vec<Listed> {
        let mut listed = Vec::new();
        for (path, key) in self.leaves(|path| self.dated.contains_key(path)) {
            let Some(dated) = self.dated.get(&path) else {
                listed.extend(
                    self.source(&path)
                        .map(|source| listed_of(&path, key, None, None, source)),
                );
                continue;
            };
            let next = dated.values.iter().skip(1).map(|value| value.from.yesterday().ok());
            for (value, next) in dated.values.iter().zip(next.chain([None])) {
                let mark = Mark {
                    key: value.entry.clone(),
                    value: value.value.clone(),
                    dated: Some(dated.name.clone()),
                };
                let source = Source::of(&self.document, &mark);
                listed.push(listed_of(&path, key, Some(value.from), value.to.or(next), source));
            }
        }
        listed
    }

    /// Every value that counts in the insurance year, dated ones with their days in it; of one day
    /// where one is named.
    ///
    /// # Errors
    /// `P128` for a day outside the insurance year: of that the file says nothing.
    ///
    /// ```
    /// # let text = include_str!("../tests/valid.toml").to_owned();
    /// let region = dianzhi_policy::Region::parse("region.toml".as_ref(), text)?;
    /// let values = region.values_in_force(None).unwrap();
    /// let share = values.iter().find(|value| value.key == "ungrouped.share").unwrap();
    /// assert_eq!((share.source.value.as_str(), share.from), ("\"0.8\"", None));
    /// assert_eq!(share.meaning.en, "share of its cost-based points that an ungrouped case keeps, 0 to 1");
    /// let next_year = "2027-01-01".parse().unwrap();
    /// assert_eq!(region.values_in_force(Some(next_year)).unwrap_err().code, "P128");
    /// # Ok::<(), dianzhi_policy::Diagnostics>(())
    /// ```
    pub fn values_in_force(&self, day: Option<Date>) -> Result<Vec<Listed>, Diagnostic> {
        let outside = day.filter(|day| self.period_on(*day).is_none());
        if let Some(day) = outside {
            return Err(self.outside_the_year(day));
        }
        let mut listed: Vec<Listed> = Vec::new();
        for (path, key) in self.leaves(|_| false) {
            let mut of_key: Vec<(&Mark, Date, Date)> = Vec::new();
            for period in &self.periods {
                let Some(mark) = period.marks.get(&path) else { continue };
                match of_key.last_mut() {
                    Some((before, _, to)) if *before == mark => *to = period.to,
                    _ => of_key.push((mark, period.from, period.to)),
                }
            }
            of_key.retain(|(_, from, to)| day.is_none_or(|day| *from <= day && day <= *to));
            for (mark, from, to) in of_key {
                let source = Source::of(&self.document, mark);
                let days = mark.dated.as_ref().map(|_| (from, to));
                listed.push(listed_of(
                    &path,
                    key,
                    days.map(|days| days.0),
                    days.map(|days| days.1),
                    source,
                ));
            }
        }
        Ok(listed)
    }

    fn outside_the_year(&self, day: Date) -> Diagnostic {
        let (start, end) = (self.year_start, self.year_end);
        let text = Text::new(
            format!("{day} 不在保险年度 {start} 至 {end} 内"),
            format!("{day} is outside the insurance year {start} to {end}"),
        );
        let help = Text::new(
            "本文件只规定这一年度；其他日子用那一年度的地区文件",
            "this file is about that year alone; for another day take the region file of its year",
        );
        let near = if day < start {
            "region.year_start"
        } else {
            "region.year_end"
        };
        let place = self.place(near).unwrap_or_else(|| self.document.whole());
        Diagnostic::error(codes::P128.id, text, help).at(place)
    }

    /// The keys that the file has, down to single values, or down to those for which `is_one`.
    fn leaves(&self, is_one: impl Fn(&str) -> bool) -> Vec<(String, Option<&'static Key>)> {
        let mut leaves = Vec::new();
        self.walk("", ROOT, &is_one, &mut leaves);
        leaves
    }

    fn walk(
        &self,
        path: &str,
        keys: &'static [Key],
        is_one: &impl Fn(&str) -> bool,
        leaves: &mut Vec<(String, Option<&'static Key>)>,
    ) {
        for key in keys {
            let path = if path.is_empty() {
                key.name.to_owned()
            } else {
                format!("{path}.{}", key.name)
            };
            if !self.has(&path) {
                continue;
            }
            match key.kind {
                _ if is_one(&path) => leaves.push((path, Some(key))),
                Kind::Table(keys) => self.walk(&path, keys, is_one, leaves),
                Kind::Tables(keys) => {
                    let numbered = (0..).map(|i| format!("{path}[{i}]"));
                    let elements: Vec<String> = numbered.take_while(|path| self.has(path)).collect();
                    for element in &elements {
                        self.walk(element, keys, is_one, leaves);
                    }
                    if elements.is_empty() {
                        leaves.push((path, Some(key)));
                    }
                }
                Kind::Headings => leaves.extend(self.columns.keys().map(|field| (format!("{path}.{field}"), None))),
                _ => leaves.push((path, Some(key))),
            }
        }
    }

    /// Whether the file has a key on any day.
    fn has(&self, path: &str) -> bool {
        self.periods.iter().any(|period| period.marks.contains_key(path))
    }
}

fn listed_of(path: &str, key: Option<&Key>, from: Option<Date>, to: Option<Date>, source: Source) -> Listed {
    let meaning = match key {
        Some(key) => Text::new(key.zh, key.en),
        None => Text::new("本地表头", "the heading that stands for this field"),
    };
    Listed {
        key: path.to_owned(),
        meaning,
        from,
        to,
        source,
    }
}
