//! `verify` over a run whose files hold any bytes: never a panic, and no changed figure unseen.

use super::year;
use crate::input::source::fingerprint;
use crate::output::run::Run;
use crate::{Progress, SettleOptions, settle, verify};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const FILES: [&str; 5] = ["run.json", "claims.csv", "hospitals.csv", "pools.csv", "rejects.csv"];

/// Accepted cases of every class, and rejects of several codes.
const CLAIMS: &str = "setl_id,fixmedins_code,insutype,adm_time,dscg_time,group_code,medfee_sumamt,hifp_pay\n\
    C001,H001,310,2026-01-05,2026-01-12,ES25,10000.00,7000.00\n\
    C002,H002,310,2026-02-01,2026-02-09,GD11,32000.00,8400.00\n\
    C003,H003,310,2026-03-10,2026-03-14,FR25,4000.00,5000.00\n\
    C004,H001,390,2026-05-06,2026-05-08,ES25,4000.00,2000.00\n\
    C004,H001,390,2026-05-06,2026-05-08,ES25,4000.00,2000.00\n\
    \"C\"\"5\",H003,391,2026-08-11,2026-08-15,,5000.00,3500.00\n\
    C006,H003,391,2026-08-11\n";

/// Which file of the run, and what it holds now. Its hash in run.json is made right.
///
/// Seen to catch: rows compared only where they hold a quote.
pub fn published(data: &[u8]) {
    thread_local! {
        static SETTLED: Settled = Settled::new();
    }
    let [file, content @ ..] = data else { return };
    let name = FILES[usize::from(*file) % FILES.len()];
    SETTLED.with(|settled| settled.check(name, content));
}

struct Settled {
    folder: TempDir,
    run: Run,
}

impl Settled {
    fn new() -> Settled {
        let folder = tempfile::tempdir().unwrap();
        let year = folder.path().join("year");
        year::write(&year, year::REGION, &[CLAIMS.as_bytes().to_vec()]);
        let out = folder.path().join("run");
        let options = SettleOptions::default();
        settle(&year.join("region.toml"), &out, &options, &Progress::default()).unwrap();
        let run = Run::load(&out).unwrap();
        Settled { folder, run }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("run")
    }

    fn check(&self, name: &str, content: &[u8]) {
        let path = self.path().join(name);
        let right = std::fs::read(&path).unwrap();
        std::fs::write(&path, content).unwrap();
        if name != "run.json" {
            self.write_run(name, &path);
        }
        let found = verify(&self.path(), None, Some(1), &Progress::default());
        // What was spoiled is put right before anything can panic.
        std::fs::write(&path, &right).unwrap();
        self.write_run("", &path);
        match found {
            Ok(found) if name == "rejects.csv" => {
                let same = without_message(content) == without_message(&right);
                assert!(same || !found.is_sound(), "a changed reject was not seen");
            }
            Ok(found) if name != "run.json" => {
                assert_eq!(found.is_sound(), content == right, "{:#?}", found.diagnostics());
            }
            Ok(_) => {}
            Err(failure) => assert!(name == "run.json" && !failure.diagnostics().is_empty(), "{failure}"),
        }
    }

    /// Writes run.json, with the hash of one output as it now is.
    fn write_run(&self, name: &str, path: &Path) {
        let mut run = self.run.clone();
        for output in run.outputs.iter_mut().filter(|output| output.file == name) {
            output.fingerprint = fingerprint(path, false).unwrap();
        }
        std::fs::write(self.path().join("run.json"), run.to_bytes().unwrap()).unwrap();
    }
}

/// The cells of rejects.csv but for the free text, row by row; `None` where it is no such table.
fn without_message(bytes: &[u8]) -> Option<Vec<Vec<String>>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(bytes);
    let rows = reader.records().map(|row| {
        let cells = row.ok()?;
        let cells = cells.iter().enumerate().filter(|(i, _)| *i != 5);
        Some(cells.map(|(_, cell)| cell.to_owned()).collect())
    });
    rows.collect()
}
