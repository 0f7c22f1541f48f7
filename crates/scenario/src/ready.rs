//! The baseline and every scenario made ready: region files merged and read with their tables, claims
//! changed where something is assumed.

use crate::assume::{carry_out, check_names, concerns_nobody};
use crate::codes::X101;
use crate::file::{BASELINE, Scenario, Scenarios};
use crate::overlay::merged;
use crate::paths::{Moved, folder_of};
use dianzhi_batch::{
    Failure, InputFile, InputOptions, Inputs, Progress, ReadOptions, Reading, Rewritten, Role, WorkFolder, exists,
    may_become_output,
};
use dianzhi_core::Text;
use dianzhi_policy::{Diagnostic, Diagnostics, Region};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The baseline, or a scenario, ready to be settled.
pub(crate) struct Ready<'s> {
    /// `None` for the baseline.
    pub(crate) scenario: Option<&'s Scenario>,
    pub(crate) inputs: Inputs,
    pub(crate) reading: Reading,
    /// What its assumptions made of the claims; `None` where nothing is assumed.
    pub(crate) assumed: Option<AssumedClaims>,
}

/// The claims of a scenario under its assumptions.
pub(crate) struct AssumedClaims {
    /// The claim files as they are.
    pub(crate) sources: Vec<InputFile>,
    /// Those that were written, and what each assumption did.
    pub(crate) rewritten: Rewritten,
}

impl Ready<'_> {
    pub(crate) fn id(&self) -> &str {
        self.scenario.map_or(BASELINE, |scenario| &scenario.id)
    }
}

/// A region file as it stands, before anything is merged into it.
pub(crate) struct SourceText {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
}

/// Reads the region files of the baseline and of every scenario with their tables; with the baseline's
/// file as it stands.
pub(crate) fn ready(scenarios: &Scenarios) -> Result<(SourceText, Vec<Ready<'_>>), Failure> {
    let path = scenarios.baseline_path();
    let of = |scenario, inputs: Inputs| Ready {
        scenario,
        reading: Reading::of(&inputs),
        inputs,
        assumed: None,
    };
    let moved = Moved::new(scenarios.dir(), folder_of(&path));
    let source = SourceText {
        path: path.clone(),
        text: Region::load(&path)?.text,
    };
    let text = merged(scenarios, &scenarios.base, &source.text, &moved)?;
    let baseline = inputs(scenarios, &scenarios.base, &path, &text)?;
    check_counties(scenarios, &baseline)?;
    let mut ready = vec![of(None, baseline)];
    let mut found = Vec::new();
    for scenario in &scenarios.scenarios {
        let merged = merged(scenarios, scenario, &text, &moved).map_err(Failure::from);
        match merged.and_then(|text| inputs(scenarios, scenario, &path, &text)) {
            Ok(inputs) => {
                // Two scenarios that assume the same miss the same.
                for assumption in scenarios.assumed(scenario) {
                    let unknown = check_names(scenarios, assumption, &inputs);
                    let new = unknown.into_iter().filter(|one| !found.contains(one));
                    let new: Vec<Diagnostic> = new.collect();
                    found.extend(new);
                }
                ready.push(of(Some(scenario), inputs));
            }
            Err(Failure::Refused(mistakes)) => found.extend(mistakes.0),
            Err(other) => return Err(other),
        }
    }
    if found.is_empty() {
        Ok((source, ready))
    } else {
        Err(Diagnostics(found).into())
    }
}

/// What the text of a region file and its tables come to.
fn inputs(scenarios: &Scenarios, scenario: &Scenario, path: &Path, text: &str) -> Result<Inputs, Failure> {
    let region = Region::parse(path, text.to_owned()).map_err(Failure::from);
    let inputs = region.and_then(|region| Inputs::of_region(region, &InputOptions::default()));
    inputs.map_err(|failure| told(scenarios, scenario, path, text, failure))
}

/// A failure of a scenario, which says whose it is.
fn told(scenarios: &Scenarios, scenario: &Scenario, path: &Path, text: &str, failure: Failure) -> Failure {
    match failure {
        // What cannot be assumed is no mistake of the overlay.
        Failure::Refused(found) if found.0.iter().all(|one| one.code.starts_with('X')) => found.into(),
        Failure::Refused(found) => scenarios
            .told(scenario, &path.display().to_string(), text, found)
            .into(),
        other => other,
    }
}

/// Hospitals of `[counties]` that the baseline does not have.
fn check_counties(scenarios: &Scenarios, baseline: &Inputs) -> Result<(), Failure> {
    let hospitals = baseline.policy.hospitals();
    let is_unknown = |code: &&String| hospitals.iter().all(|hospital| hospital.code != **code);
    let unknown: Vec<&str> = scenarios
        .counties
        .keys()
        .filter(is_unknown)
        .map(String::as_str)
        .collect();
    if unknown.is_empty() {
        return Ok(());
    }
    let list = unknown.join(", ");
    let text = Text::new(
        format!("[counties] 中的机构 {list} 不在基准的 hospitals 中"),
        format!("[counties] names hospitals that the baseline's hospitals do not have: {list}"),
    );
    let help = Text::new("改正代码，或删去", "correct the codes, or take them out");
    Err(Diagnostic::error(X101.id, text, help)
        .at(scenarios.document.whole())
        .into())
}

