//! What does a row of claims.csv cost, beside paying its claim? The difference of the two figures
//! is formatting, BLAKE3 of the rows and handing them to the system; the disk is not waited for.
#![allow(missing_docs, reason = "criterion's macros make undocumented items")]

use benches::year;
use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use dianzhi::{Claims, InputOptions, Inputs, Progress, ReadOptions, Settled};
use dianzhi_batch::internals::write_rows;

const CLAIMS: u64 = 100_000;

fn write(c: &mut Criterion) {
    let scratch = tempfile::tempdir().expect("a folder for the year");
    let region = year(&scratch.path().join("year"), CLAIMS);
    let progress = Progress::default();
    let inputs = Inputs::load(&region, &InputOptions::default()).expect("a synthetic year loads");
    let claims = Claims::read(&inputs, &ReadOptions::default(), &progress).expect("a synthetic year is read");
    let settled = Settled::in_memory(&inputs, claims, None, &progress).expect("a synthetic year is settled");
    let rows = scratch.path().join("rows.csv");
    write_rows(&inputs, &settled, Some(&rows), Some(1)).expect("rows can be written");
    let bytes = std::fs::metadata(&rows).expect("the rows are there").len();

    let mut group = c.benchmark_group("write");
    group.sample_size(20);
    for threads in [1, 2] {
        group.throughput(Throughput::Elements(CLAIMS));
        group.bench_function(BenchmarkId::new("pay", format!("{threads} threads")), |b| {
            b.iter(|| write_rows(&inputs, &settled, None, Some(threads)).expect("claims are paid"));
        });
        group.throughput(Throughput::ElementsAndBytes {
            elements: CLAIMS,
            bytes,
        });
        group.bench_function(BenchmarkId::new("pay and write", format!("{threads} threads")), |b| {
            b.iter_batched(
                || std::fs::remove_file(&rows).expect("the rows of the iteration before"),
                |()| write_rows(&inputs, &settled, Some(&rows), Some(threads)).expect("rows can be written"),
                BatchSize::PerIteration,
            );
        });
    }
    group.finish();
}

criterion_group!(benches, write);
criterion_main!(benches);
