//! `settle`: from a region file to a published run directory.

use crate::claims::read::{Claims, ReadOptions};
use crate::codes::{F105, F107};
use crate::error::{Failure, error};
use crate::input::find::relative;
use crate::input::source::{Fingerprint, InputFile};
use crate::input::{InputOptions, Inputs};
use crate::max_rejects::{MaxRejects, Rejects, passed_limit, too_many};
use crate::output::claims_csv::header;
use crate::output::folder::{Placed, WorkFolder, exists};
use crate::output::ordered::OrderedWriter;
use crate::output::run::{Engine, RUN_FORMAT, Records, Run, RunBudget, RunOutput, RunPool, RunRegion, run_inputs};
use crate::output::{archive, tables_csv};
use crate::progress::{Progress, Stage};
use crate::same_run::same_run;
use crate::settle::adjust;
use crate::settle::alliance;
use crate::settle::apart;
use crate::settle::capitation;
use crate::settle::due::Settled;
use crate::settle::funds;
use crate::settle::price::Priced;
use crate::settle::procurement;
use crate::settle::routes;
use crate::workers::workers;
use dianzhi_core::Text;
use dianzhi_policy::Diagnostics;
use std::path::{Path, PathBuf};

/// How a run is made.
#[derive(Clone, Debug, Default)]
pub struct SettleOptions {
    /// Where the inputs are.
    pub inputs: InputOptions,
    /// How claims are read.
    pub read: ReadOptions,
    /// How many rejected rows are too many.
    pub max_rejects: Option<MaxRejects>,
    /// Exchange an existing output folder.
    pub replace: bool,
    /// Copy the inputs into the run.
    pub archive: bool,
}

/// What `settle` did.
pub enum Outcome {
    /// The run is published.
    Published(Box<Published>),
    /// The folder already holds this very run; it was left as it is.
    AlreadyThere(Box<Run>),
}

/// A published run and the figures it was made from.
pub struct Published {
    /// run.json
    pub run: Run,
    /// The inputs.
    pub inputs: Inputs,
    /// The settled year.
    pub settled: Settled,
    /// Where the folder went that `replace` exchanged, if it was no run: it is not removed.
    pub set_aside: Option<PathBuf>,
}

/// Settles a region-year and publishes it as `out`.
///
/// # Errors
/// [`Failure`]; nothing is published then.
pub fn settle(region: &Path, out: &Path, options: &SettleOptions, progress: &Progress) -> Result<Outcome, Failure> {
    let inputs = Inputs::load(region, &options.inputs)?;
    let is_there = may_become_output(&inputs, out)?;
    if is_there && !options.replace {
        return already_there(&inputs, out, options);
    }
    let made =
        workers(options.read.threads).and_then(|workers| workers.install(|| make(&inputs, out, options, progress)));
    match made {
        Ok(Made::Published(run, settled, set_aside)) => Ok(Outcome::Published(Box::new(Published {
            run: *run,
            inputs,
            settled: *settled,
            set_aside,
        }))),
        Ok(Made::Occupied) => already_there(&inputs, out, options),
        Err(Failure::Refused(found)) => Err(with_the_cause(&inputs, found)),
        Err(other) => Err(other),
    }
}

/// Whether something has the name of an output folder already, which is then a folder without inputs.
///
/// # Errors
/// F107 where it is anything else, or holds an input.
pub fn may_become_output(inputs: &Inputs, out: &Path) -> Result<bool, Failure> {
    if let Some(input) = input_inside(inputs, out) {
        return Err(holds_inputs(out, &input).into());
    }
    let there = std::fs::symlink_metadata(out).ok();
    if there.as_ref().is_some_and(|there| !there.is_dir()) {
        // A file, a link or a device is nothing that a run may take the place of.
        return Err(exists(out).into());
    }
    Ok(there.is_some())
}

/// What was wrong with an input that changed meanwhile is told behind the change.
fn with_the_cause(inputs: &Inputs, found: Diagnostics) -> Failure {
    match inputs.unchanged() {
        Err(Failure::Refused(mut changed)) if found.0.iter().all(|one| one.code != F105.id) => {
            changed.0.retain(|one| one.code == F105.id);
            changed.0.extend(found.0);
            changed.into()
        }
        _ => found.into(),
    }
}

/// What came of a settlement.
enum Made {
    Published(Box<Run>, Box<Settled>, Option<PathBuf>),
    /// Another run was faster. It may be the same one.
    Occupied,
}

