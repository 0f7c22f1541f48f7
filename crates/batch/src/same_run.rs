//! Whether a folder already holds the run that is asked for.

use crate::error::{Failure, unreadable};
use crate::input::Inputs;
use crate::input::source::{Fingerprint, InputFile, fingerprint};
use crate::output::run::{Engine, Run, RunInput, run_inputs};
use crate::publish::SettleOptions;
use std::path::Path;

/// The run in `out`, if it is a whole one of the same inputs, policy, engine and options.
pub(crate) fn same_run(inputs: &Inputs, out: &Path, options: &SettleOptions) -> Result<Option<Run>, Failure> {
    let Some(run) = Run::find(out)? else {
        return Ok(None);
    };
    let mut files: Vec<(InputFile, Fingerprint)> = inputs.tables.clone();
    for input in &inputs.claims {
        let print = fingerprint(&input.path, inputs.with_sha256).map_err(|e| unreadable(&input.name, &e))?;
        files.push((input.clone(), print));
    }
    let now = run_inputs(files.iter().map(|(input, print)| (input, print)));
    let same_file = |then: &RunInput, now: &RunInput| {
        let prints = (&then.fingerprint, &now.fingerprint);
        then.role == now.role
            && then.path == now.path
            && prints.0.bytes == prints.1.bytes
            && prints.0.blake3 == prints.1.blake3
    };
    let inputs_same = run.inputs.len() == now.len() && run.inputs.iter().zip(&now).all(|(a, b)| same_file(a, b));
    // A run that holds more than is asked for now is the same run.
    let archived = run.inputs.iter().all(|input| input.archived.is_some());
    let hashed = run.inputs.iter().all(|input| input.fingerprint.sha256.is_some());
    let enough = (archived || !options.archive) && (hashed || !options.inputs.sha256);
    if run.engine != Engine::this() || run.region.text != inputs.region.text || !inputs_same || !enough {
        return Ok(None);
    }
    let copies = run.inputs.iter();
    let copies = copies.filter_map(|input| Some((input.archived.as_ref()?, &input.fingerprint)));
    let outputs = run.outputs.iter().map(|output| (&output.file, &output.fingerprint));
    for (file, print) in copies.chain(outputs) {
        if !holds(&out.join(file), print)? {
            return Ok(None);
        }
    }
    Ok(Some(run))
}

/// Whether a file is there and still holds what it held.
fn holds(path: &Path, print: &Fingerprint) -> Result<bool, Failure> {
    match fingerprint(path, print.sha256.is_some()) {
        Ok(now) => Ok(now == *print),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(e) => Err(unreadable(&path.to_string_lossy(), &e).into()),
    }
}
