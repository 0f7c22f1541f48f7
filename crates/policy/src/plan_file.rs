//! What calibration files and plans of directories share: sections of their own, read as region files are.

use crate::document::Document;
use crate::keys::Key;
use crate::read::{Reader, Section};
use crate::source::Mark;
use crate::{Diagnostics, syntax};
use std::collections::BTreeMap;
use std::path::Path;

/// A file as read: what was built of its sections, its text and where its keys stand.
pub(crate) struct PlanFile<B> {
    pub(crate) built: B,
    pub(crate) document: Document,
    pub(crate) marks: BTreeMap<String, Mark>,
}

impl<B> PlanFile<B> {
    /// Reads the text of a file with these sections; `path` is where its messages say that it stands. `build` gives
    /// nothing only where it noted a mistake.
    ///
    /// # Errors
    /// Every mistake of the text, in its order.
    pub(crate) fn parse(
        path: &Path,
        text: &str,
        sections: &'static [Key],
        build: impl FnOnce(&mut Reader<'_>, &Section<'_>) -> Option<B>,
    ) -> Result<PlanFile<B>, Diagnostics> {
        let document = Document::new(path.display().to_string(), text.to_owned());
        let mut parsed = syntax::parse(&document);
        let mut found = std::mem::take(&mut parsed.found);
        let Some(tree) = &parsed.tree else {
            return Err(Diagnostics(found));
        };
        let mut reader = Reader::of_sections(&document, sections);
        let root = reader.root(tree);
        let built = build(&mut reader, &root);
        let marks = std::mem::take(&mut reader.marks);
        found.extend(parsed.news(reader.found));
        found.sort_by_key(|diagnostic| diagnostic.place.as_ref().map(|place| (place.line, place.column)));
        match built.filter(|_| found.is_empty()) {
            None => Err(Diagnostics(found)),
            Some(built) => Ok(PlanFile { built, document, marks }),
        }
    }
}
