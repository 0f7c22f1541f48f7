//! The inputs of a run: archived in it, or where they were, with the recorded hash.

use super::hashes::is_inside;
use crate::error::{Failure, unreadable};
use crate::input::source::{Hasher, Role};
use crate::output::run::{Run, RunInput};
use crate::progress::Progress;
use dianzhi_core::Text;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Names that a skipped check tells before it only counts.
const NAMES_MAX: usize = 5;

/// An input with its recorded hash.
pub(super) struct Loaded {
    pub(super) role: Role,
    /// Its path as recorded: the name in rejects.csv.
    pub(super) name: String,
    /// Its bytes, unpacked.
    pub(super) bytes: Vec<u8>,
}

/// Every input but the region file, whose text is in run.json; or why they are not all there.
pub(super) fn inputs(
    run_dir: &Path,
    run: &Run,
    region: Option<&Path>,
    progress: &Progress,
) -> Result<Result<Vec<Loaded>, Text>, Failure> {
    if let Some(region) = region {
        std::fs::metadata(region).map_err(|e| unreadable(&region.display().to_string(), &e))?;
    }
    let recorded = run_dir.join(&run.region.path);
    let folders: Vec<PathBuf> = region
        .into_iter()
        .chain([recorded.as_path()])
        .map(|region| region.parent().unwrap_or(Path::new("")).to_owned())
        .collect();
    let mut found = Vec::new();
    let mut missing = Vec::new();
    for input in run.inputs.iter().filter(|input| input.role != Role::Region) {
        progress.check()?;
        match load(run_dir, &folders, input) {
            Ok(loaded) => found.push(loaded),
            Err(why) => missing.push(why),
        }
    }
    if missing.is_empty() {
        return Ok(Ok(found));
    }
    let more = missing.len().saturating_sub(NAMES_MAX);
    let list = |zh: bool| {
        let pick = |text: &Text| if zh { text.zh.clone() } else { text.en.clone() };
        let names: Vec<String> = missing.iter().take(NAMES_MAX).map(pick).collect();
        names.join(if zh { "；" } else { "; " })
    };
    let (and_zh, and_en) = if more > 0 {
        (format!("；另有 {more} 个"), format!("; and {more} more"))
    } else {
        Default::default()
    };
    let (zh, en) = (list(true), list(false));
    Ok(Err(Text::new(
        format!("{zh}{and_zh}。用 --region 指出当时的 REGION.toml，其他输入应在它记录的相对位置"),
        format!(
            "{en}{and_en}. Name the REGION.toml of that time with --region, the other inputs at their places beside it"
        ),
    )))
}

fn load(run_dir: &Path, folders: &[PathBuf], input: &RunInput) -> Result<Loaded, Text> {
    let archived = input.archived.as_deref().filter(|place| is_inside(place));
    let beside = folders.iter().map(|folder| folder.join(&input.path));
    let mut why = None;
    for path in archived.map(|place| run_dir.join(place)).into_iter().chain(beside) {
        let (name, shown) = (&input.path, path.display());
        match std::fs::read(&path) {
            Err(e) => {
                why.get_or_insert_with(|| {
                    Text::new(
                        format!("输入 {name} 找不到（{shown}：{e}）"),
                        format!("the input {name} is not to be found ({shown}: {e})"),
                    )
                });
            }
            Ok(packed) => {
                let mut hasher = Hasher::new(input.fingerprint.sha256.is_some());
                hasher.update(&packed);
                if hasher.fingerprint() == input.fingerprint {
                    return unpacked(input, packed);
                }
                // A changed file says more than a place where there is none.
                why = Some(Text::new(
                    format!("输入 {name} 已改变（{shown} 的哈希与 run.json 不同）"),
                    format!("the input {name} has changed ({shown} has another hash than run.json)"),
                ));
            }
        }
    }
    Err(why.unwrap_or_default())
}

fn unpacked(input: &RunInput, packed: Vec<u8>) -> Result<Loaded, Text> {
    let extension = Path::new(&input.path)
        .extension()
        .map(|extension| extension.to_string_lossy().to_ascii_lowercase());
    let mut bytes = Vec::new();
    let done = match extension.as_deref() {
        Some("gz") => flate2::read::MultiGzDecoder::new(&packed[..]).read_to_end(&mut bytes),
        Some("zst") => zstd::stream::read::Decoder::new(&packed[..]).and_then(|mut zst| zst.read_to_end(&mut bytes)),
        _ => {
            bytes = packed;
            Ok(0)
        }
    };
    let name = &input.path;
    match done {
        Ok(_) => Ok(Loaded {
            role: input.role,
            name: name.clone(),
            bytes,
        }),
        Err(e) => Err(Text::new(
            format!("输入 {name} 无法解压：{e}"),
            format!("the input {name} does not unpack: {e}"),
        )),
    }
}
