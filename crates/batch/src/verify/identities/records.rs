//! read = accepted + rejected, and both as many as there are rows.

use crate::claims::reject::RejectCode;
use crate::input::source::Role;
use crate::output::run::Run;
use crate::verify::check::{Check, Findings};
use crate::verify::sheets::{REJECTS, for_each_row};
use dianzhi_core::Text;
use std::collections::BTreeMap;
use std::path::Path;

/// `accepted` rows of claims.csv, where it could be read.
pub(super) fn check(run_dir: &Path, run: &Run, accepted: Option<u64>) -> Check {
    let mut findings = Findings::default();
    let records = &run.records;
    let in_all = records
        .rejected
        .values()
        .fold(records.accepted, |sum, n| sum.saturating_add(*n));
    let name = |what: &str| Text::new(format!("run.json 的 {what}"), format!("run.json: {what}"));
    findings.equal(|| name("read = accepted + rejected"), &records.read, &in_all);
    if let Some(rows) = accepted {
        findings.equal(|| name("accepted (claims.csv)"), &records.accepted, &rows);
    }
    let files: Vec<&str> = run
        .inputs
        .iter()
        .filter(|input| input.role == Role::Claims)
        .map(|input| input.path.as_str())
        .collect();
    let mut by_code: BTreeMap<String, u64> = BTreeMap::new();
    let mut before: Option<(usize, u64)> = None;
    let read = for_each_row(&run_dir.join("rejects.csv"), REJECTS, &mut findings, |row, findings| {
        let code = row.text("code");
        findings.holds(RejectCode::ALL.iter().any(|known| known.as_str() == code), || {
            row.names(&format!("code {code}"))
        });
        *by_code.entry(code).or_insert(0) += 1;
        let (file, line) = (row.text("file"), row.count("line", findings));
        match files.iter().position(|known| *known == file) {
            None => findings.found(|| row.names(&format!("file {file}"))),
            Some(file) => {
                let here = Some((file, line));
                if before >= here {
                    findings.found(|| row.names("line (order)"));
                }
                before = here;
            }
        }
        true
    });
    if read.is_some() {
        let codes: std::collections::BTreeSet<&String> = by_code.keys().chain(records.rejected.keys()).collect();
        for code in codes {
            let of = |counts: &BTreeMap<String, u64>| counts.get(code).copied().unwrap_or(0);
            findings.equal(
                || name(&format!("{code} (rejects.csv)")),
                &of(&records.rejected),
                &of(&by_code),
            );
        }
    }
    findings.into_check(Text::new(
        "读入 = 接受 + 拒绝，与 claims.csv、rejects.csv 的行数一致",
        "read = accepted + rejected, as many as the rows of claims.csv and rejects.csv",
    ))
}
