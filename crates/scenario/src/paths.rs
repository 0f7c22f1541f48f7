//! Paths in region files, as seen from another folder.

use dianzhi_batch::relative;
use std::path::Path;

/// The folder that a file stands in.
pub(crate) fn folder_of(file: &Path) -> &Path {
    match file.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    }
}

/// What stands between a path of a file in one folder and the same path in a file of another.
pub(crate) struct Moved(String);

impl Moved {
    pub(crate) fn new(from: &Path, to: &Path) -> Moved {
        Moved(relative(from, to))
    }

    /// A path that leads to the same file.
    pub(crate) fn path(&self, path: &str) -> String {
        self.behind(&self.0, path)
    }

    /// A pattern that matches the same files: no character of the folders counts as a wildcard.
    pub(crate) fn pattern(&self, pattern: &str) -> String {
        let wild = ['*', '?', '['];
        let mut folders = String::new();
        for c in self.0.chars() {
            if wild.contains(&c) {
                folders.extend(['[', c, ']']);
            } else {
                folders.push(c);
            }
        }
        self.behind(&folders, pattern)
    }

    fn behind(&self, folders: &str, path: &str) -> String {
        if Path::new(path).is_absolute() || folders.is_empty() {
            path.to_owned()
        } else {
            format!("{folders}/{path}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moved_path_leads_to_the_same_file() {
        let home = tempfile::tempdir().unwrap();
        let at = |name: &str| home.path().join(name);
        std::fs::create_dir_all(at("year [1]")).unwrap();
        std::fs::create_dir_all(at("out/a")).unwrap();
        let moved = Moved::new(&at("year [1]"), &at("out/a"));
        assert_eq!(moved.path("groups.csv"), "../../year [1]/groups.csv");
        assert_eq!(moved.pattern("claims-*.csv"), "../../year [[]1]/claims-*.csv");
        assert_eq!(moved.path("/data/groups.csv"), "/data/groups.csv");
        let same = Moved::new(&at("out"), &at("out"));
        assert_eq!(same.path("groups.csv"), "groups.csv");
    }
}
