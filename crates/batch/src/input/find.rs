//! The files that patterns name.

use super::source::{InputFile, Role};
use crate::codes::F102;
use crate::error::{error, unreadable};
use dianzhi_core::Text;
use dianzhi_policy::Diagnostic;
use std::path::{Path, PathBuf};

/// The claim files of patterns, in their order; the paths of one pattern in byte order; a file
/// once. Patterns are relative to `base`, names to `folder`. With what went wrong; `help` is for a pattern that no
/// file matches.
pub(crate) fn find(patterns: &[String], base: &Path, folder: &Path, help: &Text) -> (Vec<InputFile>, Vec<Diagnostic>) {
    let mut found: Vec<InputFile> = Vec::new();
    let mut mistakes = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for pattern in patterns {
        let mut paths = match matching(pattern, base) {
            Ok(paths) => paths,
            Err(diagnostic) => {
                mistakes.push(diagnostic);
                continue;
            }
        };
        if paths.is_empty() {
            mistakes.push(no_match(pattern, help.clone()));
        }
        paths.sort_by(|a, b| a.as_os_str().as_encoded_bytes().cmp(b.as_os_str().as_encoded_bytes()));
        for path in paths {
            let identity = path.canonicalize().unwrap_or_else(|_| path.clone());
            if seen.insert(identity) {
                found.push(InputFile {
                    role: Role::Claims,
                    name: relative(&path, folder),
                    path,
                });
            }
        }
    }
    (found, mistakes)
}

/// A path as seen from a folder. Links are followed on both sides, except in the last part of the
/// path itself: `..` behind a link climbs out of the folder that it leads to.
#[must_use]
pub fn relative(path: &Path, folder: &Path) -> String {
    if let Ok(below) = path.strip_prefix(folder) {
        return below.to_string_lossy().into_owned();
    }
    let here = |p: &Path| if p.as_os_str().is_empty() { Path::new(".") } else { p }.canonicalize();
    let in_its_folder = |p: &Path| match (p.parent(), p.file_name()) {
        (Some(parent), Some(name)) => here(parent).map(|parent| parent.join(name)),
        _ => here(p),
    };
    // The folder of a run is named before it is there.
    let folder = here(folder).or_else(|_| in_its_folder(folder));
    let seen = match (in_its_folder(path), folder) {
        (Ok(path), Ok(folder)) => pathdiff::diff_paths(path, folder),
        _ => None,
    };
    seen.unwrap_or_else(|| path.to_owned()).to_string_lossy().into_owned()
}

fn matching(pattern: &str, base: &Path) -> Result<Vec<PathBuf>, Diagnostic> {
    // A file whose name holds pattern characters is still found by its name.
    let literal = base.join(pattern);
    if literal.is_file() {
        return Ok(vec![literal]);
    }
    let base = glob::Pattern::escape(&base.to_string_lossy());
    let full = Path::new(&base).join(pattern);
    let paths = glob::glob(&full.to_string_lossy()).map_err(|e| {
        error(
            F102,
            Text::new(
                format!("模式 {pattern} 写法不对：{e}"),
                format!("the pattern {pattern} is malformed: {e}"),
            ),
            Text::new("可用的通配符：* ? [ ]", "wildcards are * ? [ ]"),
        )
    })?;
    let mut files = Vec::new();
    for path in paths {
        let path = path.map_err(|e| unreadable(&e.path().to_string_lossy(), e.error()))?;
        if !path.is_dir() {
            files.push(path);
        }
    }
    Ok(files)
}

/// Where a settlement has its patterns from.
pub(crate) fn named_by_region() -> Text {
    Text::new(
        "检查 files.claims（相对于 REGION.toml 所在目录）或 --claims（相对于当前目录）",
        "check files.claims (relative to REGION.toml's folder) or --claims (relative to the working folder)",
    )
}

fn no_match(pattern: &str, help: Text) -> Diagnostic {
    let text = Text::new(format!("没有文件匹配 {pattern}"), format!("no file matches {pattern}"));
    error(F102, text, help)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_named_from_the_region_files_folder() {
        let home = tempfile::tempdir().unwrap();
        let at = |name: &str| home.path().join(name);
        for folder in ["region", "data/deep"] {
            std::fs::create_dir_all(at(folder)).unwrap();
        }
        let named = |path: &str, folder: &str| relative(&at(path), &at(folder));
        assert_eq!(named("region/claims.csv", "region"), "claims.csv");
        assert_eq!(named("data/claims.csv", "region"), "../data/claims.csv");
        // A folder that climbs, as in `settle ../region/region.toml --claims claims.csv`.
        assert_eq!(named("data/claims.csv", "data/../region"), "../data/claims.csv");
        // A folder that is not there yet, as `--out` is.
        assert_eq!(named("region/region.toml", "data/run"), "../../region/region.toml");
        // Behind a link `..` climbs out of the folder that it leads to.
        std::os::unix::fs::symlink(at("data/deep"), at("link")).unwrap();
        assert_eq!(named("region/claims.csv", "link"), "../../region/claims.csv");
    }
}
