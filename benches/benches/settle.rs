//! What does a whole region-year cost, from files to a published run directory, by size and by
//! number of threads?
#![allow(missing_docs, reason = "criterion's macros make undocumented items")]

use benches::year;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use dianzhi::{Progress, ReadOptions, SettleOptions, settle};

fn end_to_end(c: &mut Criterion) {
    let scratch = tempfile::tempdir().expect("a folder for the years");
    let out = scratch.path().join("run");
    let mut group = c.benchmark_group("settle");
    group.sample_size(10);
    for claims in [10_000, 100_000, 1_000_000] {
        let region = year(&scratch.path().join(claims.to_string()), claims);
        for threads in [1, 2] {
            let options = SettleOptions {
                read: ReadOptions {
                    threads: Some(threads),
                    ..ReadOptions::default()
                },
                replace: true,
                ..SettleOptions::default()
            };
            group.throughput(Throughput::Elements(claims));
            group.bench_function(BenchmarkId::new(format!("{threads} threads"), claims), |b| {
                b.iter(|| settle(&region, &out, &options, &Progress::default()).expect("a synthetic year is settled"));
            });
        }
    }
    group.finish();
}

criterion_group!(benches, end_to_end);
criterion_main!(benches);
