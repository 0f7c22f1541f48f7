//! What does a row cost, from the file to a checked claim? `Claims::read` whole: cutting, checks,
//! BLAKE3 of the input, looking for repeated ids.
#![allow(missing_docs, reason = "criterion's macros make undocumented items")]

use benches::year;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use dianzhi::{Claims, InputOptions, Inputs, Progress, ReadOptions};
use std::path::Path;

const CLAIMS: u64 = 100_000;

/// The claims with every field in quotes: they take the exact path instead of the fast one.
fn quoted(text: &str) -> String {
    let record = |line: &str| format!("\"{}\"\n", line.replace(',', "\",\""));
    text.lines().map(record).collect()
}

fn bench(c: &mut Criterion, form: &str, region: &Path, claims_csv: &Path) {
    let inputs = Inputs::load(region, &InputOptions::default()).expect("a synthetic year loads");
    let bytes = std::fs::metadata(claims_csv).expect("the claims are there").len();
    let mut group = c.benchmark_group("read");
    group.sample_size(20).throughput(Throughput::ElementsAndBytes {
        elements: CLAIMS,
        bytes,
    });
    for threads in [1, 2] {
        let options = ReadOptions {
            threads: Some(threads),
            ..ReadOptions::default()
        };
        group.bench_function(BenchmarkId::new(form, format!("{threads} threads")), |b| {
            b.iter(|| Claims::read(&inputs, &options, &Progress::default()).expect("a synthetic year is read"));
        });
    }
    group.finish();
}

fn read(c: &mut Criterion) {
    let scratch = tempfile::tempdir().expect("a folder for the year");
    let folder = scratch.path().join("year");
    let region = year(&folder, CLAIMS);
    let claims_csv = folder.join("claims.csv");
    bench(c, "plain", &region, &claims_csv);
    let text = std::fs::read_to_string(&claims_csv).expect("the claims are text");
    std::fs::write(&claims_csv, quoted(&text)).expect("the claims can be written");
    bench(c, "quoted", &region, &claims_csv);
}

criterion_group!(benches, read);
criterion_main!(benches);
