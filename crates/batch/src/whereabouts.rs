//! Where the inputs of a published run are now: archived in it, or at their recorded place.

use crate::codes::F109;
use crate::error::{Failure, error};
use crate::input::source::{Role, fingerprint};
use crate::input::{InputOptions, Inputs};
use crate::output::run::{Run, RunInput};
use dianzhi_core::Text;
use dianzhi_policy::{Diagnostic, Region};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The inputs of a run, found and unchanged.
pub(crate) struct Found {
    /// Where the region file is, or was; its text is the run's.
    pub(crate) region: PathBuf,
    /// The reference tables.
    pub(crate) tables: BTreeMap<Role, PathBuf>,
    /// The claim files, in the order they were read.
    pub(crate) claims: Vec<PathBuf>,
}

/// Finds the inputs of a run and checks their hashes. `region` names the region file where it
/// moved since; the other inputs are looked for relative to it.
///
/// # Errors
/// One F109 for every input that is gone or changed.
pub(crate) fn find(run_dir: &Path, run: &Run, region: Option<&Path>) -> Result<Found, Vec<Diagnostic>> {
    let archived = region.is_none() && run.inputs.iter().all(|input| input.archived.is_some());
    let region_file = region.map_or_else(|| run_dir.join(&run.region.path), Path::to_owned);
    let folder = region_file.parent().unwrap_or(Path::new("")).to_owned();
    let mut found = Found {
        region: PathBuf::new(),
        tables: BTreeMap::new(),
        claims: Vec::new(),
    };
    let mut missing = Vec::new();
    // The region file's text stands in run.json; only the folder it stood in is needed.
    for input in &run.inputs {
        let path = match (&input.archived, input.role) {
            (Some(place), _) if archived => run_dir.join(place),
            (_, Role::Region) => region_file.clone(),
            _ => folder.join(&input.path),
        };
        if input.role == Role::Region {
            found.region = path;
            continue;
        }
        match fingerprint(&path, input.fingerprint.sha256.is_some()) {
            Ok(now) if now == input.fingerprint => {}
            Ok(_) => missing.push(gone(input, &path, None)),
            Err(e) => missing.push(gone(input, &path, Some(&e))),
        }
        if input.role == Role::Claims {
            found.claims.push(path);
        } else {
            found.tables.insert(input.role, path);
        }
    }
    if missing.is_empty() { Ok(found) } else { Err(missing) }
}

fn gone(input: &RunInput, path: &Path, why: Option<&std::io::Error>) -> Diagnostic {
    let (name, path) = (&input.path, path.display());
    let text = match why {
        Some(why) => Text::new(
            format!("原输入 {name} 找不到（{path}：{why}）"),
            format!("the input {name} is not to be found ({path}: {why})"),
        ),
        None => Text::new(
            format!("原输入 {name} 已改变（{path} 的 BLAKE3 与 run.json 不同）"),
            format!("the input {name} has changed ({path} has another BLAKE3 than run.json)"),
        ),
    };
    let help = Text::new(
        "用 --region 指出当时的 REGION.toml；以后可用 settle --archive 把输入存入结果",
        "name the REGION.toml of that time with --region; settle --archive keeps the inputs in the run",
    );
    error(F109, text, help)
}

impl Found {
    /// Loads the inputs.
    pub(crate) fn load(&self, run: &Run) -> Result<Inputs, Failure> {
        let options = InputOptions {
            claims: self
                .claims
                .iter()
                .map(|path| path.to_string_lossy().into_owned())
                .collect(),
            tables: self.tables.clone(),
            sha256: run.inputs.iter().any(|input| input.fingerprint.sha256.is_some()),
        };
        let region = Region::parse(&self.region, run.region.text.clone())?;
        Inputs::of_region(region, &options)
    }
}
