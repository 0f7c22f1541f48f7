//! The files of a run against the hashes in its run.json.

use super::check::{Check, Findings};
use crate::error::Failure;
use crate::input::source::{Fingerprint, Hasher, Role, fingerprint};
use crate::output::run::Run;
use crate::progress::Progress;
use dianzhi_core::{Policy, Text};
use dianzhi_policy::Diagnostics;
use std::path::{Component, Path};

/// The outputs that every run must list and hold.
const OUTPUTS: [&str; 4] = ["claims.csv", "hospitals.csv", "pools.csv", "rejects.csv"];

/// The outputs under a policy; without one, those of every run.
fn expected(policy: Option<&Policy>) -> Vec<&'static str> {
    let mut files = OUTPUTS.to_vec();
    if policy.is_some_and(|policy| !policy.budgets.is_empty()) {
        files.insert(3, "budgets.csv");
    }
    if policy.is_some_and(|policy| !policy.routes.is_empty()) {
        files.push("routes.csv");
    }
    if policy.is_some_and(|policy| !policy.methods.capitation.is_empty()) {
        files.push("capitation.csv");
    }
    if policy.is_some_and(|policy| !policy.apart.is_empty()) {
        files.push("apart.csv");
    }
    if policy.is_some_and(|policy| !policy.adjust.is_empty()) {
        files.push("adjustments.csv");
    }
    if policy.is_some_and(|policy| !policy.alliances.is_empty()) {
        files.push("alliances.csv");
    }
    if policy.is_some_and(|policy| policy.procurement.is_some()) {
        files.push("procurement.csv");
    }
    if policy.is_some_and(|policy| !policy.funds.is_empty()) {
        files.push("funds.csv");
    }
    if policy.is_some_and(|policy| policy.funds.iter().any(|fund| fund.prepayment.is_some())) {
        files.push("next_prepayments.csv");
    }
    files
}

pub(super) fn checks(
    run_dir: &Path,
    run: &Run,
    policy: Option<&Policy>,
    progress: &Progress,
) -> Result<Vec<Check>, Failure> {
    let mut checks = vec![outputs(run_dir, run, &expected(policy), progress)?];
    if run.inputs.iter().any(|input| input.archived.is_some()) {
        checks.push(archived(run_dir, run, progress)?);
    }
    Ok(checks)
}

fn outputs(run_dir: &Path, run: &Run, outputs: &[&str], progress: &Progress) -> Result<Check, Failure> {
    let mut findings = Findings::default();
    let listed: Vec<&str> = run.outputs.iter().map(|output| output.file.as_str()).collect();
    findings.holds(listed == outputs, || {
        let (found, expected) = (listed.join(", "), outputs.join(", "));
        Text::new(
            format!("run.json 列出的输出为 {found}，应为 {expected}"),
            format!("run.json lists the outputs {found}; they should be {expected}"),
        )
    });
    for output in run
        .outputs
        .iter()
        .filter(|output| outputs.contains(&output.file.as_str()))
    {
        progress.check()?;
        compare(&mut findings, run_dir, &output.file, &output.fingerprint);
    }
    let name = Text::new("输出文件齐全且哈希一致", "every output is there with its hash");
    Ok(findings.into_check(name))
}

fn archived(run_dir: &Path, run: &Run, progress: &Progress) -> Result<Check, Failure> {
    let mut findings = Findings::default();
    for input in &run.inputs {
        progress.check()?;
        match &input.archived {
            Some(place) if is_inside(place) => compare(&mut findings, run_dir, place, &input.fingerprint),
            Some(place) => findings.holds(false, || {
                Text::new(
                    format!("存档路径 {place} 不在结果目录内"),
                    format!("the archived path {place} leaves the run directory"),
                )
            }),
            None => findings.holds(false, || {
                let path = &input.path;
                Text::new(
                    format!("结果存档了其他输入，却没有 {path}"),
                    format!("other inputs are archived, but not {path}"),
                )
            }),
        }
    }
    let name = Text::new("存档的输入哈希一致", "every archived input is there with its hash");
    Ok(findings.into_check(name))
}

/// Whether a recorded path stays inside the run directory.
pub(super) fn is_inside(place: &str) -> bool {
    Path::new(place).components().all(|c| matches!(c, Component::Normal(_)))
}

fn compare(findings: &mut Findings, run_dir: &Path, file: &str, recorded: &Fingerprint) {
    findings.saw();
    match fingerprint(&run_dir.join(file), recorded.sha256.is_some()) {
        Err(e) => findings.found(|| Text::new(format!("{file} 读不到：{e}"), format!("{file} cannot be read: {e}"))),
        Ok(found) => {
            if found != *recorded {
                findings.found(|| differs(file, &found, recorded));
            }
        }
    }
}

/// In which of its hashes a file differs.
fn differs(file: &str, found: &Fingerprint, recorded: &Fingerprint) -> Text {
    let (what, found, recorded) = if found.bytes != recorded.bytes {
        ("bytes", found.bytes.to_string(), recorded.bytes.to_string())
    } else if found.blake3 != recorded.blake3 {
        ("BLAKE3", found.blake3.clone(), recorded.blake3.clone())
    } else {
        let hex = |print: &Fingerprint| print.sha256.clone().unwrap_or_default();
        ("SHA-256", hex(found), hex(recorded))
    };
    Text::new(
        format!("{file} 的 {what} 为 {found}，run.json 记录为 {recorded}"),
        format!("{file}: {what} is {found}; run.json has {recorded}"),
    )
}

/// The region text of run.json: the one whose hash is recorded, and a policy.
pub(super) fn region(run: &Run, mistakes: Option<&Diagnostics>) -> Check {
    let mut findings = Findings::default();
    let recorded: Vec<&Fingerprint> = run
        .inputs
        .iter()
        .filter(|input| input.role == Role::Region)
        .map(|input| &input.fingerprint)
        .collect();
    match recorded[..] {
        [recorded] => {
            let mut hasher = Hasher::new(recorded.sha256.is_some());
            hasher.update(run.region.text.as_bytes());
            let found = hasher.fingerprint();
            findings.holds(found == *recorded, || differs("region.text", &found, recorded));
        }
        _ => findings.found(|| {
            let n = recorded.len();
            Text::new(
                format!("run.json 的输入中有 {n} 个政策文件，应为 1 个"),
                format!("run.json lists {n} region files among its inputs; there should be 1"),
            )
        }),
    }
    for mistake in mistakes.iter().flat_map(|all| &all.0) {
        findings.found(|| mistake.text.clone());
    }
    let name = Text::new(
        "run.json 中的政策可读且与记录的哈希一致",
        "the policy in run.json reads and has its recorded hash",
    );
    findings.into_check(name)
}