/// Whether something has the output's name already, which is a folder without any input.
pub(crate) fn check_output(scenarios: &Scenarios, ready: &[Ready<'_>], out: &Path) -> Result<bool, Failure> {
    for of in ready {
        may_become_output(&of.inputs, out)?;
    }
    let inside = out.canonicalize().ok().zip(scenarios.path.canonicalize().ok());
    if inside.is_some_and(|(out, file)| file.starts_with(out)) {
        return Err(exists(out).into());
    }
    Ok(out.is_dir())
}

pub(crate) fn told_of(scenarios: &Scenarios, of: &Ready<'_>, failure: Failure) -> Failure {
    match of.scenario {
        Some(scenario) => told(
            scenarios,
            scenario,
            &of.inputs.region.path,
            &of.inputs.region.text,
            failure,
        ),
        None => failure,
    }
}

/// Carries out what scenarios assume: their claims are those of files in `DIR/ID/claims` from then on.
pub(crate) fn assume_all(
    scenarios: &Scenarios,
    ready: &mut [Ready<'_>],
    work: &WorkFolder,
    options: &ReadOptions,
    progress: &Progress,
) -> Result<(), Failure> {
    // Files of the same bytes are read once, whichever scenario they were written for.
    let mut written: BTreeMap<Vec<String>, Vec<InputFile>> = BTreeMap::new();
    for of in ready {
        let Some(scenario) = of.scenario.filter(|scenario| !scenario.assume.is_empty()) else {
            continue;
        };
        let assumptions = scenarios.assumed(scenario);
        let shares: Vec<_> = assumptions.iter().map(|one| (*one, one.share)).collect();
        let folder = work.folder(&claims_folder(of.id()))?;
        let rewritten = carry_out(scenarios, &of.inputs, &shares, &folder, options, progress)
            .map_err(|failure| told_of(scenarios, of, failure))?;
        let hashes = rewritten.files.iter().map(|file| file.written.blake3.clone());
        let files = written
            .entry(hashes.collect())
            .or_insert_with(|| assumed_files(&rewritten, &folder, &claims_folder(of.id())));
        let sources = std::mem::replace(&mut of.inputs.claims, files.clone());
        of.reading = Reading::of(&of.inputs);
        let idle = concerns_nobody(scenarios, &assumptions, &rewritten.counts);
        of.inputs.warnings.extend(idle);
        of.assumed = Some(AssumedClaims { sources, rewritten });
    }
    Ok(())
}

/// Where the claims of a scenario stand that were changed for it.
pub(crate) fn claims_folder(id: &str) -> String {
    format!("{id}/claims")
}

/// The files that were written in the place of others, named by a folder, as they are published: a line
/// of theirs is none of the source.
pub(crate) fn assumed_files(rewritten: &Rewritten, folder: &Path, name: &str) -> Vec<InputFile> {
    let file = |file: &dianzhi_batch::RewrittenFile| InputFile {
        role: Role::Claims,
        name: format!("{name}/{}", file.name),
        path: folder.join(&file.name),
    };
    rewritten.files.iter().map(file).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Seen to fail with the claims of each kept by their paths.
    #[test]
    fn the_same_claims_are_one_reading() {
        let scratch = tempfile::tempdir().unwrap();
        let options = dianzhi_synth::Options {
            claims: 40,
            seed: 7,
            region: None,
        };
        dianzhi_synth::generate(&options, &scratch.path().join("year")).unwrap();
        let assumption = |id: &str| {
            format!(
                "[[assumption]]\nid = \"{id}\"\ntitle = \"t\"\nsource = \"s\"\nkind = \"volume\"\nseed = 1\nshare = \"1\"\n"
            )
        };
        let scenario = |id: &str, assume: &str| {
            format!(
                "[[scenario]]\nid = \"{id}\"\ntitle = \"t\"\npolicy = \"p\"\nassume = [\"{assume}\"]\nset.deviation.low.ratio = \"0.3\"\n"
            )
        };
        let head = "[comparison]\ntitle = \"t\"\nauthor = \"a\"\npolicy = \"p\"\ndate = \"2026-01-01\"\nbaseline = \"year/region.toml\"\n";
        let parts = [
            head.to_owned(),
            assumption("x"),
            assumption("y"),
            scenario("one", "x"),
            scenario("two", "x"),
            scenario("three", "y"),
        ];
        let file = scratch.path().join("scenarios.toml");
        std::fs::write(&file, parts.concat()).unwrap();
        let scenarios = Scenarios::load(&file).unwrap();
        let (_, mut ready) = ready(&scenarios).unwrap();
        let work = WorkFolder::create(&scratch.path().join("out"), "scenarios.json").unwrap();
        for of in &ready {
            work.folder(of.id()).unwrap();
        }
        let (read, progress) = (ReadOptions::default(), Progress::default());
        assume_all(&scenarios, &mut ready, &work, &read, &progress).unwrap();
        let [baseline, one, two, three] = &ready[..] else {
            panic!("four of them")
        };
        assert_eq!(one.reading, two.reading);
        assert_eq!(baseline.reading.differs_in(&one.reading), ["files.claims"]);
        // Copies of another name are other claims.
        assert_ne!(one.reading, three.reading);
    }
}
