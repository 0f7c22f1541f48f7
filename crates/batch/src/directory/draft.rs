//! The draft of a directory: what people decide of it before its types are found. It is a directory without
//! types.tsv and auxiliary.tsv (docs/DIP.md).

use crate::error::Failure;
use crate::input::source::{Fingerprint, InputFile, Role, Source};
use dianzhi_grouper::dip::{Catalogue, DipDirectory};
use dianzhi_grouper::{DipGrouper, GroupOptions};
use dianzhi_policy::DirectoryPlan;
use std::path::Path;

/// What a directory made of history gets from the history; a draft that has these is not asked.
const MADE: [&str; 2] = ["types.tsv", "auxiliary.tsv"];
/// types.tsv without types.
pub(super) const TYPES_HEADER: &str = "code\tkind\tdx\tpx\ttreatment\tmean_cost\tname\n";

/// A draft as read.
pub(super) struct Draft {
    /// Its files, with what they held.
    pub(super) files: Vec<(InputFile, Fingerprint)>,
    /// Their names in the directory, and their bytes.
    tables: Vec<(String, Vec<u8>)>,
    /// It without types: what procedures and levels are.
    pub(super) grouper: DipGrouper,
}

impl Draft {
    pub(super) fn load(plan: &DirectoryPlan) -> Result<Draft, Failure> {
        let mut files = Vec::new();
        let mut tables = Vec::new();
        for name in DipDirectory::file_names().iter().filter(|name| !MADE.contains(name)) {
            let path = plan.dir().join(&plan.draft).join(name);
            if !path.exists() {
                continue;
            }
            let input = InputFile {
                role: Role::Directory,
                name: Path::new(&plan.draft).join(name).to_string_lossy().into_owned(),
                path,
            };
            let mut source = Source::open(&input, false)?;
            tables.push(((*name).to_owned(), source.rest()?));
            files.push((input, source.fingerprint()));
        }
        // Under the paths that people gave, for messages.
        let folder = Path::new(&plan.draft);
        let named = |(name, bytes): &(String, Vec<u8>)| (folder.join(name).display().to_string(), bytes.clone());
        let mut all: Vec<(String, Vec<u8>)> = tables.iter().map(named).collect();
        all.push(("types.tsv".to_owned(), TYPES_HEADER.into()));
        let grouper = DipGrouper::new(DipDirectory::of_tables(all)?, GroupOptions::default());
        Ok(Draft { files, tables, grouper })
    }

    /// The files of a directory with these types and factors, by name.
    pub(super) fn with(&self, types: Vec<u8>, auxiliary: Option<Vec<u8>>) -> Vec<(String, Vec<u8>)> {
        let mut all = self.tables.clone();
        all.push(("types.tsv".to_owned(), types));
        all.extend(auxiliary.map(|bytes| ("auxiliary.tsv".to_owned(), bytes)));
        all
    }

    /// The auxiliary catalogues that have levels.
    pub(super) fn catalogues(&self) -> Vec<Catalogue> {
        let has_levels = |one: &Catalogue| !self.grouper.level_names(*one).is_empty();
        Catalogue::ALL.into_iter().filter(has_levels).collect()
    }
}
