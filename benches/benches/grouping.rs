//! What does it cost to load a scheme package, to group a record in memory, and from CSV to CSV?
//!
//! On the national scheme CHS-DRG 1.1 and its 20,000 reference records where those stand beside the
//! project (../shared/schemes), else on the teaching scheme, and says which.
#![allow(missing_docs, reason = "criterion's macros make undocumented items")]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use dianzhi::grouper::{Given, GroupOptions, Grouper, Record, Scheme, Sex};
use dianzhi::{GroupBy, GroupFiles, Progress, group_files};
use std::fmt::Write as _;
use std::hint::black_box;
use std::path::{Path, PathBuf};

/// A record as slices of the file that it stands in.
struct Stay<'t> {
    /// Sex, age in years, in days, weight, department, days of stay, way of discharge.
    fields: [&'t str; 7],
    diagnoses: Vec<&'t str>,
    procedures: Vec<&'t str>,
}

impl<'t> Stay<'t> {
    fn of(line: &'t str) -> Option<Stay<'t>> {
        let all: Vec<&str> = line.split(',').collect();
        let list = |at: usize| match all.get(at).copied().unwrap_or("") {
            "" => Vec::new(),
            text => text.split('|').collect(),
        };
        Some(Stay {
            fields: all.get(1..8)?.try_into().ok()?,
            diagnoses: list(8),
            procedures: list(9),
        })
    }

    fn record(&self) -> Record<'_> {
        let [sex, age, days, weight, department, stay, way] = self.fields;
        Record {
            sex: Sex::of(sex),
            age_years: Given::whole(age),
            age_days: Given::whole(days),
            weight_grams: Given::whole(weight),
            department,
            stay_days: Given::whole(stay),
            discharge_way: way,
            diagnoses: &self.diagnoses,
            procedures: &self.procedures,
            ..Record::default()
        }
    }
}

/// The scheme's tables and the text of its records: the references, or the teaching ones.
fn workload() -> (PathBuf, String) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let national = root.join("../shared/schemes/chs_drg_11");
    if let Ok(text) = std::fs::read_to_string(national.join("reference.csv")) {
        let records = text.split_once('\n').map_or("", |(_, records)| records);
        return (national, records.to_owned());
    }
    eprintln!("the reference schemes are not there: measured on the teaching scheme");
    let teaching = "1,1,63,,,A03.04,7,1,I21.900|N17.900|E11.900,36.0700\n\
                    2,2,80,,,A03.04,10,1,I50.900|J18.900,\n\
                    3,2,34,,,A04.01,4,1,K35.900,47.0100\n\
                    4,2,0,3,1350,A07,19,1,P07.100|P59.900,\n\
                    5,1,49,,,A04.01,6,1,K29.500,51.2300\n";
    (root.join("examples/group-claims/scheme"), teaching.repeat(4_000))
}

/// A claims file of so many times the records; its bytes.
fn claims(stays: &[Stay<'_>], times: usize, file: &Path) -> std::io::Result<u64> {
    let mut out =
        String::from("setl_id,gend,age,nwb_age,nwb_adm_wt,dscg_caty,act_ipt_days,dscg_way,diag_codes,oprn_codes\n");
    for round in 0..times {
        for (i, s) in stays.iter().enumerate() {
            let (fields, diagnoses, procedures) = (s.fields.join(","), s.diagnoses.join("|"), s.procedures.join("|"));
            let _ = writeln!(out, "S{round:03}{i:07},{fields},{diagnoses},{procedures}");
        }
    }
    std::fs::write(file, &out)?;
    Ok(out.len() as u64)
}

fn grouping(c: &mut Criterion) {
    let (tables, text) = workload();
    let stays: Vec<Stay<'_>> = text.lines().filter_map(Stay::of).collect();
    let (Ok(packed), Ok(scratch)) = (Scheme::pack(&tables), tempfile::tempdir()) else {
        return;
    };
    let package = scratch.path().join("scheme.dzs");
    if packed.write(&package).is_err() {
        return;
    }
    let Ok(by) = GroupBy::scheme(
        &package,
        GroupOptions {
            verbatim: true,
            translate: false,
        },
    ) else {
        return;
    };
    let mut group = c.benchmark_group("grouping");
    group.sample_size(20);
    group.bench_function("load", |b| b.iter(|| black_box(Grouper::load(&package)).is_ok()));

    let options = GroupOptions {
        verbatim: true,
        translate: false,
    };
    let Ok(grouper) = Grouper::load(&package) else { return };
    let grouper = grouper.with(options);
    let records: Vec<Record<'_>> = stays.iter().map(Stay::record).collect();
    group.throughput(Throughput::Elements(records.len() as u64));
    group.bench_function("memory", |b| {
        b.iter(|| {
            records
                .iter()
                .map(|record| grouper.group(record).group_code.len())
                .sum::<usize>()
        });
    });

    let times = 10;
    let file = scratch.path().join("claims.csv");
    if claims(&stays, times, &file).is_err() {
        return;
    }
    group.throughput(Throughput::Elements((stays.len() * times) as u64));
    group.sample_size(10);
    for threads in [1, 2] {
        let job = GroupFiles {
            claims: vec![file.display().to_string()],
            out: scratch.path().join("groups.csv"),
            threads: Some(threads),
            ..GroupFiles::default()
        };
        group.bench_function(format!("csv, {threads} threads"), |b| {
            b.iter(|| group_files(&by, &job, &Progress::default()).map_or(0, |summary| summary.read));
        });
    }
    group.finish();
}

criterion_group!(benches, grouping);
criterion_main!(benches);
