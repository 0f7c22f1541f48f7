//! Why two runs can differ: engine, policy, inputs, records.

use super::{Change, CountChange, InputChange, InputChangeKind, PolicyChange, not_whole};
use crate::error::Failure;
use crate::output::run::{Run, RunInput};
use dianzhi_core::Text;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use toml::Value;

pub(super) fn engine(a: &Run, b: &Run) -> Option<Change> {
    let shown = |run: &Run| format!("{} {}", run.engine.name, run.engine.version);
    (a.engine != b.engine).then(|| Change {
        old: shown(a),
        new: shown(b),
    })
}

/// The region file of a run as TOML.
pub(super) fn toml(run_dir: &Path, run: &Run) -> Result<toml::Table, Failure> {
    run.region.text.parse().map_err(|e: toml::de::Error| {
        let why = e.message();
        let text = Text::new(
            format!("run.json 中的政策不是 TOML：{why}"),
            format!("the policy in run.json is no TOML: {why}"),
        );
        not_whole(run_dir, &text)
    })
}

/// The keys of two region files that differ, in the order of their paths.
pub(super) fn policy(a: &toml::Table, b: &toml::Table) -> Vec<PolicyChange> {
    let mut old = Vec::new();
    walk("", &Value::Table(a.clone()), &mut old);
    let mut new = Vec::new();
    walk("", &Value::Table(b.clone()), &mut new);
    let (old, new): (BTreeMap<_, _>, BTreeMap<_, _>) = (old.into_iter().collect(), new.into_iter().collect());
    let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let change = |key: &String| {
        let (old, new) = (old.get(key).cloned(), new.get(key).cloned());
        (old != new).then(|| PolicyChange {
            key: key.clone(),
            old,
            new,
        })
    };
    keys.into_iter().filter_map(change).collect()
}

fn walk(path: &str, value: &Value, leaves: &mut Vec<(String, String)>) {
    let shown = match value {
        Value::Table(table) if !table.is_empty() => {
            for (key, value) in table {
                let here = if path.is_empty() {
                    key.clone()
                } else {
                    format!("{path}.{key}")
                };
                walk(&here, value, leaves);
            }
            return;
        }
        Value::Array(array) if !array.is_empty() => {
            for (i, value) in array.iter().enumerate() {
                walk(&format!("{path}[{i}]"), value, leaves);
            }
            return;
        }
        Value::Table(_) => "{}".to_owned(),
        Value::Array(_) => "[]".to_owned(),
        Value::String(text) => text.clone(),
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Boolean(yes) => yes.to_string(),
        Value::Datetime(at) => at.to_string(),
    };
    leaves.push((path.to_owned(), shown));
}

/// Inputs by role and path; what is left over on both sides, by role and content.
pub(super) fn inputs(a: &Run, b: &Run) -> Vec<InputChange> {
    let same_place = |x: &RunInput, y: &RunInput| x.role == y.role && x.path == y.path;
    let same_content = |x: &RunInput, y: &RunInput| x.role == y.role && x.fingerprint.blake3 == y.fingerprint.blake3;
    let hash = |input: &RunInput| Some(input.fingerprint.blake3.clone());
    let mut changes = Vec::new();
    let mut gone: Vec<&RunInput> = a
        .inputs
        .iter()
        .filter(|x| !b.inputs.iter().any(|y| same_place(x, y)))
        .collect();
    for new in &b.inputs {
        let (change, old, shown) = if let Some(old) = a.inputs.iter().find(|old| same_place(old, new)) {
            if same_content(old, new) {
                continue;
            }
            (InputChangeKind::Changed, hash(old), hash(new))
        } else if let Some(at) = gone.iter().position(|old| same_content(old, new)) {
            let old = gone.remove(at).path.clone();
            (InputChangeKind::Renamed, Some(old), Some(new.path.clone()))
        } else {
            (InputChangeKind::Added, None, hash(new))
        };
        changes.push(InputChange {
            role: new.role,
            path: new.path.clone(),
            change,
            old,
            new: shown,
        });
    }
    changes.extend(gone.into_iter().map(|old| InputChange {
        role: old.role,
        path: old.path.clone(),
        change: InputChangeKind::Removed,
        old: hash(old),
        new: None,
    }));
    changes
}

pub(super) fn records(a: &Run, b: &Run) -> Vec<CountChange> {
    let (a, b) = (&a.records, &b.records);
    let codes: BTreeSet<&String> = a.rejected.keys().chain(b.rejected.keys()).collect();
    let of = |counts: &BTreeMap<String, u64>, code: &String| counts.get(code).copied().unwrap_or(0);
    let mut counts = vec![
        ("read".to_owned(), a.read, b.read),
        ("accepted".to_owned(), a.accepted, b.accepted),
    ];
    counts.extend(
        codes
            .into_iter()
            .map(|code| (code.clone(), of(&a.rejected, code), of(&b.rejected, code))),
    );
    counts
        .into_iter()
        .filter(|(_, old, new)| old != new)
        .map(|(name, old, new)| CountChange { name, old, new })
        .collect()
}
