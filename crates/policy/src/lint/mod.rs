//! What a careful reader would ask about a region file that reads well: warnings, none of which
//! changes a result.
//!
//! One subject, one file: [`sources`] of the values, [`year`] and region, [`pools`], [`pricing`]
//! with outliers and fund share, [`routes`] and methods, [`clearing`], [`dates`].

mod clearing;
mod dates;
mod pools;
mod pricing;
mod routes;
mod sources;
mod year;

use crate::codes::Code;
use crate::{Diagnostic, Period, Region};
use dianzhi_core::Text;

impl Region {
    /// Everything in the file that a careful reader would ask about, in the order of the file.
    ///
    /// ```
    /// # let text = include_str!("../../tests/valid.toml").to_owned();
    /// let text = text.replace("surplus_keep = \"1\"", "surplus_keep = \"0\"");
    /// let region = dianzhi_policy::Region::parse("region.toml".as_ref(), text)?;
    /// let remarks = region.remarks();
    /// let keep = remarks.iter().find(|remark| remark.code == "W316").unwrap();
    /// assert!(keep.text.en.starts_with("clearing.surplus_keep is 0"));
    /// # Ok::<(), dianzhi_policy::Diagnostics>(())
    /// ```
    #[must_use]
    pub fn remarks(&self) -> Vec<Diagnostic> {
        let mut lint = Lint {
            region: self,
            found: Vec::new(),
        };
        year::look(&mut lint);
        sources::look(&mut lint);
        for period in &self.periods {
            pools::look(&mut lint, period);
            pricing::look(&mut lint, period);
            routes::look(&mut lint, period);
            clearing::look(&mut lint, period);
        }
        dates::look(&mut lint);
        let mut found = lint.found;
        // Stable: of one place, in the order above.
        found.sort_by_key(|remark| remark.place.as_ref().map(|place| (place.line, place.column)));
        found
    }
}

/// A region looked at, and what was found so far.
struct Lint<'r> {
    region: &'r Region,
    found: Vec<Diagnostic>,
}

impl Lint<'_> {
    /// Notes a remark; what holds in several periods is one.
    fn remark(&mut self, remark: Diagnostic) {
        if !self.found.contains(&remark) {
            self.found.push(remark);
        }
    }

    /// A remark on a key's value in a period.
    fn at(&mut self, period: &Period, key: &str, code: Code, text: Text, help: Text) {
        let remark = self.on(period, key, code, text, help);
        self.remark(remark);
    }

    /// The same, with another key that has a part in it.
    fn between(&mut self, period: &Period, keys: [&str; 2], code: Code, text: Text, help: Text) {
        let [key, other] = keys;
        let remark = self.on(period, key, code, text, help);
        let also = self.region.place_in(period, other);
        self.remark(match also {
            Some(place) => remark.also(place, Text::new("与此有关", "together with this")),
            None => remark,
        });
    }

    fn on(&self, period: &Period, key: &str, code: Code, text: Text, help: Text) -> Diagnostic {
        let place = self.region.place_in(period, key);
        Diagnostic::warning(code.id, text, help).at(place.unwrap_or_else(|| self.region.document.whole()))
    }
}

/// So many of something, in English.
fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

#[cfg(test)]
mod tests;
