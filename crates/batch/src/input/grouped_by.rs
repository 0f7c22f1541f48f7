//! What claims without a group code are grouped by: a scheme package or a DIP directory.

use super::Loader;
use super::source::{InputFile, Role, Source};
use super::watched::Watched;
use crate::codes::{F101, T110};
use crate::error::error;
use crate::grouping::{GroupBy, a_directory, is_directory};
use dianzhi_core::Text;
use dianzhi_grouper::dip::DipDirectory;
use dianzhi_policy::Diagnostic;
use std::path::Path;

impl Loader<'_> {
    /// The scheme package, its bytes noted like a table's.
    pub(super) fn grouping(&mut self) -> Option<GroupBy> {
        let region = self.region;
        if let Some(folder) = &region.files.dip_directory {
            return self.directory(folder);
        }
        let file = region.files.scheme.as_ref()?;
        let input = InputFile {
            role: Role::Scheme,
            name: file.clone(),
            path: self.place_of(Role::Scheme, file),
        };
        if input.path.is_dir() {
            self.refuse_at("files.scheme", vec![scheme_folder(&input)]);
            return None;
        }
        self.watched.push(Watched::new(&input.name, &input.path));
        let read = Source::open(&input, self.with_sha256).and_then(|mut source| {
            let bytes = source.rest()?;
            Ok((bytes, source.fingerprint()))
        });
        match read {
            Err(mistake) => self.refuse_at("files.scheme", vec![mistake]),
            Ok((bytes, fingerprint)) => match GroupBy::of_package(&input.name, &bytes, region) {
                Err(mistakes) => self.refuse_at("files.scheme", mistakes.0),
                Ok(grouping) => {
                    self.tables.push((input, fingerprint));
                    return Some(grouping);
                }
            },
        }
        None
    }

    /// The DIP directory, its files noted like tables.
    fn directory(&mut self, folder: &str) -> Option<GroupBy> {
        const KEY: &str = "files.dip_directory";
        // A file of it may have been named elsewhere: the others stand beside it.
        let elsewhere = self.elsewhere.get(&Role::Directory).and_then(|file| file.parent());
        let place = elsewhere.map_or_else(|| self.region.dir().join(folder), Path::to_owned);
        let mut read = Vec::new();
        let before = self.mistakes.len();
        for name in DipDirectory::file_names() {
            let path = place.join(name);
            if !path.exists() {
                continue;
            }
            let name = Path::new(folder).join(name).to_string_lossy().into_owned();
            let input = InputFile {
                role: Role::Directory,
                name: name.clone(),
                path,
            };
            self.watched.push(Watched::new(&input.name, &input.path));
            let bytes = Source::open(&input, self.with_sha256).and_then(|mut source| {
                let bytes = source.rest()?;
                Ok((bytes, source.fingerprint()))
            });
            match bytes {
                Err(mistake) => self.refuse_at(KEY, vec![mistake]),
                Ok((bytes, fingerprint)) => {
                    self.tables.push((input, fingerprint));
                    read.push((name, bytes));
                }
            }
        }
        if self.mistakes.len() > before {
            return None;
        }
        match GroupBy::of_tables(read, self.region) {
            Err(mistakes) => self.refuse_at(KEY, mistakes.0),
            Ok(GroupBy::Directory(grouper))
                if grouper.directory().has_factors() && self.region.policy.auxiliary.is_none() =>
            {
                self.refuse_at(KEY, vec![factors(folder)]);
            }
            Ok(grouping) => return Some(grouping),
        }
        None
    }
}

/// A directory whose factors are to be part of the pay, nobody has said how.
fn factors(folder: &str) -> Diagnostic {
    error(
        T110,
        Text::new(
            format!("病种目录 {folder} 有辅助目录系数，而没有 [auxiliary] 说明系数如何计入点数"),
            format!(
                "the DIP directory {folder} has auxiliary factors, and no [auxiliary] says how they count in the points"
            ),
        ),
        Text::new(
            "照政策写 [auxiliary] compare_with = \"type\"（系数只用于正常病例）或 \"sub-type\"（倍率与病种均费 × 系数比）；若系数不参与支付，去掉 auxiliary.tsv",
            "write [auxiliary] compare_with = \"type\" (the factor is for normal cases only) or \"sub-type\" (cases are compared with the type's mean cost × the factor), as the policy has it; where factors are no part of the pay, leave auxiliary.tsv out",
        ),
    )
}

/// A folder where a scheme package should be: a run notes the hash of one file.
fn scheme_folder(input: &InputFile) -> Diagnostic {
    if is_directory(&input.path) {
        return a_directory(Path::new(&input.name));
    }
    let name = input.name.trim_end_matches('/');
    // The command is typed where the region file need not be.
    let folder = input.path.display().to_string();
    let folder = folder.trim_end_matches('/');
    error(
        F101,
        Text::new(
            format!("files.scheme 指向目录 {name}；结算需要方案包文件"),
            format!("files.scheme names the folder {name}; a settlement needs a scheme package, which is a file"),
        ),
        Text::new(
            format!(
                "先打包：dianzhi scheme import --from tables {folder} --out {folder}.dzs，再写 scheme = \"{name}.dzs\""
            ),
            format!(
                "make one of it: dianzhi scheme import --from tables {folder} --out {folder}.dzs, then write scheme = \"{name}.dzs\""
            ),
        ),
    )
}
