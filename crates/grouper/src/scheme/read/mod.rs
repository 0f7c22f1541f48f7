//! From tables to a [`Scheme`]: every mistake at once, each with its file and line.

mod lists;
mod mistakes;
mod names;
mod rules;

use super::size::too_large;
use super::tables::{File, rows};
use super::{Header, PACKAGE_BYTES_MAX, Scheme};
use dianzhi_policy::{Diagnostic, Diagnostics};
use mistakes::missing;
use rustc_hash::FxHashMap;

/// After so many mistakes no more are looked for: a table of another kind has one in every row.
const MISTAKES_MAX: usize = 10_000;

impl Scheme {
    /// A scheme from its files.
    pub(crate) fn of_files(files: &[File]) -> Result<Scheme, Diagnostics> {
        let bytes: u64 = files.iter().map(|file| file.bytes.len() as u64).sum();
        if bytes > PACKAGE_BYTES_MAX {
            return Err(too_large("表超过 64 MiB", "its tables have more than 64 MiB").into());
        }
        let mut reader = Reader {
            files,
            scheme: Scheme::default(),
            rules: FxHashMap::default(),
            groups: FxHashMap::default(),
            found: Vec::new(),
        };
        reader.header();
        reader.make_room();
        // MDCs name their rules, rules their lists: in this order.
        reader.rules();
        reader.mdcs();
        reader.splits();
        reader.lists();
        reader.complications();
        reader.names();
        reader.translations();
        if reader.found.is_empty() {
            reader.found.extend(reader.scheme.excess());
        }
        if reader.found.is_empty() {
            Ok(reader.scheme)
        } else {
            Err(Diagnostics(reader.found))
        }
    }
}

struct Reader<'a> {
    files: &'a [File],
    scheme: Scheme,
    /// A rule's position by its name. Until the MDCs are read, positions are those of `adrg.tsv`.
    rules: FxHashMap<String, usize>,
    groups: FxHashMap<&'a str, u32>,
    found: Vec<Diagnostic>,
}

impl<'a> Reader<'a> {
    fn file(&self, name: &str) -> Option<&'a File> {
        self.files
            .iter()
            .find(|file| file.name.rsplit(['/', ':']).next() == Some(name))
    }

    /// Hands every row of a table to `each`. A table that is not `needed` may be absent.
    fn table<const N: usize>(
        &mut self,
        name: &str,
        needed: bool,
        required: &[&str],
        optional: &[&str],
        mut each: impl FnMut(&mut Self, &'a str, u32, [&'a str; N]),
    ) {
        let Some(file) = self.file(name) else {
            if needed {
                self.found.push(missing(name));
            }
            return;
        };
        let rows = match rows::<N>(file, required, optional) {
            Ok(rows) => rows,
            Err(mistake) => return self.found.push(mistake),
        };
        for row in rows {
            if self.found.len() >= MISTAKES_MAX {
                return;
            }
            match row {
                Ok((line, fields)) => each(self, &file.name, line, fields),
                Err(mistake) => self.found.push(*mistake),
            }
        }
    }

    /// The tables of names list nearly every code there is.
    fn make_room(&mut self) {
        let lines = |name| {
            let file: Option<&File> = self.file(name);
            let lines = file.map_or(0, |file| memchr::memchr_iter(b'\n', &file.bytes).count());
            // A table of empty lines is no reason to take gigabytes.
            lines.min(1 << 17)
        };
        let (diagnoses, procedures) = (lines("zd_info.tsv"), lines("ss_info.tsv"));
        self.scheme.diagnoses.reserve(diagnoses);
        self.scheme.procedures.reserve(procedures);
    }

    fn header(&mut self) {
        let header = match (self.file("scheme.toml"), self.file("scheme.json")) {
            (Some(toml), _) => Header::of_toml(toml),
            (None, Some(json)) => Header::of_json(json),
            (None, None) => Err(missing("scheme.toml")),
        };
        match header {
            Ok(header) => self.scheme.header = header,
            Err(mistake) => self.found.push(mistake),
        }
    }
}

/// What a name stands for, looked up once while rows with the same name follow each other.
fn remembered<'a, T: Copy>(
    last: &mut Option<(&'a str, T)>,
    name: &'a str,
    find: impl Fn(&str) -> Option<T>,
) -> Option<T> {
    match last {
        Some((known, found)) if *known == name => Some(*found),
        _ => {
            *last = Some((name, find(name)?));
            last.map(|(_, found)| found)
        }
    }
}