/// Settles into a work folder and gives it its name, on the worker threads that the caller is one of.
fn make(inputs: &Inputs, out: &Path, options: &SettleOptions, progress: &Progress) -> Result<Made, Failure> {
    let claims = Claims::read_here(inputs, &options.read, progress)?;
    let work = WorkFolder::create(out, "run.json")?;
    let records = Records::of(&claims);
    let rejects = work.write(
        "rejects.csv",
        &tables_csv::rejects(&claims.rejects, |file| claims.file_name(file)),
        inputs.with_sha256,
    )?;
    if let Some(most) = passed_limit(&records, options.max_rejects) {
        inputs.unchanged()?;
        let rejects = work
            .keep()
            .map_or_else(|why| Rejects::Lost(Box::new(why)), Rejects::Kept);
        return Err(too_many(&records, most, rejects));
    }
    let priced = Priced::new(inputs, claims, progress)?;
    let path = work.path().join("claims.csv");
    let writer = OrderedWriter::create(&path, header(&inputs.region.policy), inputs.with_sha256)?;
    let settled = match Settled::new(inputs, priced, Some(&writer), progress) {
        Err(Failure::Broken { identities, .. }) => {
            inputs.unchanged()?;
            return Err(Failure::Broken {
                identities,
                kept: work.keep().ok(),
            });
        }
        other => other?,
    };
    progress.enter(Stage::Publishing);
    let claims_csv = writer.finish()?;
    let run = publish(
        inputs,
        &settled,
        &work,
        records,
        [claims_csv, rejects],
        options.archive,
        out,
    )?;
    // What was found, header by header and file by file, must be one state of the inputs.
    inputs.unchanged()?;
    // The last moment to stop: from here on the run is there.
    progress.check()?;
    let set_aside = match work.publish(options.replace)? {
        Placed::There(set_aside) => set_aside,
        Placed::Occupied => return Ok(Made::Occupied),
    };
    Ok(Made::Published(Box::new(run), Box::new(settled), set_aside))
}

/// The run that has the name is this very one, or it stays and this one is refused.
fn already_there(inputs: &Inputs, out: &Path, options: &SettleOptions) -> Result<Outcome, Failure> {
    match same_run(inputs, out, options)? {
        Some(run) => match passed_limit(&run.records, options.max_rejects) {
            Some(most) => Err(too_many(&run.records, most, Rejects::InRun)),
            None => Ok(Outcome::AlreadyThere(Box::new(run))),
        },
        None => Err(exists(out).into()),
    }
}

/// Writes the small tables and, last, run.json.
fn publish(
    inputs: &Inputs,
    settled: &Settled,
    work: &WorkFolder,
    records: Records,
    [claims_csv, rejects]: [Fingerprint; 2],
    with_archive: bool,
    out: &Path,
) -> Result<Run, Failure> {
    let sha256 = inputs.with_sha256;
    let hospitals = work.write(
        "hospitals.csv",
        &tables_csv::hospitals(&inputs.policy, &settled.accounts),
        sha256,
    )?;
    let pools = work.write(
        "pools.csv",
        &tables_csv::pools(&inputs.policy, &settled.accounts),
        sha256,
    )?;
    let routes = match settled.routes.is_empty() {
        true => None,
        false => Some(work.write("routes.csv", &routes::csv(&inputs.policy, &settled.routes), sha256)?),
    };
    let has_apart = !inputs.region.policy.apart.is_empty();
    let items = has_apart
        .then(|| work.write("apart.csv", &apart::csv(&settled.apart), sha256))
        .transpose()?;
    let is_adjusted = !inputs.region.policy.adjust.is_empty();
    let adjustments = is_adjusted
        .then(|| {
            let csv = adjust::csv(&inputs.policy, settled.claims())
                .map_err(|e| error(crate::codes::A101, e.text(), crate::error::too_large_help()))?;
            work.write("adjustments.csv", &csv, sha256)
        })
        .transpose()?;
    let rows = inputs.policy.budget_rows(&settled.accounts);
    let has_tree = !inputs.region.policy.budgets.is_empty();
    let budgets = has_tree
        .then(|| work.write("budgets.csv", &tables_csv::budgets(&rows), sha256))
        .transpose()?;
    let all: Vec<(&InputFile, &Fingerprint)> = inputs
        .tables
        .iter()
        .map(|(input, print)| (input, print))
        .chain(settled.claims().inputs())
        .collect();
    let mut run_inputs = run_inputs(all.iter().copied());
    if with_archive {
        let files: Vec<&InputFile> = all.iter().map(|(input, _)| *input).collect();
        archive::archive(work.path(), &files, &mut run_inputs)?;
    }
    let capitation = capitation::csv(&inputs.policy)
        .map(|csv| work.write("capitation.csv", &csv, sha256))
        .transpose()?;
    let alliances = alliance::csv(&inputs.policy, &settled.accounts)
        .map(|csv| work.write("alliances.csv", &csv, sha256))
        .transpose()?;
    let procured = procurement::csv(&inputs.policy, &settled.procurement)
        .map(|csv| work.write("procurement.csv", &csv, sha256))
        .transpose()?;
    let of_funds = funds::csv(&inputs.policy, &settled.funds)
        .map(|csv| work.write("funds.csv", &csv, sha256))
        .transpose()?;
    let next_prepayments = funds::prepayments_csv(&inputs.policy, &settled.funds)
        .map(|csv| work.write("next_prepayments.csv", &csv, sha256))
        .transpose()?;
    let outputs = [
        ("claims.csv", Some(claims_csv)),
        ("hospitals.csv", Some(hospitals)),
        ("pools.csv", Some(pools)),
        ("budgets.csv", budgets),
        ("rejects.csv", Some(rejects)),
        ("routes.csv", routes),
        ("capitation.csv", capitation),
        ("apart.csv", items),
        ("adjustments.csv", adjustments),
        ("alliances.csv", alliances),
        ("procurement.csv", procured),
        ("funds.csv", of_funds),
        ("next_prepayments.csv", next_prepayments),
    ];
    let outputs = outputs.into_iter().filter_map(|(file, print)| Some((file, print?)));
    let output = |(file, fingerprint): (&str, Fingerprint)| RunOutput {
        file: file.to_owned(),
        fingerprint,
    };
    let run = Run {
        format: RUN_FORMAT,
        engine: Engine::this(),
        region: RunRegion {
            path: relative(&inputs.region.path, out),
            text: inputs.region.text.clone(),
        },
        inputs: run_inputs,
        outputs: outputs.map(output).collect(),
        records,
        pools: settled
            .accounts
            .iter()
            .map(|account| RunPool::of(inputs, account))
            .collect(),
        budgets: RunBudget::all(&inputs.region.policy, &rows),
    };
    let bytes = run.to_bytes().map_err(|e| crate::error::unwritable(out, &e.into()))?;
    work.write("run.json", &bytes, false)?;
    Ok(run)
}

