//! What does a whole region-year cost, from files to a published run directory, by size and by
//! number of threads?
#![allow(missing_docs, reason = "criterion's macros make undocumented items")]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use dianzhi::{Progress, ReadOptions, SettleOptions, settle};
use std::path::Path;

fn year(folder: &Path, claims: u64) -> bool {
    let options = dianzhi_synth::Options {
        claims,
        seed: 1,
        region: None,
    };
    dianzhi_synth::generate(&options, folder).is_ok()
}

fn end_to_end(c: &mut Criterion) {
    let Ok(scratch) = tempfile::tempdir() else { return };
    let mut group = c.benchmark_group("settle");
    group.sample_size(10);
    for claims in [10_000, 100_000, 1_000_000] {
        let folder = scratch.path().join(claims.to_string());
        if !year(&folder, claims) {
            return;
        }
        for threads in [1, 2] {
            let options = SettleOptions {
                read: ReadOptions {
                    threads: Some(threads),
                    ..ReadOptions::default()
                },
                replace: true,
                ..SettleOptions::default()
            };
            let (region, out) = (folder.join("region.toml"), scratch.path().join("run"));
            group.throughput(Throughput::Elements(claims));
            group.bench_with_input(
                BenchmarkId::new(format!("{threads} threads"), claims),
                &claims,
                |b, _| {
                    b.iter(|| settle(&region, &out, &options, &Progress::default()).is_ok());
                },
            );
        }
    }
    group.finish();
}

criterion_group!(benches, end_to_end);
criterion_main!(benches);