/// An input that lies in the output folder.
fn input_inside(inputs: &Inputs, out: &Path) -> Option<String> {
    let out = out.canonicalize().ok()?;
    let all = inputs.tables.iter().map(|(input, _)| input).chain(&inputs.claims);
    let inside = |input: &&InputFile| input.path.canonicalize().is_ok_and(|path| path.starts_with(&out));
    all.into_iter().find(inside).map(|input| input.name.clone())
}

/// Exchanging the folder would take the inputs away.
pub(crate) fn holds_inputs(out: &Path, input: &str) -> dianzhi_policy::Diagnostic {
    let shown = out.display();
    error(
        F107,
        Text::new(
            format!("输出目录 {shown} 中有输入文件 {input}；结果目录只放结果"),
            format!("the output folder {shown} holds the input {input}; a run directory holds the run alone"),
        ),
        Text::new(
            "换一个 --out，例如其中的一个新目录",
            "name another --out, such as a new folder inside it",
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settle::due::tampering::FEN;

    fn year(folder: &Path) -> PathBuf {
        let options = dianzhi_synth::Options {
            claims: 50,
            seed: 3,
            region: None,
        };
        dianzhi_synth::generate(&options, folder).unwrap();
        folder.join("region.toml")
    }

    #[test]
    fn a_broken_identity_publishes_nothing_and_keeps_the_work_folder() {
        let scratch = tempfile::tempdir().unwrap();
        let region = year(&scratch.path().join("year"));
        let out = scratch.path().join("run");
        let inputs = Inputs::load(&region, &InputOptions::default()).unwrap();
        // On this thread, where the fen lies.
        FEN.set(1);
        let failure = make(&inputs, &out, &SettleOptions::default(), &Progress::default())
            .err()
            .unwrap();
        FEN.set(0);
        assert_eq!(failure.exit_code(), 3);
        assert!(failure.diagnostics().iter().all(|diagnostic| diagnostic.code == "I101"));
        let Failure::Broken { kept: Some(kept), .. } = failure else {
            panic!("{failure:?}");
        };
        assert!(kept.join("claims.csv").is_file() && !kept.join("run.json").exists());
        assert!(!out.exists());
    }

    #[test]
    fn a_folder_that_is_no_run_is_set_aside_and_one_with_inputs_is_refused() {
        let scratch = tempfile::tempdir().unwrap();
        let region = year(&scratch.path().join("year"));
        let out = scratch.path().join("mine");
        std::fs::create_dir(&out).unwrap();
        std::fs::write(out.join("notes.txt"), "of value").unwrap();
        let options = SettleOptions {
            replace: true,
            ..SettleOptions::default()
        };
        let Outcome::Published(run) = settle(&region, &out, &options, &Progress::default()).unwrap() else {
            panic!("it is no run yet");
        };
        let aside = run.set_aside.unwrap();
        assert_eq!(std::fs::read_to_string(aside.join("notes.txt")).unwrap(), "of value");
        // A run is exchanged for good.
        let Outcome::Published(again) = settle(&region, &out, &options, &Progress::default()).unwrap() else {
            panic!("replace always publishes");
        };
        assert!(again.set_aside.is_none());
        let failure = settle(&region, &scratch.path().join("year"), &options, &Progress::default())
            .err()
            .unwrap();
        assert_eq!(failure.diagnostics()[0].code, "F107");
        assert!(region.is_file());
    }
}
